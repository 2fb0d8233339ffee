/* The watch's job. */
#include "modules/rehearsal/watch.h"

#include "base/memory.h"
#include "domain/event.h"
#include "domain/journal.h"

#include <stdlib.h>
#include <string.h>

#define WATCHED_LANE(lane)                                                                                             \
	"select c.id as id, c.day as day, c.office, c.unit_path, c.regime, c.declarant_code, c.gross_mass, "           \
	"c.customs_value, c.item_count, c.score, c.outcome, c.lane, coalesce(d.reasons, s.reasons), v.content "        \
	"from consignments c join consignment_versions v on v.id = c.id * 65536 + 1 "                                  \
	"left join decisions d on d.id = c.decision_id left join decisions s on s.id = d.reasons_of "                  \
	"where c.lane = " lane " and (c.day, c.id) > ($1, $2) and c.day < $3 and c.stage = 1"
STATEMENT(WATCHED_ROWS, EACH_LANE(WATCHED_LANE) " limit $4");
/* Who sees the root of the tree sees the whole. */
STATEMENT(WATCHED_ROOT, "select path from units where parent_id is null order by id limit 1");
STATEMENT(FIGURES_FORGET, "delete from watch_figures");
STATEMENT(FIGURE_INSERT,
	"insert into watch_figures (office, measure, subject, before_count, recent_count, before_value, recent_value, drift, "
	"level, run_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
STATEMENT(ALERT_OPEN,
	"select id from watch_alerts where office = $1 and measure = $2 and subject = $3 and ended_at is null");
STATEMENT(ALERT_INSERT,
	"insert into watch_alerts (office, unit_path, measure, subject, level, raised_at) values ($1, $2, $3, $4, $5, $6) "
	"returning id");
STATEMENT(ALERTS_END,
	"update watch_alerts set ended_at = $1 where ended_at is null and not exists (select 1 from watch_figures f where "
	"f.office = watch_alerts.office and f.measure = watch_alerts.measure and f.subject = watch_alerts.subject "
	"and f.level = 2)");

enum { OFFICES = 256, BATCH = 2000, ROW_MEMORY = 64 << 20, FRUITLESS_LEAST = 30, SILENT_LEAST = 10 };
static const size_t policy_memory = (size_t)2 << 30; /* a hundred thousand profiles and more */

const struct watch_measure watch_measures[] = {
	[WATCH_ORIGIN] = {"origin", TR("Pays d'origine")},
	[WATCH_CHAPTER] = {"chapter", TR("Chapitres du tarif")},
	[WATCH_REGIME] = {"regime", TR("Types et régimes")},
	[WATCH_DECLARANT] = {"declarant", TR("Déclarants")},
	[WATCH_MASS] = {"mass", TR("Masse brute")},
	[WATCH_PRICE] = {"price", TR("Valeur par kilogramme")},
	[WATCH_ITEMS] = {"items", TR("Nombre d'articles")},
	[WATCH_SCORE] = {"score", TR("Score du modèle")},
	[WATCH_HIT_RATE] = {"hit_rate", TR("Part des contrôles qui trouvent une faute")},
	[WATCH_TARGETED] = {"targeted", TR("Contrôles ciblés contre tirages au sort")},
	[WATCH_PROFILE_SILENT] = {"profile_silent", TR("Profil que plus rien ne remplit")},
	[WATCH_PROFILE_FRUITLESS] = {"profile_fruitless", TR("Profil dont les contrôles ne trouvent rien")},
	{NULL, NULL},
};

struct rate {
	int64_t judged, adverse;
};
struct office {
	struct text code, path;
	struct drift_bins facts[WATCH_FACTS + 1]; /* and the score's */
	struct rate before, recent, chance, targeted; /* the latter two over all the days */
	int64_t before_count, recent_count;
};
struct watched_profile {
	struct text code;
	int64_t before, recent;
	struct rate rate;
	bool at_declaration;
};
struct watching {
	struct reader *reader;
	struct arena *arena; /* codes, paths */
	struct arena *row; /* of the row at hand */
	struct office *offices; /* [0] is the whole */
	size_t office_count;
	struct watched_profile *profiles; /* by code */
	size_t profile_count;
	int64_t today, last_day, last_id;
};

static void watching_release(struct watching *watching)
{
	reader_end(watching->reader);
	arena_free(watching->row);
	memory_free(watching->offices);
	memory_free(watching->profiles);
}

/* ---- reading */

static struct office *office_of(struct watching *watching, struct text code, struct text path)
{
	size_t i = 1;

	while (i < watching->office_count && !text_equal(watching->offices[i].code, code))
		i++;
	if (i == OFFICES)
		return &watching->offices[OFFICES - 1];
	if (i == watching->office_count) {
		watching->offices[i].code = arena_text(watching->arena, code);
		watching->offices[i].path = arena_text(watching->arena, path);
		if (!watching->offices[i].code.data || !watching->offices[i].path.data)
			return NULL;
		watching->office_count++;
	}
	return &watching->offices[i];
}

static void count_bin(struct office *offices[2], size_t fact, size_t bin, bool recent)
{
	for (int i = 0; i < 2; i++) {
		if (recent)
			offices[i]->facts[fact].recent[bin]++;
		else
			offices[i]->facts[fact].before[bin]++;
	}
}

static void count_facts(struct office *offices[2], struct rows *rows, const struct consignment *c, bool recent)
{
	const struct item *item = c->item_count ? &c->items[0] : NULL;
	int64_t mass = rows_optional(rows, 6), value = rows_optional(rows, 7);

	count_bin(offices, WATCH_ORIGIN, drift_bin_of_text(item ? item->origin : TEXT_NONE), recent);
	count_bin(offices, WATCH_CHAPTER, drift_bin_of_text(item ? text_slice(item->hs, 0, 2) : TEXT_NONE), recent);
	count_bin(offices, WATCH_REGIME, drift_bin_of_text(rows_text(rows, 4)), recent);
	count_bin(offices, WATCH_DECLARANT, drift_bin_of_text(rows_text(rows, 5)), recent);
	count_bin(offices, WATCH_MASS, drift_bin_of_number(mass), recent);
	count_bin(offices, WATCH_PRICE,
		drift_bin_of_number(mass > 0 && value > 0 ? number_divide(value, mass) : NUMBER_NONE), recent);
	count_bin(offices, WATCH_ITEMS, drift_bin_of_number(number_of(rows_integer(rows, 8))), recent);
	if (!rows_is_null(rows, 9))
		count_bin(offices, WATCH_SCORE, (size_t)(rows_real(rows, 9) * 10) % DRIFT_BINS, recent);
}

static void count_outcome(struct office *offices[2], struct rows *rows, bool recent)
{
	bool adverse = rows_integer(rows, 10) != 0;
	bool chance = !rows_is_null(rows, 12) && reasons_are_chance(rows_text(rows, 12));

	if (rows_is_null(rows, 10))
		return;
	for (int i = 0; i < 2; i++) {
		struct rate *rates[2] = {recent ? &offices[i]->recent : &offices[i]->before,
			chance ? &offices[i]->chance : &offices[i]->targeted};

		for (int j = 0; j < 2; j++) {
			/* What neither chance nor a reason had picked was controlled for reasons of its own. */
			if (j && rows_integer(rows, 11) < LANE_YELLOW)
				continue;
			rates[j]->judged++;
			rates[j]->adverse += adverse;
		}
	}
}

static int by_code(const void *a, const void *b)
{
	return text_compare(((const struct watched_profile *)a)->code, ((const struct watched_profile *)b)->code);
}

/* Walks over the codes of profiles in reasons as they are stored; quotes inside of texts are escaped. */
static void count_profiles(struct watching *watching, struct rows *rows, bool recent)
{
	static const struct text begin = {"{\"kind\":\"profile\",\"code\":\"", 26};
	struct text rest = rows_text(rows, 12);

	for (size_t at = text_find(rest, begin); at < rest.size; at = text_find(rest, begin)) {
		struct watched_profile wanted = {.code = TEXT_NONE}, *found;

		rest = text_slice(rest, at + begin.size, rest.size);
		wanted.code = text_slice(rest, 0, text_find(rest, TEXT("\"")));
		found = bsearch(&wanted, watching->profiles, watching->profile_count, sizeof wanted, by_code);
		if (!found)
			continue;
		found->recent += recent;
		found->before += !recent;
		if (rows_is_null(rows, 10))
			continue;
		found->rate.judged++;
		found->rate.adverse += rows_integer(rows, 10) != 0;
	}
}

static enum status count_row(struct watching *watching, struct rows *rows)
{
	bool recent = rows_integer(rows, 1) >= watching->today - WATCH_RECENT;
	struct text code = rows_is_null(rows, 2) ? TEXT("") : rows_text(rows, 2);
	struct office *offices[2] = {&watching->offices[0], office_of(watching, code, rows_text(rows, 3))};
	struct consignment c;

	if (!offices[1])
		return STATUS_NO_MEMORY;
	arena_reset(watching->row);
	TRY(consignment_read(watching->row, rows_text(rows, 13), &c));
	for (int i = 0; i < 2; i++) {
		offices[i]->recent_count += recent;
		offices[i]->before_count += !recent;
	}
	count_facts(offices, rows, &c, recent);
	count_outcome(offices, rows, recent);
	if (!rows_is_null(rows, 12) && watching->profile_count)
		count_profiles(watching, rows, recent);
	return STATUS_OK;
}

static enum status read_batch(struct watching *watching, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(watching->reader, &WATCHED_ROWS,
		PARAMS(V_INT(watching->last_day), V_INT(watching->last_id), V_INT(watching->today), V_INT(BATCH)), &rows));
	for (; rows_next(rows); count++) {
		TRY(count_row(watching, rows));
		watching->last_day = rows_integer(rows, 1);
		watching->last_id = rows_integer(rows, 0);
	}
	*ret_count = count;
	return rows_status(rows);
}

