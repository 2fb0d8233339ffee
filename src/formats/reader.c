/* Recognition of a file's format by its first bytes, and the way to its reader. */
#include "formats/reader.h"

#include "base/memory.h"
#include "formats/reading.h"

#include <string.h>

static const char *const codes[] = {
	[FORMAT_UNKNOWN] = "unknown",
	[FORMAT_ASYCUDA_SAD] = "asycuda-sad",
	[FORMAT_ASYCUDA_MANIFEST] = "asycuda-manifest",
	[FORMAT_CSV] = "csv",
};

const char *format_code(enum format format)
{
	return codes[format];
}

/* The roots of all messages read here. */
static const struct {
	const char *name;
	enum format format;
} roots[] = {
	{"ASYCUDA", FORMAT_ASYCUDA_SAD},
	{"Awmds", FORMAT_ASYCUDA_MANIFEST},
	{"Awbolds", FORMAT_ASYCUDA_MANIFEST},
	{"Awappend", FORMAT_ASYCUDA_MANIFEST},
	{"Awmcds", FORMAT_ASYCUDA_MANIFEST},
};

/* --- recognition ------------------------------------------------------------------------------------------- */

static struct text pass_blanks(struct text text)
{
	while (text.size && (*text.data == ' ' || (*text.data >= '\t' && *text.data <= '\r')))
		text = text_slice(text, 1, text.size);
	return text;
}

/* Past `end`, or nothing when it is not there. */
static struct text pass_to(struct text text, const char *end)
{
	size_t at = text_find(text, text_of(end));

	return at < text.size ? text_slice(text, at + strlen(end), text.size) : text_slice(text, text.size, text.size);
}

/* Past a document type with what stands in brackets. It is refused later, by the parser, with its line. */
static struct text pass_document_type(struct text text)
{
	size_t bracket = text_find(text, TEXT("[")), end = text_find(text, TEXT(">"));

	return pass_to(text, bracket < end ? "]>" : ">");
}

static struct text root_name(struct text text)
{
	struct text name;
	size_t size = 0;

	for (text = pass_blanks(text); text.size; text = pass_blanks(text)) {
		if (text_starts_with(text, TEXT("<?")))
			text = pass_to(text, "?>");
		else if (text_starts_with(text, TEXT("<!--")))
			text = pass_to(text, "-->");
		else if (text_starts_with(text, TEXT("<!DOCTYPE")))
			text = pass_document_type(text);
		else
			break;
	}
	if (!text.size || *text.data != '<')
		return TEXT_NONE;
	while (size + 1 < text.size && !strchr(" \t\r\n/>", text.data[size + 1]))
		size++;
	name = text_slice(text, 1, size + 1);
	return text_find(name, TEXT(":")) < name.size ? text_slice(name, text_find(name, TEXT(":")) + 1, name.size)
						      : name;
}

/* How often a separator stands on a line, outside of quotes; *rest moves to the next line. */
static size_t count_on_line(struct text *rest, char separator)
{
	bool quoted = false;
	size_t count = 0, i = 0;

	for (; i < rest->size && (quoted || rest->data[i] != '\n'); i++) {
		quoted ^= rest->data[i] == '"';
		count += !quoted && rest->data[i] == separator;
	}
	*rest = text_slice(*rest, i < rest->size ? i + 1 : i, rest->size);
	return count;
}

/* How often the separator stands on the first line, 0 when the next ones have another number of it. */
static size_t regular_count(struct text start, char separator)
{
	struct text rest = start;
	size_t wanted = count_on_line(&rest, separator);

	for (int line = 0; wanted && line < 5 && rest.size; line++) {
		bool is_cut = !memchr(rest.data, '\n', rest.size);
		bool is_blank = *rest.data == '\n' || *rest.data == '\r';
		size_t count = count_on_line(&rest, separator);

		if (count != wanted && !is_cut && !is_blank)
			return 0;
	}
	return wanted;
}

