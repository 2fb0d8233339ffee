#ifndef VIGIE_APP_ASSESS_PRINT_H
#define VIGIE_APP_ASSESS_PRINT_H
/* What `vigie assess` prints: a table, JSON lines or CSV. */
#include "modules/risk/assessment.h"

enum print_form { PRINT_TABLE, PRINT_JSON, PRINT_CSV };
struct printer {
	enum print_form form;
	enum language language;
	bool colours;
	size_t width; /* columns of the terminal */
	struct buffer line;
	size_t printed;
};
void printer_init(struct printer *printer, enum print_form form, enum language language);
void printer_release(struct printer *printer);
void print_begin(struct printer *printer);
enum status print_assessment(struct printer *printer, const struct assessment *assessment) MUST_CHECK;
/* Problems of the whole file: on standard error in tables and CSV, they belong to no consignment. */
void print_whole_file(struct printer *printer, const char *file, const struct problem_list *problems);
void print_end(struct printer *printer);

#endif
