/* The process is killed with SIGKILL at any moment: nothing acknowledged is lost, nothing is half done, and the same
 * import run again ends with exactly all rows. On both databases. VIGIE_LONG=1 kills more often. */
#include "../journeys/conversation.h"

#include "base/clock.h"
#include "base/test.h"
#include "store/test_database.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SHORT_KILLS = 3, LONG_KILLS = 25, ROWS = 20000, BACKUP_ROWS = 8000, RECORDED = 400 };

STATEMENT(COUNT_CONSIGNMENTS, "select count(*) from consignments");
STATEMENT(COUNT_VERSIONS, "select count(*) from consignment_versions");
STATEMENT(COUNT_HALF_VERSIONS,
	"select count(*) from consignments c where not exists (select 1 from consignment_versions v where "
	"v.id = c.id * 65536 + c.version)");
STATEMENT(COUNT_HALF_DECISIONS,
	"select count(*) from consignments c where c.decision_id is null or not exists (select 1 from decisions d where "
	"d.id = c.decision_id and d.consignment_id = c.id)");
STATEMENT(COUNT_STRAY_DECISIONS,
	"select count(*) from decisions d where not exists (select 1 from consignments c where c.id = d.consignment_id)");
STATEMENT(COUNT_ADDED, "select coalesce(sum(added_count), 0) from imports");
STATEMENT(COUNT_RESULTS, "select count(*) from inspections where consignment_id = $1");

static bool is_long(void)
{
	return getenv("VIGIE_LONG") != NULL;
}

static int64_t count_of(const char *url, const struct statement *statement, int64_t id)
{
	static const struct database_options options = {.durable = true};
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	const struct value values[] = {V_INT(id)};
	int64_t count = -1;

	if (database_open(url, &options, &database) != STATUS_OK || reader_begin(database, &reader) != STATUS_OK ||
	    store_integer(reader, statement, values, id ? 1 : 0, &count) != STATUS_OK)
		test_failed(__FILE__, __LINE__, "%s cannot be asked", statement->name);
	return count;
}

static bool write_table(const char *path, int rows)
{
	static const char *const goods[] = {"93020000;PISTOLETS DE SPORT", "94036010;ETAGERES EN BOIS",
		"87033219;VOITURE D'OCCASION", "49019900;LIVRES"};
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fprintf(file, "Bureau;Numero declaration;Date;Code importateur;Nom importateur;Code SH;Designation;Pays d'origine;"
		      "Poids net (kg);Valeur;Devise\n");
	for (int i = 0; i < rows; i++)
		fprintf(file, "XX%03d;%d;%02d/%02d/2026;T%d;MAISON %d;%s;FR;%d,5;%d,00;EUR\n", i % 7, 100000 + i, 1 + i % 28,
			1 + i % 10, i % 97, i % 97, goods[i % 4], 1 + i % 900, 100 + i % 5000);
	return fclose(file) == 0;
}

static void check_whole(const char *url, int64_t wanted)
{
	int64_t count = count_of(url, &COUNT_CONSIGNMENTS, 0);
	struct run run;

	if (wanted >= 0)
		CHECK_INTEGER(count, wanted);
	CHECK_INTEGER(count_of(url, &COUNT_VERSIONS, 0), count);
	CHECK_INTEGER(count_of(url, &COUNT_HALF_VERSIONS, 0), 0);
	CHECK_INTEGER(count_of(url, &COUNT_HALF_DECISIONS, 0), 0);
	CHECK_INTEGER(count_of(url, &COUNT_STRAY_DECISIONS, 0), 0);
	CHECK_INTEGER(count_of(url, &COUNT_ADDED, 0), count);
	RUN(&run, "verify", "--db", url);
	if (run.code != 0)
		test_failed(__FILE__, __LINE__, "verify: %d %s", run.code, run.err.data);
	run_release(&run);
}

static bool first_run(const char *url, char *ret_password)
{
	struct run run;
	bool done;

	RUN(&run, "first-run", "--empty", "--db", url);
	done = run.code == 0 && first_password(buffer_text(&run.out), "admin", ret_password, 64);
	run_release(&run);
	CHECK(done);
	return done;
}

static void pause_for(int64_t microseconds)
{
	const struct timespec time = {.tv_sec = (time_t)(microseconds / MICROSECONDS),
		.tv_nsec = (long)(microseconds % MICROSECONDS) * 1000};

	nanosleep(&time, NULL);
}

