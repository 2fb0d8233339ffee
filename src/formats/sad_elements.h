#ifndef VIGIE_FORMATS_SAD_ELEMENTS_H
#define VIGIE_FORMATS_SAD_ELEMENTS_H
/* The tree of a SAD XML's elements, in the order of a file. */
#include <stddef.h>

struct sad_element {
	int depth; /* 0: the root */
	const char *name; /* as SYDONIA spells it */
	const char *alias; /* how others correct it; NULL mostly */
};

extern const struct sad_element sad_elements[];
extern const size_t sad_element_count;

#endif
