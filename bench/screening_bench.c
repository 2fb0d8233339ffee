/* Screening: a million names in memory, the time of a question, recall per kind of noise and precision. Beside it the
 * baseline that spreadsheets and data bases offer: equal after folding case and accents.
 *
 *   ninja -C build/release screening_bench && build/release/screening_bench [names]
 *
 * Recall and precision are shown for several thresholds, and whole for the default. Times are those of the processor. */
#include "engine/name_noise_test.h"

#include <stdlib.h>

static void print(const struct noise_result *result, size_t names, int threshold)
{
	printf("%zu names, threshold %d %%\n", names, threshold / 10);
	printf("  built in            %8.2f s\n", (double)result->build_microseconds / 1e6);
	printf("  memory              %8.1f MB, %.0f bytes a name\n", (double)result->bytes / 1e6,
		(double)result->bytes / (double)names);
	printf("  a question          %8.3f ms on average, %.3f ms the slowest of %lld, %.2f %% take more than 1 ms\n",
		(double)result->microseconds / (double)result->queries / 1e3, (double)result->worst / 1e3, result->queries,
		100.0 * (double)result->slow / (double)result->queries);
	printf("  recall\n");
	for (int kind = 0; kind < NOISE_KINDS; kind++)
		printf("    %-28s %6.1f %% of %d\n", noise_label((enum noise)kind),
			100.0 * result->found[kind] / (result->asked[kind] ? result->asked[kind] : 1), result->asked[kind]);
	printf("  precision           %8.1f %% of the hits are the name that was deformed\n",
		100.0 * result->true_hits / (result->true_hits + result->false_hits ? result->true_hits + result->false_hits : 1));
	printf("  strangers           %8.2f %% of %d give a hit\n",
		100.0 * result->false_alarms / (result->strangers ? result->strangers : 1), result->strangers);
}

static const int thresholds[] = {760, 780, 800, 820, 840, 860, 880, 900};
enum { THRESHOLDS = sizeof thresholds / sizeof *thresholds, THRESHOLD = 820 };

static double percent(long part, long whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_curve(const struct noise_result *results)
{
	printf("threshold   typing error   two errors   by sound   joined   added   initial   left out   precision   strangers\n");
	for (size_t i = 0; i < THRESHOLDS; i++) {
		static const enum noise shown[] = {NOISE_LETTER, NOISE_TWO_LETTERS, NOISE_SOUND, NOISE_SPACES, NOISE_ADDED,
			NOISE_INITIAL, NOISE_LEFT_OUT};
		const struct noise_result *r = &results[i];

		printf("  %3d %%  ", thresholds[i] / 10);
		for (size_t j = 0; j < sizeof shown / sizeof *shown; j++)
			printf("  %6.1f %%  ", percent(r->found[shown[j]], r->asked[shown[j]]));
		printf("  %6.1f %%     %5.2f %%   %.3f ms, slowest %.3f\n",
			percent(r->true_hits, r->true_hits + r->false_hits), percent(r->false_alarms, r->strangers),
			(double)r->microseconds / (double)r->queries / 1e3, (double)r->worst / 1e3);
	}
}

int main(int count, char **arguments)
{
	size_t names = count > 1 ? (size_t)strtoul(arguments[1], NULL, 10) : 1000000;
	struct noise_result results[THRESHOLDS];

	if (noise_measure_all(names, names < 500 ? names : 500, 2000, thresholds, THRESHOLDS, results) != STATUS_OK)
		return 1;
	print_curve(results);
	for (size_t i = 0; i < THRESHOLDS; i++)
		if (thresholds[i] == THRESHOLD)
			print(&results[i], names, THRESHOLD);
	return 0;
}
