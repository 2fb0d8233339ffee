/* The page of one consignment. */
#include "modules/declarations/consignment_parts.h"
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"
#include "web/page.h"
#include "web/server.h"

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

/* Other modules' sections of this range of orders: up to the fiftieth they stand above what is declared. */
static enum status print_sections(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment, bool above)
{
	for (size_t i = 0; i < section_count; i++)
		if ((sections[i]->order < 50) == above)
			TRY(sections[i]->print(rq, db, p, row, consignment));
	return STATUS_OK;
}

/* What one wants to know before all else, in one line. */
static void print_summary(struct request *rq, struct html *p, const struct stored_consignment *row)
{
	html(p, "<p class=\"summary\">");
	if (row->lane >= 0 && row->lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)row->lane), lane_label((enum lane)row->lane));
	badge(p, text_is(row->state, "to_control") ? "warning" : "info", state_label(row->state));
	if (row->outcome != INT64_MIN)
		badge(p, row->outcome ? "danger" : "ok", row->outcome ? TR("Irrégularité trouvée") : TR("Conforme"));
	html(p, "<span>%.*s</span> <span>", TEXT_FORMAT(row->office));
	html_date(p, row->day);
	html(p, "</span> <span>%.*s</span>", TEXT_FORMAT(row->consignee_name));
	if (row->manifest.size) {
		struct list_query query = list_blank("/connaissements");

		query.values[LIST_MANIFEST] = row->manifest;
		html(p, " <a href=\"%s\">%s</a>", list_address(rq, &query, NULL, LIST_INPUTS, NULL),
			tr(p->language, TR("Le manifeste")));
	}
	html(p, "</p>");
}

static void print_places(struct html *p, const struct consignment *consignment)
{
	static const struct {
		const char *id;
		const char *label;
	} places[] = {{"declare", TR("Ce qui est déclaré")}, {"articles", TR("Articles")}, {"conteneurs", TR("Conteneurs")},
		{"trafic", TR("Trafic antérieur")}, {"documents", TR("Documents")}, {"historique", TR("Historique")}};

	html(p, "<nav class=\"onpage\" aria-label=\"%s\"><ul>", tr(p->language, TR("Sur cette page")));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (i != 2 || consignment->container_count)
			html(p, "<li><a href=\"#%s\">%s</a></li>", places[i].id, tr(p->language, places[i].label));
	html(p, "</ul></nav>");
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
	print_summary(rq, &page, &row);
	print_places(&page, &consignment);
	TRY(print_sections(rq, db, &page, &row, &consignment, true));
	TRY(print_comparison(rq, db, &page, &row, &consignment));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	print_consignment(&page, &row, &consignment, currency);
	print_items(&page, &consignment, currency);
	print_containers(&page, &consignment);
	TRY(print_sections(rq, db, &page, &row, &consignment, false));
	TRY(print_past_traffic(rq, db, &page, &row, &consignment));
	TRY(print_documents(rq, db, &page, &row));
	TRY(print_versions(rq, db, &page, &row));
	TRY(print_history(rq, db, &page, &row));
	page_end(&page);
	return STATUS_OK;
}
