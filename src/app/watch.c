/* vigie watch: takes the files that arrive in a folder (a copy by SFTP of SYDONIA's exports, a shared disk) through
 * the same path as an import, and leaves a receipt for each. */
#include "app/commands.h"
#include "app/files.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "modules/risk/risk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_LIMIT = 1 << 30, SEEN_LIMIT = 10000, QUIET_SECONDS = 2, PAUSE_SECONDS = 2, NAME_LIMIT = 200,
	PLACE_ROOM = NAME_LIMIT + 30, PATH_ROOM = PLACE_ROOM + 60 };

/* Where files go: what was read, and what was refused. */
static const char taken_folder[] = "recus", refused_folder[] = "refuses";

/* A file as it was at the last look: it is whole when nothing has changed since. */
struct seen {
	char name[NAME_LIMIT + 1];
	off_t size;
	struct timespec changed;
	bool is_there;
};
struct watching {
	const struct invocation *invocation;
	const char *folder;
	int fd; /* of the folder: all names are looked up in it, whatever becomes of its path */
	struct intake intake;
	struct seen *seen;
	size_t seen_count;
	bool only_once;
	int taken, refused;
};

static bool ends_with(const char *name, const char *end)
{
	size_t size = strlen(name), tail = strlen(end);

	return size >= tail && strcmp(name + size - tail, end) == 0;
}

/* Hidden files and those that transfer programs write to before they rename them are not ours yet. */
static bool is_candidate(const char *name)
{
	static const char *const partial[] = {".part", ".filepart", ".tmp", ".partial", ".crdownload", ".swp", "~"};

	if (name[0] == '.' || strlen(name) > NAME_LIMIT)
		return false;
	for (size_t i = 0; i < sizeof partial / sizeof *partial; i++)
		if (ends_with(name, partial[i]))
			return false;
	return true;
}

static struct seen *find_seen(struct watching *w, const char *name)
{
	for (size_t i = 0; i < w->seen_count; i++)
		if (strcmp(w->seen[i].name, name) == 0)
			return &w->seen[i];
	if (w->seen_count == SEEN_LIMIT)
		return NULL;
	w->seen[w->seen_count] = (struct seen){.size = -1};
	snprintf(w->seen[w->seen_count].name, sizeof w->seen[0].name, "%s", name);
	return &w->seen[w->seen_count++];
}

/* Has the file been left alone since the look before, and for some seconds? */
static bool is_settled(struct watching *w, const char *name, const struct stat *information)
{
	struct seen *seen = find_seen(w, name);
	bool is_same;

	if (!seen)
		return false;
	is_same = seen->size == information->st_size && seen->changed.tv_sec == information->st_mtim.tv_sec &&
		seen->changed.tv_nsec == information->st_mtim.tv_nsec;
	seen->size = information->st_size;
	seen->changed = information->st_mtim;
	seen->is_there = true;
	return (is_same || w->only_once) && time(NULL) - information->st_mtim.tv_sec >= (w->only_once ? 0 : QUIET_SECONDS);
}

static void put_count(struct json_writer *json, const char *key, int64_t count)
{
	put_key(json, key);
	put_int(json, count);
}

static enum status write_receipt(int below, const char *place, const char *name, const unsigned char *digest, const struct import_row *row)
{
	AUTO(buffer_release) struct buffer text = {0}, hex = {0};
	char path[PATH_ROOM];
	struct json_writer json;

	buffer_init(&text, 1 << 20);
	buffer_init(&hex, 100);
	hex_print(&hex, digest, DIGEST_SIZE);
	put_begin(&json, &text);
	put_object(&json);
	put_key(&json, "file");
	put_text(&json, text_of(name));
	put_key(&json, "sha256");
	put_text(&json, buffer_text(&hex));
	put_count(&json, "size", row->size);
	put_key(&json, "at");
	put_time(&json, clock_now());
	put_key(&json, "state");
	put_text(&json, row->state);
	put_count(&json, "import", row->id);
	put_key(&json, "format");
	put_text(&json, row->format);
	put_count(&json, "read", row->read_count);
	put_count(&json, "added", row->added_count);
	put_count(&json, "amended", row->amended_count);
	put_count(&json, "unchanged", row->unchanged_count);
	put_count(&json, "warnings", row->warning_count);
	put_count(&json, "errors", row->error_count);
	put_key(&json, "refusal");
	put_text(&json, row->refusal);
	put_object_end(&json);
	buffer_byte(&text, '\n');
	TRY(buffer_status(&text));
	snprintf(path, sizeof path, "/proc/self/fd/%d/%s.recu.json", below, place);
	return file_write(path, buffer_text(&text));
}

/* The folder below, made when it is missing. Never through a symbolic link: who may write into the watched folder must
 * not choose where files go. The caller closes it; -1 on failure. */
