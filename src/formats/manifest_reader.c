/* ASYCUDA World manifests (Awmds, Awbolds, Awappend, Awmcds): one consignment per bill, each handed over and
 * forgotten before the next is read. */
#include "formats/manifest.h"

#include <string.h>

/* --- beginnings ------------------------------------------------------------------------------------------- */

static enum status settle_key(struct manifest *manifest)
{
	struct consignment *head = &manifest->head;
	AUTO(buffer_release) struct buffer buffer = {.limit = 8192};

	if (head->manifest.data)
		return STATUS_OK;
	buffer_append(&buffer, head->office);
	buffer_byte(&buffer, '/');
	buffer_append(&buffer, head->voyage);
	buffer_byte(&buffer, '/');
	if (head->departs_on != DATE_NONE)
		date_print(&buffer, head->departs_on);
	TRY(buffer_status(&buffer));
	return value_keep(manifest->head_arena, buffer_text(&buffer), &head->manifest);
}

static enum status begin_bill(struct manifest *manifest)
{
	TRY(settle_key(manifest));
	manifest->bill = manifest->head;
	manifest->rest = (struct bill_rest){.goods_containers = NUMBER_NONE};
	manifest->export_date = DATE_NONE;
	manifest->goods = manifest->commodities = (struct item_rows){0};
	manifest->containers = NULL;
	manifest->container_count = manifest->container_capacity = 0;
	manifest->problems = (struct problem_list){.arena = manifest->bill_arena};
	manifest->bill_count++;
	manifest->in_bill = true;
	return STATUS_OK;
}

static enum status begin_item(struct manifest *manifest, struct item_rows *items, bool *inside)
{
	if (items->count >= manifest->run->options.limits.items)
		return xml_walk_refuse(manifest->walk, STATUS_TOO_LARGE,
			TR("Un connaissement a trop de lignes de marchandises."), TEXT_NONE,
			TR("Relevez la limite dans les paramètres si elle est juste."));
	TRY(array_grow(manifest->bill_arena, &items->rows, items->count, &items->capacity, sizeof *items->rows));
	item_init(&items->rows[items->count], (int64_t)items->count + 1);
	items->count++;
	*inside = true;
	return STATUS_OK;
}

static enum status begin_container(struct manifest *manifest)
{
	if (manifest->container_count >= manifest->run->options.limits.containers)
		return xml_walk_refuse(manifest->walk, STATUS_TOO_LARGE, TR("Un connaissement a trop de conteneurs."),
			TEXT_NONE, TR("Relevez la limite dans les paramètres si elle est juste."));
	TRY(array_grow(manifest->bill_arena, &manifest->containers, manifest->container_count,
		&manifest->container_capacity, sizeof *manifest->containers));
	container_init(&manifest->containers[manifest->container_count++]);
	manifest->seals = (struct seals){0};
	manifest->in_container = true;
	return STATUS_OK;
}

static enum status on_begin(void *context, const struct xml_rule *rule)
{
	struct manifest *manifest = context;

	switch ((enum manifest_meaning)rule->offset) {
	case MANIFEST_BEGIN_BILL:
		return begin_bill(manifest);
	case MANIFEST_BEGIN_GOODS:
		return begin_item(manifest, &manifest->goods, &manifest->in_goods);
	case MANIFEST_BEGIN_COMMODITY:
		return begin_item(manifest, &manifest->commodities, &manifest->in_commodity);
	case MANIFEST_BEGIN_CONTAINER:
		return begin_container(manifest);
	default:
		return STATUS_OK;
	}
}

/* --- ends ---------------------------------------------------------------------------------------------------- */

static enum status end_bill(struct manifest *manifest)
{
	manifest->in_bill = false;
	TRY(bill_finish(manifest));
	TRY(run_each(manifest->run, &manifest->bill, &manifest->problems));
	arena_reset(manifest->bill_arena);
	return STATUS_OK;
}

/* An empty segment is no goods line. */
static void end_goods(struct manifest *manifest)
{
	const struct item *item = &manifest->goods.rows[manifest->goods.count - 1];

	manifest->in_goods = false;
	if (item->packages == NUMBER_NONE && item->gross_mass == NUMBER_NONE && !item->description.data &&
		!item->marks.data && !item->hs.data && !item->package_kind.data)
		manifest->goods.count--;
}

/* Who put the seals: a code of up to three letters (TOP, DOU, TRT). Real files also write a seal there. */
static bool is_sealing_party(struct text text)
{
	if (text.size > 3)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if ((text.data[i] | 0x20) < 'a' || (text.data[i] | 0x20) > 'z')
			return false;
	return true;
}

