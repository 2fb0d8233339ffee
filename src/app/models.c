/* vigie model: puts a model in service or stops it, shows its card, compares two. */
#include "app/commands.h"
#include "base/utf8.h"
#include "engine/features.h"
#include "modules/models/models.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_LIMIT = 64 << 20, RESULT_LIMIT = 4 << 20, FEATURES = 10, LABEL = 44 };

static void json_release(json_t **value)
{
	json_decref(*value);
}

static bool read_id(const struct invocation *invocation, const char *text, int64_t *ret_id)
{
	char *end;

	*ret_id = text ? strtoll(text, &end, 10) : 0;
	if (text && *text && !*end && *ret_id > 0)
		return true;
	complain(invocation, TR("un numéro est attendu, pas « %1 »"), text ? text : "", NULL);
	return false;
}

/* Into service only when another person than who taught it has approved it; without, only by saying so, which the journal
 * then tells. and it was rehearsed on the past.
 * *ret_refused: why not; NULL otherwise. */
static enum status switch_in_writer(struct writer *writer, const struct actor *actor, int64_t id, bool on, bool without,
	const char **ret_refused)
{
	struct message rehearsal = {.id = NULL};
	bool approved = true;
	int64_t there;

	*ret_refused = NULL;
	if (on) {
		TRY(risk_model_there(writer_reader(writer), id, &there));
		TRY(rehearsal_asked_of_model(writer_reader(writer), id, &rehearsal));
		TRY(model_is_approved(writer_reader(writer), id, &approved));
	}
	if (!without && rehearsal.id)
		*ret_refused = rehearsal.id;
	if (!without && !approved)
		*ret_refused = TR("le modèle %1 attend l'approbation d'une autre personne que celle qui l'a appris (page Modèles) ; "
				  "--without-approval s'en passe, et le journal le dira");
	if (*ret_refused)
		return STATUS_CONFLICT;
	TRY(risk_model_switch(writer, actor, id, on));
	return approved && !rehearsal.id ? STATUS_OK : model_note_unapproved(writer, actor, id);
}

static int switch_model(const struct invocation *invocation, struct database *database, int64_t id, bool on)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("model");
	enum status status = writer_begin(database, &writer);
	const char *refused = NULL;

	if (status == STATUS_OK)
		status = switch_in_writer(writer, &actor, id, on, option_value(invocation, "--without-approval") != NULL,
			&refused);
	if (status == STATUS_OK)
		status = writer_commit(&writer);
	if (refused) {
		complain(invocation, refused, invocation->arguments[1], NULL);
		return EXIT_REFUSED;
	}
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[1], status);
	announce(invocation, on ? TR("Le modèle %1 est en service.") : TR("Le modèle %1 est arrêté."), invocation->arguments[1],
		NULL);
	return EXIT_FINE;
}

static void print_label(const char *label)
{
	size_t width = utf8_width(text_of(label));

	printf("  %s%*s ", label, width < LABEL ? (int)(LABEL - width) : 0, "");
}

static void print_day(int64_t day)
{
	AUTO(buffer_release) struct buffer text;

	buffer_init(&text, 64);
	date_print(&text, day);
	printf("%s", text.data ? text.data : "");
}

static void print_real(enum language l, const char *label, double value)
{
	print_label(tr(l, label));
	if (isfinite(value))
		printf("%.4f\n", value);
	else
		printf("–\n");
}

static void print_figure(const json_t *figure)
{
	if (!json_is_number(json_array_get(figure, 0)))
		printf("  –");
	else if (!json_is_number(json_array_get(figure, 1)))
		printf("  %.3f", json_number_value(json_array_get(figure, 0)));
	else
		printf("  %.3f [%.3f, %.3f]", json_number_value(json_array_get(figure, 0)),
			json_number_value(json_array_get(figure, 1)), json_number_value(json_array_get(figure, 2)));
}

static void print_measured(enum language l, const json_t *root)
{
	const json_t *models = json_object_get(root, "models");

	printf("\n%s %s – %s (%lld)\n", tr(l, TR("Envois contrôlés du")), json_string_value(json_object_get(root, "from")),
		json_string_value(json_object_get(root, "until")), (long long)json_integer_value(json_object_get(root, "count")));
	printf("  %-10s  %s, %s, %s, %s\n", "", "AUC", tr(l, TR("précision moyenne")), tr(l, TR("précision à 5 %")), "Brier");
	for (size_t i = 0; i < json_array_size(models); i++) {
		const json_t *model = json_array_get(models, i);

		printf("  n° %-7lld", (long long)json_integer_value(json_object_get(model, "id")));
		print_figure(json_object_get(model, "auc"));
		print_figure(json_object_get(model, "average_precision"));
		print_figure(json_object_get(json_object_get(model, "precision"), "5"));
		print_figure(json_object_get(model, "brier"));
		printf("\n");
	}
}

