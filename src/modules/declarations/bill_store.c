/* Bills of lading: their containers, and how a declaration leads to its bill. */
#include "modules/declarations/bill_store.h"

#include "base/json.h"

#include <string.h>

STATEMENT(BILL_BY_REFERENCE,
	"select id, version from consignments where reference = $1 and stage = 0 order by day desc, id desc limit 1");
/* Those of a manifest, with how many of the containers each has; the consignee's own first. */
#define OF_MANIFEST(list)                                                                                              \
	"select c.id, c.version, (select count(*) from bill_containers b where b.consignment_id = c.id and "           \
	"b.container in (" list ")) as shared, case when c.consignee_code = $3 or c.consignee_name = $4 then 1 "       \
	"else 0 end as own from consignments c where c.manifest = $1 and c.stage = 0 "                                 \
	"order by 3 desc, 4 desc, c.id desc limit 2"
STATEMENT_OF(BILLS_OF_MANIFEST, OF_MANIFEST("select value from json_each($2)"),
	OF_MANIFEST("select jsonb_array_elements_text(cast($2 as jsonb))"));
#define WITH_CONTAINER(list)                                                                                           \
	"select c.id, c.version from bill_containers b join consignments c on c.id = b.consignment_id "                \
	"where b.container in (" list ") and c.stage = 0 and c.day between $2 and $3 "                                 \
	"order by c.day desc, c.id desc limit 1"
STATEMENT_OF(BILL_WITH_CONTAINER, WITH_CONTAINER("select value from json_each($1)"),
	WITH_CONTAINER("select jsonb_array_elements_text(cast($1 as jsonb))"));
STATEMENT(CONTAINERS_FORGET, "delete from bill_containers where consignment_id = $1");
STATEMENT(CONTAINER_ADD,
	"insert into bill_containers (container, consignment_id) values ($1, $2) on conflict do nothing");

enum { MOST_CONTAINERS = 500 /* of one consignment that are looked for */, LIST_BYTES = 1 << 20 };

struct text container_key(struct arena *arena, struct text reference)
{
	char *bytes = arena_allocate(arena, reference.size + 1);
	size_t size = 0;

	if (!bytes)
		return TEXT_NONE;
	for (size_t i = 0; i < reference.size; i++) {
		char byte = reference.data[i];

		if (byte >= 'a' && byte <= 'z')
			byte = (char)(byte - 32);
		if ((byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9'))
			bytes[size++] = byte;
	}
	return (struct text){bytes, size};
}

enum status bill_containers_set(struct arena *arena, const struct consignment *c, struct consignment_change *change)
{
	struct text *keys;
	size_t count = 0;

	change->containers = NULL;
	change->container_count = 0;
	if (c->stage != STAGE_MANIFEST || !c->container_count)
		return STATUS_OK;
	keys = ARENA_ARRAY(arena, c->container_count, struct text);
	if (!keys)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < c->container_count; i++) {
		keys[count] = container_key(arena, c->containers[i].reference);
		if (!keys[count].data)
			return STATUS_NO_MEMORY;
		count += keys[count].size > 0;
	}
	change->containers = keys;
	change->container_count = count;
	return STATUS_OK;
}

enum status bill_containers_write(struct writer *writer, const struct consignment_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct consignment_change *change = &changes[i];

		if (change->stage != STAGE_MANIFEST)
			continue;
		if (change->version > 1)
			TRY(store_execute(writer, &CONTAINERS_FORGET, PARAMS(V_INT(change->id)), NULL));
		for (size_t j = 0; j < change->container_count; j++)
			TRY(store_execute(writer, &CONTAINER_ADD,
				PARAMS(value_text(change->containers[j]), V_INT(change->id)), NULL));
	}
	return STATUS_OK;
}

static enum status take_first(struct rows *rows, int64_t *ret_id, int64_t *ret_version)
{
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	*ret_id = rows_integer(rows, 0);
	*ret_version = rows_integer(rows, 1);
	return STATUS_OK;
}

enum status consignment_find_bill(struct reader *reader, struct text reference, int64_t *ret_id, int64_t *ret_version)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &BILL_BY_REFERENCE, PARAMS(value_text(reference)), &rows));
	return take_first(rows, ret_id, ret_version);
}

