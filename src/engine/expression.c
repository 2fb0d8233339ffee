/* The numbers of a condition: literals with units, facts, histories, and arithmetic whose units must agree. */
#include "engine/parser.h"

#include <string.h>

static const struct {
	const char *word;
	int64_t factor; /* micro */
	struct dimension dimension;
} units[] = {
	{"kg", NUMBER_ONE, {.kg = 1}}, {"t", 1000 * NUMBER_ONE, {.kg = 1}}, {"tonnes", 1000 * NUMBER_ONE, {.kg = 1}},
	{"g", NUMBER_ONE / 1000, {.kg = 1}}, {"francs", NUMBER_ONE, {.money = 1}},
	{"national", NUMBER_ONE, {.money = 1}}, {"million", 1000000 * NUMBER_ONE, {.money = 1}},
	{"millions", 1000000 * NUMBER_ONE, {.money = 1}},
};
static const struct {
	const char *word;
	enum history_measure measure;
} functions[] = {
	{"count", MEASURE_COUNT}, {"nombre", MEASURE_COUNT}, {"judged", MEASURE_JUDGED}, {"controles", MEASURE_JUDGED},
	{"adverse", MEASURE_ADVERSE}, {"infractions", MEASURE_ADVERSE}, {"share_adverse", MEASURE_SHARE},
	{"part_infractions", MEASURE_SHARE}, {"reference", MEASURE_REFERENCE}, {"référence", MEASURE_REFERENCE},
};
static const struct {
	const char *word;
	const char *part;
} parts[] = {
	{"consignee.code", "operator"}, {"declarant.code", "declarant"}, {"exporter.code", "exporter"},
	{"item.hs4", "hs4"}, {"item.hs6", "hs6"}, {"item.origin", "origin"}, {"opérateur", "operator"},
	{"déclarant", "declarant"}, {"exportateur", "exporter"}, {"origine", "origin"}, {"bureau", "office"},
};

static struct dimension dimension_of(enum fact_unit unit)
{
	switch (unit) {
	case UNIT_KG: return (struct dimension){.kg = 1};
	case UNIT_MONEY: return (struct dimension){.money = 1};
	case UNIT_INVOICE: return (struct dimension){.invoice = 1};
	case UNIT_PERCENT: return (struct dimension){.percent = true};
	case UNIT_DAYS: return (struct dimension){.days = 1};
	case UNIT_MONEY_PER_KG: return (struct dimension){.kg = -1, .money = 1};
	case UNIT_INVOICE_PER_KG: return (struct dimension){.kg = -1, .invoice = 1};
	case UNIT_NONE:
	case UNIT_COUNT: break;
	}
	return (struct dimension){0};
}

static bool has_powers(struct dimension d)
{
	return d.kg || d.money || d.invoice || d.days;
}

static bool dimension_equal(struct dimension a, struct dimension b)
{
	return a.kg == b.kg && a.money == b.money && a.invoice == b.invoice && a.days == b.days;
}

bool expression_is_constant(const struct operand *operand)
{
	return operand->kind == OPERAND_NUMBER && operand->expression &&
		operand->expression->kind == EXPRESSION_CONSTANT;
}

static const struct expression *expression_new(struct parser *parser, struct expression value)
{
	struct expression *expression = parser_allocate(parser, sizeof *expression);

	if (expression)
		*expression = value;
	return expression;
}

static int64_t calculate(enum expression_kind kind, int64_t a, int64_t b)
{
	switch (kind) {
	case EXPRESSION_ADD: return number_add(a, b);
	case EXPRESSION_SUBTRACT: return b == NUMBER_NONE ? NUMBER_NONE : number_add(a, -b);
	case EXPRESSION_MULTIPLY: return number_multiply(a, b);
	case EXPRESSION_DIVIDE: return number_divide(a, b);
	case EXPRESSION_CONSTANT:
	case EXPRESSION_COLUMN: break;
	}
	return NUMBER_NONE;
}

/* The same number may adapt to a money amount without its unit; masses, days and shares name theirs. */
static bool adapts(const struct operand *bare, struct dimension to)
{
	return bare->bare && (bare->expression->constant == 0 || to.money || to.invoice || (!has_powers(to) && !to.percent));
}

