// The analyst's models: one is learned as a job from the recorded results, its card is read, another person approves it
// and puts it into service; it is measured, a second one is learned and compared with it, what each order of inspections
// would have found is shown, and a consignment tells what each fact added to its score.
import { check, declaration, desktop, done, find, known_goods, open, run_job, scenario, sees, shot, turn, until, upload, url } from "./lib.mjs";

const analyst = await open("analyste"), admin = await open("admin");
// A job of models is asked for by a button, and its page shows the result by and by.
const job = async (what, act) => {
	await turn(analyst, act);
	const path = new URL(analyst.url()).pathname;
	check(`${what}: asked for`, /^\/modeles\/travaux\/\d+$/.test(path), path);
	const over = await until(analyst, path, async (page) => !await sees(page, "En attente"));
	check(`${what}: done`, over && !await sees(analyst, "Échoué"), (await analyst.textContent("main")).slice(0, 300));
	return path;
};
const learn = 'form:has(input[name=genre][value=train]) button[type=submit]';
const models = () => analyst.locator('main tbody a[href^="/modeles/"]:not([href*="travaux"])').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
let first = "", second = "";

await scenario("learned, and approved by another", async () => {
	await analyst.goto(url + "/modeles");
	const before = await models();
	await job("a model is learned", learn);
	await analyst.goto(url + "/modeles");
	first = (await models()).find((path) => !before.includes(path));
	check("it stands in the list, to be approved", Boolean(first) && await sees(analyst, "À approuver"));
	await shot(analyst, "1-liste");
	await analyst.goto(url + first);
	const card = await analyst.textContent("main");
	check("the card tells data, quality and weights", ["Données", "Appris sur", "AUC", "Brier", "Faits qui pèsent le plus", "Empreinte"].every((word) => card.includes(word)), card.slice(0, 400));
	check("its chart has its numbers", await analyst.locator("main svg").count() > 0);
	check("who learned it is not asked to approve it", await analyst.locator(`form[action="${first}/approbation"]`).count() === 0);
	await shot(analyst, "2-fiche");
	await admin.goto(url + first);
	await admin.fill(`form[action="${first}/approbation"] [name=note]`, "Données et qualité vues.");
	await turn(admin, `form[action="${first}/approbation"] button[type=submit]`);
	check("another approves it, with a note", await sees(admin, "Données et qualité vues."));
	await turn(admin, `form[action="${first}"] button[type=submit]`);
	check("nobody puts it into service before it was rehearsed", await sees(admin, "répétez-le d'abord"));
	await turn(analyst, 'main a:has-text("Répéter ce modèle sur le passé")');
	check("its page leads to a rehearsal of it", await analyst.inputValue("select[name=modele]") === first.split("/").pop());
	await turn(analyst, 'form[action="/repetitions"] button[type=submit]');
	await analyst.waitForSelector('main a:has-text("Voir le résultat")');
	await admin.goto(url + first);
	await turn(admin, `form[action="${first}"] button[type=submit]`);
	check("it is in service", await sees(admin, "En service"));
	await shot(admin, "3-approuve");
});

await scenario("measured, and what each order would have found", async () => {
	await analyst.goto(url + "/modeles/classement");
	check("before a measure the page says what to do", await sees(analyst, "Mesurez le modèle en service"));
	await analyst.goto(url + first);
	await job("it is measured", 'form:has(input[name=genre][value=measure]) button[type=submit]');
	check("the measure has its figures", /0,\d{3}/.test(await analyst.textContent("main")));
	await shot(analyst, "4-mesure");
	await analyst.goto(url + "/modeles/classement");
	check("each choice of order has what it would have found", !await sees(analyst, "Mesurez le modèle en service") && await analyst.locator("main table tbody tr").count() > 2);
	await shot(analyst, "5-classement");
});

await scenario("compared with a second one", async () => {
	// One more outcome, so that there is something more to learn.
	// Any declaration will do: they are shared out by turns, and bills of lading teach nothing.
	const declared = '.visits > :has(h3 a:text-matches("(^| )C ?[0-9]+")) a.button >> nth=0';
	await upload(analyst, [8111, 8112, 8113, 8114].map((number) => declaration(number, { XX001: "VG103" })));
	await run_job("inspections.assign");
	const inspector = await open("inspecteur", { ...desktop, javaScriptEnabled: false });
	check("the inspector has work", await until(inspector, "/controles?circuit=red", async (page) => await page.locator(declared).count() > 0));
	await turn(inspector, declared);
	if (await inspector.locator(".bar button[value=commencer]").count()) await turn(inspector, ".bar button[value=commencer]");
	await inspector.check("input[name=resultat][value=conform]");
	await inspector.fill("#f-constat", "Tout est comme déclaré.");
	await turn(inspector, ".bar button[value=clore]");
	check("a visit was closed", inspector.url().endsWith("/controles"), inspector.url());

	await analyst.goto(url + "/modeles");
	const before = await models();
	await job("a second model is learned", learn);
	check("its page leads to it", await analyst.locator('main a[href^="/modeles/"]').count() > 0);
	await analyst.goto(url + "/modeles");
	second = (await models()).find((path) => !before.includes(path));
	await analyst.fill("input[name=modele]", first.split("/").pop());
	await analyst.fill("input[name=autre]", second.split("/").pop());
	const path = await job("the two are compared", 'form:has(input[name=autre]) button[type=submit]');
	check("both stand in one table", await analyst.locator(`main table a[href="${first}"]`).count() > 0 && await analyst.locator(`main table a[href="${second}"]`).count() > 0, path);
	await shot(analyst, "6-comparaison");
});

await scenario("what each fact added", async () => {
	await upload(analyst, known_goods(8101));
	await find(analyst, 8101);
	await turn(analyst, 'main a[href$="/score"]');
	const rows = await analyst.locator("main table tbody tr").count();
	check("each item has its facts, in words, with their effect", rows > 3 && /Augmente|Diminue/.test(await analyst.textContent("main")), rows);
	await shot(analyst, "7-score");
	await analyst.goBack();
	await turn(analyst, 'main a[href$="/avis"]');
	const notice = await analyst.innerText("main");
	check("the trader's notice tells neither score nor fact", notice.includes("8101") && !/score|modèle|profil|Augmente/i.test(notice), notice.slice(0, 300));
	await shot(analyst, "8-avis");
	await analyst.goto(url + "/veille");
	check("the watch shows drift by office", await analyst.locator("main table").count() > 0);
	await shot(analyst, "9-veille");
});
await done();
