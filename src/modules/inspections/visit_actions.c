/* What is sent from the page of a visit: by the form, or by the script in pieces as the link allows. The answer to the
 * script is JSON, to the form a page; both go through the same merge. */
#include "domain/event.h"
#include "domain/notification.h"
#include "modules/inspections/visits.h"
#include "web/page.h"

#include <stdio.h>
#include <string.h>

/* One sending. */
struct sending {
	struct request *rq;
	struct writer *db;
	struct visit visit;
	struct stored_consignment row;
	struct consignment content;
	struct text currency;
	int64_t version, file_version; /* that the person saw */
	struct visit_field *fields;
	size_t count;
	struct form_problem problems[8];
	size_t problem_count;
};

static void add_problem(struct sending *s, const char *field, const char *message_id)
{
	if (s->problem_count < sizeof s->problems / sizeof *s->problems)
		s->problems[s->problem_count++] = (struct form_problem){field, {.id = message_id}};
}

static enum status read_field(struct sending *s, const char *name)
{
	struct text value = rq_input(s->rq, name);

	if (!value.data || s->count == FIELDS_LIMIT)
		return STATUS_OK;
	if (value.size > FIELD_LIMIT)
		return STATUS_TOO_LARGE;
	s->fields[s->count++] = (struct visit_field){.name = text_of(name), .value = value};
	return STATUS_OK;
}

/* The fields that came, of those the page has. */
static enum status read_fields(struct sending *s)
{
	static const char *const names[] = {"resultat", "droits", "suite", "constat"};
	static const char *const parts[] = {"", "_quantite", "_note"};

	s->fields = ARENA_ARRAY(s->rq->arena, FIELDS_LIMIT, struct visit_field);
	if (!s->fields)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		TRY(read_field(s, names[i]));
	for (size_t i = 0; i < s->content.item_count && i < ITEMS_SHOWN; i++)
		for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
			const char *name = arena_format(s->rq->arena, "article_%lld%s",
				(long long)s->content.items[i].number, parts[part]).data;

			if (!name)
				return STATUS_NO_MEMORY;
			TRY(read_field(s, name));
		}
	return STATUS_OK;
}

/* Fields for which the person ticked "take what the other wrote" come from what is stored. */
static enum status take_theirs(struct sending *s)
{
	struct text taken[FIELDS_LIMIT];
	size_t count = rq_inputs(s->rq, "prendre", taken, FIELDS_LIMIT), stored_count;
	struct visit_field *stored;

	if (!count)
		return STATUS_OK;
	TRY(visit_fields_read(writer_reader(s->db), s->visit.id, INT64_MAX, s->rq->arena, &stored, &stored_count));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < s->count; j++)
			if (text_equal(taken[i], s->fields[j].name))
				s->fields[j].value = visit_field_value(stored, stored_count, arena_string(s->rq->arena, taken[i]));
	return STATUS_OK;
}

/* What is wrong, and what someone else has written meanwhile, field by field. */
static void tell_program(struct sending *s)
{
	AUTO(buffer_release) struct buffer line = {0};

	buffer_init(&line, 4096);
	for (size_t i = 0; i < s->problem_count; i++) {
		buffer_clear(&line);
		message_print(&line, s->rq->language, &s->problems[i].message);
		rq_problem(s->rq, s->problems[i].field, buffer_text(&line));
	}
	for (size_t i = 0; i < s->count; i++) {
		const struct message theirs = {TR("%1 a écrit ici entre-temps : %2"), {s->fields[i].by, s->fields[i].theirs}};

		if (!s->fields[i].is_conflict)
			continue;
		buffer_clear(&line);
		message_print(&line, s->rq->language, &theirs);
		rq_problem(s->rq, arena_string(s->rq->arena, s->fields[i].name), buffer_text(&line));
	}
}

/* ---- answers */

static enum status answer_json(struct sending *s, const char *state)
{
	struct json_writer json;
	struct visit_field *stored;
	size_t count;

