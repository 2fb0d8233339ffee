/* The control on a consignment's page: what was found before, and the form to record a result. */
#include "modules/inspections/inspections.h"
#include "web/page.h"

STATEMENT(INSPECTIONS_OF,
	"select i.result, i.recovered, i.currency, i.note, i.recorded_at, coalesce(u.name, '') from inspections i "
	"left join users u on u.id = i.inspector_id where i.consignment_id = $1 order by i.id desc limit 20");

struct entry {
	struct text result, recovered, note;
	int64_t row_version;
	struct form_problem problems[3];
	size_t problem_count;
};

static enum status print_past(struct html *p, struct reader *db, int64_t id, int *ret_count)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Résultat"), "text"},
		{TR("Droits et taxes retrouvés"), "number"}, {TR("Constat"), "text"}, {TR("Par"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &INSPECTIONS_OF, PARAMS(V_INT(id)), &rows));
	*ret_count = 0;
	while (rows_next(rows)) {
		const struct inspection_result *result = inspection_result_find(rows_text(rows, 0));

		if (!(*ret_count)++)
			table_begin(p, TR("Résultats enregistrés"), columns);
		table_row_begin(p);
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 4));
		table_cell_end(p);
		table_cell_begin(p);
		badge(p, result && result->adverse ? "danger" : "ok", result ? result->label : "?");
		table_cell_end(p);
		table_cell_begin(p);
		if (!rows_is_null(rows, 1))
			html_amount(p, rows_integer(rows, 1), rows_text(rows, 2));
		table_cell_end(p);
		table_cell(p, rows_text(rows, 3));
		table_cell(p, rows_text(rows, 5));
		table_row_end(p);
	}
	if (*ret_count)
		table_end(p);
	return rows_status(rows);
}

static void print_form(struct request *rq, struct html *p, int64_t id, const struct entry *entry, bool correction)
{
	struct choice choices[16];
	size_t count = 0;
	char version[24];
	struct form form = form_begin(p, arena_format(rq->arena, "/envois/%lld/controle", (long long)id).data,
		entry->problems, entry->problem_count);

	for (const struct inspection_result *row = inspection_results; row->code; row++)
		choices[count++] = (struct choice){text_of(row->code), text_of(tr(p->language, row->label))};
	snprintf(version, sizeof version, "%lld", (long long)entry->row_version);
	form_hidden(&form, "version", text_of(version));
	form_radio(&form, &(struct field){.name = "resultat", .label = TR("Ce que le contrôle a montré"),
		.value = entry->result, .required = true}, choices, count);
	form_field(&form, &(struct field){.name = "droits", .label = TR("Droits et taxes retrouvés"),
		.help = TR("Montant en monnaie nationale, sans décimales pour le franc CFA. Laissez vide s'il n'y en a pas."),
		.value = entry->recovered, .limit = 20});
	form_area(&form, &(struct field){.name = "constat", .label = TR("Constat"),
		.help = TR("Ce que vous avez vu, en quelques mots."), .value = entry->note, .limit = 4000}, 4);
	form_end(&form, correction ? TR("Enregistrer la correction") : TR("Enregistrer le résultat"));
}

static enum status print_control(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct entry *entry)
{
	bool may = actor_may(&rq->actor, INSPECTIONS_RECORD, row->unit_path);
	int past;

	section_begin(p, TR("Contrôle"));
	TRY(print_past(p, db, row->id, &past));
	if (past)
		may = may && actor_may(&rq->actor, INSPECTIONS_CORRECT, row->unit_path);
	if (may && past && !entry->problem_count) {
		html(p, "<details><summary>%s</summary>", tr(p->language, TR("Corriger le résultat")));
		print_form(rq, p, row->id, entry, true);
		html(p, "</details>");
	} else if (may) {
		print_form(rq, p, row->id, entry, past > 0);
	} else if (!past) {
		notice(p, "info", TR("Aucun résultat de contrôle n'est enregistré."));
	}
	section_end(p);
	return STATUS_OK;
}

static enum status section_print(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment)
{
	const struct entry empty = {.row_version = row->row_version};

	(void)consignment;
	return print_control(rq, db, p, row, &empty);
}

const struct consignment_section inspections_section = {20, section_print};

static void problem(struct entry *entry, const char *field, const char *message)
{
	entry->problems[entry->problem_count++] = (struct form_problem){field, {.id = message}};
}

/* The amount as people type it: blanks between thousands, comma or point before decimals. */
static enum status read_amount(struct request *rq, struct text typed, int64_t *ret_amount)
{
	AUTO(buffer_release) struct buffer clean = {0};

