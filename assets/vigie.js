"use strict";
// Pages work without this. It shows the progress of uploads, renews live regions, lets messages be put away.
const enhance = (root) => {
	const each = (selector, act) => root.querySelectorAll(selector).forEach(act);

	// What is wrong is read out first.
	const alert = root.querySelector('.notice.danger[tabindex="-1"]');
	if (alert) alert.focus();

	each(".notice.flash", (box) => {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "dismiss";
		button.textContent = "\u00d7";
		button.setAttribute("aria-label", { fr: "Fermer", en: "Close", pt: "Fechar", es: "Cerrar" }[document.documentElement.lang] || "Fermer");
		button.addEventListener("click", () => box.remove());
		box.append(button);
	});

	// Who signs out leaves no pages behind on the telephone (what was typed and not sent stays, for that person alone).
	each('form[action="/deconnexion"]', (form) => form.addEventListener("submit", () => { if (window.caches) caches.delete("vigie-visits"); }));

	// A form is sent once.
	each("form[method=post]", (form) => form.addEventListener("submit", () => {
		form.querySelectorAll("button[type=submit]").forEach((button) => setTimeout(() => { button.disabled = true; }));
	}));
	each('form[enctype="multipart/form-data"]', (form) => form.addEventListener("submit", (event) => {
		if (!window.XMLHttpRequest || !form.querySelector("input[type=file]")) return;
		event.preventDefault();
		const bar = document.createElement("progress");
		const state = document.createElement("p");
		bar.max = 100;
		state.className = "upload-state";
		state.setAttribute("role", "status");
		form.append(bar, state);
		const xhr = new XMLHttpRequest();
		xhr.open("POST", form.action);
		xhr.upload.addEventListener("progress", (step) => {
			if (!step.lengthComputable) return;
			const percent = Math.round(step.loaded / step.total * 100);
			bar.value = percent;
			state.textContent = percent + " %";
			if (percent === 100) bar.removeAttribute("value");
		});
		xhr.addEventListener("load", () => {
			const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
			const main = document.adoptNode(page.querySelector("main"));
			if (xhr.status < 400 && xhr.responseURL) history.pushState(null, "", xhr.responseURL);
			document.title = page.title;
			document.querySelector("main").replaceWith(main);
			scrollTo(0, 0);
			enhance(main);
		});
		xhr.addEventListener("error", () => { bar.remove(); state.remove(); form.submit(); });
		xhr.send(new FormData(form));
	}));

	// What a mark of a chart counts is told at once, under the mouse or the finger; the table below says it without script.
	each("figure.chart", (chart) => {
		const marks = new Map([...chart.querySelectorAll("svg rect > title")].map((title) => [title.parentNode, title.textContent]));
		if (!marks.size) return;
		const tip = chart.appendChild(document.createElement("div"));
		tip.className = "tip";
		tip.hidden = true;
		tip.setAttribute("aria-hidden", "true");
		marks.forEach((words, mark) => mark.firstElementChild.remove());
		chart.addEventListener("pointerover", (event) => {
			tip.hidden = !marks.has(event.target);
			if (tip.hidden) return;
			tip.textContent = marks.get(event.target);
			const frame = chart.getBoundingClientRect(), box = event.target.getBoundingClientRect(), half = tip.offsetWidth / 2;
			tip.style.left = Math.min(Math.max(box.left + box.width / 2 - frame.left, half), frame.width - half) + "px";
			tip.style.top = Math.max(box.top - frame.top - 6, 0) + "px";
		});
		chart.addEventListener("pointerleave", () => { tip.hidden = true; });
	});

	// A live region asks for the page again when the stream says that something changed.
	each("[data-live]", (region) => {
		let due = false, busy = false;
		const pause = (time) => new Promise((done) => setTimeout(done, time));
		// Tokens of forms are new each time: they are no change.
		const plain = (node) => node.innerHTML.replace(/(name="_csrf" value=")[^"]*/g, "$1");
		const filled = () => region.contains(document.activeElement) && /INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName);
		const show = (text) => {
			const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(region.id);
			if (!fresh || plain(fresh) === plain(region)) return;
			region.replaceChildren(...document.adoptNode(fresh).childNodes);
			region.classList.remove("renewed");
			void region.offsetWidth;
			region.classList.add("renewed");
		};
		// One at a time, so that an older page never comes after a newer one; what changes meanwhile is asked for after it.
		const renew = async () => {
			due = true;
			if (busy) return;
			busy = true;
			while (due) {
				await pause(300);
				due = false;
				// A link that is gone is tried again; what is shown stays.
				const text = await fetch(location.href, { headers: { Accept: "text/html" } }).then((answer) => answer.ok ? answer.text() : "").catch(() => null);
				// What is being filled in is renewed when it is left.
				if (filled()) region.addEventListener("focusout", renew, { once: true });
				else if (text) show(text);
				else if (text === null) {
					await pause(10000);
					due = true;
				}
			}
			busy = false;
		};
		// Without a stream (an old browser, a proxy that lets none through) the page is asked for again now and then.
		let clock = 0;
		const fallBack = () => { clock = clock || setInterval(renew, 30000); };
		if (!window.EventSource) return fallBack();
		const source = new EventSource(region.dataset.live);
		source.addEventListener("change", renew);
		source.onmessage = renew;
		source.addEventListener("open", () => { clearInterval(clock); clock = 0; });
		source.addEventListener("error", fallBack);
		addEventListener("pagehide", () => source.close());
	});
};
enhance(document);
addEventListener("popstate", () => location.reload());
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((button) => { button.disabled = false; }));
