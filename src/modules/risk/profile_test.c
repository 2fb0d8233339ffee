/* Profiles from the first word to the policy in force, and back out of it. */
#include "base/embedded.h"
#include "base/file.h"
#include "domain/test_domain.h"
#include "formats/mapping.h"
#include "modules/risk/digest_memo.h"
#include "modules/risk/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const folders[] = {"src/domain/migrations", "src/modules/declarations/migrations",
	"src/modules/screening/migrations", "src/modules/prices/migrations", "src/modules/risk/migrations", NULL};

static struct grant every_right[] = {{RISK_READ, {"/", 1}}, {RISK_MANAGE, {"/", 1}}, {RISK_ACTIVATE, {"/", 1}}};

static struct actor person(int64_t id)
{
	return (struct actor){.user_id = id, .login = TEXT("p"), .name = TEXT("P"), .grants = every_right, .grant_count = 3};
}

static const char used_cars[] =
	"profil CAR-9 : Voitures trop légères\n"
	"base légale : Code des douanes\n"
	"circuit : rouge\n"
	"quand\n"
	"  item.hs commence par 8703 et item.net_mass < 150 kg\n"
	"fin";

struct scene {
	struct arena *arena;
	struct writer *writer;
};

static bool scene_begin(struct scene *scene, struct database *database)
{
	const struct actor system = actor_system("test");

	scene->arena = arena_new(256 << 20);
	scene->writer = NULL;
	return scene->arena && writer_begin(database, &scene->writer) == STATUS_OK &&
		risk_install(scene->writer, &system) == STATUS_OK &&
		setting_change(scene->writer, &system, &risk_settings[RISK_REHEARSAL_REQUIRED], TEXT("no")) == STATUS_OK;
}

static void scene_end(struct scene *scene)
{
	writer_rollback(&scene->writer);
	arena_free(scene->arena);
}

/* Checks and saves as `id`; the version that it became. */
static enum status write_text(struct scene *scene, int64_t id, int64_t profile_id, const char *source,
	struct profile_version *ret_version)
{
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
	const struct actor actor = person(id);
	struct profile_text text = {.profile_id = profile_id, .source = text_of(source), .note = TEXT("essai")};
	struct reader *reader = writer_reader(scene->writer);
	struct profile_version *versions;
	struct text code = TEXT_NONE;
	int64_t number;
	size_t count;

	if (profile_id) {
		TRY(profile_versions(reader, profile_id, scene->arena, &versions, &count));
		text.seen_version = versions[0].row_version;
		code = versions[0].code;
	}
	TRY(profile_check(reader, text.source, code, scene->arena, &checked));
	if (checked.problem_count)
		return STATUS_INVALID;
	TRY(profile_save(scene->writer, &actor, &text, &checked, &profile_id, &number));
	return profile_version_number(reader, profile_id, number, scene->arena, ret_version);
}

static enum status move_to(struct scene *scene, int64_t id, struct profile_version *version, const char *move_name,
	const char *reason, struct message *ret_refusal)
{
	const struct actor actor = person(id);
	const struct profile_move_input input = {.reason = text_of(reason)};
	struct workflow_move move = {.actor = &actor, .id = version->id, .version = version->row_version, .input = &input};

	TRY(workflow_move_to(scene->writer, &profile_workflow, move_name, &move, ret_refusal));
	return profile_version_find(writer_reader(scene->writer), version->id, scene->arena, version);
}

static bool active_policy_holds(struct scene *scene, const char *words)
{
	struct policy_row row;

	return policy_row_active(writer_reader(scene->writer), scene->arena, &row) == STATUS_OK &&
		text_find(row.source, text_of(words)) < row.source.size;
}

static void starter_is_profiles(struct database *database)
{
	struct scene scene;
	struct policy_row before, candidate;
	struct policy *policy = NULL, *starter = NULL;
	struct problem_list problems = {0};
	struct profile_row *rows;
	size_t count;

	REQUIRE(scene_begin(&scene, database));
	problems.arena = scene.arena;
	CHECK(profile_list(writer_reader(scene.writer), scene.arena, &rows, &count) == STATUS_OK);
	CHECK(risk_starter_policy(scene.arena, &starter, &problems) == STATUS_OK);
	CHECK_INTEGER(count, policy_count(starter));
	CHECK(count > 0 && text_is(rows[0].state, "active") && rows[0].active_number == 1);
	CHECK(policy_row_active(writer_reader(scene.writer), scene.arena, &before) == STATUS_OK);
	/* The active profiles make the very policy that is in force: nothing changes by installing them. */
	CHECK(profile_candidate(writer_reader(scene.writer), 0, 0, scene.arena, &candidate, &policy) == STATUS_OK);
	CHECK(policy && memcmp(policy_digest(policy), policy_digest(starter), 32) == 0);
	policy_free(policy);
	policy_free(starter);
	scene_end(&scene);
}
TEST(profiles_of_the_starter_policy_make_the_same_policy) { test_each_database(folders, starter_is_profiles); }

