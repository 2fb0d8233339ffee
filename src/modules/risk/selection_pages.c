/* How lanes are shared out, per office and regime: the rows in force, and a form for a new one. */
#include "base/number.h"
#include "modules/risk/pages.h"
#include "modules/risk/risk_store.h"
#include "web/page.h"
#include "web/query.h"
#include "web/session.h"

#include <string.h>

/* One field of the form and the number it fills. Shares are typed in per cent. */
struct share_field {
	const char *name;
	const char *label;
	const char *help;
	bool is_share;
	int64_t initial; /* micro for shares, plain otherwise */
};
static const struct share_field fields[] = {
	{"attendu_rouge", TR("Taux attendu, rouge (%)"),
		TR("Part des envois à mener en rouge. Ce que les critères ne demandent pas est complété par le tirage."), true,
		100000},
	{"attendu_jaune", TR("Taux attendu, jaune (%)"), TR("De même pour le contrôle sur pièces."), true, 150000},
	{"attendu_bleu", TR("Taux attendu, bleu (%)"), TR("De même pour le contrôle après mainlevée."), true, 100000},
	{"hasard_rouge", TR("Part minimale au hasard, rouge (%)"),
		TR("Tirée au sort quels que soient les critères : elle dit ce que les critères laissent passer."), true, 10000},
	{"hasard_jaune", TR("Part minimale au hasard, jaune (%)"), TR("De même pour le jaune."), true, 10000},
	{"hasard_bleu", TR("Part minimale au hasard, bleu (%)"), TR("De même pour le bleu."), true, 10000},
	{"score_rouge", TR("Score à partir duquel le modèle demande le rouge (%, vide : jamais)"),
		TR("Plus il est bas, plus le modèle décide ; regardez d'abord sa précision."), true, 700000},
	{"score_jaune", TR("Score à partir duquel le modèle demande le jaune (%, vide : jamais)"),
		TR("Plus bas que celui du rouge."), true, 400000},
	{"score_bleu", TR("Score à partir duquel le modèle demande le bleu (%, vide : jamais)"),
		TR("Plus bas que celui du jaune."), true, 250000},
	{"coups", TR("Critères remplis sans sélection avant d'en imposer une (0 : jamais)"),
		TR("Pour les profils dont la part est sous 100 % : personne ne doit pouvoir compter sur sa chance."), false, 50},
	{"delai_vert", TR("Délai avant la mainlevée du vert (minutes)"),
		TR("Le temps de voir arriver un renseignement. 0 : mainlevée tout de suite."), false, 0},
	{"jaune_bleu", TR("Jours après lesquels le jaune devient bleu (0 : jamais)"),
		TR("Un dossier que personne n'a regardé à temps part, et reste à contrôler après la mainlevée."), false, 0},
};
enum { FIELDS = sizeof fields / sizeof *fields, REHEARSED = 10 /* those before the delays */, HISTORY_ROWS = 100 };

struct entry {
	struct text office, regime, typed[FIELDS];
	int64_t values[FIELDS];
	struct form_problem problems[FIELDS];
	size_t problem_count;
	const char *refusal; /* it must be rehearsed first; NULL */
};

static bool is_score(size_t i)
{
	return strncmp(fields[i].name, "score", 5) == 0;
}

static void read_field(struct request *rq, struct entry *entry, size_t i)
{
	struct text typed = rq_input(rq, fields[i].name);
	int64_t number = NUMBER_NONE;
	bool fine;

	entry->typed[i] = typed;
	if (!typed.size && is_score(i)) {
		entry->values[i] = NUMBER_NONE;
		return;
	}
	fine = number_parse(typed, text_find(typed, TEXT(",")) < typed.size ? ',' : '.', '\0', &number) == STATUS_OK &&
		number >= 0;
	if (fields[i].is_share) {
		fine = fine && number <= 100 * NUMBER_ONE;
		entry->values[i] = fine ? number / 100 : 0;
	} else {
		fine = fine && number % NUMBER_ONE == 0 && number <= 1000000 * NUMBER_ONE;
		entry->values[i] = fine ? number / NUMBER_ONE : 0;
	}
	if (!fine)
		entry->problems[entry->problem_count++] = (struct form_problem){fields[i].name,
			{.id = fields[i].is_share ? TR("Écrivez un pourcentage entre 0 et 100.")
						  : TR("Écrivez un nombre entier, 0 ou plus.")}};
}

