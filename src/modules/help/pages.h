#ifndef VIGIE_HELP_PAGES_H
#define VIGIE_HELP_PAGES_H
/* The pages of this module, named by its routes. */
#include "modules/help/help.h"
#include "web/page.h"

enum status help_page(struct request *rq, struct reader *db);
enum status guide_page(struct request *rq, struct reader *db);
enum status glossary_page(struct request *rq, struct reader *db);
enum status tour_page(struct request *rq, struct reader *db);
enum status tour_end_action(struct request *rq, struct writer *db);
/* The invitation on the home page, until it is put away. */
enum status print_tour_invitation(struct request *rq, struct reader *db, struct html *p);

extern const struct page_help help_rows[]; /* ended by a zero row */

/* A term of customs in the four languages, with its meaning in a few words of ours. */
struct glossary_term {
	const char *names[LANGUAGE_COUNT];
	const char *meanings[LANGUAGE_COUNT];
};
extern const struct glossary_term glossary_terms[]; /* ended by a row without names */

/* Prints a text in a small, safe part of Markdown: titles, paragraphs, lists, **strong**, `code`, [words](/path), and a
 * picture alone on its line, ![what it shows](pictures/name.png), when it is among the assets. Whatever is none of these
 * comes out as it is, escaped; links lead to our own paths alone. Titles begin at the second level. */
void markdown_print(struct html *p, struct text source);

#endif
