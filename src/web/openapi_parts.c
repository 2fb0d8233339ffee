/* What many operations share, once: conditions and keys that come in, headers and failures that go out. */
#include "web/describing.h"

#include <string.h>

static const struct {
	const char *name;
	const char *label;
} incoming[] = {
	{"If-None-Match", TR("L'étiquette (ETag) de ce que vous avez déjà : rien n'est renvoyé si rien n'a changé.")},
	{"If-Match", TR("L'étiquette (ETag) de ce que vous avez lu : rien n'est fait si cela a changé depuis.")},
	{"Idempotency-Key",
		TR("Une clé de votre choix, de 1 à 200 caractères visibles : la même demande avec la même clé n'est faite qu'une "
		   "fois en vingt-quatre heures.")},
};

/* Which answers carry a header. */
enum carrier { CARRIED_BY_ALL, CARRIED_BY_DATA, CARRIED_BY_LISTS, CARRIED_BY_ACTIONS, CARRIED_BY_REFUSALS };
static const struct {
	const char *name;
	const char *label;
	const char *type;
	enum carrier carrier;
} outgoing[] = {
	{"ETag", TR("L'étiquette de ce qui est donné, pour If-None-Match et If-Match"), "string", CARRIED_BY_DATA},
	{"Link", TR("L'adresse de la suite de la liste, rel=\"next\" ; absente à la fin"), "string", CARRIED_BY_LISTS},
	{"Idempotency-Replayed", TR("« true » quand cette réponse est celle d'une demande déjà faite avec la même clé"), "string",
		CARRIED_BY_ACTIONS},
	{"RateLimit-Limit", TR("Combien de demandes par minute"), "integer", CARRIED_BY_ALL},
	{"RateLimit-Remaining", TR("Combien il en reste"), "integer", CARRIED_BY_ALL},
	{"RateLimit-Reset", TR("Dans combien de secondes le compte repart"), "integer", CARRIED_BY_ALL},
	{"Retry-After", TR("Combien de secondes attendre"), "integer", CARRIED_BY_REFUSALS},
};
enum { INCOMING = sizeof incoming / sizeof *incoming, OUTGOING = sizeof outgoing / sizeof *outgoing };

static const struct failure failures[] = {
	{STATUS_MALFORMED, 400, NULL},
	{STATUS_UNAUTHENTICATED, 401, TR("Jeton absent, inconnu, retiré ou échu.")},
	{STATUS_FORBIDDEN, 403, NULL},
	{STATUS_NOT_FOUND, 404, TR("Introuvable, ou hors de ce que vous pouvez voir.")},
	{STATUS_CONFLICT, 409, NULL},
	{STATUS_CONFLICT, 412, TR("Cette fiche a changé depuis que vous l'avez lue : relisez-la, puis recommencez.")},
	{STATUS_TOO_LARGE, 413, NULL},
	{STATUS_UNSUPPORTED, 415, NULL},
	{STATUS_INVALID, 422, NULL},
	{STATUS_THROTTLED, 429, TR("Trop de demandes en une minute : attendez le délai indiqué.")},
	{STATUS_OK, 0, NULL},
};

const struct failure *describe_failures(void)
{
	return failures;
}

bool failure_is_of(const struct failure *failure, const struct route *route)
{
	switch (failure->http) {
	case 403: return strcmp(route->needs, ROUTE_SIGNED_IN) != 0;
	case 404: return route->method != METHOD_GET || strchr(route->path, ':');
	case 422: return route->method != METHOD_GET || route->data;
	case 409: case 412: case 413: case 415: return route->method != METHOD_GET;
	default: return true;
	}
}

const char *failure_name(const struct failure *failure)
{
	return failure->http == 412 ? "PRECONDITION" : status_name(failure->status);
}

void describe_answer_headers(struct describing *d, const struct route *route)
{
	put_key(&d->json, "headers");
	put_object(&d->json);
	for (size_t i = 0; i < OUTGOING; i++) {
		enum carrier carrier = outgoing[i].carrier;

		if (carrier == CARRIED_BY_REFUSALS || (carrier == CARRIED_BY_DATA && !route->data) ||
			(carrier == CARRIED_BY_LISTS && !route->is_list) ||
			(carrier == CARRIED_BY_ACTIONS && route->method == METHOD_GET))
			continue;
		put_key(&d->json, outgoing[i].name);
		describe_reference(d, "headers", outgoing[i].name);
	}
	put_object_end(&d->json);
}

static void put_schema(struct describing *d, const char *type)
{
	put_key(&d->json, "schema");
	put_object(&d->json);
	describe_string(d, "type", type);
	put_object_end(&d->json);
}

static void put_incoming(struct describing *d)
{
	put_key(&d->json, "parameters");
	put_object(&d->json);
	for (size_t i = 0; i < INCOMING; i++) {
		put_key(&d->json, incoming[i].name);
		put_object(&d->json);
		describe_string(d, "name", incoming[i].name);
		describe_string(d, "in", "header");
		describe_string(d, "description", tr(d->language, incoming[i].label));
		put_schema(d, "string");
		put_object_end(&d->json);
	}
	put_object_end(&d->json);
}

static void put_outgoing(struct describing *d)
{
	put_key(&d->json, "headers");
	put_object(&d->json);
	for (size_t i = 0; i < OUTGOING; i++) {
		put_key(&d->json, outgoing[i].name);
		put_object(&d->json);
		describe_string(d, "description", tr(d->language, outgoing[i].label));
		put_schema(d, outgoing[i].type);
		put_object_end(&d->json);
	}
	put_object_end(&d->json);
}

static void put_failure(struct describing *d, const char *name, const char *label, bool is_throttled)
{
	put_key(&d->json, name);
	put_object(&d->json);
	describe_string(d, "description", label);
	put_key(&d->json, "headers");
	put_object(&d->json);
	for (size_t i = 0; i < OUTGOING; i++)
		if (outgoing[i].carrier == CARRIED_BY_ALL || (is_throttled && outgoing[i].carrier == CARRIED_BY_REFUSALS)) {
			put_key(&d->json, outgoing[i].name);
			describe_reference(d, "headers", outgoing[i].name);
		}
	put_object_end(&d->json);
	put_key(&d->json, "content");
	put_object(&d->json);
	put_key(&d->json, "application/problem+json");
	put_object(&d->json);
	put_key(&d->json, "schema");
	describe_reference(d, "schemas", "Problem");
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_object_end(&d->json);
}

static void put_failures(struct describing *d)
{
	put_key(&d->json, "responses");
	put_object(&d->json);
	for (const struct failure *row = failures; row->http; row++)
		put_failure(d, failure_name(row), tr(d->language, row->label ? row->label : status_text(row->status)),
			row->http == 429);
	put_failure(d, "Problem", tr(d->language, TR("La demande n'a pas abouti")), false);
	put_object_end(&d->json);
}

static void put_security(struct describing *d)
{
	put_key(&d->json, "securitySchemes");
	put_object(&d->json);
	put_key(&d->json, "token");
	put_object(&d->json);
	describe_string(d, "type", "http");
	describe_string(d, "scheme", "bearer");
	describe_string(d, "description",
		tr(d->language, TR("Un jeton de la page du programme ou de « vigie token » : vigie_… Ses droits sont ceux des rôles "
				   "du programme, dans leurs unités.")));
	put_object_end(&d->json);
	put_object_end(&d->json);
}

void describe_components(struct describing *d)
{
	put_key(&d->json, "components");
	put_object(&d->json);
	put_security(d);
	put_incoming(d);
	put_outgoing(d);
	put_failures(d);
	describe_shapes(d);
	put_object_end(&d->json);
}
