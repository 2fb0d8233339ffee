/* Known parties: gathered from stored consignments, and all looked at again when a list changed. */
#include "modules/screening/screening_store.h"

#include <string.h>

STATEMENT(STATE_READ, "select changes, parties_until, screened_changes from screening_state where id = 1");
STATEMENT(PARTIES_NEW,
	"select c.id, c.unit_path, v.content from consignments c join consignment_versions v on "
	"v.id = c.id * 65536 + c.version where c.id > $1 and c.changed_at >= $2 order by c.id limit $3");
STATEMENT(PARTY_ADD,
	"insert into screening_parties (is_vessel, name, code, role, consignment_id, unit_path, first_seen_at) "
	"values ($1, $2, $3, $4, $5, $6, $7) on conflict (is_vessel, name, code) do nothing");
STATEMENT(PARTIES_UNTIL, "update screening_state set parties_until = $1 where id = 1");
STATEMENT(PARTIES_ALL,
	"select id, role, name, code, consignment_id from screening_parties where id > $1 order by id limit $2");
STATEMENT(SCREENED, "update screening_state set screened_changes = $1 where id = 1");
STATEMENT(DRAFTS_OLD, "delete from screening_drafts where created_at < $1");

enum { AT_ONCE = 1000, PARTY_VALUES = 7, NAME_LIMIT = 250 };

struct state {
	int64_t changes, parties_until, screened_changes;
};

static enum status read_state(struct database *database, struct state *ret_state)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &STATE_READ, NO_PARAMS, &rows));
	if (!rows_next(rows))
		return STATUS_INTERNAL;
	*ret_state = (struct state){rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2)};
	return rows_status(rows);
}

static struct text clean(struct text text)
{
	text = text_trim(text_cut(&text, '\n'));
	return text.data ? text_slice(text, 0, NAME_LIMIT) : TEXT("");
}

/* Parties of one consignment as rows of values; how many. */
static size_t party_values(const struct consignment *c, int64_t id, struct text unit_path, int64_t now,
	struct value *values)
{
	const struct {
		enum party_role role;
		struct text name, code;
	} parties[] = {{ROLE_CONSIGNEE, c->consignee.name, c->consignee.code},
		{ROLE_EXPORTER, c->exporter.name, c->exporter.code}, {ROLE_NOTIFY, c->notify.name, c->notify.code},
		{ROLE_DECLARANT, c->declarant.name, c->declarant.code}, {ROLE_CARRIER, c->carrier.name, c->carrier.code},
		{ROLE_VESSEL, c->vessel, c->vessel_number}};
	size_t count = 0;

	for (size_t i = 0; i < ROLE_COUNT; i++) {
		struct text name = clean(parties[i].name), code = clean(parties[i].code);

		if (!name.size && !code.size)
			continue;
		memcpy(values + PARTY_VALUES * count++,
			((const struct value[PARTY_VALUES]){V_INT(parties[i].role == ROLE_VESSEL), value_text(name),
				value_text(code), value_string(party_role_code(parties[i].role)), V_INT(id),
				value_text(unit_path), V_INT(now)}),
			PARTY_VALUES * sizeof *values);
	}
	return count;
}

/* The parties of the next consignments after *last: counts[0] of them in values, of counts[1] consignments. Without a
 * writer: to find what is new the table may have to be walked along, and officers record meanwhile. */
static enum status read_some(struct database *database, struct arena *arena, int64_t since, int64_t *last,
	struct value *values, size_t counts[2])
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0, seen = 0;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &PARTIES_NEW, PARAMS(V_INT(*last), V_INT(since), V_INT(AT_ONCE)), &rows));
	while (rows_next(rows)) {
		struct text content = rows_copy(rows, 2, arena), unit_path = rows_copy(rows, 1, arena);
		struct consignment consignment;

		TRY(content.data && unit_path.data ? STATUS_OK : STATUS_NO_MEMORY);
		TRY(consignment_unpack(arena, content, &consignment));
		*last = rows_integer(rows, 0);
		seen++;
		count += party_values(&consignment, *last, unit_path, clock_now(), values + PARTY_VALUES * count);
	}
	counts[0] = count;
	counts[1] = seen;
	return rows_status(rows);
}

