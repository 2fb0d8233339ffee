// What the journeys share: a browser, people who sign in, checks that are told one by one, pictures, the time that human
// hands would need, and a look at a page with an instrument (axe, validity of the markup, weight, width).
//
//   node tests/browser/NAME.mjs URL ACCOUNTS SHOTS
//
// URL: a running server with demonstration data; ACCOUNTS: what `vigie first-run` printed; SHOTS: a folder for pictures.
// Needs Chromium (CHROMIUM, or /usr/bin/chromium) and the packages of package.json, found from the folder PLAYWRIGHT.
//
// A journey never sleeps for a time: it waits for a state, PATIENCE seconds at most (120 unless told), so that a busy
// machine makes it slow and not wrong. Exit: 0 all held; 1 something did not; 75 the browser itself crashed or did not start
// and nothing had failed before (script/browser then tries once more and says so).
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(process.env.PLAYWRIGHT || process.cwd(), "x.js"));
const { chromium } = require("playwright-core");
export const [url, accounts, shots] = process.argv.slice(2);
mkdirSync(shots, { recursive: true });

const ENVIRONMENT = 75;
const patience = 1000 * Number(process.env.PATIENCE || 120);
export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const desktop = { viewport: { width: 1280, height: 900 }, locale: "fr-FR" };
export const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "fr-FR" };

// ---- what holds and what does not

let failures = 0, crashed = "", finished = false;
export const check = (what, holds, more = "") => {
	console.log((holds ? "ok   " : "FAIL ") + what + (holds || !more ? "" : ": " + String(more).replace(/\s+/g, " ").trim()));
	failures += holds ? 0 : 1;
	return holds;
};
const name = basename(process.argv[1], ".mjs");
// Ends a journey that cannot go on: by the browser's own fault, or as a failure with its place and pictures of all pages.
const broken = async (error, where = name) => {
	if (finished) return;
	finished = true;
	if ((crashed || !browser?.isConnected()) && !failures) {
		console.log(`ENVIRONMENT ${where}: ${crashed || "the browser went away"}: ${error.message.split("\n")[0]}`);
		process.exit(ENVIRONMENT);
	}
	const line = (error.stack ?? "").split("\n").find((one) => one.includes(`${name}.mjs:`))?.match(/(\w+\.mjs:\d+)/)?.[1] ?? "";
	check(`${where} goes to its end`, false, `${line} ${error.message.split("\n").slice(0, 4).join(" ")}`);
	let number = 0;
	for (const one of browser?.contexts() ?? [])
		for (const page of one.pages()) {
			console.log("  at " + page.url());
			await page.screenshot({ path: join(shots, `broken-${++number}.png`), timeout: 10000 }).catch(() => {});
		}
	process.exit(1);
};
process.on("uncaughtException", (error) => broken(error));
process.on("unhandledRejection", (error) => broken(error));
// A part of a journey that can fail by itself: what it throws is told under its name, and the next part is tried.
export const scenario = async (what, act) => {
	const before = new Set(browser.contexts());
	try {
		await act();
	} catch (error) {
		if (crashed || !browser.isConnected()) return broken(error, what);
		const line = (error.stack ?? "").match(new RegExp(`${name}\\.mjs:\\d+`))?.[0] ?? "";
		check(`${what}: goes to its end`, false, `${line} ${error.message.split("\n").slice(0, 4).join(" ")}`);
		let number = 0;
		for (const one of browser.contexts().filter((some) => !before.has(some)))
			for (const page of one.pages()) {
				console.log("  at " + page.url());
				await page.screenshot({ path: join(shots, `broken-${what.replace(/[^a-z0-9]+/gi, "-")}-${++number}.png`), timeout: 10000 }).catch(() => {});
			}
	}
	for (const one of browser.contexts().filter((some) => !before.has(some)))
		await one.close();
};
export const done = async () => {
	finished = true;
	await browser.close();
	process.exit(failures ? 1 : 0);
};

// ---- people before a browser

export const password = (login) => readFileSync(accounts, "utf8").split("\n").map((line) => line.trim().split(/\s+/))
	.find((words) => words[0] === login)?.[1];
