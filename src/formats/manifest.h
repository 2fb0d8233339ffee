#ifndef VIGIE_FORMATS_MANIFEST_H
#define VIGIE_FORMATS_MANIFEST_H
/* What the files of the manifest reader share: the bill that is being read, and the table of paths. */
#include "formats/seen.h"
#include "formats/xml_walk.h"

enum manifest_base {
	MANIFEST_HEAD, /* struct consignment: what all bills have in common */
	MANIFEST_TOTALS,
	MANIFEST_BILL, /* struct consignment */
	MANIFEST_REST, /* struct bill_rest */
	MANIFEST_GOODS, /* struct item */
	MANIFEST_COMMODITY, /* struct item */
	MANIFEST_CONTAINER, /* struct container */
	MANIFEST_SEALS /* struct seals */
};

enum manifest_meaning {
	MANIFEST_BEGIN_BILL,
	MANIFEST_BEGIN_GOODS,
	MANIFEST_BEGIN_COMMODITY,
	MANIFEST_BEGIN_CONTAINER,
	MANIFEST_DEPARTS_ON,
	MANIFEST_ARRIVES_ON,
	MANIFEST_REGISTERED_ON,
	MANIFEST_EXPORT_DATE,
	MANIFEST_CHASSIS
};

struct totals {
	int64_t bills, packages, containers, gross_mass;
};

/* Elements of a bill that lead to something else than a member of the same name. */
struct bill_rest {
	struct text location_info;
	struct text export_office, export_serial, export_number;
	int64_t goods_containers; /* announced in the goods line */
	struct text container_hs; /* of the first container that has one */
	struct text chassis; /* of all vehicles, blank-separated */
};

struct seals {
	struct text marks1, marks2, marks3, sealing_party;
	struct text hs;
};

/* Rows that grow in the bill's arena. */
struct item_rows {
	struct item *rows;
	size_t count, capacity;
};

struct manifest {
	struct run *run;
	struct xml_walk *walk;
	struct arena *head_arena, *bill_arena;
	struct consignment head, bill;
	struct totals announced, found;
	struct bill_rest rest;
	struct seals seals;
	struct item_rows goods, commodities;
	struct container *containers;
	size_t container_count, container_capacity;
	bool in_bill, in_goods, in_commodity, in_container;
	int64_t export_date;
	size_t bill_count;
	struct problem_list problems;
	struct seen containers_seen, bills_seen;
	bool containers_unknown; /* more than can be remembered: their number is not compared */
};

extern const struct xml_rule manifest_rules[];
extern const size_t manifest_rule_count;

/* At the end of a bill: what follows from all of it, problems noted. */
enum status bill_finish(struct manifest *manifest) MUST_CHECK;
void bill_problem(struct manifest *manifest, const char *message, struct text one, struct text two);

#endif
