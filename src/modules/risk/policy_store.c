/* Policies and models in the database. */
#include "domain/journal.h"
#include "modules/risk/risk_store.h"

#include <string.h>

STATEMENT(POLICY_ACTIVE, "select id, source, lists from policies where state = 'active' order by id desc limit 1");
STATEMENT(POLICY_ACTIVE_ID, "select id from policies where state = 'active' order by id desc limit 1");
STATEMENT(POLICY_BY_ID, "select id, source, lists from policies where id = $1");
STATEMENT(POLICY_DIGEST, "select digest from policies where id = $1");
STATEMENT(POLICY_BY_DIGEST, "select id from policies where digest = $1");
STATEMENT(POLICY_INSERT,
	"insert into policies (digest, source, lists, state, profile_count, created_by, created_at) "
	"values ($1, $2, $3, 'draft', $4, $5, $6) returning id");
STATEMENT(POLICIES_RETIRE, "update policies set state = 'retired', row_version = row_version + 1 where state = 'active'");
STATEMENT(POLICY_SET_ACTIVE,
	"update policies set state = 'active', activated_by = $2, activated_at = $3, row_version = row_version + 1 "
	"where id = $1");
STATEMENT(LIST_ENTRIES,
	"select l.code, e.value, e.valid_from, e.valid_until, e.reason from risk_lists l "
	"left join risk_list_entries e on e.list_id = l.id order by l.code, e.id");
STATEMENT(MODEL_ON, "select id from models where state = 'on' order by id desc limit 1");
STATEMENT(MODEL_ARTEFACT, "select artefact from models where id = $1");
STATEMENT(MODEL_BY_DIGEST, "select id from models where digest = $1");
STATEMENT(MODEL_INSERT,
	"insert into models (digest, artefact, state, trained_on, measured_on, data_from, data_until, auc, "
	"average_precision, precision_at_5, precision_at_10, created_by, created_at) "
	"values ($1, $2, 'off', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id");
STATEMENT(MODEL_THERE, "select id from models where id = $1");
STATEMENT(MODELS_OFF, "update models set state = 'off', row_version = row_version + 1 where state = 'on'");
STATEMENT(MODEL_SET_ON, "update models set state = 'on', row_version = row_version + 1 where id = $1");

static enum status read_policy(struct rows *rows, struct arena *arena, struct policy_row *ret_row)
{
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	*ret_row = (struct policy_row){rows_integer(rows, 0), rows_copy(rows, 1, arena), rows_copy(rows, 2, arena)};
	return ret_row->source.data && ret_row->lists.data ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status policy_row_active(struct reader *reader, struct arena *arena, struct policy_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &POLICY_ACTIVE, NO_PARAMS, &rows));
	return read_policy(rows, arena, ret_row);
}

enum status policy_row_find(struct reader *reader, int64_t id, struct arena *arena, struct policy_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &POLICY_BY_ID, PARAMS(V_INT(id)), &rows));
	return read_policy(rows, arena, ret_row);
}

enum status policy_active_id(struct reader *reader, int64_t *ret_id)
{
	return store_integer(reader, &POLICY_ACTIVE_ID, NO_PARAMS, ret_id);
}

enum status policy_find_digest(struct reader *reader, const unsigned char digest[DIGEST_SIZE], int64_t *ret_id)
{
	return store_integer(reader, &POLICY_BY_DIGEST, PARAMS(V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE}))),
		ret_id);
}

static int64_t date_or_none(const json_t *value)
{
	return json_is_integer(value) ? (int64_t)json_integer_value(value) : DATE_NONE;
}

static struct text text_from_json(struct arena *arena, const json_t *value)
{
	const char *string = json_string_value(value);

	return string ? arena_text(arena, (struct text){string, json_string_length(value)}) : TEXT_NONE;
}

static enum status read_list(struct arena *arena, const char *code, const json_t *rows, struct engine_list *ret_list)
{
	size_t count = json_array_size(rows);
	struct engine_list_entry *entries = ARENA_ARRAY(arena, count, struct engine_list_entry);
	struct text name = arena_text(arena, text_of(code));

	if (!entries || !name.data)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(rows, i);

		entries[i] = (struct engine_list_entry){text_from_json(arena, json_object_get(row, "value")),
			date_or_none(json_object_get(row, "from")), date_or_none(json_object_get(row, "until")),
			text_from_json(arena, json_object_get(row, "reason"))};
	}
	*ret_list = (struct engine_list){name, entries, count};
	return STATUS_OK;
}

