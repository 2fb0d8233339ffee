#ifndef VIGIE_WEB_MULTIPART_H
#define VIGIE_WEB_MULTIPART_H
/* multipart/form-data read as it arrives, in constant memory: the caller is told of parts and their bytes. */
#include "base/arena.h"

struct multipart_part {
	struct text name; /* of the field */
	struct text file_name; /* data NULL: not a file */
	struct text media_type; /* as claimed; may be missing */
};
struct multipart_events {
	enum status (*part)(void *context, const struct multipart_part *part);
	enum status (*bytes)(void *context, struct text bytes);
	enum status (*part_end)(void *context);
	void *context;
};

struct multipart;
/* From the Content-Type's value; all memory from the arena. At most `part_limit` parts, each with at most 4 kB of
 * headers. STATUS_MALFORMED: no usable boundary. */
enum status multipart_new(struct arena *arena, struct text content_type, size_t part_limit,
	const struct multipart_events *events, struct multipart **ret_multipart) MUST_CHECK;
/* The next bytes. STATUS_MALFORMED, STATUS_TOO_LARGE (parts or headers), or what an event returned. */
enum status multipart_feed(struct multipart *multipart, struct text bytes) MUST_CHECK;
/* After the last byte: STATUS_MALFORMED when the closing boundary has not come. */
enum status multipart_end(const struct multipart *multipart) MUST_CHECK;
/* The last part of a file's path as a browser gave it, cleaned of control characters; "fichier" if nothing is left. */
struct text file_name_clean(struct arena *arena, struct text name);

#endif
