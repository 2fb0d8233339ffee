/* Files by digest. The bytes are in their place before the row is written: what a rollback leaves behind is a
 * file nobody names, which the next upload of the same bytes takes up again. */
#include "domain/document.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "domain/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16, SNIFF = 4096, DOCUMENT_NAME_LIMIT = 200, HEX_SIZE = 2 * DIGEST_SIZE };

const struct setting document_settings[] = {
	DOCUMENT_CLAMD_SETTING,
	{.code = NULL},
};

#define DOCUMENT_COLUMNS "id, name, media_type, size, digest"
STATEMENT(DOCUMENT_ADD, "insert into documents (digest, name, media_type, size, entity, entity_id, added_at, added_by) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8) returning id");
STATEMENT(DOCUMENT_BY_ID, "select " DOCUMENT_COLUMNS " from documents where id = $1");
STATEMENT(DOCUMENT_LIST, "select " DOCUMENT_COLUMNS ", added_at from documents where entity = $1 and entity_id = $2 "
	"order by id desc limit 500");

static void file_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Text of ours has no control characters but white space; a character cut at the end is forgiven. */
static bool is_plain_text(struct text bytes)
{
	for (size_t i = 0; i < bytes.size; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
			return false;
		if (c == 0x7f)
			return false;
	}
	return bytes.size > 0;
}

const char *document_type(struct text first_bytes)
{
	static const struct {
		const char *start;
		const char *type;
	} starts[] = {
		{"%PDF-", "application/pdf"},
		{"\xff\xd8\xff", "image/jpeg"},
		{"\x89PNG\r\n\x1a\n", "image/png"},
	};
	struct text content = first_bytes;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (text_starts_with(first_bytes, text_of(starts[i].start)))
			return starts[i].type;
	if (text_starts_with(first_bytes, TEXT("RIFF")) && text_equal(text_slice(first_bytes, 8, 12), TEXT("WEBP")))
		return "image/webp";
	if (text_starts_with(content, TEXT("\xef\xbb\xbf")))
		content = text_slice(content, 3, content.size);
	if (!is_plain_text(content))
		return NULL;
	content = text_trim(content);
	if (text_equal_ignoring_case(text_slice(content, 0, 14), TEXT("<!doctype html")) ||
	    text_equal_ignoring_case(text_slice(content, 0, 5), TEXT("<html")) ||
	    text_equal_ignoring_case(text_slice(content, 0, 7), TEXT("<script")))
		return NULL; /* a browser would run it */
	if (text_starts_with(content, TEXT("<")))
		return "application/xml";
	if (text_starts_with(content, TEXT("{")) || text_starts_with(content, TEXT("[")))
		return "application/json";
	return "text/plain";
}

/* Reads a whole file through `take`; STATUS_TOO_LARGE over the limit. */
static enum status file_walk(const char *path, int64_t limit,
	enum status (*take)(void *context, const char *bytes, size_t size), void *context, int64_t *ret_size)
{
	int AUTO(file_close) fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[PIECE];
	int64_t size = 0;

	if (fd < 0)
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE;
	for (;;) {
		ssize_t got = read(fd, bytes, sizeof bytes);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return STATUS_UNAVAILABLE;
		if (got == 0)
			break;
		size += got;
		if (size > limit)
			return STATUS_TOO_LARGE;
		TRY(take(context, bytes, (size_t)got));
	}
	*ret_size = size;
	return STATUS_OK;
}

struct fingerprint {
	crypto_hash_sha256_state state;
	char first[SNIFF];
	size_t first_size;
};

static enum status fingerprint_take(void *context, const char *bytes, size_t size)
{
	struct fingerprint *fingerprint = context;
	size_t room = sizeof fingerprint->first - fingerprint->first_size;
	size_t taken = size < room ? size : room;

	crypto_hash_sha256_update(&fingerprint->state, (const unsigned char *)bytes, size);
	memcpy(fingerprint->first + fingerprint->first_size, bytes, taken);
	fingerprint->first_size += taken;
	return STATUS_OK;
}