char table_separator(struct text start)
{
	static const char separators[] = ",;\t|";
	size_t most = 0;
	char found = 0;

	if (memchr(start.data, '\0', start.size))
		return 0;
	for (const char *separator = separators; *separator; separator++) {
		size_t count = regular_count(start, *separator);

		if (count > most) {
			most = count;
			found = *separator;
		}
	}
	return found;
}

static struct text pass_mark(struct text start)
{
	return text_starts_with(start, TEXT("\xEF\xBB\xBF")) ? text_slice(start, 3, start.size) : start;
}

static enum format format_of_root(struct text name)
{
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
		if (text_equal_ignoring_case(name, text_of(roots[i].name)))
			return roots[i].format;
	return FORMAT_UNKNOWN;
}

enum format format_recognise(struct text start)
{
	struct text text = pass_blanks(pass_mark(start));

	if (!text.size)
		return FORMAT_UNKNOWN;
	if (*text.data == '<')
		return format_of_root(root_name(text));
	return table_separator(text) ? FORMAT_CSV : FORMAT_UNKNOWN;
}

/* --- what was read to recognise it is read again -------------------------------------------------------------- */

static enum status replayed_read(void *context, char *bytes, size_t size, size_t *ret_read)
{
	struct replayed *replayed = context;
	size_t left = replayed->size - replayed->at;

	if (!left)
		return replayed->source->read(replayed->source->context, bytes, size, ret_read);
	if (left > size)
		left = size;
	memcpy(bytes, replayed->start + replayed->at, left);
	replayed->at += left;
	*ret_read = left;
	return STATUS_OK;
}

static enum status read_start(struct replayed *replayed)
{
	replayed->start = memory_allocate(START);
	if (!replayed->start)
		return STATUS_NO_MEMORY;
	while (replayed->size < START) {
		size_t got = 0;

		TRY(replayed->source->read(replayed->source->context, replayed->start + replayed->size,
			START - replayed->size, &got));
		if (!got)
			break;
		replayed->size += got;
	}
	return STATUS_OK;
}

/* Sixteen-bit text reads like plain ASCII when its zero bytes are left out, which is enough for a root. */
static struct text narrowed(struct text start, char space[512])
{
	size_t size = 0;

	if (!text_starts_with(start, TEXT("\xFF\xFE")) && !text_starts_with(start, TEXT("\xFE\xFF")))
		return start;
	for (size_t i = 2; i < start.size && size < 512; i++)
		if (start.data[i])
			space[size++] = start.data[i];
	return (struct text){space, size};
}

/* --- the run ---------------------------------------------------------------------------------------------------- */

void refusal_set(struct refusal *refusal, int64_t line, const char *message, struct text value, const char *mend)
{
	size_t size = value.size < sizeof refusal->space ? value.size : sizeof refusal->space;

	while (size < value.size && size && ((unsigned char)value.data[size] & 0xC0) == 0x80)
		size--;
	refusal->line = line;
	refusal->message = (struct message){.id = message};
	refusal->mend = (struct message){.id = mend};
	refusal->space_used = size;
	if (size)
		memcpy(refusal->space, value.data, size);
	refusal->message.values[0] = (struct text){refusal->space, size};
}

enum status run_refuse(struct run *run, enum status status, int64_t line, const char *message, struct text value,
	const char *mend)
{
	refusal_set(run->refusal, line, message, value, mend);
	return status;
}

enum status run_each(struct run *run, const struct consignment *consignment, const struct problem_list *problems)
{
	if (run->reading->consignments >= run->options.limits.bills)
		return run_refuse(run, STATUS_TOO_LARGE, 0, TR("Le fichier contient trop d'envois."), TEXT_NONE,
			TR("Coupez-le en plusieurs fichiers ou relevez la limite dans les paramètres."));
	run->reading->consignments++;
	run->reading->items += consignment->item_count;
	return run->each(run->context, consignment, problems);
}

