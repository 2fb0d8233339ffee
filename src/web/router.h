#ifndef VIGIE_WEB_ROUTER_H
#define VIGIE_WEB_ROUTER_H
/* From a path to a route: a trie over the path segments of all modules' routes, built once at start. A literal
 * segment goes before a parameter (":id"). */
#include "web/module.h"

enum { ROUTE_PARAMETERS = 8, METHOD_COUNT = METHOD_DELETE + 1 };

struct router;
struct route_match {
	const struct route *route; /* NULL: none for this method */
	unsigned allowed; /* bit per method that the path knows; 0: no such path */
	struct text values[ROUTE_PARAMETERS]; /* decoded, in order of the route's parameters */
	size_t count;
};

/* All memory from the arena. STATUS_CONFLICT: two routes with one method and shape, or a row that is not sound (no
 * `needs`, not exactly one handler, a page that is not GET, …); *ret_problem then says which, for the log. */
enum status router_new(struct arena *arena, const struct module *const *modules, struct router **ret_router,
	const char **ret_problem) MUST_CHECK;
/* `path` as it came, still encoded. STATUS_MALFORMED: bad escapes, an encoded slash, "." or ".." segments. */
enum status router_find(const struct router *router, enum method method, struct text path, struct arena *arena,
	struct route_match *ret_match) MUST_CHECK;
/* The name of the n-th parameter of a route's path ("id"); TEXT_NONE beyond the last. */
struct text route_parameter(const struct route *route, size_t n);
const char *method_name(enum method method);
/* "GET, HEAD, POST" from the bits of `allowed`. */
void methods_print(struct buffer *buffer, unsigned allowed);

#endif
