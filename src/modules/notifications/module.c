/* What each person was told, how they want to be told, and what became of it. */
#include "domain/notification.h"
#include "modules/notifications/inputs.h"
#include "modules/notifications/notifications.h"
#include "web/page.h"

#include <stdio.h>

#define NOTIFICATIONS_MANAGE "notifications.manage"

enum { PAGE_ROWS = 50, DELIVERY_ROWS = 200, AT_ONCE = 200 };

/* ---- the list */

struct list_print {
	struct html *p;
	int count, unread;
	int64_t last;
};

static bool print_notification(void *context, const struct notification_row *row)
{
	struct list_print *print = context;
	struct html *p = print->p;
	bool unread = row->read_at == TIME_NONE;

	if (++print->count > PAGE_ROWS)
		return false;
	print->unread += unread;
	print->last = row->id;
	html(p, "<li class=\"%s\"><form class=\"inline\" method=\"post\" action=\"/notifications/%lld\">",
		unread ? "told unread" : "told", (long long)row->id);
	form_token(p);
	html(p, "<button type=\"submit\" class=\"told\">");
	if (unread) {
		badge(p, "info", TR("Nouveau"));
		html(p, " ");
	}
	html_message(p, &row->message);
	html(p, "</button></form><p class=\"muted\">");
	html_time(p, row->created_at);
	html(p, "</p></li>");
	return true;
}

static enum status list_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Notifications"))));
	struct list_print print = {.p = &page};
	int64_t before = INT64_MAX;
	const char *older;

	(void)rq_integer(rq, "avant", &before);
	live_begin(&page, "notifications", "/notifications/flux");
	html(&page, "<ul class=\"told-list\">");
	TRY(notification_list(db, rq->actor.user_id, before, PAGE_ROWS + 1, print_notification, &print));
	html(&page, "</ul>");
	if (!print.count)
		notice(&page, "info", TR("Rien de nouveau : vous serez prévenu ici de ce qui vous attend."));
	if (rq->actor.unread_count)
		button_form(&page, "/notifications/lues", TR("Tout marquer comme lu"), NULL, TEXT_NONE);
	live_end(&page);
	older = arena_format(rq->arena, "/notifications?avant=%lld", (long long)print.last).data;
	page_links(&page, before == INT64_MAX ? NULL : "/notifications", print.count > PAGE_ROWS ? older : NULL);
	html(&page, "<p>");
	link_to(&page, "/notifications/preferences", text_of(tr(rq->language, TR("Choisir comment être prévenu"))));
	html(&page, "</p>");
	page_end(&page);
	return STATUS_OK;
}

/* ---- the same for programs */

static const struct api_field notification_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"message", TR("Message"), API_TEXT, .may_be_null = false},
	{"path", TR("Adresse"), API_TEXT, .may_be_null = true},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{"read_at", TR("Lu"), API_TIME, .may_be_null = true},
	{0},
};
static const struct api_shape notification_shape = {"Notification", notification_fields};

struct list_put {
	struct json_writer *json;
	struct request *rq;
	size_t count, page;
	int64_t last;
};

static bool put_notification(void *context, const struct notification_row *row)
{
	struct list_put *put = context;
	AUTO(buffer_release) struct buffer line = {0};

	if (++put->count > put->page)
		return false;
	put->last = row->id;
	buffer_init(&line, 65536);
	message_print(&line, put->rq->language, &row->message);
	put_object(put->json);
	put_key(put->json, "id");
	put_int(put->json, row->id);
	put_key(put->json, "message");
	put_text(put->json, buffer_text(&line));
	put_key(put->json, "path");
	put_text(put->json, row->path);
	put_key(put->json, "created_at");
	put_time(put->json, row->created_at);
	put_key(put->json, "read_at");
	put_time(put->json, row->read_at);
	put_object_end(put->json);
	return true;
}

static enum status list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct list_put put = {.json = json, .rq = rq, .page = rq_page_rows(rq, PAGE_ROWS)};
	int64_t before = INT64_MAX;

	(void)rq_integer(rq, "avant", &before);
	TRY(notification_list(db, rq->actor.user_id, before, (int64_t)put.page + 1, put_notification, &put));
	if (put.count > put.page)
		rq_next_page(rq, arena_format(rq->arena, "/notifications?avant=%lld", (long long)put.last).data);
	return STATUS_OK;
}

static enum status read_action(struct request *rq, struct writer *db)
{
	struct text path;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(notification_read(db, rq->actor.user_id, id, rq->arena, &path));
	return rq_redirect(rq, "%.*s", TEXT_FORMAT(rq_is_local_path(path) ? path : TEXT("/notifications")));
}

