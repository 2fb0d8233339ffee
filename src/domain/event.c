/* Subscriptions of all modules, and publishing. */
#include "domain/event.h"

#include "base/json.h"
#include "base/log.h"

#include <string.h>

enum { TABLE_LIMIT = 64 };

/* Filled once at start, before any thread runs; constant afterwards. */
static const struct subscription *tables[TABLE_LIMIT];
static size_t table_count;

void event_subscribe(const struct subscription *subscriptions)
{
	if (!subscriptions) {
		table_count = 0;
		return;
	}
	for (size_t i = 0; i < table_count; i++)
		if (tables[i] == subscriptions)
			return;
	if (table_count == TABLE_LIMIT) {
		log_event(LOG_ERROR, "event_tables_full", "limit", "64", NULL);
		return;
	}
	tables[table_count++] = subscriptions;
}

static enum status tell_live_pages(struct writer *writer, const struct event *event)
{
	struct buffer AUTO(buffer_release) payload = {0};
	struct json_writer json;

	buffer_init(&payload, 4096);
	put_begin(&json, &payload);
	put_object(&json);
	put_key(&json, "event");
	put_text(&json, text_of(event->name));
	put_key(&json, "id");
	put_int(&json, event->id);
	put_key(&json, "unit");
	put_text(&json, event->unit_path);
	put_object_end(&json);
	TRY(buffer_status(&payload));
	return writer_notify(writer, "live", buffer_text(&payload));
}

enum status event_publish(struct writer *writer, const struct event *event)
{
	for (size_t i = 0; i < table_count; i++)
		for (const struct subscription *row = tables[i]; row->event; row++)
			if (strcmp(row->event, event->name) == 0 || strcmp(row->event, "*") == 0)
				TRY(row->handle(writer, event));
	return tell_live_pages(writer, event);
}
