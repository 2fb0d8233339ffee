#ifndef VIGIE_DECLARATIONS_BILL_STORE_H
#define VIGIE_DECLARATIONS_BILL_STORE_H
/* Inside this module only: the containers of bills of lading, by which a declaration finds its bill. */
#include "modules/declarations/declarations.h"

/* Capitals and digits of a container's number, in the arena; missing without memory. */
struct text container_key(struct arena *arena, struct text reference);
/* Fills containers of the change of a bill; none for a declaration. */
enum status bill_containers_set(struct arena *arena, const struct consignment *c, struct consignment_change *change)
	MUST_CHECK;
/* Writes them for the bills of a batch whose rows stand already. */
enum status bill_containers_write(struct writer *writer, const struct consignment_change *changes, size_t count)
	MUST_CHECK;

#endif
