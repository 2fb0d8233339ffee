/* What has changed since a program last asked, in the order of the journal's seals, as far as its rights go. */
#include "modules/programs/pages.h"
#include "web/server.h"
#include "web/session.h"

enum { PAGE_ROWS = 100, ROWS_AT_ONCE = 64, ROWS_MOST = 5000, KINDS_MOST = 16, CHUNK_MEMORY = 64 << 20 };

static const struct api_field change_fields[] = {
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"action", TR("Quoi"), API_TEXT, .may_be_null = false},
	{"at", TR("Quand"), API_TIME, .may_be_null = false},
	{"address", TR("Où lire ce qui a changé"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape change_shape = {"Change", change_fields};
static const struct api_field changes_fields[] = {
	{"changes", TR("Ce qui a changé, du plus ancien au plus récent"), API_OBJECT, .is_list = true, .of = &change_shape},
	{"cursor", TR("À donner dans « apres » la fois suivante"), API_TEXT, .may_be_null = false},
	{"more", TR("Vrai s'il y en a davantage : redemandez aussitôt"), API_BOOLEAN, .may_be_null = false},
	{0},
};
const struct api_shape changes_shape = {"Changes", changes_fields};

/* Where a program is: behind this row, or, with a position, inside it. */
struct cursor {
	struct journal_place place;
	int64_t position;
};

/* A kind of change that this program may hear of. */
struct heard {
	const struct change_kind *kind;
	struct text paths;
};

struct feed {
	struct request *rq;
	struct reader *db;
	struct json_writer *json;
	struct heard heard[KINDS_MOST];
	size_t heard_count, count, page;
	struct change_thing *things;
	struct cursor cursor;
};

/* "12-345-6": block, row, position. */
static bool cursor_read(struct text text, struct cursor *ret_cursor)
{
	int64_t parts[3] = {0};
	size_t part = 0;

	if (!text.size || text.size > 60)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '-' && i && text.data[i - 1] != '-' && part < 2)
			part++;
		else if (text.data[i] >= '0' && text.data[i] <= '9' && parts[part] < INT64_MAX / 10 - 10)
			parts[part] = parts[part] * 10 + (text.data[i] - '0');
		else
			return false;
	}
	if (part != 2 || text.data[text.size - 1] == '-')
		return false;
	*ret_cursor = (struct cursor){{parts[0], parts[1]}, parts[2]};
	return true;
}

static enum status add_heard(struct feed *feed, const struct change_kind *kind)
{
	struct heard *heard = &feed->heard[feed->heard_count];

	if (feed->heard_count == KINDS_MOST)
		return STATUS_INTERNAL;
	*heard = (struct heard){kind, actor_path_list(&feed->rq->actor, kind->needs, feed->rq->arena)};
	feed->heard_count++;
	return heard->paths.data ? STATUS_OK : STATUS_NO_MEMORY;
}

/* *ret_known: the wanted kind (missing: all) is one of the modules'. */
static enum status find_heard(struct feed *feed, struct text wanted, bool *ret_known)
{
	bool known = !wanted.size;

	for (const struct module *const *module = feed->rq->application->modules; *module; module++)
		for (const struct change_kind *kind = (*module)->changes; kind && kind->entity; kind++) {
			if (wanted.size && !text_is(wanted, kind->kind))
				continue;
			known = true;
			if (rq_may(feed->rq, kind->needs))
				TRY(add_heard(feed, kind));
		}
	*ret_known = known;
	return STATUS_OK;
}

static void put_change(struct feed *feed, const struct change_kind *kind, const struct journal_row *row,
	const struct change_thing *thing)
{
	struct json_writer *json = feed->json;

	put_object(json);
	put_key(json, "kind");
	put_text(json, text_of(kind->kind));
	put_key(json, "id");
	put_int(json, thing->id);
	put_key(json, "action");
	put_text(json, thing->action ? text_of(thing->action) : row->action);
	put_key(json, "at");
	put_time(json, row->at);
	put_key(json, "address");
	put_text(json, arena_format(feed->rq->arena, "/api/v1%s%lld", kind->path, (long long)thing->id));
	put_object_end(json);
	feed->count++;
}

