#ifndef VIGIE_TESTS_TALK_H
#define VIGIE_TESTS_TALK_H
/* A small site of our own and a client that says exactly what it is told, for attacks and for plain requests. */
#include "web/server.h"

#include <stdlib.h>

extern const struct module *const talk_modules[];
/* Knows one session, token "officier", with permission "t.read" and CSRF secret talk_csrf. */
extern const struct session_hooks talk_sessions;
extern const char talk_csrf[];

/* Starts a server without a database; ends the test on failure by returning NULL. */
struct server *talk_start(const struct server_options *options);
/* Sends the bytes and reads until the server closes or `milliseconds` pass without a byte. The reply is ended by NUL,
 * in static storage. */
struct text talk(const struct server *server, struct text said, int milliseconds);
int talk_connect(const struct server *server);
void talk_send(int fd, struct text said);
struct text talk_read(int fd, int milliseconds);
/* The status code of a reply, 0 without. */
int talk_status(struct text reply);
bool talk_has(struct text reply, const char *part);
/* A POST of urlencoded fields as the officer, with a good token. */
struct text talk_post(const struct server *server, const char *path, const char *fields);

#endif
