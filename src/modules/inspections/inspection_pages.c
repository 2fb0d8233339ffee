/* The control on a consignment's page: the visit, what was found before, the form to record a result without a visit,
 * and the change of lane. */
#include "modules/inspections/visits.h"
#include "web/page.h"
#include "web/session.h"

#include <string.h>

STATEMENT(INSPECTIONS_OF,
	"select i.result, i.recovered, i.currency, i.note, i.recorded_at, coalesce(u.name, ''), i.next_step, i.second_of, i.visit_id from inspections i "
	"left join users u on u.id = i.inspector_id where i.consignment_id = $1 order by i.id desc limit 20");

STATEMENT(ITEMS_FOUND,
	"select n.item_number, n.result, n.quantity, n.note, i.second_of from inspection_items n "
	"join inspections i on i.id = n.inspection_id where i.consignment_id = $1 order by i.id desc, n.item_number limit 200");

struct entry {
	struct text result, recovered, note;
	int64_t row_version;
	struct form_problem problems[3];
	size_t problem_count;
};

/* By whom; the visit with its photos is behind the name. */
static void print_who(struct html *p, struct rows *rows)
{
	table_cell_begin(p);
	if (rows_is_null(rows, 8) || !rq_may(p->rq, INSPECTIONS_RECORD))
		html_text(p, rows_text(rows, 5));
	else
		html(p, "<a href=\"/controles/%lld\">%.*s</a>", (long long)rows_integer(rows, 8), TEXT_FORMAT(rows_text(rows, 5)));
	table_cell_end(p);
}

static enum status print_past(struct html *p, struct reader *db, int64_t id, int *ret_count)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Résultat"), "text"},
		{TR("Droits et taxes retrouvés"), "number"}, {TR("Constat"), "text"}, {TR("Suite à donner"), "text"}, {TR("Par"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &INSPECTIONS_OF, PARAMS(V_INT(id)), &rows));
	*ret_count = 0;
	while (rows_next(rows)) {
		const struct inspection_result *result = inspection_result_find(rows_text(rows, 0));
		const char *step;

		if (!(*ret_count)++)
			table_begin(p, TR("Résultats enregistrés"), columns);
		table_row_begin(p);
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 4));
		table_cell_end(p);
		table_cell_begin(p);
		badge(p, result && result->adverse ? "danger" : "ok", result ? result->label : "?");
		if (!rows_is_null(rows, 7))
			badge(p, "warning", TR("Second regard"));
		table_cell_end(p);
		table_cell_begin(p);
		if (!rows_is_null(rows, 1))
			html_amount(p, rows_integer(rows, 1), rows_text(rows, 2));
		table_cell_end(p);
		table_cell(p, rows_text(rows, 3));
		step = next_step_label(rows_text(rows, 6));
		table_cell(p, step ? text_of(tr(p->language, step)) : TEXT(""));
		print_who(p, rows);
		table_row_end(p);
	}
	if (*ret_count)
		table_end(p);
	return rows_status(rows);
}

/* What was found on each item. */
static enum status print_items_found(struct html *p, struct reader *db, int64_t id)
{
	static const struct table_column columns[] = {{TR("Article (32)"), "number"}, {TR("Constat"), "text"},
		{TR("Quantité trouvée"), "text"}, {TR("Remarque"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &ITEMS_FOUND, PARAMS(V_INT(id)), &rows));
	while (rows_next(rows)) {
		const struct inspection_result *result = inspection_result_find(rows_text(rows, 1));

		if (!count++)
			table_begin(p, TR("Constats par article"), columns);
		table_row_begin(p);
		table_cell_number(p, number_of(rows_integer(rows, 0)), 0);
		table_cell_begin(p);
		badge(p, result && result->adverse ? "danger" : "ok", result ? result->label : "?");
		if (!rows_is_null(rows, 4))
			badge(p, "warning", TR("Second regard"));
		table_cell_end(p);
		table_cell(p, rows_text(rows, 2));
		table_cell(p, rows_text(rows, 3));
		table_row_end(p);
	}
	if (count)
		table_end(p);
	return rows_status(rows);
}

static void print_form(struct request *rq, struct html *p, int64_t id, const struct entry *entry, bool correction)
{
	struct choice choices[16];
	size_t count = 0;
	char version[24];
	struct form form = form_begin(p, arena_format(rq->arena, "/envois/%lld/controle", (long long)id).data,
		entry->problems, entry->problem_count);

	for (const struct inspection_result *row = inspection_results; row->code; row++)
		choices[count++] = (struct choice){text_of(row->code), text_of(tr(p->language, row->label))};
	snprintf(version, sizeof version, "%lld", (long long)entry->row_version);
	form_hidden(&form, "version", text_of(version));
	form_radio(&form, &(struct field){.name = "resultat", .label = TR("Ce que le contrôle a montré"),
		.value = entry->result, .required = true}, choices, count);
	form_field(&form, &(struct field){.name = "droits", .label = TR("Droits et taxes retrouvés"),
		.help = TR("Montant en monnaie nationale, sans décimales pour le franc CFA. Laissez vide s'il n'y en a pas."),
		.value = entry->recovered, .limit = 20});
	form_area(&form, &(struct field){.name = "constat", .label = TR("Constat"),
		.help = TR("Ce que vous avez vu, en quelques mots."), .value = entry->note, .limit = 4000}, 4);
	form_end(&form, correction ? TR("Enregistrer la correction") : TR("Enregistrer le résultat"));
}

/* Whose visit it is, or the way to begin one. */
static enum status print_visit(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row)
{
	bool may = actor_may(&rq->actor, INSPECTIONS_RECORD, row->unit_path);
	struct visit visit;
	enum status status;

