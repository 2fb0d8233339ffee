/* vigie assess: reads files and prints lane, score and reasons, with or without a database. */
#include "app/assess_print.h"
#include "app/commands.h"
#include "app/files.h"
#include "modules/risk/risk.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_LIMIT = 1 << 30, SAMPLE = 64 << 10 };

struct assessing {
	const struct invocation *invocation;
	struct decider *decider; /* NULL: no database */
	struct policy *policy; /* the starter policy, without database */
	const struct mapping *mapping;
	struct arena *arena; /* of the whole run */
	struct arena *one; /* of one consignment */
	struct printer printer;
	const char *file;
	struct reading reading;
	enum status failure;
};

static enum status decide(struct assessing *a, const struct consignment *consignment, struct decision *ret_decision)
{
	const struct decision_inputs inputs = {
		.gate = consignment->stage == STAGE_MANIFEST ? GATE_MANIFEST : GATE_DECLARATION,
		.policy = a->policy,
		.today = clock_today()};

	if (a->decider)
		return decider_assess(a->decider, consignment, a->one, ret_decision);
	return decision_make(&inputs, consignment, a->one, ret_decision);
}

static enum status assess_one(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	struct assessing *a = context;
	struct decision decision;
	enum status status;

	arena_reset(a->one);
	status = decide(a, consignment, &decision);
	if (status == STATUS_OK)
		status = print_assessment(&a->printer,
			&(struct assessment){a->file, format_code(a->reading.format), consignment, &decision, problems});
	a->failure = status;
	return status;
}

/* The mapping for a CSV that comes without one is proposed from its first bytes; those are then read first. */
struct ahead {
	struct text rest;
	int fd;
};

static enum status read_ahead(void *context, char *bytes, size_t size, size_t *ret_read)
{
	struct ahead *ahead = context;
	struct source source = ahead->rest.size ? source_of_text(&ahead->rest)
						: source_of_descriptor(&ahead->fd, "");

	return source.read(source.context, bytes, size, ret_read);
}

static enum status fill_sample(int fd, char *sample, size_t *ret_size)
{
	struct source source = source_of_descriptor(&fd, "");
	size_t size = 0, count = 0;

	do {
		TRY(source.read(source.context, sample + size, SAMPLE - size, &count));
		size += count;
	} while (count && size < SAMPLE);
	*ret_size = size;
	return STATUS_OK;
}

static enum status assess_descriptor(struct assessing *a, int fd, struct refusal *refusal)
{
	char *sample = arena_allocate(a->arena, SAMPLE);
	struct ahead ahead = {.fd = fd};
	struct source source = {read_ahead, &ahead, a->file};
	struct reader_options options = {.mapping = a->mapping, .reading = &a->reading};
	size_t size;

	if (!sample)
		return STATUS_NO_MEMORY;
	TRY(fill_sample(fd, sample, &size));
	ahead.rest = (struct text){sample, size};
	if (!options.mapping)
		TRY(intake_propose_mapping(a->arena, ahead.rest, &options.mapping));
	a->reading = (struct reading){.problems = {.arena = a->arena}};
	return formats_read(&source, &options, assess_one, a, refusal);
}

static bool assess_file(struct assessing *a, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct refusal refusal = {0};
	enum status status;

	a->file = path;
	if (fd < 0) {
		complain_status(a->invocation, path, STATUS_NOT_FOUND);
		return false;
	}
	status = assess_descriptor(a, fd, &refusal);
	if (!standard)
		close(fd);
	print_whole_file(&a->printer, path, &a->reading.problems);
	if (status != STATUS_OK)
		print_file_refusal(a->invocation, path, &refusal, status);
	return status == STATUS_OK;
}

static int assess_all(struct assessing *a)
{
	bool all_read = true;

	if (command_mapping(a->invocation, a->arena, &a->mapping) != STATUS_OK)
		return EXIT_USAGE;
	print_begin(&a->printer);
	for (int i = 0; i < a->invocation->count; i++)
		all_read = assess_file(a, a->invocation->arguments[i]) && all_read;
	print_end(&a->printer);
	return all_read ? EXIT_FINE : EXIT_REFUSED;
}

static enum status prepare(struct assessing *a, struct database **ret_database)
{
	struct problem_list problems = {.arena = a->arena};

	if (!option_value(a->invocation, "--db"))
		return risk_starter_policy(a->arena, &a->policy, &problems);
	TRY(command_database(a->invocation, false, ret_database));
	return decider_new(*ret_database, &a->decider);
}

static enum print_form choose_form(const struct invocation *invocation)
{
	if (option_value(invocation, "--json"))
		return PRINT_JSON;
	if (option_value(invocation, "--csv"))
		return PRINT_CSV;
	return PRINT_TABLE;
}

static int run_assess(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(arena_release) struct arena *one = arena_new(ARENA_LIMIT);
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *none = NULL;
	struct assessing a = {.invocation = invocation, .arena = arena, .one = one};
	enum status status;
	int result;

	if (!arena || !one)
		return complain_status(invocation, "assess", STATUS_NO_MEMORY);
	status = prepare(&a, &database);
	if (status != STATUS_OK)
		return complain_status(invocation, "assess", status);
	none = a.decider;
	printer_init(&a.printer, choose_form(invocation), invocation->language);
	result = assess_all(&a);
	printer_release(&a.printer);
	policy_free(a.policy);
	return result;
}

static const struct option options[] = {
	{"--table", NULL, TR("un tableau (défaut)")},
	{"--json", NULL, TR("un objet JSON par ligne")},
	{"--csv", NULL, TR("une ligne CSV par envoi")},
	{"--map", "FICHIER", TR("correspondance des colonnes d'un CSV")},
	{"--db", "URL", TR("politique, modèle et historique de cette base (sinon la politique de départ)")},
	{NULL, NULL, NULL},
};
const struct command assess_command = {"assess", "FICHIER…", TR("lit des fichiers et dit quels envois contrôler, et pourquoi"),
	options, 1, -1, run_assess};
