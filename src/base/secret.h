#ifndef VIGIE_BASE_SECRET_H
#define VIGIE_BASE_SECRET_H
/* Random bytes and hashes, from libsodium. */
#include "base/buffer.h"

enum { DIGEST_SIZE = 32 };

bool secret_init(void); /* call once at start; false when the system has no randomness */
void secret_random(void *bytes, size_t size);
uint64_t secret_random_number(uint64_t below); /* uniform in 0 … below-1 */
/* SHA-256 of one or several texts, each preceded by its size, so that ("ab","c") and ("a","bc") differ. */
void digest_of(struct text text, unsigned char ret_digest[DIGEST_SIZE]);
void digest_of_parts(const struct text *parts, size_t count, unsigned char ret_digest[DIGEST_SIZE]);
/* SHA-256 of a file's bytes. STATUS_NOT_FOUND, STATUS_UNAVAILABLE (it cannot be read to its end). */
enum status digest_file(const char *path, unsigned char ret_digest[DIGEST_SIZE]) MUST_CHECK;
/* BLAKE2b of 32 bytes, several times as fast: for what only we compare, thousands at a time. */
void digest_quick(struct text text, unsigned char ret_digest[DIGEST_SIZE]);
/* Keyed hash (HMAC-SHA-256), for draws and signatures. */
void digest_keyed(struct text key, struct text text, unsigned char ret_digest[DIGEST_SIZE]);
/* The same with a key of which the beginning is worked out once, for many texts. */
struct digest_key {
	unsigned char state[224]; /* opaque */
};
void digest_key_prepare(struct text key, struct digest_key *ret_key);
void digest_keyed_by(const struct digest_key *key, struct text text, unsigned char ret_digest[DIGEST_SIZE]);
bool digest_equal(const void *a, const void *b, size_t size); /* in constant time */
void hex_print(struct buffer *buffer, const void *bytes, size_t size);
enum status hex_parse(struct text hex, void *ret_bytes, size_t size) MUST_CHECK;
/* Without padding, for tokens in addresses. */
void base64url_print(struct buffer *buffer, const void *bytes, size_t size);

#endif
