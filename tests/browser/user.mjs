// The administrator adds a user, who signs in with the first password, must change it, and sees only what the role gives.
import { check, context, done, open, page_of, scenario, shot, sign_in, turn, url } from "./lib.mjs";

await scenario("a new user", async () => {
	const login = "nouvelle." + String(Date.now() % 100000);
	const admin = await open("admin");
	await admin.goto(url + "/utilisateurs/nouveau");
	await admin.fill("input[name=login]", login);
	await admin.fill("input[name=name]", "Aïcha Nouvelle");
	await admin.selectOption("select[name=role]", "inspector");
	await admin.selectOption("select[name=unit]", { index: 1 });
	await shot(admin, "1-formulaire");
	await turn(admin, "main form button[type=submit]");
	const text = await admin.textContent("main");
	const secret = text.match(/[a-z0-9]{5}(?:-[a-z0-9]{5}){3}/)?.[0];
	check("the first password is shown once", Boolean(secret), text.slice(0, 200));
	await shot(admin, "2-premier-mot-de-passe");
	await admin.goto(url + "/utilisateurs?q=" + login);
	check("and the list has the person, without it", (await admin.textContent("main")).includes(login) && !(await admin.textContent("main")).includes(secret));

	const page = await page_of(await context());
	await sign_in(page, login, secret);
	check("the first password must be changed", await page.locator("input[name=chosen]").count() === 1, page.url());
	await page.fill("input[name=current]", secret);
	await page.fill("input[name=chosen]", "une phrase bien longue 42");
	await page.fill("input[name=again]", "une phrase bien longue 42");
	await turn(page, "form:has(input[name=chosen]) button[type=submit]");
	await page.goto(url + "/");
	check("and then the work is there", await page.locator("nav.menu a[href='/declarations']").count() === 1);
	check("but not the accounts", await page.locator("nav.menu a[href='/utilisateurs']").count() === 0);
	check("nor by their address", (await page.goto(url + "/utilisateurs")).status() === 403);
	await shot(page, "3-nouvelle-personne");
	await sign_in(await page_of(await context()), login, secret).then(async (late) =>
		check("the first password opens nothing any more", late.url().includes("/connexion"), late.url()));
});
await done();
