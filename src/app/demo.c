/* vigie demo and first-run: an administration that does not exist, with two years of traffic. */
#include "demo/demo.h"

#include "app/commands.h"
#include "app/people.h"
#include "base/memory.h"
#include "domain/password.h"
#include "domain/unit.h"
#include "domain/user.h"
#include "engine/evaluation.h"
#include "modules/declarations/declarations.h"
#include "modules/inspections/inspections.h"
#include "modules/risk/risk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRUTHS = 1000000, WAITING = 2000, DRAWN_WITHIN = 6 /* days */, ARENA_LIMIT = 256 << 20, DEFAULT_DECLARATIONS = 2000, DEFAULT_YEARS = 2, DAYS_AHEAD = 24, DAYS_WAITING = 12 };

STATEMENT(DEMO_OUTCOME,
	"insert into inspections (consignment_id, decision_id, result, recovered, currency, note, inspector_id, "
	"recorded_at, replaces_id) values ($1, $2, $3, $4, 'XOF', '', 0, $5, null)");

/* Reasons only of what was to be controlled. */
STATEMENT(DEMO_REASONS,
	"select coalesce(d.reasons, s.reasons) from decisions d left join decisions s on s.id = d.reasons_of "
	"where d.id = $1 and d.lane >= 2");

/* What was not controlled in time has left: the queues of a first run hold what an office would find in them. */
STATEMENT(DEMO_RELEASE, "update consignments set state = 'free' where state = 'to_control' and day < $1");

/* An inspection of the past, waiting for its declaration to be stored: one that an officer chose, or what one would find
 * if chance alone picks the declaration. All that chance picks is inspected, so that its sample tells of the rest. */
struct finding {
	struct text identity;
	enum demo_fraud fraud;
	bool found;
	int64_t recovered, date;
};

struct demo {
	struct database *database;
	struct intake_session *session;
	struct arena *arena;
	struct finding findings[WAITING], drawn[WAITING];
	size_t count, drawn_count;
	int64_t done, until; /* the last day of which anything is stored */
	/* What was really so, of the first TRUTHS declarations. */
	struct judged *truths;
	size_t truth_count;
	void (*progress)(int64_t done);
};

static const char *result_of(const struct finding *finding)
{
	if (!finding->found)
		return "conform";
	switch (finding->fraud) {
	case DEMO_UNDERVALUATION: return "value";
	case DEMO_FALSE_ORIGIN: return "origin";
	case DEMO_MISDESCRIPTION: return "species";
	case DEMO_QUANTITY: return "quantity";
	default: return "other";
	}
}

static enum status write_finding(struct writer *writer, const struct finding *finding,
	const struct stored_consignment *row)
{
	int64_t recovered = finding->found ? finding->recovered : NUMBER_NONE;

	if (!row->id)
		return STATUS_OK;
	TRY(store_execute(writer, &DEMO_OUTCOME,
		PARAMS(V_INT(row->id), V_INT(row->decision_id), value_string(result_of(finding)),
			value_optional(recovered), V_INT(finding->date * 86400 * MICROSECONDS)),
		NULL));
	return consignment_set_outcome(writer, row->id, finding->found, recovered, finding->date,
		row->row_version);
}

static enum status picked_by_chance(struct reader *reader, int64_t decision_id, bool *ret_picked)
{
	AUTO(rows_release) struct rows *rows = NULL;

	*ret_picked = false;
	TRY(store_query(reader, &DEMO_REASONS, PARAMS(V_INT(decision_id)), &rows));
	if (rows_next(rows))
		*ret_picked = reasons_are_chance(rows_text(rows, 0));
	return rows_status(rows);
}

static enum status flush_list(struct demo *demo, struct writer *writer, const struct finding *list, size_t count,
	bool of_chance)
{
	struct stored_consignment *rows = ARENA_ARRAY(demo->arena, count + 1, struct stored_consignment);
	struct text *identities = ARENA_ARRAY(demo->arena, count + 1, struct text);

	if (!rows || !identities)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		identities[i] = list[i].identity;
	TRY(consignments_lookup(writer_reader(writer), identities, count, demo->arena, rows));
	for (size_t i = 0; i < count; i++) {
		bool picked = false;

		if (rows[i].id)
			TRY(picked_by_chance(writer_reader(writer), rows[i].decision_id, &picked));
		if (picked == of_chance && list[i].date <= demo->until)
			TRY(write_finding(writer, &list[i], &rows[i]));
	}
	return STATUS_OK;
}

