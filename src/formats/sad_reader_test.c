/* The SAD reader on invented declarations, one per trap, and on the real files. */
#include "base/memory.h"
#include "formats/collect_test.h"

#include <stdio.h>
#include <stdlib.h>

#define ITEM(inside) "<Item>" inside "</Item>"
#define SAD(head, items) "<?xml version=\"1.0\"?><ASYCUDA>" head items "</ASYCUDA>"
#define COUNTED(count) "<Property><Nbers><Total_number_of_items>" count "</Total_number_of_items></Nbers></Property>"
#define HS "<Tarification><HScode><Commodity_code>87033219</Commodity_code></HScode></Tarification>"

TEST(sad_elements_feed_their_facts)
{
	AUTO(collected_release) struct collected *got = collect(SAD("<Property><Sad_flow>I</Sad_flow></Property>"
		"<Identification><Office_segment><Customs_clearance_office_code>CIAB1</Customs_clearance_office_code></Office_segment>"
		"<Type><Type_of_declaration>IM</Type_of_declaration><Declaration_gen_procedure_code>4</Declaration_gen_procedure_code></Type>"
		"<Registration><Serial_number>C</Serial_number><Number>123</Number><Date>2024-05-03</Date></Registration></Identification>"
		"<Traders><Consignee><Consignee_code>77</Consignee_code></Consignee></Traders>"
		"<Container><Item_Number>1</Item_Number><Container_identity>MSKU7898200</Container_identity></Container>",
		ITEM("<Tarification><HScode><Commodity_code>87033219</Commodity_code><Precision_1>00</Precision_1>"
		     "<Precision_4>MTV/44</Precision_4></HScode><Item_price>21095.0</Item_price></Tarification>"
		     "<Free_text_1>Chassis nr: WF0EXXWPCEGL62902</Free_text_1>")));
	const struct consignment *sad = &got->rows[0];

	REQUIRE(got->status == STATUS_OK && got->count == 1 && got->items == 1);
	CHECK_INTEGER(got->reading.format, FORMAT_ASYCUDA_SAD);
	CHECK_TEXT(sad->reference, "CIAB1 2024 C 123");
	CHECK_TEXT(sad->flow, "I");
	CHECK_TEXT(sad->type, "IM");
	CHECK_TEXT(sad->regime, "4");
	CHECK_TEXT(sad->consignee.code, "77");
	CHECK_INTEGER(sad->registered_on, date_from(2024, 5, 3));
	CHECK_TEXT(sad->items[0].hs, "8703321900");
	CHECK_TEXT(sad->items[0].containers, "MSKU7898200");
	CHECK_TEXT(sad->items[0].chassis, "WF0EXXWPCEGL62902");
	CHECK_INTEGER(sad->items[0].price, number_of(21095));
}

TEST(sad_names_are_compared_without_case_and_with_their_misspellings)
{
	AUTO(collected_release) struct collected *got = collect(SAD("<FINANCIAL><Total_Invoice>12</Total_Invoice></FINANCIAL>"
		"<Valuation><Gs_External_freight><Amount_national_currency>5</Amount_national_currency></Gs_External_freight></Valuation>",
		ITEM("<Tarification><Supplementary_unit><Suppplementary_unit_code>QA</Suppplementary_unit_code>"
		     "<Suppplementary_unit_quantity>1</Suppplementary_unit_quantity></Supplementary_unit>"
		     "<Supplementary_unit><Suppplementary_unit_code>40</Suppplementary_unit_code>"
		     "<Suppplementary_unit_quantity>8</Suppplementary_unit_quantity></Supplementary_unit>"
		     "<Supplementary_unit><Suppplementary_unit_code/></Supplementary_unit></Tarification>"
		     "<Free_Text_1>WF0EXXWPCEGL62902</Free_Text_1>"
		     "<Valuation_item><item_External_freight><Amount_national_currency>5</Amount_national_currency></item_External_freight>"
		     "<Total_CIF_itm>9</Total_CIF_itm></Valuation_item>")));

	REQUIRE(got->status == STATUS_OK);
	CHECK_INTEGER(got->rows[0].invoice_total, number_of(12));
	CHECK_INTEGER(got->rows[0].freight, number_of(5));
	CHECK_TEXT(got->rows[0].items[0].supplementary_unit, "40");
	CHECK_INTEGER(got->rows[0].items[0].supplementary_quantity, number_of(8));
	CHECK_TEXT(got->rows[0].items[0].chassis, "WF0EXXWPCEGL62902");
	CHECK(collected_said(got, "La valeur CAF de 1 article(s)"));
}