static enum status read_profiles(struct watching *watching)
{
	AUTO(arena_release) struct arena *arena = arena_new(policy_memory);
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct policy_row row;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(policy_row_active(watching->reader, arena, &row));
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	watching->profiles = memory_allocate((policy_count(policy) + 1) * sizeof *watching->profiles);
	for (size_t i = 0; watching->profiles && i < policy_count(policy); i++) {
		const struct profile *profile = policy_profile(policy, i);

		watching->profiles[i] = (struct watched_profile){.code = arena_text(watching->arena, profile->code),
			.at_declaration = profile->at_declaration && (profile->valid_until == DATE_NONE ||
				profile->valid_until >= watching->today)};
		watching->profile_count++;
	}
	policy_free(policy);
	if (!watching->profiles)
		return STATUS_NO_MEMORY;
	qsort(watching->profiles, watching->profile_count, sizeof *watching->profiles, by_code);
	return STATUS_OK;
}

static enum status read_root(struct watching *watching)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(watching->reader, &WATCHED_ROOT, NO_PARAMS, &rows));
	if (rows_next(rows))
		watching->offices[0].path = rows_copy(rows, 0, watching->arena);
	TRY(rows_status(rows));
	return watching->offices[0].path.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_all(struct watching *watching)
{
	size_t count = 0;

	TRY(read_root(watching));
	TRY(read_profiles(watching));
	watching->last_day = watching->today - WATCH_BEFORE - WATCH_RECENT - 1;
	watching->last_id = INT64_MAX;
	do {
		TRY(reader_goes_on(watching->reader));
		TRY(read_batch(watching, &count));
	} while (count == BATCH);
	return STATUS_OK;
}

