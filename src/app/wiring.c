/* Where all modules meet. */
#include "app/wiring.h"

#include "base/memory.h"
#include "domain/user.h"
#include "modules/administration/administration.h"
#include "modules/declarations/declarations.h"
#include "modules/help/help.h"
#include "modules/home/home.h"
#include "modules/identity/identity.h"
#include "modules/inspections/inspections.h"
#include "modules/rehearsal/rehearsal.h"
#include "modules/journal/journal.h"
#include "modules/notifications/notifications.h"
#include "modules/programs/programs.h"
#include "modules/reference/reference.h"
#include "modules/models/models.h"
#include "modules/prices/prices.h"
#include "modules/risk/risk.h"
#include "modules/screening/screening.h"

const struct module *const modules[] = {
#define MODULE(name) &name##_module,
#include "app/modules.def"
#undef MODULE
	NULL};

enum { TABLES = 64 };

static const struct consignment_section *const sections[] = {&risk_section, &prices_section, &models_section, &inspections_section};

/* Subscriptions of all modules, joined; the last row stays zero. */
static struct subscription subscriptions[TABLES * 4];

/* The national permissions of all modules; the last row stays NULL. */
static const char *national[TABLES];

static void join_national(void)
{
	size_t count = 0;

	for (const struct module *const *module = modules; *module; module++)
		for (const char *const *code = (*module)->national; code && *code; code++)
			if (count < TABLES - 1)
				national[count++] = *code;
	rights_national_set(national);
}

void wiring_start(void)
{
	size_t count = 0;

	for (const struct module *const *module = modules; *module; module++)
		for (const struct subscription *row = (*module)->subscriptions; row && row->event; row++)
			if (count < TABLES * 4 - 1)
				subscriptions[count++] = *row;
	event_subscribe(subscriptions);
	join_national();
	consignment_sections_set(sections, sizeof sections / sizeof *sections);
}

static enum status install(struct database *database)
{
	const struct role *tables[TABLES];
	const struct actor system = actor_system("migrate");
	AUTO(writer_rollback) struct writer *writer = NULL;
	size_t count = 0;

	for (const struct module *const *module = modules; *module; module++)
		if ((*module)->roles && count < TABLES)
			tables[count++] = (*module)->roles;
	TRY(writer_begin(database, &writer));
	TRY(roles_install(writer, tables, count));
	TRY(risk_install(writer, &system));
	return writer_commit(&writer);
}

enum status wiring_migrate(struct database *database)
{
	const char *folders[TABLES + 2] = {"src/domain/migrations", "src/app/migrations"};
	size_t count = 2;
	int applied = 0;

	for (const struct module *const *module = modules; *module; module++)
		if ((*module)->migrations && count < TABLES)
			folders[count++] = (*module)->migrations;
	TRY(database_migrate(database, folders, &applied));
	return install(database);
}
