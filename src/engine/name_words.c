/* What of a name counts: its words without legal forms, titles and articles, how they sound, and how alike two are. */
#include "base/utf8.h"
#include "engine/name.h"

#include <stdlib.h>
#include <string.h>

/* Sorted: legal forms, titles, articles, kinship words, prefixes of vessels. They never tell two names apart. */
static const char *const forms[] = {"ab", "ag", "al", "alhadji", "alhaji", "and", "aps", "as", "asbl", "ben", "bhd", "bin", "bint", "bv", "bvba",
	"capt", "cie", "co", "coltd", "comp", "compagnie", "company", "corp", "corporation", "da", "dba", "de",
	"del", "des", "dit", "dos", "dr", "du", "e", "el", "elhadj", "et", "etablissement", "etablissements", "ets",
	"eurl", "fzc", "fzco", "fze", "fzllc", "gie", "gmbh", "group", "groupe", "hadj", "hadji", "haji", "hajj",
	"ibn", "imo", "inc", "incorporated", "jsc", "kg", "kk", "la", "lda", "le", "les", "limitada", "limited",
	"llc", "llp", "lp", "ltd", "ltda", "ltee", "m", "mlle", "mme", "mr", "mrs", "ms", "mt", "mv", "nv", "oao",
	"of", "ohg", "ojsc", "ong", "ooo", "oy", "pao", "pjsc", "plc", "private", "proprietary", "pt", "pte", "pty",
	"pvt", "sa", "sae", "sal", "sarl", "sarlu", "sas", "sasu", "sca", "scs", "sdn", "sl", "snc", "societe",
	"spa", "sprl", "srl", "ss", "ste", "suarl", "the", "und", "van", "von", "wll", "y", "zao"};

/* Sorted: words so many have that they say little, in firms' names and addresses (1.5 bits) and in people's
 * (3 to 4). */
struct common {
	const char *word;
	int most;
};
static const struct common commons[] = {{"abd", 4000}, {"abdallah", 4000}, {"abdoulaye", 4000}, {"abdul", 3500}, {"abidjan", 1500}, {"accra", 1500},
	{"africa", 1500}, {"african", 1500}, {"afrique", 1500}, {"agence", 1500}, {"ahmad", 4000}, {"ahmed", 4000},
	{"ali", 3500}, {"amadou", 4000}, {"bamako", 1500}, {"bangui", 1500}, {"banjul", 1500}, {"benin", 1500},
	{"bissau", 1500}, {"brazzaville", 1500}, {"burkina", 1500}, {"business", 1500}, {"cameroon", 1500},
	{"cameroun", 1500}, {"cargo", 1500}, {"center", 1500}, {"centre", 1500}, {"chad", 1500}, {"china", 1500},
	{"commerce", 1500}, {"commercial", 1500}, {"conakry", 1500}, {"congo", 1500}, {"construction", 1500},
	{"cotonou", 1500}, {"dakar", 1500}, {"distribution", 1500}, {"douala", 1500}, {"dubai", 1500},
	{"electronics", 1500}, {"energy", 1500}, {"enterprise", 1500}, {"enterprises", 1500}, {"entreprise", 1500},
	{"export", 1500}, {"exports", 1500}, {"fils", 1500}, {"foods", 1500}, {"forwarding", 1500}, {"france", 1500},
	{"freetown", 1500}, {"freight", 1500}, {"gabon", 1500}, {"gambia", 1500}, {"general", 1500},
	{"generale", 1500}, {"ghana", 1500}, {"global", 1500}, {"guangzhou", 1500}, {"guinea", 1500},
	{"guinee", 1500}, {"hassan", 4000}, {"holding", 1500}, {"holdings", 1500}, {"hong", 1500}, {"hussein", 4000},
	{"ibrahim", 4000}, {"imp", 1500}, {"import", 1500}, {"imports", 1500}, {"industrial", 1500},
	{"industrie", 1500}, {"industries", 1500}, {"industry", 1500}, {"international", 1500},
	{"internationale", 1500}, {"investment", 1500}, {"istanbul", 1500}, {"khan", 4000}, {"kinshasa", 1500},
	{"kong", 1500}, {"lagos", 1500}, {"liberia", 1500}, {"libreville", 1500}, {"line", 1500}, {"lines", 1500},
	{"logistics", 1500}, {"logistique", 1500}, {"lome", 1500}, {"london", 1500}, {"malabo", 1500},
	{"mali", 1500}, {"mamadou", 4000}, {"manufacturing", 1500}, {"maritime", 1500}, {"mohamed", 3500},
	{"mohammad", 3500}, {"mohammed", 3500}, {"monrovia", 1500}, {"moussa", 4000}, {"muhammad", 3500},
	{"ndjamena", 1500}, {"negoce", 1500}, {"niamey", 1500}, {"niger", 1500}, {"nigeria", 1500}, {"ningbo", 1500},
	{"nouakchott", 1500}, {"omar", 4000}, {"ouagadougou", 1500}, {"ousmane", 4000}, {"paris", 1500},
	{"petroleum", 1500}, {"praia", 1500}, {"products", 1500}, {"sea", 1500}, {"senegal", 1500},
	{"service", 1500}, {"services", 1500}, {"shanghai", 1500}, {"shenzhen", 1500}, {"ship", 1500},
	{"shipping", 1500}, {"solution", 1500}, {"solutions", 1500}, {"star", 1500}, {"tchad", 1500},
	{"technologies", 1500}, {"technology", 1500}, {"tema", 1500}, {"togo", 1500}, {"trade", 1500},
	{"trading", 1500}, {"transit", 1500}, {"transport", 1500}, {"transports", 1500}, {"travaux", 1500},
	{"turkey", 1500}, {"union", 1500}, {"world", 1500}, {"yaounde", 1500}, {"yusuf", 4000}};

