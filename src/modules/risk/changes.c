/* One row of the journal stands for a batch of consignments: here they are again, one by one, for those who may see them. */
#include "modules/risk/changes.h"

#define SEEN "($1 = '*' or exists (select 1 from units where CAST($1 AS text) like '%|' || units.path || '|%' "        \
	"and substr(c.unit_path, 1, length(units.path)) = units.path))"
STATEMENT(BATCH_NEW, "select c.id from consignments c where c.id > $2 and c.id < $3 and " SEEN " order by c.id limit $4");
STATEMENT(BATCH_ONE, "select count(*) from consignments c where c.id = $2 and " SEEN);
STATEMENT(VERSION_PROFILE, "select profile_id from profile_versions where id = $1");

/* The new ones have ids in a row; rows of the journal from before say it by first and last alone. */
static void read_new(const json_t *details, int64_t *ret_first, int64_t *ret_count)
{
	const json_t *list = json_object_get(details, "new");

	*ret_first = json_integer_value(json_array_get(list, 0));
	*ret_count = json_integer_value(json_array_get(list, 1));
	if (list)
		return;
	*ret_first = json_integer_value(json_object_get(details, "first"));
	*ret_count = json_integer_value(json_object_get(details, "last")) - *ret_first + 1;
	if (*ret_first <= 0 || *ret_count < 0)
		*ret_count = 0;
}

static enum status add_new(struct reader *reader, const struct change_look *look, int64_t first, int64_t count,
	struct change_thing *things, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &BATCH_NEW,
		PARAMS(value_text(look->paths), V_INT(first + look->after - 1), V_INT(first + count), V_INT((int64_t)look->most)),
		&rows));
	while (*ret_count < look->most && rows_next(rows)) {
		int64_t id = rows_integer(rows, 0);

		things[(*ret_count)++] = (struct change_thing){id, id - first + 1, "received"};
	}
	return rows_status(rows);
}

static enum status add_amended(struct reader *reader, const struct change_look *look, const json_t *amended,
	int64_t before, struct change_thing *things, size_t *ret_count)
{
	size_t from = look->after > before ? (size_t)(look->after - before) : 0;

	for (size_t i = from; i < json_array_size(amended) && *ret_count < look->most; i++) {
		int64_t id = json_integer_value(json_array_get(amended, i)), seen;

		TRY(store_integer(reader, &BATCH_ONE, PARAMS(value_text(look->paths), V_INT(id)), &seen));
		if (seen)
			things[(*ret_count)++] = (struct change_thing){id, before + (int64_t)i + 1, "amended"};
	}
	return STATUS_OK;
}

enum status changes_of_batch(struct reader *reader, const struct change_look *look, struct change_thing *ret_things,
	size_t *ret_count)
{
	json_t *details = NULL;
	int64_t first, count;
	enum status status = STATUS_OK;
	int line;

	*ret_count = 0;
	if (json_parse(look->row->details, look->row->details.size, &details, &line) != STATUS_OK)
		return STATUS_OK; /* says nothing of consignments */
	read_new(details, &first, &count);
	if (look->after < count)
		status = add_new(reader, look, first, count, ret_things, ret_count);
	if (status == STATUS_OK)
		status = add_amended(reader, look, json_object_get(details, "amended"), count, ret_things, ret_count);
	json_decref(details);
	return status;
}

enum status changes_of_version(struct reader *reader, const struct change_look *look, struct change_thing *ret_things,
	size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;

	*ret_count = 0;
	TRY(store_query(reader, &VERSION_PROFILE, PARAMS(V_INT(look->row->entity_id)), &rows));
	if (look->most && !look->after && rows_next(rows))
		ret_things[(*ret_count)++] = (struct change_thing){rows_integer(rows, 0), 1, NULL};
	return rows_status(rows);
}
