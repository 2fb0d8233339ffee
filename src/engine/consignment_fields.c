/* The rows of consignment.h's fields: everything a consignment, an item and a container hold. */
#include "engine/consignment.h"

#include <stddef.h>

/* code, label, kind, unit, where it is. The order is that of the canonical text: add at the end only, so
 * that stored texts keep their digests. */
static const struct consignment_field of_consignment[] = {
	{"stage", TR("Étape"), CONSIGNMENT_STAGE, "", offsetof(struct consignment, stage)},
	{"reference", TR("Référence"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, reference)},
	{"office", TR("Bureau de douane"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, office)},
	{"flow", TR("Sens du trafic"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, flow)},
	{"type", TR("Type de déclaration"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, type)},
	{"regime", TR("Régime général"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, regime)},
	{"bill_type", TR("Type de connaissement"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, bill_type)},
	{"manifest", TR("Manifeste"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, manifest)},
	{"master_bill", TR("Connaissement de groupage"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, master_bill)},
	{"voyage", TR("Voyage"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, voyage)},
	{"transport_mode", TR("Mode de transport"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, transport_mode)},
	{"vessel", TR("Navire ou moyen de transport"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, vessel)},
	{"vessel_nationality", TR("Pavillon"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, vessel_nationality)},
	{"vessel_number", TR("Numéro d'immatriculation du moyen de transport"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, vessel_number)},
	{"place_of_loading", TR("Lieu de chargement"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, place_of_loading)},
	{"place_of_unloading", TR("Lieu de déchargement"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, place_of_unloading)},
	{"place_of_departure", TR("Lieu de départ"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, place_of_departure)},
	{"place_of_destination", TR("Lieu de destination"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, place_of_destination)},
	{"country_of_export", TR("Pays de provenance"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, country_of_export)},
	{"country_of_destination", TR("Pays de destination"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, country_of_destination)},
	{"trading_country", TR("Pays de transaction"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, trading_country)},
	{"location", TR("Magasin"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, location)},
	{"border_office", TR("Bureau frontière"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, border_office)},
	{"delivery_terms", TR("Conditions de livraison"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, delivery_terms)},
	{"payment_mode", TR("Mode de paiement"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, payment_mode)},
	{"transaction_nature", TR("Nature de la transaction"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, transaction_nature)},
	{"currency", TR("Monnaie de la facture"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, currency)},
	{"warehouse", TR("Entrepôt"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, warehouse)},
	{"transit_destination_office", TR("Bureau de destination du transit"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, transit_destination_office)},
	{"guarantee", TR("Garantie"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, guarantee)},
	{"consignee.code", TR("Code du destinataire"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, consignee.code)},
	{"consignee.name", TR("Nom du destinataire"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, consignee.name)},
	{"consignee.address", TR("Adresse du destinataire"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, consignee.address)},
	{"exporter.code", TR("Code de l'exportateur"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, exporter.code)},
	{"exporter.name", TR("Nom de l'exportateur"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, exporter.name)},
	{"exporter.address", TR("Adresse de l'exportateur"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, exporter.address)},
	{"notify.code", TR("Code de la personne à aviser"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, notify.code)},
	{"notify.name", TR("Nom de la personne à aviser"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, notify.name)},
	{"notify.address", TR("Adresse de la personne à aviser"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, notify.address)},
	{"declarant.code", TR("Code du déclarant"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, declarant.code)},
	{"declarant.name", TR("Nom du déclarant"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, declarant.name)},
	{"declarant.address", TR("Adresse du déclarant"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, declarant.address)},
	{"carrier.code", TR("Code du transporteur"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, carrier.code)},
	{"carrier.name", TR("Nom du transporteur"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, carrier.name)},
	{"carrier.address", TR("Adresse du transporteur"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, carrier.address)},
	{"declarant_reference", TR("Référence du déclarant"), CONSIGNMENT_TEXT, "", offsetof(struct consignment, declarant_reference)},
	{"registered_on", TR("Date d'enregistrement"), CONSIGNMENT_DATE, "", offsetof(struct consignment, registered_on)},
	{"departs_on", TR("Date de départ"), CONSIGNMENT_DATE, "", offsetof(struct consignment, departs_on)},
	{"arrives_on", TR("Date d'arrivée"), CONSIGNMENT_DATE, "", offsetof(struct consignment, arrives_on)},
	{"declared_items", TR("Nombre d'articles annoncé"), CONSIGNMENT_NUMBER, "", offsetof(struct consignment, declared_items)},
	{"packages", TR("Nombre de colis"), CONSIGNMENT_NUMBER, "", offsetof(struct consignment, packages)},
	{"gross_mass", TR("Masse brute"), CONSIGNMENT_NUMBER, "kg", offsetof(struct consignment, gross_mass)},
	{"net_mass", TR("Masse nette"), CONSIGNMENT_NUMBER, "kg", offsetof(struct consignment, net_mass)},
	{"invoice_total", TR("Montant de la facture"), CONSIGNMENT_NUMBER, "currency", offsetof(struct consignment, invoice_total)},
	{"customs_value", TR("Valeur en douane"), CONSIGNMENT_NUMBER, "national", offsetof(struct consignment, customs_value)},
	{"freight", TR("Fret"), CONSIGNMENT_NUMBER, "national", offsetof(struct consignment, freight)},
	{"insurance", TR("Assurance"), CONSIGNMENT_NUMBER, "national", offsetof(struct consignment, insurance)},
	{"duties", TR("Droits et taxes"), CONSIGNMENT_NUMBER, "national", offsetof(struct consignment, duties)},
	{"exchange_rate", TR("Taux de change"), CONSIGNMENT_NUMBER, "", offsetof(struct consignment, exchange_rate)},
	{"outcome.known", TR("Résultat du contrôle connu"), CONSIGNMENT_FLAG, "", offsetof(struct consignment, outcome.known)},
	{"outcome.adverse", TR("Contrôle avec infraction"), CONSIGNMENT_FLAG, "", offsetof(struct consignment, outcome.adverse)},
	{"outcome.recovered", TR("Droits redressés"), CONSIGNMENT_NUMBER, "national", offsetof(struct consignment, outcome.recovered)},
};

