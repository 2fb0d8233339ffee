// The inspector's day on a telephone: find today's red-lane visits, do one with photos, and close it; then the same with
// the link cut in mid-visit, and with a colleague who writes in the same file. French, 390 × 844.
//
// Needs: node 18, playwright-core from npm (NODE_PATH or a node_modules folder above), Debian's chromium, and a running
// server with demonstration data whose job inspections.assign has run once (it does within a minute).
//   node tests/browser/visit.mjs http://127.0.0.1:8080 PASSWORDS OUT
// PASSWORDS: what `vigie first-run` printed. OUT: a folder for the screenshots. Exit 0: all went well.
import { createRequire } from "node:module";
import { readFileSync, mkdirSync } from "node:fs";

const { chromium } = createRequire((process.env.PLAYWRIGHT || process.cwd()) + "/x.js")("playwright-core");
const [, , base = "http://127.0.0.1:8080", passwords, out = "build/browser"] = process.argv;
const passwordOf = (login) => readFileSync(passwords, "utf8").split("\n").map((line) => line.trim().split(/\s+/)).find((line) => line[0] === login)[1];
mkdirSync(out, { recursive: true });

const failures = [];
const check = (condition, what) => { if (!condition) { failures.push(what); console.log("FAIL", what); } else console.log("ok", what); };

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const open = async (login, options = {}) => {
	const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "fr-FR", hasTouch: true, ...options });
	const page = await context.newPage();
	page.on("pageerror", (error) => failures.push("script: " + error.message));
	await page.goto(base + "/connexion");
	await page.fill("input[name=login]", login);
	await page.fill("input[name=password]", passwordOf(login));
	await page.click("main button[type=submit]");
	await page.waitForURL((url) => !url.pathname.startsWith("/connexion"));
	return { context, page };
};
// A picture as a telephone makes them: larger than what is to be sent.
const picture = async (page) => Buffer.from(await page.evaluate(() => {
	const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 2000 });
	const pen = canvas.getContext("2d");
	for (let i = 0; i < 400; i++) { pen.fillStyle = `hsl(${i * 37},60%,50%)`; pen.fillRect((i * 173) % 3000, (i * 97) % 2000, 300, 200); }
	return canvas.toDataURL("image/jpeg", .95).split(",")[1];
}), "base64");
const bar = (page, value) => page.click(`.bar button[value=${value}]`);
// A visit that was begun before only goes on.
const begin = async (page) => {
	if (await page.locator(".bar button[value=commencer]").count()) await bar(page, "commencer");
	await page.waitForSelector('#visite[data-state="under_way"]');
};
const says = (page, kind) => page.waitForSelector(`.visit-state.${kind}`, { timeout: 20000 });

// ---- the newcomer: from the front page to a closed visit, timed
const inspector = await open("inspecteur", { permissions: ["geolocation"], geolocation: { latitude: 9.51, longitude: -13.71 } });
const page = inspector.page;
// Work for the day: declarations of this office that name arms, which go to red; shared out by a job within a minute.
const paper = readFileSync(new URL("../journeys/files/sad.xml", import.meta.url), "utf8").replaceAll("XX001", "VG103");
await page.goto(base + "/imports");
await page.setInputFiles("input[type=file]", [6101, 6102, 6103, 6104, 6105].map((number) => ({ name: `declaration-${number}.xml`,
	mimeType: "application/xml", buffer: Buffer.from(paper.replaceAll("4101", String(number))) })));
await page.click('main form[enctype="multipart/form-data"] button[type=submit]');
await page.waitForLoadState();
for (let i = 0; i < 130; i++) {
	await page.goto(base + "/controles?circuit=red");
	if (await page.locator(".visits a.button").count() >= 4) break;
	await page.waitForTimeout(1000);
}
const began = Date.now();
await page.goto(base + "/");
await page.screenshot({ path: `${out}/1-home.png` });
await page.click(".open-menu");
await page.click('.menu a[href="/controles"]');
await page.click('.lanes a:has-text("rouge")');
await page.waitForSelector(".visits a.button");
check(await page.locator(".visits").first().locator(".lane.yellow").count() === 0, "only red visits are shown among mine");
await page.screenshot({ path: `${out}/2-queue.png` });
await page.click(".visits a.button");
await page.screenshot({ path: `${out}/3-visit.png` });
const first = page.url();
await begin(page);
await page.check("#f-place");
await page.setInputFiles("#f-photo", { name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: await picture(page) });
await page.waitForSelector('#gallery img[src^="/controles/photos/"]');
const shown = await page.evaluate(async () => {
	const answer = await fetch(document.querySelector("#gallery img").src);
	const image = await createImageBitmap(await answer.blob());
	return { width: image.width, type: answer.headers.get("Content-Type"), disposition: answer.headers.get("Content-Disposition"), sniff: answer.headers.get("X-Content-Type-Options") };
});
check(shown.width === 1600 && shown.type === "image/jpeg", "the photo was made small on the telephone");
check(shown.disposition === "attachment" && shown.sniff === "nosniff", "the photo cannot run");
check((await page.textContent("#gallery")).includes("9,51"), "the photo has its place");
if (!await page.locator("#visite details.item").first().evaluate((item) => item.open)) await page.click("#visite details.item summary");
await page.selectOption("#visite details.item select", "quantity");
await page.check('input[name=resultat][value=quantity]');
await page.fill("#f-droits", "1 250 000");
await page.selectOption("#f-suite", "payment");
await page.fill("#f-constat", "Douze cartons de plus que déclaré");
await page.screenshot({ path: `${out}/4-result.png` });
await bar(page, "clore");
await page.waitForURL(/\/controles$/);
const seconds = Math.round((Date.now() - began) / 1000);
check(seconds < 180, `from the front page to a closed visit in ${seconds} s (a machine's hands; a person has 180)`);
await page.goto(first);
await page.screenshot({ path: `${out}/5-closed.png`, fullPage: true });
check((await page.textContent("main")).includes("Douze cartons de plus"), "the closed visit shows what was found");

