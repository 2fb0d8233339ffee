/* Lists of names in the database: comparing a file with what is in force, and taking it. */
#include "domain/event.h"
#include "domain/journal.h"
#include "modules/screening/screening_store.h"

#include <string.h>

STATEMENT(LIST_FIND, "select id, mapping from screening_lists where code = $1");
STATEMENT(LIST_ADD,
	"insert into screening_lists (code, title, mapping, created_by, created_at) values ($1, $2, $3, $4, $5) returning id");
STATEMENT(LIST_CHANGE, "update screening_lists set title = $2, mapping = $3, row_version = row_version + 1 where id = $1");
STATEMENT(ENTRIES_OPEN,
	"select id, reference, digest, names from screening_entries where list_id = $1 and until_version is null "
	"order by id");
STATEMENT(VERSION_ADD,
	"insert into screening_versions (list_id, source, digest, published, taken_at, actor_id, actor_name, added, changed, "
	"removed, entry_count) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id");
STATEMENT(ENTRY_CLOSE, "update screening_entries set until_version = $2 where id = $1 and until_version is null");
STATEMENT(ENTRY_ADD,
	"insert into screening_entries (list_id, reference, kind, names, identifiers, country, born, program, remark, digest, "
	"from_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
STATEMENT(STATE_TOUCH, "update screening_state set changes = changes + 1 where id = 1");

enum { EXAMPLES = 200, CLOSE_VALUES = 2, ENTRY_VALUES = 11, CHUNK = 500, DOUBTFUL_LEAST = 10, CODE_LIMIT = 20 };

/* An entry in force, and whether the file has it too. */
struct old_entry {
	int64_t id;
	struct text reference, name;
	unsigned char digest[DIGEST_SIZE];
	bool is_met;
};
struct comparison {
	struct arena *arena;
	int64_t list_id; /* 0: a new list */
	struct old_entry *old;
	size_t old_count;
	uint32_t *slots;
	size_t slot_count;
	struct old_entry **before; /* by row of the file; NULL: new */
	bool *is_same;
	struct screening_difference difference;
};

static struct text join_names(struct arena *arena, const struct listed *row)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 1 << 20);
	for (size_t i = 0; i < row->name_count; i++) {
		if (i)
			buffer_byte(&out, '\n');
		for (size_t j = 0; j < row->names[i].size; j++)
			buffer_byte(&out, (unsigned char)row->names[i].data[j] < ' ' ? ' ' : row->names[i].data[j]);
	}
	return buffer_status(&out) == STATUS_OK ? arena_text(arena, buffer_text(&out)) : TEXT_NONE;
}

/* Missing and empty are the same in a list. */
static struct text some(struct text text)
{
	return text.data ? text : TEXT("");
}

static enum status digest_row(struct arena *arena, const struct listed *row, unsigned char ret_digest[DIGEST_SIZE])
{
	const struct text parts[] = {text_of(listed_kind_code(row->kind)), join_names(arena, row), some(row->identifiers),
		some(row->country), some(row->born), some(row->program), some(row->remark)};

	if (!parts[1].data)
		return STATUS_NO_MEMORY;
	digest_of_parts(parts, sizeof parts / sizeof *parts, ret_digest);
	return STATUS_OK;
}

static enum status load_old(struct reader *reader, struct comparison *comparison)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t capacity = 0;

	TRY(store_query(reader, &ENTRIES_OPEN, PARAMS(V_INT(comparison->list_id)), &rows));
	while (rows_next(rows)) {
		struct text names = rows_text(rows, 3), digest = rows_bytes(rows, 2);
		struct old_entry *old;

		if (comparison->old_count == capacity) {
			size_t wanted = capacity ? capacity * 2 : 256;
			struct old_entry *grown = ARENA_ARRAY(comparison->arena, wanted, struct old_entry);

			if (!grown)
				return STATUS_NO_MEMORY;
			if (capacity)
				memcpy(grown, comparison->old, capacity * sizeof *grown);
			comparison->old = grown;
			capacity = wanted;
		}
		old = &comparison->old[comparison->old_count++];
		*old = (struct old_entry){.id = rows_integer(rows, 0), .reference = rows_copy(rows, 1, comparison->arena),
			.name = arena_text(comparison->arena, text_cut(&names, '\n'))};
		if (digest.size == DIGEST_SIZE)
			memcpy(old->digest, digest.data, DIGEST_SIZE);
	}
	return rows_status(rows);
}