static const struct consignment_field of_item[] = {
	{"number", TR("Numéro de l'article"), CONSIGNMENT_COUNT, "", offsetof(struct item, number)},
	{"hs", TR("Position tarifaire"), CONSIGNMENT_TEXT, "", offsetof(struct item, hs)},
	{"origin", TR("Pays d'origine"), CONSIGNMENT_TEXT, "", offsetof(struct item, origin)},
	{"preference", TR("Préférence tarifaire"), CONSIGNMENT_TEXT, "", offsetof(struct item, preference)},
	{"procedure", TR("Régime étendu"), CONSIGNMENT_TEXT, "", offsetof(struct item, procedure)},
	{"national_procedure", TR("Code additionnel du régime"), CONSIGNMENT_TEXT, "", offsetof(struct item, national_procedure)},
	{"quota", TR("Contingent"), CONSIGNMENT_TEXT, "", offsetof(struct item, quota)},
	{"tariff_description", TR("Libellé du tarif"), CONSIGNMENT_TEXT, "", offsetof(struct item, tariff_description)},
	{"description", TR("Désignation commerciale"), CONSIGNMENT_TEXT, "", offsetof(struct item, description)},
	{"marks", TR("Marques et numéros"), CONSIGNMENT_TEXT, "", offsetof(struct item, marks)},
	{"package_kind", TR("Nature des colis"), CONSIGNMENT_TEXT, "", offsetof(struct item, package_kind)},
	{"containers", TR("Conteneurs de l'article"), CONSIGNMENT_TEXT, "", offsetof(struct item, containers)},
	{"previous_document", TR("Document précédent"), CONSIGNMENT_TEXT, "", offsetof(struct item, previous_document)},
	{"transport_document", TR("Titre de transport"), CONSIGNMENT_TEXT, "", offsetof(struct item, transport_document)},
	{"licence", TR("Licence"), CONSIGNMENT_TEXT, "", offsetof(struct item, licence)},
	{"documents", TR("Documents joints"), CONSIGNMENT_TEXT, "", offsetof(struct item, documents)},
	{"valuation_method", TR("Méthode d'évaluation"), CONSIGNMENT_TEXT, "", offsetof(struct item, valuation_method)},
	{"currency", TR("Monnaie du prix"), CONSIGNMENT_TEXT, "", offsetof(struct item, currency)},
	{"supplementary_unit", TR("Unité complémentaire"), CONSIGNMENT_TEXT, "", offsetof(struct item, supplementary_unit)},
	{"tax_type", TR("Type de droit"), CONSIGNMENT_TEXT, "", offsetof(struct item, tax_type)},
	{"chassis", TR("Numéro de châssis"), CONSIGNMENT_TEXT, "", offsetof(struct item, chassis)},
	{"packages", TR("Nombre de colis de l'article"), CONSIGNMENT_NUMBER, "", offsetof(struct item, packages)},
	{"gross_mass", TR("Masse brute de l'article"), CONSIGNMENT_NUMBER, "kg", offsetof(struct item, gross_mass)},
	{"net_mass", TR("Masse nette de l'article"), CONSIGNMENT_NUMBER, "kg", offsetof(struct item, net_mass)},
	{"price", TR("Prix facturé"), CONSIGNMENT_NUMBER, "currency", offsetof(struct item, price)},
	{"customs_value", TR("Valeur en douane de l'article"), CONSIGNMENT_NUMBER, "national", offsetof(struct item, customs_value)},
	{"statistical_value", TR("Valeur statistique"), CONSIGNMENT_NUMBER, "national", offsetof(struct item, statistical_value)},
	{"supplementary_quantity", TR("Quantité complémentaire"), CONSIGNMENT_NUMBER, "", offsetof(struct item, supplementary_quantity)},
	{"duty_rate", TR("Taux du droit"), CONSIGNMENT_NUMBER, "fraction", offsetof(struct item, duty_rate)},
	{"duties", TR("Droits et taxes de l'article"), CONSIGNMENT_NUMBER, "national", offsetof(struct item, duties)},
};

