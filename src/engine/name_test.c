/* Names compared: other alphabets, forms, typing errors; and recall and precision on a labelled set made here. */
#include "base/memory.h"
#include "base/test.h"
#include "engine/name_noise_test.h"

#include <string.h>

static struct text words_text(const char *name, struct arena *arena)
{
	struct name_words words;

	name_normalise(text_of(name), &words);
	return name_key(arena, &words);
}

TEST(names_are_normalised)
{
	struct arena *arena = arena_new(1 << 20);

	REQUIRE(arena);
	CHECK_TEXT(words_text("Sté TRAORÉ & Frères S.A.R.L.", arena), "freres traore");
	CHECK_TEXT(words_text("M/V \"Étoile du Sud\"", arena), "etoile sud");
	CHECK_TEXT(words_text("Муаммар Каддафи", arena), "kaddafi muammar");
	CHECK_TEXT(words_text("ООО «Северный Путь»", arena), "put severnyi");
	CHECK_TEXT(words_text("محمد الحسن", arena), "hsn mhmd");
	CHECK_TEXT(words_text("Παπαδόπουλος Γεώργιος", arena), "georgios papadopoylos");
	CHECK_TEXT(words_text("S.A.", arena), "a s");
	CHECK_TEXT(words_text("", arena), "");
	arena_free(arena);
}

TEST(words_are_nearly_the_same)
{
	CHECK_INTEGER(name_word_alike(TEXT("traore"), TEXT("traore")), NAME_SURE);
	CHECK(name_word_alike(TEXT("traore"), TEXT("taroer")) == 0 || name_word_alike(TEXT("traore"), TEXT("taroer")) < 900);
	CHECK(name_word_alike(TEXT("mohamed"), TEXT("muhammad")) >= 850);
	CHECK(name_word_alike(TEXT("mohamed"), TEXT("mhmd")) >= 850);
	CHECK(name_word_alike(TEXT("coulibaly"), TEXT("koulibali")) >= 900);
	CHECK(name_word_alike(TEXT("ouattara"), TEXT("wattara")) >= 800);
	CHECK(name_word_alike(TEXT("diallo"), TEXT("dialo")) >= 850);
	CHECK_INTEGER(name_word_alike(TEXT("2020"), TEXT("2021")), 0);
	CHECK_INTEGER(name_word_alike(TEXT("ali"), TEXT("ala")), 0);
	CHECK_INTEGER(name_word_alike(TEXT("keita"), TEXT("toure")), 0);
}

/* Best score of `name` against a small list. */
static int score_of(const char *name, const char *listed, unsigned kinds)
{
	const struct name_entry entries[] = {{TEXT("Société Horizon Bleu SARL"), NAME_FIRM}, {TEXT("Ibrahim Keita"), NAME_PERSON},
		{TEXT("Pacific Runner"), NAME_VESSEL}, {text_of(listed), kinds}, {TEXT("Usman Bello Sani"), NAME_PERSON},
		{TEXT("Grand Lac Trading Company Limited"), NAME_FIRM}, {TEXT("Jean-Pierre Nkurunziza"), NAME_PERSON}};
	struct name_index *index = NULL;
	struct name_finder *finder = NULL;
	struct name_words words;
	struct name_match match;
	int score = -1;

	if (name_index_build(entries, sizeof entries / sizeof *entries, &index) == STATUS_OK &&
		name_finder_new(index, &finder) == STATUS_OK) {
		name_normalise(text_of(name), &words);
		score = name_find(finder, &words, NAME_PARTY, 1, &match, 1) && match.entry == 3 ? match.score : 0;
	}
	name_finder_free(finder);
	name_index_free(index);
	return score;
}

