#ifndef VIGIE_ENGINE_NAME_NOISE_TEST_H
#define VIGIE_ENGINE_NAME_NOISE_TEST_H
/* A labelled set for the screening of names, made from a seed: names of people and firms that do not exist, and for each
 * the ways in which bills and invoices really deform names, one kind of noise at a time. Strangers come from the same
 * generator. The test holds recall per kind and precision to floors; the benchmark prints them. */
#include "base/memory.h"
#include "base/utf8.h"
#include "engine/name.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum noise {
	NOISE_ORDER, /* words in another order */
	NOISE_ACCENTS, /* capitals, accents and hyphens gone or put on */
	NOISE_FORM, /* another legal form or title */
	NOISE_LETTER, /* one letter wrong, missing, doubled or exchanged */
	NOISE_TWO_LETTERS, /* two, in different words when there are two */
	NOISE_SPACES, /* two words joined */
	NOISE_SOUND, /* written as it sounds in another language: ou/u, c/k, ph/f, y/i, double letters */
	NOISE_INITIAL, /* the first word only as its letter */
	NOISE_LEFT_OUT, /* a word left out, of three or more */
	NOISE_ADDED, /* a town or trade added */
	NOISE_KINDS
};

static inline const char *noise_label(enum noise kind)
{
	static const char *const labels[NOISE_KINDS] = {"words in another order", "accents, capitals, hyphens",
		"another legal form or title", "one typing error", "two typing errors", "words joined", "as it sounds",
		"first name as an initial", "a word left out", "a word added"};

	return labels[kind];
}

struct noise_result {
	int asked[NOISE_KINDS], found[NOISE_KINDS];
	int true_hits, false_hits; /* of all hits for deformed names: the right entry, another one */
	int strangers, false_alarms; /* names on no list, and those for which something was found */
	long long queries, microseconds, worst, slow; /* of a query; and how many took more than a millisecond */
	size_t bytes;
	long long build_microseconds;
};

struct noise_random {
	uint64_t state;
};
static inline uint32_t noise_below(struct noise_random *random, uint32_t below)
{
	random->state = random->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((random->state >> 33) % below);
}
static const char *const noise_given[] = {"Mohamed", "Moussa", "Ibrahim", "Fatoumata", "Amadou", "Ousmane", "Aïcha",
	"Jean-Pierre", "Mariam", "Abdoulaye", "Ali", "Ahmed", "Yacouba", "Kofi", "Kwame", "Chukwuemeka", "Blessing", "Ngozi",
	"Paul", "Marie", "Serge", "Hervé", "Clarisse", "Wei", "Li", "Xiaoming", "Sergueï", "Dmitri", "Carlos", "João",
	"Hassan", "Khadija", "Youssouf", "Salif", "Boubacar", "Issa", "Adama", "Awa", "Rokia", "Tunde"};
static const char *const noise_syllables[] = {"ba", "ko", "ndi", "tra", "mbe", "lu", "wa", "tsa", "fi", "gou", "ye", "ro",
	"zi", "vo", "nga", "bu", "dje", "pha", "kwe", "so", "za", "vi", "mbo", "tu", "kei", "dia", "cou", "li", "sy", "che",
	"mou", "ra", "ne", "qua", "sen", "tor", "lan", "mar", "vel", "gri", "pol", "ster", "ho", "min", "kar", "del", "bri", "van",
	"ost", "lem", "hur", "pet", "nis", "gal", "rub", "sko", "fen", "jor", "wil", "dag", "tem", "cla"};
static const char *const noise_trades[] = {"Trading", "Import Export", "Négoce", "Shipping", "Industries", "Distribution",
	"Transit", "Logistics", "International", "Services", "Commerce Général", "Électronique", "Matériaux", "Textiles"};
static const char *const noise_forms[] = {"SARL", "SA", "Ltd", "LLC", "GmbH", "Co. Ltd", "S.A.R.L.", "Limited", "PLC",
	"SAS"};
