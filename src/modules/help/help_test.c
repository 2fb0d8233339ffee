/* The guides' Markdown, the glossary, the rows of help. */
#include "base/test.h"
#include "base/embedded.h"
#include "modules/help/pages.h"
#include "web/assets.h"

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
	check_markdown("Avant\n```sh\n  a < \"b\"\n# c\n```\naprès", "<p>Avant</p>\n<pre tabindex=\"0\"><code>  a &lt; &quot;b&quot;\n# c\n"
		"</code></pre>\n<p>après</p>\n");
	check_markdown("```\nx", "<pre tabindex=\"0\"><code>x\n</code></pre>\n");
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

/* Every "](pictures/NAME)" of the guide is a picture among the assets, of at most 40 kB, and has words beside it. */
static int check_pictures(const char *path, struct text guide)
{
	int count = 0;

	while (guide.data) {
		struct text line = text_cut(&guide, '\n'), name;
		size_t mark = text_find(line, TEXT("](pictures/"));
		char file[64];
		int width = 0, height = 0;

		if (mark == line.size)
			continue;
		name = text_slice(line, mark + strlen("](pictures/"), line.size - 1);
		snprintf(file, sizeof file, "%.*s", TEXT_FORMAT(name));
		if (!asset_picture_size(file, &width, &height) || mark < 22)
			test_failed(__FILE__, __LINE__, "%s: %s is no picture, or has no words", path, file);
		else if (asset_find(text_of(asset_url(file)))->bytes.size > 40 * 1024)
			test_failed(__FILE__, __LINE__, "%s: %s is too heavy", path, file);
		CHECK(width >= 300 && width <= 1100 && height >= 200 && height <= 1100);
		count++;
	}
	return count;
}

TEST(guides_are_in_the_program_with_their_pictures)
{
	static const char *const names[] = {"inspecteur", "commissionnaire", "analyste", "chef-de-bureau", "administrateur"};
	static const char *const languages[] = {"fr", "en"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t j = 0; j < 2; j++) {
			char path[80];
			struct text guide;

			snprintf(path, sizeof path, "docs/guides/%s.%s.md", names[i], languages[j]);
			guide = embedded_find(path);
			CHECK(guide.size > 1500);
			if (!check_pictures(path, guide))
				test_failed(__FILE__, __LINE__, "%s shows nothing", path);
		}
}

/* Programs see no pictures. */
TEST(the_guide_of_integrators_is_in_the_program)
{
	CHECK(embedded_find("docs/guides/integrateur.fr.md").size > 3000);
	CHECK(embedded_find("docs/guides/integrateur.en.md").size > 3000);
}

TEST(markdown_shows_pictures_of_ours_alone)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct html p = html_to(&out, LANGUAGE_FR);

	buffer_init(&out, 1 << 16);
	markdown_print(&p, text_of("![Vos \"visites\"](pictures/inspecteur-accueil.fr.png)"));
	CHECK(text_starts_with(buffer_text(&out), TEXT("<p class=\"picture\"><img src=\"/assets/inspecteur-accueil.fr.")));
	CHECK(text_find(buffer_text(&out), TEXT("loading=\"lazy\" alt=\"Vos &quot;visites&quot;\"></p>")) < buffer_text(&out).size);
	check_markdown("![x](pictures/nothing.png)", "<p>![x](pictures/nothing.png)</p>\n");
	check_markdown("![x](https://x.example/y.png)", "<p>![x](https://x.example/y.png)</p>\n");
}

TEST(each_row_of_help_says_both)
{
	for (const struct page_help *row = help_rows; row->path; row++)
		CHECK(row->path[0] == '/' && strlen(row->purpose) > 10 && strlen(row->next) > 10);
}
