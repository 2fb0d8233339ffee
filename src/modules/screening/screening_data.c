/* Matches of names and the lists they come from, for programs. */
#include "modules/screening/screening_store.h"

enum { PAGE_ROWS = 100 };

STATEMENT(LISTS_DATA,
	"select l.id, l.code, l.title, l.is_active, v.entry_count, v.taken_at, v.source, v.published from screening_lists l "
	"left join screening_versions v on v.id = (select max(o.id) from screening_versions o where o.list_id = l.id) "
	"where l.id > $1 order by l.id limit $2");
STATEMENT(ENTRIES_DATA,
	"select e.id, e.reference, e.kind, e.names, e.identifiers, e.country, e.born, e.program, e.remark "
	"from screening_entries e where e.id > $1 and e.list_id = $3 and e.until_version is null "
	"and (CAST($4 AS text) = '' or lower(e.names) like $4 or lower(e.reference) like $4) order by e.id limit $2");
STATEMENT(LIST_THERE, "select id from screening_lists where id = $1");

static const struct api_field match_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"party", TR("Partie déclarée"), API_TEXT, .may_be_null = true},
	{"party_code", TR("Code"), API_TEXT, .may_be_null = true},
	{"role", TR("Rôle"), API_TEXT, .may_be_null = false},
	{"list", TR("Liste"), API_TEXT, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = false},
	{"listed", TR("Nom sur la liste"), API_TEXT, .may_be_null = false},
	{"score", TR("Ressemblance"), API_DECIMAL, .may_be_null = false},
	{"consignment_id", TR("Envoi"), API_INTEGER, .may_be_null = false},
	{"seen_count", TR("Fois vue"), API_INTEGER, .may_be_null = false},
	{"last_seen_at", TR("Vue le"), API_TIME, .may_be_null = false},
	{"reason", TR("Motif"), API_TEXT, .may_be_null = true},
	{"until", TR("Écartée jusqu'au"), API_DATE, .may_be_null = true},
	{"decided_by", TR("Par"), API_TEXT, .may_be_null = true},
	{"version", TR("Version"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape match_shape = {"NameMatch", match_fields};
static const struct api_field list_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"title", TR("Titre"), API_TEXT, .may_be_null = false},
	{"active", TR("Actif"), API_BOOLEAN, .may_be_null = false},
	{"entry_count", TR("Noms"), API_INTEGER, .may_be_null = true},
	{"taken_at", TR("Date"), API_TIME, .may_be_null = true},
	{"source", TR("Source"), API_TEXT, .may_be_null = true},
	{"published", TR("Publiée"), API_TEXT, .may_be_null = true},
	{0},
};
const struct api_shape name_list_shape = {"NameList", list_fields};
static const struct api_field entry_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = false},
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"names", TR("Noms"), API_TEXT, .may_be_null = false},
	{"identifiers", TR("Identifiant"), API_TEXT, .may_be_null = true},
	{"country", TR("Pays"), API_TEXT, .may_be_null = true},
	{"born", TR("Date"), API_TEXT, .may_be_null = true},
	{"program", TR("Programme"), API_TEXT, .may_be_null = true},
	{"remark", TR("Note"), API_TEXT, .may_be_null = true},
	{0},
};
const struct api_shape name_entry_shape = {"NameEntry", entry_fields};

static void put_named(struct json_writer *json, const char *name, struct text text)
{
	put_key(json, name);
	put_text(json, text);
}

static void put_match(struct json_writer *json, const struct match_row *row)
{
	put_object(json);
	put_key(json, "id");
	put_int(json, row->id);
	put_named(json, "state", row->is_over ? TEXT("open") : row->state);
	put_named(json, "party", row->party);
	put_named(json, "party_code", row->party_code);
	put_named(json, "role", row->role);
	put_named(json, "list", row->list);
	put_named(json, "reference", row->reference);
	put_named(json, "listed", row->listed);
	put_key(json, "score");
	put_micro(json, row->score);
	put_key(json, "consignment_id");
	put_int(json, row->consignment_id);
	put_key(json, "seen_count");
	put_int(json, row->seen_count);
	put_key(json, "last_seen_at");
	put_time(json, row->last_seen_at);
	put_named(json, "reason", row->reason);
	put_key(json, "until");
	put_date(json, row->until);
	put_named(json, "decided_by", row->decided_name);
	put_key(json, "version");
	put_int(json, row->row_version);
	put_object_end(json);
}

enum status screening_queue_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text state = rq_input(rq, "etat");
	const char *code = text_is(state, "confirmed") ? "confirmed" : text_is(state, "cleared") ? "cleared" : "open";
	size_t page = rq_page_rows(rq, PAGE_ROWS), count;
	struct match_filter filter = {.state = text_of(code), .limit = (int64_t)page + 1, .before = INT64_MAX,
		.paths = actor_path_list(&rq->actor, SCREENING_READ, rq->arena)};
	struct match_row *rows;

	if (!filter.paths.data)
		return STATUS_NO_MEMORY;
	(void)rq_integer(rq, "avant", &filter.before);
	TRY(match_rows_by_number(db, &filter, rq->arena, &rows, &count));
	for (size_t i = 0; i < count && i < page; i++)
		put_match(json, &rows[i]);
	if (count > page)
		rq_next_page_of(rq, "/criblage", "etat", "avant",
			arena_format(rq->arena, "%lld", (long long)rows[page - 1].id));
	return STATUS_OK;
}

enum status screening_match_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text paths = actor_path_list(&rq->actor, SCREENING_READ, rq->arena);
	struct match_row row;
	int64_t id;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(match_find(db, id, paths, rq->arena, &row));
	put_match(json, &row);
	return STATUS_OK;
}

enum status screening_lists_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&LISTS_DATA, &name_list_shape, "/listes-de-noms", NULL, false, PAGE_ROWS};

	return api_rows(rq, db, json, &list, NO_PARAMS);
}

enum status screening_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct api_list list = {&ENTRIES_DATA, &name_entry_shape, NULL, "recherche", false, PAGE_ROWS};
	struct text search = rq_input(rq, "recherche");
	int64_t id, there;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_integer(db, &LIST_THERE, PARAMS(V_INT(id)), &there));
	list.path = arena_format(rq->arena, "/listes-de-noms/%lld", (long long)id).data;
	if (search.size)
		search = arena_format(rq->arena, "%%%.*s%%", TEXT_FORMAT(search));
	return api_rows(rq, db, json, &list, PARAMS(V_INT(id), value_text(search.data ? search : TEXT(""))));
}