static void from_draft_to_force_and_out(struct database *database)
{
	struct scene scene;
	struct profile_version version, second;
	struct message refusal = {.id = NULL};

	REQUIRE(scene_begin(&scene, database));
	REQUIRE(write_text(&scene, 1, 0, used_cars, &version) == STATUS_OK);
	CHECK(text_is(version.state, "draft") && version.number == 1 && version.lane == LANE_RED);
	CHECK(!active_policy_holds(&scene, "CAR-9"));
	CHECK(move_to(&scene, 1, &version, "activate", NULL, &refusal) == STATUS_CONFLICT);
	CHECK(move_to(&scene, 1, &version, "propose", NULL, &refusal) == STATUS_OK);
	CHECK(text_is(version.state, "proposed"));
	/* Four eyes. */
	CHECK(move_to(&scene, 1, &version, "activate", NULL, &refusal) == STATUS_INVALID && refusal.id);
	/* Sent back with a reason only; the next text is a version of its own. */
	CHECK(move_to(&scene, 2, &version, "send_back", NULL, &refusal) == STATUS_INVALID);
	CHECK(move_to(&scene, 2, &version, "send_back", "trop large", &refusal) == STATUS_OK);
	CHECK_TEXT(version.reason, "trop large");
	REQUIRE(write_text(&scene, 2, version.profile_id, used_cars, &second) == STATUS_OK);
	CHECK_INTEGER(second.number, 2);
	CHECK(move_to(&scene, 2, &second, "propose", NULL, &refusal) == STATUS_OK);
	/* Both wrote of it: neither may activate. */
	CHECK(move_to(&scene, 1, &second, "activate", NULL, &refusal) == STATUS_INVALID);
	CHECK(move_to(&scene, 2, &second, "activate", NULL, &refusal) == STATUS_INVALID);
	CHECK(move_to(&scene, 3, &second, "activate", NULL, &refusal) == STATUS_OK);
	CHECK(active_policy_holds(&scene, "CAR-9") && active_policy_holds(&scene, "ARM-01"));
	CHECK(move_to(&scene, 3, &second, "retire", NULL, &refusal) == STATUS_INVALID);
	CHECK(move_to(&scene, 3, &second, "retire", "n'a rien trouvé", &refusal) == STATUS_OK);
	CHECK(!active_policy_holds(&scene, "CAR-9") && active_policy_holds(&scene, "ARM-01"));
	scene_end(&scene);
}
TEST(profile_from_draft_to_force_and_out_of_it) { test_each_database(folders, from_draft_to_force_and_out); }

static void next_version_replaces(struct database *database)
{
	struct scene scene;
	struct profile_version first, second, third;
	struct message refusal = {.id = NULL};

	REQUIRE(scene_begin(&scene, database));
	REQUIRE(write_text(&scene, 1, 0, used_cars, &first) == STATUS_OK);
	/* The author goes on with the draft: no new version, but who saw the old row is told. */
	REQUIRE(write_text(&scene, 1, first.profile_id, used_cars, &second) == STATUS_OK);
	CHECK_INTEGER(second.number, 1);
	CHECK(second.row_version > first.row_version);
	CHECK(move_to(&scene, 1, &first, "propose", NULL, &refusal) == STATUS_CONFLICT);
	CHECK(move_to(&scene, 1, &second, "propose", NULL, &refusal) == STATUS_OK);
	/* What waits for a decision is not written over. */
	CHECK(write_text(&scene, 1, first.profile_id, used_cars, &third) == STATUS_CONFLICT);
	CHECK(move_to(&scene, 2, &second, "activate", NULL, &refusal) == STATUS_OK);
	REQUIRE(write_text(&scene, 1, first.profile_id,
		"profil CAR-9 : Voitures\nbase légale : Code\ncircuit : jaune\nquand\n item.hs commence par 870323\nfin", &third) ==
		STATUS_OK);
	CHECK_INTEGER(third.number, 2);
	CHECK(active_policy_holds(&scene, "net_mass < 150 kg"));
	CHECK(move_to(&scene, 1, &third, "propose", NULL, &refusal) == STATUS_OK);
	CHECK(move_to(&scene, 2, &third, "activate", NULL, &refusal) == STATUS_OK);
	CHECK(!active_policy_holds(&scene, "net_mass < 150 kg") && active_policy_holds(&scene, "870323"));
	CHECK(profile_version_find(writer_reader(scene.writer), second.id, scene.arena, &second) == STATUS_OK);
	CHECK_TEXT(second.state, "retired");
	scene_end(&scene);
}
TEST(profile_version_in_force_is_replaced_by_the_next) { test_each_database(folders, next_version_replaces); }

