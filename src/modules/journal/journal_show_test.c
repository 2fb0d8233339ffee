/* Rows of the journal in the reader's words. */
#include "base/test.h"
#include "modules/journal/journal.h"

static enum status nothing(struct database *database, struct arena *arena, struct text *ret_note)
{
	(void)database;
	(void)ret_note;
	(void)arena;
	return STATUS_OK;
}

TEST(journal_names_jobs_and_members)
{
	static const struct job jobs[] = {{"visits.share", TR("Sceller le journal"), 60, 60, nothing}, {0}};
	const struct module module = {.name = "visits", .jobs = jobs};
	const struct module *const modules[] = {&module, NULL};
	AUTO(buffer_release) struct buffer out = {0};
	struct html p = html_to(&out, LANGUAGE_FR);

	buffer_init(&out, 1 << 12);
	journal_actor(&p, modules, TEXT("visits.share"));
	html(&p, "|");
	journal_actor(&p, modules, TEXT("A <b> C"));
	html(&p, "|");
	journal_details(&p, TEXT("{\"role\":[null,\"inspector\"],\"of_ours\":7}"));
	CHECK_TEXT(buffer_text(&out), "Vigie · Sceller le journal|A &lt;b&gt; C|<ul class=\"changes\"><li>Rôle : – → inspector</li>"
		"<li>of_ours : 7</li></ul>");
}
