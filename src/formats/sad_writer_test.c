/* Conversion loses nothing: every element with its place, attributes and text is in the result, by libxml2's own
 * tree of both, and what the reader makes of both is the same. */
#include "base/memory.h"
#include "formats/collect_test.h"
#include "formats/sad_writer.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>

static enum status convert_text(struct text text, struct buffer *buffer)
{
	struct source source = source_of_text(&text);
	struct refusal refusal;

	return sad_convert(&source, NULL, buffer, &refusal);
}

TEST(sad_conversion_restores_names_and_order)
{
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 20};

	REQUIRE(convert_text(TEXT("<asycuda id='7'><Item><Tarification><Supplementary_unit><Supplementary_unit_code>KG"
				  "</Supplementary_unit_code></Supplementary_unit></Tarification><own_element>x</own_element></Item>"
				  "<Financial><Deferred_payment_reference>A &amp; B\n c</Deferred_payment_reference></Financial>"
				  "<Export_release><Date_of_Exit><null/></Date_of_Exit></Export_release></asycuda>"),
			&buffer) == STATUS_OK);
	CHECK_TEXT(buffer_text(&buffer),
		"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<ASYCUDA id=\"7\">\n"
		"<Export_release>\n<Date_of_exit>\n<null/>\n</Date_of_exit>\n</Export_release>\n"
		"<Financial>\n<Deffered_payment_reference>A &amp; B\n c</Deffered_payment_reference>\n</Financial>\n"
		"<Item>\n<Tarification>\n<Supplementary_unit>\n<Suppplementary_unit_code>KG</Suppplementary_unit_code>\n"
		"</Supplementary_unit>\n</Tarification>\n<own_element>x</own_element>\n</Item>\n</ASYCUDA>\n");
}

TEST(sad_conversion_keeps_attributes_with_their_name_space)
{
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 20};

	REQUIRE(convert_text(TEXT("<ASYCUDA xmlns='urn:a' xmlns:x='urn:x' x:s='1 &lt; 2&#10;'/>"), &buffer) == STATUS_OK);
	CHECK_TEXT(buffer_text(&buffer), "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
					 "<ASYCUDA xmlns:x=\"urn:x\" x:s=\"1 &lt; 2&#10;\"/>\n");
}

TEST(sad_conversion_refuses_what_is_no_declaration)
{
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 20};

	CHECK_INTEGER(convert_text(TEXT("<Awmds><Bol_segment/></Awmds>"), &buffer), STATUS_UNSUPPORTED);
	CHECK_INTEGER(convert_text(TEXT("<ASYCUDA><Item>"), &buffer), STATUS_INVALID);
	CHECK_INTEGER(convert_text(TEXT("<!DOCTYPE a><ASYCUDA/>"), &buffer), STATUS_INVALID);
}

TEST(sad_conversion_survives_every_failed_allocation)
{
	enum status status = STATUS_NO_MEMORY;

	for (long n = 1; status != STATUS_OK && n < 200; n++) {
		AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 20};

		memory_fail_at(n);
		status = convert_text(TEXT("<ASYCUDA a='b'><Item>x<null/>y</Item><Item/></ASYCUDA>"), &buffer);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	CHECK_INTEGER(status, STATUS_OK);
}

/* --- real files --------------------------------------------------------------------------------------------------- */

/* All elements as lines "path=text" in lower case of names; blanks between elements are no text. */
static void list_elements(const xmlNode *node, struct text path, struct arena *arena, struct text *lines, size_t *count)
{
	for (; node; node = node->next) {
		struct text own;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		own = arena_format(arena, "%.*s/%s", TEXT_FORMAT(path), (const char *)node->name);
		for (size_t i = 0; i < own.size; i++)
			if (own.data[i] >= 'A' && own.data[i] <= 'Z')
				((char *)own.data)[i] = (char)(own.data[i] | 0x20);
		if (xmlFirstElementChild((xmlNode *)node)) {
			lines[(*count)++] = own;
			list_elements(node->children, own, arena, lines, count);
		} else {
			xmlChar *text = xmlNodeGetContent(node);

			lines[(*count)++] = arena_format(arena, "%.*s=%s", TEXT_FORMAT(own), (const char *)text);
			xmlFree(text);
		}
	}
}

static int by_text(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static size_t elements_of(struct text content, struct arena *arena, struct text **ret_lines)
{
	xmlDocPtr document = xmlReadMemory(content.data, (int)content.size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
	size_t count = 0;

	*ret_lines = ARENA_ARRAY(arena, 200000, struct text);
	if (document)
		list_elements(xmlDocGetRootElement(document), TEXT(""), arena, *ret_lines, &count);
	xmlFreeDoc(document);
	qsort(*ret_lines, count, sizeof **ret_lines, by_text);
	return count;
}

static void check_conversion(const char *path, struct text content, struct arena *arena)
{
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 26}, again = {.limit = 1 << 26};
	struct text *before, *after;
	size_t count, wrong = 0;

	REQUIRE(convert_text(content, &buffer) == STATUS_OK);
	count = elements_of(content, arena, &before);
	CHECK(count > 100);
	CHECK_INTEGER(elements_of(buffer_text(&buffer), arena, &after), count);
	for (size_t i = 0; i < count; i++)
		wrong += !text_equal(before[i], after[i]);
	if (wrong)
		test_failed(__FILE__, __LINE__, "%s: %zu of %zu elements differ", path, wrong, count);
	REQUIRE(convert_text(buffer_text(&buffer), &again) == STATUS_OK);
	CHECK(text_equal(buffer_text(&buffer), buffer_text(&again)));
}

static void check_same_reading(struct text content, struct arena *arena)
{
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 26};
	struct collected *before = collect_with(content, NULL), *after;
	unsigned char first[32], second[32];

	(void)arena;
	if (convert_text(content, &buffer) == STATUS_OK) {
		after = collect_with(buffer_text(&buffer), NULL);
		CHECK_INTEGER(after->status, before->status);
		if (before->count && after->count) {
			CHECK(consignment_digest(&before->rows[0], first) == STATUS_OK);
			CHECK(consignment_digest(&after->rows[0], second) == STATUS_OK);
			CHECK(memcmp(first, second, 32) == 0);
		}
		collected_release(&after);
	}
	collected_release(&before);
}

TEST(sad_conversion_loses_nothing_of_real_files)
{
	static const char *const names[] = {"al-caa-europe-6items", "al-im4-energo", "al-im4-ford-902", "gd-asycuda421-sample",
		"gd-asycuda421-sample5", "gd-new3-large", "gd-sampledoc-f1", "jm-blank-template", "np-sample-119items"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 28);
		char path[200];
		const char *full;
		struct text content;

		snprintf(path, sizeof path, "formats/asycuda-sad/%s.xml", names[i]);
		full = test_shared_file(path);
		if (!full)
			return;
		REQUIRE(file_read(arena, full, 1 << 24, &content) == STATUS_OK);
		check_conversion(path, content, arena);
		check_same_reading(content, arena);
	}
}
