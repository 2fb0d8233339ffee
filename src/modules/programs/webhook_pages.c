/* Webhooks ("rappels") and what became of each message. */
#include "base/clock.h"
#include "base/secret.h"
#include "domain/webhook.h"
#include "modules/programs/pages.h"

#include <string.h>

#define WEBHOOK_FIELDS                                                                                                 \
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false}, {"program", TR("Programme"), API_TEXT, .may_be_null = false}, \
		{"url", TR("Adresse à appeler"), API_TEXT, .may_be_null = false},                                                    \
		{"events", TR("Événements"), API_TEXT, .may_be_null = false},                                                       \
		{"active", TR("En service"), API_BOOLEAN, .may_be_null = false},                                                    \
		{"version", TR("Version"), API_INTEGER, .may_be_null = false},                                                      \
	{                                                                                                              \
		"created_at", TR("Ajouté le"), API_TIME, .may_be_null = false                                          \
	}

static const struct api_field webhook_row_fields[] = {WEBHOOK_FIELDS, {0}};
const struct api_shape webhook_row_shape = {"WebhookRow", webhook_row_fields};
static const struct api_field delivery_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"event", TR("Événement"), API_TEXT, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"attempts", TR("Essais"), API_INTEGER, .may_be_null = false},
	{"created_at", TR("Quand"), API_TIME, .may_be_null = false},
	{"next_at", TR("Prochain essai"), API_TIME, .may_be_null = false},
	{"ended_at", TR("Fini le"), API_TIME, .may_be_null = true},
	{"http", TR("Réponse"), API_INTEGER, .may_be_null = true},
	{"problem", TR("Difficulté"), API_TEXT, .may_be_null = true},
	{0},
};
static const struct api_shape delivery_shape = {"Delivery", delivery_fields};
static const struct api_field webhook_fields[] = {
	WEBHOOK_FIELDS,
	{"deliveries", TR("Messages"), API_OBJECT, .is_list = true, .of = &delivery_shape},
	{0},
};
const struct api_shape webhook_shape = {"Webhook", webhook_fields};
static const struct api_field secret_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"secret", TR("Le secret des signatures, montré cette seule fois"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape secret_shape = {"WebhookSecret", secret_fields};

struct choosing {
	struct html *p;
	struct json_writer *json;
	int64_t user_id;
	size_t count;
};

static bool print_webhook(void *context, const struct webhook *webhook)
{
	static const struct table_column columns[] = {{TR("Adresse à appeler"), NULL}, {TR("Programme"), NULL},
		{TR("Événements"), NULL}, {TR("État"), NULL}, {NULL, NULL}};
	struct choosing *choosing = context;
	struct html *p = choosing->p;
	const char *path = arena_format(p->rq->arena, "/rappels/%lld", (long long)webhook->id).data;

	if (choosing->user_id && choosing->user_id != webhook->user_id)
		return true;
	if (!choosing->count++)
		table_begin(p, TR("Rappels"), columns);
	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, path ? path : "/programmes", webhook->url);
	table_cell_end(p);
	table_cell(p, webhook->program);
	table_cell(p, webhook->events);
	table_cell_begin(p);
	badge(p, webhook->is_active ? "ok" : "warning", webhook->is_active ? TR("En service") : TR("Arrêté"));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

enum status webhooks_print(struct html *p, struct request *rq, struct reader *db, int64_t user_id)
{
	struct choosing choosing = {.p = p, .user_id = user_id};

	(void)rq;
	TRY(webhook_list(db, print_webhook, &choosing));
	if (choosing.count)
		table_end(p);
	else
		notice(p, "info", TR("Aucun rappel : Vigie n'appelle personne d'elle-même."));
	return STATUS_OK;
}

static void put_webhook(struct json_writer *json, const struct webhook *webhook)
{
	put_key(json, "id");
	put_int(json, webhook->id);
	put_key(json, "program");
	put_text(json, webhook->program);
	put_key(json, "url");
	put_text(json, webhook->url);
	put_key(json, "events");
	put_text(json, webhook->events);
	put_key(json, "active");
	put_bool(json, webhook->is_active);
	put_key(json, "version");
	put_int(json, webhook->version);
	put_key(json, "created_at");
	put_time(json, webhook->created_at);
}

static bool put_webhook_row(void *context, const struct webhook *webhook)
{
	const struct choosing *choosing = context;

	if (choosing->user_id && choosing->user_id != webhook->user_id)
		return true;
	put_object(choosing->json);
	put_webhook(choosing->json, webhook);
	put_object_end(choosing->json);
	return true;
}

enum status webhooks_put(struct reader *db, int64_t user_id, struct json_writer *json)
{
	struct choosing choosing = {.json = json, .user_id = user_id};

	return webhook_list(db, put_webhook_row, &choosing);
}

static void show_secret(struct request *rq, int64_t id, const char *secret)
{
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Rappel"))));

	notice(&p, "warning", TR("Copiez ce secret maintenant : le programme en a besoin pour vérifier les signatures."));
	html(&p, "<p><code class=\"secret\">%s</code></p><p>", secret);
	link_to(&p, arena_format(rq->arena, "/rappels/%lld", (long long)id).data,
		text_of(tr(rq->language, TR("Aller au rappel"))));
	html(&p, "</p>");
	page_end(&p);
}

static enum status refuse(struct request *rq, const struct program *program, const struct webhook *webhook)
{
	struct form_problem problems[2];
	size_t count = 0;
	struct html p = page_begin(rq, program->name);
	struct form form;

	if (!webhook_url_is_sound(webhook->url))
		problems[count++] = (struct form_problem){"adresse", {.id = TR("Donnez une adresse http ou https complète.")}};
	if (!webhook_events_are_sound(webhook->events))
		problems[count++] = (struct form_problem){"evenements",
			{.id = TR("Donnez des noms d'événements séparés par des blancs, ou *.")}};
	form = form_begin(&p, arena_format(rq->arena, "/programmes/%lld/rappels", (long long)program->user_id).data, problems,
		count);
	form_field(&form, &(struct field){.name = "adresse", .label = TR("Adresse à appeler"), .value = webhook->url,
		.required = true, .limit = WEBHOOK_URL_LIMIT});
	form_field(&form, &(struct field){.name = "evenements", .label = TR("Événements"), .value = webhook->events,
		.required = true, .limit = WEBHOOK_EVENTS_LIMIT});
	form_end(&form, TR("Ajouter un rappel"));
	page_end(&p);
	return STATUS_INVALID;
}

enum status webhook_new_action(struct request *rq, struct writer *db)
{
	struct webhook webhook = {.url = rq_input(rq, "adresse"), .events = rq_input(rq, "evenements")};
	unsigned char secret[WEBHOOK_SECRET_SIZE];
	AUTO(buffer_release) struct buffer hex = {0};
	struct program program;
	struct json_writer json;
	bool may = false;
	int64_t id;

	TRY(program_of_address(rq, writer_reader(db), &program, &may));
	if (!may)
		return STATUS_FORBIDDEN;
	webhook.user_id = program.user_id;
	if (!webhook_url_is_sound(webhook.url) || !webhook_events_are_sound(webhook.events))
		return refuse(rq, &program, &webhook);
	TRY(webhook_add(db, &rq->actor, &webhook, secret, &id));
	buffer_init(&hex, 4 * sizeof secret);
	hex_print(&hex, secret, sizeof secret);
	TRY(buffer_status(&hex));
	if (!rq_is_api(rq)) {
		show_secret(rq, id, hex.data);
		return STATUS_OK;
	}
	put_begin(&json, rq_json_secret(rq, 200));
	put_object(&json);
	put_key(&json, "id");
	put_int(&json, id);
	put_key(&json, "secret");
	put_text(&json, buffer_text(&hex));
	put_object_end(&json);
	return STATUS_OK;
}

/* ---- one webhook */

static enum status webhook_of_address(struct request *rq, struct reader *db, struct webhook *ret_webhook, bool *ret_may)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(webhook_find(db, id, rq->arena, ret_webhook));
	return user_may_manage(db, &rq->actor, PROGRAMS_MANAGE, ret_webhook->user_id, rq->arena, ret_may);
}

