// What the journeys share: a browser, people who sign in, checks that are told one by one, pictures, and a look at a page
// with an instrument (axe, validity of the markup, weight, width).
//
//   node tests/browser/NAME.mjs URL ACCOUNTS SHOTS
//
// URL: a running server with demonstration data; ACCOUNTS: what `vigie first-run` printed; SHOTS: a folder for pictures.
// Needs Chromium (CHROMIUM, or /usr/bin/chromium) and the packages of package.json, found from the folder PLAYWRIGHT.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.PLAYWRIGHT || process.cwd(), "x.js"));
const { chromium } = require("playwright-core");
export const [url, accounts, shots] = process.argv.slice(2);
mkdirSync(shots, { recursive: true });

export const desktop = { viewport: { width: 1280, height: 900 }, locale: "fr-FR" };
export const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "fr-FR" };

let failures = 0;
export const check = (what, holds, more = "") => {
	console.log((holds ? "ok   " : "FAIL ") + what + (holds || !more ? "" : ": " + more));
	failures += holds ? 0 : 1;
	return holds;
};
export const password = (login) => readFileSync(accounts, "utf8").split("\n").map((line) => line.trim().split(/\s+/))
	.find((words) => words[0] === login)?.[1];

export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-dev-shm-usage"] });
export const context = (options = desktop) => browser.newContext(options);
// Says aloud what a page complains about.
export const page_of = async (where) => {
	const page = await where.newPage();
	page.on("pageerror", (error) => check("no error in the script of " + page.url(), false, error.message));
	page.on("console", (line) => {
		if (line.type() === "error" && !/status of 4\d\d/.test(line.text()))
			check("quiet console of " + page.url(), false, line.text());
	});
	return page;
};
export const sign_in = async (page, login, secret = password(login)) => {
	await page.goto(url + "/connexion");
	await page.fill("input[name=login]", login);
	await page.fill("input[name=password]", secret);
	await page.click("main button[type=submit]");
	await page.waitForLoadState();
	return page;
};
export const open = async (login, options = desktop) => sign_in(await page_of(await context(options)), login);
export const shot = (page, name) => page.screenshot({ path: join(shots, name + ".png"), fullPage: true });
export const done = async () => {
	await browser.close();
	process.exit(failures ? 1 : 0);
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
	const kinds = new Map();
	await wire.send("Network.enable");
	wire.on("Network.responseReceived", (e) => kinds.set(e.requestId, e.response.url));
	wire.on("Network.loadingFinished", (e) => { if (!passed_over.test(kinds.get(e.requestId) ?? "")) bytes += e.encodedDataLength; });
	await view.goto(url + path, { waitUntil: "load" });
	await view.waitForTimeout(300);
	await fresh.close();
	await where.close();
	return bytes;
};
