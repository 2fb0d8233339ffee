/* Profiles, their versions and what is said about them, in the database. */
#include "domain/journal.h"
#include "modules/risk/profiles.h"

#include <string.h>

STATEMENT(PROFILE_LIST,
	"select p.id, p.code, coalesce(a.title, n.title), coalesce(a.lane, n.lane), coalesce(a.number, 0), n.number, n.state, "
	"n.id, (select count(*) from profile_comments c where c.profile_id = p.id) from profiles p "
	"join profile_versions n on n.profile_id = p.id and n.number = (select max(m.number) from profile_versions m "
	"where m.profile_id = p.id) left join profile_versions a on a.profile_id = p.id and a.state = 'active' order by p.id");
STATEMENT(PROFILE_BY_ID, "select code from profiles where id = $1");
STATEMENT(PROFILE_BY_CODE, "select id from profiles where code = $1");
STATEMENT(PROFILE_INSERT, "insert into profiles (code, created_by, created_at) values ($1, $2, $3) returning id");

#define VERSION_SELECT                                                                                                 \
	"select v.id, v.profile_id, v.number, v.row_version, v.lane, p.code, v.state, v.title, v.source, v.note, "     \
	"v.reason, v.author_id, v.written_at, v.proposed_by, v.proposed_at, v.activated_by, v.activated_at, "          \
	"v.retired_by, v.retired_at, a.name, b.name, c.name, d.name from profile_versions v "                          \
	"join profiles p on p.id = v.profile_id left join users a on a.id = v.author_id "                              \
	"left join users b on b.id = v.proposed_by left join users c on c.id = v.activated_by "                        \
	"left join users d on d.id = v.retired_by "
STATEMENT(VERSIONS_OF, VERSION_SELECT "where v.profile_id = $1 order by v.number desc");
STATEMENT(VERSION_BY_ID, VERSION_SELECT "where v.id = $1");
STATEMENT(VERSION_BY_NUMBER, VERSION_SELECT "where v.profile_id = $1 and v.number = $2");
STATEMENT(VERSION_INSERT,
	"insert into profile_versions (profile_id, number, state, title, lane, source, note, author_id, written_at) "
	"values ($1, $2, 'draft', $3, $4, $5, $6, $7, $8) returning id");
STATEMENT(VERSION_WRITE_OVER,
	"update profile_versions set title = $2, lane = $3, source = $4, note = $5, written_at = $6, "
	"row_version = row_version + 1 where id = $1 and row_version = $7 and state = 'draft'");
STATEMENT(DRAFT_PUT_AWAY,
	"update profile_versions set state = 'retired', retired_by = $2, retired_at = $3, row_version = row_version + 1 "
	"where id = $1 and row_version = $4 and state = 'draft'");
STATEMENT(COMMENT_INSERT,
	"insert into profile_comments (profile_id, version_number, author_id, written_at, content) "
	"values ($1, $2, $3, $4, $5)");
STATEMENT(COMMENTS_OF,
	"select c.id, c.version_number, c.written_at, u.name, c.content from profile_comments c "
	"left join users u on u.id = c.author_id where c.profile_id = $1 order by c.id");

/* Room for one more row in an array of the arena. */
static void *grow(struct arena *arena, void *rows, size_t count, size_t *room, size_t size)
{
	void *grown;

	if (count < *room)
		return rows;
	*room = *room ? *room * 2 : 16;
	grown = arena_array(arena, *room, size);
	if (grown && count)
		memcpy(grown, rows, count * size);
	return grown;
}

enum status profile_list(struct reader *reader, struct arena *arena, struct profile_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct profile_row *list = NULL;
	size_t count = 0, room = 0;

	TRY(store_query(reader, &PROFILE_LIST, NO_PARAMS, &rows));
	for (; rows_next(rows); count++) {
		list = grow(arena, list, count, &room, sizeof *list);
		if (!list)
			return STATUS_NO_MEMORY;
		list[count] = (struct profile_row){.id = rows_integer(rows, 0), .code = rows_copy(rows, 1, arena),
			.title = rows_copy(rows, 2, arena), .lane = (enum lane)rows_integer(rows, 3),
			.active_number = rows_integer(rows, 4), .newest_number = rows_integer(rows, 5),
			.newest_state = rows_copy(rows, 6, arena), .newest_id = rows_integer(rows, 7),
			.comment_count = rows_integer(rows, 8)};
		if (!list[count].code.data || !list[count].title.data || !list[count].newest_state.data)
			return STATUS_NO_MEMORY;
		list[count].state = list[count].active_number ? TEXT("active") : list[count].newest_state;
	}
	TRY(rows_status(rows));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}

