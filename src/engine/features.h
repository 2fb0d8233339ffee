#ifndef VIGIE_ENGINE_FEATURES_H
#define VIGIE_ENGINE_FEATURES_H
/* More of the features than model.h shows: what they look at, and how they group for people. */
#include "engine/history.h"
#include "engine/model.h"

/* The feature of this name; feature_count() when there is none. */
size_t feature_find(struct text name);

enum feature_window { ALL, DAYS_90, DAYS_365, WINDOWS };
/* What a feature tells, and so which sentence explains it. */
enum feature_kind {
	FEATURE_FACT, FEATURE_SHARE, FEATURE_COUNT, FEATURE_JUDGED, FEATURE_PACE, FEATURE_RATIO, FEATURE_OTHERS,
	FEATURE_BACKED_OFF, FEATURE_NOVELTY
};
/* The facts that an officer thinks in; each feature belongs to one. */
enum feature_group {
	GROUP_OPERATOR, GROUP_DECLARANT, GROUP_EXPORTER, GROUP_GOODS, GROUP_LINE, GROUP_ORIGIN, GROUP_PRICE, GROUP_WORTH,
	GROUP_PACKAGES, GROUP_DUTY, GROUP_PAPERS, GROUP_NETWORK, GROUP_OFFICE, GROUP_TIME, GROUP_NOVELTY, GROUPS
};
const char *feature_group_label(enum feature_group group); /* French message id */

/* Everything a feature may look at. */
struct feature_view {
	const struct consignment *consignment;
	const struct item *item;
	bool has_history;
	struct history_figures figures[HISTORY_KEYS][WINDOWS];
	bool filed[HISTORY_KEYS]; /* the key has a value for this item */
	int64_t before;
};
struct feature {
	const char *name;
	const char *label;
	float (*compute)(const struct feature_view *view, enum history_key key, int window);
	enum history_key key;
	int window;
	enum feature_kind kind;
	enum feature_group group;
};
const struct feature *feature_at(size_t i);

/* Asks the histories all that features need. features_of_view() computes them from it; features_compute() is both.
 * An item of which neither goods, mass nor worth is known has no features: all are missing, and it is never scored. */
void feature_view_fill(struct feature_view *view, const struct consignment *consignment, const struct item *item,
	const struct history *history, int64_t before);
void features_of_view(const struct feature_view *view, float *ret_features);
/* What is expected under a key: the smoothed share of the wider key it leans on; of the office for the widest. */
double feature_expected_share(const struct feature_view *view, enum history_key key);

#endif
