/* libsodium's randomness and hashes under our names. */
#include "base/secret.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

bool secret_init(void)
{
	return sodium_init() >= 0;
}

void secret_random(void *bytes, size_t size)
{
	randombytes_buf(bytes, size);
}

uint64_t secret_random_number(uint64_t below)
{
	uint64_t limit, value;

	if (below < 2)
		return 0;
	limit = UINT64_MAX - UINT64_MAX % below;
	do {
		randombytes_buf(&value, sizeof value);
	} while (value >= limit);
	return value % below;
}

void digest_of(struct text text, unsigned char ret_digest[DIGEST_SIZE])
{
	crypto_hash_sha256(ret_digest, (const unsigned char *)text.data, text.size);
}

enum status digest_file(const char *path, unsigned char ret_digest[DIGEST_SIZE])
{
	crypto_hash_sha256_state state;
	unsigned char piece[32768];
	ssize_t size;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return STATUS_NOT_FOUND;
	crypto_hash_sha256_init(&state);
	while ((size = read(fd, piece, sizeof piece)) > 0)
		crypto_hash_sha256_update(&state, piece, (unsigned long long)size);
	close(fd);
	if (size < 0)
		return STATUS_UNAVAILABLE;
	crypto_hash_sha256_final(&state, ret_digest);
	return STATUS_OK;
}

void digest_quick(struct text text, unsigned char ret_digest[DIGEST_SIZE])
{
	crypto_generichash(ret_digest, DIGEST_SIZE, (const unsigned char *)text.data, text.size, NULL, 0);
}

/* Many small pieces are gathered: the library copies what it cannot hash yet byte by byte. */
struct gathering {
	crypto_hash_sha256_state state;
	unsigned char bytes[1024];
	size_t used;
};

static void gather(struct gathering *gathering, const void *bytes, size_t size)
{
	if (size > sizeof gathering->bytes - gathering->used) {
		crypto_hash_sha256_update(&gathering->state, gathering->bytes, gathering->used);
		gathering->used = 0;
	}
	if (size > sizeof gathering->bytes) {
		crypto_hash_sha256_update(&gathering->state, bytes, size);
	} else if (size) {
		memcpy(gathering->bytes + gathering->used, bytes, size);
		gathering->used += size;
	}
}

void digest_of_parts(const struct text *parts, size_t count, unsigned char ret_digest[DIGEST_SIZE])
{
	struct gathering gathering;

	crypto_hash_sha256_init(&gathering.state);
	gathering.used = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned char size[8];

		for (int byte = 0; byte < 8; byte++)
			size[byte] = (unsigned char)((uint64_t)parts[i].size >> (8 * byte));
		gather(&gathering, size, sizeof size);
		gather(&gathering, parts[i].data, parts[i].size);
	}
	crypto_hash_sha256_update(&gathering.state, gathering.bytes, gathering.used);
	crypto_hash_sha256_final(&gathering.state, ret_digest);
}

void digest_keyed(struct text key, struct text text, unsigned char ret_digest[DIGEST_SIZE])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.data, key.size);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.data, text.size);
	crypto_auth_hmacsha256_final(&state, ret_digest);
}

_Static_assert(sizeof(crypto_auth_hmacsha256_state) <= sizeof(struct digest_key), "the state has its place");

void digest_key_prepare(struct text key, struct digest_key *ret_key)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.data, key.size);
	memcpy(ret_key->state, &state, sizeof state);
}

void digest_keyed_by(const struct digest_key *key, struct text text, unsigned char ret_digest[DIGEST_SIZE])
{
	crypto_auth_hmacsha256_state state;

	memcpy(&state, key->state, sizeof state);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.data, text.size);
	crypto_auth_hmacsha256_final(&state, ret_digest);
}

bool digest_equal(const void *a, const void *b, size_t size)
{
	return sodium_memcmp(a, b, size) == 0;
}

void hex_print(struct buffer *buffer, const void *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;

	for (size_t i = 0; i < size; i++) {
		buffer_byte(buffer, digits[p[i] >> 4]);
		buffer_byte(buffer, digits[p[i] & 15]);
	}
}

static int hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

enum status hex_parse(struct text hex, void *ret_bytes, size_t size)
{
	unsigned char *bytes = ret_bytes;

	if (hex.size % 2 || hex.size / 2 != size)
		return STATUS_INVALID;
	for (size_t i = 0; i < hex.size; i++)
		if (hex_digit(hex.data[i]) < 0)
			return STATUS_INVALID;
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(hex_digit(hex.data[2 * i]) * 16 + hex_digit(hex.data[2 * i + 1]));
	return STATUS_OK;
}

void base64url_print(struct buffer *buffer, const void *bytes, size_t size)
{
	char text[128];

	if (sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING) > sizeof text) {
		buffer->status = STATUS_TOO_LARGE;
		return;
	}
	sodium_bin2base64(text, sizeof text, bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	buffer_string(buffer, text);
}
