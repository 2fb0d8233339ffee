#ifndef VIGIE_RISK_PROFILE_PAGES_H
#define VIGIE_RISK_PROFILE_PAGES_H
/* The pages of profiles, and the parts they share. */
#include "modules/risk/pages.h"
#include "modules/risk/profiles.h"
#include "web/page.h"
#include "web/session.h"

enum status profile_list_page(struct request *rq, struct reader *db);
enum status profile_page(struct request *rq, struct reader *db);
enum status profile_move_submit(struct request *rq, struct database *database);
enum status profile_rehearse_submit(struct request *rq, struct database *database);
enum status profile_comment_action(struct request *rq, struct writer *db);
enum status profile_compare_page(struct request *rq, struct reader *db);
enum status profile_life_page(struct request *rq, struct reader *db);
enum status profile_edit_page(struct request *rq, struct reader *db);
enum status profile_edit_submit(struct request *rq, struct database *database);
/* Fragments for the editor's script: what is wrong, and what the past says. */
enum status profile_check_fragment(struct request *rq, struct database *database);
enum status profile_try_fragment(struct request *rq, struct database *database);
enum status facts_page(struct request *rq, struct reader *db);

/* The same for programs, and a figure for the home page. */
enum status profile_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status profile_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status facts_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape profile_row_shape, profile_record_shape, fact_shape, profile_checked_shape, profile_try_shape;
/* For programs: what is wrong with a text, and where; what it would have touched. STATUS_INVALID: it has problems. */
enum status profile_checked_answer(struct request *rq, const struct profile_checked *checked);
enum status profile_try_answer(struct request *rq, struct reader *db, struct text source, struct text code);
/* A program is told of each problem by its field. */
void profile_problems_tell(const struct request *rq, const struct profile_problem *problems, size_t count);
/* Over the stored past, as much as a person waits for. */
enum status profile_try_for(struct request *rq, struct reader *db, const struct policy *policy, struct profile_try *ret_try);
enum status profiles_waiting(struct request *rq, struct reader *db, int64_t *ret_count);

/* ---- parts */
/* The style sheet and the script of these pages; call it right after page_begin(). */
void profile_assets(struct html *p);
void profile_state_badge(struct html *p, struct text state);
/* A source with its line numbers, the lines of problems marked. */
void profile_source_print(struct html *p, struct text source, const struct profile_problem *problems, size_t count);
void profile_problems_print(struct html *p, const struct profile_problem *problems, size_t count);
void profile_diff_print(struct html *p, const struct diff_line *lines, size_t count);
void profile_try_print(struct html *p, const struct profile_try *result, struct text currency);
/* Runs and prints the trial of a text, or what is wrong with it. `code` as in profile_check(). */
enum status profile_try_section(struct request *rq, struct reader *db, struct html *p, struct text source,
	struct text code);
/* "12 %" of a part in a whole; "–" of nothing. */
void share_print(struct html *p, int64_t part, int64_t whole);
/* The dictionary of facts: rows that hold `search` (missing: all). */
void facts_print(struct html *p, struct request *rq, struct text search);
/* The cells of hits, inspections, findings, duty and hours in the columns of PROFILE_LIFE_COLUMNS. */
void life_cells(struct html *p, const struct profile_life *life, struct text currency);

#endif
