/* Lists taken in versions, names found, people's verdicts and their end, known parties looked at again. */
#include "modules/screening/screening_store.h"

#include "base/secret.h"
#include "base/test.h"
#include "store/test_database.h"

static const char *const folders[] = {"src/domain/migrations", "src/modules/declarations/migrations",
	"src/modules/screening/migrations", NULL};

STATEMENT(TEST_UNIT, "insert into units (id, parent_id, path, kind, code, name, is_active) values ($1, $2, $3, 'office', "
		     "$4, $4, 1)");
STATEMENT(TEST_CONSIGNMENT,
	"insert into consignments (id, identity, stage, reference, unit_path, day, item_count, version, digest, state, "
	"received_at, changed_at) values ($1, $2, 1, $2, $3, 20000, 0, 1, $4, 'free', $5, $5)");
STATEMENT(TEST_VERSION,
	"insert into consignment_versions (id, import_id, received_at, content) "
	"values ($1 * 65536 + 1, 1, 0, $2)");

static enum status take(struct database *database, const char *code, const char *csv, bool accept,
	struct screening_difference *difference)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("essai");
	struct listed_list list;
	struct refusal refusal;
	struct screening_taking taking = {.code = text_of(code), .source = TEXT("liste.csv"), .bytes = text_of(csv),
		.list = &list, .accept_doubtful = accept};

	TRY(listed_read(arena, text_of(csv), TEXT_NONE, &list, &refusal));
	TRY(writer_begin(database, &writer));
	TRY(screening_take(writer, &actor, &taking, arena, difference));
	return writer_commit(&writer);
}

static enum status add_consignment(struct database *database, int64_t id, const char *path, const char *name,
	const char *code)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(buffer_release) struct buffer content;
	struct consignment consignment;

	buffer_init(&content, 1 << 20);
	consignment_init(&consignment, STAGE_DECLARATION);
	consignment.consignee.name = text_of(name);
	consignment.consignee.code = text_of(code);
	consignment_pack(&content, &consignment);
	TRY(buffer_status(&content));
	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &TEST_CONSIGNMENT,
		PARAMS(V_INT(id), value_string(code), value_string(path), V_BYTES(TEXT("d")), V_INT(clock_now())), NULL));
	TRY(store_execute(writer, &TEST_VERSION, PARAMS(V_INT(id), V_BYTES(buffer_text(&content))), NULL));
	return writer_commit(&writer);
}

/* Where questions are asked, and the last answer. */
struct desk {
	struct database *database;
	struct screening *screening;
	struct arena *arena;
	struct name_hits hits;
};

/* How much is found of a name on a day. */
static int look(struct desk *desk, enum party_role role, const char *name, const char *code, int64_t today)
{
	AUTO(reader_release) struct reader *reader = NULL;

	desk->hits = (struct name_hits){NULL, 0};
	if (reader_begin(desk->database, &reader) != STATUS_OK ||
		screening_refresh(desk->screening, reader) != STATUS_OK ||
		screening_look_name(desk->screening, role, text_of(name), text_of(code), today, desk->arena, &desk->hits) !=
			STATUS_OK)
		return -1;
	return (int)desk->hits.count;
}

static const char list_1[] = "reference;type;nom;alias;nif\nA1;personne;Orso Balthazar Quinterne;Orso le Long;\n"
			     "A2;societe;Horizon Fantasque Trading;;CI-1234-B\nA3;navire;Dame de Brume;;IMO 9999993\n";
static const char list_2[] = "reference;type;nom;alias;nif\nA1;personne;Orso Balthazar Quinterne;Orso le Court;\n"
			     "A2;societe;Horizon Fantasque Trading;;CI-1234-B\nA4;personne;Zeno Malvoisin;;\n";

