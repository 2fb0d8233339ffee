/* Cuts a condition into words, numbers, dates, strings and signs. Keywords are English or French, in any
 * case, with or without accents. */
#include "engine/lexer.h"

#include <string.h>

#define KEYWORD(word, keyword) {(word), sizeof(word) - 1, (keyword)}
static const struct {
	const char *word;
	size_t size;
	enum keyword keyword;
} keywords[] = {
	KEYWORD("and", WORD_AND), KEYWORD("et", WORD_AND), KEYWORD("or", WORD_OR), KEYWORD("ou", WORD_OR),
	KEYWORD("not", WORD_NOT), KEYWORD("non", WORD_NOT), KEYWORD("in", WORD_IN), KEYWORD("dans", WORD_IN),
	KEYWORD("list", WORD_LIST), KEYWORD("liste", WORD_LIST), KEYWORD("starts", WORD_STARTS),
	KEYWORD("commence", WORD_STARTS), KEYWORD("with", WORD_WITH), KEYWORD("par", WORD_WITH),
	KEYWORD("contains", WORD_CONTAINS), KEYWORD("contient", WORD_CONTAINS), KEYWORD("any", WORD_ANY),
	KEYWORD("un", WORD_ANY), KEYWORD("une", WORD_ANY), KEYWORD("of", WORD_OF), KEYWORD("de", WORD_OF),
	KEYWORD("all", WORD_ALL), KEYWORD("tous", WORD_ALL), KEYWORD("between", WORD_BETWEEN),
	KEYWORD("entre", WORD_BETWEEN), KEYWORD("is", WORD_IS), KEYWORD("est", WORD_IS),
	KEYWORD("missing", WORD_MISSING), KEYWORD("absent", WORD_MISSING), KEYWORD("absente", WORD_MISSING),
	KEYWORD("given", WORD_GIVEN), KEYWORD("renseigne", WORD_GIVEN), KEYWORD("renseignee", WORD_GIVEN),
	KEYWORD("yes", WORD_YES), KEYWORD("oui", WORD_YES), KEYWORD("no", WORD_NO), KEYWORD("if", WORD_IF),
	KEYWORD("si", WORD_IF), KEYWORD("miss", WORD_MISS), KEYWORD("ignorer", WORD_MISS), KEYWORD("hit", WORD_HIT),
	KEYWORD("retenir", WORD_HIT), KEYWORD("look", WORD_LOOK), KEYWORD("regarder", WORD_LOOK),
	KEYWORD("days", WORD_DAYS), KEYWORD("day", WORD_DAYS), KEYWORD("jours", WORD_DAYS), KEYWORD("jour", WORD_DAYS),
	KEYWORD("the", WORD_THE), KEYWORD("la", WORD_THE), KEYWORD("le", WORD_THE), KEYWORD("les", WORD_THE),
};

static const struct {
	const char *form;
	enum sign sign;
} signs[] = {
	{"..", SIGN_RANGE}, {"<=", SIGN_LESS_EQUAL}, {"≤", SIGN_LESS_EQUAL}, {">=", SIGN_GREATER_EQUAL},
	{"≥", SIGN_GREATER_EQUAL}, {"<>", SIGN_DIFFERENT}, {"!=", SIGN_DIFFERENT}, {"≠", SIGN_DIFFERENT},
	{"<", SIGN_LESS}, {">", SIGN_GREATER}, {"=", SIGN_EQUAL}, {"(", SIGN_OPEN}, {")", SIGN_CLOSE},
	{",", SIGN_COMMA}, {";", SIGN_COMMA}, {":", SIGN_COLON}, {"+", SIGN_PLUS}, {"-", SIGN_MINUS},
	{"−", SIGN_MINUS}, {"*", SIGN_TIMES}, {"×", SIGN_TIMES}, {"/", SIGN_OVER}, {"÷", SIGN_OVER},
	{"%", SIGN_PERCENT},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0xc3;
}

static char at(const struct lexer *lexer, size_t i)
{
	return i < lexer->rest.size ? lexer->rest.data[i] : 0;
}

/* Moves past `size` bytes, counting characters and lines. */
static void move(struct lexer *lexer, size_t size)
{
	size = size < lexer->rest.size ? size : lexer->rest.size;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)lexer->rest.data[i];

		if (c == '\n') {
			lexer->line++;
			lexer->column = 1;
		} else if ((c & 0xc0) != 0x80) {
			lexer->column++;
		}
	}
	lexer->rest.data += size;
	lexer->rest.size -= size;
}

static size_t blank_size(const struct lexer *lexer)
{
	char c = at(lexer, 0);

	if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
		return 1;
	if ((unsigned char)c < 0x80)
		return 0;
	if (text_starts_with(lexer->rest, TEXT("\u00a0")))
		return 2;
	return text_starts_with(lexer->rest, TEXT("\u202f")) || text_starts_with(lexer->rest, TEXT("\ufeff")) ? 3 : 0;
}

static void skip_blanks(struct lexer *lexer)
{
	while (lexer->rest.size) {
		size_t blank = blank_size(lexer);

		if (at(lexer, 0) == '#')
			while (blank < lexer->rest.size && lexer->rest.data[blank] != '\n')
				blank++;
		if (!blank)
			return;
		move(lexer, blank);
	}
}

static enum keyword keyword_of(struct text word)
{
	char folded[12];
	size_t size = 0;

