/* Quantiles, references from declarations by units, origins and rates, and runs that stay as they were. */
#include "modules/prices/prices.h"
#include "modules/prices/rate_table.h"

#include "base/test.h"
#include "store/test_database.h"

static const char *const folders[] = {"src/domain/migrations", "src/modules/declarations/migrations",
	"src/modules/prices/migrations", NULL};

STATEMENT(TEST_DECLARATION,
	"insert into consignments (id, identity, stage, reference, unit_path, day, item_count, version, digest, state, "
	"received_at, changed_at, outcome, lane) values ($1, $2, 1, $2, '/', $3, 1, 1, $4, 'free', 0, 0, $5, $1 % 4)");
STATEMENT(TEST_CONTENT, "insert into consignment_versions (id, import_id, received_at, content) values ($1 * 65536 + 1, 1, 0, $2)");
STATEMENT(TEST_ROWS, "select count(*) from price_references");

enum { DAY = 20000 };

TEST(price_quantiles)
{
	static const int64_t numbers[] = {10, 20, 30, 40, 50};

	CHECK_INTEGER(prices_quantile(numbers, 5, 50), 30);
	CHECK_INTEGER(prices_quantile(numbers, 5, 10), 14);
	CHECK_INTEGER(prices_quantile(numbers, 5, 100), 50);
	CHECK_INTEGER(prices_quantile(numbers, 1, 90), 10);
}

/* A declaration of one item: `value` for 10 kg, and for 5 pieces when `pieces` is set. */
static void fill(struct consignment *c, struct item *item, const char *origin, int64_t value, bool pieces)
{
	consignment_init(c, STAGE_DECLARATION);
	item_init(item, 1);
	item->hs = TEXT("870323");
	item->origin = text_of(origin);
	item->net_mass = number_of(10);
	item->customs_value = number_of(value);
	if (pieces) {
		item->supplementary_unit = TEXT("nbr");
		item->supplementary_quantity = number_of(5);
	}
	c->currency = TEXT("EUR");
	c->exchange_rate = number_of(655);
	c->items = item;
	c->item_count = 1;
}

static enum status add(struct database *database, int64_t id, const char *origin, int64_t value, int64_t outcome)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(buffer_release) struct buffer content;
	struct consignment consignment;
	struct item item;
	char reference[16] = "R000";

	buffer_init(&content, 1 << 16);
	reference[1] = (char)('0' + id / 100);
	reference[2] = (char)('0' + id / 10 % 10);
	reference[3] = (char)('0' + id % 10);
	fill(&consignment, &item, origin, value, id % 2);
	consignment_pack(&content, &consignment);
	TRY(buffer_status(&content));
	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &TEST_DECLARATION,
		PARAMS(V_INT(id), value_string(reference), V_INT(DAY), V_BYTES(TEXT("d")), value_optional(outcome)), NULL));
	TRY(store_execute(writer, &TEST_CONTENT, PARAMS(V_INT(id), V_BYTES(buffer_text(&content))), NULL));
	return writer_commit(&writer);
}

static struct price_reference look(struct prices *prices, const char *origin, int64_t value, bool pieces)
{
	struct price_references face = prices_face(prices);
	struct price_reference reference;
	struct consignment consignment;
	struct item item;

	fill(&consignment, &item, origin, value, pieces);
	face.look(face.context, &consignment, &item, &reference);
	return reference;
}

