/* The manifest reader on invented manifests, one per trap, and on the real one. */
#include "base/memory.h"
#include "formats/collect_test.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD \
	"<General_segment><General_segment_id><Customs_office_code>DD141</Customs_office_code><Voyage_number>950S</Voyage_number>" \
	"<Date_of_departure>2019-12-02 00:00:00.0</Date_of_departure><Date_of_arrival>2020-01-11</Date_of_arrival>" \
	"<Time_of_arrival>1970-01-01 20:32:00</Time_of_arrival></General_segment_id>"
#define HEAD_END \
	"<Transport_information><Carrier><Carrier_code>A3</Carrier_code><Carrier_adrress>RUE 1</Carrier_adrress></Carrier>" \
	"<Mode_of_transport_code>10</Mode_of_transport_code><Identity_of_transporter>VENETIA</Identity_of_transporter>" \
	"</Transport_information></General_segment>"
#define GOODS(inside) "<Goods_segment>" inside "</Goods_segment>"
#define PLAIN GOODS("<Number_of_packages>2</Number_of_packages><Gross_mass>10.5</Gross_mass><Goods_description>RIZ</Goods_description>")
#define BILL(reference, inside) \
	"<Bol_segment><Bol_id><Bol_reference>" reference "</Bol_reference><Bol_nature>23</Bol_nature></Bol_id>" inside "</Bol_segment>"
#define BOX(reference, inside) "<ctn_segment><Ctn_reference>" reference "</Ctn_reference>" inside "</ctn_segment>"
#define MANIFEST(bills) "<?xml version=\"1.0\"?><Awmds>" HEAD HEAD_END bills "</Awmds>"

TEST(manifest_bills_carry_the_head)
{
	AUTO(collected_release) struct collected *got = collect(MANIFEST(BILL("B1", PLAIN BOX("MSKU1", "")) BILL("B2", PLAIN)));
	const struct consignment *bill = got->rows;

	REQUIRE(got->status == STATUS_OK && got->count == 2 && got->items == 2);
	CHECK_INTEGER(got->reading.format, FORMAT_ASYCUDA_MANIFEST);
	CHECK_INTEGER(bill->stage, STAGE_MANIFEST);
	CHECK_TEXT(bill->manifest, "DD141/950S/2019-12-02");
	CHECK_TEXT(bill->office, "DD141");
	CHECK_TEXT(bill->vessel, "VENETIA");
	CHECK_TEXT(bill->carrier.code, "A3");
	CHECK_TEXT(bill->carrier.address, "RUE 1");
	CHECK_INTEGER(bill->departs_on, date_from(2019, 12, 2));
	CHECK_INTEGER(bill->arrives_on, date_from(2020, 1, 11));
	CHECK_TEXT(bill->flow, "I");
	CHECK_INTEGER(bill->gross_mass, 10500000);
	CHECK_INTEGER(bill->packages, number_of(2));
	CHECK_TEXT(bill->items[0].description, "RIZ");
	CHECK_TEXT(bill->items[0].containers, "MSKU1");
	CHECK_TEXT(got->rows[1].reference, "B2");
	CHECK_TEXT(got->rows[1].office, "DD141");
}

