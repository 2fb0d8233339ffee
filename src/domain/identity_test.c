/* Units, users, rights, passwords and second factors. */
#include "base/clock.h"
#include "domain/password.h"
#include "domain/test_domain.h"
#include "domain/totp.h"
#include "domain/unit.h"
#include "domain/user.h"

#include <string.h>

static const char *const analyst_rights[] = {"consignments.read", "consignments.assess", NULL};
static const char *const journal_rights[] = {"journal.read", NULL};
static const struct role first_roles[] = {{"analyst", "Analyste", analyst_rights}, {NULL, NULL, NULL}};
static const struct role second_roles[] = {
	{"analyst", "Analyste", journal_rights}, {"auditor", "Auditeur", journal_rights}, {NULL, NULL, NULL}};
static const struct role *const role_tables[] = {first_roles, second_roles};

TEST(password_rules)
{
	static const char *const common[] = {"azertyuiopqs", "AzertyUiop123", "motdepasse2024", "douanedouane", "aaaaaaaaaaaa",
		"abcabcabcabc", "motdepasse!!!!!", "123456789012", "Dieuestgrand1"};

	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (!password_problem(text_of(common[i]), TEXT_NONE, TEXT_NONE))
			test_failed(__FILE__, __LINE__, "%s is allowed", common[i]);
	CHECK(password_problem(TEXT("éàùéàùéàùéà"), TEXT_NONE, TEXT_NONE)); /* eleven characters */
	CHECK(!password_problem(TEXT("barque rouge au large"), TEXT("kone.a"), TEXT("Awa Koné")));
	CHECK(password_problem(TEXT("je suis awa kone ici"), TEXT("x"), TEXT("Awa Koné")));
	CHECK(password_problem(TEXT("kone.a est mon nom"), TEXT("kone.a"), TEXT_NONE));
}

TEST(password_hashes)
{
	char hash[PASSWORD_HASH_SIZE], random[PASSWORD_RANDOM_SIZE], other[PASSWORD_RANDOM_SIZE];

	REQUIRE(password_hash(TEXT("barque rouge au large"), hash) == STATUS_OK);
	CHECK(strncmp(hash, "$argon2id$", 10) == 0);
	CHECK(password_verify(text_of(hash), TEXT("barque rouge au large")));
	CHECK(!password_verify(text_of(hash), TEXT("barque rouge au Large")));
	CHECK(!password_verify(TEXT_NONE, TEXT("barque rouge au large")));
	CHECK(!password_verify(TEXT("nonsense"), TEXT("barque rouge au large")));
	password_random(random);
	password_random(other);
	CHECK_INTEGER(strlen(random), PASSWORD_RANDOM_SIZE - 1);
	CHECK(strcmp(random, other) != 0);
	CHECK(!password_problem(text_of(random), TEXT_NONE, TEXT_NONE));
}