/* The numbers of a row in the order of the fields. */
static void values_of(const struct selection_row *row, int64_t ret_values[FIELDS])
{
	const struct selection *s = &row->selection;
	const int64_t values[FIELDS] = {s->expected[LANE_RED], s->expected[LANE_YELLOW], s->expected[LANE_BLUE],
		s->random[LANE_RED], s->random[LANE_YELLOW], s->random[LANE_BLUE], s->score_red, s->score_yellow, s->score_blue,
		s->hits_without_selection, row->green_delay_minutes, row->yellow_to_blue_days};

	memcpy(ret_values, values, sizeof values);
}

/* The rates as the page of rehearsals takes them: of this scope alone. */
static const char *rehearsal_address(struct request *rq, const struct entry *entry)
{
	AUTO(buffer_release) struct buffer tried = {0}, address = {0};

	buffer_init(&tried, 2000);
	buffer_init(&address, 6000);
	buffer_format(&tried, "bureau=%.*s regime=%.*s", TEXT_FORMAT(entry->office), TEXT_FORMAT(entry->regime));
	for (size_t i = 0; i < REHEARSED; i++) {
		buffer_format(&tried, " %s=", fields[i].name);
		if (entry->values[i] != NUMBER_NONE)
			number_print(&tried, fields[i].is_share ? entry->values[i] * 100 : number_of(entry->values[i]));
	}
	buffer_string(&address, "/repetitions?circuits=");
	percent_encode(&address, buffer_text(&tried), false);
	return buffer_status(&address) == STATUS_OK && buffer_status(&tried) == STATUS_OK
		? arena_text(rq->arena, buffer_text(&address)).data
		: NULL;
}

static void print_form(struct request *rq, struct html *p, const struct entry *entry)
{
	const char *address = entry->refusal ? rehearsal_address(rq, entry) : NULL;
	struct form form;

	section_begin(p, TR("Fixer des taux"));
	if (entry->refusal) {
		notice(p, "warning", entry->refusal);
		html(p, "<p>");
		link_to(p, address ? address : "/repetitions", text_of(tr(rq->language, TR("Répéter ce réglage sur le passé"))));
		html(p, "</p>");
	}
	form = form_begin(p, "/selection", entry->problems, entry->problem_count);
	form_field(&form, &(struct field){.name = "bureau", .label = TR("Bureau"), .help = TR("Vide : tous les bureaux."),
		.value = entry->office, .limit = 20});
	form_field(&form, &(struct field){.name = "regime", .label = TR("Type et régime"),
		.help = TR("Par exemple IM4. Vide : tous les régimes."), .value = entry->regime, .limit = 12});
	for (size_t i = 0; i < FIELDS; i++)
		form_field(&form, &(struct field){.name = fields[i].name, .label = fields[i].label, .help = fields[i].help,
			.value = entry->typed[i], .limit = 12});
	form_end(&form, TR("Mettre ces taux en vigueur"));
	section_end(p);
}

static void share_cell(struct html *p, int64_t share)
{
	table_cell_begin(p);
	if (share != NUMBER_NONE) {
		html_number(p, share * 100, 1);
		html(p, " %%");
	}
	table_cell_end(p);
}

