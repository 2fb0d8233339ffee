/* The bill of lading that belongs to a declaration. */
#include "modules/risk/decider.h"

enum status counterpart_find(struct reader *reader, const struct consignment *consignment, struct arena *arena,
	struct consignment *ret_bill, int64_t *ret_id, int64_t *ret_version)
{
	enum status status;

	*ret_id = *ret_version = 0;
	if (consignment->stage != STAGE_DECLARATION)
		return STATUS_OK;
	status = consignment_find_counterpart(reader, consignment, arena, ret_id, ret_version);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	return consignment_content(reader, *ret_id, *ret_version, arena, ret_bill);
}