static const char *const noise_towns[] = {"Cotonou", "Lagos", "Parakou", "Kumasi", "Sharjah", "Yiwu"};
#define NOISE_PICK(random, table) table[noise_below(random, sizeof table / sizeof *table)]

/* A word of so many syllables and up to three more. */
static inline void noise_word(struct noise_random *random, char *word, size_t size, uint32_t least)
{
	uint32_t syllables = least + noise_below(random, 3);

	word[0] = '\0';
	for (uint32_t i = 0; i < syllables; i++) {
		size_t at = strlen(word);

		snprintf(word + at, size - at, "%s",
			NOISE_PICK(random, noise_syllables));
	}
	word[0] = (char)(word[0] - 'a' + 'A');
}

/* Few first names are borne by many and many by few: half of them are one of forty, the others one of some hundred
 * thousand short words, as transliteration makes them. */
static inline void noise_first(struct noise_random *random, char *word, size_t size)
{
	if (noise_below(random, 2))
		snprintf(word, size, "%s", NOISE_PICK(random, noise_given));
	else
		noise_word(random, word, size, 2);
}

/* A person (two in five) or a firm. Lists name persons in full, or they could not be told apart: one in four by two words,
 * half by three (a second first name, or the father's), one in four by four. Firms have one word of their own and their
 * trade, or two; one in five has its town. */
static inline unsigned noise_name(struct noise_random *random, char *name, size_t size)
{
	char own[4][64], town[64] = "";
	uint32_t form;

	noise_word(random, own[0], sizeof own[0], 3);
	noise_word(random, own[1], sizeof own[1], 3);
	noise_first(random, own[2], sizeof own[2]);
	noise_first(random, own[3], sizeof own[3]);
	form = noise_below(random, 4);
	if (noise_below(random, 5) < 2) {
		if (!form)
			snprintf(name, size, "%s %s", own[2], own[0]);
		else if (form < 3)
			snprintf(name, size, "%s %s %s", own[2], own[3], own[0]);
		else
			snprintf(name, size, "%s %s %s %s", own[2], own[3], own[1], own[0]);
		return NAME_PERSON;
	}
	if (!noise_below(random, 5))
		snprintf(town, sizeof town, " %s", NOISE_PICK(random, noise_towns));
	snprintf(name, size, "%s%s%s %s%s %s", own[0], form < 2 ? "" : " ", form < 2 ? "" : own[1],
		NOISE_PICK(random, noise_trades), town, NOISE_PICK(random, noise_forms));
	return NAME_FIRM;
}

/* The words of a name with blanks between, shuffled from `from` on. */
static inline size_t noise_split(char *name, char **words)
{
	size_t count = 0;
	bool inside = false;

	for (char *c = name; *c; c++) {
		if (*c == ' ') {
			*c = '\0';
			inside = false;
		} else if (!inside && count < NAME_WORDS) {
			words[count++] = c;
			inside = true;
		}
	}
	return count;
}

static inline void noise_join(char **words, size_t count, const char *blank, char *name, size_t size)
{
	name[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		size_t at = strlen(name);

		snprintf(name + at, size - at, "%s%s", i ? blank : "", words[i]);
	}
}

/* A typing error in one ASCII word of four letters and more. */
static inline void noise_error(struct noise_random *random, char *word)
{
	size_t size = strlen(word), at = 1 + noise_below(random, (uint32_t)size - 2);

	switch (noise_below(random, 4)) {
	case 0: word[at] = (char)('a' + noise_below(random, 26)); break;
	case 1: memmove(word + at, word + at + 1, size - at); break;
	case 2: {
		char c = word[at];

		word[at] = word[at + 1] ? word[at + 1] : word[at];
		if (at + 1 < size)
			word[at + 1] = c;
		break;
	}
	default: memmove(word + at + 1, word + at, size - at + 1);
	}
}

static inline bool noise_can_err(const char *word)
{
	for (const char *c = word; *c; c++)
		if ((unsigned char)*c >= 128 || *c == '-' || *c == '.')
			return false;
	return strlen(word) >= 5;
}

