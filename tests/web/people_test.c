/* People at work: signing in, the first password, users, units, the journal and its proof, through HTTP on both
 * databases. */
#include "talk.h"

#include "base/clock.h"
#include "base/log.h"
#include "domain/journal.h"
#include "domain/password.h"
#include "domain/session.h"
#include "domain/test_domain.h"
#include "domain/totp.h"
#include "domain/unit.h"
#include "domain/user.h"
#include "modules/identity/identity.h"
#include "modules/journal/journal.h"

#include <stdio.h>
#include <string.h>

enum { COOKIE_COUNT = 8, COOKIE_ROOM = 400, BODY_ROOM = 4000 };

static const char chosen[] = "une+phrase+bien+longue+42";

/* A browser: a jar of cookies and the token of the last form. */
struct browser {
	struct server *server;
	char names[COOKIE_COUNT][40], values[COOKIE_COUNT][COOKIE_ROOM];
	char csrf[200];
	struct text reply;
};

static void keep_cookie(struct browser *browser, struct text line)
{
	struct text rest = text_cut(&line, ';'), name = text_cut(&rest, '=');

	for (int i = 0; i < COOKIE_COUNT; i++) {
		if (browser->names[i][0] && !text_is(name, browser->names[i]))
			continue;
		snprintf(browser->names[i], sizeof browser->names[i], "%.*s", TEXT_FORMAT(name));
		snprintf(browser->values[i], sizeof browser->values[i], "%.*s", TEXT_FORMAT(rest));
		return;
	}
}

