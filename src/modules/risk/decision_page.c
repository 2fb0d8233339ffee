/* The decision on a consignment's page: the lane, and why, in plain words. */
#include "modules/risk/pages.h"
#include "modules/risk/risk_store.h"
#include "web/page.h"

static const char *kind_label(const char *kind)
{
	static const struct {
		const char *kind;
		const char *label;
	} rows[] = {{"profile", TR("Profil de risque")}, {"check", TR("Contrôle de cohérence")},
		{"model", TR("Score du modèle")}, {"random", TR("Tirage au hasard")},
		{"quota", TR("Complément au taux attendu")}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (text_is(text_of(kind), rows[i].kind))
			return rows[i].label;
	return "";
}

static const char *string_of(const json_t *reason, const char *key)
{
	const char *value = json_string_value(json_object_get(reason, key));

	return value ? value : "";
}

/* The text in the reader's language, from the message's id and values. */
static void print_parts(struct html *p, const json_t *parts, size_t first)
{
	const char *id = json_string_value(json_array_get(parts, first));
	struct message message = {id ? id : "", {TEXT_NONE, TEXT_NONE, TEXT_NONE}};

	for (size_t i = 0; i < 3; i++)
		message.values[i] = text_of(json_string_value(json_array_get(parts, first + i + 1)));
	html_message(p, &message);
}

/* What raised the model's score most, by item where there are several. */
static void print_details(struct html *p, const json_t *details)
{
	long long last = -1;

	for (size_t i = 0; i < json_array_size(details); i++) {
		const json_t *detail = json_array_get(details, i);
		long long item = json_integer_value(json_array_get(detail, 0));

		if (item != last) {
			if (i)
				html(p, "</ul>");
			html(p, "<p class=\"muted\"><a href=\"#article-%lld\">%s %lld</a></p><ul>", item,
				tr(p->language, TR("Article")), item);
			last = item;
		}
		html(p, "<li>");
		print_parts(p, detail, 1);
		html(p, "</li>");
	}
	if (json_array_size(details))
		html(p, "</ul>");
}

static void print_text(struct html *p, const json_t *reason)
{
	print_parts(p, json_object_get(reason, "message"), 0);
	print_details(p, json_object_get(reason, "details"));
}

static void print_items_touched(struct html *p, const json_t *items)
{
	size_t count = json_array_size(items);

	for (size_t i = 0; i < count && i < 20; i++) {
		long long number = json_integer_value(json_array_get(items, i));

		html(p, "%s<a href=\"#article-%lld\">%lld</a>", i ? ", " : "", number, number);
	}
	if (count > 20)
		html(p, ", …");
}

static void print_reason(struct html *p, const json_t *reason)
{
	enum lane lane = LANE_GREEN;

	(void)lane_from(text_of(string_of(reason, "lane")), &lane);
	table_row_begin(p);
	table_cell_begin(p);
	lane_badge(p, lane_code(lane), lane_label(lane));
	table_cell_end(p);
	table_cell_begin(p);
	print_text(p, reason);
	if (json_object_get(reason, "aside")) {
		html(p, "<br><strong>");
		print_parts(p, json_object_get(reason, "aside"), 0);
		html(p, "</strong>");
	}
	if (*string_of(reason, "instruction"))
		html(p, "<br><span class=\"muted\">%s</span>", tr(p->language, string_of(reason, "instruction")));
	table_cell_end(p);
	table_cell_begin(p);
	print_items_touched(p, json_object_get(reason, "items"));
	table_cell_end(p);
	table_cell_begin(p);
	html(p, "%s <span class=\"muted\">%s</span>", tr(p->language, kind_label(string_of(reason, "kind"))),
		string_of(reason, "code"));
	table_cell_end(p);
	table_row_end(p);
}

/* The tables of reasons: those that counted, those whose share spared this one, those set aside for the operator. */
enum kept { KEPT_SELECTED, KEPT_SPARED, KEPT_ASIDE };

static bool is_kept(const json_t *reason, enum kept kept)
{
	bool aside = json_object_get(reason, "aside") != NULL, selected = json_is_true(json_object_get(reason, "selected"));

	return kept == KEPT_ASIDE ? aside : !aside && selected == (kept == KEPT_SELECTED);
}

static size_t print_reasons(struct html *p, const json_t *reasons, enum kept kept, const char *caption)
{
	static const struct table_column columns[] = {{TR("Circuit demandé"), "lane"}, {TR("Motif"), "text"},
		{TR("Articles"), "text"}, {TR("Source"), "text"}, {NULL, NULL}};
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(reasons); i++)
		count += is_kept(json_array_get(reasons, i), kept);
	if (!count)
		return 0;
	table_begin(p, caption, columns);
	for (size_t i = 0; i < json_array_size(reasons); i++) {
		const json_t *reason = json_array_get(reasons, i);

		if (is_kept(reason, kept))
			print_reason(p, reason);
	}
	table_end(p);
	return count;
}

