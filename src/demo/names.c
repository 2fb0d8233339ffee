/* Syllables, legal forms, and the list of names to keep away from. */
#include "demo/names.h"

#include "demo/words.h"

#include <string.h>

enum { KNOWN_OF_LETTER = 16 };

static const char *const syllables[] = {"ZO", "VU", "KI", "NDA", "MBE", "LU", "WA", "TSA", "FI", "GOU", "YE", "RO",
	"ZI", "VO", "NGA", "BU", "DJE", "PHA", "KWE", "SO", "ZA", "VI", "MBO", "TU"};
static const char *const importer_forms[][2] = {{"ETS ", ""}, {"ETS ", " & FILS"}, {"", " SARL"}, {"", " SA"},
	{"SOCIETE ", " SARL"}, {"", " NEGOCE SARL"}, {"", " COMMERCE GENERAL"}, {"", " IMPORT EXPORT SARL"},
	{"GROUPE ", " SA"}, {"", " DISTRIBUTION SA"}, {"QUINCAILLERIE ", ""}, {"COMPTOIR ", " SARL"}};
static const char *const supplier_forms[] = {" TRADING", " EXPORT", " INTERNATIONAL", " INDUSTRIES", " COMMODITIES",
	" GENERAL TRADING"};
static const char *const broker_forms[][2] = {{"TRANSIT ", ""}, {"", " TRANSIT SARL"}, {"AGENCE ", ""},
	{"", " LOGISTIQUE SA"}};
/* By first letter, ended by NULL. */
static const char *const known[26][KNOWN_OF_LETTER] = {
	['A' - 'A'] = {"ADIDAS", "AIRTEL", "APPLE", "AUDI"},
	['B' - 'A'] = {"BAJAJ", "BIYA", "BMW", "BOLLORE", "BONGO", "BOURGI", "BUHARI"},
	['C' - 'A'] = {"CANON", "CHANEL", "CISSE", "COCA", "COULIBALY"},
	['D' - 'A'] = {"DANGOTE", "DELL", "DIALLO", "DIOP", "DIOR", "DUNLOP"},
	['E' - 'A'] = {"ECOBANK"},
	['F' - 'A'] = {"FALL", "FANTA", "FAYE", "FIAT", "FORD", "FOURIE"},
	['G' - 'A'] = {"GBAGBO", "GUCCI"},
	['H' - 'A'] = {"HOLCIM", "HONDA", "HUAWEI"},
	['I' - 'A'] = {"INFINIX", "ITEL"},
	['J' - 'A'] = {"JUMBO"},
	['K' - 'A'] = {"KABILA", "KEITA", "KEREKOU", "KIA", "KONATE"},
	['L' - 'A'] = {"LAFARGE", "LENOVO", "LUMUMBA"},
	['M' - 'A'] = {"MAERSK", "MAGGI", "MAZDA", "MBAYE", "MBEKI", "MICHELIN", "MOBUTU", "MOOV"},
	['N' - 'A'] = {"NDIAYE", "NESTLE", "NGOUABI", "NIKE", "NISSAN", "NOKIA"},
	['O' - 'A'] = {"OPPO", "ORANGE", "OUATTARA"},
	['P' - 'A'] = {"PEPSI", "PIRELLI", "PUMA"},
	['R' - 'A'] = {"RENAULT", "ROLEX"},
	['S' - 'A'] = {"SALL", "SAMSUNG", "SASSOU", "SHELL", "SIFCA", "SOLIBRA", "SONKO", "SONY", "SORO", "SOSO", "SOW", "SUZUKI"},
	['T' - 'A'] = {"TECNO", "TOTAL", "TOTO", "TOURE", "TOYOTA", "TRAORE", "TSHISEKEDI"},
	['U' - 'A'] = {"UNILEVER", "UNIWAX"},
	['V' - 'A'] = {"VIVO", "VLISCO", "VOLVO", "VUITTON"},
	['X' - 'A'] = {"XIAOMI"},
	['Y' - 'A'] = {"YAMAHA", "YAYI"},
	['Z' - 'A'] = {"ZARA", "ZIDANE", "ZONGO", "ZTE", "ZUMA"},
};

enum {
	SYLLABLES = sizeof syllables / sizeof *syllables,
	IMPORTER_FORMS = sizeof importer_forms / sizeof *importer_forms,
	SUPPLIER_FORMS = sizeof supplier_forms / sizeof *supplier_forms,
	BROKER_FORMS = sizeof broker_forms / sizeof *broker_forms
};

static bool begins_known(struct text text)
{
	const char *const *name;

	if (text.data[0] < 'A' || text.data[0] > 'Z')
		return false;
	for (name = known[text.data[0] - 'A']; *name; name++) {
		size_t i = 0;

		while ((*name)[i] && i < text.size && (*name)[i] == text.data[i])
			i++;
		if (!(*name)[i])
			return true;
	}
	return false;
}

bool name_is_known(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (begins_known((struct text){text.data + i, text.size - i}))
			return true;
	return false;
}

static size_t put_syllables(struct draw *draw, char *word)
{
	size_t count = 3 + draw_below(draw, 2), size = 0;

	for (size_t i = 0; i < count; i++) {
		const char *syllable = syllables[draw_below(draw, SYLLABLES)];

		memcpy(word + size, syllable, strlen(syllable));
		size += strlen(syllable);
	}
	word[size] = '\0';
	return size;
}

void name_word(struct draw *draw, char ret_word[NAME_WORD])
{
	for (int tries = 0; tries < 20; tries++) {
		size_t size = put_syllables(draw, ret_word);

		if (!name_is_known((struct text){ret_word, size}))
			return;
	}
	memcpy(ret_word, "ZVOVUKIMBE", sizeof "ZVOVUKIMBE");
}

static struct text joined(struct arena *arena, const char *a, const char *b, const char *c)
{
	struct words words;

	words.size = 0;
	words_put(&words, a);
	words_put(&words, b);
	words_put(&words, c);
	return words_text(&words, arena);
}

struct text name_importer(struct draw *draw, struct arena *arena)
{
	const char *const *form = importer_forms[draw_below(draw, IMPORTER_FORMS)];
	char word[NAME_WORD];

	name_word(draw, word);
	return joined(arena, form[0], word, form[1]);
}

struct text name_supplier(struct draw *draw, struct arena *arena)
{
	const char *form = supplier_forms[draw_below(draw, SUPPLIER_FORMS)];
	char word[NAME_WORD];

	name_word(draw, word);
	return joined(arena, word, form, "");
}

struct text name_broker(struct draw *draw, struct arena *arena)
{
	const char *const *form = broker_forms[draw_below(draw, BROKER_FORMS)];
	char word[NAME_WORD];

	name_word(draw, word);
	return joined(arena, form[0], word, form[1]);
}

struct text name_vessel(struct draw *draw, struct arena *arena)
{
	char word[NAME_WORD];

	name_word(draw, word);
	return joined(arena, "MV ", word, "");
}
