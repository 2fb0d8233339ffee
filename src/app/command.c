/* What all commands share: the table, options, messages, opening the database. */
#include "app/command.h"

#include "app/commands.h"
#include "app/wiring.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const struct command *const commands[] = {&assess_command, &evaluate_command, &import_command, &map_command, &convert_command,
	&watch_command, &serve_command, &openapi_command, &migrate_command, &first_run_command, &demo_command, &train_command, &model_command,
	&decide_command, &draw_command, &list_command, &screen_command, &prices_command, &replay_command, &simulate_command, &audit_draw_command, &user_command, &token_command, &completion_command, &doctor_command, &verify_command, &backup_command,
	&restore_command, NULL};

const char *option_value(const struct invocation *invocation, const char *name)
{
	for (int i = 0; invocation->command->options[i].name; i++)
		if (strcmp(invocation->command->options[i].name, name) == 0)
			return invocation->values[i];
	return NULL;
}

static void print_line(FILE *where, enum language language, const char *id, const char *first, const char *second)
{
	const struct message message = {id, {text_of(first ? first : ""), text_of(second ? second : ""), TEXT_NONE}};
	AUTO(buffer_release) struct buffer line;

	buffer_init(&line, 65536);
	message_print(&line, language, &message);
	fprintf(where, "%.*s\n", TEXT_FORMAT(buffer_text(&line)));
}

int complain(const struct invocation *invocation, const char *id, const char *first, const char *second)
{
	fputs("vigie: ", stderr);
	print_line(stderr, invocation->language, id, first, second);
	return EXIT_REFUSED;
}

int complain_status(const struct invocation *invocation, const char *what, enum status status)
{
	return complain(invocation, TR("%1 : %2"), what, tr(invocation->language, status_text(status)));
}

void announce(const struct invocation *invocation, const char *id, const char *first, const char *second)
{
	print_line(stdout, invocation->language, id, first, second);
}

static void make_folder(const char *url)
{
	char path[4096];
	char *slash;

	if (strncmp(url, "sqlite:", 7) != 0)
		return;
	snprintf(path, sizeof path, "%s", url + 7);
	slash = strrchr(path, '/');
	if (slash && slash != path) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0)
			return;
	}
}

enum status command_database(const struct invocation *invocation, bool create, struct database **ret_database)
{
	const char *url = option_value(invocation, "--db");
	const struct database_options options = {.durable = true, .create = create};
	struct database *database = NULL;
	enum status status;

	url = url ? url : DEFAULT_DATABASE;
	if (create)
		make_folder(url);
	status = database_open(url, &options, &database);
	if (status == STATUS_OK)
		status = wiring_migrate(database);
	if (status != STATUS_OK) {
		database_close(database);
		complain_status(invocation, url, status);
		return status;
	}
	*ret_database = database;
	return STATUS_OK;
}
