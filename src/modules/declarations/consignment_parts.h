#ifndef VIGIE_DECLARATIONS_CONSIGNMENT_PARTS_H
#define VIGIE_DECLARATIONS_CONSIGNMENT_PARTS_H
/* The parts of a consignment's page that show what was declared. `currency` is the national one. */
#include "modules/declarations/declarations.h"
#include "web/page.h"

void print_consignment(struct html *p, const struct stored_consignment *row, const struct consignment *consignment,
	struct text currency);
void print_items(struct html *p, const struct consignment *consignment, struct text currency);
void print_containers(struct html *p, const struct consignment *consignment);

/* Manifest and declaration side by side, with what differs marked; nothing when the other is not there or not for this
 * reader. (consignment_compare.c) */
enum status print_comparison(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment) MUST_CHECK;
/* What the operator and the goods brought before, with outcomes. (consignment_past.c) */
enum status print_past_traffic(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment) MUST_CHECK;
/* Documents kept with it, and the form to add one. (consignment_documents.c) */
enum status print_documents(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row) MUST_CHECK;
/* Versions received, and all that was done, by whom. (consignment_history.c) */
enum status print_versions(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row) MUST_CHECK;
enum status print_history(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row) MUST_CHECK;
/* The consignment of the route's ":id", when this person holds the permission at its office; else STATUS_NOT_FOUND. */
enum status consignment_seen(struct request *rq, struct reader *db, const char *permission,
	struct stored_consignment *ret_row) MUST_CHECK;

#endif
