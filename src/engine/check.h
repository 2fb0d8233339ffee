#ifndef VIGIE_ENGINE_CHECK_H
#define VIGIE_ENGINE_CHECK_H
/* The engine's own checks of arithmetic and form, one row each; they need no profile. */
#include "engine/fact.h"

/* What a check found. */
struct finding {
	struct text values[3]; /* of the check's message */
	const int64_t *items;
	size_t item_count;
};
struct check {
	const char *code; /* "C-ITEMS" */
	const char *label; /* French message id with %1 … */
	const char *instruction; /* French message id */
	enum lane lane;
	bool (*find)(const struct facts *facts, struct finding *finding);
};
size_t check_count(void);
const struct check *check_at(size_t i);

#endif
