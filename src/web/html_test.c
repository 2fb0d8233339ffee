#include "web/html.h"

#include "base/number.h"
#include "base/test.h"

static struct text print(struct buffer *out, const char *value)
{
	struct html p = html_to(out, LANGUAGE_FR);

	buffer_clear(out);
	html(&p, "<a title=\"%s\">", value);
	return buffer_text(out);
}

TEST(hostile_text_is_escaped)
{
	static const struct {
		const char *given, *wanted;
	} cases[] = {
		{"<script>alert(1)</script>", "<a title=\"&lt;script&gt;alert(1)&lt;/script&gt;\">"},
		{"\" onmouseover='x'", "<a title=\"&quot; onmouseover=&#39;x&#39;\">"},
		{"&amp;", "<a title=\"&amp;amp;\">"},
		{"%s%n", "<a title=\"%s%n\">"},
		{"a\x01\x7f", "<a title=\"a\xef\xbf\xbd\xef\xbf\xbd\">"},
		{"a\xff<", "<a title=\"a\xef\xbf\xbd&lt;\">"},
		{"\xc0\xbc", "<a title=\"\xef\xbf\xbd\xef\xbf\xbd\">"},
		{NULL, "<a title=\"\">"},
	};
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_TEXT(print(&out, cases[i].given), cases[i].wanted);
}

TEST(all_conversions_of_html)
{
	AUTO(buffer_release) struct buffer out;
	struct html p = html_to(&out, LANGUAGE_FR);
	struct text part = TEXT("a<b");

	buffer_init(&out, 4096);
	html(&p, "%d %ld %lld %u %lu %llu %zu %c %.*s %%", -1, -2L, -3LL, 4U, 5UL, 6ULL, (size_t)7, '<', 2, part.data);
	CHECK_TEXT(buffer_text(&out), "-1 -2 -3 4 5 6 7 &lt; a&lt; %");
	CHECK_INTEGER(buffer_status(&out), STATUS_OK);
	/* What is not ours fails loudly instead of printing something. */
	html(&p, "%5d", 3);
	CHECK_INTEGER(buffer_status(&out), STATUS_INTERNAL);
}

TEST(numbers_and_dates_by_language)
{
	AUTO(buffer_release) struct buffer out;
	struct html fr = html_to(&out, LANGUAGE_FR), en = html_to(&out, LANGUAGE_EN);

	buffer_init(&out, 4096);
	html_number(&fr, INT64_C(1234567500000), 1);
	CHECK_TEXT(buffer_text(&out), "1\xe2\x80\xaf" "234\xe2\x80\xaf" "567,5");
	buffer_clear(&out);
	html_number(&en, INT64_C(1234567500000), 1);
	CHECK_TEXT(buffer_text(&out), "1,234,567.5");
	buffer_clear(&out);
	html_amount(&fr, INT64_C(1234000000), TEXT("XOF"));
	CHECK_TEXT(buffer_text(&out), "1\xe2\x80\xaf" "234\xc2\xa0XOF");
	buffer_clear(&out);
	html_amount(&fr, NUMBER_NONE, TEXT("XOF"));
	html_date(&fr, DATE_NONE);
	html_time(&fr, TIME_NONE);
	CHECK_INTEGER(out.size, 0);
	html_date(&en, date_from(2026, 11, 24));
	CHECK_TEXT(buffer_text(&out), "<time datetime=\"2026-11-24\">24\xc2\xa0Nov\xc2\xa0" "2026</time>");
	buffer_clear(&out);
	html_time(&fr, date_from(2026, 2, 3) * 86400 * MICROSECONDS + 3723 * MICROSECONDS);
	CHECK_TEXT(buffer_text(&out), "<time datetime=\"2026-02-03T01:02:03Z\">3\xc2\xa0"
				      "févr.\xc2\xa0" "2026 01:02\xc2\xa0UTC</time>");
}
