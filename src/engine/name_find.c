/* Looks names up: words nearly the same as those asked for, the names that have enough of them, and the score of each. */
#include "base/memory.h"
#include "engine/name_index.h"

#include <stdlib.h>
#include <string.h>

/* PROBE_MOST: words compared for one word asked for, those under the rarest keys first. */
enum { PROBE_MOST = 500, EXPANSIONS = 48, VERIFY_MOST = 400, POSTS_MOST = 20000, LEFT_MOST = 5000, SPLITS = 3, VIRTUALS = 2 * NAME_WORDS };
/* How many names ahead memory is asked for: names that have a word lie anywhere, and waiting for each is what costs. */
enum { AHEAD = 16 };

/* A word of the index that stands for a word asked for. */
struct expansion {
	uint32_t word;
	int alike;
};
/* A word asked for, or two of them joined, or one of them split. */
struct probe {
	struct expansion expansions[EXPANSIONS];
	size_t count;
	int weight; /* of a word in the name asked for, when it is found */
	int left; /* and when it is not: what the list's name lacks says less than what it has */
	size_t posts; /* names to walk over */
};

struct name_finder {
	const struct name_index *index;
	uint32_t *sums; /* by entry: weight found so far */
	uint32_t *touched;
	uint16_t *bests; /* of those touched, in their order: what each could reach */
	size_t touched_count;
	uint32_t *seen, round; /* by word */
	struct probe probes[NAME_WORDS], virtuals[VIRTUALS];
	struct name_ready ready[NAME_WORDS]; /* of the words asked for */
	struct name_ready joined[NAME_WORDS]; /* of each with the next; without a word where there is none, or it is too long */
	char joined_bytes[NAME_WORDS][NAME_WORD_SIZE];
	size_t virtual_count;
};

enum status name_finder_new(const struct name_index *index, struct name_finder **ret_finder)
{
	struct name_finder *finder = memory_allocate(sizeof *finder);

	if (!finder)
		return STATUS_NO_MEMORY;
	finder->index = index;
	finder->sums = memory_allocate(index->entry_count * sizeof *finder->sums + 1);
	finder->touched = memory_allocate(index->entry_count * sizeof *finder->touched + 1);
	finder->bests = memory_allocate(index->entry_count * sizeof *finder->bests + 1);
	finder->seen = memory_allocate(index->word_count * sizeof *finder->seen + 1);
	if (!finder->sums || !finder->touched || !finder->bests || !finder->seen) {
		name_finder_free(finder);
		return STATUS_NO_MEMORY;
	}
	*ret_finder = finder;
	return STATUS_OK;
}

void name_finder_free(struct name_finder *finder)
{
	if (!finder)
		return;
	memory_free(finder->sums);
	memory_free(finder->touched);
	memory_free(finder->bests);
	memory_free(finder->seen);
	memory_free(finder);
}

static struct text word_of(const struct name_words *words, size_t i)
{
	return (struct text){words->words[i], words->sizes[i]};
}

static size_t posts_of(const struct name_index *index, uint32_t word)
{
	return index->post_starts[word + 1] - index->post_starts[word];
}

static void probe_add(const struct name_index *index, struct probe *probe, uint32_t word, int alike)
{
	size_t at = probe->count;

	if (at == EXPANSIONS) {
		at = 0;
		for (size_t i = 1; i < EXPANSIONS; i++)
			if (probe->expansions[i].alike < probe->expansions[at].alike)
				at = i;
		if (probe->expansions[at].alike >= alike)
			return;
		probe->posts -= posts_of(index, probe->expansions[at].word);
	} else {
		probe->count++;
	}
	probe->expansions[at] = (struct expansion){word, alike};
	probe->posts += posts_of(index, word);
}

static size_t bucket_size(const struct name_index *index, uint64_t key)
{
	size_t bucket = key & (index->bucket_count - 1);

	return index->bucket_starts[bucket + 1] - index->bucket_starts[bucket];
}

/* The keys under which fewest words stand come first: they tell most. */
static void sort_keys(const struct name_index *index, uint64_t *keys, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t key = keys[i];
		size_t at = i;

		for (; at > 0 && bucket_size(index, keys[at - 1]) > bucket_size(index, key); at--)
			keys[at] = keys[at - 1];
		keys[at] = key;
	}
}

