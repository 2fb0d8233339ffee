#ifndef VIGIE_BASE_LOG_H
#define VIGIE_BASE_LOG_H
/* Structured logs: one line on standard error each, `time level event key=value…`, values quoted and escaped.
 * Never give it a secret. */
#include "base/status.h"

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

void log_set_level(enum log_level level);
void log_set_json(bool json); /* one JSON object a line instead */
/* Pairs of key and value, all strings, ended by NULL: log_event(LOG_INFO, "import", "file", name, NULL). */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

#endif
