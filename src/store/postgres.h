#ifndef VIGIE_STORE_POSTGRES_H
#define VIGIE_STORE_POSTGRES_H
/* Inside the store only: how our values look on PostgreSQL's wire, always in its binary form. */
#include "store/driver.h"

#include <libpq-fe.h>

enum { MOST_PARAMETERS = 256, SCRATCH_SIZE = 32 };

/* The parameters of one call. */
struct postgres_parameters {
	int count;
	Oid types[MOST_PARAMETERS]; /* 0: only NULLs seen */
	const char *values[MOST_PARAMETERS];
	int lengths[MOST_PARAMETERS];
	int formats[MOST_PARAMETERS];
	uint64_t numbers[MOST_PARAMETERS]; /* in network order, `values` may point here */
};

/* Sets count and types from `rows` rows of values. STATUS_INVALID when a column holds kinds that do not go
 * together (integers and reals do). */
enum status postgres_types(struct postgres_parameters *parameters, const struct value *values, size_t count,
	size_t rows) MUST_CHECK;
/* Whether a value of type `given` can be sent where `prepared` is expected. */
bool postgres_type_fits(Oid given, Oid prepared);
/* Sets the values of one row in the form of the types already set. The texts are not copied. */
enum status postgres_encode(struct postgres_parameters *parameters, const struct value *values) MUST_CHECK;

int64_t postgres_decode_integer(const PGresult *result, int row, int column);
double postgres_decode_real(const PGresult *result, int row, int column);
/* Numbers are printed into `scratch`. */
struct text postgres_decode_text(const PGresult *result, int row, int column, char scratch[SCRATCH_SIZE]);

/* STATUS_UNAVAILABLE, logged without the URL. */
enum status postgres_open(const char *url, PGconn **ret_connection) MUST_CHECK;
enum status postgres_backup(struct database *database, const char *path) MUST_CHECK;

/* Waits until all that was committed before the call is on the disk: one flush for many callers. */
enum status postgres_flush(struct database *database) MUST_CHECK;

#endif
