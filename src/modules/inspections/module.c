/* The module's table of contents. */
#include "modules/inspections/inputs.h"
#include "modules/inspections/visits.h"

static const struct permission permissions[] = {
	{INSPECTIONS_RECORD, TR("Faire des visites et enregistrer leur résultat")},
	{INSPECTIONS_CORRECT, TR("Corriger un résultat enregistré")},
	{INSPECTIONS_VISIT, TR("Recevoir des visites par rotation")},
	{INSPECTIONS_ASSIGN, TR("Attribuer et retirer des visites")},
	{NULL, NULL},
};
static const char *const visiting[] = {INSPECTIONS_RECORD, INSPECTIONS_VISIT, NULL};
static const char *const heading[] = {INSPECTIONS_RECORD, INSPECTIONS_CORRECT, INSPECTIONS_ASSIGN, NULL};
static const struct role roles[] = {
	{"inspector", TR("Inspecteur"), visiting},
	{"head_of_office", TR("Chef de bureau"), heading},
	{"administrator", TR("Administrateur"), heading},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_POST, "/envois/:id/controle", INSPECTIONS_RECORD, "id version resultat droits constat",
		TR("Enregistrer un résultat"), .action = inspection_action},
	{METHOD_POST, "/envois/:id/circuit", CONSIGNMENTS_REROUTE, "id version circuit motif", TR("Changer de circuit"),
		.action = reroute_action},
	{METHOD_GET, "/envois/:id/flux", CONSIGNMENTS_READ, "id", TR("Contrôle d'un envoi en direct"), .stream = control_stream},
	{METHOD_GET, "/envois/:id/ordre", INSPECTIONS_RECORD, "id", TR("Ordre de visite à imprimer"), .page = order_page},
	{METHOD_GET, "/controles", INSPECTIONS_RECORD, "circuit apres", TR("Visites de mon bureau"), .page = queue_page,
		.data = queue_data, .shape = &queue_shape, .is_list = true},
	{METHOD_POST, "/controles", INSPECTIONS_RECORD, "envoi", TR("Prendre une visite"), .action = visit_take_action},
	{METHOD_GET, "/controles/flux", INSPECTIONS_RECORD, "", TR("Visites en direct"), .stream = queue_stream},
	{METHOD_GET, "/controles/hors-ligne.js", INSPECTIONS_RECORD, "", TR("Visites hors ligne"), .page = worker_page},
	{METHOD_POST, "/controles/attribuer", INSPECTIONS_ASSIGN, "envoi inspecteur", TR("Attribuer des visites"),
		.action = queue_assign_action},
	{METHOD_GET, "/controles/photos/:id", INSPECTIONS_RECORD, "id", TR("Photo d'une visite"), .page = photo_page},
	{METHOD_GET, "/controles/:id", INSPECTIONS_RECORD, "id", TR("Page d'une visite"), .page = visit_page,
		.data = visit_data, .shape = &visit_shape},
	{METHOD_GET, "/controles/:id/flux", INSPECTIONS_RECORD, "id", TR("Une visite en direct"), .stream = visit_stream},
	{METHOD_POST, "/controles/:id", INSPECTIONS_RECORD,
		"id version dossier geste prendre commence_le fini_le resultat droits suite constat article_*",
		TR("Enregistrer ou clore une visite"), .action = visit_action},
	{METHOD_POST, "/controles/:id/retrait", INSPECTIONS_ASSIGN, "id version motif", TR("Retirer une visite"),
		.action = visit_withdraw_action},
	{METHOD_POST, "/controles/:id/photos", INSPECTIONS_RECORD, "id article prise_le latitude longitude cle",
		TR("Joindre des photos à une visite"), .action = photo_action, .upload = "photo",
		.body_limit = 12 * PHOTO_LIMIT},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Visites"), "/controles", INSPECTIONS_RECORD, "check", 15},
	{0},
};
static const struct permission journal_actions[] = {
	{"inspection", TR("Contrôle")},
	{"visit", TR("Visite")},
	{"visit.created", TR("Visite demandée")},
	{"take", TR("Visite prise")},
	{"assign", TR("Visite attribuée")},
	{"give_back", TR("Visite remise en attente")},
	{"start", TR("Visite commencée")},
	{"close", TR("Visite close")},
	{"withdraw", TR("Visite retirée")},
	{"photo_added", TR("Photo jointe")},
	{"second_look", TR("Second regard enregistré")},
	{"absence_added", TR("Absence notée")},
	{"absence_removed", TR("Absence retirée")},
	{NULL, NULL},
};

/* A consignment that no longer waits for a control needs no visit. */
static enum status withdraw(struct writer *writer, const struct event *event)
{
	return visit_withdraw_open(writer, event->id, event->actor->user_id, event->name);
}

static const struct subscription subscriptions[] = {
	{"consignment.yellow_to_blue", withdraw},
	{"consignment.rerouted_to_free", withdraw},
	{NULL, NULL},
};

static enum status run_assign(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t count;

	TRY(writer_begin(database, &writer));
	TRY(visits_assign(writer, clock_today(), arena, &count));
	TRY(writer_commit(&writer));
	*ret_note = arena_format(arena, "%lld", (long long)count);
	return STATUS_OK;
}

static const struct job jobs[] = {
	{"inspections.assign", TR("Attribution des visites"), 60, 120, run_assign},
	{0},
};
static const struct workflow *const workflows[] = {&visit_workflow, NULL};

static const struct change_kind changes[] = {
	{"visit", NULL, "visit", INSPECTIONS_RECORD, "/controles/", false, NULL},
	{0},
};

const struct module inspections_module = {
	.name = "inspections",
	.label = TR("Contrôles"),
	.requires = "declarations risk",
	.migrations = "src/modules/inspections/migrations",
	.permissions = permissions,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.subscriptions = subscriptions,
	.settings = inspections_settings,
	.workflows = workflows,
	.journal_actions = journal_actions,
	.inputs = inspections_inputs,
	.changes = changes,
};
