/* vigie openapi: the description of the interface for programs. */
#include "app/commands.h"
#include "app/wiring.h"
#include "web/openapi.h"

#include <stdio.h>

static int run_openapi(const struct invocation *invocation)
{
	AUTO(buffer_release) struct buffer out = {0};
	enum status status;

	buffer_init(&out, 64 << 20);
	status = openapi_print(modules, invocation->language, &out);
	if (status != STATUS_OK)
		return complain_status(invocation, "openapi", status);
	printf("%.*s\n", TEXT_FORMAT(buffer_text(&out)));
	return EXIT_FINE;
}

static const struct option options[] = {{NULL, NULL, NULL}};
const struct command openapi_command = {"openapi", "", TR("décrit l'interface pour programmes (OpenAPI 3.1)"), options, 0, 0,
	run_openapi};