static void print_selection(struct html *p, const struct selection_row *row)
{
	table_row_begin(p);
	table_cell(p, row->office.size ? row->office : text_of(tr(p->language, TR("tous"))));
	table_cell(p, row->regime.size ? row->regime : text_of(tr(p->language, TR("tous"))));
	for (int lane = LANE_RED; lane >= LANE_BLUE; lane--)
		share_cell(p, row->selection.expected[lane]);
	for (int lane = LANE_RED; lane >= LANE_BLUE; lane--)
		share_cell(p, row->selection.random[lane]);
	share_cell(p, row->selection.score_red);
	table_cell_number(p, number_of(row->selection.hits_without_selection), 0);
	table_cell_number(p, number_of(row->green_delay_minutes), 0);
	table_cell_number(p, number_of(row->yellow_to_blue_days), 0);
	table_row_end(p);
}

/* ---- who changed what, when */

static void print_number(struct html *p, size_t field, int64_t value)
{
	if (value == NUMBER_NONE)
		html_tr(p, TR("jamais"));
	else if (fields[field].is_share)
		html_number(p, number_multiply(value, number_of(100)), 2);
	else
		html(p, "%lld", (long long)value);
}

/* Against the row of the same office and regime that it took the place of. */
static void print_difference(struct html *p, const struct selection_row *before, const struct selection_row *after)
{
	int64_t old[FIELDS], new[FIELDS];
	size_t count = 0;

	if (!before) {
		html_tr(p, TR("Premiers taux de ce bureau et de ce régime"));
		return;
	}
	values_of(before, old);
	values_of(after, new);
	html(p, "<ul class=\"changes\">");
	for (size_t i = 0; i < FIELDS; i++) {
		if (old[i] == new[i])
			continue;
		count++;
		html(p, "<li>%s : ", tr(p->language, fields[i].label));
		print_number(p, i, old[i]);
		html(p, " → <strong>");
		print_number(p, i, new[i]);
		html(p, "</strong></li>");
	}
	if (!count)
		html(p, "<li>%s</li>", tr(p->language, TR("Les mêmes taux, confirmés")));
	html(p, "</ul>");
}

static const struct selection_row *row_before(const struct selection_row *rows, size_t i)
{
	for (size_t j = i; j-- > 0;)
		if (text_equal(rows[j].office, rows[i].office) && text_equal(rows[j].regime, rows[i].regime))
			return &rows[j];
	return NULL;
}

static void print_change(struct html *p, const struct selection_row *rows, size_t i)
{
	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, rows[i].created_at);
	table_cell_end(p);
	table_cell(p, rows[i].author.data ? rows[i].author : TEXT("Vigie"));
	table_cell(p, rows[i].office.size ? rows[i].office : text_of(tr(p->language, TR("tous"))));
	table_cell(p, rows[i].regime.size ? rows[i].regime : text_of(tr(p->language, TR("tous"))));
	table_cell_begin(p);
	print_difference(p, row_before(rows, i), &rows[i]);
	table_cell_end(p);
	table_row_end(p);
}

static void print_history(struct html *p, const struct selection_row *rows, size_t count)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Qui"), "text"}, {TR("Bureau"), "text"},
		{TR("Régime"), "text"}, {TR("Ce qui a changé"), "text"}, {NULL, NULL}};

	section_begin(p, TR("Historique"));
	table_begin(p, TR("Historique"), columns);
	for (size_t i = count; i-- > 0 && count - i <= HISTORY_ROWS;)
		print_change(p, rows, i);
	table_end(p);
	section_end(p);
}

static void print_help(struct html *p)
{
	static const char *const steps[] = {
		TR("Les critères d'abord : profils, contrôles de cohérence et score du modèle demandent chacun un circuit."),
		TR("Puis le hasard : une part tirée au sort, que personne ne peut prévoir ni choisir."),
		TR("Puis le complément : le tirage ajoute ce qui manque pour atteindre le taux attendu."),
	};

	html(p, "<details class=\"explain\"><summary>%s</summary><ol>",
		tr(p->language, TR("Comment ces taux choisissent les envois")));
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		html(p, "<li>%s</li>", tr(p->language, steps[i]));
	html(p, "</ol><p>%s</p></details>", tr(p->language, TR("Le circuit le plus sévère l'emporte. La ligne la plus précise compte : "
		"bureau et régime, puis bureau, puis régime, puis tous. Un changement vaut dès la décision suivante et ne touche "
		"aucune décision passée.")));
}