TEST(sad_numbers_come_in_every_form)
{
	AUTO(collected_release) struct collected *got = collect(SAD("<Valuation><Total_CIF>1.0623724E7</Total_CIF></Valuation>",
		ITEM("<Valuation_item><Weight_itm><Gross_weight_itm>8.132990250562078E-4</Gross_weight_itm>"
		     "<Net_weight_itm>0.0</Net_weight_itm></Weight_itm><Total_CIF_itm>52,644.5</Total_CIF_itm>"
		     "<Statistical_value>12,5</Statistical_value></Valuation_item>"
		     "<Packages><Number_of_packages>douze</Number_of_packages></Packages>")));
	const struct item *item = got->rows[0].items;

	REQUIRE(got->status == STATUS_OK);
	CHECK_INTEGER(got->rows[0].customs_value, number_of(10623724));
	CHECK_INTEGER(item->gross_mass, 813);
	CHECK_INTEGER(item->net_mass, 0);
	CHECK_INTEGER(item->customs_value, INT64_C(52644500000));
	CHECK_INTEGER(item->statistical_value, 12500000);
	CHECK_INTEGER(item->packages, NUMBER_NONE);
	CHECK(collected_said(got, "ligne 1, Item 1/Packages/Number_of_packages: « douze » n'est pas un nombre"));
}

TEST(sad_nothing_is_written_in_three_ways)
{
	AUTO(collected_release) struct collected *got = collect(SAD("<Transport><Location_of_goods><null/></Location_of_goods>"
		"<Delivery_terms><Code>\n  <null/>\n</Code></Delivery_terms><Border_office><Code/></Border_office></Transport>",
		ITEM(HS "<Licence_number> \n\t </Licence_number>")));

	REQUIRE(got->status == STATUS_OK);
	CHECK(!got->rows[0].location.data && !got->rows[0].delivery_terms.data && !got->rows[0].border_office.data);
	CHECK(!got->rows[0].items[0].licence.data && !got->rows[0].items[0].origin.data);
}

TEST(sad_blanks_in_names_are_put_right)
{
	AUTO(collected_release) struct collected *got = collect("\xEF\xBB\xBF" SAD("<Traders><Exporter><Exporter_name>\n  NEFUS\t\tBISORISA\xC2\xA0 LTD\r\n"
		"    SAMUCADID 77,\n\n  LABAG  </Exporter_name></Exporter></Traders>",
		ITEM("<Goods_description><Commercial_Description>AUTO  E RE\n\tFORD</Commercial_Description></Goods_description>")));

	REQUIRE(got->status == STATUS_OK);
	CHECK_TEXT(got->rows[0].exporter.name, "NEFUS BISORISA LTD");
	CHECK_TEXT(got->rows[0].exporter.address, "SAMUCADID 77, LABAG");
	CHECK_TEXT(got->rows[0].items[0].description, "AUTO E RE FORD");
}

#define REGISTERED(date, other) \
	SAD("<Identification><Registration><Number>1</Number><Date>" date "</Date></Registration>" \
	    "<receipt><Date>" other "</Date></receipt></Identification>", ITEM(HS))

TEST(sad_dates_are_believed_only_when_their_order_is_known)
{
	AUTO(collected_release) struct collected *month = collect(REGISTERED("5/3/12", "6/20/12"));
	AUTO(collected_release) struct collected *day = collect(REGISTERED("05/03/2012", "16/09/2013"));
	AUTO(collected_release) struct collected *doubt = collect(REGISTERED("5/3/12", "6/7/12"));
	AUTO(collected_release) struct collected *quarrel = collect(
		SAD("<Identification><Registration><Number>1</Number><Date>5/3/12</Date></Registration><Assessment><Date>"
		    "16/09/2013</Date></Assessment><receipt><Date>6/20/12</Date></receipt></Identification>", ITEM(HS)));
	const struct reader_options country = {.profile = {.has_date_form = true, .date_form = DATE_DAY_FIRST}};
	AUTO(collected_release) struct collected *told = collect_with(text_of(REGISTERED("5/3/12", "6/7/12")), &country);

	CHECK_INTEGER(month->rows[0].registered_on, date_from(2012, 5, 3));
	CHECK_INTEGER(day->rows[0].registered_on, date_from(2012, 3, 5));
	CHECK_INTEGER(doubt->rows[0].registered_on, DATE_NONE);
	CHECK(collected_said(doubt, "peut se lire de deux façons"));
	CHECK_TEXT(doubt->rows[0].reference, "2012 1");
	CHECK_INTEGER(quarrel->rows[0].registered_on, DATE_NONE);
	CHECK_INTEGER(told->rows[0].registered_on, date_from(2012, 3, 5));
}

