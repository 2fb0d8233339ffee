/* Extracts read with a mapping: splitting, grouping, units, dates, codes, and the public benchmark. */
#include "base/memory.h"
#include "formats/collect_test.h"
#include "formats/csv_split.h"
#include "formats/mapping.h"

#include <stdio.h>

/* Reads `text` with a mapping given as text; NULL after a failed check when the mapping is wrong. */
static struct collected *collect_mapped(const char *plan, const char *text)
{
	struct arena *arena = arena_new(1 << 20);
	struct reader_options options = {0};
	struct mapping *mapping = NULL;
	struct refusal refusal;
	struct collected *got;

	if (mapping_read(arena, text_of(plan), &mapping, &refusal) != STATUS_OK)
		test_failed(__FILE__, __LINE__, "line %d: %s", (int)refusal.line, refusal.message.id);
	options.mapping = mapping;
	got = collect_with(text_of(text), &options);
	arena_free(arena);
	return got;
}

#define PLAN "column \"Ref\" = reference\ncolumn \"HS\" = item.hs\ncolumn \"Poids\" = item.net_mass unit g\n"

TEST(csv_rows_with_one_reference_are_one_consignment)
{
	AUTO(collected_release) struct collected *got =
		collect_mapped(PLAN, "Ref,HS,Poids\nA,870332,1500\nA,100630,500\nB,10611,1\nA,1,1\n");

	REQUIRE(got->status == STATUS_OK && got->count == 3 && got->items == 4);
	CHECK_INTEGER(got->reading.format, FORMAT_CSV);
	CHECK_TEXT(got->rows[0].reference, "A");
	CHECK_INTEGER(got->rows[0].item_count, 2);
	CHECK_INTEGER(got->rows[0].items[1].number, 2);
	CHECK_INTEGER(got->rows[0].items[0].net_mass, 1500000);
	CHECK_INTEGER(got->rows[0].net_mass, 2000000);
	CHECK_TEXT(got->rows[1].items[0].hs, "010611"); /* the zero that a spreadsheet took */
	CHECK(collected_said(got, "La référence « A » revient plus loin"));
}

TEST(csv_quotes_follow_rfc_4180)
{
	AUTO(collected_release) struct collected *got = collect_mapped(
		"column \"a, \"\"b\"\"\" = reference\ncolumn 2 = item.description\n",
		"\xEF\xBB\xBF\"a, \"\"b\"\"\",text\r\n\r\n\"x\"\"y\",\"two\r\nlines, one value\"\r\nplain,in \"the\" middle\r\n\"\",\"\"");

	REQUIRE(got->status == STATUS_OK && got->count == 3);
	CHECK_TEXT(got->rows[0].reference, "x\"y");
	CHECK_TEXT(got->rows[0].items[0].description, "two lines, one value");
	CHECK_TEXT(got->rows[1].items[0].description, "in \"the\" middle");
	CHECK(!got->rows[2].items[0].description.data);
}

TEST(csv_row_with_other_columns_is_a_problem_with_its_line)
{
	AUTO(collected_release) struct collected *got =
		collect_mapped(PLAN, "Ref,HS,Poids\nA,870332,1\n\nB,870332\nC,870332,\"1\n\"\nD,1,2,3\nE,870332,x\n");

	REQUIRE(got->status == STATUS_OK);
	CHECK_INTEGER(got->count, 3);
	CHECK(collected_said(got, "ligne 4: La ligne a 2 colonne(s) au lieu de 3"));
	CHECK(collected_said(got, "ligne 7: La ligne a 4 colonne(s) au lieu de 3"));
	CHECK(collected_said(got, "ligne 8, Poids: « x » ne peut pas être lu ici"));
	CHECK_INTEGER(got->rows[2].items[0].net_mass, NUMBER_NONE);
}

TEST(csv_quote_that_never_closes_loses_one_field_only)
{
	AUTO(collected_release) struct collected *got = collect_mapped(PLAN, "Ref,HS,Poids\n\"A,870332,1\nB,870332,2\nC,870332,3\n");

	REQUIRE(got->status == STATUS_OK);
	CHECK_INTEGER(got->count, 3);
	CHECK_TEXT(got->rows[0].reference, "\"A");
	CHECK(collected_said(got, "Un guillemet n'est pas fermé"));
}

