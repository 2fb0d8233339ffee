/* Lists of names as tables: national sanctions, wanted people, struck-off operators, ships. */
#include "base/utf8.h"
#include "formats/csv_split.h"
#include "formats/listed.h"
#include "formats/reading.h"

#include <string.h>

enum field { FIELD_NAME, FIELD_ALIAS, FIELD_REFERENCE, FIELD_KIND, FIELD_IDENTIFIER, FIELD_COUNTRY, FIELD_BORN, FIELD_PROGRAM,
	FIELD_REMARK, FIELDS };
enum { COLUMNS_OF_FIELD = 8, RECORD_LIMIT = 1 << 18, NAME_LIMIT = 200 };

/* Keys of the mapping, and the words that headers use, folded and without blanks. */
static const struct {
	const char *key, *words;
} fields[FIELDS] = {
	[FIELD_NAME] = {"name", "name nom nomcomplet fullname raisonsociale denomination nometprenoms nomprenom entityname "
				"vesselname navire nomnavire nomdunavire"},
	[FIELD_ALIAS] = {"alias", "alias aka autresnoms pseudonymes nomsalternatifs akas altnames sigle"},
	[FIELD_REFERENCE] = {"reference", "reference ref id numero numeroreference uid dataid referencenumber"},
	[FIELD_KIND] = {"kind", "kind type nature genre sdntype categorie"},
	[FIELD_IDENTIFIER] = {"identifier", "identifier identifiant nif ninea ifu niu rccm nif1 passeport passport imo numeroimo "
					    "imonumber taxnumber numerofiscal"},
	[FIELD_COUNTRY] = {"country", "country pays nationalite nationality pavillon flag"},
	[FIELD_BORN] = {"born", "born datenaissance datedenaissance dateofbirth naissance dob"},
	[FIELD_PROGRAM] = {"program", "program programme regime motif list liste"},
	[FIELD_REMARK] = {"remark", "remark remarks observations remarque commentaire comments raison"},
};
static const struct {
	const char *words;
	enum listed_kind kind;
} kind_words[] = {
	{"person individual personne individu personnephysique individuals physique p", LISTED_PERSON},
	{"firm entity entite societe personnemorale entreprise organisation company morale operateur e", LISTED_FIRM},
	{"vessel ship navire bateau v", LISTED_VESSEL},
};

struct table {
	struct arena *arena;
	struct text columns[FIELDS][COLUMNS_OF_FIELD]; /* names, from the mapping */
	size_t column_counts[FIELDS];
	size_t at[FIELDS][COLUMNS_OF_FIELD];
	enum listed_kind all;
	struct refusal *refusal;
};

static enum status refuse(struct table *table, int64_t line, const char *message, struct text value)
{
	refusal_set(table->refusal, line, message, value,
		TR("Écrivez dans la correspondance « name = nom de la colonne », et de même pour les autres colonnes."));
	return STATUS_INVALID;
}

/* "Nom et prénoms" → "nometprenoms" */
static struct text squeeze(struct arena *arena, struct text text)
{
	AUTO(buffer_release) struct buffer folded;
	char *bytes;
	size_t size = 0;

	buffer_init(&folded, 8 * NAME_LIMIT);
	utf8_fold(&folded, text_slice(text, 0, NAME_LIMIT));
	bytes = arena_allocate(arena, folded.size + 1);
	for (size_t i = 0; bytes && i < folded.size; i++)
		if (folded.data[i] != ' ')
			bytes[size++] = folded.data[i];
	return (struct text){bytes, bytes ? size : 0};
}

static bool is_one_of(const char *words, struct text word)
{
	struct text rest = text_of(words);

	while (word.size && rest.data)
		if (text_equal(text_cut(&rest, ' '), word))
			return true;
	return false;
}

static enum status map_line(struct table *table, int64_t number, struct text line)
{
	struct text value = line, key = text_trim(text_cut(&value, '='));

