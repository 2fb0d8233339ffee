/* From draft to in force: the states of a version, who may move it, and the policy that the active ones make. */
#include "base/embedded.h"
#include "domain/journal.h"
#include "modules/risk/digest_memo.h"
#include "modules/risk/policy_loader.h"
#include "modules/risk/profiles.h"

#include <string.h>

STATEMENT(PROFILE_STATE, "select state, row_version, null from profile_versions where id = $1");
STATEMENT(PROFILE_SET_STATE,
	"update profile_versions set state = $2, row_version = row_version + 1 where id = $1 and row_version = $3");
STATEMENT(SET_PROPOSED, "update profile_versions set proposed_by = $2, proposed_at = $3, reason = null where id = $1");
STATEMENT(SET_ACTIVATED, "update profile_versions set activated_by = $2, activated_at = $3 where id = $1");
STATEMENT(SET_RETIRED,
	"update profile_versions set retired_by = $2, retired_at = $3, reason = coalesce($4, reason) where id = $1");
STATEMENT(SET_REASON, "update profile_versions set reason = $2 where id = $1");
STATEMENT(OTHERS_RETIRE,
	"update profile_versions set state = 'retired', retired_by = $3, retired_at = $4, row_version = row_version + 1 "
	"where profile_id = $1 and id <> $2 and state = 'active'");
/* Who wrote or proposed anything of this line of versions since the last one that was in force. */
STATEMENT(HAS_WRITTEN,
	"select count(*) from profile_versions v where v.profile_id = $1 and v.number <= $2 and v.number > "
	"(select coalesce(max(a.number), 0) from profile_versions a where a.profile_id = $1 and a.number < $2 "
	"and a.activated_at is not null) and (v.author_id = $3 or v.proposed_by = $3)");
STATEMENT(SOURCES,
	"select v.source from profile_versions v where (v.state = 'active' and v.profile_id <> $1) or v.id = $2 "
	"order by v.profile_id");
STATEMENT(ANY_PROFILE, "select count(*) from profiles");
STATEMENT(INSTALL_PROFILE, "insert into profiles (code, created_by, created_at) values ($1, $2, $3) returning id");
STATEMENT(INSTALL_VERSION,
	"insert into profile_versions (profile_id, number, state, title, lane, source, note, author_id, written_at, "
	"activated_by, activated_at) values ($1, 1, 'active', $2, $3, $4, '', $5, $6, $5, $6)");

/* Far above what a hundred thousand profiles need. */
static const size_t source_limit = (size_t)1 << 30, policy_memory = (size_t)POLICY_MEMORY_MB << 20;

/* ---- the policy made of profiles */

static enum status compose(struct reader *reader, int64_t profile_id, int64_t version_id, struct arena *arena,
	struct text *ret_source)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer source = {0};

	buffer_init(&source, source_limit);
	TRY(store_query(reader, &SOURCES, PARAMS(V_INT(profile_id), V_INT(version_id)), &rows));
	while (rows_next(rows)) {
		buffer_append(&source, rows_text(rows, 0));
		buffer_string(&source, "\n\n");
	}
	TRY(rows_status(rows));
	TRY(buffer_status(&source));
	*ret_source = arena_text(arena, source.data ? buffer_text(&source) : TEXT(""));
	return ret_source->data ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status profile_candidate(struct reader *reader, int64_t profile_id, int64_t version_id, struct arena *arena,
	struct policy_row *ret_row, struct policy **ret_policy)
{
	struct problem_list problems = {.arena = arena};
	struct policy_row row = {.id = 0};

	TRY(compose(reader, profile_id, version_id, arena, &row.source));
	TRY(lists_json(reader, arena, &row.lists));
	TRY(policy_row_compile(&row, arena, ret_policy, &problems));
	*ret_row = row;
	return STATUS_OK;
}

enum status profile_candidate_digest(struct reader *reader, const struct profile_version *version,
	struct digest_memo *memo, struct arena *arena, unsigned char ret_digest[DIGEST_SIZE])
{
	struct problem_list problems = {.arena = arena};
	struct policy_row row = {.id = 0};
	struct policy *policy = NULL;
	unsigned char content[DIGEST_SIZE];

	TRY(compose(reader, version->profile_id, version->id, arena, &row.source));
	TRY(lists_json(reader, arena, &row.lists));
	digest_of_content(row.source, row.lists, content);
	if (memo && digest_memo_find(memo, content, ret_digest))
		return STATUS_OK;
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	memcpy(ret_digest, policy_digest(policy), DIGEST_SIZE);
	policy_free(policy);
	if (memo)
		digest_memo_keep(memo, content, ret_digest);
	return STATUS_OK;
}

