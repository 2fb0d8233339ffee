/* Deciding: what the database must say of a consignment first, then the decision itself, in memory only. */
#include "modules/risk/decider.h"

#include <string.h>

struct text reasons_text(struct arena *arena, struct buffer *space, const struct decision *decision)
{
	struct json_writer json;

	if (!decision->reason_count)
		return TEXT("[]");
	buffer_clear(space);
	put_begin(&json, space);
	reasons_json(&json, decision);
	return space->status == STATUS_OK ? arena_text(arena, buffer_text(space)) : TEXT_NONE;
}

enum status decider_remember(struct decider *decider, const struct consignment *c)
{
	const enum history_outcome outcome = !c->outcome.known ? OUTCOME_UNKNOWN
		: c->outcome.adverse                           ? OUTCOME_ADVERSE
							       : OUTCOME_CONFORM;
	int64_t day = consignment_day(c, decider->today);
	const struct expected *expected = NULL;

	if (c->stage != STAGE_DECLARATION)
		return STATUS_OK;
	for (size_t i = 0; i < 2; i++)
		if (decider->expected[i].consignment == c)
			expected = &decider->expected[i];
	for (size_t i = 0; i < c->item_count; i++) {
		if (expected && i < EXPECTED_ITEMS)
			TRY(history_memory_add_at(decider->history, &expected->places[i], c, &c->items[i], outcome, day));
		else
			TRY(history_memory_add(decider->history, c, &c->items[i], c->outcome.known, c->outcome.adverse, day));
	}
	return STATUS_OK;
}

/* A plus sign in front where declarations after release are counted apart from the lanes at the declaration. */
static struct text regime_of(struct arena *arena, const struct consignment *c, bool after_release)
{
	char *bytes = arena_allocate(arena, c->type.size + c->regime.size + 1);
	size_t size = 0;

	if (!bytes)
		return TEXT_NONE;
	if (after_release)
		bytes[size++] = '+';
	if (c->type.size)
		memcpy(bytes + size, c->type.data, c->type.size);
	size += c->type.size;
	if (c->regime.size)
		memcpy(bytes + size, c->regime.data, c->regime.size);
	return (struct text){bytes, size + c->regime.size};
}

static enum status prepare_counterpart(struct reader *reader, const struct consignment *consignment, struct arena *arena,
	struct decision_case *prepared)
{
	struct consignment bill;

	if (!reader)
		return STATUS_NOT_FOUND;
	TRY(counterpart_find(reader, consignment, arena, &bill, &prepared->counterpart_id,
		&prepared->counterpart_version));
	if (!prepared->counterpart_id)
		return STATUS_OK;
	prepared->counterpart = ARENA_NEW(arena, struct consignment);
	if (!prepared->counterpart)
		return STATUS_NO_MEMORY;
	*prepared->counterpart = bill;
	return STATUS_OK;
}

enum status decider_prepare(struct decider *decider, struct writer *writer, enum gate gate,
	const struct consignment *consignment, struct arena *arena, struct decision_case *ret_case)
{
	struct decision_case prepared = {.gate = gate, .consignment = consignment};
	struct text office = consignment->office.data ? consignment->office : TEXT("");
	bool after_release = gate == GATE_AFTER_RELEASE;
	struct text counted = regime_of(arena, consignment, after_release);
	struct reader *reader = writer ? writer_reader(writer) : NULL;

	if (!counted.data)
		return STATUS_NO_MEMORY;
	prepared.selection = selection_for(decider->selections, decider->selection_count, office,
		text_slice(counted, after_release, counted.size));
	if (!prepared.selection)
		return STATUS_INTERNAL;
	if (consignment_names_bill(consignment))
		TRY(prepare_counterpart(reader, consignment, arena, &prepared));
	TRY(selection_book_find(&decider->book, reader, decider->period.id, office, counted, &prepared.counters));
	*ret_case = prepared;
	return STATUS_OK;
}

