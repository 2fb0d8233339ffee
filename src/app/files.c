/* vigie import and map: files in, and how an extract is read. */
#include "app/files.h"

#include "app/commands.h"
#include "modules/reference/reference.h"
#include "modules/risk/risk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_LIMIT = 1 << 30, FILE_LIMIT = 1 << 30, SAMPLE = 256 << 10 };

/* file:line: what is wrong. How to mend it. */
void print_file_refusal(const struct invocation *invocation, const char *path, const struct refusal *refusal,
	enum status status)
{
	AUTO(buffer_release) struct buffer line;
	enum language language = invocation->language;

	buffer_init(&line, 65536);
	buffer_string(&line, path);
	if (refusal->line)
		buffer_format(&line, ":%lld", (long long)refusal->line);
	buffer_string(&line, ": ");
	if (refusal->message.id)
		message_print(&line, language, &refusal->message);
	else
		buffer_string(&line, tr(language, status_text(status)));
	if (refusal->mend.id) {
		buffer_byte(&line, ' ');
		message_print(&line, language, &refusal->mend);
	}
	fprintf(stderr, "%.*s\n", TEXT_FORMAT(buffer_text(&line)));
}

enum status command_mapping(const struct invocation *invocation, struct arena *arena, const struct mapping **ret_mapping)
{
	const char *path = option_value(invocation, "--map");
	struct refusal refusal = {0};
	struct mapping *mapping;
	struct text text;
	enum status status;

	if (!path)
		return STATUS_OK;
	status = file_read(arena, path, 1 << 20, &text);
	if (status == STATUS_OK)
		status = mapping_read(arena, text, &mapping, &refusal);
	if (status == STATUS_OK)
		*ret_mapping = mapping;
	else
		print_file_refusal(invocation, path, &refusal, status);
	return status;
}

struct bar {
	const char *name;
	int64_t size;
	int64_t started;
};

static void show_progress(void *context, const struct intake_progress *progress)
{
	const struct bar *bar = context;
	int64_t share = bar->size > 0 ? progress->bytes * 100 / bar->size : 0;
	int64_t spent = clock_monotonic() - bar->started;
	char marks[31];

	for (int i = 0; i < 30; i++)
		marks[i] = i * 100 < share * 30 ? '#' : '.';
	marks[30] = '\0';
	fprintf(stderr, "\r%s [%s] %3lld %%  %lld  %lld/s ", bar->name, marks, (long long)share,
		(long long)progress->consignments,
		(long long)(spent > 0 ? progress->consignments * MICROSECONDS / spent : 0));
}

static void print_result(const struct invocation *invocation, const char *path, const struct import_row *row)
{
	enum language l = invocation->language;

	if (text_is(row->state, "refused")) {
		fprintf(stderr, "%s: %.*s\n", path, TEXT_FORMAT(row->refusal));
		return;
	}
	printf("%s: %lld %s, %lld %s, %lld %s, %lld %s, %lld %s\n", path, (long long)row->read_count,
		tr(l, TR("lus")), (long long)row->added_count, tr(l, TR("nouveaux")), (long long)row->amended_count,
		tr(l, TR("rectifiés")), (long long)row->unchanged_count, tr(l, TR("inchangés")),
		(long long)(row->warning_count + row->error_count), tr(l, TR("remarques")));
}

/* Standard input is first laid down in a file, so that it can be measured and taken up again. */
static const char *settle_input(const char *path, char *place, size_t size)
{
	char piece[65536];
	ssize_t count;
	int fd;

	if (strcmp(path, "-") != 0)
		return path;
	snprintf(place, size, "%s", "/tmp/vigie-import-XXXXXX");
	fd = mkstemp(place);
	if (fd < 0)
		return path;
	while ((count = read(STDIN_FILENO, piece, sizeof piece)) > 0)
		if (write(fd, piece, (size_t)count) != count)
			break;
	close(fd);
	return place;
}

