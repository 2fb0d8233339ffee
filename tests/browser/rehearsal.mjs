// Rehearsal: the analyst proposes a profile, rehearses the policy that would have it against the one in force, sees the
// progress by itself and the result; then another setting of lanes; then the candidate decides in the shadow of live
// traffic, its differences are listed, and it is taken back.
import { check, desktop, declaration, done, open, scenario, sees, shot, turn, upload, until, url } from "./lib.mjs";

const analyst = await open("analyste");
const text = ["profil OMB-08201 : Étagères de l'ombre", "base légale : Code des douanes, article 116", "circuit : rouge",
	"consigne : Comptez les colis.", "quand", "  item.hs commence par 9403", "fin"].join("\n");
// The page of a request renews itself until the result is there; nothing is asked for again by the journey.
const result = async (what) => {
	check(`${what}: the progress is shown`, await analyst.locator("main progress").count() > 0 || await sees(analyst, "Voir le résultat"));
	await analyst.waitForSelector('main a:has-text("Voir le résultat")');
	await turn(analyst, 'main a:has-text("Voir le résultat")');
};
let candidate = "";

await scenario("a policy against the one in force", async () => {
	await analyst.goto(url + "/profils/nouveau");
	await analyst.fill("#f-texte", text);
	await analyst.waitForSelector("#verification .notice.ok");
	await analyst.fill("#f-note", "Les étagères arrivent trop légères.");
	await turn(analyst, 'button[value="proposer"]');
	await turn(analyst, 'button:text-is("Répéter la politique avec ce profil")');
	candidate = await analyst.inputValue("select[name=politique]");
	const others = await analyst.locator("select[name=contre] option").evaluateAll((all) => all.map((one) => one.value));
	const active = others.find((value) => value !== "-1" && value !== candidate);
	check("the policy in force is there to compare with", Boolean(active), others.join(" "));
	await analyst.selectOption("select[name=contre]", active);
	await shot(analyst, "1-demande");
	await turn(analyst, 'form[action="/repetitions"] button[type=submit]');
	await shot(analyst, "2-avancement");
	await result("a comparison");
	const told = await analyst.textContent("main");
	check("lanes, changes, offices, profiles and unknown outcomes are told", ["Circuits", "Changements de circuit", "Ce que l'une a et l'autre pas", "Charge des bureaux",
		"Apport de chaque profil", "Ce que personne n'a contrôlé n'a pas de résultat"].every((word) => told.includes(word)), told.slice(0, 400));
	check("with charts of both sides", await analyst.locator("main svg").count() >= 2);
	check("the new profile has its part", told.includes("OMB-08201"));
	await shot(analyst, "3-comparaison");
});

await scenario("another setting of lanes", async () => {
	await analyst.goto(url + "/repetitions");
	await analyst.fill("input[name=circuits]", "attendu_rouge=abc");
	await turn(analyst, 'form[action="/repetitions"] button[type=submit]');
	check("what cannot be read is told at its place", await sees(analyst, "Écrivez des paires comme attendu_rouge=8"));
	await analyst.fill("input[name=circuits]", "hasard_rouge=9");
	await turn(analyst, 'form[action="/repetitions"] button[type=submit]');
	await result("a setting");
	check("the result names the setting", await sees(analyst, "hasard_rouge=9"));
	await shot(analyst, "4-reglage");
	await analyst.goto(url + "/repetitions");
	check("both results are kept", await analyst.locator('main a[href^="/repetitions/"]:not([href*="demandes"])').count() >= 2);
	await shot(analyst, "5-liste");
});

await scenario("without script", async () => {
	const plain = await open("analyste", { ...desktop, javaScriptEnabled: false });
	await plain.goto(url + "/repetitions");
	await turn(plain, 'form[action="/repetitions"] button[type=submit]');
	const path = new URL(plain.url()).pathname;
	check("no script: the result comes when the page is asked for again", await until(plain, path, (page) => sees(page, "Voir le résultat")));
});

await scenario("a candidate in the shadow", async () => {
	await analyst.goto(url + "/ombre");
	await analyst.selectOption("select[name=politique]", candidate);
	await turn(analyst, 'form[action="/ombre"] button[type=submit]');
	check("the candidate is in the shadow", await sees(analyst, "En cours"));
	await upload(analyst, [8201, 8202, 8203].map((number) => declaration(number,
		{ "93020000": "94036010", "PISTOLETS DE SPORT": "ETAGERES EN BOIS", ">XY<": ">FR<", XX001: "VG103" })));
	check("what it would have done otherwise is listed, with its reason", await until(analyst, "/ombre",
		async (page) => await page.locator("main tbody tr:has-text('OMB-08201')").count() > 0));
	await shot(analyst, "6-ombre");
	await turn(analyst, 'form[action="/ombre/fin"] button');
	check("and it is taken back", await sees(analyst, "Terminé"));
	await shot(analyst, "7-fin");
});
await done();
