#ifndef VIGIE_MODULES_JOURNAL_JOURNAL_H
#define VIGIE_MODULES_JOURNAL_JOURNAL_H
/* The page of the journal, its verification in plain words, and the job that seals it. */
#include "modules/journal/journal_check.h"
#include "web/module.h"
#include "web/page.h"

extern const struct module journal_module;

/* "consignment.imported" → its label in the modules' tables (the name of a transition counts too), or NULL. */
const char *journal_action_label(const struct module *const *modules, struct text entity, struct text action);
/* "consignment" → the label of the row with just that code in the modules' journal_actions, or NULL. */
const char *journal_entity_label(const struct module *const *modules, struct text entity);
/* Who did it: a person's name, or "Vigie · " and the label of the job of that name. */
void journal_actor(struct html *p, const struct module *const *modules, struct text name);
/* Details of a row as "field : before → after" lines; what is not of that form is shown as it is. */
void journal_details(struct html *p, struct text details);
/* The history of one thing as a table, newest first; for any module's page. Rows at most `limit`. */
enum status journal_history_table(struct request *rq, struct html *p, struct reader *db, const char *entity,
	int64_t entity_id, int64_t limit) MUST_CHECK;

#endif
