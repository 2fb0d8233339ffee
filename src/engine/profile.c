/* Reads a policy file: profiles, each a few header lines and a condition. See docs/profile-language.md. */
#include "base/utf8.h"
#include "engine/condition.h"

#include <string.h>

enum { SOURCE_SIZE = 256 << 20, PROFILE_LIMIT = 200000, CODE_SIZE = 32, HEADER_SIZE = 4000,
	SCRATCH_SIZE = 64 << 20 };

struct reader {
	struct arena *arena;
	struct arena *scratch; /* of the condition under way */
	bool reads_conditions;
	struct fact_names names;
	struct problem_list *problems;
	struct text rest;
	int line; /* of the last line taken */
	struct profile *profiles;
	size_t count, capacity;
	bool failed; /* some profile has an error */
	bool no_memory;
	/* the profile under way */
	bool inside, in_condition, has_lane;
	const char *start; /* of its source */
	const char *condition_start;
	int first_line, condition_line, condition_column;
};

static void fail(struct reader *reader, int line, int column, const char *id, struct text a)
{
	reader->failed = true;
	problem_add(reader->problems, PROBLEM_ERROR, arena_format(reader->arena, "ligne %d, colonne %d", line, column),
		(struct message){id, {a}});
}

/* Characters before `at` in its line, plus one. */
static int column_of(struct text line, const char *at)
{
	int column = 1;

	for (const char *p = line.data; p < at; p++)
		column += ((unsigned char)*p & 0xc0) != 0x80;
	return column;
}

static bool header_date(struct reader *reader, struct text line, struct text value, int64_t *date)
{
	if (date_parse(value, DATE_ISO, date) == STATUS_OK)
		return true;
	fail(reader, reader->line, column_of(line, value.data), TR("« %1 » n'est pas une date (AAAA-MM-JJ)."), value);
	return false;
}

static void set_lane(struct reader *reader, struct profile *profile, struct text line, struct text value)
{
	static const struct { const char *word; enum lane lane; } lanes[] = {{"red", LANE_RED}, {"rouge", LANE_RED},
		{"yellow", LANE_YELLOW}, {"jaune", LANE_YELLOW}, {"blue", LANE_BLUE}, {"bleu", LANE_BLUE}};

	for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
		if (text_equal_ignoring_case(value, text_of(lanes[i].word))) {
			profile->lane = lanes[i].lane;
			reader->has_lane = true;
			return;
		}
	fail(reader, reader->line, column_of(line, value.data), TR("Le circuit est rouge, jaune ou bleu."), TEXT_NONE);
}

static void set_share(struct reader *reader, struct profile *profile, struct text line, struct text value)
{
	struct text number = value;
	int64_t share = NUMBER_NONE;

	if (text_ends_with(number, TEXT("%")))
		number = text_trim(text_slice(number, 0, number.size - 1));
	if (number_read(number, &share) != STATUS_OK || share < 0 || share > 100 * NUMBER_ONE ||
		number.size == value.size) {
		fail(reader, reader->line, column_of(line, value.data), TR("La part s'écrit de 0 % à 100 %."), TEXT_NONE);
		return;
	}
	profile->share = share / 100;
}

static void set_gates(struct reader *reader, struct profile *profile, struct text line, struct text value)
{
	struct text rest = text_folded(reader->arena, value);

	profile->at_manifest = profile->at_declaration = profile->after_release = false;
	while (rest.data) {
		struct text word = text_cut(&rest, ' ');

		if (text_is(word, "manifest") || text_is(word, "manifeste"))
			profile->at_manifest = true;
		else if (text_is(word, "declaration"))
			profile->at_declaration = true;
		else if (text_is(word, "after") || text_is(word, "apres"))
			profile->after_release = true;
		else if (!text_is(word, "release") && !text_is(word, "mainlevee"))
			fail(reader, reader->line, column_of(line, value.data),
				TR("Les étapes sont manifest, declaration et after_release."), TEXT_NONE);
	}
}

