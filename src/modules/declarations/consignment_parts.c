/* What was declared, as an officer reads it: in the order of the declaration, with the SAD's box numbers at hand. */
#include "modules/declarations/consignment_parts.h"

#include <stdio.h>
#include <string.h>

enum { ITEMS_UNFOLDED = 200 };

static void row_begin(struct html *p, const char *box, const char *label)
{
	html(p, "<div><dt>");
	if (box)
		html(p, "<span class=\"box\" title=\"%s %s\">%s</span>", tr(p->language, TR("Case")), box, box);
	html_tr(p, label);
	html(p, "</dt><dd>");
}

static void text_row(struct html *p, const char *box, const char *label, struct text value)
{
	if (!value.size)
		return;
	row_begin(p, box, label);
	html_text(p, value);
	facts_row_end(p);
}

static void party_row(struct html *p, const char *box, const char *label, const struct party *party)
{
	if (!party->name.size && !party->code.size)
		return;
	row_begin(p, box, label);
	html_text(p, party->name);
	if (party->code.size)
		html(p, " <span class=\"muted\">(%.*s)</span>", TEXT_FORMAT(party->code));
	if (party->address.size)
		html(p, "<br><span class=\"muted\">%.*s</span>", TEXT_FORMAT(party->address));
	facts_row_end(p);
}

static void number_row(struct html *p, const char *box, const char *label, int64_t number, const char *unit)
{
	if (number == NUMBER_NONE)
		return;
	row_begin(p, box, label);
	html_number(p, number, strcmp(unit, "kg") == 0 ? 1 : 0);
	html(p, "%s%s", *unit ? " " : "", unit);
	facts_row_end(p);
}

static void date_row(struct html *p, const char *label, int64_t date)
{
	if (date == DATE_NONE)
		return;
	row_begin(p, NULL, label);
	html_date(p, date);
	facts_row_end(p);
}

static void amount_row(struct html *p, const char *box, const char *label, int64_t amount, struct text currency)
{
	if (amount == NUMBER_NONE)
		return;
	row_begin(p, box, label);
	html_amount(p, amount, currency);
	facts_row_end(p);
}

static void group(struct html *p, const char *title)
{
	html(p, "<h3>%s</h3>", tr(p->language, title));
	facts_begin(p);
}

static void print_transport(struct html *p, const struct consignment *c)
{
	group(p, TR("Transport"));
	text_row(p, "S00", TR("Manifeste"), c->manifest);
	text_row(p, "18", TR("Moyen de transport"), c->vessel);
	text_row(p, NULL, TR("Pavillon"), c->vessel_nationality);
	text_row(p, NULL, TR("Voyage"), c->voyage);
	text_row(p, "25", TR("Mode de transport"), c->transport_mode);
	party_row(p, NULL, TR("Transporteur"), &c->carrier);
	text_row(p, NULL, TR("Connaissement de groupage"), c->master_bill);
	text_row(p, "27", TR("Lieu de chargement"), c->place_of_loading);
	text_row(p, NULL, TR("Lieu de déchargement"), c->place_of_unloading);
	text_row(p, "29", TR("Bureau frontière"), c->border_office);
	text_row(p, "30", TR("Magasin"), c->location);
	date_row(p, TR("Départ"), c->departs_on);
	date_row(p, TR("Arrivée"), c->arrives_on);
	facts_end(p);
}

