/* The lists in memory: all names in one index, numbers of papers beside it, what people said of matches, and the answers
 * given lately, because the same parties come again and again. */
#include "modules/screening/screening.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "engine/name.h"
#include "modules/screening/screening_store.h"

#include <stdlib.h>
#include <string.h>

STATEMENT(STATE_CHANGES, "select changes from screening_state where id = 1");
STATEMENT(ENTRIES_ALL,
	"select l.code, e.reference, e.kind, e.names, e.identifiers, e.digest from screening_entries e "
	"join screening_lists l on l.id = e.list_id where e.until_version is null and l.is_active = 1 order by e.id");
STATEMENT(VERDICTS_ALL,
	"select m.party_key, m.party_code, l.code, m.reference, m.state, m.until, m.entry_digest from screening_matches m "
	"join screening_lists l on l.id = m.list_id where m.state <> 'open'");

enum { MEMORY = 1 << 30, CACHE_SLOTS = 1 << 16, CACHE_MOST = CACHE_SLOTS / 2, CACHE_MEMORY = 64 << 20, HITS_MOST = 8,
	HITS_ALL = ROLE_COUNT * HITS_MOST };

struct entry {
	struct text list, reference, name; /* the main name */
	unsigned char digest[DIGEST_SIZE];
	unsigned kinds;
};
struct identifier {
	struct text number;
	uint32_t entry;
	uint32_t next; /* of the same hash, + 1 */
};
struct verdict {
	struct text key; /* party key, code, list, reference */
	bool is_confirmed;
	int64_t until;
	unsigned char digest[DIGEST_SIZE];
	uint32_t next;
};
struct answer {
	struct text key;
	const struct name_hit *hits;
	size_t count;
};

struct screening {
	int64_t changes, threshold; /* as loaded; changes -1: never */
	struct arena *arena;
	struct entry *entries;
	size_t entry_count;
	uint32_t *owners; /* of each name of the index */
	struct name_index *index;
	struct name_finder *finder;
	struct identifier *identifiers;
	size_t identifier_count;
	struct verdict *verdicts;
	size_t verdict_count;
	uint32_t *identifier_slots, *verdict_slots;
	size_t slot_count; /* of both */
	struct arena *cache;
	struct answer *answers;
	size_t answer_count;
	int64_t answers_of; /* the day */
};

#define SETTING_THRESHOLD                                                                                              \
	{                                                                                                              \
		"screening.threshold", TR("Criblage : ressemblance à partir de laquelle un nom est montré (%)"),        \
			TR("Plus bas, plus de noms à examiner ; plus haut, plus de noms manqués. 82 retrouve presque tous les " \
			   "noms écrits avec une faute de frappe."),                                                        \
			SETTING_INTEGER, "82", NULL, 60, 100                                                           \
	}
const struct setting screening_settings[] = {[SCREENING_THRESHOLD] = SETTING_THRESHOLD, {0}};

enum status screening_new(struct screening **ret_screening)
{
	struct screening *screening = memory_allocate(sizeof *screening);

	if (!screening)
		return STATUS_NO_MEMORY;
	screening->changes = -1;
	screening->answers_of = DATE_NONE;
	*ret_screening = screening;
	return STATUS_OK;
}

static void forget_all(struct screening *screening)
{
	name_finder_free(screening->finder);
	name_index_free(screening->index);
	arena_free(screening->arena);
	arena_free(screening->cache);
	memory_free(screening->answers);
	*screening = (struct screening){.changes = -1, .answers_of = DATE_NONE};
}

void screening_free(struct screening *screening)
{
	if (!screening)
		return;
	forget_all(screening);
	memory_free(screening);
}

void screening_release(struct screening **screening)
{
	screening_free(*screening);
	*screening = NULL;
}

bool screening_is_empty(const struct screening *screening)
{
	return !screening->entry_count;
}

/* ---- loading */

/* What grows while rows are read. */
struct loading {
	struct screening *screening;
	struct name_entry *names;
	size_t name_count, name_capacity, entry_capacity, identifier_capacity, verdict_capacity;
};

