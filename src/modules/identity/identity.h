#ifndef VIGIE_MODULES_IDENTITY_IDENTITY_H
#define VIGIE_MODULES_IDENTITY_IDENTITY_H
/* People, units, rights: signing in, one's own account, users and the tree of units. */
#include "domain/password.h"
#include "web/module.h"

extern const struct module identity_module;

/* On a database without any user: makes the root unit (when there is none) and an administrator with a random
 * first password, which is to be shown once. *ret_created is false, and the password untouched, when there are
 * users already. The roles must be installed (roles_install()). */
enum status identity_setup(struct database *database, const char *administration, const char *login,
	char ret_password[PASSWORD_RANDOM_SIZE], bool *ret_created) MUST_CHECK;

#endif
