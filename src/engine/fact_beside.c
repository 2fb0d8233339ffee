/* Facts from what others keep beside the consignment: the screening of names and the reference prices. */
#include "engine/fact.h"

#include <string.h>

static const struct {
	const char *code;
	const char *label;
} roles[ROLE_COUNT] = {
	[ROLE_CONSIGNEE] = {"consignee", TR("Destinataire")},
	[ROLE_EXPORTER] = {"exporter", TR("Exportateur")},
	[ROLE_NOTIFY] = {"notify", TR("Partie à notifier")},
	[ROLE_DECLARANT] = {"declarant", TR("Déclarant")},
	[ROLE_CARRIER] = {"carrier", TR("Transporteur")},
	[ROLE_VESSEL] = {"vessel", TR("Navire")},
};

const char *party_role_code(enum party_role role)
{
	return roles[role].code;
}

const char *party_role_label(enum party_role role)
{
	return roles[role].label;
}

bool party_role_from(struct text code, enum party_role *ret_role)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (text_is(code, roles[i].code)) {
			*ret_role = (enum party_role)i;
			return true;
		}
	return false;
}

void fact_screening_listed(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->names)
		value->number = facts->names->count ? NUMBER_ONE : 0;
}

void fact_screening_confirmed(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (!facts->names)
		return;
	value->number = 0;
	for (size_t i = 0; i < facts->names->count; i++)
		if (facts->names->rows[i].is_confirmed)
			value->number = NUMBER_ONE;
}

void fact_screening_score(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (!facts->names)
		return;
	value->number = 0;
	for (size_t i = 0; i < facts->names->count; i++)
		if (facts->names->rows[i].score > value->number)
			value->number = facts->names->rows[i].score;
}

/* Each word once, blank-separated. */
static struct text add_word(struct arena *arena, struct text words, struct text word)
{
	struct text rest = words;

	while (rest.data && rest.size)
		if (text_equal(text_cut(&rest, ' '), word))
			return words;
	return words.size ? arena_format(arena, "%.*s %.*s", TEXT_FORMAT(words), TEXT_FORMAT(word)) : word;
}

void fact_screening_lists(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	for (size_t i = 0; facts->names && i < facts->names->count; i++)
		value->text = add_word(facts->arena, value->text, facts->names->rows[i].list);
}

void fact_screening_roles(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	for (size_t i = 0; facts->names && i < facts->names->count; i++)
		value->text = add_word(facts->arena, value->text, text_of(roles[facts->names->rows[i].role].code));
}

static struct price_reference reference_of(const struct facts *facts, const struct item *item)
{
	struct price_reference reference = {NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, 0};

	if (facts->prices)
		facts->prices->look(facts->prices->context, facts->consignment, item, &reference);
	return reference;
}

void fact_item_reference_price(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	value->number = reference_of(facts, item).median;
}

void fact_item_price_to_reference(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct price_reference reference = reference_of(facts, item);

	value->number = number_divide(reference.price, reference.median);
}

void fact_item_price_to_low(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct price_reference reference = reference_of(facts, item);

	value->number = number_divide(reference.price, reference.low);
}

void fact_item_price_observations(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	if (facts->prices)
		value->number = number_of(reference_of(facts, item).count);
}
