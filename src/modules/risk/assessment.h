#ifndef VIGIE_RISK_ASSESSMENT_H
#define VIGIE_RISK_ASSESSMENT_H
/* A consignment that was read and decided without being stored. */
#include "base/json.h"
#include "engine/engine.h"

struct assessment {
	const char *file;
	const char *format;
	const struct consignment *consignment;
	const struct decision *decision;
	const struct problem_list *problems; /* may be NULL */
};
/* One JSON object: file, format, stage, reference, office, lane, score, reasons, items, problems. */
void assessment_put(struct json_writer *json, const struct assessment *assessment, enum language language);

#endif
