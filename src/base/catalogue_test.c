/* Catalogues: the shipped ones, messages with values, and hostile .mo files. */
#include "base/catalogue.h"

#include "base/embedded.h"
#include "base/test.h"

#include <stdio.h>

#include <string.h>

static void put_word(char *at, uint32_t word)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(unsigned char)(word >> (8 * i));
}

/* A good .mo of two entries: "" → "h" and "oui" → "yes". */
static size_t good_mo(char mo[128])
{
	static const uint32_t words[] = {0x950412de, 0, 2, 28, 44, 0, 60, /* originals */ 0, 60, 3, 61, /* translations */ 1,
		65, 3, 67};

	memset(mo, 0, 128);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		put_word(mo + 4 * i, words[i]);
	memcpy(mo + 60, "\0oui\0h\0yes", 11);
	return 71;
}

TEST(mo_files_are_read)
{
	char mo[128];
	struct catalogue catalogue;
	size_t size = good_mo(mo);

	REQUIRE(catalogue_open((struct text){mo, size}, &catalogue) == STATUS_OK);
	CHECK_TEXT(catalogue_find(&catalogue, TEXT("oui")), "yes");
	CHECK(!catalogue_find(&catalogue, TEXT("non")).data);
	CHECK(!catalogue_find(&catalogue, TEXT("ouii")).data);
}

TEST(hostile_mo_files_stay_inside)
{
	char mo[128];
	size_t size = good_mo(mo);

	for (size_t cut = 0; cut < size; cut++) {
		struct catalogue catalogue = {0};

		if (catalogue_open((struct text){mo, cut}, &catalogue) == STATUS_OK)
			test_failed(__FILE__, __LINE__, "cut at %zu passed", cut);
	}
	/* Every word of the head and the tables, replaced by sizes that lead outside. */
	for (size_t word = 0; word < 15; word++) {
		static const uint32_t values[] = {0, 1, 3, 59, 70, 71, 0x7fffffff, 0xfffffff8, 0xffffffff};

		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			struct catalogue catalogue = {0};

			good_mo(mo);
			put_word(mo + 4 * word, values[i]);
			if (catalogue_open((struct text){mo, size}, &catalogue) == STATUS_OK) {
				struct text found = catalogue_find(&catalogue, TEXT("oui"));

				CHECK(!found.data || (found.data >= mo && found.data + found.size < mo + size));
			}
		}
	}
}

TEST(shipped_catalogues_open)
{
	static const char *const paths[] = {"po/en.mo", "po/es.mo", "po/pt.mo"};

	for (size_t i = 0; i < 3; i++) {
		struct catalogue catalogue = {0};
		struct text bytes = embedded_find(paths[i]);

		REQUIRE(bytes.data);
		CHECK(catalogue_open(bytes, &catalogue) == STATUS_OK);
		CHECK(catalogue.count > 10);
	}
	CHECK(!embedded_find("po/xx.mo").data);
}

TEST(texts_in_the_language)
{
	CHECK(strcmp(tr(LANGUAGE_FR, "rouge"), "rouge") == 0);
	CHECK(strcmp(tr(LANGUAGE_EN, "rouge"), "red") == 0);
	CHECK(strcmp(tr(LANGUAGE_PT, "rouge"), "vermelho") == 0);
	CHECK(strcmp(tr(LANGUAGE_ES, "rouge"), "rojo") == 0);
	CHECK(strcmp(tr(LANGUAGE_EN, "sans traduction aucune"), "sans traduction aucune") == 0);
	CHECK(strcmp(tr(LANGUAGE_EN, ""), "") == 0 && strcmp(tr(LANGUAGE_EN, NULL), "") == 0);
	CHECK(strcmp(tr((enum language)99, "rouge"), "rouge") == 0);
}

static void check_message(struct message message, const char *wanted)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 256);
	message_print(&buffer, LANGUAGE_FR, &message);
	CHECK_TEXT(buffer_text(&buffer), wanted);
}