void profile_prepared_release(struct profile_prepared *prepared)
{
	policy_free(prepared->policy);
	arena_free(prepared->arena);
	*prepared = (struct profile_prepared){.policy = NULL};
}

/* Which candidate a move makes: that of a version, or without its profile. */
static bool makes_policy(const char *move, const struct profile_version *version, int64_t *ret_version_id)
{
	*ret_version_id = strcmp(move, "retire") == 0 ? 0 : version->id;
	return strcmp(move, "propose") == 0 || strcmp(move, "activate") == 0 || strcmp(move, "retire") == 0;
}

enum status profile_prepare(struct database *database, const char *move, const struct profile_version *version,
	struct profile_prepared *ret_prepared)
{
	struct profile_prepared prepared = {.arena = NULL};
	struct problem_list problems = {.arena = NULL};
	struct reader *reader = NULL;
	struct policy_row row = {.id = 0};
	int64_t version_id;
	enum status status;

	*ret_prepared = prepared;
	if (!makes_policy(move, version, &version_id))
		return STATUS_OK;
	prepared.arena = problems.arena = arena_new(policy_memory);
	if (!prepared.arena)
		return STATUS_NO_MEMORY;
	status = reader_begin(database, &reader);
	if (status == STATUS_OK)
		status = compose(reader, version->profile_id, version_id, prepared.arena, &row.source);
	if (status == STATUS_OK)
		status = lists_json(reader, prepared.arena, &row.lists);
	reader_end(reader); /* before the long part */
	if (status == STATUS_OK)
		status = policy_row_compile(&row, prepared.arena, &prepared.policy, &problems);
	prepared.source = row.source;
	prepared.lists = row.lists;
	if (status != STATUS_OK)
		profile_prepared_release(&prepared);
	*ret_prepared = prepared;
	return status == STATUS_INVALID ? STATUS_OK : status;
}

/* The candidate, with the policy prepared for it or compiled now. */
struct candidate {
	struct policy_row row;
	const struct policy *policy;
	struct policy *compiled; /* to be freed; NULL: the prepared one is used */
};

static void candidate_release(struct candidate *candidate)
{
	policy_free(candidate->compiled);
}

static enum status take_candidate(struct reader *reader, int64_t profile_id, int64_t version_id,
	const struct profile_prepared *prepared, struct arena *arena, struct candidate *ret_candidate)
{
	struct problem_list problems = {.arena = arena};
	struct candidate candidate = {.policy = NULL};

	TRY(compose(reader, profile_id, version_id, arena, &candidate.row.source));
	TRY(lists_json(reader, arena, &candidate.row.lists));
	if (prepared && prepared->policy && text_equal(prepared->source, candidate.row.source) &&
		text_equal(prepared->lists, candidate.row.lists))
		candidate.policy = prepared->policy;
	else
		TRY(policy_row_compile(&candidate.row, arena, &candidate.compiled, &problems));
	if (candidate.compiled)
		candidate.policy = candidate.compiled;
	*ret_candidate = candidate;
	return STATUS_OK;
}

/* Stores the candidate; *ret_policy_id is the stored policy. */
static enum status store_candidate(struct writer *writer, const struct actor *actor, int64_t profile_id,
	int64_t version_id, const struct profile_prepared *prepared, int64_t *ret_policy_id)
{
	AUTO(arena_release) struct arena *arena = arena_new(policy_memory);
	AUTO(candidate_release) struct candidate candidate = {.compiled = NULL};

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(take_candidate(writer_reader(writer), profile_id, version_id, prepared, arena, &candidate));
	return policy_add(writer, actor, candidate.row.source, candidate.row.lists, candidate.policy, ret_policy_id);
}

enum status profile_candidate_store(struct writer *writer, const struct actor *actor,
	const struct profile_version *version, const struct profile_prepared *prepared, int64_t *ret_policy_id)
{
	return store_candidate(writer, actor, version->profile_id, version->id, prepared, ret_policy_id);
}

static const struct profile_prepared *prepared_of(const struct workflow_move *move)
{
	const struct profile_move_input *input = move->input;

	return input ? input->prepared : NULL;
}

/* ---- guards */

static bool has_reason(const struct workflow_move *move)
{
	const struct profile_move_input *input = move->input;

	return input && input->reason.size;
}