static enum status read_lists(struct arena *arena, const json_t *root, struct engine_list **ret_lists, size_t *ret_count)
{
	size_t count = json_object_size(root), i = 0;
	struct engine_list *lists = ARENA_ARRAY(arena, count, struct engine_list);
	const char *code;
	json_t *rows;

	if (!lists)
		return STATUS_NO_MEMORY;
	json_object_foreach((json_t *)(uintptr_t)root, code, rows)
		TRY(read_list(arena, code, rows, &lists[i++]));
	*ret_lists = lists;
	*ret_count = count;
	return STATUS_OK;
}

/* What was stored is right, as a rule: its conditions are read once, when they are compiled. What is wrong with them
 * is said by the lines of the file. */
enum status policy_row_compile(const struct policy_row *row, struct arena *arena, struct policy **ret_policy,
	struct problem_list *problems)
{
	struct problem_list unplaced = {.arena = arena};
	struct engine_list *lists = NULL;
	struct profile *profiles;
	size_t list_count = 0, count;
	json_t *root = NULL;
	int line;
	enum status status;

	status = profiles_split(arena, row->source, &profiles, &count, &unplaced);
	if (status == STATUS_INVALID)
		status = profiles_read(arena, row->source, &profiles, &count, problems);
	TRY(status);
	TRY(json_parse(row->lists, 256 << 20, &root, &line));
	status = read_lists(arena, root, &lists, &list_count);
	json_decref(root);
	TRY(status);
	status = policy_compile(profiles, count, lists, list_count, ret_policy, &unplaced);
	if (status != STATUS_INVALID)
		return status;
	TRY(profiles_read(arena, row->source, &profiles, &count, problems));
	return policy_compile(profiles, count, lists, list_count, ret_policy, problems);
}

static enum status journal(struct writer *writer, const struct actor *actor, const char *entity, int64_t id,
	const char *action)
{
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = entity, .entity_id = id, .action = action}, NULL);
}

