/* vigie evaluate: how well the model ranks what it has not seen, beside four simpler ways, with intervals. */
#include "app/commands.h"
#include "app/evaluate_print.h"
#include "app/files.h"
#include "base/memory.h"
#include "demo/demo.h"
#include "engine/baseline.h"
#include "engine/history_memory.h"
#include "modules/risk/risk.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE = 64 << 10 };
static const size_t arena_limit = (size_t)4 << 30;

/* The consignments of one file, kept until all are read: their days are not in order in every extract. */
struct dated {
	struct consignment *consignment;
	int64_t day;
	size_t place;
};
struct extract {
	struct arena *arena;
	struct dated *rows;
	size_t count, room, without_outcome;
};

static void extract_release(struct extract *extract)
{
	memory_free(extract->rows);
	arena_free(extract->arena);
}

static enum status keep(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	struct extract *extract = context;
	struct dated *row;

	(void)problems;
	if (extract->count == extract->room) {
		size_t wanted = extract->room ? extract->room * 2 : 4096;
		struct dated *rows = memory_resize(extract->rows, wanted * sizeof *rows);

		if (!rows)
			return STATUS_NO_MEMORY;
		extract->rows = rows;
		extract->room = wanted;
	}
	row = &extract->rows[extract->count];
	*row = (struct dated){ARENA_NEW(extract->arena, struct consignment), consignment_day(consignment, clock_today()),
		extract->count};
	if (!row->consignment)
		return STATUS_NO_MEMORY;
	TRY(consignment_copy(extract->arena, consignment, row->consignment));
	extract->without_outcome += !consignment->outcome.known;
	extract->count++;
	return STATUS_OK;
}

static int by_day(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static bool sample_mapping(struct arena *arena, const char *path, const struct mapping **ret_mapping)
{
	char *bytes = arena_allocate(arena, SAMPLE);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct source source = source_of_descriptor(&fd, path);
	size_t size = 0;
	bool fine = bytes && fd >= 0 && source.read(source.context, bytes, SAMPLE, &size) == STATUS_OK &&
		intake_propose_mapping(arena, (struct text){bytes, size}, ret_mapping) == STATUS_OK;

	if (fd >= 0)
		close(fd);
	return fine;
}

/* Reads a file whole, by day; complains when it cannot be read. */
static enum status read_extract(const struct invocation *invocation, const char *path, const struct mapping *mapping,
	struct extract *extract)
{
	struct reader_options options = {.mapping = mapping};
	struct refusal refusal = {0};
	enum status status = STATUS_NOT_FOUND;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct source source = source_of_descriptor(&fd, path);

	extract->arena = arena_new(arena_limit);
	if (!extract->arena)
		status = STATUS_NO_MEMORY;
	else if (fd >= 0 && (mapping || sample_mapping(extract->arena, path, &options.mapping)))
		status = formats_read(&source, &options, keep, extract, &refusal);
	if (fd >= 0)
		close(fd);
	if (status != STATUS_OK) {
		print_file_refusal(invocation, path, &refusal, status);
		return status;
	}
	if (extract->count)
		qsort(extract->rows, extract->count, sizeof *extract->rows, by_day);
	return STATUS_OK;
}

/* Each consignment sees the past as it stood on its day; only the learning part adds to it. */
static enum status play(const struct extract *extract, enum evaluation_part part, struct history_memory *memory,
	struct evaluation_data *data)
{
	struct history history = history_memory_face(memory);

	for (size_t i = 0; i < extract->count; i++) {
		const struct consignment *c = extract->rows[i].consignment;
		int64_t day = extract->rows[i].day;

		if (c->outcome.known)
			TRY(evaluation_data_add(data, part, c, &history,
				&(struct evaluation_case){day, c->outcome.adverse, NAN, 0}));
		for (size_t j = 0; part == PART_LEARN && j < c->item_count; j++)
			TRY(history_memory_add(memory, c, &c->items[j], c->outcome.known, c->outcome.adverse, day));
	}
	return STATUS_OK;
}

static enum status load_files(const struct invocation *invocation, struct evaluation_data *data)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	const struct mapping *mapping = NULL;
	static const char *const names[] = {"--train", "--test"};

	if (!arena || !memory)
		return STATUS_NO_MEMORY;
	TRY(command_mapping(invocation, arena, &mapping));
	for (int part = PART_LEARN; part <= PART_JUDGE; part++) {
		AUTO(extract_release) struct extract extract = {0};

		TRY(read_extract(invocation, option_value(invocation, names[part]), mapping, &extract));
		TRY(play(&extract, (enum evaluation_part)part, memory, data));
	}
	return STATUS_OK;
}

