#ifndef VIGIE_DOMAIN_SETTING_H
#define VIGIE_DOMAIN_SETTING_H
/* Settings: a row each, with meaning and default; values in the database, changes in the journal. */
#include "domain/actor.h"

enum setting_kind { SETTING_TEXT, SETTING_INTEGER, SETTING_NUMBER /* micro */, SETTING_YES_NO, SETTING_CHOICE };
struct setting {
	const char *code; /* "risk.score_red" */
	const char *label;
	const char *help;
	enum setting_kind kind;
	const char *initial; /* as typed */
	const char *choices; /* blank-separated codes for SETTING_CHOICE */
	int64_t least, most; /* for INTEGER and NUMBER; both 0: no bounds */
};
/* The value in force: the database's or the default. Numbers in micro, integers plain, yes/no 1 or 0. */
enum status setting_integer(struct reader *reader, const struct setting *setting, int64_t *ret_value) MUST_CHECK;
enum status setting_text(struct reader *reader, const struct setting *setting, struct arena *arena,
	struct text *ret_value) MUST_CHECK;
/* STATUS_INVALID when the text does not fit the row. Writes the journal. */
enum status setting_change(struct writer *writer, const struct actor *actor, const struct setting *setting,
	struct text value) MUST_CHECK;
/* What a typed text means for this row, without the database; STATUS_INVALID when it does not fit. */
enum status setting_parse(const struct setting *setting, struct text text, int64_t *ret_value) MUST_CHECK;

#endif
