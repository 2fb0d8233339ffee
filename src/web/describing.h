#ifndef VIGIE_WEB_DESCRIBING_H
#define VIGIE_WEB_DESCRIBING_H
/* Inside the description of the interface for programs: what its parts share. Not for modules. */
#include "base/json.h"
#include "web/module.h"

enum { SHAPE_LIMIT = 200 };

struct describing {
	struct arena *arena;
	struct json_writer json;
	enum language language;
	const struct module *const *modules;
	const struct api_shape *shapes[SHAPE_LIMIT];
	size_t shape_count;
};

/* openapi_schemas.c */
extern const struct api_shape openapi_total_shape; /* of a list, when asked for */
extern const struct api_shape openapi_done_shape; /* of what an action answers */
void describe_string(struct describing *d, const char *key, const char *value);
void describe_reference(struct describing *d, const char *kind, const char *name);
void describe_field(struct describing *d, const struct api_field *field);
/* The members of a schema for values of the kind into an object that is open. */
void describe_kind(struct describing *d, enum api_kind kind, bool may_be_null);
/* Notes the shape and those it is made of; describe_shapes() prints all as schemas. */
void describe_collect(struct describing *d, const struct api_shape *shape);
void describe_shapes(struct describing *d);
/* openapi_parts.c: parameters, headers and answers that many operations share. */
struct failure {
	enum status status; /* names it */
	int http;
	const char *label; /* message id; NULL: the status's own */
};
/* The failures an operation can have, ended by label NULL and http 0. */
const struct failure *describe_failures(void);
bool failure_is_of(const struct failure *failure, const struct route *route);
const char *failure_name(const struct failure *failure);
void describe_answer_headers(struct describing *d, const struct route *route);
void describe_components(struct describing *d);

#endif
