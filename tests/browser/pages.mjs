// Every page that the menus lead to, for each role of the demonstration, on a desktop and on a phone: no violation of WCAG
// that axe finds, valid markup, nothing wider than the phone, a quiet console; and the weight of the main pages.
import { axe, check, context, desktop, done, markup, page_of, phone, scenario, shot, sign_in, url, weigh } from "./lib.mjs";

const MOST = 60 * 1024;
const LIMIT = Number(process.env.PAGES_LIMIT || 70);
const wanted = (path) => !/deconnexion|\/flux|\/export|langue=|\.csv|\.xlsx|\.xml|\.json|\/documents\/|\/api\//.test(path);
const shape = (path) => path.split("?")[0].replace(/\/[^/]*\.[^/]*$/, "/:code").replace(/\/\d+(?=\/|$)/g, "/:id");

// One page of each shape, breadth first.
const crawl = async (page) => {
	const found = new Map([["/", "/"]]);
	const queue = ["/"];
	while (queue.length && found.size < LIMIT) {
		const path = queue.shift();
		const answer = await page.goto(url + path);
		if (!answer || answer.status() >= 400 || !(answer.headers()["content-type"] ?? "").startsWith("text/html")) {
			check("GET " + path, answer && answer.status() < 400, String(answer?.status()));
			found.delete(shape(path));
			continue;
		}
		const links = await page.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
		for (const link of links) {
			const there = new URL(link, page.url());
			if (there.origin !== url || !wanted(there.pathname + there.search))
				continue;
			const next = there.pathname + there.search;
			// Guides and help speak to all roles: what they lead to is not for each.
			if (path.startsWith("/aide") && !next.startsWith("/aide"))
				continue;
			if (!found.has(shape(next))) {
				found.set(shape(next), next);
				queue.push(next);
			}
		}
	}
	return [...found.values()];
};

const look = async (page, path, name, is_phone) => {
	const answer = await page.goto(url + path);
	const violations = await axe(page);
	check(`${name} ${path}: axe`, violations.length === 0, violations.join(" | "));
	if (!is_phone) {
		const bytes = await page.evaluate(() => performance.getEntriesByType("resource")
			.filter((r) => !/\/documents\/|\/flux/.test(r.name))
			.reduce((sum, r) => sum + r.encodedBodySize, performance.getEntriesByType("navigation")[0].encodedBodySize));
		check(`${name} ${path}: ${Math.round(bytes / 102.4) / 10} kB with its style and script`, bytes <= MOST, bytes + " bytes");
		const wrong = await markup(await answer.text());
		check(`${name} ${path}: markup`, wrong.length === 0, wrong.slice(0, 5).join(" | "));
	} else {
		const width = await page.evaluate(() => document.documentElement.scrollWidth);
		check(`${name} ${path}: fits the phone`, width <= 360, width + " px");
	}
};

const seen = new Set();
for (const login of ["admin", "analyste", "chef", "inspecteur"]) {
	await scenario("the pages of " + login, async () => {
		// Without the worker that keeps visits for a bad link: what passes through it is measured unpacked.
		const direct = { serviceWorkers: "block" };
		const wide = await context({ ...desktop, ...direct }), narrow = await context({ ...phone, ...direct });
		const page = await sign_in(await page_of(wide), login), small = await sign_in(await page_of(narrow), login);
		const paths = await crawl(page);
		console.log(login, paths.length, "pages");
		for (const path of paths) {
			const key = shape(path) === "/" ? login + "/" : shape(path);
			if (seen.has(key))
				continue;
			seen.add(key);
			await look(page, path, login, false);
			await look(small, path, login, true);
			const file = login + (shape(path) === "/" ? "-accueil" : shape(path).replace(/[^a-z0-9]+/gi, "-"));
			await shot(page, file);
			await shot(small, file + "-telephone");
		}
	});
}

// Dark, and each language, on the first page and a list.
for (const language of ["fr", "en", "pt", "es"]) {
	await scenario("dark, " + language, async () => {
		const where = await context({ ...desktop, colorScheme: "dark" });
		const page = await sign_in(await page_of(where), "analyste");
		for (const path of ["/", "/declarations"]) {
			await page.goto(`${url}${path}?langue=${language}`);
			check(`${language} ${path}: the page says its language`, (await page.getAttribute("html", "lang")) === language);
			const violations = await axe(page);
			check(`${language} ${path}, dark: axe`, violations.length === 0, violations.join(" | "));
		}
		await shot(page, "sombre-" + language);
	});
}

for (const path of ["/", "/declarations", "/envois/1", "/imports"]) {
	await scenario("weight of " + path, async () => {
		const bytes = await weigh("analyste", path);
		check(`${path}: first view of ${Math.round(bytes / 102.4) / 10} kB`, bytes <= MOST, bytes + " bytes");
	});
}
await done();
