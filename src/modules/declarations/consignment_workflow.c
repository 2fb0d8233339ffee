/* The states of a consignment and the ways between them. Where a file starts is the decision's business (held, free
 * or to be controlled); from there on time, an officer or the look after release moves it. */
#include "modules/declarations/declarations.h"

STATEMENT(CONSIGNMENT_STANDING, "select state, row_version, unit_path from consignments where id = $1");
STATEMENT(CONSIGNMENT_MOVE,
	"update consignments set state = $2, row_version = row_version + 1 where id = $1 and row_version = $3");
STATEMENT(CONSIGNMENT_LANE,
	"update consignments set lane = $2, decision_id = coalesce($3, decision_id), changed_at = $4 where id = $1");
STATEMENT(CONSIGNMENT_TOUCH, "update consignments set changed_at = $2 where id = $1");
STATEMENT(CONSIGNMENT_OUTCOME,
	"update consignments set outcome = $2, recovered = $3, outcome_on = $4, changed_at = $5 where id = $1");
STATEMENT(CONSIGNMENT_LANE_NOW, "select lane from consignments where id = $1");

static enum status touch(struct writer *writer, const struct workflow_move *move)
{
	return store_execute(writer, &CONSIGNMENT_TOUCH, PARAMS(V_INT(move->id), V_INT(clock_now())), NULL);
}

static enum status change_lane(struct writer *writer, const struct workflow_move *move)
{
	const struct consignment_move *input = move->input;

	if (!input)
		return STATUS_INTERNAL;
	return store_execute(writer, &CONSIGNMENT_LANE,
		PARAMS(V_INT(move->id), V_INT(input->lane), input->decision_id ? V_INT(input->decision_id) : V_NULL,
			V_INT(clock_now())),
		NULL);
}

static enum status note_outcome(struct writer *writer, const struct workflow_move *move)
{
	const struct consignment_move *input = move->input;

	if (!input)
		return STATUS_INTERNAL;
	TRY(outcome_note(writer, move->id, input->adverse, input->recovered, input->known_on));
	return store_execute(writer, &CONSIGNMENT_OUTCOME,
		PARAMS(V_INT(move->id), V_BOOL(input->adverse), value_optional(input->recovered), V_INT(input->known_on),
			V_INT(clock_now())),
		NULL);
}

/* Only yellow becomes blue with time. */
static enum status is_yellow(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	int64_t lane = LANE_GREEN;

	TRY(store_integer(reader, &CONSIGNMENT_LANE_NOW, PARAMS(V_INT(move->id)), &lane));
	if (lane != LANE_YELLOW)
		*ret_refusal = (struct message){.id = TR("Cet envoi n'est plus en circuit jaune.")};
	return STATUS_OK;
}

/* A person who changes a lane says why, and to which other lane. */
static enum status has_reason(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	const struct consignment_move *input = move->input;
	bool to_control = text_is(text_of(move->transition->to), "to_control");
	int64_t lane = LANE_GREEN;

	if (!input || !text_trim(input->reason).size) {
		*ret_refusal = (struct message){.id = TR("Dites pourquoi le circuit change.")};
		return STATUS_OK;
	}
	if ((input->lane >= LANE_YELLOW) != to_control || input->lane < LANE_GREEN || input->lane > LANE_RED)
		return STATUS_INVALID;
	TRY(store_integer(reader, &CONSIGNMENT_LANE_NOW, PARAMS(V_INT(move->id)), &lane));
	if (lane == input->lane)
		*ret_refusal = (struct message){.id = TR("L'envoi est déjà dans ce circuit.")};
	return STATUS_OK;
}

/* "held" is the first: no way leads to it, only a decision. */
static const struct workflow_state states[] = {
	{"held", TR("Vert, retenu pendant le délai"), false},
	{"to_control", TR("À contrôler"), false},
	{"free", TR("Sans contrôle demandé"), false},
	{"controlled", TR("Contrôlé"), false},
	{NULL, NULL, false},
};
static const struct workflow_transition transitions[] = {
	{"green_released", TR("Libérer à la fin du délai"), CONSIGNMENTS_REROUTE, "held", "free", NULL, touch},
	{"yellow_to_blue", TR("Passer du jaune au bleu"), CONSIGNMENTS_REROUTE, "to_control", "free", is_yellow, change_lane},
	{"after_release", TR("Reprendre après la mainlevée"), CONSIGNMENTS_REROUTE, "free", "to_control", NULL, change_lane},
	{"rerouted_to_control", TR("Envoyer au contrôle"), CONSIGNMENTS_REROUTE, "held", "to_control", has_reason, change_lane},
	{"rerouted_to_control", TR("Envoyer au contrôle"), CONSIGNMENTS_REROUTE, "free", "to_control", has_reason, change_lane},
	{"rerouted_to_control", TR("Changer de circuit de contrôle"), CONSIGNMENTS_REROUTE, "to_control", "to_control",
		has_reason, change_lane},
	{"rerouted_to_free", TR("Dispenser du contrôle"), CONSIGNMENTS_REROUTE, "to_control", "free", has_reason, change_lane},
	{"rerouted_to_free", TR("Dispenser du délai"), CONSIGNMENTS_REROUTE, "held", "free", has_reason, change_lane},
	{"rerouted_to_free", TR("Changer de circuit"), CONSIGNMENTS_REROUTE, "free", "free", has_reason, change_lane},
	{"control_recorded", TR("Enregistrer le résultat"), INSPECTIONS_RECORD, "to_control", "controlled", NULL, note_outcome},
	{"control_recorded", TR("Enregistrer le résultat"), INSPECTIONS_RECORD, "free", "controlled", NULL, note_outcome},
	{"control_recorded", TR("Enregistrer le résultat"), INSPECTIONS_RECORD, "held", "controlled", NULL, note_outcome},
	/* An outcome that came with the data: the first result an officer records takes its place. */
	{"control_recorded", TR("Enregistrer le résultat"), INSPECTIONS_RECORD, "controlled", "controlled", NULL, note_outcome},
	{"control_corrected", TR("Corriger le résultat"), INSPECTIONS_CORRECT, "to_control", "controlled", NULL, note_outcome},
	{"control_corrected", TR("Corriger le résultat"), INSPECTIONS_CORRECT, "free", "controlled", NULL, note_outcome},
	{"control_corrected", TR("Corriger le résultat"), INSPECTIONS_CORRECT, "held", "controlled", NULL, note_outcome},
	{"control_corrected", TR("Corriger le résultat"), INSPECTIONS_CORRECT, "controlled", "controlled", NULL, note_outcome},
	{0},
};
const struct workflow consignment_workflow = {
	.entity = "consignment",
	.initial = "held",
	.states = states,
	.transitions = transitions,
	.load = &CONSIGNMENT_STANDING,
	.update = &CONSIGNMENT_MOVE,
};
