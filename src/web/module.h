#ifndef VIGIE_WEB_MODULE_H
#define VIGIE_WEB_MODULE_H
/* What a module is: a table of tables. app/modules.def names all modules; nothing else knows them all. */
#include "domain/event.h"
#include "domain/job.h"
#include "domain/journal.h"
#include "domain/setting.h"
#include "domain/workflow.h"
#include "web/request.h"

/* What programs get: the fields of an object, for its description. */
enum api_kind { API_TEXT, API_INTEGER, API_DECIMAL /* exact, as a JSON number */, API_REAL, API_BOOLEAN, API_DATE, API_TIME, API_OBJECT, API_ANY };
struct api_shape;
struct api_field {
	const char *name;
	const char *label; /* French message id */
	enum api_kind kind;
	bool may_be_null;
	bool is_list;
	const struct api_shape *of; /* API_OBJECT */
};
struct api_shape {
	const char *name; /* "Consignment" */
	const struct api_field *fields; /* ended by name NULL */
};

/* What an input is, for the description of the interface. A row with a path goes before one without, the module's before
 * those that all share; a test asks for a row for every input that programs may give. */
struct api_input {
	const char *name;
	const char *label; /* French message id */
	enum api_kind kind;
	const char *choices; /* blank-separated codes; NULL: any value */
	const char *path; /* of the routes it is for; NULL: all of the module */
	bool is_required;
	bool is_list; /* may be given several times */
	bool for_pages; /* of no use to programs: not described */
};

/* One address. Exactly one of page, action, free_hand, stream is set, or data alone: then only programs find it.
 * GET has a page (reads only) or a stream;
 * others an action, in one transaction that is committed when it returns STATUS_OK and rolled back otherwise.
 *
 * When a handler returns something else than STATUS_OK the answer is a page that says so in plain words with an
 * incident number – unless the handler has already written a page (a form with its problems, for example) and
 * returns STATUS_INVALID, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_LARGE, UNSUPPORTED or THROTTLED: then that page
 * is sent with the status's HTTP code. So the usual action that finds problems writes the form again and
 * returns STATUS_INVALID; nothing is committed. */
struct route {
	enum method method;
	const char *path; /* "/consignments/:id" */
	const char *needs; /* permission code, or ROUTE_PUBLIC, or ROUTE_SIGNED_IN; never NULL */
	/* Blank-separated names of the inputs it may read, path parameters included; "map_*" declares all names that
	 * begin so. */
	const char *inputs;
	const char *label; /* French; in the API's description and the golden matrix */
	enum status (*page)(struct request *rq, struct reader *db);
	enum status (*action)(struct request *rq, struct writer *db);
	/* Handles its own transactions (imports, exports); gets no open one. */
	enum status (*free_hand)(struct request *rq, struct database *database);
	/* Server-sent events. Called once when the stream opens; it says with rq_listen() what it wants to hear. */
	enum status (*stream)(struct request *rq, struct reader *db);
	/* The same for programs, at /api/v1<path>: the page's content as JSON. A list writes its objects one after the
	 * other (the array is there already) and says with rq_next_page() where it goes on; another writes one object.
	 * Actions need nothing: their inputs may come as JSON. */
	enum status (*data)(struct request *rq, struct reader *db, struct json_writer *json);
	const struct api_shape *shape; /* of the object, or of each in a list */
	bool is_list;
	bool for_people; /* of passwords, codes and sessions: programs have none, and do not find it */
	const char *upload; /* the form field that may carry files; NULL: none accepted */
	int64_t body_limit; /* 0: the server's default */
};
/* A list that is given in parts: its inputs say where it goes on ("avant", "apres"). Others are given whole. */
bool route_goes_on(const struct route *route);
#define ROUTE_PUBLIC "-"
#define ROUTE_SIGNED_IN "+"

/* One row of a query as an object of the shape, column by column: decimals from millionths, dates from days, times
 * from microseconds, booleans from 0 and 1. In web/api_row.c. */
void api_row(struct json_writer *json, const struct api_shape *shape, struct rows *rows);
/* The members alone, into an object that is open; columns from `first` on. */
void api_row_members(struct json_writer *json, const struct api_shape *shape, struct rows *rows, int first);

