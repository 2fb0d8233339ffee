/* Cards, four eyes, runs and measurements on a demonstration of a few thousand declarations. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/test.h"
#include "domain/user.h"
#include "modules/models/models.h"
#include "modules/risk/risk_store.h"

#include <math.h>
#include <string.h>

static bool open_demo(struct database **ret_database, int64_t *ret_model)
{
	const struct actor actor = actor_system("test");
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 30);
	struct model_quality quality;
	struct message problem;

	return arena && database_open("sqlite::memory:", NULL, ret_database) == STATUS_OK &&
		wiring_migrate(*ret_database) == STATUS_OK &&
		demo_store(*ret_database, 3, 1500, 1, NULL, NULL) == STATUS_OK &&
		risk_train(*ret_database, &actor, 1, arena, ret_model, &quality, &problem) == STATUS_OK;
}

TEST(a_model_is_measured_and_has_a_card)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct model_measure measure = {.count = 1, .from = clock_today() - 200, .until = clock_today()};
	const struct actor actor = actor_system("test");
	struct model_card card = {0};
	const json_t *model;
	size_t features[5];
	struct text note;
	int64_t run;

	REQUIRE(arena && open_demo(&database, &measure.ids[0]));
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(model_run_ask(writer, &actor, "measure", &measure, &run) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	REQUIRE(model_runs_do(database, arena, &note) == STATUS_OK);
	CHECK_TEXT(note, "1");
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(model_card_read(reader, measure.ids[0], arena, &card) == STATUS_OK);
	CHECK(!card.is_on && !card.approved_by && card.digest.size == 64);
	CHECK(card.quality.trained_on > 100 && card.quality.auc > .5);
	CHECK_INTEGER(model_card_features(&card, features, 5), 5);
	CHECK(model_summaries(card.model)[features[0]].importance >= model_summaries(card.model)[features[4]].importance);
	model = json_array_get(json_object_get(card.measure, "models"), 0);
	CHECK(json_integer_value(json_object_get(card.measure, "count")) > 50);
	CHECK(json_number_value(json_array_get(json_object_get(model, "auc"), 0)) > .6);
	CHECK_INTEGER(json_array_size(json_object_get(model, "choices")), 5);
	CHECK_INTEGER(json_array_size(json_object_get(model, "drift")), feature_count());
	CHECK(model_card_read(reader, 999, arena, &(struct model_card){0}) == STATUS_NOT_FOUND);
	model_card_release(&card);
}

/* The same model against itself: equal figures. */
TEST(two_models_are_compared_on_the_same_consignments)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(buffer_release) struct buffer out;
	struct model_measure measure = {.count = 2, .from = clock_today() - 200, .until = clock_today()};
	const json_t *models;
	json_t *root = NULL;
	int line;

	buffer_init(&out, 4 << 20);
	REQUIRE(open_demo(&database, &measure.ids[0]));
	measure.ids[1] = measure.ids[0];
	REQUIRE(model_measure_make(database, &measure, &out) == STATUS_OK);
	REQUIRE(json_parse(buffer_text(&out), 4 << 20, &root, &line) == STATUS_OK);
	models = json_object_get(root, "models");
	CHECK_INTEGER(json_array_size(models), 2);
	CHECK(json_equal(json_object_get(json_array_get(models, 0), "auc"), json_object_get(json_array_get(models, 1), "auc")));
	json_decref(root);
	measure.ids[1] = 999;
	CHECK(model_measure_make(database, &measure, &out) == STATUS_NOT_FOUND);
}

STATEMENT(TEST_USER,
	"insert into users (login, name, password_hash, password_changed_at, created_at) values ($1, $1, '', 0, 0) "
	"returning id");
STATEMENT(TEST_TRAINER, "update models set created_by = $2 where id = $1");

TEST(who_trained_a_model_does_not_approve_it)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct actor trainer = actor_system("a"), other = actor_system("b"), nobody = actor_system("c");
	bool approved = true;
	int64_t model;

	REQUIRE(open_demo(&database, &model));
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(store_returning(writer, &TEST_USER, PARAMS(value_string("trainer")), &trainer.user_id) == STATUS_OK);
	REQUIRE(store_returning(writer, &TEST_USER, PARAMS(value_string("other")), &other.user_id) == STATUS_OK);
	REQUIRE(store_execute(writer, &TEST_TRAINER, PARAMS(V_INT(model), V_INT(trainer.user_id)), NULL) == STATUS_OK);
	CHECK(model_approve(writer, &trainer, model, TEXT("mine")) == STATUS_FORBIDDEN);
	CHECK(model_approve(writer, &nobody, model, TEXT("nobody's")) == STATUS_FORBIDDEN);
	CHECK(model_is_approved(writer_reader(writer), model, &approved) == STATUS_OK && !approved);
	CHECK(model_approve(writer, &other, model, TEXT("looked at")) == STATUS_OK);
	CHECK(model_is_approved(writer_reader(writer), model, &approved) == STATUS_OK && approved);
	CHECK(model_approve(writer, &other, model, TEXT("again")) == STATUS_CONFLICT);
}

STATEMENT(TEST_CONTENTS,
	"select v.content from consignments c join consignment_versions v on v.id = c.id * 65536 + c.version "
	"where c.stage = 1 order by c.id");

/* Assessing outside the stream of decisions tells the score's reason too, with what raised it. */
TEST(an_assessment_says_why_a_score_is_high)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	size_t told = 0;
	int64_t model;

	REQUIRE(arena && open_demo(&database, &model));
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(risk_model_switch(writer, &actor, model, true) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	REQUIRE(decider_new(database, &decider) == STATUS_OK && reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(store_query(reader, &TEST_CONTENTS, NO_PARAMS, &rows) == STATUS_OK);
	while (rows_next(rows) && !told) {
		struct consignment c;
		struct decision decision;

		arena_reset(arena);
		REQUIRE(consignment_unpack_copy(arena, rows_bytes(rows, 0), &c) == STATUS_OK);
		REQUIRE(decider_assess(decider, &c, arena, &decision) == STATUS_OK);
		for (size_t i = 0; i < decision.reason_count; i++)
			if (decision.reasons[i].kind == REASON_MODEL) {
				AUTO(buffer_release) struct buffer text;

				buffer_init(&text, 4096);
				reason_print(&text, LANGUAGE_FR, &decision.reasons[i]);
				CHECK(text_find(buffer_text(&text), TEXT(" : ")) < text.size);
				told += decision.reasons[i].detail_count;
			}
	}
	CHECK(told > 0);
}

/* Whatever led to a lane, the trader reads the same; and no word of profiles, scores or models. */
TEST(the_traders_notice_reveals_nothing)
{
	static const char *const hidden[] = {"profil", "score", "modèle", "risque", "critère", "suspect"};

	for (int lane = 0; lane < LANE_COUNT; lane++)
		for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
			CHECK(!strstr(trader_notice((enum lane)lane), hidden[i]));
			CHECK(!strstr(trader_notice_papers((enum lane)lane), hidden[i]));
		}
}
