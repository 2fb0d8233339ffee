/* A mapping for an extract that comes without one. */
#include "formats/mapping.h"
#include "formats/reader.h"
#include "modules/risk/risk.h"

enum status intake_propose_mapping(struct arena *arena, struct text sample, const struct mapping **ret_mapping)
{
	struct mapping_proposal *proposal;
	enum status status;

	if (format_recognise(sample) != FORMAT_CSV)
		return STATUS_OK;
	proposal = ARENA_NEW(arena, struct mapping_proposal);
	if (!proposal)
		return STATUS_NO_MEMORY;
	status = mapping_propose(arena, sample, proposal);
	if (status == STATUS_OK)
		*ret_mapping = &proposal->mapping;
	return status == STATUS_INVALID ? STATUS_OK : status;
}
