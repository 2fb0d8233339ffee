/* Shares equal columns, tests and list tables between the profiles of a policy. */
#include "engine/policy.h"

#include <string.h>

/* Makes room for one more row in an arena array that doubles. */
static bool grow(struct arena *arena, void *rows, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 64;
	void *grown, *old;

	if (count < *capacity)
		return true;
	grown = arena_array(arena, wanted, size);
	if (!grown)
		return false;
	memcpy(&old, rows, sizeof old);
	if (count)
		memcpy(grown, old, count * size);
	memcpy(rows, &grown, sizeof grown);
	*capacity = wanted;
	return true;
}

static enum status intern_column(struct policy *policy, struct column *column)
{
	if (!column->fact)
		return STATUS_OK;
	for (size_t i = 0; i < policy->column_count; i++)
		if (policy->columns[i].fact == column->fact && policy->columns[i].days == column->days) {
			column->id = (unsigned)i;
			return STATUS_OK;
		}
	if (!grow(policy->arena, &policy->columns, policy->column_count, &policy->column_capacity,
		    sizeof *policy->columns))
		return STATUS_NO_MEMORY;
	column->id = (unsigned)policy->column_count;
	policy->columns[policy->column_count++] = *column;
	return STATUS_OK;
}

static enum status intern_expression(struct policy *policy, const struct expression *from, bool *of_item,
	const struct expression **ret_expression)
{
	struct expression *copy;

	if (!from)
		return STATUS_OK;
	copy = ARENA_NEW(policy->arena, struct expression);
	if (!copy)
		return STATUS_NO_MEMORY;
	*copy = *from;
	if (from->kind == EXPRESSION_COLUMN) {
		TRY(intern_column(policy, &copy->column));
		*of_item |= copy->column.fact->level == LEVEL_ITEM;
	}
	TRY(intern_expression(policy, from->left, of_item, &copy->left));
	TRY(intern_expression(policy, from->right, of_item, &copy->right));
	*ret_expression = copy;
	return STATUS_OK;
}

static bool column_equal(struct column a, struct column b)
{
	return a.fact == b.fact && a.days == b.days;
}

static bool expression_equal(const struct expression *a, const struct expression *b)
{
	if (!a || !b)
		return a == b;
	return a->kind == b->kind && a->constant == b->constant && column_equal(a->column, b->column) &&
		expression_equal(a->left, b->left) && expression_equal(a->right, b->right);
}

