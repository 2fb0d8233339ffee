/* What the tests of the domain share. */
#include "domain/test_domain.h"

#include "domain/journal.h"

#include <time.h>

int test_seal(struct database *database)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	int blocks = 0;

	for (int tries = 0; tries < 1600 && !blocks; tries++) {
		AUTO(writer_rollback) struct writer *writer = NULL;

		if (tries)
			nanosleep(&pause, NULL);
		if (writer_begin(database, &writer) != STATUS_OK || journal_seal(writer, 1000, &blocks) != STATUS_OK ||
			writer_commit(&writer) != STATUS_OK)
			return 0;
	}
	return blocks;
}