/* ---- The demonstration: learnt from what was inspected, judged by the truth, which only its process knows. */

struct lesson {
	struct evaluation_data *data;
	struct history_memory *memory;
	int64_t turn; /* what is declared from here on is judged */
};

static enum status learn_event(void *context, const struct demo_event *event)
{
	struct lesson *lesson = context;
	struct history history = history_memory_face(lesson->memory);
	const struct consignment *paper = event->consignment;
	bool is_judged = paper->registered_on >= lesson->turn;
	struct evaluation_case facts = {paper->registered_on, event->found, NAN, 0};

	if (event->kind == DEMO_BILL)
		return STATUS_OK;
	if (event->kind == DEMO_INSPECTION) {
		if (!is_judged)
			TRY(evaluation_data_add(lesson->data, PART_LEARN, paper, &history, &facts));
		for (size_t i = 0; i < paper->item_count; i++)
			TRY(history_memory_judge(lesson->memory, paper, &paper->items[i], event->found, event->date));
		return STATUS_OK;
	}
	facts.adverse = event->fraud != DEMO_HONEST;
	facts.chance = event->chance;
	if (is_judged)
		TRY(evaluation_data_add(lesson->data, PART_JUDGE, paper, &history, &facts));
	for (size_t i = 0; i < paper->item_count; i++)
		TRY(history_memory_add(lesson->memory, paper, &paper->items[i], false, false, event->date));
	return STATUS_OK;
}

static bool read_number(const struct invocation *invocation, const char *name, long long initial, long long *ret_value)
{
	const char *text = option_value(invocation, name);
	char *end;

	*ret_value = text ? strtoll(text, &end, 10) : initial;
	if (!text || (*text && !*end && *ret_value > 0))
		return true;
	complain(invocation, TR("%1 attend un nombre entier positif, pas « %2 »"), name, text);
	return false;
}

static enum status load_demo(const struct invocation *invocation, struct evaluation_data *data)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct demo_options options = {.from = date_from(2024, 1, 1), .years = 2};
	struct lesson lesson = {data, memory, date_from(2025, 7, 1)};
	long long seed, declarations;

	if (!memory)
		return STATUS_NO_MEMORY;
	if (!read_number(invocation, "--seed", 1, &seed) ||
		!read_number(invocation, "--declarations", 60000, &declarations))
		return STATUS_MALFORMED;
	options.seed = (uint64_t)seed;
	options.declarations = declarations;
	return demo_generate(&options, learn_event, &lesson);
}

/* ---- Judging */


struct trial {
	const struct evaluation_data *data;
	double *scores, *probabilities;
	struct judged *rows;
};

static void trial_release(struct trial *trial)
{
	memory_free(trial->scores);
	memory_free(trial->probabilities);
	memory_free(trial->rows);
}

static enum status judge(const struct trial *trial, const double *scores, const double *probabilities,
	struct evaluation_pair *ret_pair)
{
	size_t count = evaluation_data_consignments(trial->data, PART_JUDGE);

	evaluation_data_judge(trial->data, scores, probabilities, trial->rows);
	TRY(evaluation_make(trial->rows, count, false, 1, &ret_pair->all));
	return evaluation_make(trial->rows, count, true, 1, &ret_pair->never_seen);
}

static enum status judge_all(const struct trial *trial, struct evaluation_report *report, struct message *ret_problem)
{
	size_t count = evaluation_data_consignments(trial->data, PART_JUDGE);

