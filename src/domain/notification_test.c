/* Notifications reach the bell and, through a small SMTP server of the test's own, the post: each at once or in a
 * digest, tried again when the server is busy, given up when it refuses. */
#include "domain/notification.h"

#include "base/clock.h"
#include "domain/session.h"
#include "domain/test_domain.h"
#include "domain/unit.h"
#include "domain/user.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SAID_ROOM = 32768 };

STATEMENT(TEST_STATE, "select state, attempts, next_at, problem from notification_deliveries order by id desc limit 1");
STATEMENT(TEST_ASKED, "select is_asked from jobs where name = 'notifications.deliver'");
STATEMENT(TEST_AGE, "update notifications set read_at = 1 where read_at is not null");
STATEMENT(TEST_ALL, "select count(*) from notifications");
STATEMENT(TEST_ROLE, "insert into roles (code, label) values ('t', 'T')");
STATEMENT(TEST_ROLE_MAY, "insert into role_permissions (role_code, permission_code) values ('t', 't.hear')");

/* ---- a server that says what it is told to, and keeps what it hears */

struct post {
	int fd, port;
	pthread_t thread;
	const char *answer_to_recipient; /* "250 oui" when NULL */
	char said[SAID_ROOM];
	size_t size;
	int letters;
};

static bool read_line(FILE *in, struct post *post, char *line, size_t room)
{
	if (!fgets(line, (int)room, in))
		return false;
	if (post->size + strlen(line) + 1 < SAID_ROOM) {
		memcpy(post->said + post->size, line, strlen(line) + 1);
		post->size += strlen(line);
	}
	return true;
}

static void say(int fd, const char *words)
{
	if (write(fd, words, strlen(words)) < 0 || write(fd, "\r\n", 2) < 0)
		return;
}

static void serve_one(struct post *post, int fd)
{
	FILE *in = fdopen(fd, "r");
	char line[2000];

	say(fd, "220 essai");
	while (in && read_line(in, post, line, sizeof line)) {
		if (strncasecmp(line, "EHLO", 4) == 0 || strncasecmp(line, "MAIL", 4) == 0) {
			say(fd, "250 oui");
		} else if (strncasecmp(line, "RCPT", 4) == 0) {
			say(fd, post->answer_to_recipient ? post->answer_to_recipient : "250 oui");
		} else if (strncasecmp(line, "DATA", 4) == 0) {
			say(fd, "354 dites");
			while (read_line(in, post, line, sizeof line) && strcmp(line, ".\r\n") != 0)
				;
			post->letters++;
			say(fd, "250 pris");
		} else {
			say(fd, "221 adieu");
			break;
		}
	}
	if (in)
		fclose(in);
}

static void *serve(void *context)
{
	struct post *post = context;

	for (;;) {
		int fd = accept(post->fd, NULL, NULL);

		if (fd < 0)
			return NULL;
		serve_one(post, fd);
	}
}

static bool post_open(struct post *post)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	post->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (post->fd < 0 || bind(post->fd, (struct sockaddr *)&address, size) != 0 || listen(post->fd, 5) != 0 ||
		getsockname(post->fd, (struct sockaddr *)&address, &size) != 0)
		return false;
	post->port = ntohs(address.sin_port);
	return pthread_create(&post->thread, NULL, serve, post) == 0;
}

static void post_close(struct post *post)
{
	shutdown(post->fd, SHUT_RDWR);
	pthread_join(post->thread, NULL);
	close(post->fd);
}

/* The body of the last letter, decoded. */
static struct text last_body(const struct post *post, char *room, size_t size)
{
	const char *at = post->said, *next;
	size_t length = 0;

	while ((next = strstr(at, "Auto-Submitted:")))
		at = next + 1;
	at = strstr(at, "\r\n\r\n");
	if (!at || sodium_base642bin((unsigned char *)room, size - 1, at + 4, strlen(at + 4), "\r\n", &length, NULL,
			   sodium_base64_VARIANT_ORIGINAL) != 0)
		return TEXT("");
	return (struct text){room, length};
}

/* ---- */

static enum status set(struct writer *writer, const struct actor *actor, enum mail_setting which, const char *value)
{
	return setting_change(writer, actor, &mail_settings[which], text_of(value));
}

static enum status prepare(struct database *database, int port, const char *mode, int64_t *ret_person)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct user_new person = {.login = TEXT("awa"), .name = TEXT("Awa Koné"), .language = LANGUAGE_EN,
		.password_hash = "x"};
	struct actor actor = actor_system("essai");
	char url[40];

	snprintf(url, sizeof url, "smtp://127.0.0.1:%d", port);
	TRY(writer_begin(database, &writer));
	TRY(user_create(writer, &actor, &person, ret_person));
	TRY(set(writer, &actor, MAIL_SERVER, url));
	TRY(set(writer, &actor, MAIL_TLS, "none"));
	TRY(set(writer, &actor, MAIL_FROM, "vigie@example.org"));
	TRY(set(writer, &actor, PUBLIC_ADDRESS, "https://vigie.example.org/"));
	actor.user_id = *ret_person;
	TRY(notification_preference_write(writer, &actor, "email",
		&(struct notification_preference){TEXT("awa@example.org"), text_of(mode)}));
	return writer_commit(&writer);
}

