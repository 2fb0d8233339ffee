/* Screening: a million names in memory, the time of a question, recall per kind of noise and precision. Beside it the
 * baseline that spreadsheets and data bases offer: equal after folding case and accents.
 *
 *   ninja -C build/release screening_bench && build/release/screening_bench [names] [threshold] */
#include "engine/name_noise_test.h"

#include <stdlib.h>

static void print(const struct noise_result *result, size_t names, int threshold)
{
	printf("%zu names, threshold %d %%\n", names, threshold / 10);
	printf("  built in            %8.2f s\n", (double)result->build_microseconds / 1e6);
	printf("  memory              %8.1f MB, %.0f bytes a name\n", (double)result->bytes / 1e6,
		(double)result->bytes / (double)names);
	printf("  a question          %8.3f ms on average, %.3f ms the slowest of %lld (bar: under 1 ms)\n",
		(double)result->microseconds / (double)result->queries / 1e3, (double)result->worst / 1e3, result->queries);
	printf("  recall\n");
	for (int kind = 0; kind < NOISE_KINDS; kind++)
		printf("    %-28s %6.1f %% of %d\n", noise_label((enum noise)kind),
			100.0 * result->found[kind] / (result->asked[kind] ? result->asked[kind] : 1), result->asked[kind]);
	printf("  precision           %8.1f %% of the hits are the name that was deformed\n",
		100.0 * result->true_hits / (result->true_hits + result->false_hits ? result->true_hits + result->false_hits : 1));
	printf("  strangers           %8.2f %% of %d give a hit\n",
		100.0 * result->false_alarms / (result->strangers ? result->strangers : 1), result->strangers);
}

int main(int count, char **arguments)
{
	size_t names = count > 1 ? (size_t)strtoul(arguments[1], NULL, 10) : 1000000;
	int threshold = count > 2 ? atoi(arguments[2]) * 10 : 820;
	struct noise_result result;

	if (noise_measure(names, names < 1000 ? names : 1000, 2000, threshold, &result) != STATUS_OK)
		return 1;
	print(&result, names, threshold);
	return 0;
}
