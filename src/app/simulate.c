/* vigie simulate: what exploring costs and brings, over years of the demonstration. */
#include "app/commands.h"
#include "base/json.h"
#include "base/number.h"
#include "modules/rehearsal/simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEEDS = 20 };

static const int64_t usual_ways[] = {0, 50000, 100000, 200000, 350000, 1000000};

/* Over the seeds. */
struct sums {
	struct simulation runs[SEEDS];
	int count;
};

static int64_t total(const int64_t *parts, size_t from, size_t until)
{
	int64_t sum = 0;

	for (size_t i = from; i < until && i < SIMULATION_PARTS; i++)
		sum += parts[i];
	return sum;
}

static void show_progress(void *context, int week, int weeks)
{
	(void)context;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%d / %d ", week, weeks);
}

static bool read_number(const struct invocation *invocation, const char *name, long long initial, long long most,
	long long *ret_value)
{
	const char *text = option_value(invocation, name);
	char *end;

	*ret_value = initial;
	if (!text)
		return true;
	*ret_value = strtoll(text, &end, 10);
	if (*text && !*end && *ret_value > 0 && *ret_value <= most)
		return true;
	complain(invocation, TR("%1 attend un nombre entier positif, pas « %2 »"), name, text);
	return false;
}

/* "0,5,10,100": per cent. */
static bool read_ways(const char *text, struct simulation_options *options)
{
	struct text rest = text_of(text);

	if (!text) {
		memcpy(options->exploration, usual_ways, sizeof usual_ways);
		options->way_count = sizeof usual_ways / sizeof *usual_ways;
		return true;
	}
	while (rest.data) {
		int64_t share;

		if (options->way_count == SIMULATION_WAYS || number_read(text_cut(&rest, ','), &share) != STATUS_OK ||
		    share < 0 || share > 100 * NUMBER_ONE)
			return false;
		options->exploration[options->way_count++] = share / 100;
	}
	return options->way_count > 0;
}

static void print_way(const struct sums *sums, const struct simulation_options *options, size_t way)
{
	int64_t controlled = 0, found = 0, recovered = 0, explored = 0, explored_found = 0;
	size_t years = (size_t)options->years;

	for (int run = 0; run < sums->count; run++) {
		const struct simulation_way *row = &sums->runs[run].ways[way];

		controlled += total(row->controlled, 0, SIMULATION_PARTS);
		found += total(row->found, 0, SIMULATION_PARTS);
		recovered += total(row->recovered, 0, SIMULATION_PARTS) / NUMBER_ONE / sums->count;
		explored += row->explored;
		explored_found += row->explored_found;
	}
	printf("%9.1f %%", (double)options->exploration[way] / 1e4);
	for (size_t year = 0; year < years; year++) {
		int64_t of_year = 0;

		for (int run = 0; run < sums->count; run++)
			of_year += total(sums->runs[run].ways[way].found, 4 * year, year + 1 == years ? SIMULATION_PARTS : 4 * year + 4);
		printf(" %9.1f", (double)of_year / sums->count);
	}
	printf(" %9.1f %8.1f %% %8.1f %% %14lld\n", (double)found / sums->count,
		100.0 * (double)found / (double)(controlled ? controlled : 1),
		100.0 * (double)explored_found / (double)(explored ? explored : 1), (long long)recovered);
}

static void print_table(const struct invocation *invocation, const struct sums *sums, const struct simulation_options *options)
{
	enum language l = invocation->language;
	int64_t frauds = 0, declarations = 0;

	for (int run = 0; run < sums->count; run++) {
		frauds += total(sums->runs[run].frauds, 0, SIMULATION_PARTS);
		declarations += total(sums->runs[run].declarations, 0, SIMULATION_PARTS);
	}
	printf("%s : %lld ; %s : %.1f ; %s : %d\n", tr(l, TR("Déclarations")), (long long)(declarations / sums->count),
		tr(l, TR("fraudes qu'il y avait")), (double)frauds / sums->count, tr(l, TR("graines")), sums->count);
	printf("%11s", tr(l, TR("au hasard")));
	for (int year = 1; year <= options->years; year++)
		printf(" %s %2d", tr(l, TR("année")), year);
	printf(" %9s %10s %10s %14s\n", tr(l, TR("en tout")), tr(l, TR("réussite")), tr(l, TR("du hasard")),
		tr(l, TR("droits")));
	for (size_t way = 0; way < options->way_count; way++)
		print_way(sums, options, way);
}

