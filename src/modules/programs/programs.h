#ifndef VIGIE_MODULES_PROGRAMS_PROGRAMS_H
#define VIGIE_MODULES_PROGRAMS_PROGRAMS_H
/* Programs of partners: their accounts, tokens and webhooks, and the description of what they may ask. */
#include "web/module.h"

extern const struct module programs_module;

#define PROGRAMS_MANAGE "programs.manage"

#endif
