/* The profile language: what is true, false, undecided, refused and where. */
#include "base/embedded.h"
#include "base/memory.h"
#include "base/test.h"
#include "engine/matcher.h"
#include "engine/test_policy.h"

#include <string.h>

/* What the language says of test_declaration(): the items that hit as bits, 8 for the whole, 0 for a miss;
 * -1 when refused. */
static int hits(const char *condition)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct problem_list problems = {0};
	AUTO(test_policy_release) struct policy *policy = test_policy(arena, condition, &problems);
	struct consignment c = test_declaration(arena);
	struct facts facts = {.consignment = &c, .today = 20005, .arena = arena};
	struct matcher matcher;
	struct match *matches = NULL;
	size_t count = 0;
	int result = 0;

	if (!policy)
		return -1;
	CHECK(matcher_init(&matcher, policy, &facts, true) == STATUS_OK);
	CHECK(matcher_find(&matcher, GATE_DECLARATION, &matches, &count) == STATUS_OK);
	if (!count)
		return 0;
	result = (int)matches[0].low;
	return result ? result : 8;
}

TEST(conditions_say_what_they_read)
{
	static const struct { const char *condition; int hits; } rows[] = {
		{"item.hs starts with 9301..9307", 2}, {"item.hs starts with 8703, 9301", 3},
		{"item.hs = 8703", 1}, {"item.hs in (\"87.03\", 0106)", 1}, {"item.hs2 = 93", 2},
		{"item.origin = CN", 2}, {"item.origin = \"cn\"", 2}, {"item.origin != CN", 1},
		{"item.origin in (CN, JP)", 3}, {"item.origin not in (CN, KP)", 1},
		{"flow = I", 8}, {"flow = I and item.origin = JP", 1}, {"flow = E or item.hs2 = 87", 1},
		{"not (item.hs2 = 87)", 2}, {"gross_mass between 1 t and 2 t", 8}, {"gross_mass > 2 t", 0},
		{"gross_mass >= 1 900 kg", 8}, {"gross_mass < 1900 kg", 0}, {"item.gross_mass > 500 kg", 1},
		{"item.value_per_kg < 3000", 2}, {"item.value_per_kg between 2000 and 4000", 3},
		{"item.net_mass / item.gross_mass > 94 %", 2}, {"item.customs_value > 50 % of customs_value", 1},
		{"item.gross_mass > 0.5 * gross_mass", 1}, {"1 t < item.gross_mass", 1},
		{"item.description contains \"vehicule occasion\"", 1}, {"item.description contains \"OCCASION véhicules\"", 1},
		{"item.description contains any of (\"arme\", \"pièce\")", 2},
		{"item.description contains all of (\"usag*\", \"marque\")", 1},
		{"item.description contains \"us\"", 0}, {"consignee.code in list SUSPECTS", 8},
		{"consignee.code not in list suspects", 0}, {"item.hs in list GOODS", 1},
		{"consignee.has_address", 8}, {"consignee.has_address is no", 0}, {"consignee.to_order = yes", 0},
		{"item.licence is missing", 3}, {"item.hs is given", 3}, {"item.licence = \"X\"", 0},
		{"not item.licence = \"X\"", 0}, {"item.licence = \"X\" if missing: hit", 3},
		{"item.licence = \"X\" if missing look", 3}, {"item.licence = \"X\" and item.hs2 = 87 if missing: hit", 1},
		{"item.licence = \"X\" or item.hs2 = 87 if missing: hit", 1}, {"item.origin = country_of_export", 1},
		{"item.origin <> country_of_export", 2}, {"item.hs commence par 9301", 2},
		{"item.description contient un de (\"occasion\") et flux = I", -1},
		{"item.description contient un de (\"occasion\") et flow = I", 1},
		{"gross_mass entre 1 t et 2 t ou non item.origin dans (CN)", 3}, {"procedure = IM4", 8},
		{"item.packages = 2 # comment", 2}, {"count(operator) = 0", 0}, {"count(operator) = 0 if missing: hit", 8},
		{"share_adverse(operator, hs4, 365 days) > 20 % si absent : retenir", 3},
		{"registered_on > 2026-01-01", 0}, {"item.value_per_kg < 30 % of reference(item.hs6, item.origin)", 0},
		{"today - registered_on > 30 days", 0}, {"today >= 2024-10-01 and today < 2024-11-01", 8},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (hits(rows[i].condition) != rows[i].hits)
			test_failed(__FILE__, __LINE__, "%s: %d, wanted %d", rows[i].condition, hits(rows[i].condition),
				rows[i].hits);
}

TEST(conditions_with_errors_are_refused_where_they_are)
{
	static const struct { const char *condition, *place, *part; } rows[] = {
		{"", "T-1 : ligne 1, colonne 1", "vide"}, {"gross_mas > 1 t", "T-1 : ligne 1, colonne 1", "n'existe pas"},
		{"gross_mass > 1000", "T-1 : ligne 1, colonne 14", "unité"},
		{"flow = I and\n  gross_mass > 10 days", "T-1 : ligne 2, colonne 16", "s'accordent"},
		{"gross_mass = \"x\"", "T-1 : ligne 1, colonne 14", "nature"},
		{"item.duty_rate > 20", "T-1 : ligne 1, colonne 18", "unité"},
		{"item.hs starts with 9307..9301", "T-1 : ligne 1, colonne 21", "intervalle"},
		{"flow = I and", "T-1 : ligne 1, colonne 13", "attendu"},
		{"(flow = I", "T-1 : ligne 1, colonne 10", "attendu"},
		{"flow = I I", "T-1 : ligne 1, colonne 10", "n'est pas attendu"},
		{"consignee.code in list NOBODY", "T-1 : ligne 1, colonne 24", "n'existe pas"},
		{"item.description contains \"!!\"", "T-1 : ligne 1, colonne 27", "mot"},
		{"count(moon) > 2", "T-1 : ligne 1, colonne 1", "historique"},
		{"count(operator, 7 days) > 2", "T-1 : ligne 1, colonne 17", "période"},
		{"flow", "T-1 : ligne 1, colonne 5", "comparaison"}, {"1 < 2", "T-1 : ligne 1, colonne 1", "aucun fait"},
		{"flow = \"I", "T-1 : ligne 1, colonne 8", "attendu"},
		{"flow = I if missing: perhaps", "T-1 : ligne 1, colonne 22", "look"},
		{"gross_mass + packages > 3", "T-1 : ligne 1, colonne 14", "s'accordent"},
		{"today + today > 2026-01-01", "T-1 : ligne 1, colonne 9", "date"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
		AUTO(buffer_release) struct buffer buffer;
		struct problem_list problems = {0};
		AUTO(test_policy_release) struct policy *policy = test_policy(arena, rows[i].condition, &problems);

		buffer_init(&buffer, 10000);
		if (policy || problems.count != 1) {
			test_failed(__FILE__, __LINE__, "%s: %zu problems", rows[i].condition, problems.count);
			continue;
		}
		message_print(&buffer, LANGUAGE_FR, &problems.rows[0].message);
		if (!text_is(problems.rows[0].place, rows[i].place) ||
			text_find(buffer_text(&buffer), text_of(rows[i].part)) == buffer.size)
			test_failed(__FILE__, __LINE__, "%s: \"%.*s\" \"%s\"", rows[i].condition,
				TEXT_FORMAT(problems.rows[0].place), buffer.data);
	}
}

TEST(conditions_have_limits)
{
	char deep[4000];
	size_t size = 0;

	while (size < 1000)
		deep[size++] = '(';
	memcpy(deep + size, "flow = I", 9);
	CHECK_INTEGER(hits(deep), -1);
	size = 0;
	while (size < 3600) {
		memcpy(deep + size, "not ", 4);
		size += 4;
	}
	memcpy(deep + size, "flow = I", 9);
	CHECK_INTEGER(hits(deep), 8);
}

/* Allocations of reading and compiling the starter policy fail in turn. */
TEST(policies_survive_a_lack_of_memory)
{
	bool failed = true;

	for (long n = 1; failed && n < 20000; n += n < 30 ? 1 : 23) {
		AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
		struct problem_list problems = {.arena = arena};
		struct profile *profiles = NULL;
		size_t count = 0;
		struct policy *policy = NULL;
		enum status status;

		memory_fail_at(n);
		status = profiles_read(arena, embedded_find("policy/starter.policy"), &profiles, &count, &problems);
		if (status == STATUS_OK)
			status = policy_compile(profiles, count, NULL, 0, &policy, &problems);
		failed = memory_has_failed();
		memory_fail_at(0);
		CHECK(failed ? (policy != NULL) == (status == STATUS_OK) : status == STATUS_OK);
		policy_free(policy);
	}
	CHECK(!failed);
}
