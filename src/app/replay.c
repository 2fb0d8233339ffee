/* vigie replay: a policy, model or setting of lanes over the stored past. */
#include "app/commands.h"
#include "base/file.h"
#include "modules/rehearsal/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_LIMIT = 1 << 30, SOURCE_LIMIT = 64 << 20, BAR = 40 };

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* A number is a stored policy, anything else a file. */
static enum status read_policy(const char *given, struct arena *arena, struct rehearsal_choice *choice)
{
	if (!given || strcmp(given, "active") == 0)
		return STATUS_OK;
	if (is_number(given)) {
		choice->policy_id = strtoll(given, NULL, 10);
		return STATUS_OK;
	}
	return file_read(arena, given, SOURCE_LIMIT, &choice->policy_source);
}

static bool read_model(const char *given, struct rehearsal_choice *choice)
{
	choice->model_id = REHEARSAL_MODEL_ON;
	if (!given || strcmp(given, "on") == 0)
		return true;
	choice->model_id = strcmp(given, "none") == 0 ? 0 : strtoll(given, NULL, 10);
	return choice->model_id > 0 || strcmp(given, "none") == 0;
}

static enum status show_progress(void *context, const struct replay_progress *progress)
{
	int64_t total = progress->total > 0 ? progress->total : 1;
	int filled = (int)(progress->done * BAR / total);

	(void)context;
	if (!isatty(STDERR_FILENO))
		return STATUS_OK;
	fprintf(stderr, "\r[");
	for (int i = 0; i < BAR; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3d %%  %lld / %lld", (int)(progress->done * 100 / total), (long long)progress->done,
		(long long)progress->total);
	if (progress->done >= progress->total)
		fputc('\n', stderr);
	return STATUS_OK;
}

static int complain_problems(const struct invocation *invocation, const struct problem_list *problems, enum status status)
{
	for (size_t i = 0; i < problems->count; i++) {
		AUTO(buffer_release) struct buffer line;

		buffer_init(&line, 65536);
		buffer_format(&line, "%.*s : ", TEXT_FORMAT(problems->rows[i].place));
		message_print(&line, invocation->language, &problems->rows[i].message);
		complain(invocation, "%1", line.data ? line.data : "", NULL);
	}
	return problems->count ? EXIT_REFUSED : complain_status(invocation, "replay", status);
}

/* ---- the figures for a person, read from the result as pages read it */

static int64_t number_at(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_line(const struct invocation *invocation, const char *label, int64_t value)
{
	printf("  %-44s %12lld\n", tr(invocation->language, label), (long long)value);
}

static void print_estimate(const struct invocation *invocation, const char *label, const json_t *group)
{
	const json_t *estimate = json_object_get(group, "estimate");

	if (!json_is_object(estimate)) {
		printf("  %-44s %12s\n", tr(invocation->language, label),
			tr(invocation->language, TR("on ne sait pas : aucun tirage contrôlé")));
		return;
	}
	printf("  %-44s %12lld  [%lld – %lld]\n", tr(invocation->language, label),
		(long long)number_at(estimate, "findings"), (long long)number_at(estimate, "findings_low"),
		(long long)number_at(estimate, "findings_high"));
}

static const char *standing(const json_t *profile)
{
	if (!number_at(profile, "hits"))
		return TR("jamais rempli");
	return number_at(json_object_get(profile, "only"), "count") ? "" : TR("jamais le seul motif");
}

/* Those of the gate: "at_declaration" or "at_manifest". */
static void print_profiles(const struct invocation *invocation, const json_t *side, const char *gate)
{
	size_t i;
	json_t *profile;

	printf("\n  %-12s %10s %10s %10s %10s %10s\n", tr(invocation->language, TR("Profil")),
		tr(invocation->language, TR("remplis")), tr(invocation->language, TR("retenus")),
		tr(invocation->language, TR("fautes")), tr(invocation->language, TR("seul motif")),
		tr(invocation->language, TR("fautes, seul")));
	json_array_foreach(json_object_get(side, "profiles"), i, profile) {
		const json_t *selected = json_object_get(profile, "selected"), *only = json_object_get(profile, "only");

		const char *standing_id = standing(profile);

		if (!json_is_true(json_object_get(profile, gate)))
			continue;
		printf("  %-12s %10lld %10lld %10lld %10lld %10lld  %s\n", json_string_value(json_object_get(profile, "code")),
			(long long)number_at(profile, "hits"), (long long)number_at(selected, "count"),
			(long long)number_at(selected, "adverse"), (long long)number_at(only, "count"),
			(long long)number_at(only, "adverse"),
			*standing_id ? tr(invocation->language, standing_id) : "");
	}
}

/* Bills of lading at the gate of the manifest: lanes and the profiles that met some. */
static void print_manifest(const struct invocation *invocation, const json_t *manifest)
{
	const json_t *lanes = json_object_get(manifest, "lanes");

	printf("\n%s\n", tr(invocation->language, TR("Au manifeste, avant l'arrivée")));
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--)
		print_line(invocation, lane_label((enum lane)lane), number_at(lanes, lane_code((enum lane)lane)));
	print_profiles(invocation, manifest, "at_manifest");
}

