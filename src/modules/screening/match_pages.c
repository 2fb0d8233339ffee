/* The queue of matches, and the page on which a person confirms or clears one. */
#include "modules/screening/screening_store.h"
#include "web/session.h"

enum { PAGE_ROWS = 50, PAGES_MOST = 1000 };

static const struct {
	const char *code, *label, *caption;
} states[] = {
	{"open", TR("À examiner"), TR("Correspondances à examiner")},
	{"confirmed", TR("Confirmées"), TR("Correspondances confirmées")},
	{"cleared", TR("Écartées"), TR("Correspondances écartées")},
};

static size_t state_of(struct text code)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (text_is(code, states[i].code))
			return i;
	return 0;
}

static const char *role_label(struct text code)
{
	enum party_role role = ROLE_CONSIGNEE;

	(void)party_role_from(code, &role);
	return party_role_label(role);
}

static void print_score(struct html *p, int64_t score)
{
	html_number(p, score * 100, 0);
	html(p, "\xc2\xa0%%");
}

static void print_tabs(struct html *p, size_t current)
{
	html(p, "<nav class=\"tabs\" aria-label=\"");
	html_tr(p, TR("Correspondances"));
	html(p, "\"><ul>");
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		html(p, "<li><a href=\"/criblage?etat=%s\"%s>", states[i].code, i == current ? " aria-current=true" : "");
		html_tr(p, states[i].label);
		html(p, "</a></li>");
	}
	html(p, "<li><a href=\"/listes-de-noms\">");
	html_tr(p, TR("Listes de noms"));
	html(p, "</a></li></ul></nav>");
}

static void print_match(struct html *p, const struct match_row *row)
{
	const char *path = arena_string(p->rq->arena, arena_format(p->rq->arena, "/criblage/%lld", (long long)row->id));

	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, path ? path : "/criblage", row->party.size ? row->party : row->party_code);
	html(p, "<br><span class=\"muted\">");
	html_tr(p, role_label(row->role));
	html(p, "</span>");
	table_cell_end(p);
	table_cell_begin(p);
	html_text(p, row->listed);
	html(p, "<br><span class=\"muted\">%.*s %.*s</span>", TEXT_FORMAT(row->list), TEXT_FORMAT(row->reference));
	table_cell_end(p);
	table_cell_begin(p);
	print_score(p, row->score);
	table_cell_end(p);
	table_cell_number(p, number_of(row->seen_count), 0);
	table_cell_date(p, date_of(row->last_seen_at));
	table_cell_begin(p);
	if (row->until != DATE_NONE)
		html_date(p, row->until);
	if (row->is_over) {
		html(p, " ");
		badge(p, "warning", TR("délai passé"));
	}
	table_cell_end(p);
	table_row_end(p);
}

static const char *page_address(struct request *rq, const char *state, int64_t number)
{
	return arena_string(rq->arena,
		arena_format(rq->arena, "/criblage?etat=%s&page=%lld", state, (long long)number));
}

enum status screening_queue_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Partie déclarée"), "text"}, {TR("Nom sur la liste"), "text"},
		{TR("Ressemblance"), "number"}, {TR("Fois vue"), "number"}, {TR("Vue le"), "date"},
		{TR("Écartée jusqu'au"), "date"}, {NULL, NULL}};
	size_t state = state_of(rq_input(rq, "etat")), count;
	struct match_row *rows;
	struct match_filter filter = {.state = text_of(states[state].code), .limit = PAGE_ROWS + 1,
		.paths = actor_path_list(&rq->actor, SCREENING_READ, rq->arena)};
	int64_t number = 1;
	struct html page;

	if (!rq_integer(rq, "page", &number) || number < 1 || number > PAGES_MOST)
		number = 1;
	filter.offset = (number - 1) * PAGE_ROWS;
	if (!filter.paths.data)
		return STATUS_NO_MEMORY;
	TRY(match_rows(db, &filter, rq->arena, &rows, &count));
	page = page_begin(rq, text_of(tr(rq->language, TR("Criblage des noms"))));
	print_tabs(&page, state);
	table_begin(&page, states[state].caption, columns);
	for (size_t i = 0; i < count && i < PAGE_ROWS; i++)
		print_match(&page, &rows[i]);
	table_end(&page);
	if (!count)
		notice(&page, "ok", state ? TR("Aucune correspondance ici.")
					  : TR("Rien à examiner : aucune partie connue ne ressemble à un nom d'une liste."));
	page_links(&page, number > 1 ? page_address(rq, states[state].code, number - 1) : NULL,
		count > PAGE_ROWS ? page_address(rq, states[state].code, number + 1) : NULL);
	page_end(&page);
	return STATUS_OK;
}

