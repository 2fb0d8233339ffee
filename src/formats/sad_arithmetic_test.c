/* The arithmetic that ASYCUDA's own exports obey, recomputed on the real files: the reader's figures against
 * the tax lines as libxml2's tree shows them. */
#include "formats/collect_test.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>

/* The element at a path of names below `node`; NULL when it is not there. */
static xmlNode *below(xmlNode *node, const char *path)
{
	struct text rest = text_of(path);

	while (node && rest.data) {
		struct text name = text_cut(&rest, '/');
		xmlNode *child = xmlFirstElementChild(node);

		while (child && !text_equal(text_of((const char *)child->name), name))
			child = xmlNextElementSibling(child);
		node = child;
	}
	return node;
}

static int64_t number_below(xmlNode *node, const char *path)
{
	xmlNode *found = below(node, path);
	xmlChar *content = found ? xmlNodeGetContent(found) : NULL;
	int64_t number = NUMBER_NONE;

	if (!content || number_read(text_of((const char *)content), &number) != STATUS_OK)
		number = NUMBER_NONE;
	xmlFree(content);
	return number;
}

static bool is_near(int64_t a, int64_t b, int64_t tolerance)
{
	return a != NUMBER_NONE && b != NUMBER_NONE && (a > b ? a - b : b - a) <= tolerance;
}

struct file {
	xmlDocPtr document;
	struct collected *read;
};

static bool file_open(struct file *file, const char *name)
{
	char path[200];
	const char *full;

	snprintf(path, sizeof path, "formats/asycuda-sad/%s.xml", name);
	full = test_shared_file(path);
	if (!full)
		return false;
	file->document = xmlReadFile(full, NULL, XML_PARSE_NONET);
	file->read = collect_shared(path, NULL);
	return file->document && file->read && file->read->status == STATUS_OK;
}

static void file_close(struct file *file)
{
	xmlFreeDoc(file->document);
	collected_release(&file->read);
}

static xmlNode *next_named(xmlNode *node, const char *name)
{
	while (node && strcmp((const char *)node->name, name) != 0)
		node = xmlNextElementSibling(node);
	return node;
}

static xmlNode *first_item(const struct file *file)
{
	return next_named(xmlFirstElementChild(xmlDocGetRootElement(file->document)), "Item");
}

static xmlNode *next_item(xmlNode *item)
{
	return next_named(xmlNextElementSibling(item), "Item");
}

static const char *const taxed[] = {"al-caa-europe-6items", "al-im4-energo", "al-im4-ford-902", "gd-asycuda421-sample5",
	"gd-new3-large"};

/* Item_taxes_amount is the sum of the lines to be paid, which is what the reader takes as the item's duties. */
TEST(sad_arithmetic_item_taxes_are_the_paid_lines)
{
	for (size_t i = 0; i < sizeof taxed / sizeof *taxed; i++) {
		struct file file = {0};
		size_t number = 0, wrong = 0;

		if (!file_open(&file, taxed[i]))
			return;
		for (xmlNode *item = first_item(&file); item; item = next_item(item), number++)
			wrong += !is_near(number_below(item, "Taxation/Item_taxes_amount"),
				file.read->rows[0].items[number].duties, NUMBER_ONE);
		if (wrong)
			test_failed(__FILE__, __LINE__, "%s: %zu of %zu items", taxed[i], wrong, number);
		file_close(&file);
	}
}

/* Totals_taxes is the items' paid lines and the global taxes. */
TEST(sad_arithmetic_total_is_items_and_global_taxes)
{
	for (size_t i = 0; i < sizeof taxed / sizeof *taxed; i++) {
		struct file file = {0};
		int64_t sum = 0, global;
		const struct consignment *sad;

		if (!file_open(&file, taxed[i]))
			return;
		sad = &file.read->rows[0];
		global = number_below(xmlDocGetRootElement(file.document), "Financial/Amounts/Global_taxes");
		for (size_t j = 0; j < sad->item_count; j++)
			sum = number_add(sum, sad->items[j].duties);
		if (global != NUMBER_NONE)
			sum = number_add(sum, global);
		if (!is_near(sum, sad->duties, number_of((int64_t)sad->item_count)))
			test_failed(__FILE__, __LINE__, "%s: %lld and %lld", taxed[i], (long long)sum, (long long)sad->duties);
		CHECK(!collected_said(file.read, "de droits et taxes, les articles"));
		file_close(&file);
	}
}

