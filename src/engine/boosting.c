/* XGBoost's C library in one thread: matrices, training, prediction. */
#include "engine/boosting.h"

#include "base/log.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xgboost/c_api.h>

const struct boosting boosting_usual = {.rounds = 180, .depth = 4, .step = "0.03", .columns = "0.5",
	.child_weight = "15", .seed = 1};

struct booster {
	BoosterHandle handle;
};

static const struct {
	const char *name, *value;
} parameters[] = {
	{"objective", "binary:logistic"},
	{"base_score", "0.5"},
	{"tree_method", "hist"},
	{"subsample", "0.8"},
	{"nthread", "1"},
	{"verbosity", "0"},
};

static void matrix_release(DMatrixHandle *matrix)
{
	if (*matrix)
		XGDMatrixFree(*matrix);
}

/* The library's messages carry its stack: the first line is for the log. */
static enum status said(int result)
{
	char line[200];

	if (result == 0)
		return STATUS_OK;
	snprintf(line, sizeof line, "%.*s", (int)strcspn(XGBGetLastError(), "\n"), XGBGetLastError());
	log_event(LOG_ERROR, "xgboost", "message", line, NULL);
	return STATUS_INTERNAL;
}

static enum status matrix_make(const struct dense_rows *rows, DMatrixHandle *ret_matrix)
{
	AUTO(matrix_release) DMatrixHandle matrix = NULL;

	TRY(said(XGDMatrixCreateFromMat(rows->values, rows->count, rows->width, NAN, &matrix)));
	if (rows->outcomes)
		TRY(said(XGDMatrixSetFloatInfo(matrix, "label", rows->outcomes, rows->count)));
	*ret_matrix = matrix;
	matrix = NULL;
	return STATUS_OK;
}

static enum status set_number(BoosterHandle handle, const char *name, unsigned value)
{
	char text[24];

	snprintf(text, sizeof text, "%u", value);
	return said(XGBoosterSetParam(handle, name, text));
}

static enum status train(struct booster *booster, DMatrixHandle matrix, const struct boosting *boosting)
{
	TRY(said(XGBoosterCreate(&matrix, 1, &booster->handle)));
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
		TRY(said(XGBoosterSetParam(booster->handle, parameters[i].name, parameters[i].value)));
	TRY(set_number(booster->handle, "max_depth", (unsigned)boosting->depth));
	TRY(said(XGBoosterSetParam(booster->handle, "eta", boosting->step)));
	TRY(said(XGBoosterSetParam(booster->handle, "colsample_bytree", boosting->columns)));
	TRY(said(XGBoosterSetParam(booster->handle, "min_child_weight", boosting->child_weight)));
	TRY(set_number(booster->handle, "seed", (unsigned)(boosting->seed & 0x7fffffff)));
	for (int round = 0; round < boosting->rounds; round++) {
		if (boosting->goes_on)
			TRY(boosting->goes_on(boosting->context));
		TRY(said(XGBoosterUpdateOneIter(booster->handle, round, matrix)));
	}
	return STATUS_OK;
}

enum status booster_train(const struct dense_rows *rows, const struct boosting *boosting, struct booster **ret_booster)
{
	AUTO(matrix_release) DMatrixHandle matrix = NULL;
	AUTO(booster_release) struct booster *booster = memory_allocate(sizeof *booster);

	if (!booster)
		return STATUS_NO_MEMORY;
	TRY(matrix_make(rows, &matrix));
	TRY(train(booster, matrix, boosting));
	*ret_booster = booster;
	booster = NULL;
	return STATUS_OK;
}

void booster_free(struct booster *booster)
{
	if (!booster)
		return;
	if (booster->handle)
		XGBoosterFree(booster->handle);
	memory_free(booster);
}

void booster_release(struct booster **booster)
{
	booster_free(*booster);
	*booster = NULL;
}

enum status booster_json(struct booster *booster, struct text *ret_json)
{
	struct text json = TEXT_NONE;
	bst_ulong size;

	TRY(said(XGBoosterSaveModelToBuffer(booster->handle, "{\"format\":\"json\"}", &size, &json.data)));
	json.size = size;
	*ret_json = json;
	return STATUS_OK;
}

enum status booster_predict(struct booster *booster, const struct dense_rows *rows, bool contributions, float *ret_values)
{
	static const char probabilities[] =
		"{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}";
	static const char parts[] =
		"{\"type\":2,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}";
	AUTO(matrix_release) DMatrixHandle matrix = NULL;
	struct dense_rows bare = *rows;
	bst_ulong const *shape;
	bst_ulong dimensions;
	float const *result;

	bare.outcomes = NULL;
	TRY(matrix_make(&bare, &matrix));
	TRY(said(XGBoosterPredictFromDMatrix(booster->handle, matrix, contributions ? parts : probabilities, &shape,
		&dimensions, &result)));
	memcpy(ret_values, result, rows->count * (contributions ? rows->width + 1 : 1) * sizeof *ret_values);
	return STATUS_OK;
}
