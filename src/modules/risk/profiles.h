#ifndef VIGIE_RISK_PROFILES_H
#define VIGIE_RISK_PROFILES_H
/* Profiles as rows with versions: written, checked, tried over the past, proposed, put in force by somebody else,
 * retired. The policy in force is made of the active versions. */
#include "domain/workflow.h"
#include "modules/risk/risk_store.h"

enum { PROFILE_SOURCE_LIMIT = 40000, PROFILE_NOTE_LIMIT = 2000 };

/* One version with its profile. Texts in the arena it was read into; names are missing for the system. */
struct profile_version {
	int64_t id, profile_id, number, row_version;
	enum lane lane;
	struct text code, state, title, source, note, reason;
	int64_t author_id, written_at, proposed_by, proposed_at, activated_by, activated_at, retired_by, retired_at;
	struct text author, proposer, activator, retirer;
};
/* A profile in the list: the version in force, when there is one, and the newest. */
struct profile_row {
	int64_t id;
	struct text code, title, state, newest_state, legal_basis;
	enum lane lane;
	int64_t active_number, newest_number, newest_id, comment_count; /* 0: none */
};
struct profile_comment {
	int64_t id, version_number, written_at;
	struct text author, content;
};

/* In the order of their making; `state` missing: all, else those whose newest or active version has it. */
enum status profile_list(struct reader *reader, struct arena *arena, struct profile_row **ret_rows, size_t *ret_count)
	MUST_CHECK;
enum status profile_find(struct reader *reader, int64_t id, struct arena *arena, struct text *ret_code) MUST_CHECK;
enum status profile_find_code(struct reader *reader, struct text code, int64_t *ret_id) MUST_CHECK;
/* All versions of one profile, newest first. */
enum status profile_versions(struct reader *reader, int64_t profile_id, struct arena *arena,
	struct profile_version **ret_rows, size_t *ret_count) MUST_CHECK;
enum status profile_version_find(struct reader *reader, int64_t id, struct arena *arena,
	struct profile_version *ret_row) MUST_CHECK;
enum status profile_version_number(struct reader *reader, int64_t profile_id, int64_t number, struct arena *arena,
	struct profile_version *ret_row) MUST_CHECK;
enum status profile_comment_add(struct writer *writer, const struct actor *actor, int64_t profile_id,
	int64_t version_number, struct text content) MUST_CHECK;
enum status profile_comments(struct reader *reader, int64_t profile_id, struct arena *arena,
	struct profile_comment **ret_rows, size_t *ret_count) MUST_CHECK;

/* ---- Checking a text. */
struct profile_problem {
	int line, column; /* from 1, in the text as typed; 0: of the whole */
	struct message message;
};
struct profile_checked {
	struct policy *policy; /* of this profile alone; NULL when there are problems; policy_free() it */
	const struct profile *profile; /* of the policy */
	struct profile_problem *problems; /* in the arena, by place */
	size_t problem_count;
};
/* Reads and compiles one profile with the lists as they are. `code`: the one it must carry; missing: a new one that
 * no other profile has. STATUS_OK also when there are problems. */
enum status profile_check(struct reader *reader, struct text source, struct text code, struct arena *arena,
	struct profile_checked *ret_checked) MUST_CHECK;
void profile_checked_release(struct profile_checked *checked); /* for AUTO() */

/* ---- Writing. */
struct profile_text {
	int64_t profile_id; /* 0: a new profile */
	int64_t seen_version; /* row_version of the newest version as the author saw it; 0 for a new profile */
	struct text source, note;
};
/* `checked` must be without problems. A draft not proposed yet is written over by its own author; else a new version
 * is added, and an older draft is put away. STATUS_CONFLICT: someone else wrote meanwhile, or the newest version waits
 * for activation. *ret_profile_id, *ret_number: where it now is. */
enum status profile_save(struct writer *writer, const struct actor *actor, const struct profile_text *text,
	const struct profile_checked *checked, int64_t *ret_profile_id, int64_t *ret_number) MUST_CHECK;

/* ---- Moving: draft, proposed, active, retired. */
extern const struct workflow profile_workflow;
/* A policy compiled before the transaction that stores it or puts it into force, so that nobody else waits for a policy of
 * a hundred thousand profiles to be compiled. It is used when the profiles and lists are still those it was made of. */
struct profile_prepared {
	struct arena *arena;
	struct text source, lists;
	struct policy *policy; /* NULL: nothing is prepared */
};
void profile_prepared_release(struct profile_prepared *prepared); /* for AUTO() */
struct profile_move_input {
	struct text reason; /* why it is sent back or retired */
	const struct profile_prepared *prepared; /* may be NULL */
};
/* What the move (a transition's name) of that version would store; nothing for moves that change no policy, or where the
 * text has an error, which the move then says. */
enum status profile_prepare(struct database *database, const char *move, const struct profile_version *version,
	struct profile_prepared *ret_prepared) MUST_CHECK;
/* A whole move: what it compiles is compiled first, then it happens in one short transaction. Statuses and *ret_refusal as
 * workflow_move_to(). */
