#ifndef VIGIE_APP_WIRING_H
#define VIGIE_APP_WIRING_H
/* Where all modules meet: their tables joined, and handed to the layers that need them. */
#include "web/module.h"

#define VIGIE_VERSION "0.1.0"
#define DEFAULT_DATABASE "sqlite:data/vigie.db"

extern const struct module *const modules[]; /* in their order of dependence; ended by NULL */

/* Once at start: subscriptions, sections of pages. */
void wiring_start(void);
/* Migrations of all layers and modules, then the rows that the program ships (roles, starter policy…). */
enum status wiring_migrate(struct database *database) MUST_CHECK;

#endif