bool operands_agree(struct parser *parser, const struct operand *a, const struct operand *b)
{
	if (parser->status != STATUS_OK)
		return false;
	if (a->kind != OPERAND_NUMBER || b->kind != OPERAND_NUMBER || a->date != b->date || a->yesno || b->yesno) {
		parser_fail(parser, &b->token, TR("« %1 » et « %2 » ne sont pas de même nature."), a->token.text,
			b->token.text);
		return false;
	}
	if (adapts(a, b->dimension) || adapts(b, a->dimension))
		return true;
	if (a->bare || b->bare) {
		parser_fail(parser, a->bare ? &a->token : &b->token,
			TR("Écrivez l'unité de « %1 » (kg, t, %, days…)."), a->bare ? a->token.text : b->token.text,
			TEXT_NONE);
		return false;
	}
	if (dimension_equal(a->dimension, b->dimension))
		return true;
	parser_fail(parser, &b->token, TR("Les unités de « %1 » et « %2 » ne s'accordent pas."), a->token.text,
		b->token.text);
	return false;
}

static bool read_unit(struct parser *parser, struct operand *operand)
{
	int64_t value = operand->expression->constant, factor = NUMBER_ONE;
	struct text word = parser->lexer.token.text;

	if (parser_sign(parser, SIGN_PERCENT)) {
		factor = NUMBER_ONE / 100;
		operand->dimension.percent = true;
		operand->bare = false;
	} else if (parser_keyword(parser, WORD_DAYS)) {
		operand->dimension.days = 1;
		operand->bare = false;
	} else if (parser->lexer.token.kind == TOKEN_WORD) {
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (text_is(word, units[i].word)) {
				factor = units[i].factor;
				operand->dimension = units[i].dimension;
				operand->bare = false;
				lexer_next(&parser->lexer);
				break;
			}
	}
	value = number_multiply(value, factor);
	if (value == NUMBER_NONE) {
		parser_fail(parser, &operand->token, TR("Le nombre « %1 » est trop grand."), operand->token.text, TEXT_NONE);
		return false;
	}
	operand->expression = expression_new(parser, (struct expression){.constant = value});
	return operand->expression != NULL;
}

static bool read_number(struct parser *parser, struct operand *operand)
{
	int64_t value = 0;
	struct text text = parser->lexer.token.text;

	operand->literal = text;
	if (number_read(text, &value) != STATUS_OK) {
		parser_fail(parser, &operand->token, TR("Le nombre « %1 » est trop grand."), text, TEXT_NONE);
		return false;
	}
	operand->bare = true;
	operand->expression = expression_new(parser, (struct expression){.constant = value});
	lexer_next(&parser->lexer);
	return operand->expression && read_unit(parser, operand);
}

static bool read_date(struct parser *parser, struct operand *operand)
{
	int64_t date;

	if (date_parse(parser->lexer.token.text, DATE_ISO, &date) != STATUS_OK) {
		parser_fail(parser, &operand->token, TR("« %1 » n'est pas une date."), operand->token.text, TEXT_NONE);
		return false;
	}
	operand->date = true;
	operand->literal = parser->lexer.token.text;
	operand->expression = expression_new(parser, (struct expression){.constant = number_of(date)});
	lexer_next(&parser->lexer);
	return operand->expression != NULL;
}

static bool set_column(struct parser *parser, struct operand *operand, struct column column)
{
	operand->column = column;
	parser->of_items |= column.fact->level == LEVEL_ITEM;
	if (fact_is_text(column.fact->type)) {
		operand->kind = OPERAND_TEXT;
		return true;
	}
	operand->dimension = dimension_of(column.fact->unit);
	operand->date = column.fact->type == FACT_DATE;
	operand->yesno = column.fact->type == FACT_YESNO;
	operand->expression = expression_new(parser,
		(struct expression){.kind = EXPRESSION_COLUMN, .column = column});
	return operand->expression != NULL;
}

/* One name in count(…); its part of a key. */
static struct text key_part(struct text word)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (text_equal_ignoring_case(word, text_of(parts[i].word)))
			return text_of(parts[i].part);
	return word;
}

static bool find_key(struct parser *parser, const struct text *names, size_t count, enum history_key *ret_key)
{
	for (size_t order = 0; order < count; order++) {
		struct text name = count == 1 ? names[0]
					      : arena_format(parser->arena, "%.*s, %.*s", TEXT_FORMAT(names[order]),
							TEXT_FORMAT(names[1 - order]));

		for (int key = 0; key < HISTORY_KEYS; key++)
			if (text_equal_ignoring_case(name, text_of(fact_key_code((enum history_key)key)))) {
				*ret_key = (enum history_key)key;
				return true;
			}
	}
	return false;
}

