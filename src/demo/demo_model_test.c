/* The model on the demonstration: learnt from inspections alone, it must tell fraud in traffic it has not seen, and
 * histories of past outcomes must help. It can do better than the probability the frauds were drawn with, for it
 * also sees the papers they left. */
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

static double auc_of(struct training_set *past, struct training_set *later)
{
	AUTO(model_release) struct model *model = NULL;
	AUTO(buffer_release) struct buffer artefact;
	struct ranked *ranked = memory_allocate(DECLARATIONS * sizeof *ranked);
	const struct training_row *rows = training_set_rows(later);
	size_t count = training_set_count(later);
	struct model_quality quality;
	struct message problem;
	double auc = NAN;

	buffer_init(&artefact, 64 << 20);
	if (model_train(training_set_rows(past), training_set_count(past), 1, &artefact, &quality, &problem) ==
			STATUS_OK &&
		model_read(buffer_text(&artefact), &model, &problem) == STATUS_OK) {
		for (size_t i = 0; i < count; i++)
			ranked[i] = (struct ranked){model_score(model, rows[i].features), rows[i].adverse};
		quality_rank(ranked, count);
		auc = quality_auc(ranked, count);
	}
	memory_free(ranked);
	return auc;
}

/* Blots out all that features know of past outcomes. */
static void forget_outcomes(struct training_set *set)
{
	const struct training_row *rows = training_set_rows(set);

	for (size_t i = 0; i < training_set_count(set); i++)
		for (size_t j = 0; j < feature_count(); j++)
			if (strstr(feature_name(j), "_share") || strstr(feature_name(j), "_judged"))
				((float *)(uintptr_t)rows[i].features)[j] = NAN;
}

TEST(histories_help_on_the_demonstration)
{
	static struct lesson lesson;
	struct demo_options options = {.seed = 11, .declarations = DECLARATIONS, .from = date_from(2024, 1, 1), .years = 2};
	double best, known, forgotten;

	lesson.memory = history_memory_new();
	lesson.past = training_set_new();
	lesson.later = training_set_new();
	lesson.turn = date_from(2025, 8, 1);
	CHECK(demo_generate(&options, learn, &lesson) == STATUS_OK);
	quality_rank(lesson.best, lesson.best_count);
	best = quality_auc(lesson.best, lesson.best_count);
	known = auc_of(lesson.past, lesson.later);
	forget_outcomes(lesson.past);
	forget_outcomes(lesson.later);
	forgotten = auc_of(lesson.past, lesson.later);
	printf("    demonstration: learnt from %zu inspections; AUC %.3f with past outcomes, %.3f without; the operation's own "
	       "probability %.3f\n",
		training_set_count(lesson.past), known, forgotten, best);
	CHECK(known > .75);
	CHECK(known > forgotten + .005);
	history_memory_free(lesson.memory);
	training_set_free(lesson.past);
	training_set_free(lesson.later);
}
