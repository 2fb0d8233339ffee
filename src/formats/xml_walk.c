/* libxml2's SAX2 parser over a source, led by a tree made from the table of paths. */
#include "formats/xml_walk.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <string.h>

/* One name of a path. Children are a list in the order of the table; `expected` is the child after the last
 * one met, as messages keep an order. */
struct node {
	struct text name;
	const xmlChar *seen; /* the parser's own copy of the name as last met: equal pointers, equal names */
	const struct xml_rule *rule; /* NULL for a name that only leads further */
	struct node *children, *sibling, *expected;
};

enum { TAG_LIMIT = 1 << 16 }; /* bytes between '<' and '>': keeps the parser's check of attributes short */

struct xml_walk {
	struct run *run;
	const struct xml_handler *handler;
	xmlParserCtxtPtr parser;
	struct arena *arena; /* tree and stack */
	struct node *root;
	struct node **nodes; /* open elements, NULL where passed over */
	const xmlChar **names;
	size_t depth;
	struct buffer text;
	enum status status;
	int64_t bytes;
	size_t tag; /* bytes since the '<' of an open tag */
	bool in_tag;
	int error_code;
	int64_t error_line;
};

/* --- the tree of paths ----------------------------------------------------------------------------------- */

static struct node *node_child(struct arena *arena, struct node *parent, struct text name)
{
	struct node **link = &parent->children;

	for (; *link; link = &(*link)->sibling)
		if (text_equal_ignoring_case((*link)->name, name))
			return *link;
	*link = ARENA_NEW(arena, struct node);
	if (*link)
		(*link)->name = name;
	return *link;
}

static enum status tree_build(struct xml_walk *walk)
{
	walk->root = ARENA_NEW(walk->arena, struct node);
	if (!walk->root)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < walk->handler->rule_count; i++) {
		struct text rest = text_of(walk->handler->rules[i].path);
		struct node *node = walk->root;

		while (rest.data) {
			node = node_child(walk->arena, node, text_cut(&rest, '/'));
			if (!node)
				return STATUS_NO_MEMORY;
		}
		node->rule = &walk->handler->rules[i];
	}
	return STATUS_OK;
}

static struct node *node_meet(struct node *parent, struct node *child, const xmlChar *name)
{
	child->seen = name;
	parent->expected = child->sibling;
	return child;
}

static struct node *node_find(struct node *parent, const xmlChar *name)
{
	struct node *expected = parent->expected;
	struct text text;

	if (expected && expected->seen == name)
		return node_meet(parent, expected, name);
	for (struct node *child = parent->children; child; child = child->sibling)
		if (child->seen == name)
			return node_meet(parent, child, name);
	text = text_of((const char *)name);
	for (struct node *child = parent->children; child; child = child->sibling)
		if (child->name.size == text.size && text_equal_ignoring_case(child->name, text))
			return node_meet(parent, child, name);
	return NULL;
}

/* --- places and refusals --------------------------------------------------------------------------------- */

int64_t xml_walk_line(const struct xml_walk *walk)
{
	return walk->parser && walk->parser->input ? walk->parser->input->line : 0;
}

struct text xml_walk_place(const struct xml_walk *walk)
{
	AUTO(buffer_release) struct buffer buffer;
	const struct xml_handler *handler = walk->handler;
	struct text group = handler->group(handler->context);

	buffer_init(&buffer, 512);
	buffer_format(&buffer, "ligne %lld", (long long)xml_walk_line(walk));
	for (size_t i = 1; i < walk->depth; i++) {
		buffer_string(&buffer, i == 1 ? ", " : "/");
		if (i == 1 && group.data)
			buffer_append(&buffer, group);
		else
			buffer_append(&buffer, text_slice(text_of((const char *)walk->names[i]), 0, 60));
	}
	return buffer.size ? arena_text(handler->arena(handler->context), buffer_text(&buffer)) : TEXT_NONE;
}

enum status xml_walk_refuse(struct xml_walk *walk, enum status status, const char *message, struct text value,
	const char *mend)
{
	return run_refuse(walk->run, status, xml_walk_line(walk), message, value, mend);
}

static void stop(struct xml_walk *walk, enum status status)
{
	if (status == STATUS_OK || walk->status != STATUS_OK)
		return;
	walk->status = status;
	xmlStopParser(walk->parser);
}

/* --- values ------------------------------------------------------------------------------------------------ */

