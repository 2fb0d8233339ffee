/* The model on the demonstration: learnt from inspections alone, it must tell fraud in traffic it has not seen, and
 * histories of past outcomes, those of operators among them, must help, and nothing may do better than the
 * probability that the frauds were drawn with. */
#include "demo/demo.h"

#include "base/memory.h"
#include "base/test.h"
#include "engine/features.h"
#include "engine/history_memory.h"
#include "engine/quality.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DECLARATIONS = 30000 };

struct lesson {
	struct history_memory *memory;
	struct training_set *past, *later;
	struct ranked best[DECLARATIONS];
	size_t best_count;
	int64_t turn; /* date from which nothing is learnt */
};

static void model_release(struct model **model)
{
	model_free(*model);
}

static enum status learn(void *context, const struct demo_event *event)
{
	struct lesson *lesson = context;
	struct history history = history_memory_face(lesson->memory);
	const struct consignment *paper = event->consignment;
	/* The item with the fraud, or the first. */
	const struct item *item = &paper->items[event->fraud_item ? event->fraud_item - 1 : 0];

	if (event->kind == DEMO_INSPECTION) {
		if (event->date >= lesson->turn)
			return STATUS_OK;
		TRY(training_set_add(lesson->past, paper, item, &history, event->date, event->found));
		return history_memory_judge(lesson->memory, paper, item, event->found, event->date);
	}
	if (event->kind != DEMO_DECLARATION)
		return STATUS_OK;
	if (event->date >= lesson->turn) {
		TRY(training_set_add(lesson->later, paper, item, &history, event->date, event->fraud != DEMO_HONEST));
		lesson->best[lesson->best_count++] = (struct ranked){event->chance, event->fraud != DEMO_HONEST};
	}
	for (size_t i = 0; i < paper->item_count; i++)
		TRY(history_memory_add(lesson->memory, paper, &paper->items[i], false, false, event->date));
	return STATUS_OK;
}

/* AUC, and average precision, which looks at the first places. */
struct merit {
	double auc, average_precision;
};

static struct merit merit_of(struct training_set *past, struct training_set *later)
{
	AUTO(model_release) struct model *model = NULL;
	AUTO(buffer_release) struct buffer artefact;
	struct ranked *ranked = memory_allocate(DECLARATIONS * sizeof *ranked);
	const struct training_row *rows = training_set_rows(later);
	size_t count = training_set_count(later);
	struct model_quality quality;
	struct message problem;
	struct merit merit = {NAN, NAN};

	buffer_init(&artefact, 64 << 20);
	if (model_train(training_set_rows(past), training_set_count(past), 1, &artefact, &quality, &problem) ==
			STATUS_OK &&
		model_read(buffer_text(&artefact), &model, &problem) == STATUS_OK) {
		for (size_t i = 0; i < count; i++)
			ranked[i] = (struct ranked){model_score(model, rows[i].features), rows[i].adverse};
		quality_rank(ranked, count);
		merit = (struct merit){quality_auc(ranked, count), quality_average_precision(ranked, count)};
	}
	memory_free(ranked);
	return merit;
}

/* A feature that knows the operator, by name or by where it dwells. */
static bool names_operator(const char *name)
{
	return strncmp(name, "operator", 8) == 0 || strncmp(name, "address", 7) == 0 ||
		strncmp(name, "telephone", 9) == 0 || strncmp(name, "exporter", 8) == 0;
}

/* Blots out all that features know of past outcomes; only what they know of the operator's when asked. */
static void forget_outcomes(struct training_set *set, bool operators_only)
{
	const struct training_row *rows = training_set_rows(set);

	for (size_t i = 0; i < training_set_count(set); i++)
		for (size_t j = 0; j < feature_count(); j++)
			if ((strstr(feature_name(j), "_share") || strstr(feature_name(j), "_judged")) &&
				(!operators_only || names_operator(feature_name(j))))
				((float *)(uintptr_t)rows[i].features)[j] = NAN;
}

TEST(histories_help_on_the_demonstration)
{
	static struct lesson lesson;
	struct demo_options options = {.seed = 11, .declarations = DECLARATIONS, .from = date_from(2024, 1, 1), .years = 2};
	struct merit known, nameless, forgotten;
	double best;

	lesson.memory = history_memory_new();
	lesson.past = training_set_new();
	lesson.later = training_set_new();
	lesson.turn = date_from(2025, 8, 1);
	CHECK(demo_generate(&options, learn, &lesson) == STATUS_OK);
	quality_rank(lesson.best, lesson.best_count);
	best = quality_auc(lesson.best, lesson.best_count);
	known = merit_of(lesson.past, lesson.later);
	forget_outcomes(lesson.past, true);
	forget_outcomes(lesson.later, true);
	nameless = merit_of(lesson.past, lesson.later);
	forget_outcomes(lesson.past, false);
	forget_outcomes(lesson.later, false);
	forgotten = merit_of(lesson.past, lesson.later);
	printf("    demonstration: learnt from %zu inspections; AUC and average precision %.3f %.3f with past outcomes, %.3f "
	       "%.3f without operators', %.3f %.3f without any; the best possible AUC %.3f\n",
		training_set_count(lesson.past), known.auc, known.average_precision, nameless.auc,
		nameless.average_precision, forgotten.auc, forgotten.average_precision, best);
	CHECK(known.auc > .75);
	CHECK(known.auc > nameless.auc && known.average_precision > nameless.average_precision + .01);
	CHECK(known.auc > forgotten.auc + .005);
	CHECK(known.auc < best);
	history_memory_free(lesson.memory);
	training_set_free(lesson.past);
	training_set_free(lesson.later);
}