static void kill_imports(const char *url)
{
	char folder[PATH_ROOM], table[PATH_ROOM + 20], password[64];
	int kills = is_long() ? LONG_KILLS : SHORT_KILLS;
	int64_t waits = 200000;
	struct run run;

	REQUIRE(scratch_make(folder, sizeof folder) && first_run(url, password));
	snprintf(table, sizeof table, "%s/table.csv", folder);
	REQUIRE(write_table(table, ROWS));
	srand((unsigned)clock_now());
	for (int i = 0; i < kills; i++) {
		pid_t process = start_program((const char *const[]){"import", table, "--db", url, NULL});

		pause_for(waits + rand() % 400000);
		kill(process, SIGKILL);
		if (wait_program(process) == 0) {
			waits /= 2;
			break;
		}
		check_whole(url, -1);
	}
	RUN(&run, "import", table, "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	check_whole(url, ROWS);
	RUN(&run, "import", table, "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	CHECK_INTEGER(count_of(url, &COUNT_CONSIGNMENTS, 0), ROWS);
	CHECK_INTEGER(count_of(url, &COUNT_VERSIONS, 0), ROWS);
	scratch_remove(folder);
}

TEST(faults_imports_survive_being_killed) { test_each_url(kill_imports); }

/* ---- results recorded while the server dies */

struct recorder {
	struct browser browser;
	int first, last; /* consignments that are this one's */
	_Atomic int acknowledged; /* all from first up to here */
};

static int version_of(const struct browser *browser)
{
	size_t at = text_find(browser->body, TEXT("name=\"version\" value=\""));

	return at < browser->body.size ? atoi(browser->body.data + at + 22) : 0;
}

static void *record(void *context)
{
	struct recorder *recorder = context;

	for (int id = recorder->first; id <= recorder->last; id++) {
		char path[60], fields[100];

		snprintf(path, sizeof path, "/envois/%d", id);
		if (browser_get(&recorder->browser, path) != 200)
			break;
		snprintf(path, sizeof path, "/envois/%d/controle", id);
		snprintf(fields, sizeof fields, "version=%d&resultat=value&droits=1000&constat=essai",
			version_of(&recorder->browser));
		if (browser_post(&recorder->browser, path, fields) != 303)
			break;
		atomic_store(&recorder->acknowledged, id);
	}
	return NULL;
}

static void record_and_kill(struct site *site, const char *password, struct recorder recorders[2])
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++) {
		browser_init(&recorders[i].browser, site);
		recorders[i].first = 1 + i * RECORDED / 2;
		recorders[i].last = (i + 1) * RECORDED / 2;
		atomic_init(&recorders[i].acknowledged, 0);
		REQUIRE(browser_sign_in(&recorders[i].browser, "admin", password));
	}
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, record, &recorders[i]);
	pause_for(700000);
	site_kill(site);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		browser_release(&recorders[i].browser);
	}
}

static void kill_server(const char *url)
{
	char folder[PATH_ROOM], table[PATH_ROOM + 20], password[64];
	struct recorder recorders[2];
	struct site site;
	struct run run;
	int checked = 0;

	REQUIRE(scratch_make(folder, sizeof folder) && first_run(url, password));
	snprintf(table, sizeof table, "%s/table.csv", folder);
	REQUIRE(write_table(table, RECORDED));
	RUN(&run, "import", table, "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	scratch_remove(folder);
	REQUIRE(site_start(&site, url));
	record_and_kill(&site, password, recorders);
	for (int i = 0; i < 2; i++)
		for (int id = recorders[i].first; id <= atomic_load(&recorders[i].acknowledged); id += 1 + checked / 20) {
			CHECK_INTEGER(count_of(url, &COUNT_RESULTS, id), 1);
			checked++;
		}
	CHECK(checked > 0);
	check_whole(url, RECORDED);
	REQUIRE(site_start(&site, url));
	CHECK(site_stop(&site));
}

TEST(faults_acknowledged_results_survive_a_kill) { test_each_url(kill_server); }

/* ---- a backup while an import runs, restored elsewhere */

static char backup_path[PATH_ROOM + 20];
static int64_t least_rows;

static void restore_here(const char *url)
{
	struct run run;
	int64_t rows;

	RUN(&run, "restore", backup_path, "--db", url);
	if (run.code != 0)
		test_failed(__FILE__, __LINE__, "restore: %d %s", run.code, run.err.data);
	run_release(&run);
	rows = count_of(url, &COUNT_CONSIGNMENTS, 0);
	CHECK(rows >= least_rows && rows <= BACKUP_ROWS);
	check_whole(url, rows);
}

static void restore_sqlite(const char *folder)
{
	char url[PATH_ROOM + 40];

	snprintf(url, sizeof url, "sqlite:%s/restored.db", folder);
	restore_here(url);
}

static void backup_while_importing(const char *url)
{
	char folder[PATH_ROOM], table[PATH_ROOM + 20], password[64];
	struct run run;
	pid_t process;

	REQUIRE(scratch_make(folder, sizeof folder) && first_run(url, password));
	snprintf(table, sizeof table, "%s/table.csv", folder);
	snprintf(backup_path, sizeof backup_path, "%s/copy.backup", folder);
	REQUIRE(write_table(table, BACKUP_ROWS));
	process = start_program((const char *const[]){"import", table, "--db", url, NULL});
	for (int i = 0; i < 100 && count_of(url, &COUNT_CONSIGNMENTS, 0) < 1; i++)
		pause_for(50000);
	least_rows = count_of(url, &COUNT_CONSIGNMENTS, 0);
	RUN(&run, "backup", backup_path, "--db", url);
	if (run.code != 0)
		test_failed(__FILE__, __LINE__, "backup: %d %s", run.code, run.err.data);
	run_release(&run);
	CHECK_INTEGER(wait_program(process), 0);
	check_whole(url, BACKUP_ROWS);
	if (strncmp(url, "sqlite:", 7) == 0)
		restore_sqlite(folder);
	else
		test_new_postgres(restore_here);
	scratch_remove(folder);
}

TEST(faults_backup_during_an_import_restores_whole) { test_each_url(backup_while_importing); }
