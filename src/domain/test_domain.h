#ifndef VIGIE_DOMAIN_TEST_DOMAIN_H
#define VIGIE_DOMAIN_TEST_DOMAIN_H
/* What the tests of the domain share. */
#include "base/test.h"
#include "store/store.h"
#include "store/test_database.h"

static const char *const domain_folders[] __attribute__((unused)) = {"src/domain/migrations", NULL};

/* On each kind of database, migrated. */
#define TEST_ON_EACH_DATABASE(name)                                                                                    \
	static void name##_on(struct database *database);                                                              \
	TEST(name)                                                                                                     \
	{                                                                                                              \
		test_each_database(domain_folders, name##_on);                                                         \
	}                                                                                                              \
	static void name##_on(struct database *database)

/* Seals what the journal holds; the number of blocks, 0 on failure. On PostgreSQL a row is settled only when no older
 * transaction runs any more, of whatever database of the server: for that it waits a while. */
int test_seal(struct database *database);

#endif