static bool read_window(struct parser *parser, int *ret_days)
{
	struct token token = parser->lexer.token;

	lexer_next(&parser->lexer);
	*ret_days = text_is(token.text, "30") ? 30 : text_is(token.text, "90") ? 90 : text_is(token.text, "365") ? 365 : 0;
	if (!*ret_days || !parser_keyword(parser, WORD_DAYS)) {
		parser_fail(parser, &token, TR("Une période est de 30, 90 ou 365 jours (« 90 days »)."), TEXT_NONE,
			TEXT_NONE);
		return false;
	}
	return true;
}

/* share_adverse(operator, hs4, 365 days) */
static bool read_function(struct parser *parser, struct operand *operand, enum history_measure measure)
{
	struct text names[2];
	size_t count = 0;
	int days = 0;
	enum history_key key;
	const struct fact *fact;

	parser_expect(parser, SIGN_OPEN, "(");
	while (parser->status == STATUS_OK) {
		if (parser->lexer.token.kind == TOKEN_NUMBER && count) {
			if (!read_window(parser, &days))
				return false;
			break;
		}
		if (parser->lexer.token.kind != TOKEN_WORD || count == 2)
			break;
		names[count++] = key_part(parser->lexer.token.text);
		lexer_next(&parser->lexer);
		if (!parser_sign(parser, SIGN_COMMA))
			break;
	}
	parser_expect(parser, SIGN_CLOSE, ")");
	if (parser->status != STATUS_OK)
		return false;
	fact = count && find_key(parser, names, count, &key) ? fact_of_history(key, measure) : NULL;
	if (!fact) {
		parser_fail(parser, &operand->token, TR("Aucun historique n'est tenu pour ce que demande « %1 »."),
			operand->token.text, TEXT_NONE);
		return false;
	}
	return set_column(parser, operand, (struct column){fact, days, 0});
}

