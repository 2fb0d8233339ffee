// An analyst writes, tries and proposes a profile; the policy is rehearsed; an administrator puts it into force: in under
// five minutes by a person's hands. Then the next version on a phone, and the same without script, as far as checking.
import { check, desktop, done, hands, open, phone as telephone, scenario, sees, shot, turn, until, url } from "./lib.mjs";

const code = "VIT-" + String(Date.now() % 100000).padStart(5, "0");
const text = [`profil ${code} : Véhicules légers pour leur âge`, "base légale : Code des douanes, article 116", "circuit : jaune",
	"consigne : Relevez le châssis et l'année.", "quand", "  item.hs commence par 8701..8704", "  et item.gross_mas > 0 kg", "fin"];
let path = "";

await scenario("a profile with four eyes", async () => {
	const analyst = await open("analyste");
	const person = hands(analyst);
	person.look();
	await person.turn('nav.menu a[href="/profils"]');
	await shot(analyst, "1-list");
	await person.turn('a[href="/profils/nouveau"]');
	await analyst.fill("#f-texte", "");
	await person.tap("#f-texte");
	await person.type(text.join("\n"), { delay: 10 });
	await analyst.waitForSelector("#verification [data-line='7']");
	check("the error is told at its line while typing", (await analyst.textContent("#verification")).includes("item.gross_mas"));
	check("and marked in the text", (await analyst.locator(".under .bad mark").textContent()) === "item.gross_mas");
	await shot(analyst, "2-error");

	// The dictionary gives the right word, at the cursor.
	await person.tap("#verification .faults a");
	await person.key("Shift+End");
	await person.key("Delete");
	await person.write(".dictionary input[type=search]", "masse brute");
	await person.tap('.facts-list li:not([hidden]) button:text-is("item.gross_mass")');
	await person.type("> 0 kg");
	await analyst.waitForSelector("#verification .notice.ok");
	check("the fact was inserted at the cursor", (await analyst.inputValue("#f-texte")).includes("et item.gross_mass > 0 kg\nfin"));
	await person.tap('button[value="essayer"]');
	await analyst.waitForSelector("#essai table");
	const rows = await analyst.locator("#essai tbody tr").allTextContents();
	check("hits in 30, 90 and 365 days", rows.length === 6 && /\d/.test(rows[0]) && await analyst.locator("#essai tbody tr:first-child td").count() === 4);
	await shot(analyst, "3-trial");
	await person.write("#f-note", "Les visites de mars ont montré des véhicules déclarés bien trop légers.");
	await person.turn('button[value="proposer"]');
	check("it is proposed", await sees(analyst, "Proposé"));
	path = new URL(analyst.url()).pathname;
	await shot(analyst, "4-proposed");

	// Its author may not; nor anyone before the policy was rehearsed.
	await turn(analyst, 'button:text-is("Mettre en vigueur")');
	check("four eyes", await sees(analyst, "Quatre yeux"));
	await person.turn('button:text-is("Répéter la politique avec ce profil")');
	await person.turn('form[action="/repetitions"] button[type=submit]');
	await shot(analyst, "5-rehearsal");
	check("the policy was rehearsed", await until(analyst, path, (page) => sees(page, "Politique répétée sur le passé")));

	const administrator = await open("admin");
	await administrator.goto(url + "/");
	const second = hands(administrator);
	second.look();
	await second.turn('main a[href="/profils?etat=proposed"]');
	await second.turn(`main a:has-text("${code}")`);
	await second.write("#f-commentaire", "Relu : la base légale est la bonne.");
	await second.turn('button:text-is("Commenter")');
	await second.turn('button:text-is("Mettre en vigueur")');
	check("it is in force", await sees(administrator, "En vigueur"));
	await shot(administrator, "6-in-force");
	console.log("the analyst: " + person.tell());
	console.log("the second pair of eyes: " + second.tell());
	const seconds = person.seconds() + second.seconds();
	check(`written, tried, rehearsed and in force: about ${seconds} s by the hands of two persons, of 300`, seconds < 300);
});

// The next version: the comparison shows what changes; on a phone too.
await scenario("the next version, on a phone", async () => {
	const page = await open("analyste", telephone);
	await page.goto(url + path + "/modifier");
	await page.fill("#f-texte", (await page.inputValue("#f-texte")).replace("jaune", "rouge"));
	await page.waitForSelector("#verification .notice.ok");
	await shot(page, "7-phone-editor");
	const width = await page.evaluate(() => document.documentElement.scrollWidth);
	check("nothing wider than the phone", width <= 360, width + " px");
	await turn(page, 'button[value="enregistrer"]');
	check("the change is shown against what is in force", (await page.locator(".diff ins").allTextContents()).some((line) => line.includes("rouge")));
	await shot(page, "8-phone-profile");
	await page.goto(url + path + "/vie");
	check("its life is told", /\d/.test(await page.textContent("main")));
	await shot(page, "9-phone-life");
});

// Without script the button Vérifier says the same.
await scenario("without script", async () => {
	const plain = await open("analyste", { ...desktop, javaScriptEnabled: false });
	await plain.goto(url + "/profils/nouveau");
	await plain.fill("#f-texte", text.join("\n").replace(code, code + "b"));
	await turn(plain, 'button[value="verifier"]');
	check("errors at their place without script", (await plain.textContent("#verification")).includes("Ligne 7"));
	check("the line is marked", (await plain.locator(".source li.bad").count()) === 1);
	await shot(plain, "10-without-script");
});
await done();