	value = text_trim(value);
	if (!value.size)
		return refuse(table, number, TR("Correspondance : « %1 » n'est pas compris."), line);
	if (text_is(key, "all"))
		return listed_kind_from(value, &table->all)
			? STATUS_OK
			: refuse(table, number, TR("Correspondance : « %1 » n'est pas compris."), line);
	for (size_t field = 0; field < FIELDS; field++) {
		if (!text_is(key, fields[field].key))
			continue;
		while (value.data && table->column_counts[field] < COLUMNS_OF_FIELD) {
			struct text column = text_trim(text_cut(&value, ','));

			if (column.size)
				table->columns[field][table->column_counts[field]++] = column;
		}
		return STATUS_OK;
	}
	return refuse(table, number, TR("Correspondance : « %1 » n'est pas compris."), line);
}

static enum status read_mapping(struct table *table, struct text mapping)
{
	int64_t number = 0;

	while (mapping.data) {
		struct text line = text_trim(text_cut(&mapping, '\n'));

		number++;
		if (line.size && line.data[0] != '#')
			TRY(map_line(table, number, line));
	}
	return STATUS_OK;
}

/* Columns whose header is a word that lists use; the first word that fits counts. */
static void propose(struct table *table, const struct csv *csv)
{
	for (size_t i = 0; i < csv->count; i++) {
		struct text name = squeeze(table->arena, csv->fields[i]);

		for (size_t field = 0; field < FIELDS; field++)
			if (is_one_of(fields[field].words, name) && table->column_counts[field] < COLUMNS_OF_FIELD &&
				(field == FIELD_ALIAS || field == FIELD_IDENTIFIER || !table->column_counts[field])) {
				table->columns[field][table->column_counts[field]++] =
					arena_text(table->arena, csv->fields[i]);
				break;
			}
	}
}

static enum status bind(struct table *table, const struct csv *csv)
{
	for (size_t field = 0; field < FIELDS; field++)
		for (size_t i = 0; i < table->column_counts[field]; i++) {
			struct text wanted = squeeze(table->arena, table->columns[field][i]);
			size_t at = 0;

			while (at < csv->count && !text_equal(squeeze(table->arena, csv->fields[at]), wanted))
				at++;
			if (at == csv->count)
				return refuse(table, csv->line, TR("La colonne « %1 » n'est pas dans ce fichier."),
					table->columns[field][i]);
			table->at[field][i] = at;
		}
	if (!table->column_counts[FIELD_NAME])
		return refuse(table, csv->line, TR("Aucune colonne ne porte le nom."), TEXT_NONE);
	return STATUS_OK;
}

static struct text cell(const struct table *table, const struct csv *csv, enum field field, size_t i)
{
	size_t at = table->at[field][i];

	return i < table->column_counts[field] && at < csv->count ? text_trim(csv->fields[at]) : TEXT_NONE;
}

static enum listed_kind kind_of(const struct table *table, const struct csv *csv)
{
	struct text word = squeeze(table->arena, cell(table, csv, FIELD_KIND, 0));

	for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++)
		if (is_one_of(kind_words[i].words, word))
			return kind_words[i].kind;
	return table->all;
}

static enum status read_names(const struct table *table, const struct csv *csv, struct listed *row)
{
	AUTO(buffer_release) struct buffer name;

	buffer_init(&name, 1 << 16);
	for (size_t i = 0; i < table->column_counts[FIELD_NAME]; i++) {
		struct text part = cell(table, csv, FIELD_NAME, i);

		if (part.size && name.size)
			buffer_byte(&name, ' ');
		buffer_append(&name, part);
	}
	TRY(buffer_status(&name));
	TRY(listed_add_name(table->arena, row, buffer_text(&name)));
	for (size_t i = 0; row->name_count && i < table->column_counts[FIELD_ALIAS]; i++) {
		struct text rest = cell(table, csv, FIELD_ALIAS, i);

		while (rest.data)
			TRY(listed_add_name(table->arena, row, text_cut(&rest, ';')));
	}
	for (size_t i = 0; i < table->column_counts[FIELD_IDENTIFIER]; i++) {
		struct text rest = cell(table, csv, FIELD_IDENTIFIER, i);

		while (rest.data)
			TRY(listed_add_identifier(table->arena, row, text_cut(&rest, ';')));
	}
	return STATUS_OK;
}

