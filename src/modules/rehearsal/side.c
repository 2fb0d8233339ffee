/* From what is to be rehearsed to what the replay needs. */
#include "modules/rehearsal/rehearsal.h"

#include <string.h>

static const struct {
	const char *name;
	enum { EXPECTED, RANDOM, SCORE, HITS } kind;
	enum lane lane;
} share_names[] = {
	{"attendu_rouge", EXPECTED, LANE_RED}, {"attendu_jaune", EXPECTED, LANE_YELLOW}, {"attendu_bleu", EXPECTED, LANE_BLUE},
	{"hasard_rouge", RANDOM, LANE_RED}, {"hasard_jaune", RANDOM, LANE_YELLOW}, {"hasard_bleu", RANDOM, LANE_BLUE},
	{"score_rouge", SCORE, LANE_RED}, {"score_jaune", SCORE, LANE_YELLOW}, {"score_bleu", SCORE, LANE_BLUE},
	{"coups", HITS, LANE_GREEN},
};
enum { SHARE_NAMES = sizeof share_names / sizeof *share_names };

static int64_t *score_of(struct selection *selection, enum lane lane)
{
	return lane == LANE_RED ? &selection->score_red
		: lane == LANE_YELLOW ? &selection->score_yellow
				      : &selection->score_blue;
}

static enum status set_share(struct selection *selection, size_t i, struct text typed)
{
	int64_t number = NUMBER_NONE;
	bool is_count = share_names[i].kind == HITS;

	if (share_names[i].kind == SCORE && !typed.size) {
		*score_of(selection, share_names[i].lane) = NUMBER_NONE;
		return STATUS_OK;
	}
	TRY(number_read(typed, &number));
	if (number < 0 || number > (is_count ? 1000000 : 100) * NUMBER_ONE)
		return STATUS_INVALID;
	if (is_count)
		selection->hits_without_selection = number / NUMBER_ONE;
	else if (share_names[i].kind == SCORE)
		*score_of(selection, share_names[i].lane) = number / 100;
	else if (share_names[i].kind == EXPECTED)
		selection->expected[share_names[i].lane] = number / 100;
	else
		selection->random[share_names[i].lane] = number / 100;
	return STATUS_OK;
}

enum status rehearsal_selection_read(struct text text, struct selection_row *row)
{
	struct text rest = text;

	while (rest.data) {
		struct text value = text_trim(text_cut(&rest, ' ')), name;
		size_t i = 0;

		if (!value.size)
			continue;
		name = text_cut(&value, '=');
		if (value.data && (text_is(name, "bureau") || text_is(name, "regime"))) {
			*(text_is(name, "bureau") ? &row->office : &row->regime) = value;
			continue;
		}
		while (i < SHARE_NAMES && !text_is(name, share_names[i].name))
			i++;
		if (i == SHARE_NAMES || !value.data)
			return STATUS_INVALID;
		TRY(set_share(&row->selection, i, value));
	}
	return STATUS_OK;
}

static enum status complain_selection(struct text override, struct problem_list *problems)
{
	problem_add(problems, PROBLEM_ERROR, TEXT("selection"),
		(struct message){TR("Réglage des circuits illisible : %1"), {override}});
	return STATUS_INVALID;
}

static enum status add_key(struct rehearsal_side *side, const struct selection_row *row, struct arena *arena)
{
	struct text key = selection_key(arena, row), before = side->selection_keys;

	side->selection_keys = arena_format(arena, "%.*s%.*s", TEXT_FORMAT(before), TEXT_FORMAT(key));
	return key.data && side->selection_keys.data ? STATUS_OK : STATUS_NO_MEMORY;
}

/* One row more, for its scope alone: what is in force there, with the override. The newest of a scope counts. */
static enum status add_scoped(struct text override, const struct selection_row *scope, struct arena *arena,
	struct rehearsal_side *side)
{
	struct selection_row *rows = ARENA_ARRAY(arena, side->selection_count + 1, struct selection_row);
	const struct selection_row *now =
		selection_for(side->selections, side->selection_count, scope->office, scope->regime);
	struct selection_row *own;

	if (!rows)
		return STATUS_NO_MEMORY;
	memcpy(rows, side->selections, side->selection_count * sizeof *rows);
	own = &rows[side->selection_count++];
	*own = now ? *now : (struct selection_row){.selection = risk_default_selection()};
	own->office = scope->office;
	own->regime = scope->regime;
	side->selections = rows;
	TRY(rehearsal_selection_read(override, own));
	return add_key(side, own, arena);
}

static enum status load_selections(struct reader *reader, struct text override, struct arena *arena,
	struct rehearsal_side *side, struct problem_list *problems)
{
	struct selection_row trial = {.selection = risk_default_selection()};