/* Words of the index that are nearly `word`, itself first. */
static void probe_fill(struct name_finder *finder, struct text word, struct name_ready *ready, struct probe *probe)
{
	const struct name_index *index = finder->index;
	uint32_t same = name_index_find_word(index, word);
	uint64_t keys[NAME_KEYS];
	size_t count, compared = 0;

	*probe = (struct probe){.count = 0};
	name_ready(ready, word);
	count = name_keys(word, ready->sounds, keys);
	sort_keys(index, keys, count);
	finder->round++;
	if (same != NAME_NO_WORD) {
		probe_add(index, probe, same, NAME_SURE);
		finder->seen[same] = finder->round;
	}
	for (size_t i = 0; i < count; i++) {
		size_t bucket = keys[i] & (index->bucket_count - 1);
		uint32_t until = index->bucket_starts[bucket + 1];

		compared += until - index->bucket_starts[bucket];
		if (compared > PROBE_MOST)
			return;
		for (uint32_t at = index->bucket_starts[bucket]; at < until; at++) {
			uint32_t other = index->keyed[at];
			int alike;

			if (finder->seen[other] == finder->round)
				continue;
			finder->seen[other] = finder->round;
			alike = name_ready_alike(ready, name_index_word(index, other), index->sounds[other]);
			if (alike >= 700)
				probe_add(index, probe, other, alike);
		}
	}
}

/* A word that no name has weighs like the nearest one that some have: a typing error makes it no rarer. */
static int weigh_probe(const struct name_index *index, const struct probe *probe, struct text word)
{
	int best = 0, weight = name_index_weight_of_unknown(index, word);

	for (size_t i = 0; i < probe->count; i++)
		if (probe->expansions[i].alike > best) {
			best = probe->expansions[i].alike;
			weight = name_index_weight(index, probe->expansions[i].word);
		}
	return weight;
}

static struct text join_words(const struct name_words *words, size_t i, char *bytes)
{
	size_t a = words->sizes[i], b = words->sizes[i + 1];

	if (a + b > NAME_WORD_SIZE)
		return TEXT_NONE;
	memcpy(bytes, words->words[i], a);
	memcpy(bytes + a, words->words[i + 1], b);
	return (struct text){bytes, a + b};
}

/* Both halves of a word are words of names: names with the rarer half are looked at. */
static void probe_split(struct name_finder *finder, struct text word)
{
	const struct name_index *index = finder->index;
	size_t splits = 0;

	for (size_t cut = 2; cut + 2 <= word.size && word.size >= 6 && splits < SPLITS; cut++) {
		uint32_t first = name_index_find_word(index, text_slice(word, 0, cut));
		uint32_t second = first == NAME_NO_WORD ? first
			: name_index_find_word(index, text_slice(word, cut, word.size));
		struct probe *probe = &finder->virtuals[finder->virtual_count];

		if (second == NAME_NO_WORD || finder->virtual_count == VIRTUALS)
			continue;
		*probe = (struct probe){.weight = name_index_weight(index, first) + name_index_weight(index, second)};
		probe_add(index, probe, posts_of(index, first) < posts_of(index, second) ? first : second, NAME_SURE);
		finder->virtual_count++;
		splits++;
	}
}

/* The list has each word of a name once; so has the name that is asked for: what is said again adds nothing. */
static bool is_said_again(const struct name_words *asked, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (text_equal(word_of(asked, i), word_of(asked, at)))
			return true;
	return false;
}

static int fill_probes(struct name_finder *finder, const struct name_words *asked)
{
	int total = 0;

	finder->virtual_count = 0;
	for (size_t i = 0; i < asked->count; i++) {
		struct probe *probe = &finder->probes[i];

		probe_fill(finder, word_of(asked, i), &finder->ready[i], probe);
		probe->weight = is_said_again(asked, i) ? 0 : weigh_probe(finder->index, probe, word_of(asked, i));
		probe->left = probe->weight < LEFT_MOST ? probe->weight : LEFT_MOST;
		total += probe->weight;
		finder->joined[i].word = TEXT_NONE;
	}
	for (size_t i = 0; i < asked->count && finder->virtual_count + SPLITS < VIRTUALS; i++) {
		struct text joined = i + 1 < asked->count ? join_words(asked, i, finder->joined_bytes[i]) : TEXT_NONE;

		if (joined.data) {
			struct probe *probe = &finder->virtuals[finder->virtual_count];

			probe_fill(finder, joined, &finder->joined[i], probe);
			probe->weight = finder->probes[i].weight + finder->probes[i + 1].weight;
			finder->virtual_count += probe->count > 0;
		}
		if (!finder->probes[i].count || finder->probes[i].expansions[0].alike < NAME_SURE)
			probe_split(finder, word_of(asked, i));
	}
	return total;
}

