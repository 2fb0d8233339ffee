/* Long work is told to end: a flag that it looks at between two steps. */
#include "store/driver.h"

#include <stdatomic.h>

void database_stop(struct database *database)
{
	atomic_store(&database->stopping, true);
}

enum status database_goes_on(const struct database *database)
{
	return atomic_load_explicit(&database->stopping, memory_order_relaxed) ? STATUS_STOPPED : STATUS_OK;
}

enum status reader_goes_on(const struct reader *reader)
{
	return database_goes_on(reader->connection->database);
}
