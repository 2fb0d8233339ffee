/* A SAD XML as a tree, put in order and written out. */
#include "formats/sad_writer.h"

#include "formats/sad_elements.h"
#include "formats/xml_walk.h"

#include <string.h>

enum { UNKNOWN = -1 };

struct piece {
	struct text name; /* as it will be written */
	struct text attributes; /* written out: ` id="308204"` */
	struct text text; /* all of its own text */
	int row; /* in sad_elements[], or UNKNOWN */
	int rank; /* where it stands among its siblings */
	size_t child_count;
	struct piece *parent, *first, *last, *next;
};

struct conversion {
	struct run run;
	struct arena *arena;
	struct xml_walk *walk;
	struct piece *root, *open;
	struct buffer text; /* of the open element, until something else begins */
};

/* --- the tree -------------------------------------------------------------------------------------------------- */

/* The row of a name below the parent's row. */
static int row_below(int parent, struct text name)
{
	if (parent == UNKNOWN)
		return UNKNOWN;
	for (size_t i = (size_t)parent + 1; i < sad_element_count && sad_elements[i].depth > sad_elements[parent].depth; i++) {
		const struct sad_element *element = &sad_elements[i];

		if (element->depth != sad_elements[parent].depth + 1)
			continue;
		if (text_equal_ignoring_case(name, text_of(element->name)) ||
			(element->alias && text_equal_ignoring_case(name, text_of(element->alias))))
			return (int)i;
	}
	return UNKNOWN;
}

static void write_escaped(struct buffer *buffer, struct text text, bool in_attribute)
{
	size_t from = 0;

	for (size_t i = 0; i < text.size; i++) {
		const char *escape = NULL;

		switch (text.data[i]) {
		case '&':
			escape = "&amp;";
			break;
		case '<':
			escape = "&lt;";
			break;
		case '>':
			escape = "&gt;";
			break;
		case '\r':
			escape = "&#13;";
			break;
		case '"':
			escape = in_attribute ? "&quot;" : NULL;
			break;
		case '\n':
			escape = in_attribute ? "&#10;" : NULL;
			break;
		case '\t':
			escape = in_attribute ? "&#9;" : NULL;
			break;
		default:
			break;
		}
		if (!escape)
			continue;
		buffer_append(buffer, text_slice(text, from, i));
		buffer_string(buffer, escape);
		from = i + 1;
	}
	buffer_append(buffer, text_slice(text, from, text.size));
}

/* SYDONIA's own files are in no name space, so a default one is dropped; prefixes of attributes stay bound. */
static void write_spaces(struct buffer *buffer, const struct xml_attributes *attributes)
{
	for (int i = 0; i < attributes->space_count; i++) {
		const char *prefix = (const char *)attributes->spaces[i * 2];

		if (!prefix)
			continue;
		buffer_format(buffer, " xmlns:%s=\"", prefix);
		write_escaped(buffer, text_of((const char *)attributes->spaces[i * 2 + 1]), true);
		buffer_byte(buffer, '"');
	}
}

static enum status keep_attributes(struct conversion *conversion, const struct xml_attributes *attributes,
	struct text *ret_text)
{
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 18};

	write_spaces(&buffer, attributes);
	for (int i = 0; i < attributes->count; i++) {
		const char *const *parts = (const char *const *)(const void *)(attributes->rows + i * 5);

		buffer_byte(&buffer, ' ');
		if (parts[1]) {
			buffer_string(&buffer, parts[1]);
			buffer_byte(&buffer, ':');
		}
		buffer_string(&buffer, parts[0]);
		buffer_string(&buffer, "=\"");
		write_escaped(&buffer, (struct text){parts[3], (size_t)(parts[4] - parts[3])}, true);
		buffer_byte(&buffer, '"');
	}
	TRY(buffer_status(&buffer));
	return value_keep(conversion->arena, buffer_text(&buffer), ret_text);
}

/* Text met so far belongs to the element that is open; pieces of it are joined. */
static enum status settle_text(struct conversion *conversion)
{
	struct piece *piece = conversion->open;
	struct text text = buffer_text(&conversion->text);

	TRY(buffer_status(&conversion->text));
	if (!piece || !text.size)
		return STATUS_OK;
	if (piece->text.size) {
		piece->text = arena_format(conversion->arena, "%.*s%.*s", TEXT_FORMAT(piece->text), TEXT_FORMAT(text));
		if (!piece->text.data)
			return STATUS_NO_MEMORY;
	} else {
		TRY(value_keep(conversion->arena, text, &piece->text));
	}
	buffer_clear(&conversion->text);
	return STATUS_OK;
}

static void append(struct piece *parent, struct piece *piece)
{
	piece->parent = parent;
	/* What is not known stays behind what it followed. */
	piece->rank = piece->row != UNKNOWN ? piece->row : parent->last ? parent->last->rank : UNKNOWN;
	if (parent->last)
		parent->last->next = piece;
	else
		parent->first = piece;
	parent->last = piece;
	parent->child_count++;
}

