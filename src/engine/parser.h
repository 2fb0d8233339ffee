#ifndef VIGIE_ENGINE_PARSER_H
#define VIGIE_ENGINE_PARSER_H
/* What the two halves of the condition parser share: tests (condition.c) and numbers (expression.c). */
#include "engine/lexer.h"

struct parser {
	struct lexer lexer;
	struct arena *arena;
	const struct fact_names *names;
	struct problem_list *problems;
	struct text code;
	int depth;
	size_t nodes, values;
	bool of_items;
	enum status status; /* the first failure sticks */
};

/* Powers of the units of a number; percent marks a share. */
struct dimension {
	signed char kg, money, invoice, days;
	bool percent;
};
struct operand {
	enum operand_kind { OPERAND_NUMBER, OPERAND_TEXT, OPERAND_LITERAL } kind;
	struct token token; /* where it begins */
	struct column column; /* of a text or a bare fact */
	struct text literal; /* as written */
	const struct expression *expression;
	struct dimension dimension;
	bool bare; /* a number without unit */
	bool date, yesno;
};

/* Notes a problem at a token; nothing more is parsed after. */
void parser_fail(struct parser *parser, const struct token *token, const char *id, struct text a, struct text b);
void *parser_allocate(struct parser *parser, size_t size);
bool parser_deeper(struct parser *parser); /* false over the limit; then parser->depth-- when done */
bool parser_sign(struct parser *parser, enum sign sign); /* takes it if it is there */
bool parser_keyword(struct parser *parser, enum keyword keyword);
void parser_expect(struct parser *parser, enum sign sign, const char *form);

/* A sum of products, or a single text or literal. */
bool operand_read(struct parser *parser, struct operand *ret_operand);
/* Checks that two numbers can be compared or added; false after a problem. */
bool operands_agree(struct parser *parser, const struct operand *a, const struct operand *b);
bool expression_is_constant(const struct operand *operand);

#endif