static bool test_equal(const struct test_of_fact *a, const struct test_of_fact *b)
{
	if (a->kind != b->kind || !column_equal(a->column, b->column) || !column_equal(a->other, b->other) ||
		a->low != b->low || a->high != b->high || a->value_count != b->value_count ||
		a->comparison != b->comparison || !text_equal(a->list, b->list) ||
		!expression_equal(a->left, b->left) || !expression_equal(a->right, b->right))
		return false;
	for (size_t i = 0; i < a->value_count; i++)
		if (!text_equal(a->values[i], b->values[i]))
			return false;
	return true;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static uint64_t expression_hash(const struct expression *expression)
{
	if (!expression)
		return 0;
	return mix(mix(mix((uint64_t)expression->kind, (uint64_t)expression->constant ^
				 (uint64_t)(uintptr_t)expression->column.fact),
			   expression_hash(expression->left)),
		expression_hash(expression->right));
}

static uint64_t test_hash(const struct test_of_fact *test)
{
	uint64_t hash = mix((uint64_t)test->kind, (uint64_t)(uintptr_t)test->column.fact);

	hash = mix(mix(mix(hash, (uint64_t)test->low), (uint64_t)test->high), (uint64_t)test->column.days);
	hash = mix(mix(hash, expression_hash(test->left)), expression_hash(test->right));
	hash = mix(mix(hash, (uint64_t)(uintptr_t)test->other.fact), text_hash(test->list));
	for (size_t i = 0; i < test->value_count; i++)
		hash = mix(hash, text_hash(test->values[i]));
	return hash;
}

/* The table of a type, made when first needed. */
static enum status find_table(struct policy *policy, enum fact_type type, struct value_table **ret_table)
{
	struct value_table *table;

	for (size_t i = 0; i < policy->table_count; i++)
		if (policy->tables[i]->type == type) {
			*ret_table = policy->tables[i];
			return STATUS_OK;
		}
	if (!grow(policy->arena, &policy->tables, policy->table_count, &policy->table_capacity, sizeof *policy->tables))
		return STATUS_NO_MEMORY;
	table = ARENA_NEW(policy->arena, struct value_table);
	if (!table)
		return STATUS_NO_MEMORY;
	*table = (struct value_table){.type = type, .holds = ARENA_ARRAY(policy->arena, policy->list_count, bool)};
	if (!table->holds)
		return STATUS_NO_MEMORY;
	policy->tables[policy->table_count++] = table;
	*ret_table = table;
	return STATUS_OK;
}

/* Room for `more` rows, with the rows that are there in the slots. */
static enum status table_make_room(struct policy *policy, struct value_table *table, size_t more)
{
	size_t wanted = table->count + more, slots = 16;
	struct value_row *rows = ARENA_ARRAY(policy->arena, wanted + 1, struct value_row);

	while (slots < wanted * 2)
		slots *= 2;
	table->slots = ARENA_ARRAY(policy->arena, slots, uint32_t);
	if (!rows || !table->slots)
		return STATUS_NO_MEMORY;
	if (table->count)
		memcpy(rows, table->rows, table->count * sizeof *rows);
	table->rows = rows;
	table->slot_count = slots;
	for (size_t i = 0; i < table->count; i++) {
		uint32_t *slot = &table->slots[rows[i].hash & (slots - 1)];

		rows[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static void table_add(struct value_table *table, struct value_row row)
{
	uint32_t *slot = &table->slots[row.hash & (table->slot_count - 1)];

	row.same = (uint32_t)table->count + 1;
	for (uint32_t i = *slot; i; i = table->rows[i - 1].next) {
		const struct value_row *other = &table->rows[i - 1];

		if (other->hash != row.hash || !text_equal(other->value, row.value))
			continue;
		if (other->list == row.list && other->from == row.from && other->until == row.until)
			return; /* says nothing new */
		row.same = other->same;
	}
	row.next = *slot;
	table->rows[table->count] = row;
	*slot = (uint32_t)++table->count;
}

/* The table in which the values of the test's list are. */
static enum status intern_table(struct policy *policy, const struct test_of_fact *test, struct predicate *predicate)
{
	enum fact_type type = test->column.fact->type == FACT_CODES ? FACT_CODE : test->column.fact->type;
	struct value_table *table;
	uint32_t list = 0;

	while (list < policy->list_count && !text_equal(policy->lists[list].code, test->list))
		list++;
	if (list == policy->list_count)
		return STATUS_NOT_FOUND;
	TRY(find_table(policy, type, &table));
	if (!table->holds[list]) {
		const struct policy_list *from = &policy->lists[list];

		TRY(table_make_room(policy, table, from->count));
		for (size_t i = 0; i < from->count; i++) {
			struct text value = fact_normal(policy->arena, type, from->entries[i].value);

			if (value.data) /* else no value of this type can equal it */
				table_add(table, (struct value_row){value, from->entries[i].from, from->entries[i].until,
						(uint32_t)text_hash(value), list, 0, 0});
		}
		table->holds[list] = true;
	}
	predicate->table = table;
	predicate->list = list;
	return STATUS_OK;
}

/* The next row of the value, from a row on (+ 1), that counts on the day; 0: there is none. The value is compared once:
 * rows of equal values name the same first row. */
static uint32_t next_row(const struct value_table *table, struct text value, struct value_search *search, int64_t day,
	uint32_t at)
{
	for (; at; at = table->rows[at - 1].next) {
		const struct value_row *row = &table->rows[at - 1];

		if (search->same ? row->same != search->same : row->hash != search->hash || !text_equal(row->value, value))
			continue;
		search->same = row->same;
		if ((row->from == DATE_NONE || row->from <= day) && (row->until == DATE_NONE || row->until >= day))
			return at;
	}
	return 0;
}

bool value_table_next(const struct value_table *table, struct text value, int64_t day, struct value_search *search,
	uint32_t *ret_list)
{
	while (!search->at) {
		struct text start;

		if (search->size >= value.size)
			return false;
		search->size = table->type == FACT_HS ? search->size + 1 : value.size;
		start = text_slice(value, 0, search->size);
		search->hash = (uint32_t)text_hash(start);
		search->same = 0;
		search->at = next_row(table, start, search, day, table->slots[search->hash & (table->slot_count - 1)]);
	}
	*ret_list = table->rows[search->at - 1].list;
	search->at = next_row(table, text_slice(value, 0, search->size), search, day, table->rows[search->at - 1].next);
	return true;
}

bool value_table_has(const struct value_table *table, uint32_t list, struct text value, int64_t day)
{
	struct value_search search = {0, 0, 0, 0};
	uint32_t found;

	while (value_table_next(table, value, day, &search, &found))
		if (found == list)
			return true;
	return false;
}

static enum status copy_values(struct policy *policy, struct test_of_fact *test)
{
	struct text *values;

	if (!test->value_count)
		return STATUS_OK;
	values = ARENA_ARRAY(policy->arena, test->value_count, struct text);
	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < test->value_count; i++) {
		values[i] = arena_text(policy->arena, test->values[i]);
		if (!values[i].data)
			return STATUS_NO_MEMORY;
	}
	test->values = values;
	return STATUS_OK;
}

static enum status new_predicate(struct policy *policy, const struct test_of_fact *test, struct predicate *ret)
{
	struct predicate row = {.test = *test};

	row.of_item = (test->column.fact && test->column.fact->level == LEVEL_ITEM) ||
		(test->other.fact && test->other.fact->level == LEVEL_ITEM);
	if (test->kind == TEST_LIST) {
		TRY(intern_table(policy, test, &row));
		row.test.list = policy->lists[row.list].code;
	}
	TRY(intern_column(policy, &row.test.column));
	TRY(intern_column(policy, &row.test.other));
	TRY(intern_expression(policy, test->left, &row.of_item, &row.test.left));
	TRY(intern_expression(policy, test->right, &row.of_item, &row.test.right));
	TRY(copy_values(policy, &row.test));
	*ret = row;
	return STATUS_OK;
}

/* Makes the hash of predicates larger, a power of two. */
static enum status rehash(struct policy *policy, size_t wanted)
{
	uint32_t *slots = ARENA_ARRAY(policy->arena, wanted, uint32_t);
	uint64_t *hashes = ARENA_ARRAY(policy->arena, wanted, uint64_t);

	if (!slots || !hashes)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < policy->slot_count; i++) {
		size_t at = policy->hashes[i] & (wanted - 1);

		if (!policy->slots[i])
			continue;
		while (slots[at])
			at = (at + 1) & (wanted - 1);
		slots[at] = policy->slots[i];
		hashes[at] = policy->hashes[i];
	}
	policy->slots = slots;
	policy->hashes = hashes;
	policy->slot_count = wanted;
	return STATUS_OK;
}

enum status policy_reserve(struct policy *policy, size_t predicates)
{
	size_t slots = 256;

	while (slots < predicates * 2)
		slots *= 2;
	policy->predicates = ARENA_ARRAY(policy->arena, predicates + 1, struct predicate);
	if (!policy->predicates)
		return STATUS_NO_MEMORY;
	policy->predicate_capacity = predicates + 1;
	return rehash(policy, slots);
}

enum status policy_intern(struct policy *policy, const struct test_of_fact *test, uint32_t *ret_id)
{
	uint64_t hash = test_hash(test);
	size_t at;

	if (policy->predicate_count * 2 >= policy->slot_count)
		TRY(rehash(policy, policy->slot_count * 2));
	for (at = hash & (policy->slot_count - 1); policy->slots[at]; at = (at + 1) & (policy->slot_count - 1))
		if (policy->hashes[at] == hash && test_equal(&policy->predicates[policy->slots[at] - 1].test, test)) {
			*ret_id = policy->slots[at] - 1;
			return STATUS_OK;
		}
	if (!grow(policy->arena, &policy->predicates, policy->predicate_count, &policy->predicate_capacity,
		    sizeof *policy->predicates))
		return STATUS_NO_MEMORY;
	TRY(new_predicate(policy, test, &policy->predicates[policy->predicate_count]));
	*ret_id = (uint32_t)policy->predicate_count++;
	policy->slots[at] = *ret_id + 1;
	policy->hashes[at] = hash;
	return STATUS_OK;
}