static enum status index_old(struct comparison *comparison)
{
	for (comparison->slot_count = 16; comparison->slot_count < 2 * comparison->old_count + 2;)
		comparison->slot_count *= 2;
	comparison->slots = ARENA_ARRAY(comparison->arena, comparison->slot_count, uint32_t);
	if (!comparison->slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < comparison->old_count; i++) {
		size_t at = text_hash(comparison->old[i].reference) & (comparison->slot_count - 1);

		while (comparison->slots[at])
			at = (at + 1) & (comparison->slot_count - 1);
		comparison->slots[at] = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static struct old_entry *find_old(const struct comparison *comparison, struct text reference)
{
	size_t at = text_hash(reference) & (comparison->slot_count - 1);

	for (; comparison->slots[at]; at = (at + 1) & (comparison->slot_count - 1))
		if (text_equal(comparison->old[comparison->slots[at] - 1].reference, reference))
			return &comparison->old[comparison->slots[at] - 1];
	return NULL;
}

static void give_example(struct comparison *comparison, char sign, struct text reference, struct text name)
{
	struct screening_difference *difference = &comparison->difference;

	if (!difference->examples)
		difference->examples = ARENA_ARRAY(comparison->arena, EXAMPLES, struct text);
	if (difference->examples && difference->example_count < EXAMPLES)
		difference->examples[difference->example_count++] = arena_format(comparison->arena, "%c %.*s %.*s", sign,
			TEXT_FORMAT(reference), TEXT_FORMAT(name));
}

static enum status compare_rows(struct comparison *comparison, const struct listed_list *list)
{
	struct screening_difference *difference = &comparison->difference;

	comparison->before = ARENA_ARRAY(comparison->arena, list->count + 1, struct old_entry *);
	comparison->is_same = ARENA_ARRAY(comparison->arena, list->count + 1, bool);
	if (!comparison->before || !comparison->is_same)
		return STATUS_NO_MEMORY;
	difference->before = comparison->old_count;
	for (size_t i = 0; i < list->count; i++) {
		const struct listed *row = list->rows[i];
		struct old_entry *old = find_old(comparison, row->reference);
		unsigned char digest[DIGEST_SIZE];

		TRY(digest_row(comparison->arena, row, digest));
		comparison->before[i] = old;
		if (old)
			old->is_met = true;
		comparison->is_same[i] = old && memcmp(old->digest, digest, DIGEST_SIZE) == 0;
		difference->same += comparison->is_same[i];
		difference->added += !old;
		difference->changed += old && !comparison->is_same[i];
		if (!comparison->is_same[i])
			give_example(comparison, old ? '~' : '+', row->reference, row->names[0]);
	}
	for (size_t i = 0; i < comparison->old_count; i++)
		if (!comparison->old[i].is_met) {
			difference->removed++;
			give_example(comparison, '-', comparison->old[i].reference, comparison->old[i].name);
		}
	difference->is_doubtful = difference->removed >= DOUBTFUL_LEAST && 2 * difference->removed > difference->before;
	return STATUS_OK;
}

static enum status find_list(struct reader *reader, struct text code, int64_t *ret_id)
{
	enum status status = store_integer(reader, &LIST_FIND, PARAMS(value_text(code)), ret_id);

	if (status == STATUS_NOT_FOUND)
		*ret_id = 0;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status compare(struct reader *reader, const struct screening_taking *taking, struct arena *arena,
	struct comparison *comparison)
{
	*comparison = (struct comparison){.arena = arena};
	TRY(find_list(reader, taking->code, &comparison->list_id));
	if (comparison->list_id)
		TRY(load_old(reader, comparison));
	TRY(index_old(comparison));
	return compare_rows(comparison, taking->list);
}

enum status screening_compare(struct reader *reader, const struct screening_taking *taking, struct arena *arena,
	struct screening_difference *ret_difference)
{
	struct comparison comparison;

	TRY(compare(reader, taking, arena, &comparison));
	*ret_difference = comparison.difference;
	return STATUS_OK;
}

enum status screening_list_mapping(struct reader *reader, struct text code, struct arena *arena, struct text *ret_mapping)
{
	AUTO(rows_release) struct rows *rows = NULL;

	*ret_mapping = TEXT_NONE;
	TRY(store_query(reader, &LIST_FIND, PARAMS(value_text(code)), &rows));
	if (rows_next(rows) && rows_text(rows, 1).size)
		*ret_mapping = rows_copy(rows, 1, arena);
	return rows_status(rows);
}

bool screening_code_is_fit(struct text code)
{
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (i && (c == '-' || c == '_'))))
			return false;
	}
	return code.size && code.size <= CODE_LIMIT;
}

static enum status close_entries(struct writer *writer, const struct comparison *comparison,
	const struct listed_list *list, int64_t version)
{
	struct value *values = ARENA_ARRAY(comparison->arena, (size_t)CHUNK * CLOSE_VALUES, struct value);
	size_t count = 0;

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < comparison->old_count + list->count; i++) {
		const struct old_entry *old = i < comparison->old_count ? &comparison->old[i]
			: comparison->before[i - comparison->old_count];
		bool closes = i < comparison->old_count ? !old->is_met
							: old && !comparison->is_same[i - comparison->old_count];

		if (closes) {
			values[CLOSE_VALUES * count] = V_INT(old->id);
			values[CLOSE_VALUES * count++ + 1] = V_INT(version);
		}
		if (count == CHUNK || (count && i + 1 == comparison->old_count + list->count)) {
			TRY(store_execute_many(writer, &ENTRY_CLOSE, values, CLOSE_VALUES, count));
			count = 0;
		}
	}
	return STATUS_OK;
}