#define TAX(base, rate, amount, payable) \
	"<Taxation_line><Duty_tax_code>DD</Duty_tax_code><Duty_tax_Base>" base "</Duty_tax_Base><Duty_tax_rate>" rate \
	"</Duty_tax_rate><Duty_tax_amount>" amount "</Duty_tax_amount><Duty_tax_MP>" payable "</Duty_tax_MP></Taxation_line>"
#define NO_TAX "<Taxation_line><Duty_tax_code><null/></Duty_tax_code><Duty_tax_Base/><Duty_tax_rate/></Taxation_line>"

TEST(sad_rates_are_settled_by_the_amounts)
{
	AUTO(collected_release) struct collected *fraction =
		collect(SAD("", ITEM("<Taxation>" TAX("1000", "0.2", "200", "1") NO_TAX NO_TAX "</Taxation>")));
	AUTO(collected_release) struct collected *percentage =
		collect(SAD("", ITEM("<Taxation>" TAX("1000", "15", "150", "1") TAX("1150", "1", "11.5", "0") NO_TAX "</Taxation>")));
	AUTO(collected_release) struct collected *doubt = collect(SAD("", ITEM("<Taxation>" TAX("", "0.5", "", "1") "</Taxation>")));

	CHECK_INTEGER(fraction->rows[0].items[0].duty_rate, 200000);
	CHECK_INTEGER(fraction->rows[0].items[0].duties, number_of(200));
	CHECK_INTEGER(percentage->rows[0].items[0].duty_rate, 150000);
	CHECK_INTEGER(percentage->rows[0].items[0].duties, number_of(150)); /* means of payment 0 is not paid */
	CHECK_INTEGER(doubt->rows[0].items[0].duty_rate, NUMBER_NONE);
	CHECK(collected_said(doubt, "Rien ne dit si les taux"));
}

TEST(sad_that_announces_items_and_has_none_is_refused)
{
	AUTO(collected_release) struct collected *got = collect(SAD(COUNTED("8"), ""));
	AUTO(collected_release) struct collected *empty = collect(SAD(COUNTED(""), ""));
	AUTO(collected_release) struct collected *fewer = collect(SAD(COUNTED("8"), ITEM(HS)));

	CHECK_INTEGER(got->status, STATUS_INVALID);
	CHECK_INTEGER(got->count, 0);
	CHECK_TEXT(refusal_text(got), "La déclaration annonce 8 article(s) et n'en contient aucun.");
	CHECK_INTEGER(empty->status, STATUS_INVALID);
	CHECK_INTEGER(fewer->status, STATUS_OK);
	CHECK(collected_said(fewer, "annonce 8 article(s) et en contient 1"));
}

TEST(sad_without_any_reference_gets_one_from_its_content)
{
	AUTO(collected_release) struct collected *one = collect(SAD("", ITEM(HS)));
	AUTO(collected_release) struct collected *again = collect(SAD("\n\n", ITEM(HS)));
	AUTO(collected_release) struct collected *other = collect(SAD("", ITEM("<Licence_number>1</Licence_number>")));
	AUTO(collected_release) struct collected *own = collect(SAD("<Declarant><Declarant_code>J5</Declarant_code><Reference>"
		"<Year>2024</Year><Number>#12</Number></Reference></Declarant>", ITEM(HS)));

	CHECK(one->rows[0].reference.size == 17);
	CHECK(text_equal(one->rows[0].reference, again->rows[0].reference));
	CHECK(!text_equal(one->rows[0].reference, other->rows[0].reference));
	CHECK_TEXT(own->rows[0].reference, "J5 2024 #12");
}

/* --- bombs ------------------------------------------------------------------------------------------------------ */

