#ifndef VIGIE_TESTS_WALK_H
#define VIGIE_TESTS_WALK_H
/* Walking over all routes of the program with plausible or hostile inputs. */
#include "web/module.h"
#include "web/router.h"

/* A database with a first account, one declaration (1) of one import (1), and whatever else `file` holds. The
 * first account's password goes to ret_password (64 bytes) of walk_password(). */
bool walk_prepare(const char *url, const char *file);
const char *walk_password(void);
/* The route's path with its parameters filled in: with what is there for pages, with what is not for actions; the
 * input called `name` gets `value` instead (encoded); for pages other inputs can follow as a query. */
void walk_path(const struct route *route, const char *name, struct text value, char *path, size_t size);
/* Calls `each` with every input of the route. */
void walk_inputs(const struct route *route, void (*each)(void *context, const struct route *route, const char *name),
	void *context);

#endif