enum status decision_print(struct request *rq, struct reader *db, struct html *p, const struct stored_consignment *row,
	const struct consignment *consignment)
{
	struct decision_record record;
	json_t *reasons = NULL;
	int line;

	(void)consignment;
	if (!row->decision_id)
		return STATUS_OK;
	TRY(decision_find(db, row->decision_id, rq->arena, &record));
	TRY(json_parse(record.reasons, 16 << 20, &reasons, &line));
	section_begin(p, TR("Décision"));
	html(p, "<p class=\"lead\">");
	lane_badge(p, lane_code(record.decision.lane), lane_label(record.decision.lane));
	html(p, " <span class=\"muted\">%s ", tr(p->language, TR("décidé le")));
	html_time(p, record.decided_at);
	html(p, " · %s %lld · %s %lld", tr(p->language, TR("décision n°")), (long long)record.id,
		tr(p->language, TR("politique n°")), (long long)record.policy_id);
	if (record.model_id)
		html(p, " · %s %lld", tr(p->language, TR("modèle n°")), (long long)record.model_id);
	html(p, "</span></p>");
	if (!print_reasons(p, reasons, KEPT_SELECTED, TR("Pourquoi ce circuit")))
		notice(p, "ok", TR("Aucun critère ni tirage n'a retenu cet envoi : il suit le circuit vert."));
	print_reasons(p, reasons, KEPT_ASIDE, TR("Critères remplis mais mis de côté pour cet opérateur"));
	if (print_reasons(p, reasons, KEPT_SPARED, TR("Critères remplis mais non retenus (part de sélection)")))
		html(p, "<p class=\"muted\">%s</p>",
			tr(p->language, TR("Ces profils ne retiennent qu'une part des envois qu'ils visent.")));
	section_end(p);
	json_decref(reasons);
	return STATUS_OK;
}

enum status decision_reasons(struct reader *reader, int64_t decision_id, struct arena *arena,
	bool (*each)(void *context, const struct decision_reason *reason), void *context)
{
	struct decision_record record;
	json_t *reasons = NULL;
	bool goes_on = true;
	int line;

	TRY(decision_find(reader, decision_id, arena, &record));
	TRY(json_parse(record.reasons, 16 << 20, &reasons, &line));
	for (size_t i = 0; goes_on && i < json_array_size(reasons); i++) {
		const json_t *row = json_array_get(reasons, i), *parts = json_object_get(row, "message");
		const char *id = json_string_value(json_array_get(parts, 0));
		struct decision_reason reason = {.lane = LANE_GREEN, .text = {.id = id ? id : ""},
			.selected = json_is_true(json_object_get(row, "selected")),
			.instruction = string_of(row, "instruction"), .items = json_object_get(row, "items")};

		(void)lane_from(text_of(string_of(row, "lane")), &reason.lane);
		for (size_t value = 0; value < 3; value++)
			reason.text.values[value] = text_of(json_string_value(json_array_get(parts, value + 1)));
		goes_on = each(context, &reason);
	}
	json_decref(reasons);
	return STATUS_OK;
}

const struct consignment_section risk_section = {10, decision_print};