static void print_side(const struct invocation *invocation, const json_t *side)
{
	const json_t *selected = json_object_get(side, "selected"), *spared = json_object_get(side, "spared");
	const json_t *lanes = json_object_get(side, "lanes");

	printf("\n%s %lld (%.12s…)\n", tr(invocation->language, TR("Politique")), (long long)number_at(side, "policy"),
		json_string_value(json_object_get(side, "digest")));
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--)
		print_line(invocation, lane_label((enum lane)lane), number_at(lanes, lane_code((enum lane)lane)));
	print_line(invocation, TR("Contrôles (rouge et jaune)"), number_at(selected, "count"));
	print_line(invocation, TR("Fautes connues, gardées"), number_at(selected, "adverse"));
	print_line(invocation, TR("Fautes connues, perdues"), number_at(spared, "adverse"));
	printf("  %-44s %12.0f\n", tr(invocation->language, TR("Droits retrouvés, gardés")),
		json_number_value(json_object_get(selected, "recovered")));
	print_line(invocation, TR("Contrôles dont le résultat est inconnu"), number_at(selected, "unknown"));
	print_estimate(invocation, TR("  fautes estimées parmi eux (95 %)"), selected);
	print_estimate(invocation, TR("  fautes estimées, laissées passer (95 %)"), spared);
	print_line(invocation, TR("  désignés alors par un motif, jamais contrôlés"),
		number_at(selected, "targeted_unknown") + number_at(spared, "targeted_unknown"));
	print_profiles(invocation, side, "at_declaration");
	print_manifest(invocation, json_object_get(side, "manifest"));
}

static void print_result(const struct invocation *invocation, const struct rehearsal_row *row)
{
	json_t *result = NULL, *side;
	int line;
	size_t i;

	if (json_parse(row->result, SIZE_MAX, &result, &line) != STATUS_OK)
		return;
	printf("%s %lld\n", tr(invocation->language, TR("Répétition")), (long long)row->id);
	print_line(invocation, TR("Déclarations"), number_at(result, "declarations"));
	print_line(invocation, TR("Titres de transport relus"), number_at(result, "manifests"));
	printf("  %-44s %12.1f s (%.1f s)\n", tr(invocation->language, TR("Durée (temps de processeur)")),
		(double)number_at(result, "milliseconds") / 1000, (double)number_at(result, "processor_milliseconds") / 1000);
	json_array_foreach(json_object_get(result, "sides"), i, side)
		print_side(invocation, side);
	json_decref(result);
}

static enum status make_order(const struct invocation *invocation, struct arena *arena, struct rehearsal_order *order)
{
	const char *from = option_value(invocation, "--from"), *to = option_value(invocation, "--to");
	const char *against = option_value(invocation, "--against"), *threads = option_value(invocation, "--threads");

	order->to = clock_today() - 1;
	order->from = order->to - 364;
	if (from)
		TRY(date_parse(text_of(from), DATE_ISO, &order->from));
	if (to)
		TRY(date_parse(text_of(to), DATE_ISO, &order->to));
	order->threads = threads ? atoi(threads) : 0;
	order->choice_count = against ? 2 : 1;
	if (!read_model(option_value(invocation, "--model"), &order->choices[0]))
		return STATUS_INVALID;
	order->choices[0].selection = text_of(option_value(invocation, "--selection"));
	order->choices[1].model_id = REHEARSAL_MODEL_ON;
	TRY(read_policy(option_value(invocation, "--policy"), arena, &order->choices[0]));
	return read_policy(against, arena, &order->choices[1]);
}

static int run_replay(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	const struct actor actor = actor_system("replay");
	struct rehearsal_order order = {.actor = &actor, .progress = show_progress};
	struct problem_list problems = {.arena = arena};
	struct rehearsal_row row;
	enum status status;

	if (!arena || command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = make_order(invocation, arena, &order);
	if (status != STATUS_OK) {
		complain_status(invocation, "replay", status);
		return EXIT_USAGE;
	}
	status = rehearsal_perform(database, &order, arena, &row, &problems);
	if (status != STATUS_OK)
		return complain_problems(invocation, &problems, status);
	if (option_value(invocation, "--json"))
		printf("%.*s\n", TEXT_FORMAT(row.result));
	else
		print_result(invocation, &row);
	return EXIT_FINE;
}

static const struct option replay_options[] = {OPTION_DB,
	{"--policy", "FICHIER|N", TR("politique à répéter : un fichier, ou le numéro d'une politique enregistrée (défaut : celle en vigueur)")},
	{"--against", "FICHIER|N|active", TR("seconde politique, à laquelle comparer")},
	{"--from", "DATE", TR("premier jour (défaut : il y a un an)")}, {"--to", "DATE", TR("dernier jour (défaut : hier)")},
	{"--model", "N|none", TR("modèle (défaut : celui qui est en service)")},
	{"--selection", "RÉGLAGE", TR("circuits à l'essai, par exemple « attendu_rouge=8 hasard_rouge=2 score_rouge=60 » (en %)")},
	{"--threads", "N", TR("fils de calcul (défaut : un par processeur)")}, {"--json", NULL, TR("tout le résultat en JSON")},
	{NULL, NULL, NULL}};
const struct command replay_command = {"replay", "", TR("répète une politique, un modèle ou un réglage sur le passé enregistré"),
	replay_options, 0, 0, run_replay};