TEST(totp_follows_rfc_6238)
{
	struct text secret = TEXT("12345678901234567890");
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	char code[7];
	int64_t step = 0, at = 1111111109 * MICROSECONDS;

	REQUIRE(totp_code(secret, at, code) == STATUS_OK);
	CHECK_TEXT(text_of(code), "081804"); /* the RFC's 07081804 */
	CHECK(totp_verify(secret, TEXT("081 804"), at, 0, &step) == STATUS_OK);
	CHECK_INTEGER(step, 1111111109 / 30);
	CHECK(totp_verify(secret, TEXT("081804"), at + 30 * MICROSECONDS, 0, &step) == STATUS_OK);
	CHECK(totp_verify(secret, TEXT("081804"), at + 90 * MICROSECONDS, 0, &step) == STATUS_INVALID);
	CHECK(totp_verify(secret, TEXT("081804"), at, step, &step) == STATUS_INVALID); /* used already */
	CHECK(totp_verify(secret, TEXT("81804"), at, 0, &step) == STATUS_INVALID);
	CHECK(totp_verify(secret, TEXT("0818040"), at, 0, &step) == STATUS_INVALID);
	CHECK_TEXT(totp_secret_text(secret, arena), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	CHECK_TEXT(totp_address(secret, TEXT("Vigie"), TEXT("a@b"), arena),
		"otpauth://totp/Vigie:a%40b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Vigie");
}

TEST(actor_rights_by_unit)
{
	struct grant grants[] = {{"a", TEXT("/1/4/")}, {"a", TEXT("/1/4/7/")}, {"a", TEXT("/1/9/")}, {"b", TEXT("/1/")}};
	struct actor actor = {.user_id = 3, .grants = grants, .grant_count = 4};
	struct actor nobody = {.user_id = 0};
	struct actor system = actor_system("x");
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct text paths[4];

	CHECK(actor_may(&actor, "a", TEXT("/1/4/8/")));
	CHECK(!actor_may(&actor, "a", TEXT("/1/41/")));
	CHECK(!actor_may(&actor, "a", TEXT("/1/")));
	CHECK(actor_may(&actor, "a", TEXT_NONE));
	CHECK(!actor_may(&actor, "c", TEXT_NONE));
	CHECK(!actor_may(&nobody, "a", TEXT_NONE));
	CHECK(actor_may(&system, "anything", TEXT("/1/")));
	CHECK_INTEGER(actor_unit_paths(&actor, "a", paths, 4), 2);
	CHECK_TEXT(paths[1], "/1/9/");
	CHECK_TEXT(actor_path_list(&actor, "a", arena), "|/1/4/|/1/9/|");
	CHECK_TEXT(actor_path_list(&actor, "c", arena), "|");
	CHECK_TEXT(actor_path_list(&system, "c", arena), "*");
}

struct world {
	int64_t root, north, south, office, user;
};

static bool world_make(struct writer *writer, struct world *world)
{
	struct actor system = actor_system("essai");
	struct user_new user = {.login = TEXT(" Kone.A "), .name = TEXT("Awa Koné"), .language = LANGUAGE_EN,
		.password_hash = "x"};

	return roles_install(writer, role_tables, 2) == STATUS_OK &&
		unit_create(writer, &system, 0, TEXT("administration"), TEXT("ADM"), TEXT("Douanes"), &world->root) == STATUS_OK &&
		unit_create(writer, &system, world->root, TEXT("directorate"), TEXT("SUD"), TEXT("Sud"), &world->south) == STATUS_OK &&
		unit_create(writer, &system, world->root, TEXT("directorate"), TEXT("NORD"), TEXT("Nord"), &world->north) == STATUS_OK &&
		unit_create(writer, &system, world->south, TEXT("office"), TEXT("B1"), TEXT("Port"), &world->office) == STATUS_OK &&
		user_create(writer, &system, &user, &world->user) == STATUS_OK;
}

TEST_ON_EACH_DATABASE(units_form_a_tree)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct actor system = actor_system("essai");
	struct world world;
	struct unit *units, unit;
	size_t count = 0;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(world_make(writer, &world));
	REQUIRE(unit_list(writer_reader(writer), TEXT("*"), arena, &units, &count) == STATUS_OK);
	REQUIRE(count == 4);
	CHECK_TEXT(units[0].code, "ADM");
	CHECK_TEXT(units[1].code, "NORD");
	CHECK_TEXT(units[2].code, "SUD");
	CHECK_TEXT(units[3].code, "B1");
	CHECK_INTEGER(units[3].depth, 3);
	CHECK_TEXT(units[3].path, "/1/2/4/");
	REQUIRE(unit_list(writer_reader(writer), TEXT("|/1/2/|"), arena, &units, &count) == STATUS_OK);
	CHECK_INTEGER(count, 2);
	REQUIRE(unit_find_code(writer_reader(writer), TEXT("B1"), arena, &unit) == STATUS_OK);
	CHECK_INTEGER(unit.parent_id, world.south);
	CHECK(unit_create(writer, &system, 0, TEXT("house"), TEXT("Z"), TEXT("Z"), NULL) == STATUS_INVALID);
	CHECK(unit_create(writer, &system, 99, TEXT("office"), TEXT("Z"), TEXT("Z"), NULL) == STATUS_NOT_FOUND);
	CHECK(unit_create(writer, &system, 0, TEXT("office"), TEXT("B1"), TEXT("Z"), NULL) == STATUS_CONFLICT);
}

TEST_ON_EACH_DATABASE(rights_come_from_roles_at_units)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct actor system = actor_system("essai"), actor;
	struct reader *reader;
	struct world world;
	bool below = false;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	reader = writer_reader(writer);
	REQUIRE(world_make(writer, &world));
	CHECK(user_grant(writer, &system, world.user, "analyst", world.office) == STATUS_OK);
	CHECK(user_grant(writer, &system, world.user, "analyst", world.office) == STATUS_OK);
	CHECK(user_grant(writer, &system, world.user, "pope", world.office) == STATUS_NOT_FOUND);
	CHECK(user_grant(writer, &system, world.user, "analyst", 99) == STATUS_NOT_FOUND);
	REQUIRE(user_actor(reader, world.user, arena, &actor) == STATUS_OK);
	CHECK_TEXT(actor.login, "kone.a");
	CHECK(actor.language == LANGUAGE_EN);
	CHECK_INTEGER(actor.grant_count, 3); /* merged from both tables */
	CHECK(actor_may(&actor, "journal.read", TEXT("/1/2/4/")));
	CHECK(!actor_may(&actor, "journal.read", TEXT("/1/2/")));
	CHECK(user_is_below(reader, &actor, "journal.read", world.user, &below) == STATUS_OK && below);
	CHECK(user_grant(writer, &system, world.user, "auditor", world.north) == STATUS_OK);
	CHECK(user_is_below(reader, &actor, "journal.read", world.user, &below) == STATUS_OK && !below);
	CHECK(user_revoke(writer, &system, world.user, "analyst", world.office) == STATUS_OK);
	REQUIRE(user_actor(reader, world.user, arena, &actor) == STATUS_OK);
	CHECK_INTEGER(actor.grant_count, 1);
	/* A role of the program loses what its rows no longer have. */
	CHECK(roles_install(writer, role_tables, 1) == STATUS_OK);
	REQUIRE(user_actor(reader, world.user, arena, &actor) == STATUS_OK);
	CHECK_INTEGER(actor.grant_count, 0);
	CHECK(user_set_active(writer, &system, world.user, false) == STATUS_OK);
	CHECK(user_actor(reader, world.user, arena, &actor) == STATUS_NOT_FOUND);
}

