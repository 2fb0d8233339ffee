/* Escaping printf with its own small format parser: only the conversions listed in the header exist. */
#include "web/html.h"

#include "base/number.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>
#include <sys/types.h>

/* What may not stand as it is: markup, and control characters, which may not stand in HTML at all. */
static const char *const entities[128] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;", [0x7f] = "\xef\xbf\xbd",
#define CONTROL(code) [code] = "\xef\xbf\xbd"
	CONTROL(0x00), CONTROL(0x01), CONTROL(0x02), CONTROL(0x03), CONTROL(0x04), CONTROL(0x05), CONTROL(0x06), CONTROL(0x07),
	CONTROL(0x08), CONTROL(0x0b), CONTROL(0x0c), CONTROL(0x0e), CONTROL(0x0f), CONTROL(0x10), CONTROL(0x11), CONTROL(0x12),
	CONTROL(0x13), CONTROL(0x14), CONTROL(0x15), CONTROL(0x16), CONTROL(0x17), CONTROL(0x18), CONTROL(0x19), CONTROL(0x1a),
	CONTROL(0x1b), CONTROL(0x1c), CONTROL(0x1d), CONTROL(0x1e), CONTROL(0x1f),
#undef CONTROL
};

/* From `from` up to a byte that may not stand as it is or begins a longer character. */
static size_t clean_until(struct text text, size_t from)
{
	while (from < text.size && (unsigned char)text.data[from] < 128 && !entities[(unsigned char)text.data[from]])
		from++;
	return from;
}

/* Bytes that are not UTF-8 become U+FFFD, so that a page is always valid. */
static void escape_any(struct buffer *out, struct text text)
{
	size_t from = 0, at = clean_until(text, 0);

	while (at < text.size) {
		struct text rest = text_slice(text, at, text.size);
		const char *instead = "\xef\xbf\xbd";
		size_t size = 1;

		if ((unsigned char)text.data[at] < 128) {
			instead = entities[(unsigned char)text.data[at]];
		} else {
			if (utf8_next(&rest) != 0xfffd)
				instead = NULL;
			size = text.size - at - rest.size;
		}
		if (instead) {
			buffer_put(out, text.data + from, at - from);
			buffer_string(out, instead);
			from = at + size;
		}
		at = clean_until(text, at + size);
	}
	if (text.size)
		buffer_put(out, text.data + from, text.size - from);
}

struct html html_to(struct buffer *out, enum language language)
{
	return (struct html){.out = out, .language = language};
}

void html_text(struct html *p, struct text text)
{
	escape_any(p->out, text);
}

static void refuse_format(struct html *p)
{
	if (p->out->status == STATUS_OK)
		p->out->status = STATUS_INTERNAL;
}

static void print_digits(struct buffer *out, unsigned long long value)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buffer_put(out, digits + at, sizeof digits - at);
}

/* The integer conversions, `length` is how many l's (3 stands for z). */
static bool print_integer(struct html *p, char kind, int length, va_list *arguments)
{
	if (kind == 'd' || kind == 'i') {
		long long value = length == 0 ? va_arg(*arguments, int)
			: length == 1         ? va_arg(*arguments, long)
			: length == 2         ? va_arg(*arguments, long long)
					      : (long long)va_arg(*arguments, ssize_t);

		if (value < 0)
			buffer_byte(p->out, '-');
		print_digits(p->out, value < 0 ? 0ULL - (unsigned long long)value : (unsigned long long)value);
		return true;
	}
	if (kind == 'u') {
		unsigned long long value = length == 0 ? va_arg(*arguments, unsigned)
			: length == 1                  ? va_arg(*arguments, unsigned long)
			: length == 2                  ? va_arg(*arguments, unsigned long long)
						       : va_arg(*arguments, size_t);

		print_digits(p->out, value);
		return true;
	}
	return false;
}

/* One conversion, `*at` just behind the '%'; false when it is none of ours. */
static bool print_conversion(struct html *p, const char **at, va_list *arguments)
{
	const char *c = *at;
	int length = 0;

	if (strncmp(c, ".*s", 3) == 0) {
		int size = va_arg(*arguments, int);
		const char *data = va_arg(*arguments, const char *);

		*at = c + 3;
		if (data && size > 0)
			escape_any(p->out, (struct text){data, strnlen(data, (size_t)size)});
		return true;
	}
	while (*c == 'l' && length < 2) {
		length++;
		c++;
	}
	if (*c == 'z' && !length) {
		length = 3;
		c++;
	}
	*at = c + 1;
	if (*c == 's' && !length) {
		escape_any(p->out, text_of(va_arg(*arguments, const char *)));
		return true;
	}
	if (*c == 'c' && !length) {
		char byte = (char)va_arg(*arguments, int);

		escape_any(p->out, (struct text){&byte, 1});
		return true;
	}
	return print_integer(p, *c, length, arguments);
}