static void lists_on(struct database *database)
{
	struct screening_difference difference;

	REQUIRE(take(database, "ESSAI", list_1, false, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.added, 3);
	CHECK_INTEGER(difference.before, 0);
	REQUIRE(take(database, "ESSAI", list_1, false, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.same, 3);
	CHECK_INTEGER(difference.added + difference.changed + difference.removed, 0);
	REQUIRE(take(database, "ESSAI", list_2, false, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.added, 1);
	CHECK_INTEGER(difference.changed, 1);
	CHECK_INTEGER(difference.removed, 1);
	CHECK_INTEGER(take(database, "essai", list_2, false, &difference), STATUS_INVALID);
}

TEST(screening_lists_have_versions)
{
	test_each_database(folders, lists_on);
}

static void doubtful_on(struct database *database)
{
	AUTO(buffer_release) struct buffer csv;
	struct screening_difference difference;

	buffer_init(&csv, 1 << 16);
	buffer_string(&csv, "ref,nom\n");
	for (int i = 0; i < 30; i++)
		buffer_format(&csv, "R%d,Nom inventé %d\n", i, i);
	REQUIRE(buffer_status(&csv) == STATUS_OK && take(database, "GROS", csv.data, false, &difference) == STATUS_OK);
	CHECK_INTEGER(take(database, "GROS", "ref,nom\nR1,Nom inventé 1\n", false, &difference), STATUS_INVALID);
	CHECK(difference.is_doubtful);
	CHECK_INTEGER(take(database, "GROS", "ref,nom\nR1,Nom inventé 1\n", true, &difference), STATUS_OK);
	CHECK_INTEGER(difference.removed, 29);
}

TEST(screening_lists_cut_short_are_refused)
{
	test_each_database(folders, doubtful_on);
}

static void looks_on(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct screening_difference difference;
	struct consignment consignment;
	struct desk desk = {database, NULL, arena, {NULL, 0}};

	REQUIRE(screening_new(&desk.screening) == STATUS_OK);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "Orso Quinterne", "", 20000), 0);
	REQUIRE(take(database, "ESSAI", list_1, false, &difference) == STATUS_OK);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "QUINTERN ORSO BALTHASAR\nBP 12", "", 20000), 1);
	REQUIRE(desk.hits.count == 1);
	CHECK_TEXT(desk.hits.rows[0].reference, "A1");
	CHECK_TEXT(desk.hits.rows[0].party, "QUINTERN ORSO BALTHASAR");
	CHECK(desk.hits.rows[0].score >= 820000 && desk.hits.rows[0].score < NUMBER_ONE && !desk.hits.rows[0].is_confirmed);
	CHECK_INTEGER(look(&desk, ROLE_EXPORTER, "Autre raison", "ci 1234 b", 20000), 1);
	CHECK_INTEGER(look(&desk, ROLE_VESSEL, "Quelconque", "9999993", 20000), 1);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "Dame de Brume", "", 20000), 0);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "", "", 20000), 0);
	consignment_init(&consignment, STAGE_MANIFEST);
	consignment.vessel = TEXT("DAME DE BRUME");
	consignment.consignee.name = consignment.notify.name = TEXT("Horizon Fantasque Trading SARL");
	REQUIRE(screening_look(desk.screening, &consignment, 20000, arena, &desk.hits) == STATUS_OK);
	REQUIRE(desk.hits.count == 2); /* consignee and notify are the same: asked once */
	CHECK(desk.hits.rows[0].role == ROLE_CONSIGNEE && desk.hits.rows[1].role == ROLE_VESSEL);
	screening_free(desk.screening);
}

TEST(screening_finds_parties_and_vessels)
{
	test_each_database(folders, looks_on);
}

static enum status decide(struct database *database, int64_t id, bool confirm, int64_t until, const char *reason,
	int64_t version)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = {.is_system = true, .name = TEXT("Essai")};

	TRY(writer_begin(database, &writer));
	TRY(screening_decide(writer, &actor, &(struct screening_verdict){id, version, confirm, text_of(reason), until}));
	return writer_commit(&writer);
}

static enum status match_at(struct database *database, const char *state, struct arena *arena, struct match_row *ret_row)
{
	AUTO(reader_release) struct reader *reader = NULL;
	const struct match_filter filter = {.state = text_of(state), .paths = TEXT("*"), .limit = 10};
	struct match_row *rows;
	size_t count;

	TRY(reader_begin(database, &reader));
	TRY(match_rows(reader, &filter, arena, &rows, &count));
	if (!count)
		return STATUS_NOT_FOUND;
	*ret_row = rows[0];
	return STATUS_OK;
}

/* Known parties are gathered and screened by the job when a list comes; cleared once, not asked again until the end or
 * a change of the entry. */