static enum status needs_reason(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	(void)reader;
	if (!has_reason(move))
		*ret_refusal = (struct message){.id = TR("Écrivez la raison.")};
	return STATUS_OK;
}

/* The candidate must compile with the lists and the other profiles as they are now. */
static enum status may_propose(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	AUTO(arena_release) struct arena *arena = arena_new(policy_memory);
	AUTO(candidate_release) struct candidate candidate = {.compiled = NULL};
	struct profile_version version;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(profile_version_find(reader, move->id, arena, &version));
	status = take_candidate(reader, version.profile_id, version.id, prepared_of(move), arena, &candidate);
	if (status == STATUS_INVALID) {
		*ret_refusal = (struct message){.id = TR("Ce texte a une erreur : corrigez-la avant de proposer le profil.")};
		return STATUS_OK;
	}
	return status;
}

static enum status own_draft_back(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct profile_version version;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(profile_version_find(reader, move->id, arena, &version));
	if (version.proposed_by != move->actor->user_id)
		*ret_refusal = (struct message){.id = TR("Seule la personne qui l'a proposé retire sa proposition.")};
	return STATUS_OK;
}

/* This very policy, with its lists, was run over the past before it comes into force. */
static enum status check_rehearsal(struct reader *reader, const struct policy *policy, struct arena *arena,
	struct message *ret_refusal)
{
	struct rehearsal_row row;
	int64_t required;
	enum status status;

	TRY(setting_integer(reader, &risk_settings[RISK_REHEARSAL_REQUIRED], &required));
	if (!required)
		return STATUS_OK;
	status = rehearsal_find(reader, policy_digest(policy), arena, &row);
	if (status == STATUS_NOT_FOUND) {
		*ret_refusal = (struct message){.id = TR("La politique telle qu'elle serait n'a pas encore été répétée sur le "
							 "passé : répétez-la d'abord.")};
		return STATUS_OK;
	}
	return status;
}

static enum status may_activate(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	AUTO(arena_release) struct arena *arena = arena_new(policy_memory);
	AUTO(candidate_release) struct candidate candidate = {.compiled = NULL};
	struct profile_version version;
	struct message refusal = {.id = NULL};
	int64_t written = 0;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(profile_version_find(reader, move->id, arena, &version));
	TRY(store_integer(reader, &HAS_WRITTEN,
		PARAMS(V_INT(version.profile_id), V_INT(version.number), V_INT(move->actor->user_id)), &written));
	if (written) {
		*ret_refusal = (struct message){
			.id = TR("Quatre yeux : une autre personne que l'auteur met le profil en vigueur.")};
		return STATUS_OK;
	}
	status = take_candidate(reader, version.profile_id, version.id, prepared_of(move), arena, &candidate);
	if (status == STATUS_INVALID)
		refusal.id = TR("Ce texte a une erreur : renvoyez-le à son auteur.");
	else if (status == STATUS_OK)
		status = check_rehearsal(reader, candidate.policy, arena, &refusal);
	if (status != STATUS_OK && status != STATUS_INVALID)
		return status;
	*ret_refusal = refusal;
	return STATUS_OK;
}

/* ---- effects */

static enum status after_propose(struct writer *writer, const struct workflow_move *move)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct profile_version version;
	int64_t policy_id;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_execute(writer, &SET_PROPOSED,
		PARAMS(V_INT(move->id), V_INT(move->actor->user_id), V_INT(clock_now())), NULL));
	TRY(profile_version_find(writer_reader(writer), move->id, arena, &version));
	return profile_candidate_store(writer, move->actor, &version, prepared_of(move), &policy_id);
}

static enum status keep_reason(struct writer *writer, const struct workflow_move *move)
{
	const struct profile_move_input *input = move->input;

	return store_execute(writer, &SET_REASON,
		PARAMS(V_INT(move->id), value_text(input ? input->reason : TEXT_NONE)), NULL);
}

static enum status put_away(struct writer *writer, const struct workflow_move *move)
{
	const struct profile_move_input *input = move->input;

	return store_execute(writer, &SET_RETIRED,
		PARAMS(V_INT(move->id), V_INT(move->actor->user_id), V_INT(clock_now()),
			value_text(input && input->reason.size ? input->reason : TEXT_NONE)),
		NULL);
}

/* The policy of the active profiles comes into force; the journal says what its rehearsal showed. */
static enum status policy_of_active(struct writer *writer, const struct workflow_move *move)
{
	int64_t policy_id;