static inline void noise_errors(struct noise_random *random, char **words, size_t count, int errors)
{
	for (size_t i = 0; i < count && errors > 0; i++)
		if (noise_can_err(words[i])) {
			noise_error(random, words[i]);
			errors--;
		}
	for (size_t i = 0; i < count && errors > 0; i++)
		if (noise_can_err(words[i])) {
			noise_error(random, words[i]);
			errors--;
		}
}

static inline void noise_sound(const char *from, char *to, size_t size)
{
	static const char *const sounds[][2] = {{"ph", "f"}, {"ou", "u"}, {"kw", "qu"}, {"dj", "j"}, {"ch", "sh"}, {"kei", "ke"},
		{"Kei", "Ke"}, {"co", "ko"}, {"Co", "Ko"}, {"ya", "ia"}, {"ye", "ie"}, {"ll", "l"}, {"ka", "ca"}};
	size_t at = 0;

	while (*from && at + 8 < size) {
		size_t i = 0, count = sizeof sounds / sizeof *sounds;

		while (i < count && strncmp(from, sounds[i][0], strlen(sounds[i][0])) != 0)
			i++;
		if (i < count) {
			at += (size_t)snprintf(to + at, size - at, "%s", sounds[i][1]);
			from += strlen(sounds[i][0]);
		} else {
			to[at++] = *from++;
		}
	}
	to[at] = '\0';
}

