/* ASYCUDA World declarations (SAD XML, root ASYCUDA): one file, one declaration. */
#include "formats/sad.h"

#include <string.h>

static struct sad_line line_none(void)
{
	return (struct sad_line){.taxes_amount = NUMBER_NONE,
		.invoice_foreign = NUMBER_NONE,
		.invoice = NUMBER_NONE,
		.external_freight = NUMBER_NONE,
		.internal_freight = NUMBER_NONE,
		.insurance = NUMBER_NONE,
		.other_cost = NUMBER_NONE,
		.deduction = NUMBER_NONE,
		.paid = 0};
}

static struct sad_header header_none(void)
{
	return (struct sad_header){.total_weight = NUMBER_NONE,
		.gross_weight = NUMBER_NONE,
		.invoice_sum = NUMBER_NONE,
		.other_invoice_sum = NUMBER_NONE,
		.external_freight = NUMBER_NONE,
		.internal_freight = NUMBER_NONE,
		.global_taxes = NUMBER_NONE,
		.guarantee_amount = NUMBER_NONE};
}

/* --- beginnings -------------------------------------------------------------------------------------------- */

static enum status begin_item(struct sad *sad)
{
	if (sad->item_count >= sad->run->options.limits.items)
		return xml_walk_refuse(sad->walk, STATUS_TOO_LARGE, TR("La déclaration a trop d'articles."), TEXT_NONE,
			TR("Relevez la limite dans les paramètres si elle est juste."));
	TRY(array_grow(sad->arena, &sad->items, sad->item_count, &sad->item_capacity, sizeof *sad->items));
	TRY(array_grow(sad->arena, &sad->lines, sad->item_count, &sad->line_capacity, sizeof *sad->lines));
	item_init(&sad->items[sad->item_count], (int64_t)sad->item_count + 1);
	sad->lines[sad->item_count] = line_none();
	sad->item_count++;
	sad->in_item = true;
	return STATUS_OK;
}

static enum status begin_container(struct sad *sad)
{
	if (sad->container_count >= sad->run->options.limits.containers)
		return xml_walk_refuse(sad->walk, STATUS_TOO_LARGE, TR("La déclaration a trop de conteneurs."),
			TEXT_NONE, TR("Relevez la limite dans les paramètres si elle est juste."));
	TRY(array_grow(sad->arena, &sad->containers, sad->container_count, &sad->container_capacity,
		sizeof *sad->containers));
	TRY(array_grow(sad->arena, &sad->boxes, sad->container_count, &sad->box_capacity, sizeof *sad->boxes));
	container_init(&sad->containers[sad->container_count]);
	sad->boxes[sad->container_count] = (struct sad_box){NUMBER_NONE};
	sad->container_count++;
	sad->in_container = true;
	return STATUS_OK;
}

static enum status on_begin(void *context, const struct xml_rule *rule)
{
	struct sad *sad = context;

	switch ((enum sad_meaning)rule->offset) {
	case SAD_BEGIN_ITEM:
		return begin_item(sad);
	case SAD_BEGIN_CONTAINER:
		return begin_container(sad);
	case SAD_BEGIN_TAX:
		sad->tax = (struct sad_tax){.base = NUMBER_NONE, .rate = NUMBER_NONE, .amount = NUMBER_NONE};
		return STATUS_OK;
	case SAD_BEGIN_UNIT:
		sad->unit = (struct sad_unit){.quantity = NUMBER_NONE};
		return STATUS_OK;
	case SAD_BEGIN_PREVIOUS:
		sad->previous = (struct sad_previous){.current_item = NUMBER_NONE};
		return STATUS_OK;
	default:
		return STATUS_OK;
	}
}

/* --- ends ----------------------------------------------------------------------------------------------------- */

static int64_t distance(int64_t a, int64_t b)
{
	int64_t difference;

	if (a == NUMBER_NONE || b == NUMBER_NONE || __builtin_sub_overflow(a, b, &difference) ||
		difference == INT64_MIN)
		return INT64_MAX;
	return difference < 0 ? -difference : difference;
}

