// The newcomer: signs in, uploads a declaration, reads the decision and why, records what the control showed, finds it
// in the history. Three times: as most do, by keyboard alone, and without script.
import { check, context, desktop, done, open, page_of, password, shot, sign_in, url } from "./lib.mjs";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../journeys/files/sad.xml", import.meta.url));
// Each journey brings a declaration of its own number.
const declaration = (number) => ({ name: `declaration-${number}.xml`, mimeType: "application/xml",
	buffer: Buffer.from(readFileSync(file, "utf8").replaceAll("4101", String(number))) });

const upload = async (page, number) => {
	await page.goto(url + "/imports");
	await page.setInputFiles("input[type=file]", declaration(number));
	await page.click('main form[enctype="multipart/form-data"] button[type=submit]');
	await page.waitForURL(/\/imports\/\d+/);
	await page.waitForLoadState();
};
const find = async (page, number) => {
	await page.goto(`${url}/declarations?recherche=${number}`);
	await page.click(`main table a:has-text("${number}")`);
	await page.waitForURL(/\/envois\/\d+/);
};
const sees = async (page, what) => (await page.textContent("main")).includes(what);

// As most do.
{
	const page = await open("admin");
	await upload(page, 5101);
	check("the import is read to its end", await sees(page, "Terminé"));
	await shot(page, "1-import");
	await find(page, 5101);
	check("the lane is red", (await page.locator("main .lane.red, main [class*=red]").count()) > 0);
	check("and the reason is told in plain words", await sees(page, "Armes, munitions"));
	await shot(page, "2-envoi");
	await page.context().close();
}

// By keyboard alone: Tab and Enter from the sign-in page to the consignment.
{
	const page = await page_of(await context(desktop));
	const focus = () => page.evaluate(() => { const a = document.activeElement; return (a.name || a.getAttribute("href") || a.textContent || "").trim(); });
	const tab_to = async (test) => {
		for (let i = 0; i < 120; i++) {
			await page.keyboard.press("Tab");
			if (test(await focus()))
				return true;
		}
		return false;
	};
	await page.goto(url + "/connexion");
	await tab_to((f) => f === "login");
	await page.keyboard.type("inspecteur");
	await tab_to((f) => f === "password");
	await page.keyboard.type(password("inspecteur"));
	await page.keyboard.press("Enter");
	await page.waitForURL((there) => there.pathname !== "/connexion", { timeout: 20000 }).catch(() => {});
	check("keyboard: signed in", !page.url().includes("/connexion"), page.url());
	await page.goto(url + "/");
	await page.keyboard.press("Tab");
	check("keyboard: the first stop skips the menu", (await focus()) === "#contenu", await focus());
	check("keyboard: the list is reached", await tab_to((f) => f === "/declarations"));
	await page.keyboard.press("Enter");
	await page.waitForURL(/\/declarations/);
	check("keyboard: a consignment is reached", await tab_to((f) => /^\/envois\/\d+$/.test(f)));
	const outline = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" || s.boxShadow !== "none"; });
	check("keyboard: the focus is seen", outline);
	await page.keyboard.press("Enter");
	await page.waitForURL(/\/envois\/\d+/);
	await shot(page, "3-clavier");
	await page.context().close();
}

// Without script.
{
	const page = await sign_in(await page_of(await context({ ...desktop, javaScriptEnabled: false })), "admin");
	await upload(page, 5102);
	await find(page, 5102);
	check("no script: the decision is told", await sees(page, "Armes, munitions"));
	await shot(page, "4-sans-script");
	await page.context().close();
}
await done();
