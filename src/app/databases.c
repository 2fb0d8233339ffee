/* vigie migrate, backup, restore and verify. */
#include "app/commands.h"
#include "base/clock.h"
#include "base/log.h"
#include "domain/journal.h"
#include "modules/journal/journal.h"

#include <stdio.h>

enum { BLOCK_ROWS = 1000 };

static int run_migrate(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;

	if (command_database(invocation, true, &database) != STATUS_OK)
		return EXIT_REFUSED;
	announce(invocation, TR("La base est à jour."), NULL, NULL);
	return EXIT_FINE;
}

static int run_backup(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	enum status status;

	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = database_backup(database, invocation->arguments[0]);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[0], status);
	announce(invocation, TR("Sauvegarde écrite dans %1."), invocation->arguments[0], NULL);
	return EXIT_FINE;
}

static int run_restore(const struct invocation *invocation)
{
	const char *url = option_value(invocation, "--db");
	enum status status;

	if (!url) {
		complain(invocation, TR("dites avec --db où rétablir la sauvegarde : une base neuve"), NULL, NULL);
		return EXIT_USAGE;
	}
	status = database_restore(url, invocation->arguments[0]);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[0], status);
	announce(invocation, TR("Sauvegarde %1 rétablie dans %2."), invocation->arguments[0], url);
	return EXIT_FINE;
}

static int print_proof(const struct invocation *invocation, const struct journal_proof *proof)
{
	AUTO(buffer_release) struct buffer head;
	char rows[24], blocks[24];

	buffer_init(&head, 256);
	hex_print(&head, proof->head, sizeof proof->head);
	snprintf(rows, sizeof rows, "%lld", (long long)proof->rows_checked);
	snprintf(blocks, sizeof blocks, "%lld", (long long)proof->blocks_checked);
	if (!proof->intact) {
		snprintf(rows, sizeof rows, "%lld", (long long)proof->broken_row);
		snprintf(blocks, sizeof blocks, "%lld", (long long)proof->broken_block);
		return complain(invocation, TR("le journal a été altéré : bloc %1, ligne %2"), blocks, rows);
	}
	announce(invocation, TR("Le journal est intact : %1 lignes en %2 blocs."), rows, blocks);
	announce(invocation, TR("Tête de la chaîne : %1"), head.data ? head.data : "", NULL);
	return EXIT_FINE;
}

static int run_verify(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	struct journal_proof proof;
	int64_t start = clock_monotonic();
	enum status status;
	int blocks = 0;

	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = writer_begin(database, &writer);
	if (status == STATUS_OK)
		status = journal_seal(writer, BLOCK_ROWS, &blocks);
	if (status == STATUS_OK)
		status = writer_commit(&writer);
	writer_rollback(&writer);
	if (status == STATUS_OK || status == STATUS_CONFLICT)
		status = reader_begin(database, &reader);
	if (status == STATUS_OK)
		status = journal_verify(reader, &proof);
	reader_release(&reader);
	reader = NULL;
	if (status != STATUS_OK)
		return complain_status(invocation, "verify", status);
	/* A copy of an older version may have no place for it: what was computed is said all the same. */
	if (journal_check_keep(database, &proof, clock_monotonic() - start) != STATUS_OK)
		log_event(LOG_WARNING, "verify", "kept", "no", NULL);
	return print_proof(invocation, &proof);
}

static const struct option options[] = {OPTION_DB, {NULL, NULL, NULL}};
const struct command migrate_command = {"migrate", "", TR("crée la base ou la met à jour"), options, 0, 0, run_migrate};
const struct command backup_command = {"backup", "FICHIER", TR("sauvegarde la base sans l'arrêter"), options, 1, 1, run_backup};
const struct command restore_command = {"restore", "FICHIER", TR("rétablit une sauvegarde dans une base neuve"), options, 1, 1,
	run_restore};
const struct command verify_command = {"verify", "", TR("vérifie que rien n'a été altéré dans le journal"), options, 0, 0,
	run_verify};