static enum status fingerprint_of(const char *path, int64_t limit, struct fingerprint *fingerprint,
	char ret_hex[HEX_SIZE + 1], int64_t *ret_size)
{
	unsigned char digest[DIGEST_SIZE];

	fingerprint->first_size = 0;
	crypto_hash_sha256_init(&fingerprint->state);
	TRY(file_walk(path, limit, fingerprint_take, fingerprint, ret_size));
	crypto_hash_sha256_final(&fingerprint->state, digest);
	sodium_bin2hex(ret_hex, HEX_SIZE + 1, digest, sizeof digest);
	return STATUS_OK;
}

static const char *place_of(const struct document_store *store, const char *hex, struct arena *arena)
{
	return arena_format(arena, "%s/%.2s/%s", store->folder, hex, hex + 2).data;
}

static enum status write_piece(void *context, const char *bytes, size_t size)
{
	const int *fd = context;

	while (size) {
		ssize_t done = write(*fd, bytes, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return STATUS_UNAVAILABLE;
		bytes += done;
		size -= (size_t)done;
	}
	return STATUS_OK;
}

static enum status copy_synced(const char *from, const char *to, int64_t limit)
{
	int AUTO(file_close) fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int64_t size;

	if (fd < 0)
		return STATUS_UNAVAILABLE;
	TRY(file_walk(from, limit, write_piece, &fd, &size));
	return fsync(fd) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* Puts the bytes where their digest says, unless sound ones are there already. */
static enum status bytes_keep(const struct document_store *store, const char *path, const char *hex,
	struct arena *arena)
{
	struct fingerprint fingerprint;
	const char *place = place_of(store, hex, arena);
	struct text folder = arena_format(arena, "%s/%.2s", store->folder, hex), temporary;
	char there[HEX_SIZE + 1];
	int64_t size;
	enum status status;

	if (!place || !folder.data)
		return STATUS_NO_MEMORY;
	if (fingerprint_of(place, store->limit, &fingerprint, there, &size) == STATUS_OK && strcmp(there, hex) == 0)
		return STATUS_OK;
	temporary = arena_format(arena, "%s/.new-%llx", folder.data, (unsigned long long)secret_random_number(UINT64_MAX));
	if (!temporary.data)
		return STATUS_NO_MEMORY;
	if ((mkdir(store->folder, 0700) != 0 && errno != EEXIST) || (mkdir(folder.data, 0700) != 0 && errno != EEXIST))
		return STATUS_UNAVAILABLE;
	status = copy_synced(path, temporary.data, store->limit);
	/* What was copied must be what was checked: the file could have changed under our hands. */
	if (status == STATUS_OK)
		status = fingerprint_of(temporary.data, store->limit, &fingerprint, there, &size);
	if (status == STATUS_OK && strcmp(there, hex) != 0)
		status = STATUS_CONFLICT;
	if (status == STATUS_OK && rename(temporary.data, place) != 0)
		status = STATUS_UNAVAILABLE;
	if (status != STATUS_OK)
		unlink(temporary.data);
	return status;
}

/* The last part of a name, of valid UTF-8 without control characters, cut to the limit. */
static struct text name_clean(struct text name, struct arena *arena)
{
	struct buffer AUTO(buffer_release) clean = {0};

	for (size_t i = name.size; i > 0; i--)
		if (name.data[i - 1] == '/' || name.data[i - 1] == '\\') {
			name = text_slice(name, i, name.size);
			break;
		}
	buffer_init(&clean, 4 * DOCUMENT_NAME_LIMIT + 8);
	for (size_t count = 0; name.size && count < DOCUMENT_NAME_LIMIT; count++) {
		uint32_t code_point = utf8_next(&name);

		utf8_append(&clean, code_point < 0x20 || code_point == 0x7f ? '_' : code_point);
	}
	if (buffer_status(&clean) != STATUS_OK)
		return TEXT_NONE;
	return clean.size ? arena_text(arena, buffer_text(&clean)) : TEXT("document");
}

static enum status row_add(struct writer *writer, const struct actor *actor, const char *entity, int64_t entity_id,
	struct document *document)
{
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;