	TRY(visit_fields_read(writer_reader(s->db), s->visit.id, INT64_MAX, s->rq->arena, &stored, &count));
	s->rq->response.content_type = "application/json";
	put_begin(&json, &s->rq->response.body);
	put_object(&json);
	put_key(&json, "state");
	put_text(&json, text_of(state));
	put_key(&json, "version");
	put_int(&json, s->visit.row_version);
	put_key(&json, "file");
	put_int(&json, s->row.row_version);
	put_key(&json, "values");
	put_object(&json);
	for (size_t i = 0; i < count; i++) {
		put_key(&json, arena_string(s->rq->arena, stored[i].name));
		put_text(&json, stored[i].value);
	}
	put_object_end(&json);
	put_key(&json, "conflicts");
	put_array(&json);
	for (size_t i = 0; i < s->count; i++) {
		if (!s->fields[i].is_conflict)
			continue;
		put_object(&json);
		put_key(&json, "name");
		put_text(&json, s->fields[i].name);
		put_key(&json, "mine");
		put_text(&json, s->fields[i].value);
		put_key(&json, "theirs");
		put_text(&json, s->fields[i].theirs);
		put_key(&json, "by");
		put_text(&json, s->fields[i].by);
		put_object_end(&json);
	}
	put_array_end(&json);
	put_key(&json, "problems");
	put_array(&json);
	for (size_t i = 0; i < s->problem_count; i++) {
		AUTO(buffer_release) struct buffer words = {0};

		buffer_init(&words, 2000);
		message_print(&words, s->rq->language, &s->problems[i].message);
		put_object(&json);
		put_key(&json, "field");
		put_text(&json, text_of(s->problems[i].field));
		put_key(&json, "text");
		put_text(&json, buffer_text(&words));
		put_object_end(&json);
	}
	put_array_end(&json);
	put_object_end(&json);
	return buffer_status(&s->rq->response.body);
}

/* The page again with all that was typed; `status` is what is answered, nothing is committed. */
static enum status show_again(struct sending *s, size_t conflicts, bool file_changed, enum status status)
{
	const struct visit_view view = {.typed = s->fields, .typed_count = s->count, .problems = s->problems,
		.problem_count = s->problem_count, .conflicts = conflicts, .file_changed = file_changed};

	if (rq_is_api(s->rq))
		tell_program(s);
	else if (s->rq->wants_json)
		TRY(answer_json(s, conflicts ? "conflict" : file_changed ? "file_changed" : "problems"));
	else
		TRY(visit_print(s->rq, writer_reader(s->db), &s->visit, &s->row, &view));
	return status;
}

static enum status refuse(struct sending *s, const struct message *refusal)
{
	struct html page;

	if (s->rq->wants_json && !rq_is_api(s->rq)) {
		s->problems[s->problem_count++] = (struct form_problem){"visite", *refusal};
		TRY(answer_json(s, "refused"));
		return STATUS_INVALID;
	}
	page = page_begin(s->rq, text_of(tr(s->rq->language, TR("Visite"))));
	notice(&page, "danger", refusal->id);
	link_to(&page, "/controles", text_of(tr(s->rq->language, TR("Revenir aux visites"))));
	page_end(&page);
	return STATUS_INVALID;
}

/* ---- the steps */

/* When the telephone says it happened, if that can be: not before the visit was given, not after now. */
static int64_t told_time(const struct sending *s, const char *input, int64_t earliest)
{
	int64_t now = clock_now(), milliseconds;

	if (!rq_integer(s->rq, input, &milliseconds) || milliseconds <= 0 || milliseconds > now / 1000)
		return now;
	return milliseconds * 1000 >= earliest ? milliseconds * 1000 : now;
}

static enum status start_if_needed(struct sending *s, struct message *ret_refusal)
{
	struct visit_move input = {.consignment_version = s->row.version};
	bool seen_now = s->version == s->visit.row_version;

	if (!text_is(s->visit.state, "assigned"))
		return STATUS_OK;
	input.started_at = told_time(s, "commence_le", clock_now() - 3 * 86400 * MICROSECONDS);
	TRY(visit_move_to(s->db, &s->visit, "start", &s->rq->actor, &input, ret_refusal));
	TRY(visit_find(writer_reader(s->db), s->visit.id, s->rq->arena, &s->visit));
	if (seen_now)
		s->version = s->visit.row_version;
	return STATUS_OK;
}