static enum status flush_findings(struct demo *demo)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(intake_flush(demo->session));
	TRY(writer_begin(demo->database, &writer));
	TRY(flush_list(demo, writer, demo->drawn, demo->drawn_count, true));
	TRY(flush_list(demo, writer, demo->findings, demo->count, false));
	TRY(writer_commit(&writer));
	demo->count = demo->drawn_count = 0;
	arena_reset(demo->arena);
	return STATUS_OK;
}

static void note_truth(struct demo *demo, const struct demo_event *event)
{
	if (event->kind == DEMO_DECLARATION && demo->truths && demo->truth_count < TRUTHS) {
		demo->truths[demo->truth_count] = (struct judged){.score = event->chance, .probability = event->chance,
			.adverse = event->fraud != DEMO_HONEST, .cluster = (uint32_t)demo->truth_count};
		demo->truth_count++;
	}
}

static enum status take_event(void *context, const struct demo_event *event)
{
	struct demo *demo = context;
	bool declared = event->kind == DEMO_DECLARATION;
	struct finding *finding;

	if (event->date > demo->until)
		return STATUS_OK;
	note_truth(demo, event);
	if (event->kind != DEMO_INSPECTION) {
		if (++demo->done % 1000 == 0 && demo->progress)
			demo->progress(demo->done);
		TRY(intake_take(demo->session, event->consignment, NULL));
	}
	if (event->kind == DEMO_BILL)
		return STATUS_OK;
	if (demo->count == WAITING || demo->drawn_count == WAITING)
		TRY(flush_findings(demo));
	finding = declared ? &demo->drawn[demo->drawn_count] : &demo->findings[demo->count];
	*finding = (struct finding){consignment_identity(demo->arena, event->consignment), event->fraud, event->found,
		event->recovered, event->date + (declared ? 1 + (int64_t)(event->number % DRAWN_WITHIN) : 0)};
	if (!finding->identity.data)
		return STATUS_NO_MEMORY;
	demo->drawn_count += declared;
	demo->count += !declared;
	return STATUS_OK;
}

static enum status make_units(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	const struct actor actor = actor_system("demo");
	struct unit unit;
	int64_t root;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(root_unit(writer, &actor, arena, "Administration de démonstration", &root));
	for (size_t i = 0; i < demo_office_count(); i++) {
		const struct demo_office *office = demo_office(i);
		enum status status = unit_find_code(writer_reader(writer), text_of(office->code), arena, &unit);

		if (status == STATUS_NOT_FOUND)
			status = unit_create(writer, &actor, root, TEXT("office"), text_of(office->code),
				text_of(office->name), NULL);
		TRY(status);
	}
	return writer_commit(&writer);
}

static enum status generate(struct demo *demo, const struct intake *intake, const struct demo_options *options,
	struct arena *arena)
{
	struct import_row row = {.format = TEXT("demo")};
	enum status status, end;

	row.file_name = arena_format(arena, "démonstration (graine %llu)", (unsigned long long)options->seed);
	row.digest = arena_format(arena, "demo-%llu-%lld-%lld", (unsigned long long)options->seed,
		(long long)options->declarations, (long long)options->from);
	if (!row.digest.data || !row.file_name.data)
		return STATUS_NO_MEMORY;
	TRY(intake_begin(intake, arena, &row, &demo->session));
	status = demo_generate(options, take_event, demo);
	if (status == STATUS_OK)
		status = flush_findings(demo);
	end = intake_end(demo->session);
	return status == STATUS_OK ? end : status;
}

static enum status store(struct database *database, const struct demo_options *options, struct demo *demo)
{
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(arena_release) struct arena *findings = arena_new(ARENA_LIMIT);
	const struct actor actor = actor_system("demo");
	struct intake intake = {.database = database, .actor = &actor};

