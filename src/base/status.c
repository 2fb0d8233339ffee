/* The table of statuses: one row of status.def each. */
#include "base/status.h"

static const struct {
	const char *name;
	int http;
	const char *text;
} rows[] = {
#define STATUS(name, http, text) {#name, http, text},
#include "base/status.def"
#undef STATUS
};

const char *status_name(enum status status)
{
	return status < STATUS_COUNT ? rows[status].name : "UNKNOWN";
}

const char *status_text(enum status status)
{
	return rows[status < STATUS_COUNT ? status : STATUS_INTERNAL].text;
}

int status_http(enum status status)
{
	return rows[status < STATUS_COUNT ? status : STATUS_INTERNAL].http;
}
