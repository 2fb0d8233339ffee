/* vigie doctor: looks at an installation and says, line by line, what is in order, what deserves a look and what is
 * broken, with the way to mend it. Changes nothing. */
#include "app/commands.h"
#include "app/wiring.h"
#include "base/clock.h"
#include "base/embedded.h"
#include "base/json.h"
#include "base/utf8.h"
#include "domain/document.h"
#include "domain/setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

STATEMENT(DOCTOR_MIGRATED, "select count(*) from schema_migrations where path = $1");
STATEMENT(DOCTOR_ADMINISTRATORS, "select count(distinct user_id) from user_grants join role_permissions on "
	"role_permissions.role_code = user_grants.role_code join users on users.id = user_id "
	"where permission_code = 'users.manage' and is_active = 1");
STATEMENT(DOCTOR_FIRST_PASSWORDS, "select count(*) from users where must_change_password = 1 and is_active = 1 "
	"and created_at < $1");
STATEMENT(DOCTOR_POLICIES, "select count(*) from policies where state = 'active'");
STATEMENT(DOCTOR_PERIODS, "select count(*) from draw_periods where first_day <= $1 and last_day >= $1");
STATEMENT(DOCTOR_COUNTRIES, "select count(*) from reference_codes where kind = 'country'");
STATEMENT(DOCTOR_UNSEALED, "select count(*) from journal where block is null and happened_at < $1");
STATEMENT(DOCTOR_FUTURE, "select count(*) from journal where happened_at > $1");
STATEMENT(DOCTOR_FAILING, "select count(*) from jobs where failures > 2");
STATEMENT(DOCTOR_IDLE, "select count(*) from jobs where next_at < $1");
STATEMENT(DOCTOR_GIVEN_UP, "select count(*) from webhook_deliveries where state = 'given_up' and ended_at > $1");
STATEMENT(DOCTOR_SETTING, "select value from settings where code = $1");

enum verdict { FINE, LOOK, BROKEN };
enum { PATH_ROOM = 4096, FIRST_PASSWORD_DAYS = 7, SEAL_MINUTES = 15, IDLE_MINUTES = 30, LABEL_WIDTH = 14 };

struct examination {
	const struct invocation *invocation;
	struct reader *reader;
	struct arena *arena;
	const char *sqlite_path; /* NULL: PostgreSQL */
	const char *documents;
	int64_t now;
	char value[64]; /* for %1 of the message */
};
/* What was found, in words; `mend` for what is not fine. */
struct finding {
	enum verdict verdict;
	const char *id;
};

static struct finding fine(const char *id)
{
	return (struct finding){FINE, id};
}

/* A count from a statement without or with one moment; negative when it could not be asked. */
static int64_t count_of(struct examination *e, const struct statement *statement, int64_t moment, bool has_moment)
{
	int64_t count = -1;

	if (has_moment ? store_integer(e->reader, statement, PARAMS(V_INT(moment)), &count) != STATUS_OK
		       : store_integer(e->reader, statement, NO_PARAMS, &count) != STATUS_OK)
		return -1;
	snprintf(e->value, sizeof e->value, "%lld", (long long)count);
	return count;
}

/* ---- one function for each thing looked at */

static struct finding look_schema(struct examination *e)
{
	int64_t missing = 0;

	for (const struct embedded_file *file = embedded_files; file->path; file++) {
		int64_t count = 0;

		if (strncmp(file->path, "src/", 4) != 0 || !strstr(file->path, "/migrations/"))
			continue;
		if (store_integer(e->reader, &DOCTOR_MIGRATED, PARAMS(value_string(file->path)), &count) != STATUS_OK)
			return (struct finding){BROKEN, TR("la base n'a pas les tables de Vigie : lancez vigie migrate")};
		missing += count == 0;
	}
	snprintf(e->value, sizeof e->value, "%lld", (long long)missing);
	return missing ? (struct finding){BROKEN, TR("%1 migrations restent à faire : lancez vigie migrate")}
		       : fine(TR("les tables sont celles de ce programme"));
}

static struct finding look_file(struct examination *e)
{
	struct stat information;

	if (!e->sqlite_path)
		return fine(TR("PostgreSQL répond"));
	if (stat(e->sqlite_path, &information) != 0)
		return (struct finding){BROKEN, TR("le fichier de la base ne se lit pas")};
	if (information.st_mode & 007)
		return (struct finding){LOOK, TR("tout le monde sur cette machine peut lire la base : chmod o= sur le fichier")};
	return fine(TR("le fichier de la base n'est pas ouvert à tous"));
}

static struct finding look_room(struct examination *e)
{
	struct statvfs room;
	const char *place = e->sqlite_path ? e->sqlite_path : e->documents;
	double share, gigabytes;

