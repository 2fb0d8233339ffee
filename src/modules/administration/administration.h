#ifndef VIGIE_ADMINISTRATION_ADMINISTRATION_H
#define VIGIE_ADMINISTRATION_ADMINISTRATION_H
/* What an administrator looks after: settings, jobs, storage and backups, on one page with its state. */
#include "web/module.h"

extern const struct module administration_module;

#endif
