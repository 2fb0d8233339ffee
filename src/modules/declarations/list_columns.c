/* The columns of the list of consignments: a row each, for the page and for exports. */
#include "modules/declarations/list.h"

#include "base/utf8.h"

const char *state_label(struct text state)
{
	if (text_is(state, "to_control"))
		return TR("À contrôler");
	if (text_is(state, "held"))
		return TR("Vert, retenu pendant le délai");
	return text_is(state, "controlled") ? TR("Contrôlé") : TR("Sans contrôle demandé");
}

#define TEXT_OF(name, expression)                                                                                      \
	static struct text name(const struct stored_consignment *row, enum language language, struct arena *arena)     \
	{                                                                                                              \
		(void)language;                                                                                        \
		(void)arena;                                                                                           \
		return expression;                                                                                     \
	}
#define NUMBER_OF(name, expression)                                                                                    \
	static int64_t name(const struct stored_consignment *row)                                                      \
	{                                                                                                              \
		return expression;                                                                                     \
	}

TEXT_OF(lane_text, row->lane >= 0 && row->lane < LANE_COUNT ? text_of(tr(language, lane_label((enum lane)row->lane)))
							   : TEXT_NONE)
TEXT_OF(reference_text, row->reference)
TEXT_OF(office_text, row->office)
TEXT_OF(regime_text, row->regime)
TEXT_OF(flow_text, row->flow)
TEXT_OF(consignee_text, row->consignee_name)
TEXT_OF(consignee_code_text, row->consignee_code)
TEXT_OF(exporter_text, row->exporter_name)
TEXT_OF(declarant_text, row->declarant_code)
TEXT_OF(description_text, row->description)
TEXT_OF(manifest_text, row->manifest)
TEXT_OF(state_text, text_of(tr(language, state_label(row->state))))
TEXT_OF(stage_text, text_of(tr(language, row->stage == STAGE_MANIFEST ? TR("Connaissement") : TR("Déclaration"))))
TEXT_OF(outcome_text, row->outcome == INT64_MIN ? TEXT_NONE
		: text_of(tr(language, row->outcome ? TR("Irrégularité trouvée") : TR("Conforme"))))
NUMBER_OF(day_number, row->day)
NUMBER_OF(items_number, number_of(row->item_count))
NUMBER_OF(mass_number, row->gross_mass)
NUMBER_OF(value_number, row->customs_value)
NUMBER_OF(recovered_number, row->recovered)
NUMBER_OF(received_number, row->received_at)
NUMBER_OF(score_number, row->is_scored ? (int64_t)(row->score * (double)NUMBER_ONE + 0.5) : NUMBER_NONE)

const struct list_column list_columns[] = {
	{"circuit", TR("Circuit"), LIST_LANE_BADGE, true, lane_text, NULL},
	{"reference", TR("Référence"), LIST_LINK, true, reference_text, NULL},
	{"date", TR("Date"), LIST_DAY, true, NULL, day_number},
	{"etape", TR("Étape"), LIST_TEXT, false, stage_text, NULL},
	{"bureau", TR("Bureau"), LIST_TEXT, true, office_text, NULL},
	{"regime", TR("Régime"), LIST_TEXT, false, regime_text, NULL},
	{"sens", TR("Sens du trafic"), LIST_TEXT, false, flow_text, NULL},
	{"destinataire", TR("Destinataire"), LIST_TEXT, true, consignee_text, NULL},
	{"code_destinataire", TR("Code du destinataire"), LIST_TEXT, false, consignee_code_text, NULL},
	{"expediteur", TR("Expéditeur"), LIST_TEXT, false, exporter_text, NULL},
	{"declarant", TR("Déclarant"), LIST_TEXT, false, declarant_text, NULL},
	{"marchandise", TR("Marchandise"), LIST_TEXT, true, description_text, NULL},
	{"manifeste", TR("Manifeste"), LIST_TEXT, false, manifest_text, NULL},
	{"articles", TR("Nombre d'articles"), LIST_COUNT, false, NULL, items_number},
	{"masse", TR("Masse brute (kg)"), LIST_MASS, false, NULL, mass_number},
	{"valeur", TR("Valeur en douane"), LIST_AMOUNT, false, NULL, value_number},
	{"score", TR("Score"), LIST_SCORE, false, NULL, score_number},
	{"etat", TR("État"), LIST_TEXT, true, state_text, NULL},
	{"resultat", TR("Résultat du contrôle"), LIST_TEXT, false, outcome_text, NULL},
	{"retrouve", TR("Droits et taxes retrouvés"), LIST_AMOUNT, false, NULL, recovered_number},
	{"recu", TR("Reçu le"), LIST_TIME, false, NULL, received_number},
	{NULL, NULL, LIST_TEXT, false, NULL, NULL},
};

