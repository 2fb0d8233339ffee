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

/* What follows a control (suite à donner). */
struct next_step {
	const char *code;
	const char *label; /* French message id */
};
extern const struct next_step next_steps[]; /* ended by code NULL */
const char *next_step_label(struct text code); /* NULL: no such code */

/* What was found on one item. */
struct inspection_item {
	int64_t number;
	struct text result; /* a result code */
	struct text quantity; /* as counted, in the officer's words; may be missing */
	struct text note;
};
struct inspection {
	int64_t consignment_id;
	struct text result;
	int64_t recovered; /* duties and taxes found, micro of the currency; NUMBER_NONE */
	struct text currency;
	struct text note;
	struct text next_step; /* a code of next_steps[]; may be missing */
	int64_t row_version; /* of the consignment, as the officer saw it */
	int64_t visit_id; /* 0: recorded without a visit */
	int64_t second_of; /* the inspection that this one looks at again; 0: none */
	const struct inspection_item *items;
	size_t item_count;
};
#define INSPECTIONS_VISIT "inspections.visit" /* takes part in the rotation */
#define INSPECTIONS_ASSIGN "inspections.assign"

/* Records a result, or a correction of one (which needs INSPECTIONS_CORRECT). The outcome goes to the histories; the
 * consignment moves by its workflow (events "consignment.control_recorded", "consignment.control_corrected"). A second
 * look changes neither: it stands beside the first (event "inspection.second_look"), and the heads are told when the
 * two differ.
 * STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_CONFLICT (someone else changed the file), STATUS_INVALID. */
enum status inspection_record(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	struct arena *arena, int64_t *ret_id) MUST_CHECK;

#endif
