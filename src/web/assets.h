#ifndef VIGIE_WEB_ASSETS_H
#define VIGIE_WEB_ASSETS_H
/* Style, script and pictures in the program, at addresses that hold their hash and so never change. */
#include "base/text.h"

struct asset {
	const char *name; /* "vigie.css" */
	char url[64]; /* "/assets/vigie.0123456789ab.css" */
	const char *type;
	struct text bytes;
	struct text packed; /* gzip; missing when it would not be shorter */
};
/* The address of an asset; "" when there is none of that name. */
const char *asset_url(const char *name);
const struct asset *asset_find(struct text url);
/* The pixels of a picture among the assets (PNG); false, and nothing set, when it is none. */
bool asset_picture_size(const char *name, int *ret_width, int *ret_height);

/* gzip of the bytes in memory of its own (memory_free() it), or TEXT_NONE when it is not shorter. */
struct text gzip_pack(struct text bytes, int level);

#endif
