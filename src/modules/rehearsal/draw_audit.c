/* Checking a published draw with the file alone: no database, nothing to trust but a head that a witness kept. */
#include "base/memory.h"
#include "domain/journal_proof.h"
#include "engine/selection.h"
#include "modules/rehearsal/draw_file.h"

#include <string.h>

enum { SELECTIONS = 512, STREAM_SLOTS = 16384, LINE_LIMIT = 256 << 20 };

/* Where the counters of an office and regime stand. */
struct stream {
	uint64_t name;
	bool is_used;
	struct selection_counts counts;
};
struct auditing {
	struct draw_audit audit;
	struct selection selections[SELECTIONS];
	int64_t selection_ids[SELECTIONS];
	size_t selection_count;
	struct stream *streams;
	size_t stream_count;
	int64_t line;
};

static void auditing_release(struct auditing **auditing)
{
	if (*auditing)
		memory_free((*auditing)->streams);
	memory_free(*auditing);
}

/* The first thing that is wrong stays. */
static void refuse(struct auditing *auditing, const char *id)
{
	auditing->audit.wrong++;
	if (auditing->audit.problem.id)
		return;
	auditing->audit.problem = (struct message){.id = id};
	auditing->audit.wrong_line = auditing->line;
}

static struct text string(const json_t *object, const char *key)
{
	return text_of(json_string_value(json_object_get(object, key)));
}

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool digest_at(const json_t *object, const char *key, unsigned char ret_digest[DIGEST_SIZE])
{
	struct text hex = string(object, key);

	return hex.size == 2 * DIGEST_SIZE && hex_parse(hex, ret_digest, DIGEST_SIZE) == STATUS_OK;
}

static bool read_shares(const json_t *object, const char *key, int64_t shares[LANE_COUNT])
{
	const json_t *list = json_object_get(object, key);

	if (json_array_size(list) != LANE_COUNT - 1)
		return false;
	for (int lane = LANE_RED; lane >= LANE_BLUE; lane--)
		shares[lane] = json_integer_value(json_array_get(list, (size_t)(LANE_RED - lane)));
	return true;
}

static bool read_selections(struct auditing *auditing, const json_t *head)
{
	unsigned char key[DIGEST_SIZE];
	const json_t *row;
	size_t i;

	if (!digest_at(head, "key", key))
		return false;
	json_array_foreach(json_object_get(head, "selections"), i, row) {
		struct selection selection = {0};

		if (i == SELECTIONS || !read_shares(row, "expected", selection.expected) ||
		    !read_shares(row, "random", selection.random))
			return false;
		memcpy(selection.draw_key, key, sizeof key);
		auditing->selections[i] = selection;
		auditing->selection_ids[i] = number(row, "id");
		auditing->selection_count = i + 1;
	}
	return true;
}

/* The key is the one committed to: the row says its digest. */
static void check_key(struct auditing *auditing, const json_t *head, const json_t *commitment)
{
	unsigned char key[DIGEST_SIZE], digest[DIGEST_SIZE], said[DIGEST_SIZE];
	json_t *details = NULL;
	int line;

	if (!digest_at(head, "key", key) ||
	    json_parse(string(commitment, "details"), 65536, &details, &line) != STATUS_OK) {
		refuse(auditing, TR("l'engagement de la clé est illisible"));
		return;
	}
	digest_of((struct text){(const char *)key, sizeof key}, digest);
	if (!digest_at(details, "key_digest", said) || memcmp(said, digest, sizeof digest) != 0)
		refuse(auditing, TR("la clé n'est pas celle qui avait été engagée"));
	if (!text_is(string(commitment, "entity"), "draw_period") || !text_is(string(commitment, "action"), "draw.committed") ||
	    number(commitment, "entity_id") != number(head, "period"))
		refuse(auditing, TR("la ligne du journal n'est pas l'engagement de cette période"));
	json_decref(details);
}

static void leaf_of(const json_t *commitment, unsigned char ret_leaf[DIGEST_SIZE])
{
	const struct journal_sealed_row row = {.id = number(commitment, "id"), .happened_at = number(commitment, "at"),
		.actor_id = number(commitment, "actor"), .entity_id = number(commitment, "entity_id"),
		.actor_name = string(commitment, "name"), .entity = string(commitment, "entity"),
		.action = string(commitment, "action"), .unit_path = string(commitment, "unit"),
		.details = string(commitment, "details")};

	journal_leaf(&row, ret_leaf);
}

