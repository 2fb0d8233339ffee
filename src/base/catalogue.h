#ifndef VIGIE_BASE_CATALOGUE_H
#define VIGIE_BASE_CATALOGUE_H
/* Texts for people. A message id is the French text; the other languages come from gettext's .mo files put
 * in the program. Nothing here is process-wide but the constant catalogues, loaded once. */
#include "base/buffer.h"

enum language { LANGUAGE_FR, LANGUAGE_EN, LANGUAGE_PT, LANGUAGE_ES, LANGUAGE_COUNT };

/* Marks a French text for translation where it stands in a table. */
#define TR(text) text

const char *language_code(enum language language); /* "fr" */
const char *language_name(enum language language); /* "Français" */
/* "pt", "pt-BR"… → LANGUAGE_PT; false when it is none of ours. */
bool language_from(struct text code, enum language *ret_language);

/* The text in the language; the French one when there is no translation. Never NULL. */
const char *tr(enum language language, const char *id);
/* The same for a text that may be one of ours or a person's own words (the title of a starter profile, or of one
 * that an officer wrote): translated when the catalogue knows it, else as it is. */
struct text tr_text(enum language language, struct text text);

/* A text with up to three values, made where the language is not known: "%1" … "%3" in the id, or "%t1" … "%t3"
 * for values that go through tr_text(), "%f1" … "%f3" for facts with their values ("Masse brute : 12 kg ; Origine : CN"),
 * whose names go through it, "%n1" … for a plain decimal, perhaps with a unit after it ("0.35 kg"), that is written as the
 * language writes numbers. The id is a
 * literal marked TR(); the values are texts owned by whoever made the message. */
struct message {
	const char *id;
	struct text values[3];
};
void message_print(struct buffer *buffer, enum language language, const struct message *message);

/* A .mo file's bytes as a catalogue; bytes must stay. For tests and fuzzing; tr() uses the same. */
struct catalogue {
	struct text bytes;
	uint32_t count, originals, translations;
};
enum status catalogue_open(struct text bytes, struct catalogue *ret_catalogue) MUST_CHECK;
struct text catalogue_find(const struct catalogue *catalogue, struct text id); /* TEXT_NONE if not there */

#endif
