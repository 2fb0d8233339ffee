/* Keeping and giving back the answers of histories. */
#include "modules/risk/history_record.h"

void history_record_begin(struct history_record *record, const struct history *inner, struct buffer *bytes)
{
	*record = (struct history_record){.inner = inner ? *inner : (struct history){NULL, NULL}, .bytes = bytes};
}

/* A run of zeros is written as 0 and its length; an answer as count + 1, judged, adverse, price + 1. */
static void write_run(struct history_record *record)
{
	if (!record->nothing)
		return;
	varint_write(record->bytes, 0);
	varint_write(record->bytes, (uint64_t)record->nothing);
	record->nothing = 0;
}

static void look_and_keep(void *context, enum history_key key, struct text value, int days, int64_t before,
	struct history_figures *ret_figures)
{
	struct history_record *record = context;

	*ret_figures = (struct history_figures){.price_per_kg = NUMBER_NONE};
	if (record->inner.look)
		record->inner.look(record->inner.context, key, value, days, before, ret_figures);
	if (!ret_figures->count && !ret_figures->judged && !ret_figures->adverse &&
	    ret_figures->price_per_kg == NUMBER_NONE) {
		record->nothing++;
		return;
	}
	write_run(record);
	varint_write(record->bytes, (uint64_t)ret_figures->count + 1);
	varint_write(record->bytes, (uint64_t)ret_figures->judged);
	varint_write(record->bytes, (uint64_t)ret_figures->adverse);
	varint_write(record->bytes,
		ret_figures->price_per_kg == NUMBER_NONE ? 0 : (uint64_t)ret_figures->price_per_kg + 1);
}

struct history history_record_face(struct history_record *record)
{
	return (struct history){record, look_and_keep};
}

void history_record_end(struct history_record *record)
{
	write_run(record);
}

static void give_back(void *context, enum history_key key, struct text value, int days, int64_t before,
	struct history_figures *ret_figures)
{
	struct history_replay *replay = context;
	uint64_t count = 0, judged = 0, adverse = 0, price = 0;

	(void)key;
	(void)value;
	(void)days;
	(void)before;
	*ret_figures = (struct history_figures){.price_per_kg = NUMBER_NONE};
	if (replay->nothing) {
		replay->nothing--;
		return;
	}
	if (!varint_read(&replay->rest, &count)) {
		replay->ran_out = true;
		return;
	}
	if (!count) {
		if (varint_read(&replay->rest, &count) && count)
			replay->nothing = (int64_t)count - 1;
		else
			replay->ran_out = true;
		return;
	}
	if (!varint_read(&replay->rest, &judged) || !varint_read(&replay->rest, &adverse) ||
	    !varint_read(&replay->rest, &price)) {
		replay->ran_out = true;
		return;
	}
	*ret_figures = (struct history_figures){(int64_t)count - 1, (int64_t)judged, (int64_t)adverse,
		price ? (int64_t)(price - 1) : NUMBER_NONE};
}

struct history history_replay_face(struct history_replay *replay)
{
	return (struct history){replay, give_back};
}
