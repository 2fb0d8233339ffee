#ifndef VIGIE_FORMATS_XML_WALK_H
#define VIGIE_FORMATS_XML_WALK_H
/* Walks over an XML message by a table of paths: one row per element that matters, all others are passed
 * over. Names are compared without regard to case or prefix, as the versions of one system disagree on both.
 * No document type, no entities of the file's own, no network; limits on depth, attributes, text and bytes. */
#include "formats/reading.h"

/* What to do with an element. */
enum xml_kind {
	XML_GROUP, /* begin() and end() are called */
	XML_TEXT, /* kept squeezed to one line; missing when empty or <null/> */
	XML_NUMBER, /* a number; thousands commas are accepted; a problem when it is none */
	XML_VALUE /* value() is called with the text, its lines kept */
};

struct xml_rule {
	const char *path; /* below the root, '/' between names, any case: "Property/Nbers/Total_number_of_items" */
	unsigned char kind;
	unsigned char base; /* whose struct: an index into the bases that the handler answers */
	unsigned short offset; /* of the struct text or int64_t, or the meaning of an XML_GROUP or XML_VALUE */
};

struct xml_walk;

/* Attributes as libxml2 gives them: five pointers each (name, prefix, address, value, end of value), and two
 * for each name space declared (prefix, address). */
struct xml_attributes {
	const unsigned char **rows, **spaces;
	int count, space_count;
};
/* For a reader that wants everything: all elements and all text as it stands. */
struct xml_raw {
	enum status (*open)(void *context, struct text name, const struct xml_attributes *attributes);
	enum status (*text)(void *context, struct text text);
	enum status (*close)(void *context);
};

struct xml_handler {
	const struct xml_raw *raw; /* not NULL: no rules are used, only `context` and this */
	const struct xml_rule *rules;
	size_t rule_count;
	void *context;
	/* The struct that a rule's offset counts from, NULL to pass the value over. */
	void *(*base)(void *context, int base);
	struct arena *(*arena)(void *context);
	struct problem_list *(*problems)(void *context);
	/* What stands for the first name in a place ("Item 3"); missing: the name itself. */
	struct text (*group)(void *context);
	enum status (*begin)(void *context, const struct xml_rule *rule);
	enum status (*end)(void *context, const struct xml_rule *rule);
	enum status (*value)(void *context, const struct xml_rule *rule, struct text text);
};

/* Runs over the file. The walk is handed to the handler's context before anything is called. */
enum status xml_walk_run(struct run *run, const struct xml_handler *handler, struct xml_walk **walk) MUST_CHECK;

int64_t xml_walk_line(const struct xml_walk *walk);
/* "ligne 12, Item 3/Packages/Number_of_packages": the element that is open. In the handler's arena. */
struct text xml_walk_place(const struct xml_walk *walk);
/* Refuses the file at the present line. */
enum status xml_walk_refuse(struct xml_walk *walk, enum status status, const char *message, struct text value,
	const char *mend) MUST_CHECK;

#endif