static enum status read_all_action(struct request *rq, struct writer *db)
{
	TRY(notification_read_all(db, rq->actor.user_id));
	return rq_redirect(rq, "/notifications");
}

/* Only what is told to this person. */
static bool is_mine(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	char mine[64];

	(void)context;
	snprintf(mine, sizeof mine, "\"notification\",\"id\":%lld,", (long long)rq->actor.user_id);
	if (text_find(payload, text_of(mine)) == payload.size)
		return false;
	buffer_string(data, "change");
	return true;
}

static enum status list_stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", is_mine, NULL);
	return STATUS_OK;
}

/* ---- how to be told */

static enum status print_preferences(struct request *rq, struct reader *db, const struct form_problem *problems,
	size_t count)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Comment être prévenu"))));
	const struct choice modes[] = {
		{TEXT("each"), text_of(tr(rq->language, TR("À chaque fois")))},
		{TEXT("daily"), text_of(tr(rq->language, TR("Un résumé par jour")))},
		{TEXT("never"), text_of(tr(rq->language, TR("Jamais")))}};

	html(&page, "<p>");
	html_tr(&page, TR("Dans l'application, la cloche en haut de chaque page vous prévient toujours. Vous pouvez aussi "
			  "être prévenu autrement :"));
	html(&page, "</p>");
	for (const struct notification_channel *channel = notification_channels; channel->code; channel++) {
		struct notification_preference preference;
		struct form form;

		TRY(notification_preference_read(db, rq->actor.user_id, channel->code, rq->arena, &preference));
		if (count) {
			preference.address = rq_input(rq, "adresse");
			preference.mode = rq_input(rq, "mode");
		}
		section_begin(&page, channel->label);
		form = form_begin(&page, "/notifications/preferences", problems, count);
		form_hidden(&form, "canal", text_of(channel->code));
		form_field(&form, &(struct field){.name = "adresse", .label = TR("Adresse"), .type = "email",
			.value = preference.address, .autocomplete = "email", .limit = MAIL_ADDRESS_LIMIT});
		form_radio(&form, &(struct field){.name = "mode", .label = TR("Quand"), .value = preference.mode,
			.required = true}, modes, sizeof modes / sizeof *modes);
		form_end(&form, TR("Enregistrer"));
		section_end(&page);
	}
	page_end(&page);
	return STATUS_OK;
}

static enum status preferences_page(struct request *rq, struct reader *db)
{
	return print_preferences(rq, db, NULL, 0);
}

static enum status preferences_action(struct request *rq, struct writer *db)
{
	static const struct form_problem problem = {"adresse",
		{.id = TR("Donnez une adresse comme nom@exemple.org et choisissez quand vous voulez être prévenu.")}};
	const struct notification_channel *channel = notification_channel_find(rq_input(rq, "canal"));
	const struct notification_preference preference = {rq_input(rq, "adresse"), rq_input(rq, "mode")};
	enum status status = channel
		? notification_preference_write(db, &rq->actor, channel->code, &preference)
		: STATUS_INVALID;

	if (status == STATUS_INVALID) {
		TRY(print_preferences(rq, writer_reader(db), &problem, 1));
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("Votre choix est enregistré."));
	return rq_redirect(rq, "/notifications/preferences");
}

/* ---- what became of letters */

static const struct {
	const char *code, *kind, *label;
} states[] = {
	{"waiting", "info", TR("En attente")},
	{"digest", "info", TR("Pour le prochain résumé")},
	{"sent", "ok", TR("Envoyé")},
	{"refused", "danger", TR("Refusé par le serveur")},
	{"given_up", "danger", TR("Abandonné après plusieurs essais")},
};

