/* CSV and TSV extracts, read with a mapping: rows become consignments, and rows with one reference that
 * follow each other become one consignment with several items. */
#include "formats/csv_split.h"
#include "formats/mapping.h"
#include "formats/reading.h"
#include "formats/seen.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

struct extract {
	struct run *run;
	const struct mapping *mapping;
	struct csv csv;
	size_t *positions; /* of each mapped column, from 0 */
	struct text *names; /* header names, for places; may be NULL */
	size_t width; /* columns of the header */
	struct arena *file_arena, *arena; /* of the file, of one consignment */
	bool is_open; /* a consignment is being filled */
	struct text key; /* its reference as written */
	struct consignment consignment;
	struct item *items;
	size_t item_count, item_capacity;
	struct container *containers;
	size_t container_count, container_capacity;
	struct problem_list problems;
	struct buffer converted; /* a value in UTF-8 */
	struct seen seen;
	size_t rows;
};

/* --- problems ------------------------------------------------------------------------------------------------ */

static void file_problem(struct extract *extract, const char *message, struct text one, struct text two)
{
	struct problem_list *problems = &extract->run->reading->problems;
	struct text place = TEXT_NONE;
	char space[40];
	int size;

	if (!problems->arena)
		return;
	size = snprintf(space, sizeof space, "ligne %lld", (long long)extract->csv.line);
	if (size > 0)
		place = (struct text){space, (size_t)size};
	problem_add(problems, PROBLEM_ERROR, place, (struct message){message, {one, two, TEXT_NONE}});
}

static void value_problem(struct extract *extract, size_t position, const char *message, struct text value)
{
	struct text name = extract->names ? extract->names[position] : TEXT_NONE;
	struct text place = name.size ? arena_format(extract->arena, "ligne %lld, %.*s", (long long)extract->csv.line,
						TEXT_FORMAT(text_slice(name, 0, 60)))
				      : arena_format(extract->arena, "ligne %lld, %zu", (long long)extract->csv.line,
						position + 1);

	problem_add(&extract->problems, PROBLEM_WARNING, place, (struct message){message, {text_slice(value, 0, 60)}});
}

/* --- values --------------------------------------------------------------------------------------------------- */

static bool is_plain(struct text text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.size; i++)
		all |= (unsigned char)text.data[i];
	return all < 0x80;
}

/* Nothing to squeeze: printable ASCII without blanks, as most values of an extract are. */
static bool is_squeezed(struct text text)
{
	bool is_so = true;

	for (size_t i = 0; i < text.size; i++)
		is_so &= (unsigned char)text.data[i] > ' ' && (unsigned char)text.data[i] < 0x80;
	return is_so;
}

/* The field in UTF-8, squeezed. Bytes that are not UTF-8 are taken as Windows-1252, whatever was announced:
 * half-converted files are common, and nothing else makes sense of them. */
static enum status field_value(struct extract *extract, struct text field, struct text *ret_value)
{
	char *bytes = (char *)field.data; /* of the splitter's buffer, ours to change */

	if (is_squeezed(field)) {
		*ret_value = field;
		return STATUS_OK;
	}
	if (!is_plain(field) && (extract->mapping->encoding == MAPPING_WINDOWS_1252 || !utf8_is_valid(field))) {
		buffer_clear(&extract->converted);
		utf8_from_windows_1252(&extract->converted, field);
		TRY(buffer_status(&extract->converted));
		bytes = extract->converted.data;
		field = buffer_text(&extract->converted);
	}
	*ret_value = (struct text){bytes, value_squeeze(bytes, field.size)};
	return STATUS_OK;
}

static struct text translate(const struct mapping_column *column, struct text value)
{
	for (size_t i = 0; i < column->code_count; i++)
		if (text_equal(column->codes[i].from, value) || text_is(column->codes[i].from, "*"))
			return column->codes[i].to;
	return value;
}

/* Digits of a commodity code; a spreadsheet that took the code for a number has cut the zero in front. */
static enum status keep_hs(struct arena *arena, struct text value, struct text *hs)
{
	char digits[16];
	size_t size = 1;

	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] == '.' || value.data[i] == ' ')
			continue;
		if (value.data[i] < '0' || value.data[i] > '9' || size == sizeof digits)
			return value_keep(arena, value, hs);
		digits[size++] = value.data[i];
	}
	*digits = '0';
	if (size == 6 || size == 8 || size == 10)
		return value_keep(arena, (struct text){digits, size}, hs);
	return value_keep(arena, (struct text){digits + 1, size - 1}, hs);
}

