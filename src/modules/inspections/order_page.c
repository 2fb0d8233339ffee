/* The inspection order (ordre de visite): one sheet to print, with a QR code that opens the consignment's page. */
#include "base/utf8.h"
#include "domain/mail.h"
#include "modules/inspections/visits.h"
#include "web/page.h"

#include <string.h>

enum { LINES_BLANK = 4 };

/* Where this page is, as a telephone can open it: the public address, else what the browser asked for. */
static enum status page_address(struct request *rq, struct reader *db, int64_t id, struct text *ret_address)
{
	struct text base, host = rq_header(rq, "Host");

	TRY(setting_text(db, &mail_settings[PUBLIC_ADDRESS], rq->arena, &base));
	if (text_ends_with(base, TEXT("/")))
		base = text_slice(base, 0, base.size - 1);
	if (!base.size)
		base = arena_format(rq->arena, "%s://%.*s", rq->application->is_behind_tls ? "https" : "http",
			TEXT_FORMAT(host));
	*ret_address = arena_format(rq->arena, "%.*s/envois/%lld", TEXT_FORMAT(base), (long long)id);
	return ret_address->data ? STATUS_OK : STATUS_NO_MEMORY;
}

struct reasons {
	struct html *p;
	size_t count; /* printed so far; the list begins with the first */
};

static bool print_reason(void *context, const struct decision_reason *reason)
{
	struct reasons *reasons = context;
	struct html *p = reasons->p;

	if (!reason->selected)
		return true;
	html(p, reasons->count++ ? "<li>" : "<ul><li>");
	html_message(p, &reason->text);
	if (*reason->instruction)
		html(p, " — %s", tr(p->language, reason->instruction));
	html(p, "</li>");
	return true;
}

static void print_item(struct html *p, const struct item *item)
{
	struct text goods = item->description.size ? item->description : item->tariff_description;

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "%lld", (long long)item->number);
	table_cell_end(p);
	table_cell(p, item->hs);
	table_cell(p, utf8_cut(goods, 120));
	table_cell(p, item->origin);
	table_cell_number(p, item->packages, 0);
	table_cell_number(p, item->gross_mass, 1);
	table_cell(p, TEXT(""));
	table_row_end(p);
}

static void print_goods(struct html *p, const struct consignment *content)
{
	static const struct table_column columns[] = {{TR("Article (32)"), "number"}, {TR("Position SH (33)"), "text"},
		{TR("Désignation (31)"), "text"}, {TR("Origine (34)"), "text"}, {TR("Colis"), "number"},
		{TR("Masse brute (35)"), "number"}, {TR("Trouvé"), "blank"}, {NULL, NULL}};

	section_begin(p, TR("Marchandises déclarées"));
	table_begin(p, TR("Marchandises déclarées"), columns);
	for (size_t i = 0; i < content->item_count && i < ITEMS_SHOWN; i++)
		print_item(p, &content->items[i]);
	table_end(p);
	section_end(p);
}

/* What is written by hand. */
static void print_blanks(struct html *p)
{
	section_begin(p, TR("Constat"));
	for (int i = 0; i < LINES_BLANK; i++)
		html(p, "<p class=\"line\"></p>");
	html(p, "<div class=\"signatures\"><p>");
	html_tr(p, TR("Date, heure de début et de fin"));
	html(p, "</p><p>");
	html_tr(p, TR("Nom et signature de l'agent"));
	html(p, "</p><p>");
	html_tr(p, TR("Nom et signature du déclarant"));
	html(p, "</p></div>");
	section_end(p);
}

static void print_facts(struct html *p, const struct stored_consignment *row, const struct consignment *content,
	const struct visit *visit)
{
	facts_begin(p);
	facts_row(p, TR("Bureau (A)"), row->office);
	facts_row(p, TR("Référence"), row->reference);
	facts_row_begin(p, TR("Circuit"));
	if (row->lane >= 0 && row->lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)row->lane), lane_label((enum lane)row->lane));
	facts_row_end(p);
	facts_row(p, TR("Destinataire (8)"), row->consignee_name);
	facts_row(p, TR("Déclarant (14)"), content->declarant.name);
	facts_row(p, TR("Manifeste"), row->manifest);
	facts_row(p, TR("Magasin (30)"), content->location);
	if (content->container_count) {
		facts_row_begin(p, TR("Conteneurs"));
		for (size_t i = 0; i < content->container_count && i < 20; i++)
			html(p, "%s%.*s", i ? ", " : "", TEXT_FORMAT(content->containers[i].reference));
		facts_row_end(p);
	}
	if (visit)
		facts_row(p, TR("Agent"), visit->inspector_name);
	facts_row_begin(p, TR("Imprimé le"));
	html_time(p, clock_now());
	facts_row_end(p);
	facts_end(p);
}

static enum status print_why(struct html *p, struct reader *db, const struct stored_consignment *row)
{
	struct reasons reasons = {p, 0};

	section_begin(p, TR("Pourquoi ce contrôle"));
	if (row->decision_id)
		TRY(decision_reasons(db, row->decision_id, p->rq->arena, print_reason, &reasons));
	if (reasons.count)
		html(p, "</ul>");
	else
		html(p, "<p>%s</p>", tr(p->language, TR("Aucun motif particulier : contrôle demandé par un agent ou par le sort.")));
	section_end(p);
	return STATUS_OK;
}

enum status order_page(struct request *rq, struct reader *db)
{
	struct stored_consignment row;
	struct consignment content;
	struct visit visit;
	struct text address;
	struct html page;
	enum status found;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(db, id, rq->arena, &row));
	if (!actor_may(&rq->actor, INSPECTIONS_RECORD, row.unit_path))
		return STATUS_NOT_FOUND;
	TRY(consignment_content(db, row.id, row.version, rq->arena, &content));
	found = visit_find_open(db, row.id, rq->arena, &visit);
	if (found != STATUS_OK && found != STATUS_NOT_FOUND)
		return found;
	TRY(page_address(rq, db, row.id, &address));
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Ordre de visite")),
				      TEXT_FORMAT(row.reference)));
	visit_assets(&page, false);
	html(&page, "<div class=\"order\"><div class=\"code\">");
	(void)qr_code(&page, address, TR("Code QR qui ouvre la page de l'envoi"));
	html(&page, "<p class=\"muted\">%.*s</p></div>", TEXT_FORMAT(address));
	print_facts(&page, &row, &content, found == STATUS_OK ? &visit : NULL);
	html(&page, "</div>");
	TRY(print_why(&page, db, &row));
	print_goods(&page, &content);
	print_blanks(&page);
	page_end(&page);
	return STATUS_OK;
}
