/* The journal for programs. */
#include "modules/journal/journal_check.h"
#include "base/clock.h"
#include "domain/journal.h"
#include "modules/journal/journal_pages.h"
#include "web/module.h"

enum { PAGE_ROWS = 200 };

static const struct api_field fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"at", TR("Quand"), API_TIME, .may_be_null = false},
	{"actor_id", TR("Personne"), API_INTEGER, .may_be_null = false},
	{"actor", TR("Qui"), API_TEXT, .may_be_null = false},
	{"entity", TR("Genre d'objet"), API_TEXT, .may_be_null = false},
	{"entity_id", TR("Numéro de l'objet"), API_INTEGER, .may_be_null = false},
	{"action", TR("Quoi"), API_TEXT, .may_be_null = false},
	{"details", TR("Détails"), API_ANY, .may_be_null = true},
	{"block", TR("Bloc"), API_INTEGER, .may_be_null = true},
	{0},
};
const struct api_shape journal_shape = {"JournalRow", fields};

struct puts {
	struct json_writer *json;
	int64_t last;
	size_t count;
	size_t page;
};

static bool put_row(void *context, const struct journal_row *row)
{
	struct puts *puts = context;
	struct json_writer *json = puts->json;

	if (puts->count++ == puts->page)
		return false;
	puts->last = row->id;
	put_object(json);
	put_key(json, "id");
	put_int(json, row->id);
	put_key(json, "at");
	put_time(json, row->at);
	put_key(json, "actor_id");
	put_int(json, row->actor_id);
	put_key(json, "actor");
	put_text(json, row->actor_name);
	put_key(json, "entity");
	put_text(json, row->entity);
	put_key(json, "entity_id");
	put_int(json, row->entity_id);
	put_key(json, "action");
	put_text(json, row->action);
	put_key(json, "details");
	if (row->details.size)
		put_raw(json, row->details);
	else
		put_null(json);
	put_key(json, "block");
	if (row->block)
		put_int(json, row->block);
	else
		put_null(json);
	put_object_end(json);
	return true;
}

enum status journal_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text entity = rq_input(rq, "entite"), person = rq_input(rq, "personne");
	struct journal_filter filter = {.entity = entity.size ? entity : TEXT_NONE,
		.person = person.size ? person : TEXT_NONE, .from = journal_day(rq_input(rq, "du"), 0, 0),
		.until = journal_day(rq_input(rq, "au"), 1, INT64_MAX), .limit = (int64_t)rq_page_rows(rq, PAGE_ROWS) + 1,
		.paths = actor_path_list(&rq->actor, "journal.read", rq->arena)};
	struct puts puts = {.json = json, .page = rq_page_rows(rq, PAGE_ROWS)};

	if (!filter.paths.data)
		return STATUS_NO_MEMORY;
	if (!rq_integer(rq, "objet", &filter.entity_id))
		filter.entity_id = 0;
	if (!rq_integer(rq, "avant", &filter.before))
		filter.before = 0;
	TRY(journal_page(db, &filter, put_row, &puts));
	if (puts.count > puts.page)
		rq_next_page_of(rq, "/journal", "entite objet personne du au", "avant",
			arena_format(rq->arena, "%lld", (long long)puts.last));
	return STATUS_OK;
}

/* ---- verifications */

STATEMENT(CHECKS_DATA,
	"select id, checked_at, intact, rows_checked, span from journal_checks where id < $1 order by id desc limit $2");

static const struct api_field check_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"checked_at", TR("Quand"), API_TIME, .may_be_null = false},
	{"intact", TR("Intact"), API_BOOLEAN, .may_be_null = false},
	{"rows_checked", TR("Lignes vérifiées"), API_INTEGER, .may_be_null = false},
	{"seconds", TR("Durée"), API_DECIMAL, .may_be_null = false},
	{0},
};
const struct api_shape journal_check_shape = {"JournalCheck", check_fields};

enum status journal_verification_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&CHECKS_DATA, &journal_check_shape, "/journal/verification", NULL, true, 100};

	return api_rows(rq, db, json, &list, NO_PARAMS);
}
