/* Moves between states, and what is wrong with a table. */
#include "domain/workflow.h"

#include "domain/event.h"
#include "domain/journal.h"
#include "domain/test_domain.h"
#include "domain/unit.h"

/* The units table stands in for a thing with a state: kind is the state, is_active the version. */
STATEMENT(THING_LOAD, "select kind, is_active, path from units where id = $1");
STATEMENT(THING_UPDATE, "update units set kind = $2, is_active = is_active + 1 where id = $1 and is_active = $3");

static bool refuse;
static int64_t heard;

static enum status guard(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	(void)reader;
	(void)move;
	if (refuse)
		*ret_refusal = (struct message){.id = "Pas encore."};
	return STATUS_OK;
}

static enum status hear(struct writer *writer, const struct event *event)
{
	(void)writer;
	heard = event->id;
	return STATUS_OK;
}

static const struct workflow_state states[] = {
	{"office", "Bureau", false}, {"brigade", "Brigade", false}, {"administration", "Fin", true}, {NULL, NULL, false}};
static const struct workflow_transition transitions[] = {
	{.name = "split", .label = "Scinder", .needs = "things.split", .from = "office", .to = "brigade", .guard = guard},
	{.name = "close", .label = "Clore", .needs = "things.close", .from = "brigade", .to = "administration"},
	{.name = NULL}};
static const struct workflow things = {"thing", "office", states, transitions, &THING_LOAD, &THING_UPDATE};

TEST_ON_EACH_DATABASE(workflow_moves)
{
	static const struct subscription subscriptions[] = {{"thing.split", hear}, {NULL, NULL}};
	struct actor system = actor_system("essai");
	struct grant grants[] = {{"things.split", TEXT("/1/")}};
	struct actor officer = {.user_id = 5, .name = TEXT("A"), .grants = grants, .grant_count = 1};
	struct actor stranger = {.user_id = 6, .name = TEXT("B")};
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct message refusal = {.id = NULL};
	struct workflow_move move = {.actor = &officer, .version = 1};

	event_subscribe(subscriptions);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(unit_create(writer, &system, 0, TEXT("office"), TEXT("X"), TEXT("Un"), &move.id) == STATUS_OK);
	move.actor = &stranger;
	CHECK(workflow_move_to(writer, &things, "split", &move, &refusal) == STATUS_FORBIDDEN);
	move.actor = &officer;
	CHECK(workflow_move_to(writer, &things, "nothing", &move, &refusal) == STATUS_NOT_FOUND);
	move.version = 7;
	CHECK(workflow_move_to(writer, &things, "split", &move, &refusal) == STATUS_CONFLICT);
	move.version = 1;
	refuse = true;
	CHECK(workflow_move_to(writer, &things, "split", &move, &refusal) == STATUS_INVALID);
	CHECK(refusal.id != NULL);
	refuse = false;
	heard = 0;
	CHECK(workflow_move_to(writer, &things, "split", &move, &refusal) == STATUS_OK);
	CHECK_INTEGER(heard, move.id);
	CHECK(workflow_move_to(writer, &things, "split", &move, &refusal) == STATUS_CONFLICT); /* other state now */
	move.version = 2;
	CHECK(workflow_move_to(writer, &things, "close", &move, &refusal) == STATUS_FORBIDDEN);
	move.id = 4242;
	CHECK(workflow_move_to(writer, &things, "close", &move, &refusal) == STATUS_NOT_FOUND);
	event_subscribe(NULL);
}

TEST(workflow_open_transitions)
{
	const struct workflow_transition *open[4];
	struct grant grants[] = {{"things.split", TEXT("/1/4/")}};
	struct actor officer = {.user_id = 5, .grants = grants, .grant_count = 1};

	CHECK_INTEGER(workflow_open(&things, TEXT("office"), &officer, TEXT("/1/4/9/"), open, 4), 1);
	CHECK_INTEGER(workflow_open(&things, TEXT("office"), &officer, TEXT("/1/5/"), open, 4), 0);
	CHECK_INTEGER(workflow_open(&things, TEXT("brigade"), &officer, TEXT("/1/4/"), open, 4), 0);
	CHECK_TEXT(text_of(workflow_state_label(&things, TEXT("brigade"))), "Brigade");
}

TEST(workflow_table_checks)
{
	static const struct workflow_transition no_right[] = {
		{.name = "split", .label = "Scinder", .needs = "", .from = "office", .to = "brigade"}, {.name = NULL}};
	static const struct workflow_transition dead_end[] = {
		{.name = "split", .label = "Scinder", .needs = "x", .from = "office", .to = "brigade"},
		{.name = "close", .label = "Clore", .needs = "x", .from = "office", .to = "administration"}, {.name = NULL}};
	static const struct workflow_transition out_of_final[] = {
		{.name = "open", .label = "Ouvrir", .needs = "x", .from = "administration", .to = "office"}, {.name = NULL}};
	static const struct workflow_transition unreachable[] = {
		{.name = "close", .label = "Clore", .needs = "x", .from = "office", .to = "administration"},
		{.name = "shut", .label = "Clore", .needs = "x", .from = "brigade", .to = "administration"}, {.name = NULL}};
	struct workflow wrong = things;

	CHECK(workflow_check(&things) == NULL);
	wrong.transitions = no_right;
	CHECK_TEXT(text_of(workflow_check(&wrong)), "a transition needs no permission");
	wrong.transitions = dead_end;
	CHECK_TEXT(text_of(workflow_check(&wrong)), "a state that is not final has no way out");
	wrong.transitions = out_of_final;
	CHECK_TEXT(text_of(workflow_check(&wrong)), "a way leads out of a final state");
	wrong.transitions = unreachable;
	CHECK_TEXT(text_of(workflow_check(&wrong)), "a state cannot be reached");
	wrong = things;
	wrong.initial = "nowhere";
	CHECK_TEXT(text_of(workflow_check(&wrong)), "the initial state is unknown");
}