/* A line votes for the form of rates under which its amount is base × rate, if only one of them fits. */
static void vote_on_rates(struct sad *sad, const struct sad_tax *tax)
{
	int64_t product = number_multiply(tax->base, tax->rate);
	bool fraction, percentage;

	if (tax->rate != NUMBER_NONE && tax->rate > sad->greatest_rate)
		sad->greatest_rate = tax->rate;
	if (tax->rate == NUMBER_NONE || tax->amount == NUMBER_NONE)
		return;
	fraction = distance(product, tax->amount) <= NUMBER_ONE;
	percentage = distance(number_divide(product, number_of(100)), tax->amount) <= NUMBER_ONE;
	sad->fractions += fraction && !percentage;
	sad->percentages += percentage && !fraction;
}

static void end_tax(struct sad *sad)
{
	struct item *item;
	struct sad_line *line;

	if (!sad->in_item || !sad->tax.code.size)
		return; /* SYDONIA pads to eight lines */
	item = &sad->items[sad->item_count - 1];
	line = &sad->lines[sad->item_count - 1];
	line->has_tax_lines = true;
	if (text_is(sad->tax.payable, "1") && sad->tax.amount != NUMBER_NONE)
		line->paid = number_add(line->paid, sad->tax.amount);
	if (!item->tax_type.data) { /* the customs duty is the first line in every tariff met */
		item->tax_type = sad->tax.code;
		item->duty_rate = sad->tax.rate;
	}
	vote_on_rates(sad, &sad->tax);
}

/* The first unit that says something; QA, the clearing unit of some tariffs, gives way to a real one. */
static void end_unit(struct sad *sad)
{
	struct item *item;

	if (!sad->in_item || !sad->unit.code.size)
		return;
	item = &sad->items[sad->item_count - 1];
	if (item->supplementary_unit.data && !text_is(item->supplementary_unit, "QA"))
		return;
	item->supplementary_unit = sad->unit.code;
	item->supplementary_quantity = sad->unit.quantity;
}

/* Kept until the end: some versions write it before the items it speaks of. */
static enum status end_previous(struct sad *sad)
{
	if (sad->previous.current_item == NUMBER_NONE)
		return STATUS_OK;
	TRY(array_grow(sad->arena, &sad->all_previous, sad->previous_count, &sad->previous_capacity,
		sizeof *sad->all_previous));
	sad->all_previous[sad->previous_count++] = sad->previous;
	return STATUS_OK;
}

static enum status on_end(void *context, const struct xml_rule *rule)
{
	struct sad *sad = context;

	switch ((enum sad_meaning)rule->offset) {
	case SAD_BEGIN_ITEM:
		sad->in_item = false;
		return STATUS_OK;
	case SAD_BEGIN_CONTAINER:
		sad->in_container = false;
		if (!sad->containers[sad->container_count - 1].reference.data)
			sad->container_count--;
		return STATUS_OK;
	case SAD_BEGIN_TAX:
		end_tax(sad);
		return STATUS_OK;
	case SAD_BEGIN_UNIT:
		end_unit(sad);
		return STATUS_OK;
	case SAD_BEGIN_PREVIOUS:
		return end_previous(sad);
	default:
		return STATUS_OK;
	}
}

/* --- values ------------------------------------------------------------------------------------------------------ */

/* A date that can be read one way only tells how the whole file writes its dates. */
static void weigh_date(struct sad *sad, struct text text)
{
	int64_t date;
	bool day_first = date_parse(text, DATE_DAY_FIRST, &date) == STATUS_OK;
	bool month_first = date_parse(text, DATE_MONTH_FIRST, &date) == STATUS_OK;

	if (sad_date_is_iso(text))
		return;
	sad->day_first += day_first && !month_first;
	sad->month_first += month_first && !day_first;
}

static enum status keep_date(struct sad *sad, struct text text, struct text *kept)
{
	weigh_date(sad, text);
	return kept->data ? STATUS_OK : value_keep(sad->arena, text, kept);
}

static enum status on_value(void *context, const struct xml_rule *rule, struct text text)
{
	struct sad *sad = context;