static void print_amounts(struct html *p, const struct consignment *c, struct text currency)
{
	group(p, TR("Masses et valeurs"));
	number_row(p, "6", TR("Nombre de colis"), c->packages, "");
	number_row(p, "35", TR("Masse brute"), c->gross_mass, "kg");
	number_row(p, "38", TR("Masse nette"), c->net_mass, "kg");
	text_row(p, "20", TR("Conditions de livraison"), c->delivery_terms);
	amount_row(p, "22", TR("Montant facturé"), c->invoice_total, c->currency);
	if (c->exchange_rate != NUMBER_NONE) {
		row_begin(p, "23", TR("Taux de change"));
		html_number(p, c->exchange_rate, 4);
		facts_row_end(p);
	}
	amount_row(p, NULL, TR("Fret"), c->freight, currency);
	amount_row(p, NULL, TR("Assurance"), c->insurance, currency);
	amount_row(p, NULL, TR("Valeur en douane"), c->customs_value, currency);
	amount_row(p, "47", TR("Droits et taxes"), c->duties, currency);
	facts_end(p);
}

void print_consignment(struct html *p, const struct stored_consignment *row, const struct consignment *c,
	struct text currency)
{
	bool bill = c->stage == STAGE_MANIFEST;

	section_begin_at(p, "declare", TR("Ce qui est déclaré"));
	group(p, bill ? TR("Le connaissement") : TR("La déclaration"));
	text_row(p, "A", TR("Bureau"), c->office);
	text_row(p, bill ? NULL : "1", bill ? TR("Nature du connaissement") : TR("Type et régime"), row->regime);
	text_row(p, "7", TR("Référence du déclarant"), c->declarant_reference);
	date_row(p, TR("Enregistré le"), c->registered_on);
	text_row(p, "15", TR("Pays d'exportation"), c->country_of_export);
	text_row(p, "17", TR("Pays de destination"), c->country_of_destination);
	text_row(p, "49", TR("Entrepôt"), c->warehouse);
	text_row(p, "52", TR("Garantie"), c->guarantee);
	facts_end(p);
	group(p, TR("Les intervenants"));
	party_row(p, "2", TR("Expéditeur"), &c->exporter);
	party_row(p, "8", TR("Destinataire"), &c->consignee);
	party_row(p, NULL, TR("À notifier"), &c->notify);
	party_row(p, "14", TR("Déclarant"), &c->declarant);
	facts_end(p);
	print_transport(p, c);
	print_amounts(p, c, currency);
	section_end(p);
}

/* ---- Items: a table to compare, and each in full. */

static void print_item(struct html *p, const struct item *item, struct text currency)
{
	html(p, "<tr id=\"article-%lld\">", (long long)item->number);
	p->column = 0;
	table_cell_begin(p);
	html(p, "%lld", (long long)item->number);
	table_cell_end(p);
	table_cell(p, item->hs);
	table_cell_begin(p);
	html_text(p, item->description.size ? item->description : item->tariff_description);
	table_cell_end(p);
	table_cell(p, item->origin);
	table_cell(p, item->procedure);
	table_cell_number(p, item->packages, 0);
	table_cell_number(p, item->gross_mass, 1);
	table_cell_number(p, item->net_mass, 1);
	table_cell_begin(p);
	if (item->price != NUMBER_NONE)
		html_amount(p, item->price, item->currency);
	else if (item->customs_value != NUMBER_NONE)
		html_amount(p, item->customs_value, currency);
	table_cell_end(p);
	html(p, "</tr>");
}

/* The SAD's boxes of an item's fields. */
static const struct {
	const char *code, *box;
} item_boxes[] = {{"hs", "33"}, {"origin", "34"}, {"preference", "36"}, {"procedure", "37"},
	{"national_procedure", "37"}, {"quota", "39"}, {"description", "31"}, {"tariff_description", "31"}, {"marks", "31"},
	{"package_kind", "31"}, {"packages", "31"}, {"containers", "31"}, {"previous_document", "40"},
	{"transport_document", "40"}, {"licence", "44"}, {"documents", "44"}, {"valuation_method", "43"},
	{"supplementary_unit", "41"}, {"supplementary_quantity", "41"}, {"gross_mass", "35"}, {"net_mass", "38"},
	{"price", "42"}, {"statistical_value", "46"}, {"duties", "47"}, {"duty_rate", "47"}, {"tax_type", "47"}};