static void verdicts_on(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	struct screening_difference difference;
	int64_t today = clock_today();
	struct desk desk = {database, NULL, arena, {NULL, 0}};
	struct match_row row;
	struct text note;

	REQUIRE(screening_new(&desk.screening) == STATUS_OK);
	REQUIRE(add_consignment(database, 1, "/1/", "Orso B. Quinterne", "NIF1") == STATUS_OK);
	REQUIRE(add_consignment(database, 2, "/1/", "Sans Histoire SARL", "NIF2") == STATUS_OK);
	REQUIRE(screening_run(database, arena, &note) == STATUS_OK);
	CHECK_INTEGER(match_at(database, "open", arena, &row), STATUS_NOT_FOUND);
	REQUIRE(take(database, "ESSAI", list_1, false, &difference) == STATUS_OK);
	REQUIRE(screening_run(database, arena, &note) == STATUS_OK);
	CHECK_TEXT(note, "1");
	REQUIRE(match_at(database, "open", arena, &row) == STATUS_OK);
	CHECK_TEXT(row.party, "Orso B. Quinterne");
	CHECK_INTEGER(row.consignment_id, 1);
	CHECK_INTEGER(decide(database, row.id, false, today + 30, "", row.row_version), STATUS_INVALID);
	CHECK_INTEGER(decide(database, row.id, false, today, "Né en 1990", row.row_version), STATUS_INVALID);
	CHECK_INTEGER(decide(database, row.id, false, today + 30, "Né en 1990", row.row_version + 1), STATUS_CONFLICT);
	REQUIRE(decide(database, row.id, false, today + 30, "Né en 1990", row.row_version) == STATUS_OK);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "ORSO B. QUINTERNE", "NIF1", today), 0);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "ORSO B. QUINTERNE", "NIF1", today + 31), 1);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "ORSO B. QUINTERNE", "NIF9", today), 1);
	REQUIRE(take(database, "ESSAI", list_2, false, &difference) == STATUS_OK); /* A1 has another alias */
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "ORSO B. QUINTERNE", "NIF1", today), 1);
	REQUIRE(screening_run(database, arena, &note) == STATUS_OK);
	REQUIRE(match_at(database, "open", arena, &row) == STATUS_OK);
	CHECK_INTEGER(row.seen_count, 2);
	REQUIRE(decide(database, row.id, true, DATE_NONE, "Passeport", row.row_version) == STATUS_OK);
	CHECK_INTEGER(look(&desk, ROLE_CONSIGNEE, "ORSO B. QUINTERNE", "NIF1", today), 1);
	CHECK(desk.hits.count == 1 && desk.hits.rows[0].is_confirmed);
	CHECK_INTEGER(match_at(database, "open", arena, &row), STATUS_NOT_FOUND);
	CHECK_INTEGER(match_at(database, "confirmed", arena, &row), STATUS_OK);
	screening_free(desk.screening);
}

TEST(screening_asks_once)
{
	test_each_database(folders, verdicts_on);
}

/* A party met in two offices belongs to the unit above both; who sees one office alone does not see it. */
static void offices_on(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct screening_difference difference;
	struct desk desk = {database, NULL, arena, {NULL, 0}};
	struct match_row row;

	REQUIRE(screening_new(&desk.screening) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(store_execute(writer, &TEST_UNIT, PARAMS(V_INT(1), V_NULL, value_string("/1/"), value_string("R")), NULL) == STATUS_OK);
	REQUIRE(store_execute(writer, &TEST_UNIT, PARAMS(V_INT(2), V_INT(1), value_string("/1/2/"), value_string("A")), NULL) == STATUS_OK);
	REQUIRE(store_execute(writer, &TEST_UNIT, PARAMS(V_INT(3), V_INT(1), value_string("/1/3/"), value_string("B")), NULL) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	REQUIRE(add_consignment(database, 1, "/1/2/", "Orso Quinterne", "N") == STATUS_OK);
	REQUIRE(add_consignment(database, 2, "/1/3/", "Orso Quinterne", "N2") == STATUS_OK);
	REQUIRE(take(database, "ESSAI", list_1, false, &difference) == STATUS_OK);
	REQUIRE(look(&desk, ROLE_CONSIGNEE, "Orso Balthazar Quinterne", "", 20000) == 1);
	for (int64_t id = 1; id <= 2; id++) {
		REQUIRE(writer_begin(database, &writer) == STATUS_OK);
		REQUIRE(screening_note(writer, &desk.hits, id) == STATUS_OK);
		REQUIRE(writer_commit(&writer) == STATUS_OK);
		REQUIRE(match_at(database, "open", arena, &row) == STATUS_OK);
		CHECK_TEXT(row.unit_path, id == 1 ? "/1/2/" : "/1/");
	}
	screening_free(desk.screening);
}

TEST(screening_of_two_offices)
{
	test_each_database(folders, offices_on);
}
