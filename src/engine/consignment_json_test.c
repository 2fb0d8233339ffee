/* The canonical text of a consignment: all fields go round, nothing else is accepted. */
#include "base/memory.h"
#include "base/secret.h"
#include "base/test.h"
#include "engine/consignment.h"

#include <string.h>

static const int64_t hard_numbers[] = {0, 1, -1, 999999, 1000000, -1500000, INT64_MAX, -INT64_MAX, 123456789012345};

/* Gives every field of the rows a value of its own. */
static void fill(struct arena *arena, struct consignment_fields fields, void *base, size_t seed)
{
	for (size_t i = 0; i < fields.count; i++) {
		char *value = (char *)base + fields.rows[i].offset;

		switch (fields.rows[i].kind) {
		case CONSIGNMENT_TEXT:
			*(struct text *)value = arena_format(arena, "é\"\\\n\x01 %s {%zu} ]", fields.rows[i].code, seed);
			break;
		case CONSIGNMENT_FLAG:
			*(bool *)value = true;
			break;
		case CONSIGNMENT_STAGE:
			*(enum stage *)value = STAGE_DECLARATION;
			break;
		default:
			*(int64_t *)value = hard_numbers[(i + seed) % (sizeof hard_numbers / sizeof *hard_numbers)];
		}
	}
}

static struct consignment full(struct arena *arena)
{
	struct consignment consignment;

	consignment_init(&consignment, STAGE_DECLARATION);
	fill(arena, consignment_fields(), &consignment, 0);
	consignment.item_count = 3;
	consignment.items = ARENA_ARRAY(arena, 3, struct item);
	consignment.container_count = 2;
	consignment.containers = ARENA_ARRAY(arena, 2, struct container);
	for (size_t i = 0; i < 3; i++)
		fill(arena, item_fields(), &consignment.items[i], i);
	for (size_t i = 0; i < 2; i++)
		fill(arena, container_fields(), &consignment.containers[i], i);
	return consignment;
}

static bool same(const struct consignment *a, const struct consignment *b)
{
	AUTO(buffer_release) struct buffer first, second;

	buffer_init(&first, 1 << 20);
	buffer_init(&second, 1 << 20);
	consignment_write(&first, a);
	consignment_write(&second, b);
	return text_equal(buffer_text(&first), buffer_text(&second));
}

TEST(every_field_of_a_consignment_goes_round)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(arena), again;
	struct consignment_fields fields = item_fields();

	buffer_init(&buffer, 1 << 20);
	consignment_write(&buffer, &consignment);
	REQUIRE(consignment_read(arena, buffer_text(&buffer), &again) == STATUS_OK);
	CHECK(same(&consignment, &again));
	CHECK_INTEGER(again.item_count, 3);
	CHECK_INTEGER(again.container_count, 2);
	for (size_t i = 0; i < fields.count; i++)
		if (fields.rows[i].kind == CONSIGNMENT_NUMBER)
			CHECK_INTEGER(*(int64_t *)((char *)&again.items[2] + fields.rows[i].offset),
				*(int64_t *)((char *)&consignment.items[2] + fields.rows[i].offset));
	CHECK(text_equal(again.carrier.address, consignment.carrier.address));
	CHECK(again.outcome.known && again.outcome.adverse);
}

/* The rows cover the structs: no byte of a struct is outside of every field (but padding and the arrays). */
TEST(no_field_of_a_consignment_is_forgotten)
{
	size_t covered = 0;
	struct consignment_fields fields = item_fields();

	for (size_t i = 0; i < fields.count; i++)
		covered += fields.rows[i].kind == CONSIGNMENT_TEXT ? sizeof(struct text) : sizeof(int64_t);
	CHECK_INTEGER(covered, sizeof(struct item));
	fields = container_fields();
	covered = 0;
	for (size_t i = 0; i < fields.count; i++)
		covered += fields.rows[i].kind == CONSIGNMENT_TEXT ? sizeof(struct text) : sizeof(int64_t);
	CHECK_INTEGER(covered, sizeof(struct container));
	fields = consignment_fields();
	covered = 0;
	for (size_t i = 0; i < fields.count; i++)
		covered += fields.rows[i].kind == CONSIGNMENT_TEXT ? sizeof(struct text)
			: fields.rows[i].kind == CONSIGNMENT_FLAG  ? 4
								   : sizeof(int64_t);
	CHECK_INTEGER(covered, sizeof(struct consignment) - 2 * (sizeof(void *) + sizeof(size_t)));
}

TEST(missing_and_empty_are_not_the_same)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment, again;

	buffer_init(&buffer, 1 << 20);
	consignment_init(&consignment, STAGE_MANIFEST);
	consignment.reference = TEXT("");
	consignment_write(&buffer, &consignment);
	CHECK_TEXT(buffer_text(&buffer), "{\"stage\":\"manifest\",\"reference\":\"\"}");
	REQUIRE(consignment_read(arena, buffer_text(&buffer), &again) == STATUS_OK);
	CHECK(again.reference.data && again.reference.size == 0);
	CHECK(!again.office.data);
	CHECK(again.gross_mass == NUMBER_NONE && again.registered_on == DATE_NONE);
}

TEST(a_damaged_canonical_text_is_refused)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(arena), again;
	struct text text;

	buffer_init(&buffer, 1 << 20);
	consignment_write(&buffer, &consignment);
	text = buffer_text(&buffer);
	for (size_t size = 0; size < text.size; size++) {
		AUTO(arena_release) struct arena *small = arena_new(1 << 20);

		CHECK(consignment_read(small, text_slice(text, 0, size), &again) == STATUS_MALFORMED);
	}
	CHECK(consignment_read(arena, TEXT("{\"packages\":1.0000001}"), &again) == STATUS_MALFORMED);
	CHECK(consignment_read(arena, TEXT("{\"packages\":99999999999999999999}"), &again) == STATUS_MALFORMED);
	CHECK(consignment_read(arena, TEXT("{\"of a later version\":\"x\",\"packages\":1.5}"), &again) == STATUS_OK);
	CHECK_INTEGER(again.packages, 1500000);
}

TEST(the_digest_follows_the_content)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct consignment consignment = full(arena);
	unsigned char first[32], second[32];

	REQUIRE(consignment_digest(&consignment, first) == STATUS_OK);
	REQUIRE(consignment_digest(&consignment, second) == STATUS_OK);
	CHECK(memcmp(first, second, 32) == 0);
	consignment.items[1].net_mass = 5;
	REQUIRE(consignment_digest(&consignment, second) == STATUS_OK);
	CHECK(memcmp(first, second, 32) != 0);
}

TEST(reading_a_consignment_survives_every_failed_allocation)
{
	AUTO(arena_release) struct arena *whole = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(whole), again;
	enum status status = STATUS_NO_MEMORY;

	buffer_init(&buffer, 1 << 20);
	consignment_write(&buffer, &consignment);
	for (long n = 1; status != STATUS_OK && n < 100; n++) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 20);

		memory_fail_at(n);
		status = consignment_read(arena, buffer_text(&buffer), &again);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	CHECK(status == STATUS_OK);
}