static void compute_on(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(prices_release) struct prices *prices = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	struct price_reference reference;
	int64_t count, rate, rows, first_run;

	REQUIRE(arena && prices_new(&prices) == STATUS_OK);
	for (int64_t i = 1; i <= 40; i++)
		REQUIRE(add(database, i, i <= 30 ? "JP" : "DE", 1000 + 10 * i, i == 30 ? 1 : INT64_MIN) == STATUS_OK);
	REQUIRE(prices_compute(database, DAY, arena, &count) == STATUS_OK);
	CHECK_INTEGER(count, 5); /* KG: JP, DE, all; NBR: JP, all; DE has too few pieces */
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(prices_refresh(prices, reader) == STATUS_OK);
	CHECK(prices_run(prices) > 0);
	reference = look(prices, "JP", 500, false);
	CHECK_INTEGER(reference.count, 29); /* what was found wrong does not count */
	CHECK_INTEGER(reference.price, number_of(50));
	CHECK_INTEGER(reference.median, number_of(115));
	CHECK(reference.low < reference.median && reference.median < reference.high);
	reference = look(prices, "JP", 500, true);
	CHECK_INTEGER(reference.price, number_of(100)); /* by piece */
	CHECK_INTEGER(reference.count, 15);
	CHECK_INTEGER(look(prices, "BR", 500, false).count, 39); /* all origins */
	CHECK_INTEGER(exchange_rate_find(reader, TEXT("EUR"), DAY + 3, &rate), STATUS_OK);
	CHECK_INTEGER(rate, number_of(655));
	CHECK_INTEGER(exchange_rate_find(reader, TEXT("EUR"), DAY + 40, &rate), STATUS_NOT_FOUND);
	first_run = prices_run(prices);
	reader_end(reader);
	reader = NULL;
	/* The same again changes no row; a price more makes new rows, and the first run stays as it was. */
	REQUIRE(prices_compute(database, DAY, arena, &count) == STATUS_OK);
	REQUIRE(add(database, 41, "JP", 90000, INT64_MIN) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(store_integer(reader, &TEST_ROWS, NO_PARAMS, &rows) == STATUS_OK);
	CHECK_INTEGER(rows, 5);
	reader_end(reader);
	reader = NULL;
	REQUIRE(prices_compute(database, DAY, arena, &count) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(prices_refresh(prices, reader) == STATUS_OK);
	CHECK_INTEGER(look(prices, "JP", 500, false).count, 30);
	REQUIRE(prices_load(prices, reader, first_run) == STATUS_OK);
	CHECK_INTEGER(look(prices, "JP", 500, false).count, 29);
	REQUIRE(prices_load(prices, reader, 0) == STATUS_OK);
	CHECK_INTEGER(look(prices, "JP", 500, false).count, 0);
}

TEST(price_references_are_computed_in_runs)
{
	test_each_database(folders, compute_on);
}

/* ---- rates from a table */

static void take_table(struct database *database)
{
	static const char table[] = "Devise;Date;Cours;Unites\nEUR;2024-10-01;655,957;\nusd;02/10/2024;601.25;1\n"
				    "JPY;2024-10-01;412;100\nEUROS;2024-10-01;5\nGBP;2024-13-01;7\nGBP;2024-10-01;-7\n";
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(buffer_release) struct buffer again = {0};
	const struct actor actor = actor_system("test");
	struct rate_row *rows = NULL;
	struct message problem;
	size_t count = 0, number = 0;
	int64_t rate = 0;

	REQUIRE(arena && rate_table_read(arena, text_of(table), &rows, &count, &problem) == STATUS_OK);
	CHECK_INTEGER(count, 6);
	CHECK(rows[0].rate == 655957000 && rows[0].day == date_from(2024, 10, 1) && !rows[0].problem.id);
	CHECK(text_is(rows[1].currency, "USD") && rows[1].day == date_from(2024, 10, 2));
	CHECK_INTEGER(rows[2].rate, 4120000); /* quoted for a hundred */
	CHECK(rows[3].problem.id && rows[4].problem.id && rows[5].problem.id);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(exchange_rate_give(writer, &actor, TEXT("EUR"), date_from(2024, 10, 1), number_of(650)) == STATUS_OK);
	CHECK(rate_table_compare(writer_reader(writer), rows, count, &number) == STATUS_OK);
	CHECK_INTEGER(number, 3);
	CHECK_INTEGER(rows[0].before, number_of(650));
	CHECK(rate_table_take(writer, &actor, rows, count, &number) == STATUS_OK);
	CHECK_INTEGER(number, 3);
	CHECK(exchange_rate_find(writer_reader(writer), TEXT("EUR"), date_from(2024, 10, 5), &rate) == STATUS_OK);
	CHECK_INTEGER(rate, 655957000);
	/* What is taken is what was seen; the same again changes nothing. */
	buffer_init(&again, 1 << 16);
	CHECK(rate_table_write(&again, rows, count) == STATUS_OK);
	REQUIRE(rate_table_read(arena, buffer_text(&again), &rows, &count, &problem) == STATUS_OK);
	CHECK_INTEGER(count, 3);
	CHECK(rate_table_take(writer, &actor, rows, count, &number) == STATUS_OK);
	CHECK_INTEGER(number, 0);
	CHECK(rate_table_read(arena, TEXT(""), &rows, &count, &problem) == STATUS_INVALID && problem.id);
	CHECK(writer_commit(&writer) == STATUS_OK);
}

TEST(exchange_rates_are_taken_from_a_table) { test_each_database(folders, take_table); }