static const unsigned char *content_of(const struct policy_row *row, unsigned char ret_content[DIGEST_SIZE])
{
	digest_of_content(row->source, row->lists, ret_content);
	return ret_content;
}

static void rehearsal_is_asked_for(struct database *database)
{
	unsigned char content[DIGEST_SIZE], digest[DIGEST_SIZE];
	struct digest_memo memo;
	struct scene scene;
	struct profile_version version;
	struct message refusal = {.id = NULL};
	const struct actor actor = person(1), system = actor_system("test");
	struct rehearsal_row rehearsal = {.from_day = 20000, .to_day = 20100, .summary = TEXT("{}"), .result = TEXT("{}")};
	struct policy *policy = NULL;
	struct policy_row row;
	int64_t id;

	REQUIRE(scene_begin(&scene, database));
	CHECK(setting_change(scene.writer, &system, &risk_settings[RISK_REHEARSAL_REQUIRED], TEXT("yes")) == STATUS_OK);
	REQUIRE(write_text(&scene, 1, 0, used_cars, &version) == STATUS_OK);
	CHECK(move_to(&scene, 1, &version, "propose", NULL, &refusal) == STATUS_OK);
	CHECK(move_to(&scene, 2, &version, "activate", NULL, &refusal) == STATUS_INVALID);
	REQUIRE(profile_candidate(writer_reader(scene.writer), version.profile_id, version.id, scene.arena, &row, &policy) ==
		STATUS_OK);
	memcpy(rehearsal.policy_digest, policy_digest(policy), DIGEST_SIZE);
	policy_free(policy);
	/* The digest alone: compiled the first time, remembered the second, and known by what it is made of. */
	digest_memo_init(&memo);
	for (int i = 0; i < 2; i++) {
		CHECK(digest_memo_find(&memo, content_of(&row, content), digest) == (i > 0));
		CHECK(profile_candidate_digest(writer_reader(scene.writer), &version, &memo, scene.arena, digest) == STATUS_OK);
		CHECK(memcmp(digest, rehearsal.policy_digest, DIGEST_SIZE) == 0);
	}
	row.lists = TEXT("{\"autre\":[]}");
	CHECK(!digest_memo_find(&memo, content_of(&row, content), digest));
	digest_memo_destroy(&memo);
	CHECK(rehearsal_record(scene.writer, &actor, &rehearsal, &id) == STATUS_OK);
	CHECK(move_to(&scene, 2, &version, "activate", NULL, &refusal) == STATUS_OK);
	scene_end(&scene);
}
TEST(profile_activation_asks_for_the_rehearsal_of_this_policy) { test_each_database(folders, rehearsal_is_asked_for); }

/* ---- what is wrong, at its place */

static void places(struct database *database)
{
	static const struct {
		const char *source;
		int line, column;
		const char *word;
	} wrong[] = {
		{"profil A-1 : T\nbase légale : B\ncircuit : rose\nquand\n flow = I\nfin", 3, 11, "rouge"},
		{"profil A-1 : T\nbase légale : B\ncircuit : bleu\nquand\n  gross_mas > 1 t\nfin", 5, 3, "gross_mas"},
		{"# remarque\nprofil A-1 : T\nbase légale : B\ncircuit : bleu\nquand\n  consignee.code in list NOBODY\nfin", 6, 26,
			"NOBODY"},
		{"profil ARM-01 : T\nbase légale : B\ncircuit : bleu\nquand\n flow = I\nfin", 0, 0, "ARM-01"},
		{"", 0, 0, "seul"},
	};
	struct scene scene;

	REQUIRE(scene_begin(&scene, database));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
		AUTO(buffer_release) struct buffer said = {0};

		buffer_init(&said, 4096);
		CHECK(profile_check(writer_reader(scene.writer), text_of(wrong[i].source), TEXT_NONE, scene.arena, &checked) ==
			STATUS_OK);
		CHECK(!checked.policy && checked.problem_count > 0);
		for (size_t j = 0; j < checked.problem_count; j++)
			if (checked.problems[j].line == wrong[i].line && checked.problems[j].column == wrong[i].column)
				message_print(&said, LANGUAGE_FR, &checked.problems[j].message);
		CHECK(said.size && text_find(buffer_text(&said), text_of(wrong[i].word)) < said.size);
	}
	scene_end(&scene);
}
TEST(profile_errors_are_told_at_their_place) { test_each_database(folders, places); }