	if (!arena || !findings)
		return STATUS_NO_MEMORY;
	TRY(make_units(database));
	TRY(decider_new(database, &decider));
	intake.decider = decider;
	demo->database = database;
	demo->arena = findings;
	return generate(demo, &intake, options, arena);
}

static enum status store_until(struct database *database, const struct demo_options *options, int64_t until,
	void (*progress)(int64_t done), struct evaluation *ret_best)
{
	int64_t declarations = options->declarations;
	struct demo *demo = memory_allocate(sizeof *demo);
	enum status status = demo ? STATUS_OK : STATUS_NO_MEMORY;

	if (status == STATUS_OK && ret_best) {
		demo->truths = memory_allocate((size_t)(declarations < TRUTHS ? declarations : TRUTHS) *
			sizeof *demo->truths);
		status = demo->truths ? STATUS_OK : STATUS_NO_MEMORY;
	}
	if (status == STATUS_OK) {
		demo->progress = progress;
		demo->until = until;
		status = store(database, options, demo);
	}
	if (status == STATUS_OK && ret_best)
		status = evaluation_make(demo->truths, demo->truth_count, false, 1, ret_best);
	if (demo)
		memory_free(demo->truths);
	memory_free(demo);
	return status;
}

enum status demo_store(struct database *database, uint64_t seed, int64_t declarations, int years,
	void (*progress)(int64_t done), struct evaluation *ret_best)
{
	const struct demo_options options = {seed, declarations, clock_today() - 365 * years, years};

	return store_until(database, &options, INT64_MAX, progress, ret_best);
}

static enum status release_the_old(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &DEMO_RELEASE, PARAMS(V_INT(clock_today() - DAYS_WAITING)), NULL));
	return writer_commit(&writer);
}

static void show_progress(int64_t done)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%lld ", (long long)done);
}

/* A first run shows an office at work today: the play goes on for as many days as it lets run out at its end, and what
 * lies ahead of today is left out. */
static enum status store_first(struct database *database)
{
	const struct demo_options options = {1, DEFAULT_DECLARATIONS, clock_today() - 365 * DEFAULT_YEARS + DAYS_AHEAD,
		DEFAULT_YEARS};

	TRY(store_until(database, &options, clock_today(), show_progress, NULL));
	return release_the_old(database);
}

static bool read_count(const struct invocation *invocation, const char *name, long long initial, long long *ret_value)
{
	const char *text = option_value(invocation, name);
	char *end;

	*ret_value = initial;
	if (!text)
		return true;
	*ret_value = strtoll(text, &end, 10);
	if (*text && !*end && *ret_value > 0)
		return true;
	complain(invocation, TR("%1 attend un nombre entier positif, pas « %2 »"), name, text);
	return false;
}

/* The fraud process is known, and so is what nobody can do better than. */
static void print_best(enum language l, const struct evaluation *best)
{
	printf("%s\n", tr(l, TR("Fraudes : le mieux que puisse faire un modèle, quel qu'il soit")));
	printf("  AUC %.3f · %s %.3f · %s %.3f · %s %.3f\n", best->auc.value, tr(l, TR("précision moyenne")),
		best->average_precision.value, tr(l, TR("précision à 5 %")), best->precision[2].value,
		tr(l, TR("précision à 10 %")), best->precision[3].value);
}

