/* A QR code as SVG: one path, so that it stays small and prints sharp. */
#include "web/page.h"

#include <qrencode.h>

enum { QUIET = 4 }; /* the empty border that readers need, in modules */

bool qr_code(struct html *p, struct text text, const char *label_id)
{
	struct arena *arena = p->rq ? p->rq->arena : NULL;
	const char *string = arena && text.size < 1000 ? arena_string(arena, text) : NULL;
	QRcode *code = string ? QRcode_encodeString8bit(string, 0, QR_ECLEVEL_M) : NULL;
	int side;

	if (!code)
		return false;
	side = code->width + 2 * QUIET;
	html(p, "<svg class=\"qr\" viewBox=\"0 0 %d %d\" width=\"180\" height=\"180\" role=\"img\" shape-rendering=\"crispEdges\" "
		"aria-label=\"", side, side);
	html_tr(p, label_id);
	html(p, "\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"", side, side);
	for (int y = 0; y < code->width; y++) {
		for (int x = 0; x < code->width;) {
			int run = 0;

			while (x + run < code->width && code->data[y * code->width + x + run] & 1)
				run++;
			if (run)
				html(p, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
			x += run ? run : 1;
		}
	}
	html(p, "\"/></svg>");
	QRcode_free(code);
	return true;
}
