/* All statements of the program, for the test that prepares each of them on both databases. */
#include "store/driver.h"

/* The linker gathers all statements between these two. */
extern const struct statement *const __start_vigie_statements[] __attribute__((weak));
extern const struct statement *const __stop_vigie_statements[] __attribute__((weak));

enum status database_check_statements(struct database *database, const char **ret_name, int *ret_count)
{
	int count = 0;

	for (const struct statement *const *at = __start_vigie_statements; at < __stop_vigie_statements; at++) {
		AUTO(writer_rollback) struct writer *writer = NULL;
		struct connection *connection;
		enum status status;

		if (text_ends_with(text_of((*at)->file), TEXT("_test.c")))
			continue;
		TRY(writer_begin(database, &writer));
		connection = writer->reader.connection;
		status = connection->driver->prepare(connection, *at);
		if (status != STATUS_OK) {
			*ret_name = (*at)->name;
			return status;
		}
		count++;
	}
	*ret_count = count;
	return STATUS_OK;
}