/* ---- the lines that changed */

TEST(profile_lines_are_compared)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	struct diff_line *lines;
	size_t count;
	char shape[16] = "";

	REQUIRE(arena && lines_compare(arena, TEXT("a\nb\nc\nd"), TEXT("a\nc\nx\nd"), &lines, &count) == STATUS_OK);
	for (size_t i = 0; i < count && i < sizeof shape - 1; i++)
		shape[i] = lines[i].kind;
	CHECK_TEXT(text_of(shape), " - + ");
	CHECK_TEXT(lines[1].text, "b");
	CHECK_INTEGER(lines[1].before, 2);
	CHECK_INTEGER(lines[3].after, 3);
	CHECK(lines_compare(arena, TEXT(""), TEXT("x\ny"), &lines, &count) == STATUS_OK);
	CHECK_INTEGER(count, 2);
	CHECK(lines_compare(arena, TEXT("x\ny"), TEXT(""), &lines, &count) == STATUS_OK);
	CHECK(count == 2 && lines[0].kind == '-');
}

/* ---- the past */

enum { CARS = 60 };

static const char mapping_file[] =
	"separator ,\ndates iso\nset flow = I\ncolumn \"reference\" = reference\ncolumn \"office\" = office\n"
	"column \"date\" = registered_on\ncolumn \"hs\" = item.hs\ncolumn \"mass\" = item.net_mass unit kg\n"
	"column \"adverse\" = outcome.adverse\n";

/* One car a day, the newest today; every third weighs 100 kg and is adverse. */
static bool write_cars(char *path)
{
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file)
		return false;
	fprintf(file, "reference,office,date,hs,mass,adverse\n");
	for (int i = 0; i < CARS; i++) {
		AUTO(buffer_release) struct buffer day = {0};

		buffer_init(&day, 32);
		date_print(&day, clock_today() - i);
		fprintf(file, "R%03d,VG101,%s,87032319,%d,%d\n", i, day.data, i % 3 ? 900 : 100, i % 3 == 0);
	}
	return fclose(file) == 0;
}

static enum status import_cars(struct database *database, struct decider *decider, struct arena *arena)
{
	char path[] = "/tmp/vigie-profile-XXXXXX";
	const struct actor actor = actor_system("test");
	struct intake intake = {.database = database, .decider = decider, .actor = &actor};
	struct refusal refusal = {0};
	struct mapping *mapping;
	struct import_row row;
	enum status status;

	TRY(mapping_read(arena, text_of(mapping_file), &mapping, &refusal));
	intake.mapping = mapping;
	status = write_cars(path) ? intake_file(&intake, path, TEXT("voitures.csv"), arena, &row) : STATUS_INTERNAL;
	unlink(path);
	TRY(status);
	return row.added_count == CARS ? STATUS_OK : STATUS_INTERNAL;
}

