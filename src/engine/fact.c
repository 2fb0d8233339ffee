/* The dictionary's rows and how each is read. */
#include "engine/fact.h"

#include "engine/history.h"

#include <stddef.h>
#include <string.h>

/* code, label, help, type, unit, level, kind, offset, function, key and measure of histories */
static const struct fact rows[] = {
	{"stage", TR("Étape"), TR("« manifest » pour un connaissement, « declaration » pour une déclaration"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_stage, HISTORY_KEYS, MEASURES},
	{"reference", TR("Référence"), TR("Référence de la déclaration ou du connaissement"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, reference), NULL, HISTORY_KEYS, MEASURES},
	{"office", TR("Bureau"), TR("Code du bureau de douane"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, office), NULL, HISTORY_KEYS, MEASURES},
	{"flow", TR("Flux"), TR("I importation, E exportation, T transit, H transbordement, R restant à bord"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, flow), NULL, HISTORY_KEYS, MEASURES},
	{"type", TR("Type de déclaration"), TR("IM, EX… ou nature du connaissement (23)"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, type), NULL, HISTORY_KEYS, MEASURES},
	{"regime", TR("Régime général"), TR("Premier chiffre du régime : 4 mise à la consommation, 7 entrepôt…"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, regime), NULL, HISTORY_KEYS, MEASURES},
	{"procedure", TR("Type et régime"), TR("Type et régime réunis : IM4, EX1…"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_procedure, HISTORY_KEYS, MEASURES},
	{"bill_type", TR("Type de connaissement"), TR("Code national du type de connaissement"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, bill_type), NULL, HISTORY_KEYS, MEASURES},
	{"manifest", TR("Manifeste"), TR("Référence du manifeste"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, manifest), NULL, HISTORY_KEYS, MEASURES},
	{"master_bill", TR("Connaissement principal"), TR("Présent pour un connaissement de groupage"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, master_bill), NULL, HISTORY_KEYS, MEASURES},
	{"voyage", TR("Voyage"), TR("Numéro de voyage ou de vol"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, voyage), NULL, HISTORY_KEYS, MEASURES},
	{"transport_mode", TR("Mode de transport"), TR("Code national du mode de transport"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, transport_mode), NULL, HISTORY_KEYS, MEASURES},
	{"vessel", TR("Moyen de transport"), TR("Nom du navire, vol ou immatriculation"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, vessel), NULL, HISTORY_KEYS, MEASURES},
	{"vessel_nationality", TR("Pavillon"), TR("Nationalité du moyen de transport"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, vessel_nationality), NULL, HISTORY_KEYS, MEASURES},
	{"vessel_number", TR("Numéro du navire"), TR("Numéro OMI ou immatriculation"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, vessel_number), NULL, HISTORY_KEYS, MEASURES},
	{"place_of_loading", TR("Lieu de chargement"), TR("UN/LOCODE quand il est donné"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, place_of_loading), NULL, HISTORY_KEYS, MEASURES},
	{"place_of_unloading", TR("Lieu de déchargement"), TR("UN/LOCODE quand il est donné"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, place_of_unloading), NULL, HISTORY_KEYS, MEASURES},
	{"loading_country", TR("Pays de chargement"), TR("Deux premières lettres du lieu de chargement"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_loading_country, HISTORY_KEYS, MEASURES},
	{"unloading_country", TR("Pays de déchargement"), TR("Deux premières lettres du lieu de déchargement"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_unloading_country, HISTORY_KEYS, MEASURES},
	{"place_of_departure", TR("Lieu de départ"), TR("Lieu de départ du voyage"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, place_of_departure), NULL, HISTORY_KEYS, MEASURES},
	{"place_of_destination", TR("Lieu de destination"), TR("Lieu de destination du voyage ou des marchandises"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, place_of_destination), NULL, HISTORY_KEYS, MEASURES},
	{"country_of_export", TR("Pays d'exportation"), TR("Code ISO à deux lettres"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, country_of_export), NULL, HISTORY_KEYS, MEASURES},
	{"country_of_destination", TR("Pays de destination"), TR("Code ISO à deux lettres"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, country_of_destination), NULL, HISTORY_KEYS, MEASURES},
	{"trading_country", TR("Pays de transaction"), TR("Code ISO à deux lettres"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, trading_country), NULL, HISTORY_KEYS, MEASURES},
	{"location", TR("Magasin"), TR("Localisation des marchandises"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, location), NULL, HISTORY_KEYS, MEASURES},
	{"border_office", TR("Bureau frontière"), TR("Bureau d'entrée ou de sortie"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, border_office), NULL, HISTORY_KEYS, MEASURES},
	{"delivery_terms", TR("Incoterm"), TR("Conditions de livraison : FOB, CIF…"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, delivery_terms), NULL, HISTORY_KEYS, MEASURES},
	{"payment_mode", TR("Mode de paiement"), TR("Comme le système source le nomme"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, payment_mode), NULL, HISTORY_KEYS, MEASURES},
	{"transaction_nature", TR("Nature de la transaction"), TR("Code de la nature de la transaction"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, transaction_nature), NULL, HISTORY_KEYS, MEASURES},
	{"currency", TR("Monnaie de la facture"), TR("Code ISO 4217"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, currency), NULL, HISTORY_KEYS, MEASURES},
	{"warehouse", TR("Entrepôt"), TR("Code de l'entrepôt"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, warehouse), NULL, HISTORY_KEYS, MEASURES},
	{"transit_destination_office", TR("Bureau de destination du transit"), TR("Bureau où le transit doit être apuré"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, transit_destination_office), NULL, HISTORY_KEYS, MEASURES},
	{"guarantee", TR("Garantie"), TR("Référence ou nom de la garantie"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, guarantee), NULL, HISTORY_KEYS, MEASURES},
	{"consignee.code", TR("Destinataire : code"), TR("Numéro fiscal ou code attribué"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, consignee.code), NULL, HISTORY_KEYS, MEASURES},
	{"consignee.name", TR("Destinataire : nom"), TR("Nom comme il est écrit"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, consignee.name), NULL, HISTORY_KEYS, MEASURES},
	{"consignee.address", TR("Destinataire : adresse"), TR("Adresse comme elle est écrite"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, consignee.address), NULL, HISTORY_KEYS, MEASURES},
	{"exporter.code", TR("Exportateur : code"), TR("Numéro fiscal ou code attribué"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, exporter.code), NULL, HISTORY_KEYS, MEASURES},
	{"exporter.name", TR("Exportateur : nom"), TR("Nom comme il est écrit"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, exporter.name), NULL, HISTORY_KEYS, MEASURES},
	{"exporter.address", TR("Exportateur : adresse"), TR("Adresse comme elle est écrite"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, exporter.address), NULL, HISTORY_KEYS, MEASURES},
	{"notify.code", TR("À notifier : code"), TR("Numéro fiscal ou code attribué"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, notify.code), NULL, HISTORY_KEYS, MEASURES},
	{"notify.name", TR("À notifier : nom"), TR("Nom comme il est écrit"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, notify.name), NULL, HISTORY_KEYS, MEASURES},
	{"notify.address", TR("À notifier : adresse"), TR("Adresse comme elle est écrite"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, notify.address), NULL, HISTORY_KEYS, MEASURES},
	{"declarant.code", TR("Déclarant : code"), TR("Numéro fiscal ou code attribué"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, declarant.code), NULL, HISTORY_KEYS, MEASURES},
	{"declarant.name", TR("Déclarant : nom"), TR("Nom comme il est écrit"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, declarant.name), NULL, HISTORY_KEYS, MEASURES},
	{"declarant.address", TR("Déclarant : adresse"), TR("Adresse comme elle est écrite"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, declarant.address), NULL, HISTORY_KEYS, MEASURES},
	{"carrier.code", TR("Transporteur : code"), TR("Numéro fiscal ou code attribué"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, carrier.code), NULL, HISTORY_KEYS, MEASURES},
	{"carrier.name", TR("Transporteur : nom"), TR("Nom comme il est écrit"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, carrier.name), NULL, HISTORY_KEYS, MEASURES},
	{"carrier.address", TR("Transporteur : adresse"), TR("Adresse comme elle est écrite"),
		FACT_TEXT, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, carrier.address), NULL, HISTORY_KEYS, MEASURES},
	{"consignee.has_address", TR("Destinataire avec adresse"), TR("Une adresse est donnée, à part ou sous le nom"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_consignee_has_address, HISTORY_KEYS, MEASURES},
	{"consignee.to_order", TR("Destinataire « à ordre »"), TR("Le nom du destinataire commence par « à ordre », « to order »…"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_consignee_to_order, HISTORY_KEYS, MEASURES},
	{"consignee.is_given", TR("Destinataire désigné"), TR("Un code ou un nom de destinataire est donné"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_consignee_named, HISTORY_KEYS, MEASURES},
	{"declarant_reference", TR("Référence du déclarant"), TR("Numéro de répertoire du déclarant"),
		FACT_CODE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, declarant_reference), NULL, HISTORY_KEYS, MEASURES},
	{"registered_on", TR("Date d'enregistrement"), TR("Date d'enregistrement"),
		FACT_DATE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, registered_on), NULL, HISTORY_KEYS, MEASURES},
	{"departs_on", TR("Date de départ"), TR("Date de départ du moyen de transport"),
		FACT_DATE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, departs_on), NULL, HISTORY_KEYS, MEASURES},
	{"arrives_on", TR("Date d'arrivée"), TR("Date d'arrivée du moyen de transport"),
		FACT_DATE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, arrives_on), NULL, HISTORY_KEYS, MEASURES},
	{"today", TR("Date du jour"), TR("Jour de la décision"),
		FACT_DATE, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_today, HISTORY_KEYS, MEASURES},
	{"registered_weekday", TR("Jour de la semaine de l'enregistrement"), TR("1 lundi … 7 dimanche"),
		FACT_NUMBER, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_registered_weekday, HISTORY_KEYS, MEASURES},
	{"days_to_arrival", TR("Jours avant l'arrivée"), TR("De la décision à l'arrivée"),
		FACT_NUMBER, UNIT_DAYS, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_days_to_arrival, HISTORY_KEYS, MEASURES},
	{"sailing_days", TR("Durée du voyage"), TR("Du départ à l'arrivée"),
		FACT_NUMBER, UNIT_DAYS, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_sailing_days, HISTORY_KEYS, MEASURES},
	{"declared_items", TR("Nombre d'articles annoncé"), TR("Nombre d'articles annoncé par l'en-tête"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, declared_items), NULL, HISTORY_KEYS, MEASURES},
	{"item_count", TR("Nombre d'articles"), TR("Nombre d'articles présents"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_item_count, HISTORY_KEYS, MEASURES},
	{"hs_chapter_count", TR("Nombre de chapitres du SH"), TR("Chapitres différents parmi les articles"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_hs_count, HISTORY_KEYS, MEASURES},
	{"packages", TR("Nombre de colis"), TR("Colis de l'envoi"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, packages), NULL, HISTORY_KEYS, MEASURES},
	{"gross_mass", TR("Masse brute"), TR("Masse brute de l'envoi"),
		FACT_NUMBER, UNIT_KG, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, gross_mass), NULL, HISTORY_KEYS, MEASURES},
	{"net_mass", TR("Masse nette"), TR("Masse nette de l'envoi"),
		FACT_NUMBER, UNIT_KG, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, net_mass), NULL, HISTORY_KEYS, MEASURES},
	{"invoice_total", TR("Total facturé"), TR("Dans la monnaie de la facture"),
		FACT_NUMBER, UNIT_INVOICE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, invoice_total), NULL, HISTORY_KEYS, MEASURES},
	{"customs_value", TR("Valeur en douane"), TR("CAF, en monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, customs_value), NULL, HISTORY_KEYS, MEASURES},
	{"freight", TR("Fret"), TR("En monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, freight), NULL, HISTORY_KEYS, MEASURES},
	{"insurance", TR("Assurance"), TR("En monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, insurance), NULL, HISTORY_KEYS, MEASURES},
	{"duties", TR("Droits et taxes"), TR("Tous droits et taxes, en monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, duties), NULL, HISTORY_KEYS, MEASURES},
	{"exchange_rate", TR("Taux de change"), TR("Monnaie nationale pour une unité de la monnaie de la facture"),
		FACT_NUMBER, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_PLAIN, offsetof(struct consignment, exchange_rate), NULL, HISTORY_KEYS, MEASURES},
	{"value_per_kg", TR("Valeur au kilogramme de l'envoi"), TR("Valeur en douane par kilogramme net, à défaut brut"),
		FACT_NUMBER, UNIT_MONEY_PER_KG, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_value_per_kg, HISTORY_KEYS, MEASURES},
	{"mass_per_package", TR("Masse par colis de l'envoi"), TR("Masse brute divisée par les colis"),
		FACT_NUMBER, UNIT_KG, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_mass_per_package, HISTORY_KEYS, MEASURES},
	{"mass_per_container", TR("Masse par conteneur"), TR("Masse brute divisée par les conteneurs"),
		FACT_NUMBER, UNIT_KG, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_mass_per_container, HISTORY_KEYS, MEASURES},
	{"freight_share", TR("Part du fret dans la valeur"), TR("Fret divisé par la valeur en douane"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_freight_share, HISTORY_KEYS, MEASURES},
	{"duty_share", TR("Droits et taxes sur la valeur"), TR("Droits et taxes divisés par la valeur en douane"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_duty_share, HISTORY_KEYS, MEASURES},
	{"container.count", TR("Nombre de conteneurs"), TR("Conteneurs de l'envoi"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_container_count, HISTORY_KEYS, MEASURES},
	{"container.references", TR("Conteneurs"), TR("Références de tous les conteneurs"),
		FACT_CODES, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_container_references, HISTORY_KEYS, MEASURES},
	{"container.types", TR("Types de conteneurs"), TR("Types de tous les conteneurs"),
		FACT_CODES, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_container_types, HISTORY_KEYS, MEASURES},
	{"container.empty_count", TR("Conteneurs vides"), TR("Conteneurs annoncés vides"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_containers_empty, HISTORY_KEYS, MEASURES},
	{"container.empty_with_goods_count", TR("Conteneurs vides avec marchandises"), TR("Annoncés vides, avec une masse ou des colis"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_containers_empty_with_goods, HISTORY_KEYS, MEASURES},
	{"container.wrong_count", TR("Conteneurs mal numérotés"), TR("Chiffre de contrôle ISO 6346 faux"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_containers_wrong, HISTORY_KEYS, MEASURES},
	{"container.unsealed_count", TR("Conteneurs pleins sans scellé"), TR("Aucun scellé indiqué"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_containers_unsealed, HISTORY_KEYS, MEASURES},
	{"screening.is_listed", TR("Partie sur une liste"), TR("Une partie ou le navire ressemble à un nom d'une liste de criblage, sans avoir été écarté"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_screening_listed, HISTORY_KEYS, MEASURES},
	{"screening.is_confirmed", TR("Partie sur une liste, confirmé"), TR("Une personne a confirmé la correspondance"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_screening_confirmed, HISTORY_KEYS, MEASURES},
	{"screening.score", TR("Ressemblance avec un nom listé"), TR("La plus forte, de 0 à 100 %"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_screening_score, HISTORY_KEYS, MEASURES},
	{"screening.lists", TR("Listes de noms touchées"), TR("Codes des listes, par exemple UN"),
		FACT_CODES, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_screening_lists, HISTORY_KEYS, MEASURES},
	{"screening.roles", TR("Parties sur une liste"), TR("consignee, exporter, notify, declarant, carrier, vessel"),
		FACT_CODES, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DERIVED, 0, fact_screening_roles, HISTORY_KEYS, MEASURES},
	{"item.number", TR("Numéro d'article"), TR("Rang de l'article"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_number, HISTORY_KEYS, MEASURES},
	{"item.hs", TR("Position tarifaire"), TR("Tous les chiffres donnés (6 à 11)"),
		FACT_HS, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, hs), NULL, HISTORY_KEYS, MEASURES},
	{"item.hs2", TR("SH à 2 chiffres"), TR("Les 2 premiers chiffres"),
		FACT_HS, UNIT_NONE, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_hs2, HISTORY_KEYS, MEASURES},
	{"item.hs4", TR("SH à 4 chiffres"), TR("Les 4 premiers chiffres"),
		FACT_HS, UNIT_NONE, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_hs4, HISTORY_KEYS, MEASURES},
	{"item.hs6", TR("SH à 6 chiffres"), TR("Les 6 premiers chiffres"),
		FACT_HS, UNIT_NONE, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_hs6, HISTORY_KEYS, MEASURES},
	{"item.hs8", TR("SH à 8 chiffres"), TR("Les 8 premiers chiffres"),
		FACT_HS, UNIT_NONE, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_hs8, HISTORY_KEYS, MEASURES},
	{"item.origin", TR("Origine"), TR("Code ISO à deux lettres"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, origin), NULL, HISTORY_KEYS, MEASURES},
	{"item.preference", TR("Préférence"), TR("Code de l'accord préférentiel"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, preference), NULL, HISTORY_KEYS, MEASURES},
	{"item.procedure", TR("Régime étendu"), TR("Quatre chiffres : 4000"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, procedure), NULL, HISTORY_KEYS, MEASURES},
	{"item.national_procedure", TR("Régime national"), TR("000, EXB…"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, national_procedure), NULL, HISTORY_KEYS, MEASURES},
	{"item.quota", TR("Contingent"), TR("Code du contingent"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, quota), NULL, HISTORY_KEYS, MEASURES},
	{"item.description", TR("Désignation"), TR("Les mots du déclarant ou du connaissement"),
		FACT_TEXT, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, description), NULL, HISTORY_KEYS, MEASURES},
	{"item.tariff_description", TR("Désignation du tarif"), TR("Le texte du tarif"),
		FACT_TEXT, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, tariff_description), NULL, HISTORY_KEYS, MEASURES},
	{"item.words", TR("Tous les mots de la marchandise"), TR("Désignation, texte du tarif et marques"),
		FACT_TEXT, UNIT_NONE, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_words, HISTORY_KEYS, MEASURES},
	{"item.marks", TR("Marques"), TR("Marques et numéros des colis"),
		FACT_TEXT, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, marks), NULL, HISTORY_KEYS, MEASURES},
	{"item.package_kind", TR("Nature des colis"), TR("Code de la nature des colis"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, package_kind), NULL, HISTORY_KEYS, MEASURES},
	{"item.containers", TR("Conteneurs de l'article"), TR("Références des conteneurs"),
		FACT_CODES, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, containers), NULL, HISTORY_KEYS, MEASURES},
	{"item.previous_document", TR("Document précédent"), TR("Référence du document précédent"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, previous_document), NULL, HISTORY_KEYS, MEASURES},
	{"item.transport_document", TR("Titre de transport"), TR("Connaissement que l'article nomme"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, transport_document), NULL, HISTORY_KEYS, MEASURES},
	{"item.licence", TR("Licence"), TR("Numéro de licence"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, licence), NULL, HISTORY_KEYS, MEASURES},
	{"item.documents", TR("Documents joints"), TR("Codes des documents joints"),
		FACT_CODES, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, documents), NULL, HISTORY_KEYS, MEASURES},
	{"item.valuation_method", TR("Méthode d'évaluation"), TR("1 à 6"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, valuation_method), NULL, HISTORY_KEYS, MEASURES},
	{"item.currency", TR("Monnaie du prix"), TR("Code ISO 4217"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, currency), NULL, HISTORY_KEYS, MEASURES},
	{"item.supplementary_unit", TR("Unité complémentaire"), TR("Code de l'unité"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, supplementary_unit), NULL, HISTORY_KEYS, MEASURES},
	{"item.tax_type", TR("Type de taxe"), TR("Code du type de taxe"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, tax_type), NULL, HISTORY_KEYS, MEASURES},
	{"item.chassis", TR("Numéro de châssis"), TR("Châssis du véhicule"),
		FACT_CODE, UNIT_NONE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, chassis), NULL, HISTORY_KEYS, MEASURES},
	{"item.packages", TR("Colis de l'article"), TR("Nombre de colis de l'article"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, packages), NULL, HISTORY_KEYS, MEASURES},
	{"item.gross_mass", TR("Masse brute de l'article"), TR("Masse brute de l'article"),
		FACT_NUMBER, UNIT_KG, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, gross_mass), NULL, HISTORY_KEYS, MEASURES},
	{"item.net_mass", TR("Masse nette de l'article"), TR("Masse nette de l'article"),
		FACT_NUMBER, UNIT_KG, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, net_mass), NULL, HISTORY_KEYS, MEASURES},
	{"item.price", TR("Prix facturé"), TR("Dans la monnaie de l'article"),
		FACT_NUMBER, UNIT_INVOICE, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, price), NULL, HISTORY_KEYS, MEASURES},
	{"item.customs_value", TR("Valeur en douane de l'article"), TR("CAF, en monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, customs_value), NULL, HISTORY_KEYS, MEASURES},
	{"item.statistical_value", TR("Valeur statistique"), TR("En monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, statistical_value), NULL, HISTORY_KEYS, MEASURES},
	{"item.supplementary_quantity", TR("Quantité complémentaire"), TR("Dans l'unité complémentaire"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, supplementary_quantity), NULL, HISTORY_KEYS, MEASURES},
	{"item.duty_rate", TR("Taux de droit"), TR("Taux du droit de douane"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, duty_rate), NULL, HISTORY_KEYS, MEASURES},
	{"item.duties", TR("Droits et taxes de l'article"), TR("Tous droits et taxes, en monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_ITEM, FACT_PLAIN, offsetof(struct item, duties), NULL, HISTORY_KEYS, MEASURES},
	{"item.value_per_kg", TR("Valeur au kilogramme"), TR("Valeur par kilogramme net, à défaut brut ; se compare à reference(…)"),
		FACT_NUMBER, UNIT_MONEY_PER_KG, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_value_per_kg, HISTORY_KEYS, MEASURES},
	{"item.price_per_kg", TR("Prix facturé au kilogramme"), TR("Prix facturé par kilogramme"),
		FACT_NUMBER, UNIT_INVOICE_PER_KG, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_price_per_kg, HISTORY_KEYS, MEASURES},
	{"item.value_per_package", TR("Valeur par colis"), TR("Valeur en douane par colis"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_value_per_package, HISTORY_KEYS, MEASURES},
	{"item.mass_per_package", TR("Masse par colis"), TR("Masse brute par colis"),
		FACT_NUMBER, UNIT_KG, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_mass_per_package, HISTORY_KEYS, MEASURES},
	{"item.value_per_unit", TR("Valeur par unité"), TR("Valeur en douane par unité complémentaire"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_value_per_unit, HISTORY_KEYS, MEASURES},
	{"item.duty_share", TR("Droits sur valeur"), TR("Droits et taxes divisés par la valeur de l'article"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_duty_share, HISTORY_KEYS, MEASURES},
	{"item.description_length", TR("Longueur de la désignation"), TR("Nombre de caractères"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_description_length, HISTORY_KEYS, MEASURES},
	{"item.description_words", TR("Mots de la désignation"), TR("Nombre de mots"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_description_words, HISTORY_KEYS, MEASURES},
	{"item.reference_price", TR("Prix de référence"), TR("Médiane des prix déclarés pour ce SH, cette origine et cette unité, en monnaie nationale"),
		FACT_NUMBER, UNIT_MONEY, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_reference_price, HISTORY_KEYS, MEASURES},
	{"item.price_to_reference", TR("Prix sur prix de référence"), TR("Prix de l'article divisé par la médiane de référence"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_price_to_reference, HISTORY_KEYS, MEASURES},
	{"item.price_to_low", TR("Prix sur premier décile"), TR("Prix de l'article divisé par le prix sous lequel un sur dix est déclaré"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_price_to_low, HISTORY_KEYS, MEASURES},
	{"item.price_observations", TR("Observations du prix de référence"), TR("Nombre de lignes dont la référence est tirée"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_price_observations, HISTORY_KEYS, MEASURES},
	{"item.net_to_gross", TR("Masse nette sur brute"), TR("Masse nette divisée par la masse brute"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_net_to_gross, HISTORY_KEYS, MEASURES},
	{"item.value_share", TR("Part de la valeur de l'envoi"), TR("Valeur de l'article sur celle de l'envoi"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_value_share, HISTORY_KEYS, MEASURES},
	{"item.mass_share", TR("Part de la masse de l'envoi"), TR("Masse de l'article sur celle de l'envoi"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_mass_share, HISTORY_KEYS, MEASURES},
	{"item.origin_is_exporting", TR("Origine et pays d'exportation identiques"), TR("L'origine est le pays d'exportation"),
		FACT_YESNO, UNIT_NONE, LEVEL_ITEM, FACT_DERIVED, 0, fact_item_origin_is_exporting, HISTORY_KEYS, MEASURES},
	{"manifest.matched", TR("Connaissement retrouvé"), TR("Un connaissement du manifeste correspond à la déclaration"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_matched, HISTORY_KEYS, MEASURES},
	{"manifest.gross_mass_difference", TR("Écart de masse avec le manifeste"), TR("(Déclaré − annoncé) ÷ annoncé"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_mass, HISTORY_KEYS, MEASURES},
	{"manifest.packages_difference", TR("Écart de colis avec le manifeste"), TR("Colis déclarés moins colis annoncés"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_packages, HISTORY_KEYS, MEASURES},
	{"manifest.consignee_similarity", TR("Ressemblance du destinataire"), TR("Mots communs aux noms du destinataire"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_consignee, HISTORY_KEYS, MEASURES},
	{"manifest.exporter_similarity", TR("Ressemblance de l'exportateur"), TR("Mots communs aux noms de l'exportateur"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_exporter, HISTORY_KEYS, MEASURES},
	{"manifest.containers_missing", TR("Conteneurs non déclarés"), TR("Conteneurs du connaissement absents de la déclaration"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_containers_missing, HISTORY_KEYS, MEASURES},
	{"manifest.containers_added", TR("Conteneurs absents du manifeste"), TR("Conteneurs déclarés que le connaissement ne porte pas"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_containers_added, HISTORY_KEYS, MEASURES},
	{"manifest.description_overlap", TR("Ressemblance de la désignation"), TR("Part des mots de l'article présents au connaissement"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_DIFFERENCE, 0, fact_difference_description, HISTORY_KEYS, MEASURES},
	{"manifest.same_loading", TR("Même lieu de chargement"), TR("Le lieu de chargement est celui du connaissement"),
		FACT_YESNO, UNIT_NONE, LEVEL_CONSIGNMENT, FACT_DIFFERENCE, 0, fact_difference_loading, HISTORY_KEYS, MEASURES},
	{"history.operator.count", TR("Opérateur : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR, MEASURE_COUNT},
	{"history.operator.judged", TR("Opérateur : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR, MEASURE_JUDGED},
	{"history.operator.adverse", TR("Opérateur : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR, MEASURE_ADVERSE},
	{"history.operator.share_adverse", TR("Opérateur : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR, MEASURE_SHARE},
	{"history.declarant.count", TR("Déclarant : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT, MEASURE_COUNT},
	{"history.declarant.judged", TR("Déclarant : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT, MEASURE_JUDGED},
	{"history.declarant.adverse", TR("Déclarant : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT, MEASURE_ADVERSE},
	{"history.declarant.share_adverse", TR("Déclarant : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT, MEASURE_SHARE},
	{"history.exporter.count", TR("Exportateur : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_EXPORTER, MEASURE_COUNT},
	{"history.exporter.judged", TR("Exportateur : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_EXPORTER, MEASURE_JUDGED},
	{"history.exporter.adverse", TR("Exportateur : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_EXPORTER, MEASURE_ADVERSE},
	{"history.exporter.share_adverse", TR("Exportateur : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_EXPORTER, MEASURE_SHARE},
	{"history.hs4.count", TR("Position SH : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS4, MEASURE_COUNT},
	{"history.hs4.judged", TR("Position SH : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS4, MEASURE_JUDGED},
	{"history.hs4.adverse", TR("Position SH : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS4, MEASURE_ADVERSE},
	{"history.hs4.share_adverse", TR("Position SH : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS4, MEASURE_SHARE},
	{"history.hs4.reference", TR("Position SH : prix de référence"), TR("Prix médian au kilogramme déjà vu"),
		FACT_NUMBER, UNIT_MONEY_PER_KG, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS4, MEASURE_REFERENCE},
	{"history.hs6.count", TR("Sous-position SH : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6, MEASURE_COUNT},
	{"history.hs6.judged", TR("Sous-position SH : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6, MEASURE_JUDGED},
	{"history.hs6.adverse", TR("Sous-position SH : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6, MEASURE_ADVERSE},
	{"history.hs6.share_adverse", TR("Sous-position SH : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6, MEASURE_SHARE},
	{"history.hs6.reference", TR("Sous-position SH : prix de référence"), TR("Prix médian au kilogramme déjà vu"),
		FACT_NUMBER, UNIT_MONEY_PER_KG, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6, MEASURE_REFERENCE},
	{"history.origin.count", TR("Origine : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ORIGIN, MEASURE_COUNT},
	{"history.origin.judged", TR("Origine : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ORIGIN, MEASURE_JUDGED},
	{"history.origin.adverse", TR("Origine : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ORIGIN, MEASURE_ADVERSE},
	{"history.origin.share_adverse", TR("Origine : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ORIGIN, MEASURE_SHARE},
	{"history.operator_hs4.count", TR("Opérateur et position SH : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_HS4, MEASURE_COUNT},
	{"history.operator_hs4.judged", TR("Opérateur et position SH : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_HS4, MEASURE_JUDGED},
	{"history.operator_hs4.adverse", TR("Opérateur et position SH : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_HS4, MEASURE_ADVERSE},
	{"history.operator_hs4.share_adverse", TR("Opérateur et position SH : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_HS4, MEASURE_SHARE},
	{"history.operator_hs4.reference", TR("Opérateur et position SH : prix de référence"), TR("Prix médian au kilogramme déjà vu"),
		FACT_NUMBER, UNIT_MONEY_PER_KG, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_HS4, MEASURE_REFERENCE},
	{"history.hs6_origin.count", TR("Sous-position SH et origine : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_ORIGIN, MEASURE_COUNT},
	{"history.hs6_origin.judged", TR("Sous-position SH et origine : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_ORIGIN, MEASURE_JUDGED},
	{"history.hs6_origin.adverse", TR("Sous-position SH et origine : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_ORIGIN, MEASURE_ADVERSE},
	{"history.hs6_origin.share_adverse", TR("Sous-position SH et origine : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_ORIGIN, MEASURE_SHARE},
	{"history.hs6_origin.reference", TR("Sous-position SH et origine : prix de référence"), TR("Prix médian au kilogramme déjà vu"),
		FACT_NUMBER, UNIT_MONEY_PER_KG, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_ORIGIN, MEASURE_REFERENCE},
	{"history.operator_origin.count", TR("Opérateur et origine : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_ORIGIN, MEASURE_COUNT},
	{"history.operator_origin.judged", TR("Opérateur et origine : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_ORIGIN, MEASURE_JUDGED},
	{"history.operator_origin.adverse", TR("Opérateur et origine : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_ORIGIN, MEASURE_ADVERSE},
	{"history.operator_origin.share_adverse", TR("Opérateur et origine : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_ORIGIN, MEASURE_SHARE},
	{"history.declarant_hs4.count", TR("Déclarant et position SH : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT_HS4, MEASURE_COUNT},
	{"history.declarant_hs4.judged", TR("Déclarant et position SH : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT_HS4, MEASURE_JUDGED},
	{"history.declarant_hs4.adverse", TR("Déclarant et position SH : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT_HS4, MEASURE_ADVERSE},
	{"history.declarant_hs4.share_adverse", TR("Déclarant et position SH : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_DECLARANT_HS4, MEASURE_SHARE},
	{"history.goods_line.count", TR("Ligne de marchandise : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_LINE, MEASURE_COUNT},
	{"history.goods_line.judged", TR("Ligne de marchandise : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_LINE, MEASURE_JUDGED},
	{"history.goods_line.adverse", TR("Ligne de marchandise : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_LINE, MEASURE_ADVERSE},
	{"history.goods_line.share_adverse", TR("Ligne de marchandise : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_LINE, MEASURE_SHARE},
	{"history.office.count", TR("Bureau : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OFFICE, MEASURE_COUNT},
	{"history.office.judged", TR("Bureau : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OFFICE, MEASURE_JUDGED},
	{"history.office.adverse", TR("Bureau : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OFFICE, MEASURE_ADVERSE},
	{"history.office.share_adverse", TR("Bureau : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OFFICE, MEASURE_SHARE},
	{"history.goods_price.count", TR("Marchandise et prix : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_PRICE, MEASURE_COUNT},
	{"history.goods_price.judged", TR("Marchandise et prix : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_PRICE, MEASURE_JUDGED},
	{"history.goods_price.adverse", TR("Marchandise et prix : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_PRICE, MEASURE_ADVERSE},
	{"history.goods_price.share_adverse", TR("Marchandise et prix : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_GOODS_PRICE, MEASURE_SHARE},
	{"history.hs6_mass.count", TR("Sous-position SH et masse : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_MASS, MEASURE_COUNT},
	{"history.hs6_mass.judged", TR("Sous-position SH et masse : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_MASS, MEASURE_JUDGED},
	{"history.hs6_mass.adverse", TR("Sous-position SH et masse : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_MASS, MEASURE_ADVERSE},
	{"history.hs6_mass.share_adverse", TR("Sous-position SH et masse : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_HS6_MASS, MEASURE_SHARE},
	{"history.route.count", TR("Trajet : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ROUTE, MEASURE_COUNT},
	{"history.route.judged", TR("Trajet : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ROUTE, MEASURE_JUDGED},
	{"history.route.adverse", TR("Trajet : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ROUTE, MEASURE_ADVERSE},
	{"history.route.share_adverse", TR("Trajet : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_ITEM, FACT_HISTORY, 0, NULL, HISTORY_ROUTE, MEASURE_SHARE},
	{"history.operator_exporter.count", TR("Opérateur et exportateur : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_EXPORTER, MEASURE_COUNT},
	{"history.operator_exporter.judged", TR("Opérateur et exportateur : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_EXPORTER, MEASURE_JUDGED},
	{"history.operator_exporter.adverse", TR("Opérateur et exportateur : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_EXPORTER, MEASURE_ADVERSE},
	{"history.operator_exporter.share_adverse", TR("Opérateur et exportateur : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_OPERATOR_EXPORTER, MEASURE_SHARE},
	{"history.address.count", TR("Adresse du destinataire : opérations"), TR("Nombre d'opérations déjà vues"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_ADDRESS, MEASURE_COUNT},
	{"history.address.judged", TR("Adresse du destinataire : contrôles"), TR("Opérations dont le résultat est connu"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_ADDRESS, MEASURE_JUDGED},
	{"history.address.adverse", TR("Adresse du destinataire : infractions"), TR("Opérations où quelque chose a été trouvé"),
		FACT_NUMBER, UNIT_COUNT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_ADDRESS, MEASURE_ADVERSE},
	{"history.address.share_adverse", TR("Adresse du destinataire : part d'infractions"), TR("Infractions parmi les opérations au résultat connu"),
		FACT_NUMBER, UNIT_PERCENT, LEVEL_CONSIGNMENT, FACT_HISTORY, 0, NULL, HISTORY_ADDRESS, MEASURE_SHARE},
};

static const struct {
	const char *code; /* as count(…) takes it */
	const char *label;
	bool of_item;
} keys[HISTORY_KEYS] = {
	[HISTORY_OPERATOR] = {"operator", TR("Opérateur"), false},
	[HISTORY_DECLARANT] = {"declarant", TR("Déclarant"), false},
	[HISTORY_EXPORTER] = {"exporter", TR("Exportateur"), false},
	[HISTORY_HS4] = {"hs4", TR("Position SH"), true},
	[HISTORY_HS6] = {"hs6", TR("Sous-position SH"), true},
	[HISTORY_ORIGIN] = {"origin", TR("Origine"), true},
	[HISTORY_OPERATOR_HS4] = {"operator, hs4", TR("Opérateur et position SH"), true},
	[HISTORY_HS6_ORIGIN] = {"hs6, origin", TR("Sous-position SH et origine"), true},
	[HISTORY_OPERATOR_ORIGIN] = {"operator, origin", TR("Opérateur et origine"), true},
	[HISTORY_DECLARANT_HS4] = {"declarant, hs4", TR("Déclarant et position SH"), true},
	[HISTORY_GOODS_LINE] = {"goods_line", TR("Ligne de marchandise"), true},
	[HISTORY_OFFICE] = {"office", TR("Bureau"), false},
	[HISTORY_GOODS_PRICE] = {"goods_price", TR("Marchandise et prix"), true},
	[HISTORY_HS6_MASS] = {"hs6, mass", TR("Sous-position SH et masse"), true},
	[HISTORY_ROUTE] = {"route", TR("Trajet"), true},
	[HISTORY_OPERATOR_EXPORTER] = {"operator, exporter", TR("Opérateur et exportateur"), false},
	[HISTORY_ADDRESS] = {"address", TR("Adresse du destinataire"), false},
};
static const char *const measures[MEASURES] = {"count", "judged", "adverse", "share_adverse", "reference"};

static const struct {
	const char *code;
	const char *label;
} types[FACT_TYPES] = {
	{"text", TR("texte")}, {"code", TR("code")}, {"codes", TR("codes")}, {"hs", TR("position du SH")},
	{"number", TR("nombre")}, {"date", TR("date")}, {"yesno", TR("oui ou non")},
};
static const char *const units[] = {"", TR("kg"), TR("monnaie nationale"), TR("monnaie de la facture"), "", TR("%"),
	TR("jours"), TR("monnaie nationale par kg"), TR("monnaie de la facture par kg")};


const char *fact_key_code(enum history_key key)
{
	return keys[key].code;
}

const char *fact_key_label(enum history_key key)
{
	return keys[key].label;
}

bool fact_key_is_of_item(enum history_key key)
{
	return keys[key].of_item;
}

const char *fact_measure_code(enum history_measure measure)
{
	return measures[measure];
}

size_t fact_count(void)
{
	return sizeof rows / sizeof *rows;
}

const struct fact *fact_at(size_t i)
{
	return &rows[i];
}

/* Stops at the first letter that differs, which most rows have early. */
static bool code_is(struct text code, const char *wanted)
{
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];

		if ((c >= 'A' && c <= 'Z' ? (char)(c + 32) : c) != wanted[i] || !wanted[i])
			return false;
	}
	return !wanted[code.size];
}

const struct fact *fact_find(struct text code)
{
	for (size_t i = 0; i < fact_count(); i++)
		if (code_is(code, rows[i].code))
			return &rows[i];
	return NULL;
}

static size_t name_slot(struct text code)
{
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];

		hash = (hash ^ (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c)) * UINT32_C(0x01000193);
	}
	return (hash ^ hash >> 15) % FACT_SLOTS;
}

void fact_names_make(struct fact_names *ret_names)
{
	_Static_assert(sizeof rows / sizeof *rows < FACT_SLOTS / 2, "slots stay free");
	*ret_names = (struct fact_names){{0}};
	for (size_t i = 0; i < fact_count(); i++) {
		size_t at = name_slot(text_of(rows[i].code));

		while (ret_names->slots[at])
			at = (at + 1) % FACT_SLOTS;
		ret_names->slots[at] = (uint16_t)(i + 1);
	}
}

const struct fact *fact_names_find(const struct fact_names *names, struct text code)
{
	for (size_t at = name_slot(code); names->slots[at]; at = (at + 1) % FACT_SLOTS)
		if (code_is(code, rows[names->slots[at] - 1].code))
			return &rows[names->slots[at] - 1];
	return NULL;
}

const struct fact *fact_of_history(enum history_key key, enum history_measure measure)
{
	for (size_t i = 0; i < fact_count(); i++)
		if (rows[i].kind == FACT_HISTORY && rows[i].key == key && rows[i].measure == measure)
			return &rows[i];
	return NULL;
}

bool fact_is_text(enum fact_type type)
{
	return type == FACT_TEXT || type == FACT_CODE || type == FACT_CODES || type == FACT_HS;
}

const char *fact_type_label(enum fact_type type)
{
	return types[type].label;
}

const char *fact_type_code(enum fact_type type)
{
	return types[type].code;
}

const char *fact_unit_label(enum fact_unit unit)
{
	return units[unit];
}

static int64_t history_number(const struct fact *fact, const struct history_figures *figures)
{
	switch (fact->measure) {
	case MEASURE_COUNT: return number_of(figures->count);
	case MEASURE_JUDGED: return number_of(figures->judged);
	case MEASURE_ADVERSE: return number_of(figures->adverse);
	case MEASURE_SHARE: return number_divide(number_of(figures->adverse), number_of(figures->judged));
	case MEASURE_REFERENCE: return figures->price_per_kg;
	case MEASURES: break;
	}
	return NUMBER_NONE;
}

static void read_history(const struct facts *facts, const struct fact *fact, int days, const struct item *item,
	struct fact_value *value)
{
	static const struct item none;
	struct history_figures figures = {.price_per_kg = NUMBER_NONE};
	struct text filed;

	if (!facts->history)
		return;
	filed = history_value(facts->arena, fact->key, facts->consignment, item ? item : &none);
	if (!filed.data)
		return;
	facts->history->look(facts->history->context, fact->key, filed, days, facts->today, &figures);
	value->number = history_number(fact, &figures);
}

static void read_plain(const struct fact *fact, const void *base, struct fact_value *value)
{
	const char *field = (const char *)base + fact->offset;

	if (fact_is_text(fact->type))
		memcpy(&value->text, field, sizeof value->text);
	else
		memcpy(&value->number, field, sizeof value->number);
}

void fact_read(const struct facts *facts, const struct fact *fact, int days, const struct item *item,
	struct fact_value *ret_value)
{
	struct fact_value value = {TEXT_NONE, NUMBER_NONE};

	if (fact->level == LEVEL_CONSIGNMENT || item) {
		if (fact->kind == FACT_HISTORY)
			read_history(facts, fact, days, item, &value);
		else if (fact->kind == FACT_PLAIN)
			read_plain(fact, fact->level == LEVEL_ITEM ? (const void *)item : facts->consignment, &value);
		else
			fact->compute(facts, item, &value);
	}
	if (fact_is_text(fact->type)) {
		value.text = text_trim(value.text);
		if (!value.text.size)
			value.text = TEXT_NONE;
	}
	*ret_value = value;
}

static void print_number(struct buffer *buffer, const struct fact *fact, int64_t number)
{
	int64_t size = number < 0 ? -number : number;
	bool percent = fact->unit == UNIT_PERCENT;
	int decimals = percent ? 1 : size >= 100 * NUMBER_ONE || size % NUMBER_ONE == 0 ? 0 : size < NUMBER_ONE ? 4 : 2;

	if (percent) {
		number = number_multiply(number, 100 * NUMBER_ONE);
		decimals = number % NUMBER_ONE ? 1 : 0;
	}
	if (number == NUMBER_NONE)
		return;
	number_print_local(buffer, number, decimals, ',', "\u202f");
	if (percent || fact->unit == UNIT_KG || fact->unit == UNIT_DAYS)
		buffer_format(buffer, "\u00a0%s", fact->unit == UNIT_DAYS ? "j" : units[fact->unit]);
}

void fact_print(struct buffer *buffer, const struct fact *fact, const struct fact_value *value)
{
	if (fact_is_text(fact->type)) {
		if (value->text.data)
			buffer_append(buffer, value->text);
		return;
	}
	if (value->number == NUMBER_NONE)
		return;
	if (fact->type == FACT_DATE)
		date_print(buffer, value->number);
	else if (fact->type == FACT_YESNO)
		buffer_string(buffer, value->number ? "oui" : "non");
	else
		print_number(buffer, fact, value->number);
}
