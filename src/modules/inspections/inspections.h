#ifndef VIGIE_INSPECTIONS_INSPECTIONS_H
#define VIGIE_INSPECTIONS_INSPECTIONS_H
/* What officers find when they control a consignment. */
#include "modules/risk/risk.h"

extern const struct module inspections_module;
extern const struct consignment_section inspections_section;

/* Result codes (résultats de contrôle). */
struct inspection_result {
	const char *code;
	const char *label; /* French message id */
	bool adverse;
};
extern const struct inspection_result inspection_results[]; /* ended by code NULL */
const struct inspection_result *inspection_result_find(struct text code);

struct inspection {
	int64_t consignment_id;
	struct text result;
	int64_t recovered; /* duties and taxes found, micro of the currency; NUMBER_NONE */
	struct text currency;
	struct text note;
	int64_t row_version; /* of the consignment, as the officer saw it */
};
/* Records a result, or a correction of one (which needs INSPECTIONS_CORRECT). The outcome goes to the histories.
 * STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_CONFLICT (someone else changed the file), STATUS_INVALID. */
enum status inspection_record(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	struct arena *arena, int64_t *ret_id) MUST_CHECK;

#endif