	TRY(store_candidate(writer, move->actor, 0, 0, prepared_of(move), &policy_id));
	return policy_activate(writer, move->actor, policy_id);
}

static enum status after_activate(struct writer *writer, const struct workflow_move *move)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct profile_version version;
	int64_t now = clock_now();

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(profile_version_find(writer_reader(writer), move->id, arena, &version));
	TRY(store_execute(writer, &OTHERS_RETIRE,
		PARAMS(V_INT(version.profile_id), V_INT(version.id), V_INT(move->actor->user_id), V_INT(now)), NULL));
	TRY(store_execute(writer, &SET_ACTIVATED, PARAMS(V_INT(move->id), V_INT(move->actor->user_id), V_INT(now)), NULL));
	return policy_of_active(writer, move);
}

static enum status after_retire(struct writer *writer, const struct workflow_move *move)
{
	TRY(put_away(writer, move));
	return policy_of_active(writer, move);
}

static const struct workflow_state states[] = {
	{"draft", TR("Brouillon"), false},
	{"proposed", TR("Proposé"), false},
	{"active", TR("En vigueur"), false},
	{"retired", TR("Retiré"), true},
	{NULL, NULL, false},
};
static const struct workflow_transition transitions[] = {
	{"propose", TR("Proposer"), RISK_MANAGE, "draft", "proposed", may_propose, after_propose},
	{"abandon", TR("Abandonner le brouillon"), RISK_MANAGE, "draft", "retired", NULL, put_away},
	{"activate", TR("Mettre en vigueur"), RISK_ACTIVATE, "proposed", "active", may_activate, after_activate},
	{"send_back", TR("Renvoyer à l'auteur"), RISK_ACTIVATE, "proposed", "draft", needs_reason, keep_reason},
	{"take_back", TR("Retirer la proposition"), RISK_MANAGE, "proposed", "draft", own_draft_back, NULL},
	{"retire", TR("Retirer de la politique"), RISK_ACTIVATE, "active", "retired", needs_reason, after_retire},
	{NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};
const struct workflow profile_workflow = {
	.entity = "profile_version",
	.initial = "draft",
	.states = states,
	.transitions = transitions,
	.load = &PROFILE_STATE,
	.update = &PROFILE_SET_STATE,
};

/* ---- a move as pages make it */

enum status profile_move(struct database *database, const char *name, const struct profile_version *version,
	const struct profile_move *asked, struct message *ret_refusal)
{
	AUTO(profile_prepared_release) struct profile_prepared prepared = {.policy = NULL};
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct profile_move_input input = {.reason = asked->reason, .prepared = &prepared};
	const struct workflow_move move = {.actor = asked->actor, .id = version->id, .version = asked->seen_version,
		.details = asked->details, .input = &input};

	for (const struct workflow_transition *row = transitions; row->name; row++)
		if (strcmp(row->name, name) == 0 && text_is(version->state, row->from) &&
			actor_may(asked->actor, row->needs, TEXT_NONE))
			TRY(profile_prepare(database, name, version, &prepared));
	TRY(writer_begin(database, &writer));
	TRY(workflow_move_to(writer, &profile_workflow, name, &move, ret_refusal));
	return writer_commit(&writer);
}

/* ---- the first profiles */

static enum status install_one(struct writer *writer, const struct actor *actor, const struct profile *profile)
{
	int64_t id, now = clock_now();

	TRY(store_returning(writer, &INSTALL_PROFILE, PARAMS(value_text(profile->code), V_INT(actor->user_id), V_INT(now)),
		&id));
	return store_execute(writer, &INSTALL_VERSION,
		PARAMS(V_INT(id), value_text(profile->title), V_INT(profile->lane), value_text(profile->source),
			V_INT(actor->user_id), V_INT(now)),
		NULL);
}

enum status profiles_install(struct writer *writer, const struct actor *actor)
{
	AUTO(arena_release) struct arena *arena = arena_new(policy_memory);
	struct problem_list problems = {.arena = arena};
	struct profile *profiles;
	struct policy_row row;
	int64_t there;
	size_t count;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_integer(writer_reader(writer), &ANY_PROFILE, NO_PARAMS, &there));
	if (there)
		return STATUS_OK;
	TRY(policy_row_active(writer_reader(writer), arena, &row));
	TRY(profiles_read(arena, row.source, &profiles, &count, &problems));
	for (size_t i = 0; i < count; i++)
		TRY(install_one(writer, actor, &profiles[i]));
	return STATUS_OK;
}
