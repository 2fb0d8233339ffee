/* The stored past is played once, in the order of its days; the models score what was judged, and how features are
 * spread now is counted in the bands of their learning. */
#include "base/memory.h"
#include "engine/evaluation.h"
#include "engine/features.h"
#include "engine/history_memory.h"
#include "modules/models/models.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAST_LANE(lane)                                                                                                \
	"select c.id as id, c.day as day, v.content, c.outcome, c.outcome_on, c.recovered from consignments c "        \
	"join consignment_versions v on v.id = c.id * 65536 + 1 where c.lane = " lane " and c.day <= $1 and c.stage = 1"
STATEMENT(MEASURE_PAST, EACH_LANE(PAST_LANE));

enum { ARENA_LIMIT = 64 << 20, MOST = 2, BANDS = SUMMARY_CUTS + 2 /* the last: missing */ };


struct measuring {
	const struct model_measure *measure;
	const struct model *models[MOST];
	struct history_memory *memory;
	struct arena *arena;
	struct judged *rows[MOST];
	double *duties;
	size_t count, room, items;
	float *features;
	size_t (*bands)[BANDS]; /* by feature */
};

static void measuring_release(struct measuring *m)
{
	for (size_t i = 0; i < MOST; i++)
		memory_free(m->rows[i]);
	memory_free(m->duties);
	memory_free(m->features);
	memory_free(m->bands);
	arena_free(m->arena);
	history_memory_free(m->memory);
}

static enum status grow(struct measuring *m)
{
	size_t wanted = m->room ? m->room * 2 : 1024;
	double *duties;

	if (m->count < m->room)
		return STATUS_OK;
	for (size_t i = 0; i < m->measure->count; i++) {
		struct judged *rows = memory_resize(m->rows[i], wanted * sizeof *rows);

		if (!rows)
			return STATUS_NO_MEMORY;
		m->rows[i] = rows;
	}
	duties = memory_resize(m->duties, wanted * sizeof *duties);
	if (!duties)
		return STATUS_NO_MEMORY;
	m->duties = duties;
	m->room = wanted;
	return STATUS_OK;
}

static void count_bands(struct measuring *m)
{
	const struct model_summary *summaries = model_summaries(m->models[0]);

	for (size_t i = 0; summaries && i < feature_count(); i++)
		m->bands[i][summary_band(&summaries[i], m->features[i])]++;
	m->items++;
}

static double duty_of(const struct consignment *c)
{
	double sum = 0;

	if (c->duties != NUMBER_NONE)
		return (double)c->duties / 1e6;
	for (size_t i = 0; i < c->item_count; i++)
		sum += c->items[i].duties == NUMBER_NONE ? 0 : (double)c->items[i].duties / 1e6;
	return sum;
}

/* What the row says was found of a consignment. */
struct verdict {
	bool known, adverse;
	int64_t on;
	double recovered;
};

static enum status score(struct measuring *m, const struct consignment *c, int64_t day, const struct verdict *verdict)
{
	struct history history = history_memory_face(m->memory);
	struct judged rows[MOST];
	bool any = false;

	for (size_t i = 0; i < MOST; i++)
		rows[i] = (struct judged){.score = NAN, .probability = NAN, .adverse = verdict->adverse,
			.cluster = (uint32_t)m->count, .recovered = verdict->recovered};
	for (size_t i = 0; i < c->item_count; i++) {
		features_compute(c, &c->items[i], &history, day, NULL, m->features);
		count_bands(m);
		for (size_t j = 0; verdict->known && j < m->measure->count; j++) {
			double value = model_score(m->models[j], m->features);

			any = any || !isnan(value);
			if (isnan(rows[j].score) || value > rows[j].score)
				rows[j].score = rows[j].probability = value;
		}
	}
	if (!any)
		return STATUS_OK;
	TRY(grow(m));
	for (size_t j = 0; j < m->measure->count; j++)
		m->rows[j][m->count] = rows[j];
	m->duties[m->count++] = duty_of(c);
	return STATUS_OK;
}

static enum status learn(struct measuring *m, const struct consignment *c, int64_t day, const struct verdict *verdict)
{
	bool at_once = verdict->known && verdict->on <= day;

	for (size_t i = 0; i < c->item_count; i++) {
		TRY(history_memory_add(m->memory, c, &c->items[i], at_once, at_once && verdict->adverse, day));
		if (verdict->known && !at_once)
			TRY(history_memory_judge(m->memory, c, &c->items[i], verdict->adverse, verdict->on));
	}
	return STATUS_OK;
}

static enum status play_row(struct measuring *m, struct rows *rows)
{
	const struct verdict verdict = {!rows_is_null(rows, 3), rows_integer(rows, 3) != 0, rows_integer(rows, 4),
		rows_is_null(rows, 5) ? 0 : (double)rows_integer(rows, 5) / 1e6};
	int64_t day = rows_integer(rows, 1);
	struct consignment c;

	arena_reset(m->arena);
	TRY(consignment_unpack(m->arena, rows_bytes(rows, 2), &c));
	if (day >= m->measure->from && day <= m->measure->until)
		TRY(score(m, &c, day, &verdict));
	return learn(m, &c, day, &verdict);
}

static enum status play(struct database *database, struct measuring *m)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &MEASURE_PAST, PARAMS(V_INT(m->measure->until)), &rows));
	while (rows_next(rows)) {
		TRY(reader_goes_on(reader));
		TRY(play_row(m, rows));
	}
	return rows_status(rows);
}