static enum status on_open(void *context, struct text name, const struct xml_attributes *attributes)
{
	struct conversion *conversion = context;
	struct piece *piece = ARENA_NEW(conversion->arena, struct piece);

	if (!piece)
		return STATUS_NO_MEMORY;
	TRY(settle_text(conversion));
	piece->row = conversion->open ? row_below(conversion->open->row, name) : 0;
	if (piece->row != UNKNOWN)
		piece->name = text_of(sad_elements[piece->row].name);
	else
		TRY(value_keep(conversion->arena, name, &piece->name));
	TRY(keep_attributes(conversion, attributes, &piece->attributes));
	if (conversion->open)
		append(conversion->open, piece);
	else
		conversion->root = piece;
	conversion->open = piece;
	return STATUS_OK;
}

static enum status on_text(void *context, struct text text)
{
	struct conversion *conversion = context;

	buffer_append(&conversion->text, text);
	return STATUS_OK;
}

/* --- order ------------------------------------------------------------------------------------------------------- */

/* Merges two sorted lists; the first comes first where ranks are equal, so the order of equals stays. */
static struct piece *merge(struct piece *a, struct piece *b)
{
	struct piece *head = NULL, **link = &head;

	while (a && b) {
		struct piece **from = b->rank < a->rank ? &b : &a;

		*link = *from;
		*from = (*from)->next;
		link = &(*link)->next;
	}
	*link = a ? a : b;
	return head;
}

static struct piece *sort(struct piece *list, size_t count)
{
	struct piece *middle = list, *second;

	if (count < 2)
		return list;
	for (size_t i = 1; i < count / 2; i++)
		middle = middle->next;
	second = middle->next;
	middle->next = NULL;
	return merge(sort(list, count / 2), sort(second, count - count / 2));
}

static enum status on_close(void *context)
{
	struct conversion *conversion = context;
	struct piece *piece = conversion->open;

	TRY(settle_text(conversion));
	piece->first = sort(piece->first, piece->child_count);
	conversion->open = piece->parent;
	return STATUS_OK;
}

/* --- writing --------------------------------------------------------------------------------------------------------- */

static bool is_blank(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!strchr(" \t\r\n", text.data[i]))
			return false;
	return true;
}

/* The depth is bounded by the limit of the reading. */
static void write_piece(struct buffer *buffer, const struct piece *piece)
{
	struct text text = piece->first && is_blank(piece->text) ? TEXT_NONE : piece->text;

	buffer_byte(buffer, '<');
	buffer_append(buffer, piece->name);
	buffer_append(buffer, piece->attributes);
	if (!piece->first && !text.size) {
		buffer_string(buffer, "/>");
		return;
	}
	buffer_byte(buffer, '>');
	write_escaped(buffer, text, false);
	/* Line ends between children, but not where they would become part of the text. */
	if (!text.size)
		buffer_byte(buffer, '\n');
	for (const struct piece *child = piece->first; child; child = child->next) {
		write_piece(buffer, child);
		if (!text.size)
			buffer_byte(buffer, '\n');
	}
	buffer_string(buffer, "</");
	buffer_append(buffer, piece->name);
	buffer_byte(buffer, '>');
}

static enum status no_problems(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	(void)context, (void)consignment, (void)problems;
	return STATUS_OK;
}

static enum status convert(struct conversion *conversion, struct buffer *buffer)
{
	static const struct xml_raw raw = {on_open, on_text, on_close};
	const struct xml_handler handler = {.raw = &raw, .context = conversion};

	buffer_init(&conversion->text, conversion->run.options.limits.text);
	TRY(xml_walk_run(&conversion->run, &handler, &conversion->walk));
	buffer_string(buffer, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n");
	write_piece(buffer, conversion->root);
	buffer_byte(buffer, '\n');
	return buffer_status(buffer);
}

enum status sad_convert(struct source *source, const struct reader_options *options, struct buffer *buffer,
	struct refusal *ret_refusal)
{
	struct opened opened;
	AUTO(arena_release) struct arena *arena = NULL;
	struct conversion *conversion;
	enum status status = run_open(&opened, source, options, no_problems, NULL, ret_refusal);

	if (status == STATUS_OK && opened.run.reading->format != FORMAT_ASYCUDA_SAD)
		status = run_refuse(&opened.run, STATUS_UNSUPPORTED, 0,
			TR("Ce fichier n'est pas une déclaration de SYDONIA (racine ASYCUDA)."), TEXT_NONE,
			TR("Donnez une déclaration exportée en XML."));
	arena = status == STATUS_OK ? arena_new(opened.run.options.limits.memory) : NULL;
	conversion = arena ? ARENA_NEW(arena, struct conversion) : NULL;
	if (status == STATUS_OK && !conversion)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		conversion->run = opened.run;
		conversion->arena = arena;
		status = convert(conversion, buffer);
		buffer_release(&conversion->text);
	}
	run_close(&opened);
	return status;
}