TEST(manifest_natures_become_flows)
{
	static const struct {
		const char *nature, *flow;
	} rows[] = {{"22", "E"}, {"23", "I"}, {"24", "T"}, {"26", "R"}, {"28", "H"}, {"29", "H"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[512];

		snprintf(text, sizeof text,
			"<Awmds><Bol_segment><Bol_id><Bol_reference>1</Bol_reference><Bol_nature>%s</Bol_nature></Bol_id></Bol_segment></Awmds>",
			rows[i].nature);
		AUTO(collected_release) struct collected *got = collect(text);

		CHECK_TEXT(got->rows[0].flow, rows[i].flow);
	}
}

TEST(manifest_traps_of_real_exports)
{
	AUTO(collected_release) struct collected *got = collect(MANIFEST(BILL("B1",
		"<Traders_segment><Exporter><exporter_name>LUC  INC.</exporter_name></Exporter><Consignee><Consignee_name>TO THE ORDER"
		"</Consignee_name><Consignee_address></Consignee_address></Consignee></Traders_segment>"
		BOX("MSKU1", "<Marks1>A1</Marks1><Marks2>A2</Marks2><Sealing_Party>SE55512</Sealing_Party>")
		BOX("MSKU2", "<Marks1>B1</Marks1><Sealing_Party>DOU</Sealing_Party>")
		"<Value_segment><Freight_segment><Num_of_ctn_for_this_bol>PP</Num_of_ctn_for_this_bol></Freight_segment></Value_segment>"
		"<Tonnage/>" GOODS("<Number_of_packages>0</Number_of_packages><Gross_mass>1.5060514769E7</Gross_mass>"
		"<Num_of_ctn_for_this_bol>2</Num_of_ctn_for_this_bol>"))));
	const struct consignment *bill = got->rows;

	REQUIRE(got->status == STATUS_OK);
	CHECK_TEXT(bill->exporter.name, "LUC INC.");
	CHECK(!bill->consignee.address.data && !bill->consignee.code.data);
	CHECK_TEXT(bill->containers[0].seals, "A1 A2 SE55512");
	CHECK(!bill->containers[0].sealing_party.data);
	CHECK_TEXT(bill->containers[1].sealing_party, "DOU");
	CHECK_INTEGER(bill->gross_mass, INT64_C(15060514769000));
	CHECK_INTEGER(got->problems, 1);
	CHECK(collected_said(got, "Le scellé « SE55512 »"));
}

TEST(manifest_empty_segments_are_nothing)
{
	AUTO(collected_release) struct collected *got =
		collect(MANIFEST(BILL("B1", "<Goods_segment/><ctn_segment/>") BILL("", PLAIN) BILL("B1", PLAIN)));

	REQUIRE(got->status == STATUS_OK && got->count == 3);
	CHECK_INTEGER(got->rows[0].item_count, 0);
	CHECK_INTEGER(got->rows[0].container_count, 0);
	CHECK_TEXT(got->rows[1].reference, "#2");
	CHECK(collected_said(got, "ne contient aucune marchandise"));
	CHECK(collected_said(got, "n'a pas de référence"));
	CHECK(collected_said(got, "« B1 » figure deux fois"));
}

TEST(manifest_totals_count_containers_once)
{
	AUTO(collected_release) struct collected *good = collect("<Awmds>" HEAD
		"<Totals_segment><Total_number_of_bols>2</Total_number_of_bols><Total_number_of_packages>4</Total_number_of_packages>"
		"<Total_number_of_containers>1</Total_number_of_containers><Total_gross_mass>21</Total_gross_mass></Totals_segment>" HEAD_END
		BILL("B1", BOX("MSKU1", "") PLAIN) BILL("B2", BOX("MSKU1", "") PLAIN) "</Awmds>");
	AUTO(collected_release) struct collected *bad = collect("<Awmds>" HEAD
		"<Totals_segment><Total_number_of_bols>3</Total_number_of_bols><Total_number_of_packages>5</Total_number_of_packages>"
		"<Total_number_of_containers>2</Total_number_of_containers><Total_gross_mass>22</Total_gross_mass></Totals_segment>" HEAD_END
		BILL("B1", BOX("MSKU1", "") PLAIN) BILL("B2", BOX("MSKU1", "") PLAIN) "</Awmds>");

	CHECK_INTEGER(good->problems, 0);
	CHECK_INTEGER(bad->problems, 4);
	CHECK(collected_said(bad, "annonce 3 connaissement(s) et en contient 2"));
	CHECK(collected_said(bad, "annonce 2 conteneur(s), les connaissements en nomment 1"));
}

TEST(manifest_commodities_and_vehicles_reach_the_items)
{
	AUTO(collected_release) struct collected *got = collect(MANIFEST(BILL("B1",
		"<Vehicles_segment><Chassis_number>WF0EXXWPCEGL62902</Chassis_number></Vehicles_segment>"
		"<Vehicles_segment><Chassis_number>WF0EXXWPCEGL62903</Chassis_number></Vehicles_segment>" PLAIN
		"<Commodity_Segment><HS_Code>100630</HS_Code><HS_Description>Rice</HS_Description></Commodity_Segment>"
		"<Commodity_Segment><HS_Code>170199</HS_Code><HS_Description>Sugar</HS_Description></Commodity_Segment>"
		"<Sad_export><Customs_office>DD1</Customs_office><Registration_serial>E</Registration_serial>"
		"<Registration_number>77</Registration_number><Registration_date>2019-11-30</Registration_date></Sad_export>")
		BILL("B2", BOX("MSKU1", "<Ctn_hs_code>870323</Ctn_hs_code>") PLAIN)));

	REQUIRE(got->status == STATUS_OK && got->rows[0].item_count == 2);
	CHECK_TEXT(got->rows[0].items[0].hs, "100630");
	CHECK_TEXT(got->rows[0].items[0].description, "RIZ");
	CHECK_TEXT(got->rows[0].items[1].hs, "170199");
	CHECK_TEXT(got->rows[0].items[1].description, "Sugar");
	CHECK_TEXT(got->rows[0].items[0].chassis, "WF0EXXWPCEGL62902 WF0EXXWPCEGL62903");
	CHECK_TEXT(got->rows[0].items[1].previous_document, "DD1 2019 E 77");
	CHECK_INTEGER(got->rows[0].packages, number_of(2));
	CHECK_TEXT(got->rows[1].items[0].hs, "870323");
}

TEST(manifest_house_bills_know_their_master)
{
	AUTO(collected_release) struct collected *got = collect("<Awbolds><Master_bol><Customs_office_code>DD141</Customs_office_code>"
		"<Voyage_number>950S</Voyage_number><Date_of_departure>2019-12-12</Date_of_departure>"
		"<Reference_number>606757033</Reference_number></Master_bol>" BILL("H1", PLAIN) "</Awbolds>");
	AUTO(collected_release) struct collected *added = collect("<Awappend><Manifest_identification><Customs_office_code>DD141"
		"</Customs_office_code><Voyage_number>950S</Voyage_number><Date_of_departure>2019-12-12</Date_of_departure>"
		"</Manifest_identification>" BILL("H2", "<Bol_id><Master_bol_ref_number>M9</Master_bol_ref_number></Bol_id>" PLAIN) "</Awappend>");

	CHECK_TEXT(got->rows[0].master_bill, "606757033");
	CHECK_TEXT(got->rows[0].manifest, "DD141/950S/2019-12-12");
	CHECK_TEXT(added->rows[0].master_bill, "M9");
	CHECK_TEXT(added->rows[0].manifest, "DD141/950S/2019-12-12");
}

TEST(manifest_without_bills_is_refused)
{
	AUTO(collected_release) struct collected *got = collect(MANIFEST(""));

	CHECK_INTEGER(got->status, STATUS_INVALID);
	CHECK_TEXT(refusal_text(got), "Le manifeste ne contient aucun connaissement.");
}

/* --- a manifest of any size in bounded memory --------------------------------------------------------------- */

struct stream {
	size_t bills, next;
	char piece[2048];
	size_t size, at;
	size_t peak; /* the most that one bill held */
};

static void stream_fill(struct stream *stream)
{
	int size = 0;

	stream->at = 0;
	if (stream->next == 0)
		size = snprintf(stream->piece, sizeof stream->piece, "<Awmds>" HEAD HEAD_END);
	else if (stream->next <= stream->bills)
		size = snprintf(stream->piece, sizeof stream->piece,
			"<Bol_segment><Bol_id><Bol_reference>R%zu</Bol_reference><Bol_nature>23</Bol_nature></Bol_id>"
			BOX("MSKU%zu", "<Marks1>S</Marks1>") PLAIN "<Pad>%01000d</Pad></Bol_segment>",
			stream->next, stream->next, 0);
	else if (stream->next == stream->bills + 1)
		size = snprintf(stream->piece, sizeof stream->piece, "</Awmds>");
	stream->size = (size_t)size;
	stream->next++;
}

static enum status stream_read(void *context, char *bytes, size_t size, size_t *ret_read)
{
	struct stream *stream = context;
	size_t left;

	if (stream->at == stream->size)
		stream_fill(stream);
	left = stream->size - stream->at;
	left = left < size ? left : size;
	memcpy(bytes, stream->piece + stream->at, left);
	stream->at += left;
	*ret_read = left;
	return STATUS_OK;
}

static enum status count_only(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	(void)problems;
	*(size_t *)context += consignment->item_count;
	return STATUS_OK;
}

/* With room for some bills only, twenty thousand still pass: nothing of a bill stays behind. */
TEST(manifest_of_any_size_is_read_in_bounded_memory)
{
	struct stream stream = {.bills = 20000};
	struct source source = {.read = stream_read, .context = &stream, .name = "generated"};
	struct reading reading = {0};
	struct reader_options options = {.limits = {.memory = 1 << 16}, .reading = &reading};
	struct refusal refusal;
	size_t items = 0;

	CHECK_INTEGER(formats_read(&source, &options, count_only, &items, &refusal), STATUS_OK);
	CHECK_INTEGER(reading.consignments, 20000);
	CHECK_INTEGER(items, 20000);
}

TEST(manifest_reading_survives_every_failed_allocation)
{
	static const char text[] = MANIFEST(BILL("B1", BOX("MSKU1", "<Marks1>A</Marks1>") PLAIN) BILL("B2", PLAIN PLAIN));
	enum status status = STATUS_NO_MEMORY;

	for (long n = 1; status != STATUS_OK && n < 200; n++) {
		struct text rest = text_of(text);
		struct source source = source_of_text(&rest);
		struct refusal refusal;
		size_t items = 0;

		memory_fail_at(n);
		status = formats_read(&source, NULL, count_only, &items, &refusal);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	CHECK_INTEGER(status, STATUS_OK);
}

TEST(real_manifest_gives_all_bills_and_agrees_with_its_totals)
{
	struct collected *got = collect_shared("formats/asycuda-manifest/cg-pointe-noire-339-bills.xml", NULL);

	if (!got)
		return;
	CHECK_INTEGER(got->status, STATUS_OK);
	CHECK_INTEGER(got->count, 339);
	CHECK_INTEGER(got->items, 339);
	CHECK_INTEGER(got->containers, 682);
	CHECK_INTEGER(got->reading.problems.count, 0);
	if (getenv("VIGIE_TEST_SAY"))
		printf("%.*s", TEXT_FORMAT(buffer_text(&got->said)));
	CHECK_TEXT(got->rows[0].reference, "606757033");
	CHECK_TEXT(got->rows[0].manifest, "DD141/950S/2019-12-12");
	collected_release(&got);
}
