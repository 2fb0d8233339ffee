/* Builds the index of names. */
#include "engine/name_index.h"

#include "base/memory.h"

#include <string.h>

/* What grows while names are read. */
struct growing {
	struct name_index *index;
	size_t letter_size, letter_room, word_room, entry_word_count, entry_word_room;
};

struct text name_index_word(const struct name_index *index, uint32_t word)
{
	return (struct text){index->letters + index->word_starts[word],
		index->word_starts[word + 1] - index->word_starts[word]};
}

size_t name_index_size(const struct name_index *index)
{
	return index->entry_count;
}

size_t name_index_bytes(const struct name_index *index)
{
	return index->bytes;
}

uint32_t name_index_find_word(const struct name_index *index, struct text word)
{
	size_t at;

	if (!index->slot_count)
		return NAME_NO_WORD;
	for (at = text_hash(word) & (index->slot_count - 1); index->slots[at]; at = (at + 1) & (index->slot_count - 1))
		if (text_equal(name_index_word(index, index->slots[at] - 1), word))
			return index->slots[at] - 1;
	return NAME_NO_WORD;
}

/* log2 of `whole` / `part` in thousandths, in integers: the whole part by doubling, ten binary digits by squaring. */
static int log_ratio(uint64_t whole, uint64_t part)
{
	uint64_t fraction;
	int bits = 0, result;

	while (part << (bits + 1) <= whole && bits < 40)
		bits++;
	fraction = (whole << 20) / (part << bits); /* 1.0 … 2.0 in 20 binary digits */
	result = bits << 10;
	for (int digit = 9; digit >= 0; digit--) {
		fraction = fraction * fraction >> 20;
		if (fraction >= UINT64_C(2) << 20) {
			fraction >>= 1;
			result += 1 << digit;
		}
	}
	return (int)((int64_t)result * 1000 / 1024);
}

static int weigh(const struct name_index *index, struct text word, uint64_t names)
{
	int weight = log_ratio((uint64_t)index->entry_count + 2, names), most = name_word_most(word);

	if (most && weight > most)
		weight = most;
	if (word.size == 1 && weight > 1500)
		weight = 1500;
	return weight < 1000 ? 1000 : weight;
}

int name_index_weight(const struct name_index *index, uint32_t word)
{
	return weigh(index, name_index_word(index, word), index->post_starts[word + 1] - index->post_starts[word]);
}

/* A word that no name of the list has says little about the list: a town, a trade, a second family name. */
int name_index_weight_of_unknown(const struct name_index *index, struct text word)
{
	int weight = weigh(index, word, 1);

	return weight < 5000 ? weight : 5000;
}

static uint64_t key_of(char kind, struct text first, struct text second)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (unsigned char)kind;

	for (size_t i = 0; i < first.size; i++)
		hash = (hash ^ (unsigned char)first.data[i]) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < second.size; i++)
		hash = (hash ^ (unsigned char)second.data[i]) * UINT64_C(0x100000001b3);
	hash ^= hash >> 29;
	return hash * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

size_t name_keys(struct text word, struct name_sounds sounds, uint64_t *ret_keys)
{
	size_t count = 0;

	if (word.size < 3)
		return 0;
	if (sounds.bones)
		ret_keys[count++] = key_of('s', (struct text){(const char *)&sounds.bones, sizeof sounds.bones}, TEXT_NONE);
	if (word.size < 4 || (word.data[0] >= '0' && word.data[0] <= '9'))
		return count;
	ret_keys[count++] = key_of('d', word, TEXT_NONE);
	for (size_t i = 0; i < word.size; i++)
		if (!i || word.data[i] != word.data[i - 1])
			ret_keys[count++] =
				key_of('d', text_slice(word, 0, i), text_slice(word, i + 1, word.size));
	if (name_has_article(word))
		ret_keys[count++] = key_of('d', text_slice(word, 2, word.size), TEXT_NONE);
	if (word.size >= 8) {
		ret_keys[count++] = key_of('f', text_slice(word, 0, 4), TEXT_NONE);
		ret_keys[count++] = key_of('l', text_slice(word, word.size - 4, word.size), TEXT_NONE);
	}
	return count;
}

/* `*block` made to hold `size` bytes more than before; counted. */
static enum status grow(struct name_index *index, void *block, size_t old_size, size_t size)
{
	void *bytes;

