// Names, prices, suppressions: the analyst takes a small list with a look at what it changes, the queue shows the parties
// that resemble, one is cleared and one confirmed; the next declaration of the confirmed one is red and says why; its
// price stands on the plot of its goods; a profile is set aside for an operator and the decision says so.
import { check, declaration, done, find, known_goods, open, run_job, scenario, sees, shot, turn, until, upload, url } from "./lib.mjs";

const analyst = await open("analyste");
const names = "Nom,Alias,Type\nVITSAFFA S.A.,,organisation\nROTSAZZI LTD,SOCIETE ROTSAZY,organisation\n"
	+ Array.from({ length: 60 }, (_, i) => `NAVIRE INVENTE ${"ABCDEFGHIJ"[i % 10]}${"KLMNOP"[Math.floor(i / 10)]}QXW,,navire\n`).join("");
const take = async (text) => {
	await analyst.goto(url + "/listes-de-noms");
	await analyst.setInputFiles("input[type=file]", { name: "liste-nationale.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
	await analyst.fill("input[name=code]", "NATIONALE");
	await analyst.fill("input[name=titre]", "Liste nationale d'exemple");
	await analyst.click('main form[enctype="multipart/form-data"] button[type=submit]');
	await analyst.waitForURL(/projets/);
	await analyst.waitForSelector('main form[action^="/listes-de-noms/projets/"]');
};
const verdict = async (path, which, reason) => {
	await analyst.goto(url + path);
	await analyst.check(`input[name=verdict][value=${which}]`);
	await analyst.fill("[name=motif]", reason);
	if (which === "ecarter") await analyst.fill("[name=jusqu_au]", new Date(Date.now() + 90 * 86400000).toISOString().slice(0, 10));
	await turn(analyst, `main form[action="${path}"] button[type=submit]`);
};

await scenario("a list is taken, after a look", async () => {
	await take(names);
	const preview = await analyst.textContent("main");
	check("what it would change is shown first", preview.includes("Nouveaux noms") && preview.includes("VITSAFFA"), preview.slice(0, 300));
	await shot(analyst, "1-apercu");
	await turn(analyst, 'main form[action^="/listes-de-noms/projets/"] button[type=submit]');
	check("the list is in force", await sees(analyst, "La liste est prise"));
	await shot(analyst, "2-liste");
	// Less than half of a list is not taken by mistake.
	await take(names.split("\n").slice(0, 20).join("\n") + "\n");
	check("a file that would empty the list is told", await sees(analyst, "Plus de la moitié des noms disparaîtrait"));
	await shot(analyst, "2-garde");
});

await scenario("the queue, one cleared and one confirmed", async () => {
	await run_job("screening.parties");
	check("parties that resemble are there", await until(analyst, "/criblage", async (page) => await page.locator("main tbody tr:has-text('VITSA')").count() > 0
		&& await page.locator("main tbody tr:has-text('ROTSA')").count() > 0));
	await shot(analyst, "3-file");
	const path = (name) => analyst.locator(`main tbody tr:has-text('${name}') a[href^="/criblage/"]`).first().getAttribute("href");
	const listed = await path("VITSA"), other = await path("ROTSA");
	await analyst.goto(url + listed);
	check("both sides and the resemblance are told", (await analyst.textContent("main")).includes("Ressemblance") && await sees(analyst, "Liste nationale d'exemple"));
	await shot(analyst, "4-correspondance");
	await verdict(other, "ecarter", "Autre adresse, autre gérant.");
	await analyst.goto(url + other);
	check("one is cleared until a day", await sees(analyst, "Écartée jusqu'au") && await sees(analyst, "Autre adresse, autre gérant."));
	await verdict(listed, "confirmer", "Même registre du commerce.");
	check("nothing is left to look at", await sees(analyst, "Rien à examiner"));
	await analyst.goto(url + listed);
	check("one is confirmed, with its reason", await sees(analyst, "Confirmée") && await sees(analyst, "Même registre du commerce."));
	await shot(analyst, "5-confirmee");
	await analyst.goto(url + "/criblage?etat=cleared");
	check("the cleared one has its end", await analyst.locator("main tbody tr:has-text('ROTSA')").count() > 0);
});

await scenario("a consignment of a listed name, and its price", async () => {
	await upload(analyst, known_goods(8301));
	await find(analyst, 8301);
	check("it is red", await analyst.locator("main .lane.red").count() > 0);
	check("and says which name on which list", await sees(analyst, "VITSAFFA"), (await analyst.textContent("main")).slice(0, 500));
	check("its price stands on the plot of its goods", await analyst.locator("#prix svg").count() > 0);
	check("with the numbers beneath", await analyst.locator("#prix table").count() > 0);
	await shot(analyst, "6-envoi");
	await analyst.goto(url + "/prix");
	check("reference prices have their observations", await analyst.locator("main tbody tr").count() > 0);
	await shot(analyst, "7-prix");
});

await scenario("a profile set aside for an operator", async () => {
	await analyst.goto(url + "/mises-de-cote");
	await analyst.fill("[name=profil]", "ARM-01");
	await analyst.fill("form [name=operateur]:not([type=search])", "T8302");
	await analyst.fill("[name=jusqu_au]", new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10));
	await analyst.fill("[name=motif]", "Club de tir, autorisation permanente 12/2026.");
	await turn(analyst, 'form[action="/mises-de-cote"]:has([name=motif]) button[type=submit]');
	check("it holds", await sees(analyst, "en vigueur") && await sees(analyst, "T8302"));
	await shot(analyst, "8-mise-de-cote");
	await upload(analyst, [declaration(8302, { XX001: "VG103" }), declaration(8303, { XX001: "VG103" })]);
	await find(analyst, 8302);
	check("the decision says what was set aside, by whom and why", await sees(analyst, "mis de côté pour cet opérateur") && await sees(analyst, "Club de tir"));
	await shot(analyst, "9-decision");
	await find(analyst, 8303);
	check("for another operator it still holds", !await sees(analyst, "mis de côté pour cet opérateur") && await sees(analyst, "ARM-01"));
	await analyst.goto(url + "/mises-de-cote");
	await turn(analyst, 'main form[action^="/mises-de-cote/"] button');
	check("and it is lifted", await sees(analyst, "Le profil vaut de nouveau"));
});
await done();