TEST(sad_with_a_document_type_is_refused)
{
	AUTO(collected_release) struct collected *got = collect("<?xml version=\"1.0\"?>\n<!DOCTYPE ASYCUDA [<!ENTITY a \"aaaa\">"
		"<!ENTITY b \"&a;&a;&a;\">]>\n<ASYCUDA><Item>&b;</Item></ASYCUDA>");
	AUTO(collected_release) struct collected *outside =
		collect("<!DOCTYPE ASYCUDA SYSTEM \"file:///etc/passwd\"><ASYCUDA><Item/></ASYCUDA>");

	CHECK_INTEGER(got->status, STATUS_INVALID);
	CHECK_INTEGER(got->refusal.line, 2);
	CHECK(text_find(refusal_text(got), TEXT("DOCTYPE")) > 0);
	CHECK_INTEGER(outside->status, STATUS_INVALID);
}

static struct collected *collect_repeated(const char *start, const char *piece, size_t times, const char *end)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 1 << 26);
	buffer_string(&buffer, start);
	for (size_t i = 0; i < times; i++)
		buffer_string(&buffer, piece);
	buffer_string(&buffer, end);
	return collect_with(buffer_text(&buffer), NULL);
}

TEST(sad_bombs_are_refused_by_limits)
{
	AUTO(collected_release) struct collected *deep = collect_repeated("<ASYCUDA>", "<a>", 200, "");
	AUTO(collected_release) struct collected *wide = collect_repeated("<ASYCUDA><Item ", "abcdefgh", 100000, "='1'/></ASYCUDA>");
	AUTO(collected_release) struct collected *items = collect_repeated("<ASYCUDA>", "<Item/>", 20001, "</ASYCUDA>");
	AUTO(collected_release) struct collected *text =
		collect_repeated("<ASYCUDA><Item><Free_text_1>", "abcdefgh", 140000, "</Free_text_1></Item></ASYCUDA>");
	AUTO(collected_release) struct collected *attributes = collect("<ASYCUDA><Item a1='' a2='' a3='' a4='' a5='' a6='' a7='' "
		"a8='' a9='' b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9='' c1='' c2='' c3='' c4='' c5='' c6='' c7='' "
		"c8='' c9='' d1='' d2='' d3='' d4='' d5='' d6='' d7='' d8='' d9=''/></ASYCUDA>");

	CHECK_INTEGER(deep->status, STATUS_TOO_LARGE);
	CHECK_INTEGER(wide->status, STATUS_TOO_LARGE);
	CHECK_INTEGER(items->status, STATUS_TOO_LARGE);
	CHECK_INTEGER(text->status, STATUS_TOO_LARGE);
	CHECK_INTEGER(attributes->status, STATUS_TOO_LARGE);
	CHECK_TEXT(refusal_text(text), "La valeur de « Free_text_1 » est trop longue.");
}

TEST(sad_that_is_cut_or_broken_is_refused_with_its_line)
{
	AUTO(collected_release) struct collected *cut = collect("<ASYCUDA>\n<Item>\n<Packages>");
	AUTO(collected_release) struct collected *crossed = collect("<ASYCUDA>\n<Item>\n</Items>\n</ASYCUDA>");
	AUTO(collected_release) struct collected *latin = collect("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><ASYCUDA><Item>"
		"<Goods_description><Commercial_Description>caf\xE9</Commercial_Description></Goods_description></Item></ASYCUDA>");

	CHECK_INTEGER(cut->status, STATUS_INVALID);
	CHECK_INTEGER(cut->refusal.line, 3);
	CHECK_INTEGER(crossed->status, STATUS_INVALID);
	CHECK_INTEGER(crossed->refusal.line, 3);
	CHECK_TEXT(latin->rows[0].items[0].description, "café");
}

TEST(sad_in_sixteen_bit_text_is_recognised)
{
	static const char text[] = "\xFF\xFE<?xml version='1.0'?><ASYCUDA><Item><Licence_number>12</Licence_number></Item></ASYCUDA>";
	AUTO(buffer_release) struct buffer wide = {.limit = 1 << 16};
	struct collected *got;

	buffer_append(&wide, TEXT("\xFF\xFE"));
	for (size_t i = 2; i + 1 < sizeof text; i++) {
		buffer_byte(&wide, text[i]);
		buffer_byte(&wide, 0);
	}
	got = collect_with(buffer_text(&wide), NULL);
	CHECK_INTEGER(got->status, STATUS_OK);
	CHECK_TEXT(got->rows[0].items[0].licence, "12");
	collected_release(&got);
}

