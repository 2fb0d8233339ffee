/* One line an event, written with one call so that lines of several threads do not mix. */
#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static _Atomic int least = LOG_INFO;
static _Atomic bool as_json;

void log_set_level(enum log_level level)
{
	atomic_store(&least, (int)level);
}

void log_set_json(bool json)
{
	atomic_store(&as_json, json);
}

/* A value is cut here, so that a line is always whole: six bytes at most for each when escaped. */
enum { VALUE_LIMIT = 2000, PAIRS_LIMIT = 48000, LINE_LIMIT = 65536 };

static void print_pair(struct buffer *line, bool json, const char *key, const char *value)
{
	if (json) {
		buffer_byte(line, ',');
		json_quote(line, text_of(key));
		buffer_byte(line, ':');
	} else {
		buffer_format(line, " %s=", key);
	}
	json_quote(line, text_slice(text_of(value ? value : ""), 0, VALUE_LIMIT));
}

void log_event(enum log_level level, const char *event, ...)
{
	static const char *const names[] = {"debug", "info", "warning", "error"};
	AUTO(buffer_release) struct buffer line;
	bool json = atomic_load(&as_json);
	const char *key;
	va_list pairs;

	buffer_init(&line, LINE_LIMIT);
	if ((int)level < atomic_load(&least))
		return;
	if (json)
		buffer_string(&line, "{\"time\":\"");
	time_print(&line, clock_now());
	if (json)
		buffer_format(&line, "\",\"level\":\"%s\",\"event\":\"%s\"", names[level], event);
	else
		buffer_format(&line, " %s %s", names[level], event);
	va_start(pairs, event);
	while ((key = va_arg(pairs, const char *))) {
		const char *value = va_arg(pairs, const char *);

		if (line.size < PAIRS_LIMIT)
			print_pair(&line, json, key, value);
	}
	va_end(pairs);
	buffer_string(&line, json ? "}\n" : "\n");
	if (buffer_status(&line) == STATUS_OK && write(STDERR_FILENO, line.data, line.size) < 0)
		return;
}
