/* Decisions: lanes, shares, draws, top-up, checks, and that they repeat to the bit. */
#include "base/memory.h"
#include "base/secret.h"
#include "base/test.h"
#include "engine/check.h"
#include "engine/selection.h"
#include "engine/test_policy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char source[] =
	"# une politique\n"
	"profile ARM-01: Armes\n"
	"legal basis: Code national\n"
	"lane: red\n"
	"gates: manifest declaration\n"
	"instruction: Ouvrir les colis.\n"
	"when:\n"
	"  item.hs starts with 9301..9307\n"
	"end\n\n"
	"profil VEH-01 : Véhicules d'occasion\n"
	"base légale : Code national\n"
	"circuit : jaune\n"
	"part : 30 %\n"
	"régimes : IM4 IM7\n"
	"quand\n"
	"  item.hs commence par 8703 et item.description contient \"occasion\"\n"
	"fin\n"
	"profile MAN-01: Connaissement sans licence\n"
	"legal basis: x\nlane: red\nwhen: item.licence = \"A\"\nif missing: look\nend\n";

static enum status read_policy(struct arena *arena, const char *text, struct policy **policy, struct problem_list *problems)
{
	struct profile *profiles = NULL;
	size_t count = 0;

	problems->arena = arena;
	TRY(profiles_read(arena, text_of(text), &profiles, &count, problems));
	return policy_compile(profiles, count, NULL, 0, policy, problems);
}

static const struct reason *reason_of(const struct decision *decision, const char *code)
{
	for (size_t i = 0; i < decision->reason_count; i++)
		if (text_is(decision->reasons[i].code, code))
			return &decision->reasons[i];
	return NULL;
}

TEST(policies_are_read)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct problem_list problems = {.arena = arena};
	struct profile *profiles = NULL;
	size_t count = 0;

	REQUIRE(profiles_read(arena, text_of(source), &profiles, &count, &problems) == STATUS_OK);
	REQUIRE(count == 3);
	CHECK_TEXT(profiles[0].code, "ARM-01");
	CHECK_TEXT(profiles[0].instruction, "Ouvrir les colis.");
	CHECK(profiles[0].at_manifest && profiles[0].at_declaration && !profiles[0].after_release);
	CHECK_INTEGER(profiles[0].share, NUMBER_ONE);
	CHECK_TEXT(profiles[1].title, "Véhicules d'occasion");
	CHECK_INTEGER(profiles[1].share, 300000);
	CHECK_TEXT(profiles[1].regimes, "IM4 IM7");
	CHECK(text_starts_with(profiles[1].source, TEXT("profil VEH-01")) && text_ends_with(profiles[1].source, TEXT("fin")));
	CHECK_INTEGER(profiles[1].lane, LANE_YELLOW);
}

TEST(policies_with_errors_say_where)
{
	static const struct { const char *text, *place; } rows[] = {
		{"hello\n", "ligne 1, colonne 1"}, {"profile A: t\nlegal basis: x\nlane: pink\nwhen: flow = I\nend", "ligne 3, colonne 7"},
		{"profile A: t\nlegal basis: x\nlane: red\nwhen:\n flow = I and\n  bad = 3\nend", "ligne 6, colonne 3"},
		{"profile A: t\nlegal basis: x\nlane: red\nwhen: bad = 3\nend", "ligne 4, colonne 7"},
		{"profile A: t\nlegal basis: x\nlane: red\n", "ligne 1, colonne 1"},
		{"profile A: t\nlegal basis: x\nlane: red\nshare: 200 %\nwhen: flow = I", "ligne 4, colonne 8"},
		{"profile A: t\nlegal basis: x\nlane: red\nwhen: flow = I\nend\nprofile A: t\nlegal basis: x\nlane: red\nwhen: flow = I",
			"ligne 1, colonne 1"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
		struct problem_list problems = {.arena = arena};
		struct profile *profiles = NULL;
		size_t count = 0;

		CHECK_INTEGER(profiles_read(arena, text_of(rows[i].text), &profiles, &count, &problems), STATUS_INVALID);
		REQUIRE(problems.count > 0);
		CHECK_TEXT(problems.rows[0].place, rows[i].place);
	}
}

TEST(decisions_name_every_reason)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(test_policy_release) struct policy *policy = NULL;
	AUTO(buffer_release) struct buffer buffer;
	struct problem_list problems = {0};
	struct consignment c = test_declaration(arena);
	struct decision decision, again;
	const struct reason *reason;
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .today = 20000};

	buffer_init(&buffer, 10000);
	REQUIRE(read_policy(arena, source, &policy, &problems) == STATUS_OK);
	inputs.policy = policy;
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	CHECK_INTEGER(decision.lane, LANE_RED);
	CHECK(isnan(decision.score));
	reason = reason_of(&decision, "ARM-01");
	REQUIRE(reason);
	CHECK(reason->selected && reason->item_count == 1 && reason->items[0] == 2);
	reason_print(&buffer, LANGUAGE_FR, reason);
	CHECK_TEXT(buffer_text(&buffer), "Armes (Position tarifaire : 93011000)");
	CHECK_TEXT(reason->instruction, "Ouvrir les colis.");
	reason = reason_of(&decision, "MAN-01");
	REQUIRE(reason);
	CHECK_INTEGER(reason->lane, LANE_YELLOW);
	CHECK_TEXT(reason->message.values[1], "Licence");
	CHECK(reason_of(&decision, "VEH-01") != NULL);
	REQUIRE(decision_make(&inputs, &c, arena, &again) == STATUS_OK);
	CHECK_INTEGER(again.reason_count, decision.reason_count);
	CHECK(memcmp(again.draw, decision.draw, 32) == 0);
	inputs.gate = GATE_AFTER_RELEASE;
	REQUIRE(decision_make(&inputs, &c, arena, &again) == STATUS_OK);
	CHECK_INTEGER(again.reason_count, 0);
}