static bool read_flag(struct text value, bool *ret_flag)
{
	static const char *const yes[] = {"1", "true", "yes", "y", "oui", "o", "vrai", "sim", "s", "si", "x", NULL};
	static const char *const no[] = {"0", "false", "no", "n", "non", "faux", "nao", "não", NULL};

	if (value.size == 1 && (*value.data == '0' || *value.data == '1')) {
		*ret_flag = *value.data == '1';
		return true;
	}
	for (size_t i = 0; yes[i]; i++)
		if (text_equal_ignoring_case(value, text_of(yes[i]))) {
			*ret_flag = true;
			return true;
		}
	for (size_t i = 0; no[i]; i++)
		if (text_equal_ignoring_case(value, text_of(no[i]))) {
			*ret_flag = false;
			return true;
		}
	return false;
}

static bool read_number(const struct extract *extract, const struct mapping_unit *unit, struct text value,
	int64_t *ret_number)
{
	int64_t number;

	if (number_parse(value, extract->mapping->decimal, extract->mapping->thousands, &number) != STATUS_OK)
		return false;
	if (unit && unit->multiply > 1)
		number = number_multiply(number, number_of(unit->multiply));
	if (unit && unit->divide > 1)
		number = number_divide(number, number_of(unit->divide));
	*ret_number = number;
	return number != NUMBER_NONE;
}

/* Stores one value by the kind of its field; false when it cannot be read. */
static enum status store(struct extract *extract, const struct mapping_column *column, struct text value, void *place,
	bool *ret_is_good)
{
	const struct consignment_field *field = column->fact.field;
	int64_t number;

	*ret_is_good = true;
	switch (field->kind) {
	case CONSIGNMENT_TEXT:
		return column->fact.base == MAPPING_ITEM && field->offset == offsetof(struct item, hs)
			       ? keep_hs(extract->arena, value, place)
			       : value_keep(extract->arena, value, place);
	case CONSIGNMENT_NUMBER:
		*ret_is_good = read_number(extract, column->unit, value, place);
		return STATUS_OK;
	case CONSIGNMENT_COUNT:
		*ret_is_good = number_read(value, &number) == STATUS_OK && number % NUMBER_ONE == 0;
		if (*ret_is_good)
			*(int64_t *)place = number / NUMBER_ONE;
		return STATUS_OK;
	case CONSIGNMENT_DATE:
		*ret_is_good = date_parse(value, column->has_dates ? column->dates : extract->mapping->dates, place) ==
			       STATUS_OK;
		return STATUS_OK;
	case CONSIGNMENT_FLAG:
		*ret_is_good = read_flag(value, place);
		return STATUS_OK;
	case CONSIGNMENT_STAGE:
		*(enum stage *)place = text_is(value, "manifest") ? STAGE_MANIFEST : STAGE_DECLARATION;
		return STATUS_OK;
	}
	return STATUS_OK;
}

/* --- one row --------------------------------------------------------------------------------------------------- */

/* What a row says; the consignment's part is merged into the open one afterwards. */
struct row {
	struct consignment consignment;
	struct item item;
	struct container container;
	bool has_outcome;
};

static void *row_base(struct row *row, enum mapping_base base)
{
	switch (base) {
	case MAPPING_ITEM:
		return &row->item;
	case MAPPING_CONTAINER:
		return &row->container;
	default:
		return &row->consignment;
	}
}

static bool is_outcome(const struct mapping_fact *fact)
{
	size_t place = fact->field->offset - offsetof(struct consignment, outcome); /* wraps around below it */

	return fact->base == MAPPING_CONSIGNMENT && place < sizeof(struct known_outcome);
}

static enum status put_value(struct extract *extract, struct row *row, const struct mapping_column *column,
	size_t position, struct text value)
{
	char *base = row_base(row, column->fact.base);
	bool is_good;

	if (!value.size)
		return STATUS_OK;
	TRY(store(extract, column, value, base + column->fact.field->offset, &is_good));
	if (!is_good)
		value_problem(extract, position, TR("« %1 » ne peut pas être lu ici ; cette valeur est laissée de côté."),
			value);
	else if (is_outcome(&column->fact))
		row->has_outcome = true;
	return STATUS_OK;
}

