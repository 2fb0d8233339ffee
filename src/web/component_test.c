/* Components with hostile text: nothing of it may become markup. */
#include "web/page.h"
#include "web/session.h"

#include "base/test.h"

#define HOSTILE "\"><script>x</script>'&"
#define HOSTILE_TEXT TEXT(HOSTILE)

static bool has(const struct buffer *out, const char *part)
{
	return text_find(buffer_text(out), text_of(part)) < out->size;
}

TEST(components_escape)
{
	static const struct table_column columns[] = {{HOSTILE, NULL}, {"Masse", "number"}, {NULL, NULL}};
	const struct chart_bar bars[] = {{HOSTILE_TEXT, 5000000, NULL}, {TEXT("b"), -1, "red"}};
	const struct choice choices[] = {{HOSTILE_TEXT, HOSTILE_TEXT}};
	const struct form_problem problems[] = {{"a", {TR("Valeur %1 refusée"), {HOSTILE_TEXT, {0}, {0}}}}};
	const struct field field = {.name = "a", .label = HOSTILE, .help = HOSTILE, .value = HOSTILE_TEXT};
	AUTO(buffer_release) struct buffer out;
	struct html p = html_to(&out, LANGUAGE_FR);
	struct form form;

	buffer_init(&out, 1 << 20);
	section_begin(&p, HOSTILE);
	facts_begin(&p);
	facts_row(&p, HOSTILE, HOSTILE_TEXT);
	facts_row(&p, "Vide", TEXT(""));
	facts_end(&p);
	section_end(&p);
	table_begin(&p, HOSTILE, columns);
	table_row_begin(&p);
	table_cell(&p, HOSTILE_TEXT);
	table_cell_number(&p, 1500000, 1);
	table_row_end(&p);
	table_end(&p);
	page_links(&p, HOSTILE, HOSTILE);
	link_to(&p, HOSTILE, HOSTILE_TEXT);
	lane_badge(&p, HOSTILE, HOSTILE);
	badge(&p, "info", HOSTILE);
	notice(&p, "danger", HOSTILE);
	chart_bars(&p, &(struct chart){HOSTILE, HOSTILE, HOSTILE, 0}, bars, 2);
	form = form_begin(&p, HOSTILE, problems, 1);
	form_field(&form, &field);
	form_area(&form, &field, 3);
	form_select(&form, &field, choices, 1);
	form_radio(&form, &field, choices, 1);
	form_check(&form, &field, true);
	form_hidden(&form, "h", HOSTILE_TEXT);
	form_file(&form, &field, HOSTILE, true);
	form_end(&form, HOSTILE);
	button_form(&p, HOSTILE, HOSTILE, "n", HOSTILE_TEXT);
	CHECK_INTEGER(buffer_status(&out), STATUS_OK);
	CHECK(!has(&out, "<script"));
	CHECK(!has(&out, "Vide"));
	CHECK(has(&out, "data-label=\"Masse\">1,5</td>"));
	CHECK(has(&out, "Valeur &quot;&gt;&lt;script"));
	CHECK(has(&out, "aria-invalid=\"true\" aria-describedby=\"h-a e-a\""));
	CHECK(has(&out, "href=\"#f-a\""));
}

TEST(a_password_never_goes_back)
{
	AUTO(buffer_release) struct buffer out;
	struct html p = html_to(&out, LANGUAGE_FR);
	const struct field field = {.name = "secret", .label = "Mot de passe", .type = "password", .value = TEXT("s3cret")};
	struct form form;

	buffer_init(&out, 1 << 20);
	form = form_begin(&p, "/connexion", NULL, 0);
	form_field(&form, &field);
	CHECK(!has(&out, "s3cret") && has(&out, "type=\"password\""));
}

TEST(a_form_for_files_is_multipart)
{
	AUTO(buffer_release) struct buffer out;
	struct html p = html_to(&out, LANGUAGE_FR);
	struct form form;

	buffer_init(&out, 1 << 20);
	form = form_begin(&p, "/depot", NULL, 0);
	form_upload(&form);
	html(&p, "</form>");
	CHECK_TEXT(buffer_text(&out),
		"<form class=\"form\" method=\"post\" action=\"/depot\" enctype=\"multipart/form-data\" novalidate></form>");
}

TEST(lanes_have_shape_colour_and_word)
{
	AUTO(buffer_release) struct buffer out;
	struct html p = html_to(&out, LANGUAGE_FR);

	buffer_init(&out, 1 << 20);
	lane_badge(&p, "red", TR("Rouge"));
	CHECK(has(&out, "<span class=\"lane red\"><svg") && has(&out, "<polygon") && has(&out, "Rouge</span>"));
}

TEST(csrf_tokens_are_masked_anew)
{
	static const char secret[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	static const char other[] = "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	struct text one = text_of(csrf_mask(arena, secret)), two = text_of(csrf_mask(arena, secret));

	CHECK_INTEGER(one.size, 4 * CSRF_BYTES);
	CHECK(!text_equal(one, two));
	CHECK(csrf_matches(secret, one) && csrf_matches(secret, two));
	CHECK(!csrf_matches(other, one));
	CHECK(!csrf_matches(secret, text_of(secret)) && !csrf_matches(secret, TEXT_NONE) && !csrf_matches(NULL, one));
}

TEST(only_paths_of_ours_are_local)
{
	CHECK(rq_is_local_path(TEXT("/a?b=c")) && rq_is_local_path(TEXT("/")));
	CHECK(!rq_is_local_path(TEXT("//evil")) && !rq_is_local_path(TEXT("/\\evil")) && !rq_is_local_path(TEXT("https://evil")));
	CHECK(!rq_is_local_path(TEXT("")) && !rq_is_local_path(TEXT_NONE) && !rq_is_local_path(TEXT("/a\r\nb")));
	CHECK(!rq_is_local_path(TEXT("/a\\b")));
}