TEST(shares_and_draws_keep_their_rates_and_can_be_computed_again)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct selection selection = {.random = {0, 50000, 100000, 200000}, .draw_key = "cle"};
	int lanes[LANE_COUNT] = {0}, taken = 0;

	for (int i = 0; i < 20000; i++) {
		struct consignment c;
		struct text identity;
		unsigned char draw[32], expected[32], named[32];
		char name[32], whole[64];
		bool takes = false;

		consignment_init(&c, STAGE_DECLARATION);
		snprintf(name, sizeof name, "C%d", i);
		snprintf(whole, sizeof whole, "SN1\nC%d\ndeclaration", i);
		c.office = TEXT("SN1");
		c.reference = text_of(name);
		identity = selection_identity(arena, &c);
		selection_draw(&selection, identity, draw);
		digest_of(text_of(whole), named);
		digest_keyed((struct text){(const char *)selection.draw_key, 32}, (struct text){(const char *)named, 32},
			expected);
		CHECK(memcmp(draw, expected, 32) == 0);
		lanes[selection_random(&selection, draw)]++;
		CHECK(selection_takes(&selection, arena, TEXT("P"), 300000, identity, &takes) == STATUS_OK);
		taken += takes;
		arena_reset(arena);
	}
	CHECK(lanes[LANE_RED] > 3800 && lanes[LANE_RED] < 4200);
	CHECK(lanes[LANE_YELLOW] > 1850 && lanes[LANE_YELLOW] < 2150);
	CHECK(lanes[LANE_BLUE] > 900 && lanes[LANE_BLUE] < 1100);
	CHECK(taken > 5800 && taken < 6200);
}

TEST(draw_numbers_are_exact)
{
	unsigned char draw[32];

	memset(draw, 0xff, 32);
	CHECK_INTEGER(draw_number(draw, 0), 999999);
	memset(draw, 0, 32);
	CHECK_INTEGER(draw_number(draw, 8), 0);
	draw[16] = 0x80;
	CHECK_INTEGER(draw_number(draw, 16), 500000);
}

TEST(top_up_reaches_the_expected_rates)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct selection selection = {.expected = {0, 50000, 150000, 200000}, .draw_key = "k",
		.score_red = NUMBER_NONE, .score_yellow = NUMBER_NONE, .score_blue = NUMBER_NONE};
	struct selection_counts counts = {0};
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .selection = &selection, .counts = &counts, .today = 1};

	for (int i = 0; i < 4000; i++) {
		struct consignment c = test_declaration(arena);
		struct decision decision;
		char name[32];

		snprintf(name, sizeof name, "C%d", i);
		c.reference = text_of(name);
		REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
		arena_reset(arena);
	}
	CHECK_INTEGER(counts.decided, 4000);
	CHECK(counts.lane[LANE_RED] >= 780 && counts.lane[LANE_RED] <= 830);
	CHECK(counts.lane[LANE_YELLOW] >= 580 && counts.lane[LANE_YELLOW] <= 630);
	CHECK(counts.lane[LANE_BLUE] >= 180 && counts.lane[LANE_BLUE] <= 230);
}

TEST(hits_without_selection_end_in_a_selection)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(test_policy_release) struct policy *policy = NULL;
	struct problem_list problems = {0};
	struct selection selection = {.hits_without_selection = 5, .score_red = NUMBER_NONE,
		.score_yellow = NUMBER_NONE, .score_blue = NUMBER_NONE};
	struct selection_counts counts = {0};
	struct decision_inputs inputs = {.selection = &selection, .counts = &counts, .today = 1, .gate = GATE_DECLARATION};
	int selected = 0;

	REQUIRE(read_policy(arena, "profile P: t\nlegal basis: x\nlane: red\nshare: 0 %\nwhen: flow = I\nend", &policy,
			&problems) == STATUS_OK);
	inputs.policy = policy;
	for (int i = 1; i <= 20; i++) {
		struct consignment c = test_declaration(arena);
		struct decision decision;

		REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
		CHECK_INTEGER(decision.lane == LANE_RED, i % 5 == 0);
		selected += decision.lane == LANE_RED;
	}
	CHECK_INTEGER(selected, 4);
}