/* Bare words may stand for codes when they are written in capitals: CN, IM4, SN01. */
static bool is_code_word(struct text word)
{
	for (size_t i = 0; i < word.size; i++) {
		char c = word.data[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return word.size > 0;
}

static bool read_name(struct parser *parser, struct operand *operand)
{
	struct text word = parser->lexer.token.text;
	const struct fact *fact = fact_names_find(parser->names, word);

	lexer_next(&parser->lexer);
	if (parser->lexer.token.kind == TOKEN_SIGN && parser->lexer.token.sign == SIGN_OPEN)
		for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
			if (text_equal_ignoring_case(word, text_of(functions[i].word)))
				return read_function(parser, operand, functions[i].measure);
	if (fact)
		return set_column(parser, operand, (struct column){fact, 0, 0});
	if (!is_code_word(word)) {
		parser_fail(parser, &operand->token, TR("Le fait « %1 » n'existe pas."), word, TEXT_NONE);
		return false;
	}
	operand->kind = OPERAND_LITERAL;
	operand->literal = word;
	return true;
}

static bool read_sum(struct parser *parser, struct operand *operand);

static bool read_primary(struct parser *parser, struct operand *operand)
{
	bool fine;

	*operand = (struct operand){.token = parser->lexer.token};
	if (parser->status != STATUS_OK)
		return false;
	switch (parser->lexer.token.kind) {
	case TOKEN_NUMBER: return read_number(parser, operand);
	case TOKEN_DATE: return read_date(parser, operand);
	case TOKEN_WORD: return read_name(parser, operand);
	case TOKEN_STRING:
		operand->kind = OPERAND_LITERAL;
		operand->literal = parser->lexer.token.text;
		lexer_next(&parser->lexer);
		return true;
	case TOKEN_SIGN:
	case TOKEN_END:
	case TOKEN_BAD: break;
	}
	if (!parser_sign(parser, SIGN_OPEN)) {
		parser_fail(parser, &operand->token, TR("Un fait ou une valeur est attendu ici."), TEXT_NONE, TEXT_NONE);
		return false;
	}
	if (!parser_deeper(parser))
		return false;
	fine = read_sum(parser, operand);
	parser->depth--;
	parser_expect(parser, SIGN_CLOSE, ")");
	return fine && parser->status == STATUS_OK;
}

static bool combine(struct parser *parser, enum expression_kind kind, struct operand *left, const struct operand *right)
{
	const struct expression *a = left->expression, *b = right->expression;

	if (a->kind == EXPRESSION_CONSTANT && b->kind == EXPRESSION_CONSTANT) {
		int64_t value = calculate(kind, a->constant, b->constant);

		if (value == NUMBER_NONE) {
			parser_fail(parser, &right->token, TR("Ce calcul n'a pas de résultat."), TEXT_NONE, TEXT_NONE);
			return false;
		}
		left->expression = expression_new(parser, (struct expression){.constant = value});
	} else {
		left->expression = expression_new(parser, (struct expression){.kind = kind, .left = a, .right = b});
		left->bare = false;
	}
	return left->expression != NULL;
}

static bool numbers_only(struct parser *parser, const struct operand *a, const struct operand *b)
{
	if (a->kind == OPERAND_NUMBER && b->kind == OPERAND_NUMBER && !a->yesno && !b->yesno)
		return true;
	parser_fail(parser, &b->token, TR("On ne calcule qu'avec des nombres."), TEXT_NONE, TEXT_NONE);
	return false;
}

static bool multiply(struct parser *parser, struct operand *left, const struct operand *right, bool divide)
{
	int sign = divide ? -1 : 1;
	struct dimension a = left->dimension, b = right->dimension;

	if (!numbers_only(parser, left, right))
		return false;
	if (left->date || right->date || a.kg > 8 || a.kg < -8 || a.money > 8 || a.money < -8 || a.invoice > 8 ||
		a.invoice < -8 || a.days > 8 || a.days < -8) {
		parser_fail(parser, &right->token, TR("On ne peut pas multiplier ou diviser ainsi."), TEXT_NONE, TEXT_NONE);
		return false;
	}
	left->dimension = (struct dimension){.kg = (signed char)(a.kg + sign * b.kg),
		.money = (signed char)(a.money + sign * b.money),
		.invoice = (signed char)(a.invoice + sign * b.invoice),
		.days = (signed char)(a.days + sign * b.days)};
	left->bare = left->bare && right->bare;
	/* A quotient of like amounts is a share: it compares with 30 %, or with a bare factor. */
	return combine(parser, divide ? EXPRESSION_DIVIDE : EXPRESSION_MULTIPLY, left, right);
}

static bool read_product(struct parser *parser, struct operand *operand)
{
	struct operand right;

	if (!read_primary(parser, operand))
		return false;
	for (;;) {
		bool divide = parser_sign(parser, SIGN_OVER);

		if (!divide && !parser_sign(parser, SIGN_TIMES) && !parser_keyword(parser, WORD_OF))
			return parser->status == STATUS_OK;
		parser_keyword(parser, WORD_THE);
		if (!read_primary(parser, &right) || !multiply(parser, operand, &right, divide))
			return false;
	}
}

static bool add(struct parser *parser, struct operand *left, const struct operand *right, bool subtract)
{
	bool days = right->dimension.days == 1 && !right->date;

	if (!numbers_only(parser, left, right))
		return false;
	if (left->date && right->date && subtract) {
		left->date = false;
		left->dimension.days = 1;
	} else if (!(left->date && days) && !operands_agree(parser, left, right)) {
		return false;
	} else if (left->date && right->date) {
		parser_fail(parser, &right->token, TR("On n'ajoute pas une date à une date."), TEXT_NONE, TEXT_NONE);
		return false;
	} else if (left->bare && !right->bare) {
		left->dimension = right->dimension;
		left->bare = false;
	}
	return combine(parser, subtract ? EXPRESSION_SUBTRACT : EXPRESSION_ADD, left, right);
}

static bool read_sum(struct parser *parser, struct operand *operand)
{
	struct operand right;
	bool minus = parser_sign(parser, SIGN_MINUS);

	if (!read_product(parser, operand))
		return false;
	if (minus) {
		if (!expression_is_constant(operand)) {
			parser_fail(parser, &operand->token, TR("Le signe moins ne se met que devant une valeur."), TEXT_NONE,
				TEXT_NONE);
			return false;
		}
		operand->expression = expression_new(parser, (struct expression){.constant = -operand->expression->constant});
		if (!operand->expression)
			return false;
	}
	for (;;) {
		bool subtract = parser_sign(parser, SIGN_MINUS);

		if (!subtract && !parser_sign(parser, SIGN_PLUS))
			return parser->status == STATUS_OK;
		if (!read_product(parser, &right) || !add(parser, operand, &right, subtract))
			return false;
	}
}

bool operand_read(struct parser *parser, struct operand *ret_operand)
{
	return read_sum(parser, ret_operand);
}
