#ifndef VIGIE_DEMO_NAMES_H
#define VIGIE_DEMO_NAMES_H
/* Names put together from syllables. None holds the name of a known brand or a common family name. */
#include "base/arena.h"
#include "demo/draw.h"

enum { NAME_WORD = 40 };

/* A word of three or four syllables in capitals, ended by NUL. */
void name_word(struct draw *draw, char ret_word[NAME_WORD]);
/* "ETS ZOVUMBA & FILS", "NDAVUKI NEGOCE SARL"… */
struct text name_importer(struct draw *draw, struct arena *arena);
struct text name_supplier(struct draw *draw, struct arena *arena);
struct text name_broker(struct draw *draw, struct arena *arena);
struct text name_vessel(struct draw *draw, struct arena *arena);
/* True when the text holds a name of the list of those to keep away from. */
bool name_is_known(struct text text);

#endif