/* A comma is a thousands separator when three digits follow it, else the decimal sign. */
static enum status number_from(struct text text, int64_t *ret_number)
{
	size_t comma = text_find(text, TEXT(","));

	if (number_read(text, ret_number) == STATUS_OK)
		return STATUS_OK;
	if (comma == text.size)
		return STATUS_INVALID;
	if (value_is_digits(text_slice(text, comma + 1, comma + 4)) && comma + 3 < text.size)
		return number_parse(text, '.', ',', ret_number);
	return number_parse(text, ',', 0, ret_number);
}

static void store_number(struct xml_walk *walk, int64_t *number, struct text text)
{
	const struct xml_handler *handler = walk->handler;

	if (!text.size || number_from(text, number) == STATUS_OK)
		return;
	problem_add(handler->problems(handler->context), PROBLEM_WARNING,
		xml_walk_place(walk),
		(struct message){TR("« %1 » n'est pas un nombre ; cette valeur est laissée de côté."),
			{text_slice(text, 0, 60)}});
}

static enum status store(struct xml_walk *walk, const struct xml_rule *rule)
{
	const struct xml_handler *handler = walk->handler;
	char *base;

	if (rule->kind == XML_VALUE) {
		walk->text.size = value_squeeze_lines(walk->text.data, walk->text.size);
		return walk->text.size ? handler->value(handler->context, rule, buffer_text(&walk->text)) : STATUS_OK;
	}
	base = handler->base(handler->context, rule->base);
	walk->text.size = value_squeeze(walk->text.data, walk->text.size);
	if (!base || !walk->text.size)
		return STATUS_OK;
	if (rule->kind == XML_TEXT)
		return value_keep(handler->arena(handler->context), buffer_text(&walk->text),
			(struct text *)(void *)(base + rule->offset));
	store_number(walk, (int64_t *)(void *)(base + rule->offset), buffer_text(&walk->text));
	return STATUS_OK;
}

/* --- the parser's calls ------------------------------------------------------------------------------------ */

static enum status open_element(struct xml_walk *walk, const xmlChar *name, int attributes)
{
	const struct xml_handler *handler = walk->handler;
	struct node *parent = walk->depth ? walk->nodes[walk->depth - 1] : NULL;
	struct node *node = walk->depth ? (parent ? node_find(parent, name) : NULL) : walk->root;

	if (walk->depth >= walk->run->options.limits.depth)
		return xml_walk_refuse(walk, STATUS_TOO_LARGE, TR("Les éléments sont emboîtés trop profondément."),
			TEXT_NONE, TR("Demandez à l'expéditeur un fichier SYDONIA intact."));
	if ((size_t)attributes > walk->run->options.limits.attributes)
		return xml_walk_refuse(walk, STATUS_TOO_LARGE, TR("L'élément « %1 » porte trop d'attributs."),
			text_of((const char *)name), TR("Demandez à l'expéditeur un fichier SYDONIA intact."));
	walk->names[walk->depth] = name;
	walk->nodes[walk->depth++] = node;
	if (!node)
		return STATUS_OK;
	node->expected = node->children;
	if (!node->rule)
		return STATUS_OK;
	if (node->rule->kind == XML_GROUP)
		return handler->begin(handler->context, node->rule);
	buffer_clear(&walk->text);
	return STATUS_OK;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int space_count,
	const xmlChar **spaces, int attribute_count, int defaulted, const xmlChar **attributes)
{
	struct xml_walk *walk = context;
	const struct xml_attributes all = {attributes, spaces, attribute_count, space_count};

	(void)prefix, (void)space, (void)defaulted;
	if (walk->status != STATUS_OK)
		return;
	stop(walk, open_element(walk, name, attribute_count + space_count));
	if (walk->status == STATUS_OK && walk->handler->raw)
		stop(walk, walk->handler->raw->open(walk->handler->context, text_of((const char *)name), &all));
}

static enum status close_element(struct xml_walk *walk)
{
	const struct xml_handler *handler = walk->handler;
	struct node *node = walk->nodes[walk->depth - 1];
	enum status status = STATUS_OK;

	if (node && node->rule)
		status = node->rule->kind == XML_GROUP ? handler->end(handler->context, node->rule)
						       : store(walk, node->rule);
	walk->depth--;
	return status;
}

enum { CONSUMED_LIMIT = 1 << 16 };

