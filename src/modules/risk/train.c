/* Training: the past is played again in the order of its days, so that the features of each item only know
 * what was known before it; the judged items become the rows that the model learns from. */
#include "engine/history_memory.h"
#include "modules/risk/risk_store.h"

#define PAST_LANE(lane)                                                                                                \
	"select c.id as id, c.day as day, v.content, c.outcome, c.outcome_on from consignments c "                     \
	"join consignment_versions v on v.id = c.id * 65536 + 1 where c.lane = " lane " and c.stage = 1"
STATEMENT(PAST_CONSIGNMENTS, EACH_LANE(PAST_LANE));

struct past {
	struct history_memory *memory;
	struct training_set *set;
	struct arena *arena; /* of contents */
};

/* What became known of an item, and when. */
struct verdict {
	bool known, adverse;
	int64_t on;
};

static enum status learn_item(struct past *past, const struct consignment *c, const struct item *item, int64_t day,
	const struct verdict *verdict)
{
	struct history history = history_memory_face(past->memory);
	bool at_once = verdict->known && verdict->on <= day;

	if (verdict->known)
		TRY(training_set_add(past->set, c, item, &history, day, verdict->adverse));
	TRY(history_memory_add(past->memory, c, item, at_once, at_once && verdict->adverse, day));
	if (verdict->known && !at_once)
		return history_memory_judge(past->memory, c, item, verdict->adverse, verdict->on);
	return STATUS_OK;
}

static enum status play_row(struct past *past, struct rows *rows)
{
	const struct verdict verdict = {!rows_is_null(rows, 3), rows_integer(rows, 3) != 0, rows_integer(rows, 4)};
	int64_t day = rows_integer(rows, 1);
	struct consignment c;

	arena_reset(past->arena);
	TRY(consignment_unpack(past->arena, rows_bytes(rows, 2), &c));
	for (size_t i = 0; i < c.item_count; i++)
		TRY(learn_item(past, &c, &c.items[i], day, &verdict));
	return STATUS_OK;
}

static enum status play_past(struct database *database, struct past *past)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &PAST_CONSIGNMENTS, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		TRY(reader_goes_on(reader));
		TRY(play_row(past, rows));
	}
	return rows_status(rows);
}

static enum status goes_on(const void *context)
{
	return database_goes_on(context);
}

static enum status keep_model(struct database *database, const struct actor *actor, struct text artefact,
	const struct model_quality *quality, int64_t *ret_id, struct message *ret_problem)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct model *model = NULL;
	enum status status;

	TRY(model_read(artefact, &model, ret_problem));
	status = writer_begin(database, &writer);
	if (status == STATUS_OK)
		status = model_add(writer, actor, artefact, model_digest(model), quality, ret_id);
	model_free(model);
	TRY(status);
	return writer_commit(&writer);
}

enum status risk_train(struct database *database, const struct actor *actor, uint64_t seed, struct arena *arena,
	int64_t *ret_model_id, struct model_quality *ret_quality, struct message *ret_problem)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	AUTO(training_set_release) struct training_set *set = training_set_new();
	AUTO(buffer_release) struct buffer artefact = {0};
	struct past past = {memory, set, arena};
	struct training_ask ask = {.goes_on = goes_on, .context = database};
	const struct training_row *rows;

	buffer_init(&artefact, 64 << 20);
	if (!memory || !set)
		return STATUS_NO_MEMORY;
	TRY(play_past(database, &past));
	rows = training_set_rows(set);
	if (!rows)
		return STATUS_NO_MEMORY;
	ask.seed = seed;
	TRY(model_train_asking(rows, training_set_count(set), &ask, &artefact, ret_quality, ret_problem));
	return keep_model(database, actor, buffer_text(&artefact), ret_quality, ret_model_id, ret_problem);
}