TEST(names_meet)
{
	CHECK_INTEGER(score_of("TRAORE MOUSSA", "Moussa Traoré", NAME_PERSON), NAME_SURE);
	CHECK(score_of("Mohamed al-Hassan", "محمد الحسن", NAME_PERSON) >= 850);
	CHECK(score_of("Sevrny Put OOO", "ООО «Северный Путь»", NAME_FIRM) >= 850);
	CHECK(score_of("ALNOOR GENERAL TRADING LLC", "Al-Noor General Trading", NAME_FIRM) >= 900);
	CHECK(score_of("KOULIBALI AMADU", "Amadou Coulibaly", NAME_PERSON) >= 880);
	CHECK(score_of("GOLDENFALCON SHIPPING", "Golden Falcon Shipping Co. Ltd", NAME_FIRM) >= 900);
	CHECK(score_of("GOLDEN FALCON SHIPPING", "Goldenfalcon Shipping Co. Ltd", NAME_FIRM) >= 900);
	CHECK(score_of("Fatou Ndiaye", "Moussa Traoré", NAME_PERSON) < 500);
	CHECK(score_of("General Trading Import Export", "Zenith General Trading", NAME_FIRM) < 750);
	/* A word said twice, as names often have it, is one. */
	CHECK_INTEGER(score_of("Mamadou Mamadou Diallo", "Mamadou Mamadou Diallo", NAME_PERSON), NAME_SURE);
	CHECK_INTEGER(score_of("DIALLO MAMADOU", "Mamadou Mamadou Diallo", NAME_PERSON), NAME_SURE);
	CHECK_INTEGER(score_of("Mamadou Mamadou Diallo", "Mamadou Diallo", NAME_PERSON), NAME_SURE);
	CHECK(score_of("Mamadou Mamadou Barry", "Mamadou Diallo", NAME_PERSON) < 850);
	CHECK_INTEGER(score_of("OCEAN QUEEN", "Ocean Queen", NAME_VESSEL), 0); /* a firm is no ship */
	CHECK_INTEGER(score_of("", "Moussa Traoré", NAME_PERSON), 0);
}

TEST(names_say_why)
{
	const struct name_entry entry = {TEXT("Moussa Traoré"), NAME_PERSON};
	AUTO(buffer_release) struct buffer text;
	struct name_index *index = NULL;
	struct name_finder *finder = NULL;
	struct name_words words;
	struct name_match match;

	buffer_init(&text, 1000);
	REQUIRE(name_index_build(&entry, 1, &index) == STATUS_OK);
	REQUIRE(name_finder_new(index, &finder) == STATUS_OK);
	name_normalise(TEXT("TRAHORE Moussa"), &words);
	CHECK_INTEGER(name_find(finder, &words, NAME_PARTY, 700, &match, 1), 1);
	name_explain(&text, index, &words, &match);
	CHECK_TEXT(buffer_text(&text), "moussa = moussa, trahore ≈ traore");
	name_finder_free(finder);
	name_index_free(index);
}

/* Every allocation fails in turn: nothing leaks, nothing is half built. */
TEST(names_index_without_memory)
{
	const struct name_entry entries[] = {{TEXT("Moussa Traoré"), NAME_PERSON}, {TEXT("Ibrahim Keita"), NAME_PERSON}};

	for (long n = 1; n < 100; n++) {
		struct name_index *index = NULL;
		enum status status;

		memory_fail_at(n);
		status = name_index_build(entries, 2, &index);
		if (!memory_has_failed()) {
			memory_fail_at(0);
			CHECK(status == STATUS_OK);
			name_index_free(index);
			return;
		}
		memory_fail_at(0);
		if (status == STATUS_OK) /* the failure was in a word's folding: the name has fewer words */
			name_index_free(index);
		else
			CHECK(status == STATUS_NO_MEMORY && !index);
	}
	CHECK(false);
}

/* Floors for recall by kind of noise, and for precision, on 20,000 names (see name_noise_test.h). */
TEST(names_recall_and_precision)
{
	static const int floors[NOISE_KINDS] = {[NOISE_ORDER] = 990, [NOISE_ACCENTS] = 990, [NOISE_FORM] = 980,
		[NOISE_LETTER] = 950, [NOISE_TWO_LETTERS] = 850, [NOISE_SPACES] = 900, [NOISE_SOUND] = 850,
		[NOISE_INITIAL] = 800, [NOISE_LEFT_OUT] = 100 /* half a name is not the name */, [NOISE_ADDED] = 900};
	struct noise_result result;

	REQUIRE(noise_measure(20000, 200, 2000, 820, &result) == STATUS_OK);
	for (int kind = 0; kind < NOISE_KINDS; kind++)
		if (result.found[kind] * 1000 < floors[kind] * result.asked[kind])
			test_failed(__FILE__, __LINE__, "%s: %d of %d found", noise_label((enum noise)kind), result.found[kind],
				result.asked[kind]);
	CHECK(result.true_hits * 100 >= 95 * (result.true_hits + result.false_hits));
	CHECK(result.false_alarms * 1000 <= 30 * result.strangers);
}
