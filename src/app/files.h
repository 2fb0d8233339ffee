#ifndef VIGIE_APP_FILES_H
#define VIGIE_APP_FILES_H
/* What the commands that read files share. */
#include "app/command.h"
#include "formats/mapping.h"

/* One message on standard error: file, line, what is wrong, how to mend it. */
void print_file_refusal(const struct invocation *invocation, const char *path, const struct refusal *refusal,
	enum status status);
/* The mapping that --map names, when it names one; complains when it cannot be read. */
enum status command_mapping(const struct invocation *invocation, struct arena *arena,
	const struct mapping **ret_mapping) MUST_CHECK;

#endif
