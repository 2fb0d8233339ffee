#ifndef VIGIE_RISK_RISK_STORE_H
#define VIGIE_RISK_RISK_STORE_H
/* The risk module's tables: policies, models, selections, periods, counters, decisions. */
#include "modules/risk/risk.h"

/* A policy as stored; the lists it names are kept with it as JSON. */
struct policy_row {
	int64_t id;
	struct text source, lists;
};
enum status policy_row_active(struct reader *reader, struct arena *arena, struct policy_row *ret_row) MUST_CHECK;
enum status policy_row_find(struct reader *reader, int64_t id, struct arena *arena, struct policy_row *ret_row)
	MUST_CHECK;
/* The stored policy of that digest; STATUS_NOT_FOUND. */
enum status policy_find_digest(struct reader *reader, const unsigned char digest[DIGEST_SIZE], int64_t *ret_id) MUST_CHECK;
/* The id alone, to see whether it changed; STATUS_NOT_FOUND. */
enum status policy_active_id(struct reader *reader, int64_t *ret_id) MUST_CHECK;
/* Compiles a row; *ret_policy is the caller's. */
enum status policy_row_compile(const struct policy_row *row, struct arena *arena, struct policy **ret_policy,
	struct problem_list *problems) MUST_CHECK;
/* A new draft; an equal one that exists already is found again. */
enum status policy_add(struct writer *writer, const struct actor *actor, struct text source, struct text lists,
	const struct policy *policy, int64_t *ret_id) MUST_CHECK;
enum status policy_activate(struct writer *writer, const struct actor *actor, int64_t id) MUST_CHECK;
/* All lists as they are now, as JSON for a policy row. */
enum status lists_json(struct reader *reader, struct arena *arena, struct text *ret_json) MUST_CHECK;

/* 0: none is on. */
enum status model_on_id(struct reader *reader, int64_t *ret_id) MUST_CHECK;
enum status model_load(struct reader *reader, int64_t id, struct model **ret_model) MUST_CHECK;
enum status model_add(struct writer *writer, const struct actor *actor, struct text artefact,
	const unsigned char *digest, const struct model_quality *quality, int64_t *ret_id) MUST_CHECK;

struct selection_row {
	int64_t id;
	struct text office, regime;
	struct selection selection; /* without key */
	int64_t green_delay_minutes, yellow_to_blue_days;
	int64_t created_at; /* who set it, and when: as read */
	struct text author; /* missing for the system */
};
enum status selections_read(struct reader *reader, struct arena *arena, struct selection_row **ret_rows,
	size_t *ret_count) MUST_CHECK;
enum status selection_find(struct reader *reader, int64_t id, struct arena *arena, struct selection_row *ret_row)
	MUST_CHECK;
enum status selection_add(struct writer *writer, const struct actor *actor, const struct selection_row *row,
	int64_t *ret_id) MUST_CHECK;
/* The most specific row for an office and regime; NULL when there is none. */
const struct selection_row *selection_for(const struct selection_row *rows, size_t count, struct text office,
	struct text regime);

struct draw_period {
	int64_t id, first_day, last_day;
	unsigned char key[32];
};
/* The period of a day (a calendar month), made when there is none; its key's digest goes to the journal. */
enum status draw_period_ensure(struct writer *writer, const struct actor *actor, int64_t day,
	struct draw_period *ret_period) MUST_CHECK;
enum status draw_period_find(struct reader *reader, int64_t id, struct draw_period *ret_period) MUST_CHECK;

enum status selection_counts_read(struct reader *reader, int64_t period_id, struct text office, struct text regime,
	struct selection_counts *ret_counts) MUST_CHECK;
enum status selection_counts_write(struct writer *writer, int64_t period_id, struct text office, struct text regime,
	const struct selection_counts *counts) MUST_CHECK;

enum status decisions_write(struct writer *writer, const struct decision_record *records, size_t count,
	struct arena *arena) MUST_CHECK;
enum status decision_find(struct reader *reader, int64_t id, struct arena *arena, struct decision_record *ret_record)
	MUST_CHECK;
/* What decisions.basis holds, into a record: model, selection, period, run of prices, what was beside, counterpart, draw,
 * counters before, answers of histories. Texts point into `bytes`; false when it is no basis. */
bool decision_basis_read(struct text bytes, struct decision_record *record);
/* Reasons as JSON, as they are stored and read by pages: messages by id and values, without a language. */
void reasons_json(struct json_writer *json, const struct decision *decision);
/* Of reasons as stored: a control (red or yellow) was asked for by the draw or the top-up, and by nothing else. */
bool reasons_are_chance(struct text reasons);

/* ---- Rehearsals: what a policy would have done over the past (modules/rehearsal makes them). */
struct rehearsal_row {
	int64_t id;
	unsigned char policy_digest[DIGEST_SIZE]; /* policy_digest() of what was rehearsed: sources and lists */
	int64_t from_day, to_day; /* both included */
	struct text summary; /* JSON object of a few figures, flat: the journal shows it with the activation */
	struct text result; /* JSON, whole */
	int64_t user_id, at; /* set by rehearsal_record() */
	int64_t model_id; /* of what was rehearsed; 0: none. This and the next are written, not read */
	struct text selection_keys; /* of the rows of lanes that were tried: selection_key() of each; missing: those in force */
};
/* Names what a row of lanes decides, ended by a line end: its scope and rates, not its delays. In the arena. */
struct text selection_key(struct arena *arena, const struct selection_row *row);
/* The last rehearsal of a model, or of a row of lanes; 0: none. rehearsal_note() is what the journal says of it. */
enum status rehearsal_of_model(struct reader *reader, int64_t model_id, int64_t *ret_id) MUST_CHECK;
enum status rehearsal_of_selection(struct reader *reader, const struct selection_row *row, struct arena *arena,
	int64_t *ret_id) MUST_CHECK;
struct text rehearsal_note(struct arena *arena, int64_t rehearsal_id);
/* May this model, or this row of lanes, come into force? *ret_message: id NULL, or that it must be rehearsed first. It
 * need not where the setting says so, where nothing is stored to rehearse on, or where the row in force for the same
 * scope has the same rates. */
enum status rehearsal_asked_of_model(struct reader *reader, int64_t model_id, struct message *ret_message) MUST_CHECK;
enum status rehearsal_asked_of_selection(struct reader *reader, const struct selection_row *row, struct arena *arena,
	struct message *ret_message) MUST_CHECK;
enum status rehearsal_record(struct writer *writer, const struct actor *actor, const struct rehearsal_row *row,
	int64_t *ret_id) MUST_CHECK;
/* The newest of this very policy; STATUS_NOT_FOUND when it was never rehearsed. Texts in the arena. */
enum status rehearsal_find(struct reader *reader, const unsigned char policy_digest[DIGEST_SIZE], struct arena *arena,
	struct rehearsal_row *ret_row) MUST_CHECK;
enum status rehearsal_find_id(struct reader *reader, int64_t id, struct arena *arena, struct rehearsal_row *ret_row)
	MUST_CHECK;

#endif