static bool is_chosen(struct text chosen, const char *code)
{
	while (chosen.data)
		if (text_is(text_cut(&chosen, ','), code))
			return true;
	return false;
}

size_t list_columns_chosen(const struct list_query *query, const struct list_column *ret_columns[LIST_COLUMN_LIMIT])
{
	size_t count = 0;

	for (const struct list_column *column = list_columns; column->code; column++)
		if (is_chosen(query->values[LIST_COLUMNS], column->code))
			ret_columns[count++] = column;
	if (count)
		return count;
	for (const struct list_column *column = list_columns; column->code; column++)
		if (column->is_usual)
			ret_columns[count++] = column;
	return count;
}

static const char *kind_of(enum list_kind kind)
{
	switch (kind) {
	case LIST_LANE_BADGE: return "lane";
	case LIST_DAY:
	case LIST_TIME: return "date";
	case LIST_MASS:
	case LIST_AMOUNT:
	case LIST_COUNT:
	case LIST_SCORE: return "number";
	default: return "text";
	}
}

static void print_number(struct html *p, const struct list_column *column, int64_t value)
{
	switch (column->kind) {
	case LIST_DAY: html_date(p, value); break;
	case LIST_TIME: html_time(p, value); break;
	case LIST_MASS: html_number(p, value, 1); break;
	case LIST_SCORE: html_number(p, value, 2); break;
	default: html_number(p, value, 0); break;
	}
}

void list_print_row(struct request *rq, struct html *p, const struct stored_consignment *row,
	const struct list_column *const *columns, size_t count)
{
	table_row_begin(p);
	for (size_t i = 0; i < count; i++) {
		const struct list_column *column = columns[i];

		table_cell_begin(p);
		if (column->number && column->number(row) != INT64_MIN)
			print_number(p, column, column->number(row));
		else if (column->kind == LIST_LANE_BADGE && row->lane >= 0 && row->lane < LANE_COUNT)
			lane_badge(p, lane_code((enum lane)row->lane), lane_label((enum lane)row->lane));
		else if (column->kind == LIST_LINK)
			html(p, "<a href=\"/envois/%lld\">%.*s</a>", (long long)row->id, TEXT_FORMAT(row->reference));
		else if (column->text)
			html_text(p, utf8_cut(column->text(row, p->language, rq->arena), 80));
		table_cell_end(p);
	}
	table_row_end(p);
}

void list_print_table(struct request *rq, struct html *p, const struct stored_consignment *rows, size_t count,
	const struct list_column *const *columns, size_t column_count)
{
	struct table_column heads[LIST_COLUMN_LIMIT + 1] = {{NULL, NULL}};

	for (size_t i = 0; i < column_count; i++)
		heads[i] = (struct table_column){columns[i]->label, kind_of(columns[i]->kind)};
	table_begin(p, TR("Envois"), heads);
	for (size_t i = 0; i < count; i++)
		list_print_row(rq, p, &rows[i], columns, column_count);
	table_end(p);
}
