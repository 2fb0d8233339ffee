/* One-time codes through liboath. */
#include "domain/totp.h"

#include "base/clock.h"
#include "base/secret.h"

#include <liboath/oath.h>
#include <string.h>

enum { CODE_DIGITS = 6 };

void totp_secret(unsigned char ret_secret[TOTP_SECRET_SIZE])
{
	secret_random(ret_secret, TOTP_SECRET_SIZE);
}

struct text totp_secret_text(struct text secret, struct arena *arena)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t size = (secret.size * 8 + 4) / 5;
	char *text = arena_allocate(arena, size + 1);
	uint32_t bits = 0;
	int held = 0;
	size_t at = 0;

	if (!text)
		return TEXT_NONE;
	for (size_t i = 0; i < secret.size; i++) {
		bits = (bits << 8 | (unsigned char)secret.data[i]) & 0xffff;
		for (held += 8; held >= 5; held -= 5)
			text[at++] = alphabet[bits >> (held - 5) & 31];
	}
	if (held)
		text[at++] = alphabet[bits << (5 - held) & 31];
	return (struct text){text, at};
}

static void address_escape(struct buffer *buffer, struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
			c == '.' || c == '_';

		if (plain)
			buffer_byte(buffer, (char)c);
		else
			buffer_format(buffer, "%%%02X", c);
	}
}

struct text totp_address(struct text secret, struct text issuer, struct text login, struct arena *arena)
{
	struct buffer AUTO(buffer_release) buffer = {0};
	struct text base32 = totp_secret_text(secret, arena);

	buffer_init(&buffer, 4096);
	buffer_string(&buffer, "otpauth://totp/");
	address_escape(&buffer, issuer);
	buffer_byte(&buffer, ':');
	address_escape(&buffer, login);
	buffer_string(&buffer, "?secret=");
	buffer_append(&buffer, base32);
	buffer_string(&buffer, "&issuer=");
	address_escape(&buffer, issuer);
	if (!base32.data || buffer_status(&buffer) != STATUS_OK)
		return TEXT_NONE;
	return arena_text(arena, buffer_text(&buffer));
}

static enum status code_of_step(struct text secret, int64_t step, char ret_code[CODE_DIGITS + 1])
{
	if (oath_hotp_generate(secret.data, secret.size, (uint64_t)step, CODE_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
		    ret_code) != OATH_OK)
		return STATUS_INTERNAL;
	return STATUS_OK;
}

enum status totp_code(struct text secret, int64_t time, char ret_code[7])
{
	return code_of_step(secret, time / MICROSECONDS / TOTP_STEP, ret_code);
}

enum status totp_verify(struct text secret, struct text code, int64_t time, int64_t last_step, int64_t *ret_step)
{
	int64_t now = time / MICROSECONDS / TOTP_STEP, found = -1;
	char typed[CODE_DIGITS + 1] = {0}, wanted[CODE_DIGITS + 1];
	size_t count = 0;

	for (size_t i = 0; i < code.size; i++) {
		if (code.data[i] == ' ')
			continue;
		if (count == CODE_DIGITS)
			return STATUS_INVALID;
		typed[count++] = code.data[i];
	}
	if (count != CODE_DIGITS || secret.size == 0)
		return STATUS_INVALID;
	for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++) {
		TRY(code_of_step(secret, step, wanted));
		if (digest_equal(typed, wanted, CODE_DIGITS) && step > last_step)
			found = step;
	}
	if (found < 0)
		return STATUS_INVALID;
	*ret_step = found;
	return STATUS_OK;
}

void recovery_code(char ret_code[RECOVERY_CODE_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

	for (int i = 0; i < RECOVERY_CODE_SIZE - 1; i++)
		ret_code[i] = i % 6 == 5 ? '-' : letters[secret_random_number(sizeof letters - 1)];
	ret_code[RECOVERY_CODE_SIZE - 1] = '\0';
}
