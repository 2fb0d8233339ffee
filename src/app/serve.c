/* vigie serve: the application in the browser. */
#include "app/commands.h"
#include "app/wiring.h"
#include "base/log.h"
#include "domain/program.h"
#include "domain/session.h"
#include "modules/risk/risk.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { JOB_TABLES = 32, DOCUMENT_LIMIT = 1 << 30, SECRET_SIZE = 32, MOST_CONNECTIONS = 50000, OTHER_FILES = 256 };

STATEMENT(SECRET_READ, "select value from server_secrets where name = 'cookies'");
STATEMENT(SECRET_WRITE,
	"insert into server_secrets (name, value) values ('cookies', $1) on conflict (name) do nothing");

static const struct session_hooks hooks = {.load = session_load, .touch = session_touch,
	.load_token = program_load, .touch_token = program_touch};

enum { JOB_THREADS = 32, LONG_JOB_NICENESS = 10 };

/* One thread for all short jobs, one for each long one: a rehearsal of minutes must not hold up delays and mails. */
struct job_threads {
	struct database *database;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	uint64_t asked; /* how often a job was asked for */
	struct job_thread {
		struct job_threads *all;
		const struct job *job; /* NULL: the short ones */
		pthread_t thread;
	} rows[JOB_THREADS];
	size_t count;
};

/* The secret that signs cookies: the same on all servers of one database. */
static enum status read_secret(struct database *database, struct arena *arena, struct text *ret_secret)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &SECRET_READ, NO_PARAMS, &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	*ret_secret = rows_copy(rows, 0, arena);
	return ret_secret->data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status find_secret(struct database *database, struct arena *arena, struct text *ret_secret)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	enum status status = read_secret(database, arena, ret_secret);
	char fresh[SECRET_SIZE];

	if (status != STATUS_NOT_FOUND)
		return status;
	secret_random(fresh, sizeof fresh);
	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &SECRET_WRITE, PARAMS(V_BYTES(((struct text){fresh, sizeof fresh}))), NULL));
	TRY(writer_commit(&writer));
	return read_secret(database, arena, ret_secret);
}

static int64_t run_due(const struct job_thread *thread)
{
	const struct job *tables[JOB_TABLES];
	size_t count = 0;

	if (thread->job)
		return job_run_due_one(thread->all->database, thread->job);
	for (const struct module *const *module = modules; *module; module++)
		if ((*module)->jobs && count < JOB_TABLES)
			tables[count++] = (*module)->jobs;
	return job_run_due_short(thread->all->database, tables, count);
}

static void *run_jobs(void *context)
{
	const struct job_thread *thread = context;
	struct job_threads *all = thread->all;

	/* On Linux this is of the thread: who waits for a page goes before what takes minutes anyhow. Where it is not
	 * granted, nothing else changes. */
	if (thread->job)
		(void)setpriority(PRIO_PROCESS, 0, LONG_JOB_NICENESS);
	pthread_mutex_lock(&all->lock);
	while (!all->stopping) {
		struct timespec until;
		uint64_t asked = all->asked;
		int64_t seconds;

		pthread_mutex_unlock(&all->lock);
		seconds = run_due(thread);
		pthread_mutex_lock(&all->lock);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += seconds > 0 ? seconds : 1;
		/* What was asked for while it ran, after its look at the table, is no reason to sleep. */
		if (!all->stopping && all->asked == asked)
			pthread_cond_timedwait(&all->wake, &all->lock, &until);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

static bool start_job_thread(struct job_threads *all, const struct job *job)
{
	struct job_thread *thread = &all->rows[all->count];

	if (all->count == JOB_THREADS)
		return false;
	*thread = (struct job_thread){.all = all, .job = job};
	if (pthread_create(&thread->thread, NULL, run_jobs, thread) != 0)
		return false;
	all->count++;
	return true;
}

static bool start_jobs(struct job_threads *all)
{
	if (!start_job_thread(all, NULL))
		return false;
	for (const struct module *const *module = modules; *module; module++)
		for (const struct job *job = (*module)->jobs; job && job->name; job++)
			if (job_is_long(job) && !start_job_thread(all, job))
				return false;
	return true;
}

static void stop_jobs(struct job_threads *all)
{
	pthread_mutex_lock(&all->lock);
	all->stopping = true;
	pthread_cond_broadcast(&all->wake);
	pthread_mutex_unlock(&all->lock);
	for (size_t i = 0; i < all->count; i++)
		pthread_join(all->rows[i].thread, NULL);
}

/* A job that is asked for need not wait for the thread's next look. */
static void wake_jobs(void *context, const char *channel, struct text payload)
{
	struct job_threads *all = context;

	(void)payload;
	if (strcmp(channel, "jobs") != 0)
		return;
	pthread_mutex_lock(&all->lock);
	all->asked++;
	pthread_cond_broadcast(&all->wake);
	pthread_mutex_unlock(&all->lock);
}

/* SIGHUP takes a new certificate and goes on; settings are read from the database at each use and need nothing. */
static void wait_for_signal(struct server *server)
{
	sigset_t signals;
	int which;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	while (sigwait(&signals, &which) == 0 && which == SIGHUP)
		if (server_reload(server) != STATUS_OK)
			log_event(LOG_ERROR, "reload failed", NULL);
}

/* Before any thread starts, so that all of them leave the signals to wait_for_signal(). */
static void block_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static bool read_address(const struct invocation *invocation, char *host, size_t size, int *ret_port)
{
	const char *listen = option_value(invocation, "--listen");
	const char *colon;
	char *end;
	long port;

	listen = listen ? listen : "127.0.0.1:8080";
	colon = strrchr(listen, ':');
	if (!colon || (size_t)(colon - listen) >= size || !colon[1])
		return false;
	port = strtol(colon + 1, &end, 10);
	if (*end || port < 0 || port > 65535)
		return false;
	memcpy(host, listen, (size_t)(colon - listen));
	host[colon - listen] = '\0';
	*ret_port = (int)port;
	return true;
}

static enum status serve(const struct invocation *invocation, const struct risk_application *application,
	const struct server_options *options)
{
	struct job_threads jobs = {.database = application->base.database};
	struct server *server = NULL;
	char address[128];

	TRY(server_start(&application->base, options, &server));
	pthread_mutex_init(&jobs.lock, NULL);
	pthread_cond_init(&jobs.wake, NULL);
	if (database_listen(jobs.database, wake_jobs, &jobs) != STATUS_OK || !start_jobs(&jobs)) {
		database_unlisten(jobs.database, wake_jobs, &jobs);
		stop_jobs(&jobs);
		server_stop(server);
		return STATUS_UNAVAILABLE;
	}
	snprintf(address, sizeof address, "%s://%s:%d/", options->certificate ? "https" : "http",
		options->host, server_port(server));
	announce(invocation, TR("Vigie répond à l'adresse %1"), address, NULL);
	fflush(stdout);
	wait_for_signal(server);
	announce(invocation, TR("Arrêt : ce qui est en cours se termine."), NULL, NULL);
	/* Long jobs break off meanwhile, at a point from which they are taken up again. */
	database_stop(jobs.database);
	server_stop(server);
	database_unlisten(jobs.database, wake_jobs, &jobs);
	stop_jobs(&jobs);
	return STATUS_OK;
}

static const char *documents_folder(const struct invocation *invocation, struct arena *arena)
{
	const char *folder = option_value(invocation, "--documents");
	const char *url = option_value(invocation, "--db");

	if (!folder) {
		url = url ? url : DEFAULT_DATABASE;
		folder = strncmp(url, "sqlite:", 7) == 0 ? arena_format(arena, "%s.documents", url + 7).data
							 : "documents";
	}
	if (folder && mkdir(folder, 0700) != 0)
		return folder;
	return folder;
}

/* Each open page of an officer holds a connection: as many files as the system lets us have. How many connections that
 * leaves; 0 when it cannot be known, which is the server's default. */
static int raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 0;
	}
	if (limit.rlim_cur <= OTHER_FILES)
		return 0;
	return limit.rlim_cur > MOST_CONNECTIONS + OTHER_FILES ? MOST_CONNECTIONS : (int)limit.rlim_cur - OTHER_FILES;
}