struct profile_move {
	const struct actor *actor;
	int64_t seen_version; /* row_version as the person saw it */
	struct text reason, details; /* may be missing */
};
enum status profile_move(struct database *database, const char *name, const struct profile_version *version,
	const struct profile_move *asked, struct message *ret_refusal) MUST_CHECK;
/* The policy as it would be with this version in force (`version_id`), or without its profile (0). The row's id is 0;
 * *ret_policy is the caller's. */
enum status profile_candidate(struct reader *reader, int64_t profile_id, int64_t version_id, struct arena *arena,
	struct policy_row *ret_row, struct policy **ret_policy) MUST_CHECK;
/* The candidate's digest alone: compiled only when `memo` (may be NULL) does not know it yet, which is then told. */
struct digest_memo;
enum status profile_candidate_digest(struct reader *reader, const struct profile_version *version,
	struct digest_memo *memo, struct arena *arena, unsigned char ret_digest[DIGEST_SIZE]) MUST_CHECK;
/* Stores the candidate as a draft policy, so that it can be rehearsed: *ret_policy_id. */
enum status profile_candidate_store(struct writer *writer, const struct actor *actor,
	const struct profile_version *version, const struct profile_prepared *prepared, int64_t *ret_policy_id) MUST_CHECK;
/* Makes rows of the active policy's profiles where there are none yet. */
enum status profiles_install(struct writer *writer, const struct actor *actor) MUST_CHECK;

/* ---- Trying over the stored past. */
enum { PROFILE_TRY_WINDOWS = 3, PROFILE_TRY_EXAMPLES = 8 };
struct profile_try_window {
	int days;
	int64_t stored; /* consignments of the period that the person may see */
	int64_t examined, hits; /* of them: looked at, and hit */
	int64_t judged, adverse, recovered; /* of the hits: outcome known, something found, duty found (micro) */
};
struct profile_try_example {
	int64_t id, day;
	struct text reference;
	int64_t outcome; /* INT64_MIN unknown */
};
struct profile_try {
	struct profile_try_window windows[PROFILE_TRY_WINDOWS]; /* 30, 90, 365 days */
	int64_t step; /* one consignment in so many was looked at; 1: all */
	bool out_of_time; /* not all of the sample was looked at; what was is spread evenly over it */
	bool is_loading; /* the profile reads histories that are still being loaded: no figures yet */
	int64_t span; /* microseconds it took */
	struct profile_try_example examples[PROFILE_TRY_EXAMPLES];
	size_t example_count;
};
/* How much may be looked at, and how long. */
struct profile_try_limits {
	int64_t consignments; /* more of them than this are sampled */
	int64_t span; /* microseconds */
};
/* Runs the policy of one profile over the last 365 days of what `paths` (actor_path_list()) allows, each consignment
 * with the past as it was known on its day. `decider` may be NULL: histories are then unknown. */
enum status profile_try_run(struct reader *reader, struct decider *decider, const struct policy *policy,
	struct text paths, const struct profile_try_limits *limits, struct arena *arena, struct profile_try *ret_try)
	MUST_CHECK;

/* ---- The life of profiles. */
struct profile_life {
	int64_t hits, selected; /* decisions */
	int64_t inspected, adverse; /* consignments with a known outcome, and with something wrong */
	int64_t recovered; /* micro, national */
	int64_t minutes; /* of control, measured or by the settings */
};
enum { PROFILE_LIFE_MONTHS = 12 };
struct profile_month {
	int64_t first_day;
	int64_t hits, inspected, adverse;
};
/* Since `from` (a day). */
enum status profile_life_read(struct reader *reader, struct text code, int64_t from, struct profile_life *ret_life)
	MUST_CHECK;
/* The last twelve months, oldest first. */
enum status profile_months_read(struct reader *reader, struct text code,
	struct profile_month ret_months[PROFILE_LIFE_MONTHS]) MUST_CHECK;
/* All profiles since `from`: codes and lives, by code. */
struct profile_life_row {
	struct text code;
	struct profile_life life;
};
enum status profile_lives_read(struct reader *reader, int64_t from, struct arena *arena,
	struct profile_life_row **ret_rows, size_t *ret_count) MUST_CHECK;
/* What a job does: gathers decisions and outcomes recorded since the last time, `limit` of each at most.
 * *ret_count: how many were gathered. */
enum status profile_life_gather(struct writer *writer, int64_t limit, struct arena *arena, int64_t *ret_count)
	MUST_CHECK;

/* ---- What changed between two texts, line by line. */
struct diff_line {
	char kind; /* ' ' both, '-' only the first, '+' only the second */
	struct text text;
	int before, after; /* line numbers from 1; 0: not there */
};
/* Longest common run of lines; the array is in the arena. STATUS_TOO_LARGE: more than 3,000 lines in one. */
enum status lines_compare(struct arena *arena, struct text before, struct text after, struct diff_line **ret_lines,
	size_t *ret_count) MUST_CHECK;

#endif
