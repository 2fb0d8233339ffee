/* Photos of a visit: kept by their digest like any document, shown to those who may see the consignment, never run. */
#include "domain/event.h"
#include "domain/journal.h"
#include "modules/inspections/visits.h"
#include "web/assets.h"
#include "web/page.h"

#include <stdio.h>

enum { AT_ONCE = 10, KEY_LIMIT = 64, MICRODEGREES = 1000000 };

STATEMENT(PHOTO_ADD,
	"insert into visit_photos (visit_id, document_id, item_number, taken_at, latitude, longitude, client_key, added_by, "
	"added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id");
STATEMENT(PHOTO_BY_KEY, "select id from visit_photos where visit_id = $1 and client_key = $2");
STATEMENT(PHOTO_COUNT, "select count(*) from visit_photos where visit_id = $1");
STATEMENT(PHOTO_BY_ID,
	"select p.document_id, v.unit_path from visit_photos p join visits v on v.id = p.visit_id where p.id = $1");

static bool is_image(struct text type)
{
	return text_is(type, "image/jpeg") || text_is(type, "image/png") || text_is(type, "image/webp");
}

/* A decimal of degrees as a telephone gives it; INT64_MIN when it is none. */
static int64_t read_degrees(struct text typed, int64_t most)
{
	int64_t value;

	if (!typed.size || number_read(typed, &value) != STATUS_OK || value > most * MICRODEGREES ||
		value < -most * MICRODEGREES)
		return INT64_MIN;
	return value;
}

/* What the telephone says of a picture. */
struct circumstance {
	int64_t item, taken_at, latitude, longitude;
	struct text key;
};

static struct circumstance read_circumstance(struct request *rq)
{
	struct circumstance c = {.taken_at = INT64_MIN, .latitude = read_degrees(rq_input(rq, "latitude"), 90),
		.longitude = read_degrees(rq_input(rq, "longitude"), 180), .key = rq_input(rq, "cle")};
	int64_t milliseconds;

	(void)rq_integer(rq, "article", &c.item);
	if (c.item < 0 || c.item > 99999)
		c.item = 0;
	if (rq_integer(rq, "prise_le", &milliseconds) && milliseconds > 0 && milliseconds <= clock_now() / 1000)
		c.taken_at = milliseconds * 1000;
	if (c.latitude == INT64_MIN || c.longitude == INT64_MIN)
		c.latitude = c.longitude = INT64_MIN;
	if (c.key.size > KEY_LIMIT)
		c.key = TEXT_NONE;
	return c;
}

/* The nth of one sending has a key of its own; without script the digest is the key. */
static struct text key_of(struct request *rq, const struct circumstance *c, size_t n, const struct document *document)
{
	if (!c->key.size)
		return text_of(document->digest);
	return n ? arena_format(rq->arena, "%.*s-%zu", TEXT_FORMAT(c->key), n) : c->key;
}

static enum status keep(struct request *rq, struct writer *db, const struct visit *visit, const struct upload *upload,
	const struct circumstance *c, size_t n)
{
	struct document document;
	struct text key;
	int64_t id, known;
	enum status status;

	TRY(document_add(db, rq->application->documents, &rq->actor, upload->path, upload->name, "visit", visit->id,
		&document));
	if (!is_image(document.media_type))
		return STATUS_UNSUPPORTED;
	key = key_of(rq, c, n, &document);
	if (!key.data)
		return STATUS_NO_MEMORY;
	status = store_integer(writer_reader(db), &PHOTO_BY_KEY, PARAMS(V_INT(visit->id), value_text(key)), &known);
	if (status != STATUS_NOT_FOUND)
		return status; /* sent again after an answer that was lost */
	TRY(store_returning(db, &PHOTO_ADD,
		PARAMS(V_INT(visit->id), V_INT(document.id), V_INT(c->item), value_optional(c->taken_at),
			value_optional(c->latitude), value_optional(c->longitude), value_text(key), V_INT(rq->actor.user_id),
			V_INT(clock_now())),
		&id));
	return journal_write(db,
		&(struct journal_entry){.actor = &rq->actor, .entity = "visit", .entity_id = visit->id,
			.action = "photo_added", .unit_path = visit->unit_path,
			.details = arena_format(rq->arena, "{\"photo\":%lld,\"sha256\":\"%s\",\"item\":%lld}", (long long)id,
				document.digest, (long long)c->item)},
		NULL);
}

static enum status answer(struct request *rq, const struct visit *visit)
{
	if (!rq->wants_json) {
		rq_flash(rq, TR("Les photos sont gardées."));
		return rq_redirect(rq, "/controles/%lld", (long long)visit->id);
	}
	rq->response.content_type = "application/json";
	buffer_string(&rq->response.body, "{\"state\":\"kept\"}");
	return STATUS_OK;
}

enum status photo_action(struct request *rq, struct writer *db)
{
	const struct upload *uploads;
	struct circumstance circumstance = read_circumstance(rq);
	struct stored_consignment row;
	struct visit visit;
	int64_t there = 0;
	size_t count;

	TRY(visit_seen(rq, writer_reader(db), &visit, &row));
	if (text_is(visit.state, "waiting") || text_is(visit.state, "withdrawn"))
		return STATUS_CONFLICT;
	if (!rq->application->documents)
		return STATUS_UNAVAILABLE;
	count = rq_uploads(rq, "photo", &uploads, AT_ONCE);
	TRY(store_integer(writer_reader(db), &PHOTO_COUNT, PARAMS(V_INT(visit.id)), &there));
	if (there + (int64_t)count > PHOTOS_LIMIT)
		return STATUS_TOO_LARGE;
	for (size_t i = 0; i < count; i++) {
		if (!uploads[i].size)
			continue;
		TRY(keep(rq, db, &visit, &uploads[i], &circumstance, i));
	}
	TRY(event_publish(db, &(struct event){"visit.typed", &rq->actor, visit.id, visit.unit_path}));
	return answer(rq, &visit);
}

enum status photo_page(struct request *rq, struct reader *db)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct document document;
	struct text unit_path;
	int64_t id, document_id;

	if (!rq_integer(rq, "id", &id) || !rq->application->documents)
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &PHOTO_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	document_id = rows_integer(rows, 0);
	unit_path = rows_text(rows, 1);
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, unit_path))
		return STATUS_NOT_FOUND;
	TRY(document_find(db, document_id, rq->arena, &document));
	if (!is_image(document.media_type))
		return STATUS_NOT_FOUND;
	TRY(document_path(rq->application->documents, &document, rq->arena, &rq->response.file));
	rq->response.content_type = arena_string(rq->arena, document.media_type);
	/* A page shows it as a picture; opened by itself it is a file to save, never something to run. */
	rq_add_header(rq, "Content-Disposition", "attachment");
	rq_add_header(rq, "Cache-Control", "private, max-age=86400");
	return rq->response.content_type ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The script that keeps the pages of visits for when the link is cut; it must lie where its pages lie. */
enum status worker_page(struct request *rq, struct reader *db)
{
	const struct asset *asset = asset_find(text_of(asset_url("visit-worker.js")));

	(void)db;
	if (!asset)
		return STATUS_NOT_FOUND;
	rq->response.content_type = "text/javascript; charset=utf-8";
	buffer_append(&rq->response.body, asset->bytes);
	rq_add_header(rq, "Service-Worker-Allowed", "/controles");
	rq_add_header(rq, "Cache-Control", "no-cache");
	return STATUS_OK;
}