static enum status tell(struct database *database, int64_t person, const char *what)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(notification_send(writer, &(struct notification){.user_id = person, .kind = "essai",
		.message = {.id = TR("Bonjour %1,"), .values = {text_of(what)}}, .path = "/controles/7"}));
	return writer_commit(&writer);
}

struct delivery_state {
	char state[20], problem[200];
	int64_t attempts, next_at;
};

static struct delivery_state last_state(struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	struct delivery_state state = {.attempts = -1};

	if (reader_begin(database, &reader) == STATUS_OK &&
		store_query(reader, &TEST_STATE, NO_PARAMS, &rows) == STATUS_OK && rows_next(rows)) {
		snprintf(state.state, sizeof state.state, "%.*s", TEXT_FORMAT(rows_text(rows, 0)));
		snprintf(state.problem, sizeof state.problem, "%.*s", TEXT_FORMAT(rows_text(rows, 3)));
		state.attempts = rows_integer(rows, 1);
		state.next_at = rows_integer(rows, 2);
	}
	return state;
}

TEST_ON_EACH_DATABASE(notification_goes_by_mail_and_is_tried_again)
{
	struct post post = {.answer_to_recipient = "451 plus tard"};
	struct delivery_state state;
	int64_t person = 0, asked = 0, now;
	int sent = -1, failed = -1;
	char room[4000];
	struct text body;

	REQUIRE(post_open(&post));
	CHECK_INTEGER(prepare(database, post.port, "each", &person), STATUS_OK);
	CHECK_INTEGER(tell(database, person, "\r\nBcc: x@example.org"), STATUS_OK);
	{
		AUTO(reader_release) struct reader *reader = NULL;

		CHECK(reader_begin(database, &reader) == STATUS_OK &&
			store_integer(reader, &TEST_ASKED, NO_PARAMS, &asked) == STATUS_OK && asked == 1);
	}
	now = clock_now();
	CHECK_INTEGER(notification_deliver(database, now, 10, &sent, &failed), STATUS_OK);
	CHECK(sent == 0 && failed == 1);
	state = last_state(database);
	CHECK_TEXT(text_of(state.state), "waiting");
	CHECK(state.attempts == 1 && state.next_at == now + 60 * MICROSECONDS && strstr(state.problem, "451"));
	post.answer_to_recipient = NULL;
	CHECK(notification_deliver(database, now, 10, &sent, &failed) == STATUS_OK && sent == 0 && failed == 0);
	CHECK(notification_deliver(database, now + 61 * MICROSECONDS, 10, &sent, &failed) == STATUS_OK && sent == 1);
	CHECK_TEXT(text_of(last_state(database).state), "sent");
	CHECK_INTEGER(post.letters, 1);
	CHECK(strstr(post.said, "RCPT TO:<awa@example.org>") && !strstr(post.said, "\nBcc:"));
	body = last_body(&post, room, sizeof room);
	CHECK(text_find(body, TEXT("Awa Koné")) != SIZE_MAX);
	CHECK(text_find(body, TEXT("https://vigie.example.org/controles/7")) != SIZE_MAX);
	/* A server that says no for good is not asked again, until a person says so. */
	post.answer_to_recipient = "550 inconnu";
	CHECK_INTEGER(tell(database, person, "encore"), STATUS_OK);
	CHECK(notification_deliver(database, clock_now(), 10, &sent, &failed) == STATUS_OK && failed == 1);
	CHECK_TEXT(text_of(last_state(database).state), "refused");
	post_close(&post);
}

TEST_ON_EACH_DATABASE(notification_digest_is_one_letter)
{
	struct post post = {.port = 0};
	int64_t person = 0;
	int sent = -1, failed = -1;
	char room[4000];
	struct text body;

	REQUIRE(post_open(&post));
	CHECK_INTEGER(prepare(database, post.port, "daily", &person), STATUS_OK);
	CHECK(tell(database, person, "un") == STATUS_OK && tell(database, person, "deux") == STATUS_OK);
	CHECK(notification_deliver(database, clock_now(), 10, &sent, &failed) == STATUS_OK && sent == 0 && failed == 0);
	CHECK(notification_digest(database, clock_now() + 25 * 3600 * MICROSECONDS, &sent, &failed) == STATUS_OK && sent == 1 && failed == 0);
	CHECK_INTEGER(post.letters, 1);
	body = last_body(&post, room, sizeof room);
	CHECK(text_find(body, TEXT("un,")) != SIZE_MAX && text_find(body, TEXT("deux,")) != SIZE_MAX);
	CHECK_TEXT(text_of(last_state(database).state), "sent");
	CHECK(notification_digest(database, clock_now() + 25 * 3600 * MICROSECONDS, &sent, &failed) == STATUS_OK && sent == 0 && failed == 0);
	post_close(&post);
}