static void over_the_past(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(256 << 20);
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
	AUTO(profile_checked_release) struct profile_checked late = {.policy = NULL};
	const struct profile_try_limits all = {1000, 20 * MICROSECONDS}, some = {20, 20 * MICROSECONDS}, none = {1000, -1};
	const struct actor system = actor_system("test");
	struct profile_try result;
	struct writer *writer = NULL;

	REQUIRE(arena && writer_begin(database, &writer) == STATUS_OK && risk_install(writer, &system) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK && decider_new(database, &decider) == STATUS_OK);
	REQUIRE(import_cars(database, decider, arena) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(profile_check(reader, text_of(used_cars), TEXT_NONE, arena, &checked) == STATUS_OK && checked.policy);
	REQUIRE(profile_try_run(reader, decider, checked.policy, TEXT("*"), &all, arena, &result) == STATUS_OK);
	CHECK_INTEGER(result.windows[0].stored, 30);
	CHECK_INTEGER(result.windows[0].examined, 30);
	CHECK_INTEGER(result.windows[0].hits, 10);
	CHECK_INTEGER(result.windows[1].hits, 20);
	CHECK_INTEGER(result.windows[2].stored, CARS);
	CHECK_INTEGER(result.windows[2].judged, 20);
	CHECK_INTEGER(result.windows[2].adverse, 20);
	CHECK_INTEGER(result.example_count, PROFILE_TRY_EXAMPLES);
	CHECK(result.step == 1 && !result.out_of_time);
	CHECK_TEXT(result.examples[0].reference, "R000");
	/* Sampled, and cut short, it says so. */
	REQUIRE(profile_try_run(reader, decider, checked.policy, TEXT("*"), &some, arena, &result) == STATUS_OK);
	CHECK_INTEGER(result.step, 3);
	CHECK_INTEGER(result.windows[2].examined, CARS / 3);
	REQUIRE(profile_try_run(reader, decider, checked.policy, TEXT("*"), &none, arena, &result) == STATUS_OK);
	CHECK(result.out_of_time && result.windows[2].examined == 0);
	/* Who may see nothing is told nothing. */
	REQUIRE(profile_try_run(reader, decider, checked.policy, TEXT("|"), &all, arena, &result) == STATUS_OK);
	CHECK_INTEGER(result.windows[2].stored, 0);
	/* Histories are those of the day: the newest ten cars know fifty or more before them. */
	REQUIRE(profile_check(reader, TEXT("profil P-1 : Passé\nbase légale : B\ncircuit : bleu\nquand\n  count(hs6) >= 50\nfin"),
		TEXT_NONE, arena, &late) == STATUS_OK && late.policy);
	REQUIRE(profile_try_run(reader, decider, late.policy, TEXT("*"), &all, arena, &result) == STATUS_OK);
	CHECK_INTEGER(result.windows[2].hits, CARS - 50);
}
TEST(profile_is_tried_over_the_past_before_it_is_saved) { test_each_database(folders, over_the_past); }

static void lives(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(256 << 20);
	AUTO(arena_release) struct arena *own = arena_new(64 << 20);
	AUTO(decider_release) struct decider *decider = NULL;
	struct scene scene;
	struct profile_version version;
	struct message refusal = {.id = NULL};
	struct profile_life life;
	struct profile_month months[PROFILE_LIFE_MONTHS];
	int64_t gathered = 0, hits = 0;

	REQUIRE(arena && own && scene_begin(&scene, database));
	REQUIRE(write_text(&scene, 1, 0, used_cars, &version) == STATUS_OK);
	CHECK(move_to(&scene, 1, &version, "propose", NULL, &refusal) == STATUS_OK);
	CHECK(move_to(&scene, 2, &version, "activate", NULL, &refusal) == STATUS_OK);
	REQUIRE(writer_commit(&scene.writer) == STATUS_OK && decider_new(database, &decider) == STATUS_OK);
	REQUIRE(import_cars(database, decider, arena) == STATUS_OK);
	REQUIRE(writer_begin(database, &scene.writer) == STATUS_OK);
	CHECK(profile_life_gather(scene.writer, 1000, own, &gathered) == STATUS_OK);
	CHECK(gathered >= CARS);
	CHECK(profile_life_gather(scene.writer, 1000, own, &gathered) == STATUS_OK);
	CHECK_INTEGER(gathered, 0);
	CHECK(profile_life_read(writer_reader(scene.writer), TEXT("CAR-9"), clock_today() - 365, &life) == STATUS_OK);
	CHECK_INTEGER(life.hits, 20);
	CHECK_INTEGER(life.selected, 20);
	CHECK_INTEGER(life.inspected, 20);
	CHECK_INTEGER(life.adverse, 20);
	CHECK_INTEGER(life.minutes, 20 * 120);
	/* What was measured counts in place of the setting. */
	CHECK(risk_control_took(scene.writer, 1, 30) == STATUS_OK);
	CHECK(profile_life_read(writer_reader(scene.writer), TEXT("CAR-9"), clock_today() - 365, &life) == STATUS_OK);
	CHECK_INTEGER(life.minutes, 19 * 120 + 30);
	CHECK(profile_months_read(writer_reader(scene.writer), TEXT("CAR-9"), months) == STATUS_OK);
	for (int i = 0; i < PROFILE_LIFE_MONTHS; i++)
		hits += months[i].hits;
	CHECK_INTEGER(hits, 20);
	scene_end(&scene);
}
TEST(profile_life_is_gathered_from_decisions_and_outcomes) { test_each_database(folders, lives); }
