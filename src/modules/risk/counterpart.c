/* The bill of lading that belongs to a declaration. */
#include "modules/risk/decider.h"

/* Named by the items: each document once where they follow each other. */
static enum status find_by_document(struct reader *reader, const struct consignment *c, int64_t *ret_id,
	int64_t *ret_version)
{
	enum status status = STATUS_NOT_FOUND;

	for (size_t i = 0; i < c->item_count && status == STATUS_NOT_FOUND; i++) {
		struct text bill = c->items[i].transport_document;

		if (bill.size && (!i || !text_equal(bill, c->items[i - 1].transport_document)))
			status = consignment_find_bill(reader, bill, ret_id, ret_version);
	}
	return status;
}

enum status counterpart_find(struct reader *reader, const struct consignment *consignment, struct arena *arena,
	struct consignment *ret_bill, int64_t *ret_id, int64_t *ret_version)
{
	enum status status;

	*ret_id = *ret_version = 0;
	if (consignment->stage != STAGE_DECLARATION)
		return STATUS_OK;
	status = find_by_document(reader, consignment, ret_id, ret_version);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	return consignment_content(reader, *ret_id, *ret_version, arena, ret_bill);
}
