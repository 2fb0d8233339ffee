/* vigie convert: a declaration of any dialect as one that SYDONIA imports. */
#include "app/commands.h"
#include "app/files.h"
#include "formats/sad_writer.h"

#include <stdio.h>

enum { ARENA_LIMIT = 1 << 30, FILE_LIMIT = 1 << 30 };

static int run_convert(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(buffer_release) struct buffer out;
	const char *output = option_value(invocation, "--output");
	struct refusal refusal = {0};
	struct text content;
	struct source source;
	enum status status;

	buffer_init(&out, FILE_LIMIT);
	if (!arena)
		return complain_status(invocation, "convert", STATUS_NO_MEMORY);
	status = file_read(arena, invocation->arguments[0], FILE_LIMIT, &content);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[0], status);
	source = source_of_text(&content);
	status = sad_convert(&source, NULL, &out, &refusal);
	if (status == STATUS_OK)
		status = buffer_status(&out);
	if (status == STATUS_OK && output)
		status = file_write(output, buffer_text(&out));
	if (status != STATUS_OK) {
		print_file_refusal(invocation, invocation->arguments[0], &refusal, status);
		return EXIT_REFUSED;
	}
	if (!output)
		fwrite(out.data, 1, out.size, stdout);
	return EXIT_FINE;
}

static const struct option convert_options[] = {
	{"--output", "FICHIER", TR("écrit dans ce fichier (sinon sur la sortie standard)")},
	{NULL, NULL, NULL},
};
const struct command convert_command = {"convert", "FICHIER.xml",
	TR("écrit une déclaration en XML que SYDONIA sait importer"), convert_options, 1, 1, run_convert};