static void put_parts(struct json_writer *json, const char *key, const int64_t *parts, size_t count)
{
	put_key(json, key);
	put_array(json);
	for (size_t i = 0; i < count; i++)
		put_int(json, parts[i]);
	put_array_end(json);
}

static void put_run(struct json_writer *json, const struct simulation *run, const struct simulation_options *options)
{
	put_object(json);
	put_parts(json, "declarations", run->declarations, run->part_count);
	put_parts(json, "frauds", run->frauds, run->part_count);
	put_key(json, "ways");
	put_array(json);
	for (size_t way = 0; way < options->way_count; way++) {
		put_object(json);
		put_key(json, "exploration");
		put_micro(json, options->exploration[way]);
		put_parts(json, "controlled", run->ways[way].controlled, run->part_count);
		put_parts(json, "found", run->ways[way].found, run->part_count);
		put_parts(json, "recovered", run->ways[way].recovered, run->part_count);
		put_key(json, "explored");
		put_int(json, run->ways[way].explored);
		put_key(json, "explored_found");
		put_int(json, run->ways[way].explored_found);
		put_key(json, "models");
		put_int(json, run->ways[way].learned);
		put_object_end(json);
	}
	put_array_end(json);
	put_object_end(json);
}

static int print_json(const struct sums *sums, const struct simulation_options *options)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct json_writer json;

	buffer_init(&out, 16 << 20);
	put_begin(&json, &out);
	put_array(&json);
	for (int run = 0; run < sums->count; run++)
		put_run(&json, &sums->runs[run], options);
	put_array_end(&json);
	printf("%.*s\n", TEXT_FORMAT(buffer_text(&out)));
	return EXIT_FINE;
}

static int run_simulate(const struct invocation *invocation)
{
	static struct sums sums;
	struct simulation_options options = {.first_weeks = 8, .progress = show_progress};
	long long seed, seeds, declarations, years, capacity, every;

	if (!read_number(invocation, "--seed", 1, 1000000, &seed) || !read_number(invocation, "--seeds", 3, SEEDS, &seeds) ||
	    !read_number(invocation, "--declarations", 24000, 10000000, &declarations) ||
	    !read_number(invocation, "--years", 3, 9, &years) || !read_number(invocation, "--capacity", 10, 100, &capacity) ||
	    !read_number(invocation, "--learn-every", 4, 520, &every))
		return EXIT_USAGE;
	if (!read_ways(option_value(invocation, "--exploration"), &options)) {
		complain(invocation, TR("--exploration attend des pourcentages : 0,5,10,100"), NULL, NULL);
		return EXIT_USAGE;
	}
	options.declarations = declarations;
	options.years = (int)years;
	options.capacity = capacity * 10000;
	options.learn_every = (int)every;
	sums.count = 0;
	for (long long i = 0; i < seeds; i++) {
		enum status status;

		options.seed = (uint64_t)(seed + i);
		status = simulate(&options, &sums.runs[sums.count]);
		if (status != STATUS_OK)
			return complain_status(invocation, "simulate", status);
		sums.count++;
	}
	if (option_value(invocation, "--json"))
		return print_json(&sums, &options);
	print_table(invocation, &sums, &options);
	return EXIT_FINE;
}

static const struct option options_rows[] = {
	{"--exploration", "0,5,…", TR("parts des contrôles tirées au hasard, en % (défaut : 0,5,10,20,35,100)")},
	{"--declarations", "N", TR("nombre de déclarations (défaut : 24000)")},
	{"--years", "N", TR("années jouées (défaut : 3)")},
	{"--capacity", "N", TR("part des déclarations qu'on peut contrôler, en % (défaut : 10)")},
	{"--learn-every", "N", TR("semaines entre deux modèles (défaut : 4)")},
	{"--seed", "N", TR("première graine (défaut : 1)")},
	{"--seeds", "N", TR("nombre de graines (défaut : 3)")},
	{"--json", NULL, TR("tout le résultat en JSON")},
	{NULL, NULL, NULL},
};
const struct command simulate_command = {"simulate", "",
	TR("joue des années de contrôles et d'apprentissage, avec plus ou moins de hasard"), options_rows, 0, 0, run_simulate};
