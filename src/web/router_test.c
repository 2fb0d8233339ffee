#include "web/router.h"

#include "base/test.h"

#include <stdio.h>
#include <string.h>

static enum status page(struct request *rq, struct reader *db)
{
	(void)rq;
	(void)db;
	return STATUS_OK;
}

static enum status action(struct request *rq, struct writer *db)
{
	(void)rq;
	(void)db;
	return STATUS_OK;
}

static enum status build(struct arena *arena, const struct route *routes, struct router **ret_router)
{
	struct module module = {.name = "m", .routes = routes};
	const struct module *modules[] = {&module, NULL};
	const char *problem = NULL;
	enum status status = router_new(arena, modules, ret_router, &problem);

	CHECK(status == STATUS_OK || problem);
	return status;
}

static const struct route sound[] = {
	{METHOD_GET, "/", "-", "", "a", .page = page},
	{METHOD_GET, "/envois", "-", "", "b", .page = page},
	{METHOD_POST, "/envois", "-", "", "c", .action = action},
	{METHOD_GET, "/envois/nouveau", "-", "", "d", .page = page},
	{METHOD_GET, "/envois/:id", "-", "id", "e", .page = page},
	{METHOD_POST, "/envois/:id/visite/:rang", "-", "id rang", "f", .action = action},
	{METHOD_POST, "/envois/nouveau/annuler", "-", "", "g", .action = action},
	{0},
};

TEST(routes_are_found)
{
	static const struct {
		enum method method;
		const char *path, *label;
		unsigned allowed;
	} cases[] = {
		{METHOD_GET, "/", "a", 1},
		{METHOD_GET, "/envois", "b", 3},
		{METHOD_POST, "/envois", "c", 3},
		{METHOD_GET, "/envois/nouveau", "d", 1},
		{METHOD_GET, "/envois/12", "e", 1},
		{METHOD_POST, "/envois/12/visite/3", "f", 2},
		{METHOD_POST, "/envois/nouveau/visite/3", "f", 2},
		{METHOD_POST, "/envois/nouveau/annuler", "g", 2},
		{METHOD_DELETE, "/envois", NULL, 3},
		{METHOD_GET, "/envois/", NULL, 0},
		{METHOD_GET, "//", NULL, 0},
		{METHOD_GET, "/envoi", NULL, 0},
		{METHOD_GET, "/envois/1/visite", NULL, 0},
	};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct router *router;
	struct route_match match;

	REQUIRE(build(arena, sound, &router) == STATUS_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		REQUIRE(router_find(router, cases[i].method, text_of(cases[i].path), arena, &match) == STATUS_OK);
		if (cases[i].label ? !match.route || strcmp(match.route->label, cases[i].label) != 0 : match.route != NULL)
			test_failed(__FILE__, __LINE__, "%s", cases[i].path);
		if (!match.route)
			CHECK_INTEGER(match.allowed, cases[i].allowed);
	}
	REQUIRE(router_find(router, METHOD_POST, TEXT("/envois/a%C3%A9/visite/3"), arena, &match) == STATUS_OK);
	CHECK_INTEGER(match.count, 2);
	CHECK_TEXT(match.values[0], "aé");
	CHECK_TEXT(match.values[1], "3");
	CHECK_TEXT(route_parameter(match.route, 1), "rang");
	CHECK_INTEGER(router_find(router, METHOD_GET, TEXT("/envois/%2e%2e"), arena, &match), STATUS_MALFORMED);
	CHECK_INTEGER(router_find(router, METHOD_GET, TEXT("/envois/a%2Fb"), arena, &match), STATUS_MALFORMED);
	CHECK_INTEGER(router_find(router, METHOD_GET, TEXT("*"), arena, &match), STATUS_MALFORMED);
}

TEST(unsound_routes_are_refused)
{
	static const struct route bad[][3] = {
		{{METHOD_GET, "/a/:x", "-", "", "a", .page = page}, {METHOD_GET, "/a/:y", "-", "", "b", .page = page}},
		{{METHOD_GET, "/a", NULL, "", "a", .page = page}},
		{{METHOD_GET, "/a", "", "", "a", .page = page}},
		{{METHOD_GET, "/a", "-", "", "a", .page = NULL}},
		{{METHOD_GET, "/a", "-", "", "a", .page = page, .action = action}},
		{{METHOD_GET, "/a", "-", "", "a", .action = action}},
		{{METHOD_POST, "/a", "-", "", "a", .page = page}},
		{{METHOD_GET, "a", "-", "", "a", .page = page}},
		{{METHOD_GET, "/a//b", "-", "", "a", .page = page}},
		{{METHOD_GET, "/a", "-", "", NULL, .page = page}},
	};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct router *router;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INTEGER(build(arena, bad[i], &router), STATUS_CONFLICT);
}

/* Among three hundred routes each is found. */
TEST(many_routes_are_each_found)
{
	static struct route routes[301];
	static char paths[300][40];
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22), *scratch = arena_new(1 << 20);
	struct router *many;

	for (int i = 0; i < 300; i++) {
		snprintf(paths[i], sizeof paths[i], "/chose%d/:id/detail", i);
		routes[i] = (struct route){METHOD_GET, paths[i], "-", "id", "x", .page = page};
	}
	REQUIRE(build(arena, routes, &many) == STATUS_OK);
	for (int i = 0; i < 300; i++) {
		struct route_match match;
		char path[40];

		snprintf(path, sizeof path, "/chose%d/5/detail", i);
		CHECK(router_find(many, METHOD_GET, text_of(path), scratch, &match) == STATUS_OK && match.route == &routes[i]);
	}
}
