/* The policy in force, profile by profile. */
#include "domain/journal.h"
#include "modules/risk/pages.h"
#include "modules/risk/risk_store.h"
#include "web/page.h"
#include "web/session.h"

static void print_profile(struct html *p, const struct profile *profile)
{
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<strong>%.*s</strong>", TEXT_FORMAT(profile->code));
	table_cell_end(p);
	table_cell_begin(p);
	lane_badge(p, lane_code(profile->lane), lane_label(profile->lane));
	table_cell_end(p);
	table_cell_begin(p);
	html(p, "%.*s", TEXT_FORMAT(tr_text(p->language, profile->title)));
	html(p, "<details><summary>%s</summary><pre tabindex=\"0\">%.*s</pre>", tr(p->language, TR("Condition")),
		TEXT_FORMAT(profile->condition));
	if (profile->instruction.size)
		html(p, "<p>%.*s</p>", TEXT_FORMAT(tr_text(p->language, profile->instruction)));
	html(p, "</details>");
	table_cell_end(p);
	table_cell(p, profile->legal_basis);
	table_cell_begin(p);
	html_number(p, number_multiply(profile->share, number_of(100)), 0);
	html(p, " %%");
	table_cell_end(p);
	table_row_end(p);
}

enum status policy_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Code"), "text"}, {TR("Circuit"), "lane"}, {TR("Profil"), "text"},
		{TR("Base légale"), "text"}, {TR("Part retenue"), "number"}, {NULL, NULL}};
	struct problem_list problems = {.arena = rq->arena};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Politique de risque en vigueur"))));
	struct profile *profiles;
	struct policy_row row;
	size_t count;

	TRY(policy_row_active(db, rq->arena, &row));
	TRY(profiles_split(rq->arena, row.source, &profiles, &count, &problems));
	table_begin(&page, TR("Profils"), columns);
	for (size_t i = 0; i < count; i++)
		print_profile(&page, &profiles[i]);
	table_end(&page);
	page_end(&page);
	return STATUS_OK;
}