static const struct consignment_field of_container[] = {
	{"reference", TR("Numéro du conteneur"), CONSIGNMENT_TEXT, "", offsetof(struct container, reference)},
	{"type", TR("Type du conteneur"), CONSIGNMENT_TEXT, "", offsetof(struct container, type)},
	{"fullness", TR("Remplissage du conteneur"), CONSIGNMENT_TEXT, "", offsetof(struct container, fullness)},
	{"seals", TR("Scellés"), CONSIGNMENT_TEXT, "", offsetof(struct container, seals)},
	{"sealing_party", TR("Auteur des scellés"), CONSIGNMENT_TEXT, "", offsetof(struct container, sealing_party)},
	{"packages", TR("Nombre de colis du conteneur"), CONSIGNMENT_NUMBER, "", offsetof(struct container, packages)},
	{"goods_mass", TR("Masse des marchandises du conteneur"), CONSIGNMENT_NUMBER, "kg", offsetof(struct container, goods_mass)},
};

struct consignment_fields consignment_fields(void)
{
	return (struct consignment_fields){of_consignment, sizeof of_consignment / sizeof *of_consignment};
}

struct consignment_fields item_fields(void)
{
	return (struct consignment_fields){of_item, sizeof of_item / sizeof *of_item};
}

struct consignment_fields container_fields(void)
{
	return (struct consignment_fields){of_container, sizeof of_container / sizeof *of_container};
}