/* Base of the line with this code, and what CIF and all lines before it make. */
static bool base_of(xmlNode *item, const char *code, int64_t cif, int64_t *ret_base, int64_t *ret_wanted)
{
	xmlNode *line = xmlFirstElementChild(below(item, "Taxation"));
	int64_t earlier = 0;

	for (line = next_named(line, "Taxation_line"); line; line = next_named(xmlNextElementSibling(line), "Taxation_line")) {
		xmlChar *name = xmlNodeGetContent(below(line, "Duty_tax_code"));
		bool is_it = name && text_is(text_trim(text_of((const char *)name)), code);
		int64_t amount = number_below(line, "Duty_tax_amount");

		xmlFree(name);
		if (is_it) {
			*ret_base = number_below(line, "Duty_tax_Base");
			*ret_wanted = number_add(cif, earlier);
			return true;
		}
		if (amount != NUMBER_NONE)
			earlier = number_add(earlier, amount);
	}
	return false;
}

/* Grenada: duty is on CIF, VAT (ExT where exempt) on CIF and all earlier lines; 193 items agree within 1. */
TEST(sad_arithmetic_of_grenada)
{
	static const char *const names[] = {"gd-asycuda421-sample5", "gd-new3-large"};
	size_t agreed = 0;

	for (size_t i = 0; i < 2; i++) {
		struct file file = {0};
		size_t number = 0;

		if (!file_open(&file, names[i]))
			return;
		for (xmlNode *item = first_item(&file); item; item = next_item(item), number++) {
			int64_t cif = file.read->rows[0].items[number].customs_value, base, wanted;

			if (!base_of(item, "VAT", cif, &base, &wanted) && !base_of(item, "ExT", cif, &base, &wanted))
				continue;
			agreed += is_near(base, wanted, NUMBER_ONE);
		}
		file_close(&file);
	}
	CHECK_INTEGER(agreed, 193);
}

/* Albania: VAT's base is a few units under CIF and the earlier lines, by a rule that the file does not show. */
TEST(sad_arithmetic_of_albania)
{
	struct file file = {0};
	size_t number = 0;

	if (!file_open(&file, "al-caa-europe-6items"))
		return;
	for (xmlNode *item = first_item(&file); item; item = next_item(item), number++) {
		int64_t cif = file.read->rows[0].items[number].customs_value, base, wanted;

		REQUIRE(base_of(item, "TVS", cif, &base, &wanted));
		CHECK(is_near(base, wanted, number_of(60)) && base <= wanted);
	}
	CHECK_INTEGER(number, 8);
	file_close(&file);
}

/* The item's CIF is the sum of its national amounts; where freight is in foreign currency only it is not, and the
 * reader says so. */
TEST(sad_arithmetic_cif_is_the_sum_of_its_parts)
{
	static const struct {
		const char *name;
		bool agrees;
	} files[] = {{"al-caa-europe-6items", true}, {"al-im4-energo", true}, {"al-im4-ford-902", true},
		{"gd-asycuda421-sample5", true}, {"gd-new3-large", false}};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct file file = {0};

		if (!file_open(&file, files[i].name))
			return;
		CHECK_INTEGER(collected_said(file.read, "n'est pas la somme de leurs montants"), !files[i].agrees);
		file_close(&file);
	}
}

/* A fifth is 0.2 in Albania and 20 in Grenada; both come out as fractions. */
TEST(sad_arithmetic_rates_are_fractions)
{
	struct file file = {0};
	int64_t greatest = 0;

	if (!file_open(&file, "gd-new3-large"))
		return;
	for (size_t i = 0; i < file.read->rows[0].item_count; i++)
		if (file.read->rows[0].items[i].duty_rate > greatest)
			greatest = file.read->rows[0].items[i].duty_rate;
	CHECK(greatest > 0 && greatest < NUMBER_ONE);
	CHECK(!collected_said(file.read, "Rien ne dit"));
	file_close(&file);
}