/* The row leads to the root of its block. */
static void check_path(struct auditing *auditing, const json_t *commitment, const json_t *block)
{
	unsigned char leaf[DIGEST_SIZE], path[JOURNAL_PATH][DIGEST_SIZE], root[DIGEST_SIZE], said[DIGEST_SIZE];
	const json_t *list = json_object_get(commitment, "path"), *step;
	size_t i;

	leaf_of(commitment, leaf);
	json_array_foreach((json_t *)(uintptr_t)list, i, step) {
		struct text hex = text_of(json_string_value(step));

		if (i == JOURNAL_PATH || hex.size != 2 * DIGEST_SIZE || hex_parse(hex, path[i], DIGEST_SIZE) != STATUS_OK) {
			refuse(auditing, TR("la preuve de l'engagement est illisible"));
			return;
		}
	}
	if (!digest_at(block, "root", said) || number(block, "number") != number(commitment, "block") ||
	    !journal_path_root(leaf, (size_t)number(block, "rows"), (size_t)number(commitment, "index"),
		    (const unsigned char (*)[DIGEST_SIZE])path, json_array_size(list), root) ||
	    memcmp(root, said, sizeof root) != 0)
		refuse(auditing, TR("l'engagement ne mène pas à la racine de son bloc du journal"));
}

/* Each head is over the head before. */
static void check_blocks(struct auditing *auditing, const json_t *blocks, const unsigned char *wanted)
{
	const json_t *row;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)blocks, i, row) {
		unsigned char root[DIGEST_SIZE], previous[DIGEST_SIZE], head[DIGEST_SIZE], again[DIGEST_SIZE];

		if (!digest_at(row, "root", root) || !digest_at(row, "previous", previous) || !digest_at(row, "head", head)) {
			refuse(auditing, TR("un bloc du journal est illisible"));
			return;
		}
		journal_block_head(&(struct journal_block){number(row, "number"), number(row, "rows"),
					   number(row, "sealed_at"), root, previous}, again);
		if (memcmp(again, head, sizeof head) != 0 ||
		    (i && memcmp(previous, auditing->audit.last_head, sizeof previous) != 0))
			refuse(auditing, TR("la chaîne des blocs du journal est rompue"));
		memcpy(auditing->audit.last_head, head, sizeof head);
		if (wanted && memcmp(head, wanted, sizeof head) == 0)
			auditing->audit.has_head = true;
	}
	if (wanted && !auditing->audit.has_head)
		refuse(auditing, TR("la tête du témoin n'est pas dans la chaîne"));
}

static enum status check_head(struct auditing *auditing, const json_t *head, const unsigned char *wanted)
{
	const json_t *commitment = json_object_get(head, "commitment"), *blocks = json_object_get(head, "blocks");
	struct draw_audit *audit = &auditing->audit;

	if (!text_is(string(head, "format"), "vigie-draw") || number(head, "version") != 1 ||
	    date_parse(string(head, "first_day"), DATE_ISO, &audit->first_day) != STATUS_OK ||
	    date_parse(string(head, "last_day"), DATE_ISO, &audit->last_day) != STATUS_OK ||
	    !json_is_object(commitment) || !json_array_size(blocks) || !read_selections(auditing, head))
		return STATUS_MALFORMED;
	audit->committed_at = number(commitment, "at");
	audit->is_late = date_of(audit->committed_at) >= audit->first_day;
	check_key(auditing, head, commitment);
	check_path(auditing, commitment, json_array_get(blocks, 0));
	check_blocks(auditing, blocks, wanted);
	return STATUS_OK;
}

/* ---- decisions */

static const struct selection *selection_of(const struct auditing *auditing, int64_t id)
{
	for (size_t i = 0; i < auditing->selection_count; i++)
		if (auditing->selection_ids[i] == id)
			return &auditing->selections[i];
	return NULL;
}

static bool read_counts(const json_t *decision, struct selection_counts *ret_counts)
{
	const json_t *list = json_object_get(decision, "n");

	if (json_array_size(list) != LANE_COUNT + 1)
		return false;
	*ret_counts = (struct selection_counts){.decided = json_integer_value(json_array_get(list, 0))};
	for (int lane = 0; lane < LANE_COUNT; lane++)
		ret_counts->lane[lane] = json_integer_value(json_array_get(list, (size_t)lane + 1));
	return true;
}

static struct stream *stream_of(struct auditing *auditing, const json_t *decision)
{
	uint64_t name = text_hash(string(decision, "o")) * 31 + text_hash(string(decision, "r"));
	size_t at = (size_t)(name % STREAM_SLOTS);

	while (auditing->streams[at].is_used && auditing->streams[at].name != name)
		at = (at + 1) % STREAM_SLOTS;
	if (!auditing->streams[at].is_used && ++auditing->stream_count > STREAM_SLOTS / 2)
		return NULL;
	auditing->streams[at].name = name;
	auditing->streams[at].is_used = true;
	return &auditing->streams[at];
}

