#ifndef VIGIE_MODULES_IDENTITY_IDENTITY_H
#define VIGIE_MODULES_IDENTITY_IDENTITY_H
/* People, units, rights: signing in, one's own account, users and the tree of units. */
#include "web/module.h"

extern const struct module identity_module;

#endif