/* ---- one match */

STATEMENT(ENTRY_OPEN,
	"select kind, names, identifiers, country, born, program, remark from screening_entries where list_id = $1 and "
	"reference = $2 order by id desc limit 1");
STATEMENT(MATCH_CONSIGNMENT, "select reference, day from consignments where id = $1");

static const char *const kind_labels[LISTED_KINDS] = {TR("Personne"), TR("Société ou organisation"), TR("Navire")};

static enum status print_entry(struct html *p, struct reader *db, const struct match_row *row)
{
	AUTO(rows_release) struct rows *rows = NULL;
	enum listed_kind kind = LISTED_FIRM;
	struct text names;

	TRY(store_query(db, &ENTRY_OPEN, PARAMS(V_INT(row->list_id), value_text(row->reference)), &rows));
	if (!rows_next(rows))
		return rows_status(rows);
	(void)listed_kind_from(rows_text(rows, 0), &kind);
	section_begin(p, TR("Sur la liste"));
	facts_begin(p);
	facts_row(p, TR("Liste"), row->list_title);
	facts_row(p, TR("Référence"), row->reference);
	facts_row(p, TR("Nature"), text_of(tr(p->language, kind_labels[kind])));
	facts_row_begin(p, TR("Noms"));
	for (names = rows_text(rows, 1); names.data;) {
		html_text(p, text_cut(&names, '\n'));
		html(p, "<br>");
	}
	facts_row_end(p);
	facts_row(p, TR("Pays"), rows_text(rows, 3));
	facts_row(p, TR("Né le"), rows_text(rows, 4));
	facts_row(p, TR("Numéros"), rows_text(rows, 2));
	facts_row(p, TR("Régime"), rows_text(rows, 5));
	facts_row(p, TR("Remarque"), rows_text(rows, 6));
	facts_end(p);
	section_end(p);
	return STATUS_OK;
}

static enum status print_party(struct html *p, struct reader *db, const struct match_row *row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &MATCH_CONSIGNMENT, PARAMS(V_INT(row->consignment_id)), &rows));
	section_begin(p, TR("Déclaré"));
	facts_begin(p);
	facts_row(p, TR("Nom"), row->party);
	facts_row(p, TR("Code"), row->party_code);
	facts_row(p, TR("Rôle"), text_of(tr(p->language, role_label(row->role))));
	facts_row_begin(p, TR("Ressemblance"));
	print_score(p, row->score);
	html(p, " <span class=\"muted\">%.*s</span>", TEXT_FORMAT(row->explanation));
	facts_row_end(p);
	if (rows_next(rows)) {
		facts_row_begin(p, TR("Dernier envoi"));
		html(p, "<a href=\"/envois/%lld\">%.*s</a> ", (long long)row->consignment_id, TEXT_FORMAT(rows_text(rows, 0)));
		html_date(p, rows_integer(rows, 1));
		facts_row_end(p);
	}
	facts_row_begin(p, TR("Fois vue"));
	html_number(p, number_of(row->seen_count), 0);
	facts_row_end(p);
	facts_end(p);
	section_end(p);
	return rows_status(rows);
}

static void print_verdict(struct html *p, const struct match_row *row)
{
	if (text_is(row->state, "open"))
		return;
	section_begin(p, TR("Avis"));
	facts_begin(p);
	facts_row_begin(p, TR("État"));
	if (text_is(row->state, "confirmed"))
		badge(p, "danger", TR("Confirmée"));
	else
		badge(p, row->is_over ? "warning" : "ok", row->is_over ? TR("Écartée, délai passé") : TR("Écartée"));
	facts_row_end(p);
	facts_row(p, TR("Motif"), row->reason);
	if (row->until != DATE_NONE) {
		facts_row_begin(p, TR("Écartée jusqu'au"));
		html_date(p, row->until);
		facts_row_end(p);
	}
	facts_row(p, TR("Par"), row->decided_name);
	if (row->decided_at != TIME_NONE) {
		facts_row_begin(p, TR("Le"));
		html_time(p, row->decided_at);
		facts_row_end(p);
	}
	facts_end(p);
	section_end(p);
}

/* What was typed, when it is shown again. */
struct typed {
	struct text verdict, reason, until;
	struct form_problem problems[3];
	size_t problem_count;
};