/* Codes and regimes are kept in capitals, parted by one blank. */
static struct text codes_of(struct reader *reader, struct text value)
{
	struct text joined = TEXT_NONE, normal = fact_normal(reader->arena, FACT_CODE, value);

	while (normal.data) {
		struct text code = text_cut(&normal, ' ');

		while (code.size && (code.data[code.size - 1] == ',' || code.data[code.size - 1] == ';'))
			code.size--;
		if (code.size)
			joined = joined.data ? arena_format(reader->arena, "%.*s %.*s", TEXT_FORMAT(joined),
						       TEXT_FORMAT(code))
					     : code;
	}
	return joined;
}

static void set_version(struct reader *reader, struct profile *profile, struct text line, struct text value)
{
	int64_t version;

	if (number_read(value, &version) != STATUS_OK || version < NUMBER_ONE || version % NUMBER_ONE)
		fail(reader, reader->line, column_of(line, value.data), TR("La version est un nombre entier."), TEXT_NONE);
	else
		profile->version = version / NUMBER_ONE;
}

static void set_text(struct profile *profile, size_t offset, struct text value)
{
	memcpy((char *)profile + offset, &value, sizeof value);
}

static const struct {
	const char *key; /* folded */
	size_t offset; /* of a text */
	void (*set)(struct reader *reader, struct profile *profile, struct text line, struct text value);
} headers[] = {
	{"title", offsetof(struct profile, title), NULL}, {"titre", offsetof(struct profile, title), NULL},
	{"legal basis", offsetof(struct profile, legal_basis), NULL},
	{"base legale", offsetof(struct profile, legal_basis), NULL},
	{"owner", offsetof(struct profile, owner), NULL}, {"responsable", offsetof(struct profile, owner), NULL},
	{"instruction", offsetof(struct profile, instruction), NULL},
	{"consigne", offsetof(struct profile, instruction), NULL},
	{"lane", 0, set_lane}, {"circuit", 0, set_lane}, {"share", 0, set_share}, {"part", 0, set_share},
	{"gates", 0, set_gates}, {"etapes", 0, set_gates}, {"version", 0, set_version},
};

static void read_header(struct reader *reader, struct text line)
{
	struct profile *profile = &reader->profiles[reader->count - 1];
	struct text rest = line, key = text_cut(&rest, ':'), folded = text_folded(reader->arena, key);
	struct text value = text_trim(rest);

	if (!rest.data || value.size > HEADER_SIZE) {
		fail(reader, reader->line, column_of(line, text_trim(line).data),
			rest.data ? TR("Cette ligne est trop longue.") : TR("Une ligne « mot : valeur » est attendue ici."),
			TEXT_NONE);
		return;
	}
	if (!value.size)
		return;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		if (folded.data && text_is(folded, headers[i].key)) {
			if (headers[i].set)
				headers[i].set(reader, profile, line, value);
			else
				set_text(profile, headers[i].offset, value);
			return;
		}
	if (folded.data && (text_is(folded, "offices") || text_is(folded, "bureaux")))
		profile->offices = codes_of(reader, value);
	else if (folded.data && text_is(folded, "regimes"))
		profile->regimes = codes_of(reader, value);
	else if (folded.data && (text_is(folded, "valid from") || text_is(folded, "du")))
		(void)header_date(reader, line, value, &profile->valid_from);
	else if (folded.data && (text_is(folded, "valid until") || text_is(folded, "au")))
		(void)header_date(reader, line, value, &profile->valid_until);
	else
		fail(reader, reader->line, column_of(line, text_trim(line).data), TR("« %1 » n'est pas un en-tête de profil."),
			text_trim(key));
}

static bool is_code(struct text code)
{
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_' &&
			c != '.')
			return false;
	}
	return code.size > 0 && code.size <= CODE_SIZE;
}

static bool has_room(struct reader *reader)
{
	size_t wanted = reader->capacity ? reader->capacity * 2 : 32;
	struct profile *grown;

	if (reader->count < reader->capacity)
		return true;
	grown = reader->count < PROFILE_LIMIT ? ARENA_ARRAY(reader->arena, wanted, struct profile) : NULL;
	if (!grown) {
		reader->no_memory = true;
		return false;
	}
	if (reader->count)
		memcpy(grown, reader->profiles, reader->count * sizeof *grown);
	reader->profiles = grown;
	reader->capacity = wanted;
	return true;
}

