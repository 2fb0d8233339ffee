/* The module's table of contents and the sealing job. */
#include "base/log.h"
#include "modules/journal/inputs.h"
#include "modules/journal/journal.h"
#include "modules/journal/journal_check.h"
#include "modules/journal/journal_pages.h"

enum { BLOCK_ROWS = 1000, BLOCKS_TOGETHER = 4 };

static const struct permission permissions[] = {
	{"journal.read", TR("Lire et vérifier le journal")},
	{NULL, NULL},
};
static const char *const reader_permissions[] = {"journal.read", NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), reader_permissions},
	{"head_of_office", TR("Chef de bureau"), reader_permissions},
	{"auditor", TR("Auditeur"), reader_permissions},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_GET, "/journal", "journal.read", "entite objet personne du au avant", TR("Journal"),
		.page = journal_list_page, .data = journal_list_data, .shape = &journal_shape, .is_list = true},
	{METHOD_GET, "/journal/verification", "journal.read", "avant", TR("Vérification du journal"),
		.page = journal_verification_page,
		.data = journal_verification_data, .shape = &journal_check_shape, .is_list = true},
	{METHOD_POST, "/journal/verification", "journal.read", "", TR("Demander la vérification du journal"),
		.action = journal_verification_action},
	{.path = NULL},
};
static const struct menu_entry menu[] = {
	{TR("Journal"), "/journal", "journal.read", "book", 90},
	{NULL, NULL, NULL, NULL, 0},
};

static const struct page_help help[] = {
	{"/journal", TR("Chaque changement : qui, quand, quoi, et ce que c'était avant."),
		TR("Filtrez par personne, par chose ou par jour.")},
	{"/journal/verification", TR("La preuve que rien n'a été modifié, ôté ou ajouté au journal scellé."),
		TR("Demandez une vérification, et remettez de temps en temps la tête de la chaîne à un témoin extérieur.")},
	{NULL, NULL, NULL},
};

/* A few blocks per transaction, so that other writers are not kept waiting. */
static enum status seal_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	int total = 0, blocks;

	do {
		struct writer AUTO(writer_rollback) *writer = NULL;

		TRY(writer_begin(database, &writer));
		TRY(journal_seal_some(writer, BLOCK_ROWS, BLOCKS_TOGETHER, &blocks));
		TRY(writer_commit(&writer));
		total += blocks;
	} while (blocks == BLOCKS_TOGETHER);
	*ret_note = arena_format(arena, "%d", total);
	return STATUS_OK;
}

static enum status verify_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	struct journal_proof proof;

	TRY(journal_check_run(database, &proof));
	if (!proof.intact)
		log_event(LOG_ERROR, "journal", "intact", "no", NULL);
	*ret_note = arena_format(arena, "%lld", (long long)proof.rows_checked);
	return STATUS_OK;
}

static const struct job jobs[] = {
	{"journal.verify", TR("Vérifier tout le journal"), 86400, 7200, verify_run},
	{"journal.seal", TR("Sceller le journal"), 60, 600, seal_run},
	{NULL, NULL, 0, 0, NULL},
};

const struct module journal_module = {
	.name = "journal",
	.label = TR("Journal"),
	.requires = "",
	.migrations = "src/modules/journal/migrations",
	.permissions = permissions,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.help = help,
	.inputs = journal_inputs,
};
