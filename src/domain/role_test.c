/* Roles of an administration's own. */
#include "domain/role.h"

#include "domain/test_domain.h"
#include "domain/unit.h"
#include "domain/user.h"

#include <string.h>

static const char *const shipped_permissions[] = {"a.read", "a.write", NULL};
static const struct role shipped[] = {{"chief", "Chef", shipped_permissions}, {NULL, NULL, NULL}};
static const struct role *const tables[] = {shipped};

struct seen {
	const char *role;
	char permissions[80];
};

static bool take(void *context, struct text role, struct text permission)
{
	struct seen *seen = context;

	if (text_is(role, seen->role)) {
		strncat(seen->permissions, " ", sizeof seen->permissions - strlen(seen->permissions) - 1);
		strncat(seen->permissions, permission.data, permission.size < 20 ? permission.size : 20);
	}
	return true;
}

static enum status add_person(struct writer *writer, const struct actor *actor, int64_t *ret_id)
{
	const struct user_new user = {.login = TEXT("kone"), .name = TEXT("Koné"), .password_hash = "x"};
	int64_t unit;

	TRY(user_create(writer, actor, &user, ret_id));
	TRY(unit_create(writer, actor, 0, TEXT("administration"), TEXT("DG"), TEXT("DG"), &unit));
	return user_grant(writer, actor, *ret_id, "night", unit);
}

TEST_ON_EACH_DATABASE(roles_of_ones_own)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor system = actor_system("test");
	const struct text rights[] = {TEXT("b.see"), TEXT("a.read")};
	struct actor holder = {.user_id = 0};
	struct seen seen = {"night", ""};
	struct role_details role;

	REQUIRE(arena && writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(roles_install(writer, tables, 1) == STATUS_OK);
	CHECK(role_create(writer, &system, TEXT("Nuit"), TEXT("Nuit"), TEXT_NONE) == STATUS_INVALID);
	CHECK(role_create(writer, &system, TEXT("chief"), TEXT("Nuit"), TEXT_NONE) == STATUS_CONFLICT);
	CHECK(role_create(writer, &system, TEXT("night"), TEXT("Nuit"), TEXT("nobody")) == STATUS_NOT_FOUND);
	CHECK(role_create(writer, &system, TEXT("night"), TEXT("Équipe de nuit"), TEXT("chief")) == STATUS_OK);
	CHECK(role_matrix(writer_reader(writer), take, &seen) == STATUS_OK);
	CHECK_TEXT(text_of(seen.permissions), " a.read a.write");
	CHECK(role_change(writer, &system, TEXT("night"), TEXT("Nuit"), rights, 2) == STATUS_OK);
	/* What ships with the program is put back at each start; one's own stay as they are. */
	CHECK(roles_install(writer, tables, 1) == STATUS_OK);
	seen.permissions[0] = '\0';
	CHECK(role_matrix(writer_reader(writer), take, &seen) == STATUS_OK);
	CHECK_TEXT(text_of(seen.permissions), " a.read b.see");
	CHECK(role_change(writer, &system, TEXT("chief"), TEXT("Chef"), rights, 2) == STATUS_FORBIDDEN);
	CHECK(role_remove(writer, &system, TEXT("chief")) == STATUS_FORBIDDEN);
	REQUIRE(add_person(writer, &system, &holder.user_id) == STATUS_OK);
	CHECK(role_find(writer_reader(writer), TEXT("night"), arena, &role) == STATUS_OK);
	CHECK_INTEGER(role.holder_count, 1);
	CHECK_TEXT(role.label, "Nuit");
	/* Nobody changes what they hold; what is held is not taken away. */
	CHECK(role_change(writer, &holder, TEXT("night"), TEXT("Nuit"), rights, 1) == STATUS_FORBIDDEN);
	CHECK(role_remove(writer, &system, TEXT("night")) == STATUS_CONFLICT);
	CHECK(user_revoke(writer, &system, holder.user_id, "night", 1) == STATUS_OK);
	CHECK(role_remove(writer, &system, TEXT("night")) == STATUS_OK);
	CHECK(role_find(writer_reader(writer), TEXT("night"), arena, &role) == STATUS_NOT_FOUND);
}
