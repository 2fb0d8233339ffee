#ifndef VIGIE_FORMATS_SAD_WRITER_H
#define VIGIE_FORMATS_SAD_WRITER_H
/* Any dialect of SAD XML becomes one that SYDONIA can import: `vigie convert`. */
#include "formats/reader.h"

/* Reads a SAD XML (root ASYCUDA) of any country and version and writes it with SYDONIA's own spelling of names
 * and its order of elements, in UTF-8. Nothing is lost: every element, attribute and text is written, also
 * those not known here, which stay behind the element they followed; a declaration without items passes too.
 * Only comments, processing instructions and the blanks between elements are not kept. Limits are those of
 * `options` (may be NULL). Failures as formats_read(). */
enum status sad_convert(struct source *source, const struct reader_options *options, struct buffer *buffer,
	struct refusal *ret_refusal) MUST_CHECK;

#endif
