#ifndef VIGIE_RISK_RISK_H
#define VIGIE_RISK_RISK_H
/* Deciding, and keeping what was decided: the decider (policy, model, histories, draw of this process) and the
 * intake that reads files, decides and stores. */
#include "base/file.h"
#include "engine/explanation.h"
#include "formats/mapping.h"
#include "formats/reader.h"
#include "modules/declarations/declarations.h"
#include "web/server.h"

extern const struct module risk_module;

#define RISK_READ "risk.read"
#define RISK_MANAGE "risk.manage"
#define RISK_SUPPRESS "risk.suppress"
#define RISK_ACTIVATE "risk.activate"

/* The starter policy alone, compiled: what `vigie assess` uses without a database. Free with policy_free(). */
enum status risk_starter_policy(struct arena *arena, struct policy **ret_policy, struct problem_list *problems)
	MUST_CHECK;
/* The selection used where an administration has set none: shares in docs/decisions. */
struct selection risk_default_selection(void);

/* ---- The decider: one per process, shared by threads. */
struct decider;
enum status decider_new(struct database *database, struct decider **ret_decider) MUST_CHECK;
void decider_free(struct decider *decider);
void decider_release(struct decider **decider); /* for AUTO() */
struct digest_memo;
/* What it remembers of candidates that were compiled; lives as long as the decider. */
struct digest_memo *decider_digests(struct decider *decider);
/* Puts the starter policy, the default selection and the draw period in a database that has none. */
enum status risk_install(struct writer *writer, const struct actor *actor) MUST_CHECK;

/* One thing to decide, inside decider_session_begin … end. */
struct decision_record {
	struct decision decision;
	int64_t id, policy_id, model_id, selection_id, period_id, decided_on, decided_at;
	int64_t counterpart_id, counterpart_version;
	int64_t green_delay_minutes; /* of the selection row: how long a green is held; not stored */
	enum gate gate;
	struct selection_counts counts_before;
	struct text history; /* bytes, see history_record.h */
	struct text beside; /* JSON, see beside.h; missing: nothing */
	int64_t price_run; /* of the reference prices; 0: none */
	struct text reasons; /* JSON */
	int64_t reasons_of; /* when writing: an earlier decision with the same reasons, 0: none */
	int64_t consignment_id, version;
	/* What a candidate would have decided, when one runs in the shadow. */
	struct shadow_outcome {
		int64_t shadow_id; /* 0: none */
		enum lane lane;
		double score;
		struct text reasons; /* JSON, where the lane differs */
	} shadow;
};
/* Brings the decider up to date with the database, inside the writer's transaction, and holds it for this
 * thread. Must be followed by decider_session_end(). */
enum status decider_session_begin(struct decider *decider, struct writer *writer) MUST_CHECK;
/* What must be read of the database before a consignment can be decided: prepare() does, decider_decide_case() then
 * needs no database. Several may be prepared at once; they are good until the session ends. What they point to
 * is in the arena. Without a writer (NULL) prepare() asks nothing of the database, and says STATUS_NOT_FOUND where it
 * would have to: no bill could be meant and the counters are known for most, and nobody need wait for the connection. */
struct selection_row;
struct decision_case {
	enum gate gate;
	const struct consignment *consignment; /* must stay */
	const struct selection_row *selection;
	size_t counters; /* whose counters it moves */
	struct consignment *counterpart; /* NULL: none */
	int64_t counterpart_id, counterpart_version;
};
enum status decider_prepare(struct decider *decider, struct writer *writer, enum gate gate,
	const struct consignment *consignment, struct arena *arena, struct decision_case *ret_case) MUST_CHECK;
/* id, consignment_id and version of *ret_record are kept. History and reasons' JSON are in the arena, the decision's
 * own reasons and scores are good until the next decision. */
enum status decider_decide_case(struct decider *decider, const struct decision_case *prepared, struct arena *arena,
	struct decision_record *ret_record) MUST_CHECK;
/* Files a consignment in the histories. */
enum status decider_remember(struct decider *decider, const struct consignment *consignment) MUST_CHECK;
/* The third gate: goods already released, looked at again for a control of the declaration in the books. */
enum status decider_decide_after_release(struct decider *decider, struct writer *writer,
	const struct consignment *consignment, struct arena *arena, struct decision_record *ret_record) MUST_CHECK;
