/* The embedded files below assets/ and the pictures of the guides, hashed and packed once. */
#include "web/assets.h"

#include "base/embedded.h"
#include "base/memory.h"
#include "base/secret.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { ASSET_LIMIT = 128 };

static const char *const folders[] = {"assets/", "docs/guides/pictures/"};

static struct asset assets[ASSET_LIMIT];
static size_t asset_count;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void *pack_allocate(void *context, unsigned items, unsigned size)
{
	(void)context;
	return memory_allocate((size_t)items * size);
}

static void pack_free(void *context, void *block)
{
	(void)context;
	memory_free(block);
}

struct text gzip_pack(struct text bytes, int level)
{
	z_stream stream = {.zalloc = pack_allocate, .zfree = pack_free};
	struct text packed = TEXT_NONE;
	char *out;

	if (bytes.size < 64 || bytes.size > UINT32_MAX / 2)
		return TEXT_NONE;
	if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return TEXT_NONE;
	out = memory_allocate(bytes.size);
	stream.next_in = (z_const Bytef *)(uintptr_t)bytes.data;
	stream.avail_in = (uInt)bytes.size;
	stream.next_out = (Bytef *)out;
	stream.avail_out = (uInt)bytes.size - 1;
	if (out && deflate(&stream, Z_FINISH) == Z_STREAM_END)
		packed = (struct text){out, stream.total_out};
	else
		memory_free(out);
	deflateEnd(&stream);
	return packed;
}

static const char *type_of(const char *name)
{
	static const struct {
		const char *suffix, *type;
	} types[] = {
		{".css", "text/css; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".svg", "image/svg+xml"},
		{".webmanifest", "application/manifest+json"},
		{".png", "image/png"},
		{".woff2", "font/woff2"},
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (text_ends_with(text_of(name), text_of(types[i].suffix)))
			return types[i].type;
	return "application/octet-stream";
}

static void add_asset(const struct embedded_file *file, const char *name)
{
	struct asset *asset = &assets[asset_count];
	const char *dot = strrchr(name, '.');
	unsigned char digest[DIGEST_SIZE];
	int stem = dot ? (int)(dot - name) : (int)strlen(name);

	if (asset_count == ASSET_LIMIT || strlen(name) > 40)
		return;
	asset->name = name;
	asset->type = type_of(name);
	asset->bytes = (struct text){file->start, (size_t)(file->end - file->start)};
	digest_of(asset->bytes, digest);
	snprintf(asset->url, sizeof asset->url, "/assets/%.*s.%02x%02x%02x%02x%02x%s", stem, name, digest[0], digest[1],
		digest[2], digest[3], digest[4], dot ? dot : "");
	if (strcmp(asset->type, "image/png") != 0) /* that is packed already */
		asset->packed = gzip_pack(asset->bytes, 9);
	asset_count++;
}

static void prepare(void)
{
	for (const struct embedded_file *file = embedded_files; file->path; file++)
		for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
			if (strncmp(file->path, folders[i], strlen(folders[i])) == 0)
				add_asset(file, file->path + strlen(folders[i]));
}

const char *asset_url(const char *name)
{
	pthread_once(&prepared, prepare);
	for (size_t i = 0; i < asset_count; i++)
		if (strcmp(assets[i].name, name) == 0)
			return assets[i].url;
	return "";
}

bool asset_picture_size(const char *name, int *ret_width, int *ret_height)
{
	static const unsigned char head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	const struct asset *asset = asset_find(text_of(asset_url(name)));
	const unsigned char *bytes = asset ? (const unsigned char *)asset->bytes.data : NULL;

	if (!asset || asset->bytes.size < 24 || memcmp(bytes, head, sizeof head) != 0)
		return false;
	*ret_width = bytes[18] << 8 | bytes[19];
	*ret_height = bytes[22] << 8 | bytes[23];
	return true;
}

const struct asset *asset_find(struct text url)
{
	pthread_once(&prepared, prepare);
	for (size_t i = 0; i < asset_count; i++)
		if (text_is(url, assets[i].url))
			return &assets[i];
	return NULL;
}
