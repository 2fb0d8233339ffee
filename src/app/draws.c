/* vigie draw and audit-draw: the key of a period that is over, all that its draw can be checked with, and the check. */
#include "app/commands.h"
#include "base/file.h"
#include "modules/rehearsal/draw_file.h"

#include <stdio.h>
#include <string.h>

/* The key of a period that is over may be handed to an auditor; that of a running one may not. */
STATEMENT(PERIOD_OF_DAY, "select id, first_day, last_day, draw_key from draw_periods where first_day <= $1 and last_day >= $1");

static int print_period(const struct invocation *invocation, struct database *database, int64_t day)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	if (reader_begin(database, &reader) != STATUS_OK ||
	    store_query(reader, &PERIOD_OF_DAY, PARAMS(V_INT(day)), &rows) != STATUS_OK)
		return complain_status(invocation, "draw", STATUS_UNAVAILABLE);
	if (!rows_next(rows))
		return complain_status(invocation, option_value(invocation, "--period"), STATUS_NOT_FOUND);
	if (rows_integer(rows, 2) >= clock_today())
		return complain(invocation, TR("la période court encore : sa clé reste secrète jusqu'à sa fin"), NULL, NULL);
	hex_print(&out, rows_bytes(rows, 3).data, rows_bytes(rows, 3).size);
	printf("%s\n", out.data ? out.data : "");
	return EXIT_FINE;
}

static enum status write_line(void *context, struct text line)
{
	FILE *file = context;

	return fwrite(line.data, 1, line.size, file) == line.size ? STATUS_OK : STATUS_UNAVAILABLE;
}

static int publish(const struct invocation *invocation, struct database *database, int64_t day)
{
	const struct actor actor = actor_system("draw");
	enum status status = draw_publish(database, &actor, day, write_line, stdout);

	if (fflush(stdout) != 0 && status == STATUS_OK)
		status = STATUS_UNAVAILABLE;
	if (status == STATUS_FORBIDDEN)
		return complain(invocation, TR("la période court encore : sa clé reste secrète jusqu'à sa fin"), NULL, NULL);
	return status == STATUS_OK ? EXIT_FINE : complain_status(invocation, option_value(invocation, "--period"), status);
}

static int run_draw(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(buffer_release) struct buffer day_text;
	const char *period = option_value(invocation, "--period");
	int64_t day;

	buffer_init(&day_text, 64);
	buffer_format(&day_text, "%s-01", period ? period : "");
	if (!period || date_parse(buffer_text(&day_text), DATE_ISO, &day) != STATUS_OK) {
		complain(invocation, TR("--period attend une année et un mois : 2026-11"), NULL, NULL);
		return EXIT_USAGE;
	}
	if (invocation->count && strcmp(invocation->arguments[0], "publish") != 0) {
		complain(invocation, TR("commande inconnue : %1"), invocation->arguments[0], NULL);
		return EXIT_USAGE;
	}
	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	return invocation->count ? publish(invocation, database, day) : print_period(invocation, database, day);
}

/* ---- audit-draw: with the published file alone */

static const char *lane_name(const struct invocation *invocation, int lane)
{
	return tr(invocation->language, lane_label((enum lane)lane));
}

static void print_audit(const struct invocation *invocation, const struct draw_audit *audit)
{
	AUTO(buffer_release) struct buffer text = {0};

	buffer_init(&text, 4096);
	date_print(&text, audit->first_day);
	buffer_string(&text, " – ");
	date_print(&text, audit->last_day);
	printf("%s : %s\n", tr(invocation->language, TR("Période")), text.data ? text.data : "");
	buffer_clear(&text);
	time_print(&text, audit->committed_at);
	printf("%s : %s\n", tr(invocation->language, TR("Clé engagée")), text.data ? text.data : "");
	buffer_clear(&text);
	hex_print(&text, audit->last_head, DIGEST_SIZE);
	printf("%s : %s\n", tr(invocation->language, TR("Dernière tête du journal")), text.data ? text.data : "");
	printf("%s : %lld\n", tr(invocation->language, TR("Décisions refaites")), (long long)audit->decisions);
	for (int lane = LANE_RED; lane >= LANE_BLUE; lane--)
		printf("  %-10s %s %lld, %s %lld\n", lane_name(invocation, lane), tr(invocation->language, TR("au hasard")),
			(long long)audit->picks[lane], tr(invocation->language, TR("en complément")),
			(long long)audit->top_ups[lane]);
	if (audit->is_late)
		announce(invocation, TR("Attention : la clé a été engagée après le début de la période, mais avant toutes ses décisions."),
			NULL, NULL);
}

static bool is_of_period(const struct draw_audit *audit, const char *period)
{
	AUTO(buffer_release) struct buffer day = {0};

	buffer_init(&day, 64);
	date_print(&day, audit->first_day);
	return !period || (strlen(period) == 7 && text_starts_with(buffer_text(&day), text_of(period)));
}

static int run_audit(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 33);
	const char *witness = option_value(invocation, "--head"), *period = option_value(invocation, "--period");
	const char *path = invocation->arguments[0];
	unsigned char head[DIGEST_SIZE];
	struct draw_audit audit;
	struct text file;
	enum status status;
	char line[32];

	if (witness && (strlen(witness) != 2 * sizeof head || hex_parse(text_of(witness), head, sizeof head) != STATUS_OK)) {
		complain(invocation, TR("--head attend 64 chiffres hexadécimaux"), NULL, NULL);
		return EXIT_USAGE;
	}
	status = arena ? file_read(arena, path, (size_t)1 << 32, &file) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = draw_audit(file, witness ? head : NULL, &audit);
	if (status != STATUS_OK)
		return complain_status(invocation, path, status);
	print_audit(invocation, &audit);
	if (!is_of_period(&audit, period))
		return complain(invocation, TR("le fichier n'est pas celui de la période %1"), period, NULL);
	snprintf(line, sizeof line, "%lld", (long long)audit.wrong_line);
	if (audit.wrong)
		return complain(invocation, TR("ligne %1 : %2"), line, tr(invocation->language, audit.problem.id));
	announce(invocation, TR("Tout concorde : chaque tirage, chaque complément, la clé et son engagement."), NULL, NULL);
	return EXIT_FINE;
}

static const struct option draw_options[] = {OPTION_DB, {"--period", "AAAA-MM", TR("le mois dont la clé est demandée")},
	{NULL, NULL, NULL}};
const struct command draw_command = {"draw", "[publish] --period AAAA-MM", TR("donne la clé de tirage d'une période close, ou publie (publish) de quoi refaire tous ses tirages"),
	draw_options, 0, 1, run_draw};
static const struct option audit_options[] = {{"--period", "AAAA-MM", TR("le mois que le fichier doit couvrir")},
	{"--head", "HEX", TR("tête du journal qu'un témoin a gardée : elle doit être dans la chaîne")}, {NULL, NULL, NULL}};
const struct command audit_draw_command = {"audit-draw", "FICHIER", TR("refait tous les tirages d'une période avec le seul fichier publié"),
	audit_options, 1, 1, run_audit};
