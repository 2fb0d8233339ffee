/* Running the program, and what its commands print. */
#include "conversation.h"

#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PIECE = 65536, START_WAIT = 20000 };

static bool launch(const char *const *words, int in, int out, int err, pid_t *ret_process)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	const char *all[WORD_LIMIT * 8] = {VIGIE_PROGRAM};
	sigset_t none;
	size_t count = 1;
	bool done;

	for (; *words && count < sizeof all / sizeof *all - 1; words++)
		all[count++] = *words;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	done = posix_spawn(ret_process, VIGIE_PROGRAM, &actions, &attributes, (char *const *)all, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return done;
}

int wait_program(pid_t process)
{
	int status;

	while (waitpid(process, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

pid_t start_program(const char *const *words)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t process = -1;

	if (nothing < 0 || !launch(words, nothing, nothing, nothing, &process))
		process = -1;
	close(nothing);
	return process;
}

bool file_take(const char *path, struct buffer *out)
{
	static const struct text end = {"", 0};
	char piece[PIECE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	if (fd < 0)
		return false;
	buffer_append(out, end);
	while ((count = read(fd, piece, sizeof piece)) > 0)
		buffer_append(out, (struct text){piece, (size_t)count});
	close(fd);
	return count == 0 && buffer_status(out) == STATUS_OK;
}

/* A file without a name that holds the text, at its beginning. */
static int hidden_file(struct text content)
{
	char path[] = "/tmp/vigie-run-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0)
		return -1;
	unlink(path);
	if (content.size && write(fd, content.data, content.size) != (ssize_t)content.size)
		return -1;
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void read_back(int fd, struct buffer *out)
{
	char piece[PIECE];
	ssize_t count;

	lseek(fd, 0, SEEK_SET);
	while ((count = read(fd, piece, sizeof piece)) > 0)
		buffer_append(out, (struct text){piece, (size_t)count});
	buffer_string(out, "");
}

void run_program(struct run *run, struct text input, const char *const *words)
{
	int in = hidden_file(input), out = hidden_file(TEXT_NONE), err = hidden_file(TEXT_NONE);
	pid_t process;

	run->code = -1;
	buffer_init(&run->out, ANSWER_LIMIT);
	buffer_init(&run->err, ANSWER_LIMIT);
	if (in >= 0 && out >= 0 && err >= 0 && launch(words, in, out, err, &process)) {
		run->code = wait_program(process);
		read_back(out, &run->out);
		read_back(err, &run->err);
	}
	close(in);
	close(out);
	close(err);
}

void run_release(struct run *run)
{
	buffer_release(&run->out);
	buffer_release(&run->err);
}

/* "  admin   PASSWORD   Name" or "… LOGIN … : PASSWORD". */
bool first_password(struct text output, const char *login, char *ret_password, size_t size)
{
	while (output.data) {
		struct text line = text_trim(text_cut(&output, '\n')), word = text_cut(&line, ' ');
		size_t colon;

		if (text_is(word, login)) {
			line = text_trim(line);
			word = text_cut(&line, ' ');
			return snprintf(ret_password, size, "%.*s", TEXT_FORMAT(word)) > 8;
		}
		if (!line.data || text_find(line, text_of(login)) == line.size)
			continue;
		for (colon = line.size; colon && line.data[colon - 1] != ' '; colon--)
			;
		word = text_slice(line, colon, line.size);
		return snprintf(ret_password, size, "%.*s", TEXT_FORMAT(word)) > 8;
	}
	return false;
}

bool account_add(const char *url, const char *login, const char *role, const char *unit, char *ret_password)
{
	struct run run;
	bool done;

	RUN(&run, "user", "add", login, "--db", url, "--role", role, "--unit", unit);
	done = run.code == 0 && first_password(buffer_text(&run.out), login, ret_password, 64);
	if (!done)
		test_failed(__FILE__, __LINE__, "user add %s: %d %s", login, run.code, run.err.data);
	run_release(&run);
	return done;
}

bool scratch_make(char *path, size_t size)
{
	const char *top = getenv("TMPDIR");

	snprintf(path, size, "%s/vigie-journey-XXXXXX", top && *top ? top : "/tmp");
	return mkdtemp(path) != NULL;
}

static int remove_one(const char *path, const struct stat *information, int kind, struct FTW *where)
{
	(void)information;
	(void)kind;
	(void)where;
	return remove(path);
}

void scratch_remove(const char *path)
{
	if (*path)
		nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The first line says the address: "… http://127.0.0.1:PORT/". */
static int read_port(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char line[400];
	size_t size = 0;
	char *colon;

	while (size < sizeof line - 1 && poll(&wait, 1, START_WAIT) > 0) {
		ssize_t count = read(fd, line + size, 1);

		if (count <= 0 || line[size] == '\n')
			break;
		size++;
	}
	line[size] = '\0';
	colon = strrchr(line, ':');
	return colon ? atoi(colon + 1) : 0;
}

bool site_start(struct site *site, const char *url) { return site_start_as(site, url, NULL); }

bool site_start_as(struct site *site, const char *url, const char *option)
{
	char documents[PATH_ROOM] = "";
	int ends[2], nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	const char *log = getenv("VIGIE_TEST_LOG");
	int err = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : nothing;

	*site = (struct site){.url = url, .process = -1};
	if (nothing < 0 || pipe2(ends, O_CLOEXEC) != 0)
		return false;
	if (scratch_make(documents, sizeof documents) &&
	    launch((const char *const[]){"serve", "--db", url, "--listen", "127.0.0.1:0", "--documents", documents, option, NULL},
		    nothing, ends[1], err, &site->process)) {
		close(ends[1]);
		site->port = read_port(ends[0]);
		memcpy(site->documents, documents, sizeof documents);
	} else {
		close(ends[1]);
	}
	close(ends[0]);
	close(nothing);
	if (log)
		close(err);
	if (!site->port)
		test_failed(__FILE__, __LINE__, "the server does not start on %s", url);
	return site->port != 0;
}

bool site_stop(struct site *site)
{
	int code;

	if (site->process <= 0)
		return false;
	kill(site->process, SIGTERM);
	code = wait_program(site->process);
	site->process = -1;
	scratch_remove(site->documents);
	if (code != 0)
		test_failed(__FILE__, __LINE__, "the server ended with %d", code);
	return code == 0;
}

void site_kill(struct site *site)
{
	if (site->process > 0) {
		kill(site->process, SIGKILL);
		wait_program(site->process);
	}
	site->process = -1;
	scratch_remove(site->documents);
}
