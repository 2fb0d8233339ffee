/* Decisions, policy, models and selection for programs; assessing a file without storing it. */
#include "modules/risk/assessment.h"
#include "modules/risk/pages.h"
#include "modules/risk/risk_store.h"

#include <fcntl.h>
#include <math.h>
#include <unistd.h>

enum { FILES_AT_ONCE = 20, SAMPLE = 64 << 10 };

STATEMENT(MODEL_DATA_LIST,
	"select id, case state when 'on' then 1 else 0 end, trained_on, measured_on, data_from, data_until, auc, "
	"average_precision, precision_at_5, precision_at_10, created_at from models where id < $1 order by id desc limit $2");

/* ---- the decision of a consignment */

static const struct api_field reason_fields[] = {
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"lane", TR("Circuit demandé"), API_TEXT, .may_be_null = true},
	{"selected", TR("Compte pour le circuit"), API_BOOLEAN, .may_be_null = false},
	{"text", TR("Motif"), API_TEXT, .may_be_null = false},
	{"items", TR("Articles"), API_INTEGER, .is_list = true},
	{0},
};
static const struct api_shape reason_shape = {"Reason", reason_fields};
static const struct api_field decision_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = false},
	{"score", TR("Score"), API_REAL, .may_be_null = true},
	{"policy_id", TR("Politique"), API_INTEGER, .may_be_null = false},
	{"model_id", TR("Modèle"), API_INTEGER, .may_be_null = false},
	{"decided_at", TR("Décidé le"), API_TIME, .may_be_null = false},
	{"version", TR("Version"), API_INTEGER, .may_be_null = false},
	{"reasons", TR("Motifs"), API_OBJECT, .is_list = true, .of = &reason_shape},
	{0},
};
const struct api_shape decision_shape = {"Decision", decision_fields};

static void put_reason(struct request *rq, struct json_writer *json, const json_t *reason)
{
	const json_t *parts = json_object_get(reason, "message"), *items = json_object_get(reason, "items");
	const char *id = json_string_value(json_array_get(parts, 0));
	struct message message = {id ? id : "", {TEXT_NONE, TEXT_NONE, TEXT_NONE}};
	AUTO(buffer_release) struct buffer line = {0};

	buffer_init(&line, 65536);
	for (size_t i = 0; i < 3; i++)
		message.values[i] = text_of(json_string_value(json_array_get(parts, i + 1)));
	message_print(&line, rq->language, &message);
	put_object(json);
	put_key(json, "kind");
	put_text(json, text_of(json_string_value(json_object_get(reason, "kind"))));
	put_key(json, "code");
	put_text(json, text_of(json_string_value(json_object_get(reason, "code"))));
	put_key(json, "lane");
	put_text(json, text_of(json_string_value(json_object_get(reason, "lane"))));
	put_key(json, "selected");
	put_bool(json, json_is_true(json_object_get(reason, "selected")));
	put_key(json, "text");
	put_text(json, buffer_text(&line));
	put_key(json, "items");
	put_array(json);
	for (size_t i = 0; i < json_array_size(items); i++)
		put_int(json, json_integer_value(json_array_get(items, i)));
	put_array_end(json);
	put_object_end(json);
}

enum status decision_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct stored_consignment row;
	struct decision_record record;
	json_t *reasons = NULL;
	int line;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	if (!row.decision_id)
		return STATUS_NOT_FOUND;
	TRY(decision_find(db, row.decision_id, rq->arena, &record));
	TRY(json_parse(record.reasons, 16 << 20, &reasons, &line));
	put_object(json);
	put_key(json, "id");
	put_int(json, record.id);
	put_key(json, "lane");
	put_text(json, text_of(lane_code(record.decision.lane)));
	put_key(json, "score");
	put_double(json, record.decision.score);
	put_key(json, "policy_id");
	put_int(json, record.policy_id);
	put_key(json, "model_id");
	put_int(json, record.model_id);
	put_key(json, "decided_at");
	put_time(json, record.decided_at);
	put_key(json, "version");
	put_int(json, record.version);
	put_key(json, "reasons");
	put_array(json);
	for (size_t i = 0; i < json_array_size(reasons); i++)
		put_reason(rq, json, json_array_get(reasons, i));
	put_array_end(json);
	put_object_end(json);
	json_decref(reasons);
	return STATUS_OK;
}