/* *ret_more false at the end. */
static enum status gather_some(struct database *database, struct arena *arena, int64_t since, int64_t *last,
	bool *ret_more)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct value *values = ARENA_ARRAY(arena, (size_t)AT_ONCE * ROLE_COUNT * PARTY_VALUES, struct value);
	size_t counts[2];

	if (!values)
		return STATUS_NO_MEMORY;
	TRY(read_some(database, arena, since, last, values, counts));
	*ret_more = counts[1] == AT_ONCE;
	if (!counts[0])
		return STATUS_OK;
	TRY(writer_begin(database, &writer));
	TRY(store_execute_many(writer, &PARTY_ADD, values, PARTY_VALUES, counts[0]));
	return writer_commit(&writer);
}

static enum status set_state(struct database *database, const struct statement *statement, int64_t value)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, statement, PARAMS(V_INT(value)), NULL));
	TRY(store_execute(writer, &DRAFTS_OLD, PARAMS(V_INT(clock_now() - 86400 * MICROSECONDS)), NULL));
	return writer_commit(&writer);
}

static enum status gather(struct database *database, struct arena *own, int64_t since)
{
	int64_t last = 0, started = clock_now();
	bool more = true;

	while (more) {
		TRY(database_goes_on(database));
		arena_reset(own);
		TRY(gather_some(database, own, since, &last, &more));
	}
	/* What is being written now has an older time: look a little further back the next time. */
	return set_state(database, &PARTIES_UNTIL, started - 3600 * MICROSECONDS);
}

static enum status screen_some(struct database *database, struct screening *screening, struct arena *arena, int64_t *last,
	int64_t *hits)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t seen = 0, today = clock_today();

	TRY(writer_begin(database, &writer));
	TRY(store_query(writer_reader(writer), &PARTIES_ALL, PARAMS(V_INT(*last), V_INT(AT_ONCE)), &rows));
	while (rows_next(rows)) {
		enum party_role role = ROLE_CONSIGNEE;
		int64_t consignment_id = rows_integer(rows, 4);
		struct name_hits found;

		(void)party_role_from(rows_text(rows, 1), &role);
		TRY(screening_look_name(screening, role, rows_text(rows, 2), rows_text(rows, 3), today, arena, &found));
		*last = rows_integer(rows, 0);
		seen++;
		if (!found.count)
			continue;
		*hits += (int64_t)found.count;
		TRY(screening_note(writer, &found, consignment_id));
	}
	TRY(rows_status(rows));
	TRY(writer_commit(&writer));
	return seen == AT_ONCE ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status screen_all(struct database *database, struct arena *own, int64_t *hits)
{
	AUTO(screening_release) struct screening *screening = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	enum status status = STATUS_OK;
	int64_t last = 0;

	TRY(screening_new(&screening));
	TRY(reader_begin(database, &reader));
	TRY(screening_refresh(screening, reader));
	reader_end(reader);
	reader = NULL;
	while (status == STATUS_OK) {
		TRY(database_goes_on(database));
		arena_reset(own);
		status = screen_some(database, screening, own, &last, hits);
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status screening_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(arena_release) struct arena *own = arena_new(512 << 20);
	struct state state;
	int64_t hits = 0;

	if (!own)
		return STATUS_NO_MEMORY;
	TRY(read_state(database, &state));
	TRY(gather(database, own, state.parties_until));
	if (state.screened_changes != state.changes) {
		TRY(screen_all(database, own, &hits));
		TRY(set_state(database, &SCREENED, state.changes));
	}
	*ret_note = arena_format(arena, "%lld", (long long)hits);
	return STATUS_OK;
}
