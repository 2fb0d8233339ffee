/* vigie train, decide and list: the risk engine at a prompt. */
#include "app/commands.h"
#include "modules/risk/risk_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_LIMIT = 1 << 30 };

static bool read_id(const struct invocation *invocation, const char *text, int64_t *ret_id)
{
	char *end;

	*ret_id = text ? strtoll(text, &end, 10) : 0;
	if (text && *text && !*end && *ret_id > 0)
		return true;
	complain(invocation, TR("un numéro est attendu, pas « %1 »"), text ? text : "", NULL);
	return false;
}

static void print_quality(const struct invocation *invocation, int64_t id, const struct model_quality *q)
{
	enum language l = invocation->language;

	printf("%s %lld\n", tr(l, TR("modèle n°")), (long long)id);
	printf("  %-28s %lld\n", tr(l, TR("appris sur")), (long long)q->trained_on);
	printf("  %-28s %lld\n", tr(l, TR("mesuré sur")), (long long)q->measured_on);
	printf("  %-28s %.4f\n", "AUC", q->auc);
	printf("  %-28s %.4f\n", tr(l, TR("précision moyenne")), q->average_precision);
	printf("  %-28s %.4f\n", tr(l, TR("précision à 5 %")), q->precision_at_5);
	printf("  %-28s %.4f\n", tr(l, TR("précision à 10 %")), q->precision_at_10);
}

static int run_train(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(buffer_release) struct buffer text;
	const struct actor actor = actor_system("train");
	struct model_quality quality;
	struct message problem = {0};
	enum status status;
	int64_t id;

	buffer_init(&text, 65536);
	if (!arena || command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = risk_train(database, &actor, 1, arena, &id, &quality, &problem);
	if (status != STATUS_OK && problem.id) {
		message_print(&text, invocation->language, &problem);
		return complain(invocation, "%1", text.data ? text.data : "", NULL);
	}
	if (status != STATUS_OK)
		return complain_status(invocation, "train", status);
	print_quality(invocation, id, &quality);
	announce(invocation, TR("Le modèle est arrêté : une autre personne l'approuve à la page Modèles, puis « vigie model on N » ou la page le met en service."), NULL, NULL);
	return EXIT_FINE;
}

static int run_decide(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	struct decision_again again;
	enum status status;
	int64_t id;

	if (!read_id(invocation, option_value(invocation, "--again"), &id))
		return EXIT_USAGE;
	if (!arena || command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = reader_begin(database, &reader);
	if (status == STATUS_OK)
		status = decision_again(reader, id, arena, &again);
	if (status != STATUS_OK)
		return complain_status(invocation, option_value(invocation, "--again"), status);
	printf("%s\n%.*s\n", lane_code(again.lane), TEXT_FORMAT(again.reasons));
	if (again.same) {
		announce(invocation, TR("La décision %1 est la même, au bit près."), option_value(invocation, "--again"), NULL);
		return EXIT_FINE;
	}
	printf("%s\n%.*s\n", lane_code(again.stored_lane), TEXT_FORMAT(again.stored_reasons));
	return complain(invocation, TR("la décision %1 recalculée diffère de celle qui est enregistrée"),
		option_value(invocation, "--again"), NULL);
}

/* ---- list: operators, goods, places named by profiles */

STATEMENT(LIST_FIND, "select id from risk_lists where code = $1");
STATEMENT(LIST_INSERT, "insert into risk_lists (code, title, created_by, created_at) values ($1, $1, 0, $2) returning id");
STATEMENT(LIST_ENTRY_INSERT,
	"insert into risk_list_entries (list_id, value, valid_from, valid_until, reason, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, 0, $6)");

static enum status add_entry(const struct invocation *invocation, struct writer *writer)
{
	const char *until = option_value(invocation, "--until"), *reason = option_value(invocation, "--reason");
	struct text code = text_of(invocation->arguments[1]);
	int64_t id, day = DATE_NONE;
	enum status status = store_integer(writer_reader(writer), &LIST_FIND, PARAMS(value_text(code)), &id);

	if (until)
		TRY(date_parse(text_of(until), DATE_ISO, &day));
	if (status == STATUS_NOT_FOUND)
		status = store_returning(writer, &LIST_INSERT, PARAMS(value_text(code), V_INT(clock_now())), &id);
	TRY(status);
	return store_execute(writer, &LIST_ENTRY_INSERT,
		PARAMS(V_INT(id), value_string(invocation->arguments[2]), V_INT(clock_today()), value_optional(day),
			value_string(reason ? reason : ""), V_INT(clock_now())),
		NULL);
}

static int run_list(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("list");
	enum status status;

	if (strcmp(invocation->arguments[0], "add") != 0) {
		complain(invocation, TR("commande inconnue : %1"), invocation->arguments[0], NULL);
		return EXIT_USAGE;
	}
	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = writer_begin(database, &writer);
	if (status == STATUS_OK)
		status = add_entry(invocation, writer);
	if (status == STATUS_OK)
		status = risk_lists_changed(writer, &actor);
	if (status == STATUS_OK)
		status = writer_commit(&writer);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[1], status);
	announce(invocation, TR("%1 est dans la liste %2."), invocation->arguments[2], invocation->arguments[1]);
	return EXIT_FINE;
}

static const struct option options[] = {OPTION_DB, {NULL, NULL, NULL}};
const struct command train_command = {"train", "", TR("apprend un modèle des résultats de contrôle enregistrés"), options, 0, 0,
	run_train};
static const struct option decide_options[] = {OPTION_DB, {"--again", "N", TR("numéro de la décision à recalculer")},
	{NULL, NULL, NULL}};
const struct command decide_command = {"decide", "--again N", TR("recalcule une décision passée, au bit près"), decide_options, 0, 0,
	run_decide};
static const struct option list_options[] = {OPTION_DB, {"--until", "DATE", TR("dernier jour (défaut : sans fin)")},
	{"--reason", "TEXTE", TR("motif de l'inscription")}, {NULL, NULL, NULL}};
const struct command list_command = {"list", "add LISTE VALEUR", TR("inscrit une valeur dans une liste que des profils nomment"),
	list_options, 3, 3, run_list};