/* ---- policy, models, selection */

static const struct api_field profile_fields[] = {
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"title", TR("Titre"), API_TEXT, .may_be_null = false},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = false},
	{"share", TR("Part retenue"), API_DECIMAL, .may_be_null = false},
	{"condition", TR("Condition"), API_TEXT, .may_be_null = false},
	{"legal_basis", TR("Base légale"), API_TEXT, .may_be_null = true},
	{"instruction", TR("Consigne"), API_TEXT, .may_be_null = true},
	{0},
};
const struct api_shape profile_shape = {"Profile", profile_fields};

enum status policy_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct problem_list problems = {.arena = rq->arena};
	struct profile *profiles;
	struct policy_row row;
	size_t count;

	TRY(policy_row_active(db, rq->arena, &row));
	TRY(profiles_split(rq->arena, row.source, &profiles, &count, &problems));
	for (size_t i = 0; i < count; i++) {
		put_object(json);
		put_key(json, "code");
		put_text(json, profiles[i].code);
		put_key(json, "title");
		put_text(json, profiles[i].title);
		put_key(json, "lane");
		put_text(json, text_of(lane_code(profiles[i].lane)));
		put_key(json, "share");
		put_micro(json, profiles[i].share);
		put_key(json, "condition");
		put_text(json, profiles[i].condition);
		put_key(json, "legal_basis");
		put_text(json, profiles[i].legal_basis);
		put_key(json, "instruction");
		put_text(json, profiles[i].instruction);
		put_object_end(json);
	}
	return STATUS_OK;
}

static const struct api_field model_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"on", TR("En service"), API_BOOLEAN, .may_be_null = false},
	{"trained_on", TR("Articles appris"), API_INTEGER, .may_be_null = false},
	{"measured_on", TR("Articles mesurés"), API_INTEGER, .may_be_null = false},
	{"data_from", TR("Du"), API_DATE, .may_be_null = false},
	{"data_until", TR("Au"), API_DATE, .may_be_null = false},
	{"auc", TR("Aire sous la courbe"), API_REAL, .may_be_null = false},
	{"average_precision", TR("Précision moyenne"), API_REAL, .may_be_null = false},
	{"precision_at_5", TR("Précision à 5 %"), API_REAL, .may_be_null = false},
	{"precision_at_10", TR("Précision à 10 %"), API_REAL, .may_be_null = false},
	{"created_at", TR("Appris le"), API_TIME, .may_be_null = false},
	{0},
};
const struct api_shape model_shape = {"Model", model_fields};

enum status model_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&MODEL_DATA_LIST, &model_shape, "/modeles", NULL, true, 100};

	return api_rows(rq, db, json, &list, NO_PARAMS);
}