/* Says which consignment comes after the one being decided, so that its past is at hand in time. `places` are those of
 * its first EXPECTED_ITEMS items (history_places_find()), found beforehand; they must stay until it is decided. */
enum { EXPECTED_ITEMS = 8 };
struct history_places;
void decider_expect(struct decider *decider, const struct consignment *consignment, const struct history_places *places);
/* Writes decisions and counters; ids of records and their consignments must be set. The first part writes rows and
 * may be called several times, also while other decisions are being made by another thread; the rest comes last,
 * with all records. */
enum status decider_write(struct decider *decider, struct writer *writer, struct decision_record *records, size_t count,
	struct arena *arena) MUST_CHECK;
enum status decider_write_decisions(struct decider *decider, struct writer *writer, struct decision_record *records,
	size_t count, struct arena *arena) MUST_CHECK;
enum status decider_write_rest(struct decider *decider, struct writer *writer, const struct decision_record *records,
	size_t count) MUST_CHECK;
/* `committed` false: what the histories learned since begin is forgotten. */
void decider_session_end(struct decider *decider, bool committed);
/* For `vigie assess --db`: decides without writing anything. */
enum status decider_assess(struct decider *decider, const struct consignment *consignment, struct arena *arena,
	struct decision *ret_decision) MUST_CHECK;
/* Calls back with policy, model, prices, day and – when asked for – histories as they stand, nobody deciding meanwhile: be
 * quick. Counters, gate, selection, names and counterpart are the caller's to fill in. What was never loaded is loaded
 * first; histories of many consignments are loaded beside, and the answer is STATUS_UNAVAILABLE until they are there. */
enum status decider_consult(struct decider *decider, struct reader *reader, bool with_histories,
	enum status (*consult)(void *context, struct decision_inputs *inputs), void *context) MUST_CHECK;

/* Why an item scores as it does with that model, with what was known before `day`. As explanation_make(). */
enum status decider_explain(struct decider *decider, int64_t model_id, const struct consignment *consignment,
	const struct item *item, int64_t day, struct arena *arena, struct explanation *ret_explanation) MUST_CHECK;

/* Recomputes a stored decision from what was stored with it. *ret_same: lane, score, draw and reasons agree to
 * the bit. */
struct decision_again {
	bool same;
	enum lane stored_lane, lane;
	struct text stored_reasons, reasons;
};
enum status decision_again(struct reader *reader, int64_t decision_id, struct arena *arena,
	struct decision_again *ret_again) MUST_CHECK;

/* After a change of the lists: a new version of the active policy with the lists as they are now. A small one is there
 * with the transaction; a large one is compiled by a job afterwards, and comes into force in a short transaction. */
