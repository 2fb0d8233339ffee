/* What a program may rely on: tokens and rights, tags, keys, rates, problems. */
#include "call.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>

struct scene {
	struct site site;
	char token[100], reader[100];
};

static bool give_token(const char *url, const char *login, const char *role, const char *rate, char token[100])
{
	struct run run;
	bool done;

	RUN(&run, "token", login, "--role", role, "--rate", rate, "--db", url);
	done = run.code == 0;
	snprintf(token, 100, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
	run_release(&run);
	return done;
}

static int ask(const struct scene *scene, const struct call *call, struct answer *ret_answer)
{
	struct call whole = *call;

	whole.port = scene->site.port;
	whole.method = call->method ? call->method : "GET";
	whole.token = call->token ? call->token : scene->token;
	call_make(&whole, ret_answer);
	return ret_answer->status;
}

static int status_of(const struct scene *scene, const struct call *call)
{
	struct answer answer;
	int status = ask(scene, call, &answer);

	answer_release(&answer);
	return status;
}

static void tokens(const struct scene *scene)
{
	struct answer answer;
	char value[200];

	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/envois", .token = "vigie_faux"}, &answer), 401);
	answer_header(&answer, "WWW-Authenticate", value, sizeof value);
	CHECK(strstr(value, "Bearer") != NULL);
	answer_release(&answer);
	/* A token is for programs: it opens no page. */
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/envois"}), 303);
	/* Rights are those of the account's roles. */
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/api/v1/envois", .token = scene->reader}), 200);
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/api/v1/programmes", .token = scene->reader}), 403);
	CHECK_INTEGER(status_of(scene,
			      &(struct call){.method = "POST", .path = "/api/v1/taches", .body = "{\"nom\":\"journal.seal\"}",
				      .token = scene->reader}),
		403);
	/* What is open to strangers is nothing for programs, and pages without data neither. */
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/api/v1/connexion"}), 404);
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/api/v1/nulle-part"}), 404);
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/envois/1/decision"}), 404);
}

static void tags(const struct scene *scene)
{
	struct answer answer;
	char tag[100], condition[140];

	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/envois/1"}, &answer), 200);
	answer_header(&answer, "ETag", tag, sizeof tag);
	answer_release(&answer);
	CHECK(strlen(tag) > 10);
	snprintf(condition, sizeof condition, "If-None-Match: %s", tag);
	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/envois/1", .headers = {condition}}, &answer), 304);
	CHECK_INTEGER((long long)answer.body.size, 0);
	answer_release(&answer);
	CHECK_INTEGER(status_of(scene, &(struct call){.path = "/api/v1/envois/1", .headers = {"If-None-Match: \"autre\""}}), 200);
	/* An action on a thing that has changed since is not done. */
	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/reglages"}, &answer), 200);
	answer_header(&answer, "ETag", tag, sizeof tag);
	answer_release(&answer);
	snprintf(condition, sizeof condition, "If-Match: %s", tag);
	CHECK_INTEGER(status_of(scene,
			      &(struct call){.method = "POST", .path = "/api/v1/reglages/general.currency",
				      .body = "{\"valeur\":\"XAF\"}", .headers = {condition}}),
		200);
	CHECK_INTEGER(status_of(scene,
			      &(struct call){.method = "POST", .path = "/api/v1/reglages/general.currency",
				      .body = "{\"valeur\":\"GNF\"}", .headers = {condition}}),
		412);
	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/reglages"}, &answer), 200);
	CHECK(strstr(answer.body.data, "\"XAF\"") != NULL);
	answer_release(&answer);
}

static void keys(const struct scene *scene)
{
	const struct call add = {.method = "POST", .path = "/api/v1/programmes",
		.body = "{\"identifiant\":\"une-fois\",\"nom\":\"Une fois\"}", .headers = {"Idempotency-Key: cle-1"}};
	struct call other = add;
	struct answer first, again;
	char value[20];

	CHECK_INTEGER(ask(scene, &add, &first), 200);
	CHECK_INTEGER(ask(scene, &add, &again), 200);
	answer_header(&again, "Idempotency-Replayed", value, sizeof value);
	CHECK_TEXT(text_of(value), "true");
	CHECK(text_equal(buffer_text(&first.body), buffer_text(&again.body)));
	answer_release(&first);
	answer_release(&again);
	other.body = "{\"identifiant\":\"autre\",\"nom\":\"Autre\"}";
	CHECK_INTEGER(status_of(scene, &other), 422);
	/* What was refused is not kept: mended, it goes through with the same key. */
	other.headers[0] = "Idempotency-Key: cle-2";
	other.body = "{\"identifiant\":\"\"}";
	CHECK_INTEGER(status_of(scene, &other), 422);
	other.body = "{\"identifiant\":\"mieux\",\"nom\":\"Mieux\"}";
	CHECK_INTEGER(status_of(scene, &other), 200);
	other.headers[0] = "Idempotency-Key: a b";
	CHECK_INTEGER(status_of(scene, &other), 422);
}

static void uploads(const struct scene *scene)
{
	char file[PATH_ROOM * 2];
	struct answer answer;
	struct call call = {.method = "POST", .path = "/api/v1/imports", .upload = file, .headers = {"Idempotency-Key: envoi"}};
	struct text first = TEXT_NONE;
	AUTO(buffer_release) struct buffer kept = {0};

	snprintf(file, sizeof file, "%s/tests/journeys/files/sad.xml", test_source_folder());
	buffer_init(&kept, 4096);
	for (int i = 0; i < 2; i++) {
		CHECK_INTEGER(ask(scene, &call, &answer), 200);
		if (i == 0) {
			buffer_append(&kept, buffer_text(&answer.body));
			first = buffer_text(&kept);
		}
		CHECK(text_equal(buffer_text(&answer.body), first));
		answer_release(&answer);
	}
	call.headers[0] = NULL;
	call.path = "/api/v1/evaluer";
	CHECK_INTEGER(ask(scene, &call, &answer), 200);
	CHECK(strstr(answer.body.data, "\"lane\":\"red\"") != NULL);
	answer_release(&answer);
}

static void problems(const struct scene *scene)
{
	struct answer answer;
	char type[100];

	CHECK_INTEGER(ask(scene,
			      &(struct call){.method = "POST", .path = "/api/v1/programmes",
				      .body = "{\"identifiant\":{},\"inconnu\":1}"},
			      &answer),
		422);
	answer_header(&answer, "Content-Type", type, sizeof type);
	CHECK_TEXT(text_of(type), "application/problem+json");
	CHECK(strstr(answer.body.data, "\"field\":\"identifiant\"") != NULL);
	CHECK(strstr(answer.body.data, "\"field\":\"inconnu\"") != NULL);
	answer_release(&answer);
	CHECK_INTEGER(status_of(scene, &(struct call){.method = "POST", .path = "/api/v1/programmes", .body = "{"}), 400);
	CHECK_INTEGER(status_of(scene, &(struct call){.method = "POST", .path = "/api/v1/programmes", .body = "[]"}), 400);
	CHECK_INTEGER(status_of(scene, &(struct call){.method = "DELETE", .path = "/api/v1/programmes"}), 405);
}

static void rates(const struct scene *scene, const char *slow)
{
	struct answer answer;
	char value[40], other[100];
	int refused = 0;

	/* Two in a minute; a minute may turn meanwhile. */
	for (int i = 0; i < 6; i++) {
		if (ask(scene, &(struct call){.path = "/api/v1/compte", .token = slow}, &answer) == 429) {
			refused++;
			answer_header(&answer, "Retry-After", value, sizeof value);
			CHECK(*value != '\0');
			answer_header(&answer, "RateLimit-Remaining", value, sizeof value);
			CHECK_TEXT(text_of(value), "0");
		} else {
			answer_header(&answer, "RateLimit-Limit", value, sizeof value);
			CHECK_TEXT(text_of(value), "2");
		}
		answer_release(&answer);
	}
	CHECK(refused >= 2 && refused <= 4);
	/* Another rate for an account that exists holds for the tokens it has. */
	CHECK(give_token(scene->site.url, "lent", "auditor", "1000", other));
	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/compte", .token = slow}, &answer), 200);
	answer_header(&answer, "RateLimit-Limit", value, sizeof value);
	CHECK_TEXT(text_of(value), "1000");
	answer_release(&answer);
}

static void pages_of_lists(const struct scene *scene)
{
	struct answer answer;
	json_t *list;

	CHECK_INTEGER(ask(scene, &(struct call){.path = "/api/v1/envois"}, &answer), 200);
	list = answer_json(&answer);
	CHECK(json_array_size(json_object_get(list, "items")) == 1);
	CHECK(json_is_null(json_object_get(list, "next")));
	json_decref(list);
	answer_release(&answer);
}

/* What the prompt allows as a rate, and what it says of the rest. */
static void rates_at_the_prompt(const char *url)
{
	static const char *const refused[] = {"0", "-1", "1000001", "mille", ""};
	char token[100];
	struct run run;

	CHECK(give_token(url, "rapide", "auditor", "1000000", token) && text_starts_with(text_of(token), TEXT("vigie_")));
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		RUN(&run, "token", "trop", "--rate", refused[i], "--db", url);
		CHECK(run.code != 0 && run.out.size == 0);
		CHECK(text_find(buffer_text(&run.err), TEXT("--rate attend un nombre entier entre 1 et")) < run.err.size);
		run_release(&run);
	}
	RUN(&run, "token", "trop", "--days", "1101", "--db", url);
	CHECK(run.code != 0 && text_find(buffer_text(&run.err), TEXT("--days")) < run.err.size);
	run_release(&run);
}

static void behave(const char *url)
{
	struct scene scene = {.site = {.url = url, .process = -1}};
	char slow[100];

	if (walk_prepare(url, NULL) && give_token(url, "echanges", "administrator", "100000", scene.token) &&
		give_token(url, "lecteur", "auditor", "100000", scene.reader) &&
		give_token(url, "lent", "auditor", "2", slow) && site_start(&scene.site, url)) {
		tokens(&scene);
		pages_of_lists(&scene);
		tags(&scene);
		keys(&scene);
		uploads(&scene);
		problems(&scene);
		rates(&scene, slow);
		rates_at_the_prompt(url);
		CHECK(site_stop(&scene.site));
	} else {
		test_failed(__FILE__, __LINE__, "no server to ask");
	}
	site_kill(&scene.site);
}

TEST(api_tokens_tags_keys_rates_and_problems) { test_each_url(behave); }
