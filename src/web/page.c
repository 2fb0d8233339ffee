/* The frame of every page: head, menu, languages, who is signed in, the message of the action before. */
#include "web/page.h"

#include "web/assets.h"
#include "web/exchange.h"
#include "web/module.h"
#include "web/session.h"

#include <string.h>

enum { MENU_LIMIT = 40 };

static void print_head(struct html *p, struct text title)
{
	const char *name = p->rq->application->name;

	html(p, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%.*s – %s</title>\n",
		language_code(p->language), TEXT_FORMAT(title), name);
	html(p, "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"stylesheet\" href=\"%s\">\n"
		"<link rel=\"icon\" type=\"image/svg+xml\" href=\"%s\">\n<script src=\"%s\" defer></script>\n</head>\n",
		asset_url("vigie.css"), asset_url("favicon.svg"), asset_url("vigie.js"));
}

/* The address of this page in another language: the query without "langue", and that. */
static void print_language_path(struct html *p, enum language language)
{
	const struct exchange *exchange = exchange_of(p->rq);
	struct text rest = exchange ? exchange->query : TEXT_NONE;
	bool is_get = p->rq->method == METHOD_GET;

	html(p, "%.*s?", TEXT_FORMAT(p->rq->path));
	while (is_get && rest.data) {
		struct text pair = text_cut(&rest, '&');

		if (pair.size && !text_starts_with(pair, TEXT("langue=")))
			html(p, "%.*s&amp;", TEXT_FORMAT(pair));
	}
	html(p, "langue=%s", language_code(language));
}

static void print_languages(struct html *p)
{
	html(p, "<nav class=\"languages\" aria-label=\"");
	html_tr(p, TR("Langue"));
	html(p, "\"><ul>");
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		const char *code = language_code((enum language)i);

		html(p, "<li><a lang=\"%s\" hreflang=\"%s\" title=\"%s\" href=\"", code, code, language_name((enum language)i));
		print_language_path(p, (enum language)i);
		html(p, "\"%s>%s</a></li>", (enum language)i == p->language ? " aria-current=true" : "", code);
	}
	html(p, "</ul></nav>");
}

/* The bell, with how many messages wait. */
static void print_bell(struct html *p)
{
	const struct request *rq = p->rq;
	long long count = (long long)rq->actor.unread_count;

	if (!rq->application->notifications)
		return;
	html(p, "<a class=\"bell\" href=\"%s\">", rq->application->notifications);
	icon(p, "bell");
	html(p, "<span class=\"word\">");
	html_tr(p, TR("Notifications"));
	html(p, "</span>");
	if (count > 0)
		html(p, " <strong class=\"count\">%s%lld</strong>", count > 99 ? "+" : "", count > 99 ? 99 : count);
	html(p, "</a>");
}

static const char *account_path(const struct request *rq)
{
	return rq->application->account ? rq->application->account : "/compte";
}

/* From every page one search leads to what is sought. */
static void print_find(struct html *p)
{
	const struct application *application = p->rq->application;

	if (!p->rq->is_signed_in || !application->search || !rq_may(p->rq, application->search_needs))
		return;
	html(p, "<form class=\"find\" role=\"search\" method=\"get\" action=\"%s\" aria-label=\"", application->search);
	html_tr(p, TR("Chercher partout"));
	html(p, "\"><input type=\"search\" name=\"recherche\" "
		"maxlength=\"200\" aria-label=\"");
	html_tr(p, TR("Chercher un envoi : référence, nom, conteneur, marchandise"));
	html(p, "\" placeholder=\"");
	html_tr(p, TR("Référence, nom, conteneur…"));
	html(p, "\"><button type=\"submit\" aria-label=\"");
	html_tr(p, TR("Chercher"));
	html(p, "\">");
	icon(p, "search");
	html(p, "</button></form>");
}