static inline void noise_capitals(const char *from, char *to, size_t size)
{
	AUTO(buffer_release) struct buffer folded;

	buffer_init(&folded, 4096);
	utf8_fold(&folded, text_of(from));
	snprintf(to, size, "%.*s", TEXT_FORMAT(buffer_text(&folded)));
	for (char *c = to; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
}

/* `name` deformed; false when the kind does not apply to it. */
static inline bool noise_deform(struct noise_random *random, enum noise kind, unsigned what, const char *name, char *out,
	size_t size)
{
	char copy[256], first[128];
	char *words[NAME_WORDS];
	size_t count, plain;

	snprintf(copy, sizeof copy, "%s", name);
	count = noise_split(copy, words);
	plain = what == NAME_FIRM ? count - 1 : count; /* without the legal form */
	switch (kind) {
	case NOISE_ORDER:
		noise_join(words + 1, count - 1, " ", out, size);
		snprintf(out + strlen(out), size - strlen(out), " %s", words[0]);
		return true;
	case NOISE_ACCENTS: noise_capitals(name, out, size); return true;
	case NOISE_FORM:
		noise_join(words, plain, " ", first, sizeof first);
		if (what == NAME_FIRM)
			snprintf(out, size, "%s %s", first, NOISE_PICK(random, noise_forms));
		else
			snprintf(out, size, "M. %s", first);
		return true;
	case NOISE_LETTER:
	case NOISE_TWO_LETTERS:
		snprintf(first, sizeof first, "%s", words[0]);
		for (size_t i = 0; i < plain; i++) { /* room for a doubled letter */
			static char room[NAME_WORDS][160];

			snprintf(room[i], sizeof room[i], "%s", words[i]);
			words[i] = room[i];
		}
		noise_errors(random, words, plain, kind == NOISE_LETTER ? 1 : 2);
		noise_join(words, count, " ", out, size);
		return strcmp(out, name) != 0;
	case NOISE_SPACES:
		if (plain < 2)
			return false;
		snprintf(first, sizeof first, "%s%s", words[0], words[1]);
		words[1] = first;
		noise_join(words + 1, count - 1, " ", out, size);
		return strlen(first) <= NAME_WORD_SIZE;
	case NOISE_SOUND: noise_sound(name, out, size); return strcmp(out, name) != 0;
	case NOISE_INITIAL:
		if (what != NAME_PERSON || (unsigned char)words[0][0] >= 128)
			return false;
		snprintf(first, sizeof first, "%c.", words[0][0]);
		words[0] = first;
		noise_join(words, count, " ", out, size);
		return true;
	case NOISE_LEFT_OUT:
		if (plain < 3)
			return false;
		words[1] = words[0];
		noise_join(words + 1, count - 1, " ", out, size);
		return true;
	default: snprintf(out, size, "%s %s", name, NOISE_PICK(random, noise_towns)); return true;
	}
}

/* Microseconds of this thread's own: on a busy machine the slowest question would be the one that was interrupted. */
static inline long long noise_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline void noise_ask(struct name_finder *finder, const char *name, int threshold, long wanted,
	struct noise_result *result, int *ret_found)
{
	struct name_match matches[16];
	struct name_words words;
	long long started = noise_clock(), took;
	size_t count;

	name_normalise(text_of(name), &words);
	count = name_find(finder, &words, NAME_PARTY, threshold, matches, 16);
	took = noise_clock() - started;
	result->queries++;
	result->microseconds += took;
	result->slow += took > 1000;
	if (took > result->worst)
		result->worst = took;
	for (size_t i = 0; i < count; i++) {
		bool right = (long)matches[i].entry == wanted;

		*ret_found += right;
		result->true_hits += right;
		result->false_hits += !right && wanted >= 0;
	}
	result->false_alarms += wanted < 0 && count;
}

/* One of `step` names is deformed in every way; then as many strangers as given are asked for. */
struct noise_set {
	struct name_finder *finder;
	char (*names)[128];
	const struct name_entry *entries;
	size_t count;
	int threshold;
};
static inline void noise_run(const struct noise_set *set, size_t asked, int strangers, struct noise_random *random,
	struct noise_result *result)
{
	char deformed[256];

	for (size_t n = 0; n < asked; n++) {
		size_t i = n * (set->count / asked);

		for (int kind = 0; kind < NOISE_KINDS; kind++) {
			int found = 0;

			if (!noise_deform(random, (enum noise)kind, set->entries[i].kinds, set->names[i], deformed,
				    sizeof deformed))
				continue;
			noise_ask(set->finder, deformed, set->threshold, (long)i, result, &found);
			result->asked[kind]++;
			result->found[kind] += found > 0;
		}
	}
	for (int i = 0; i < strangers; i++) {
		int found = 0;

		noise_name(random, deformed, sizeof deformed);
		noise_ask(set->finder, deformed, set->threshold, -1, result, &found);
		result->strangers++;
	}
}

/* `count` names indexed; `asked` of them deformed, for each of the thresholds. The whole comes from one seed. */
static inline enum status noise_measure_all(size_t count, size_t asked, int strangers, const int *thresholds, size_t tried,
	struct noise_result *ret_results)
{
	struct noise_random random = {UINT64_C(20261124)};
	char(*names)[128] = memory_allocate(count * sizeof *names);
	struct name_entry *entries = memory_allocate(count * sizeof *entries);
	struct name_index *index = NULL;
	struct name_finder *finder = NULL;
	long long started;
	enum status status = names && entries ? STATUS_OK : STATUS_NO_MEMORY;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		entries[i].kinds = noise_name(&random, names[i], sizeof names[i]);
		entries[i].name = text_of(names[i]);
	}
	started = noise_clock();
	if (status == STATUS_OK)
		status = name_index_build(entries, count, &index);
	started = noise_clock() - started;
	if (status == STATUS_OK)
		status = name_finder_new(index, &finder);
	for (size_t i = 0; i < tried && status == STATUS_OK; i++) {
		struct noise_random same = random;
		struct noise_result result = {.bytes = name_index_bytes(index), .build_microseconds = started};

		noise_run(&(struct noise_set){finder, names, entries, count, thresholds[i]}, asked, strangers, &same, &result);
		ret_results[i] = result;
	}
	name_finder_free(finder);
	name_index_free(index);
	memory_free(entries);
	memory_free(names);
	return status;
}

static inline enum status noise_measure(size_t count, size_t asked, int strangers, int threshold,
	struct noise_result *ret_result)
{
	return noise_measure_all(count, asked, strangers, &threshold, 1, ret_result);
}

#endif