TEST(files_are_recognised_by_content)
{
	static const struct {
		const char *text;
		enum format format;
	} rows[] = {
		{"<!-- a --><?b?>\n<ASYCUDA/>", FORMAT_ASYCUDA_SAD},
		{"  <x:asycuda id='1'>", FORMAT_ASYCUDA_SAD},
		{"\xEF\xBB\xBF<?xml?><!DOCTYPE a [<!ENTITY b 'c'>]><AWMDS>", FORMAT_ASYCUDA_MANIFEST},
		{"<Awmcds>", FORMAT_ASYCUDA_MANIFEST},
		{"<html>", FORMAT_UNKNOWN},
		{"a;b;c\n1;2;3\n", FORMAT_CSV},
		{"\"a,b\",c\n\"d\ne\",f\n", FORMAT_CSV},
		{"just words\nand more, words\n", FORMAT_UNKNOWN},
		{"", FORMAT_UNKNOWN},
		{"UNA:+.? 'UNB+UNOA:1'", FORMAT_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (format_recognise(text_of(rows[i].text)) != rows[i].format)
			test_failed(__FILE__, __LINE__, "%s gives %s", rows[i].text,
				format_code(format_recognise(text_of(rows[i].text))));
}

TEST(refusals_name_the_root_that_is_none_of_ours)
{
	AUTO(collected_release) struct collected *got = collect("<html><body/></html>");
	AUTO(collected_release) struct collected *empty = collect("  \n");

	CHECK_INTEGER(got->status, STATUS_UNSUPPORTED);
	CHECK_TEXT(refusal_text(got), "Ce XML commence par « html » : ce n'est ni une déclaration ni un manifeste de SYDONIA.");
	CHECK_INTEGER(empty->status, STATUS_INVALID);
}

static enum status ignore(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	(void)context, (void)consignment, (void)problems;
	return STATUS_OK;
}

TEST(sad_reading_survives_every_failed_allocation)
{
	static const char text[] = SAD(COUNTED("3") "<Traders><Consignee><Consignee_name>A\nB</Consignee_name></Consignee></Traders>"
		"<Container><Item_Number>1</Item_Number><Container_identity>MSKU1</Container_identity></Container>",
		ITEM(HS "<Taxation>" TAX("1000", "0.2", "200", "1") "</Taxation><Licence_number>x</Licence_number>") ITEM(HS))
		"\n";
	enum status status = STATUS_NO_MEMORY;

	for (long n = 1; status != STATUS_OK && n < 200; n++) {
		struct text rest = text_of(text);
		struct source source = source_of_text(&rest);
		struct refusal refusal;

		memory_fail_at(n);
		status = formats_read(&source, NULL, ignore, NULL, &refusal);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	CHECK_INTEGER(status, STATUS_OK);
}

/* --- real files ---------------------------------------------------------------------------------------------------- */

static const struct {
	const char *path;
	size_t items;
} real_files[] = {
	{"formats/asycuda-sad/al-caa-europe-6items.xml", 8},
	{"formats/asycuda-sad/al-im4-energo.xml", 1},
	{"formats/asycuda-sad/al-im4-ford-902.xml", 1},
	{"formats/asycuda-sad/gd-asycuda421-sample.xml", 1},
	{"formats/asycuda-sad/gd-asycuda421-sample5.xml", 3},
	{"formats/asycuda-sad/gd-new3-large.xml", 190},
	{"formats/asycuda-sad/gd-sampledoc-f1.xml", 4},
	{"formats/asycuda-sad/np-sample-119items.xml", 119},
};

TEST(real_declarations_give_one_consignment_with_all_items)
{
	for (size_t i = 0; i < sizeof real_files / sizeof *real_files; i++) {
		struct collected *got = collect_shared(real_files[i].path, NULL);

		if (!got)
			return;
		CHECK_INTEGER(got->status, STATUS_OK);
		CHECK_INTEGER(got->count, 1);
		CHECK_INTEGER(got->items, real_files[i].items);
		if (getenv("VIGIE_TEST_SAY"))
			printf("%s: %.*s\n%.*s", real_files[i].path, TEXT_FORMAT(got->rows[0].reference),
				TEXT_FORMAT(buffer_text(&got->said)));
		collected_release(&got);
	}
}

TEST(real_blank_declaration_is_refused)
{
	struct collected *got = collect_shared("formats/asycuda-sad/jm-blank-template.xml", NULL);

	if (!got)
		return;
	CHECK_INTEGER(got->status, STATUS_INVALID);
	CHECK_INTEGER(got->reading.format, FORMAT_ASYCUDA_SAD);
	CHECK_TEXT(refusal_text(got), "La déclaration ne contient aucun article.");
	collected_release(&got);
}