	if (!may)
		return STATUS_OK;
	status = visit_find_open(db, row->id, rq->arena, &visit);
	if (status == STATUS_OK) {
		html(p, "<p>");
		badge(p, "info", workflow_state_label(&visit_workflow, visit.state));
		html(p, " %.*s</p><p class=\"actions\"><a class=\"button\" href=\"/controles/%lld\">%s</a></p>",
			TEXT_FORMAT(visit.inspector_name), (long long)visit.id, tr(p->language, TR("Ouvrir la visite")));
	} else if (status == STATUS_NOT_FOUND && text_is(row->state, "to_control")) {
		button_form(p, "/controles", TR("Prendre la visite"), "envoi",
			arena_format(rq->arena, "%lld", (long long)row->id));
	} else if (status != STATUS_NOT_FOUND) {
		return status;
	}
	html(p, "<p><a href=\"/envois/%lld/ordre\">%s</a></p>", (long long)row->id,
		tr(p->language, TR("Ordre de visite à imprimer")));
	return STATUS_OK;
}

/* The ways to another lane that are open to this person, from the rows of the consignment's workflow. */
static void print_reroute(struct request *rq, struct html *p, const struct stored_consignment *row, const char *problem)
{
	const struct form_problem problems[] = {{"motif", {.id = problem}}};
	const struct workflow_transition *open[16];
	size_t count = workflow_open(&consignment_workflow, row->state, &rq->actor, row->unit_path, open, 16);
	bool to_control = false, to_free = false;
	struct choice choices[LANE_COUNT];
	size_t choice_count = 0;
	struct form form;

	for (size_t i = 0; i < count; i++) {
		to_control = to_control || strcmp(open[i]->name, "rerouted_to_control") == 0;
		to_free = to_free || strcmp(open[i]->name, "rerouted_to_free") == 0;
	}
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--)
		if (lane != row->lane && (lane >= LANE_YELLOW ? to_control : to_free))
			choices[choice_count++] = (struct choice){text_of(lane_code((enum lane)lane)),
				text_of(tr(p->language, lane_label((enum lane)lane)))};
	if (!choice_count)
		return;
	html(p, "<details%s><summary>%s</summary>", problem ? " open" : "", tr(p->language, TR("Changer de circuit")));
	form = form_begin(p, arena_format(rq->arena, "/envois/%lld/circuit", (long long)row->id).data, problems,
		problem ? 1 : 0);
	form_hidden(&form, "version", arena_format(rq->arena, "%lld", (long long)row->row_version));
	form_radio(&form, &(struct field){.name = "circuit", .label = TR("Nouveau circuit"),
		.value = problem ? rq_input(rq, "circuit") : TEXT_NONE, .required = true}, choices, choice_count);
	form_area(&form, &(struct field){.name = "motif", .label = TR("Motif"),
		.help = TR("Inscrit au journal avec votre nom."), .value = problem ? rq_input(rq, "motif") : TEXT_NONE, .required = true,
		.limit = 500}, 2);
	form_end(&form, TR("Changer de circuit"));
	html(p, "</details>");
}

static enum status print_control(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct entry *entry)
{
	bool may = actor_may(&rq->actor, INSPECTIONS_RECORD, row->unit_path);
	int past;