static void walk_posts(struct name_finder *finder, const struct probe *probe, unsigned kinds)
{
	const struct name_index *index = finder->index;

	for (size_t i = 0; i < probe->count; i++) {
		uint32_t word = probe->expansions[i].word;
		int own = name_index_weight(index, word), weight = own > probe->weight ? own : probe->weight;

		for (uint32_t at = index->post_starts[word], until = index->post_starts[word + 1]; at < until; at++) {
			uint32_t entry = index->posts[at];

			if (at + AHEAD < until) {
				__builtin_prefetch(&finder->sums[index->posts[at + AHEAD]], 1);
				__builtin_prefetch(&index->kinds[index->posts[at + AHEAD]]);
			}
			if (!(index->kinds[entry] & kinds))
				continue;
			if (!finder->sums[entry])
				finder->touched[finder->touched_count++] = entry;
			finder->sums[entry] += (uint32_t)weight;
		}
	}
}

/* The score, see name.h; all three are weights of one unit. */
static int score_of(int64_t found, int64_t left_asked, int64_t left_listed)
{
	if (found <= 0)
		return 0;
	return (int)(NAME_SURE * 20 * found /
		(20 * found + 7 * (left_asked > 0 ? left_asked : 0) + 13 * (left_listed > 0 ? left_listed : 0)));
}

struct order {
	size_t probe;
	size_t posts;
	int weight;
};
static int compare_orders(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->posts < y->posts ? -1 : x->posts > y->posts;
}

/* What was walked over for one question. */
struct gathered {
	int rest; /* the weight of the words that were not looked at: any name may have them */
	int left; /* what counts against a name that has none of the words looked at */
	int threshold;
};

/* Names that have the rarest words asked for, until what is left could not reach the threshold alone. */
static struct gathered gather(struct name_finder *finder, const struct name_words *asked, int total, unsigned kinds,
	int threshold)
{
	struct order orders[NAME_WORDS];
	int rest = total, left = 0;

	for (size_t i = 0; i < asked->count; i++)
		orders[i] = (struct order){i, finder->probes[i].posts, finder->probes[i].weight};
	qsort(orders, asked->count, sizeof *orders, compare_orders);
	for (size_t i = 0; i < asked->count; i++) {
		const struct probe *probe = &finder->probes[orders[i].probe];

		if (score_of(rest, left, 0) < threshold || (i && probe->posts > POSTS_MOST))
			break;
		if (probe->weight)
			walk_posts(finder, probe, kinds);
		rest -= probe->weight;
		left += probe->left;
	}
	for (size_t i = 0; i < finder->virtual_count; i++)
		if (finder->virtuals[i].posts <= POSTS_MOST / 10)
			walk_posts(finder, &finder->virtuals[i], kinds);
	return (struct gathered){rest, left, threshold};
}

static int alike_at(const struct name_finder *finder, size_t i, uint32_t word)
{
	return name_ready_alike(&finder->ready[i], name_index_word(finder->index, word), finder->index->sounds[word]);
}

/* What is common to the name asked for and one of the list, under way. */
struct meeting {
	const struct name_words *asked;
	const uint32_t *words; /* of the list's name */
	size_t count;
	bool used_asked[NAME_WORDS], used_listed[NAME_WORDS];
	int64_t common_asked, common_listed, left_asked; /* weights, in thousandths of thousandths of bits */
};

static void note_pair(struct meeting *meeting, struct name_match *match, size_t asked, size_t listed, int alike)
{
	if (match->pair_count < NAME_WORDS)
		match->pairs[match->pair_count++] =
			(struct name_pair){(unsigned char)asked, (unsigned char)listed, (short)alike};
	meeting->used_asked[asked] = meeting->used_listed[listed] = true;
}

static void pair_words(const struct name_finder *finder, struct meeting *meeting, struct name_match *match)
{
	int alike[NAME_WORDS][NAME_WORDS];

	for (size_t i = 0; i < meeting->asked->count; i++)
		for (size_t j = 0; j < meeting->count; j++)
			alike[i][j] = alike_at(finder, i, meeting->words[j]);
	for (;;) {
		size_t best_i = 0, best_j = 0;
		int best = 0;

		for (size_t i = 0; i < meeting->asked->count; i++)
			for (size_t j = 0; j < meeting->count; j++)
				if (!meeting->used_asked[i] && !meeting->used_listed[j] && alike[i][j] > best) {
					best = alike[i][j];
					best_i = i;
					best_j = j;
				}
		if (!best)
			return;
		meeting->common_asked += (int64_t)best * finder->probes[best_i].weight;
		meeting->common_listed += (int64_t)best * name_index_weight(finder->index, meeting->words[best_j]);
		note_pair(meeting, match, best_i, best_j, best);
	}
}

