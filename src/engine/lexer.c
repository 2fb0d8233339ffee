/* Cuts a condition into words, numbers, dates, strings and signs. Keywords are English or French, in any
 * case, with or without accents. */
#include "engine/lexer.h"

#include <string.h>

static const struct {
	const char *word;
	enum keyword keyword;
} keywords[] = {
	{"and", WORD_AND}, {"et", WORD_AND}, {"or", WORD_OR}, {"ou", WORD_OR}, {"not", WORD_NOT}, {"non", WORD_NOT},
	{"in", WORD_IN}, {"dans", WORD_IN}, {"list", WORD_LIST}, {"liste", WORD_LIST}, {"starts", WORD_STARTS},
	{"commence", WORD_STARTS}, {"with", WORD_WITH}, {"par", WORD_WITH}, {"contains", WORD_CONTAINS},
	{"contient", WORD_CONTAINS}, {"any", WORD_ANY}, {"un", WORD_ANY}, {"une", WORD_ANY}, {"of", WORD_OF},
	{"de", WORD_OF}, {"all", WORD_ALL}, {"tous", WORD_ALL}, {"between", WORD_BETWEEN}, {"entre", WORD_BETWEEN},
	{"is", WORD_IS}, {"est", WORD_IS}, {"missing", WORD_MISSING}, {"absent", WORD_MISSING},
	{"absente", WORD_MISSING}, {"given", WORD_GIVEN}, {"renseigne", WORD_GIVEN}, {"renseignee", WORD_GIVEN},
	{"yes", WORD_YES}, {"oui", WORD_YES}, {"no", WORD_NO}, {"if", WORD_IF}, {"si", WORD_IF}, {"miss", WORD_MISS},
	{"ignorer", WORD_MISS}, {"hit", WORD_HIT}, {"retenir", WORD_HIT}, {"look", WORD_LOOK}, {"regarder", WORD_LOOK},
	{"days", WORD_DAYS}, {"day", WORD_DAYS}, {"jours", WORD_DAYS}, {"jour", WORD_DAYS}, {"the", WORD_THE},
	{"la", WORD_THE}, {"le", WORD_THE}, {"les", WORD_THE},
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
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)lexer->rest.data[i];

		if (c == '\n') {
			lexer->line++;
			lexer->column = 1;
		} else if ((c & 0xc0) != 0x80) {
			lexer->column++;
		}
	}
	lexer->rest = text_slice(lexer->rest, size, lexer->rest.size);
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
		if (keywords[i].word[0] == folded[0] && text_is((struct text){folded, size}, keywords[i].word))
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