static const char *state_label(struct text state)
{
	if (text_is(state, "done"))
		return TR("Arrivé");
	return text_is(state, "given_up") ? TR("Abandonné") : TR("En attente");
}

struct delivery_print {
	struct html *p;
	bool may;
};

static bool print_delivery(void *context, const struct webhook_delivery *delivery)
{
	const struct delivery_print *print = context;
	struct html *p = print->p;
	bool is_done = text_is(delivery->state, "done");

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, delivery->created_at);
	table_cell_end(p);
	table_cell(p, delivery->event);
	table_cell_begin(p);
	badge(p, is_done ? "ok" : text_is(delivery->state, "given_up") ? "danger" : "warning", state_label(delivery->state));
	table_cell_end(p);
	table_cell_number(p, number_of(delivery->attempts), 0);
	table_cell(p, delivery->http != INT64_MIN ? arena_format(p->rq->arena, "HTTP %lld", (long long)delivery->http)
						  : delivery->problem);
	table_cell_begin(p);
	if (text_is(delivery->state, "waiting"))
		html_time(p, delivery->next_at);
	table_cell_end(p);
	table_cell_begin(p);
	if (!is_done && print->may) {
		const char *path = arena_format(p->rq->arena, "/rappels/%lld/renvoi", (long long)delivery->webhook_id).data;

		button_form(p, path ? path : "/programmes", TR("Renvoyer"), "livraison",
			arena_format(p->rq->arena, "%lld", (long long)delivery->id));
	}
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static void print_buttons(struct html *p, struct request *rq, const struct webhook *webhook)
{
	const char *path = arena_format(rq->arena, "/rappels/%lld/etat", (long long)webhook->id).data;
	struct form form = form_begin(p, path ? path : "/programmes", NULL, 0);

	form_hidden(&form, "version", arena_format(rq->arena, "%lld", (long long)webhook->version));
	form_hidden(&form, "actif", webhook->is_active ? TEXT("0") : TEXT("1"));
	form_end(&form, webhook->is_active ? TR("Arrêter") : TR("Reprendre"));
	path = arena_format(rq->arena, "/rappels/%lld/essai", (long long)webhook->id).data;
	button_form(p, path ? path : "/programmes", TR("Envoyer un message d'essai"), NULL, TEXT_NONE);
}

