/* Our own reading of hostile web input: queries, cookies, header parameters, multipart bodies, paths. The first byte
 * says which. */
#include "web/multipart.h"
#include "web/query.h"
#include "web/router.h"

static enum status part(void *context, const struct multipart_part *got)
{
	(void)got;
	++*(size_t *)context;
	return STATUS_OK;
}

static enum status bytes(void *context, struct text got)
{
	*(size_t *)context += got.size;
	return STATUS_OK;
}

static enum status part_end(void *context)
{
	++*(size_t *)context;
	return STATUS_OK;
}

static void fuzz_multipart(struct arena *arena, struct text input)
{
	size_t heard = 0, step = input.size ? (size_t)(unsigned char)input.data[0] % 17 + 1 : 1;
	const struct multipart_events events = {part, bytes, part_end, &heard};
	struct multipart *multipart;
	enum status status = multipart_new(arena, TEXT("multipart/form-data; boundary=XX"), 20, &events, &multipart);

	for (size_t i = 0; status == STATUS_OK && i < input.size; i += step)
		status = multipart_feed(multipart, text_slice(input, i, i + step));
	if (status == STATUS_OK && multipart_end(multipart) == STATUS_OK && heard > 3 * input.size + 2)
		__builtin_trap();
}

static void fuzz_query(struct arena *arena, struct text input)
{
	enum status status = STATUS_OK;
	struct pair pair;

	while (query_next(arena, &input, &pair, &status))
		if (!pair.name.size)
			__builtin_trap();
}

static void fuzz_header(struct arena *arena, struct text input)
{
	struct text value;

	if (header_parameter(arena, input, "name", &value) == STATUS_OK && value.size > input.size)
		__builtin_trap();
	(void)cookie_find(input, "vigie");
	(void)header_lists(input, "gzip");
	(void)header_main(input);
	(void)file_name_clean(arena, input);
}

static void fuzz_path(struct arena *arena, struct text input)
{
	const struct module *const modules[] = {NULL};
	const char *problem;
	struct router *router;
	struct route_match match;

	if (router_new(arena, modules, &router, &problem) == STATUS_OK &&
		router_find(router, METHOD_GET, input, arena, &match) == STATUS_OK && match.route)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct arena *arena = arena_new(1 << 22);
	struct text input = {(const char *)data + (size > 0), size > 0 ? size - 1 : 0};

	if (!arena)
		return 0;
	switch (size ? data[0] : 'q') {
	case 'm': fuzz_multipart(arena, input); break;
	case 'h': fuzz_header(arena, input); break;
	case 'p': fuzz_path(arena, input); break;
	default: fuzz_query(arena, input);
	}
	arena_free(arena);
	return 0;
}