static enum status read_row(struct extract *extract, struct row *row)
{
	const struct mapping *mapping = extract->mapping;

	consignment_init(&row->consignment, mapping->stage);
	item_init(&row->item, (int64_t)extract->item_count + 1);
	container_init(&row->container);
	row->has_outcome = false;
	for (size_t i = 0; i < mapping->constant_count; i++) {
		const struct mapping_column column = {.fact = mapping->constants[i].fact};

		TRY(put_value(extract, row, &column, 0, mapping->constants[i].value));
	}
	for (size_t i = 0; i < mapping->column_count; i++) {
		const struct mapping_column *column = &mapping->columns[i];
		size_t position = extract->positions[i];
		struct text value;

		TRY(field_value(extract, extract->csv.fields[position], &value));
		TRY(put_value(extract, row, column, position, translate(column, value)));
	}
	return STATUS_OK;
}

/* --- consignments ------------------------------------------------------------------------------------------------- */

/* Fields that an earlier row did not have come from a later one. */
static void merge(struct consignment *into, const struct consignment *from)
{
	struct consignment_fields fields = consignment_fields();

	for (size_t i = 0; i < fields.count; i++) {
		char *to = (char *)into + fields.rows[i].offset;
		const char *value = (const char *)from + fields.rows[i].offset;

		if (fields.rows[i].kind == CONSIGNMENT_TEXT && !((struct text *)(void *)to)->data)
			*(struct text *)(void *)to = *(const struct text *)(const void *)value;
		else if (fields.rows[i].kind == CONSIGNMENT_FLAG)
			*(bool *)to |= *(const bool *)value;
		else if ((fields.rows[i].kind == CONSIGNMENT_NUMBER || fields.rows[i].kind == CONSIGNMENT_DATE) &&
			 *(int64_t *)(void *)to == NUMBER_NONE)
			*(int64_t *)(void *)to = *(const int64_t *)(const void *)value;
	}
}

static enum status add_container(struct extract *extract, const struct container *container, struct item *item)
{
	if (!container->reference.data)
		return STATUS_OK;
	TRY(value_add_word(extract->arena, container->reference, &item->containers));
	for (size_t i = 0; i < extract->container_count; i++)
		if (text_equal(extract->containers[i].reference, container->reference))
			return STATUS_OK;
	TRY(array_grow(extract->arena, &extract->containers, extract->container_count, &extract->container_capacity,
		sizeof *container));
	extract->containers[extract->container_count++] = *container;
	return STATUS_OK;
}

static enum status add_row(struct extract *extract, const struct row *row)
{
	if (extract->item_count >= extract->run->options.limits.items ||
		extract->container_count >= extract->run->options.limits.containers)
		return run_refuse(extract->run, STATUS_TOO_LARGE, extract->csv.line,
			TR("Trop de lignes portent la même référence."), TEXT_NONE,
			TR("Écrivez « group no » dans le plan si chaque ligne est un envoi."));
	if (extract->item_count)
		merge(&extract->consignment, &row->consignment);
	else
		extract->consignment = row->consignment;
	extract->consignment.outcome.known |= row->has_outcome;
	TRY(array_grow(extract->arena, &extract->items, extract->item_count, &extract->item_capacity,
		sizeof *extract->items));
	extract->items[extract->item_count] = row->item;
	return add_container(extract, &row->container, &extract->items[extract->item_count++]);
}

/* What the rows do not say of the whole is the sum of the items, when all of them say it. */
static void settle_sums(struct extract *extract)
{
	static const struct {
		size_t of_consignment, of_item;
	} sums[] = {
		{offsetof(struct consignment, packages), offsetof(struct item, packages)},
		{offsetof(struct consignment, gross_mass), offsetof(struct item, gross_mass)},
		{offsetof(struct consignment, net_mass), offsetof(struct item, net_mass)},
		{offsetof(struct consignment, customs_value), offsetof(struct item, customs_value)},
		{offsetof(struct consignment, duties), offsetof(struct item, duties)},
	};

	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		int64_t *whole = (int64_t *)(void *)((char *)&extract->consignment + sums[i].of_consignment), sum = 0;

		if (*whole != NUMBER_NONE)
			continue;
		for (size_t j = 0; j < extract->item_count; j++)
			sum = number_add(sum,
				*(int64_t *)(void *)((char *)&extract->items[j] + sums[i].of_item));
		*whole = sum;
	}
}

