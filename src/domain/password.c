/* Argon2id by libsodium at its interactive limits, and the rules for a new password. */
#include "domain/password.h"

#include "base/secret.h"
#include "base/utf8.h"

#include <sodium.h>
#include <string.h>

/* The hash of random bytes that nobody kept, at the limits below: what an unknown account is compared with. */
static const char unknown_account[] = "$argon2id$v=19$m=65536,t=2,p=1$NYna3Fi/PVY8aX+rZK34rA$dIpdto4ul63wTuaFo8yjdiRbF1puM4Us79WQONiQ6GU";

static size_t character_count(struct text text)
{
	size_t count = 0;

	while (text.size) {
		utf8_next(&text);
		count++;
	}
	return count;
}

/* The password's letters in lower case without digits and signs at its end, when they fit. */
static struct text core_of(struct text password, char *bytes, size_t size)
{
	size_t end = password.size;

	if (password.size > size)
		return TEXT_NONE;
	for (size_t i = 0; i < password.size; i++) {
		char c = password.data[i];

		bytes[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	while (end && !(bytes[end - 1] >= 'a' && bytes[end - 1] <= 'z') && (unsigned char)bytes[end - 1] < 0x80)
		end--;
	return (struct text){bytes, end};
}

/* A listed word, or the beginning of a long one (a row of the keyboard). */
static bool is_listed(struct text password)
{
	for (const char *const *common = common_passwords; *common; common++)
		if (text_is(password, *common) ||
		    (password.size >= PASSWORD_LEAST && text_starts_with(text_of(*common), password)))
			return true;
	return false;
}

/* One listed word (or one character) written over and over: "azertyazerty", "aaaaaaaaaaaa". */
static bool is_repeated(struct text password)
{
	for (size_t period = 1; period * 2 <= password.size; period++) {
		bool same = true;

		if (period > 3 && !is_listed(text_slice(password, 0, period)))
			continue;
		for (size_t i = period; i < password.size && same; i++)
			same = password.data[i] == password.data[i - period];
		if (same)
			return true;
	}
	return false;
}

bool password_is_common(struct text password)
{
	char bytes[PASSWORD_MOST];
	struct text core = core_of(password, bytes, sizeof bytes);
	struct text lower = {bytes, password.size};

	if (!core.data)
		return false;
	return is_listed(lower) || (core.size && is_listed(core)) || is_repeated(lower);
}

/* Folded, the password holds the other text (of at least four characters). */
static bool holds(struct text password, struct text other)
{
	struct buffer AUTO(buffer_release) folded = {0};
	struct buffer AUTO(buffer_release) wanted = {0};

	buffer_init(&folded, 4 * PASSWORD_MOST);
	buffer_init(&wanted, 4096);
	utf8_fold(&folded, password);
	utf8_fold(&wanted, other);
	if (buffer_status(&folded) != STATUS_OK || buffer_status(&wanted) != STATUS_OK || wanted.size < 4)
		return false;
	return text_find(buffer_text(&folded), buffer_text(&wanted)) < folded.size;
}

const char *password_problem(struct text password, struct text login, struct text name)
{
	if (password.size > PASSWORD_MOST)
		return TR("Ce mot de passe est trop long : 256 octets au plus.");
	if (!utf8_is_valid(password) || character_count(password) < PASSWORD_LEAST)
		return TR("Choisissez un mot de passe d'au moins 12 caractères.");
	if (password_is_common(password))
		return TR("Ce mot de passe est trop connu : choisissez-en un autre.");
	if (holds(password, login) || holds(password, name))
		return TR("Le mot de passe ne doit contenir ni votre identifiant ni votre nom.");
	return NULL;
}

enum status password_hash(struct text password, char ret_hash[PASSWORD_HASH_SIZE])
{
	char hash[crypto_pwhash_STRBYTES];

	_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_SIZE, "the hash must fit");
	if (crypto_pwhash_str(hash, password.data ? password.data : "", password.size, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		    crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return STATUS_NO_MEMORY;
	memcpy(ret_hash, hash, sizeof hash);
	return STATUS_OK;
}

bool password_verify(struct text hash, struct text password)
{
	char stored[PASSWORD_HASH_SIZE];
	bool known = hash.data && hash.size < sizeof stored;
	bool fits;

	if (password.size > PASSWORD_MOST)
		password = TEXT("");
	memset(stored, 0, sizeof stored);
	memcpy(stored, known ? hash.data : unknown_account, known ? hash.size : sizeof unknown_account);
	fits = crypto_pwhash_str_verify(stored, password.data ? password.data : "", password.size) == 0;
	return known && fits;
}

void password_random(char ret_password[PASSWORD_RANDOM_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

	for (int i = 0; i < PASSWORD_RANDOM_SIZE - 1; i++)
		ret_password[i] = i % 6 == 5 ? '-' : letters[secret_random_number(sizeof letters - 1)];
	ret_password[PASSWORD_RANDOM_SIZE - 1] = '\0';
}
