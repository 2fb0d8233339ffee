/* One consignment assessed, as programs get it: the same from `vigie assess --json` and from the server. */
#include "modules/risk/assessment.h"

#include <math.h>

static void put_item(struct json_writer *json, const struct assessment *a, size_t i)
{
	const struct item *item = &a->consignment->items[i];
	bool has_price = item->price != NUMBER_NONE;

	put_object(json);
	put_key(json, "number");
	put_int(json, item->number);
	put_key(json, "hs");
	put_text(json, item->hs);
	put_key(json, "origin");
	put_text(json, item->origin);
	put_key(json, "gross_mass");
	put_micro(json, item->gross_mass);
	put_key(json, "net_mass");
	put_micro(json, item->net_mass);
	put_key(json, "value");
	put_object(json);
	put_key(json, "amount");
	put_micro(json, has_price ? item->price : item->customs_value);
	put_key(json, "currency");
	put_text(json, has_price ? item->currency : TEXT_NONE);
	put_object_end(json);
	put_key(json, "description");
	put_text(json, item->description.data ? item->description : item->tariff_description);
	put_key(json, "score");
	put_double(json, a->decision->item_scores ? a->decision->item_scores[i] : (double)NAN);
	put_object_end(json);
}

static void put_reason(struct json_writer *json, const struct reason *reason, enum language language)
{
	AUTO(buffer_release) struct buffer text;

	buffer_init(&text, 65536);
	reason_print(&text, language, reason);
	put_object(json);
	put_key(json, "kind");
	put_text(json, text_of(reason_kind_code(reason->kind)));
	put_key(json, "code");
	put_text(json, reason->code);
	put_key(json, "text");
	put_text(json, buffer_text(&text));
	put_key(json, "items");
	put_array(json);
	for (size_t i = 0; i < reason->item_count; i++)
		put_int(json, reason->items[i]);
	put_array_end(json);
	put_object_end(json);
}

static void put_problem(struct json_writer *json, const struct problem *problem, enum language language)
{
	AUTO(buffer_release) struct buffer text;

	buffer_init(&text, 65536);
	message_print(&text, language, &problem->message);
	put_object(json);
	put_key(json, "level");
	put_text(json, problem->level == PROBLEM_ERROR ? TEXT("error") : TEXT("warning"));
	put_key(json, "place");
	put_text(json, problem->place);
	put_key(json, "text");
	put_text(json, buffer_text(&text));
	put_object_end(json);
}

void assessment_put(struct json_writer *json, const struct assessment *a, enum language language)
{
	const struct decision *d = a->decision;

	put_object(json);
	put_key(json, "file");
	put_text(json, text_of(a->file));
	put_key(json, "format");
	put_text(json, text_of(a->format));
	put_key(json, "stage");
	put_text(json, text_of(stage_code(a->consignment->stage)));
	put_key(json, "reference");
	put_text(json, a->consignment->reference);
	put_key(json, "office");
	put_text(json, a->consignment->office);
	put_key(json, "lane");
	put_text(json, text_of(lane_code(d->lane)));
	put_key(json, "score");
	put_double(json, d->score);
	put_key(json, "reasons");
	put_array(json);
	for (size_t i = 0; i < d->reason_count; i++)
		if (d->reasons[i].selected)
			put_reason(json, &d->reasons[i], language);
	put_array_end(json);
	put_key(json, "items");
	put_array(json);
	for (size_t i = 0; i < a->consignment->item_count; i++)
		put_item(json, a, i);
	put_array_end(json);
	put_key(json, "problems");
	put_array(json);
	for (size_t i = 0; a->problems && i < a->problems->count; i++)
		put_problem(json, &a->problems->rows[i], language);
	put_array_end(json);
	put_object_end(json);
}
