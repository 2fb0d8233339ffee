// The administrator adds a user, who signs in with the first password, must change it, and sees only what the role gives.
import { check, done, open, page_of, context, shot, sign_in, url } from "./lib.mjs";

const login = "nouvelle." + String(Date.now() % 100000);
const admin = await open("admin");
await admin.goto(url + "/utilisateurs/nouveau");
await admin.fill("input[name=login]", login);
await admin.fill("input[name=name]", "Aïcha Nouvelle");
await admin.selectOption("select[name=role]", "inspector");
await admin.selectOption("select[name=unit]", { index: 1 });
await shot(admin, "1-formulaire");
await admin.click("main form button[type=submit]");
await admin.waitForLoadState();
const text = await admin.textContent("main");
const secret = text.match(/[a-z0-9]{5}(?:-[a-z0-9]{5}){3}/)?.[0];
check("the first password is shown once", Boolean(secret), text.slice(0, 200));
await shot(admin, "2-premier-mot-de-passe");

const page = await page_of(await context());
await sign_in(page, login, secret);
check("the first password must be changed", await page.locator("input[name=chosen]").count() === 1, page.url());
await page.fill("input[name=current]", secret);
await page.fill("input[name=chosen]", "une phrase bien longue 42");
await page.fill("input[name=again]", "une phrase bien longue 42");
await page.locator("form:has(input[name=chosen]) button[type=submit]").click();
await page.waitForLoadState();
await page.goto(url + "/");
check("and then the work is there", await page.locator("nav.menu a[href='/declarations']").count() === 1);
check("but not the accounts", await page.locator("nav.menu a[href='/utilisateurs']").count() === 0);
check("nor by their address", (await page.goto(url + "/utilisateurs")).status() === 403);
await shot(page, "3-nouvelle-personne");
await done();