static enum status read_row(const struct table *table, const struct csv *csv, struct listed *row)
{
	const struct {
		enum field field;
		struct text *into;
	} texts[] = {{FIELD_REFERENCE, &row->reference}, {FIELD_COUNTRY, &row->country}, {FIELD_BORN, &row->born},
		{FIELD_PROGRAM, &row->program}, {FIELD_REMARK, &row->remark}};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		TRY(value_keep(table->arena, utf8_cut(cell(table, csv, texts[i].field, 0), 1000), texts[i].into));
	row->kind = kind_of(table, csv);
	row->line = csv->line;
	return read_names(table, csv, row);
}

static struct text mapping_of(const struct table *table)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 1 << 16);
	for (size_t field = 0; field < FIELDS; field++) {
		if (table->column_counts[field])
			buffer_format(&out, "%s = ", fields[field].key);
		for (size_t i = 0; i < table->column_counts[field]; i++)
			buffer_format(&out, "%s%.*s", i ? ", " : "", TEXT_FORMAT(table->columns[field][i]));
		if (table->column_counts[field])
			buffer_byte(&out, '\n');
	}
	buffer_format(&out, "all = %s\n", listed_kind_code(table->all));
	return buffer_status(&out) == STATUS_OK ? arena_text(table->arena, buffer_text(&out)) : TEXT_NONE;
}

static enum status read_rows(struct table *table, struct csv *csv, struct listed_list *list)
{
	size_t capacity = 0;
	bool more = true;

	for (;;) {
		struct listed *row;

		TRY(csv_next(csv, &more));
		if (!more)
			return STATUS_OK;
		if (list->count == LISTED_ROWS)
			return STATUS_TOO_LARGE;
		TRY(array_grow(table->arena, &list->rows, list->count, &capacity, sizeof *list->rows));
		row = ARENA_NEW(table->arena, struct listed);
		if (!row)
			return STATUS_NO_MEMORY;
		TRY(read_row(table, csv, row));
		list->rows[list->count++] = row;
	}
}

static enum status read_table(struct table *table, struct csv *csv, struct text mapping, struct listed_list *list)
{
	bool more = false;

	TRY(csv_next(csv, &more));
	if (!more)
		return refuse(table, 0, TR("Le fichier est vide."), TEXT_NONE);
	if (text_trim(mapping).size)
		TRY(read_mapping(table, mapping));
	else
		propose(table, csv);
	TRY(bind(table, csv));
	TRY(read_rows(table, csv, list));
	list->mapping = mapping_of(table);
	TRY(listed_finish(table->arena, list));
	return list->count ? STATUS_OK : refuse(table, 0, TR("Cette liste ne contient aucun nom."), TEXT_NONE);
}

static char separator_of(struct text bytes)
{
	char separator = table_separator(text_slice(bytes, 0, START));
	struct text line = text_cut(&bytes, '\n');

	if (separator)
		return separator;
	return text_find(line, TEXT(";")) < line.size ? ';' : text_find(line, TEXT("\t")) < line.size ? '\t' : ',';
}

enum status listed_table_read(struct arena *arena, struct text bytes, struct text mapping, struct listed_list *ret_list,
	struct refusal *ret_refusal)
{
	AUTO(buffer_release) struct buffer converted;
	AUTO(csv_release) struct csv csv = {0};
	struct table table = {.arena = arena, .all = LISTED_FIRM, .refusal = ret_refusal};
	struct listed_list list = {0};
	struct source source;
	struct text rest;

	ret_refusal->message.id = NULL;
	buffer_init(&converted, 3 * bytes.size + 1);
	if (memchr(bytes.size ? bytes.data : "", '\0', bytes.size))
		return refuse(&table, 0, TR("Ce fichier n'est pas un texte."), TEXT_NONE);
	if (!utf8_is_valid(bytes)) {
		utf8_from_windows_1252(&converted, bytes);
		TRY(buffer_status(&converted));
	}
	rest = converted.size ? buffer_text(&converted) : bytes;
	source = source_of_text(&rest);
	csv_init(&csv, &source, separator_of(rest), RECORD_LIMIT, INT64_C(1) << 30);
	TRY(read_table(&table, &csv, mapping, &list));
	*ret_list = list;
	return STATUS_OK;
}
