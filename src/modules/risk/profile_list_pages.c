/* The list of profiles, and the life of one. */
#include "engine/fact.h"
#include "modules/risk/profile_pages.h"

#include <string.h>

enum { LIST_ROWS = 300, LIFE_DAYS = 365 };

static const struct {
	const char *code;
	const char *label;
} filters[] = {
	{"", TR("Tous")},
	{"active", TR("En vigueur")},
	{"proposed", TR("À décider")},
	{"draft", TR("Brouillons")},
	{"retired", TR("Retirés")},
};

static bool is_shown(struct request *rq, const struct profile_row *row, struct text state, struct text search)
{
	struct text haystack;

	if (state.size && !text_equal(state, row->state) && !text_equal(state, row->newest_state))
		return false;
	if (!search.size)
		return true;
	haystack = arena_format(rq->arena, "%.*s %.*s", TEXT_FORMAT(row->code), TEXT_FORMAT(tr_text(rq->language, row->title)));
	haystack = text_folded(rq->arena, haystack);
	return haystack.data && text_find(haystack, search) < haystack.size;
}

static const struct profile_life *life_of(const struct profile_life_row *lives, size_t count, struct text code)
{
	static const struct profile_life none = {0};

	for (size_t i = 0; i < count; i++)
		if (text_equal(lives[i].code, code))
			return &lives[i].life;
	return &none;
}

static void print_row(struct request *rq, struct html *p, const struct profile_row *row, const struct profile_life *life,
	struct text currency)
{
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<span class=\"profile-name\"><a href=\"/profils/%lld\"><strong>%.*s</strong></a><span>%.*s</span></span>",
		(long long)row->id, TEXT_FORMAT(row->code), TEXT_FORMAT(tr_text(rq->language, row->title)));
	table_cell_end(p);
	table_cell_begin(p);
	lane_badge(p, lane_code(row->lane), lane_label(row->lane));
	table_cell_end(p);
	table_cell_begin(p);
	profile_state_badge(p, row->state);
	if (!text_equal(row->state, row->newest_state) && !text_is(row->newest_state, "retired")) {
		html(p, " ");
		profile_state_badge(p, row->newest_state);
	}
	table_cell_end(p);
	life_cells(p, life, currency);
	table_row_end(p);
}

static void print_filters(struct request *rq, struct html *p, struct text state, struct text search)
{
	struct form form;

	html(p, "<nav class=\"filters\" aria-label=\"%s\"><ul>", tr(rq->language, TR("État")));
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		html(p, text_is(state, filters[i].code) ? "<li><a aria-current=\"true\" href=\"/profils?etat=%s\">%s</a></li>"
							 : "<li><a href=\"/profils?etat=%s\">%s</a></li>",
			filters[i].code, tr(rq->language, filters[i].label));
	html(p, "</ul></nav>");
	form = form_begin_get(p, "/profils");
	form_hidden(&form, "etat", state);
	form_field(&form, &(struct field){.name = "recherche", .label = TR("Code ou titre"), .type = "search",
				  .value = search});
	form_end(&form, TR("Chercher"));
}

enum status profile_list_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Profil"), "name"}, {TR("Circuit"), "lane"}, {TR("État"), "text"},
		{TR("Touches"), "number"}, {TR("Infractions / contrôles"), "number"},
		{TR("Part conforme"), "number"}, {TR("Droits retrouvés"), "number"}, {TR("Coût"), "number"}, {NULL, NULL}};
	struct text state = rq_input(rq, "etat"), typed = rq_input(rq, "recherche"), search, currency;
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Profils"))));
	struct profile_life_row *lives;
	struct profile_row *rows;
	size_t count, life_count, shown = 0;

	profile_assets(&p);
	search = typed.size ? text_folded(rq->arena, typed) : TEXT_NONE;
	state = state.data ? state : TEXT("");
	TRY(profile_list(db, rq->arena, &rows, &count));
	TRY(profile_lives_read(db, clock_today() - LIFE_DAYS, rq->arena, &lives, &life_count));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	html(&p, "<p>");
	html_tr(&p, TR("Un profil dit quels envois regarder, pourquoi, et ce que l'inspecteur y cherche. Les chiffres sont ceux "
		       "des 365 derniers jours ; le coût est en heures d'inspecteur."));
	html(&p, "</p><p class=\"actions\">");
	if (rq_may(rq, RISK_MANAGE))
		html(&p, "<a class=\"button\" href=\"/profils/nouveau\">%s</a>", tr(rq->language, TR("Écrire un profil")));
	html(&p, "<a class=\"button secondary\" href=\"/politique\">%s</a>", tr(rq->language, TR("La politique en vigueur")));
	html(&p, "<a class=\"button secondary\" href=\"/faits\">%s</a></p>", tr(rq->language, TR("Le dictionnaire des faits")));
	print_filters(rq, &p, state, typed);
	table_begin(&p, TR("Profils"), columns);
	for (size_t i = 0; i < count; i++) {
		if (!is_shown(rq, &rows[i], state, search))
			continue;
		if (shown++ < LIST_ROWS)
			print_row(rq, &p, &rows[i], life_of(lives, life_count, rows[i].code), currency);
	}
	table_end(&p);
	if (!shown)
		notice(&p, "info", TR("Aucun profil ne correspond."));
	if (shown > LIST_ROWS)
		notice(&p, "info", TR("Seuls les 300 premiers sont montrés : cherchez par code ou par titre."));
	page_end(&p);
	return STATUS_OK;
}

