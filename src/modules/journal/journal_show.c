/* Rows of the journal in plain words. */
#include "modules/journal/journal.h"
#include "web/server.h"

#include <string.h>

enum { NAME_ROOM = 128, DETAILS_LIMIT = 1 << 20 };

static const char *transition_label(const struct module *module, struct text entity, struct text action)
{
	for (const struct workflow *const *workflow = module->workflows; workflow && *workflow; workflow++) {
		if (!text_is(entity, (*workflow)->entity))
			continue;
		for (const struct workflow_transition *row = (*workflow)->transitions; row->name; row++)
			if (text_is(action, row->name))
				return row->label;
	}
	return NULL;
}

static const char *row_label(const struct module *module, struct text code)
{
	for (const struct permission *row = module->journal_actions; row && row->code; row++)
		if (text_is(code, row->code))
			return row->label;
	return NULL;
}

const char *journal_action_label(const struct module *const *modules, struct text entity, struct text action)
{
	char bytes[NAME_ROOM];
	struct text code = {bytes, entity.size + 1 + action.size};

	if (!modules || code.size > sizeof bytes)
		return NULL;
	memcpy(bytes, entity.data, entity.size);
	bytes[entity.size] = '.';
	memcpy(bytes + entity.size + 1, action.data, action.size);
	for (; *modules; modules++) {
		const char *label = row_label(*modules, code);

		/* Some rows hold the whole code as their action. */
		if (!label)
			label = row_label(*modules, action);
		if (!label)
			label = transition_label(*modules, entity, action);
		if (label)
			return label;
	}
	return NULL;
}

const char *journal_entity_label(const struct module *const *modules, struct text entity)
{
	const char *label = NULL;

	for (; modules && *modules && !label; modules++)
		label = row_label(*modules, entity);
	return label;
}

/* What the members of details are called; another is shown as it stands. */
static const struct {
	const char *key;
	const char *label;
} members[] = {
	{"consignment", TR("Envoi")},
	{"consignments", TR("Envois")},
	{"first", TR("Premier")},
	{"last", TR("Dernier")},
	{"digest", TR("Empreinte")},
	{"key_digest", TR("Empreinte de la clé")},
	{"login", TR("Identifiant")},
	{"role", TR("Rôle")},
	{"code", TR("Code")},
	{"inspector", TR("Inspecteur")},
	{"name", TR("Nom")},
	{"label", TR("Libellé")},
	{"language", TR("Langue")},
	{"active", TR("Actif")},
	{"unit", TR("Unité")},
	{"unit_id", TR("Unité")},
	{"value", TR("Valeur")},
	{"reason", TR("Motif")},
	{"note", TR("Note")},
	{"lane", TR("Circuit")},
	{"result", TR("Résultat")},
	{"recovered", TR("Droits retrouvés")},
	{"adverse", TR("Infraction")},
	{"state", TR("État")},
	{"version", TR("Version")},
	{"title", TR("Titre")},
	{"from", TR("Du")},
	{"to", TR("Au")},
	{"until", TR("Jusqu'au")},
	{"operator", TR("Opérateur")},
	{"profile", TR("Profil")},
	{"share", TR("Part")},
	{"policy_id", TR("Politique")},
	{"model", TR("Modèle")},
	{"model_id", TR("Modèle")},
	{"period", TR("Période")},
	{"file", TR("Fichier")},
	{"url", TR("Adresse")},
	{"events", TR("Événements")},
	{"expires_at", TR("Expire le")},
	{"per_minute", TR("Demandes par minute")},
	{"deputy", TR("Remplaçant")},
	{"score", TR("Score")},
	{"added", TR("Ajoutés")},
	{"removed", TR("Ôtés")},
	{"changed", TR("Changés")},
	{"office", TR("Bureau")},
	{"regime", TR("Régime")},
	{"next_step", TR("Suite à donner")},
	{"rate", TR("Taux")},
	{"currency", TR("Monnaie")},
	{"permissions", TR("Droits")},
	{"kind", TR("Genre")},
	{"number", TR("Numéro")},
	{"format", TR("Format")},
};

static const char *member_label(const char *key)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (strcmp(members[i].key, key) == 0)
			return members[i].label;
	return NULL;
}

void journal_actor(struct html *p, const struct module *const *modules, struct text name)
{
	for (; modules && *modules; modules++)
		for (const struct job *job = (*modules)->jobs; job && job->name; job++)
			if (text_is(name, job->name)) {
				html(p, "Vigie · ");
				html_tr(p, job->label);
				return;
			}
	html_text(p, name);
}

static void print_value(struct html *p, const json_t *value)
{
	char text[4096];
	size_t size;

	if (!value || json_is_null(value)) {
		html(p, "–");
	} else if (json_is_string(value)) {
		html(p, "%s", json_string_value(value));
	} else if (json_is_boolean(value)) {
		html_tr(p, json_is_true(value) ? TR("Oui") : TR("Non"));
	} else if (json_is_integer(value)) {
		html(p, "%lld", (long long)json_integer_value(value));
	} else {
		size = json_dumpb(value, text, sizeof text, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		if (size && size <= sizeof text)
			html_text(p, (struct text){text, size});
		else
			html(p, "…");
	}
}

void journal_details(struct html *p, struct text details)
{
	json_t *object = NULL;
	json_t *value;
	const char *key;
	int line;

	if (text_is_empty(details))
		return;
	if (json_parse(details, DETAILS_LIMIT, &object, &line) != STATUS_OK || !json_is_object(object)) {
		json_decref(object);
		html_text(p, details);
		return;
	}
	html(p, "<ul class=\"changes\">");
	json_object_foreach(object, key, value)
	{
		const char *label = member_label(key);

		html(p, "<li>%s : ", label ? tr(p->language, label) : key);
		if (json_is_array(value) && json_array_size(value) == 2) {
			print_value(p, json_array_get(value, 0));
			html(p, " → ");
			print_value(p, json_array_get(value, 1));
		} else {
			print_value(p, value);
		}
		html(p, "</li>");
	}
	html(p, "</ul>");
	json_decref(object);
}

struct history {
	struct html *p;
	const struct module *const *modules;
};

static bool print_history_row(void *context, const struct journal_row *row)
{
	const struct history *history = context;
	const char *label = journal_action_label(history->modules, row->entity, row->action);
	struct html *p = history->p;

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, row->at);
	table_cell_end(p);
	table_cell_begin(p);
	journal_actor(p, history->modules, row->actor_name);
	table_cell_end(p);
	table_cell_begin(p);
	if (label)
		html_tr(p, label);
	else
		html_text(p, row->action);
	table_cell_end(p);
	table_cell_begin(p);
	journal_details(p, row->details);
	table_cell_end(p);
	table_row_end(p);
	return true;
}

enum status journal_history_table(struct request *rq, struct html *p, struct reader *db, const char *entity,
	int64_t entity_id, int64_t limit)
{
	static const struct table_column columns[] = {
		{TR("Quand"), "date"}, {TR("Qui"), NULL}, {TR("Quoi"), NULL}, {TR("Détails"), NULL}, {NULL, NULL}};
	struct history history = {p, rq->application ? rq->application->modules : NULL};

	table_begin(p, TR("Historique"), columns);
	TRY(journal_history(db, entity, entity_id, limit, print_history_row, &history));
	table_end(p);
	return STATUS_OK;
}