export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", timeout: patience,
	args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] }).catch((error) => {
	console.log("ENVIRONMENT the browser did not start: " + error.message.split("\n")[0]);
	process.exit(ENVIRONMENT);
});
export const context = async (options = desktop) => {
	const where = await browser.newContext(options);
	where.setDefaultTimeout(patience);
	where.setDefaultNavigationTimeout(patience);
	return where;
};
// Says aloud what a page complains about. A link that the journey itself cuts, and a stream that opens again by itself, are
// no complaints.
export const page_of = async (where) => {
	const page = await where.newPage();
	page.on("crash", () => { crashed = "a page of the browser crashed"; });
	page.on("pageerror", (error) => check("no error in the script of " + page.url(), false, error.message));
	page.on("console", (line) => {
		if (line.type() === "error" && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(line.text()) && !/\/flux/.test(line.location().url))
			check("quiet console of " + page.url(), false, line.text());
	});
	page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
	return page;
};
// Does what leads to another page (a selector to click, or a function), and waits until that page is there.
export const turn = async (page, act) => {
	const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), typeof act === "string" ? page.click(act) : act()]);
	return answer;
};
// Opens a page, though the one that is left renews itself at that very moment.
export const go = async (page, path) => {
	for (const end = Date.now() + patience; ;)
		try {
			return await page.goto(new URL(path, url).href);
		} catch (error) {
			if (!/ERR_ABORTED|interrupted by another navigation/.test(error.message) || Date.now() > end) throw error;
		}
};
// Asks for a page until what one waits for is on it: for what a job does in its own time.
export const until = async (page, path, holds) => {
	for (const end = Date.now() + patience; ;) {
		await go(page, path);
		if (await holds(page)) return true;
		if (Date.now() > end) return false;
		await new Promise((done) => setTimeout(done, 500));
	}
};
export const sees = async (page, what) => (await page.textContent("main")).includes(what);
export const sign_in = async (page, login, secret = password(login)) => {
	await page.goto(url + "/connexion");
	await page.fill("input[name=login]", login);
	await page.fill("input[name=password]", secret);
	await turn(page, "main button[type=submit]");
	return page;
};
export const open = async (login, options = desktop) => sign_in(await page_of(await context(options)), login);
export const shot = (page, name, fullPage = true) => page.screenshot({ path: join(shots, name + ".png"), fullPage });
// The administrator has a job run now, instead of at its time.
export const run_job = async (job) => {
	const page = await open("admin");
	await page.goto(url + "/taches");
	await turn(page, `form:has(input[name=nom][value="${job}"]) button`);
	await page.context().close();
};

// ---- declarations to bring

const paper = readFileSync(here("../journeys/files/sad.xml"), "utf8");
// The declaration of the samples (arms among its goods) under a number and an office of its own.
export const declaration = (number, changes = {}) => {
	let text = paper.replaceAll("4101", String(number));
	for (const [from, to] of Object.entries(changes))
		text = text.replaceAll(from, to);
	return { name: `declaration-${number}.xml`, mimeType: "application/xml", buffer: Buffer.from(text) };
};
// The same, of today, with goods and an importer as the demonstration knows them, and a price to compare.
export const known_goods = (number, changes = {}) => declaration(number, { XX001: "VG103", "93020000": "33030010",
	"PISTOLETS DE SPORT": "PARFUMS", ">XY<": ">FR<", [`<Consignee_code>T${number}`]: "<Consignee_code>VG10000000A",
	"MAISON INVENTEE\n  RUE DES EXEMPLES 1\n  XANDRIA": "VITSAPHA SA\n  BP 1, ZAMVOU", ">D77<": ">CD0006<", ">12.5<": ">1200<",
	"2026-11-02": new Date().toISOString().slice(0, 10),
	"</Weight_itm><Item_Invoice>": "</Weight_itm><Statistical_value>787148</Statistical_value><Item_Invoice>", ...changes });
export const upload = async (page, files) => {
	await page.goto(url + "/imports");
	await page.setInputFiles("input[type=file]", files);
	// The answer comes into the place of the form, or as a page of its own.
	await page.evaluate(() => { document.querySelector("main").dataset.before = "yes"; });
	await page.click('main form[enctype="multipart/form-data"] button[type=submit]');
	await page.waitForSelector("main:not([data-before])");
};
export const find = async (page, number) => {
	await page.goto(`${url}/declarations?recherche=${number}`);
	await turn(page, `main table a:has-text("${number}")`);
};

// ---- the time that a person would need