static int compare_word(struct text word, const char *with)
{
	return text_compare(word, text_of(with));
}

bool name_is_form(struct text word)
{
	size_t low = 0, high = sizeof forms / sizeof *forms;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare_word(word, forms[middle]);

		if (!order)
			return true;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

int name_word_most(struct text word)
{
	size_t low = 0, high = sizeof commons / sizeof *commons;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare_word(word, commons[middle].word);

		if (!order)
			return commons[middle].most;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

/* Single letters that follow each other and make a legal form ("s a r l", "m v") become one word. Longest first;
 * returns how many words were taken, 0 when they make none. */
static size_t join_letters(struct text rest, char *joined)
{
	struct text walk = rest;
	size_t size = 0, best = 0;

	while (walk.data && size < 5) {
		struct text word = text_cut(&walk, ' ');

		if (word.size != 1)
			break;
		joined[size++] = word.data[0];
		if (size >= 2 && name_is_form((struct text){joined, size}))
			best = size;
	}
	return best;
}

static void add_word(struct name_words *words, struct text word)
{
	size_t size = word.size < NAME_WORD_SIZE ? word.size : NAME_WORD_SIZE;

	if (words->count == NAME_WORDS || !size)
		return;
	memcpy(words->words[words->count], word.data, size);
	words->sizes[words->count++] = (unsigned char)size;
}

static void split_words(struct text folded, bool keep_forms, struct name_words *words)
{
	char letters[8];

	words->count = 0;
	while (folded.data && folded.size) {
		size_t joined = keep_forms ? 0 : join_letters(folded, letters);
		struct text word;

		for (size_t i = 0; i < joined; i++)
			(void)text_cut(&folded, ' ');
		if (joined)
			continue;
		word = text_cut(&folded, ' ');
		if (keep_forms || !name_is_form(word))
			add_word(words, word);
	}
}

void name_normalise(struct text name, struct name_words *ret_words)
{
	AUTO(buffer_release) struct buffer latin, folded;

	buffer_init(&latin, 8 * NAME_SIZE);
	buffer_init(&folded, 16 * NAME_SIZE);
	name_transliterate(&latin, text_slice(name, 0, NAME_SIZE));
	utf8_fold(&folded, buffer_text(&latin));
	split_words(buffer_text(&folded), false, ret_words);
	if (!ret_words->count)
		split_words(buffer_text(&folded), true, ret_words);
}

static int compare_text(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

struct text name_key(struct arena *arena, const struct name_words *words)
{
	struct text sorted[NAME_WORDS];
	char *bytes = arena_allocate(arena, NAME_WORDS * (NAME_WORD_SIZE + 1) + 1);
	size_t size = 0;

	if (!bytes)
		return TEXT_NONE;
	for (size_t i = 0; i < words->count; i++)
		sorted[i] = (struct text){words->words[i], words->sizes[i]};
	qsort(sorted, words->count, sizeof *sorted, compare_text);
	for (size_t i = 0; i < words->count; i++) {
		if (i)
			bytes[size++] = ' ';
		memcpy(bytes + size, sorted[i].data, sorted[i].size);
		size += sorted[i].size;
	}
	return (struct text){bytes, size};
}

/* Two letters that sound like one or two others. */
static const char pairs[][4] = {{'p', 'h', 'f', 0}, {'c', 'k', 'k', 0}, {'o', 'u', 'u', 0}, {'o', 'o', 'u', 0},
	{'e', 'e', 'i', 0}, {'d', 'j', 'j', 0}, {'d', 'h', 'd', 0}, {'t', 'h', 't', 0}, {'k', 'h', 'k', 0},
	{'g', 'h', 'g', 0}, {'s', 'h', 's', 0}, {'c', 'h', 's', 0}, {'s', 'c', 's', 0}, {'q', 'u', 'k', 0}, {'a', 'i', 'e', 0},
	{'a', 'y', 'e', 0}, {'e', 'i', 'e', 0}, {'t', 's', 's', 0}, {'z', 'h', 'j', 0}};

static bool begins_pair(char c)
{
	return strchr("pcoedtkgsqaz", c) && c;
}

static char sound_of(char c)
{
	switch (c) {
	case 'q': case 'c': return 'k';
	case 'y': return 'i';
	case 'z': return 's';
	case 'w': return 'u';
	default: return c;
	}
}

static size_t sound_out(struct text word, char *ret_sound)
{
	size_t size = 0;

	for (size_t i = 0; i < word.size && size < NAME_WORD_SIZE; i++) {
		char c = sound_of(word.data[i]);

		for (size_t j = 0; i + 1 < word.size && begins_pair(word.data[i]) && j < sizeof pairs / sizeof *pairs; j++)
			if (word.data[i] == pairs[j][0] && word.data[i + 1] == pairs[j][1]) {
				c = pairs[j][2];
				i++;
				break;
			}
		if (!size || ret_sound[size - 1] != c)
			ret_sound[size++] = c;
	}
	return size;
}

static size_t skeleton_of(struct text sound, char *ret_skeleton)
{
	size_t size = 0;

	for (size_t i = 0; i < sound.size; i++) {
		char c = sound.data[i];

		if ((i && (c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u')) || (c == 'h' && i + 1 == sound.size))
			continue;
		if (!size || ret_skeleton[size - 1] != c)
			ret_skeleton[size++] = c;
	}
	return size;
}

/* Typing errors between two words: wrong, missing, added letters and two exchanged (Hyyrö's bit-parallel form of the
 * restricted edit distance: one bit for each letter of the first word). */
static int count_errors(const struct name_ready *a, struct text b)
{
	uint64_t up = ~UINT64_C(0), down = 0, same = 0, old = 0, last = UINT64_C(1) << (a->word.size - 1);
	int errors = (int)a->word.size;

	for (size_t i = 0; i < b.size; i++) {
		uint64_t places = a->places[(unsigned char)b.data[i]], more, less;
		uint64_t exchanged = ((~same & places) << 1) & old;

		same = (((places & up) + up) ^ up) | places | down | exchanged;
		more = down | ~(same | up);
		less = same & up;
		errors += (more & last) != 0;
		errors -= (less & last) != 0;
		more = more << 1 | 1;
		less <<= 1;
		up = less | ~(same | more);
		down = more & same;
		old = places;
	}
	return errors;
}

uint32_t name_mask(struct text word)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < word.size; i++)
		mask |= UINT32_C(1) << ((unsigned char)word.data[i] & 31);
	return mask;
}

static uint32_t hash_of(struct text text)
{
	uint32_t hash = (uint32_t)(text_hash(text) >> 16);

	return hash ? hash : 1;
}

struct name_sounds name_sounds(struct text word)
{
	char letters[NAME_WORD_SIZE], consonants[NAME_WORD_SIZE];
	struct text sound = {letters, sound_out(word, letters)};
	struct text bones = {consonants, skeleton_of(sound, consonants)};

	return (struct name_sounds){sound.size >= 3 ? hash_of(sound) : 0, bones.size >= 3 ? hash_of(bones) : 0};
}

void name_ready(struct name_ready *ready, struct text word)
{
	memset(ready->places, 0, sizeof ready->places);
	ready->word = text_slice(word, 0, NAME_WORD_SIZE);
	ready->mask = name_mask(ready->word);
	ready->sounds = name_sounds(ready->word);
	for (size_t i = 0; i < ready->word.size; i++)
		ready->places[(unsigned char)ready->word.data[i]] |= UINT64_C(1) << i;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "alnoor" for "noor": the article written with the word. */
static bool differ_by_article(struct text a, struct text b)
{
	struct text rest = text_slice(a, 2, a.size);

	return b.size >= 4 && name_has_article(a) && text_equal(rest, b);
}

bool name_has_article(struct text word)
{
	return word.size >= 6 && word.data[1] == 'l' && (word.data[0] == 'a' || word.data[0] == 'e');
}

/* By letters: each error costs by the length of the word; too many, and they are strangers. */
static int alike_by_letters(const struct name_ready *ready, struct text other)
{
	size_t longer = ready->word.size > other.size ? ready->word.size : other.size;
	int most = longer >= 11 ? 3 : longer >= 7 ? 2 : longer >= 4 ? 1 : 0, errors;

	if (2 * longer - ready->word.size - other.size > (size_t)most ||
		__builtin_popcount(ready->mask ^ name_mask(other)) > 2 * most)
		return 0;
	errors = most ? count_errors(ready, other) : 1;
	return errors <= most ? NAME_SURE - 800 * errors / (int)longer : 0;
}

int name_ready_alike(const struct name_ready *ready, struct text other, struct name_sounds sounds)
{
	struct text word = ready->word;
	int score;

	if (text_equal(word, other))
		return NAME_SURE;
	if (!word.size || !other.size || other.size > NAME_WORD_SIZE)
		return 0;
	if (word.size == 1 || other.size == 1)
		return word.data[0] == other.data[0] && !is_digit(word.data[0]) ? 600 : 0;
	if (is_digit(word.data[0]) || is_digit(other.data[0]))
		return 0;
	if ((sounds.sound && sounds.sound == ready->sounds.sound) || differ_by_article(word, other) ||
		differ_by_article(other, word))
		return 950;
	score = alike_by_letters(ready, other);
	return score < 880 && sounds.bones && sounds.bones == ready->sounds.bones ? 880 : score;
}

int name_word_alike(struct text a, struct text b)
{
	struct name_ready ready;

	name_ready(&ready, a);
	return name_ready_alike(&ready, b, name_sounds(b));
}
