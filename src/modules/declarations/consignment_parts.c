/* What was declared, as an officer reads it: with the SAD's box numbers at hand. */
#include "modules/declarations/consignment_parts.h"

#include <stdio.h>

static void party_row(struct html *p, const char *label, const struct party *party)
{
	if (!party->name.size && !party->code.size)
		return;
	facts_row_begin(p, label);
	html_text(p, party->name);
	if (party->code.size)
		html(p, " <span class=\"muted\">(%.*s)</span>", TEXT_FORMAT(party->code));
	if (party->address.size)
		html(p, "<br><span class=\"muted\">%.*s</span>", TEXT_FORMAT(party->address));
	facts_row_end(p);
}

static void mass_row(struct html *p, const char *label, int64_t mass)
{
	if (mass == NUMBER_NONE)
		return;
	facts_row_begin(p, label);
	html_number(p, mass, 1);
	html(p, " kg");
	facts_row_end(p);
}

static void date_row(struct html *p, const char *label, int64_t date)
{
	if (date == DATE_NONE)
		return;
	facts_row_begin(p, label);
	html_date(p, date);
	facts_row_end(p);
}

static void amount_row(struct html *p, const char *label, int64_t amount, struct text currency)
{
	if (amount == NUMBER_NONE)
		return;
	facts_row_begin(p, label);
	html_amount(p, amount, currency);
	facts_row_end(p);
}

void print_consignment(struct html *p, const struct stored_consignment *row, const struct consignment *c,
	struct text currency)
{
	bool bill = c->stage == STAGE_MANIFEST;

	section_begin(p, TR("Ce qui est déclaré"));
	facts_begin(p);
	facts_row(p, TR("Bureau (A)"), c->office);
	facts_row(p, bill ? TR("Nature du connaissement") : TR("Type et régime (1)"), row->regime);
	date_row(p, TR("Enregistré le"), c->registered_on);
	date_row(p, TR("Arrivée"), c->arrives_on);
	party_row(p, TR("Expéditeur (2)"), &c->exporter);
	party_row(p, TR("Destinataire (8)"), &c->consignee);
	party_row(p, TR("À notifier"), &c->notify);
	party_row(p, TR("Déclarant (14)"), &c->declarant);
	facts_row(p, TR("Manifeste"), c->manifest);
	facts_row(p, TR("Moyen de transport (18, 21)"), c->vessel);
	facts_row(p, TR("Voyage"), c->voyage);
	facts_row(p, TR("Lieu de chargement (27)"), c->place_of_loading);
	facts_row(p, TR("Lieu de déchargement"), c->place_of_unloading);
	facts_row(p, TR("Pays d'exportation (15)"), c->country_of_export);
	facts_row(p, TR("Pays de destination (17)"), c->country_of_destination);
	facts_row(p, TR("Magasin (30)"), c->location);
	facts_row(p, TR("Conditions de livraison (20)"), c->delivery_terms);
	mass_row(p, TR("Masse brute (35)"), c->gross_mass);
	amount_row(p, TR("Montant facturé (22)"), c->invoice_total, c->currency);
	amount_row(p, TR("Valeur en douane"), c->customs_value, currency);
	amount_row(p, TR("Droits et taxes (47)"), c->duties, currency);
	facts_end(p);
	section_end(p);
}

static void print_item(struct html *p, const struct item *item, struct text currency)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", (long long)item->number);
	html(p, "<tr id=\"article-%s\">", number);
	table_cell(p, text_of(number));
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

void print_items(struct html *p, const struct consignment *c, struct text currency)
{
	static const struct table_column columns[] = {{TR("Article (32)"), "number"}, {TR("Position SH (33)"), "text"},
		{TR("Désignation (31)"), "text"}, {TR("Origine (34)"), "text"}, {TR("Régime (37)"), "text"},
		{TR("Colis"), "number"}, {TR("Masse brute (35)"), "number"}, {TR("Masse nette (38)"), "number"},
		{TR("Prix (42)"), "number"}, {NULL, NULL}};

	section_begin(p, TR("Articles"));
	table_begin(p, TR("Articles"), columns);
	for (size_t i = 0; i < c->item_count; i++)
		print_item(p, &c->items[i], currency);
	table_end(p);
	section_end(p);
}

void print_containers(struct html *p, const struct consignment *c)
{
	static const struct table_column columns[] = {{TR("Conteneur"), "text"}, {TR("Type"), "text"},
		{TR("Plein ou vide"), "text"}, {TR("Scellés"), "text"}, {TR("Colis"), "number"},
		{TR("Masse des marchandises"), "number"}, {NULL, NULL}};

	if (!c->container_count)
		return;
	section_begin(p, TR("Conteneurs"));
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
