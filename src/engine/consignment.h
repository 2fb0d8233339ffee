#ifndef VIGIE_ENGINE_CONSIGNMENT_H
#define VIGIE_ENGINE_CONSIGNMENT_H
/* What is known of one consignment (envoi): a declaration (SAD) or a bill of lading of a manifest, whatever
 * message it came in. Readers fill it, the engine decides on it, the store keeps it.
 *
 * Texts belong to whoever filled it (usually an arena); data == NULL is "not given". Numbers are micro (see
 * base/number.h), NUMBER_NONE is "not given"; dates are days, DATE_NONE is "not given". consignment_init()
 * sets all to "not given". Masses in kg. Amounts "national" are in national currency, others in the
 * currency named beside them. */
#include "base/arena.h"
#include "base/catalogue.h"
#include "base/clock.h"
#include "base/number.h"

enum stage { STAGE_MANIFEST, STAGE_DECLARATION };
/* Lanes (circuits), the most severe last so that they compare. */
enum lane { LANE_GREEN, LANE_BLUE, LANE_YELLOW, LANE_RED, LANE_COUNT };

const char *stage_code(enum stage stage); /* "manifest", "declaration" */
const char *lane_code(enum lane lane); /* "green"… */
const char *lane_label(enum lane lane); /* French message id: "vert"… */
bool lane_from(struct text code, enum lane *ret_lane);

struct party {
	struct text code; /* tax number or the administration's code */
	struct text name;
	struct text address;
};

struct container {
	struct text reference; /* ISO 6346, as given */
	struct text type;
	struct text fullness; /* empty/full indicator: 1/1, FCL… */
	struct text seals; /* blank-separated */
	struct text sealing_party;
	int64_t packages;
	int64_t goods_mass;
};

struct item {
	int64_t number; /* 1, 2, … (a plain integer, not micro) */
	struct text hs; /* digits of the commodity code, as long as given (6 to 11) */
	struct text origin; /* ISO alpha-2 */
	struct text preference; /* agreement code */
	struct text procedure; /* extended procedure, four digits: 4000 */
	struct text national_procedure; /* 000, EXB… */
	struct text quota;
	struct text tariff_description;
	struct text description; /* the trader's own words; for a bill, the goods description */
	struct text marks;
	struct text package_kind;
	struct text containers; /* references, blank-separated */
	struct text previous_document;
	struct text transport_document; /* bill of lading named by the item */
	struct text licence;
	struct text documents; /* codes of attached documents, blank-separated */
	struct text valuation_method;
	struct text currency; /* of price */
	struct text supplementary_unit;
	struct text tax_type;
	struct text chassis;
	int64_t packages;
	int64_t gross_mass, net_mass;
	int64_t price; /* invoice price in `currency` */
	int64_t customs_value; /* CIF, national */
	int64_t statistical_value; /* national */
	int64_t supplementary_quantity;
	int64_t duty_rate; /* fraction: 0.2 is 20 % */
	int64_t duties; /* all duties and taxes of the item, national */
};

/* What was found, when the message already says so (an extract with results). */
struct known_outcome {
	bool known;
	bool adverse; /* something was wrong */
	int64_t recovered; /* duty found, national; NUMBER_NONE */
};

struct consignment {
	enum stage stage;
	struct text reference; /* the declaration's or bill's own reference, unique with office and year */
	struct text office; /* customs office code */
	struct text flow; /* I import, E export, T transit, H transhipment, R remaining on board */
	struct text type; /* IM, EX, … or the bill's nature (23) */
	struct text regime; /* general procedure digit: 4, 7…; with type "IM4" in profiles */
	struct text bill_type;
	struct text manifest; /* office/voyage/date key or the declaration's manifest reference */
	struct text master_bill;
	struct text voyage;
	struct text transport_mode;
	struct text vessel; /* name, flight or plate */
	struct text vessel_nationality;
	struct text vessel_number; /* IMO or registration */
	struct text place_of_loading, place_of_unloading; /* UN/LOCODE where given */
	struct text place_of_departure, place_of_destination;
	struct text country_of_export, country_of_destination, trading_country;
	struct text location; /* shed (magasin) */
	struct text border_office;
	struct text delivery_terms; /* Incoterm */
	struct text payment_mode;
	struct text transaction_nature;
	struct text currency; /* of invoice_total */
	struct text warehouse;
	struct text transit_destination_office;
	struct text guarantee; /* reference or name, when there is one */
	struct party consignee, exporter, notify, declarant, carrier;
	struct text declarant_reference;
	int64_t registered_on, departs_on, arrives_on;
	int64_t declared_items; /* as announced, plain count as micro */
	int64_t packages;
	int64_t gross_mass, net_mass;
	int64_t invoice_total; /* in `currency` */
	int64_t customs_value; /* national, CIF */
	int64_t freight, insurance; /* national */
	int64_t duties; /* all duties and taxes, national */
	int64_t exchange_rate; /* national per unit of `currency` */
	struct item *items;
	size_t item_count;
	struct container *containers;
	size_t container_count;
	struct known_outcome outcome;
};

