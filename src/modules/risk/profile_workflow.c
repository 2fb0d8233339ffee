/* From draft to in force: the states of a version, who may move it, and the policy that the active ones make. */
#include "base/embedded.h"
#include "domain/journal.h"
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

enum { POLICY_MEMORY = 256 << 20, SOURCE_LIMIT = 32 << 20 };

/* ---- the policy made of profiles */

static enum status compose(struct reader *reader, int64_t profile_id, int64_t version_id, struct arena *arena,
	struct text *ret_source)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer source = {0};

	buffer_init(&source, SOURCE_LIMIT);
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

/* Stores the candidate; *ret_policy_id is the stored policy. */
static enum status store_candidate(struct writer *writer, const struct actor *actor, int64_t profile_id,
	int64_t version_id, int64_t *ret_policy_id)
{
	AUTO(arena_release) struct arena *arena = arena_new(POLICY_MEMORY);
	struct policy *policy = NULL;
	struct policy_row row;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(profile_candidate(writer_reader(writer), profile_id, version_id, arena, &row, &policy));
	status = policy_add(writer, actor, row.source, row.lists, policy, ret_policy_id);
	policy_free(policy);
	return status;
}

enum status profile_candidate_store(struct writer *writer, const struct actor *actor,
	const struct profile_version *version, int64_t *ret_policy_id)
{
	return store_candidate(writer, actor, version->profile_id, version->id, ret_policy_id);
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
	AUTO(arena_release) struct arena *arena = arena_new(POLICY_MEMORY);
	struct profile_version version;
	struct policy *policy = NULL;
	struct policy_row row;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(profile_version_find(reader, move->id, arena, &version));
	status = profile_candidate(reader, version.profile_id, version.id, arena, &row, &policy);
	policy_free(policy);
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
	AUTO(arena_release) struct arena *arena = arena_new(POLICY_MEMORY);
	struct profile_version version;
	struct message refusal = {.id = NULL};
	struct policy *policy = NULL;
	struct policy_row row;
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
	status = profile_candidate(reader, version.profile_id, version.id, arena, &row, &policy);
	if (status == STATUS_INVALID)
		refusal.id = TR("Ce texte a une erreur : renvoyez-le à son auteur.");
	else if (status == STATUS_OK)
		status = check_rehearsal(reader, policy, arena, &refusal);
	policy_free(policy);
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
	return profile_candidate_store(writer, move->actor, &version, &policy_id);
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
static enum status policy_of_active(struct writer *writer, const struct actor *actor)
{
	int64_t policy_id;

	TRY(store_candidate(writer, actor, 0, 0, &policy_id));
	return policy_activate(writer, actor, policy_id);
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
	return policy_of_active(writer, move->actor);
}

static enum status after_retire(struct writer *writer, const struct workflow_move *move)
{
	TRY(put_away(writer, move));
	return policy_of_active(writer, move->actor);
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
	AUTO(arena_release) struct arena *arena = arena_new(POLICY_MEMORY);
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