/* The parser forgets what it has read only when it happens to be near the end of its buffer; with pieces that
 * end in step with the elements that never comes, and it gives up after ten million bytes. */
static void forget_consumed(struct xml_walk *walk)
{
	xmlParserInputPtr input = walk->parser->input;

	if (input && input->cur - input->base > CONSUMED_LIMIT)
		xmlParserInputShrink(input);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct xml_walk *walk = context;

	(void)name, (void)prefix, (void)space;
	if (walk->status != STATUS_OK || !walk->depth)
		return;
	stop(walk, close_element(walk));
	if (walk->status == STATUS_OK && walk->handler->raw)
		stop(walk, walk->handler->raw->close(walk->handler->context));
	if (walk->status == STATUS_OK)
		forget_consumed(walk);
}

static void on_text(void *context, const xmlChar *bytes, int size)
{
	struct xml_walk *walk = context;
	const struct node *node;

	if (walk->status != STATUS_OK || !walk->depth)
		return;
	if (walk->handler->raw) {
		stop(walk, walk->handler->raw->text(walk->handler->context,
				   (struct text){(const char *)bytes, (size_t)size}));
		return;
	}
	node = walk->nodes[walk->depth - 1];
	if (!node || !node->rule || node->rule->kind == XML_GROUP)
		return;
	buffer_append(&walk->text, (struct text){(const char *)bytes, (size_t)size});
	if (walk->text.status == STATUS_TOO_LARGE)
		stop(walk, xml_walk_refuse(walk, STATUS_TOO_LARGE, TR("La valeur de « %1 » est trop longue."),
				   text_of((const char *)walk->names[walk->depth - 1]),
				   TR("Demandez à l'expéditeur un fichier SYDONIA intact.")));
	else if (walk->text.status != STATUS_OK)
		stop(walk, walk->text.status);
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	struct xml_walk *walk = context;

	(void)name, (void)external, (void)system;
	stop(walk, xml_walk_refuse(walk, STATUS_INVALID,
			   TR("Le fichier contient une déclaration de type de document (DOCTYPE), qui n'est pas admise."),
			   TEXT_NONE, TR("Retirez la ligne « <!DOCTYPE … > » ou demandez un fichier SYDONIA intact.")));
}

static void on_error(void *context, xmlErrorPtr error)
{
	struct xml_walk *walk = context;

	if (error->level != XML_ERR_FATAL || walk->error_code)
		return;
	walk->error_code = error->code;
	walk->error_line = error->line > 0 ? error->line : xml_walk_line(walk);
}

static void ignore_error(void *context, xmlErrorPtr error)
{
	(void)context, (void)error;
}

/* --- reading ------------------------------------------------------------------------------------------------- */

/* Follows '<' and '>' so that one tag cannot be as long as the file. Comments, CDATA and instructions are
 * measured by the parser itself. */
static bool tags_are_short(struct xml_walk *walk, const char *bytes, size_t size)
{
	const char *end = bytes + size;

	while (bytes < end) {
		const char *found = memchr(bytes, walk->in_tag ? '>' : '<', (size_t)(end - bytes));

		if (walk->in_tag) {
			walk->tag += (size_t)((found ? found : end) - bytes);
			if (walk->tag > TAG_LIMIT)
				return false;
		}
		if (!found)
			return true;
		bytes = found + 1;
		walk->tag = 0;
		walk->in_tag = !walk->in_tag && !(bytes < end && (*bytes == '!' || *bytes == '?'));
	}
	return true;
}

static int on_read(void *context, char *bytes, int size)
{
	struct xml_walk *walk = context;
	struct source *source = walk->run->source;
	size_t got = 0;
	enum status status;

	if (walk->status != STATUS_OK)
		return -1;
	status = source->read(source->context, bytes, (size_t)size, &got);
	walk->bytes += (int64_t)got;
	if (status == STATUS_OK && walk->bytes > walk->run->options.limits.bytes)
		status = xml_walk_refuse(walk, STATUS_TOO_LARGE, TR("Le fichier est trop gros."), TEXT_NONE,
			TR("Coupez-le en plusieurs fichiers ou relevez la limite dans les paramètres."));
	else if (status == STATUS_OK && !tags_are_short(walk, bytes, got))
		status = xml_walk_refuse(walk, STATUS_TOO_LARGE, TR("Une balise est trop longue."), TEXT_NONE,
			TR("Demandez à l'expéditeur un fichier SYDONIA intact."));
	if (status != STATUS_OK) {
		walk->status = status;
		return -1;
	}
	return (int)got;
}