/* Two words asked for that are one in the list. */
static void pair_joined_asked(const struct name_finder *finder, struct meeting *meeting, struct name_match *match)
{
	const struct name_index *index = finder->index;

	for (size_t i = 0; i + 1 < meeting->asked->count; i++)
		for (size_t j = 0; j < meeting->count && finder->joined[i].word.data; j++) {
			int alike;

			if (meeting->used_asked[i] || meeting->used_asked[i + 1] || meeting->used_listed[j])
				continue;
			alike = name_ready_alike(&finder->joined[i], name_index_word(index, meeting->words[j]),
				index->sounds[meeting->words[j]]);
			if (!alike)
				continue;
			meeting->common_asked +=
				(int64_t)alike * (finder->probes[i].weight + finder->probes[i + 1].weight);
			meeting->common_listed += (int64_t)alike * name_index_weight(index, meeting->words[j]);
			note_pair(meeting, match, i, j, alike);
			note_pair(meeting, match, i + 1, j, alike);
		}
}

/* And the other way round. */
static void pair_joined_listed(const struct name_finder *finder, struct meeting *meeting, struct name_match *match)
{
	const struct name_index *index = finder->index;
	char bytes[NAME_WORD_SIZE];

	for (size_t j = 0; j + 1 < meeting->count; j++) {
		struct text first = name_index_word(index, meeting->words[j]);
		struct text second = name_index_word(index, meeting->words[j + 1]), joined = {bytes, first.size + second.size};
		int64_t weight = name_index_weight(index, meeting->words[j]) + name_index_weight(index, meeting->words[j + 1]);
		struct name_sounds sounds;

		if (meeting->used_listed[j] || meeting->used_listed[j + 1] || joined.size > NAME_WORD_SIZE)
			continue;
		memcpy(bytes, first.data, first.size);
		memcpy(bytes + first.size, second.data, second.size);
		sounds = name_sounds(joined);
		for (size_t i = 0; i < meeting->asked->count && !meeting->used_listed[j]; i++) {
			int alike = meeting->used_asked[i] ? 0 : name_ready_alike(&finder->ready[i], joined, sounds);

			if (!alike)
				continue;
			meeting->common_asked += alike * weight;
			meeting->common_listed += alike * weight;
			note_pair(meeting, match, i, j, alike);
			note_pair(meeting, match, i, j + 1, alike);
		}
	}
}

static bool all_asked_used(const struct meeting *meeting)
{
	for (size_t i = 0; i < meeting->asked->count; i++)
		if (!meeting->used_asked[i])
			return false;
	return true;
}

/* A word found weighs by how alike it is; the rest of it is left over, as are words not found. */
static void score_entry(const struct name_finder *finder, const struct name_words *asked, uint32_t entry,
	struct name_match *match)
{
	const struct name_index *index = finder->index;
	struct meeting meeting = {.asked = asked, .words = index->entry_words + index->entry_starts[entry],
		.count = index->entry_starts[entry + 1] - index->entry_starts[entry]};
	int alike[NAME_WORDS] = {0};

	*match = (struct name_match){.entry = entry};
	pair_words(finder, &meeting, match);
	pair_joined_asked(finder, &meeting, match);
	if (!all_asked_used(&meeting))
		pair_joined_listed(finder, &meeting, match);
	for (size_t i = 0; i < match->pair_count; i++)
		alike[match->pairs[i].asked] = match->pairs[i].alike;
	for (size_t i = 0; i < asked->count; i++)
		meeting.left_asked += (int64_t)(NAME_SURE - alike[i]) *
			(alike[i] ? finder->probes[i].weight : finder->probes[i].left);
	match->score = score_of((meeting.common_asked + meeting.common_listed) / 2, meeting.left_asked,
		(int64_t)index->entry_weights[entry] * NAME_SURE - meeting.common_listed);
}