static void print_card(enum language l, const struct model_card *card)
{
	size_t features[FEATURES], count = model_card_features(card, features, FEATURES);

	printf("%s %lld – %s\n", tr(l, TR("Modèle")), (long long)card->id, tr(l, card->is_on ? TR("En service") : TR("Arrêté")));
	print_label(tr(l, TR("Données")));
	print_day(card->quality.from);
	printf(" – ");
	print_day(card->quality.until);
	printf("\n");
	print_label(tr(l, TR("Appris par")));
	printf("%.*s\n", TEXT_FORMAT(card->trainer.size ? card->trainer : text_of(tr(l, TR("commande à la console")))));
	print_label(tr(l, TR("Approuvé par")));
	printf("%.*s\n", TEXT_FORMAT(card->approved_by ? card->approver
			: text_of(tr(l, card->is_on ? TR("Mis en service à la console, sans approbation")
						    : TR("Personne encore")))));
	print_label(tr(l, TR("Empreinte")));
	printf("%.*s\n\n", TEXT_FORMAT(card->digest));
	print_real(l, TR("Appris sur"), (double)card->quality.trained_on);
	print_real(l, TR("Mesuré sur"), (double)card->quality.measured_on);
	print_real(l, TR("AUC"), card->quality.auc);
	print_real(l, TR("Précision moyenne"), card->quality.average_precision);
	print_real(l, TR("Précision à 5 %"), card->quality.precision_at_5);
	print_real(l, TR("Précision à 10 %"), card->quality.precision_at_10);
	print_real(l, TR("Brier"), card->quality.brier);
	printf("\n%s\n", tr(l, TR("Faits qui pèsent le plus")));
	for (size_t i = 0; i < count; i++)
		print_real(l, feature_label(features[i]), model_summaries(card->model)[features[i]].importance);
	if (card->measure)
		print_measured(l, card->measure);
}

static int show_card(const struct invocation *invocation, struct database *database, int64_t id)
{
	AUTO(model_card_release) struct model_card card = {0};
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(reader_release) struct reader *reader = NULL;
	enum status status = arena ? reader_begin(database, &reader) : STATUS_NO_MEMORY;

	if (status == STATUS_OK)
		status = model_card_read(reader, id, arena, &card);
	if (status != STATUS_OK)
		return complain_status(invocation, invocation->arguments[1], status);
	print_card(invocation->language, &card);
	return EXIT_FINE;
}

static bool read_day(const struct invocation *invocation, const char *name, int64_t initial, int64_t *ret_day)
{
	const char *text = option_value(invocation, name);

	*ret_day = initial;
	if (!text || date_parse(text_of(text), DATE_ISO, ret_day) == STATUS_OK)
		return true;
	complain(invocation, TR("%1 attend une date : 2026-11-24"), name, NULL);
	return false;
}

static int compare(const struct invocation *invocation, struct database *database, struct model_measure *measure)
{
	AUTO(buffer_release) struct buffer result;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(json_release) json_t *root = NULL;
	enum status status;
	int line;

	buffer_init(&result, RESULT_LIMIT);
	status = reader_begin(database, &reader);
	if (status == STATUS_OK)
		status = models_ranking(reader, &measure->ranking);
	reader_end(reader);
	reader = NULL;
	if (status == STATUS_OK)
		status = model_measure_make(database, measure, &result);
	if (status != STATUS_OK)
		return complain_status(invocation, "model", status);
	if (option_value(invocation, "--json")) {
		printf("%.*s\n", TEXT_FORMAT(buffer_text(&result)));
		return EXIT_FINE;
	}
	if (json_parse(buffer_text(&result), RESULT_LIMIT, &root, &line) != STATUS_OK)
		return complain_status(invocation, "model", STATUS_INTERNAL);
	print_measured(invocation->language, root);
	return EXIT_FINE;
}

static int run_model(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	const char *what = invocation->arguments[0];
	struct model_measure measure = {.count = invocation->count > 2 ? 2 : 1};
	bool on = strcmp(what, "on") == 0, off = strcmp(what, "off") == 0, card = strcmp(what, "card") == 0;

	if (!on && !off && !card && strcmp(what, "compare") != 0) {
		complain(invocation, TR("dites « on N », « off N », « card N » ou « compare N M »"), NULL, NULL);
		return EXIT_USAGE;
	}
	if (!read_id(invocation, invocation->arguments[1], &measure.ids[0]) ||
		(measure.count > 1 && !read_id(invocation, invocation->arguments[2], &measure.ids[1])) ||
		!read_day(invocation, "--until", clock_today(), &measure.until) ||
		!read_day(invocation, "--from", measure.until - 365, &measure.from))
		return EXIT_USAGE;
	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	if (on || off)
		return switch_model(invocation, database, measure.ids[0], on);
	return card ? show_card(invocation, database, measure.ids[0]) : compare(invocation, database, &measure);
}

static const struct option options[] = {
	OPTION_DB,
	{"--from", "DATE", TR("compare : premier jour (défaut : un an avant le dernier)")},
	{"--until", "DATE", TR("compare : dernier jour (défaut : aujourd'hui)")},
	{"--json", NULL, TR("compare : en JSON")},
	{"--without-approval", NULL, TR("on : sans l'approbation d'une autre personne ni répétition ; le journal le dit")},
	{NULL, NULL, NULL},
};
const struct command model_command = {"model", "on|off|card N | compare N [M]",
	TR("met un modèle en service ou l'arrête, montre sa fiche, en compare deux"), options, 2, 3, run_model};