enum status policy_add(struct writer *writer, const struct actor *actor, struct text source, struct text lists,
	const struct policy *policy, int64_t *ret_id)
{
	struct value digest = V_BYTES(((struct text){(const char *)policy_digest(policy), DIGEST_SIZE}));
	enum status status = store_integer(writer_reader(writer), &POLICY_BY_DIGEST, PARAMS(digest), ret_id);

	if (status != STATUS_NOT_FOUND)
		return status;
	TRY(store_returning(writer, &POLICY_INSERT,
		PARAMS(digest, value_text(source), value_text(lists), V_INT((int64_t)policy_count(policy)),
			V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	return journal(writer, actor, "policy", *ret_id, "policy.created");
}

/* What the policy's last rehearsal showed, as details of its activation; missing when there was none. */
static enum status rehearsal_details(struct reader *reader, int64_t policy_id, struct arena *arena,
	struct text *ret_details)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct rehearsal_row row;
	unsigned char digest[DIGEST_SIZE];
	enum status status;

	TRY(store_query(reader, &POLICY_DIGEST, PARAMS(V_INT(policy_id)), &rows));
	if (!rows_next(rows) || rows_bytes(rows, 0).size != sizeof digest)
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	memcpy(digest, rows_bytes(rows, 0).data, sizeof digest);
	status = rehearsal_find(reader, digest, arena, &row);
	if (status == STATUS_OK) {
		/* The summary is an object: its members follow the number of the rehearsal. */
		struct text rest = text_slice(row.summary, 1, row.summary.size);

		*ret_details = arena_format(arena, "{\"rehearsal\":%lld%s%.*s", (long long)row.id,
			text_is(rest, "}") ? "" : ",", TEXT_FORMAT(rest));
		return ret_details->data ? STATUS_OK : STATUS_NO_MEMORY;
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status policy_activate(struct writer *writer, const struct actor *actor, int64_t id)
{
	AUTO(arena_release) struct arena *arena = arena_new(512 << 20);
	struct text details = TEXT_NONE;
	int64_t changed = 0;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_execute(writer, &POLICIES_RETIRE, NO_PARAMS, NULL));
	TRY(store_execute(writer, &POLICY_SET_ACTIVE, PARAMS(V_INT(id), V_INT(actor->user_id), V_INT(clock_now())),
		&changed));
	if (!changed)
		return STATUS_NOT_FOUND;
	TRY(rehearsal_details(writer_reader(writer), id, arena, &details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "policy", .entity_id = id,
			.action = "policy.activated", .details = details},
		NULL);
}

static void put_entry(struct json_writer *json, struct rows *rows)
{
	if (rows_is_null(rows, 1))
		return;
	put_object(json);
	put_key(json, "value");
	put_text(json, rows_text(rows, 1));
	for (int column = 2; column <= 3; column++)
		if (!rows_is_null(rows, column)) {
			put_key(json, column == 2 ? "from" : "until");
			put_int(json, rows_integer(rows, column));
		}
	put_key(json, "reason");
	put_text(json, rows_text(rows, 4));
	put_object_end(json);
}

enum status lists_json(struct reader *reader, struct arena *arena, struct text *ret_json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer out, current;
	struct json_writer json;
	bool open = false;

	buffer_init(&out, 256 << 20);
	buffer_init(&current, 256);
	TRY(store_query(reader, &LIST_ENTRIES, NO_PARAMS, &rows));
	put_begin(&json, &out);
	put_object(&json);
	while (rows_next(rows)) {
		if (!open || !text_equal(buffer_text(&current), rows_text(rows, 0))) {
			if (open)
				put_array_end(&json);
			buffer_clear(&current);
			buffer_append(&current, rows_text(rows, 0));
			put_key(&json, current.data ? current.data : "");
			put_array(&json);
			open = true;
		}
		put_entry(&json, rows);
	}
	if (open)
		put_array_end(&json);
	put_object_end(&json);
	TRY(rows_status(rows));
	TRY(buffer_status(&out));
	*ret_json = arena_text(arena, buffer_text(&out));
	return ret_json->data ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status model_on_id(struct reader *reader, int64_t *ret_id)
{
	enum status status = store_integer(reader, &MODEL_ON, NO_PARAMS, ret_id);

	if (status == STATUS_NOT_FOUND) {
		*ret_id = 0;
		return STATUS_OK;
	}
	return status;
}

enum status model_load(struct reader *reader, int64_t id, struct model **ret_model)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct message problem = {0};

	TRY(store_query(reader, &MODEL_ARTEFACT, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	return model_read(rows_text(rows, 0), ret_model, &problem);
}

enum status model_add(struct writer *writer, const struct actor *actor, struct text artefact,
	const unsigned char *digest, const struct model_quality *quality, int64_t *ret_id)
{
	struct value digest_value = V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE}));
	enum status status = store_integer(writer_reader(writer), &MODEL_BY_DIGEST, PARAMS(digest_value), ret_id);

	if (status != STATUS_NOT_FOUND)
		return status;
	TRY(store_returning(writer, &MODEL_INSERT,
		PARAMS(digest_value, value_text(artefact), V_INT(quality->trained_on), V_INT(quality->measured_on),
			V_INT(quality->from), V_INT(quality->until), V_REAL(quality->auc),
			V_REAL(quality->average_precision), V_REAL(quality->precision_at_5),
			V_REAL(quality->precision_at_10), V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	return journal(writer, actor, "model", *ret_id, "model.created");
}

enum status risk_model_load(struct reader *reader, int64_t id, struct model **ret_model)
{
	return model_load(reader, id, ret_model);
}

enum status risk_decision_model(struct reader *reader, int64_t decision_id, struct arena *arena, int64_t *ret_model_id,
	int64_t *ret_day)
{
	struct decision_record record;

	TRY(decision_find(reader, decision_id, arena, &record));
	*ret_model_id = record.model_id;
	*ret_day = record.decided_on;
	return STATUS_OK;
}

enum status risk_model_there(struct reader *reader, int64_t id, int64_t *ret_id)
{
	return store_integer(reader, &MODEL_THERE, PARAMS(V_INT(id)), ret_id);
}

enum status risk_model_switch(struct writer *writer, const struct actor *actor, int64_t model_id, bool on)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	int64_t changed = 0, there, rehearsal = 0;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_integer(writer_reader(writer), &MODEL_THERE, PARAMS(V_INT(model_id)), &there));
	TRY(store_execute(writer, &MODELS_OFF, NO_PARAMS, NULL));
	if (on) {
		TRY(store_execute(writer, &MODEL_SET_ON, PARAMS(V_INT(model_id)), &changed));
		if (!changed)
			return STATUS_NOT_FOUND;
	}
	if (on)
		TRY(rehearsal_of_model(writer_reader(writer), model_id, &rehearsal));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "model", .entity_id = model_id,
			.action = on ? "model.switched_on" : "model.switched_off",
			.details = rehearsal_note(arena, rehearsal)},
		NULL);
}
