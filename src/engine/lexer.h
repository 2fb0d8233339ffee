#ifndef VIGIE_ENGINE_LEXER_H
#define VIGIE_ENGINE_LEXER_H
/* Words of the profile language. */
#include "engine/condition.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_DATE, TOKEN_STRING, TOKEN_SIGN, TOKEN_BAD };
enum keyword {
	WORD_NONE, WORD_AND, WORD_OR, WORD_NOT, WORD_IN, WORD_LIST, WORD_STARTS, WORD_WITH, WORD_CONTAINS, WORD_ANY,
	WORD_OF, WORD_ALL, WORD_BETWEEN, WORD_IS, WORD_MISSING, WORD_GIVEN, WORD_YES, WORD_NO, WORD_IF, WORD_MISS, WORD_HIT,
	WORD_LOOK, WORD_DAYS, WORD_THE
};
enum sign { SIGN_OPEN = 1, SIGN_CLOSE, SIGN_COMMA, SIGN_COLON, SIGN_RANGE, SIGN_EQUAL, SIGN_DIFFERENT, SIGN_LESS,
	SIGN_LESS_EQUAL, SIGN_GREATER, SIGN_GREATER_EQUAL, SIGN_PLUS, SIGN_MINUS, SIGN_TIMES, SIGN_OVER, SIGN_PERCENT };

struct token {
	enum token_kind kind;
	enum keyword keyword; /* of a word */
	enum sign sign;
	struct text text; /* as written; a string without its quotes, a number without blanks */
	int line, column;
};
struct lexer {
	struct arena *arena;
	struct text rest;
	int line, column;
	struct token token; /* the current one */
};

void lexer_init(struct lexer *lexer, struct arena *arena, struct text text, int line, int column);
void lexer_next(struct lexer *lexer);

#endif