/* ---- keeping */

struct figure {
	const struct office *office;
	size_t measure;
	struct text subject;
	int64_t before_count, recent_count, before_value, recent_value, drift;
	enum watch_level level;
};
struct keeping {
	struct writer *writer;
	struct actor actor;
	int64_t now, alerts;
};

static enum status raise_alert(struct keeping *keeping, const struct figure *figure)
{
	struct text code = figure->office->code, path = figure->office->path;
	struct text measure = text_of(watch_measures[figure->measure].code);
	int64_t id;
	enum status status = store_integer(writer_reader(keeping->writer), &ALERT_OPEN,
		PARAMS(value_text(code), value_text(measure), value_text(figure->subject)), &id);

	if (status != STATUS_NOT_FOUND)
		return status;
	TRY(store_returning(keeping->writer, &ALERT_INSERT,
		PARAMS(value_text(code), value_text(path), value_text(measure), value_text(figure->subject),
			V_INT(figure->level), V_INT(keeping->now)),
		&id));
	keeping->alerts++;
	TRY(journal_write(keeping->writer,
		&(struct journal_entry){.actor = &keeping->actor, .entity = "watch_alert", .entity_id = id,
			.action = "watch.alert", .unit_path = path},
		NULL));
	return event_publish(keeping->writer,
		&(struct event){.name = WATCH_EVENT, .actor = &keeping->actor, .id = id, .unit_path = path});
}

static enum status keep(struct keeping *keeping, const struct figure *figure)
{
	TRY(store_execute(keeping->writer, &FIGURE_INSERT,
		PARAMS(value_text(figure->office->code), value_string(watch_measures[figure->measure].code),
			value_text(figure->subject), V_INT(figure->before_count), V_INT(figure->recent_count),
			value_optional(figure->before_value), value_optional(figure->recent_value),
			value_optional(figure->drift), V_INT(figure->level), V_INT(keeping->now)),
		NULL));
	return figure->level == WATCH_ALERT ? raise_alert(keeping, figure) : STATUS_OK;
}