static enum status room(struct arena *arena, void *rows, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 64;
	void *old, *grown;

	if (count < *capacity)
		return STATUS_OK;
	grown = arena_array(arena, wanted, size);
	if (!grown)
		return STATUS_NO_MEMORY;
	memcpy(&old, rows, sizeof old);
	if (count)
		memcpy(grown, old, count * size);
	memcpy(rows, &grown, sizeof grown);
	*capacity = wanted;
	return STATUS_OK;
}

static unsigned kinds_of(struct text kind)
{
	enum listed_kind found = LISTED_FIRM;

	(void)listed_kind_from(kind, &found);
	return found == LISTED_VESSEL ? NAME_VESSEL : found == LISTED_PERSON ? NAME_PERSON : NAME_FIRM;
}

static enum status load_names(struct loading *loading, uint32_t entry, struct text names)
{
	struct screening *screening = loading->screening;
	size_t owners_capacity = loading->name_capacity;

	while (names.data) {
		struct text name = text_cut(&names, '\n');

		if (!name.size)
			continue;
		TRY(room(screening->arena, &loading->names, loading->name_count, &loading->name_capacity,
			sizeof *loading->names));
		TRY(room(screening->arena, &screening->owners, loading->name_count, &owners_capacity,
			sizeof *screening->owners));
		loading->names[loading->name_count] =
			(struct name_entry){name, screening->entries[entry].kinds};
		screening->owners[loading->name_count++] = entry;
	}
	return STATUS_OK;
}

static enum status load_identifiers(struct loading *loading, uint32_t entry, struct text numbers)
{
	struct screening *screening = loading->screening;

	while (numbers.data && numbers.size) {
		struct text number = text_cut(&numbers, ' ');

		TRY(room(screening->arena, &screening->identifiers, screening->identifier_count,
			&loading->identifier_capacity, sizeof *screening->identifiers));
		screening->identifiers[screening->identifier_count++] =
			(struct identifier){.number = number, .entry = entry};
	}
	return STATUS_OK;
}

static enum status load_entry(struct loading *loading, struct rows *rows)
{
	struct screening *screening = loading->screening;
	struct text names = rows_copy(rows, 3, screening->arena), numbers = rows_copy(rows, 4, screening->arena);
	struct text digest = rows_bytes(rows, 5), first = names;
	struct entry *entry;

	TRY(room(screening->arena, &screening->entries, screening->entry_count, &loading->entry_capacity,
		sizeof *screening->entries));
	entry = &screening->entries[screening->entry_count];
	*entry = (struct entry){.list = rows_copy(rows, 0, screening->arena),
		.reference = rows_copy(rows, 1, screening->arena), .name = text_cut(&first, '\n'),
		.kinds = kinds_of(rows_text(rows, 2))};
	if (!names.data || !entry->reference.data || !entry->list.data)
		return STATUS_NO_MEMORY;
	if (digest.size == DIGEST_SIZE)
		memcpy(entry->digest, digest.data, DIGEST_SIZE);
	screening->entry_count++;
	TRY(load_names(loading, (uint32_t)screening->entry_count - 1, names));
	return load_identifiers(loading, (uint32_t)screening->entry_count - 1, numbers);
}

static enum status load_entries(struct loading *loading, struct reader *reader)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &ENTRIES_ALL, NO_PARAMS, &rows));
	while (rows_next(rows))
		TRY(load_entry(loading, rows));
	return rows_status(rows);
}

static struct text verdict_key(struct arena *arena, struct text party_key, struct text code, struct text list,
	struct text reference)
{
	return arena_format(arena, "%.*s\n%.*s\n%.*s\n%.*s", TEXT_FORMAT(party_key), TEXT_FORMAT(code), TEXT_FORMAT(list),
		TEXT_FORMAT(reference));
}

static enum status load_verdicts(struct loading *loading, struct reader *reader)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct screening *screening = loading->screening;

	TRY(store_query(reader, &VERDICTS_ALL, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		struct text digest = rows_bytes(rows, 6);
		struct verdict *verdict;

		TRY(room(screening->arena, &screening->verdicts, screening->verdict_count, &loading->verdict_capacity,
			sizeof *screening->verdicts));
		verdict = &screening->verdicts[screening->verdict_count++];
		*verdict = (struct verdict){.is_confirmed = text_is(rows_text(rows, 4), "confirmed"),
			.until = rows_optional(rows, 5)};
		if (digest.size == DIGEST_SIZE)
			memcpy(verdict->digest, digest.data, DIGEST_SIZE);
		verdict->key = verdict_key(screening->arena, rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2),
			rows_text(rows, 3));
		if (!verdict->key.data)
			return STATUS_NO_MEMORY;
	}
	return rows_status(rows);
}