TEST(checks_find_what_does_not_agree)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct consignment c = test_declaration(arena);
	struct decision decision;
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .today = 1};
	struct container container;

	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	CHECK_INTEGER(decision.reason_count, 0);
	CHECK_INTEGER(decision.lane, LANE_GREEN);
	container_init(&container);
	container.reference = TEXT("CSQU3054384");
	c.containers = &container;
	c.container_count = 1;
	c.declared_items = number_of(8);
	c.gross_mass = number_of(2500);
	c.items[0].net_mass = number_of(1600);
	c.items[1].hs = TEXT("0");
	c.invoice_total = number_of(10000);
	c.exchange_rate = number_of(655);
	c.departs_on = 20;
	c.arrives_on = 10;
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	CHECK(reason_of(&decision, "C-ARTICLES") && reason_of(&decision, "C-MASSE") && reason_of(&decision, "C-NET"));
	CHECK(reason_of(&decision, "C-SH") && reason_of(&decision, "C-CAF") && reason_of(&decision, "C-DATES"));
	CHECK(reason_of(&decision, "C-CONTENEUR") != NULL);
	CHECK_INTEGER(decision.lane, LANE_YELLOW);
	CHECK(container_reference_is_right(TEXT("CSQU3054383")));
	CHECK(container_reference_is_right(TEXT("csqu 305438-3")));
	CHECK(!container_reference_is_right(TEXT("CSQU305438")));
}

TEST(decisions_survive_a_lack_of_memory)
{
	AUTO(arena_release) struct arena *stays = arena_new(64 << 20);
	AUTO(test_policy_release) struct policy *policy = NULL;
	struct problem_list problems = {0};
	struct consignment c = test_declaration(stays);

	REQUIRE(read_policy(stays, source, &policy, &problems) == STATUS_OK);
	for (size_t limit = 0; limit < 20000; limit += 200) {
		AUTO(arena_release) struct arena *arena = arena_new(limit);
		struct decision_inputs inputs = {.gate = GATE_DECLARATION, .today = 20000, .policy = policy};
		struct decision decision;

		enum status status = decision_make(&inputs, &c, arena, &decision);

		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
		if (status == STATUS_OK)
			CHECK_INTEGER(decision.lane, LANE_RED);
	}
}

/* Set aside for an operator until a day: the profile still matches, asks for nothing, and says why. */
TEST(profiles_are_set_aside_for_an_operator)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	const struct suppression rows[] = {{TEXT("ARM-01"), TEXT("acme"), 100, 200, TEXT("armurier agréé"), TEXT("A. Diallo")}};
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct consignment c;
	struct item item;
	struct decision decision;
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .suppressions = rows, .suppression_count = 1, .today = 200};

	REQUIRE(read_policy(arena, source, &policy, &problems) == STATUS_OK);
	consignment_init(&c, STAGE_DECLARATION);
	item_init(&item, 1);
	item.hs = TEXT("930100");
	item.licence = TEXT("B");
	c.consignee.code = TEXT("ACME");
	c.items = &item;
	c.item_count = 1;
	inputs.policy = policy;
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	REQUIRE(reason_of(&decision, "ARM-01"));
	CHECK(!reason_of(&decision, "ARM-01")->selected && reason_of(&decision, "ARM-01")->aside.id);
	CHECK_TEXT(reason_of(&decision, "ARM-01")->aside.values[2], "armurier agréé");
	CHECK(decision.lane < LANE_RED);
	inputs.today = 201;
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	CHECK(reason_of(&decision, "ARM-01") && reason_of(&decision, "ARM-01")->selected);
	inputs.today = 200;
	c.consignee.code = TEXT("AUTRE");
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	CHECK(decision.lane == LANE_RED && !reason_of(&decision, "ARM-01")->aside.id);
	policy_free(policy);
}

/* A party on a list is a reason of its own, and a fact. */
TEST(names_on_lists_are_a_reason)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	const struct name_hit hit = {ROLE_EXPORTER, TEXT("ORSO"), TEXT(""), TEXT("UN"), TEXT("Q1"), TEXT("Orso Quinterne"),
		TEXT("orso = orso"), 930000, false};
	const struct name_hits hits = {&hit, 1}, none = {NULL, 0};
	struct consignment c;
	struct decision decision;
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .names = &hits, .today = 200};

	consignment_init(&c, STAGE_DECLARATION);
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	REQUIRE(reason_of(&decision, "C-LISTE"));
	CHECK(decision.lane == LANE_RED);
	CHECK_TEXT(reason_of(&decision, "C-LISTE")->message.values[1], "ORSO");
	inputs.names = &none;
	REQUIRE(decision_make(&inputs, &c, arena, &decision) == STATUS_OK);
	CHECK(!reason_of(&decision, "C-LISTE"));
}