/* "profile CODE: title" */
static void begin_profile(struct reader *reader, struct text line, struct text after)
{
	struct text rest = after, code = text_trim(text_cut(&rest, ':'));

	if (!has_room(reader))
		return;
	reader->profiles[reader->count++] = (struct profile){.code = code, .version = 1, .title = text_trim(rest),
		.valid_from = DATE_NONE, .valid_until = DATE_NONE, .at_declaration = true, .share = NUMBER_ONE};
	reader->inside = true;
	reader->in_condition = reader->has_lane = false;
	reader->start = line.data;
	reader->first_line = reader->line;
	if (!is_code(code))
		fail(reader, reader->line, column_of(line, code.data ? code.data : line.data),
			TR("Le code d'un profil a 1 à 32 lettres sans accent, chiffres, points, tirets."), TEXT_NONE);
}

static void check_profile(struct reader *reader, const struct profile *profile)
{
	if (text_is_empty(profile->title))
		fail(reader, reader->first_line, 1, TR("Le profil %1 n'a pas de titre."), profile->code);
	if (text_is_empty(profile->legal_basis))
		fail(reader, reader->first_line, 1, TR("Le profil %1 n'a pas de base légale."), profile->code);
	if (!reader->has_lane)
		fail(reader, reader->first_line, 1, TR("Le profil %1 n'a pas de circuit."), profile->code);
	if (!profile->at_manifest && !profile->at_declaration && !profile->after_release)
		fail(reader, reader->first_line, 1, TR("Le profil %1 n'a pas d'étape."), profile->code);
	if (profile->valid_from != DATE_NONE && profile->valid_until != DATE_NONE &&
		profile->valid_from > profile->valid_until)
		fail(reader, reader->first_line, 1, TR("Le profil %1 finit avant de commencer."), profile->code);
}

/* At its "end" line (inside `condition_end`…`source_end`), at the next profile, or at the end of the file. */
static void end_profile(struct reader *reader, const char *condition_end, const char *source_end)
{
	struct profile *profile;
	struct condition condition;

	if (!reader->inside)
		return;
	reader->inside = false;
	profile = &reader->profiles[reader->count - 1];
	profile->source = (struct text){reader->start, (size_t)(source_end - reader->start)};
	check_profile(reader, profile);
	if (!reader->in_condition) {
		fail(reader, reader->first_line, 1, TR("Le profil %1 n'a pas de condition (« when: »)."), profile->code);
		return;
	}
	profile->condition = (struct text){reader->condition_start, (size_t)(condition_end - reader->condition_start)};
	if (!reader->reads_conditions)
		return;
	arena_reset(reader->scratch);
	switch (condition_read(reader->scratch, &reader->names, profile->condition, (struct origin){TEXT_NONE,
		reader->condition_line, reader->condition_column}, reader->problems, &condition)) {
	case STATUS_OK: break;
	case STATUS_NO_MEMORY: reader->no_memory = true; break;
	default: reader->failed = true; break;
	}
}

/* The words by which lines begin; the rest of the line after it. */
static bool line_begins(struct text line, const char *english, const char *french, struct text *ret_after)
{
	struct text trimmed = text_trim(line);
	const char *words[] = {english, french};

	for (size_t i = 0; i < 2 && trimmed.size; i++) {
		size_t size = strlen(words[i]);
		char next = trimmed.size > size ? trimmed.data[size] : ' ';

		if ((trimmed.data[0] | 0x20) == words[i][0] && text_equal_ignoring_case(text_slice(trimmed, 0, size), text_of(words[i])) &&
			(next == ' ' || next == '\t' || next == ':')) {
			*ret_after = text_slice(trimmed, size, trimmed.size);
			return true;
		}
	}
	return false;
}

