/* How a declaration finds its bill of lading: by the document, the manifest, the containers; on both databases. */
#include "app/wiring.h"
#include "base/test.h"
#include "modules/declarations/declarations.h"
#include "store/test_database.h"

#include <stdio.h>

struct bill {
	const char *reference, *manifest, *consignee;
	const char *containers[2];
	int64_t day;
};
static const struct bill bills[] = {
	{"BL-1", "M 1", "ACME", {"MSKU 123456-7", NULL}, 100},
	{"BL-2", "M 1", "ACME", {"TCLU7654321", "HLXU0000001"}, 100},
	{"BL-3", "M 1", "OTHER", {NULL, NULL}, 100},
	{"BL-4", "M 2", "ACME", {"MSKU1234567", NULL}, 400},
};
enum { BILLS = sizeof bills / sizeof *bills };

static enum status store_bill(struct writer *writer, struct arena *arena, const struct bill *bill, int64_t id,
	int64_t version)
{
	struct consignment_change change = {.id = id, .version = version, .unit_path = TEXT("/"), .state = TEXT("free"),
		.day = bill->day, .content = TEXT("x")};
	struct container containers[2];
	struct consignment c;

	consignment_init(&c, STAGE_MANIFEST);
	c.reference = text_of(bill->reference);
	c.manifest = text_of(bill->manifest);
	c.consignee.code = text_of(bill->consignee);
	c.containers = containers;
	for (size_t i = 0; i < 2 && bill->containers[i]; i++) {
		container_init(&containers[c.container_count]);
		containers[c.container_count++].reference = text_of(bill->containers[i]);
	}
	change.identity = consignment_identity(arena, &c);
	TRY(consignment_change_set(arena, &c, &change));
	return consignments_write(writer, &change, 1, arena);
}

/* Which bill a declaration with these marks finds; 0: none. */
static int64_t found(struct writer *writer, struct arena *arena, struct consignment *declaration)
{
	int64_t id = 0, version = 0;
	enum status status =
		consignment_find_counterpart(writer_reader(writer), declaration, arena, &id, &version);

	return status == STATUS_OK ? id : status == STATUS_NOT_FOUND ? 0 : -1;
}

static struct consignment declaration_on(int64_t day, struct item *item, const char *document, const char *containers)
{
	struct consignment c;

	consignment_init(&c, STAGE_DECLARATION);
	item_init(item, 1);
	item->transport_document = text_of(document);
	item->containers = text_of(containers);
	c.items = item;
	c.item_count = 1;
	c.registered_on = day;
	return c;
}

static void find_each(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22);
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct bill moved = {"BL-4", "M 2", "ACME", {"HLXU0000009", NULL}, 400};
	struct consignment c;
	struct item item;

	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	for (size_t i = 0; i < BILLS; i++)
		REQUIRE(store_bill(writer, arena, &bills[i], (int64_t)i + 1, 1) == STATUS_OK);
	c = declaration_on(100, &item, "BL-2", NULL);
	CHECK_INTEGER(found(writer, arena, &c), 2);
	c = declaration_on(100, &item, "BL-9", NULL);
	CHECK_INTEGER(found(writer, arena, &c), 0);
	/* By the manifest: a shared container decides; else the consignee, when he has but one bill on board. */
	c.manifest = TEXT("M 1");
	CHECK_INTEGER(found(writer, arena, &c), 0);
	c.consignee.code = TEXT("ACME");
	CHECK_INTEGER(found(writer, arena, &c), 0);
	c.consignee.code = TEXT("OTHER");
	CHECK_INTEGER(found(writer, arena, &c), 3);
	item.containers = TEXT("tclu-7654321 XXXX1111111");
	CHECK_INTEGER(found(writer, arena, &c), 2);
	/* By a container, which comes again later with other goods. */
	c = declaration_on(110, &item, NULL, "MSKU1234567");
	CHECK_INTEGER(found(writer, arena, &c), 1);
	c.registered_on = 410;
	CHECK_INTEGER(found(writer, arena, &c), 4);
	c.registered_on = 1000;
	CHECK_INTEGER(found(writer, arena, &c), 0);
	/* An amended bill has the containers that it names last. */
	REQUIRE(store_bill(writer, arena, &moved, 4, 2) == STATUS_OK);
	c.registered_on = 410;
	CHECK_INTEGER(found(writer, arena, &c), 0);
	item.containers = TEXT("HLXU0000009");
	CHECK_INTEGER(found(writer, arena, &c), 4);
}

TEST(a_declaration_finds_its_bill_by_document_manifest_or_container)
{
	test_each_database(NULL, find_each);
}
