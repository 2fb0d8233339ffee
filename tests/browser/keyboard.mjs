// By keyboard alone: signs in, brings a declaration, reads the decision; writes and tries a profile. The page is only given
// to look at: what would move a mouse throws.
import { check, context, declaration, desktop, done, page_of, password, scenario, shot, url } from "./lib.mjs";

const MOST_TABS = 250;
const looks = ["url", "evaluate", "textContent", "locator", "waitForURL", "waitForFunction", "waitForSelector", "waitForNavigation", "screenshot", "context", "keyboard"];
const only_keys = (page) => new Proxy(page, { get: (target, what) => {
	if (what === "then") return undefined; // a page is no promise
	if (typeof what === "string" && !looks.includes(what) && !what.startsWith("_")) throw new Error(`page.${what} is no matter of the keyboard`);
	return typeof target[what] === "function" ? target[what].bind(target) : target[what];
} });
let chosen;
const person_at = async () => {
	const page = await page_of(await context(desktop));
	// Files are waited for from the start: a key pressed before the browser knows that would open a window of its own.
	chosen = new Promise((done) => page.once("filechooser", done));
	// The address is typed once; nothing else is.
	await page.goto(url + "/connexion");
	return only_keys(page);
};
const focus = (page) => page.evaluate(() => {
	const a = document.activeElement;
	return { name: a.name ?? "", id: a.id, link: a.getAttribute("href") ?? "", text: (a.textContent ?? "").trim(), type: a.type ?? "", value: a.tagName === "BUTTON" ? a.value : "" };
});
const tab_to = async (page, what, test) => {
	for (let i = 0; i < MOST_TABS; i++) {
		await page.keyboard.press("Tab");
		if (test(await focus(page))) {
			const seen = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" || s.boxShadow !== "none" || document.activeElement.matches("textarea, input"); });
			return check(`keyboard: ${what} is reached in ${i + 1} stops, and seen`, seen);
		}
	}
	return check(`keyboard: ${what} is reached`, false, page.url());
};
const enter = (page, key = "Enter") => Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press(key)]);
const sign_in = async (page, login) => {
	await tab_to(page, "the name", (f) => f.name === "login");
	await page.keyboard.type(login);
	await tab_to(page, "the password", (f) => f.name === "password");
	await page.keyboard.type(password(login));
	await enter(page);
	check(`keyboard: ${login} is signed in`, !page.url().includes("/connexion"), page.url());
};

await scenario("upload to decision by keyboard", async () => {
	const page = await person_at();
	await sign_in(page, "admin");
	await page.keyboard.press("Tab");
	check("keyboard: the first stop skips the menu", (await focus(page)).link === "#contenu", JSON.stringify(await focus(page)));
	await tab_to(page, "the imports", (f) => f.link === "/imports");
	await enter(page);
	await tab_to(page, "the file", (f) => f.type === "file");
	await page.keyboard.press("Enter");
	const patience = new Promise((_, fail) => setTimeout(() => fail(new Error("Enter opened no window to choose a file")), 120000).unref());
	await (await Promise.race([chosen, patience])).setFiles(declaration(5201));
	await tab_to(page, "the button that sends", (f) => f.type === "submit");
	await page.keyboard.press("Enter");
	await page.waitForURL(/\/imports\/\d+/);
	await page.waitForSelector("main .notice.ok, main .notice.success, main .facts");
	await shot(page, "1-import");
	await tab_to(page, "the search", (f) => f.name === "recherche");
	await page.keyboard.type("5201");
	await enter(page);
	await tab_to(page, "what was brought", (f) => /^\/envois\/\d+$/.test(f.link) && f.text.includes("5201"));
	await enter(page);
	check("keyboard: the decision is told", (await page.textContent("main")).includes("Armes, munitions"), page.url());
	await shot(page, "2-envoi");
});

await scenario("a profile by keyboard", async () => {
	const page = await person_at();
	await sign_in(page, "analyste");
	await tab_to(page, "the profiles", (f) => f.link === "/profils");
	await enter(page);
	await tab_to(page, "a new one", (f) => f.link === "/profils/nouveau");
	await enter(page);
	await tab_to(page, "the text", (f) => f.id === "f-texte");
	await page.keyboard.press("Control+A");
	await page.keyboard.type(["profil CLA-52101 : Sucre par clavier", "base légale : Code des douanes, article 116", "circuit : jaune", "consigne : Pesez.", "quand", "item.hs commence par 1701", "fin"].join("\n"));
	await page.waitForSelector("#verification .notice.ok");
	await tab_to(page, "the trial", (f) => f.value === "essayer");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#essai table");
	check("keyboard: the text lets the focus go on, and the past is asked", (await page.textContent("#essai")).length > 0);
	await shot(page, "3-profil");
	await page.keyboard.press("Shift+Tab");
	await tab_to(page, "the button that keeps it", (f) => f.value === "enregistrer");
	await enter(page);
	check("keyboard: it is kept", (await page.textContent("main")).includes("CLA-52101"), page.url());
	await shot(page, "4-enregistre");
});
await done();