/* A list that goes on by a whole number, which is the first column of its rows. The statement has it as $1 (rows below it,
 * newest first, or above it), the number of rows as $2, and then its other parameters. The route's inputs name "avant"
 * (newest first) or "apres". */
struct api_list {
	const struct statement *statement;
	const struct api_shape *shape;
	const char *path; /* of the next part */
	const char *kept; /* the inputs that its address keeps */
	bool is_newest_first;
	size_t usual; /* rows when the program does not say */
};
enum status api_rows(struct request *rq, struct reader *db, struct json_writer *json, const struct api_list *list,
	const struct value *values, size_t count) MUST_CHECK;

struct menu_entry {
	const char *label;
	const char *path;
	const char *needs;
	const char *icon; /* name of a symbol of assets/icons.svg; may be NULL */
	int order;
};

/* What a page is for and what comes next, shown when asked for on the page of that route. Two sentences each. */
struct page_help {
	const char *path; /* of the GET route */
	const char *purpose; /* French message ids */
	const char *next;
};
/* A figure on the home page of those who hold `needs`: counted when the page is made. */
struct home_figure {
	int order;
	const char *needs;
	const char *label; /* French message id */
	const char *path; /* where it leads */
	const char *kind; /* colours it when it is not zero: "danger", "warning", "info"; NULL: plain */
	enum status (*count)(struct request *rq, struct reader *db, int64_t *ret_count);
};
/* A part of the home page: prints a section or nothing. */
struct home_section {
	int order;
	const char *needs;
	enum status (*print)(struct request *rq, struct reader *db, struct html *p);
};

/* A figure for the administration's monitoring, read whenever /metrics is asked for: quick. */
struct gauge {
	const char *name; /* "vigie_search_lag" */
	const char *help; /* English, as monitoring is */
	enum status (*read)(struct reader *db, int64_t *ret_value);
};

/* What programs hear of in GET /changements: rows of the journal, by their entity. */
struct change_thing {
	int64_t id, position; /* position: where it stands among those of its row, from 1 */
	const char *action; /* NULL: the row's */
};
struct change_look {
	const struct journal_row *row;
	struct text paths; /* of actor_path_list() for what the kind needs */
	int64_t after; /* the position to go on behind; 0: from the first */
	size_t most;
	struct arena *arena;
};
struct change_kind {
	const char *entity; /* of the journal's rows */
	const char *action; /* of them; NULL: any */
	const char *kind; /* "consignment" */
	const char *needs; /* permission code */
	const char *path; /* of the thing's page, its id behind: "/envois/" */
	bool is_of_all; /* of no unit: who may read one may read all */
	/* The things that one row is about, for rows that are not about their own entity_id alone; only those below the paths.
	 * Room for look->most. May be NULL. */
	enum status (*things)(struct reader *reader, const struct change_look *look, struct change_thing *ret_things,
		size_t *ret_count);
};

struct module {
	const char *name;
	const char *label;
	const char *requires; /* blank-separated names */
	const char *migrations; /* folder, or NULL */
	const struct permission *permissions; /* all tables are ended by a zero row; NULL: none */
	/* Codes of those that concern all offices at once (settings, policy, jobs), ended by NULL: a role gives them only
	 * where it is held for the whole administration. */
	const char *const *national;
	const struct role *roles;
	const struct route *routes;
	const struct menu_entry *menu;
	const struct job *jobs;
	const struct subscription *subscriptions;
	const struct setting *settings;
	const struct workflow *const *workflows; /* ended by NULL */
	/* "consignment.imported" → "Envoi importé": labels of journal actions, ended by a zero row. */
	const struct permission *journal_actions;
	const struct page_help *help;
	const struct home_figure *home_figures;
	const struct home_section *home_sections;
	const struct api_input *inputs;
	const struct gauge *gauges;
	const struct change_kind *changes; /* ended by entity NULL */
};
/* The label (French message id) of a journal action, from the modules' journal_actions. */
const char *module_action_label(const struct module *const *modules, struct text action);

#endif
