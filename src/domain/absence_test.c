/* Absences do not overlap, name a deputy, and are journalled. */
#include "domain/absence.h"

#include "base/clock.h"
#include "domain/test_domain.h"
#include "domain/user.h"

STATEMENT(TEST_JOURNAL, "select count(*) from journal where entity = 'user' and entity_id = $1 and action = $2");

static bool add_person(struct writer *writer, const char *login, int64_t *ret_id)
{
	const struct actor system = actor_system("essai");
	struct user_new person = {.login = text_of(login), .name = text_of(login), .password_hash = "x"};

	return user_create(writer, &system, &person, ret_id) == STATUS_OK;
}

static bool count_one(void *context, const struct absence *absence)
{
	*(int *)context += absence->user_name.size > 0;
	return true;
}

TEST_ON_EACH_DATABASE(absence_keeps_days_and_deputy)
{
	const struct actor system = actor_system("essai");
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t awa = 0, binta = 0, id = 0, deputy = -1, count = 0;
	struct absence absence;
	bool away = false;
	int seen = 0;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(add_person(writer, "awa", &awa) && add_person(writer, "binta", &binta));
	absence = (struct absence){.user_id = awa, .from_day = 100, .to_day = 110, .deputy_id = binta, .note = TEXT("congé")};
	CHECK_INTEGER(absence_add(writer, &system, &absence, &id), STATUS_OK);
	absence.from_day = 110;
	absence.to_day = 120;
	CHECK_INTEGER(absence_add(writer, &system, &absence, NULL), STATUS_CONFLICT);
	absence.from_day = 121;
	CHECK_INTEGER(absence_add(writer, &system, &absence, NULL), STATUS_INVALID);
	absence.from_day = 111;
	absence.deputy_id = awa;
	CHECK_INTEGER(absence_add(writer, &system, &absence, NULL), STATUS_INVALID);
	absence.deputy_id = 0;
	absence.user_id = 999;
	CHECK_INTEGER(absence_add(writer, &system, &absence, NULL), STATUS_NOT_FOUND);

	CHECK(absence_on(writer_reader(writer), awa, 99, &away, NULL) == STATUS_OK && !away);
	CHECK(absence_on(writer_reader(writer), awa, 110, &away, &deputy) == STATUS_OK && away && deputy == binta);
	CHECK(absence_on(writer_reader(writer), binta, 105, &away, &deputy) == STATUS_OK && !away && deputy == 0);
	CHECK(absence_list(writer_reader(writer), 0, TEXT("*"), 110, count_one, &seen) == STATUS_OK && seen == 1);
	seen = 0;
	CHECK(absence_list(writer_reader(writer), awa, TEXT_NONE, 111, count_one, &seen) == STATUS_OK && seen == 0);
	CHECK(absence_list(writer_reader(writer), 0, TEXT("|/7/|"), 100, count_one, &seen) == STATUS_OK && seen == 0);

	CHECK_INTEGER(absence_remove(writer, &system, id), STATUS_OK);
	CHECK_INTEGER(absence_remove(writer, &system, id), STATUS_NOT_FOUND);
	CHECK(absence_on(writer_reader(writer), awa, 105, &away, NULL) == STATUS_OK && !away);
	CHECK(store_integer(writer_reader(writer), &TEST_JOURNAL, PARAMS(V_INT(awa), value_string("absence_removed")),
		      &count) == STATUS_OK && count == 1);
}