enum status profile_find(struct reader *reader, int64_t id, struct arena *arena, struct text *ret_code)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text code;

	TRY(store_query(reader, &PROFILE_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	code = rows_copy(rows, 0, arena);
	if (!code.data)
		return STATUS_NO_MEMORY;
	*ret_code = code;
	return STATUS_OK;
}

enum status profile_find_code(struct reader *reader, struct text code, int64_t *ret_id)
{
	return store_integer(reader, &PROFILE_BY_CODE, PARAMS(value_text(code)), ret_id);
}

static enum status read_version(struct rows *rows, struct arena *arena, struct profile_version *ret_row)
{
	struct profile_version v = {.id = rows_integer(rows, 0), .profile_id = rows_integer(rows, 1),
		.number = rows_integer(rows, 2), .row_version = rows_integer(rows, 3),
		.lane = (enum lane)rows_integer(rows, 4), .code = rows_copy(rows, 5, arena),
		.state = rows_copy(rows, 6, arena), .title = rows_copy(rows, 7, arena), .source = rows_copy(rows, 8, arena),
		.note = rows_copy(rows, 9, arena), .reason = rows_copy(rows, 10, arena), .author_id = rows_integer(rows, 11),
		.written_at = rows_integer(rows, 12), .proposed_by = rows_integer(rows, 13),
		.proposed_at = rows_optional(rows, 14), .activated_by = rows_integer(rows, 15),
		.activated_at = rows_optional(rows, 16), .retired_by = rows_integer(rows, 17),
		.retired_at = rows_optional(rows, 18), .author = rows_copy(rows, 19, arena),
		.proposer = rows_copy(rows, 20, arena), .activator = rows_copy(rows, 21, arena),
		.retirer = rows_copy(rows, 22, arena)};

	TRY(rows_status(rows));
	*ret_row = v;
	return STATUS_OK;
}

enum status profile_versions(struct reader *reader, int64_t profile_id, struct arena *arena,
	struct profile_version **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct profile_version *list = NULL;
	size_t count = 0, room = 0;

	TRY(store_query(reader, &VERSIONS_OF, PARAMS(V_INT(profile_id)), &rows));
	for (; rows_next(rows); count++) {
		list = grow(arena, list, count, &room, sizeof *list);
		if (!list)
			return STATUS_NO_MEMORY;
		TRY(read_version(rows, arena, &list[count]));
	}
	TRY(rows_status(rows));
	if (!count)
		return STATUS_NOT_FOUND;
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}

static enum status one_version(struct rows *rows, struct arena *arena, struct profile_version *ret_row)
{
	if (rows_next(rows))
		return read_version(rows, arena, ret_row);
	TRY(rows_status(rows));
	return STATUS_NOT_FOUND;
}

enum status profile_version_find(struct reader *reader, int64_t id, struct arena *arena, struct profile_version *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &VERSION_BY_ID, PARAMS(V_INT(id)), &rows));
	return one_version(rows, arena, ret_row);
}

enum status profile_version_number(struct reader *reader, int64_t profile_id, int64_t number, struct arena *arena,
	struct profile_version *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &VERSION_BY_NUMBER, PARAMS(V_INT(profile_id), V_INT(number)), &rows));
	return one_version(rows, arena, ret_row);
}

/* ---- writing */

static enum status journal_version(struct writer *writer, const struct actor *actor, int64_t profile_id, int64_t number,
	const char *action)
{
	AUTO(buffer_release) struct buffer details = {0};
	struct json_writer json;

	buffer_init(&details, 256);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "version");
	put_int(&json, number);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "profile", .entity_id = profile_id, .action = action,
			.details = buffer_text(&details)},
		NULL);
}

