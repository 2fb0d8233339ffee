/* Facts that compare a declaration with its bill of the manifest, and how alike two texts are. */
#include "engine/fact.h"

#include <string.h>

enum { WORDS_LIMIT = 256 };

/* Distinct words of a folded text, at most WORDS_LIMIT. */
static size_t words_of(struct text folded, struct text words[WORDS_LIMIT])
{
	size_t count = 0;

	while (folded.data && count < WORDS_LIMIT) {
		struct text word = text_cut(&folded, ' ');
		size_t i = 0;

		while (i < count && !text_equal(words[i], word))
			i++;
		if (word.size && i == count)
			words[count++] = word;
	}
	return count;
}

static size_t words_shared(const struct text *a, size_t a_count, const struct text *b, size_t b_count)
{
	size_t shared = 0;

	for (size_t i = 0; i < a_count; i++)
		for (size_t j = 0; j < b_count; j++)
			if (text_equal(a[i], b[j])) {
				shared++;
				break;
			}
	return shared;
}

int64_t text_similarity(struct arena *arena, struct text a, struct text b)
{
	struct text a_words[WORDS_LIMIT], b_words[WORDS_LIMIT];
	size_t a_count = words_of(text_folded(arena, a), a_words);
	size_t b_count = words_of(text_folded(arena, b), b_words);
	size_t shared;

	if (!a_count || !b_count)
		return NUMBER_NONE;
	shared = words_shared(a_words, a_count, b_words, b_count);
	return number_divide(number_of((int64_t)shared), number_of((int64_t)(a_count + b_count - shared)));
}

void fact_difference_matched(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = facts->counterpart ? NUMBER_ONE : 0;
}

/* (declared − announced) / announced. */
void fact_difference_mass(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	int64_t declared = facts->consignment->gross_mass, announced;

	(void)item;
	if (!facts->counterpart)
		return;
	announced = facts->counterpart->gross_mass;
	if (declared != NUMBER_NONE && announced != NUMBER_NONE)
		value->number = number_divide(number_add(declared, -announced), announced);
}

void fact_difference_packages(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->counterpart && facts->consignment->packages != NUMBER_NONE &&
		facts->counterpart->packages != NUMBER_NONE)
		value->number = number_add(facts->consignment->packages, -facts->counterpart->packages);
}

static int64_t party_similarity(const struct facts *facts, const struct party *a, const struct party *b)
{
	if (text_trim(a->code).size && text_equal_ignoring_case(text_trim(a->code), text_trim(b->code)))
		return NUMBER_ONE;
	return text_similarity(facts->arena, a->name, b->name);
}

void fact_difference_consignee(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->counterpart)
		value->number = party_similarity(facts, &facts->consignment->consignee, &facts->counterpart->consignee);
}

void fact_difference_exporter(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->counterpart)
		value->number = party_similarity(facts, &facts->consignment->exporter, &facts->counterpart->exporter);
}

static bool has_container(const struct consignment *consignment, struct text reference)
{
	for (size_t i = 0; i < consignment->container_count; i++)
		if (text_equal_ignoring_case(text_trim(consignment->containers[i].reference), text_trim(reference)))
			return true;
	return false;
}

/* Containers of `all` that `part` does not have; missing when `part` names none at all. */
static int64_t containers_lacking(const struct consignment *all, const struct consignment *part)
{
	int64_t count = 0;

	if (!part->container_count)
		return NUMBER_NONE;
	for (size_t i = 0; i < all->container_count; i++)
		count += !has_container(part, all->containers[i].reference);
	return number_of(count);
}

void fact_difference_containers_missing(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->counterpart)
		value->number = containers_lacking(facts->counterpart, facts->consignment);
}

void fact_difference_containers_added(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->counterpart)
		value->number = containers_lacking(facts->consignment, facts->counterpart);
}

/* The share of the item's words that the bill's goods descriptions have too. */
void fact_difference_description(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	struct text words[WORDS_LIMIT], other[WORDS_LIMIT];
	size_t count, best = 0;
	bool any = false;

	if (!facts->counterpart)
		return;
	count = words_of(text_folded(facts->arena, item->description), words);
	for (size_t i = 0; i < facts->counterpart->item_count; i++) {
		struct text folded = text_folded(facts->arena, facts->counterpart->items[i].description);
		size_t shared = words_shared(words, count, other, words_of(folded, other));

		any |= folded.data != NULL;
		best = shared > best ? shared : best;
	}
	if (count && any)
		value->number = number_divide(number_of((int64_t)best), number_of((int64_t)count));
}

void fact_difference_loading(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	struct text here = text_trim(facts->consignment->place_of_loading), there;

	(void)item;
	if (!facts->counterpart)
		return;
	there = text_trim(facts->counterpart->place_of_loading);
	if (here.size && there.size)
		value->number = text_equal_ignoring_case(here, there) ? NUMBER_ONE : 0;
}