void html(struct html *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	while (*format) {
		size_t plain = (size_t)(strchrnul(format, '%') - format);

		buffer_put(p->out, format, plain);
		format += plain;
		if (!*format)
			break;
		format++;
		if (*format == '%') {
			buffer_byte(p->out, '%');
			format++;
		} else if (!print_conversion(p, &format, &arguments)) {
			refuse_format(p);
			break;
		}
	}
	va_end(arguments);
}

void html_tr(struct html *p, const char *id)
{
	escape_any(p->out, text_of(tr(p->language, id)));
}

void html_message(struct html *p, const struct message *message)
{
	AUTO(buffer_release) struct buffer words;

	buffer_init(&words, 65536);
	message_print(&words, p->language, message);
	if (words.status == STATUS_OK)
		escape_any(p->out, buffer_text(&words));
	else if (p->out->status == STATUS_OK)
		p->out->status = words.status;
}

/* French and the like: narrow no-break space, comma. */
#define NARROW_SPACE "\xe2\x80\xaf"

void html_number(struct html *p, int64_t micro, int decimals)
{
	switch (p->language) {
	case LANGUAGE_EN: number_print_local(p->out, micro, decimals, '.', ","); break;
	case LANGUAGE_PT:
	case LANGUAGE_ES:
	case LANGUAGE_FR:
	default: number_print_local(p->out, micro, decimals, ',', NARROW_SPACE); break;
	}
}

void html_amount(struct html *p, int64_t micro, struct text currency)
{
	if (micro == NUMBER_NONE)
		return;
	html_number(p, micro, currency_decimals(currency));
	if (currency.size)
		html(p, "\xc2\xa0%.*s", TEXT_FORMAT(currency));
}

static const char *const months[LANGUAGE_COUNT][12] = {
	[LANGUAGE_FR] = {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
	[LANGUAGE_EN] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	[LANGUAGE_PT] = {"jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."},
	[LANGUAGE_ES] = {"ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic."},
};

static void print_date(struct html *p, int64_t date)
{
	int year, month, day;

	date_split(date, &year, &month, &day);
	html(p, "%d\xc2\xa0%s\xc2\xa0%d", day, months[p->language < LANGUAGE_COUNT ? p->language : LANGUAGE_FR][month - 1],
		year);
}

struct text date_words(struct arena *arena, enum language language, int64_t date, bool with_year)
{
	int year, month, day;
	const char *name;

	if (date == DATE_NONE)
		return TEXT("");
	date_split(date, &year, &month, &day);
	name = months[language < LANGUAGE_COUNT ? language : LANGUAGE_FR][month - 1];
	return with_year ? arena_format(arena, "%d\xc2\xa0%s\xc2\xa0%d", day, name, year)
			 : arena_format(arena, "%d\xc2\xa0%s", day, name);
}

const char *weekday_words(enum language language, int64_t date)
{
	static const char *const days[] = {TR("lundi"), TR("mardi"), TR("mercredi"), TR("jeudi"), TR("vendredi"),
		TR("samedi"), TR("dimanche")};

	return date == DATE_NONE ? "" : tr(language, days[date_weekday(date)]);
}

void html_date(struct html *p, int64_t date)
{
	if (date == DATE_NONE)
		return;
	html(p, "<time datetime=\"");
	date_print(p->out, date);
	html(p, "\">");
	print_date(p, date);
	html(p, "</time>");
}

/* Shown in UTC, which is the local time of most of West Africa, and said so. */
void html_time(struct html *p, int64_t time)
{
	int64_t minutes;

	if (time == TIME_NONE)
		return;
	minutes = (time - date_of(time) * 86400 * MICROSECONDS) / (60 * MICROSECONDS);
	html(p, "<time datetime=\"");
	time_print(p->out, time);
	html(p, "\">");
	print_date(p, date_of(time));
	buffer_format(p->out, " %02d:%02d\xc2\xa0UTC</time>", (int)(minutes / 60), (int)(minutes % 60));
}
