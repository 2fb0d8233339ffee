/* The command that imports a list, with its report. */
#include "base/file.h"
#include "base/utf8.h"
#include "modules/reference/reference.h"

#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 256 << 20, MAPPING_LIMIT = 1 << 20, CATALOGUE_LIMIT = 4 << 20, SAMPLES = 10, PROBLEMS_SHOWN = 20 };

struct importing {
	const struct reference_command *command;
	enum language language;
	struct arena *arena;
	struct buffer *report;
	struct reference_file file;
	struct reference_list list;
	struct reference_difference difference;
	int64_t date;
};

static void say(struct importing *importing, const char *id, struct text first, struct text second)
{
	const struct message message = {.id = id, .values = {first, second}};

	message_print(importing->report, importing->language, &message);
	buffer_byte(importing->report, '\n');
}

static void say_count(struct importing *importing, const char *id, size_t count)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%zu", count);
	say(importing, id, text_of(digits), TEXT_NONE);
}

static enum status find_kind(struct importing *importing)
{
	importing->file.kind = reference_kind_find(text_of(importing->command->kind));
	if (importing->file.kind)
		return STATUS_OK;
	say(importing, TR("« %1 » n'est pas un genre de liste. Il y a :"), text_of(importing->command->kind), TEXT_NONE);
	for (const struct reference_kind *kind = reference_kinds; kind->code; kind++)
		buffer_format(importing->report, "  %-10s %s\n", kind->code, tr(importing->language, kind->label));
	return STATUS_INVALID;
}

static enum status read_file(struct importing *importing, const char *path, size_t limit, struct text *ret_content)
{
	enum status status = file_read(importing->arena, path, limit, ret_content);

	if (status != STATUS_OK && status != STATUS_NO_MEMORY)
		say(importing, status == STATUS_TOO_LARGE ? TR("%1 : ce fichier est trop gros.")
							  : TR("%1 : ce fichier ne se lit pas ; vérifiez son nom et ses droits."),
			text_of(path), TEXT_NONE);
	return status;
}

/* Debian's catalogues of names, as far as they are installed. */
static void read_translations(struct importing *importing)
{
	for (int i = 0; i < LANGUAGE_COUNT && importing->file.kind->domain; i++) {
		struct text path = arena_format(importing->arena, "/usr/share/locale/%s/LC_MESSAGES/%s.mo",
			language_code((enum language)i), importing->file.kind->domain);
		struct text content;

		if (path.data && file_read(importing->arena, path.data, CATALOGUE_LIMIT, &content) == STATUS_OK)
			importing->file.translations[i] = content;
	}
}

static enum status read_list(struct importing *importing)
{
	const struct reference_command *command = importing->command;

	TRY(find_kind(importing));
	TRY(read_file(importing, command->path, FILE_LIMIT, &importing->file.bytes));
	if (command->mapping_path)
		TRY(read_file(importing, command->mapping_path, MAPPING_LIMIT, &importing->file.mapping));
	read_translations(importing);
	return reference_read(importing->arena, &importing->file, &importing->list);
}

static void report_problem(struct importing *importing, const struct reference_problem *problem)
{
	char digits[24];

	buffer_string(importing->report, "  ");
	if (problem->line) {
		snprintf(digits, sizeof digits, "%lld", (long long)problem->line);
		message_print(importing->report, importing->language,
			&(struct message){.id = TR("ligne %1 : "), .values = {text_of(digits)}});
	}
	message_print(importing->report, importing->language, &problem->message);
	buffer_byte(importing->report, '\n');
}

/* Errors first: they are what must be mended. */
static void report_problems(struct importing *importing)
{
	const struct reference_list *list = &importing->list;
	size_t kept = list->problem_count < REFERENCE_PROBLEMS ? list->problem_count : REFERENCE_PROBLEMS;
	size_t shown = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < kept && shown < PROBLEMS_SHOWN; i++)
			if (list->problems[i].is_error == (pass == 0)) {
				report_problem(importing, &list->problems[i]);
				shown++;
			}
	if (list->problem_count > shown)
		say_count(importing, TR("  autres remarques : %1"), list->problem_count - shown);
}

static void report_list(struct importing *importing)
{
	const struct reference_list *list = &importing->list;
	char digits[24];

	snprintf(digits, sizeof digits, "%zu", list->count);
	say(importing, TR("%1 : %2 codes lus"), text_of(tr(importing->language, importing->file.kind->label)),
		text_of(digits));
	if (list->proposal.data) {
		say(importing, TR("Correspondance proposée d'après l'en-tête (à garder dans un fichier pour --map) :"),
			TEXT_NONE, TEXT_NONE);
		buffer_append(importing->report, list->proposal);
	}
	report_problems(importing);
}

static void print_row(struct buffer *report, const struct reference_row *row, enum language language)
{
	buffer_string(report, "  ");
	buffer_append(report, utf8_cut(reference_row_label(row, language), 60));
	if (row->rate != NUMBER_NONE) {
		buffer_byte(report, ' ');
		number_print(report, number_multiply(row->rate, number_of(100)));
		buffer_string(report, " %");
	}
	if (row->unit.size)
		buffer_format(report, " (%.*s)", TEXT_FORMAT(row->unit));
}

/* "before → after" when they differ. */
static void print_pair(struct buffer *report, const char *name, struct text before, struct text after)
{
	if ((!before.size && !after.size) || text_equal(before, after))
		return;
	before = utf8_cut(before, 60);
	after = utf8_cut(after, 60);
	buffer_format(report, "  %s%.*s → %.*s", name, TEXT_FORMAT(before), TEXT_FORMAT(after));
}

