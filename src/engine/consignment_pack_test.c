/* The packed form of a consignment: all fields go round, nothing damaged is accepted. */
#include "base/memory.h"
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

TEST(every_field_of_a_packed_consignment_goes_round)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(arena), again;

	buffer_init(&buffer, 1 << 20);
	consignment_pack(&buffer, &consignment);
	REQUIRE(consignment_unpack(arena, buffer_text(&buffer), &again) == STATUS_OK);
	CHECK(same(&consignment, &again));
	REQUIRE(consignment_read(arena, buffer_text(&buffer), &again) == STATUS_OK);
	CHECK(same(&consignment, &again));
	CHECK_INTEGER(again.item_count, 3);
	CHECK_INTEGER(again.container_count, 2);
}

TEST(a_packed_consignment_tells_missing_from_empty)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment, again;

	buffer_init(&buffer, 1 << 20);
	consignment_init(&consignment, STAGE_MANIFEST);
	consignment.reference = TEXT("");
	consignment.packages = 0;
	consignment_pack(&buffer, &consignment);
	CHECK_INTEGER(buffer.size, 10);
	REQUIRE(consignment_unpack_copy(arena, buffer_text(&buffer), &again) == STATUS_OK);
	CHECK(again.reference.data && again.reference.size == 0);
	CHECK(!again.office.data);
	CHECK(again.packages == 0 && again.gross_mass == NUMBER_NONE && again.registered_on == DATE_NONE);
	CHECK(!again.item_count && !again.container_count);
}

/* What stands in databases: the first version must be read for ever. */
TEST(the_first_version_of_the_packed_form_is_still_read)
{
	static const char bytes[] = "\x01\x01\x01\x02\x02R1\x1f\x04" "ACME" "\x2f\xac\x9d\x02\x34\x80\x89\x7a\x3c\0"
				    "\x01\x01\x02\x02\x06" "870323" "\0" "\x01\x01\x01X\0";
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment again;

	buffer_init(&buffer, 1 << 20);
	REQUIRE(consignment_unpack(arena, (struct text){bytes, sizeof bytes - 1}, &again) == STATUS_OK);
	consignment_write(&buffer, &again);
	CHECK_TEXT(buffer_text(&buffer),
		"{\"stage\":\"declaration\",\"reference\":\"R1\",\"consignee.code\":\"ACME\",\"registered_on\":18262,"
		"\"gross_mass\":1,\"outcome.known\":true,\"items\":[{\"number\":1,\"hs\":\"870323\"}],"
		"\"containers\":[{\"reference\":\"X\"}]}");
}

TEST(a_damaged_packed_consignment_is_refused)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(arena), again;
	struct text bytes;

	buffer_init(&buffer, 1 << 20);
	consignment_pack(&buffer, &consignment);
	bytes = buffer_text(&buffer);
	for (size_t size = 0; size < bytes.size; size++) {
		AUTO(arena_release) struct arena *small = arena_new(1 << 20);

		CHECK(consignment_unpack(small, text_slice(bytes, 0, size), &again) == STATUS_MALFORMED);
	}
	buffer_byte(&buffer, 1);
	CHECK(consignment_unpack(arena, buffer_text(&buffer), &again) == STATUS_MALFORMED);
	buffer.data[0] = 2;
	CHECK(consignment_unpack(arena, bytes, &again) == STATUS_MALFORMED);
}

/* Any change of one byte is refused or gives some consignment, but no reading beyond the bytes. */
TEST(a_packed_consignment_with_any_byte_changed_is_survived)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(arena), again;
	size_t refused = 0;

	buffer_init(&buffer, 1 << 20);
	consignment_pack(&buffer, &consignment);
	for (size_t at = 0; at < buffer.size; at++) {
		AUTO(arena_release) struct arena *small = arena_new(1 << 20);

		buffer.data[at] = (char)(buffer.data[at] ^ 0x55);
		refused += consignment_unpack(small, buffer_text(&buffer), &again) != STATUS_OK;
		buffer.data[at] = (char)(buffer.data[at] ^ 0x55);
	}
	CHECK(refused > 0);
}

TEST(unpacking_a_consignment_survives_every_failed_allocation)
{
	AUTO(arena_release) struct arena *whole = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer buffer;
	struct consignment consignment = full(whole), again;
	enum status status = STATUS_NO_MEMORY;

	buffer_init(&buffer, 1 << 20);
	consignment_pack(&buffer, &consignment);
	for (long n = 1; status != STATUS_OK && n < 100; n++) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 20);

		memory_fail_at(n);
		status = consignment_unpack_copy(arena, buffer_text(&buffer), &again);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	CHECK(status == STATUS_OK);
}
