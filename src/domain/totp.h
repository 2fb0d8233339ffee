#ifndef VIGIE_DOMAIN_TOTP_H
#define VIGIE_DOMAIN_TOTP_H
/* One-time codes by time (RFC 6238: SHA-1, 30 seconds, 6 digits, as all authenticator programs know), and the
 * recovery codes for when the telephone is lost. */
#include "base/arena.h"

enum { TOTP_SECRET_SIZE = 20, TOTP_STEP = 30, TOTP_WINDOW = 1, RECOVERY_CODE_SIZE = 18, RECOVERY_CODE_COUNT = 10 };

void totp_secret(unsigned char ret_secret[TOTP_SECRET_SIZE]);
/* Base 32 for people to type; data == NULL without memory. */
struct text totp_secret_text(struct text secret, struct arena *arena);
/* otpauth://totp/Issuer:login?secret=…&issuer=… ; data == NULL without memory. */
struct text totp_address(struct text secret, struct text issuer, struct text login, struct arena *arena);
/* The code of a time (UTC microseconds), for tests and programs; 7 bytes with NUL. */
enum status totp_code(struct text secret, int64_t time, char ret_code[7]) MUST_CHECK;
/* Accepts a code of the step of `time` or its neighbours that is later than last_step, which must be kept:
 * *ret_step is the step used. STATUS_INVALID otherwise. Blanks in the code are passed over. */
enum status totp_verify(struct text secret, struct text code, int64_t time, int64_t last_step, int64_t *ret_step)
	MUST_CHECK;
/* "abcde-fghjk-mnpqr" with about 74 bits; ended by NUL. */
void recovery_code(char ret_code[RECOVERY_CODE_SIZE]);

#endif