/* Each document once where items that name it follow each other. */
static enum status find_by_document(struct reader *reader, const struct consignment *c, int64_t *ret_id,
	int64_t *ret_version)
{
	enum status status = STATUS_NOT_FOUND;

	for (size_t i = 0; i < c->item_count && status == STATUS_NOT_FOUND; i++) {
		struct text bill = c->items[i].transport_document;

		if (bill.size && (!i || !text_equal(bill, c->items[i - 1].transport_document)))
			status = consignment_find_bill(reader, bill, ret_id, ret_version);
	}
	return status;
}

static enum status put_container(struct json_writer *json, struct arena *arena, struct text reference, size_t *count)
{
	struct text key = container_key(arena, reference);

	if (!key.data)
		return STATUS_NO_MEMORY;
	if (key.size) {
		put_text(json, key);
		(*count)++;
	}
	return STATUS_OK;
}

/* The declaration's containers as a JSON list, its own and those that only its items name. */
static enum status print_containers(const struct consignment *c, struct arena *arena, struct buffer *list,
	size_t *ret_count)
{
	struct json_writer json;
	size_t count = 0;

	put_begin(&json, list);
	put_array(&json);
	for (size_t i = 0; i < c->container_count && count < MOST_CONTAINERS; i++)
		TRY(put_container(&json, arena, c->containers[i].reference, &count));
	for (size_t i = 0; i < c->item_count; i++) {
		struct text rest = c->items[i].containers;

		while (rest.data && count < MOST_CONTAINERS)
			TRY(put_container(&json, arena, text_cut(&rest, ' '), &count));
	}
	put_array_end(&json);
	*ret_count = count;
	return buffer_status(list);
}

static enum status find_by_manifest(struct reader *reader, const struct consignment *c, struct text containers,
	int64_t *ret_id, int64_t *ret_version)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t id = 0, version = 0, shared = 0, own = 0;

	TRY(store_query(reader, &BILLS_OF_MANIFEST,
		PARAMS(value_text(c->manifest), value_text(containers), value_text(c->consignee.code),
			value_text(c->consignee.name)),
		&rows));
	if (rows_next(rows)) {
		id = rows_integer(rows, 0);
		version = rows_integer(rows, 1);
		shared = rows_integer(rows, 2);
		own = rows_integer(rows, 3);
	}
	/* Without a container in common the consignee must have no other bill on board. */
	if (id && !shared && (!own || (rows_next(rows) && rows_integer(rows, 3))))
		id = 0;
	TRY(rows_status(rows));
	if (!id)
		return STATUS_NOT_FOUND;
	*ret_id = id;
	*ret_version = version;
	return STATUS_OK;
}

static enum status find_by_container(struct reader *reader, const struct consignment *c, struct text containers,
	int64_t *ret_id, int64_t *ret_version)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t day = consignment_day(c, clock_today());

	TRY(store_query(reader, &BILL_WITH_CONTAINER,
		PARAMS(value_text(containers), V_INT(day - BILL_DAYS), V_INT(day + BILL_DAYS)), &rows));
	return take_first(rows, ret_id, ret_version);
}

static bool has_containers(const struct consignment *c)
{
	bool has = c->container_count > 0;

	for (size_t i = 0; i < c->item_count && !has; i++)
		has = c->items[i].containers.size > 0;
	return has;
}

bool consignment_names_bill(const struct consignment *c)
{
	bool names = c->manifest.size || has_containers(c);

	for (size_t i = 0; i < c->item_count && !names; i++)
		names = c->items[i].transport_document.size > 0;
	return names && c->stage == STAGE_DECLARATION;
}

enum status consignment_find_counterpart(struct reader *reader, const struct consignment *declaration,
	struct arena *arena, int64_t *ret_id, int64_t *ret_version)
{
	AUTO(buffer_release) struct buffer list = {0};
	enum status status = find_by_document(reader, declaration, ret_id, ret_version);
	size_t count = 0;

	if (status != STATUS_NOT_FOUND)
		return status;
	if (!declaration->manifest.size && !has_containers(declaration))
		return STATUS_NOT_FOUND;
	buffer_init(&list, LIST_BYTES);
	TRY(print_containers(declaration, arena, &list, &count));
	if (declaration->manifest.size)
		status = find_by_manifest(reader, declaration, buffer_text(&list), ret_id, ret_version);
	if (status == STATUS_NOT_FOUND && count)
		status = find_by_container(reader, declaration, buffer_text(&list), ret_id, ret_version);
	return status;
}
