/* The main of a fuzz target built without clang: gives it every sample of the folders named, as tests. */
#include "base/arena.h"
#include "base/file.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SAMPLE_LIMIT = 64 << 20 };

static int replay(const char *folder, int *samples)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	int failed = 0;

	if (!directory) {
		fprintf(stderr, "%s: cannot be opened\n", folder);
		return 1;
	}
	while ((entry = readdir(directory)) != NULL) {
		struct arena *arena = arena_new(2 * (size_t)SAMPLE_LIMIT);
		struct text content;
		char path[4096];

		if (entry->d_name[0] != '.' && arena) {
			snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
			if (file_read(arena, path, SAMPLE_LIMIT, &content) != STATUS_OK) {
				fprintf(stderr, "%s: cannot be read\n", path);
				failed = 1;
			} else {
				LLVMFuzzerTestOneInput((const uint8_t *)content.data, content.size);
				(*samples)++;
			}
		}
		arena_free(arena);
	}
	closedir(directory);
	return failed;
}

int main(int count, char **arguments)
{
	int failed = 0, samples = 0;

	for (int i = 1; i < count; i++)
		failed |= replay(arguments[i], &samples);
	printf("%d samples replayed\n", samples);
	return failed || samples == 0;
}