static const char *box_of(const char *code)
{
	for (size_t i = 0; i < sizeof item_boxes / sizeof *item_boxes; i++)
		if (strcmp(item_boxes[i].code, code) == 0)
			return item_boxes[i].box;
	return NULL;
}

static void print_field(struct html *p, const struct item *item, const struct consignment_field *field,
	struct text currency)
{
	const char *place = (const char *)item + field->offset;
	int64_t number;

	if (field->kind == CONSIGNMENT_TEXT) {
		struct text text;

		memcpy(&text, place, sizeof text);
		text_row(p, box_of(field->code), field->label, text);
		return;
	}
	if (field->kind != CONSIGNMENT_NUMBER)
		return;
	memcpy(&number, place, sizeof number);
	if (number == NUMBER_NONE)
		return;
	row_begin(p, box_of(field->code), field->label);
	if (strcmp(field->unit, "national") == 0)
		html_amount(p, number, currency);
	else if (strcmp(field->unit, "currency") == 0)
		html_amount(p, number, item->currency);
	else if (strcmp(field->unit, "fraction") == 0) {
		html_number(p, number_multiply(number, number_of(100)), 2);
		html(p, " %%");
	} else {
		html_number(p, number, strcmp(field->unit, "kg") == 0 ? 1 : 0);
		html(p, "%s%s", *field->unit ? " " : "", field->unit);
	}
	facts_row_end(p);
}

static void print_item_in_full(struct html *p, const struct item *item, struct text currency)
{
	struct consignment_fields fields = item_fields();

	html(p, "<h3>%s %lld</h3>", tr(p->language, TR("Article")), (long long)item->number);
	facts_begin(p);
	for (size_t i = 0; i < fields.count; i++)
		print_field(p, item, &fields.rows[i], currency);
	facts_end(p);
}

void print_items(struct html *p, const struct consignment *c, struct text currency)
{
	static const struct table_column columns[] = {{TR("Article (32)"), "number"}, {TR("Position SH (33)"), "text"},
		{TR("Désignation (31)"), "text"}, {TR("Origine (34)"), "text"}, {TR("Régime (37)"), "text"},
		{TR("Colis"), "number"}, {TR("Masse brute (35)"), "number"}, {TR("Masse nette (38)"), "number"},
		{TR("Prix (42)"), "number"}, {NULL, NULL}};

	section_begin_at(p, "articles", TR("Articles"));
	table_begin(p, TR("Articles"), columns);
	for (size_t i = 0; i < c->item_count; i++)
		print_item(p, &c->items[i], currency);
	table_end(p);
	if (c->item_count && c->item_count <= ITEMS_UNFOLDED) {
		fold_begin(p, TR("Chaque article en entier"), false);
		for (size_t i = 0; i < c->item_count; i++)
			print_item_in_full(p, &c->items[i], currency);
		fold_end(p);
	}
	section_end(p);
}

void print_containers(struct html *p, const struct consignment *c)
{
	static const struct table_column columns[] = {{TR("Conteneur"), "text"}, {TR("Type"), "text"},
		{TR("Plein ou vide"), "text"}, {TR("Scellés"), "text"}, {TR("Colis"), "number"},
		{TR("Masse des marchandises"), "number"}, {NULL, NULL}};

	if (!c->container_count)
		return;
	section_begin_at(p, "conteneurs", TR("Conteneurs"));
	table_begin(p, TR("Conteneurs"), columns);
	for (size_t i = 0; i < c->container_count; i++) {
		table_row_begin(p);
		table_cell(p, c->containers[i].reference);
		table_cell(p, c->containers[i].type);
		table_cell(p, c->containers[i].fullness);
		table_cell(p, c->containers[i].seals);
		table_cell_number(p, c->containers[i].packages, 0);
		table_cell_number(p, c->containers[i].goods_mass, 1);
		table_row_end(p);
	}
	table_end(p);
	section_end(p);
}