static enum status end_container(struct manifest *manifest)
{
	struct container *container = &manifest->containers[manifest->container_count - 1];
	const struct text party = manifest->seals.sealing_party;
	const struct text marks[] = {manifest->seals.marks1, manifest->seals.marks2, manifest->seals.marks3};
	bool is_new = false;
	enum status status;

	manifest->in_container = false;
	if (!container->reference.data) {
		manifest->container_count--;
		return STATUS_OK;
	}
	for (size_t i = 0; i < 3; i++)
		TRY(value_add_word(manifest->bill_arena, marks[i], &container->seals));
	if (party.size && is_sealing_party(party))
		container->sealing_party = party;
	else if (party.size) {
		TRY(value_add_word(manifest->bill_arena, party, &container->seals));
		bill_problem(manifest, TR("Le scellé « %1 » est écrit à la place de l'auteur des scellés."), party, TEXT_NONE);
	}
	if (!manifest->rest.container_hs.data)
		manifest->rest.container_hs = manifest->seals.hs;
	status = seen_add(&manifest->containers_seen, container->reference, &is_new);
	if (status == STATUS_TOO_LARGE)
		manifest->containers_unknown = true;
	else
		TRY(status);
	manifest->found.containers += is_new;
	return STATUS_OK;
}

static enum status on_end(void *context, const struct xml_rule *rule)
{
	struct manifest *manifest = context;

	switch ((enum manifest_meaning)rule->offset) {
	case MANIFEST_BEGIN_BILL:
		return end_bill(manifest);
	case MANIFEST_BEGIN_GOODS:
		end_goods(manifest);
		return STATUS_OK;
	case MANIFEST_BEGIN_COMMODITY:
		manifest->in_commodity = false;
		return STATUS_OK;
	case MANIFEST_BEGIN_CONTAINER:
		return end_container(manifest);
	default:
		return STATUS_OK;
	}
}

/* --- values --------------------------------------------------------------------------------------------------- */

/* Dates are ISO in every manifest met, some with a time behind; another order needs the country's form. */
static void read_date(struct manifest *manifest, struct text text, int64_t *date)
{
	const struct reader_profile *profile = &manifest->run->options.profile;
	bool is_iso = text.size > 4 && text.data[4] == '-';

	if (is_iso ? date_parse(text, DATE_ISO, date) == STATUS_OK
		   : profile->has_date_form && date_parse(text, profile->date_form, date) == STATUS_OK)
		return;
	if (manifest->in_bill)
		bill_problem(manifest, TR("La date « %1 » ne peut pas être lue ; elle est laissée de côté."), text, TEXT_NONE);
	else if (manifest->run->reading->problems.arena)
		problem_add(&manifest->run->reading->problems, PROBLEM_WARNING, xml_walk_place(manifest->walk),
			(struct message){TR("La date « %1 » ne peut pas être lue ; elle est laissée de côté."), {text}});
}

static enum status on_value(void *context, const struct xml_rule *rule, struct text text)
{
	struct manifest *manifest = context;

	switch ((enum manifest_meaning)rule->offset) {
	case MANIFEST_DEPARTS_ON:
		read_date(manifest, text, &manifest->head.departs_on);
		return STATUS_OK;
	case MANIFEST_ARRIVES_ON:
		read_date(manifest, text, &manifest->head.arrives_on);
		return STATUS_OK;
	case MANIFEST_REGISTERED_ON:
		read_date(manifest, text, &manifest->head.registered_on);
		return STATUS_OK;
	case MANIFEST_EXPORT_DATE:
		read_date(manifest, text, &manifest->export_date);
		return STATUS_OK;
	case MANIFEST_CHASSIS:
		return value_add_word(manifest->bill_arena, text, &manifest->rest.chassis);
	default:
		return STATUS_OK;
	}
}

static void *on_base(void *context, int base)
{
	struct manifest *manifest = context;

	switch ((enum manifest_base)base) {
	case MANIFEST_HEAD:
		return &manifest->head;
	case MANIFEST_TOTALS:
		return &manifest->announced;
	case MANIFEST_BILL:
		return &manifest->bill;
	case MANIFEST_REST:
		return &manifest->rest;
	case MANIFEST_GOODS:
		return manifest->in_goods ? &manifest->goods.rows[manifest->goods.count - 1] : NULL;
	case MANIFEST_COMMODITY:
		return manifest->in_commodity ? &manifest->commodities.rows[manifest->commodities.count - 1] : NULL;
	case MANIFEST_CONTAINER:
		return manifest->in_container ? &manifest->containers[manifest->container_count - 1] : NULL;
	case MANIFEST_SEALS:
		return manifest->in_container ? &manifest->seals : NULL;
	}
	return NULL;
}