enum status webhook_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Événement"), NULL}, {TR("État"), NULL},
		{TR("Essais"), "number"}, {TR("Réponse"), NULL}, {TR("Prochain essai"), "date"}, {TR("Action"), NULL},
		{NULL, NULL}};
	struct delivery_print print;
	struct webhook webhook;
	bool may = false;
	struct html p;

	TRY(webhook_of_address(rq, db, &webhook, &may));
	p = page_begin(rq, text_of(tr(rq->language, TR("Rappel"))));
	facts_begin(&p);
	facts_row(&p, TR("Adresse à appeler"), webhook.url);
	facts_row(&p, TR("Événements"), webhook.events);
	facts_row(&p, TR("Programme"), webhook.program);
	facts_end(&p);
	if (may)
		print_buttons(&p, rq, &webhook);
	section_begin(&p, TR("Messages"));
	table_begin(&p, TR("Messages"), columns);
	print = (struct delivery_print){&p, may};
	TRY(webhook_delivery_list(db, webhook.id, print_delivery, &print));
	table_end(&p);
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}

static bool put_delivery(void *context, const struct webhook_delivery *delivery)
{
	struct json_writer *json = context;

	put_object(json);
	put_key(json, "id");
	put_int(json, delivery->id);
	put_key(json, "event");
	put_text(json, delivery->event);
	put_key(json, "state");
	put_text(json, delivery->state);
	put_key(json, "attempts");
	put_int(json, delivery->attempts);
	put_key(json, "created_at");
	put_time(json, delivery->created_at);
	put_key(json, "next_at");
	put_time(json, delivery->next_at);
	put_key(json, "ended_at");
	put_time(json, delivery->ended_at);
	put_key(json, "http");
	if (delivery->http == INT64_MIN)
		put_null(json);
	else
		put_int(json, delivery->http);
	put_key(json, "problem");
	put_text(json, delivery->problem);
	put_object_end(json);
	return true;
}

enum status webhook_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct webhook webhook;
	bool may = false;

	TRY(webhook_of_address(rq, db, &webhook, &may));
	put_object(json);
	put_webhook(json, &webhook);
	put_key(json, "deliveries");
	put_array(json);
	TRY(webhook_delivery_list(db, webhook.id, put_delivery, json));
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}

static enum status webhook_to_change(struct request *rq, struct reader *db, struct webhook *ret_webhook)
{
	bool may = false;

	TRY(webhook_of_address(rq, db, ret_webhook, &may));
	return may ? STATUS_OK : STATUS_FORBIDDEN;
}

enum status webhook_state_action(struct request *rq, struct writer *db)
{
	struct webhook webhook;
	int64_t version;

	TRY(webhook_to_change(rq, writer_reader(db), &webhook));
	if (!rq_integer(rq, "version", &version))
		version = webhook.version;
	TRY(webhook_set_active(db, &rq->actor, webhook.id, version, text_is(rq_input(rq, "actif"), "1")));
	rq_flash(rq, text_is(rq_input(rq, "actif"), "1") ? TR("Le rappel est repris.") : TR("Le rappel est arrêté."));
	return rq_redirect(rq, "/rappels/%lld", (long long)webhook.id);
}

enum status webhook_try_action(struct request *rq, struct writer *db)
{
	struct webhook webhook;

	TRY(webhook_to_change(rq, writer_reader(db), &webhook));
	TRY(webhook_try(db, &rq->actor, webhook.id, clock_now()));
	rq_flash(rq, TR("Le message d'essai part dans quelques secondes."));
	return rq_redirect(rq, "/rappels/%lld", (long long)webhook.id);
}

enum status webhook_again_action(struct request *rq, struct writer *db)
{
	struct webhook webhook;
	int64_t delivery;

	TRY(webhook_to_change(rq, writer_reader(db), &webhook));
	if (!rq_integer(rq, "livraison", &delivery))
		return STATUS_INVALID;
	TRY(webhook_delivery_again(db, &rq->actor, webhook.id, delivery, clock_now()));
	rq_flash(rq, TR("Le message part de nouveau dans quelques secondes."));
	return rq_redirect(rq, "/rappels/%lld", (long long)webhook.id);
}
