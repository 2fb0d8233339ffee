/* What is stored, how much, and its backups. */
#include "modules/administration/pages.h"
#include "modules/administration/storage.h"
#include "web/server.h"

#include <sys/statvfs.h>

enum { BACKUP_ROWS = 30, TABLE_ROWS = 12, TABLES_UP_TO = 256 << 20 };

void size_print(struct html *p, int64_t bytes)
{
	static const char *const units[] = {TR("octets"), TR("ko"), TR("Mo"), TR("Go"), TR("To")};
	int64_t micro = number_of(bytes);
	size_t unit = 0;

	if (bytes == INT64_MIN) {
		html(p, "–");
		return;
	}
	while (unit + 1 < sizeof units / sizeof *units && micro >= number_of(1000)) {
		micro /= 1000;
		unit++;
	}
	html_number(p, micro, unit && micro < number_of(100) ? 1 : 0);
	html(p, "\u00a0");
	html_tr(p, units[unit]);
}

static void print_size_row(struct html *p, const char *label, int64_t bytes)
{
	facts_row_begin(p, label);
	size_print(p, bytes);
	facts_row_end(p);
}

struct tables {
	struct request *rq;
	struct chart_bar bars[TABLE_ROWS];
	size_t count;
};

static bool take_table(void *context, struct text name, int64_t bytes)
{
	struct tables *tables = context;

	if (tables->count == TABLE_ROWS)
		return false;
	tables->bars[tables->count++] = (struct chart_bar){arena_text(tables->rq->arena, name), number_of(bytes) / 1000000, "bar"};
	return true;
}

static enum status print_figures(struct request *rq, struct reader *db, struct html *p)
{
	struct storage_figures figures;
	struct tables tables = {.rq = rq};
	struct statvfs disk;

	TRY(storage_measure(db, &figures));
	section_begin(p, TR("Ce qui est conservé"));
	facts_begin(p);
	facts_row(p, TR("Base de données"), reader_kind(db) == DATABASE_SQLITE ? TEXT("SQLite") : TEXT("PostgreSQL"));
	print_size_row(p, TR("Taille de la base"), figures.database);
	if (figures.free)
		print_size_row(p, TR("Dont réutilisable"), figures.free);
	facts_row(p, TR("Documents"), arena_format(rq->arena, "%lld", (long long)figures.document_count));
	print_size_row(p, TR("Taille des documents"), figures.documents);
	if (rq->application->documents && rq->application->documents->folder &&
		statvfs(rq->application->documents->folder, &disk) == 0)
		print_size_row(p, TR("Place libre sur le disque des documents"),
			(int64_t)disk.f_bavail * (int64_t)disk.f_frsize);
	facts_end(p);
	/* SQLite reads the whole file to tell the size of tables: only while it is small. */
	if (reader_kind(db) == DATABASE_POSTGRES || figures.database < TABLES_UP_TO) {
		TRY(storage_tables(db, TABLE_ROWS, take_table, &tables));
		chart_bars(p, &(struct chart){TR("Les plus grandes tables et index, en Mo"), TR("Table"), TR("Mo"), 1}, tables.bars,
			tables.count);
	}
	section_end(p);
	return STATUS_OK;
}

static void print_state(struct html *p, const struct backup *backup)
{
	static const struct {
		const char *state, *kind, *label;
	} states[] = {{"asked", "info", TR("Demandée")}, {"running", "warning", TR("En cours")}, {"done", "ok", TR("Écrite")},
		{"failed", "danger", TR("Échouée")}};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (text_is(backup->state, states[i].state))
			badge(p, states[i].kind, states[i].label);
}

static bool print_backup(void *context, const struct backup *backup)
{
	struct html *p = context;

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, backup->asked_at);
	table_cell_end(p);
	table_cell_begin(p);
	print_state(p, backup);
	table_cell_end(p);
	table_cell_begin(p);
	if (text_equal(backup->asked_by, TEXT("storage.backup")))
		html_tr(p, TR("l'horloge"));
	else
		html_text(p, backup->asked_by);
	table_cell_end(p);
	table_cell_begin(p);
	size_print(p, backup->size);
	table_cell_end(p);
	table_cell_begin(p);
	if (backup->removed_at != TIME_NONE)
		html_tr(p, TR("effacée depuis"));
	else if (backup->problem.data)
		html(p, "<code>%.*s</code>", TEXT_FORMAT(backup->problem));
	else
		html(p, "<code>%.*s</code>", TEXT_FORMAT(backup->path));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static enum status print_backups(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("État"), "text"}, {TR("Demandée par"), "text"},
		{TR("Taille"), "number"}, {TR("Fichier"), "text"}, {NULL, NULL}};
	struct text folder;

	TRY(setting_text(db, &storage_settings[BACKUP_FOLDER], rq->arena, &folder));
	section_begin(p, TR("Sauvegardes"));
	if (folder.size) {
		facts_begin(p);
		facts_row(p, TR("Dossier"), folder);
		facts_end(p);
		button_form(p, "/stockage/sauvegarde", TR("Sauvegarder maintenant"), NULL, TEXT_NONE);
	} else {
		notice(p, "danger", TR("Aucun dossier de sauvegarde n'est réglé : rien n'est sauvegardé par Vigie."));
		html(p, "<p><a class=\"button\" href=\"/reglages/backup.folder\">%s</a></p>",
			tr(rq->language, TR("Choisir le dossier")));
	}
	table_begin(p, TR("Sauvegardes"), columns);
	TRY(backup_list(db, BACKUP_ROWS, print_backup, p));
	table_end(p);
	section_end(p);
	return STATUS_OK;
}

