// The newcomer: signs in, uploads a declaration, reads the decision and why; as most do, and without script.
import { check, context, declaration, desktop, done, find, hands, open, page_of, scenario, sees, shot, sign_in, turn, upload, url } from "./lib.mjs";

await scenario("upload to decision", async () => {
	const page = await open("admin");
	await page.goto(url + "/");
	const person = hands(page);
	person.look();
	await person.turn('nav.menu a[href="/imports"]');
	await person.picture("input[type=file]", declaration(5101));
	await person.tap('main form[enctype="multipart/form-data"] button[type=submit]');
	await page.waitForURL(/\/imports\/\d+/);
	person.look();
	check("the import is read to its end", await sees(page, "Terminé"));
	await shot(page, "1-import");
	await find(page, 5101);
	person.look();
	check("the lane is red", (await page.locator("main .lane.red, main [class*=red]").count()) > 0);
	check("and the reason is told in plain words", await sees(page, "Armes, munitions"));
	console.log("upload to decision: " + person.tell());
	await shot(page, "2-envoi");
});

await scenario("without script", async () => {
	const page = await sign_in(await page_of(await context({ ...desktop, javaScriptEnabled: false })), "admin");
	await page.goto(url + "/imports");
	check("no script: none runs", (await page.locator("noscript").count()) > 0 || (await page.evaluate(() => typeof EventSource)) === "function");
	await page.setInputFiles("input[type=file]", declaration(5102));
	await turn(page, 'main form[enctype="multipart/form-data"] button[type=submit]');
	check("no script: the import is read to its end", /\/imports\/\d+/.test(page.url()) && await sees(page, "Terminé"));
	await find(page, 5102);
	check("no script: the decision is told", await sees(page, "Armes, munitions"));
	await shot(page, "4-sans-script");
});
await done();