static void limits_complete(struct reader_limits *limits)
{
	limits->bytes = limits->bytes ? limits->bytes : INT64_C(4) << 30;
	limits->depth = limits->depth ? limits->depth : 40;
	limits->attributes = limits->attributes ? limits->attributes : 32;
	limits->text = limits->text ? limits->text : 1 << 20;
	limits->items = limits->items ? limits->items : 20000;
	limits->containers = limits->containers ? limits->containers : 20000;
	limits->bills = limits->bills ? limits->bills : 10000000;
	limits->memory = limits->memory ? limits->memory : (size_t)128 << 20;
}

static enum status refuse_unknown(struct run *run, struct text start)
{
	struct text root = root_name(pass_mark(start));

	if (!pass_blanks(pass_mark(start)).size)
		return run_refuse(run, STATUS_INVALID, 0, TR("Le fichier est vide."), TEXT_NONE,
			TR("Exportez-le de nouveau."));
	if (root.size)
		return run_refuse(run, STATUS_UNSUPPORTED, 0,
			TR("Ce XML commence par « %1 » : ce n'est ni une déclaration ni un manifeste de SYDONIA."), root,
			TR("Donnez une déclaration (racine ASYCUDA) ou un manifeste (racine Awmds)."));
	return run_refuse(run, STATUS_UNSUPPORTED, 1,
		TR("Ce fichier n'est ni une déclaration ni un manifeste de SYDONIA, ni un tableau CSV."), TEXT_NONE,
		TR("Donnez un XML de SYDONIA, ou un tableau dont chaque ligne a les mêmes colonnes."));
}

static enum status dispatch(struct run *run, struct text start)
{
	switch (run->reading->format) {
	case FORMAT_ASYCUDA_SAD:
		return sad_read(run);
	case FORMAT_ASYCUDA_MANIFEST:
		return manifest_read(run);
	case FORMAT_CSV:
		return csv_read(run);
	default:
		return refuse_unknown(run, start);
	}
}

enum status run_open(struct opened *opened, struct source *source, const struct reader_options *options,
	enum status (*each)(void *context, const struct consignment *consignment, const struct problem_list *problems),
	void *context, struct refusal *refusal)
{
	*opened = (struct opened){.replayed = {.source = source}};
	opened->source = (struct source){.read = replayed_read, .context = &opened->replayed, .name = source->name};
	opened->run = (struct run){.source = &opened->source, .each = each, .context = context, .refusal = refusal};
	if (options)
		opened->run.options = *options;
	opened->run.reading = opened->run.options.reading ? opened->run.options.reading : &opened->reading;
	opened->run.reading->format = FORMAT_UNKNOWN;
	opened->run.reading->consignments = opened->run.reading->items = 0;
	refusal_set(refusal, 0, NULL, TEXT_NONE, NULL);
	limits_complete(&opened->run.options.limits);
	TRY(read_start(&opened->replayed));
	opened->start = narrowed((struct text){opened->replayed.start, opened->replayed.size}, opened->space);
	opened->run.reading->format = format_recognise(opened->start);
	return STATUS_OK;
}

void run_close(struct opened *opened)
{
	memory_free(opened->replayed.start);
	opened->replayed.start = NULL;
}

enum status formats_read(struct source *source, const struct reader_options *options,
	enum status (*each)(void *context, const struct consignment *consignment, const struct problem_list *problems),
	void *context, struct refusal *ret_refusal)
{
	AUTO(run_close) struct opened opened;
	struct reading *reading;

	TRY(run_open(&opened, source, options, each, context, ret_refusal));
	reading = opened.run.reading;
	/* Whoever gives a mapping says that it is a table: one column has no separator to be seen. */
	if (reading->format == FORMAT_UNKNOWN && opened.run.options.mapping && opened.start.size &&
		*pass_blanks(pass_mark(opened.start)).data != '<')
		reading->format = FORMAT_CSV;
	return dispatch(&opened.run, opened.start);
}