	switch ((enum sad_meaning)rule->offset) {
	case SAD_EXPORTER:
		return value_party(sad->arena, text, &sad->consignment.exporter);
	case SAD_CONSIGNEE:
		return value_party(sad->arena, text, &sad->consignment.consignee);
	case SAD_DECLARANT:
		return value_party(sad->arena, text, &sad->consignment.declarant);
	case SAD_REGISTERED_ON:
		return keep_date(sad, text, &sad->header.registered_on);
	case SAD_DECLARED_ON:
		return keep_date(sad, text, &sad->header.declared_on);
	case SAD_OTHER_DATE:
		weigh_date(sad, text);
		return STATUS_OK;
	case SAD_DOCUMENT:
		return sad->in_item ? value_add_word(sad->arena, text, &sad->items[sad->item_count - 1].documents)
				    : STATUS_OK;
	default:
		return STATUS_OK;
	}
}

static void *on_base(void *context, int base)
{
	struct sad *sad = context;

	switch ((enum sad_base)base) {
	case SAD_CONSIGNMENT:
		return &sad->consignment;
	case SAD_HEADER:
		return &sad->header;
	case SAD_ITEM:
		return sad->in_item ? &sad->items[sad->item_count - 1] : NULL;
	case SAD_LINE:
		return sad->in_item ? &sad->lines[sad->item_count - 1] : NULL;
	case SAD_TAX:
		return &sad->tax;
	case SAD_UNIT:
		return &sad->unit;
	case SAD_CONTAINER:
		return sad->in_container ? &sad->containers[sad->container_count - 1] : NULL;
	case SAD_BOX:
		return sad->in_container ? &sad->boxes[sad->container_count - 1] : NULL;
	case SAD_PREVIOUS:
		return &sad->previous;
	}
	return NULL;
}

static struct arena *on_arena(void *context)
{
	return ((struct sad *)context)->arena;
}

static struct text on_group(void *context)
{
	struct sad *sad = context;

	return sad->in_item ? arena_format(sad->arena, "Item %zu", sad->item_count) : TEXT_NONE;
}

static struct problem_list *on_problems(void *context)
{
	return &((struct sad *)context)->problems;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static enum status refuse_empty(struct sad *sad)
{
	int64_t declared = sad->consignment.declared_items;

	if (declared != NUMBER_NONE && declared > 0)
		return run_refuse(sad->run, STATUS_INVALID, 0,
			TR("La déclaration annonce %1 article(s) et n'en contient aucun."),
			value_number(sad->arena, declared),
			TR("Demandez au déclarant de l'envoyer de nouveau avec tous ses articles."));
	return run_refuse(sad->run, STATUS_INVALID, 0, TR("La déclaration ne contient aucun article."), TEXT_NONE,
		TR("Un modèle vide ne peut pas être analysé : donnez la déclaration remplie."));
}

/* A full arena says no as a lack of memory does; the limit is to blame when most of it is used. */
static enum status explain(struct sad *sad, enum status status)
{
	if (status != STATUS_NO_MEMORY || arena_used(sad->arena) < sad->run->options.limits.memory / 3)
		return status;
	return run_refuse(sad->run, STATUS_TOO_LARGE, 0, TR("La déclaration est trop volumineuse."), TEXT_NONE,
		TR("Relevez la limite dans les paramètres si elle est juste."));
}

static enum status read_into(struct sad *sad)
{
	const struct xml_handler handler = {.rules = sad_rules,
		.rule_count = sad_rule_count,
		.context = sad,
		.base = on_base,
		.arena = on_arena,
		.problems = on_problems,
		.group = on_group,
		.begin = on_begin,
		.end = on_end,
		.value = on_value};

	TRY(xml_walk_run(sad->run, &handler, &sad->walk));
	if (!sad->item_count)
		return refuse_empty(sad);
	TRY(sad_finish(sad));
	sad_check(sad);
	return run_each(sad->run, &sad->consignment, &sad->problems);
}

enum status sad_read(struct run *run)
{
	AUTO(arena_release) struct arena *arena = arena_new(run->options.limits.memory);
	struct sad *sad = arena ? ARENA_NEW(arena, struct sad) : NULL;

	if (!sad)
		return STATUS_NO_MEMORY;
	sad->run = run;
	sad->arena = arena;
	sad->problems.arena = arena;
	sad->header = header_none();
	consignment_init(&sad->consignment, STAGE_DECLARATION);
	return explain(sad, read_into(sad));
}