	if (statvfs(place, &room) != 0 && statvfs(".", &room) != 0)
		return (struct finding){LOOK, TR("la place libre n'a pas pu être mesurée")};
	share = room.f_blocks ? (double)room.f_bavail / (double)room.f_blocks : 0;
	gigabytes = (double)room.f_bavail * (double)room.f_frsize / 1e9;
	snprintf(e->value, sizeof e->value, "%.1f", gigabytes);
	if (gigabytes < 0.5)
		return (struct finding){BROKEN, TR("il ne reste que %1 Go : libérez de la place")};
	if (share < 0.1)
		return (struct finding){LOOK, TR("il reste %1 Go, moins d'un dixième du disque")};
	return fine(TR("%1 Go libres"));
}

static struct finding look_documents(struct examination *e)
{
	struct stat information;

	if (stat(e->documents, &information) != 0)
		return (struct finding){LOOK, TR("le dossier des documents n'existe pas encore : vigie serve le crée")};
	if (!S_ISDIR(information.st_mode) || access(e->documents, R_OK | W_OK | X_OK) != 0)
		return (struct finding){BROKEN, TR("le dossier des documents ne se lit ou ne s'écrit pas avec ce compte")};
	return fine(TR("le dossier des documents est utilisable"));
}

static struct finding look_people(struct examination *e)
{
	int64_t count = count_of(e, &DOCTOR_ADMINISTRATORS, 0, false);

	if (count <= 0)
		return (struct finding){BROKEN, TR("personne ne peut gérer les comptes : vigie user add LOGIN")};
	if (count == 1)
		return (struct finding){LOOK, TR("une seule personne peut gérer les comptes : prévoyez un remplaçant")};
	return fine(TR("%1 personnes peuvent gérer les comptes"));
}

static struct finding look_passwords(struct examination *e)
{
	int64_t count = count_of(e, &DOCTOR_FIRST_PASSWORDS, e->now - FIRST_PASSWORD_DAYS * 86400 * MICROSECONDS, true);

	return count > 0 ? (struct finding){LOOK, TR("%1 comptes ont encore leur premier mot de passe après sept jours")}
			 : fine(TR("aucun premier mot de passe n'est resté"));
}

static struct finding look_policy(struct examination *e)
{
	return count_of(e, &DOCTOR_POLICIES, 0, false) == 1
		? fine(TR("une politique de risque est en vigueur"))
		: (struct finding){BROKEN, TR("aucune politique de risque n'est en vigueur : lancez vigie migrate")};
}

static struct finding look_period(struct examination *e)
{
	return count_of(e, &DOCTOR_PERIODS, clock_today(), true) > 0
		? fine(TR("la clé de tirage de ce mois est engagée"))
		: (struct finding){LOOK, TR("la clé de tirage de ce mois n'est pas encore engagée : vigie serve le fait")};
}

static struct finding look_reference(struct examination *e)
{
	return count_of(e, &DOCTOR_COUNTRIES, 0, false) > 0
		? fine(TR("les codes de pays sont là"))
		: (struct finding){LOOK, TR("la liste des pays est vide : vigie import --reference country FICHIER")};
}

static struct finding look_journal(struct examination *e)
{
	if (count_of(e, &DOCTOR_FUTURE, e->now + 300 * MICROSECONDS, true) > 0)
		return (struct finding){BROKEN, TR("le journal a %1 lignes datées de l'avenir : réglez l'horloge de la machine")};
	if (count_of(e, &DOCTOR_UNSEALED, e->now - SEAL_MINUTES * 60 * MICROSECONDS, true) > 0)
		return (struct finding){LOOK, TR("%1 lignes du journal attendent d'être scellées : vigie serve tourne-t-il ?")};
	return fine(TR("le journal est scellé à jour"));
}

static struct finding look_jobs(struct examination *e)
{
	if (count_of(e, &DOCTOR_FAILING, 0, false) > 0)
		return (struct finding){BROKEN, TR("%1 tâches échouent : voyez leur motif à la page des tâches")};
	if (count_of(e, &DOCTOR_IDLE, e->now - IDLE_MINUTES * 60 * MICROSECONDS, true) > 0)
		return (struct finding){LOOK, TR("%1 tâches sont en retard : vigie serve tourne-t-il ?")};
	return fine(TR("aucune tâche n'échoue"));
}

static struct finding look_webhooks(struct examination *e)
{
	return count_of(e, &DOCTOR_GIVEN_UP, e->now - 86400 * MICROSECONDS, true) > 0
		? (struct finding){LOOK, TR("%1 messages à des programmes ont été abandonnés depuis hier")}
		: fine(TR("aucun message à un programme n'a été abandonné"));
}

static struct text setting_of(struct examination *e, const char *code)
{
	AUTO(rows_release) struct rows *rows = NULL;

	if (store_query(e->reader, &DOCTOR_SETTING, PARAMS(value_string(code)), &rows) != STATUS_OK || !rows_next(rows))
		return TEXT_NONE;
	return rows_copy(rows, 0, e->arena);
}

static struct finding look_clamd(struct examination *e)
{
	struct text clamd = setting_of(e, "documents.clamd");
	char place[] = "/tmp/vigie-doctor-XXXXXX";
	enum status status;
	int fd;

