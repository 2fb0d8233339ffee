/* The pages of help: what there is, the guides, the glossary. */
#include "modules/help/pages.h"

#include "base/embedded.h"
#include "base/utf8.h"
#include "web/server.h"

#include <string.h>

static const struct guide {
	const char *name;
	const char *title;
	const char *who;
} guides[] = {
	{"commissionnaire", TR("Guide du commissionnaire en douane"), TR("Déposer, suivre ses déclarations, répondre à une visite.")},
	{"inspecteur", TR("Guide de l'inspecteur"), TR("Sa file, la visite, le constat, le résultat.")},
	{"analyste", TR("Guide de l'analyste de risque"), TR("Profils, modèle, répétitions, mesure de ce qui est trouvé.")},
	{"chef-de-bureau", TR("Guide du chef de bureau"), TR("Répartir le travail, suivre les retards, changer un circuit.")},
	{"administrateur", TR("Guide de l'administrateur"), TR("Comptes, rôles, unités, réglages, sauvegardes, journal.")},
	{"integrateur", TR("Guide de l'intégrateur"), TR("Relier un système à Vigie : jetons, listes, rappels, erreurs.")},
	{NULL, NULL, NULL},
};

/* French for the French, English for the others until there is one of theirs. */
static struct text guide_text(struct request *rq, const char *name)
{
	struct text path = arena_format(rq->arena, "docs/guides/%s.%s.md", name, language_code(rq->language));
	struct text found = path.data ? embedded_find(path.data) : TEXT_NONE;

	if (found.data || rq->language == LANGUAGE_FR)
		return found;
	path = arena_format(rq->arena, "docs/guides/%s.en.md", name);
	return path.data ? embedded_find(path.data) : TEXT_NONE;
}

static void print_guides(struct request *rq, struct html *p)
{
	section_begin_at(p, "guides", TR("Guides"));
	html(p, "<ul>");
	for (const struct guide *guide = guides; guide->name; guide++)
		if (guide_text(rq, guide->name).data)
			html(p, "<li><a href=\"/aide/guides/%s\">%s</a><br><span class=\"muted\">%s</span></li>", guide->name,
				tr(p->language, guide->title), tr(p->language, guide->who));
	html(p, "</ul>");
	section_end(p);
}

/* The label and the right of the page with this path; NULL when no module has it. */
static const struct route *page_of(const struct request *rq, const char *path)
{
	for (const struct module *const *module = rq->application->modules; module && *module; module++)
		for (const struct route *route = (*module)->routes; route && route->path; route++)
			if (route->method == METHOD_GET && strcmp(route->path, path) == 0)
				return route;
	return NULL;
}

static void print_pages(struct request *rq, struct html *p)
{
	section_begin_at(p, "pages", TR("Chaque page en deux mots"));
	html(p, "<dl class=\"terms\">");
	for (const struct module *const *module = rq->application->modules; module && *module; module++)
		for (const struct page_help *row = (*module)->help; row && row->path; row++) {
			const struct route *route = page_of(rq, row->path);

			if (!route || !rq_may(rq, route->needs))
				continue;
			html(p, "<dt>");
			if (strchr(row->path, ':'))
				html_tr(p, route->label);
			else
				html(p, "<a href=\"%s\">%s</a>", row->path, tr(p->language, route->label));
			html(p, "</dt><dd>%s <span class=\"muted\">%s</span></dd>", tr(p->language, row->purpose),
				tr(p->language, row->next));
		}
	html(p, "</dl>");
	section_end(p);
}

enum status help_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Aide"))));

	(void)db;
	html(&page, "<div class=\"columns\">");
	print_guides(rq, &page);
	section_begin_at(&page, "autres", TR("Et aussi"));
	html(&page, "<ul><li><a href=\"/visite-guidee\">%s</a></li><li><a href=\"/glossaire\">%s</a></li></ul>",
		tr(rq->language, TR("La visite guidée")),
		tr(rq->language, TR("Le glossaire français, anglais, portugais, espagnol")));
	section_end(&page);
	html(&page, "</div>");
	print_pages(rq, &page);
	page_end(&page);
	return STATUS_OK;
}

enum status guide_page(struct request *rq, struct reader *db)
{
	struct text name = rq_input(rq, "nom");

	(void)db;
	for (const struct guide *guide = guides; guide->name; guide++) {
		struct text source = text_is(name, guide->name) ? guide_text(rq, guide->name) : TEXT_NONE;
		struct html page;

		if (!source.data)
			continue;
		page = page_begin(rq, text_of(tr(rq->language, guide->title)));
		html(&page, "<section class=\"card\"><div class=\"reading\">");
		markdown_print(&page, source);
		html(&page, "</div></section>");
		html(&page, "<p><a href=\"/aide\">%s</a></p>", tr(rq->language, TR("Retour à l'aide")));
		page_end(&page);
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

/* ---- The glossary */

static struct text folded(struct arena *arena, const char *words)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, 4000);
	utf8_fold(&out, text_of(words));
	return out.status == STATUS_OK ? arena_text(arena, (struct text){out.data ? out.data : "", out.size}) : TEXT_NONE;
}

static bool has_words(struct arena *arena, const struct glossary_term *term, struct text sought)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		struct text name = folded(arena, term->names[i]), meaning = folded(arena, term->meanings[i]);

		if (text_find(name, sought) < name.size || text_find(meaning, sought) < meaning.size)
			return true;
	}
	return !sought.size;
}

static void print_term(struct html *p, const struct glossary_term *term)
{
	table_row_begin(p);
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		table_cell_begin(p);
		html(p, "<span lang=\"%s\">%s</span>", language_code((enum language)i), term->names[i]);
		table_cell_end(p);
	}
	table_cell(p, text_of(term->meanings[p->language < LANGUAGE_COUNT ? p->language : LANGUAGE_FR]));
	table_row_end(p);
}

enum status glossary_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Français"), "text"}, {TR("Anglais"), "text"},
		{TR("Portugais"), "text"}, {TR("Espagnol"), "text"}, {TR("Ce que c'est"), "text"}, {NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Glossaire"))));
	struct text typed = rq_input(rq, "recherche");
	struct text sought = folded(rq->arena, typed.size ? arena_string(rq->arena, typed) : "");
	struct form form = form_begin_get(&page, "/glossaire");
	int count = 0;

	(void)db;
	form_field(&form, &(struct field){.name = "recherche", .label = TR("Chercher un terme"), .type = "search",
		.help = TR("Dans l'une des quatre langues, avec ou sans accents."), .value = typed});
	form_end(&form, TR("Chercher"));
	for (const struct glossary_term *term = glossary_terms; term->names[0]; term++) {
		if (!has_words(rq->arena, term, sought))
			continue;
		if (!count++)
			table_begin(&page, TR("Glossaire"), columns);
		print_term(&page, term);
	}
	if (count)
		table_end(&page);
	else
		notice(&page, "info", TR("Aucun terme ne correspond. Essayez un mot plus court, ou une autre langue."));
	page_end(&page);
	return STATUS_OK;
}