enum status beside_look(struct decider *decider, const struct consignment *consignment, struct arena *arena,
	struct beside *beside, struct decision_inputs *inputs)
{
	TRY(screening_look(decider->screening, consignment, inputs->today, arena, &beside->names));
	TRY(suppression_book_find(&decider->suppressions, consignment->consignee.code, inputs->today, arena,
		&beside->suppressions, &beside->suppression_count));
	inputs->names = &beside->names;
	inputs->prices = &decider->price_face;
	inputs->suppressions = beside->suppressions;
	inputs->suppression_count = beside->suppression_count;
	return STATUS_OK;
}

/* Decides with what is in `inputs`, keeping what the histories answered. */
static enum status decide_and_keep(struct decider *decider, struct decision_inputs *inputs,
	const struct consignment *consignment, struct arena *arena, struct decision_record *record)
{
	const struct history history = history_memory_face(decider->history);
	struct history_record kept;
	struct history face;
	struct beside beside;

	TRY(beside_look(decider, consignment, decider->scratch, &beside, inputs));
	TRY(beside_write(arena, &beside, &record->beside));
	record->price_run = prices_run(decider->prices);
	buffer_clear(&decider->bytes);
	history_record_begin(&kept, &history, &decider->bytes);
	face = history_record_face(&kept);
	inputs->history = &face;
	TRY(decision_make(inputs, consignment, decider->scratch, &record->decision));
	history_record_end(&kept);
	TRY(buffer_status(&decider->bytes));
	record->history = arena_text(arena, buffer_text(&decider->bytes));
	record->reasons = reasons_text(arena, &decider->bytes, &record->decision);
	if (!record->history.data || !record->reasons.data)
		return STATUS_NO_MEMORY;
	return shadow_decide(decider, inputs, consignment, arena, record);
}

enum status decider_decide_case(struct decider *decider, const struct decision_case *prepared, struct arena *arena,
	struct decision_record *ret_record)
{
	struct selection_entry *entry = &decider->book.entries[prepared->counters];
	struct selection selection = prepared->selection->selection;
	struct decision_record record = {.id = ret_record->id, .consignment_id = ret_record->consignment_id,
		.version = ret_record->version, .gate = prepared->gate, .policy_id = decider->policy_id,
		.model_id = decider->model_id, .period_id = decider->period.id, .decided_on = decider->today,
		.decided_at = clock_now(), .selection_id = prepared->selection->id,
		.green_delay_minutes = prepared->selection->green_delay_minutes,
		.counterpart_id = prepared->counterpart_id, .counterpart_version = prepared->counterpart_version,
		.counts_before = entry->counts};
	struct decision_inputs inputs = {.gate = prepared->gate, .policy = decider->policy, .model = decider->model,
		.today = decider->today, .selection = &selection, .counts = &entry->counts,
		.counterpart = prepared->counterpart};

	arena_reset(decider->scratch);
	memcpy(selection.draw_key, decider->period.key, sizeof selection.draw_key);
	selection.prepared_key = &decider->draw;
	entry->is_changed = true;
	TRY(decide_and_keep(decider, &inputs, prepared->consignment, arena, &record));
	*ret_record = record;
	return STATUS_OK;
}

enum status decider_decide_after_release(struct decider *decider, struct writer *writer,
	const struct consignment *consignment, struct arena *arena, struct decision_record *ret_record)
{
	struct decision_case prepared;

	*ret_record = (struct decision_record){.id = 0};
	TRY(decider_prepare(decider, writer, GATE_AFTER_RELEASE, consignment, arena, &prepared));
	return decider_decide_case(decider, &prepared, arena, ret_record);
}

void decider_expect(struct decider *decider, const struct consignment *consignment, const struct history_places *places)
{
	struct expected *expected = &decider->expected[++decider->expected_last % 2];

	for (size_t i = 0; i < 2; i++) /* the same memory may hold another consignment now */
		if (decider->expected[i].consignment == consignment)
			decider->expected[i].consignment = NULL;
	expected->consignment = consignment;
	expected->places = places;
	for (size_t i = 0; i < consignment->item_count && i < EXPECTED_ITEMS; i++)
		history_memory_expect(decider->history, &places[i]);
}