static void print_who(struct html *p)
{
	struct request *rq = (struct request *)(uintptr_t)p->rq;
	const char *sign_out = rq->application->sign_out ? rq->application->sign_out : "/deconnexion";

	if (!rq->is_signed_in)
		return;
	print_bell(p);
	html(p, "<div class=\"who\"><a class=\"name\" href=\"%s\">", account_path(rq));
	icon(p, "person");
	html(p, "<span>%.*s</span></a>", TEXT_FORMAT(rq->actor.name));
	button_form(p, sign_out, TR("Se déconnecter"), NULL, TEXT_NONE);
	html(p, "</div>");
}

/* The entries that this actor may follow, in order. */
static size_t gather_menu(const struct request *rq, const struct menu_entry *ret_entries[MENU_LIMIT])
{
	size_t count = 0;

	for (const struct module *const *module = rq->application->modules; module && *module; module++)
		for (const struct menu_entry *entry = (*module)->menu; entry && entry->path; entry++) {
			size_t place = count;

			if (count == MENU_LIMIT || !rq_may(rq, entry->needs))
				continue;
			while (place > 0 && ret_entries[place - 1]->order > entry->order) {
				ret_entries[place] = ret_entries[place - 1];
				place--;
			}
			ret_entries[place] = entry;
			count++;
		}
	return count;
}

/* Is the page the entry's or below it? */
static bool is_current(struct text path, const char *entry)
{
	struct text start = text_of(entry);

	return text_equal(path, start) ||
		(start.size > 1 && text_starts_with(path, start) && path.data[start.size] == '/');
}

/* Entries stand under the heading of their range of orders. */
static const struct {
	int from;
	const char *label;
} menu_groups[] = {{0, NULL}, {40, TR("Analyse")}, {70, TR("Administration")}, {200, TR("Aide")}};

static size_t group_of(int order)
{
	size_t group = 0;

	while (group + 1 < sizeof menu_groups / sizeof *menu_groups && menu_groups[group + 1].from <= order)
		group++;
	return group;
}

static void print_entry(struct html *p, const struct menu_entry *entry)
{
	html(p, "<li><a href=\"%s\"%s>", entry->path, is_current(p->rq->path, entry->path) ? " aria-current=page" : "");
	icon(p, entry->icon ? entry->icon : "dot");
	html(p, "<span>");
	html_tr(p, entry->label);
	html(p, "</span></a></li>");
}

/* On a telephone the head is kept low: languages and the way out stand at the foot of the menu. */
static void print_menu_end(struct html *p)
{
	const char *sign_out = p->rq->application->sign_out ? p->rq->application->sign_out : "/deconnexion";

	html(p, "</ul><div class=\"menu-end\">");
	print_languages(p);
	button_form(p, sign_out, TR("Se déconnecter"), NULL, TEXT_NONE);
	html(p, "</div><a class=\"close\" href=\"#contenu\">");
	html_tr(p, TR("Fermer le menu"));
	html(p, "</a></nav>");
}

static void print_menu(struct html *p, const struct menu_entry *const *entries, size_t count)
{
	html(p, "<nav class=\"menu\" id=\"menu\" aria-label=\"");
	html_tr(p, TR("Menu principal"));
	html(p, "\">");
	for (size_t i = 0; i < count; i++) {
		size_t group = group_of(entries[i]->order);

		if (!i || group_of(entries[i - 1]->order) != group) {
			if (i)
				html(p, "</ul>");
			if (menu_groups[group].label)
				html(p, "<p class=\"group\">%s</p>", tr(p->language, menu_groups[group].label));
			html(p, "<ul>");
		}
		print_entry(p, entries[i]);
	}
	print_menu_end(p);
}