	memcpy(&bytes, block, sizeof bytes);
	bytes = memory_resize(bytes, size ? size : 1);
	if (!bytes)
		return STATUS_NO_MEMORY;
	memcpy(block, &bytes, sizeof bytes);
	index->bytes += size - old_size;
	return STATUS_OK;
}

static enum status allocate(struct name_index *index, void *block, size_t count, size_t size)
{
	void *bytes = memory_allocate(count * size + 1);

	if (!bytes)
		return STATUS_NO_MEMORY;
	memcpy(block, &bytes, sizeof bytes);
	index->bytes += count * size;
	return STATUS_OK;
}

static enum status rehash(struct name_index *index)
{
	size_t count = index->slot_count ? index->slot_count * 2 : 1024;
	uint32_t *slots = memory_allocate(count * sizeof *slots);

	if (!slots)
		return STATUS_NO_MEMORY;
	index->bytes += (count - index->slot_count) * sizeof *slots;
	memory_free(index->slots);
	index->slots = slots;
	index->slot_count = count;
	for (uint32_t word = 0; word < index->word_count; word++) {
		size_t at = text_hash(name_index_word(index, word)) & (count - 1);

		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = word + 1;
	}
	return STATUS_OK;
}

static enum status intern(struct growing *growing, struct text text, uint32_t *ret_word)
{
	struct name_index *index = growing->index;
	uint32_t word = name_index_find_word(index, text);
	size_t at;

	if (word != NAME_NO_WORD) {
		*ret_word = word;
		return STATUS_OK;
	}
	if (2 * (index->word_count + 1) > index->slot_count)
		TRY(rehash(index));
	if (index->word_count + 1 >= growing->word_room) {
		size_t room = growing->word_room ? growing->word_room * 2 : 1024;

		TRY(grow(index, &index->word_starts, growing->word_room * 4, room * 4));
		growing->word_room = room;
		if (!index->word_count)
			index->word_starts[0] = 0;
	}
	if (growing->letter_size + text.size > growing->letter_room) {
		size_t room = growing->letter_room ? growing->letter_room * 2 : 16384;

		TRY(grow(index, &index->letters, growing->letter_room, room));
		growing->letter_room = room;
	}
	memcpy(index->letters + growing->letter_size, text.data, text.size);
	growing->letter_size += text.size;
	index->word_starts[index->word_count + 1] = (uint32_t)growing->letter_size;
	for (at = text_hash(text) & (index->slot_count - 1); index->slots[at];)
		at = (at + 1) & (index->slot_count - 1);
	index->slots[at] = (uint32_t)index->word_count + 1;
	*ret_word = (uint32_t)index->word_count++;
	return STATUS_OK;
}

static bool has_word(const struct name_index *index, size_t from, size_t until, uint32_t word)
{
	for (size_t i = from; i < until; i++)
		if (index->entry_words[i] == word)
			return true;
	return false;
}

static enum status read_entry(struct growing *growing, size_t i, const struct name_entry *entry)
{
	struct name_index *index = growing->index;
	struct name_words words;

	name_normalise(entry->name, &words);
	index->kinds[i] = (unsigned char)entry->kinds;
	index->entry_starts[i] = (uint32_t)growing->entry_word_count;
	if (growing->entry_word_count + NAME_WORDS > growing->entry_word_room) {
		size_t room = growing->entry_word_room ? growing->entry_word_room * 2 : 4096;

		TRY(grow(index, &index->entry_words, growing->entry_word_room * 4, room * 4));
		growing->entry_word_room = room;
	}
	for (size_t j = 0; j < words.count; j++) {
		uint32_t word;

		TRY(intern(growing, (struct text){words.words[j], words.sizes[j]}, &word));
		if (!has_word(index, index->entry_starts[i], growing->entry_word_count, word))
			index->entry_words[growing->entry_word_count++] = word;
	}
	index->entry_starts[i + 1] = (uint32_t)growing->entry_word_count;
	return STATUS_OK;
}

/* From counts per group to where each begins; `starts` has one more than `count`. */
static void counts_to_starts(uint32_t *starts, size_t count)
{
	uint32_t sum = 0;

	for (size_t i = 0; i <= count; i++) {
		uint32_t here = starts[i];

		starts[i] = sum;
		sum += here;
	}
}

