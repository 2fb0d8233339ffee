/* vigie screen and vigie prices: names against lists and reference prices at a prompt. */
#include "app/commands.h"
#include "base/file.h"
#include "modules/prices/prices.h"
#include "modules/screening/screening.h"

#include <stdio.h>

enum { ARENA_LIMIT = 1 << 30, FILE_LIMIT = 512 << 20 };

static int refuse(const struct invocation *invocation, const struct refusal *refusal)
{
	AUTO(buffer_release) struct buffer text;

	buffer_init(&text, 65536);
	message_print(&text, invocation->language, &refusal->message);
	return complain(invocation, "%1", text.data ? text.data : "", NULL);
}

static enum status take(struct database *database, const struct invocation *invocation,
	const struct screening_taking *taking, struct arena *arena, struct screening_difference *difference)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	const struct actor actor = actor_system("screen");

	if (option_value(invocation, "--compare")) {
		TRY(reader_begin(database, &reader));
		return screening_compare(reader, taking, arena, difference);
	}
	TRY(writer_begin(database, &writer));
	TRY(screening_take(writer, &actor, taking, arena, difference));
	return writer_commit(&writer);
}

/* A file of names: what it changes, and taken unless it is only to be compared. */
static int take_list(const struct invocation *invocation, struct database *database, struct arena *arena)
{
	const char *path = option_value(invocation, "--file"), *map = option_value(invocation, "--map");
	struct listed_list list;
	struct refusal refusal = {.line = 0};
	struct text mapping = TEXT_NONE;
	struct screening_taking taking = {.code = text_of(option_value(invocation, "--list")), .source = text_of(path),
		.list = &list, .accept_doubtful = option_value(invocation, "--whole") != NULL};
	struct screening_difference difference = {.added = 0};
	enum status status = file_read(arena, path, FILE_LIMIT, &taking.bytes);

	if (status == STATUS_OK && map)
		status = file_read(arena, map, 1 << 20, &mapping);
	if (status != STATUS_OK)
		return complain_status(invocation, path, status);
	status = listed_read(arena, taking.bytes, mapping, &list, &refusal);
	if (status != STATUS_OK)
		return refusal.message.id ? refuse(invocation, &refusal) : complain_status(invocation, path, status);
	status = take(database, invocation, &taking, arena, &difference);
	for (size_t i = 0; i < difference.example_count; i++)
		printf("%.*s\n", TEXT_FORMAT(difference.examples[i]));
	printf("+%zu ~%zu -%zu =%zu\n", difference.added, difference.changed, difference.removed, difference.same);
	if (status == STATUS_INVALID && difference.is_doubtful)
		return complain(invocation,
			TR("plus de la moitié de la liste %1 disparaîtrait : dites --whole si le fichier est entier"),
			option_value(invocation, "--list"), NULL);
	return status == STATUS_OK ? EXIT_FINE : complain_status(invocation, option_value(invocation, "--list"), status);
}

static int print_hits(const struct invocation *invocation, const struct name_hits *hits)
{
	for (size_t i = 0; i < hits->count; i++) {
		const struct name_hit *hit = &hits->rows[i];

		printf("%3d %%  %.*s %.*s  %.*s  (%.*s)%s\n", (int)(hit->score / 10000), TEXT_FORMAT(hit->list),
			TEXT_FORMAT(hit->reference), TEXT_FORMAT(hit->listed), TEXT_FORMAT(hit->explanation),
			hit->is_confirmed ? " *" : "");
	}
	if (!hits->count)
		announce(invocation, TR("Aucun nom de liste ne ressemble à « %1 »."), invocation->arguments[0], NULL);
	return EXIT_FINE;
}

static int run_screen(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(screening_release) struct screening *screening = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	enum party_role role = option_value(invocation, "--vessel") ? ROLE_VESSEL : ROLE_CONSIGNEE;
	const char *code = option_value(invocation, "--code");
	struct name_hits hits = {NULL, 0};
	enum status status;

	if (!arena || command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	if (option_value(invocation, "--list") && option_value(invocation, "--file"))
		return take_list(invocation, database, arena);
	if (invocation->count != 1) {
		complain(invocation, TR("donnez un nom, ou --list CODE --file FICHIER"), NULL, NULL);
		return EXIT_USAGE;
	}
	status = screening_new(&screening);
	if (status == STATUS_OK)
		status = reader_begin(database, &reader);
	if (status == STATUS_OK)
		status = screening_refresh(screening, reader);
	if (status == STATUS_OK)
		status = screening_look_name(screening, role, text_of(invocation->arguments[0]), text_of(code ? code : ""),
			clock_today(), arena, &hits);
	return status == STATUS_OK ? print_hits(invocation, &hits)
				   : complain_status(invocation, invocation->arguments[0], status);
}

static int run_prices(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	char number[32];
	enum status status;
	int64_t count;

	if (!arena || command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = prices_compute(database, clock_today(), arena, &count);
	if (status != STATUS_OK)
		return complain_status(invocation, "prices", status);
	snprintf(number, sizeof number, "%lld", (long long)count);
	announce(invocation, TR("%1 prix de référence sont calculés."), number, NULL);
	return EXIT_FINE;
}

static const struct option screen_options[] = {OPTION_DB, {"--vessel", NULL, TR("le nom est celui d'un navire")},
	{"--code", "N", TR("numéro fiscal, de passeport ou OMI")}, {"--list", "CODE", TR("liste de noms à prendre")},
	{"--file", "FICHIER", TR("XML des Nations unies ou tableau CSV")},
	{"--map", "FICHIER", TR("correspondance des colonnes du tableau")},
	{"--compare", NULL, TR("montre ce qui changerait, ne prend rien")},
	{"--whole", NULL, TR("le fichier est la liste entière, même si la moitié disparaît")}, {NULL, NULL, NULL}};
const struct command screen_command = {"screen", "NOM | --list CODE --file FICHIER",
	TR("cherche un nom dans les listes de noms, ou prend une liste"), screen_options, 0, 1, run_screen};
static const struct option prices_options[] = {OPTION_DB, {NULL, NULL, NULL}};
const struct command prices_command = {"prices", "", TR("calcule les prix de référence des déclarations reçues"), prices_options, 0, 0,
	run_prices};