static enum watch_level level_of(int64_t value, int64_t noted, int64_t alert)
{
	return value == NUMBER_NONE || value < noted ? WATCH_FINE : value < alert ? WATCH_NOTED : WATCH_ALERT;
}

static int64_t share(struct rate rate)
{
	return rate.judged ? rate.adverse * NUMBER_ONE / rate.judged : NUMBER_NONE;
}

static enum status keep_office(struct keeping *keeping, const struct office *office)
{
	struct figure figure = {.office = office, .subject = TEXT(""), .before_value = NUMBER_NONE,
		.recent_value = NUMBER_NONE};

	for (size_t fact = 0; fact <= WATCH_SCORE; fact++) {
		figure.measure = fact;
		figure.before_count = office->before_count;
		figure.recent_count = office->recent_count;
		figure.drift = drift_index(&office->facts[fact]);
		figure.level = level_of(figure.drift, DRIFT_NOTED, DRIFT_ALERT);
		TRY(keep(keeping, &figure));
	}
	figure = (struct figure){office, WATCH_HIT_RATE, TEXT(""), office->before.judged, office->recent.judged,
		share(office->before), share(office->recent),
		shares_differ(office->recent.adverse, office->recent.judged, office->before.adverse, office->before.judged),
		WATCH_FINE};
	figure.level = level_of(figure.drift, SHARES_NOTED, SHARES_ALERT);
	TRY(keep(keeping, &figure));
	/* Before is chance, recent is targeted: targeting that finds no more than chance is worth an alert. */
	figure = (struct figure){office, WATCH_TARGETED, TEXT(""), office->chance.judged, office->targeted.judged,
		share(office->chance), share(office->targeted),
		shares_differ(office->targeted.adverse, office->targeted.judged, office->chance.adverse, office->chance.judged),
		WATCH_FINE};
	if (office->chance.judged >= FRUITLESS_LEAST && office->targeted.judged >= FRUITLESS_LEAST &&
	    figure.recent_value <= figure.before_value)
		figure.level = WATCH_ALERT;
	return keep(keeping, &figure);
}

static enum status keep_profile(struct keeping *keeping, const struct office *whole, const struct watched_profile *profile)
{
	struct figure figure = {whole, WATCH_PROFILE_SILENT, profile->code, profile->before, profile->recent,
		share(profile->rate), NUMBER_NONE, NUMBER_NONE, WATCH_FINE};

	if (!profile->at_declaration)
		return STATUS_OK;
	if (!profile->recent)
		figure.level = profile->before >= SILENT_LEAST ? WATCH_ALERT : WATCH_NOTED;
	TRY(keep(keeping, &figure));
	figure.measure = WATCH_PROFILE_FRUITLESS;
	figure.level = profile->rate.judged >= FRUITLESS_LEAST && !profile->rate.adverse ? WATCH_ALERT : WATCH_FINE;
	figure.before_count = profile->rate.judged;
	figure.recent_count = profile->rate.adverse;
	return keep(keeping, &figure);
}

static enum status keep_all(struct database *database, const struct watching *watching, int64_t *ret_alerts)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct keeping keeping = {.actor = actor_system(WATCH_JOB), .now = clock_now()};

	TRY(writer_begin(database, &writer));
	keeping.writer = writer;
	TRY(store_execute(writer, &FIGURES_FORGET, NO_PARAMS, NULL));
	for (size_t i = 0; i < watching->office_count; i++)
		if (!i || watching->offices[i].code.size)
			TRY(keep_office(&keeping, &watching->offices[i]));
	for (size_t i = 0; i < watching->profile_count; i++)
		TRY(keep_profile(&keeping, &watching->offices[0], &watching->profiles[i]));
	TRY(store_execute(writer, &ALERTS_END, PARAMS(V_INT(keeping.now)), NULL));
	*ret_alerts = keeping.alerts;
	return writer_commit(&writer);
}

enum status watch_run(struct database *database, int64_t today, struct arena *arena, int64_t *ret_alerts)
{
	AUTO(watching_release) struct watching watching = {.arena = arena, .today = today, .office_count = 1};

	watching.row = arena_new(ROW_MEMORY);
	watching.offices = memory_allocate(OFFICES * sizeof *watching.offices);
	if (!watching.row || !watching.offices)
		return STATUS_NO_MEMORY;
	watching.offices[0].code = TEXT("");
	watching.offices[0].path = TEXT("/");
	TRY(reader_begin(database, &watching.reader));
	TRY(read_all(&watching));
	reader_end(watching.reader);
	watching.reader = NULL;
	return keep_all(database, &watching, ret_alerts);
}
