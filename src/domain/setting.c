/* Settings: reading with the default, changing with a check and a journal row. */
#include "domain/setting.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "domain/journal.h"

enum { VALUE_LIMIT = 2000 };

STATEMENT(SETTING_READ, "select value from settings where code = $1");
STATEMENT(SETTING_WRITE, "insert into settings (code, value, changed_at) values ($1, $2, $3) "
	"on conflict (code) do update set value = excluded.value, changed_at = excluded.changed_at");

static enum status whole_number(struct text text, int64_t *ret_value)
{
	int64_t value = 0;
	size_t at = text.size && text.data[0] == '-' ? 1 : 0;
	bool negative = at == 1;

	if (at == text.size || text.size > 18)
		return STATUS_INVALID;
	for (; at < text.size; at++) {
		if (text.data[at] < '0' || text.data[at] > '9')
			return STATUS_INVALID;
		value = value * 10 + (text.data[at] - '0');
	}
	*ret_value = negative ? -value : value;
	return STATUS_OK;
}

static enum status bounds_check(const struct setting *setting, int64_t value)
{
	bool bounded = setting->least || setting->most;

	return bounded && (value < setting->least || value > setting->most) ? STATUS_INVALID : STATUS_OK;
}

static bool is_choice(const char *choices, struct text value)
{
	struct text rest = text_of(choices);

	while (rest.data)
		if (text_equal(text_cut(&rest, ' '), value))
			return value.size > 0;
	return false;
}

enum status setting_parse(const struct setting *setting, struct text text, int64_t *ret_value)
{
	int64_t value = 0;

	switch (setting->kind) {
	case SETTING_INTEGER:
		TRY(whole_number(text, &value));
		TRY(bounds_check(setting, value));
		break;
	case SETTING_NUMBER:
		if (number_read(text, &value) != STATUS_OK)
			return STATUS_INVALID;
		TRY(bounds_check(setting, value));
		break;
	case SETTING_YES_NO:
		value = text_is(text, "yes") || text_is(text, "1");
		if (!value && !text_is(text, "no") && !text_is(text, "0"))
			return STATUS_INVALID;
		break;
	case SETTING_CHOICE:
		if (!is_choice(setting->choices, text))
			return STATUS_INVALID;
		break;
	case SETTING_TEXT:
		if (text.size > VALUE_LIMIT)
			return STATUS_INVALID;
		break;
	}
	*ret_value = value;
	return STATUS_OK;
}

enum status setting_text(struct reader *reader, const struct setting *setting, struct arena *arena,
	struct text *ret_value)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct text value = text_of(setting->initial ? setting->initial : "");

	TRY(store_query(reader, &SETTING_READ, PARAMS(value_string(setting->code)), &rows));
	if (rows_next(rows)) {
		value = rows_copy(rows, 0, arena);
		if (!value.data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	*ret_value = value;
	return STATUS_OK;
}

enum status setting_integer(struct reader *reader, const struct setting *setting, int64_t *ret_value)
{
	struct rows AUTO(rows_release) *rows = NULL;
	enum status parsed = STATUS_INVALID;

	TRY(store_query(reader, &SETTING_READ, PARAMS(value_string(setting->code)), &rows));
	/* A stored value that no longer fits its row (bounds that changed) gives way to the default. */
	if (rows_next(rows))
		parsed = setting_parse(setting, rows_text(rows, 0), ret_value);
	TRY(rows_status(rows));
	if (parsed == STATUS_OK)
		return STATUS_OK;
	return setting_parse(setting, text_of(setting->initial), ret_value);
}

enum status setting_change(struct writer *writer, const struct actor *actor, const struct setting *setting,
	struct text value)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;
	struct text before;
	int64_t parsed;

	value = value.data ? value : TEXT("");
	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(setting_parse(setting, value, &parsed));
	TRY(setting_text(writer_reader(writer), setting, arena, &before));
	if (text_equal(before, value))
		return STATUS_OK;
	TRY(store_execute(writer, &SETTING_WRITE,
		PARAMS(value_string(setting->code), value_text(value), V_INT(clock_now())), NULL));
	buffer_init(&details, 1 << 15);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, setting->code);
	put_array(&json);
	put_text(&json, before);
	put_text(&json, value);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "setting", .action = "changed",
			.details = buffer_text(&details)},
		NULL);
}