void consignment_init(struct consignment *consignment, enum stage stage);
void item_init(struct item *item, int64_t number);
void container_init(struct container *container);

/* Something noticed while reading. */
struct problem {
	enum problem_level { PROBLEM_WARNING, PROBLEM_ERROR } level;
	struct text place; /* "ligne 12, Item 3/Packages" – line and element as found; no words to translate */
	struct message message;
};

struct problem_list {
	struct arena *arena;
	struct problem *rows;
	size_t count, capacity;
	size_t left_out; /* beyond PROBLEM_LIMIT */
};
enum { PROBLEM_LIMIT = 1000 };
/* Copies place and values into the list's arena. Without memory or over the limit it is counted in
 * left_out. */
void problem_add(struct problem_list *list, enum problem_level level, struct text place, struct message message);

/* --- one row per field ---------------------------------------------------------------------------------
 * Everything that walks over all that a consignment holds (stored versions, digests, mappings of columns)
 * reads these rows, so that a field cannot be forgotten in one place. */
enum consignment_kind {
	CONSIGNMENT_TEXT,
	CONSIGNMENT_NUMBER, /* int64_t micro */
	CONSIGNMENT_DATE, /* int64_t days */
	CONSIGNMENT_COUNT, /* int64_t plain */
	CONSIGNMENT_FLAG, /* bool */
	CONSIGNMENT_STAGE /* enum stage */
};
struct consignment_field {
	const char *code; /* "consignee.code"; of an item without the prefix "item.": "hs" */
	const char *label; /* French message id */
	enum consignment_kind kind;
	const char *unit; /* "kg", "national", "currency", "fraction" or "" */
	size_t offset;
};
struct consignment_fields {
	const struct consignment_field *rows;
	size_t count;
};
struct consignment_fields consignment_fields(void); /* of struct consignment, but items and containers */
struct consignment_fields item_fields(void);
struct consignment_fields container_fields(void);

/* The canonical text of a consignment: JSON with the fields in the order of the rows, missing ones left out,
 * numbers as exact decimals. Two consignments have the same text exactly when all their fields are equal. */
void consignment_write(struct buffer *buffer, const struct consignment *consignment);
/* Reads what consignment_write() or consignment_pack() wrote into the arena (the text itself is not referred to afterwards).
 * Fields of later versions, unknown here, are passed over. STATUS_MALFORMED when it is not such a text. */
enum status consignment_read(struct arena *arena, struct text text, struct consignment *ret_consignment) MUST_CHECK;
/* The same in few bytes, for the database: equal exactly when all fields are. consignment_unpack() leaves the texts
 * where they are, in `bytes`, which must stay as long as the consignment; consignment_unpack_copy() takes a copy
 * of them first. STATUS_MALFORMED when the bytes are not of consignment_pack(). */
void consignment_pack(struct buffer *buffer, const struct consignment *consignment);
enum status consignment_unpack(struct arena *arena, struct text bytes, struct consignment *ret_consignment) MUST_CHECK;
enum status consignment_unpack_copy(struct arena *arena, struct text bytes, struct consignment *ret_consignment)
	MUST_CHECK;
/* A copy of everything into the arena. */
enum status consignment_copy(struct arena *arena, const struct consignment *consignment,
	struct consignment *ret_copy) MUST_CHECK;
/* SHA-256 of the canonical text: the identity of a version of a consignment. */
enum status consignment_digest(const struct consignment *consignment, unsigned char ret_digest[32]) MUST_CHECK;

#endif