static void print_change(struct buffer *report, const struct reference_row *before, const struct reference_row *after)
{
	char name[8];

	print_pair(report, "", before->label, after->label);
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		snprintf(name, sizeof name, "%s: ", language_code((enum language)i));
		print_pair(report, name, before->translations[i], after->translations[i]);
	}
	print_pair(report, "", before->parent, after->parent);
	print_pair(report, "", before->unit, after->unit);
	print_pair(report, "", before->details, after->details);
	if (before->rate != after->rate) {
		buffer_string(report, "  ");
		number_print(report, number_multiply(before->rate, number_of(100)));
		buffer_string(report, " % → ");
		number_print(report, number_multiply(after->rate, number_of(100)));
		buffer_string(report, " %");
	}
	if (before->valid_until != after->valid_until) {
		buffer_string(report, "  < ");
		if (after->valid_until != DATE_NONE)
			date_print(report, after->valid_until);
	}
}

static void report_samples(struct importing *importing, enum reference_change_kind kind, const char *id, size_t count)
{
	static const char marks[] = {'+', '~', '-'};
	size_t shown = 0;

	say_count(importing, id, count);
	for (size_t i = 0; i < importing->difference.change_count && shown < SAMPLES; i++) {
		const struct reference_change *change = &importing->difference.changes[i];
		const struct reference_row *row = change->after ? change->after : change->before;

		if (change->kind != kind)
			continue;
		buffer_format(importing->report, "  %c %.*s", marks[kind], TEXT_FORMAT(row->code));
		if (kind == REFERENCE_CHANGED)
			print_change(importing->report, change->before, change->after);
		else
			print_row(importing->report, row, importing->language);
		buffer_byte(importing->report, '\n');
		shown++;
	}
	if (count > shown)
		buffer_string(importing->report, "  …\n");
}

static void report_difference(struct importing *importing)
{
	const struct reference_difference *difference = &importing->difference;

	report_samples(importing, REFERENCE_ADDED, TR("Nouveaux : %1"), difference->added);
	report_samples(importing, REFERENCE_CHANGED, TR("Modifiés : %1"), difference->changed);
	report_samples(importing, REFERENCE_REMOVED, TR("Retirés : %1"), difference->removed);
	say_count(importing, TR("Inchangés : %1"), difference->same);
	if (difference->ended)
		say_count(importing, TR("Déjà périmés dans le fichier, laissés de côté : %1"), difference->ended);
	if (difference->too_early)
		say_count(importing,
			TR("Impossible : %1 codes ont déjà une valeur à partir d'une date plus tardive. Donnez une date plus "
			   "tardive."),
			difference->too_early);
	if (reference_is_doubtful(&importing->list, difference))
		say(importing,
			TR("Plus de la moitié des codes disparaîtraient : si le fichier est bien la liste entière, écrivez « complete "
			   "= yes » dans la correspondance ; s'il n'en est qu'une partie, « complete = no »."),
			TEXT_NONE, TEXT_NONE);
}

static enum status compare_only(struct importing *importing, struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	return reference_compare(reader, importing->file.kind, &importing->list, importing->date, importing->arena,
		&importing->difference);
}

static enum status take(struct importing *importing, struct database *database, const struct actor *actor)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const char *slash = strrchr(importing->command->path, '/');
	struct reference_taking taking = {.kind = importing->file.kind, .list = &importing->list, .date = importing->date,
		.source = text_of(slash ? slash + 1 : importing->command->path)};

	digest_of(importing->file.bytes, taking.digest);
	TRY(writer_begin(database, &writer));
	TRY(reference_take(writer, actor, &taking, importing->arena, &importing->difference));
	return writer_commit(&writer);
}

static enum status run(struct importing *importing, struct database *database, const struct actor *actor)
{
	struct text date;
	AUTO(buffer_release) struct buffer printed = {0};

	TRY(read_list(importing));
	report_list(importing);
	if (importing->list.error_count) {
		say(importing, TR("Rien n'a été pris : corrigez le fichier ou la correspondance, puis recommencez."), TEXT_NONE,
			TEXT_NONE);
		return STATUS_INVALID;
	}
	TRY(compare_only(importing, database));
	report_difference(importing);
	if (importing->command->only_compare) {
		say(importing, TR("Comparaison seulement : rien n'a été changé."), TEXT_NONE, TEXT_NONE);
		return STATUS_OK;
	}
	TRY(take(importing, database, actor));
	buffer_init(&printed, 40);
	date_print(&printed, importing->date);
	date = buffer_text(&printed);
	say(importing, importing->difference.change_count ? TR("Pris, avec effet au %1.") : TR("Rien à changer."), date,
		TEXT_NONE);
	return STATUS_OK;
}

enum status reference_import(struct database *database, const struct actor *actor,
	const struct reference_command *command, struct arena *arena, struct buffer *report)
{
	struct importing importing = {.command = command, .language = actor->language, .arena = arena, .report = report,
		.date = command->date == DATE_NONE ? clock_today() : command->date};
	enum status status = run(&importing, database, actor);

	if (status != STATUS_OK && status != STATUS_INVALID && status != STATUS_NOT_FOUND)
		say(&importing, status_text(status), TEXT_NONE, TEXT_NONE);
	return status;
}