static enum status import_one(const struct invocation *invocation, struct intake *intake, const char *path,
	struct import_row *row)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	const char *slash = strrchr(path, '/');
	struct bar bar = {path, 0, clock_monotonic()};
	struct stat information;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	if (stat(path, &information) == 0)
		bar.size = information.st_size;
	if (isatty(STDERR_FILENO)) {
		intake->progress = show_progress;
		intake->context = &bar;
	}
	status = intake_file(intake, path, text_of(slash ? slash + 1 : path), arena, row);
	if (intake->progress)
		fputc('\n', stderr);
	if (status == STATUS_OK || (status == STATUS_INVALID && row->refusal.data))
		print_result(invocation, path, row);
	return status;
}

static int import_files(const struct invocation *invocation, struct intake *intake)
{
	int result = EXIT_FINE;

	for (int i = 0; i < invocation->count; i++) {
		char place[64] = "";
		const char *path = settle_input(invocation->arguments[i], place, sizeof place);
		struct import_row row = {0};
		enum status status = import_one(invocation, intake, path, &row);

		if (*place)
			unlink(place);
		if (status == STATUS_OK)
			continue;
		result = EXIT_REFUSED;
		if (!row.refusal.data)
			complain_status(invocation, invocation->arguments[i], status);
	}
	return result;
}

static int import_reference(const struct invocation *invocation, struct database *database, const struct actor *actor)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(buffer_release) struct buffer report;
	int result = EXIT_FINE;

	buffer_init(&report, 16 << 20);
	if (!arena)
		return complain_status(invocation, "import", STATUS_NO_MEMORY);
	for (int i = 0; i < invocation->count; i++) {
		const struct reference_command command = {option_value(invocation, "--reference"),
			invocation->arguments[i], option_value(invocation, "--map"), DATE_NONE,
			option_value(invocation, "--compare") != NULL};
		enum status status = reference_import(database, actor, &command, arena, &report);

		printf("%.*s", TEXT_FORMAT(buffer_text(&report)));
		buffer_clear(&report);
		if (status != STATUS_OK)
			result = complain_status(invocation, invocation->arguments[i], status);
	}
	return result;
}

static int run_import(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *decider = NULL;
	struct actor actor = actor_system("import");
	struct intake intake = {.actor = &actor};

	actor.language = invocation->language;
	if (!arena)
		return complain_status(invocation, "import", STATUS_NO_MEMORY);
	if (command_database(invocation, true, &database) != STATUS_OK)
		return EXIT_REFUSED;
	if (option_value(invocation, "--reference"))
		return import_reference(invocation, database, &actor);
	if (command_mapping(invocation, arena, &intake.mapping) != STATUS_OK)
		return EXIT_USAGE;
	if (decider_new(database, &decider) != STATUS_OK)
		return complain_status(invocation, "import", STATUS_NO_MEMORY);
	intake.database = database;
	intake.decider = decider;
	return import_files(invocation, &intake);
}

static const struct option import_options[] = {
	OPTION_DB,
	{"--map", "FICHIER", TR("correspondance des colonnes d'un CSV")},
	{"--reference", "LISTE", TR("importe des données de référence : country, currency, hs, tariff, office…")},
	{"--compare", NULL, TR("compare sans rien changer (données de référence)")},
	{NULL, NULL, NULL},
};
const struct command import_command = {"import", "FICHIER…", TR("reçoit des fichiers dans la base et décide des circuits"),
	import_options, 1, -1, run_import};

/* ---- map */

static int run_map(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(buffer_release) struct buffer out;
	struct mapping_proposal proposal;
	struct text text;
	enum status status;

	buffer_init(&out, 1 << 20);
	if (!arena)
		return complain_status(invocation, "map", STATUS_NO_MEMORY);
	status = file_read(arena, invocation->arguments[0], FILE_LIMIT, &text);
	if (status == STATUS_OK)
		status = mapping_propose(arena, text_slice(text, 0, SAMPLE), &proposal);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[0], status);
	mapping_proposal_write(&out, invocation->language, &proposal);
	if (buffer_status(&out) != STATUS_OK)
		return complain_status(invocation, "map", STATUS_NO_MEMORY);
	printf("%.*s", TEXT_FORMAT(buffer_text(&out)));
	return EXIT_FINE;
}

static const struct option no_options[] = {{NULL, NULL, NULL}};
const struct command map_command = {"map", "FICHIER.csv", TR("propose une correspondance pour un extrait CSV"), no_options, 1, 1,
	run_map};