TEST(csv_forms_are_those_of_the_mapping)
{
	AUTO(collected_release) struct collected *got = collect_mapped(
		"separator ;\nencoding windows-1252\ndecimal ,\nthousands .\ndates day-first\nset flow = I\n"
		"column 1 = reference\ncolumn 2 = registered_on\ncolumn 2 = arrives_on dates month-first\n"
		"column 3 = item.customs_value unit thousand\ncolumn 4 = type codes A=IM4 \"en transit\"=T1 *=AUTRE\n"
		"column 5 = item.description\ncolumn 6 = outcome.adverse\ncolumn 7 = item.duty_rate unit percent\nheader no\n",
		"1;05/03/2012;1.234,5;A;caf\xE9;oui;7,5\n2;16/09/2013;2;en transit;b;non;20\n3;16/09/2013;2;Z;b;;20\n");

	REQUIRE(got->status == STATUS_OK && got->count == 3);
	CHECK_INTEGER(got->rows[0].registered_on, date_from(2012, 3, 5));
	CHECK_INTEGER(got->rows[0].arrives_on, date_from(2012, 5, 3));
	CHECK_INTEGER(got->rows[0].items[0].customs_value, number_of(1234500));
	CHECK_INTEGER(got->rows[0].items[0].duty_rate, 75000);
	CHECK_TEXT(got->rows[0].type, "IM4");
	CHECK_TEXT(got->rows[1].type, "T1");
	CHECK_TEXT(got->rows[2].type, "AUTRE");
	CHECK_TEXT(got->rows[0].items[0].description, "café");
	CHECK_TEXT(got->rows[0].flow, "I");
	CHECK(got->rows[0].outcome.known && got->rows[0].outcome.adverse);
	CHECK(got->rows[1].outcome.known && !got->rows[1].outcome.adverse);
	CHECK(!got->rows[2].outcome.known);
}

TEST(csv_containers_are_gathered)
{
	AUTO(collected_release) struct collected *got = collect_mapped(
		"column 1 = reference\ncolumn 2 = container.reference\ncolumn 3 = container.type\nheader no\n",
		"A,MSKU1,40\nA,MSKU2,20\nA,MSKU1,40\n");

	REQUIRE(got->status == STATUS_OK && got->count == 1);
	CHECK_INTEGER(got->rows[0].container_count, 2);
	CHECK_TEXT(got->rows[0].containers[1].type, "20");
	CHECK_TEXT(got->rows[0].items[2].containers, "MSKU1");
}

TEST(csv_without_mapping_or_column_is_refused)
{
	AUTO(collected_release) struct collected *none = collect("a,b\n1,2\n");
	AUTO(collected_release) struct collected *other = collect_mapped(PLAN, "Ref,HS\nA,1\n");
	AUTO(collected_release) struct collected *beyond = collect_mapped("column 9 = reference\n", "Ref,HS\nA,1\n");
	AUTO(collected_release) struct collected *empty = collect_mapped(PLAN, "Ref,HS,Poids\n");

	CHECK_INTEGER(none->status, STATUS_UNSUPPORTED);
	CHECK_INTEGER(none->reading.format, FORMAT_CSV);
	CHECK_TEXT(refusal_text(other), "Le plan nomme la colonne « Poids », que le fichier n'a pas.");
	CHECK_INTEGER(beyond->status, STATUS_INVALID);
	CHECK_INTEGER(empty->status, STATUS_INVALID);
}

/* Pieces of every size give the same records: a record may be cut anywhere. */
struct sip {
	struct text rest;
	size_t size;
};

static enum status sip_read(void *context, char *bytes, size_t size, size_t *ret_read)
{
	struct sip *sip = context;
	size_t left = sip->rest.size < sip->size ? sip->rest.size : sip->size;

	left = left < size ? left : size;
	memcpy(bytes, sip->rest.data, left);
	sip->rest = text_slice(sip->rest, left, sip->rest.size);
	*ret_read = left;
	return STATUS_OK;
}

