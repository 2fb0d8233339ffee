#ifndef VIGIE_WEB_HTML_H
#define VIGIE_WEB_HTML_H
/* HTML made by C: every %s is escaped; there is no way to put raw text. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/catalogue.h"
#include "base/clock.h"

struct request;
struct table_column;
/* A page (or fragment) under way. */
struct html {
	struct buffer *out;
	enum language language;
	const struct request *rq;
	const struct table_column *columns; /* of the table under way, see page.h */
	size_t column; /* the next cell's */
};

/* A writer to a buffer, without a request (tests, fragments). */
struct html html_to(struct buffer *out, enum language language);

/* printf-like: %s and %.*s are escaped (NULL prints nothing), %d %ld %lld %c %zu as in printf. The format is
 * markup and must be a literal; other conversions make the buffer fail. For a struct text write "%.*s" with TEXT_FORMAT(text), or html_text(). */
void html(struct html *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_text(struct html *p, struct text text); /* escaped */
/* A translated text, escaped. */
void html_tr(struct html *p, const char *id);
void html_message(struct html *p, const struct message *message);
/* Numbers, amounts, dates as the language writes them. */
void html_number(struct html *p, int64_t micro, int decimals);
void html_amount(struct html *p, int64_t micro, struct text currency); /* "1 234 567 XOF" */
void html_date(struct html *p, int64_t date); /* <time datetime> with a readable form */
void html_time(struct html *p, int64_t time);
/* A day in words in the arena: "24 nov." without the year, "24 nov. 2026" with it. */
struct text date_words(struct arena *arena, enum language language, int64_t date, bool with_year);
/* "mardi", "Tuesday"… of a day. */
const char *weekday_words(enum language language, int64_t date);

#endif
