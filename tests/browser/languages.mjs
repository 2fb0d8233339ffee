// Four languages: in each, from upload to decision and through the pages of inspector, analyst and administrator. The title
// and the menu are the catalogue's words of that language, and no line that is seen is a French text that the catalogue
// has a translation for.
import { check, declaration, done, find, in_language, open, scenario, shot, upload, url } from "./lib.mjs";

const pages = [["admin", "/", null], ["admin", "/imports", "Fichiers reçus"], ["admin", "/administration", "Administration"], ["admin", "/utilisateurs", "Utilisateurs"],
	["analyste", "/profils", "Profils"], ["analyste", "/repetitions", "Répétitions"], ["analyste", "/modeles", "Modèles"], ["analyste", "/criblage", "Criblage des noms"],
	["analyste", "/veille", "Veille"], ["inspecteur", "/controles", "Visites d'aujourd'hui"], ["inspecteur", "/declarations", "Déclarations"]];
const menu = ["Accueil", "Déclarations", "Fichiers", "Profils", "Répétitions", "Utilisateurs", "Aide"];
// The lines that are seen and that are French texts with another text in the language.
const left_french = async (page, language) => (await page.innerText("body")).split("\n").map((line) => line.trim())
	.filter((line) => line.length > 3 && in_language(language, line) && in_language(language, line) !== line);

const people = { admin: await open("admin"), analyste: await open("analyste"), inspecteur: await open("inspecteur") };
let number = 8400;
await people.admin.goto(url + "/administration?langue=fr");
check("a page in French is seen to be no English one", (await left_french(people.admin, "en")).length > 10);
for (const language of ["fr", "en", "pt", "es"])
	await scenario("in " + language, async () => {
		const admin = people.admin;
		for (const page of Object.values(people)) {
			await page.goto(`${url}/?langue=${language}`);
			check(`${language}: the page says its language`, await page.getAttribute("html", "lang") === language);
		}
		const labels = await admin.innerText("nav.menu");
		const missing = menu.filter((text) => !labels.includes(in_language(language, text) ?? "?"));
		check(`${language}: the menu speaks it`, missing.length === 0, missing.join(", "));
		for (const [login, path, title] of pages) {
			const page = people[login];
			await page.goto(url + path);
			if (title) {
				const said = (await page.innerText("main h1")).trim();
				check(`${language} ${path}: the title`, said === in_language(language, title), said);
			}
			if (language !== "fr") {
				const left = await left_french(page, language);
				check(`${language} ${path}: nothing is left in French`, left.length === 0, left.slice(0, 5).join(" | "));
			}
		}
		await upload(admin, declaration(++number));
		const state = in_language(language, "Terminé");
		check(`${language}: the import is read to its end`, (await admin.textContent("main")).includes(state), state);
		await find(admin, number);
		const lane = in_language(language, "rouge"), text = await admin.innerText("main");
		check(`${language}: the lane is told`, (await admin.locator("main .lane.red").first().innerText()).includes(lane), lane);
		if (language !== "fr") {
			const left = await left_french(admin, language);
			check(`${language}: the decision leaves nothing in French`, left.length === 0, left.slice(0, 5).join(" | "));
		}
		check(`${language}: the reason is named`, text.includes("ARM-01"));
		await shot(admin, `${language}-envoi`);
		await shot(people.inspecteur, `${language}-declarations`);
	});
await done();
