/* Refuses what libmicrohttpd 0.9.75 lets pass: two lengths, unknown codings, two or no hosts, NUL bytes, bare line
 * feeds and folded lines in the head.
 *
 * The library parses the head in place: it writes NUL over CR LF and over the colon, and its header values point
 * into that memory. In a sound head the request line and the headers therefore lie one behind the other, each
 * value followed by exactly the two NULs that were CR LF. A bare line feed leaves one NUL, a NUL inside a value
 * ends it early, a folded line is copied elsewhere: in all these cases the next name, or the end of the head, does
 * not stand where it must. Later versions of the library refuse all this by themselves. */
#include "web/exchange.h"

#include <string.h>

struct head {
	const char *expected; /* where the next header's name must stand; NULL: not known */
	bool is_broken;
	bool must_be_laid_out;
	int hosts, lengths, codings;
	bool is_chunked, has_unknown_coding;
	int64_t declared;
};

static bool is_token(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte <= 0x20 || byte >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", byte))
			return false;
	}
	return size > 0;
}

static bool read_length(struct text text, int64_t *ret_length)
{
	int64_t length = 0;

	text = text_trim(text);
	if (!text.size || text.size > 18)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		length = length * 10 + (text.data[i] - '0');
	}
	*ret_length = length;
	return true;
}

static enum MHD_Result check_header(void *context, enum MHD_ValueKind kind, const char *key, size_t key_size,
	const char *value, size_t value_size)
{
	struct head *head = context;
	struct text name = {key, key_size};
	struct text text = {value ? value : "", value_size};

	(void)kind;
	if (!is_token(key, key_size))
		head->is_broken = true;
	for (size_t i = 0; i < text.size; i++)
		if (((unsigned char)text.data[i] < 0x20 && text.data[i] != '\t') || text.data[i] == 0x7f)
			head->is_broken = true;
	if (head->must_be_laid_out && value) {
		const char *end = value + value_size;

		if (key != head->expected || value < key + key_size + 1 || value > key + key_size + 256)
			head->is_broken = true;
		else if (end[0] || end[1])
			head->is_broken = true;
		head->expected = end + 2;
	}
	if (text_equal_ignoring_case(name, TEXT("host"))) {
		head->hosts++;
		text = text_trim(text);
		if (!text.size || memchr(text.data, ' ', text.size) || memchr(text.data, '/', text.size) ||
			memchr(text.data, '@', text.size) || memchr(text.data, ',', text.size))
			head->is_broken = true;
	}
	if (text_equal_ignoring_case(name, TEXT("content-length"))) {
		head->lengths++;
		if (!read_length(text, &head->declared))
			head->is_broken = true;
	}
	if (text_equal_ignoring_case(name, TEXT("transfer-encoding"))) {
		head->codings++;
		if (text_equal_ignoring_case(text_trim(text), TEXT("chunked")))
			head->is_chunked = true;
		else
			head->has_unknown_coding = true;
	}
	return head->is_broken ? MHD_NO : MHD_YES;
}

/* The head ends two line ends behind the last header, counted from the method on; the request line has one blank
 * on each side of its target. */
static bool is_laid_out(const struct head *head, struct MHD_Connection *connection, const char *method,
	const char *target, const char *version)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info && method + info->header_size == head->expected + 2 &&
		version == method + strlen(method) + 1 + strlen(target) + 1;
}

int guard_check(struct MHD_Connection *connection, const char *method, const char *target, const char *version,
	int64_t *ret_declared, bool *ret_chunked)
{
	struct head head = {.must_be_laid_out = MHD_get_version() && strcmp(MHD_get_version(), "0.9.76") < 0};
	bool is_old = strcmp(version, "HTTP/1.0") == 0;

	if (!is_token(method, strlen(method)) || (!is_old && strcmp(version, "HTTP/1.1") != 0))
		return MHD_HTTP_BAD_REQUEST;
	head.expected = version + strlen(version) + 2;
	if (head.must_be_laid_out && head.expected[-1] != '\0')
		return MHD_HTTP_BAD_REQUEST;
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, check_header, &head);
	if (head.is_broken || head.hosts > 1 || (!head.hosts && !is_old))
		return MHD_HTTP_BAD_REQUEST;
	if (head.must_be_laid_out && !is_laid_out(&head, connection, method, target, version))
		return MHD_HTTP_BAD_REQUEST;
	if (head.lengths > 1 || head.codings > 1 || (head.lengths && head.codings))
		return MHD_HTTP_BAD_REQUEST;
	if (head.has_unknown_coding)
		return MHD_HTTP_BAD_REQUEST;
	*ret_declared = head.lengths ? head.declared : 0;
	*ret_chunked = head.is_chunked;
	return 0;
}