	/* é and è are the only accents in our keywords. */
	for (size_t i = 0; i < word.size; i++) {
		char c = word.data[i];

		if (size == sizeof folded)
			return WORD_NONE;
		if ((unsigned char)c == 0xc3 && i + 1 < word.size &&
			((unsigned char)word.data[i + 1] == 0xa9 || (unsigned char)word.data[i + 1] == 0x89)) {
			c = 'e';
			i++;
		}
		folded[size++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (keywords[i].size == size && memcmp(keywords[i].word, folded, size) == 0)
			return keywords[i].keyword;
	return WORD_NONE;
}

static void read_word(struct lexer *lexer)
{
	size_t size = 1;

	while (size < lexer->rest.size) {
		char c = lexer->rest.data[size];
		bool inside = is_letter(c) || is_digit(c) || c == '_' || (unsigned char)c >= 0x80;

		if (!inside && !(c == '.' && is_letter(at(lexer, size + 1))))
			break;
		/* No-break spaces and signs beyond ASCII end a word. */
		if ((unsigned char)c == 0xc2 || (unsigned char)c == 0xe2)
			break;
		size++;
	}
	lexer->token.kind = TOKEN_WORD;
	lexer->token.text = text_slice(lexer->rest, 0, size);
	lexer->token.keyword = keyword_of(lexer->token.text);
	move(lexer, size);
}

static bool is_date(const struct lexer *lexer)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] == 'd' ? !is_digit(at(lexer, i)) : at(lexer, i) != '-')
			return false;
	return !is_digit(at(lexer, 10));
}

/* Blanks may part groups of three digits: "1 000 000", as long as what goes before has at most three. */
static void read_number(struct lexer *lexer)
{
	char digits[40];
	size_t count = 0, group;

	while (is_digit(at(lexer, 0)) && count < sizeof digits) {
		digits[count++] = at(lexer, 0);
		move(lexer, 1);
	}
	for (group = count; group && group <= 3 && count + 3 <= sizeof digits; group = 3) {
		size_t blank = at(lexer, 0) == ' ' ? 1 : at(lexer, 0) == '\n' || at(lexer, 0) == '\t' ? 0 : blank_size(lexer);

		if (!blank || !is_digit(at(lexer, blank)) || !is_digit(at(lexer, blank + 1)) ||
			!is_digit(at(lexer, blank + 2)) || is_digit(at(lexer, blank + 3)))
			break;
		memcpy(digits + count, lexer->rest.data + blank, 3);
		count += 3;
		move(lexer, blank + 3);
	}
	if (at(lexer, 0) == '.' && is_digit(at(lexer, 1)))
		do {
			if (count < sizeof digits)
				digits[count++] = at(lexer, 0);
			move(lexer, 1);
		} while (is_digit(at(lexer, 0)));
	lexer->token.kind = count < sizeof digits ? TOKEN_NUMBER : TOKEN_BAD;
	lexer->token.text = arena_text(lexer->arena, (struct text){digits, count});
}

static void read_string(struct lexer *lexer, struct text open, struct text close)
{
	struct text inside = text_slice(lexer->rest, open.size, lexer->rest.size);
	size_t end = text_find(inside, close);

	lexer->token.kind = end < inside.size ? TOKEN_STRING : TOKEN_BAD;
	lexer->token.text = text_slice(inside, 0, end);
	move(lexer, open.size + end + (end < inside.size ? close.size : 0));
}

static void read_sign(struct lexer *lexer)
{
	lexer->token.kind = TOKEN_BAD;
	lexer->token.text = text_slice(lexer->rest, 0, 1);
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].form[0] == lexer->rest.data[0] && text_starts_with(lexer->rest, text_of(signs[i].form))) {
			lexer->token.kind = TOKEN_SIGN;
			lexer->token.sign = signs[i].sign;
			lexer->token.text = text_slice(lexer->rest, 0, strlen(signs[i].form));
			break;
		}
	move(lexer, lexer->token.text.size);
}

void lexer_next(struct lexer *lexer)
{
	char c;

	skip_blanks(lexer);
	lexer->token = (struct token){.line = lexer->line, .column = lexer->column};
	if (!lexer->rest.size)
		return;
	c = at(lexer, 0);
	if (is_date(lexer)) {
		lexer->token.kind = TOKEN_DATE;
		lexer->token.text = text_slice(lexer->rest, 0, 10);
		move(lexer, 10);
	} else if (is_digit(c)) {
		read_number(lexer);
	} else if (c == '"') {
		read_string(lexer, TEXT("\""), TEXT("\""));
	} else if ((unsigned char)c < 0x80) {
		(is_letter(c) ? read_word : read_sign)(lexer);
	} else if (text_starts_with(lexer->rest, TEXT("«"))) {
		read_string(lexer, TEXT("«"), TEXT("»"));
	} else if (is_letter(c) && !text_starts_with(lexer->rest, TEXT("≤")) &&
		!text_starts_with(lexer->rest, TEXT("≥")) && !text_starts_with(lexer->rest, TEXT("≠")) &&
		!text_starts_with(lexer->rest, TEXT("−")) && !text_starts_with(lexer->rest, TEXT("×")) &&
		!text_starts_with(lexer->rest, TEXT("÷"))) {
		read_word(lexer);
	} else {
		read_sign(lexer);
	}
}

void lexer_init(struct lexer *lexer, struct arena *arena, struct text text, int line, int column)
{
	*lexer = (struct lexer){.arena = arena, .rest = text, .line = line, .column = column};
	lexer_next(lexer);
}