static int run_serve(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *decider = NULL;
	struct document_store documents = {.limit = DOCUMENT_LIMIT};
	struct risk_application application = {.base = {.name = "Vigie", .modules = modules, .documents = &documents,
		.search = "/envois", .search_needs = CONSIGNMENTS_READ, .sessions = &hooks,
		.notifications = "/notifications", .language = LANGUAGE_FR}};
	char host[128];
	struct server_options options = {.host = host, .certificate = option_value(invocation, "--certificate"),
		.key = option_value(invocation, "--key"), .metrics_token = getenv("VIGIE_METRICS_TOKEN"),
		.trusts_proxy = option_value(invocation, "--behind-proxy") != NULL, .connection_limit = raise_files()};
	const char *language = option_value(invocation, "--language");
	enum status status;

	if (!arena || !read_address(invocation, host, sizeof host, &options.port)) {
		complain(invocation, TR("--listen attend HÔTE:PORT, par exemple 127.0.0.1:8080"), NULL, NULL);
		return EXIT_USAGE;
	}
	if (language && !language_from(text_of(language), &application.base.language))
		return complain(invocation, TR("langue inconnue : %1 (fr, en, pt ou es)"), language, NULL);
	block_signals();
	log_set_json(option_value(invocation, "--log-json") != NULL);
	if (command_database(invocation, true, &database) != STATUS_OK)
		return EXIT_REFUSED;
	documents.folder = documents_folder(invocation, arena);
	application.base.database = database;
	application.base.is_behind_tls = options.trusts_proxy;
	status = documents.folder ? find_secret(database, arena, &application.base.secret) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = decider_new(database, &decider);
	application.decider = decider;
	if (status == STATUS_OK)
		status = serve(invocation, &application, &options);
	return status == STATUS_OK ? EXIT_FINE : complain_status(invocation, "serve", status);
}

static const struct option options_rows[] = {
	OPTION_DB,
	{"--listen", "HÔTE:PORT", TR("adresse d'écoute (défaut : 127.0.0.1:8080)")},
	{"--language", "fr|en|pt|es", TR("langue quand rien d'autre ne la dit (défaut : fr)")},
	{"--certificate", "FICHIER", TR("certificat TLS (PEM)")},
	{"--key", "FICHIER", TR("clé du certificat (PEM)")},
	{"--behind-proxy", NULL, TR("un mandataire TLS de cette machine est devant (nginx, Caddy)")},
	{"--documents", "DOSSIER", TR("où garder les fichiers reçus (défaut : à côté de la base)")},
	{"--log-json", NULL, TR("journaux techniques en JSON")},
	{NULL, NULL, NULL},
};
const struct command serve_command = {"serve", "", TR("sert l'application dans le navigateur"), options_rows, 0, 0, run_serve};