// ---- the link is cut in mid-visit
await page.goto(base + "/controles");
await page.click(".visits a.button");
const second = page.url();
await begin(page);
await page.evaluate(() => navigator.serviceWorker.ready);
await page.waitForTimeout(1500);
await inspector.context.setOffline(true);
await page.fill("#f-constat", "Écrit sans réseau");
await page.check("input[name=resultat][value=conform]");
await says(page, "kept");
await page.setInputFiles("#f-photo", { name: "IMG_2.jpg", mimeType: "image/jpeg", buffer: await picture(page) });
await page.waitForSelector("#gallery .waiting");
await page.screenshot({ path: `${out}/6-offline.png` });
await page.goto(second);
check(await page.inputValue("#f-constat") === "Écrit sans réseau", "the page opens without a link, with what was typed");
await page.waitForSelector("#gallery .waiting");
await bar(page, "clore");
await page.waitForTimeout(1500);
check((await page.textContent("#visit-state")).includes("sera close"), "the telephone says that it will close the visit later");
await page.screenshot({ path: `${out}/7-closing-offline.png` });
await inspector.context.setOffline(false);
await page.waitForURL(/\/controles$/, { timeout: 30000 });
await page.goto(second);
check((await page.textContent("main")).includes("Écrit sans réseau"), "nothing typed without a link was lost");
check(await page.locator('#gallery img[src^="/controles/photos/"]').count() === 1, "the photo taken without a link has arrived");

// ---- a colleague writes in the same file meanwhile
await page.goto(base + "/controles");
await page.click(".visits a.button");
const third = page.url();
await begin(page);
const head = await open("chef");
await head.page.goto(third);
await inspector.context.setOffline(true);
await page.fill("#f-constat", "Le mien");
await says(page, "kept");
await head.page.fill("#f-constat", "Celui du chef");
await head.page.selectOption("#f-suite", "sample");
await says(head.page, "saved");
await inspector.context.setOffline(false);
await page.waitForSelector("#merge", { timeout: 30000 });
check((await page.textContent("#merge")).includes("Celui du chef") && (await page.textContent("#merge")).includes("Le mien"), "both values are shown to choose from");
await page.screenshot({ path: `${out}/8-merge.png` });
await page.click("#merge button:has-text('Le mien')");
await says(page, "saved");
check(await page.inputValue("#f-suite") === "sample", "what only the colleague wrote was taken in");
await head.page.waitForFunction(() => document.querySelector("#f-constat").value === "Le mien", null, { timeout: 15000 });
check(true, "the colleague's page follows by itself");

// ---- without script
const plain = await open("inspecteur", { javaScriptEnabled: false });
await plain.page.goto(third);
await plain.page.fill("#f-constat", "Sans script");
await plain.page.check("input[name=resultat][value=conform]");
await plain.page.setInputFiles("#f-photo", { name: "a.jpg", mimeType: "image/jpeg", buffer: await picture(page) });
await plain.page.click("#photos button");
check(await plain.page.locator('#gallery img').count() === 1, "a photo is sent without script");
await plain.page.goto(third);
await plain.page.check("input[name=resultat][value=conform]");
await plain.page.fill("#f-constat", "Sans script");
await plain.page.click('.bar button[value=clore]');
check(plain.page.url().endsWith("/controles"), "a visit is closed without script");

// ---- the order, on paper
await page.goto(first);
await page.click('a[href$="/ordre"]');
check(await page.locator("svg.qr path").count() === 1, "the order has its QR code");
await page.screenshot({ path: `${out}/9-order.png`, fullPage: true });
await page.emulateMedia({ media: "print" });
await page.setViewportSize({ width: 794, height: 1123 });
await page.screenshot({ path: `${out}/10-order-print.png`, fullPage: true });

await browser.close();
console.log(failures.length ? `${failures.length} failed` : "all went well");
process.exit(failures.length ? 1 : 0);