static bool count_unread(void *context, const struct notification_row *row)
{
	*(int *)context += row->read_at == TIME_NONE;
	return true;
}

TEST_ON_EACH_DATABASE(notification_is_read_by_its_owner)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	struct text path = TEXT_NONE;
	int64_t person = 0, count = 0;
	int unread = 0;

	CHECK_INTEGER(prepare(database, 9, "never", &person), STATUS_OK);
	CHECK(tell(database, person, "un") == STATUS_OK && tell(database, person, "deux") == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK_INTEGER(notification_read(writer, person + 1, 1, arena, &path), STATUS_NOT_FOUND);
	CHECK_INTEGER(notification_read(writer, person, 1, arena, &path), STATUS_OK);
	CHECK_TEXT(path, "/controles/7");
	CHECK(notification_list(writer_reader(writer), person, INT64_MAX, 10, count_unread, &unread) == STATUS_OK);
	CHECK_INTEGER(unread, 1);
	CHECK_INTEGER(notification_read_all(writer, person), STATUS_OK);
	CHECK(store_execute(writer, &TEST_AGE, NO_PARAMS, NULL) == STATUS_OK);
	CHECK_INTEGER(notification_clean(writer, clock_now()), STATUS_OK);
	CHECK(store_integer(writer_reader(writer), &TEST_ALL, NO_PARAMS, &count) == STATUS_OK && count == 0);
}

TEST_ON_EACH_DATABASE(notification_finds_the_nearest_holders)
{
	const struct actor system = actor_system("essai");
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t root = 0, office = 0, far = 0, near = 0, count = 0;
	struct notification notification = {.kind = "essai", .message = {.id = TR("Bonjour %1,")}, .path = "/"};
	struct user_new person = {.login = TEXT("loin"), .name = TEXT("loin"), .password_hash = "x"};

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(unit_create(writer, &system, 0, TEXT("administration"), TEXT("DG"), TEXT("DG"), &root) == STATUS_OK);
	CHECK(unit_create(writer, &system, root, TEXT("office"), TEXT("B1"), TEXT("B1"), &office) == STATUS_OK);
	CHECK(store_execute(writer, &TEST_ROLE, NO_PARAMS, NULL) == STATUS_OK);
	CHECK(store_execute(writer, &TEST_ROLE_MAY, NO_PARAMS, NULL) == STATUS_OK);
	CHECK(user_create(writer, &system, &person, &far) == STATUS_OK);
	person.login = TEXT("pres");
	CHECK(user_create(writer, &system, &person, &near) == STATUS_OK);
	CHECK(user_grant(writer, &system, far, "t", root) == STATUS_OK);
	CHECK(notification_send_holders(writer, "t.hear", TEXT("/1/2/"), 0, &notification) == STATUS_OK);
	CHECK(store_integer(writer_reader(writer), &TEST_ALL, NO_PARAMS, &count) == STATUS_OK && count == 1);
	CHECK(user_grant(writer, &system, near, "t", office) == STATUS_OK);
	CHECK(notification_send_holders(writer, "t.hear", TEXT("/1/2/"), near, &notification) == STATUS_OK);
	CHECK(store_integer(writer_reader(writer), &TEST_ALL, NO_PARAMS, &count) == STATUS_OK && count == 1);
	CHECK(notification_send_holders(writer, "t.hear", TEXT("/1/2/"), 0, &notification) == STATUS_OK);
	CHECK(store_integer(writer_reader(writer), &TEST_ALL, NO_PARAMS, &count) == STATUS_OK && count == 2);
}

TEST(mail_addresses_and_headers_hold_no_surprise)
{
	const struct mail_server server = {.from = TEXT("vigie@example.org")};
	AUTO(buffer_release) struct buffer out = {0};
	struct mail mail = {.to = TEXT("awa@example.org"), .subject = TEXT("é\r\nBcc: x@example.org et encore beaucoup de mots"),
		.body = TEXT("corps"), .id = 7};

	CHECK(mail_address_is_good(TEXT("a@b")) && mail_address_is_good(TEXT("a.b+c@d-e.fr")));
	CHECK(!mail_address_is_good(TEXT("")) && !mail_address_is_good(TEXT("a@b\r\nRCPT TO:<c@d>")) &&
		!mail_address_is_good(TEXT("a b@c")) && !mail_address_is_good(TEXT("@b")) && !mail_address_is_good(TEXT("a@")) &&
		!mail_address_is_good(TEXT("a@b@c")) && !mail_address_is_good(TEXT("a<b@c")));
	buffer_init(&out, 1 << 16);
	CHECK_INTEGER(mail_print(&out, &server, &mail, INT64_C(1795515630) * MICROSECONDS), STATUS_OK);
	CHECK(strstr(out.data, "Date: Tue, 24 Nov 2026 ") != NULL);
	CHECK(strstr(out.data, "Bcc") == NULL && strstr(out.data, "Message-ID: <vigie-7@example.org>") != NULL);
	mail.to = TEXT("awa");
	CHECK_INTEGER(mail_print(&out, &server, &mail, 0), STATUS_INVALID);
}