static bool print_delivery(void *context, const struct delivery_row *row)
{
	struct list_print *print = context;
	struct html *p = print->p;
	char id[24];

	print->count++;
	snprintf(id, sizeof id, "%lld", (long long)row->id);
	table_row_begin(p);
	table_cell(p, row->user_name);
	table_cell_begin(p);
	html_message(p, &row->message);
	table_cell_end(p);
	table_cell_begin(p);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (text_is(row->state, states[i].code))
			badge(p, states[i].kind, states[i].label);
	table_cell_end(p);
	table_cell_number(p, number_of(row->attempts), 0);
	table_cell_begin(p);
	html_time(p, row->sent_at != TIME_NONE ? row->sent_at : row->next_at);
	table_cell_end(p);
	table_cell(p, row->problem);
	table_cell_begin(p);
	if (text_is(row->state, "refused") || text_is(row->state, "given_up"))
		button_form(p, "/notifications/envois", TR("Envoyer à nouveau"), "id", text_of(id));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static enum status delivery_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Personne"), "text"}, {TR("Message"), "text"},
		{TR("État"), "text"}, {TR("Essais"), "number"}, {TR("Envoyé ou prochain essai"), "date"},
		{TR("Réponse du serveur"), "text"}, {TR("Action"), "text"}, {NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Courriers envoyés"))));
	struct list_print print = {.p = &page};
	enum status status;

	table_begin(&page, TR("Courriers envoyés"), columns);
	status = delivery_list(db, TEXT_NONE, DELIVERY_ROWS, print_delivery, &print);
	table_end(&page);
	if (!print.count)
		notice(&page, "info", TR("Aucun courrier n'est parti ni n'attend."));
	html(&page, "<p>");
	link_to(&page, "/reglages", text_of(tr(rq->language, TR("Réglages du courrier"))));
	html(&page, "</p>");
	page_end(&page);
	return status;
}

static enum status retry_action(struct request *rq, struct writer *db)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(delivery_retry(db, id));
	TRY(job_ask(db, "notifications.deliver"));
	rq_flash(rq, TR("Le courrier sera envoyé à nouveau."));
	return rq_redirect(rq, "/notifications/envois");
}

/* ---- jobs */

static enum status run_deliver(struct database *database, struct arena *arena, struct text *ret_note)
{
	int sent, failed;

	TRY(notification_deliver(database, clock_now(), AT_ONCE, &sent, &failed));
	*ret_note = arena_format(arena, "%d / %d", sent, sent + failed);
	return STATUS_OK;
}

static enum status run_digest(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int sent, failed;

	TRY(notification_digest(database, clock_now(), &sent, &failed));
	*ret_note = arena_format(arena, "%d / %d", sent, sent + failed);
	TRY(writer_begin(database, &writer));
	TRY(notification_clean(writer, clock_now()));
	return writer_commit(&writer);
}

static const struct permission permissions[] = {
	{NOTIFICATIONS_MANAGE, TR("Voir les courriers envoyés et les renvoyer")},
	{NULL, NULL},
};
static const char *const national[] = {NOTIFICATIONS_MANAGE, NULL};
static const char *const managing[] = {NOTIFICATIONS_MANAGE, NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), managing},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_GET, "/notifications", ROUTE_SIGNED_IN, "avant", TR("Mes notifications"), .page = list_page,
		.data = list_data, .shape = &notification_shape, .is_list = true},
	{METHOD_GET, "/notifications/flux", ROUTE_SIGNED_IN, "", TR("Mes notifications en direct"), .stream = list_stream},
	{METHOD_POST, "/notifications/lues", ROUTE_SIGNED_IN, "", TR("Marquer mes notifications comme lues"),
		.action = read_all_action},
	{METHOD_GET, "/notifications/preferences", ROUTE_SIGNED_IN, "", TR("Comment être prévenu"),
		.page = preferences_page},
	{METHOD_POST, "/notifications/preferences", ROUTE_SIGNED_IN, "canal adresse mode",
		TR("Choisir comment être prévenu"), .action = preferences_action},
	{METHOD_GET, "/notifications/envois", NOTIFICATIONS_MANAGE, "", TR("Courriers envoyés"), .page = delivery_page},
	{METHOD_POST, "/notifications/envois", NOTIFICATIONS_MANAGE, "id", TR("Envoyer un courrier à nouveau"),
		.action = retry_action},
	{METHOD_POST, "/notifications/:id", ROUTE_SIGNED_IN, "id", TR("Lire une notification"), .action = read_action},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Courriers"), "/notifications/envois", NOTIFICATIONS_MANAGE, "mail", 88},
	{0},
};
static const struct job jobs[] = {
	{"notifications.deliver", TR("Envoi des courriers"), 60, 600, run_deliver},
	{"notifications.digest", TR("Résumés du jour"), 900, 600, run_digest},
	{0},
};
static const struct permission journal_actions[] = {
	{"notification_preference", TR("Choix des notifications")},
	{NULL, NULL},
};

const struct module notifications_module = {
	.name = "notifications",
	.label = TR("Notifications et courrier"),
	.requires = "identity",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = mail_settings,
	.journal_actions = journal_actions,
	.inputs = notifications_inputs,
};