	section_begin(p, TR("Contrôle"));
	live_begin(p, "controle-en-direct", arena_format(rq->arena, "/envois/%lld/flux", (long long)row->id).data);
	TRY(print_past(p, db, row->id, &past));
	TRY(print_items_found(p, db, row->id));
	TRY(print_visit(rq, db, p, row));
	live_end(p);
	if (past)
		may = may && actor_may(&rq->actor, INSPECTIONS_CORRECT, row->unit_path);
	if (may && past && !entry->problem_count) {
		html(p, "<details><summary>%s</summary>", tr(p->language, TR("Corriger le résultat")));
		print_form(rq, p, row->id, entry, true);
		html(p, "</details>");
	} else if (may && !entry->problem_count) {
		html(p, "<details><summary>%s</summary>", tr(p->language, TR("Enregistrer un résultat sans visite")));
		print_form(rq, p, row->id, entry, false);
		html(p, "</details>");
	} else if (may) {
		print_form(rq, p, row->id, entry, past > 0);
	} else if (!past) {
		notice(p, "info", TR("Aucun résultat de contrôle n'est enregistré."));
	}
	print_reroute(rq, p, row, NULL);
	section_end(p);
	return STATUS_OK;
}

static enum status section_print(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment)
{
	const struct entry empty = {.row_version = row->row_version};

	(void)consignment;
	return print_control(rq, db, p, row, &empty);
}

const struct consignment_section inspections_section = {20, section_print};

static void problem(struct entry *entry, const char *field, const char *message)
{
	entry->problems[entry->problem_count++] = (struct form_problem){field, {.id = message}};
}

/* The amount as people type it: blanks between thousands, comma or point before decimals. */
static enum status read_amount(struct text typed, int64_t *ret_amount)
{
	AUTO(buffer_release) struct buffer clean = {0};

	buffer_init(&clean, 100);
	for (size_t i = 0; i < typed.size; i++)
		if (typed.data[i] != ' ' && !((unsigned char)typed.data[i] == 0xc2) &&
		    !((unsigned char)typed.data[i] == 0xa0) && !((unsigned char)typed.data[i] == 0xe2) &&
		    !((unsigned char)typed.data[i] == 0x80) && !((unsigned char)typed.data[i] == 0xaf))
			buffer_byte(&clean, typed.data[i] == ',' ? '.' : typed.data[i]);
	TRY(buffer_status(&clean));
	return number_read(buffer_text(&clean), ret_amount);
}

enum status amount_typed(struct text typed, struct text currency, int64_t *ret_amount)
{
	int64_t unit = NUMBER_ONE, amount;

	for (int i = 0; i < currency_decimals(currency); i++)
		unit /= 10;
	TRY(read_amount(typed, &amount));
	if (amount < 0 || amount % unit)
		return STATUS_INVALID;
	*ret_amount = amount;
	return STATUS_OK;
}

static void read_entry(struct request *rq, struct entry *entry, struct inspection *inspection, struct text currency)
{
	*entry = (struct entry){.result = rq_input(rq, "resultat"), .recovered = rq_input(rq, "droits"),
		.note = rq_input(rq, "constat")};
	*inspection = (struct inspection){.result = entry->result, .recovered = NUMBER_NONE, .currency = currency,
		.note = entry->note};
	(void)rq_integer(rq, "version", &inspection->row_version);
	entry->row_version = inspection->row_version;
	if (!inspection_result_find(entry->result))
		problem(entry, "resultat", TR("Choisissez ce que le contrôle a montré."));
	if (entry->recovered.size && amount_typed(entry->recovered, currency, &inspection->recovered) != STATUS_OK)
		problem(entry, "droits", TR("Écrivez un montant, par exemple 1 250 000, sans décimales que la monnaie n'a pas."));
	if (entry->note.size > 4000)
		problem(entry, "constat", TR("Le constat est trop long : 4 000 caractères au plus."));
}

static enum status show_again(struct request *rq, struct writer *db, const struct stored_consignment *row,
	const struct entry *entry)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Résultat du contrôle"))));

	TRY(print_control(rq, writer_reader(db), &page, row, entry));
	page_end(&page);
	return STATUS_INVALID;
}

/* What happens to this consignment, or to visits of its office. */
struct listened {
	int64_t id;
	struct text unit_path;
};

