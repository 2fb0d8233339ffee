/* The Security Council's consolidated list: people and entities with their aliases, original script, nationality, birth
 * and documents. Elements are those of the public schema; others are passed over. A ship is an entity whose remark gives
 * its IMO number. */
#include "formats/listed.h"
#include "formats/xml_walk.h"

#include <stddef.h>

enum { BASE_ENTRY };
enum { MEANING_PERSON = 1, MEANING_ENTITY, MEANING_ALIAS, MEANING_NATIONALITY, MEANING_BORN, MEANING_NUMBER, MEANING_COUNTRY };

struct un_entry {
	struct text data_id, first, second, third, fourth, reference, program, original, remark, alias;
};
struct un_reading {
	struct arena *arena;
	struct problem_list problems;
	struct listed_list list;
	size_t capacity;
	struct un_entry entry;
	struct listed *row; /* of the entry under way */
};

#define UN_TEXT(path, member) {path, XML_TEXT, BASE_ENTRY, offsetof(struct un_entry, member)}
#define UN_OF_BOTH(parent, child)                                                                                      \
	{parent, XML_GROUP, BASE_ENTRY, child}, UN_TEXT(parent "/DATAID", data_id), UN_TEXT(parent "/FIRST_NAME", first),  \
		UN_TEXT(parent "/SECOND_NAME", second), UN_TEXT(parent "/THIRD_NAME", third),                          \
		UN_TEXT(parent "/FOURTH_NAME", fourth), UN_TEXT(parent "/REFERENCE_NUMBER", reference),                \
		UN_TEXT(parent "/UN_LIST_TYPE", program), UN_TEXT(parent "/NAME_ORIGINAL_SCRIPT", original),           \
		UN_TEXT(parent "/COMMENTS1", remark)

static const struct xml_rule rules[] = {
	UN_OF_BOTH("INDIVIDUALS/INDIVIDUAL", MEANING_PERSON),
	{"INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_ALIAS", XML_GROUP, BASE_ENTRY, MEANING_ALIAS},
	UN_TEXT("INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_ALIAS/ALIAS_NAME", alias),
	{"INDIVIDUALS/INDIVIDUAL/NATIONALITY/VALUE", XML_VALUE, BASE_ENTRY, MEANING_NATIONALITY},
	{"INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/DATE", XML_VALUE, BASE_ENTRY, MEANING_BORN},
	{"INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/YEAR", XML_VALUE, BASE_ENTRY, MEANING_BORN},
	{"INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_DOCUMENT/NUMBER", XML_VALUE, BASE_ENTRY, MEANING_NUMBER},
	UN_OF_BOTH("ENTITIES/ENTITY", MEANING_ENTITY),
	{"ENTITIES/ENTITY/ENTITY_ALIAS", XML_GROUP, BASE_ENTRY, MEANING_ALIAS},
	UN_TEXT("ENTITIES/ENTITY/ENTITY_ALIAS/ALIAS_NAME", alias),
	{"ENTITIES/ENTITY/ENTITY_ADDRESS/COUNTRY", XML_VALUE, BASE_ENTRY, MEANING_COUNTRY},
};

static void *on_base(void *context, int base)
{
	struct un_reading *reading = context;

	(void)base;
	return reading->row ? &reading->entry : NULL;
}

static struct arena *on_arena(void *context)
{
	return ((struct un_reading *)context)->arena;
}

static struct problem_list *on_problems(void *context)
{
	return &((struct un_reading *)context)->problems;
}

static struct text on_group(void *context)
{
	return ((struct un_reading *)context)->entry.reference;
}

static enum status on_begin(void *context, const struct xml_rule *rule)
{
	struct un_reading *reading = context;
	struct listed *row;

	if (rule->offset == MEANING_ALIAS) {
		reading->entry.alias = TEXT_NONE;
		return STATUS_OK;
	}
	if (reading->list.count == LISTED_ROWS)
		return STATUS_TOO_LARGE;
	TRY(array_grow(reading->arena, &reading->list.rows, reading->list.count, &reading->capacity,
		sizeof *reading->list.rows));
	row = ARENA_NEW(reading->arena, struct listed);
	if (!row)
		return STATUS_NO_MEMORY;
	row->kind = rule->offset == MEANING_PERSON ? LISTED_PERSON : LISTED_FIRM;
	reading->list.rows[reading->list.count++] = row;
	reading->row = row;
	reading->entry = (struct un_entry){0};
	return STATUS_OK;
}

/* "IMO number: 1234567" in a remark: the number's digits; missing when there is none. */
static struct text imo_number(struct text remark)
{
	size_t at = text_find(remark, TEXT("IMO"));