TEST(messages_take_their_values)
{
	check_message((struct message){"%2 avant %1", {TEXT("a"), TEXT("b")}}, "b avant a");
	check_message((struct message){"100 % de %1%", {TEXT("x")}}, "100 % de x%");
	check_message((struct message){"%1", {TEXT("%2 %s")}}, "%2 %s"); /* a value is never read again */
	check_message((struct message){"%t1 %t4 %t", {TEXT("rouge")}}, "rouge %t4 %t");
	check_message((struct message){"%3|%4|%0", {TEXT_NONE}}, "|%4|%0");
	check_message((struct message){NULL, {TEXT_NONE}}, "");
}

TEST(values_can_be_texts_of_ours)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 256);
	message_print(&buffer, LANGUAGE_ES, &(struct message){"%t1 %1 %t2", {TEXT("rouge"), TEXT("mots à moi")}});
	CHECK_TEXT(buffer_text(&buffer), "rojo rouge mots à moi");
	CHECK_TEXT(tr_text(LANGUAGE_EN, TEXT("rouge")), "red");
	CHECK(!tr_text(LANGUAGE_EN, TEXT_NONE).data);
}

TEST(languages_by_code)
{
	enum language language = LANGUAGE_FR;

	CHECK(language_from(TEXT("pt-BR"), &language) && language == LANGUAGE_PT);
	CHECK(language_from(TEXT("EN_us"), &language) && language == LANGUAGE_EN);
	CHECK(language_from(TEXT("es"), &language) && language == LANGUAGE_ES);
	CHECK(!language_from(TEXT("fra"), &language) && !language_from(TEXT("f"), &language));
	CHECK(!language_from(TEXT("de"), &language) && !language_from(TEXT_NONE, &language));
	CHECK(language == LANGUAGE_ES);
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		CHECK(language_from(text_of(language_code((enum language)i)), &language) && (int)language == i);
	CHECK(strcmp(language_name(LANGUAGE_PT), "Português") == 0);
}

TEST(statuses_have_names_and_texts)
{
	for (int i = 0; i < STATUS_COUNT; i++) {
		CHECK(status_name((enum status)i)[0] && status_text((enum status)i)[0]);
		CHECK(status_http((enum status)i) >= 200 && status_http((enum status)i) < 600);
	}
	CHECK(strcmp(status_name(STATUS_NOT_FOUND), "NOT_FOUND") == 0 && status_http(STATUS_NOT_FOUND) == 404);
	CHECK(status_http((enum status)99) == 500);
}

TEST(names_of_facts_are_said_in_the_language)
{
	const struct message message = {"%t1 (%f2)", {TEXT("Profil"), TEXT("Masse brute : 12 kg ; inconnu : a : b ; Masse brute"), TEXT_NONE}};
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 1000);
	message_print(&out, LANGUAGE_EN, &message);
	CHECK_TEXT(buffer_text(&out), "Profile (Gross mass: 12 kg ; inconnu: a : b ; Gross mass)");
	buffer_clear(&out);
	message_print(&out, LANGUAGE_FR, &message);
	CHECK_TEXT(buffer_text(&out), "Profil (Masse brute : 12 kg ; inconnu : a : b ; Masse brute)");
}

TEST(numbers_in_messages_are_written_as_the_language_does)
{
	static const char *const numbers[] = {"1234.5", "0.35\u00a0kg", "12", "kg", "12.3456789.1"};
	static const char *const french[] = {"1\u202f234,5", "0,35\u00a0kg", "12", "kg", "12.3456789.1"};
	static const char *const english[] = {"1,234.5", "0.35\u00a0kg", "12", "kg", "12.3456789.1"};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const struct message message = {"<%n2>", {TEXT_NONE, text_of(numbers[i])}};
		AUTO(buffer_release) struct buffer out;
		char wanted[80];

		buffer_init(&out, 1000);
		message_print(&out, LANGUAGE_FR, &message);
		snprintf(wanted, sizeof wanted, "<%s>", french[i]);
		CHECK_TEXT(buffer_text(&out), wanted);
		buffer_clear(&out);
		message_print(&out, LANGUAGE_EN, &message);
		snprintf(wanted, sizeof wanted, "<%s>", english[i]);
		CHECK_TEXT(buffer_text(&out), wanted);
	}
}
