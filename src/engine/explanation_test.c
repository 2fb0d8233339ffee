/* What an officer reads: the sentence and the comparison behind it. */
#include "engine/explanation.h"
#include "engine/history_memory.h"

#include "base/test.h"

#include <math.h>
#include <string.h>

static void model_release(struct model **model)
{
	model_free(*model);
}

/* One split, on the mass per package against the operator's usual: below, it is irregular. */
static const char package_model[] =
	"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"operator_hs6_package_mass_ratio\",\"operator_share\","
	"\"duty_rate\"],\"trees\":["
	"{\"value\":[-1,2,-1.5],\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[0,0,0],\"missing_left\":[0,0,0],"
	"\"cover\":[100,10,90]},"
	"{\"value\":[0.2,-0.3,1],\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[1,0,0],\"missing_left\":[1,0,0],"
	"\"cover\":[100,80,20]},"
	"{\"value\":[0.25,-0.1,0.2],\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[2,0,0],\"missing_left\":[1,0,0],"
	"\"cover\":[100,50,50]}],"
	"\"summaries\":[{\"missing\":0,\"importance\":1,\"cuts\":[0,0,0,0,0,0,0,0,0]},"
	"{\"missing\":0,\"importance\":1,\"cuts\":[0,0,0,0,0.1,0,0,0,0]},"
	"{\"missing\":0,\"importance\":1,\"cuts\":[0,0,0,0,0.05,0,0,0,0]}]}";

static void make_item(struct consignment *c, struct item *item, int64_t packages)
{
	consignment_init(c, STAGE_DECLARATION);
	item_init(item, 1);
	c->consignee.code = TEXT("A1");
	item->hs = TEXT("10063090");
	item->origin = TEXT("TH");
	item->net_mass = number_of(1000);
	item->packages = number_of(packages);
	item->duty_rate = NUMBER_ONE / 5;
	c->items = item;
	c->item_count = 1;
}

static void check_line(const struct explanation *explanation, size_t i, enum language language, const char *wanted)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 1000);
	message_print(&out, language, &explanation->lines[i].text);
	CHECK_TEXT(buffer_text(&out), wanted);
}

TEST(an_officer_reads_why)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(model_release) struct model *model = NULL;
	struct explanation explanation;
	struct history history;
	struct consignment c;
	struct item item;
	struct message problem;
	double sum = 0;

	REQUIRE(memory && arena && model_read(text_of(package_model), &model, &problem) == STATUS_OK);
	make_item(&c, &item, 20);
	for (int64_t day = 100; day < 110; day++)
		REQUIRE(history_memory_add(memory, &c, &item, true, day < 106, day) == STATUS_OK);
	history = history_memory_face(memory);
	make_item(&c, &item, 400);
	REQUIRE(explanation_make(model, &c, &item, &history, 200, arena, &explanation) == STATUS_OK);
	REQUIRE(explanation.line_count == 3);
	CHECK(explanation.lines[0].group == GROUP_PACKAGES && explanation.lines[0].contribution > 0);
	check_line(&explanation, 0, LANGUAGE_FR,
		"Ce poids par colis est très inférieur à ce que cet importateur déclare d'habitude (2,5 kg contre 50 kg)");
	check_line(&explanation, 0, LANGUAGE_EN,
		"This mass per package is far below what this importer usually declares (2.5 kg against 50 kg)");
	check_line(&explanation, 1, LANGUAGE_FR, "Cet importateur : 6/10 contrôles irréguliers, plus que les 10\u00a0% attendus");
	check_line(&explanation, 2, LANGUAGE_FR, "Taux de droit : 20\u00a0% (d'ordinaire 5\u00a0%)");
	for (size_t i = 0; i < explanation.line_count; i++)
		sum += explanation.lines[i].contribution;
	CHECK(fabs(sum + explanation.constant - explanation.margin) < 1e-9);
}

TEST(what_has_no_score_has_no_explanation)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(model_release) struct model *model = NULL;
	struct explanation explanation;
	struct consignment c;
	struct item item;
	struct message problem;

	REQUIRE(arena && model_read(text_of(package_model), &model, &problem) == STATUS_OK);
	make_item(&c, &item, 1);
	item.hs = TEXT_NONE;
	item.net_mass = NUMBER_NONE;
	CHECK(explanation_make(model, &c, &item, NULL, 200, arena, &explanation) == STATUS_NOT_FOUND);
}

/* Every feature, present or missing, is told by a sentence that is there in all languages. */
TEST(every_feature_has_its_sentence)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct history history;
	struct consignment c;
	struct item item;

	REQUIRE(arena && memory);
	make_item(&c, &item, 20);
	REQUIRE(history_memory_add(memory, &c, &item, true, true, 100) == STATUS_OK);
	history = history_memory_face(memory);
	for (size_t i = 0; i < feature_count(); i++) {
		AUTO(model_release) struct model *model = NULL;
		AUTO(buffer_release) struct buffer text, out;
		struct explanation explanation;
		struct message problem;

		buffer_init(&text, 4096);
		buffer_init(&out, 4096);
		buffer_format(&text, "{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"%s\"],\"trees\":[{\"value\":[-1000,"
				     "-1,2],\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[0,0,0],\"missing_left\":[1,0,0],"
				     "\"cover\":[10,5,5]}]}", feature_name(i));
		REQUIRE(model_read(buffer_text(&text), &model, &problem) == STATUS_OK);
		REQUIRE(explanation_make(model, &c, &item, i % 2 ? &history : NULL, 200, arena, &explanation) == STATUS_OK);
		REQUIRE(explanation.line_count == 1);
		message_print(&out, LANGUAGE_PT, &explanation.lines[0].text);
		CHECK(out.size > 8 && !strchr(out.data, '%') == !strstr(out.data, "\u00a0%"));
		CHECK(strcmp(tr(LANGUAGE_PT, explanation.lines[0].text.id), explanation.lines[0].text.id) != 0 ||
			explanation.lines[0].text.id[1] == 't');
		arena_reset(arena);
	}
}
