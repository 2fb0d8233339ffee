#ifndef VIGIE_HELP_HELP_H
#define VIGIE_HELP_HELP_H
/* Help: what each page is for, a first tour, guides by role, a glossary in four languages. */
#include "web/module.h"

extern const struct module help_module;

#endif