/* A lighthouse on its rock, its beam to the right. */
static void print_mark(struct html *p)
{
	html(p, "<svg class=\"mark\" viewBox=\"0 0 32 32\" width=\"34\" height=\"34\" aria-hidden=\"true\">"
		"<path class=\"beam\" d=\"M17 8 L31 3 V14 Z\"/>"
		"<path d=\"M12.2 12 h5.6 l1.9 13 h-9.4 Z\"/>"
		"<path d=\"M11.5 10.6 h7 v1.6 h-7 Z\"/><path d=\"M12.6 6 h4.8 v4 h-4.8 Z\"/>"
		"<path d=\"M11.8 5.4 L15 2.4 L18.2 5.4 Z\"/><path d=\"M4 29.6 q5.5 -5.2 11 -4 q5.5 -1.200 13 4 Z\"/></svg>");
}

static void print_flash(struct html *p)
{
	struct exchange *exchange = exchange_of(p->rq);
	struct text id = exchange ? flash_take(exchange) : TEXT_NONE;

	if (!id.size)
		return;
	html(p, "<div class=\"notice ok flash\" role=\"status\"><p>%s</p></div>", tr(p->language, id.data));
}

static const struct page_help *help_of(const struct request *rq)
{
	const struct exchange *exchange = exchange_of(rq);
	const struct route *route = exchange ? exchange->match.route : NULL;

	if (!route)
		return NULL;
	for (const struct module *const *module = rq->application->modules; module && *module; module++)
		for (const struct page_help *row = (*module)->help; row && row->path; row++)
			if (strcmp(row->path, route->path) == 0)
				return row;
	return NULL;
}

/* What the page is for and what to do next, folded away. */
static void print_help(struct html *p)
{
	const struct page_help *help = help_of(p->rq);

	if (!help)
		return;
	html(p, "<details class=\"page-help\"><summary>");
	icon(p, "help");
	html(p, "<span>");
	html_tr(p, TR("Aide sur cette page"));
	html(p, "</span></summary><div><p>");
	html_tr(p, help->purpose);
	html(p, "</p><p><strong>");
	html_tr(p, TR("Et ensuite :"));
	html(p, "</strong> ");
	html_tr(p, help->next);
	if (p->rq->is_signed_in) {
		html(p, "</p><p><a href=\"/aide\">");
		html_tr(p, TR("Guides et glossaire"));
		html(p, "</a>");
	}
	html(p, "</p></div></details>\n");
}

struct html page_begin(struct request *rq, struct text title)
{
	struct html p = rq_html(rq);
	const struct menu_entry *entries[MENU_LIMIT];
	size_t count = gather_menu(rq, entries);
	bool has_menu = rq->is_signed_in && count > 0;

	print_head(&p, title);
	html(&p, "<body class=\"%s\">\n<a class=\"skip\" href=\"#contenu\">", has_menu ? "has-menu" : "");
	html_tr(&p, TR("Aller au contenu"));
	html(&p, "</a>\n<header class=\"top\"><a class=\"brand\" href=\"/\">");
	print_mark(&p);
	html(&p, "<span class=\"words\"><strong>%s</strong>", rq->application->name);
	if (rq->application->administration)
		html(&p, "<small>%s</small>", rq->application->administration);
	html(&p, "</span></a>");
	if (has_menu) {
		html(&p, "<a class=\"open-menu\" href=\"#menu\">");
		html_tr(&p, TR("Menu"));
		html(&p, "</a>");
	}
	print_find(&p);
	html(&p, "<div class=\"tools\">");
	print_languages(&p);
	print_who(&p);
	html(&p, "</div></header>\n<div class=\"frame\">");
	if (has_menu)
		print_menu(&p, entries, count);
	html(&p, "<main id=\"contenu\" tabindex=\"-1\">\n<div class=\"title\"><h1>%.*s</h1>\n", TEXT_FORMAT(title));
	print_help(&p);
	html(&p, "</div>\n");
	print_flash(&p);
	return p;
}

void page_end(struct html *p)
{
	html(p, "</main></div>\n<footer class=\"foot\"><p>%s", p->rq->application->name);
	if (p->rq->application->administration)
		html(p, " · %s", p->rq->application->administration);
	html(p, "</p></footer>\n</body></html>\n");
}