static int ask(struct browser *browser, const char *method, const char *path, const char *fields)
{
	struct buffer AUTO(buffer_release) said = {0};
	char body[BODY_ROOM] = "";
	struct text rest, mark = TEXT("name=\"_csrf\" value=\"");
	size_t at;

	if (fields)
		snprintf(body, sizeof body, "_csrf=%s&%s", browser->csrf, fields);
	buffer_init(&said, 1 << 16);
	buffer_format(&said, "%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: a=b", method, path);
	for (int i = 0; i < COOKIE_COUNT; i++)
		if (browser->names[i][0] && browser->values[i][0])
			buffer_format(&said, "; %s=%s", browser->names[i], browser->values[i]);
	buffer_string(&said, "\r\n");
	if (fields)
		buffer_format(&said, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n", strlen(body));
	buffer_format(&said, "\r\n%s", body);
	browser->reply = rest = talk(browser->server, buffer_text(&said), 10000);
	for (struct text line = text_cut(&rest, '\n'); line.size > 1; line = text_cut(&rest, '\n')) {
		if (text_equal_ignoring_case(text_slice(line, 0, 12), TEXT("Set-Cookie: ")))
			keep_cookie(browser, text_trim(text_slice(line, 12, line.size)));
	}
	at = text_find(browser->reply, mark);
	if (at < browser->reply.size) {
		rest = text_slice(browser->reply, at + mark.size, browser->reply.size);
		rest = text_slice(rest, 0, text_find(rest, TEXT("\"")));
		snprintf(browser->csrf, sizeof browser->csrf, "%.*s", TEXT_FORMAT(rest));
	}
	return talk_status(browser->reply);
}

static int get(struct browser *browser, const char *path)
{
	return ask(browser, "GET", path, NULL);
}

static int post(struct browser *browser, const char *path, const char *fields)
{
	return ask(browser, "POST", path, fields);
}

#define CHECK_REPLY(browser, part)                                                                                     \
	do {                                                                                                           \
		if (!talk_has((browser)->reply, part))                                                                 \
			test_failed(__FILE__, __LINE__, "no \"%s\" in: %.*s", part, TEXT_FORMAT((browser)->reply));      \
	} while (0)

/* The text between two marks of the last reply. */
static void between(const struct browser *browser, const char *from, const char *to, char *ret, size_t size)
{
	size_t at = text_find(browser->reply, text_of(from));
	struct text rest = text_slice(browser->reply, at + strlen(from), browser->reply.size);

	snprintf(ret, size, "%.*s", TEXT_FORMAT(text_slice(rest, 0, text_find(rest, text_of(to)))));
}

static const struct module *const modules[] = {&identity_module, &journal_module, NULL};
static const struct session_hooks hooks = {.load = session_load, .touch = session_touch};

static bool administrator_make(struct database *database, char *ret_password)
{
	struct actor system = actor_system("essai");
	struct writer AUTO(writer_rollback) *writer = NULL;
	char hash[PASSWORD_HASH_SIZE];
	struct user_new user = {.login = TEXT("admin"), .name = TEXT("Administratrice"), .password_hash = hash,
		.must_change_password = true};
	int64_t unit, id;

	password_random(ret_password);
	return password_hash(text_of(ret_password), hash) == STATUS_OK && writer_begin(database, &writer) == STATUS_OK &&
		unit_create(writer, &system, 0, TEXT("administration"), TEXT("DG"), TEXT("Douanes"), &unit) == STATUS_OK &&
		user_create(writer, &system, &user, &id) == STATUS_OK &&
		user_grant(writer, &system, id, "administrator", unit) == STATUS_OK && writer_commit(&writer) == STATUS_OK;
}

static struct server *people_start(struct database *database, struct application *application, char *ret_password)
{
	static const struct role *tables[2];
	static const struct server_options options;
	struct writer *writer = NULL;
	struct server *server = NULL;

	tables[0] = identity_module.roles;
	tables[1] = journal_module.roles;
	log_set_level(LOG_ERROR + 1);
	*application = (struct application){.name = "Vigie", .modules = modules, .database = database, .sessions = &hooks,
		.secret = TEXT("0123456789abcdef0123456789abcdef")};
	if (writer_begin(database, &writer) != STATUS_OK || roles_install(writer, tables, 2) != STATUS_OK ||
	    writer_commit(&writer) != STATUS_OK)
		return NULL;
	if (!administrator_make(database, ret_password))
		return NULL;
	return server_start(application, &options, &server) == STATUS_OK ? server : NULL;
}

/* Signs in and changes the first password when asked to. */
static void enter(struct browser *browser, const char *login, const char *password)
{
	char fields[400];

	CHECK_INTEGER(get(browser, "/connexion"), 200);
	snprintf(fields, sizeof fields, "login=%s&password=%s&vers=/journal", login, password);
	CHECK_INTEGER(post(browser, "/connexion", fields), 303);
	CHECK_REPLY(browser, "Location: /compte");
	CHECK_INTEGER(get(browser, "/utilisateurs"), 403); /* no rights with a first password */
	CHECK_INTEGER(get(browser, "/compte"), 200);
	snprintf(fields, sizeof fields, "current=%s&chosen=court&again=long", password);
	CHECK_INTEGER(post(browser, "/compte/mot-de-passe", fields), 422);
	CHECK_REPLY(browser, "au moins 12 caract");
	CHECK_REPLY(browser, "Les deux saisies");
	snprintf(fields, sizeof fields, "current=%s&chosen=%s&again=%s", password, chosen, chosen);
	CHECK_INTEGER(post(browser, "/compte/mot-de-passe", fields), 303);
}

static void check_users(struct browser *admin, struct browser *other)
{
	char password[64];

	CHECK_INTEGER(get(admin, "/utilisateurs/nouveau"), 200);
	CHECK_INTEGER(post(admin, "/utilisateurs", "login=a+b&name=X&language=fr&role=auditor&unit=1"), 422);
	CHECK_INTEGER(post(admin, "/utilisateurs", "login=admin&name=X&language=fr&role=auditor&unit=1"), 422);
	CHECK_REPLY(admin, "Cet identifiant est d");
	CHECK_INTEGER(post(admin, "/utilisateurs", "login=KONE&name=Awa+%3Cscript%3E&language=fr&role=auditor&unit=1"), 200);
	between(admin, "<code class=\"secret\">", "<", password, sizeof password);
	CHECK_INTEGER(strlen(password), PASSWORD_RANDOM_SIZE - 1);
	CHECK_INTEGER(get(admin, "/utilisateurs?q=script"), 200);
	CHECK_REPLY(admin, "kone");
	CHECK(!talk_has(admin->reply, "Awa <script>"));
	enter(other, "kone", password);
	CHECK_INTEGER(get(other, "/journal"), 200);
	CHECK_INTEGER(get(other, "/utilisateurs"), 403);
	CHECK_INTEGER(post(admin, "/utilisateurs/2/roles", "role=analyst&unit=1"), 303);
	CHECK_INTEGER(get(admin, "/utilisateurs/2"), 200);
	CHECK_REPLY(admin, "Analyste de risque");
	CHECK_INTEGER(post(admin, "/utilisateurs/2/retirer", "grant=1:analyst"), 303);
	CHECK_INTEGER(post(admin, "/utilisateurs/1/acces", "active=0"), 403); /* oneself */
	CHECK_INTEGER(post(admin, "/utilisateurs/2/mot-de-passe", "reset=1"), 200);
	CHECK_INTEGER(get(other, "/journal"), 303); /* the reset ended the session */
	CHECK_INTEGER(post(admin, "/utilisateurs/2/acces", "active=0"), 303);
	CHECK_INTEGER(get(admin, "/utilisateurs/99"), 404);
}

static void check_units(struct browser *admin)
{
	CHECK_INTEGER(get(admin, "/unites"), 200);
	CHECK_INTEGER(post(admin, "/unites", "parent=1&kind=office&code=B1&name=Port"), 303);
	CHECK_INTEGER(post(admin, "/unites", "parent=1&kind=office&code=B1&name="), 422);
	CHECK_REPLY(admin, "Indiquez un nom.");
	CHECK_INTEGER(get(admin, "/unites"), 200);
	CHECK_REPLY(admin, "Port");
	CHECK(!talk_has(admin->reply, "=&quot;")); /* an attribute that was escaped as if it were text */
}

static void check_factor(struct database *database, struct browser *admin)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct browser again = {.server = admin->server};
	struct reader *reader = NULL;
	struct text secret = TEXT_NONE;
	char code[7] = "", fields[400], recovery[40];

	CHECK_INTEGER(get(admin, "/compte"), 200);
	CHECK_INTEGER(post(admin, "/compte/code", "code="), 303);
	CHECK_INTEGER(get(admin, "/compte/code"), 200);
	CHECK_REPLY(admin, "otpauth://totp/Vigie:admin?secret=");
	CHECK_INTEGER(post(admin, "/compte/code/confirmer", "code=abc"), 422);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(user_totp_pending(reader, 1, arena, &secret) == STATUS_OK);
	reader_end(reader);
	CHECK(totp_code(secret, clock_now(), code) == STATUS_OK);
	snprintf(fields, sizeof fields, "code=%s", code);
	CHECK_INTEGER(post(admin, "/compte/code/confirmer", fields), 200);
	between(admin, "<li><code>", "<", recovery, sizeof recovery);
	CHECK_INTEGER(strlen(recovery), RECOVERY_CODE_SIZE - 1);
	CHECK_INTEGER(get(&again, "/connexion"), 200);
	snprintf(fields, sizeof fields, "login=admin&password=%s&vers=/journal", chosen);
	CHECK_INTEGER(post(&again, "/connexion", fields), 303);
	CHECK_REPLY(&again, "Location: /connexion/code");
	CHECK_INTEGER(get(&again, "/compte"), 303); /* half signed in is not signed in */
	CHECK_INTEGER(get(&again, "/connexion/code"), 200);
	snprintf(fields, sizeof fields, "code=%s&vers=/journal", code); /* used to confirm */
	CHECK_INTEGER(post(&again, "/connexion/code", fields), 422);
	snprintf(fields, sizeof fields, "code=%s&vers=/journal", recovery);
	CHECK_INTEGER(post(&again, "/connexion/code", fields), 303);
	CHECK_REPLY(&again, "Location: /journal");
	CHECK_INTEGER(get(&again, "/journal"), 200);
	CHECK_INTEGER(get(admin, "/compte"), 200);
	CHECK_INTEGER(post(admin, "/compte/sessions/autres", "autres=1"), 303);
	CHECK_INTEGER(get(&again, "/journal"), 303);
	CHECK_INTEGER(get(admin, "/compte"), 200);
}