static enum status fill_values(const struct comparison *comparison, const struct listed *row, int64_t version,
	struct value *values)
{
	char *digest = arena_allocate(comparison->arena, DIGEST_SIZE);
	struct text names = join_names(comparison->arena, row);

	if (!digest || !names.data)
		return STATUS_NO_MEMORY;
	TRY(digest_row(comparison->arena, row, (unsigned char *)digest));
	memcpy(values,
		((const struct value[ENTRY_VALUES]){V_INT(comparison->list_id), value_text(row->reference),
			value_string(listed_kind_code(row->kind)), value_text(names), value_text(row->identifiers),
			value_text(row->country), value_text(row->born), value_text(row->program), value_text(row->remark),
			V_BYTES(((struct text){digest, DIGEST_SIZE})), V_INT(version)}),
		ENTRY_VALUES * sizeof *values);
	return STATUS_OK;
}

static enum status open_entries(struct writer *writer, const struct comparison *comparison,
	const struct listed_list *list, int64_t version)
{
	struct value *values = ARENA_ARRAY(comparison->arena, (size_t)CHUNK * ENTRY_VALUES, struct value);
	size_t count = 0;

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < list->count; i++) {
		if (!comparison->is_same[i])
			TRY(fill_values(comparison, list->rows[i], version, values + ENTRY_VALUES * count++));
		if (count == CHUNK || (count && i + 1 == list->count)) {
			TRY(store_execute_many(writer, &ENTRY_ADD, values, ENTRY_VALUES, count));
			count = 0;
		}
	}
	return STATUS_OK;
}

static enum status write_journal(struct writer *writer, const struct actor *actor, const struct screening_taking *taking,
	const struct screening_difference *difference, int64_t list_id)
{
	AUTO(buffer_release) struct buffer details;
	AUTO(buffer_release) struct buffer hex;
	unsigned char digest[DIGEST_SIZE];
	struct json_writer json;

	buffer_init(&details, 4096);
	buffer_init(&hex, 256);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "list");
	put_text(&json, taking->code);
	put_key(&json, "file");
	put_text(&json, taking->source);
	put_key(&json, "added");
	put_int(&json, (int64_t)difference->added);
	put_key(&json, "changed");
	put_int(&json, (int64_t)difference->changed);
	put_key(&json, "removed");
	put_int(&json, (int64_t)difference->removed);
	digest_of(taking->bytes, digest);
	hex_print(&hex, digest, sizeof digest);
	put_key(&json, "digest");
	put_text(&json, buffer_text(&hex));
	put_object_end(&json);
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "screening_list", .entity_id = list_id,
			.action = "screening.list_taken", .details = buffer_text(&details)},
		NULL));
	return event_publish(writer, &(struct event){.name = "screening.list_taken", .actor = actor, .id = list_id});
}

/* The list's own row, and the version. */
static enum status write_version(struct writer *writer, const struct actor *actor, const struct screening_taking *taking,
	struct comparison *comparison, int64_t *ret_version)
{
	const struct screening_difference *difference = &comparison->difference;
	struct text mapping = some(taking->list->mapping), title = taking->title.size ? taking->title : taking->code;
	unsigned char digest[DIGEST_SIZE];

	if (comparison->list_id)
		TRY(store_execute(writer, &LIST_CHANGE,
			PARAMS(V_INT(comparison->list_id), value_text(title), value_text(mapping)), NULL));
	else
		TRY(store_returning(writer, &LIST_ADD,
			PARAMS(value_text(taking->code), value_text(title), value_text(mapping), V_INT(actor->user_id),
				V_INT(clock_now())),
			&comparison->list_id));
	digest_of(taking->bytes, digest);
	return store_returning(writer, &VERSION_ADD,
		PARAMS(V_INT(comparison->list_id), value_text(some(taking->source)),
			V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), value_text(taking->list->published),
			V_INT(clock_now()), V_INT(actor->user_id), value_text(some(actor->name)),
			V_INT((int64_t)difference->added), V_INT((int64_t)difference->changed),
			V_INT((int64_t)difference->removed), V_INT((int64_t)taking->list->count)),
		ret_version);
}

enum status screening_take(struct writer *writer, const struct actor *actor, const struct screening_taking *taking,
	struct arena *arena, struct screening_difference *ret_difference)
{
	struct comparison comparison;
	int64_t version;

	if (!screening_code_is_fit(taking->code) || !taking->list->count)
		return STATUS_INVALID;
	TRY(compare(writer_reader(writer), taking, arena, &comparison));
	*ret_difference = comparison.difference;
	if (comparison.difference.is_doubtful && !taking->accept_doubtful)
		return STATUS_INVALID;
	if (!comparison.difference.added && !comparison.difference.changed && !comparison.difference.removed)
		return STATUS_OK;
	TRY(write_version(writer, actor, taking, &comparison, &version));
	TRY(close_entries(writer, &comparison, taking->list, version));
	TRY(open_entries(writer, &comparison, taking->list, version));
	TRY(store_execute(writer, &STATE_TOUCH, NO_PARAMS, NULL));
	TRY(job_ask(writer, "screening.parties"));
	return write_journal(writer, actor, taking, &comparison.difference, comparison.list_id);
}