	if (!clamd.size)
		return (struct finding){LOOK, TR("aucun antivirus n'examine les fichiers reçus (réglage documents.clamd)")};
	fd = mkstemp(place);
	if (fd < 0)
		return (struct finding){LOOK, TR("l'antivirus n'a pas pu être essayé")};
	close(fd);
	status = document_scan(clamd, place);
	unlink(place);
	return status == STATUS_OK ? fine(TR("l'antivirus répond"))
				   : (struct finding){BROKEN, TR("l'antivirus ne répond pas : aucun fichier ne sera accepté")};
}

static struct finding look_mail(struct examination *e)
{
	return setting_of(e, "mail.server").size ? fine(TR("un serveur de courrier est réglé"))
						 : (struct finding){LOOK, TR("aucun serveur de courrier n'est réglé : les avis restent dans Vigie")};
}

static const struct check_row {
	const char *code;
	const char *label;
	struct finding (*look)(struct examination *e);
	bool stops; /* when it is broken, nothing further can be asked */
} checks[] = {
	{"schema", TR("Tables"), look_schema, true},
	{"database", TR("Base"), look_file, false},
	{"room", TR("Place"), look_room, false},
	{"documents", TR("Documents"), look_documents, false},
	{"people", TR("Comptes"), look_people, false},
	{"passwords", TR("Mots de passe"), look_passwords, false},
	{"policy", TR("Politique"), look_policy, false},
	{"draw", TR("Tirage"), look_period, false},
	{"reference", TR("Références"), look_reference, false},
	{"journal", TR("Journal"), look_journal, false},
	{"jobs", TR("Tâches"), look_jobs, false},
	{"webhooks", TR("Programmes"), look_webhooks, false},
	{"antivirus", TR("Antivirus"), look_clamd, false},
	{"mail", TR("Courrier"), look_mail, false},
};

static void print_finding(const struct examination *e, const struct check_row *row, const struct finding *finding, bool as_json)
{
	static const char *const marks[] = {"✓", "!", "✗"};
	static const char *const codes[] = {"ok", "look", "broken"};
	const struct message message = {finding->id, {text_of(e->value)}};
	AUTO(buffer_release) struct buffer line = {0}, out = {0};
	struct json_writer json;

	buffer_init(&line, 4096);
	buffer_init(&out, 8192);
	message_print(&line, e->invocation->language, &message);
	if (!as_json) {
		struct text label = text_of(tr(e->invocation->language, row->label));

		printf("%s %.*s%*s %s\n", marks[finding->verdict], TEXT_FORMAT(label), (int)(LABEL_WIDTH - utf8_width(label)), "",
			line.data);
		return;
	}
	put_begin(&json, &out);
	put_object(&json);
	put_key(&json, "check");
	put_text(&json, text_of(row->code));
	put_key(&json, "verdict");
	put_text(&json, text_of(codes[finding->verdict]));
	put_key(&json, "text");
	put_text(&json, buffer_text(&line));
	put_object_end(&json);
	printf("%s\n", out.data);
}

static int examine(struct examination *e)
{
	bool as_json = option_value(e->invocation, "--json") != NULL;
	int result = EXIT_FINE;

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		struct finding finding = checks[i].look(e);

		print_finding(e, &checks[i], &finding, as_json);
		if (finding.verdict == BROKEN)
			result = EXIT_REFUSED;
		if (finding.verdict == BROKEN && checks[i].stops)
			break;
	}
	return result;
}

static int run_doctor(const struct invocation *invocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	const char *url = option_value(invocation, "--db"), *documents = option_value(invocation, "--documents");
	struct examination e = {.invocation = invocation, .arena = arena, .now = clock_now()};
	char folder[PATH_ROOM];

	url = url ? url : DEFAULT_DATABASE;
	if (strncmp(url, "sqlite:", 7) == 0)
		e.sqlite_path = url + 7;
	snprintf(folder, sizeof folder, "%s%s", e.sqlite_path ? e.sqlite_path : "documents", e.sqlite_path ? ".documents" : "");
	e.documents = documents ? documents : folder;
	if (!arena)
		return complain_status(invocation, "doctor", STATUS_NO_MEMORY);
	if (database_open(url, &(struct database_options){.readers = 1, .durable = true}, &database) != STATUS_OK ||
		reader_begin(database, &reader) != STATUS_OK)
		return complain(invocation, TR("la base %1 ne s'ouvre pas : vérifiez --db, puis vigie first-run"), url, NULL);
	e.reader = reader;
	return examine(&e);
}

static const struct option options[] = {
	OPTION_DB,
	{"--documents", "DOSSIER", TR("où garder les fichiers reçus (défaut : à côté de la base)")},
	{"--json", NULL, TR("un objet JSON par ligne")},
	{NULL, NULL, NULL},
};
const struct command doctor_command = {"doctor", "", TR("examine l'installation et dit ce qui ne va pas"), options, 0, 0,
	run_doctor};