static const struct api_field selection_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = false},
	{"regime", TR("Régime"), API_TEXT, .may_be_null = false},
	{"expected_red", TR("en circuit rouge"), API_DECIMAL, .may_be_null = true},
	{"expected_yellow", TR("en circuit jaune"), API_DECIMAL, .may_be_null = true},
	{"expected_blue", TR("Circuit"), API_DECIMAL, .may_be_null = true},
	{"random_red", TR("en circuit rouge"), API_DECIMAL, .may_be_null = true},
	{"random_yellow", TR("en circuit jaune"), API_DECIMAL, .may_be_null = true},
	{"random_blue", TR("Circuit"), API_DECIMAL, .may_be_null = true},
	{"score_red", TR("Score"), API_DECIMAL, .may_be_null = true},
	{"score_yellow", TR("Score"), API_DECIMAL, .may_be_null = true},
	{"score_blue", TR("Score"), API_DECIMAL, .may_be_null = true},
	{"hits_without_selection", TR("Profil"), API_INTEGER, .may_be_null = false},
	{"created_at", TR("Date"), API_TIME, .may_be_null = true},
	{"author", TR("Par"), API_TEXT, .may_be_null = true},
	{"green_delay_minutes", TR("Délai avant la mainlevée du vert (minutes)"), API_INTEGER, .may_be_null = false},
	{"yellow_to_blue_days", TR("Jours après lesquels le jaune devient bleu"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape selection_shape = {"Selection", selection_fields};

/* Shares and scores as decimals; missing: the score asks for nothing. */
static void put_shares(struct json_writer *json, const struct selection_row *row)
{
	const struct selection *s = &row->selection;
	const struct {
		const char *name;
		int64_t value;
	} shares[] = {
		{"expected_red", s->expected[LANE_RED]}, {"expected_yellow", s->expected[LANE_YELLOW]},
		{"expected_blue", s->expected[LANE_BLUE]}, {"random_red", s->random[LANE_RED]},
		{"random_yellow", s->random[LANE_YELLOW]}, {"random_blue", s->random[LANE_BLUE]},
		{"score_red", s->score_red}, {"score_yellow", s->score_yellow}, {"score_blue", s->score_blue},
	};

	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		put_key(json, shares[i].name);
		put_micro(json, shares[i].value);
	}
	put_key(json, "hits_without_selection");
	put_int(json, s->hits_without_selection);
	put_key(json, "created_at");
	put_time(json, row->created_at);
	put_key(json, "author");
	put_text(json, row->author);
}

enum status selection_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	size_t page = rq_page_rows(rq, 100), count, shown = 0;
	struct selection_row *rows;
	int64_t after = 0;

	(void)rq_integer(rq, "apres", &after);
	TRY(selections_read(db, rq->arena, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		if (rows[i].id <= after)
			continue;
		if (shown++ == page) {
			rq_next_page_of(rq, "/selection", NULL, "apres", arena_format(rq->arena, "%lld", (long long)after));
			break;
		}
		after = rows[i].id;
		put_object(json);
		put_key(json, "id");
		put_int(json, rows[i].id);
		put_key(json, "office");
		put_text(json, rows[i].office);
		put_key(json, "regime");
		put_text(json, rows[i].regime);
		put_shares(json, &rows[i]);
		put_key(json, "green_delay_minutes");
		put_int(json, rows[i].green_delay_minutes);
		put_key(json, "yellow_to_blue_days");
		put_int(json, rows[i].yellow_to_blue_days);
		put_object_end(json);
	}
	return STATUS_OK;
}

/* ---- assess */

static const struct api_field assessment_fields[] = {
	{"file", TR("Fichier"), API_TEXT, .may_be_null = false},
	{"format", TR("Format"), API_TEXT, .may_be_null = false},
	{"stage", TR("Étape"), API_TEXT, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = true},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = false},
	{"score", TR("Score"), API_REAL, .may_be_null = true},
	{"reasons", TR("Motifs"), API_ANY, .is_list = true},
	{"items", TR("Articles"), API_ANY, .is_list = true},
	{"problems", TR("Remarques"), API_ANY, .is_list = true},
	{0},
};
static const struct api_shape assessment_shape = {"Assessment", assessment_fields};
static const struct api_field refusal_fields[] = {
	{"file", TR("Fichier"), API_TEXT, .may_be_null = false},
	{"line", TR("Ligne"), API_INTEGER, .may_be_null = false},
	{"text", TR("Motif du refus"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape refusal_shape = {"Refusal", refusal_fields};
static const struct api_field assessments_fields[] = {
	{"items", TR("Envois"), API_OBJECT, .is_list = true, .of = &assessment_shape},
	{"refused", TR("Fichiers refusés"), API_OBJECT, .is_list = true, .of = &refusal_shape},
	{0},
};
const struct api_shape assessments_shape = {"Assessments", assessments_fields};

struct assessing {
	struct request *rq;
	struct decider *decider;
	struct arena *one;
	struct json_writer *json;
	const char *file;
	struct reading reading;
};

static enum status assess_one(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	struct assessing *a = context;
	struct decision decision;

	arena_reset(a->one);
	TRY(decider_assess(a->decider, consignment, a->one, &decision));
	assessment_put(a->json,
		&(struct assessment){a->file, format_code(a->reading.format), consignment, &decision, problems},
		a->rq->language);
	return buffer_status(a->json->buffer);
}

static enum status assess_file(struct assessing *a, const struct upload *upload, struct refusal *ret_refusal)
{
	struct reader_options options = {.reading = &a->reading};
	struct arena *arena = a->rq->arena;
	char *sample = arena_allocate(arena, SAMPLE);
	struct source source;
	enum status status;
	int fd = open(upload->path, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return STATUS_UNAVAILABLE;
	a->file = arena_string(arena, upload->name);
	a->reading = (struct reading){.problems = {.arena = arena}};
	size = sample ? pread(fd, sample, SAMPLE, 0) : -1;
	status = size < 0 ? STATUS_NO_MEMORY
			  : intake_propose_mapping(arena, (struct text){sample, (size_t)size}, &options.mapping);
	source = source_of_descriptor(&fd, a->file ? a->file : "");
	if (status == STATUS_OK)
		status = formats_read(&source, &options, assess_one, a, ret_refusal);
	close(fd);
	return status;
}

struct refused {
	const char *file;
	struct refusal refusal;
};

static void put_refused(struct request *rq, struct json_writer *json, const struct refused *refused, size_t count)
{
	AUTO(buffer_release) struct buffer line = {0};

	buffer_init(&line, 65536);
	put_key(json, "refused");
	put_array(json);
	for (size_t i = 0; i < count; i++) {
		const struct refusal *refusal = &refused[i].refusal;

		buffer_clear(&line);
		message_print(&line, rq->language, &refusal->message);
		if (refusal->mend.id) {
			buffer_byte(&line, ' ');
			message_print(&line, rq->language, &refusal->mend);
		}
		put_object(json);
		put_key(json, "file");
		put_text(json, text_of(refused[i].file));
		put_key(json, "line");
		put_int(json, refusal->line);
		put_key(json, "text");
		put_text(json, buffer_text(&line));
		put_object_end(json);
	}
	put_array_end(json);
}

/* Says of each consignment of the files what would be decided; nothing is kept. */
enum status assess_action(struct request *rq, struct database *database)
{
	const struct risk_application *application = (const struct risk_application *)rq->application;
	AUTO(arena_release) struct arena *one = arena_new((size_t)256 << 20);
	const struct upload *uploads[FILES_AT_ONCE];
	size_t count = rq_uploads(rq, "fichiers", uploads, FILES_AT_ONCE), refused_count = 0;
	struct refused refused[FILES_AT_ONCE];
	struct json_writer json;
	struct assessing a = {.rq = rq, .decider = application->decider, .one = one, .json = &json};

	(void)database;
	if (!one)
		return STATUS_NO_MEMORY;
	if (!count)
		return STATUS_INVALID;
	put_begin(&json, rq_json_answer(rq, 200));
	put_object(&json);
	put_key(&json, "items");
	put_array(&json);
	for (size_t i = 0; i < count; i++) {
		struct refusal refusal = {0};
		enum status status = assess_file(&a, uploads[i], &refusal);

		if (status != STATUS_OK && !refusal.message.id)
			return status;
		if (status != STATUS_OK)
			refused[refused_count++] = (struct refused){a.file, refusal};
	}
	put_array_end(&json);
	put_refused(rq, &json, refused, refused_count);
	put_object_end(&json);
	return STATUS_OK;
}
