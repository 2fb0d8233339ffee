/* Settings and jobs for programs. */
#include "modules/administration/administration.h"
#include "modules/administration/administration_data.h"
#include "web/server.h"

static const struct api_field setting_fields[] = {
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"module", TR("Module"), API_TEXT, .may_be_null = false},
	{"label", TR("Réglage"), API_TEXT, .may_be_null = false},
	{"value", TR("Valeur"), API_TEXT, .may_be_null = true},
	{"initial", TR("Valeur d'origine"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape setting_shape = {"Setting", setting_fields};

static enum status put_setting(struct request *rq, struct reader *db, const struct module *module,
	const struct setting *setting, struct json_writer *json)
{
	struct text value;

	TRY(setting_text(db, setting, rq->arena, &value));
	put_object(json);
	put_key(json, "code");
	put_text(json, text_of(setting->code));
	put_key(json, "module");
	put_text(json, text_of(module->name));
	put_key(json, "label");
	put_text(json, text_of(tr(rq->language, setting->label)));
	put_key(json, "value");
	put_text(json, value);
	put_key(json, "initial");
	put_text(json, text_of(setting->initial));
	put_object_end(json);
	return STATUS_OK;
}

enum status settings_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct setting *row = (*module)->settings; row && row->code; row++)
			TRY(put_setting(rq, db, *module, row, json));
	return STATUS_OK;
}

static const struct api_field job_fields[] = {
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = true},
	{"note", TR("Note"), API_TEXT, .may_be_null = true},
	{"failures", TR("Échecs de suite"), API_INTEGER, .may_be_null = false},
	{"started_at", TR("Début"), API_TIME, .may_be_null = true},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{"next_at", TR("Prochaine"), API_TIME, .may_be_null = true},
	{0},
};
const struct api_shape job_shape = {"Job", job_fields};

static bool put_job(void *context, const struct job_row *row)
{
	struct json_writer *json = context;

	put_object(json);
	put_key(json, "name");
	put_text(json, row->name);
	put_key(json, "state");
	put_text(json, row->last_status);
	put_key(json, "note");
	put_text(json, row->note);
	put_key(json, "failures");
	put_int(json, row->failures);
	put_key(json, "started_at");
	put_time(json, row->started_at);
	put_key(json, "ended_at");
	put_time(json, row->ended_at);
	put_key(json, "next_at");
	put_time(json, row->next_at);
	put_object_end(json);
	return true;
}

enum status jobs_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	(void)rq;
	return job_list(db, put_job, json);
}
