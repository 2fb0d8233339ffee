/* What both readers of lists of names share. */
#include "formats/listed.h"

#include "base/utf8.h"
#include "formats/reading.h"

#include <string.h>

static const char *const kinds[LISTED_KINDS] = {"person", "firm", "vessel"};

const char *listed_kind_code(enum listed_kind kind)
{
	return kinds[kind];
}

bool listed_kind_from(struct text code, enum listed_kind *ret_kind)
{
	for (int i = 0; i < LISTED_KINDS; i++)
		if (text_is(code, kinds[i])) {
			*ret_kind = (enum listed_kind)i;
			return true;
		}
	return false;
}

enum status listed_read(struct arena *arena, struct text bytes, struct text mapping, struct listed_list *ret_list,
	struct refusal *ret_refusal)
{
	struct text start = text_slice(bytes, 0, 4096);

	ret_refusal->message.id = NULL;
	if (text_starts_with(bytes, TEXT("\xef\xbb\xbf")))
		bytes = text_slice(bytes, 3, bytes.size);
	if (text_find(start, TEXT("CONSOLIDATED_LIST")) < start.size)
		return un_list_read(arena, bytes, ret_list, ret_refusal);
	if (text_starts_with(text_trim(start), TEXT("<"))) {
		refusal_set(ret_refusal, 1, TR("Ce fichier XML n'est pas la liste récapitulative des Nations unies."), TEXT_NONE,
			TR("Donnez le fichier « consolidated.xml » du Conseil de sécurité, ou un tableau CSV."));
		return STATUS_INVALID;
	}
	return listed_table_read(arena, bytes, mapping, ret_list, ret_refusal);
}

enum status listed_add_name(struct arena *arena, struct listed *row, struct text name)
{
	name = text_trim(utf8_cut(name, LISTED_NAME));
	for (size_t i = 0; i < row->name_count; i++)
		if (text_equal(row->names[i], name))
			return STATUS_OK;
	if (!name.size || row->name_count == LISTED_NAMES)
		return STATUS_OK;
	TRY(array_grow(arena, &row->names, row->name_count, &row->name_capacity, sizeof *row->names));
	return value_keep(arena, name, &row->names[row->name_count++]);
}

struct text listed_identifier(struct text identifier, char *ret_bytes)
{
	size_t size = 0;

	for (size_t i = 0; i < identifier.size && size < LISTED_IDENTIFIER; i++) {
		char c = identifier.data[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
			ret_bytes[size++] = c;
		if (size == 3 && memcmp(ret_bytes, "IMO", 3) == 0)
			size = 0;
	}
	return size < 4 ? TEXT_NONE : (struct text){ret_bytes, size};
}

enum status listed_add_identifier(struct arena *arena, struct listed *row, struct text identifier)
{
	char bytes[LISTED_IDENTIFIER];
	struct text clean = listed_identifier(identifier, bytes);

	return clean.size ? value_add_word(arena, clean, &row->identifiers) : STATUS_OK;
}

/* The main name folded stands for a reference that is not there. */
static enum status give_reference(struct arena *arena, struct listed *row)
{
	AUTO(buffer_release) struct buffer folded;

	buffer_init(&folded, 16 * LISTED_NAME);
	if (row->reference.size)
		return STATUS_OK;
	utf8_fold(&folded, row->names[0]);
	TRY(buffer_status(&folded));
	return value_keep(arena, buffer_text(&folded), &row->reference);
}

enum status listed_finish(struct arena *arena, struct listed_list *list)
{
	size_t slots = 16, kept = 0;
	struct listed **table;

	while (slots < 2 * list->count + 2)
		slots *= 2;
	table = ARENA_ARRAY(arena, slots, struct listed *);
	if (!table)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < list->count; i++) {
		struct listed *row = list->rows[i];
		size_t at;

		if (!row->name_count) {
			list->left_out++;
			continue;
		}
		TRY(give_reference(arena, row));
		for (at = text_hash(row->reference) & (slots - 1); table[at]; at = (at + 1) & (slots - 1))
			if (text_equal(table[at]->reference, row->reference))
				break;
		if (table[at] || !row->reference.size) {
			list->left_out++;
			continue;
		}
		table[at] = row;
		list->rows[kept++] = row;
	}
	list->count = kept;
	return STATUS_OK;
}
