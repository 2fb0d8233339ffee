#ifndef VIGIE_WEB_OPENAPI_H
#define VIGIE_WEB_OPENAPI_H
/* The description of the interface for programs, OpenAPI 3.1, from the route rows and their shapes. */
#include "web/module.h"

/* Is the row there for programs? Neither what is open to strangers nor pages without data. */
bool openapi_has(const struct route *route);
/* The row that says what an input of the route is: the module's own, else one of those that all share; NULL: none. */
const struct api_input *openapi_input(const struct module *module, const struct route *route, struct text name);
/* Is it an input that programs give: neither part of the path nor for pages alone? */
bool openapi_has_input(const struct module *module, const struct route *route, struct text name);
/* One JSON object. Labels in the language. */
enum status openapi_print(const struct module *const *modules, enum language language, struct buffer *out) MUST_CHECK;
/* "/envois/:id" → "/api/v1/envois/{id}" */
void openapi_path(struct buffer *out, const struct route *route);

#endif
