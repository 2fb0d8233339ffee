/* A node per segment: literal children in a sorted list searched by halves, one child for a parameter. */
#include "web/router.h"

#include "web/query.h"

#include <string.h>

struct node {
	struct text segment;
	struct node **children; /* sorted by segment */
	size_t child_count, child_capacity;
	struct node *parameter;
	const struct route *routes[METHOD_COUNT];
};

struct router {
	struct arena *arena;
	struct node root;
};

enum { SEGMENT_LIMIT = 32 };

const char *method_name(enum method method)
{
	static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

	return names[method];
}

void methods_print(struct buffer *buffer, unsigned allowed)
{
	bool first = true;

	for (unsigned method = 0; method < METHOD_COUNT; method++) {
		if (!(allowed & 1U << method))
			continue;
		buffer_format(buffer, "%s%s", first ? "" : ", ", method_name((enum method)method));
		if (method == METHOD_GET)
			buffer_string(buffer, ", HEAD");
		first = false;
	}
}

struct text route_parameter(const struct route *route, size_t n)
{
	struct text rest = text_of(route->path);

	while (rest.data) {
		struct text segment = text_cut(&rest, '/');

		if (segment.size && segment.data[0] == ':' && !n--)
			return text_slice(segment, 1, segment.size);
	}
	return TEXT_NONE;
}

/* Where the child is or belongs. */
static size_t child_place(const struct node *node, struct text segment, bool *ret_found)
{
	size_t low = 0, high = node->child_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = text_compare(node->children[middle]->segment, segment);

		if (!order) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = false;
	return low;
}

static struct node *child_add(struct arena *arena, struct node *node, struct text segment)
{
	bool found;
	size_t place;
	struct node *child;

	if (segment.size && segment.data[0] == ':') {
		if (!node->parameter)
			node->parameter = ARENA_NEW(arena, struct node);
		return node->parameter;
	}
	place = child_place(node, segment, &found);
	if (found)
		return node->children[place];
	if (node->child_count == node->child_capacity) {
		size_t capacity = node->child_capacity ? node->child_capacity * 2 : 4;
		struct node **grown = ARENA_ARRAY(arena, capacity, struct node *);

		if (!grown)
			return NULL;
		if (node->child_count)
			memcpy(grown, node->children, node->child_count * sizeof *grown);
		node->children = grown;
		node->child_capacity = capacity;
	}
	child = ARENA_NEW(arena, struct node);
	if (!child)
		return NULL;
	child->segment = segment;
	memmove(node->children + place + 1, node->children + place, (node->child_count - place) * sizeof child);
	node->children[place] = child;
	node->child_count++;
	return child;
}

/* What is wrong with a row, in words for a developer, or NULL. */
static const char *row_problem(const struct route *route)
{
	int handlers = !!route->page + !!route->action + !!route->free_hand + !!route->stream;

	if (!route->path || route->path[0] != '/')
		return "its path must begin with a slash";
	if (!route->needs || !*route->needs)
		return "it has no permission";
	if (!route->label)
		return "it has no label";
	if (handlers != 1 && !(handlers == 0 && route->data))
		return "it must have exactly one handler";
	if (route->data && route->method != METHOD_GET)
		return "data is for GET";
	if ((route->page || route->stream) && route->method != METHOD_GET)
		return "a page or stream is for GET";
	if (route->action && route->method == METHOD_GET)
		return "GET must not write";
	if (route_parameter(route, ROUTE_PARAMETERS).data)
		return "it has too many parameters";
	return NULL;
}

static const char *route_add(struct router *router, const struct route *route)
{
	const char *problem = row_problem(route);
	struct text rest = text_of(route->path);
	struct node *node = &router->root;

	if (problem)
		return problem;
	(void)text_cut(&rest, '/');
	while (rest.data) {
		struct text segment = text_cut(&rest, '/');

		if (!segment.size && !rest.data && node == &router->root)
			break;
		if (!segment.size)
			return "it has an empty segment";
		node = child_add(router->arena, node, segment);
		if (!node)
			return "there is no memory";
	}
	if (node->routes[route->method])
		return "another route has its method and path";
	node->routes[route->method] = route;
	return NULL;
}

enum status router_new(struct arena *arena, const struct module *const *modules, struct router **ret_router,
	const char **ret_problem)
{
	struct router *router = ARENA_NEW(arena, struct router);

	if (!router)
		return STATUS_NO_MEMORY;
	router->arena = arena;
	for (; modules && *modules; modules++)
		for (const struct route *route = (*modules)->routes; route && route->path; route++) {
			const char *problem = route_add(router, route);

			if (problem) {
				*ret_problem = arena_format(arena, "route %s %s: %s", method_name(route->method), route->path,
					problem).data;
				return STATUS_CONFLICT;
			}
		}
	*ret_router = router;
	return STATUS_OK;
}

struct search {
	enum method method;
	struct text segments[SEGMENT_LIMIT];
	size_t segment_count;
	struct route_match *match;
};

/* Looks below `node` from segment `at` on; true when the path is known (whatever its methods). A path known only
 * for other methods does not stop the search for one that has this method. */
static bool look(struct search *search, const struct node *node, size_t at, size_t values)
{
	bool found = false;
	size_t place;

	if (at == search->segment_count) {
		for (unsigned method = 0; method < METHOD_COUNT; method++)
			if (node->routes[method])
				search->match->allowed |= 1U << method;
		if (!node->routes[search->method])
			return false;
		search->match->route = node->routes[search->method];
		search->match->count = values;
		return true;
	}
	place = child_place(node, search->segments[at], &found);
	if (found && look(search, node->children[place], at + 1, values))
		return true;
	if (node->parameter && values < ROUTE_PARAMETERS && search->segments[at].size) {
		search->match->values[values] = search->segments[at];
		return look(search, node->parameter, at + 1, values + 1);
	}
	return false;
}

enum status router_find(const struct router *router, enum method method, struct text path, struct arena *arena,
	struct route_match *ret_match)
{
	struct route_match match = {0};
	struct search search = {.method = method, .match = &match};
	struct text rest = path;

	if (!path.size || path.data[0] != '/')
		return STATUS_MALFORMED;
	(void)text_cut(&rest, '/');
	while (rest.data) {
		struct text segment = text_cut(&rest, '/');

		if (!segment.size && !rest.data && !search.segment_count)
			break;
		TRY(percent_decode(arena, segment, false, &segment));
		if (text_is(segment, ".") || text_is(segment, "..") || memchr(segment.data, '/', segment.size) ||
			memchr(segment.data, '\\', segment.size))
			return STATUS_MALFORMED;
		TRY(input_clean(arena, segment, &segment));
		if (search.segment_count == SEGMENT_LIMIT) {
			*ret_match = match;
			return STATUS_OK;
		}
		search.segments[search.segment_count++] = segment;
	}
	look(&search, &router->root, 0, 0);
	*ret_match = match;
	return STATUS_OK;
}