static enum status make_slots(struct screening *screening)
{
	size_t most = screening->identifier_count > screening->verdict_count ? screening->identifier_count
									      : screening->verdict_count;

	for (screening->slot_count = 64; screening->slot_count < 2 * most;)
		screening->slot_count *= 2;
	screening->identifier_slots = ARENA_ARRAY(screening->arena, screening->slot_count, uint32_t);
	screening->verdict_slots = ARENA_ARRAY(screening->arena, screening->slot_count, uint32_t);
	if (!screening->identifier_slots || !screening->verdict_slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < screening->identifier_count; i++) {
		uint32_t *slot = &screening->identifier_slots[text_hash(screening->identifiers[i].number) &
			(screening->slot_count - 1)];

		screening->identifiers[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < screening->verdict_count; i++) {
		uint32_t *slot =
			&screening->verdict_slots[text_hash(screening->verdicts[i].key) & (screening->slot_count - 1)];

		screening->verdicts[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static enum status load(struct screening *screening, struct reader *reader)
{
	struct loading loading = {.screening = screening};

	screening->arena = arena_new(MEMORY);
	screening->cache = arena_new(CACHE_MEMORY);
	screening->answers = memory_allocate(CACHE_SLOTS * sizeof *screening->answers);
	if (!screening->arena || !screening->cache || !screening->answers)
		return STATUS_NO_MEMORY;
	TRY(load_entries(&loading, reader));
	TRY(load_verdicts(&loading, reader));
	TRY(make_slots(screening));
	TRY(name_index_build(loading.names, loading.name_count, &screening->index));
	return name_finder_new(screening->index, &screening->finder);
}

enum status screening_refresh(struct screening *screening, struct reader *reader)
{
	int64_t changes, threshold;
	enum status status;

	TRY(store_integer(reader, &STATE_CHANGES, NO_PARAMS, &changes));
	TRY(setting_integer(reader, &screening_settings[SCREENING_THRESHOLD], &threshold));
	if (screening->changes == changes && screening->threshold == threshold)
		return STATUS_OK;
	forget_all(screening);
	status = load(screening, reader);
	if (status != STATUS_OK) {
		forget_all(screening);
		return status;
	}
	screening->threshold = threshold;
	screening->changes = changes;
	return STATUS_OK;
}

/* ---- looking */

/* What is asked for, and what was found of it so far. */
struct asking {
	struct screening *screening;
	enum party_role role;
	struct text name, code, key; /* key: of the words */
	int64_t today;
	struct arena *arena;
	struct name_hit hits[HITS_MOST];
	uint32_t entries[HITS_MOST];
	size_t count;
};

static const struct verdict *find_verdict(const struct asking *asking, const struct entry *entry)
{
	const struct screening *screening = asking->screening;
	struct text key = verdict_key(asking->arena, asking->key, asking->code, entry->list, entry->reference);

	for (uint32_t at = screening->verdict_slots[text_hash(key) & (screening->slot_count - 1)]; at;
		at = screening->verdicts[at - 1].next)
		if (text_equal(screening->verdicts[at - 1].key, key))
			return &screening->verdicts[at - 1];
	return NULL;
}

/* A cleared match is not asked again until its end, unless the entry has changed since. */
static bool is_cleared(const struct verdict *verdict, const struct entry *entry, int64_t today)
{
	return verdict && !verdict->is_confirmed && verdict->until != DATE_NONE && verdict->until >= today &&
		memcmp(verdict->digest, entry->digest, DIGEST_SIZE) == 0;
}

static void add_hit(struct asking *asking, uint32_t place, int64_t score, struct text explanation)
{
	const struct entry *entry = &asking->screening->entries[place];
	const struct verdict *verdict;
	size_t at = asking->count;

	for (size_t i = 0; i < asking->count; i++)
		if (asking->entries[i] == place)
			return;
	verdict = find_verdict(asking, entry);
	if (at == HITS_MOST || is_cleared(verdict, entry, asking->today))
		return;
	asking->entries[at] = place;
	asking->hits[at] = (struct name_hit){.role = asking->role, .party = asking->name, .code = asking->code,
		.list = entry->list,
		.reference = entry->reference, .listed = entry->name, .explanation = explanation, .score = score,
		.is_confirmed = verdict && verdict->is_confirmed};
	asking->count++;
}

static void look_at_number(struct asking *asking)
{
	const struct screening *screening = asking->screening;
	char bytes[LISTED_IDENTIFIER];
	struct text number = listed_identifier(asking->code, bytes);
	unsigned kinds = asking->role == ROLE_VESSEL ? NAME_VESSEL : NAME_PARTY;

	if (!number.size)
		return;
	for (uint32_t at = screening->identifier_slots[text_hash(number) & (screening->slot_count - 1)]; at;
		at = screening->identifiers[at - 1].next) {
		const struct identifier *identifier = &screening->identifiers[at - 1];

		if (text_equal(identifier->number, number) && (screening->entries[identifier->entry].kinds & kinds))
			add_hit(asking, identifier->entry, NUMBER_ONE,
				arena_format(asking->arena, "%.*s = %.*s", TEXT_FORMAT(asking->code),
					TEXT_FORMAT(identifier->number)));
	}
}

static enum status look_at_words(struct asking *asking, const struct name_words *words)
{
	enum { FOUND = 4 * HITS_MOST };
	struct screening *screening = asking->screening;
	struct name_match matches[FOUND];
	size_t count = name_find(screening->finder, words, asking->role == ROLE_VESSEL ? NAME_VESSEL : NAME_PARTY,
		(int)screening->threshold * 10, matches, FOUND);

	for (size_t i = 0; i < count; i++) {
		AUTO(buffer_release) struct buffer why;

		buffer_init(&why, 4096);
		name_explain(&why, screening->index, words, &matches[i]);
		TRY(buffer_status(&why));
		add_hit(asking, screening->owners[matches[i].entry], matches[i].score * (NUMBER_ONE / NAME_SURE),
			arena_text(asking->arena, buffer_text(&why)));
	}
	return STATUS_OK;
}

static void new_cache_day(struct screening *screening, int64_t today)
{
	if (screening->answers_of == today && screening->answer_count < CACHE_MOST &&
		arena_used(screening->cache) < CACHE_MEMORY / 2)
		return;
	arena_reset(screening->cache);
	memset(screening->answers, 0, CACHE_SLOTS * sizeof *screening->answers);
	screening->answer_count = 0;
	screening->answers_of = today;
}

static struct answer *find_answer(struct screening *screening, struct text key)
{
	size_t at = text_hash(key) & (CACHE_SLOTS - 1);

	while (screening->answers[at].key.data && !text_equal(screening->answers[at].key, key))
		at = (at + 1) & (CACHE_SLOTS - 1);
	return &screening->answers[at];
}

static enum status ask(struct asking *asking, struct answer *answer, struct text key)
{
	struct screening *screening = asking->screening;
	struct name_words words;
	struct name_hit *hits;

	asking->arena = screening->cache;
	asking->name = arena_text(screening->cache, asking->name);
	asking->code = arena_text(screening->cache, asking->code);
	key = arena_text(screening->cache, key);
	name_normalise(asking->name, &words);
	asking->key = name_key(screening->cache, &words);
	if (!asking->name.data || !asking->code.data || !key.data || !asking->key.data)
		return STATUS_NO_MEMORY;
	look_at_number(asking);
	TRY(look_at_words(asking, &words));
	hits = ARENA_ARRAY(screening->cache, asking->count + 1, struct name_hit);
	if (!hits)
		return STATUS_NO_MEMORY;
	memcpy(hits, asking->hits, asking->count * sizeof *hits);
	*answer = (struct answer){key, hits, asking->count};
	screening->answer_count++;
	return STATUS_OK;
}

/* The first line: bills put the address below the name. */
static struct text first_line(struct text name)
{
	return text_trim(text_cut(&name, '\n'));
}

enum status screening_look_name(struct screening *screening, enum party_role role, struct text name, struct text code,
	int64_t today, struct arena *arena, struct name_hits *ret_hits)
{
	struct asking asking = {.screening = screening, .role = role, .name = utf8_cut(first_line(name), NAME_SIZE / 2),
		.code = utf8_cut(text_trim(code), LISTED_IDENTIFIER), .today = today};
	struct answer *answer;
	struct name_hit *hits;
	struct text key;

	*ret_hits = (struct name_hits){NULL, 0};
	if (screening_is_empty(screening) || (!asking.name.size && !asking.code.size))
		return STATUS_OK;
	new_cache_day(screening, today);
	if (!asking.name.data)
		asking.name = TEXT("");
	if (!asking.code.data)
		asking.code = TEXT("");
	key = arena_format(arena, "%d\n%.*s\n%.*s", role == ROLE_VESSEL, TEXT_FORMAT(asking.name), TEXT_FORMAT(asking.code));
	if (!key.data)
		return STATUS_NO_MEMORY;
	answer = find_answer(screening, key);
	if (!answer->key.data)
		TRY(ask(&asking, answer, key));
	if (!answer->count)
		return STATUS_OK;
	hits = ARENA_ARRAY(arena, answer->count, struct name_hit);
	if (!hits)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < answer->count; i++) { /* copies: the answers kept may be forgotten by the next question */
		hits[i] = answer->hits[i];
		hits[i].role = role;
		hits[i].party = arena_text(arena, hits[i].party);
		hits[i].code = arena_text(arena, hits[i].code);
		hits[i].list = arena_text(arena, hits[i].list);
		hits[i].reference = arena_text(arena, hits[i].reference);
		hits[i].listed = arena_text(arena, hits[i].listed);
		hits[i].explanation = arena_text(arena, hits[i].explanation);
		if (!hits[i].party.data || !hits[i].code.data || !hits[i].list.data || !hits[i].reference.data || !hits[i].listed.data ||
			!hits[i].explanation.data)
			return STATUS_NO_MEMORY;
	}
	*ret_hits = (struct name_hits){hits, answer->count};
	return STATUS_OK;
}

static int compare_hits(const void *a, const void *b)
{
	const struct name_hit *x = a, *y = b;
	int order;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	order = text_compare(x->list, y->list);
	return order ? order : text_compare(x->reference, y->reference);
}

struct asked_party {
	enum party_role role;
	struct text name, code;
};

enum status screening_look(struct screening *screening, const struct consignment *c, int64_t today, struct arena *arena,
	struct name_hits *ret_hits)
{
	const struct asked_party parties[] = {{ROLE_CONSIGNEE, c->consignee.name, c->consignee.code},
		{ROLE_EXPORTER, c->exporter.name, c->exporter.code}, {ROLE_NOTIFY, c->notify.name, c->notify.code},
		{ROLE_DECLARANT, c->declarant.name, c->declarant.code}, {ROLE_CARRIER, c->carrier.name, c->carrier.code},
		{ROLE_VESSEL, c->vessel, c->vessel_number}};
	struct name_hit *all = NULL;
	size_t count = 0;

	*ret_hits = (struct name_hits){NULL, 0};
	if (screening_is_empty(screening))
		return STATUS_OK;
	for (size_t i = 0; i < sizeof parties / sizeof *parties; i++) {
		struct name_hits found;
		bool again = false;

		for (size_t j = 0; j < i && parties[i].role != ROLE_VESSEL; j++)
			again = again || (text_equal(parties[i].name, parties[j].name) &&
						 text_equal(parties[i].code, parties[j].code));
		if (again)
			continue;
		TRY(screening_look_name(screening, parties[i].role, parties[i].name, parties[i].code, today, arena, &found));
		if (!found.count)
			continue;
		if (!all)
			all = ARENA_ARRAY(arena, HITS_ALL, struct name_hit);
		if (!all)
			return STATUS_NO_MEMORY;
		memcpy(all + count, found.rows, found.count * sizeof *all);
		count += found.count;
	}
	if (count)
		qsort(all, count, sizeof *all, compare_hits);
	*ret_hits = (struct name_hits){all, count};
	return STATUS_OK;
}
