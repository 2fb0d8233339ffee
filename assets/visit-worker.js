"use strict";
// Keeps the pages of visits and what they are made of, so that they open without a link. What is typed is the page's
// own business (visit.js). The pages go when the session has ended.
const PAGES = "vigie-visits", PARTS = "vigie-parts";
const PATIENCE = 5000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const isPage = (url) => /^\/controles(\/\d+)?$/.test(url.pathname);

const page = async (request, url) => {
	const cache = await caches.open(PAGES);
	const fromServer = fetch(request).then(async (answer) => {
		if (answer.redirected || answer.status === 401) await caches.delete(PAGES);
		else if (answer.ok && (answer.headers.get("Content-Type") || "").startsWith("text/html")) await cache.put(url.pathname, answer.clone());
		return answer;
	});
	const late = new Promise((done) => setTimeout(done, PATIENCE, null));
	const answer = await Promise.race([fromServer.catch(() => null), late]);
	return answer || await cache.match(url.pathname) || fromServer;
};

const part = async (request) => {
	const cache = await caches.open(PARTS);
	const kept = await cache.match(request);
	if (kept) return kept;
	const answer = await fetch(request);
	if (answer.ok) await cache.put(request, answer.clone());
	return answer;
};

addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== "GET" || url.origin !== location.origin) return;
	if (isPage(url) && (event.request.mode === "navigate" || (event.request.headers.get("Accept") || "").includes("text/html"))) event.respondWith(page(event.request, url));
	else if (url.pathname.startsWith("/assets/")) event.respondWith(part(event.request));
});
