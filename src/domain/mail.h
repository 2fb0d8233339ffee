#ifndef VIGIE_DOMAIN_MAIL_H
#define VIGIE_DOMAIN_MAIL_H
/* One message to one person through an SMTP server, by libcurl. */
#include "base/buffer.h"
#include "domain/setting.h"

enum { MAIL_ADDRESS_LIMIT = 254, MAIL_PROBLEM_SIZE = 200 };

/* Rows of the settings, in this order; ended by a zero row. The password is in a file, so that it is neither in the
 * database nor in the journal of changes. */
enum mail_setting { MAIL_SERVER, MAIL_TLS, MAIL_USER, MAIL_PASSWORD_FILE, MAIL_FROM, MAIL_DIGEST_HOUR, PUBLIC_ADDRESS };
extern const struct setting mail_settings[];

struct mail_server {
	struct text url; /* "smtp://host:587", "smtps://host:465"; empty: no mail is sent */
	struct text tls; /* "required", "optional", "none" */
	struct text user, password; /* empty: no sign-in */
	struct text from;
};
struct mail {
	struct text to, subject, body; /* UTF-8 */
	int64_t id; /* makes the Message-ID: the same message sent twice can be told */
};

/* From the settings, with the password read from its file. In the arena. */
enum status mail_server_read(struct reader *reader, struct arena *arena, struct mail_server *ret_server) MUST_CHECK;
/* A plain address that fits a header and a command: one @, no blanks, quotes, angles or control characters. */
bool mail_address_is_good(struct text address);
/* The message as it goes out (RFC 5322, MIME, base64 of UTF-8). */
enum status mail_print(struct buffer *buffer, const struct mail_server *server, const struct mail *mail, int64_t now)
	MUST_CHECK;
/* Waits at most half a minute. STATUS_INVALID: the server refused for good; STATUS_UNAVAILABLE: worth another try.
 * Then ret_problem (MAIL_PROBLEM_SIZE bytes) says why, without secrets. */
enum status mail_send(const struct mail_server *server, const struct mail *mail, char *ret_problem) MUST_CHECK;

#endif
