/* The small readers of the base layer, and what must hold between them: what is printed is read again. */
#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		__builtin_trap();
}

static void try_number(struct text text)
{
	AUTO(buffer_release) struct buffer printed = {0};
	int64_t micro, again;

	if (number_read(text, &micro) != STATUS_OK)
		return;
	buffer_init(&printed, 100);
	number_print(&printed, micro);
	require(number_read(buffer_text(&printed), &again) == STATUS_OK && again == micro);
}

static void try_date(struct text text, enum date_form form)
{
	AUTO(buffer_release) struct buffer printed = {0};
	int64_t date, again;

	if (date_parse(text, form, &date) != STATUS_OK)
		return;
	buffer_init(&printed, 100);
	date_print(&printed, date);
	require(date_parse(buffer_text(&printed), DATE_ISO, &again) == STATUS_OK && again == date);
}

/* A folded text is valid, and folding it again changes nothing. */
static void try_fold(struct text text)
{
	AUTO(buffer_release) struct buffer folded = {0}, again = {0};

	buffer_init(&folded, 1 << 20);
	buffer_init(&again, 1 << 20);
	utf8_fold(&folded, text);
	require(utf8_is_valid(buffer_text(&folded)));
	utf8_fold(&again, buffer_text(&folded));
	require(text_equal(buffer_text(&folded), buffer_text(&again)));
}

static void try_json(struct text text)
{
	AUTO(buffer_release) struct buffer quoted = {0};
	json_t *value = NULL;
	int line = 0;

	if (json_parse(text, 1 << 20, &value, &line) == STATUS_OK)
		json_decref(value);
	buffer_init(&quoted, 8 << 20);
	buffer_byte(&quoted, '[');
	json_quote(&quoted, text);
	buffer_byte(&quoted, ']');
	require(buffer_status(&quoted) != STATUS_OK || utf8_is_valid(buffer_text(&quoted)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = {(const char *)data, size};
	int64_t time;

	if (size > 1 << 16)
		return 0;
	try_number(text);
	for (int form = DATE_ISO; form <= DATE_COMPACT; form++)
		try_date(text, (enum date_form)form);
	try_fold(text);
	try_json(text);
	if (time_parse(text, &time) == STATUS_OK)
		require(date_of(time) != DATE_NONE);
	(void)utf8_cut(text, 20);
	return 0;
}
