#ifndef VIGIE_TESTS_CONVERSATION_H
#define VIGIE_TESTS_CONVERSATION_H
/* The real program, run as people run it: commands at a prompt, the server, and browsers that talk to it. */
#include "base/buffer.h"

#include <sys/types.h>

enum { PATH_ROOM = 400, COOKIE_COUNT = 8, COOKIE_ROOM = 300, ANSWER_LIMIT = 64 << 20, WORD_LIMIT = 16 };

/* What a command said. Released by run_release(). */
struct run {
	int code; /* exit code; -1: it was killed or could not start */
	struct buffer out, err;
};
/* Runs the program with the words (ended by NULL); `input` goes to its standard input when it is not missing. */
void run_program(struct run *run, struct text input, const char *const *words);
void run_release(struct run *run);
#define RUN(run, ...) run_program((run), TEXT_NONE, (const char *const[]){__VA_ARGS__, NULL})
/* Starts the program without waiting; its output goes nowhere. */
pid_t start_program(const char *const *words);
/* The exit code, -1 when a signal ended it. */
int wait_program(pid_t process);

/* The first password of a new account, read from what `vigie first-run` or `vigie user add` printed. */
bool first_password(struct text output, const char *login, char *ret_password, size_t size);

/* A running server with its folder for documents. */
struct site {
	const char *url;
	char documents[PATH_ROOM];
	pid_t process;
	int port;
};
bool site_start(struct site *site, const char *url);
/* The same with one more option of `vigie serve`. */
bool site_start_as(struct site *site, const char *url, const char *option);
/* Asks it to stop and waits; false when it did not end well. Removes the documents. */
bool site_stop(struct site *site);
void site_kill(struct site *site);

struct browser {
	int port;
	char names[COOKIE_COUNT][40], values[COOKIE_COUNT][COOKIE_ROOM];
	char token[200]; /* of the last form seen */
	char location[PATH_ROOM]; /* where the last answer sends to; "" */
	const char *language; /* Accept-Language; NULL: none said */
	struct buffer answer; /* head and body */
	struct text body;
};
void browser_init(struct browser *browser, const struct site *site);
void browser_release(struct browser *browser);
/* One request; `fields` (urlencoded, without the token) makes it a form. Returns the status, 0 without an answer. */
int browser_ask(struct browser *browser, const char *method, const char *path, const char *fields);
int browser_get(struct browser *browser, const char *path);
int browser_post(struct browser *browser, const char *path, const char *fields);
/* Uploads one file as the form would. */
int browser_upload(struct browser *browser, const char *path, const char *field, const char *name, struct text content);
/* Opens the address only as far as its status: for streams that do not end. */
int browser_peek(struct browser *browser, const char *path);
/* Opens a stream and returns its socket, which the caller closes; -1 when it did not open with 200. */
int browser_open(const struct browser *browser, const char *path);
/* What a person chooses in place of a first password. */
extern const char chosen_password[];
/* Signs in and, where a first password must be changed, changes it. */
bool browser_sign_in(struct browser *browser, const char *login, const char *password);
/* The body as it came holds the text. */
bool browser_sees(const struct browser *browser, const char *what);
void url_encode(struct buffer *out, struct text value);

/* Makes an account by `vigie user add`; *ret_password has room for 64. */
bool account_add(const char *url, const char *login, const char *role, const char *unit, char *ret_password);
/* Runs every file of tests/journeys that ends in .talk and whose name begins so. */
void conversation_run(const char *url, const char *file);
/* A new folder below the temporary one, and its end with all that is in it. */
bool scratch_make(char *path, size_t size);
void scratch_remove(const char *path);
/* Reads a file whole; false when it is not there. */
bool file_take(const char *path, struct buffer *out);

#endif