TEST_ON_EACH_DATABASE(second_factor_and_recovery)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct actor system = actor_system("essai");
	struct world world;
	struct text secret;
	const char **codes = NULL;
	int64_t now = clock_now(), left = 0;
	char code[7], next[7];

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(world_make(writer, &world));
	CHECK(user_code_use(writer, world.user, TEXT("123456"), now) == STATUS_INVALID);
	REQUIRE(user_totp_begin(writer, world.user, arena, &secret) == STATUS_OK);
	REQUIRE(totp_code(secret, now, code) == STATUS_OK);
	REQUIRE(totp_code(secret, now + 30 * MICROSECONDS, next) == STATUS_OK);
	CHECK(user_totp_confirm(writer, &system, world.user, TEXT("abcdef"), now, arena, &codes) == STATUS_INVALID);
	REQUIRE(user_totp_confirm(writer, &system, world.user, text_of(code), now, arena, &codes) == STATUS_OK);
	CHECK(codes[RECOVERY_CODE_COUNT - 1] && !codes[RECOVERY_CODE_COUNT]);
	CHECK(user_code_use(writer, world.user, text_of(code), now) == STATUS_INVALID); /* used to confirm */
	CHECK(user_code_use(writer, world.user, text_of(next), now) == STATUS_OK);
	CHECK(user_code_use(writer, world.user, text_of(next), now) == STATUS_INVALID);
	CHECK(user_code_use(writer, world.user, text_of(codes[3]), now) == STATUS_OK);
	CHECK(user_code_use(writer, world.user, text_of(codes[3]), now) == STATUS_INVALID);
	CHECK(user_recovery_left(writer_reader(writer), world.user, &left) == STATUS_OK);
	CHECK_INTEGER(left, RECOVERY_CODE_COUNT - 1);
	CHECK(user_totp_remove(writer, &system, world.user) == STATUS_OK);
	CHECK(user_code_use(writer, world.user, text_of(codes[4]), now) == STATUS_INVALID);
}

static bool count_user(void *context, const struct user *user)
{
	int *count = context;

	(void)user;
	(*count)++;
	return true;
}

TEST_ON_EACH_DATABASE(users_are_listed)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct actor system = actor_system("essai");
	struct user_new again = {.login = TEXT("KONE.A"), .name = TEXT("X"), .password_hash = "x"};
	struct user_new bad = {.login = TEXT("a b"), .name = TEXT("X"), .password_hash = "x"};
	struct user user;
	struct world world;
	int64_t id;
	int count = 0;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(world_make(writer, &world));
	CHECK(user_create(writer, &system, &bad, &id) == STATUS_INVALID);
	CHECK(user_grant(writer, &system, world.user, "analyst", world.south) == STATUS_OK);
	CHECK(user_list(writer_reader(writer), TEXT_NONE, TEXT("KON"), TEXT("*"), 10, count_user, &count) == STATUS_OK);
	CHECK_INTEGER(count, 1);
	CHECK(user_list(writer_reader(writer), TEXT_NONE, TEXT_NONE, TEXT("|/1/3/|"), 10, count_user, &count) == STATUS_OK);
	CHECK_INTEGER(count, 1);
	CHECK(user_list(writer_reader(writer), TEXT_NONE, TEXT_NONE, TEXT("|/1/2/|"), 10, count_user, &count) == STATUS_OK);
	CHECK_INTEGER(count, 2);
	CHECK(user_rename(writer, &system, world.user, TEXT("Awa Diallo"), LANGUAGE_PT) == STATUS_OK);
	REQUIRE(user_find_login(writer_reader(writer), TEXT("KONE.a"), arena, &user) == STATUS_OK);
	CHECK_TEXT(user.name, "Awa Diallo");
	CHECK(user_find_login(writer_reader(writer), TEXT("nobody"), arena, &user) == STATUS_NOT_FOUND);
	CHECK(user_create(writer, &system, &again, &id) == STATUS_CONFLICT);
}