static int open_below(const struct watching *w, const char *folder)
{
	if (mkdirat(w->fd, folder, 0770) != 0 && errno != EEXIST)
		return -1;
	return openat(w->fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_file(int folder, const char *name, const struct stat *file)
{
	struct stat there;

	return fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_dev == file->st_dev &&
		there.st_ino == file->st_ino;
}

/* Moves the file that was read, and no other that has its name meanwhile, into the folder below: under its name, or
 * with the time before it when that is taken. False with errno. */
static bool move_file(const struct watching *w, const char *name, const struct stat *file, int below, char place[PLACE_ROOM])
{
	struct stat there;

	snprintf(place, PLACE_ROOM, "%s", name);
	if (fstatat(below, place, &there, AT_SYMLINK_NOFOLLOW) == 0)
		snprintf(place, PLACE_ROOM, "%lld-%s", (long long)clock_now(), name);
	if (renameat2(w->fd, name, below, place, RENAME_NOREPLACE) != 0)
		return false;
	if (is_file(below, place, file))
		return true;
	(void)renameat2(below, place, w->fd, name, RENAME_NOREPLACE);
	errno = EBUSY;
	return false;
}

/* The receipt comes last: who waits for it finds the file in its place. */
static void put_away(struct watching *w, const char *name, const struct stat *file, const unsigned char *digest,
	const struct import_row *row, bool is_refused)
{
	int below = open_below(w, is_refused ? refused_folder : taken_folder);
	char place[PLACE_ROOM];

	if (below < 0 || !move_file(w, name, file, below, place)) {
		log_event(LOG_ERROR, "watched file not moved", "file", name, "reason", strerror(errno), NULL);
		if (below >= 0)
			close(below);
		return;
	}
	if (write_receipt(below, place, name, digest, row) != STATUS_OK)
		log_event(LOG_ERROR, "receipt not written", "file", name, NULL);
	close(below);
	w->taken += !is_refused;
	w->refused += is_refused;
	printf("%s: %s\n", name, is_refused ? tr(w->invocation->language, TR("refusé"))
					    : tr(w->invocation->language, TR("reçu")));
	fflush(stdout);
}

static void take_file(struct watching *w, const char *name, int fd, const struct stat *file)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	char path[PATH_ROOM];
	unsigned char digest[DIGEST_SIZE];
	struct import_row row = {0};
	enum status status;

	/* The file that was looked at, whatever stands under its name by now. */
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (!arena || digest_file(path, digest) != STATUS_OK)
		return;
	status = intake_file(&w->intake, path, text_of(name), arena, &row);
	if (status != STATUS_OK && status != STATUS_INVALID) {
		/* Not the file's fault: it stays and is tried again. */
		log_event(LOG_ERROR, "watched file not taken", "file", name, "status", status_name(status), NULL);
		return;
	}
	put_away(w, name, file, digest, &row, status == STATUS_INVALID);
}

/* Opened before it is looked at, so that it cannot be exchanged in between; a link, a pipe or a device is none. */
static void look_at(struct watching *w, const char *name)
{
	int fd = openat(w->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat file;

	if (fd < 0)
		return;
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && is_settled(w, name, &file))
		take_file(w, name, fd, &file);
	close(fd);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void forget_gone(struct watching *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->seen_count; i++)
		if (w->seen[i].is_there)
			w->seen[kept++] = w->seen[i];
	w->seen_count = kept;
	for (size_t i = 0; i < kept; i++)
		w->seen[i].is_there = false;
}

/* In the order of names, so that numbered exports come in theirs. False when the folder cannot be read. */
static bool look(struct watching *w)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	char **names = arena ? ARENA_ARRAY(arena, SEEN_LIMIT, char *) : NULL;
	int fd = openat(w->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	size_t count = 0;

	while (folder && names && (entry = readdir(folder)) && count < SEEN_LIMIT)
		if (is_candidate(entry->d_name)) {
			names[count] = (char *)(uintptr_t)arena_string(arena, text_of(entry->d_name));
			count += names[count] != NULL;
		}
	if (folder)
		closedir(folder);
	else if (fd >= 0)
		close(fd);
	if (!folder || !names)
		return false;
	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 0; i < count; i++)
		look_at(w, names[i]);
	forget_gone(w);
	return true;
}

static int watch_on(struct watching *w)
{
	const struct timespec pause = {PAUSE_SECONDS, 0};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	do {
		if (!look(w))
			return complain(w->invocation, TR("%1 : ce dossier ne se lit pas"), w->folder, NULL);
	} while (!w->only_once && sigtimedwait(&signals, NULL, &pause) < 0);
	return w->only_once && w->refused ? EXIT_REFUSED : EXIT_FINE;
}

static int run_watch(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *decider = NULL;
	const struct actor actor = actor_system("watch");
	struct watching w = {.invocation = invocation, .folder = invocation->arguments[0],
		.only_once = option_value(invocation, "--once") != NULL};
	int code;

	if (!arena)
		return complain_status(invocation, "watch", STATUS_NO_MEMORY);
	w.seen = ARENA_ARRAY(arena, SEEN_LIMIT, struct seen);
	if (!w.seen)
		return complain_status(invocation, "watch", STATUS_NO_MEMORY);
	w.intake.actor = &actor;
	if (command_mapping(invocation, arena, &w.intake.mapping) != STATUS_OK)
		return EXIT_USAGE;
	if (command_database(invocation, false, &database) != STATUS_OK)
		return EXIT_REFUSED;
	if (decider_new(database, &decider) != STATUS_OK)
		return complain_status(invocation, "watch", STATUS_NO_MEMORY);
	w.intake.database = database;
	w.intake.decider = decider;
	w.fd = open(w.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.fd < 0)
		return complain(invocation, TR("%1 : ce dossier ne se lit pas"), w.folder, NULL);
	code = watch_on(&w);
	close(w.fd);
	return code;
}

static const struct option options[] = {
	OPTION_DB,
	{"--map", "FICHIER", TR("correspondance des colonnes d'un CSV")},
	{"--once", NULL, TR("prend ce qui est là et s'arrête")},
	{NULL, NULL, NULL},
};
const struct command watch_command = {"watch", "DOSSIER",
	TR("prend les fichiers qui arrivent dans un dossier, avec un reçu pour chacun"), options, 1, 1, run_watch};
