/* Profiles and the dictionary of facts for programs. */
#include "engine/fact.h"
#include "modules/risk/profile_pages.h"

enum { DATA_DAYS = 365, PAGE_ROWS = 200 };

#define LIFE_FIELDS                                                                                                    \
	{"hits", TR("Décisions touchées"), API_INTEGER, .may_be_null = false},                                         \
		{"selected", TR("Dont sélectionnées"), API_INTEGER, .may_be_null = false},                             \
		{"inspected", TR("Contrôles au résultat connu"), API_INTEGER, .may_be_null = false},                   \
		{"adverse", TR("Infractions"), API_INTEGER, .may_be_null = false},                                     \
		{"recovered", TR("Droits retrouvés"), API_DECIMAL, .may_be_null = false},                              \
	{                                                                                                              \
		"minutes", TR("Minutes de contrôle"), API_INTEGER, .may_be_null = false                                \
	}
#define NAME_FIELDS                                                                                                    \
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false}, {"code", TR("Code"), API_TEXT, .may_be_null = false}, \
		{"title", TR("Titre"), API_TEXT, .may_be_null = false},                                                \
		{"lane", TR("Circuit"), API_TEXT, .may_be_null = false},                                               \
		{"state", TR("État"), API_TEXT, .may_be_null = false},                                                 \
	{                                                                                                              \
		"active_version", TR("Version en vigueur"), API_INTEGER, .may_be_null = true                           \
	}
static const struct api_field row_fields[] = {NAME_FIELDS,
	{"newest_version", TR("Dernière version"), API_INTEGER, .may_be_null = false},
	{"newest_state", TR("État de la dernière version"), API_TEXT, .may_be_null = false}, LIFE_FIELDS, {0}};
const struct api_shape profile_row_shape = {"ProfileRow", row_fields};

static const struct api_field version_fields[] = {
	{"number", TR("Version"), API_INTEGER, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"row_version", TR("Version de la ligne, à renvoyer comme « vu »"), API_INTEGER, .may_be_null = false},
	{"source", TR("Texte du profil"), API_TEXT, .may_be_null = false},
	{"note", TR("Pourquoi cette version"), API_TEXT, .may_be_null = false},
	{"reason", TR("Raison"), API_TEXT, .may_be_null = true},
	{"author", TR("Auteur"), API_TEXT, .may_be_null = true},
	{"written_at", TR("Écrite"), API_TIME, .may_be_null = false},
	{"proposed_at", TR("Proposée"), API_TIME, .may_be_null = true},
	{"activated_at", TR("Mise en vigueur"), API_TIME, .may_be_null = true},
	{"retired_at", TR("Retirée"), API_TIME, .may_be_null = true},
	{0},
};
static const struct api_shape version_shape = {"ProfileVersion", version_fields};
static const struct api_field profile_fields[] = {NAME_FIELDS, LIFE_FIELDS,
	{"versions", TR("Versions"), API_OBJECT, .is_list = true, .of = &version_shape}, {0}};
const struct api_shape profile_record_shape = {"ProfileRecord", profile_fields};

static void put_life(struct json_writer *json, const struct profile_life *life)
{
	put_key(json, "hits");
	put_int(json, life->hits);
	put_key(json, "selected");
	put_int(json, life->selected);
	put_key(json, "inspected");
	put_int(json, life->inspected);
	put_key(json, "adverse");
	put_int(json, life->adverse);
	put_key(json, "recovered");
	put_micro(json, life->recovered);
	put_key(json, "minutes");
	put_int(json, life->minutes);
}

/* What names a profile, into an open object. */
static void put_name(struct json_writer *json, const struct profile_row *row)
{
	put_key(json, "id");
	put_int(json, row->id);
	put_key(json, "code");
	put_text(json, row->code);
	put_key(json, "title");
	put_text(json, row->title);
	put_key(json, "lane");
	put_text(json, text_of(lane_code(row->lane)));
	put_key(json, "state");
	put_text(json, row->state);
	put_key(json, "active_version");
	if (row->active_number)
		put_int(json, row->active_number);
	else
		put_null(json);
}

/* The state is that of the newest or of the active version; words are looked for in code and title. */
static bool is_wanted(struct request *rq, const struct profile_row *row)
{
	struct text state = rq_input(rq, "etat"), search = rq_input(rq, "recherche"), words, all;

	if (state.size && !text_equal(state, row->state) && !text_equal(state, row->newest_state))
		return false;
	if (!search.size)
		return true;
	words = text_folded(rq->arena, search);
	all = text_folded(rq->arena, arena_format(rq->arena, "%.*s %.*s", TEXT_FORMAT(row->code), TEXT_FORMAT(row->title)));
	return words.data && all.data && text_find(all, words) < all.size;
}