/* ---- the life of one */

static enum status print_months(struct request *rq, struct reader *db, struct html *p, struct text code)
{
	struct profile_month months[PROFILE_LIFE_MONTHS];
	struct chart_bar hits[PROFILE_LIFE_MONTHS], found[PROFILE_LIFE_MONTHS];

	TRY(profile_months_read(db, code, months));
	for (size_t i = 0; i < PROFILE_LIFE_MONTHS; i++) {
		int year, month, day;
		struct text label;

		date_split(months[i].first_day, &year, &month, &day);
		label = arena_format(rq->arena, "%04d-%02d", year, month);
		if (!label.data)
			return STATUS_NO_MEMORY;
		hits[i] = (struct chart_bar){label, number_of(months[i].hits), "bar"};
		found[i] = (struct chart_bar){label, number_of(months[i].adverse), "red"};
	}
	chart_bars(p, &(struct chart){TR("Décisions touchées par mois"), TR("Mois"), TR("Touches"), 0}, hits,
		PROFILE_LIFE_MONTHS);
	chart_bars(p, &(struct chart){TR("Infractions trouvées par mois"), TR("Mois"), TR("Infractions"), 0}, found,
		PROFILE_LIFE_MONTHS);
	return STATUS_OK;
}

static void print_hours(struct html *p, const struct profile_life *life, struct text currency)
{
	facts_row_begin(p, TR("Coût"));
	html_number(p, number_divide(number_of(life->minutes), number_of(60)), 1);
	html(p, "\u00a0");
	html_tr(p, TR("heures d'inspecteur"));
	facts_row_end(p);
	if (life->minutes > 0) {
		facts_row_begin(p, TR("Droits retrouvés par heure"));
		html_amount(p, number_divide(number_multiply(life->recovered, number_of(60)), number_of(life->minutes)),
			currency);
		facts_row_end(p);
	}
}

static void print_life(struct request *rq, struct html *p, const struct profile_life *life, struct text currency)
{
	facts_begin(p);
	facts_row(p, TR("Décisions touchées"), arena_format(rq->arena, "%lld", (long long)life->hits));
	facts_row(p, TR("Dont sélectionnées"), arena_format(rq->arena, "%lld", (long long)life->selected));
	facts_row(p, TR("Contrôles au résultat connu"), arena_format(rq->arena, "%lld", (long long)life->inspected));
	facts_row(p, TR("Infractions"), arena_format(rq->arena, "%lld", (long long)life->adverse));
	facts_row_begin(p, TR("Part conforme"));
	share_print(p, life->inspected - life->adverse, life->inspected);
	facts_row_end(p);
	facts_row_begin(p, TR("Droits retrouvés"));
	html_amount(p, life->recovered, currency);
	facts_row_end(p);
	print_hours(p, life, currency);
	facts_end(p);
}

enum status profile_life_page(struct request *rq, struct reader *db)
{
	struct profile_life life;
	struct text code, currency, title;
	struct html p;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(profile_find(db, id, rq->arena, &code));
	TRY(profile_life_read(db, code, clock_today() - LIFE_DAYS, &life));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	title = arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Vie du profil")), TEXT_FORMAT(code));
	p = page_begin(rq, title);
	profile_assets(&p);
	html(&p, "<p><a href=\"/profils/%lld\">← %s</a></p>", (long long)id, tr(rq->language, TR("Le profil")));
	section_begin(&p, TR("365 derniers jours"));
	print_life(rq, &p, &life, currency);
	html(&p, "<p class=\"muted\">");
	html_tr(&p, TR("Un contrôle compte pour chaque profil qui a touché l'envoi, avec son résultat et ses droits entiers. La "
		       "durée est celle mesurée pendant la visite, sinon celle des réglages. Les chiffres sont réunis toutes les "
		       "dix minutes."));
	html(&p, "</p>");
	section_end(&p);
	section_begin(&p, NULL);
	TRY(print_months(rq, db, &p, code));
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}
