#ifndef VIGIE_DECLARATIONS_DECLARATIONS_H
#define VIGIE_DECLARATIONS_DECLARATIONS_H
/* Consignments as stored: what other modules may use of this one. Units of numbers as in
 * engine/consignment.h. */
#include "base/secret.h"
#include "engine/consignment.h"
#include "web/module.h"

extern const struct module declarations_module;

#define CONSIGNMENTS_READ "consignments.read"
/* Only those declared under the codes bound to the account. */
#define CONSIGNMENTS_READ_OWN "consignments.read_own"
#define DECLARANTS_MANAGE "declarants.manage"
#define CONSIGNMENTS_IMPORT "consignments.import"
#define CONSIGNMENTS_REROUTE "consignments.reroute"
/* Rows of the module inspections, named here because the ways between a consignment's states need them. */
#define INSPECTIONS_RECORD "inspections.record"
#define INSPECTIONS_CORRECT "inspections.correct"

/* States of a consignment: held, to_control, free, controlled. Only workflow_move_to() changes them once the decision
 * has put a consignment in its first. Transitions: green_released, yellow_to_blue, after_release,
 * rerouted_to_control, rerouted_to_free, control_recorded, control_corrected; what they need as input: */
struct consignment_move {
	int64_t lane; /* yellow_to_blue, after_release, rerouted_…: the new lane */
	int64_t decision_id; /* after_release: the decision that asks for it; 0: as it was */
	struct text reason; /* rerouted_…: why */
	bool adverse; /* control_…: what became known, */
	int64_t recovered; /* in micro of the national currency or NUMBER_NONE, */
	int64_t known_on; /* and on which day */
};
extern const struct workflow consignment_workflow;

/* general.currency: the national currency, in which duties and values in customs are. */
extern const struct setting national_currency;

/* Consignments in the order of their days without sorting a million of them: one run of the index of lanes for each lane,
 * merged by the database. `select` is a macro that makes the select of one lane, given as "0" … "3"; its rows have
 * columns `day` and `id`. */
#define EACH_LANE(select)                                                                                              \
	select("0") " union all " select("1") " union all " select("2") " union all " select("3") " order by day, id"

/* One row of the consignments table. Texts are in the arena it was read into. */
struct stored_consignment {
	int64_t id;
	struct text identity;
	enum stage stage;
	struct text reference, office, unit_path;
	int64_t day; /* registration, arrival or reception: what lists sort by */
	struct text flow, regime, manifest, consignee_code, consignee_name, exporter_name, declarant_code, description;
	int64_t item_count, gross_mass, customs_value;
	int64_t version;
	struct text digest; /* bytes */
	struct text state;
	int64_t lane; /* INT64_MIN: not decided */
	bool is_scored;
	double score;
	int64_t decision_id;
	int64_t outcome; /* 1 adverse, 0 conform, INT64_MIN unknown */
	int64_t recovered, outcome_on;
	int64_t row_version;
	int64_t received_at;
};

/* What names a consignment for ever: stage, office, manifest key (for a bill) and reference. */
struct text consignment_identity(struct arena *arena, const struct consignment *consignment);
/* The day lists sort by: registration, else arrival, else departure, else `today`. */
int64_t consignment_day(const struct consignment *consignment, int64_t today);

enum status consignment_find(struct reader *reader, int64_t id, struct arena *arena,
	struct stored_consignment *ret_row) MUST_CHECK;
/* The content of one version, in the arena. */
enum status consignment_content(struct reader *reader, int64_t id, int64_t version, struct arena *arena,
	struct consignment *ret_consignment) MUST_CHECK;
/* Rows by identity, for a batch: ret_rows[i].id is 0 where identities[i] is not stored. */
enum status consignments_lookup(struct reader *reader, const struct text *identities, size_t count,
	struct arena *arena, struct stored_consignment *ret_rows) MUST_CHECK;
/* The latest bill of lading of that reference; STATUS_NOT_FOUND. */
enum status consignment_find_bill(struct reader *reader, struct text reference, int64_t *ret_id,
	int64_t *ret_version) MUST_CHECK;
/* The bill of lading that a declaration is about: one named by an item as its transport document; else of its
 * manifest, the one with a container of it, else the only one of its consignee; else the latest with one of its
 * containers that is not BILL_DAYS older or younger. STATUS_NOT_FOUND. */