/* Every decision counts in its stream: one left out or put in leaves a gap. */
static void check_counts(struct auditing *auditing, const json_t *decision, const struct selection_counts *counts,
	enum lane lane)
{
	struct stream *stream = stream_of(auditing, decision);
	bool same;

	if (!stream) {
		refuse(auditing, TR("trop de bureaux et de régimes"));
		return;
	}
	same = stream->counts.decided == counts->decided;
	for (int i = 0; i < LANE_COUNT; i++)
		same = same && stream->counts.lane[i] == counts->lane[i];
	if (!same)
		refuse(auditing, TR("les compteurs ne se suivent pas : une décision manque ou est de trop"));
	stream->counts = *counts;
	stream->counts.decided++;
	stream->counts.lane[lane]++;
}

static bool lane_at(const json_t *decision, const char *key, enum lane *ret_lane)
{
	return lane_from(string(decision, key), ret_lane);
}

static void check_decision(struct auditing *auditing, const json_t *decision)
{
	const struct selection *selection = selection_of(auditing, number(decision, "s"));
	unsigned char identity[DIGEST_SIZE], draw[DIGEST_SIZE];
	struct selection_counts counts;
	enum lane random, without, top_up, lane;

	if (!selection || !digest_at(decision, "i", identity) || !read_counts(decision, &counts) ||
	    !lane_at(decision, "p", &random) || !lane_at(decision, "w", &without) || !lane_at(decision, "q", &top_up) ||
	    !lane_at(decision, "l", &lane)) {
		refuse(auditing, TR("une décision est illisible"));
		return;
	}
	selection_draw_digest(selection, identity, draw);
	if (selection_random(selection, draw) != random)
		refuse(auditing, TR("le tirage refait ne donne pas le même circuit"));
	if (selection_top_up(selection, &counts, without, draw) != top_up)
		refuse(auditing, TR("le complément refait ne donne pas le même circuit"));
	if (without < random || lane != (top_up > without ? top_up : without))
		refuse(auditing, TR("le circuit n'est pas le plus sévère de ceux qui étaient demandés"));
	if (number(decision, "t") < auditing->audit.committed_at)
		refuse(auditing, TR("une décision est plus ancienne que l'engagement de la clé"));
	check_counts(auditing, decision, &counts, lane);
	auditing->audit.decisions++;
	auditing->audit.picks[random]++;
	auditing->audit.top_ups[top_up]++;
}

static enum status check_end(struct auditing *auditing, const json_t *end, struct text before)
{
	unsigned char digest[DIGEST_SIZE], said[DIGEST_SIZE];

	if (!digest_at(end, "digest", said))
		return STATUS_MALFORMED;
	digest_of(before, digest);
	if (memcmp(digest, said, sizeof digest) != 0 || number(end, "count") != auditing->audit.decisions)
		refuse(auditing, TR("le fichier n'est pas entier"));
	return STATUS_OK;
}

static enum status check_line(struct auditing *auditing, struct text file, struct text line, const unsigned char *wanted,
	bool *ret_ended)
{
	json_t *object = NULL;
	enum status status = STATUS_OK;
	int at;

	TRY(json_parse(line, LINE_LIMIT, &object, &at));
	if (auditing->line == 1)
		status = check_head(auditing, object, wanted);
	else if (json_object_get(object, "i"))
		check_decision(auditing, object);
	else {
		status = check_end(auditing, object, (struct text){file.data, (size_t)(line.data - file.data)});
		*ret_ended = true;
	}
	json_decref(object);
	return status == STATUS_OK ? STATUS_OK : STATUS_MALFORMED;
}

enum status draw_audit(struct text file, const unsigned char *head, struct draw_audit *ret_audit)
{
	AUTO(auditing_release) struct auditing *auditing = memory_allocate(sizeof *auditing);
	struct text rest = file;
	bool ended = false;

	if (!auditing)
		return STATUS_NO_MEMORY;
	auditing->streams = memory_allocate(STREAM_SLOTS * sizeof *auditing->streams);
	if (!auditing->streams)
		return STATUS_NO_MEMORY;
	while (rest.size && !ended) {
		struct text line = text_cut(&rest, '\n');

		auditing->line++;
		if (check_line(auditing, file, line, head, &ended) != STATUS_OK)
			return STATUS_MALFORMED;
	}
	if (!ended || rest.size)
		refuse(auditing, TR("le fichier n'est pas entier"));
	*ret_audit = auditing->audit;
	return STATUS_OK;
}