static struct arena *on_arena(void *context)
{
	struct manifest *manifest = context;

	return manifest->in_bill ? manifest->bill_arena : manifest->head_arena;
}

static struct problem_list *on_problems(void *context)
{
	struct manifest *manifest = context;
	struct problem_list *of_file = &manifest->run->reading->problems;

	return manifest->in_bill || !of_file->arena ? &manifest->problems : of_file;
}

static struct text on_group(void *context)
{
	struct manifest *manifest = context;

	return manifest->in_bill ? arena_format(manifest->bill_arena, "Bol_segment %zu", manifest->bill_count) : TEXT_NONE;
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static void compare(struct manifest *manifest, const char *place, const char *message, int64_t announced, int64_t found)
{
	struct problem_list *problems = &manifest->run->reading->problems;

	if (!problems->arena || announced == NUMBER_NONE || announced == found)
		return;
	problem_add(problems, PROBLEM_WARNING, text_of(place),
		(struct message){message,
			{value_number(manifest->head_arena, announced), value_number(manifest->head_arena, found)}});
}

static void compare_totals(struct manifest *manifest)
{
	const struct totals *announced = &manifest->announced, *found = &manifest->found;

	compare(manifest, "Totals_segment/Total_number_of_bols",
		TR("Le manifeste annonce %1 connaissement(s) et en contient %2."), announced->bills,
		number_of((int64_t)manifest->bill_count));
	compare(manifest, "Totals_segment/Total_number_of_packages",
		TR("Le manifeste annonce %1 colis, les connaissements en font %2."), announced->packages,
		found->packages == NUMBER_NONE ? 0 : found->packages);
	if (!manifest->containers_unknown)
		compare(manifest, "Totals_segment/Total_number_of_containers",
			TR("Le manifeste annonce %1 conteneur(s), les connaissements en nomment %2."),
			announced->containers, number_of(found->containers));
	compare(manifest, "Totals_segment/Total_gross_mass",
		TR("Le manifeste annonce une masse brute de %1 kg, les connaissements font %2 kg."),
		announced->gross_mass, found->gross_mass == NUMBER_NONE ? 0 : found->gross_mass);
}

static enum status refuse_empty(struct manifest *manifest)
{
	if (manifest->announced.bills != NUMBER_NONE && manifest->announced.bills > 0)
		return run_refuse(manifest->run, STATUS_INVALID, 0,
			TR("Le manifeste annonce %1 connaissement(s) et n'en contient aucun."),
			value_number(manifest->head_arena, manifest->announced.bills),
			TR("Demandez à l'agent maritime de l'envoyer de nouveau."));
	return run_refuse(manifest->run, STATUS_INVALID, 0, TR("Le manifeste ne contient aucun connaissement."), TEXT_NONE,
		TR("Demandez à l'agent maritime de l'envoyer de nouveau."));
}

static enum status read_into(struct manifest *manifest)
{
	const struct xml_handler handler = {.rules = manifest_rules,
		.rule_count = manifest_rule_count,
		.context = manifest,
		.base = on_base,
		.arena = on_arena,
		.problems = on_problems,
		.group = on_group,
		.begin = on_begin,
		.end = on_end,
		.value = on_value};
	enum status status = xml_walk_run(manifest->run, &handler, &manifest->walk);

	if (status == STATUS_NO_MEMORY && arena_used(manifest->bill_arena) > manifest->run->options.limits.memory / 3)
		return run_refuse(manifest->run, STATUS_TOO_LARGE, 0, TR("Un connaissement est trop volumineux."), TEXT_NONE,
			TR("Relevez la limite dans les paramètres si elle est juste."));
	TRY(status);
	if (!manifest->bill_count)
		return refuse_empty(manifest);
	compare_totals(manifest);
	return STATUS_OK;
}

enum status manifest_read(struct run *run)
{
	AUTO(arena_release) struct arena *head = arena_new((size_t)4 << 20);
	AUTO(arena_release) struct arena *bill = arena_new(run->options.limits.memory);
	struct manifest *manifest = head && bill ? ARENA_NEW(head, struct manifest) : NULL;
	enum status status;

	if (!manifest)
		return STATUS_NO_MEMORY;
	manifest->run = run;
	manifest->head_arena = head;
	manifest->bill_arena = bill;
	consignment_init(&manifest->head, STAGE_MANIFEST);
	manifest->announced = (struct totals){NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, NUMBER_NONE};
	manifest->found = (struct totals){0, NUMBER_NONE, 0, NUMBER_NONE};
	manifest->problems.arena = head;
	status = read_into(manifest);
	seen_release(&manifest->containers_seen);
	seen_release(&manifest->bills_seen);
	return status;
}