enum { BILL_DAYS = 120 };
/* False for one that names no bill, manifest or container: none can be found. */
bool consignment_names_bill(const struct consignment *consignment);
enum status consignment_find_counterpart(struct reader *reader, const struct consignment *declaration,
	struct arena *arena, int64_t *ret_id, int64_t *ret_version) MUST_CHECK;

/* What a batch of received consignments does to the tables. */
struct consignment_change {
	struct text identity, unit_path;
	struct text content; /* as consignment_pack() makes it */
	unsigned char digest[DIGEST_SIZE];
	int64_t id, version; /* version 1: a new row; above: an amended one */
	int64_t import_id, day, received_at;
	struct text state;
	enum lane lane;
	double score; /* NAN: none */
	int64_t decision_id;
	/* What the table shows of the consignment: consignment_change_set(). */
	enum stage stage;
	struct text reference, office, flow, regime, manifest, consignee_code, consignee_name, exporter_name,
		declarant_code, description;
	int64_t item_count, gross_mass, customs_value;
	struct known_outcome outcome;
	const struct text *containers; /* of a bill of lading */
	size_t container_count;
};
/* Fills what comes from the consignment, whose texts must stay; type and regime are joined in the arena. */
enum status consignment_change_set(struct arena *arena, const struct consignment *consignment,
	struct consignment_change *change) MUST_CHECK;
/* The arena is for what the database is given; nothing in it is needed afterwards. */
enum status consignments_write(struct writer *writer, const struct consignment_change *changes, size_t count,
	struct arena *arena) MUST_CHECK;
/* The account sees the declarations made under this declarant code from now on; written in the journal. */
enum status declarant_bind(struct writer *writer, const struct actor *actor, int64_t user_id, struct text code) MUST_CHECK;
/* An outcome among those that histories read in the order of their ids; written at the commit, because all share that
 * order. */
enum status outcome_note(struct writer *writer, int64_t id, bool adverse, int64_t recovered, int64_t on) MUST_CHECK;
/* `count` ids in a row for "consignments" or "decisions": *ret_first and on. */
enum status ids_take(struct writer *writer, const char *name, int64_t count, int64_t *ret_first) MUST_CHECK;
enum status consignment_set_outcome(struct writer *writer, int64_t id, bool adverse, int64_t recovered,
	int64_t on, int64_t row_version) MUST_CHECK;

/* Imports, as rows of one table. */
/* Who may see an import x besides its person: whoever may read all of them at its unit; $2 is the list of paths. */
#define IMPORT_SEEN                                                                                                    \
	"(CAST($2 AS text) = '*' or exists (select 1 from units where CAST($2 AS text) like '%|' || units.path || '|%' "  \
	"and substr(imports.unit_path, 1, length(units.path)) = units.path)) "
#define IMPORTS_READ_ALL "imports.read_all"
struct import_row {
	int64_t id;
	struct text file_name, digest, format, state, refusal;
	int64_t size, read_count, added_count, amended_count, unchanged_count, warning_count, error_count;
	int64_t user_id, started_at, ended_at;
};
/* The import belongs to the one unit where its person has roles, else to the whole administration. */
enum status import_start(struct writer *writer, const struct import_row *row, int64_t *ret_id) MUST_CHECK;
/* How many consignments an interrupted import of the same bytes had taken; *ret_id 0: there was none. */
enum status import_resume(struct reader *reader, struct text digest, int64_t *ret_id, struct arena *arena,
	struct import_row *ret_row) MUST_CHECK;
enum status import_save(struct writer *writer, const struct import_row *row) MUST_CHECK;
struct import_problem {
	const struct problem *problem;
	struct text reference;
};
enum status import_problems_write(struct writer *writer, int64_t import_id, int64_t first_number,
	const struct import_problem *problems, size_t count, struct arena *arena) MUST_CHECK;

/* The frame in which other modules put their part on the consignment's page: called in order, each prints a
 * section or nothing. Set by the wiring from the modules above. */
struct consignment_section {
	int order;
	enum status (*print)(struct request *rq, struct reader *db, struct html *p,
		const struct stored_consignment *row, const struct consignment *consignment);
};
void consignment_sections_set(const struct consignment_section *const *sections, size_t count);

/* The consignment of the address's ":id", when this person holds the permission at its unit; STATUS_NOT_FOUND
 * otherwise: another office's file is not there. */
enum status consignment_seen(struct request *rq, struct reader *db, const char *permission,
	struct stored_consignment *ret_row) MUST_CHECK;

#endif
