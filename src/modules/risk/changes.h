#ifndef VIGIE_RISK_CHANGES_H
#define VIGIE_RISK_CHANGES_H
/* What programs hear of the journal's rows of this module: see struct change_kind. */
#include "web/module.h"

/* The consignments that came with one batch of an import ("received"), or came again changed ("amended"). */
enum status changes_of_batch(struct reader *reader, const struct change_look *look, struct change_thing *ret_things,
	size_t *ret_count);
/* The profile of a version. */
enum status changes_of_version(struct reader *reader, const struct change_look *look, struct change_thing *ret_things,
	size_t *ret_count);

#endif
