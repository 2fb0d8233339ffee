// An analyst writes, tries and proposes a profile; the policy is rehearsed; an administrator puts it into force. In a real
// browser, at the pace of a person who types, in under five minutes; then the same without script, as far as checking.
//
//   node tests/browser/profile.mjs URL ACCOUNTS SHOTS
//
// URL: a running server with demonstration data; ACCOUNTS: what `vigie first-run` printed; SHOTS: a folder for pictures.
// Needs Chromium (CHROMIUM, or /usr/bin/chromium) and playwright-core, found from the folder that PLAYWRIGHT names (or the
// present one). Ends with 0 when all was as it should be.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.PLAYWRIGHT || process.cwd(), "x.js"));
const { chromium } = require("playwright-core");
const [url, accounts, shots] = process.argv.slice(2);
mkdirSync(shots, { recursive: true });
const password = (login) => readFileSync(accounts, "utf8").split("\n").map((line) => line.trim().split(/\s+/)).find((words) => words[0] === login)[1];

let failures = 0;
const check = (what, holds) => {
	console.log(holds ? "ok  " : "FAIL", what);
	failures += holds ? 0 : 1;
};
const code = "VIT-" + String(Date.now() % 100000).padStart(5, "0");
const text = [`profil ${code} : Véhicules légers pour leur âge`, "base légale : Code des douanes, article 116", "circuit : jaune",
	"consigne : Relevez le châssis et l'année.", "quand", "  item.hs commence par 8701..8704", "  et item.gross_mas > 0 kg", "fin"];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const open = async (login, options = {}) => {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "fr-FR", ...options });
	const page = await context.newPage();
	page.on("pageerror", (error) => check("no error in the page: " + error.message, false));
	page.on("console", (line) => { if (line.type() === "error" && !/422/.test(line.text())) check("quiet console: " + line.text(), false); });
	page.on("dialog", (dialog) => dialog.accept());
	await page.goto(url + "/connexion");
	await page.fill("input[name=login]", login);
	await page.fill("input[name=password]", password(login));
	await page.click("main button[type=submit]");
	await page.waitForLoadState();
	return page;
};
const shot = (page, name) => page.screenshot({ path: join(shots, name + ".png"), fullPage: true });

const start = Date.now();
const analyst = await open("analyste");
await analyst.click('nav.menu a[href="/profils"]');
await shot(analyst, "1-list");
await analyst.click('a[href="/profils/nouveau"]');
await analyst.fill("#f-texte", "");
await analyst.type("#f-texte", text.join("\n"), { delay: 25 });
await analyst.waitForSelector("#verification [data-line='7']");
check("the error is told at its line while typing", (await analyst.textContent("#verification")).includes("item.gross_mas"));
check("and marked in the text", (await analyst.locator(".under .bad mark").textContent()) === "item.gross_mas");
await shot(analyst, "2-error");

// The dictionary gives the right word, at the cursor.
await analyst.click("#verification .faults a");
await analyst.keyboard.press("Shift+End");
await analyst.keyboard.press("Delete");
await analyst.fill(".dictionary input[type=search]", "masse brute");
await analyst.click('.facts-list li:not([hidden]) button:text-is("item.gross_mass")');
await analyst.keyboard.type("> 0 kg");
await analyst.waitForSelector("#verification .notice.ok");
check("the fact was inserted at the cursor", (await analyst.inputValue("#f-texte")).includes("et item.gross_mass > 0 kg\nfin"));
await analyst.click('button[value="essayer"]');
await analyst.waitForSelector("#essai table");
const rows = await analyst.locator("#essai tbody tr").allTextContents();
check("hits in 30, 90 and 365 days", rows.length === 6 && /\d/.test(rows[0]) && await analyst.locator("#essai tbody tr:first-child td").count() === 4);
await shot(analyst, "3-trial");
await analyst.fill("#f-note", "Les visites de mars ont montré des véhicules déclarés bien trop légers.");
await analyst.click('button[value="proposer"]');
await analyst.waitForLoadState();
check("it is proposed", (await analyst.textContent("main")).includes("Proposé"));
const path = new URL(analyst.url()).pathname;
await shot(analyst, "4-proposed");

// Its author may not; nor anyone before the policy was rehearsed.
await analyst.click('button:text-is("Mettre en vigueur")');
await analyst.waitForLoadState();
check("four eyes", (await analyst.textContent("main")).includes("Quatre yeux"));
await analyst.click('button:text-is("Répéter la politique avec ce profil")');
await analyst.waitForLoadState();
await analyst.click('form[action="/repetitions"] button[type=submit]');
await analyst.waitForLoadState();
await shot(analyst, "5-rehearsal");
for (let i = 0; i < 60; i++) {
	await analyst.goto(url + path);
	if ((await analyst.textContent("main")).includes("Politique répétée sur le passé")) break;
	await analyst.waitForTimeout(1000);
}
check("the policy was rehearsed", (await analyst.textContent("main")).includes("Politique répétée sur le passé"));

const administrator = await open("admin");
await administrator.goto(url + "/profils?etat=proposed");
await administrator.click(`a:has-text("${code}")`);
await administrator.fill("#f-commentaire", "Relu : la base légale est la bonne.");
await administrator.click('button:text-is("Commenter")');
await administrator.waitForLoadState();
await administrator.click('button:text-is("Mettre en vigueur")');
await administrator.waitForLoadState();
check("it is in force", (await administrator.textContent("main")).includes("En vigueur"));
await shot(administrator, "6-in-force");
const seconds = (Date.now() - start) / 1000;
console.log(`written, tried, rehearsed and in force in ${seconds.toFixed(0)} s`);
check("in under five minutes", seconds < 300);

// The next version: the comparison shows what changes; on a phone too.
const phone = await open("analyste", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
await phone.goto(url + path + "/modifier");
await phone.fill("#f-texte", (await phone.inputValue("#f-texte")).replace("jaune", "rouge"));
await phone.waitForSelector("#verification .notice.ok");
await shot(phone, "7-phone-editor");
const wide = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
check("nothing wider than the phone", !wide);
await phone.click('button[value="enregistrer"]');
await phone.waitForLoadState();
check("the change is shown against what is in force", (await phone.locator(".diff ins").allTextContents()).some((line) => line.includes("rouge")));
await shot(phone, "8-phone-profile");
await phone.goto(url + path + "/vie");
await shot(phone, "9-phone-life");

// Without script the button Vérifier says the same.
const plain = await open("analyste", { javaScriptEnabled: false });
await plain.goto(url + "/profils/nouveau");
await plain.fill("#f-texte", text.join("\n").replace(code, code + "b"));
await plain.click('button[value="verifier"]');
await plain.waitForLoadState();
check("errors at their place without script", (await plain.textContent("#verification")).includes("Ligne 7"));
check("the line is marked", (await plain.locator(".source li.bad").count()) === 1);
await shot(plain, "10-without-script");

await browser.close();
console.log(failures ? `${failures} failed` : "all as it should be");
process.exit(failures ? 1 : 0);