	TRY(model_on_trial(trial->data, NULL, trial->scores, ret_problem));
	TRY(judge(trial, trial->scores, trial->scores, &report->model));
	calibration_make(trial->rows, count, report->bands);
	for (size_t i = 0; baselines[i].code; i++) {
		struct evaluation_pair *pair = &report->baselines[report->baseline_count];

		TRY(baselines[i].score(trial->data, trial->scores, trial->probabilities));
		TRY(judge(trial, trial->scores, trial->probabilities, pair));
		pair->code = baselines[i].code;
		pair->label = baselines[i].label;
		report->baseline_count++;
	}
	if (evaluation_data_has_chances(trial->data)) {
		struct evaluation_pair *pair = &report->baselines[report->baseline_count++];

		TRY(judge(trial, NULL, NULL, pair));
		pair->code = "best_possible";
		pair->label = TR("Le mieux que l'on puisse faire");
	}
	return STATUS_OK;
}

static enum status evaluate(const struct evaluation_data *data, struct evaluation_report *report,
	struct message *ret_problem)
{
	size_t items = evaluation_data_items(data, PART_JUDGE) + 1;
	AUTO(trial_release) struct trial trial = {.data = data};

	if (!evaluation_data_consignments(data, PART_JUDGE)) {
		*ret_problem = (struct message){.id = TR("Aucun envoi à juger n'a de résultat connu.")};
		return STATUS_INVALID;
	}
	trial.scores = memory_allocate(items * sizeof *trial.scores);
	trial.probabilities = memory_allocate(items * sizeof *trial.probabilities);
	trial.rows = memory_allocate(items * sizeof *trial.rows);
	if (!trial.scores || !trial.probabilities || !trial.rows)
		return STATUS_NO_MEMORY;
	report->learnt = evaluation_data_items(data, PART_LEARN);
	return judge_all(&trial, report, ret_problem);
}

static int run_evaluate(const struct invocation *invocation)
{
	AUTO(evaluation_data_release) struct evaluation_data *data = evaluation_data_new();
	bool demo = option_value(invocation, "--demo") != NULL;
	struct evaluation_report report = {.baseline_count = 0};
	struct message problem = {0};
	enum status status;

	if (!demo && (!option_value(invocation, "--train") || !option_value(invocation, "--test"))) {
		complain(invocation, TR("dites --train FICHIER et --test FICHIER, ou --demo"), NULL, NULL);
		return EXIT_USAGE;
	}
	if (!data)
		return complain_status(invocation, "evaluate", STATUS_NO_MEMORY);
	status = demo ? load_demo(invocation, data) : load_files(invocation, data);
	if (status == STATUS_MALFORMED && demo)
		return EXIT_USAGE;
	if (status != STATUS_OK)
		return complain_status(invocation, "evaluate", status);
	status = evaluate(data, &report, &problem);
	if (status != STATUS_OK && problem.id)
		return complain(invocation, problem.id, NULL, NULL);
	if (status != STATUS_OK)
		return complain_status(invocation, "evaluate", status);
	if (option_value(invocation, "--json"))
		return evaluation_print_json(&report) == STATUS_OK ? EXIT_FINE : EXIT_REFUSED;
	evaluation_print_text(&report, invocation->language);
	return EXIT_FINE;
}

static const struct option options[] = {
	{"--map", "FICHIER", TR("correspondance des colonnes d'un CSV")},
	{"--train", "FICHIER", TR("le passé dont on apprend")},
	{"--test", "FICHIER", TR("ce qui est venu après, pour juger")},
	{"--json", NULL, TR("en JSON, chaque chiffre avec son intervalle à 95 %")},
	{"--demo", NULL, TR("sur le trafic inventé, dont le mieux possible est connu")},
	{"--declarations", "N", TR("avec --demo : nombre de déclarations (défaut : 60000)")},
	{"--seed", "N", TR("avec --demo : graine (défaut : 1)")},
	{NULL, NULL, NULL},
};
const struct command evaluate_command = {"evaluate", "--train A --test B | --demo",
	TR("mesure ce que vaut le modèle, à côté de méthodes plus simples"), options, 0, 0, run_evaluate};