static const struct {
	int code;
	const char *message;
} error_texts[] = {
	{XML_ERR_TAG_NAME_MISMATCH, TR("Une balise fermante ne répond pas à celle qui est ouverte.")},
	{XML_ERR_TAG_NOT_FINISHED, TR("Le fichier est coupé avant la fin.")},
	{XML_ERR_LTSLASH_REQUIRED, TR("Le fichier est coupé avant la fin.")},
	{XML_ERR_DOCUMENT_END, TR("Le fichier est coupé avant la fin ou contient du texte après la fin.")},
	{XML_ERR_DOCUMENT_EMPTY, TR("Le fichier est vide.")},
	{XML_ERR_INVALID_CHAR, TR("Un caractère n'est pas admis en XML.")},
	{XML_ERR_INVALID_ENCODING, TR("Des octets ne sont pas du texte dans l'encodage annoncé.")},
	{XML_ERR_UNSUPPORTED_ENCODING, TR("L'encodage annoncé est inconnu.")},
	{XML_ERR_UNDECLARED_ENTITY, TR("Une entité (&…;) n'est pas définie.")},
	{XML_WAR_UNDECLARED_ENTITY, TR("Une entité (&…;) n'est pas définie.")},
};

static enum status refuse_malformed(struct xml_walk *walk)
{
	const char *message = TR("Le fichier n'est pas un XML bien formé.");

	for (size_t i = 0; i < sizeof error_texts / sizeof *error_texts; i++)
		if (error_texts[i].code == walk->error_code)
			message = error_texts[i].message;
	return run_refuse(walk->run, STATUS_INVALID, walk->error_line, message, TEXT_NONE,
		TR("Exportez de nouveau le fichier depuis SYDONIA, ou corrigez-le à cette ligne."));
}

static enum status parse(struct xml_walk *walk)
{
	xmlSAXHandler calls = {.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.ignorableWhitespace = on_text,
		.internalSubset = on_document_type,
		.serror = on_error};
	xmlStructuredErrorFunc old_error = xmlStructuredError;
	void *old_context = xmlStructuredErrorContext;
	bool well_formed;

	xmlInitParser();
	walk->parser = xmlCreateIOParserCtxt(&calls, walk, on_read, NULL, walk, XML_CHAR_ENCODING_NONE);
	if (!walk->parser)
		return STATUS_NO_MEMORY;
	xmlCtxtUseOptions(walk->parser, XML_PARSE_NONET);
	/* Errors of decoders and streams do not go through the parser: keep them off standard error too. */
	xmlSetStructuredErrorFunc(NULL, ignore_error);
	(void)xmlParseDocument(walk->parser);
	xmlSetStructuredErrorFunc(old_context, old_error);
	well_formed = walk->parser->wellFormed;
	if (walk->error_code == XML_ERR_NO_MEMORY && walk->status == STATUS_OK)
		walk->status = STATUS_NO_MEMORY;
	if (walk->parser->myDoc)
		xmlFreeDoc(walk->parser->myDoc);
	xmlFreeParserCtxt(walk->parser);
	walk->parser = NULL;
	TRY(walk->status);
	return well_formed ? STATUS_OK : refuse_malformed(walk);
}

static enum status prepare(struct xml_walk *walk)
{
	size_t depth = walk->run->options.limits.depth;

	TRY(tree_build(walk));
	walk->nodes = ARENA_ARRAY(walk->arena, depth, struct node *);
	walk->names = ARENA_ARRAY(walk->arena, depth, const xmlChar *);
	return walk->nodes && walk->names ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status xml_walk_run(struct run *run, const struct xml_handler *handler, struct xml_walk **walk)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct xml_walk *made = arena ? ARENA_NEW(arena, struct xml_walk) : NULL;
	enum status status;

	if (!made)
		return STATUS_NO_MEMORY;
	*made = (struct xml_walk){.run = run, .handler = handler, .arena = arena};
	buffer_init(&made->text, run->options.limits.text);
	*walk = made;
	status = prepare(made);
	if (status == STATUS_OK)
		status = parse(made);
	buffer_release(&made->text);
	*walk = NULL;
	return status;
}
