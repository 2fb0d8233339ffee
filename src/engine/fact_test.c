/* Facts worked out, differences with the manifest, histories, and how values are shown. */
#include "base/test.h"
#include "engine/fact.h"
#include "engine/test_policy.h"

static void look(void *context, enum history_key key, struct text value, int days, int64_t before,
	struct history_figures *ret_figures)
{
	(void)context;
	CHECK_INTEGER(before, 20000);
	*ret_figures = (struct history_figures){.count = key == HISTORY_OPERATOR && text_is(value, "SN-001") ? days + 7 : 0,
		.judged = 4, .adverse = 1, .price_per_kg = number_of(9)};
}

/* The fact's value as a person reads it. */
static void check_fact(const struct facts *facts, const struct item *item, const char *code, int days, const char *wanted)
{
	AUTO(buffer_release) struct buffer buffer;
	const struct fact *fact = fact_find(text_of(code));
	struct fact_value value;

	buffer_init(&buffer, 1000);
	buffer_string(&buffer, "");
	REQUIRE(fact);
	fact_read(facts, fact, days, item, &value);
	fact_print(&buffer, fact, &value);
	if (!text_is(buffer_text(&buffer), wanted) && (wanted[0] || buffer.size))
		test_failed(__FILE__, __LINE__, "%s: \"%.*s\", wanted \"%s\"", code, TEXT_FORMAT(buffer_text(&buffer)), wanted);
}

TEST(facts_are_worked_out)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct consignment c = test_declaration(arena);
	struct facts facts = {.consignment = &c, .today = 20000, .arena = arena};
	static const struct { const char *code, *value; } rows[] = {
		{"stage", "declaration"}, {"procedure", "IM4"}, {"item_count", "2"}, {"container.count", "0"},
		{"consignee.has_address", "oui"}, {"consignee.to_order", "non"}, {"gross_mass", "1\u202f900\u00a0kg"},
		{"mass_per_package", "633\u00a0kg"}, {"mass_per_container", ""}, {"hs_chapter_count", "2"},
		{"item.number", "2"}, {"item.hs2", "93"}, {"item.hs4", "9301"}, {"item.hs6", "930110"}, {"item.hs8", "93011000"},
		{"item.value_per_kg", "2\u202f632"}, {"item.value_per_package", "500\u202f000"},
		{"item.mass_per_package", "200\u00a0kg"}, {"item.net_to_gross", "95\u00a0%"}, {"item.value_share", "19,2\u00a0%"},
		{"item.description_words", "1"}, {"item.description_length", "6"}, {"item.origin_is_exporting", "non"},
		{"item.words", "Pièces"}, {"item.licence", ""}, {"today", "2024-10-04"}, {"freight_share", ""},
		{"manifest.matched", "non"}, {"manifest.gross_mass_difference", ""}, {"history.operator.count", ""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_fact(&facts, &c.items[1], rows[i].code, 0, rows[i].value);
}

TEST(facts_compare_with_the_manifest)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct consignment c = test_declaration(arena), bill = test_declaration(arena);
	struct facts facts = {.consignment = &c, .counterpart = &bill, .today = 20000, .arena = arena};
	struct container ours, theirs;

	container_init(&ours);
	container_init(&theirs);
	ours.reference = TEXT("CSQU3054383");
	theirs.reference = TEXT("MSKU1234565");
	c.containers = &ours;
	bill.containers = &theirs;
	c.container_count = bill.container_count = 1;
	bill.gross_mass = number_of(2000);
	bill.packages = number_of(5);
	bill.consignee = (struct party){TEXT_NONE, TEXT("EXEMPLE ETS"), TEXT_NONE};
	c.consignee.name = TEXT("Ets. Exemple & fils");
	c.place_of_loading = TEXT("JPTYO");
	bill.place_of_loading = TEXT("jptyo");
	check_fact(&facts, NULL, "manifest.matched", 0, "oui");
	check_fact(&facts, NULL, "manifest.gross_mass_difference", 0, "-5\u00a0%");
	check_fact(&facts, NULL, "manifest.packages_difference", 0, "-2");
	check_fact(&facts, NULL, "manifest.consignee_similarity", 0, "66,7\u00a0%");
	check_fact(&facts, NULL, "manifest.containers_missing", 0, "1");
	check_fact(&facts, NULL, "manifest.containers_added", 0, "1");
	check_fact(&facts, NULL, "manifest.same_loading", 0, "oui");
	check_fact(&facts, &c.items[1], "manifest.description_overlap", 0, "100\u00a0%");
}

TEST(facts_ask_the_past)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct consignment c = test_declaration(arena);
	struct history history = {NULL, look};
	struct facts facts = {.consignment = &c, .history = &history, .today = 20000, .arena = arena};

	check_fact(&facts, NULL, "history.operator.count", 0, "7");
	check_fact(&facts, NULL, "history.operator.count", 90, "97");
	check_fact(&facts, NULL, "history.operator.share_adverse", 0, "25\u00a0%");
	check_fact(&facts, &c.items[0], "history.hs6_origin.reference", 0, "9");
	check_fact(&facts, NULL, "history.hs6_origin.reference", 0, "");
	c.consignee = (struct party){0};
	check_fact(&facts, NULL, "history.operator.count", 0, "");
}