	(void)rq;
	buffer_init(&clean, 100);
	for (size_t i = 0; i < typed.size; i++)
		if (typed.data[i] != ' ' && !((unsigned char)typed.data[i] == 0xc2) &&
		    !((unsigned char)typed.data[i] == 0xa0) && !((unsigned char)typed.data[i] == 0xe2) &&
		    !((unsigned char)typed.data[i] == 0x80) && !((unsigned char)typed.data[i] == 0xaf))
			buffer_byte(&clean, typed.data[i] == ',' ? '.' : typed.data[i]);
	TRY(buffer_status(&clean));
	return number_read(buffer_text(&clean), ret_amount);
}

static void read_entry(struct request *rq, struct entry *entry, struct inspection *inspection, struct text currency)
{
	int64_t unit = NUMBER_ONE;

	*entry = (struct entry){.result = rq_input(rq, "resultat"), .recovered = rq_input(rq, "droits"),
		.note = rq_input(rq, "constat")};
	*inspection = (struct inspection){.result = entry->result, .recovered = NUMBER_NONE, .currency = currency,
		.note = entry->note};
	(void)rq_integer(rq, "version", &inspection->row_version);
	entry->row_version = inspection->row_version;
	if (!inspection_result_find(entry->result))
		problem(entry, "resultat", TR("Choisissez ce que le contrôle a montré."));
	for (int i = 0; i < currency_decimals(currency); i++)
		unit /= 10;
	if (entry->recovered.size && (read_amount(rq, entry->recovered, &inspection->recovered) != STATUS_OK ||
					     inspection->recovered < 0 || inspection->recovered % unit))
		problem(entry, "droits", TR("Écrivez un montant, par exemple 1 250 000, sans décimales que la monnaie n'a pas."));
	if (entry->note.size > 4000)
		problem(entry, "constat", TR("Le constat est trop long : 4 000 caractères au plus."));
}

static enum status show_again(struct request *rq, struct writer *db, const struct stored_consignment *row,
	const struct entry *entry)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Résultat du contrôle"))));

	TRY(print_control(rq, writer_reader(db), &page, row, entry));
	page_end(&page);
	return STATUS_INVALID;
}

static enum status inspection_action(struct request *rq, struct writer *db)
{
	struct inspection inspection;
	struct stored_consignment row;
	struct text currency;
	struct entry entry;
	int64_t consignment_id, id;

	if (!rq_integer(rq, "id", &consignment_id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(writer_reader(db), consignment_id, rq->arena, &row));
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, row.unit_path))
		return STATUS_NOT_FOUND;
	TRY(setting_text(writer_reader(db), &national_currency, rq->arena, &currency));
	read_entry(rq, &entry, &inspection, currency);
	if (entry.problem_count)
		return show_again(rq, db, &row, &entry);
	inspection.consignment_id = consignment_id;
	TRY(inspection_record(db, &rq->actor, &inspection, rq->arena, &id));
	rq_flash(rq, TR("Le résultat est enregistré et inscrit au journal."));
	return rq_redirect(rq, "/envois/%lld", (long long)consignment_id);
}

static const struct permission permissions[] = {
	{INSPECTIONS_RECORD, TR("Enregistrer le résultat d'un contrôle")},
	{INSPECTIONS_CORRECT, TR("Corriger un résultat enregistré")},
	{NULL, NULL},
};
static const char *const recording[] = {INSPECTIONS_RECORD, NULL};
static const char *const correcting[] = {INSPECTIONS_RECORD, INSPECTIONS_CORRECT, NULL};
static const struct role roles[] = {
	{"inspector", TR("Inspecteur"), recording},
	{"head_of_office", TR("Chef de bureau"), correcting},
	{"administrator", TR("Administrateur"), correcting},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_POST, "/envois/:id/controle", INSPECTIONS_RECORD, "id version resultat droits constat",
		TR("Enregistrer un résultat"), .action = inspection_action},
	{0},
};
static const struct permission journal_actions[] = {
	{"inspection", TR("Contrôle")},
	{"absence_added", TR("Absence notée")},
	{"absence_removed", TR("Absence retirée")},
	{NULL, NULL},
};

const struct module inspections_module = {
	.name = "inspections",
	.label = TR("Contrôles"),
	.requires = "declarations risk",
	.migrations = "src/modules/inspections/migrations",
	.permissions = permissions,
	.roles = roles,
	.routes = routes,
	.journal_actions = journal_actions,
};
