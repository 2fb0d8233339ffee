#ifndef VIGIE_DECLARATIONS_CONSIGNMENT_PARTS_H
#define VIGIE_DECLARATIONS_CONSIGNMENT_PARTS_H
/* The parts of a consignment's page that show what was declared. `currency` is the national one. */
#include "modules/declarations/declarations.h"
#include "web/page.h"

void print_consignment(struct html *p, const struct stored_consignment *row, const struct consignment *consignment,
	struct text currency);
void print_items(struct html *p, const struct consignment *consignment, struct text currency);
void print_containers(struct html *p, const struct consignment *consignment);

#endif