enum status profile_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct profile_life_row *lives;
	size_t page = rq_page_rows(rq, PAGE_ROWS), count, life_count, shown = 0;
	struct profile_row *rows;
	int64_t after = 0;

	(void)rq_integer(rq, "apres", &after);
	TRY(profile_list(db, rq->arena, &rows, &count));
	TRY(profile_lives_read(db, clock_today() - DATA_DAYS, rq->arena, &lives, &life_count));
	for (size_t i = 0; i < count; i++) {
		struct profile_life life = {0};

		if (rows[i].id <= after || !is_wanted(rq, &rows[i]))
			continue;
		if (shown++ == page) {
			rq_next_page_of(rq, "/profils", "etat recherche", "apres",
				arena_format(rq->arena, "%lld", (long long)after));
			break;
		}
		after = rows[i].id;

		for (size_t j = 0; j < life_count; j++)
			if (text_equal(lives[j].code, rows[i].code))
				life = lives[j].life;
		put_object(json);
		put_name(json, &rows[i]);
		put_key(json, "newest_version");
		put_int(json, rows[i].newest_number);
		put_key(json, "newest_state");
		put_text(json, rows[i].newest_state);
		put_life(json, &life);
		put_object_end(json);
	}
	return STATUS_OK;
}

static void put_version(struct json_writer *json, const struct profile_version *v)
{
	put_object(json);
	put_key(json, "number");
	put_int(json, v->number);
	put_key(json, "state");
	put_text(json, v->state);
	put_key(json, "row_version");
	put_int(json, v->row_version);
	put_key(json, "source");
	put_text(json, v->source);
	put_key(json, "note");
	put_text(json, v->note);
	put_key(json, "reason");
	put_text(json, v->reason);
	put_key(json, "author");
	put_text(json, v->author);
	put_key(json, "written_at");
	put_time(json, v->written_at);
	put_key(json, "proposed_at");
	put_time(json, v->proposed_at);
	put_key(json, "activated_at");
	put_time(json, v->activated_at);
	put_key(json, "retired_at");
	put_time(json, v->retired_at);
	put_object_end(json);
}

enum status profile_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct profile_version *versions;
	struct profile_row row = {.id = 0};
	struct profile_life life;
	size_t count;

	if (!rq_integer(rq, "id", &row.id))
		return STATUS_NOT_FOUND;
	TRY(profile_versions(db, row.id, rq->arena, &versions, &count));
	row.code = versions[0].code;
	row.title = versions[0].title;
	row.lane = versions[0].lane;
	row.state = versions[0].state;
	for (size_t i = 0; i < count; i++)
		if (text_is(versions[i].state, "active")) {
			row.active_number = versions[i].number;
			row.title = versions[i].title;
			row.lane = versions[i].lane;
			row.state = versions[i].state;
		}
	TRY(profile_life_read(db, row.code, clock_today() - DATA_DAYS, &life));
	put_object(json);
	put_name(json, &row);
	put_life(json, &life);
	put_key(json, "versions");
	put_array(json);
	for (size_t i = 0; i < count; i++)
		put_version(json, &versions[i]);
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}

static const struct api_field fact_fields[] = {
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"label", TR("Nom"), API_TEXT, .may_be_null = false},
	{"help", TR("Aide"), API_TEXT, .may_be_null = false},
	{"type", TR("Type"), API_TEXT, .may_be_null = false},
	{"unit", TR("Unité"), API_TEXT, .may_be_null = true},
	{"of_item", TR("De l'article"), API_BOOLEAN, .may_be_null = false},
	{0},
};
const struct api_shape fact_shape = {"Fact", fact_fields};

enum status facts_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	(void)db;
	for (size_t i = 0; i < fact_count(); i++) {
		const struct fact *fact = fact_at(i);

		put_object(json);
		put_key(json, "code");
		put_text(json, text_of(fact->code));
		put_key(json, "label");
		put_text(json, text_of(tr(rq->language, fact->label)));
		put_key(json, "help");
		put_text(json, text_of(tr(rq->language, fact->help)));
		put_key(json, "type");
		put_text(json, text_of(fact_type_code(fact->type)));
		put_key(json, "unit");
		put_text(json, fact->unit == UNIT_NONE ? TEXT_NONE : text_of(tr(rq->language, fact_unit_label(fact->unit))));
		put_key(json, "of_item");
		put_bool(json, fact->level == LEVEL_ITEM);
		put_object_end(json);
	}
	return STATUS_OK;
}

/* ---- on the home page: what waits for a second pair of eyes */

STATEMENT(WAITING_FOR_ME,
	"select count(*) from profile_versions where state = 'proposed' and author_id <> $1 and coalesce(proposed_by, 0) <> $1");

enum status profiles_waiting(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &WAITING_FOR_ME, PARAMS(V_INT(rq->actor.user_id)), ret_count);
}
