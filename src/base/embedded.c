/* Looks up a file that the build put in the program. */
#include "base/embedded.h"

#include <string.h>

struct text embedded_find(const char *path)
{
	for (const struct embedded_file *file = embedded_files; file->path; file++)
		if (strcmp(file->path, path) == 0)
			return (struct text){file->start, (size_t)(file->end - file->start)};
	return TEXT_NONE;
}
