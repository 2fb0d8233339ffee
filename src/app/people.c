/* vigie user and first-run: the first accounts. */
#include "app/people.h"

#include "app/commands.h"
#include "domain/password.h"
#include "domain/unit.h"
#include "domain/user.h"

#include <stdio.h>
#include <string.h>

/* The root of the tree, made when there is none. */
enum status root_unit(struct writer *writer, const struct actor *actor, struct arena *arena, const char *name,
	int64_t *ret_id)
{
	struct unit unit;
	enum status status = unit_find_code(writer_reader(writer), TEXT("DG"), arena, &unit);

	if (status == STATUS_OK)
		*ret_id = unit.id;
	if (status != STATUS_NOT_FOUND)
		return status;
	return unit_create(writer, actor, 0, TEXT("administration"), TEXT("DG"), text_of(name), ret_id);
}

enum status person_add(struct database *database, const struct person *person, char *ret_password)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("user");
	char hash[PASSWORD_HASH_SIZE], password[PASSWORD_RANDOM_SIZE];
	int64_t id;

	password_random(password);
	TRY(password_hash(text_of(password), hash));
	TRY(writer_begin(database, &writer));
	TRY(user_create(writer, &actor,
		&(struct user_new){.login = text_of(person->login), .name = text_of(person->name),
			.language = person->language, .password_hash = hash, .must_change_password = person->must_change},
		&id));
	TRY(user_grant(writer, &actor, id, person->role, person->unit_id));
	TRY(writer_commit(&writer));
	memcpy(ret_password, password, sizeof password);
	return STATUS_OK;
}

static int run_user(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	const char *role = option_value(invocation, "--role"), *unit_code = option_value(invocation, "--unit");
	const char *name = option_value(invocation, "--name");
	char password[PASSWORD_RANDOM_SIZE];
	struct unit unit;
	enum status status;

	if (strcmp(invocation->arguments[0], "add") != 0)
		return complain(invocation, TR("commande inconnue : %1"), invocation->arguments[0], NULL);
	if (!arena || command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = reader_begin(database, &reader);
	if (status == STATUS_OK)
		status = unit_find_code(reader, text_of(unit_code ? unit_code : "DG"), arena, &unit);
	if (status != STATUS_OK)
		return complain_status(invocation, unit_code ? unit_code : "DG", status);
	status = person_add(database,
		&(struct person){invocation->arguments[1], name ? name : invocation->arguments[1],
			role ? role : "administrator", unit.id, invocation->language, true},
		password);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[1], status);
	announce(invocation, TR("Compte %1 créé. Premier mot de passe, montré cette seule fois : %2"), invocation->arguments[1],
		password);
	return EXIT_FINE;
}

static const struct option user_options[] = {
	OPTION_DB,
	{"--role", "RÔLE", TR("rôle : administrator, head_of_office, analyst, inspector, broker, auditor")},
	{"--unit", "CODE", TR("unité où vaut le rôle (défaut : toute l'administration)")},
	{"--name", "NOM", TR("nom et prénom")},
	{NULL, NULL, NULL},
};
const struct command user_command = {"user", "add LOGIN", TR("crée un compte"), user_options, 2, 2, run_user};
