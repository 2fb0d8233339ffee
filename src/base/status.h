#ifndef VIGIE_BASE_STATUS_H
#define VIGIE_BASE_STATUS_H
/* The outcome of every function that can fail. Outputs named ret_… are untouched unless it is STATUS_OK. */

enum status {
#define STATUS(name, http, text) STATUS_##name,
#include "base/status.def"
#undef STATUS
	STATUS_COUNT
};

/* The caller of a function so marked must look at its result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Runs `release` on the variable's address when it leaves its scope. */
#define AUTO(release) __attribute__((cleanup(release)))

/* Returns early with a failed status. */
#define TRY(expression)                                                                                                \
	do {                                                                                                           \
		enum status try_status_ = (expression);                                                                \
		if (try_status_ != STATUS_OK)                                                                          \
			return try_status_;                                                                            \
	} while (0)

const char *status_name(enum status status); /* "INVALID" */
const char *status_text(enum status status); /* French message id, to be given to the catalogue */
int status_http(enum status status);

#endif