TEST(csv_records_do_not_depend_on_the_pieces)
{
	for (size_t size = 1; size < 30; size++) {
		struct sip sip = {TEXT("a,\"b\"\"c\nd\",e\r\n\"\",,\n\nlast,\"x\""), size};
		struct source source = {sip_read, &sip, "sip"};
		AUTO(csv_release) struct csv csv;
		bool more;

		csv_init(&csv, &source, ',', 1 << 20, 1 << 20);
		REQUIRE(csv_next(&csv, &more) == STATUS_OK && more && csv.count == 3);
		CHECK_TEXT(csv.fields[1], "b\"c\nd");
		CHECK_TEXT(csv.fields[2], "e");
		REQUIRE(csv_next(&csv, &more) == STATUS_OK && more && csv.count == 3);
		CHECK_INTEGER(csv.line, 3);
		REQUIRE(csv_next(&csv, &more) == STATUS_OK && more && csv.count == 2);
		CHECK_INTEGER(csv.line, 5);
		CHECK_TEXT(csv.fields[1], "x");
		REQUIRE(csv_next(&csv, &more) == STATUS_OK && !more);
	}
}

static enum status ignore(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	(void)context, (void)consignment, (void)problems;
	return STATUS_OK;
}

TEST(csv_reading_survives_every_failed_allocation)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct reader_options options = {0};
	struct mapping *mapping;
	struct refusal refusal;
	enum status status = STATUS_NO_MEMORY;

	REQUIRE(mapping_read(arena, TEXT(PLAN), &mapping, &refusal) == STATUS_OK);
	options.mapping = mapping;
	for (long n = 1; status != STATUS_OK && n < 200; n++) {
		struct text rest = TEXT("Ref,HS,Poids\nA,870332,1500\nA,caf\xE9,500\nB,10611,1\n");
		struct source source = source_of_text(&rest);

		memory_fail_at(n);
		status = formats_read(&source, &options, ignore, NULL, &refusal);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	CHECK_INTEGER(status, STATUS_OK);
}

/* --- the public benchmark --------------------------------------------------------------------------------------- */

struct benchmark {
	size_t count, items, known, adverse, problems, with_mass;
};

static enum status weigh(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	struct benchmark *benchmark = context;

	benchmark->count++;
	benchmark->items += consignment->item_count;
	benchmark->known += consignment->outcome.known;
	benchmark->adverse += consignment->outcome.adverse;
	benchmark->problems += problems->count;
	benchmark->with_mass += consignment->net_mass != NUMBER_NONE && consignment->registered_on != DATE_NONE &&
				consignment->items[0].hs.size == 6 && consignment->items[0].duty_rate != NUMBER_NONE;
	return STATUS_OK;
}

TEST(csv_benchmark_is_read_whole_with_its_mapping)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 24);
	const char *path = test_shared_file("data/declarations-2020.csv");
	struct reader_options options = {0};
	struct benchmark benchmark = {0};
	struct mapping *mapping;
	struct refusal refusal;
	struct source source;
	struct text plan, data;
	char name[4096];

	if (!path || file_read(arena, path, (size_t)1 << 23, &data) != STATUS_OK)
		return;
	snprintf(name, sizeof name, "%s/examples/benchmark.map", test_source_folder());
	REQUIRE(file_read(arena, name, 1 << 16, &plan) == STATUS_OK);
	REQUIRE(mapping_read(arena, plan, &mapping, &refusal) == STATUS_OK);
	options.mapping = mapping;
	source = source_of_text(&data);
	REQUIRE(formats_read(&source, &options, weigh, &benchmark, &refusal) == STATUS_OK);
	CHECK_INTEGER(benchmark.count, 37385);
	CHECK_INTEGER(benchmark.items, 37385);
	CHECK_INTEGER(benchmark.known, 37385);
	CHECK_INTEGER(benchmark.adverse, 8114);
	CHECK_INTEGER(benchmark.problems, 0);
	CHECK_INTEGER(benchmark.with_mass, 37385);
}