static const char *const folders[] = {"src/domain/migrations", "src/modules/journal/migrations", NULL};

static void people_at_work_on(struct database *database);
TEST(people_at_work) { test_each_database(folders, people_at_work_on); }
static void people_at_work_on(struct database *database)
{
	char password[PASSWORD_RANDOM_SIZE] = "";
	struct application application;
	struct server *server = people_start(database, &application, password);
	struct browser admin = {.server = server}, other = {.server = server};
	struct writer *writer = NULL;
	int blocks;

	REQUIRE(server != NULL);
	CHECK_INTEGER(get(&admin, "/journal"), 303);
	CHECK_REPLY(&admin, "Location: /connexion?vers=");
	CHECK_INTEGER(get(&admin, "/connexion"), 200);
	CHECK_INTEGER(post(&admin, "/connexion", "login=admin&password=faux&vers="), 422);
	CHECK_REPLY(&admin, "Identifiant ou mot de passe incorrect.");
	enter(&admin, "admin", password);
	check_users(&admin, &other);
	check_units(&admin);
	check_factor(database, &admin);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(journal_seal(writer, 1000, &blocks) == STATUS_OK);
	CHECK(writer_commit(&writer) == STATUS_OK);
	CHECK_INTEGER(get(&admin, "/journal?personne=admin&objet=2&entite=user"), 200);
	CHECK_REPLY(&admin, "Compte d");
	CHECK_REPLY(&admin, "Utilisateur 2");
	CHECK_INTEGER(get(&admin, "/journal/verification"), 200);
	CHECK_REPLY(&admin, "pas encore été vérifié");
	CHECK_INTEGER(post(&admin, "/deconnexion", ""), 303);
	CHECK_INTEGER(get(&admin, "/compte"), 303);
	server_stop(server);
}