static int64_t item_of(struct text name)
{
	int64_t number = 0;

	for (size_t i = strlen("article_"); i < name.size; i++) {
		if (name.data[i] < '0' || name.data[i] > '9')
			return 0;
		number = number * 10 + (name.data[i] - '0');
	}
	return number;
}

/* From fields to the inspection; notes what is missing or wrong. */
static enum status gather(struct sending *s, struct inspection *inspection)
{
	struct inspection_item *items = ARENA_ARRAY(s->rq->arena, ITEMS_SHOWN, struct inspection_item);
	struct visit_field *f;
	struct text duties;
	size_t count;

	if (!items)
		return STATUS_NO_MEMORY;
	TRY(visit_fields_read(writer_reader(s->db), s->visit.id, INT64_MAX, s->rq->arena, &f, &count));
	duties = visit_field_value(f, count, "droits");
	*inspection = (struct inspection){.consignment_id = s->row.id, .result = visit_field_value(f, count, "resultat"),
		.recovered = NUMBER_NONE, .currency = s->currency, .note = visit_field_value(f, count, "constat"),
		.next_step = visit_field_value(f, count, "suite"), .row_version = s->row.row_version,
		.visit_id = s->visit.id, .second_of = s->visit.first_id, .items = items};
	if (!inspection_result_find(inspection->result))
		add_problem(s, "resultat", TR("Choisissez ce que le contrôle a montré."));
	if (duties.size && amount_typed(duties, s->currency, &inspection->recovered) != STATUS_OK)
		add_problem(s, "droits", TR("Écrivez un montant, par exemple 1 250 000, sans décimales que la monnaie n'a pas."));
	if (inspection->next_step.size && !next_step_label(inspection->next_step))
		add_problem(s, "suite", TR("Choisissez une suite de la liste."));
	for (size_t i = 0; i < count && inspection->item_count < ITEMS_SHOWN; i++) {
		int64_t number = text_starts_with(f[i].name, TEXT("article_")) ? item_of(f[i].name) : 0;
		const char *stem = arena_string(s->rq->arena, f[i].name);

		if (!number || !stem || !inspection_result_find(f[i].value))
			continue;
		items[inspection->item_count++] = (struct inspection_item){number, f[i].value,
			visit_field_value(f, count, arena_format(s->rq->arena, "%s_quantite", stem).data),
			visit_field_value(f, count, arena_format(s->rq->arena, "%s_note", stem).data)};
	}
	return STATUS_OK;
}

/* A share of first visits is looked at again by somebody else. */
static enum status draw_second_look(struct sending *s, int64_t inspection_id)
{
	int64_t share, id;

	TRY(setting_integer(writer_reader(s->db), &inspections_settings[INSPECTIONS_SECOND_SHARE], &share));
	if (s->visit.first_id || (int64_t)secret_random_number(100) >= share)
		return STATUS_OK;
	TRY(visit_create(s->db, &s->row, inspection_id, &id));
	TRY(event_publish(s->db, &(struct event){"visit.second_drawn", &s->rq->actor, id, s->row.unit_path}));
	return notification_send_holders(s->db, INSPECTIONS_ASSIGN, s->row.unit_path, s->rq->actor.user_id,
		&(struct notification){.kind = "visit.second",
			.message = {.id = TR("Un second regard est demandé sur %1."), .values = {s->row.reference}},
			.path = "/controles"});
}

static enum status tell_of_finding(struct sending *s, const struct inspection *inspection)
{
	const struct inspection_result *result = inspection_result_find(inspection->result);
	const char *path = arena_format(s->rq->arena, "/envois/%lld", (long long)s->row.id).data;

	if (!result->adverse || !path)
		return path ? STATUS_OK : STATUS_NO_MEMORY;
	return notification_send_holders(s->db, INSPECTIONS_ASSIGN, s->row.unit_path, s->rq->actor.user_id,
		&(struct notification){.kind = "inspection.finding",
			.message = {.id = TR("%1 a constaté sur %2 : %t3"),
				.values = {s->rq->actor.name, s->row.reference, text_of(result->label)}},
			.path = path});
}

static enum status close_visit(struct sending *s)
{
	struct message refusal = {.id = NULL};
	struct inspection inspection;
	struct visit_move input = {.ended_at = told_time(s, "fini_le", s->visit.started_at)};
	enum status status;