enum status risk_lists_changed(struct writer *writer, const struct actor *actor) MUST_CHECK;
#define RISK_LISTS_JOB "risk.lists"
enum status risk_lists_follow(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;

/* ---- Intake: one file through reading, deciding and storing. */
struct intake_progress {
	int64_t bytes, consignments;
};
struct intake {
	struct database *database;
	struct decider *decider;
	const struct actor *actor;
	const struct mapping *mapping; /* for CSV; NULL: proposed from the header */
	void (*progress)(void *context, const struct intake_progress *progress); /* may be NULL */
	void *context;
};
/* *ret_row tells what happened, also when the file was refused (STATUS_INVALID, row->refusal in the actor's
 * language). Texts in the arena. */
enum status intake_file(const struct intake *intake, const char *path, struct text name, struct arena *arena,
	struct import_row *ret_row) MUST_CHECK;

/* For a CSV that comes without a mapping: one proposed from its first bytes, which must stay. *ret_mapping is
 * untouched when the sample is no CSV. */
enum status intake_propose_mapping(struct arena *arena, struct text sample, const struct mapping **ret_mapping)
	MUST_CHECK;
/* The same for consignments that come one by one from elsewhere (demonstration data): begin, take each, end.
 * Batches are written as they fill. The session is gone after end, whatever the status. */
struct intake_session;
enum status intake_begin(const struct intake *intake, struct arena *arena, struct import_row *row,
	struct intake_session **ret_session) MUST_CHECK;
enum status intake_take(void *session, const struct consignment *consignment, const struct problem_list *problems)
	MUST_CHECK;
enum status intake_flush(struct intake_session *session) MUST_CHECK;
enum status intake_end(struct intake_session *session) MUST_CHECK;

/* ---- The application as this module's pages see it: its first member is what the web layer knows. */
struct risk_application {
	struct application base;
	struct decider *decider;
};

extern const struct consignment_section risk_section;

/* Why a consignment is in its lane, for whoever is to look at it. Valid during the call. */
struct decision_reason {
	enum lane lane; /* that it asks for */
	bool selected; /* false: it hit, but its share spared this one */
	struct message text;
	const char *instruction; /* a message id or a person's own words; "" when none */
	const json_t *items; /* array of the numbers of the items it touches; empty: the whole */
};
/* The reasons of a stored decision, most severe first, until `each` says false. */
enum status decision_reasons(struct reader *reader, int64_t decision_id, struct arena *arena,
	bool (*each)(void *context, const struct decision_reason *reason), void *context) MUST_CHECK;

/* ---- What time does to lanes: both are run by jobs. *ret_count is how many consignments changed. */
/* Yellow becomes blue after the days that the selection row says; a green that was held is free after its delay. */
enum status lanes_age(struct writer *writer, int64_t now, struct arena *arena, int64_t *ret_count) MUST_CHECK;
/* Released declarations older than risk.after_release_days pass the third gate, `limit` at most. */
enum status released_look_again(struct decider *decider, struct writer *writer, int64_t limit, struct arena *arena,
	int64_t *ret_count) MUST_CHECK;
enum risk_setting { RISK_AFTER_RELEASE_DAYS, RISK_FILE_DATES, RISK_FILE_RATES, RISK_REHEARSAL_REQUIRED,
	RISK_MINUTES_RED, RISK_MINUTES_YELLOW, RISK_EXPLORATION, RISK_SETTINGS };
extern const struct setting risk_settings[]; /* ended by a zero row */
/* How this country writes dates and rates in its messages, from the settings. */
enum status risk_reader_profile(struct database *database, struct arena *arena, struct reader_profile *ret_profile)
	MUST_CHECK;

/* How long the control of a consignment took; what measures visits calls it, the life of profiles counts it. */
enum status risk_control_took(struct writer *writer, int64_t consignment_id, int64_t minutes) MUST_CHECK;

/* ---- Training from stored outcomes. */
enum status risk_train(struct database *database, const struct actor *actor, uint64_t seed, struct arena *arena,
	int64_t *ret_model_id, struct model_quality *ret_quality, struct message *ret_problem) MUST_CHECK;
/* The list of models for programs, whose route is the models module's. */
enum status model_list_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape model_shape;
/* A stored model, the caller's to free; and whether there is one of that number (*ret_id is it again). STATUS_NOT_FOUND. */
enum status risk_model_load(struct reader *reader, int64_t id, struct model **ret_model) MUST_CHECK;
/* Which model a decision was made with (0: none), and on which day. */
enum status risk_decision_model(struct reader *reader, int64_t decision_id, struct arena *arena, int64_t *ret_model_id,
	int64_t *ret_day) MUST_CHECK;
enum status risk_model_there(struct reader *reader, int64_t id, int64_t *ret_id) MUST_CHECK;
enum status risk_model_switch(struct writer *writer, const struct actor *actor, int64_t model_id, bool on) MUST_CHECK;

/* ---- Shadow: a candidate decides beside what is in force on live traffic until a day, without effect. A model_id of
 * INT64_MIN is the one in service, 0 none. A running one is ended. STATUS_INVALID: the day is over; STATUS_NOT_FOUND. */
enum status shadow_start(struct writer *writer, const struct actor *actor, int64_t policy_id, int64_t model_id,
	int64_t last_day, int64_t *ret_id) MUST_CHECK;
enum status shadow_stop(struct writer *writer, const struct actor *actor, int64_t id) MUST_CHECK;

/* The tables themselves, for modules that rehearse, watch and prove. */
#include "modules/risk/risk_store.h" /* IWYU pragma: export */
#include "modules/risk/past.h" /* IWYU pragma: export */

#endif
