/* Hashes against published vectors, texts of bytes, randomness that is uniform. */
#include "base/secret.h"

#include "base/test.h"

#include <string.h>

static void check_hex(const unsigned char digest[DIGEST_SIZE], const char *wanted)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 128);
	hex_print(&buffer, digest, DIGEST_SIZE);
	CHECK_TEXT(buffer_text(&buffer), wanted);
}

TEST(sha_256_of_fips_180)
{
	unsigned char digest[DIGEST_SIZE];

	CHECK(secret_init());
	digest_of(TEXT("abc"), digest);
	check_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_of(TEXT_NONE, digest);
	check_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest_of(TEXT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), digest);
	check_hex(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(hmac_of_rfc_4231)
{
	unsigned char digest[DIGEST_SIZE];
	char key[131];

	digest_keyed(TEXT("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
		TEXT("Hi There"), digest);
	check_hex(digest, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	digest_keyed(TEXT("Jefe"), TEXT("what do ya want for nothing?"), digest);
	check_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	digest_keyed((struct text){key, sizeof key}, TEXT("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
	check_hex(digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(hmac_by_a_prepared_key_is_the_same)
{
	unsigned char digest[DIGEST_SIZE];
	struct digest_key key;

	digest_key_prepare(TEXT("Jefe"), &key);
	for (int i = 0; i < 2; i++) {
		digest_keyed_by(&key, TEXT("what do ya want for nothing?"), digest);
		check_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	}
}

TEST(parts_do_not_run_together)
{
	const struct text one[] = {TEXT("ab"), TEXT("c")}, two[] = {TEXT("a"), TEXT("bc")}, three[] = {TEXT("abc")};
	unsigned char a[DIGEST_SIZE], b[DIGEST_SIZE], c[DIGEST_SIZE], again[DIGEST_SIZE];

	digest_of_parts(one, 2, a);
	digest_of_parts(two, 2, b);
	digest_of_parts(three, 1, c);
	digest_of_parts(one, 2, again);
	CHECK(!digest_equal(a, b, DIGEST_SIZE) && !digest_equal(a, c, DIGEST_SIZE) && digest_equal(a, again, DIGEST_SIZE));
}

TEST(hex_goes_round_and_is_strict)
{
	unsigned char bytes[4] = {1, 2, 3, 4};

	CHECK(hex_parse(TEXT("00ffA7"), bytes, 3) == STATUS_OK);
	CHECK(bytes[0] == 0 && bytes[1] == 0xff && bytes[2] == 0xa7 && bytes[3] == 4);
	CHECK(hex_parse(TEXT("00ff"), bytes, 3) == STATUS_INVALID);
	CHECK(hex_parse(TEXT("11223"), bytes, 3) == STATUS_INVALID);
	CHECK(hex_parse(TEXT("1122 4"), bytes, 3) == STATUS_INVALID);
	CHECK(hex_parse(TEXT("11223g"), bytes, 3) == STATUS_INVALID);
	CHECK(bytes[0] == 0 && bytes[1] == 0xff); /* untouched on failure */
}

TEST(base64_for_addresses)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 256);
	base64url_print(&buffer, "\xff\xfe\xfd\xfc", 4);
	CHECK_TEXT(buffer_text(&buffer), "__79_A");
	buffer_clear(&buffer);
	base64url_print(&buffer, "", 0);
	CHECK_TEXT(buffer_text(&buffer), "");
}

TEST(random_numbers_are_below_and_spread)
{
	int seen[10] = {0};
	unsigned char a[16] = {0}, b[16] = {0};

	CHECK_INTEGER(secret_random_number(0), 0);
	CHECK_INTEGER(secret_random_number(1), 0);
	for (int i = 0; i < 10000; i++) {
		uint64_t number = secret_random_number(10);

		REQUIRE(number < 10);
		seen[number]++;
	}
	for (int i = 0; i < 10; i++)
		CHECK(seen[i] > 800 && seen[i] < 1200); /* six standard deviations */
	secret_random(a, sizeof a);
	secret_random(b, sizeof b);
	CHECK(memcmp(a, b, sizeof a) != 0);
}