static enum status note_repetition(struct extract *extract)
{
	const struct consignment *consignment = &extract->consignment;
	bool is_new = true;
	enum status status = seen_add(&extract->seen, consignment->reference, &is_new);

	if (status == STATUS_OK && !is_new)
		problem_add(&extract->problems, PROBLEM_WARNING, TEXT_NONE,
			(struct message){TR("La référence « %1 » revient plus loin dans le fichier : seules des lignes qui se "
					    "suivent forment un envoi."),
				{consignment->reference}});
	return status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

static enum status close_consignment(struct extract *extract)
{
	struct consignment *consignment = &extract->consignment;

	if (!extract->is_open)
		return STATUS_OK;
	if (!consignment->reference.data) {
		consignment->reference = arena_format(extract->arena, "#%zu", extract->rows);
		if (!consignment->reference.data)
			return STATUS_NO_MEMORY;
	} else {
		TRY(note_repetition(extract));
	}
	settle_sums(extract);
	consignment->items = extract->items;
	consignment->item_count = extract->item_count;
	consignment->containers = extract->containers;
	consignment->container_count = extract->container_count;
	TRY(run_each(extract->run, consignment, &extract->problems));
	extract->is_open = false;
	return STATUS_OK;
}

static void open_consignment(struct extract *extract)
{
	arena_reset(extract->arena);
	extract->problems = (struct problem_list){.arena = extract->arena};
	extract->items = NULL;
	extract->containers = NULL;
	extract->item_count = extract->item_capacity = 0;
	extract->container_count = extract->container_capacity = 0;
	extract->is_open = true;
}

/* The reference column's bytes, to tell whether a row goes on with the same consignment. */
static struct text row_key(const struct extract *extract)
{
	const struct mapping *mapping = extract->mapping;

	for (size_t i = 0; mapping->group && i < mapping->column_count; i++)
		if (mapping->columns[i].fact.base == MAPPING_CONSIGNMENT &&
			mapping->columns[i].fact.field->offset == offsetof(struct consignment, reference))
			return text_trim(extract->csv.fields[extract->positions[i]]);
	return TEXT_NONE;
}

static enum status take_row(struct extract *extract)
{
	struct text key = row_key(extract);
	bool goes_on = extract->is_open && key.size && text_equal(key, extract->key);
	struct row row;

	if (!goes_on) {
		TRY(close_consignment(extract));
		open_consignment(extract);
		TRY(value_keep(extract->arena, key, &extract->key));
	}
	extract->rows++;
	TRY(read_row(extract, &row));
	return add_row(extract, &row);
}

/* --- header and rows --------------------------------------------------------------------------------------------------- */

static enum status copy_names(struct extract *extract)
{
	extract->names = ARENA_ARRAY(extract->file_arena, extract->width, struct text);
	if (!extract->names)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < extract->width; i++) {
		struct text value;

		TRY(field_value(extract, extract->csv.fields[i], &value));
		TRY(value_keep(extract->file_arena, value, &extract->names[i]));
	}
	return STATUS_OK;
}

static bool find_name(const struct extract *extract, struct text name, size_t *ret_position)
{
	for (size_t i = 0; extract->names && i < extract->width; i++)
		if (text_equal_ignoring_case(extract->names[i], name)) {
			*ret_position = i;
			return true;
		}
	return false;
}

static enum status bind_columns(struct extract *extract)
{
	const struct mapping *mapping = extract->mapping;

