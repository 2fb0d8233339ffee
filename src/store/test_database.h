#ifndef VIGIE_STORE_TEST_DATABASE_H
#define VIGIE_STORE_TEST_DATABASE_H
/* Fresh databases for tests. */
#include "store/store.h"

/* Runs `run` on a new SQLite file in a temporary folder and, when VIGIE_TEST_POSTGRES is set, on a new PostgreSQL
 * database beside the one it names; both migrated with the folders (ended by NULL; NULL: none) and removed
 * afterwards. */
void test_each_database(const char *const *migration_folders, void (*run)(struct database *database));
/* The same, giving the URL of a database that is there, empty and not migrated. */
void test_each_url(void (*run)(const char *url));
/* On another new PostgreSQL database; nothing without VIGIE_TEST_POSTGRES. */
void test_new_postgres(void (*run)(const char *url));

#endif