static bool is_about(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	const struct listened *listened = context;
	json_t *event = NULL;
	struct text name, unit;
	bool wanted;
	int line;

	(void)rq;
	if (json_parse(payload, 8192, &event, &line) != STATUS_OK)
		return false;
	name = text_of(json_string_value(json_object_get(event, "event")));
	unit = text_of(json_string_value(json_object_get(event, "unit")));
	wanted = (text_is(name, "consignment.imported") && /* one event for many of a unit: it may be among them */
			 text_equal(unit, listened->unit_path)) ||
		(text_starts_with(name, TEXT("consignment.")) &&
			 json_integer_value(json_object_get(event, "id")) == listened->id) ||
		(text_starts_with(name, TEXT("visit.")) && !text_is(name, "visit.typed") &&
			text_equal(unit, listened->unit_path));
	json_decref(event);
	if (wanted)
		buffer_string(data, "change");
	return wanted;
}

enum status control_stream(struct request *rq, struct reader *db)
{
	struct listened *listened = ARENA_NEW(rq->arena, struct listened);
	struct stored_consignment row;
	int64_t id;

	if (!listened)
		return STATUS_NO_MEMORY;
	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(db, id, rq->arena, &row));
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, row.unit_path))
		return STATUS_NOT_FOUND;
	*listened = (struct listened){row.id, row.unit_path};
	rq_listen(rq, "change", is_about, listened);
	return STATUS_OK;
}

enum status inspection_action(struct request *rq, struct writer *db)
{
	struct inspection inspection;
	struct stored_consignment row;
	struct text currency;
	struct entry entry;
	int64_t consignment_id, id;

	if (!rq_integer(rq, "id", &consignment_id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(writer_reader(db), consignment_id, rq->arena, &row));
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, row.unit_path))
		return STATUS_NOT_FOUND;
	TRY(setting_text(writer_reader(db), &national_currency, rq->arena, &currency));
	read_entry(rq, &entry, &inspection, currency);
	if (entry.problem_count)
		return show_again(rq, db, &row, &entry);
	inspection.consignment_id = consignment_id;
	TRY(inspection_record(db, &rq->actor, &inspection, rq->arena, &id));
	TRY(visit_withdraw_open(db, consignment_id, rq->actor.user_id, "control_recorded"));
	rq_flash(rq, TR("Le résultat est enregistré et inscrit au journal."));
	return rq_redirect(rq, "/envois/%lld", (long long)consignment_id);
}

static enum status reroute_details(const struct stored_consignment *row, const struct consignment_move *input,
	struct buffer *details)
{
	struct json_writer json;

	put_begin(&json, details);
	put_object(&json);
	put_key(&json, "lane");
	put_array(&json);
	put_text(&json, row->lane >= 0 && row->lane < LANE_COUNT ? text_of(lane_code((enum lane)row->lane)) : TEXT_NONE);
	put_text(&json, text_of(lane_code((enum lane)input->lane)));
	put_array_end(&json);
	put_key(&json, "reason");
	put_text(&json, input->reason);
	put_object_end(&json);
	return buffer_status(details);
}

enum status reroute_action(struct request *rq, struct writer *db)
{
	struct consignment_move input = {.reason = rq_input(rq, "motif")};
	AUTO(buffer_release) struct buffer details = {0};
	struct message refusal = {.id = NULL};
	struct stored_consignment row;
	int64_t id, version;
	enum status status;
	struct html page;
	enum lane lane;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(writer_reader(db), id, rq->arena, &row));
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, row.unit_path))
		return STATUS_NOT_FOUND;
	if (!rq_integer(rq, "version", &version) || !lane_from(rq_input(rq, "circuit"), &lane) || input.reason.size > 2000)
		return STATUS_INVALID;
	input.lane = lane;
	buffer_init(&details, 1 << 16);
	TRY(reroute_details(&row, &input, &details));
	status = workflow_move_to(db, &consignment_workflow, lane >= LANE_YELLOW ? "rerouted_to_control" : "rerouted_to_free",
		&(struct workflow_move){.actor = &rq->actor, .id = id, .version = version, .input = &input,
			.details = buffer_text(&details)},
		&refusal);
	if (status == STATUS_INVALID && refusal.id) {
		page = page_begin(rq, text_of(tr(rq->language, TR("Changer de circuit"))));
		print_reroute(rq, &page, &row, refusal.id);
		page_end(&page);
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("Le circuit est changé, et le motif inscrit au journal."));
	return rq_redirect(rq, "/envois/%lld", (long long)id);
}
