/* The guides' Markdown, the glossary, the rows of help. */
#include "base/test.h"
#include "base/embedded.h"
#include "modules/help/pages.h"

#include <stdio.h>
#include <string.h>

static void check_markdown(const char *source, const char *wanted)
{
	AUTO(buffer_release) struct buffer out;
	struct html p = html_to(&out, LANGUAGE_FR);

	buffer_init(&out, 1 << 16);
	markdown_print(&p, text_of(source));
	CHECK_TEXT(buffer_text(&out), wanted);
}

TEST(markdown_becomes_html)
{
	check_markdown("# Titre\n\nUn **mot** et `code`.\nSuite.", "<h2>Titre</h2>\n<p>Un <strong>mot</strong> et <code>code</code>. Suite.</p>\n");
	check_markdown("- a\n- b\n\n1. c\n2. d", "<ul><li>a</li>\n<li>b</li></ul>\n<ol><li>c</li>\n<li>d</li></ol>\n");
	check_markdown("[ici](/aide) [mal](javascript:x) [loin](//x.example)",
		"<p><a href=\"/aide\">ici</a> [mal](javascript:x) [loin](//x.example)</p>\n");
	check_markdown("<script>&\"' ** ` [", "<p>&lt;script&gt;&amp;&quot;&#39; ** ` [</p>\n");
	check_markdown("", "");
	check_markdown("****", "<p>****</p>\n");
}

TEST(glossary_has_four_languages)
{
	int count = 0;

	for (const struct glossary_term *term = glossary_terms; term->names[0]; term++, count++)
		for (int i = 0; i < LANGUAGE_COUNT; i++)
			if (!term->names[i] || !*term->names[i] || !term->meanings[i] || !*term->meanings[i])
				test_failed(__FILE__, __LINE__, "%s: a language is missing", term->names[0]);
	CHECK(count >= 80);
}

TEST(guides_are_in_the_program)
{
	static const char *const names[] = {"inspecteur.fr", "inspecteur.en", "commissionnaire.fr", "commissionnaire.en",
		"analyste.fr", "analyste.en", "administrateur.fr", "administrateur.en"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[80];

		snprintf(path, sizeof path, "docs/guides/%s.md", names[i]);
		CHECK(embedded_find(path).size > 500);
	}
}

TEST(each_row_of_help_says_both)
{
	for (const struct page_help *row = help_rows; row->path; row++)
		CHECK(row->path[0] == '/' && strlen(row->purpose) > 10 && strlen(row->next) > 10);
}
