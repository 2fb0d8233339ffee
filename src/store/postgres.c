/* PostgreSQL: not spoken to yet. */
#include "store/driver.h"

static enum status postgres_connect(struct database *database, bool for_writing, struct connection **ret_connection)
{
	(void)database, (void)for_writing, (void)ret_connection;
	return STATUS_UNAVAILABLE;
}

const struct driver postgres_driver = {.kind = DATABASE_POSTGRES, .connect = postgres_connect};

void *listening_run_postgres(void *database)
{
	return database;
}

enum status postgres_restore(const char *url, const char *backup)
{
	(void)url, (void)backup;
	return STATUS_UNAVAILABLE;
}
