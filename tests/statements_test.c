/* Every statement of the program is prepared on both databases, migrated as the program does it. */
#include "app/wiring.h"
#include "base/test.h"
#include "store/test_database.h"

enum { MOST_FOLDERS = 64 };

/* The folders of all migrations in the program, in its own order: domain, app, then modules as they require each
 * other. */
static size_t all_folders(const char *ret_list[MOST_FOLDERS + 1])
{
	size_t count = 0;

	ret_list[count++] = "src/domain/migrations";
	ret_list[count++] = "src/app/migrations";
	for (const struct module *const *module = modules; *module && count < MOST_FOLDERS; module++)
		if ((*module)->migrations)
			ret_list[count++] = (*module)->migrations;
	ret_list[count] = NULL;
	return count;
}

/* Every statement of the program fits the migrated tables on both databases. */
static void statements_are_prepared(struct database *database)
{
	const char *list[MOST_FOLDERS + 1];
	const char *name = "";
	int count = 0, applied = 0;
	size_t found = all_folders(list);

	REQUIRE(database_migrate(database, list, &applied) == STATUS_OK);
	CHECK(applied >= (int)found);
	if (database_check_statements(database, &name, &count) != STATUS_OK)
		test_failed(__FILE__, __LINE__, "%s cannot be prepared", name);
	else
		CHECK(count >= 3);
}

TEST(all_statements)
{
	test_each_database(NULL, statements_are_prepared);
}
