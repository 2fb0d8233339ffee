/* Numbers without gaps. */
#include "domain/numbering.h"

STATEMENT(NUMBER_NEXT, "insert into numbers (kind, year, last) values ($1, $2, 1) "
	"on conflict (kind, year) do update set last = numbers.last + 1 returning last");

enum status number_next(struct writer *writer, const char *kind, int year, int64_t *ret_number)
{
	return store_returning(writer, &NUMBER_NEXT, PARAMS(value_string(kind), V_INT(year)), ret_number);
}

struct text number_format(const char *prefix, int year, int64_t number, struct arena *arena)
{
	return arena_format(arena, "%s-%04d-%06lld", prefix, year, (long long)number);
}