/* Filling moved each start to the next one's place. */
static void starts_back(uint32_t *starts, size_t count)
{
	for (size_t i = count; i > 0; i--)
		starts[i] = starts[i - 1];
	starts[0] = 0;
}

static enum status build_posts(struct name_index *index)
{
	size_t total = index->entry_starts[index->entry_count];

	TRY(allocate(index, &index->post_starts, index->word_count + 1, sizeof *index->post_starts));
	TRY(allocate(index, &index->posts, total, sizeof *index->posts));
	TRY(allocate(index, &index->entry_weights, index->entry_count, sizeof *index->entry_weights));
	for (size_t i = 0; i < total; i++)
		index->post_starts[index->entry_words[i]]++;
	counts_to_starts(index->post_starts, index->word_count);
	for (size_t entry = 0; entry < index->entry_count; entry++)
		for (size_t i = index->entry_starts[entry]; i < index->entry_starts[entry + 1]; i++)
			index->posts[index->post_starts[index->entry_words[i]]++] = (uint32_t)entry;
	starts_back(index->post_starts, index->word_count);
	for (size_t entry = 0; entry < index->entry_count; entry++)
		for (size_t i = index->entry_starts[entry]; i < index->entry_starts[entry + 1]; i++)
			index->entry_weights[entry] += name_index_weight(index, index->entry_words[i]);
	return STATUS_OK;
}

static enum status build_keys(struct name_index *index)
{
	uint64_t keys[NAME_KEYS];
	size_t total = 0;

	TRY(allocate(index, &index->sounds, index->word_count, sizeof *index->sounds));
	for (uint32_t word = 0; word < index->word_count; word++) {
		index->sounds[word] = name_sounds(name_index_word(index, word));
		total += name_keys(name_index_word(index, word), index->sounds[word], keys);
	}
	for (index->bucket_count = 1024; index->bucket_count < total;)
		index->bucket_count *= 2;
	TRY(allocate(index, &index->bucket_starts, index->bucket_count + 1, sizeof *index->bucket_starts));
	TRY(allocate(index, &index->keyed, total, sizeof *index->keyed));
	for (int filling = 0; filling < 2; filling++) {
		for (uint32_t word = 0; word < index->word_count; word++) {
			size_t count = name_keys(name_index_word(index, word), index->sounds[word], keys);

			for (size_t i = 0; i < count; i++) {
				uint32_t *start = &index->bucket_starts[keys[i] & (index->bucket_count - 1)];

				if (filling)
					index->keyed[*start] = word;
				++*start;
			}
		}
		if (!filling)
			counts_to_starts(index->bucket_starts, index->bucket_count);
	}
	starts_back(index->bucket_starts, index->bucket_count);
	return STATUS_OK;
}

static enum status build(struct growing *growing, const struct name_entry *entries)
{
	struct name_index *index = growing->index;

	TRY(allocate(index, &index->entry_starts, index->entry_count + 1, sizeof *index->entry_starts));
	TRY(allocate(index, &index->kinds, index->entry_count, 1));
	for (size_t i = 0; i < index->entry_count; i++)
		TRY(read_entry(growing, i, &entries[i]));
	TRY(build_posts(index));
	return build_keys(index);
}

enum status name_index_build(const struct name_entry *entries, size_t count, struct name_index **ret_index)
{
	struct name_index *index = memory_allocate(sizeof *index);
	struct growing growing = {.index = index};
	enum status status;

	if (!index)
		return STATUS_NO_MEMORY;
	index->entry_count = count;
	index->bytes = sizeof *index;
	status = count < UINT32_MAX / NAME_WORDS ? build(&growing, entries) : STATUS_TOO_LARGE;
	if (status != STATUS_OK) {
		name_index_free(index);
		return status;
	}
	*ret_index = index;
	return STATUS_OK;
}

void name_index_free(struct name_index *index)
{
	if (!index)
		return;
	memory_free(index->letters);
	memory_free(index->word_starts);
	memory_free(index->sounds);
	memory_free(index->slots);
	memory_free(index->entry_starts);
	memory_free(index->entry_words);
	memory_free(index->entry_weights);
	memory_free(index->kinds);
	memory_free(index->post_starts);
	memory_free(index->posts);
	memory_free(index->bucket_starts);
	memory_free(index->keyed);
	memory_free(index);
}