	extract->positions = ARENA_ARRAY(extract->file_arena, mapping->column_count, size_t);
	if (!extract->positions)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < mapping->column_count; i++) {
		const struct mapping_column *column = &mapping->columns[i];
		struct text number = value_count(extract->file_arena, column->position);

		extract->positions[i] = column->position - 1;
		if (!column->position && !find_name(extract, column->name, &extract->positions[i]))
			return run_refuse(extract->run, STATUS_INVALID, 1,
				TR("Le plan nomme la colonne « %1 », que le fichier n'a pas."), column->name,
				TR("Vérifiez le plan, son séparateur et l'en-tête du fichier."));
		if (extract->positions[i] >= extract->width)
			return run_refuse(extract->run, STATUS_INVALID, 1,
				TR("Le plan nomme la colonne %1, que le fichier n'a pas."), number,
				TR("Vérifiez le plan, son séparateur et l'en-tête du fichier."));
	}
	return STATUS_OK;
}

static enum status check_row(struct extract *extract, bool *ret_is_good)
{
	*ret_is_good = extract->csv.count == extract->width;
	if (extract->csv.quote_is_open)
		file_problem(extract, TR("Un guillemet n'est pas fermé sur cette ligne ; il est lu comme un caractère."),
			TEXT_NONE, TEXT_NONE);
	if (!*ret_is_good) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 12);

		if (!arena)
			return STATUS_NO_MEMORY;
		file_problem(extract, TR("La ligne a %1 colonne(s) au lieu de %2 ; elle est laissée de côté."),
			value_count(arena, extract->csv.count), value_count(arena, extract->width));
	}
	return STATUS_OK;
}

static enum status next_record(struct extract *extract, bool *ret_more)
{
	enum status status = csv_next(&extract->csv, ret_more);

	if (status != STATUS_TOO_LARGE)
		return status;
	if (extract->csv.bytes_read > extract->csv.byte_limit)
		return run_refuse(extract->run, status, 0, TR("Le fichier est trop gros."), TEXT_NONE,
			TR("Coupez-le en plusieurs fichiers ou relevez la limite dans les paramètres."));
	return run_refuse(extract->run, status, extract->csv.next_line, TR("Une ligne du tableau est trop longue."),
		TEXT_NONE, TR("Vérifiez que le fichier est bien un tableau CSV."));
}

static enum status read_header(struct extract *extract)
{
	bool more;

	TRY(next_record(extract, &more));
	if (!more)
		return run_refuse(extract->run, STATUS_INVALID, 0, TR("Le fichier est vide."), TEXT_NONE,
			TR("Exportez-le de nouveau."));
	extract->width = extract->csv.count;
	if (extract->mapping->header)
		TRY(copy_names(extract));
	TRY(bind_columns(extract));
	return extract->mapping->header ? STATUS_OK : take_row(extract);
}

static enum status read_rows(struct extract *extract)
{
	bool more = true, is_good;

	TRY(read_header(extract));
	for (;;) {
		TRY(next_record(extract, &more));
		if (!more)
			break;
		TRY(check_row(extract, &is_good));
		if (is_good)
			TRY(take_row(extract));
	}
	TRY(close_consignment(extract));
	if (!extract->rows)
		return run_refuse(extract->run, STATUS_INVALID, 0, TR("Le tableau ne contient aucune ligne lisible."),
			TEXT_NONE, TR("Vérifiez le plan, son séparateur et le contenu du fichier."));
	return STATUS_OK;
}

enum status csv_read(struct run *run)
{
	AUTO(arena_release) struct arena *file_arena = arena_new((size_t)16 << 20);
	AUTO(arena_release) struct arena *arena = arena_new(run->options.limits.memory);
	struct extract *extract = file_arena && arena ? ARENA_NEW(file_arena, struct extract) : NULL;
	enum status status;

	if (!run->options.mapping)
		return run_refuse(run, STATUS_UNSUPPORTED, 1,
			TR("C'est un tableau : il faut un plan de correspondance de ses colonnes."), TEXT_NONE,
			TR("Faites-en un avec « vigie map FICHIER.csv », puis donnez-le avec --map."));
	if (!extract)
		return STATUS_NO_MEMORY;
	extract->run = run;
	extract->mapping = run->options.mapping;
	extract->file_arena = file_arena;
	extract->arena = arena;
	extract->problems.arena = arena;
	buffer_init(&extract->converted, run->options.limits.text * 3);
	csv_init(&extract->csv, run->source, extract->mapping->separator, run->options.limits.text,
		run->options.limits.bytes);
	status = read_rows(extract);
	csv_release(&extract->csv);
	buffer_release(&extract->converted);
	seen_release(&extract->seen);
	return status;
}
