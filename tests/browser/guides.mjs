// The guides: a day of each role, with the pictures that the guides show, in French and English (tools/guide_pictures.sh
// puts them into docs/guides/pictures); then every guide is opened: its links lead somewhere for those it is written for,
// its pictures are there and are said in words, and it is light.
import { check, context, desktop, done, open, shots, turn, until, url, weigh } from "./lib.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const wide = { ...desktop, viewport: { width: 1060, height: 680 } };
const hand = { viewport: { width: 360, height: 680 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true, locale: "fr-FR" };
const MOST = 60 * 1024;

// What a person sees: on a telephone the screen, on a desk the page without its menu, from the element `from` on.
const picture = async (page, name, path, from = "main", height = 560) => {
	for (const language of ["fr", "en"]) {
		await page.goto(`${url}${path}${path.includes("?") ? "&" : "?"}langue=${language}`);
		const size = page.viewportSize(), is_phone = size.width < 500;
		const main = await page.locator("main").boundingBox(), start = await page.locator(from).first().boundingBox();
		const top = from === "main" ? start.y : start.y - 16;
		await page.screenshot({ path: join(shots, `${name}.${language}.png`), fullPage: true,
			clip: is_phone ? { x: 0, y: 0, ...size } : { x: main.x, y: top, width: main.width, height } });
	}
	await page.goto(url + path.split("?")[0] + "?langue=fr");
};
const submit = turn;

// ---- the analyst's material: a model in service, a declaration to judge, a rehearsal, a list of names

const people = {};
for (const [role, login] of [["administrateur", "admin"], ["analyste", "analyste"], ["chef-de-bureau", "chef"],
	["inspecteur", "inspecteur"], ["commissionnaire", "courtier"]])
	people[role] = await open(login, wide);
const analyst = people.analyste, admin = people.administrateur, head = people["chef-de-bureau"];

await analyst.goto(url + "/modeles");
await submit(analyst, 'form[action="/modeles/travaux"] button[type=submit] >> nth=0');
check("a model is learned", await until(analyst, "/modeles", async () => await analyst.locator('main a[href="/modeles/1"]').count() > 0));
await admin.goto(url + "/modeles/1");
await admin.fill('form[action="/modeles/1/approbation"] [name=note]', "Données et qualité vues.");
await submit(admin, 'form[action="/modeles/1/approbation"] button[type=submit]');
await analyst.goto(url + "/repetitions?modele=1");
await submit(analyst, 'main form[action="/repetitions"] button[type=submit]');
await analyst.waitForSelector('main a:has-text("Voir le résultat")');
await admin.goto(url + "/modeles/1");
await submit(admin, 'form[action="/modeles/1"] button[type=submit]');
check("it is in service", (await admin.textContent("main")).includes("En service"));

const file = new URL("../journeys/files/sad.xml", import.meta.url);
const today = new Date().toISOString().slice(0, 10);
const paper = [["XX001", "VG103"], ["4101", "7001"], ["93020000", "33030010"], ["PISTOLETS DE SPORT", "PARFUMS"], [">XY<", ">FR<"],
	["<Consignee_code>T7001", "<Consignee_code>VG10000000A"], [/MAISON INVENTEE\s+RUE DES EXEMPLES 1\s+XANDRIA/, "VITSAPHA SA\n  BP 1, ZAMVOU"],
	[">D77<", ">CD0006<"], [">12.5<", ">1200<"], ["2026-11-02", today], ["</Weight_itm><Item_Invoice><Amount_foreign_currency>5000",
		"</Weight_itm><Statistical_value>787148</Statistical_value><Item_Invoice><Amount_foreign_currency>1200"],
	["<Item_price>5000<", "<Item_price>1200<"], ["</Weight_itm><Item_Invoice><Amount_foreign_currency>1200</Amount_foreign_currency><Currency_code>EUR</Currency_code></Item_Invoice></Valuation_item></Item>\n</ASYCUDA>",
		"</Weight_itm><Statistical_value>787148</Statistical_value><Item_Invoice><Amount_foreign_currency>1200</Amount_foreign_currency><Currency_code>EUR</Currency_code></Item_Invoice></Valuation_item></Item>\n</ASYCUDA>"]]
	.reduce((text, [from, to]) => typeof from === "string" ? text.replaceAll(from, to) : text.replace(from, to), readFileSync(file, "utf8"));
await analyst.goto(url + "/imports");
await analyst.setInputFiles("input[type=file]", { name: "declaration-7001.xml", mimeType: "application/xml", buffer: Buffer.from(paper) });
await submit(analyst, 'main form[enctype="multipart/form-data"] button[type=submit]');
await analyst.waitForURL(/\/imports\/\d+/);
await analyst.goto(url + "/declarations?recherche=7001");
await submit(analyst, 'main table a:has-text("7001")');
const sample = new URL(analyst.url()).pathname;
check("the sample is scored", (await analyst.textContent("main")).includes("Prix déclarés"));
check("no mark-up is shown as words", !(await analyst.innerText("main")).includes("</"));

await analyst.goto(url + "/repetitions");
await submit(analyst, 'main form[action="/repetitions"] button[type=submit]');
check("the policy is rehearsed", await until(analyst, "/repetitions", async () => await analyst.locator('main a[href="/repetitions/1"]').count() > 0));

const names = "Nom,Alias,Type\nVITSAFFA S.A.,,organisation\nROTSAZZI LTD,SOCIETE ROTSAZY,organisation\n";
await analyst.goto(url + "/listes-de-noms");
await analyst.setInputFiles("input[type=file]", { name: "liste-nationale.csv", mimeType: "text/csv", buffer: Buffer.from(names) });
await analyst.fill("input[name=code]", "NATIONALE");
await analyst.fill("input[name=titre]", "Liste nationale d'exemple");
await submit(analyst, 'main form[enctype="multipart/form-data"] button[type=submit]');
await analyst.waitForURL(/projets/);
await submit(analyst, 'main form button[type=submit]');
check("a name is found to resemble", await until(analyst, "/criblage", async () => await analyst.locator('main a[href^="/criblage/"]').count() > 0));
const match = await analyst.locator('main a[href^="/criblage/"]').first().getAttribute("href");
check("the inspector has work", await until(people.inspecteur, "/controles", async () => await people.inspecteur.locator(".visits a.button").count() > 0));
const visit = await people.inspecteur.locator(".visits h3 a").first().getAttribute("href");

// ---- the pictures

await picture(analyst, "analyste-profils", "/profils?recherche=OPE");
await picture(analyst, "analyste-motifs", sample);
await picture(analyst, "analyste-prix", sample, "#prix", 330);
await picture(analyst, "analyste-score", sample + "/score");
await picture(analyst, "analyste-modele", "/modeles/1");
await picture(analyst, "analyste-repetition", "/repetitions/1", "main .tiles");
await picture(analyst, "analyste-criblage", match);
await picture(analyst, "analyste-veille", "/veille");
await picture(head, "chef-accueil", "/");
await picture(head, "chef-attribuer", "/controles");
await picture(admin, "administrateur-etat", "/administration");
await picture(admin, "administrateur-droits", "/roles");
const narrow = await open("inspecteur", hand), broker = await open("courtier", hand);
await picture(narrow, "inspecteur-accueil", "/");
await picture(narrow, "inspecteur-visite", visit);
await picture(broker, "commissionnaire-declarations", "/mes-declarations");

// What a chart counts is told under the mouse.
await head.goto(url + "/?langue=fr");
await head.locator("svg.plot rect.target").first().hover();
check("a chart tells its figures", /\d/.test(await head.locator(".tip:not([hidden])").first().textContent()));

// ---- the guides themselves

for (const [role, page] of Object.entries(people)) {
	for (const language of ["fr", "en"]) {
		await page.goto(`${url}/aide/guides/${role}?langue=${language}`);
		const name = `${role}.${language}`;
		check(`${name}: there`, (await page.locator(".reading h2").count()) >= 4);
		check(`${name}: nothing is left unread`, !/!\[|\]\(/.test(await page.innerText(".reading")));
		const images = await page.locator(".reading img").evaluateAll((all) => Promise.all(all.map(async (image) => {
			image.loading = "eager";
			await image.decode().catch(() => {});
			return { wide: image.naturalWidth, alt: image.alt, sized: image.hasAttribute("width") && image.hasAttribute("height") };
		})));
		check(`${name}: pictures`, images.length > 0 && images.every((image) => image.wide > 0 && image.alt.length > 20 && image.sized),
			JSON.stringify(images));
		const links = await page.locator(".reading a").evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
		for (const link of links)
			check(`${name}: ${link} opens`, (await page.request.get(url + link)).status() === 200);
	}
	await page.goto(url + "/?langue=fr");
}
for (const role of Object.keys(people)) {
	const bytes = await weigh("admin", "/aide/guides/" + role, /\/documents\/|\.png$/);
	check(`${role}: first view of ${Math.round(bytes / 102.4) / 10} kB without pictures`, bytes <= MOST, bytes + " bytes");
}
await done();
