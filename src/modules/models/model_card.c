/* The card of a model: what is stored about it, with its approval and its latest measurement. */
#include "domain/journal.h"
#include "modules/models/models.h"

#include <math.h>
#include <string.h>

STATEMENT(CARD_BY_ID,
	"select m.id, case m.state when 'on' then 1 else 0 end, m.artefact, m.digest, m.created_by, m.created_at, u.name, "
	"a.approved_by, a.approved_at, v.name, a.note from models m left join users u on u.id = m.created_by "
	"left join model_approvals a on a.model_id = m.id left join users v on v.id = a.approved_by where m.id = $1");
STATEMENT(LATEST_MEASURE,
	"select result from model_runs where kind = 'measure' and state = 'done' and model_id = $1 order by id desc limit 1");
STATEMENT(MODEL_TRAINER, "select created_by from models where id = $1");
STATEMENT(APPROVAL_OF, "select id from model_approvals where model_id = $1");
STATEMENT(APPROVAL_INSERT,
	"insert into model_approvals (model_id, approved_by, approved_at, note) values ($1, $2, $3, $4) returning id");

enum { ARTEFACT_LIMIT = 64 << 20, NOTE_LIMIT = 2000 };

void model_card_release(struct model_card *card)
{
	model_free(card->model);
	json_decref(card->artefact);
	json_decref(card->measure);
	*card = (struct model_card){0};
}

static enum status read_measure(struct reader *reader, int64_t id, json_t **ret_measure)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int line;

	TRY(store_query(reader, &LATEST_MEASURE, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows);
	return json_parse(rows_text(rows, 0), ARTEFACT_LIMIT, ret_measure, &line);
}

static enum status read_card(struct rows *rows, struct arena *arena, struct model_card *card)
{
	AUTO(buffer_release) struct buffer hex = {0};
	struct text artefact = rows_text(rows, 2), digest;
	struct message problem;
	int line;

	card->id = rows_integer(rows, 0);
	card->is_on = rows_integer(rows, 1) == 1;
	TRY(model_read(artefact, &card->model, &problem));
	TRY(json_parse(artefact, ARTEFACT_LIMIT, &card->artefact, &line));
	card->quality = *model_quality(card->model);
	buffer_init(&hex, 256);
	digest = rows_bytes(rows, 3);
	hex_print(&hex, digest.data, digest.size);
	card->digest = arena_text(arena, buffer_text(&hex));
	card->trained_by = rows_integer(rows, 4);
	card->created_at = rows_integer(rows, 5);
	card->trainer = rows_copy(rows, 6, arena);
	card->approved_by = rows_integer(rows, 7);
	card->approved_at = rows_integer(rows, 8);
	card->approver = rows_copy(rows, 9, arena);
	card->note = rows_copy(rows, 10, arena);
	return rows_status(rows);
}

enum status model_card_read(struct reader *reader, int64_t id, struct arena *arena, struct model_card *ret_card)
{
	struct rows *rows = NULL;
	struct model_card card = {0};
	enum status status;

	TRY(store_query(reader, &CARD_BY_ID, PARAMS(V_INT(id)), &rows));
	status = rows_next(rows) ? read_card(rows, arena, &card) : rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND
												    : rows_status(rows);
	rows_end(rows);
	if (status == STATUS_OK)
		status = read_measure(reader, id, &card.measure);
	if (status != STATUS_OK) {
		model_card_release(&card);
		return status;
	}
	*ret_card = card;
	return STATUS_OK;
}

size_t model_card_features(const struct model_card *card, size_t *ret_features, size_t limit)
{
	const struct model_summary *summaries = model_summaries(card->model);
	size_t count = 0;

	for (size_t i = 0; summaries && i < feature_count(); i++) {
		size_t place = count;

		if (!(summaries[i].importance > 0))
			continue;
		while (place && summaries[ret_features[place - 1]].importance < summaries[i].importance)
			place--;
		if (place >= limit)
			continue;
		count = count < limit ? count + 1 : limit;
		memmove(ret_features + place + 1, ret_features + place, (count - place - 1) * sizeof *ret_features);
		ret_features[place] = i;
	}
	return count;
}

enum status model_is_approved(struct reader *reader, int64_t model_id, bool *ret_approved)
{
	int64_t id;
	enum status status = store_integer(reader, &APPROVAL_OF, PARAMS(V_INT(model_id)), &id);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret_approved = status == STATUS_OK;
	return STATUS_OK;
}

enum status model_note_unapproved(struct writer *writer, const struct actor *actor, int64_t model_id)
{
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "model", .entity_id = model_id,
			.action = "model.on_without_approval"},
		NULL);
}

enum status model_approve(struct writer *writer, const struct actor *actor, int64_t model_id, struct text note)
{
	int64_t trainer, id;
	bool approved;

	TRY(store_integer(writer_reader(writer), &MODEL_TRAINER, PARAMS(V_INT(model_id)), &trainer));
	if (!actor->user_id || actor->user_id == trainer)
		return STATUS_FORBIDDEN;
	TRY(model_is_approved(writer_reader(writer), model_id, &approved));
	if (approved)
		return STATUS_CONFLICT;
	note = text_slice(note.data ? note : TEXT(""), 0, NOTE_LIMIT);
	TRY(store_returning(writer, &APPROVAL_INSERT,
		PARAMS(V_INT(model_id), V_INT(actor->user_id), V_INT(clock_now()), value_text(note)), &id));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "model", .entity_id = model_id, .action = "model.approved"},
		NULL);
}