static int run_demo(const struct invocation *invocation)
{
	struct evaluation best;
	AUTO(database_release) struct database *database = NULL;
	long long seed, declarations, years;
	char number[32];
	enum status status;

	if (!read_count(invocation, "--seed", 1, &seed) ||
	    !read_count(invocation, "--declarations", DEFAULT_DECLARATIONS, &declarations) ||
	    !read_count(invocation, "--years", DEFAULT_YEARS, &years))
		return EXIT_USAGE;
	if (command_database(invocation, true, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = demo_store(database, (uint64_t)seed, declarations, (int)years, show_progress, &best);
	if (status != STATUS_OK)
		return complain_status(invocation, "demo", status);
	snprintf(number, sizeof number, "%lld", declarations);
	announce(invocation, TR("%1 déclarations de démonstration sont en place."), number, NULL);
	print_best(invocation->language, &best);
	return EXIT_FINE;
}

static const struct option demo_options_rows[] = {
	OPTION_DB,
	{"--seed", "N", TR("graine : la même donne le même trafic (défaut : 1)")},
	{"--declarations", "N", TR("nombre de déclarations (défaut : 2000)")},
	{"--years", "N", TR("années de trafic, jusqu'à aujourd'hui (défaut : 2)")},
	{NULL, NULL, NULL},
};
const struct command demo_command = {"demo", "", TR("remplit la base d'un trafic inventé"), demo_options_rows, 0, 0, run_demo};

/* ---- first-run */

struct first_account {
	const char *login, *name, *role, *unit;
};
static const struct first_account accounts[] = {
	{"admin", "Administration du système", "administrator", "DG"},
	{"analyste", "Analyste de démonstration", "analyst", "DG"},
	{"chef", "Chef de bureau de démonstration", "head_of_office", "VG103"},
	{"inspecteur", "Inspecteur de démonstration", "inspector", "VG103"},
	{"courtier", "Commissionnaire de démonstration", "broker", "DG"},
};

static enum status make_account(const struct invocation *invocation, struct database *database, struct arena *arena,
	const struct first_account *account)
{
	AUTO(reader_release) struct reader *reader = NULL;
	char password[PASSWORD_RANDOM_SIZE];
	struct unit unit;

	TRY(reader_begin(database, &reader));
	TRY(unit_find_code(reader, text_of(account->unit), arena, &unit));
	reader_end(reader);
	reader = NULL;
	TRY(person_add(database,
		&(struct person){account->login, account->name, account->role, unit.id, invocation->language, false},
		password));
	printf("  %-12s %-28s %s\n", account->login, password, account->name);
	return STATUS_OK;
}

/* The broker sees the declarations of one declarant of the demonstration. */
static enum status bind_broker(struct database *database, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("first-run");
	struct user user;

	TRY(writer_begin(database, &writer));
	TRY(user_find_login(writer_reader(writer), TEXT("courtier"), arena, &user));
	TRY(declarant_bind(writer, &actor, user.id, TEXT("CD0002")));
	return writer_commit(&writer);
}

static enum status make_root(struct database *database, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("first-run");
	int64_t root;

	TRY(writer_begin(database, &writer));
	TRY(root_unit(writer, &actor, arena, "Administration des douanes", &root));
	return writer_commit(&writer);
}

static enum status first_run(const struct invocation *invocation, struct database *database, struct arena *arena)
{
	bool empty = option_value(invocation, "--empty") != NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t people;

	TRY(reader_begin(database, &reader));
	TRY(user_count(reader, &people));
	reader_end(reader);
	reader = NULL;
	if (people)
		return STATUS_OK;
	if (empty)
		TRY(make_root(database, arena));
	else
		TRY(store_first(database));
	announce(invocation, TR("Premiers comptes et mots de passe, montrés cette seule fois :"), NULL, NULL);
	for (size_t i = 0; i < (empty ? 1 : sizeof accounts / sizeof *accounts); i++)
		TRY(make_account(invocation, database, arena, &accounts[i]));
	return empty ? STATUS_OK : bind_broker(database, arena);
}

static int run_first_run(const struct invocation *invocation)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	enum status status;

	if (!arena || command_database(invocation, true, &database) != STATUS_OK)
		return EXIT_REFUSED;
	status = first_run(invocation, database, arena);
	return status == STATUS_OK ? EXIT_FINE : complain_status(invocation, "first-run", status);
}

static const struct option first_run_options[] = {
	OPTION_DB,
	{"--empty", NULL, TR("sans données de démonstration")},
	{NULL, NULL, NULL},
};
const struct command first_run_command = {"first-run", "", TR("prépare une base neuve et montre les premiers mots de passe"),
	first_run_options, 0, 0, run_first_run};