/* ---- What each choice of weight would have found */

struct place {
	double priority, recovered;
	bool adverse;
};

static int first_places(const void *a, const void *b)
{
	double x = ((const struct place *)a)->priority, y = ((const struct place *)b)->priority;

	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x < y) - (x > y);
}

static void put_choice(struct json_writer *json, const struct place *places, size_t count, double weight)
{
	put_object(json);
	put_key(json, "weight");
	put_double(json, weight);
	put_key(json, "cuts");
	put_array(json);
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		size_t taken = count * (size_t)evaluation_cuts[i] / 100, found = 0;
		double recovered = 0;

		taken = taken || !count ? taken : 1;
		for (size_t j = 0; j < taken; j++) {
			found += places[j].adverse;
			recovered += places[j].recovered;
		}
		put_object(json);
		put_key(json, "share");
		put_int(json, evaluation_cuts[i]);
		put_key(json, "taken");
		put_int(json, (int64_t)taken);
		put_key(json, "found");
		put_int(json, (int64_t)found);
		put_key(json, "recovered");
		put_double(json, recovered);
		put_object_end(json);
	}
	put_array_end(json);
	put_object_end(json);
}

static enum status put_choices(struct json_writer *json, const struct measuring *m, const struct judged *rows)
{
	static const double weights[] = {0, .25, .5, .75, 1};
	struct place *places = memory_allocate((m->count + 1) * sizeof *places);

	if (!places)
		return STATUS_NO_MEMORY;
	put_key(json, "choices");
	put_array(json);
	for (size_t w = 0; w < sizeof weights / sizeof *weights; w++) {
		const struct ranking ranking = {weights[w], m->measure->ranking.cap};

		for (size_t i = 0; i < m->count; i++)
			places[i] = (struct place){ranking_priority(&ranking, rows[i].probability, m->duties[i]),
				rows[i].recovered, rows[i].adverse};
		if (m->count)
			qsort(places, m->count, sizeof *places, first_places);
		put_choice(json, places, m->count, weights[w]);
	}
	put_array_end(json);
	memory_free(places);
	return STATUS_OK;
}

/* ---- The result */

static void put_drift(struct json_writer *json, const struct measuring *m)
{
	const struct model_summary *summaries = model_summaries(m->models[0]);

	put_key(json, "drift");
	put_array(json);
	for (size_t i = 0; summaries && m->items && i < feature_count(); i++) {
		put_object(json);
		put_key(json, "feature");
		put_text(json, text_of(feature_name(i)));
		put_key(json, "psi");
		put_double(json, summary_drift(&summaries[i], m->bands[i], m->items));
		put_object_end(json);
	}
	put_array_end(json);
}

static enum status put_model(struct json_writer *json, const struct measuring *m, size_t which)
{
	struct calibration_band bands[CALIBRATION_BANDS];
	struct evaluation evaluation;

	TRY(evaluation_make(m->rows[which], m->count, false, 1, &evaluation));
	calibration_make(m->rows[which], m->count, bands);
	put_object(json);
	put_key(json, "id");
	put_int(json, m->measure->ids[which]);
	evaluation_write(json, &evaluation);
	calibration_write(json, bands);
	TRY(put_choices(json, m, m->rows[which]));
	if (!which)
		put_drift(json, m);
	put_object_end(json);
	return STATUS_OK;
}

static enum status put_result(const struct measuring *m, struct buffer *out)
{
	struct json_writer json;
	size_t adverse = 0;

	for (size_t i = 0; i < m->count; i++)
		adverse += m->rows[0][i].adverse;
	put_begin(&json, out);
	put_object(&json);
	put_key(&json, "from");
	put_date(&json, m->measure->from);
	put_key(&json, "until");
	put_date(&json, m->measure->until);
	put_key(&json, "items");
	put_int(&json, (int64_t)m->items);
	put_key(&json, "count");
	put_int(&json, (int64_t)m->count);
	put_key(&json, "adverse");
	put_int(&json, (int64_t)adverse);
	put_key(&json, "models");
	put_array(&json);
	for (size_t i = 0; i < m->measure->count; i++)
		TRY(put_model(&json, m, i));
	put_array_end(&json);
	put_object_end(&json);
	return buffer_status(out);
}

static void model_release(struct model **model)
{
	model_free(*model);
}

enum status model_measure_make(struct database *database, const struct model_measure *measure, struct buffer *ret_json)
{
	AUTO(measuring_release) struct measuring m = {.measure = measure};
	AUTO(model_release) struct model *first = NULL;
	AUTO(model_release) struct model *second = NULL;
	struct reader *reader;
	enum status status;

	m.memory = history_memory_new();
	m.arena = arena_new(ARENA_LIMIT);
	m.features = memory_allocate(feature_count() * sizeof *m.features);
	m.bands = memory_allocate(feature_count() * sizeof *m.bands);
	if (!m.memory || !m.arena || !m.features || !m.bands)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(database, &reader));
	status = risk_model_load(reader, measure->ids[0], &first);
	if (status == STATUS_OK && measure->count > 1)
		status = risk_model_load(reader, measure->ids[1], &second);
	reader_end(reader);
	TRY(status);
	m.models[0] = first;
	m.models[1] = second;
	TRY(play(database, &m));
	return put_result(&m, ret_json);
}
