// The inspector's day on a telephone: find today's red-lane visits, do one with photos, and close it, in under three minutes
// by the hands of someone who never saw it; then the same with the link cut in mid-visit, with a colleague who writes in
// the same file, and without script. French, 390 × 844.
import { check, declaration, done, go, hands, open, page_of, run_job, scenario, sees, shot, turn, until, upload, url } from "./lib.mjs";

const small = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: "fr-FR" };
// A picture as a telephone makes them: larger than what is to be sent.
const picture = async (page) => ({ name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: Buffer.from(await page.evaluate(() => {
	const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 2000 });
	const pen = canvas.getContext("2d");
	for (let i = 0; i < 400; i++) { pen.fillStyle = `hsl(${i * 37},60%,50%)`; pen.fillRect((i * 173) % 3000, (i * 97) % 2000, 300, 200); }
	return canvas.toDataURL("image/jpeg", .95).split(",")[1];
}), "base64") });
// A visit that was begun before only goes on.
const begin = async (page, tap = (selector) => page.click(selector)) => {
	if (await page.locator(".bar button[value=commencer]").count()) await tap(".bar button[value=commencer]");
	await page.waitForSelector('#visite[data-state="under_way"]');
};
const says = (page, kind) => page.waitForSelector(`.visit-state.${kind}`);
// The worker keeps the page of a visit for when the link is cut.
const kept = (page) => page.waitForFunction(async () => navigator.serviceWorker.controller
	&& Boolean(await (await caches.open("vigie-visits")).match(location.pathname)));
const next_visit = async (page) => {
	await go(page, "/controles?circuit=red");
	await turn(page, ".visits a.button");
	return page.url();
};

// Work for the day: declarations of this office that name arms, which go to red; a job shares them out.
const work = await open("inspecteur", { ...small, permissions: ["geolocation"], geolocation: { latitude: 9.51, longitude: -13.71 } });
await upload(work, [6101, 6102, 6103, 6104, 6105].map((number) => declaration(number, { XX001: "VG103" })));
await run_job("inspections.assign");
check("today's red visits are shared out", await until(work, "/controles?circuit=red", async (page) => await page.locator(".visits").first().locator("a.button").count() >= 4));

let first = "", third = "";
await scenario("the newcomer's visit", async () => {
	const page = work, person = hands(page, true);
	await go(page, "/");
	person.look();
	await shot(page, "1-home", false);
	await person.turn('main a[href^="/controles?circuit=red"], .menu a[href="/controles"]:visible');
	check("the red visits of today are one tap away", page.url().includes("circuit=red"), page.url());
	check("only red visits are shown among mine", await page.locator(".visits").first().locator(".lane.yellow").count() === 0);
	await shot(page, "2-queue", false);
	await person.turn(".visits a.button");
	await shot(page, "3-visit", false);
	first = page.url();
	await begin(page, person.tap);
	await person.check("#f-place");
	await person.picture("#f-photo", await picture(page));
	await page.waitForSelector('#gallery img[src^="/controles/photos/"]');
	const shown = await page.evaluate(async () => {
		const answer = await fetch(document.querySelector("#gallery img").src);
		const image = await createImageBitmap(await answer.blob());
		return { width: image.width, type: answer.headers.get("Content-Type"), disposition: answer.headers.get("Content-Disposition"), sniff: answer.headers.get("X-Content-Type-Options") };
	});
	check("the photo was made small on the telephone", shown.width === 1600 && shown.type === "image/jpeg", JSON.stringify(shown));
	check("the photo cannot run", shown.disposition === "attachment" && shown.sniff === "nosniff", JSON.stringify(shown));
	check("the photo has its place", (await page.textContent("#gallery")).includes("9,51"));
	if (!await page.locator("#visite details.item").first().evaluate((item) => item.open)) await person.tap("#visite details.item summary");
	await person.choose("#visite details.item select", "quantity");
	await person.check("input[name=resultat][value=quantity]");
	await person.write("#f-droits", "1 250 000");
	await person.choose("#f-suite", "payment");
	await person.write("#f-constat", "Douze cartons de plus que déclaré");
	await shot(page, "4-result", false);
	await person.tap(".bar button[value=clore]");
	await page.waitForURL(/\/controles$/);
	person.look();
	console.log("the newcomer on a telephone: " + person.tell());
	check(`from the front page to a closed visit: about ${person.seconds()} s by a newcomer's hands, of 180`, person.seconds() < 180);
	check("the closed visit shows what was found", await until(page, first, (now) => sees(now, "Douze cartons de plus")));
	await shot(page, "5-closed");
});