static enum status add_version(struct writer *writer, const struct actor *actor, const struct profile_text *text,
	const struct profile *profile, int64_t number)
{
	int64_t id;

	TRY(store_returning(writer, &VERSION_INSERT,
		PARAMS(V_INT(text->profile_id), V_INT(number), value_text(profile->title), V_INT(profile->lane),
			value_text(text->source), value_text(text->note.data ? text->note : TEXT("")),
			V_INT(actor->user_id), V_INT(clock_now())),
		&id));
	return journal_version(writer, actor, text->profile_id, number, "profile.written");
}

static enum status create(struct writer *writer, const struct actor *actor, const struct profile_text *text,
	const struct profile *profile, int64_t *ret_profile_id)
{
	struct profile_text full = *text;

	TRY(store_returning(writer, &PROFILE_INSERT,
		PARAMS(value_text(profile->code), V_INT(actor->user_id), V_INT(clock_now())), &full.profile_id));
	TRY(add_version(writer, actor, &full, profile, 1));
	*ret_profile_id = full.profile_id;
	return STATUS_OK;
}

/* The author goes on with a draft that nobody else has worked on and that was not sent back. */
static enum status write_over(struct writer *writer, const struct actor *actor, const struct profile_text *text,
	const struct profile *profile, const struct profile_version *newest)
{
	int64_t changes = 0;

	TRY(store_execute(writer, &VERSION_WRITE_OVER,
		PARAMS(V_INT(newest->id), value_text(profile->title), V_INT(profile->lane), value_text(text->source),
			value_text(text->note.data ? text->note : TEXT("")), V_INT(clock_now()), V_INT(text->seen_version)),
		&changes));
	if (changes != 1)
		return STATUS_CONFLICT;
	return journal_version(writer, actor, text->profile_id, newest->number, "profile.written");
}

enum status profile_save(struct writer *writer, const struct actor *actor, const struct profile_text *text,
	const struct profile_checked *checked, int64_t *ret_profile_id, int64_t *ret_number)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	struct profile_version *versions;
	int64_t number = 1, changes = 0, profile_id = text->profile_id;
	size_t count;

	if (!arena)
		return STATUS_NO_MEMORY;
	if (!profile_id) {
		TRY(create(writer, actor, text, checked->profile, &profile_id));
	} else {
		TRY(profile_versions(writer_reader(writer), profile_id, arena, &versions, &count));
		if (versions[0].row_version != text->seen_version || text_is(versions[0].state, "proposed"))
			return STATUS_CONFLICT;
		number = versions[0].number;
		if (text_is(versions[0].state, "draft") && versions[0].author_id == actor->user_id &&
			!versions[0].proposed_by) {
			TRY(write_over(writer, actor, text, checked->profile, &versions[0]));
		} else {
			if (text_is(versions[0].state, "draft"))
				TRY(store_execute(writer, &DRAFT_PUT_AWAY,
					PARAMS(V_INT(versions[0].id), V_INT(actor->user_id), V_INT(clock_now()),
						V_INT(text->seen_version)),
					&changes));
			TRY(add_version(writer, actor, text, checked->profile, ++number));
		}
	}
	*ret_profile_id = profile_id;
	*ret_number = number;
	return STATUS_OK;
}

enum status profile_comment_add(struct writer *writer, const struct actor *actor, int64_t profile_id,
	int64_t version_number, struct text content)
{
	TRY(store_execute(writer, &COMMENT_INSERT,
		PARAMS(V_INT(profile_id), V_INT(version_number), V_INT(actor->user_id), V_INT(clock_now()),
			value_text(content)),
		NULL));
	return journal_version(writer, actor, profile_id, version_number, "profile.commented");
}

enum status profile_comments(struct reader *reader, int64_t profile_id, struct arena *arena,
	struct profile_comment **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct profile_comment *list = NULL;
	size_t count = 0, room = 0;

	TRY(store_query(reader, &COMMENTS_OF, PARAMS(V_INT(profile_id)), &rows));
	for (; rows_next(rows); count++) {
		list = grow(arena, list, count, &room, sizeof *list);
		if (!list)
			return STATUS_NO_MEMORY;
		list[count] = (struct profile_comment){rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2),
			rows_copy(rows, 3, arena), rows_copy(rows, 4, arena)};
		if (!list[count].content.data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}
