/* The home page: figures first, then the sections of all modules, in order, for those who may see them. */
#include "modules/home/pages.h"

#include "domain/setting.h"
#include "web/server.h"

#include <string.h>

enum { FIGURES = 24, SECTIONS = 48 };

/* One label stands once: the first place that the person may go to. */
static bool is_told(const struct home_figure *const *rows, size_t count, const struct home_figure *row)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i]->label, row->label) == 0)
			return true;
	return false;
}

static enum status print_figures(struct request *rq, struct reader *db, struct html *p)
{
	const struct home_figure *rows[FIGURES];
	struct tile shown[FIGURES];
	size_t count = 0;

	for (const struct module *const *module = rq->application->modules; module && *module; module++)
		for (const struct home_figure *row = (*module)->home_figures; row && row->label; row++) {
			size_t place = count;

			if (count == FIGURES || !rq_may(rq, row->needs) || is_told(rows, count, row))
				continue;
			for (; place > 0 && rows[place - 1]->order > row->order; place--)
				rows[place] = rows[place - 1];
			rows[place] = row;
			count++;
		}
	for (size_t i = 0; i < count; i++) {
		int64_t value = 0;

		TRY(rows[i]->count(rq, db, &value));
		shown[i] = (struct tile){rows[i]->label, value ? rows[i]->kind : NULL, rows[i]->path, number_of(value), NULL};
	}
	tiles(p, shown, count);
	return STATUS_OK;
}

static enum status print_sections(struct request *rq, struct reader *db, struct html *p)
{
	const struct home_section *rows[SECTIONS];
	size_t count = 0;
	bool is_picture = false;

	for (const struct module *const *module = rq->application->modules; module && *module; module++)
		for (const struct home_section *row = (*module)->home_sections; row && row->print; row++) {
			size_t place = count;

			if (count == SECTIONS || !rq_may(rq, row->needs))
				continue;
			for (; place > 0 && rows[place - 1]->order > row->order; place--)
				rows[place] = rows[place - 1];
			rows[place] = row;
			count++;
		}
	for (size_t i = 0; i < count; i++) {
		/* From the hundredth on sections stand side by side where there is room. */
		if (!is_picture && rows[i]->order >= 100) {
			html(p, "<div class=\"columns\">");
			is_picture = true;
		}
		TRY(rows[i]->print(rq, db, p));
	}
	if (is_picture)
		html(p, "</div>");
	if (!count)
		notice(p, "info", TR("Votre compte n'a encore aucun droit ici : demandez-les à votre administrateur."));
	return STATUS_OK;
}

enum status home_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Accueil"))));
	int64_t today = clock_today();

	html(&page, "<p class=\"day\">%s %.*s</p>", weekday_words(rq->language, today),
		TEXT_FORMAT(date_words(rq->arena, rq->language, today, true)));
	TRY(print_figures(rq, db, &page));
	TRY(print_sections(rq, db, &page));
	page_end(&page);
	return STATUS_OK;
}