	TRY(selections_read(reader, arena, &side->selections, &side->selection_count));
	if (!override.size)
		return STATUS_OK;
	if (rehearsal_selection_read(override, &trial) != STATUS_OK)
		return complain_selection(override, problems);
	if (trial.office.data || trial.regime.data) {
		trial.office = trial.office.data ? trial.office : TEXT("");
		trial.regime = trial.regime.data ? trial.regime : TEXT("");
		return add_scoped(override, &trial, arena, side);
	}
	for (size_t i = 0; i < side->selection_count; i++) {
		TRY(rehearsal_selection_read(override, &side->selections[i]));
		TRY(add_key(side, &side->selections[i], arena));
	}
	return STATUS_OK;
}

static enum status load_policy(struct reader *reader, const struct rehearsal_choice *choice, struct arena *arena,
	struct rehearsal_side *side, struct problem_list *problems)
{
	struct policy_row row = {0, choice->policy_source, TEXT_NONE};

	if (row.source.data)
		TRY(lists_json(reader, arena, &row.lists));
	else if (choice->policy_id)
		TRY(policy_row_find(reader, choice->policy_id, arena, &row));
	else
		TRY(policy_row_active(reader, arena, &row));
	TRY(policy_row_compile(&row, arena, &side->policy, problems));
	side->policy_id = row.id;
	return STATUS_OK;
}

static enum status load(struct reader *reader, const struct rehearsal_choice *choice, struct arena *arena,
	struct rehearsal_side *side, struct problem_list *problems)
{
	TRY(load_policy(reader, choice, arena, side, problems));
	side->model_id = choice->model_id;
	if (side->model_id == REHEARSAL_MODEL_ON)
		TRY(model_on_id(reader, &side->model_id));
	if (side->model_id)
		TRY(model_load(reader, side->model_id, &side->model));
	side->selection = choice->selection;
	return load_selections(reader, choice->selection, arena, side, problems);
}

enum status rehearsal_side_load(struct reader *reader, const struct rehearsal_choice *choice, struct arena *arena,
	struct rehearsal_side *ret_side, struct problem_list *problems)
{
	struct rehearsal_side side = {0};
	enum status status = load(reader, choice, arena, &side, problems);

	if (status != STATUS_OK)
		rehearsal_side_release(&side);
	else
		*ret_side = side;
	return status;
}

void rehearsal_side_release(struct rehearsal_side *side)
{
	policy_free(side->policy);
	model_free(side->model);
	*side = (struct rehearsal_side){0};
}

/* Both sides, given back together. */
struct sides {
	struct rehearsal_side rows[REHEARSAL_RUNS];
};

static void sides_release(struct sides *sides)
{
	for (size_t i = 0; i < REHEARSAL_RUNS; i++)
		rehearsal_side_release(&sides->rows[i]);
}

static enum status load_sides(struct database *database, const struct rehearsal_order *order, struct arena *arena,
	struct sides *sides, struct problem_list *problems)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	for (size_t i = 0; i < order->choice_count; i++)
		TRY(rehearsal_side_load(reader, &order->choices[i], arena, &sides->rows[i], problems));
	return STATUS_OK;
}

static enum status work_out(struct database *database, const struct rehearsal_order *order, const struct sides *sides,
	const struct replay *replay, struct arena *arena, struct rehearsal_row *row)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	return rehearsal_result(reader, order, sides->rows, replay, arena, row);
}

enum status rehearsal_perform(struct database *database, const struct rehearsal_order *order, struct arena *arena,
	struct rehearsal_row *ret_row, struct problem_list *problems)
{
	AUTO(sides_release) struct sides sides = {{{0}}};
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct replay_request request = {.from = order->from, .to = order->to, .side_count = order->choice_count,
		.threads = order->threads, .progress = order->progress, .context = order->context};
	struct rehearsal_row row = {0};
	struct replay replay;
	enum status status;

	if (!order->choice_count || order->choice_count > REHEARSAL_RUNS)
		return STATUS_INVALID;
	TRY(load_sides(database, order, arena, &sides, problems));
	for (size_t i = 0; i < order->choice_count; i++)
		request.sides[i] = (struct replay_side){sides.rows[i].policy, sides.rows[i].model, sides.rows[i].selections,
			sides.rows[i].selection_count};
	TRY(replay_run(database, &request, arena, &replay));
	status = work_out(database, order, &sides, &replay, arena, &row);
	row.model_id = sides.rows[0].model_id;
	row.selection_keys = sides.rows[0].selection_keys;
	rehearsal_free(replay.rehearsal);
	TRY(status);
	TRY(writer_begin(database, &writer));
	TRY(rehearsal_record(writer, order->actor, &row, &row.id));
	TRY(writer_commit(&writer));
	*ret_row = row;
	return STATUS_OK;
}