	TRY(gather(s, &inspection));
	if (s->problem_count)
		return show_again(s, 0, false, STATUS_INVALID);
	if (s->file_version != s->row.row_version)
		return show_again(s, 0, true, STATUS_CONFLICT);
	TRY(inspection_record(s->db, &s->rq->actor, &inspection, s->rq->arena, &input.inspection_id));
	status = visit_move_to(s->db, &s->visit, "close", &s->rq->actor, &input, &refusal);
	if (status == STATUS_INVALID && refusal.id)
		return refuse(s, &refusal);
	TRY(status);
	TRY(draw_second_look(s, input.inspection_id));
	TRY(tell_of_finding(s, &inspection));
	if (s->rq->wants_json)
		return answer_json(s, "closed");
	rq_flash(s->rq, TR("La visite est close et son résultat inscrit au journal."));
	return rq_redirect(s->rq, "/controles");
}

static enum status begin_sending(struct request *rq, struct writer *db, struct sending *s)
{
	*s = (struct sending){.rq = rq, .db = db};
	TRY(visit_seen(rq, writer_reader(db), &s->visit, &s->row));
	if (!rq_integer(rq, "version", &s->version) || s->version < 1 || s->version > s->visit.row_version)
		return STATUS_INVALID;
	(void)rq_integer(rq, "dossier", &s->file_version);
	TRY(setting_text(writer_reader(db), &national_currency, rq->arena, &s->currency));
	TRY(consignment_content(writer_reader(db), s->row.id, s->row.version, rq->arena, &s->content));
	return read_fields(s);
}

enum status visit_action(struct request *rq, struct writer *db)
{
	static const struct message over = {.id = TR("Cette visite est déjà close ou n'est confiée à personne.")};
	struct message refusal = {.id = NULL};
	struct sending *s = ARENA_NEW(rq->arena, struct sending);
	size_t conflicts = 0;
	enum status status;

	if (!s)
		return STATUS_NO_MEMORY;
	TRY(begin_sending(rq, db, s));
	if (!text_is(s->visit.state, "assigned") && !text_is(s->visit.state, "under_way"))
		return refuse(s, &over);
	status = start_if_needed(s, &refusal);
	if (status == STATUS_INVALID && refusal.id)
		return refuse(s, &refusal);
	TRY(status);
	TRY(take_theirs(s));
	TRY(visit_fields_merge(db, &rq->actor, &s->visit,
		&(struct visit_typing){s->version, s->fields, s->count}, rq->arena, &conflicts));
	if (conflicts)
		return show_again(s, conflicts, false, STATUS_CONFLICT);
	if (text_is(rq_input(rq, "geste"), "clore"))
		return close_visit(s);
	if (rq->wants_json)
		return answer_json(s, "saved");
	rq_flash(rq, TR("C'est enregistré."));
	return rq_redirect(rq, "/controles/%lld", (long long)s->visit.id);
}

enum status visit_withdraw_action(struct request *rq, struct writer *db)
{
	struct message refusal = {.id = NULL};
	struct sending *s = ARENA_NEW(rq->arena, struct sending);
	int64_t version;
	enum status status;

	if (!s)
		return STATUS_NO_MEMORY;
	*s = (struct sending){.rq = rq, .db = db};
	TRY(visit_seen(rq, writer_reader(db), &s->visit, &s->row));
	if (!rq_integer(rq, "version", &version))
		return STATUS_INVALID;
	s->visit.row_version = version;
	status = visit_move_to(db, &s->visit, "withdraw", &rq->actor, &(struct visit_move){.reason = rq_input(rq, "motif")},
		&refusal);
	if (status == STATUS_INVALID && refusal.id)
		return refuse(s, &refusal);
	TRY(status);
	if (s->visit.inspector_id && s->visit.inspector_id != rq->actor.user_id)
		TRY(notification_send(db, &(struct notification){.user_id = s->visit.inspector_id, .kind = "visit.withdrawn",
			.message = {.id = TR("La visite de %1 vous est retirée : %2"),
				.values = {s->row.reference, rq_input(rq, "motif")}}, .path = "/controles"}));
	rq_flash(rq, TR("La visite est retirée."));
	return rq_redirect(rq, "/controles");
}