static bool may_hear(const struct feed *feed, const struct change_kind *kind, const struct journal_row *row)
{
	return kind->is_of_all || actor_may(&feed->rq->actor, kind->needs, row->unit_path.data ? row->unit_path : TEXT("/"));
}

/* The things of one row from the cursor's position on; the cursor goes on with them. */
static enum status tell_things(struct feed *feed, const struct heard *heard, const struct journal_row *row)
{
	const struct change_look look = {row, heard->paths, feed->cursor.position, feed->page - feed->count, feed->rq->arena};
	size_t count = 0;

	TRY(heard->kind->things(feed->db, &look, feed->things, &count));
	for (size_t i = 0; i < count; i++) {
		put_change(feed, heard->kind, row, &feed->things[i]);
		feed->cursor.position = feed->things[i].position;
	}
	/* As many as fit: there may be others in the row. */
	if (count < look.most)
		feed->cursor.position = 0;
	return STATUS_OK;
}

static enum status tell_row(struct feed *feed, const struct journal_row *row)
{
	struct cursor behind = {{row->block, row->id}, 0};

	if (row->block != feed->cursor.place.block || row->id != feed->cursor.place.id)
		feed->cursor.position = 0;
	feed->cursor.place = behind.place;
	for (size_t i = 0; i < feed->heard_count; i++) {
		const struct change_kind *kind = feed->heard[i].kind;

		if (!text_is(row->entity, kind->entity) || (kind->action && !text_is(row->action, kind->action)))
			continue;
		if (kind->things)
			return tell_things(feed, &feed->heard[i], row);
		if (may_hear(feed, kind, row))
			put_change(feed, kind, row, &(struct change_thing){row->entity_id, 1, NULL});
	}
	feed->cursor = behind;
	return STATUS_OK;
}

/* Goes on until the page is full, the journal ends, or enough rows that concern nobody here were passed. */
static enum status tell(struct feed *feed, bool *ret_more)
{
	for (int64_t looked = 0; looked < ROWS_MOST; looked += ROWS_AT_ONCE) {
		AUTO(arena_release) struct arena *arena = arena_new(CHUNK_MEMORY);
		struct journal_place from = feed->cursor.place;
		struct journal_row *rows;
		size_t count;

		if (!arena)
			return STATUS_NO_MEMORY;
		from.id -= feed->cursor.position > 0;
		TRY(journal_sealed_after(feed->db, from, ROWS_AT_ONCE, arena, &rows, &count));
		for (size_t i = 0; i < count; i++) {
			TRY(tell_row(feed, &rows[i]));
			if (feed->count == feed->page) {
				*ret_more = feed->cursor.position > 0 || i + 1 < count || count == ROWS_AT_ONCE;
				return STATUS_OK;
			}
		}
		*ret_more = count == ROWS_AT_ONCE;
		if (!*ret_more)
			return STATUS_OK;
	}
	return STATUS_OK;
}

static enum status refuse(struct request *rq, const char *field, const char *message_id)
{
	rq_problem(rq, field, text_of(tr(rq->language, message_id)));
	return STATUS_INVALID;
}

enum status changes_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct feed feed = {.rq = rq, .db = db, .json = json, .page = rq_page_rows(rq, PAGE_ROWS)};
	struct text after = rq_input(rq, "apres");
	bool known, more = false;

	feed.things = ARENA_ARRAY(rq->arena, feed.page, struct change_thing);
	if (!feed.things)
		return STATUS_NO_MEMORY;
	TRY(find_heard(&feed, rq_input(rq, "genre"), &known));
	if (!known)
		return refuse(rq, "genre", TR("Ce genre n'est pas connu."));
	if (text_is(after, "fin"))
		TRY(journal_sealed_end(db, &feed.cursor.place));
	else if (after.size && !cursor_read(after, &feed.cursor))
		return refuse(rq, "apres", TR("Donnez le curseur tel que vous l'avez reçu, ou « fin »."));
	put_object(json);
	put_key(json, "changes");
	put_array(json);
	TRY(tell(&feed, &more));
	put_array_end(json);
	put_key(json, "cursor");
	put_text(json, arena_format(rq->arena, "%lld-%lld-%lld", (long long)feed.cursor.place.block,
		(long long)feed.cursor.place.id, (long long)feed.cursor.position));
	put_key(json, "more");
	put_bool(json, more);
	put_object_end(json);
	return STATUS_OK;
}