static void print_form(struct request *rq, struct html *p, const struct match_row *row, const struct typed *typed)
{
	const char *path = arena_string(rq->arena, arena_format(rq->arena, "/criblage/%lld", (long long)row->id));
	const struct choice choices[] = {
		{TEXT("ecarter"), text_of(tr(rq->language, TR("Ce n'est pas la même : écarter jusqu'à la date ci-dessous")))},
		{TEXT("confirmer"), text_of(tr(rq->language, TR("C'est bien la personne, la société ou le navire listé")))}};
	struct form form;

	section_begin(p, TR("Donner un avis"));
	form = form_begin(p, path ? path : "/criblage", typed->problems, typed->problem_count);
	form_radio(&form, &(struct field){.name = "verdict", .label = TR("Votre avis"), .value = typed->verdict,
				.required = true}, choices, 2);
	form_area(&form, &(struct field){.name = "motif", .label = TR("Motif"), .value = typed->reason, .required = true,
				.help = TR("Ce qui les distingue ou les confirme : date de naissance, adresse, pièce…"),
				.limit = 1000}, 3);
	form_field(&form, &(struct field){.name = "jusqu_au", .label = TR("Écartée jusqu'au"), .type = "date",
				.value = typed->until,
				.help = TR("D'ici là, elle n'est plus demandée, sauf si la liste change ce nom. Cinq ans au plus.")});
	form_hidden(&form, "version", arena_format(rq->arena, "%lld", (long long)row->row_version));
	form_end(&form, TR("Enregistrer l'avis"));
	section_end(p);
}

static enum status print_all(struct request *rq, struct reader *db, const struct match_row *row, const struct typed *typed)
{
	struct html page = page_begin(rq,
		arena_format(rq->arena, "%.*s ≈ %.*s", TEXT_FORMAT(row->party), TEXT_FORMAT(row->listed)));

	html(&page, "<div class=\"columns\">");
	TRY(print_party(&page, db, row));
	TRY(print_entry(&page, db, row));
	html(&page, "</div>");
	print_verdict(&page, row);
	if (actor_may(&rq->actor, SCREENING_DECIDE, row->unit_path))
		print_form(rq, &page, row, typed);
	page_end(&page);
	return STATUS_OK;
}

static enum status find_match(struct request *rq, struct reader *db, const char *permission, struct match_row *ret_row)
{
	struct text paths = actor_path_list(&rq->actor, permission, rq->arena);
	int64_t id;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	return match_find(db, id, paths, rq->arena, ret_row);
}

enum status screening_match_page(struct request *rq, struct reader *db)
{
	AUTO(buffer_release) struct buffer until;
	struct typed typed = {.verdict = TEXT("ecarter")};
	struct match_row row;

	buffer_init(&until, 64);
	TRY(find_match(rq, db, SCREENING_READ, &row));
	date_print(&until, clock_today() + 365);
	typed.until = arena_text(rq->arena, buffer_text(&until));
	return print_all(rq, db, &row, &typed);
}

static void add_problem(struct typed *typed, const char *field, const char *message)
{
	typed->problems[typed->problem_count++] = (struct form_problem){field, {.id = message}};
}

enum status screening_match_action(struct request *rq, struct writer *db)
{
	struct typed typed = {.verdict = rq_input(rq, "verdict"), .reason = rq_input(rq, "motif"),
		.until = rq_input(rq, "jusqu_au")};
	struct screening_verdict verdict = {.reason = typed.reason, .until = DATE_NONE};
	struct match_row row;

	TRY(find_match(rq, writer_reader(db), SCREENING_DECIDE, &row));
	verdict.match_id = row.id;
	verdict.is_confirmed = text_is(typed.verdict, "confirmer");
	if (!rq_integer(rq, "version", &verdict.row_version))
		return STATUS_INVALID;
	if (!verdict.is_confirmed && !text_is(typed.verdict, "ecarter"))
		add_problem(&typed, "verdict", TR("Choisissez l'un des deux avis."));
	if (!typed.reason.size)
		add_problem(&typed, "motif", TR("Dites pourquoi."));
	if (!verdict.is_confirmed && (date_parse(typed.until, DATE_ISO, &verdict.until) != STATUS_OK ||
					     verdict.until <= clock_today() || verdict.until > clock_today() + 5 * 365))
		add_problem(&typed, "jusqu_au", TR("Donnez une date après aujourd'hui, dans les cinq ans."));
	if (typed.problem_count) {
		TRY(print_all(rq, writer_reader(db), &row, &typed));
		return STATUS_INVALID;
	}
	TRY(screening_decide(db, &rq->actor, &verdict));
	rq_flash(rq, verdict.is_confirmed ? TR("La correspondance est confirmée.")
					  : TR("La correspondance est écartée : elle n'est plus demandée jusqu'à cette date."));
	return rq_redirect(rq, "/criblage");
}