static void print_restoring(struct html *p)
{
	static const char *const steps[] = {
		TR("Arrêtez le service, pour que personne n'écrive pendant ce temps."),
		TR("Rétablissez la sauvegarde dans une base neuve ; l'ancienne reste où elle est :"),
		TR("Vérifiez que le journal est intact :"),
		TR("Donnez la nouvelle base au service, avec le dossier des documents, puis relancez-le."),
	};
	static const char *const commands[] = {NULL, "vigie restore SAUVEGARDE --db sqlite:/var/lib/vigie/retablie.db",
		"vigie verify --db sqlite:/var/lib/vigie/retablie.db", NULL};

	section_begin(p, TR("Rétablir une sauvegarde"));
	html(p, "<ol class=\"steps\">");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		html(p, "<li>%s", tr(p->language, steps[i]));
		if (commands[i])
			html(p, "<pre tabindex=\"0\"><code>%s</code></pre>", commands[i]);
		html(p, "</li>");
	}
	html(p, "</ol><p class=\"muted\">%s</p>", tr(p->language, TR("Les documents sont des fichiers dans un dossier à part : "
		"copiez ce dossier avec vos moyens habituels, ses fichiers ne changent jamais. Essayez une restauration chaque "
		"mois.")));
	section_end(p);
}

enum status storage_page(struct request *rq, struct reader *db)
{
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Stockage et sauvegardes"))));

	administration_assets(&p);
	TRY(print_backups(rq, db, &p));
	TRY(print_figures(rq, db, &p));
	print_restoring(&p);
	page_end(&p);
	return STATUS_OK;
}

enum status backup_action(struct request *rq, struct writer *db)
{
	enum status status = backup_ask(db, &rq->actor);
	struct html p;

	if (status == STATUS_INVALID) {
		p = page_begin(rq, text_of(tr(rq->language, TR("Stockage et sauvegardes"))));
		administration_assets(&p);
		TRY(print_backups(rq, writer_reader(db), &p));
		page_end(&p);
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("La sauvegarde est demandée : elle s'écrit en arrière-plan."));
	return rq_redirect(rq, "/stockage");
}

/* ---- the same for programs */

enum { BACKUPS_GIVEN = 50 };

static const struct api_field backup_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"asked_at", TR("Date"), API_TIME, .may_be_null = true},
	{"started_at", TR("Début"), API_TIME, .may_be_null = true},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{"problem", TR("Problème"), API_TEXT, .may_be_null = true},
	{0},
};
static const struct api_shape backup_shape = {"Backup", backup_fields};
static const struct api_field storage_fields[] = {
	{"database_bytes", TR("Stockage et sauvegardes"), API_INTEGER, .may_be_null = false},
	{"free_bytes", TR("Stockage et sauvegardes"), API_INTEGER, .may_be_null = false},
	{"document_bytes", TR("Documents"), API_INTEGER, .may_be_null = false},
	{"document_count", TR("Documents"), API_INTEGER, .may_be_null = false},
	{"backups", TR("Sauvegardes"), API_OBJECT, .is_list = true, .of = &backup_shape},
	{0},
};
const struct api_shape storage_shape = {"Storage", storage_fields};

static bool put_backup(void *context, const struct backup *backup)
{
	struct json_writer *json = context;

	put_object(json);
	put_key(json, "id");
	put_int(json, backup->id);
	put_key(json, "state");
	put_text(json, backup->state);
	put_key(json, "asked_at");
	put_time(json, backup->asked_at);
	put_key(json, "started_at");
	put_time(json, backup->started_at);
	put_key(json, "ended_at");
	put_time(json, backup->ended_at);
	put_key(json, "problem");
	put_text(json, backup->problem);
	put_object_end(json);
	return true;
}

enum status storage_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct storage_figures figures;

	(void)rq;
	TRY(storage_measure(db, &figures));
	put_object(json);
	put_key(json, "database_bytes");
	put_int(json, figures.database);
	put_key(json, "free_bytes");
	put_int(json, figures.free);
	put_key(json, "document_bytes");
	put_int(json, figures.documents);
	put_key(json, "document_count");
	put_int(json, figures.document_count);
	put_key(json, "backups");
	put_array(json);
	TRY(backup_list(db, BACKUPS_GIVEN, put_backup, json));
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}