// Counts what hands and eyes do, by the keystroke-level model (Card, Moran and Newell): 1.35 s to think of each act, 1.1 s
// to point and .2 s to press, .28 s for a typed character (.5 s on a telephone), and, for someone who never saw it, 6 s to
// look around on each new page, 15 s to take a picture. Independent of the machine, so that a limit upon it means
// something.
export const hands = (page, on_phone = false) => {
	const acts = { taps: 0, characters: 0, pages: 0, pictures: 0 };
	const tap = async (selector) => { acts.taps++; await page.click(selector); };
	const seconds = () => Math.round(acts.taps * (1.35 + 1.1 + .2) + acts.characters * (on_phone ? .5 : .28) + acts.pages * 6 + acts.pictures * 15);
	return {
		page, tap, seconds,
		look: () => { acts.pages++; },
		turn: async (selector) => { acts.taps++; acts.pages++; return turn(page, selector); },
		check: async (selector) => { acts.taps++; await page.check(selector); },
		choose: async (selector, value) => { acts.taps += 2; await page.selectOption(selector, value); },
		write: async (selector, text) => { acts.taps++; acts.characters += text.length; await page.fill(selector, text); },
		type: async (text, options) => { acts.characters += text.length; await page.keyboard.type(text, options); },
		key: async (key) => { acts.characters++; await page.keyboard.press(key); },
		picture: async (selector, file) => { acts.taps++; acts.pictures++; await page.setInputFiles(selector, file); },
		tell: () => `${acts.taps} taps, ${acts.characters} characters, ${acts.pages} pages, ${acts.pictures} pictures: about ${seconds()} s by a person's hands`,
	};
};

// ---- texts of the catalogues

const catalogues = new Map();
// What a French text is in a language ("fr": itself; null when the catalogue lacks it).
export const in_language = (language, text) => {
	if (language === "fr") return text;
	if (!catalogues.has(language)) {
		const entries = new Map();
		const unquote = (lines) => lines.map((line) => JSON.parse(line)).join("");
		for (const entry of readFileSync(here(`../../po/${language}.po`), "utf8").split("\n\n")) {
			const parts = { msgid: [], msgstr: [] };
			let part = null;
			for (const line of entry.split("\n")) {
				const begin = line.match(/^(msgid|msgstr) (".*")$/);
				if (begin) { part = begin[1]; parts[part].push(begin[2]); }
				else if (part && line.startsWith('"')) parts[part].push(line);
			}
			entries.set(unquote(parts.msgid), unquote(parts.msgstr));
		}
		catalogues.set(language, entries);
	}
	return catalogues.get(language).get(text) || null;
};

// ---- instruments

const axe_source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { HtmlValidate } = require("html-validate");
const validator = new HtmlValidate({
	root: true,
	extends: ["html-validate:standard"],
	// Matters of taste, or of older readers, that do not make a page wrong.
	rules: { "no-trailing-whitespace": "off", "attr-quotes": "off", "void-style": "off", "long-title": "off", "no-inline-style": "off",
		"doctype-style": "off", "attribute-boolean-style": "off", "prefer-native-element": "off", "tel-non-breaking": "off",
		"no-redundant-role": "off", "svg-focusable": "off", "require-sri": "off", "valid-id": "off", "no-implicit-input-type": "off",
		"no-implicit-button-type": "off", "aria-label-misuse": "off", "empty-heading": "error", "input-missing-label": "error" },
});
export const axe = async (page) => {
	await page.evaluate(axe_source);
	const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
	return result.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].target} ${v.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
};
export const markup = async (source) => {
	const report = await validator.validateString(source);
	return report.results.flatMap((r) => r.messages).filter((m) => m.severity > 1)
		.map((m) => `${m.ruleId} at ${m.line}:${m.column}: ${m.message}`);
};
// Bytes over the wire for a first view, with an empty cache; pictures taken in the yard (/documents/), or what else is
// passed over, do not count.
export const weigh = async (login, path, passed_over = /\/documents\//) => {
	const where = await context();
	const page = await page_of(where);
	await sign_in(page, login);
	const cookies = await where.cookies();
	const fresh = await context();
	await fresh.addCookies(cookies);
	const view = await fresh.newPage();
	const wire = await fresh.newCDPSession(view);
	let bytes = 0;
	const kinds = new Map(), open = new Set();
	await wire.send("Network.enable");
	wire.on("Network.requestWillBeSent", (e) => { if (e.type !== "EventSource") open.add(e.requestId); });
	wire.on("Network.responseReceived", (e) => kinds.set(e.requestId, e.response.url));
	wire.on("Network.loadingFailed", (e) => open.delete(e.requestId));
	wire.on("Network.loadingFinished", (e) => {
		open.delete(e.requestId);
		if (!passed_over.test(kinds.get(e.requestId) ?? "")) bytes += e.encodedDataLength;
	});
	await view.goto(url + path, { waitUntil: "load" });
	for (const end = Date.now() + patience; open.size && Date.now() < end;)
		await new Promise((done) => setTimeout(done, 50));
	await fresh.close();
	await where.close();
	return bytes;
};
