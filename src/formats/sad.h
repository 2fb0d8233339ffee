#ifndef VIGIE_FORMATS_SAD_H
#define VIGIE_FORMATS_SAD_H
/* What the files of the SAD reader share: the elements that are not kept as they stand but lead to what is
 * kept, and the table of paths. */
#include "formats/xml_walk.h"

enum sad_base {
	SAD_CONSIGNMENT,
	SAD_HEADER,
	SAD_ITEM, /* struct item */
	SAD_LINE, /* struct sad_line, beside each item */
	SAD_TAX,
	SAD_UNIT,
	SAD_CONTAINER, /* struct container */
	SAD_BOX, /* struct sad_box, beside each container */
	SAD_PREVIOUS
};

/* Meanings of groups and of values that are not simply kept. */
enum sad_meaning {
	SAD_BEGIN_ITEM,
	SAD_BEGIN_TAX,
	SAD_BEGIN_UNIT,
	SAD_BEGIN_CONTAINER,
	SAD_BEGIN_PREVIOUS,
	SAD_EXPORTER,
	SAD_CONSIGNEE,
	SAD_DECLARANT,
	SAD_REGISTERED_ON,
	SAD_DECLARED_ON,
	SAD_OTHER_DATE,
	SAD_DOCUMENT
};

struct sad_header {
	struct text registration_serial, registration_number;
	struct text registered_on, declared_on; /* as written */
	struct text reference_year, reference_number;
	struct text border_vessel, border_nationality, loading_name;
	struct text transaction1, transaction2;
	struct text item_terms;
	struct text representative;
	int64_t total_weight, gross_weight, invoice_sum, other_invoice_sum;
	int64_t external_freight, internal_freight, global_taxes, guarantee_amount;
};

struct sad_line {
	struct text commodity, precision;
	struct text marks1, marks2, free1, free2;
	struct text attached;
	int64_t taxes_amount;
	int64_t invoice_foreign;
	int64_t invoice, external_freight, internal_freight, insurance, other_cost, deduction; /* national */
	int64_t paid; /* sum of the lines that are to be paid */
	bool has_tax_lines;
};

struct sad_tax {
	struct text code, payable;
	int64_t base, rate, amount;
};

struct sad_unit {
	struct text code;
	int64_t quantity;
};

struct sad_box {
	int64_t item; /* micro */
};

struct sad_previous {
	struct text office, year, serial, number, item;
	int64_t current_item; /* micro */
};

/* Reading of one declaration. */
struct sad {
	struct run *run;
	struct xml_walk *walk;
	struct arena *arena;
	struct consignment consignment;
	struct problem_list problems;
	struct sad_header header;
	struct item *items;
	struct sad_line *lines;
	struct container *containers;
	struct sad_box *boxes;
	size_t item_count, item_capacity, line_capacity;
	size_t container_count, container_capacity, box_capacity;
	bool in_item, in_container;
	struct sad_tax tax;
	struct sad_unit unit;
	struct sad_previous previous, *all_previous;
	size_t previous_count, previous_capacity;
	size_t day_first, month_first; /* dates that can only be read one way */
	size_t fractions, percentages; /* tax lines that only add up one way */
	int64_t greatest_rate;
};

extern const struct xml_rule sad_rules[];
extern const size_t sad_rule_count;

/* After the last element: what follows from all of it, and what does not agree. */
enum status sad_finish(struct sad *sad) MUST_CHECK;
/* Four digits of the year first: no doubt about the order. */
bool sad_date_is_iso(struct text text);
void sad_check(struct sad *sad);
void sad_problem(struct sad *sad, const char *place, const char *message, struct text one, struct text two);

#endif
