#ifndef VIGIE_DECLARATIONS_LIST_H
#define VIGIE_DECLARATIONS_LIST_H
/* The list of consignments as data: what is asked for by the address, the rows, the columns. Pages and exports share it,
 * so that an export holds exactly what the page shows. */
#include "modules/declarations/search.h"
#include "web/page.h"

/* The inputs of a list's address, in the order in which it is written. */
enum list_input {
	LIST_STAGE, LIST_LANE, LIST_STATE, LIST_OFFICE, LIST_OUTCOME, LIST_SEARCH, LIST_OPERATOR, LIST_DECLARANT,
	LIST_GOODS, LIST_MANIFEST, LIST_FROM, LIST_UNTIL, LIST_COLUMNS, LIST_INPUTS
};
#define LIST_INPUT_NAMES                                                                                               \
	"etape circuit etat bureau resultat recherche operateur declarant marchandise manifeste du au colonnes "
extern const char *const list_input_names[LIST_INPUTS];

struct list_query {
	const char *path; /* of the list: "/declarations" */
	struct text values[LIST_INPUTS]; /* as given; missing when empty */
	int64_t lane, stage, outcome; /* -1: any */
	int64_t from, until; /* days; DATE_NONE: open */
	int64_t before_day, before_id; /* the last row of the page before; INT64_MAX: from the newest */
	struct text paths; /* of actor_path_list(): what the reader may see */
	/* The units whose rows are looked at; whole: all of the administration, below root. */
	struct text *units;
	size_t unit_count;
	bool is_whole;
	struct text root;
	bool has_search;
	struct search search;
};
/* Reads the inputs of the request; STAGE_… or -1 for a list of one stage whatever the address says. Units and search
 * terms are looked up. STATUS_NO_MEMORY and failures of the database only: what cannot be read is not there. */
enum status list_read(struct request *rq, struct reader *db, const char *path, int64_t stage,
	struct list_query *ret_query) MUST_CHECK;
/* The same with nothing asked for, for a list that a page makes by itself: values may be set before list_ready(). */
struct list_query list_blank(const char *path);
/* Units and search terms of the query's values. */
enum status list_ready(struct request *rq, struct reader *db, struct list_query *query) MUST_CHECK;
/* The same with the units of a query that was made ready for the same person and office. */
enum status list_ready_like(struct request *rq, struct reader *db, const struct list_query *other,
	struct list_query *query) MUST_CHECK;
/* The address of the list (NULL: its own path) with one input changed (LIST_INPUTS: none). NULL without memory. */
const char *list_address(struct request *rq, const struct list_query *query, const char *path, enum list_input input,
	const char *value);
/* The address of the page that comes after this row. */
const char *list_address_after(struct request *rq, const struct list_query *query, const struct stored_consignment *row);

/* At most `most` rows from the query's place on, newest first (by words: the last received first); *ret_more: there are
 * others. Rows in the arena. */
enum status list_rows(struct request *rq, struct reader *db, const struct list_query *query, size_t most,
	struct stored_consignment **ret_rows, size_t *ret_count, bool *ret_more) MUST_CHECK;
/* What became of the last `most` rows that a query by one code finds, the query's state, dates and lanes aside. */
struct list_sums {
	int64_t seen, controlled, adverse, recovered /* micro */;
};
enum status list_sums(struct request *rq, struct reader *db, const struct list_query *query, size_t most,
	struct list_sums *ret_sums) MUST_CHECK;
/* Rows by id, in the order of the ids. Without rights: ids come from queries that have them. */
enum status list_fetch(struct reader *db, const int64_t *ids, size_t count, struct arena *arena,
	struct stored_consignment *ret_rows) MUST_CHECK;

enum { LIST_COLUMN_LIMIT = 24 };
struct list_column {
	const char *code; /* in the address */
	const char *label; /* message id */
	enum list_kind { LIST_TEXT, LIST_LANE_BADGE, LIST_LINK, LIST_DAY, LIST_TIME, LIST_MASS, LIST_AMOUNT, LIST_COUNT,
		LIST_SCORE } kind;
	bool is_usual; /* shown unless columns were chosen */
	/* The value as a text in the language; for numbers, days and times see list_number(). */
	struct text (*text)(const struct stored_consignment *row, enum language language, struct arena *arena);
	int64_t (*number)(const struct stored_consignment *row);
};
extern const struct list_column list_columns[]; /* ended by code NULL */
/* The chosen columns in the table's order; the usual ones when none was. */
size_t list_columns_chosen(const struct list_query *query, const struct list_column *ret_columns[LIST_COLUMN_LIMIT]);
void list_print_row(struct request *rq, struct html *p, const struct stored_consignment *row,
	const struct list_column *const *columns, size_t count);
void list_print_table(struct request *rq, struct html *p, const struct stored_consignment *rows, size_t count,
	const struct list_column *const *columns, size_t column_count);
const char *state_label(struct text state);

/* Saved views of a list's page. */
void views_print_form(struct request *rq, struct html *p, const char *address);
enum status views_print_tabs(struct request *rq, struct reader *db, struct html *p, const char *address) MUST_CHECK;

#endif
