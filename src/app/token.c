/* vigie token: an account and a token for a program, at the prompt. */
#include "app/commands.h"
#include "base/clock.h"
#include "domain/program.h"
#include "domain/unit.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEFAULT_DAYS = 365, DEFAULT_PER_MINUTE = 600 };

/* The whole number of an option, or what it is without; false: no number between 1 and `most`. */
static bool number_option(const struct invocation *invocation, const char *name, int64_t most, int64_t *ret_value)
{
	const char *text = option_value(invocation, name);
	char *end = NULL;

	if (!text)
		return true;
	*ret_value = strtoll(text, &end, 10);
	return end != text && !*end && *ret_value >= 1 && *ret_value <= most;
}

struct wish {
	int64_t days, per_minute;
};

/* The account is made when there is none of that name; a role is given when one is named. */
static enum status prepare_account(struct writer *writer, const struct actor *actor, const struct invocation *invocation,
	const struct wish *wish, struct arena *arena, int64_t *ret_user_id)
{
	const char *role = option_value(invocation, "--role"), *unit_code = option_value(invocation, "--unit");
	struct text login = text_of(invocation->arguments[0]);
	const struct program program = {.login = login, .name = login, .per_minute = wish->per_minute};
	struct user user;
	struct unit unit;
	enum status status = user_find_login(writer_reader(writer), login, arena, &user);

	if (status == STATUS_OK) {
		*ret_user_id = user.id;
		if (option_value(invocation, "--rate"))
			TRY(program_set_rate(writer, actor, user.id, wish->per_minute));
	} else if (status == STATUS_NOT_FOUND) {
		TRY(program_create(writer, actor, &program, ret_user_id));
	} else {
		return status;
	}
	if (!role)
		return STATUS_OK;
	TRY(unit_find_code(writer_reader(writer), text_of(unit_code ? unit_code : "DG"), arena, &unit));
	return user_grant(writer, actor, *ret_user_id, role, unit.id);
}

static enum status give_token(struct database *database, const struct invocation *invocation, const struct wish *wish,
	char ret_token[PROGRAM_TOKEN_ROOM])
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("token");
	int64_t id;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(prepare_account(writer, &actor, invocation, wish, arena, &id));
	TRY(program_token_add(writer, &actor, id, wish->days, clock_now(), ret_token));
	return writer_commit(&writer);
}

static int run_token(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	struct wish wish = {DEFAULT_DAYS, DEFAULT_PER_MINUTE};
	char token[PROGRAM_TOKEN_ROOM];
	enum status status;

	if (!number_option(invocation, "--rate", PROGRAM_PER_MINUTE, &wish.per_minute))
		return complain(invocation, TR("%1 attend un nombre entier entre 1 et %2."), "--rate", "1 000 000");
	if (!number_option(invocation, "--days", PROGRAM_TOKEN_DAYS, &wish.days))
		return complain(invocation, TR("%1 attend un nombre entier entre 1 et %2."), "--days", "1 100");
	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = give_token(database, invocation, &wish, token);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[0], status);
	printf("%s\n", token);
	return EXIT_FINE;
}

static const struct option options[] = {
	OPTION_DB,
	{"--role", "RÔLE", TR("rôle : administrator, head_of_office, analyst, inspector, broker, auditor")},
	{"--unit", "CODE", TR("unité où vaut le rôle (défaut : toute l'administration)")},
	{"--days", "N", TR("jours pendant lesquels le jeton est valable (défaut : 365)")},
	{"--rate", "N", TR("demandes par minute, de 1 à 1 000 000 (défaut : 600)")},
	{NULL, NULL, NULL},
};
const struct command token_command = {"token", "LOGIN", TR("donne un jeton à un programme, dont le compte est créé au besoin"),
	options, 1, 1, run_token};
