#ifndef VIGIE_MODELS_MODELS_H
#define VIGIE_MODELS_MODELS_H
/* Models as people handle them: cards, approval by another person, measurement, comparison, the order of controls, and
 * why an item was scored as it was. The models themselves, and the decider that uses them, are the risk module's. */
#include "engine/ranking.h"
#include "modules/risk/risk.h"

extern const struct module models_module;
extern const struct consignment_section models_section;

enum models_setting { MODELS_DUTY_WEIGHT, MODELS_DUTY_CAP, MODELS_SETTINGS };
extern const struct setting models_settings[]; /* ended by a zero row */
enum status models_ranking(struct reader *reader, struct ranking *ret_ranking) MUST_CHECK;

/* ---- The card of a version. Texts and JSON in the arena; the JSON is the caller's to json_decref(). */
struct model_card {
	int64_t id, created_at, trained_by; /* 0: a command at the prompt */
	struct text trainer, digest; /* digest as hexadecimal */
	bool is_on;
	struct model_quality quality;
	struct model *model; /* for features and summaries; model_card_release() frees it */
	int64_t approved_by, approved_at; /* 0: nobody yet */
	struct text approver, note;
	json_t *artefact; /* with "calibration" */
	json_t *measure; /* of the latest measurement; NULL: none yet */
};
enum status model_card_read(struct reader *reader, int64_t id, struct arena *arena, struct model_card *ret_card)
	MUST_CHECK;
void model_card_release(struct model_card *card);
/* The features that move scores most, the strongest first. */
size_t model_card_features(const struct model_card *card, size_t *ret_features, size_t limit);

/* Four eyes: STATUS_FORBIDDEN for the person who trained it; STATUS_CONFLICT when it is approved already. */
enum status model_approve(struct writer *writer, const struct actor *actor, int64_t model_id, struct text note)
	MUST_CHECK;
/* The journal's row of a model put in service without approval. */
enum status model_note_unapproved(struct writer *writer, const struct actor *actor, int64_t model_id) MUST_CHECK;
enum status model_is_approved(struct reader *reader, int64_t model_id, bool *ret_approved) MUST_CHECK;

/* ---- Measurement over the stored past: each consignment is scored with what was known before its day. */
/* One or two models over the same judged consignments of those days, as JSON:
 * {"from", "until", "items", "count", "adverse", "models": [{"id", auc, … as in evaluation_write, "calibration",
 * "choices": [{"weight", "cuts": [{"share", "taken", "found", "recovered"}]}], "drift": [{"feature", "psi"}]}]}. */
struct model_measure {
	int64_t ids[2];
	size_t count; /* 1 or 2 */
	int64_t from, until; /* days, both included */
	struct ranking ranking; /* as set now */
};
enum status model_measure_make(struct database *database, const struct model_measure *measure, struct buffer *ret_json)
	MUST_CHECK;

/* ---- Runs: what pages ask for and a job does. */
enum status model_run_ask(struct writer *writer, const struct actor *actor, const char *kind,
	const struct model_measure *measure, int64_t *ret_id) MUST_CHECK;
enum status model_runs_do(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;
enum status model_watch_do(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;

/* ---- For the trader: which control awaits, what to bring; the same words whatever led to it, so that nothing of a
 * profile, a score or a draw shows. A message id. */
const char *trader_notice(enum lane lane);
const char *trader_notice_papers(enum lane lane);

#endif
