#ifndef VIGIE_TESTS_API_CALL_H
#define VIGIE_TESTS_API_CALL_H
/* A program that asks the running server, and what it may expect by the description. */
#include "base/buffer.h"

#include <jansson.h>

struct call {
	int port;
	const char *token; /* NULL: none */
	const char *method, *path; /* path with /api/v1 */
	const char *body; /* JSON; NULL: none */
	const char *upload; /* a file sent as a form would; NULL: none */
	const char *upload_field; /* NULL: "fichiers" */
	const char *fields; /* "name=value&…" beside the file; NULL: none */
	const char *headers[6]; /* "If-Match: …"; ended by NULL */
	bool is_stream; /* only the head is waited for */
};
struct answer {
	int status;
	struct buffer head, body;
};
void call_make(const struct call *call, struct answer *ret_answer);
void answer_release(struct answer *answer);
/* The value of a header of the answer into `value`; "" when it is not there. */
void answer_header(const struct answer *answer, const char *name, char *value, size_t size);
/* The member of the answer's JSON object; the caller decrefs. NULL when it is none. */
json_t *answer_json(const struct answer *answer);

/* Does the value fit the schema (type, properties, required, additionalProperties, items, anyOf, $ref of `root`)?
 * What does not fit is said in `problem`. */
bool schema_fits(const json_t *root, const json_t *schema, const json_t *value, char *problem, size_t size);

#endif
