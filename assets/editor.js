"use strict";
// The editor of profiles works without this. It adds line numbers, marks what is wrong while one types, inserts facts at
// the cursor, and asks the past without leaving the page.
(() => {
	const editor = document.querySelector("[data-editor]");
	const area = document.getElementById("f-texte");
	if (!editor || !area) return;
	const form = area.form;
	const words = {
		fr: { search: "Chercher un fait : masse, origine, passé…", wait: "Calcul en cours…", insert: "Insérer", failed: "Pas de réponse : réessayez." },
		en: { search: "Find a fact: mass, origin, past…", wait: "Working…", insert: "Insert", failed: "No answer: try again." },
		pt: { search: "Procurar um facto: massa, origem, passado…", wait: "A calcular…", insert: "Inserir", failed: "Sem resposta: tente de novo." },
		es: { search: "Buscar un dato: masa, origen, pasado…", wait: "Calculando…", insert: "Insertar", failed: "Sin respuesta: inténtelo de nuevo." },
	}[document.documentElement.lang] || {};
	const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

	// ---- the pad: numbers and marks under the text
	const pad = document.createElement("div");
	const under = document.createElement("div");
	pad.className = "pad";
	under.className = "under";
	under.setAttribute("aria-hidden", "true");
	area.before(pad);
	pad.append(under, area);
	area.spellcheck = false;
	area.setAttribute("autocapitalize", "off");
	let faults = [];
	const draw = () => {
		const lines = area.value.split("\n");
		under.replaceChildren(...lines.map((line, i) => {
			const row = document.createElement("div");
			const own = faults.filter((fault) => fault.line === i + 1).sort((a, b) => a.column - b.column)[0];
			if (!own) {
				row.textContent = line;
				return row;
			}
			const from = Math.max(0, Math.min([...line].length, own.column - 1));
			const letters = [...line];
			let to = from;
			while (to < letters.length && !/\s/.test(letters[to])) to++;
			const mark = document.createElement("mark");
			mark.textContent = letters.slice(from, to).join("") || " ";
			row.className = "bad";
			row.append(letters.slice(0, from).join(""), mark, letters.slice(to).join(""));
			return row;
		}));
		area.style.height = "auto";
		area.style.height = area.scrollHeight + 2 + "px";
	};

	// ---- checking while one types
	const verdict = document.getElementById("verification");
	const body = () => new URLSearchParams(new FormData(form));
	const ask = async (path) => {
		const answer = await fetch(path, { method: "POST", body: body(), headers: { Accept: "text/html" } });
		if (!answer.ok) throw new Error(String(answer.status));
		return new DOMParser().parseFromString(await answer.text(), "text/html").body;
	};
	const go = (line, column) => {
		const lines = area.value.split("\n");
		const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
		const at = before + [...(lines[line - 1] || "")].slice(0, column - 1).join("").length;
		area.focus();
		area.setSelectionRange(at, at);
	};
	const read = () => {
		faults = [...verdict.querySelectorAll("[data-line]")].map((row) => ({ line: Number(row.dataset.line), column: Number(row.dataset.column) }));
		verdict.querySelectorAll("[data-line]").forEach((row) => {
			const name = row.querySelector("strong");
			if (!name || row.dataset.line === "0") return;
			const link = document.createElement("a");
			link.href = "#f-texte";
			link.textContent = name.textContent;
			link.addEventListener("click", (event) => { event.preventDefault(); go(Number(row.dataset.line), Number(row.dataset.column)); });
			name.replaceWith(link);
		});
		draw();
	};
	let timer = 0, asked = 0;
	const check = async () => {
		const turn = ++asked;
		try {
			const fresh = await ask("/profils/verification");
			if (turn !== asked) return;
			fresh.querySelectorAll("[role=alert]").forEach((box) => box.removeAttribute("role"));
			verdict.replaceChildren(...document.adoptNode(fresh).childNodes);
			read();
		} catch (error) { /* the button Vérifier remains */ }
	};
	area.addEventListener("input", () => {
		draw();
		clearTimeout(timer);
		timer = setTimeout(check, 400);
	});
	document.querySelectorAll(".writing .source").forEach((copy) => copy.remove());
	draw();
	read();
	addEventListener("resize", draw);
	if (!verdict.children.length) check();

	// ---- the past, without leaving the page
	const trial = document.getElementById("essai");
	form.querySelector('button[value="verifier"]').hidden = true;
	form.querySelector('button[value="essayer"]').addEventListener("click", async (event) => {
		event.preventDefault();
		event.stopPropagation();
		const button = event.currentTarget;
		const label = button.textContent;
		button.disabled = true;
		button.textContent = words.wait;
		trial.classList.add("busy");
		try {
			const fresh = await ask("/profils/essai");
			trial.replaceChildren(...document.adoptNode(fresh).childNodes);
			trial.scrollIntoView({ block: "nearest" });
		} catch (error) {
			trial.textContent = words.failed;
		}
		trial.classList.remove("busy");
		button.disabled = false;
		button.textContent = label;
	});

	// ---- the dictionary: search, and insert at the cursor
	const list = editor.querySelector(".facts-list");
	const search = document.createElement("input");
	search.type = "search";
	search.placeholder = words.search;
	search.setAttribute("aria-label", words.search);
	list.before(search);
	const rows = [...list.querySelectorAll("li")].map((row) => ({ row, text: fold(row.textContent) }));
	search.addEventListener("input", () => {
		const wanted = fold(search.value).split(/\s+/).filter(Boolean);
		rows.forEach(({ row, text }) => { row.hidden = !wanted.every((word) => text.includes(word)); });
		list.querySelectorAll("details").forEach((group) => {
			group.hidden = !group.querySelector("li:not([hidden])");
			group.open = wanted.length > 0 && !group.hidden;
		});
	});
	search.addEventListener("keydown", (event) => {
		if (event.key !== "Enter") return;
		event.preventDefault();
		const first = list.querySelector("li:not([hidden]) button");
		if (first) first.click();
	});
	list.querySelectorAll("code.insert").forEach((code) => {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "insert";
		button.textContent = code.textContent;
		button.title = words.insert;
		button.addEventListener("click", () => {
			const from = area.selectionStart, before = area.value.slice(0, from);
			const gap = before && !/[\s(]$/.test(before) ? " " : "";
			area.focus();
			area.setRangeText(gap + button.textContent + " ", from, area.selectionEnd, "end");
			area.dispatchEvent(new Event("input"));
		});
		code.replaceWith(button);
	});

	// ---- what was typed is not lost by a click too many
	const first = area.value;
	let leaving = false;
	form.addEventListener("submit", () => { leaving = true; });
	addEventListener("beforeunload", (event) => {
		if (!leaving && area.value !== first) event.preventDefault();
	});
})();