	TRY(store_returning(writer, &DOCUMENT_ADD,
		PARAMS(value_string(document->digest), value_text(document->name), value_text(document->media_type),
			V_INT(document->size), value_string(entity), V_INT(entity_id), V_INT(clock_now()),
			V_INT(actor->user_id)),
		&document->id));
	buffer_init(&details, 1 << 14);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "name");
	put_text(&json, document->name);
	put_key(&json, "sha256");
	put_text(&json, text_of(document->digest));
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "document", .entity_id = document->id, .action = "added",
			.details = buffer_text(&details)},
		NULL);
}

enum status document_take(struct writer *writer, const struct document_store *store, const struct actor *actor,
	const struct document_file *file, struct document *ret_document)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 17);
	struct fingerprint fingerprint;
	struct document document = {.id = 0};
	const char *type;
	struct text clamd;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(fingerprint_of(file->path, store->limit, &fingerprint, document.digest, &document.size));
	type = document_type((struct text){fingerprint.first, fingerprint.first_size});
	if (!type)
		return STATUS_UNSUPPORTED;
	document.media_type = text_of(type);
	document.name = name_clean(file->name, arena);
	if (!document.name.data)
		return STATUS_NO_MEMORY;
	TRY(setting_text(writer_reader(writer), &document_settings[0], arena, &clamd));
	if (clamd.size)
		TRY(document_scan(clamd, file->path));
	TRY(bytes_keep(store, file->path, document.digest, arena));
	TRY(row_add(writer, actor, file->entity ? file->entity : "", file->entity_id, &document));
	document.name = TEXT_NONE; /* it lies in the arena that ends here */
	*ret_document = document;
	return STATUS_OK;
}

static enum status document_read(struct rows *rows, struct document *ret_document)
{
	struct document document = {.id = rows_integer(rows, 0), .name = rows_text(rows, 1),
		.media_type = rows_text(rows, 2), .size = rows_integer(rows, 3)};
	struct text hex = rows_text(rows, 4);

	if (hex.size != HEX_SIZE)
		return STATUS_INTERNAL;
	for (size_t i = 0; i < hex.size; i++)
		if (!strchr("0123456789abcdef", hex.data[i]) || !hex.data[i])
			return STATUS_INTERNAL; /* it becomes part of a path */
	memcpy(document.digest, hex.data, HEX_SIZE);
	document.digest[HEX_SIZE] = '\0';
	*ret_document = document;
	return STATUS_OK;
}

enum status document_find(struct reader *reader, int64_t id, struct arena *arena, struct document *ret_document)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct document document;

	TRY(store_query(reader, &DOCUMENT_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	TRY(document_read(rows, &document));
	document.name = arena_text(arena, document.name);
	document.media_type = arena_text(arena, document.media_type);
	if (!document.name.data || !document.media_type.data)
		return STATUS_NO_MEMORY;
	*ret_document = document;
	return STATUS_OK;
}

enum status document_path(const struct document_store *store, const struct document *document, struct arena *arena,
	const char **ret_path)
{
	const char *place = place_of(store, document->digest, arena);
	struct fingerprint fingerprint;
	char there[HEX_SIZE + 1];
	int64_t size;
	enum status status;

	if (!place)
		return STATUS_NO_MEMORY;
	status = fingerprint_of(place, INT64_MAX, &fingerprint, there, &size);
	if (status == STATUS_OK && strcmp(there, document->digest) == 0) {
		*ret_path = place;
		return STATUS_OK;
	}
	log_event(LOG_ERROR, "document_damaged", "sha256", document->digest, NULL);
	return status == STATUS_UNAVAILABLE ? status : STATUS_INTERNAL;
}

enum status document_list(struct reader *reader, const char *entity, int64_t entity_id,
	bool (*each)(void *context, const struct document_list_row *row), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &DOCUMENT_LIST, PARAMS(value_string(entity), V_INT(entity_id)), &rows));
	while (rows_next(rows)) {
		struct document_list_row row = {.added_at = rows_integer(rows, 5)};

		TRY(document_read(rows, &row.document));
		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}
