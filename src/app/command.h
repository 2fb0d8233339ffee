#ifndef VIGIE_APP_COMMAND_H
#define VIGIE_APP_COMMAND_H
/* The commands of the program, one row each; help, man page and completion come from the rows. */
#include "base/catalogue.h"
#include "store/store.h"

enum { EXIT_FINE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct option {
	const char *name; /* "--db" */
	const char *value; /* "URL"; NULL: a switch */
	const char *help; /* French message id */
};
struct invocation;
struct command {
	const char *name;
	const char *arguments; /* "FICHIER…" as shown in help */
	const char *help;
	const struct option *options; /* ended by name NULL */
	int least, most; /* plain arguments; most -1: any number */
	int (*run)(const struct invocation *invocation);
};
enum { OPTION_LIMIT = 24 };
struct invocation {
	const struct command *command;
	enum language language;
	const char *values[OPTION_LIMIT]; /* by the option's row; "" for a switch that is set */
	char **arguments; /* the plain ones */
	int count;
};
extern const struct command *const commands[]; /* ended by NULL */

/* The value of an option, "" for a switch, NULL when it was not given. */
const char *option_value(const struct invocation *invocation, const char *name);
/* A line on standard error in the user's language: `id` is marked TR(), with %1 %2 %3. Returns EXIT_REFUSED. */
int complain(const struct invocation *invocation, const char *id, const char *first, const char *second);
int complain_status(const struct invocation *invocation, const char *what, enum status status);
void announce(const struct invocation *invocation, const char *id, const char *first, const char *second);

/* Opens the database named by --db (default sqlite:data/vigie.db), migrated. */
enum status command_database(const struct invocation *invocation, bool create, struct database **ret_database)
	MUST_CHECK;

#endif