	if (at == remark.size)
		return TEXT_NONE;
	for (size_t i = at, size = 0; i <= remark.size; i++) {
		bool digit = i < remark.size && remark.data[i] >= '0' && remark.data[i] <= '9';

		if (!digit && size == 7)
			return text_slice(remark, i - size, i);
		size = digit ? size + 1 : 0;
	}
	return TEXT_NONE;
}

static enum status finish_entry(struct un_reading *reading)
{
	const struct un_entry *entry = &reading->entry;
	const struct text parts[] = {entry->first, entry->second, entry->third, entry->fourth};
	AUTO(buffer_release) struct buffer name;
	struct listed *row = reading->row, with_main = {.name_count = 0};
	struct text imo = row->kind == LISTED_FIRM ? imo_number(entry->remark) : TEXT_NONE;

	buffer_init(&name, 8192);
	for (size_t i = 0; i < 4; i++) {
		if (parts[i].size && name.size)
			buffer_byte(&name, ' ');
		buffer_append(&name, parts[i]);
	}
	TRY(buffer_status(&name));
	TRY(listed_add_name(reading->arena, &with_main, buffer_text(&name)));
	TRY(listed_add_name(reading->arena, &with_main, entry->original));
	for (size_t i = 0; i < row->name_count; i++)
		TRY(listed_add_name(reading->arena, &with_main, row->names[i]));
	row->names = with_main.names;
	row->name_count = with_main.name_count;
	row->reference = entry->reference.size ? entry->reference : entry->data_id;
	row->program = entry->program;
	row->remark = entry->remark;
	if (imo.size) {
		row->kind = LISTED_VESSEL;
		TRY(listed_add_identifier(reading->arena, row, imo));
	}
	reading->row = NULL;
	return STATUS_OK;
}

/* One alias element may hold several names, with semicolons between. */
static enum status on_end(void *context, const struct xml_rule *rule)
{
	struct un_reading *reading = context;
	struct text rest = reading->entry.alias;

	if (!reading->row)
		return STATUS_OK;
	if (rule->offset != MEANING_ALIAS)
		return finish_entry(reading);
	while (rest.data)
		TRY(listed_add_name(reading->arena, reading->row, text_cut(&rest, ';')));
	return STATUS_OK;
}

static enum status on_value(void *context, const struct xml_rule *rule, struct text text)
{
	struct un_reading *reading = context;
	struct listed *row = reading->row;

	text = text_trim(text);
	if (!row || !text.size)
		return STATUS_OK;
	switch (rule->offset) {
	case MEANING_BORN: return row->born.size ? STATUS_OK : value_keep(reading->arena, text, &row->born);
	case MEANING_NUMBER: return listed_add_identifier(reading->arena, row, text);
	default: return row->country.size ? STATUS_OK : value_keep(reading->arena, text, &row->country);
	}
}

/* dateGenerated="…" of the root, which the walk does not show. */
static struct text published_of(struct text bytes)
{
	struct text start = text_slice(bytes, 0, 4096);
	size_t at = text_find(start, TEXT("dateGenerated=\""));
	struct text rest;

	if (at == start.size)
		return TEXT_NONE;
	rest = text_slice(start, at + 15, at + 15 + 40);
	return text_cut(&rest, '"');
}

enum status un_list_read(struct arena *arena, struct text bytes, struct listed_list *ret_list,
	struct refusal *ret_refusal)
{
	struct un_reading reading = {.arena = arena, .problems = {.arena = arena}};
	const struct xml_handler handler = {.rules = rules, .rule_count = sizeof rules / sizeof *rules,
		.context = &reading, .base = on_base, .arena = on_arena, .problems = on_problems, .group = on_group,
		.begin = on_begin, .end = on_end, .value = on_value};
	struct text rest = bytes;
	struct source source = source_of_text(&rest);
	struct reading about = {.format = FORMAT_UNKNOWN};
	struct run run = {.source = &source, .reading = &about, .refusal = ret_refusal,
		.options = {.limits = {.bytes = INT64_C(1) << 28, .depth = 12, .attributes = 16, .text = 1 << 18}}};
	struct xml_walk *walk = NULL;

	ret_refusal->message.id = NULL;
	TRY(xml_walk_run(&run, &handler, &walk));
	reading.list.published = published_of(bytes);
	TRY(listed_finish(arena, &reading.list));
	if (!reading.list.count) {
		refusal_set(ret_refusal, 0, TR("Cette liste ne contient aucun nom."), TEXT_NONE,
			TR("Donnez le fichier « consolidated.xml » du Conseil de sécurité, ou un tableau CSV."));
		return STATUS_INVALID;
	}
	*ret_list = reading.list;
	return STATUS_OK;
}
