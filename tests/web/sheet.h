#ifndef VIGIE_TESTS_SHEET_H
#define VIGIE_TESTS_SHEET_H
/* What a spreadsheet (XLSX) holds, for tests. */
#include "base/buffer.h"

/* Its parts, unpacked one behind the other. False: it is none. */
bool sheet_read(struct text zip, struct buffer *out);

#endif
