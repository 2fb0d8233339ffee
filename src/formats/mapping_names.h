#ifndef VIGIE_FORMATS_MAPPING_NAMES_H
#define VIGIE_FORMATS_MAPPING_NAMES_H
/* What columns of extracts are called in French, English, Portuguese and Spanish. */

struct mapping_name {
	const char *fact; /* "item.hs" */
	const char *names; /* folded (utf8_fold), ';' between them */
};

extern const struct mapping_name mapping_names[];
extern const unsigned mapping_name_count;

#endif
