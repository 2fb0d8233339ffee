"use strict";
// The visit when the link is weak. What is typed and photographed is kept on the telephone at once and sent when it can
// be; what a colleague typed meanwhile is merged field by field, and where both wrote, the officer chooses. Without this
// script the page is a plain form.
(() => {
	const state = document.getElementById("visit-state");
	if (!state || !window.localStorage) return;
	const words = document.getElementById("words") ? document.getElementById("words").dataset : {};
	const box = document.getElementById("visite");
	const form = box && box.closest("form");
	const user = (box || state).dataset.user;
	const visit = box ? box.dataset.visit : null;
	const keyOf = (id) => `vigie.visit.${user}.${id}`;
	let busy = false, leaving = false, conflicts = null, timer = 0;

	const say = (kind, text) => { state.className = "visit-state " + kind; state.textContent = text || ""; };
	const load = (id) => { try { return JSON.parse(localStorage.getItem(keyOf(id))); } catch { return null; } };
	const keep = (id, record) => {
		if (record.closing || Object.keys(record.dirty).length) localStorage.setItem(keyOf(id), JSON.stringify(record));
		else localStorage.removeItem(keyOf(id));
	};
	let token = (document.querySelector("input[name=_csrf]") || {}).value;

	// ---- the server
	const ask = async (url, options) => {
		const stop = new AbortController();
		const limit = setTimeout(() => stop.abort(), 30000);
		try { return await fetch(url, { signal: stop.signal, credentials: "same-origin", ...options }); }
		finally { clearTimeout(limit); }
	};
	// A page kept from an earlier session has an old token: take a fresh one from the page as it is now.
	const renewToken = async () => {
		const answer = await ask("/controles", { headers: { Accept: "text/html" }, cache: "reload" });
		if (answer.redirected || !answer.ok) return false;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const fresh = page.querySelector("input[name=_csrf]");
		if (fresh) token = fresh.value;
		return Boolean(fresh);
	};
	const post = async (url, fill) => {
		for (let attempt = 0; attempt < 2; attempt++) {
			const answer = await ask(url, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": token || "" }, body: fill() });
			if (answer.status !== 403 || attempt || !await renewToken()) return answer;
		}
	};
	const bodyOf = (record, sent) => () => {
		const body = new URLSearchParams();
		body.set("version", record.base);
		body.set("dossier", record.file);
		body.set("geste", record.closing ? "clore" : "enregistrer");
		if (record.begun) body.set("commence_le", record.begun);
		if (record.ended) body.set("fini_le", record.ended);
		for (const [name, value] of Object.entries(sent)) body.set(name, value);
		return body;
	};

	// ---- photos wait in IndexedDB
	const openPhotos = () => new Promise((done, failed) => {
		const request = indexedDB.open("vigie-visits", 1);
		request.onupgradeneeded = () => request.result.createObjectStore("photos", { keyPath: "key" });
		request.onsuccess = () => done(request.result);
		request.onerror = () => failed(request.error);
	});
	const photos = async (mode, act) => {
		const base = await openPhotos();
		return new Promise((done, failed) => {
			const request = act(base.transaction("photos", mode).objectStore("photos"));
			request.onsuccess = () => { done(request.result); base.close(); };
			request.onerror = () => { failed(request.error); base.close(); };
		});
	};
	const waitingPhotos = async () => (await photos("readonly", (store) => store.getAll())).filter((photo) => photo.user === user && !photo.refused);
	let sendingPhotos = false;
	const flushPhotos = async () => {
		if (sendingPhotos || !window.indexedDB) return 0;
		sendingPhotos = true;
		let left = 0;
		try {
			for (const photo of await waitingPhotos()) {
				const answer = await post(`/controles/${photo.visit}/photos`, () => {
					const body = new FormData();
					body.set("article", photo.item);
					body.set("prise_le", photo.taken);
					body.set("cle", photo.key);
					if (photo.place) { body.set("latitude", photo.place[0]); body.set("longitude", photo.place[1]); }
					body.append("photo", photo.blob, photo.name);
					return body;
				}).catch(() => null);
				if (answer && answer.ok) await photos("readwrite", (store) => store.delete(photo.key));
				else if (answer && answer.status >= 400 && answer.status < 500 && ![401, 403, 408, 429].includes(answer.status)) {
					// Kept on the telephone all the same: nothing is thrown away unseen.
					await photos("readwrite", (store) => store.put({ ...photo, refused: true }));
					say("bad", words.lost);
				} else left++;
			}
		} catch { left++; }
		sendingPhotos = false;
		return left;
	};

	// ---- the queue: what other pages left behind is sent from here
	const flushOthers = async () => {
		let left = 0;
		for (const key of Object.keys(localStorage)) {
			const id = key.startsWith(`vigie.visit.${user}.`) ? key.split(".")[3] : null;
			if (!id || id === visit) continue;
			const record = load(id);
			const answer = record && await post(`/controles/${id}`, bodyOf(record, record.dirty)).catch(() => null);
			if (answer && answer.ok) localStorage.removeItem(key);
			else if (record) left++;
		}
		return left;
	};

	// ---- the worker that keeps pages
	if (navigator.serviceWorker) {
		navigator.serviceWorker.register("/controles/hors-ligne.js", { scope: "/controles" }).then(() => navigator.serviceWorker.ready).then(() => {
			document.querySelectorAll("a[data-keep]").forEach((link) => fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => {}));
			if (box) fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => {});
		}).catch(() => {});
	}

	if (!box) {
		const all = async () => {
			const left = await flushOthers() + await flushPhotos();
			if (left) say("kept", `${words.kept} (${left})`);
			else if (state.classList.contains("kept")) location.reload();
		};
		all();
		addEventListener("online", all);
		setInterval(() => { if (state.classList.contains("kept")) all(); }, 15000);
		return;
	}

	// ---- the visit's own page
	const fields = () => [...form.elements].filter((input) => input.name && input.type !== "hidden" && !["prendre", "geste"].includes(input.name) && input.tagName !== "FIELDSET");
	const names = [...new Set(fields().map((input) => input.name))];
	const read = (name) => {
		const inputs = fields().filter((input) => input.name === name);
		if (inputs[0].type === "radio") return (inputs.find((input) => input.checked) || { value: "" }).value;
		return inputs[0].value.trim();
	};
	const write = (name, value) => fields().filter((input) => input.name === name).forEach((input) => {
		if (input.type === "radio") input.checked = input.value === value;
		else input.value = value;
		const item = input.closest("details");
		if (item && value) item.open = true;
	});
	const labelOf = (name) => {
		const input = fields().find((one) => one.name === name);
		const label = input && (input.type === "radio" ? input.closest("fieldset").querySelector("legend") : form.querySelector(`label[for="${input.id}"]`));
		const item = input && input.closest("details");
		return (item ? item.querySelector("strong").textContent + " – " : "") + (label ? label.textContent : name);
	};
	const wordsOf = (name, value) => {
		const input = fields().find((one) => one.name === name && (one.type !== "radio" || one.value === value));
		if (!value) return words.nothing;
		if (input && input.type === "radio") return input.closest("label").textContent.trim();
		if (input && input.tagName === "SELECT") return ([...input.options].find((option) => option.value === value) || { text: value }).text;
		return value;
	};
	const hidden = (name) => form.querySelector(`input[name="${name}"]`);
	const shown = Number(hidden("version").value);
	const stored = load(visit);
	const record = stored || { base: shown, dirty: {}, closing: false };
	record.file = hidden("dossier").value;
	for (const [name, value] of Object.entries(record.dirty)) if (names.includes(name)) write(name, value);

	const showConflicts = (answer) => {
		const old = document.getElementById("merge");
		if (old) old.remove();
		conflicts = new Map(answer.conflicts.map((conflict) => [conflict.name, conflict]));
		const panel = document.createElement("div");
		panel.id = "merge";
		panel.className = "notice danger merge";
		panel.setAttribute("role", "alert");
		panel.tabIndex = -1;
		const head = document.createElement("p");
		head.append(Object.assign(document.createElement("strong"), { textContent: words.conflict }));
		panel.append(head);
		for (const conflict of conflicts.values()) {
			const row = document.createElement("div");
			row.className = "choose";
			row.append(Object.assign(document.createElement("strong"), { textContent: labelOf(conflict.name) }));
			const choose = (text, who, value, taken) => {
				const button = document.createElement("button");
				button.type = "button";
				button.className = "button secondary";
				button.append(Object.assign(document.createElement("small"), { textContent: who }), document.createElement("br"), wordsOf(conflict.name, value), document.createElement("br"), Object.assign(document.createElement("small"), { textContent: text }));
				button.addEventListener("click", () => {
					if (taken) { write(conflict.name, value); delete record.dirty[conflict.name]; }
					conflicts.delete(conflict.name);
					row.remove();
					if (conflicts.size) return keep(visit, record);
					conflicts = null;
					record.base = answer.version;
					keep(visit, record);
					panel.remove();
					send();
				});
				row.append(button);
			};
			choose(words.mine, words.you, record.dirty[conflict.name] ?? conflict.mine, false);
			choose(words.theirs, conflict.by, conflict.theirs, true);
			panel.append(row);
		}
		box.prepend(panel);
		panel.focus();
		panel.scrollIntoView({ block: "center" });
	};
	const showFileChange = () => {
		if (document.getElementById("file-change")) return;
		const panel = document.createElement("div");
		panel.id = "file-change";
		panel.className = "notice warning";
		panel.setAttribute("role", "alert");
		const link = document.createElement("a");
		link.href = location.pathname;
		link.className = "button";
		link.textContent = words.look;
		panel.append(Object.assign(document.createElement("p"), { textContent: words.file }), link);
		box.prepend(panel);
		panel.scrollIntoView({ block: "center" });
	};
	const showProblems = (problems) => {
		form.querySelectorAll(".js-problem").forEach((old) => old.remove());
		problems.forEach((problem, index) => {
			const input = fields().find((one) => one.name === problem.field);
			const field = input && input.closest(".field");
			const text = Object.assign(document.createElement("p"), { className: "problem js-problem", textContent: problem.text });
			(field || box).prepend(text);
			if (!index) text.scrollIntoView({ block: "center" });
		});
	};
	// What a colleague typed comes in where this officer has typed nothing.
	const takeIn = (version, values) => {
		let merged = false;
		for (const [name, value] of Object.entries(values)) {
			if (!names.includes(name) || name in record.dirty || read(name) === value) continue;
			write(name, value);
			merged = true;
		}
		if (version > record.base && !Object.keys(record.dirty).length) record.base = version;
		return merged;
	};

	const send = async () => {
		if (busy || conflicts) return;
		busy = true;
		clearTimeout(timer);
		const sent = { ...record.dirty };
		say("sending", words.sending);
		try {
			const answer = await post(`/controles/${visit}`, bodyOf(record, sent));
			if (answer.status === 401 || answer.redirected) {
				say("bad", words.signin);
				state.append(" ", Object.assign(document.createElement("a"), { href: `/connexion?vers=${encodeURIComponent(location.pathname)}`, textContent: "→" }));
				return;
			}
			const said = await answer.json();
			if (answer.ok) {
				for (const [name, value] of Object.entries(sent)) if (record.dirty[name] === value) delete record.dirty[name];
				record.base = said.version;
				hidden("version").value = said.version;
				if (said.state === "closed") {
					leaving = true;
					record.closing = false;
					record.dirty = {};
					keep(visit, record);
					await flushPhotos();
					location.href = "/controles";
					return;
				}
				const merged = takeIn(said.version, said.values);
				keep(visit, record);
				say("saved", merged ? words.merged : words.saved);
				if (box.dataset.state === "assigned") return location.reload();
				if (said.file !== Number(record.file)) showFileChange();
			} else {
				record.closing = false;
				keep(visit, record);
				if (said.state === "conflict") { say("bad", words.conflict); showConflicts(said); }
				else if (said.state === "file_changed") { say("bad", words.file); showFileChange(); }
				else if (said.problems) { say("bad", words.refused); showProblems(said.problems); }
				else say("bad", said.title || words.refused);
			}
		} catch {
			keep(visit, record);
			say("kept", record.closing ? words.closing : words.kept);
		} finally {
			busy = false;
		}
		if (!conflicts && Object.keys(record.dirty).some((name) => record.dirty[name] !== sent[name])) timer = setTimeout(send, 1000);
	};

	form.addEventListener("input", (event) => {
		const name = event.target.name;
		if (!names.includes(name)) return;
		record.dirty[name] = read(name);
		record.begun = record.begun || Date.now();
		keep(visit, record);
		say("kept", words.sending);
		clearTimeout(timer);
		timer = setTimeout(send, 1200);
	});
	document.addEventListener("submit", (event) => {
		if (event.target === form) {
			event.preventDefault();
			event.stopPropagation();
			const act = event.submitter && event.submitter.value;
			record.begun = record.begun || Date.now();
			if (act === "clore") { record.closing = true; record.ended = Date.now(); }
			keep(visit, record);
			send();
		} else if (event.target.id === "photos" && window.indexedDB) {
			event.preventDefault();
			event.stopPropagation();
		}
	}, true);

	// ---- photos: made small here, with time and, if allowed, place
	const input = document.getElementById("f-photo");
	const small = async (file) => {
		try {
			const image = await createImageBitmap(file, { imageOrientation: "from-image" });
			const scale = Math.min(1, 1600 / Math.max(image.width, image.height));
			const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
			canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
			const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", .82));
			return blob && blob.size < file.size ? blob : file;
		} catch { return file; }
	};
	const placeBox = document.getElementById("f-place");
	const where = () => new Promise((done) => {
		if (!placeBox || !placeBox.checked) return done(null);
		navigator.geolocation.getCurrentPosition((at) => done([at.coords.latitude.toFixed(6), at.coords.longitude.toFixed(6)]), () => done(null), { timeout: 5000, maximumAge: 60000 });
	});
	const gallery = document.getElementById("gallery");
	const showWaiting = (photo) => {
		const row = document.createElement("li");
		row.className = "waiting";
		const image = Object.assign(document.createElement("img"), { width: 160, height: 120, alt: "" });
		row.append(image, Object.assign(document.createElement("p"), { className: "muted", textContent: words.kept }));
		gallery.append(row);
		// The policy of the pages lets pictures come from data, not from blobs.
		const reader = new FileReader();
		reader.onload = () => { image.src = reader.result; };
		reader.readAsDataURL(photo.blob);
	};
	const pull = async () => {
		if (leaving) return;
		const answer = await ask(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
		if (!answer || !answer.ok || answer.redirected || leaving) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const fresh = page.getElementById("gallery"), now = page.getElementById("visite");
		if (fresh) {
			gallery.replaceChildren(...document.adoptNode(fresh).childNodes);
			(await waitingPhotos().catch(() => [])).filter((photo) => photo.visit === visit).forEach(showWaiting);
		}
		if (!now) { if (!Object.keys(record.dirty).length) location.reload(); return; }
		const values = {};
		new FormData(now.closest("form")).forEach((value, name) => { values[name] = value; });
		if (takeIn(Number(values.version), values)) say("saved", words.merged);
		if (values.dossier !== record.file) showFileChange();
	};
	if (input && gallery && window.indexedDB) {
		document.querySelector("#photos .actions").hidden = true;
		if (navigator.geolocation && window.isSecureContext) document.getElementById("place").hidden = false;
		input.addEventListener("change", async () => {
			const item = document.getElementById("f-article").value, place = await where();
			for (const file of [...input.files]) {
				const photo = { key: `${Date.now()}-${Math.random().toString(36).slice(2, 12)}`, user, visit, item, taken: Date.now(), place, name: "photo.jpg", blob: await small(file) };
				await photos("readwrite", (store) => store.put(photo));
				showWaiting(photo);
			}
			input.value = "";
			if (await flushPhotos()) say("kept", words.kept);
			else pull();
		});
		waitingPhotos().then((list) => list.filter((photo) => photo.visit === visit).forEach(showWaiting)).catch(() => {});
	}

	// ---- the link
	const flush = async () => {
		if (record.closing || Object.keys(record.dirty).length) await send();
		if (gallery && window.indexedDB && !await flushPhotos() && gallery.querySelector(".waiting")) pull();
	};
	addEventListener("online", flush);
	addEventListener("offline", () => say("kept", words.offline));
	setInterval(() => { if (!busy && !conflicts && (record.closing || Object.keys(record.dirty).length || (gallery && gallery.querySelector(".waiting")))) flush(); }, 10000);
	if (window.EventSource) {
		let source = null, wait = 0;
		const listen = () => {
			source = new EventSource(box.dataset.stream);
			source.addEventListener("change", () => { clearTimeout(wait); wait = setTimeout(pull, 400); });
		};
		listen();
		addEventListener("pagehide", () => source.close());
		addEventListener("pageshow", (event) => { if (event.persisted) { listen(); pull(); } });
	} else setInterval(pull, 30000);
	if (stored) flush();
	if (!navigator.onLine) say("kept", words.offline);
})();
