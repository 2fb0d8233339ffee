#ifndef VIGIE_DOMAIN_PASSWORD_H
#define VIGIE_DOMAIN_PASSWORD_H
/* Passwords: rules and Argon2id. Hashing takes tens of milliseconds and 64 MB on purpose: never do it while a
 * transaction is open. */
#include "base/catalogue.h"
#include "base/status.h"

enum { PASSWORD_LEAST = 12, PASSWORD_MOST = 256, PASSWORD_HASH_SIZE = 128, PASSWORD_RANDOM_SIZE = 24 };

/* Why the password may not be chosen, as a message id, or NULL when it is fine. Length counts characters;
 * `login` and `name` may be missing. */
const char *password_problem(struct text password, struct text login, struct text name);
/* True for one of the well-known passwords, whatever its case and whatever digits or signs trail it. */
bool password_is_common(struct text password);
/* Ended by NUL. STATUS_NO_MEMORY when the 64 MB are not there. */
enum status password_hash(struct text password, char ret_hash[PASSWORD_HASH_SIZE]) MUST_CHECK;
/* hash missing (unknown account): takes as long as with one and is false. */
bool password_verify(struct text hash, struct text password);
/* Twenty letters and digits in groups of five, without those that look alike; ended by NUL. */
void password_random(char ret_password[PASSWORD_RANDOM_SIZE]);

/* Well-known passwords, lower case, ended by NULL (common_passwords.c). */
extern const char *const common_passwords[];

#endif
