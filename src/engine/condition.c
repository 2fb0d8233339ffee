/* Reads a condition: tests on facts joined by and, or, not; at the end what a missing fact means. */
#include "engine/condition.h"

#include "base/utf8.h"
#include "engine/parser.h"

#include <stdlib.h>
#include <string.h>

void parser_fail(struct parser *parser, const struct token *token, const char *id, struct text a, struct text b)
{
	struct text place;

	if (parser->status != STATUS_OK)
		return;
	parser->status = STATUS_INVALID;
	place = parser->code.data ? arena_format(parser->arena, "%.*s : ligne %d, colonne %d", TEXT_FORMAT(parser->code),
					    token->line, token->column)
				  : arena_format(parser->arena, "ligne %d, colonne %d", token->line, token->column);
	problem_add(parser->problems, PROBLEM_ERROR, place, (struct message){id, {a, b}});
}

void *parser_allocate(struct parser *parser, size_t size)
{
	void *block = NULL;

	if (parser->status != STATUS_OK)
		return NULL;
	if (++parser->nodes > CONDITION_NODES) {
		parser_fail(parser, &parser->lexer.token, TR("La condition est trop longue."), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	block = arena_allocate(parser->arena, size);
	if (!block)
		parser->status = STATUS_NO_MEMORY;
	return block;
}

bool parser_deeper(struct parser *parser)
{
	if (parser->depth >= CONDITION_DEPTH) {
		parser_fail(parser, &parser->lexer.token, TR("Les parenthèses sont trop imbriquées."), TEXT_NONE, TEXT_NONE);
		return false;
	}
	parser->depth++;
	return parser->status == STATUS_OK;
}

bool parser_sign(struct parser *parser, enum sign sign)
{
	if (parser->lexer.token.kind != TOKEN_SIGN || parser->lexer.token.sign != sign)
		return false;
	lexer_next(&parser->lexer);
	return true;
}

bool parser_keyword(struct parser *parser, enum keyword keyword)
{
	if (parser->lexer.token.kind != TOKEN_WORD || parser->lexer.token.keyword != keyword)
		return false;
	lexer_next(&parser->lexer);
	return true;
}

void parser_expect(struct parser *parser, enum sign sign, const char *form)
{
	if (parser->status == STATUS_OK && !parser_sign(parser, sign))
		parser_fail(parser, &parser->lexer.token, TR("« %1 » est attendu ici."), text_of(form), TEXT_NONE);
}

static struct node *node_new(struct parser *parser, enum node_kind kind)
{
	struct node *node = parser_allocate(parser, sizeof *node);

	if (node)
		node->kind = kind;
	return node;
}

static struct node *node_of_test(struct parser *parser, struct test_of_fact value)
{
	struct node *node = node_new(parser, NODE_TEST);
	struct test_of_fact *test = parser_allocate(parser, sizeof *test);

	if (!node || !test)
		return NULL;
	*test = value;
	node->test = test;
	return node;
}

static struct node *node_not(struct parser *parser, struct node *child)
{
	struct node *node = child ? node_new(parser, NODE_NOT) : NULL;

	if (node)
		node->first = child;
	return node;
}

static int compare_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* A growing list of values in the arena. */
struct values {
	struct text *rows;
	size_t count, capacity;
};

static void values_add(struct parser *parser, struct values *values, struct text value)
{
	if (parser->status != STATUS_OK || !value.data)
		return;
	if (++parser->values > CONDITION_VALUES) {
		parser_fail(parser, &parser->lexer.token, TR("La condition est trop longue."), TEXT_NONE, TEXT_NONE);
		return;
	}
	if (values->count == values->capacity) {
		size_t wanted = values->capacity ? values->capacity * 2 : 8;
		struct text *grown = ARENA_ARRAY(parser->arena, wanted, struct text);

		if (!grown) {
			parser->status = STATUS_NO_MEMORY;
			return;
		}
		if (values->count)
			memcpy(grown, values->rows, values->count * sizeof *grown);
		values->rows = grown;
		values->capacity = wanted;
	}
	values->rows[values->count++] = value;
}

static bool are_in_order(const struct values *values)
{
	for (size_t i = 1; i < values->count; i++)
		if (text_compare(values->rows[i - 1], values->rows[i]) >= 0)
			return false;
	return true;
}

static void values_sort(struct values *values)
{
	size_t kept = 0;

	if (are_in_order(values))
		return;
	qsort(values->rows, values->count, sizeof *values->rows, compare_texts);
	for (size_t i = 0; i < values->count; i++)
		if (!kept || !text_equal(values->rows[kept - 1], values->rows[i]))
			values->rows[kept++] = values->rows[i];
	values->count = kept;
}

/* One value as written: string, code in capitals or number. */
static bool read_value(struct parser *parser, struct text *ret_value)
{
	struct token token = parser->lexer.token;

	if (token.kind != TOKEN_STRING && token.kind != TOKEN_NUMBER && token.kind != TOKEN_WORD) {
		parser_fail(parser, &token, TR("Une valeur est attendue ici."), TEXT_NONE, TEXT_NONE);
		return false;
	}
	if (token.kind == TOKEN_WORD)
		for (size_t i = 0; i < token.text.size; i++)
			if (token.text.data[i] >= 'a' && token.text.data[i] <= 'z') {
				parser_fail(parser, &token, TR("Mettez « %1 » entre guillemets."), token.text, TEXT_NONE);
				return false;
			}
	*ret_value = token.text;
	lexer_next(&parser->lexer);
	return true;
}

static bool is_digits(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.size > 0;
}

static int64_t whole_of(struct text digits)
{
	int64_t value = 0;

	for (size_t i = 0; i < digits.size && i < 18; i++)
		value = value * 10 + (digits.data[i] - '0');
	return value;
}

/* 9301..9307 stands for each of the seven headings. */
static void values_add_range(struct parser *parser, struct values *values, struct text low, struct text high,
	const struct token *token)
{
	int64_t from = whole_of(low), until = whole_of(high);

	if (!is_digits(low) || !is_digits(high) || low.size != high.size || low.size > 11 || until < from ||
		until - from > 5000) {
		parser_fail(parser, token, TR("L'intervalle de « %1 » à « %2 » n'est pas possible."), low, high);
		return;
	}
	for (int64_t i = from; i <= until && parser->status == STATUS_OK; i++)
		values_add(parser, values, arena_format(parser->arena, "%0*lld", (int)low.size, (long long)i));
}

static void read_one(struct parser *parser, enum fact_type type, struct values *values)
{
	struct token token = parser->lexer.token;
	struct text value, high, normal;

	if (!read_value(parser, &value))
		return;
	normal = fact_normal(parser->arena, type, value);
	if (!normal.data) {
		parser_fail(parser, &token, TR("« %1 » ne peut pas être comparé à ce fait."), value, TEXT_NONE);
		return;
	}
	if (!parser_sign(parser, SIGN_RANGE)) {
		values_add(parser, values, normal);
		return;
	}
	if (read_value(parser, &high))
		values_add_range(parser, values, normal, fact_normal(parser->arena, type, high), &token);
}

/* ("a", "b") or, without brackets, a, b as far as commas go. */
static void read_values(struct parser *parser, enum fact_type type, struct values *values)
{
	bool open = parser_sign(parser, SIGN_OPEN);

	do
		read_one(parser, type, values);
	while (parser->status == STATUS_OK && parser_sign(parser, SIGN_COMMA));
	if (open)
		parser_expect(parser, SIGN_CLOSE, ")");
}

/* Folded words, stems, keeping a final '*'. */
static struct text term_normal(struct parser *parser, struct text term)
{
	struct text rest = text_trim(term), joined = TEXT_NONE;

	while (rest.data) {
		struct text word = text_cut(&rest, ' ');
		bool open = text_ends_with(word, TEXT("*"));
		struct text folded = text_folded(parser->arena, word);

		if (!folded.data)
			continue;
		joined = arena_format(parser->arena, "%.*s%s%.*s%s", TEXT_FORMAT(joined), joined.data ? " " : "",
			TEXT_FORMAT(folded), open ? "*" : "");
	}
	return joined;
}

static struct node *words_test(struct parser *parser, struct column column, const struct values *values)
{
	return node_of_test(parser, (struct test_of_fact){.kind = TEST_WORDS, .column = column, .values = values->rows,
					    .value_count = values->count});
}

static void read_terms(struct parser *parser, struct values *values)
{
	bool open = parser_sign(parser, SIGN_OPEN);

	do {
		struct token token = parser->lexer.token;
		struct text value, term;

		if (!read_value(parser, &value))
			return;
		term = term_normal(parser, value);
		if (!term.data)
			parser_fail(parser, &token, TR("Il n'y a aucun mot à chercher dans « %1 »."), value, TEXT_NONE);
		values_add(parser, values, term);
	} while (parser->status == STATUS_OK && open && parser_sign(parser, SIGN_COMMA));
	if (open)
		parser_expect(parser, SIGN_CLOSE, ")");
}

static struct node *all_of(struct parser *parser, struct column column, enum test_kind kind, const struct values *values)
{
	struct node *all = node_new(parser, NODE_AND), **end = all ? &all->first : NULL;

	for (size_t i = 0; all && i < values->count; i++) {
		*end = node_of_test(parser, (struct test_of_fact){.kind = kind, .column = column,
						    .values = &values->rows[i], .value_count = 1});
		if (!*end)
			return NULL;
		end = &(*end)->next;
	}
	return all;
}

/* contains any of (…), contains all of (…), contains "…" */
static struct node *read_contains(struct parser *parser, const struct operand *left)
{
	enum fact_type type = left->column.fact->type;
	struct values values = {0};
	bool any = parser_keyword(parser, WORD_ANY), all = !any && parser_keyword(parser, WORD_ALL);

	if (any || all) {
		parser_keyword(parser, WORD_OF);
		parser_keyword(parser, WORD_THE);
	}
	if (type == FACT_TEXT)
		read_terms(parser, &values);
	else if (type == FACT_CODES)
		read_values(parser, FACT_CODE, &values);
	else
		parser_fail(parser, &left->token, TR("« %1 » n'est pas un texte : écrivez « in » ou « starts with »."),
			left->token.text, TEXT_NONE);
	if (parser->status != STATUS_OK)
		return NULL;
	values_sort(&values);
	if (all)
		return all_of(parser, left->column, type == FACT_TEXT ? TEST_WORDS : TEST_SET, &values);
	if (type == FACT_TEXT)
		return words_test(parser, left->column, &values);
	return node_of_test(parser, (struct test_of_fact){.kind = TEST_SET, .column = left->column,
					    .values = values.rows, .value_count = values.count});
}

static struct node *set_test(struct parser *parser, const struct operand *left, struct values *values, bool prefix)
{
	enum fact_type type = left->column.fact->type;

	values_sort(values);
	if (parser->status != STATUS_OK)
		return NULL;
	return node_of_test(parser, (struct test_of_fact){
		.kind = prefix || type == FACT_HS ? TEST_PREFIX : TEST_SET,
		.column = left->column, .values = values->rows, .value_count = values->count});
}

static struct node *list_test(struct parser *parser, const struct operand *left)
{
	struct token token = parser->lexer.token;

	if (token.kind != TOKEN_WORD && token.kind != TOKEN_STRING) {
		parser_fail(parser, &token, TR("Le nom d'une liste est attendu ici."), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	lexer_next(&parser->lexer);
	return node_of_test(parser, (struct test_of_fact){.kind = TEST_LIST, .column = left->column,
					    .list = fact_normal(parser->arena, FACT_CODE, token.text),
					    .line = token.line, .place = token.column});
}

/* in (a, b), in list NAME, and for numbers in (1, 2) */
static struct node *read_in(struct parser *parser, const struct operand *left)
{
	struct values values = {0};

	parser_keyword(parser, WORD_THE);
	if (left->kind != OPERAND_TEXT) {
		parser_fail(parser, &left->token, TR("« in » demande un code ou un texte ; pour un nombre, « between »."),
			TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	if (parser_keyword(parser, WORD_LIST))
		return list_test(parser, left);
	read_values(parser, left->column.fact->type == FACT_CODES ? FACT_CODE : left->column.fact->type, &values);
	return set_test(parser, left, &values, false);
}

static struct node *read_starts(struct parser *parser, const struct operand *left)
{
	struct values values = {0};

	parser_keyword(parser, WORD_WITH);
	if (left->kind != OPERAND_TEXT) {
		parser_fail(parser, &left->token, TR("« starts with » demande un code ou un texte."), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	read_values(parser, left->column.fact->type == FACT_CODES ? FACT_CODE : left->column.fact->type, &values);
	return set_test(parser, left, &values, true);
}

static bool is_column(const struct operand *operand)
{
	return operand->kind == OPERAND_NUMBER && operand->expression->kind == EXPRESSION_COLUMN;
}

static struct node *range_test(struct parser *parser, struct column column, int64_t low, int64_t high)
{
	return node_of_test(parser, (struct test_of_fact){.kind = TEST_RANGE, .column = column, .low = low, .high = high});
}

/* column < constant and the like, as a range of micro numbers. */
static struct node *constant_test(struct parser *parser, struct column column, enum sign sign, int64_t constant)
{
	const int64_t low = INT64_MIN + 1, high = INT64_MAX;

	switch ((int)sign) {
	case SIGN_LESS: return range_test(parser, column, low, constant - 1);
	case SIGN_LESS_EQUAL: return range_test(parser, column, low, constant);
	case SIGN_GREATER:
		return constant == INT64_MAX ? range_test(parser, column, high, low)
					     : range_test(parser, column, constant + 1, high);
	case SIGN_GREATER_EQUAL: return range_test(parser, column, constant, high);
	default: return range_test(parser, column, constant, constant);
	}
}

static enum sign mirrored(enum sign sign)
{
	switch ((int)sign) {
	case SIGN_LESS: return SIGN_GREATER;
	case SIGN_LESS_EQUAL: return SIGN_GREATER_EQUAL;
	case SIGN_GREATER: return SIGN_LESS;
	case SIGN_GREATER_EQUAL: return SIGN_LESS_EQUAL;
	default: return sign;
	}
}

static struct node *compare_numbers(struct parser *parser, const struct operand *left, enum sign sign,
	const struct operand *right)
{
	bool swap = sign == SIGN_GREATER || sign == SIGN_GREATER_EQUAL;
	enum comparison comparison = sign == SIGN_EQUAL ? COMPARE_EQUAL
		: sign == SIGN_LESS || sign == SIGN_GREATER ? COMPARE_LESS : COMPARE_LESS_EQUAL;

	if (!operands_agree(parser, left, right))
		return NULL;
	if (is_column(left) && expression_is_constant(right))
		return constant_test(parser, left->column, sign, right->expression->constant);
	if (is_column(right) && expression_is_constant(left))
		return constant_test(parser, right->column, mirrored(sign), left->expression->constant);
	if (expression_is_constant(left) && expression_is_constant(right)) {
		parser_fail(parser, &left->token, TR("Cette comparaison ne regarde aucun fait."), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	return node_of_test(parser, (struct test_of_fact){.kind = TEST_COMPARE, .comparison = comparison,
					    .left = swap ? right->expression : left->expression,
					    .right = swap ? left->expression : right->expression});
}

static struct node *compare_texts_test(struct parser *parser, const struct operand *left, const struct operand *right)
{
	enum fact_type type = left->column.fact->type;
	struct values values = {0};

	if (right->kind == OPERAND_TEXT) {
		if (right->column.fact->type != type || type == FACT_CODES) {
			parser_fail(parser, &right->token, TR("« %1 » et « %2 » ne sont pas de même nature."),
				left->token.text, right->token.text);
			return NULL;
		}
		return node_of_test(parser, (struct test_of_fact){.kind = TEST_SAME, .column = left->column,
						    .other = right->column});
	}
	values_add(parser, &values, fact_normal(parser->arena, type == FACT_CODES ? FACT_CODE : type, right->literal));
	if (!values.count || (right->kind == OPERAND_NUMBER && (!right->bare || !right->literal.data)))
		parser_fail(parser, &right->token, TR("« %1 » ne peut pas être comparé à ce fait."), right->token.text,
			TEXT_NONE);
	return set_test(parser, left, &values, false);
}

static struct node *read_yes_no(struct parser *parser, const struct operand *left)
{
	bool yes = parser_keyword(parser, WORD_YES);

	if (!yes && !parser_keyword(parser, WORD_NO) && !parser_keyword(parser, WORD_NOT)) {
		parser_fail(parser, &parser->lexer.token, TR("« yes » ou « no » est attendu ici."), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	return range_test(parser, left->column, yes ? NUMBER_ONE : 0, yes ? NUMBER_ONE : 0);
}

static struct node *read_comparison(struct parser *parser, const struct operand *left, enum sign sign)
{
	struct operand right;
	struct node *node;
	bool different = sign == SIGN_DIFFERENT, equal = sign == SIGN_EQUAL || different;

	if (left->yesno && is_column(left) && equal) {
		node = read_yes_no(parser, left);
		return different ? node_not(parser, node) : node;
	}
	if (!operand_read(parser, &right))
		return NULL;
	if (left->kind == OPERAND_NUMBER && right.kind == OPERAND_NUMBER)
		node = compare_numbers(parser, left, equal ? SIGN_EQUAL : sign, &right);
	else if (left->kind == OPERAND_TEXT && equal)
		node = compare_texts_test(parser, left, &right);
	else {
		parser_fail(parser, &right.token, TR("« %1 » et « %2 » ne sont pas de même nature."), left->token.text,
			right.token.text);
		return NULL;
	}
	return different ? node_not(parser, node) : node;
}

static struct node *read_between(struct parser *parser, const struct operand *left)
{
	struct operand low, high;
	struct node *node = node_new(parser, NODE_AND);

	if (!node || !operand_read(parser, &low) || !operands_agree(parser, left, &low))
		return NULL;
	if (!parser_keyword(parser, WORD_AND)) {
		parser_fail(parser, &parser->lexer.token, TR("« %1 » est attendu ici."), TEXT("and"), TEXT_NONE);
		return NULL;
	}
	if (!operand_read(parser, &high))
		return NULL;
	if (!operands_agree(parser, left, &high))
		return NULL;
	if (is_column(left) && expression_is_constant(&low) && expression_is_constant(&high))
		return range_test(parser, left->column, low.expression->constant, high.expression->constant);
	node->first = compare_numbers(parser, &low, SIGN_LESS_EQUAL, left);
	if (node->first)
		node->first->next = compare_numbers(parser, left, SIGN_LESS_EQUAL, &high);
	return parser->status == STATUS_OK ? node : NULL;
}

static struct node *given_test(struct parser *parser, const struct operand *left)
{
	if (left->kind != OPERAND_TEXT && !(left->kind == OPERAND_NUMBER && is_column(left))) {
		parser_fail(parser, &left->token, TR("Seul un fait peut être absent ou renseigné."), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	return node_of_test(parser, (struct test_of_fact){.kind = TEST_GIVEN, .column = left->column});
}

/* After "is": missing, given, yes, no, in …, or a value. */
static struct node *read_is(struct parser *parser, const struct operand *left)
{
	bool negated = parser_keyword(parser, WORD_NOT);
	struct node *node;

	if (negated && parser->lexer.token.kind != TOKEN_WORD && left->yesno)
		return range_test(parser, left->column, 0, 0); /* "est non" */
	if (parser_keyword(parser, WORD_MISSING)) {
		node = node_not(parser, given_test(parser, left));
	} else if (parser_keyword(parser, WORD_GIVEN)) {
		node = given_test(parser, left);
	} else if (parser_keyword(parser, WORD_IN)) {
		node = read_in(parser, left);
	} else {
		node = read_comparison(parser, left, SIGN_EQUAL);
	}
	return negated ? node_not(parser, node) : node;
}

static struct node *read_test(struct parser *parser)
{
	struct operand left;
	bool negated;
	struct node *node;

	if (!operand_read(parser, &left))
		return NULL;
	if (left.kind == OPERAND_LITERAL) {
		parser_fail(parser, &left.token, TR("Le fait « %1 » n'existe pas."), left.token.text, TEXT_NONE);
		return NULL;
	}
	if (parser_keyword(parser, WORD_IS))
		return read_is(parser, &left);
	if (parser->lexer.token.kind == TOKEN_SIGN && parser->lexer.token.sign >= SIGN_EQUAL &&
		parser->lexer.token.sign <= SIGN_GREATER_EQUAL) {
		enum sign sign = parser->lexer.token.sign;

		lexer_next(&parser->lexer);
		return read_comparison(parser, &left, sign);
	}
	negated = parser_keyword(parser, WORD_NOT);
	if (parser_keyword(parser, WORD_IN))
		node = read_in(parser, &left);
	else if (parser_keyword(parser, WORD_BETWEEN))
		node = read_between(parser, &left);
	else if (parser_keyword(parser, WORD_STARTS))
		node = read_starts(parser, &left);
	else if (parser_keyword(parser, WORD_CONTAINS) && left.kind == OPERAND_TEXT)
		node = read_contains(parser, &left);
	else if (left.yesno && is_column(&left) && !negated)
		return range_test(parser, left.column, NUMBER_ONE, NUMBER_ONE);
	else {
		parser_fail(parser, &parser->lexer.token,
			TR("Après « %1 », une comparaison est attendue (=, <, between, in, starts with, contains, is missing…)."),
			left.token.text, TEXT_NONE);
		return NULL;
	}
	return negated ? node_not(parser, node) : node;
}

static struct node *read_or(struct parser *parser);

static struct node *read_not(struct parser *parser)
{
	struct node *node;
	bool negated = false;

	while (parser_keyword(parser, WORD_NOT))
		negated = !negated;
	if (parser_sign(parser, SIGN_OPEN)) {
		if (!parser_deeper(parser))
			return NULL;
		node = read_or(parser);
		parser->depth--;
		parser_expect(parser, SIGN_CLOSE, ")");
	} else {
		node = read_test(parser);
	}
	return negated ? node_not(parser, node) : node;
}

static struct node *read_joined(struct parser *parser, enum keyword keyword, enum node_kind kind,
	struct node *(*read)(struct parser *parser))
{
	struct node *first = read(parser), *last = first, *joined;

	if (!first || parser->lexer.token.kind != TOKEN_WORD || parser->lexer.token.keyword != keyword)
		return first;
	joined = node_new(parser, kind);
	while (joined && parser->status == STATUS_OK && parser_keyword(parser, keyword)) {
		last->next = read(parser);
		if (!last->next)
			return NULL;
		last = last->next;
	}
	if (joined)
		joined->first = first;
	return joined;
}

static struct node *read_and(struct parser *parser)
{
	return read_joined(parser, WORD_AND, NODE_AND, read_not);
}

static struct node *read_or(struct parser *parser)
{
	return read_joined(parser, WORD_OR, NODE_OR, read_and);
}

/* if missing: miss | hit | look */
static enum when_missing read_missing(struct parser *parser)
{
	if (!parser_keyword(parser, WORD_IF))
		return MISSING_MISS;
	if (!parser_keyword(parser, WORD_MISSING))
		parser_fail(parser, &parser->lexer.token, TR("« %1 » est attendu ici."), TEXT("missing"), TEXT_NONE);
	parser_sign(parser, SIGN_COLON);
	if (parser_keyword(parser, WORD_MISS))
		return MISSING_MISS;
	if (parser_keyword(parser, WORD_HIT))
		return MISSING_HIT;
	if (parser_keyword(parser, WORD_LOOK))
		return MISSING_LOOK;
	parser_fail(parser, &parser->lexer.token, TR("« miss », « hit » ou « look » est attendu ici."), TEXT_NONE, TEXT_NONE);
	return MISSING_MISS;
}

enum status condition_read(struct arena *arena, const struct fact_names *names, struct text text, struct origin origin,
	struct problem_list *problems, struct condition *ret_condition)
{
	struct parser parser = {.arena = arena, .names = names, .problems = problems, .code = origin.code,
		.status = STATUS_OK};
	struct condition condition = {0};

	lexer_init(&parser.lexer, arena, text, origin.line, origin.column);
	if (text.size > CONDITION_SIZE || !utf8_is_valid(text))
		parser_fail(&parser, &parser.lexer.token,
			text.size > CONDITION_SIZE ? TR("La condition est trop longue.")
						   : TR("La condition n'est pas un texte UTF-8."),
			TEXT_NONE, TEXT_NONE);
	if (parser.status == STATUS_OK && parser.lexer.token.kind == TOKEN_END)
		parser_fail(&parser, &parser.lexer.token, TR("La condition est vide."), TEXT_NONE, TEXT_NONE);
	if (parser.status == STATUS_OK) {
		condition.root = read_or(&parser);
		condition.missing = parser.status == STATUS_OK ? read_missing(&parser) : MISSING_MISS;
	}
	if (parser.status == STATUS_OK && parser.lexer.token.kind != TOKEN_END)
		parser_fail(&parser, &parser.lexer.token, TR("« %1 » n'est pas attendu ici."), parser.lexer.token.text,
			TEXT_NONE);
	condition.of_items = parser.of_items;
	if (parser.status == STATUS_OK && !condition.root)
		parser.status = STATUS_NO_MEMORY;
	if (parser.status == STATUS_OK)
		*ret_condition = condition;
	return parser.status;
}
