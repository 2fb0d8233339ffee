#ifndef VIGIE_ENGINE_FACT_H
#define VIGIE_ENGINE_FACT_H
/* The dictionary of facts: one table row per thing that can be known of a consignment, an item, its past or
 * its counterpart. The profile language, the editor's help, the API and the model read the same rows. */
#include "engine/engine.h"

enum fact_type {
	FACT_TEXT, /* free text, searched ignoring case, accents and word order */
	FACT_CODE, /* one code, compared ignoring case */
	FACT_CODES, /* several codes, blank-separated */
	FACT_HS, /* digits of a commodity code, compared by prefix */
	FACT_NUMBER, FACT_DATE, FACT_YESNO, FACT_TYPES
};
enum fact_unit {
	UNIT_NONE, UNIT_KG, UNIT_MONEY /* national */, UNIT_INVOICE /* invoice currency */, UNIT_COUNT, UNIT_PERCENT,
	UNIT_DAYS, UNIT_MONEY_PER_KG, UNIT_INVOICE_PER_KG
};
enum fact_level { LEVEL_CONSIGNMENT, LEVEL_ITEM };
enum fact_kind { FACT_PLAIN, FACT_DERIVED, FACT_HISTORY, FACT_DIFFERENCE };
enum history_measure { MEASURE_COUNT, MEASURE_JUDGED, MEASURE_ADVERSE, MEASURE_SHARE, MEASURE_REFERENCE, MEASURES };

/* What facts are read from. */
struct facts {
	const struct consignment *consignment;
	const struct consignment *counterpart; /* NULL: none */
	const struct history *history; /* NULL: none */
	const struct name_hits *names; /* NULL: nobody looked */
	const struct price_references *prices; /* NULL: none */
	int64_t today;
	struct arena *arena; /* values made up are allocated here; without memory the fact is missing */
};
/* Texts and codes use `text` (data NULL: missing); the others `number`: micro for numbers, a day for dates,
 * 0 or NUMBER_ONE for yes/no, NUMBER_NONE when missing. */
struct fact_value {
	struct text text;
	int64_t number;
};
struct fact {
	const char *code; /* "item.gross_mass" */
	const char *label; /* French message id */
	const char *help; /* French message id */
	enum fact_type type;
	enum fact_unit unit;
	enum fact_level level;
	enum fact_kind kind;
	size_t offset; /* of plain facts, in struct consignment or item */
	void (*compute)(const struct facts *facts, const struct item *item, struct fact_value *value);
	enum history_key key; /* of histories */
	enum history_measure measure;
};

size_t fact_count(void);
const struct fact *fact_at(size_t i);
const struct fact *fact_find(struct text code); /* ignoring case; NULL if there is none */
/* The facts by their codes, for those who ask for many. */
enum { FACT_SLOTS = 1024 };
struct fact_names {
	uint16_t slots[FACT_SLOTS]; /* hash of the code → place + 1 */
};
void fact_names_make(struct fact_names *ret_names);
const struct fact *fact_names_find(const struct fact_names *names, struct text code); /* as fact_find() */
const struct fact *fact_of_history(enum history_key key, enum history_measure measure); /* NULL if not kept */
/* `days` is the window of a history (30, 90, 365, 0), else 0. `item` may be NULL: item facts are missing. */
void fact_read(const struct facts *facts, const struct fact *fact, int days, const struct item *item,
	struct fact_value *ret_value);
bool fact_is_text(enum fact_type type); /* its value is in `text` */
/* The value as a person reads it: "1 250 kg", "12 %", "2026-11-24", "oui"; nothing when missing. */
void fact_print(struct buffer *buffer, const struct fact *fact, const struct fact_value *value);

const char *fact_type_label(enum fact_type type); /* French message ids */
const char *fact_unit_label(enum fact_unit unit);
const char *fact_type_code(enum fact_type type); /* "text", "code"… */

/* Histories: a key's name as profiles write it in count(…): "operator", "hs6, origin". */
const char *fact_key_code(enum history_key key);
const char *fact_key_label(enum history_key key); /* French message id */
bool fact_key_is_of_item(enum history_key key);
const char *fact_measure_code(enum history_measure measure); /* "count", "share_adverse"… */

/* ISO 6346: right owner, serial and check digit, blanks and hyphens passed over. */
bool container_reference_is_right(struct text reference);
/* Words in common over words in all, folded: 0 … NUMBER_ONE; NUMBER_NONE when one is missing. */
int64_t text_similarity(struct arena *arena, struct text a, struct text b);
/* utf8_fold into the arena; TEXT_NONE when missing, of no letters, or without memory. */
struct text text_folded(struct arena *arena, struct text text);

/* Functions of the rows, in fact_compute.c and fact_difference.c. */
#define FACT_FUNCTIONS(X)                                                                                              \
	X(stage) X(procedure) X(today) X(item_count) X(container_count) X(consignee_has_address)                       \
	X(consignee_to_order) X(consignee_named) X(registered_weekday) X(mass_per_container) X(mass_per_package)       \
	X(value_per_kg) X(freight_share) X(duty_share) X(hs_count) X(container_references) X(container_types)          \
	X(containers_empty) X(containers_empty_with_goods) X(containers_wrong) X(containers_unsealed)                  \
	X(loading_country) X(unloading_country) X(days_to_arrival) X(sailing_days) X(item_number) X(item_hs2)          \
	X(item_hs4) X(item_hs6) X(item_hs8) X(item_value_per_kg) X(item_price_per_kg) X(item_value_per_package)        \
	X(item_mass_per_package) X(item_value_per_unit) X(item_duty_share) X(item_description_length)                  \
	X(item_description_words) X(item_net_to_gross) X(item_value_share) X(item_mass_share)                          \
	X(item_origin_is_exporting) X(item_words) X(difference_matched) X(difference_mass) X(difference_packages)      \
	X(difference_consignee) X(difference_exporter) X(difference_containers_missing)                                \
	X(difference_containers_added) X(difference_description) X(difference_loading)                                 \
	X(screening_listed) X(screening_confirmed) X(screening_score) X(screening_lists) X(screening_roles)            \
	X(item_reference_price) X(item_price_to_reference) X(item_price_to_low) X(item_price_observations)
#define FACT_FUNCTION(name)                                                                                            \
	void fact_##name(const struct facts *facts, const struct item *item, struct fact_value *value);
FACT_FUNCTIONS(FACT_FUNCTION)

#endif
