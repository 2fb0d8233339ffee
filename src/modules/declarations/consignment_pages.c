/* The page of one consignment. */
#include "domain/journal.h"
#include "modules/declarations/consignment_parts.h"
#include "modules/declarations/pages.h"
#include "web/page.h"
#include "web/server.h"

STATEMENT(VERSIONS_OF,
	"select v.id % 65536, v.received_at, v.import_id, i.file_name, c.decision_id, c.lane from consignment_versions v "
	"join imports i on i.id = v.import_id left join consignments c on c.id = v.id / 65536 "
	"and c.version = v.id % 65536 where v.id between CAST($1 AS bigint) * 65536 and CAST($1 AS bigint) * 65536 + 65535 "
	"order by v.id desc");

/* ---- One consignment */

static const struct consignment_section *const *sections;
static size_t section_count;

void consignment_sections_set(const struct consignment_section *const *rows, size_t count)
{
	sections = rows;
	section_count = count;
}

enum status consignment_seen(struct request *rq, struct reader *db, const char *permission,
	struct stored_consignment *ret_row)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(db, id, rq->arena, ret_row));
	/* Another office's file is not there for this officer. */
	return actor_may(&rq->actor, permission, ret_row->unit_path) ? STATUS_OK : STATUS_NOT_FOUND;
}

struct history_print {
	struct html *p;
	int count;
};

static bool print_history_row(void *context, const struct journal_row *row)
{
	struct history_print *h = context;

	table_row_begin(h->p);
	table_cell_begin(h->p);
	html_time(h->p, row->at);
	table_cell_end(h->p);
	table_cell(h->p, row->actor_name);
	table_cell(h->p, text_of(tr(h->p->language, module_action_label(h->p->rq->application->modules, row->action))));
	table_cell(h->p, row->block ? text_of(tr(h->p->language, TR("scellé"))) : TEXT("–"));
	table_row_end(h->p);
	h->count++;
	return true;
}

/* Each version received, the latest first. */
static enum status print_versions(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row)
{
	static const struct table_column columns[] = {{TR("Version"), "number"}, {TR("Reçue"), "date"},
		{TR("Fichier"), "text"}, {TR("Décision"), "number"}, {TR("Circuit"), "lane"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &VERSIONS_OF, PARAMS(V_INT(row->id)), &rows));
	section_begin(p, TR("Versions reçues"));
	table_begin(p, TR("Versions reçues"), columns);
	while (rows_next(rows)) {
		int64_t lane = rows_optional(rows, 5);

		table_row_begin(p);
		table_cell_number(p, number_of(rows_integer(rows, 0)), 0);
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 1));
		table_cell_end(p);
		table_cell_begin(p);
		link_to(p, arena_format(rq->arena, "/imports/%lld", (long long)rows_integer(rows, 2)).data,
			rows_text(rows, 3));
		table_cell_end(p);
		table_cell(p, arena_format(rq->arena, "%lld", (long long)rows_integer(rows, 4)));
		table_cell_begin(p);
		if (lane >= 0 && lane < LANE_COUNT)
			lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	section_end(p);
	return rows_status(rows);
}

static enum status print_history(struct html *p, struct reader *db, const struct stored_consignment *row)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Qui"), "text"}, {TR("Quoi"), "text"},
		{TR("Journal"), "text"}, {NULL, NULL}};
	struct history_print history = {.p = p};
	enum status status;

	section_begin(p, TR("Historique"));
	table_begin(p, TR("Historique"), columns);
	status = journal_history(db, "consignment", row->id, 50, print_history_row, &history);
	table_end(p);
	if (!history.count)
		notice(p, "info", TR("Rien n'a été fait sur cet envoi depuis sa réception."));
	section_end(p);
	return status;
}

enum status consignment_page(struct request *rq, struct reader *db)
{
	struct stored_consignment row;
	struct consignment consignment;
	struct text currency;
	struct html page;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	TRY(consignment_content(db, row.id, row.version, rq->arena, &consignment));
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s",
		tr(rq->language, row.stage == STAGE_MANIFEST ? TR("Connaissement") : TR("Déclaration")),
		TEXT_FORMAT(row.reference)));
	for (size_t i = 0; i < section_count; i++)
		TRY(sections[i]->print(rq, db, &page, &row, &consignment));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	print_consignment(&page, &row, &consignment, currency);
	print_items(&page, &consignment, currency);
	print_containers(&page, &consignment);
	TRY(print_versions(rq, db, &page, &row));
	TRY(print_history(&page, db, &row));
	page_end(&page);
	return STATUS_OK;
}