static enum status print_all(struct request *rq, struct reader *db, struct html *p, const struct entry *entry)
{
	static const struct table_column columns[] = {{TR("Bureau"), "text"}, {TR("Régime"), "text"},
		{TR("Attendu rouge"), "number"}, {TR("Attendu jaune"), "number"}, {TR("Attendu bleu"), "number"},
		{TR("Hasard rouge"), "number"}, {TR("Hasard jaune"), "number"}, {TR("Hasard bleu"), "number"},
		{TR("Score rouge"), "number"}, {TR("Coups sans sélection"), "number"},
		{TR("Délai du vert (min)"), "number"}, {TR("Jaune en bleu (jours)"), "number"}, {NULL, NULL}};
	struct selection_row *rows;
	size_t count;

	TRY(selections_read(db, rq->arena, &rows, &count));
	print_help(p);
	table_begin(p, TR("Taux en vigueur"), columns);
	for (size_t i = 0; i < count; i++)
		if (selection_for(rows, count, rows[i].office, rows[i].regime) == &rows[i])
			print_selection(p, &rows[i]);
	table_end(p);
	if (rq_may(rq, RISK_MANAGE))
		print_form(rq, p, entry);
	print_history(p, rows, count);
	return STATUS_OK;
}

static void fill_initial(struct request *rq, struct entry *entry)
{
	for (size_t i = 0; i < FIELDS; i++) {
		AUTO(buffer_release) struct buffer text;

		buffer_init(&text, 64);
		number_print(&text, fields[i].is_share ? fields[i].initial * 100 : number_of(fields[i].initial));
		entry->typed[i] = arena_text(rq->arena, buffer_text(&text));
	}
}

enum status selection_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Taux de sélection"))));
	struct entry entry = {.problem_count = 0};

	fill_initial(rq, &entry);
	TRY(print_all(rq, db, &page, &entry));
	page_end(&page);
	return STATUS_OK;
}

static enum status show_again(struct request *rq, struct reader *db, const struct entry *entry)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Taux de sélection"))));

	TRY(print_all(rq, db, &page, entry));
	page_end(&page);
	return STATUS_INVALID;
}

enum status selection_action(struct request *rq, struct writer *db)
{
	struct entry entry = {.office = rq_input(rq, "bureau"), .regime = rq_input(rq, "regime"), .refusal = NULL};
	struct selection_row row;
	const int64_t *v = entry.values;
	struct message refusal = {.id = NULL};
	int64_t id;

	for (size_t i = 0; i < FIELDS; i++)
		read_field(rq, &entry, i);
	if (entry.problem_count)
		return show_again(rq, writer_reader(db), &entry);
	row = (struct selection_row){.office = entry.office.data ? entry.office : TEXT(""),
		.regime = entry.regime.data ? entry.regime : TEXT(""),
		.selection = {.expected = {[LANE_RED] = v[0], [LANE_YELLOW] = v[1], [LANE_BLUE] = v[2]},
			.random = {[LANE_RED] = v[3], [LANE_YELLOW] = v[4], [LANE_BLUE] = v[5]},
			.score_red = v[6], .score_yellow = v[7], .score_blue = v[8], .hits_without_selection = v[9]},
		.green_delay_minutes = v[10], .yellow_to_blue_days = v[11]};
	TRY(rehearsal_asked_of_selection(writer_reader(db), &row, rq->arena, &refusal));
	entry.refusal = refusal.id;
	if (entry.refusal)
		return show_again(rq, writer_reader(db), &entry);
	TRY(selection_add(db, &rq->actor, &row, &id));
	rq_flash(rq, TR("Les taux sont en vigueur dès la prochaine décision."));
	return rq_redirect(rq, "/selection");
}
