/* Names found and profiles set aside, as JSON kept with the decision. */
#include "modules/risk/beside.h"

#include "base/json.h"

enum { BESIDE_LIMIT = 1 << 20 };

static void put_hit(struct json_writer *json, const struct name_hit *hit)
{
	const struct {
		const char *key;
		struct text text;
	} texts[] = {{"role", text_of(party_role_code(hit->role))}, {"party", hit->party}, {"code", hit->code},
		{"list", hit->list}, {"reference", hit->reference}, {"listed", hit->listed}, {"why", hit->explanation}};

	put_object(json);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		put_key(json, texts[i].key);
		put_text(json, texts[i].text);
	}
	put_key(json, "score");
	put_int(json, hit->score);
	put_key(json, "confirmed");
	put_bool(json, hit->is_confirmed);
	put_object_end(json);
}

static void put_suppression(struct json_writer *json, const struct suppression *row)
{
	put_object(json);
	put_key(json, "profile");
	put_text(json, row->profile);
	put_key(json, "operator");
	put_text(json, row->operator);
	put_key(json, "from");
	put_int(json, row->from);
	put_key(json, "until");
	put_int(json, row->until);
	put_key(json, "reason");
	put_text(json, row->reason);
	put_key(json, "by");
	put_text(json, row->by);
	put_object_end(json);
}

enum status beside_write(struct arena *arena, const struct beside *beside, struct text *ret_text)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct json_writer json;

	if (!beside->names.count && !beside->suppression_count) {
		*ret_text = TEXT_NONE;
		return STATUS_OK;
	}
	buffer_init(&out, BESIDE_LIMIT);
	put_begin(&json, &out);
	put_object(&json);
	put_key(&json, "names");
	put_array(&json);
	for (size_t i = 0; i < beside->names.count; i++)
		put_hit(&json, &beside->names.rows[i]);
	put_array_end(&json);
	put_key(&json, "aside");
	put_array(&json);
	for (size_t i = 0; i < beside->suppression_count; i++)
		put_suppression(&json, &beside->suppressions[i]);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&out));
	*ret_text = arena_text(arena, buffer_text(&out));
	return ret_text->data ? STATUS_OK : STATUS_NO_MEMORY;
}

static struct text text_at(struct arena *arena, const json_t *row, const char *key)
{
	const json_t *value = json_object_get(row, key);
	const char *string = json_string_value(value);

	return string ? arena_text(arena, (struct text){string, json_string_length(value)}) : TEXT("");
}

static int64_t integer_at(const json_t *row, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(row, key));
}

static enum status read_hits(struct arena *arena, const json_t *rows, struct name_hits *ret_hits)
{
	size_t count = json_array_size(rows);
	struct name_hit *hits = ARENA_ARRAY(arena, count + 1, struct name_hit);

	if (!hits)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(rows, i);

		hits[i] = (struct name_hit){.party = text_at(arena, row, "party"), .code = text_at(arena, row, "code"),
			.list = text_at(arena, row, "list"), .reference = text_at(arena, row, "reference"),
			.listed = text_at(arena, row, "listed"), .explanation = text_at(arena, row, "why"),
			.score = integer_at(row, "score"),
			.is_confirmed = json_is_true(json_object_get(row, "confirmed"))};
		if (!party_role_from(text_of(json_string_value(json_object_get(row, "role"))), &hits[i].role))
			return STATUS_MALFORMED;
		if (!hits[i].party.data || !hits[i].explanation.data || !hits[i].listed.data)
			return STATUS_NO_MEMORY;
	}
	*ret_hits = (struct name_hits){hits, count};
	return STATUS_OK;
}

static enum status read_suppressions(struct arena *arena, const json_t *rows, struct beside *beside)
{
	size_t count = json_array_size(rows);
	struct suppression *list = ARENA_ARRAY(arena, count + 1, struct suppression);

	if (!list)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(rows, i);

		list[i] = (struct suppression){text_at(arena, row, "profile"), text_at(arena, row, "operator"),
			integer_at(row, "from"), integer_at(row, "until"), text_at(arena, row, "reason"),
			text_at(arena, row, "by")};
		if (!list[i].profile.data || !list[i].operator.data || !list[i].reason.data || !list[i].by.data)
			return STATUS_NO_MEMORY;
	}
	beside->suppressions = list;
	beside->suppression_count = count;
	return STATUS_OK;
}

enum status beside_read(struct arena *arena, struct text text, struct beside *ret_beside)
{
	struct beside beside = {.suppressions = NULL};
	json_t *root = NULL;
	enum status status;
	int line;

	if (!text.size) {
		*ret_beside = beside;
		return STATUS_OK;
	}
	TRY(json_parse(text, BESIDE_LIMIT, &root, &line));
	status = read_hits(arena, json_object_get(root, "names"), &beside.names);
	if (status == STATUS_OK)
		status = read_suppressions(arena, json_object_get(root, "aside"), &beside);
	json_decref(root);
	TRY(status);
	*ret_beside = beside;
	return STATUS_OK;
}