static void begin_condition(struct reader *reader, struct text line, struct text after)
{
	struct text rest = text_trim(after);

	if (text_starts_with(rest, TEXT(":")))
		rest = text_slice(rest, 1, rest.size);
	reader->in_condition = true;
	reader->condition_start = rest.size ? rest.data : line.data + line.size;
	reader->condition_line = reader->line;
	reader->condition_column = column_of(line, reader->condition_start);
}

static void read_line(struct reader *reader, struct text line)
{
	struct text after, trimmed = text_trim(line);

	if (line_begins(line, "profile", "profil", &after) && text_trim(after).size) {
		end_profile(reader, line.data, line.data);
		begin_profile(reader, line, after);
	} else if (!trimmed.size || trimmed.data[0] == '#') {
		return;
	} else if (!reader->inside) {
		fail(reader, reader->line, column_of(line, trimmed.data), TR("Un profil commence par « profile CODE : titre »."),
			TEXT_NONE);
	} else if (reader->in_condition) {
		if (line_begins(line, "end", "fin", &after) && !text_trim(after).size)
			end_profile(reader, line.data, line.data + line.size);
	} else if (line_begins(line, "when", "quand", &after)) {
		begin_condition(reader, line, after);
	} else {
		read_header(reader, line);
	}
}

static void refuse_duplicates(struct reader *reader)
{
	size_t size = 64;
	uint32_t *table;

	while (size < reader->count * 2)
		size *= 2;
	table = ARENA_ARRAY(reader->arena, size, uint32_t);
	if (!table) {
		reader->no_memory = true;
		return;
	}
	for (size_t i = 0; i < reader->count; i++) {
		size_t at = text_hash(reader->profiles[i].code) & (size - 1);

		for (; table[at]; at = (at + 1) & (size - 1))
			if (text_equal(reader->profiles[table[at] - 1].code, reader->profiles[i].code)) {
				fail(reader, 1, 1, TR("Deux profils portent le code %1."), reader->profiles[i].code);
				break;
			}
		if (!table[at])
			table[at] = (uint32_t)i + 1;
	}
}

static enum status read_all(struct reader *reader, struct text source, struct profile **ret_profiles, size_t *ret_count)
{
	if (source.size > SOURCE_SIZE)
		return STATUS_TOO_LARGE;
	reader->rest = arena_text(reader->arena, source);
	if (!reader->rest.data)
		return STATUS_NO_MEMORY;
	if (!utf8_is_valid(source))
		fail(reader, 1, 1, TR("La politique n'est pas un texte UTF-8."), TEXT_NONE);
	if (text_starts_with(reader->rest, TEXT("\xef\xbb\xbf")))
		reader->rest = text_slice(reader->rest, 3, reader->rest.size);
	source = reader->rest;
	while (reader->rest.data && !reader->no_memory) {
		struct text line = text_cut(&reader->rest, '\n');

		reader->line++;
		read_line(reader, line);
	}
	if (!reader->no_memory)
		end_profile(reader, source.data + source.size, source.data + source.size);
	if (!reader->no_memory)
		refuse_duplicates(reader);
	if (reader->no_memory)
		return STATUS_NO_MEMORY;
	*ret_profiles = reader->profiles;
	*ret_count = reader->count;
	return reader->failed ? STATUS_INVALID : STATUS_OK;
}

enum status profiles_read(struct arena *arena, struct text source, struct profile **ret_profiles, size_t *ret_count,
	struct problem_list *problems)
{
	AUTO(arena_release) struct arena *scratch = arena_new(SCRATCH_SIZE);
	struct reader reader = {.arena = arena, .scratch = scratch, .reads_conditions = true, .problems = problems};

	if (!scratch)
		return STATUS_NO_MEMORY;
	fact_names_make(&reader.names);
	return read_all(&reader, source, ret_profiles, ret_count);
}

enum status profiles_split(struct arena *arena, struct text source, struct profile **ret_profiles, size_t *ret_count,
	struct problem_list *problems)
{
	struct reader reader = {.arena = arena, .problems = problems};

	return read_all(&reader, source, ret_profiles, ret_count);
}