/* Keeps the best, in order: by score, then by place in the list. */
static size_t keep_best(struct name_match *matches, size_t count, size_t limit, const struct name_match *match)
{
	size_t at = count;

	while (at > 0 && (matches[at - 1].score < match->score ||
				 (matches[at - 1].score == match->score && matches[at - 1].entry > match->entry)))
		at--;
	if (at == limit)
		return count;
	if (count < limit)
		count++;
	memmove(&matches[at + 1], &matches[at], (count - 1 - at) * sizeof *matches);
	matches[at] = *match;
	return count;
}

struct candidate {
	uint32_t entry;
	int best;
};
static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->best != y->best)
		return x->best > y->best ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* What a name could reach at best: all that was not looked at is its own, and of what was looked at and not found all
 * counts against it. 0 below the threshold, which is most of them: told without a division. */
static int best_of(const struct gathered *gathered, int64_t sum, int64_t weight)
{
	int64_t found = sum + gathered->rest, left = gathered->left > sum ? gathered->left - sum : 0;
	int64_t listed = weight > found ? weight - found : 0;

	if (NAME_SURE * 20 * found < gathered->threshold * (20 * found + 7 * left + 13 * listed))
		return 0;
	return score_of(found, left, listed);
}

/* What each of those touched could reach, and how many could reach each score; the sums are cleared for the next
 * question. */
static void reckon_best(struct name_finder *finder, const struct gathered *gathered, size_t counts[NAME_SURE + 1])
{
	const uint32_t *touched = finder->touched;

	for (size_t i = 0; i < finder->touched_count; i++) {
		if (i + AHEAD < finder->touched_count) {
			__builtin_prefetch(&finder->sums[touched[i + AHEAD]], 1);
			__builtin_prefetch(&finder->index->entry_weights[touched[i + AHEAD]]);
		}
		finder->bests[i] = (uint16_t)best_of(gathered, finder->sums[touched[i]], finder->index->entry_weights[touched[i]]);
		finder->sums[touched[i]] = 0;
		counts[finder->bests[i]]++;
	}
}

/* Those touched that could reach the threshold, the most promising first: of more than can be looked at, exactly those
 * that could score highest, whatever their number. */
static size_t candidates_of(struct name_finder *finder, const struct gathered *gathered, struct candidate *candidates)
{
	size_t counts[NAME_SURE + 1] = {0}, above = 0, count = 0;
	uint32_t least = NAME_SURE + 1;

	reckon_best(finder, gathered, counts);
	while (least > 1 && above + counts[least - 1] <= VERIFY_MOST)
		above += counts[--least];
	/* Those of the next score fill what room is left, by their place among those touched. */
	for (size_t i = 0, room = VERIFY_MOST - above; i < finder->touched_count; i++) {
		uint32_t best = finder->bests[i];
		bool fills = best && best + 1 == least && room > 0;

		room -= fills;
		if ((best && best >= least) || fills)
			candidates[count++] = (struct candidate){finder->touched[i], (int)best};
	}
	finder->touched_count = 0;
	qsort(candidates, count, sizeof *candidates, compare_candidates);
	return count;
}

size_t name_find(struct name_finder *finder, const struct name_words *asked, unsigned kinds, int threshold,
	struct name_match *ret_matches, size_t limit)
{
	struct candidate candidates[VERIFY_MOST];
	size_t count = 0, candidate_count;
	struct gathered gathered;

	if (!asked->count || !limit || !finder->index->word_count)
		return 0;
	gathered = gather(finder, asked, fill_probes(finder, asked), kinds, threshold);
	candidate_count = candidates_of(finder, &gathered, candidates);
	for (size_t i = 0; i < candidate_count; i++) {
		struct name_match match;

		if (count == limit && candidates[i].best < ret_matches[count - 1].score)
			break; /* none that follows can do better */
		score_entry(finder, asked, candidates[i].entry, &match);
		if (match.score >= threshold)
			count = keep_best(ret_matches, count, limit, &match);
	}
	return count;
}

void name_explain(struct buffer *buffer, const struct name_index *index, const struct name_words *asked,
	const struct name_match *match)
{
	const uint32_t *words = index->entry_words + index->entry_starts[match->entry];

	for (size_t i = 0; i < match->pair_count; i++) {
		const struct name_pair *pair = &match->pairs[i];

		if (i)
			buffer_string(buffer, ", ");
		buffer_append(buffer, word_of(asked, pair->asked));
		buffer_string(buffer, pair->alike == NAME_SURE ? " = " : " ≈ ");
		buffer_append(buffer, name_index_word(index, words[pair->listed]));
	}
}
