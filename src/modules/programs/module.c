/* The module's table of contents and its jobs. */
#include "base/clock.h"
#include "domain/webhook.h"
#include "modules/programs/inputs.h"
#include "modules/programs/pages.h"

static const struct permission permissions[] = {
	{PROGRAMS_MANAGE, TR("Gérer les programmes, leurs jetons et leurs rappels")},
	{NULL, NULL},
};
static const char *const national[] = {PROGRAMS_MANAGE, NULL};
static const char *const managing[] = {PROGRAMS_MANAGE, NULL};
static const struct role roles[] = {{"administrator", TR("Administrateur"), managing}, {NULL, NULL, NULL}};

static const struct route routes[] = {
	{METHOD_GET, "/programmes", PROGRAMS_MANAGE, "apres", TR("Programmes"), .page = programs_page, .data = programs_data,
		.shape = &program_row_shape, .is_list = true},
	{METHOD_POST, "/programmes", PROGRAMS_MANAGE, "identifiant nom but debit", TR("Ajouter un programme"),
		.action = program_new_action},
	{METHOD_GET, "/programmes/interface", ROUTE_SIGNED_IN, "", TR("Description de l'interface pour programmes"),
		.page = interface_page, .data = interface_data},
	{METHOD_GET, "/programmes/:id", PROGRAMS_MANAGE, "id", TR("Un programme"), .page = program_page,
		.data = program_data, .shape = &program_shape},
	{METHOD_POST, "/programmes/:id/jetons", PROGRAMS_MANAGE, "id jours", TR("Donner un jeton"),
		.action = token_new_action, .shape = &token_shape},
	{METHOD_POST, "/programmes/:id/jetons/fin", PROGRAMS_MANAGE, "id jeton", TR("Retirer un jeton"),
		.action = token_end_action},
	{METHOD_POST, "/programmes/:id/rappels", PROGRAMS_MANAGE, "id adresse evenements", TR("Ajouter un rappel"),
		.action = webhook_new_action, .shape = &secret_shape},
	{METHOD_GET, "/changements", ROUTE_SIGNED_IN, "apres genre limite", TR("Ce qui a changé depuis un curseur"),
		.data = changes_data, .shape = &changes_shape},
	{METHOD_GET, "/rappels/:id", PROGRAMS_MANAGE, "id", TR("Un rappel et ses envois"), .page = webhook_page,
		.data = webhook_data, .shape = &webhook_shape},
	{METHOD_POST, "/rappels/:id/etat", PROGRAMS_MANAGE, "id actif version", TR("Arrêter ou reprendre un rappel"),
		.action = webhook_state_action},
	{METHOD_POST, "/rappels/:id/essai", PROGRAMS_MANAGE, "id", TR("Essayer un rappel"), .action = webhook_try_action},
	{METHOD_POST, "/rappels/:id/renvoi", PROGRAMS_MANAGE, "id livraison", TR("Renvoyer un message"),
		.action = webhook_again_action},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Programmes"), "/programmes", PROGRAMS_MANAGE, "box", 90},
	{0},
};
static const struct permission journal_actions[] = {
	{"webhook", TR("Rappel")},
	{"user.program_added", TR("Programme ajouté")},
	{"user.program_rate", TR("Débit d'un programme changé")},
	{"user.token_added", TR("Jeton donné")},
	{"user.token_ended", TR("Jeton retiré")},
	{"webhook.added", TR("Rappel ajouté")},
	{"webhook.activated", TR("Rappel repris")},
	{"webhook.stopped", TR("Rappel arrêté")},
	{"webhook.sent_again", TR("Message renvoyé")},
	{NULL, NULL},
};
static const struct subscription subscriptions[] = {{"*", webhook_enqueue}, {NULL, NULL}};

enum { TO_LOOPBACK, TO_PRIVATE };
static const struct setting settings[] = {
	[TO_LOOPBACK] = {"webhooks.loopback", TR("Rappels vers cette machine"),
		TR("Permettre qu'un rappel s'adresse à un programme de la machine où Vigie tourne (127.0.0.1)."), SETTING_YES_NO,
		"0", NULL, 0, 0},
	[TO_PRIVATE] = {"webhooks.private", TR("Rappels vers le réseau interne"),
		TR("Permettre qu'un rappel s'adresse à une machine du réseau de l'administration (10.0.0.0/8, 172.16.0.0/12, "
		   "192.168.0.0/16, fc00::/7)."), SETTING_YES_NO, "0", NULL, 0, 0},
	{0},
};

static enum status send_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t to_loopback, to_private;
	int sent, failed;

	TRY(reader_begin(database, &reader));
	TRY(setting_integer(reader, &settings[TO_LOOPBACK], &to_loopback));
	TRY(setting_integer(reader, &settings[TO_PRIVATE], &to_private));
	reader_release(&reader);
	TRY(webhooks_send(database, clock_now(),
		(to_loopback ? REACH_LOOPBACK : 0u) | (to_private ? REACH_PRIVATE : 0u), arena, &sent, &failed));
	if (sent || failed)
		*ret_note = arena_format(arena, "%d, %d", sent, failed);
	return STATUS_OK;
}

static enum status clean_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t now = clock_now();

	(void)arena;
	(void)ret_note;
	TRY(writer_begin(database, &writer));
	TRY(webhooks_clean(writer, now));
	TRY(answers_clean(writer, now));
	return writer_commit(&writer);
}

static const struct job jobs[] = {
	{"programs.send", TR("Envoyer les rappels"), 5, 60, send_run},
	{"programs.clean", TR("Effacer les rappels anciens et les clés périmées"), 3600, 300, clean_run},
	{0},
};

const struct module programs_module = {
	.name = "programs",
	.label = TR("Programmes"),
	.requires = "",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.subscriptions = subscriptions,
	.settings = settings,
	.journal_actions = journal_actions,
	.inputs = programs_inputs,
};