await scenario("the link is cut in mid-visit", async () => {
	const page = work, second = await next_visit(page);
	await begin(page);
	await kept(page);
	await page.context().setOffline(true);
	await page.fill("#f-constat", "Écrit sans réseau");
	await page.check("input[name=resultat][value=conform]");
	await says(page, "kept");
	await page.setInputFiles("#f-photo", await picture(page));
	await page.waitForSelector("#gallery .waiting");
	check("the photo that waits is seen", await page.waitForFunction(() => document.querySelector("#gallery .waiting img").naturalWidth > 0).then(() => true));
	await shot(page, "6-offline", false);
	await go(page, second);
	check("the page opens without a link, with what was typed", await page.inputValue("#f-constat") === "Écrit sans réseau");
	await page.waitForSelector("#gallery .waiting");
	await page.click(".bar button[value=clore]");
	await page.waitForFunction(() => document.getElementById("visit-state").textContent.includes("sera close"));
	check("the telephone says that it will close the visit later", true);
	await shot(page, "7-closing-offline", false);
	await page.context().setOffline(false);
	await page.waitForURL(/\/controles$/);
	check("nothing typed without a link was lost", await until(page, second, (now) => sees(now, "Écrit sans réseau")));
	check("the photo taken without a link has arrived", await page.locator('#gallery img[src^="/controles/photos/"]').count() === 1);
});
await work.context().setOffline(false);

await scenario("a colleague writes in the same file meanwhile", async () => {
	const page = work;
	third = await next_visit(page);
	await begin(page);
	const head = await open("chef");
	await head.goto(third);
	await page.context().setOffline(true);
	await page.fill("#f-constat", "Le mien");
	await says(page, "kept");
	await head.fill("#f-constat", "Celui du chef");
	await head.selectOption("#f-suite", "sample");
	// Saved is what the server tells a browser that keeps nothing by itself.
	const reader = await open("chef", { ...small, javaScriptEnabled: false });
	check("the colleague's words are kept", await until(reader, third, async (now) => await now.inputValue("#f-constat") === "Celui du chef" && await now.inputValue("#f-suite") === "sample"));
	await page.context().setOffline(false);
	await page.waitForSelector("#merge");
	const choice = await page.textContent("#merge");
	check("both values are shown to choose from", choice.includes("Celui du chef") && choice.includes("Le mien"), choice);
	await shot(page, "8-merge", false);
	await page.click("#merge button:has-text('Le mien')");
	await says(page, "saved");
	await page.waitForFunction(() => document.querySelector("#f-suite").value === "sample");
	check("what only the colleague wrote was taken in", true);
	await head.waitForFunction(() => document.querySelector("#f-constat").value === "Le mien");
	check("the colleague's page follows by itself", true);
});
await work.context().setOffline(false);

await scenario("a visit without script", async () => {
	const plain = await open("inspecteur", { ...small, javaScriptEnabled: false });
	await plain.goto(third);
	await plain.setInputFiles("#f-photo", await picture(work));
	await turn(plain, "#photos button");
	check("a photo is sent without script", await plain.locator("#gallery img").count() === 1);
	await plain.goto(third);
	await plain.check("input[name=resultat][value=conform]");
	await plain.fill("#f-constat", "Sans script");
	await turn(plain, ".bar button[value=clore]");
	check("a visit is closed without script", plain.url().endsWith("/controles"), plain.url());
	await plain.goto(third);
	check("with what was typed", await sees(plain, "Sans script"));
});

await scenario("the order, on paper", async () => {
	const page = await page_of(work.context());
	await go(page, first);
	await turn(page, 'a[href$="/ordre"]');
	check("the order has its QR code", await page.locator("svg.qr path").count() === 1);
	await shot(page, "9-order");
	await page.emulateMedia({ media: "print" });
	await page.setViewportSize({ width: 794, height: 1123 });
	await shot(page, "10-order-print");
});
await done();
