/* The history of a consignment: what was received, and all that was done, by whom. */
#include "modules/declarations/consignment_parts.h"

#include "domain/journal.h"
#include "web/server.h"

#include <string.h>

enum { ENTRIES = 100, DETAIL_WIDTH = 200 };

STATEMENT(VERSIONS_OF,
	"select v.id % 65536, v.received_at, v.import_id, i.file_name, c.decision_id, c.lane, i.user_id, i.unit_path from consignment_versions v "
	"join imports i on i.id = v.import_id left join consignments c on c.id = v.id / 65536 "
	"and c.version = v.id % 65536 where v.id between CAST($1 AS bigint) * 65536 and CAST($1 AS bigint) * 65536 + 65535 "
	"order by v.id desc");

/* What the journal's details are called for people; others are left to the journal's own page. */
static const struct {
	const char *key;
	const char *label;
} details_labels[] = {{"result", TR("résultat")}, {"recovered", TR("droits et taxes retrouvés")}, {"note", TR("constat")},
	{"reason", TR("motif")}, {"lane", TR("circuit")}, {"state", TR("état")}, {"name", TR("document")},
	{"inspector", TR("inspecteur")}, {"assigned_to", TR("confié à")}};

static const char *label_of(const char *key)
{
	for (size_t i = 0; i < sizeof details_labels / sizeof *details_labels; i++)
		if (strcmp(details_labels[i].key, key) == 0)
			return details_labels[i].label;
	return NULL;
}

static bool print_value(struct html *p, const json_t *value)
{
	if (json_is_string(value) && *json_string_value(value))
		html_text(p, tr_text(p->language, text_of(json_string_value(value))));
	else if (json_is_integer(value))
		html(p, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		html_number(p, (int64_t)(json_real_value(value) * (double)NUMBER_ONE), 0);
	else
		return false;
	return true;
}

/* "résultat : conform → value": pairs are before and after. */
static void print_details(struct html *p, struct text details)
{
	json_t *object = NULL, *value;
	const char *key;
	int line;

	if (!details.size || json_parse(details, 1 << 20, &object, &line) != STATUS_OK)
		return;
	json_object_foreach(object, key, value) {
		const char *label = label_of(key);
		bool is_pair = json_is_array(value) && json_array_size(value) == 2;

		if (!label || json_is_null(value) || (json_is_string(value) && !*json_string_value(value)))
			continue;
		html(p, "<br><span class=\"muted\">%s : ", tr(p->language, label));
		if (is_pair && print_value(p, json_array_get(value, 0)))
			html(p, " → ");
		print_value(p, is_pair ? json_array_get(value, 1) : value);
		html(p, "</span>");
	}
	json_decref(object);
}

struct printing {
	struct html *p;
	int count;
};

static bool print_entry(void *context, const struct journal_row *row)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Qui"), "text"}, {TR("Quoi"), "text"},
		{TR("Journal"), "text"}, {NULL, NULL}};
	struct printing *printing = context;
	struct html *p = printing->p;

	if (!printing->count++)
		table_begin(p, TR("Historique"), columns);
	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, row->at);
	table_cell_end(p);
	table_cell(p, row->actor_name);
	table_cell_begin(p);
	html_tr(p, module_action_label(p->rq->application->modules, row->action));
	print_details(p, row->details);
	table_cell_end(p);
	table_cell(p, row->block ? text_of(tr(p->language, TR("scellé"))) : TEXT("–"));
	table_row_end(p);
	return true;
}

enum status print_versions(struct request *rq, struct reader *db, struct html *p, const struct stored_consignment *row)
{
	static const struct table_column columns[] = {{TR("Version"), "number"}, {TR("Reçue"), "date"},
		{TR("Fichier"), "text"}, {TR("Décision"), "number"}, {TR("Circuit"), "lane"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	bool may_open = rq_may(rq, CONSIGNMENTS_IMPORT);

	TRY(store_query(db, &VERSIONS_OF, PARAMS(V_INT(row->id)), &rows));
	section_begin_at(p, "versions", TR("Versions reçues"));
	table_begin(p, TR("Versions reçues"), columns);
	while (rows_next(rows)) {
		int64_t lane = rows_optional(rows, 5);

		table_row_begin(p);
		table_cell_number(p, number_of(rows_integer(rows, 0)), 0);
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 1));
		table_cell_end(p);
		table_cell_begin(p);
		if (may_open && (rows_integer(rows, 6) == rq->actor.user_id ||
					actor_may(&rq->actor, IMPORTS_READ_ALL, rows_text(rows, 7))))
			link_to(p, arena_format(rq->arena, "/imports/%lld", (long long)rows_integer(rows, 2)).data,
				rows_text(rows, 3));
		else
			html_text(p, rows_text(rows, 3));
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

enum status print_history(struct request *rq, struct reader *db, struct html *p, const struct stored_consignment *row)
{
	struct printing printing = {p, 0};

	(void)rq;
	section_begin_at(p, "historique", TR("Historique"));
	TRY(journal_history(db, "consignment", row->id, ENTRIES, print_entry, &printing));
	if (printing.count)
		table_end(p);
	else
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Rien n'a été fait sur cet envoi depuis sa réception.")));
	section_end(p);
	return STATUS_OK;
}
