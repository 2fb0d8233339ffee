/* The end of a bill: what follows from the whole of it, and what does not agree. */
#include "formats/manifest.h"

#include <string.h>

void bill_problem(struct manifest *manifest, const char *message, struct text one, struct text two)
{
	struct text reference = manifest->bill.reference;
	struct text place = arena_format(manifest->bill_arena, "ligne %lld, Bol_segment %zu (%.*s)",
		(long long)xml_walk_line(manifest->walk), manifest->bill_count, TEXT_FORMAT(reference));

	problem_add(&manifest->problems, PROBLEM_WARNING, place, (struct message){message, {one, two, TEXT_NONE}});
}

/* UN/EDIFACT's nature of cargo, which manifests share. 29 is a transhipment for export in Congo's table. */
static struct text flow_of(struct text nature)
{
	static const struct {
		const char *nature, *flow;
	} rows[] = {{"22", "E"}, {"23", "I"}, {"24", "T"}, {"26", "R"}, {"28", "H"}, {"29", "H"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (text_is(nature, rows[i].nature))
			return text_of(rows[i].flow);
	return TEXT_NONE;
}

static int64_t sum(int64_t total, int64_t more)
{
	if (more == NUMBER_NONE)
		return total;
	return total == NUMBER_NONE ? more : number_add(total, more);
}

/* Mass and packages stand in the goods lines; the containers repeat them and are not added. */
static void settle_sums(struct manifest *manifest)
{
	struct consignment *bill = &manifest->bill;

	for (size_t i = 0; i < manifest->goods.count; i++) {
		bill->packages = sum(bill->packages, manifest->goods.rows[i].packages);
		bill->gross_mass = sum(bill->gross_mass, manifest->goods.rows[i].gross_mass);
	}
	manifest->found.packages = sum(manifest->found.packages, bill->packages);
	manifest->found.gross_mass = sum(manifest->found.gross_mass, bill->gross_mass);
}

static enum status join_containers(struct manifest *manifest, struct text *ret_list)
{
	size_t size = 0;
	char *bytes, *to;

	for (size_t i = 0; i < manifest->container_count; i++)
		size += manifest->containers[i].reference.size + 1;
	if (!size)
		return STATUS_OK;
	bytes = to = arena_allocate(manifest->bill_arena, size);
	if (!bytes)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < manifest->container_count; i++) {
		const struct text reference = manifest->containers[i].reference;

		memcpy(to, reference.data, reference.size);
		to += reference.size;
		*to++ = ' ';
	}
	*ret_list = (struct text){bytes, size - 1};
	return STATUS_OK;
}

/* Commodity rows name the HS of the goods lines in their order; those beyond become lines of their own. Their
 * packages are parts of the goods lines' and are not added to the bill's. */
static enum status settle_commodities(struct manifest *manifest)
{
	struct item_rows *goods = &manifest->goods;

	for (size_t i = 0; i < manifest->commodities.count; i++) {
		struct item *commodity = &manifest->commodities.rows[i];

		if (i < goods->count) {
			struct item *item = &goods->rows[i];

			item->hs = item->hs.data ? item->hs : commodity->hs;
			item->tariff_description = commodity->description;
			item->containers = commodity->containers;
			continue;
		}
		TRY(array_grow(manifest->bill_arena, &goods->rows, goods->count, &goods->capacity, sizeof *goods->rows));
		goods->rows[goods->count] = *commodity;
		goods->rows[goods->count].number = (int64_t)goods->count + 1;
		goods->count++;
	}
	return STATUS_OK;
}

/* The export declaration that the bill covers, as officers quote it. */
static enum status previous_document(struct manifest *manifest, struct text *ret_text)
{
	const struct bill_rest *rest = &manifest->rest;
	int year = 0, month, day;

	if (!rest->export_number.size)
		return STATUS_OK;
	if (manifest->export_date != DATE_NONE)
		date_split(manifest->export_date, &year, &month, &day);
	*ret_text = year ? arena_format(manifest->bill_arena, "%.*s %d %.*s %.*s", TEXT_FORMAT(rest->export_office), year,
				   TEXT_FORMAT(rest->export_serial), TEXT_FORMAT(rest->export_number))
			 : arena_format(manifest->bill_arena, "%.*s %.*s %.*s", TEXT_FORMAT(rest->export_office),
				   TEXT_FORMAT(rest->export_serial), TEXT_FORMAT(rest->export_number));
	return ret_text->data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status settle_items(struct manifest *manifest)
{
	struct item_rows *goods = &manifest->goods;
	struct text previous = TEXT_NONE;

	TRY(settle_commodities(manifest));
	TRY(previous_document(manifest, &previous));
	for (size_t i = 0; i < goods->count; i++)
		goods->rows[i].previous_document = previous;
	if (!goods->count)
		return STATUS_OK;
	goods->rows[0].chassis = manifest->rest.chassis;
	if (goods->count > 1)
		return STATUS_OK; /* which container holds which line is not known */
	if (!goods->rows[0].hs.data)
		goods->rows[0].hs = manifest->rest.container_hs;
	return goods->rows[0].containers.data ? STATUS_OK : join_containers(manifest, &goods->rows[0].containers);
}

static enum status settle_reference(struct manifest *manifest)
{
	struct consignment *bill = &manifest->bill;
	bool is_new = true;
	enum status status;

	if (!bill->reference.size) {
		bill->reference = arena_format(manifest->bill_arena, "#%zu", manifest->bill_count);
		if (!bill->reference.data)
			return STATUS_NO_MEMORY;
		bill_problem(manifest, TR("Ce connaissement n'a pas de référence ; « %1 » en tient lieu."),
			bill->reference, TEXT_NONE);
	}
	status = seen_add(&manifest->bills_seen, bill->reference, &is_new);
	if (status == STATUS_OK && !is_new)
		bill_problem(manifest, TR("Le connaissement « %1 » figure deux fois dans le manifeste."), bill->reference,
			TEXT_NONE);
	return status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

static void check_bill(struct manifest *manifest)
{
	const struct consignment *bill = &manifest->bill;
	int64_t announced = manifest->rest.goods_containers;

	if (!manifest->goods.count)
		bill_problem(manifest, TR("Ce connaissement ne contient aucune marchandise."), TEXT_NONE, TEXT_NONE);
	if (announced != NUMBER_NONE && announced != number_of((int64_t)manifest->container_count))
		bill_problem(manifest, TR("Le connaissement annonce %1 conteneur(s) et en contient %2."),
			value_number(manifest->bill_arena, announced),
			value_count(manifest->bill_arena, manifest->container_count));
	if (!bill->flow.data && bill->type.data)
		bill_problem(manifest, TR("La nature « %1 » du connaissement n'est pas connue."), bill->type, TEXT_NONE);
	if (!bill->office.size || !bill->voyage.size || bill->departs_on == DATE_NONE)
		bill_problem(manifest, TR("Le bureau, le voyage ou la date de départ du manifeste manque."), TEXT_NONE,
			TEXT_NONE);
}

enum status bill_finish(struct manifest *manifest)
{
	struct consignment *bill = &manifest->bill;

	TRY(settle_reference(manifest));
	settle_sums(manifest);
	TRY(settle_items(manifest));
	bill->flow = flow_of(bill->type);
	if (!bill->location.data)
		bill->location = manifest->rest.location_info;
	check_bill(manifest);
	bill->items = manifest->goods.rows;
	bill->item_count = manifest->goods.count;
	bill->containers = manifest->containers;
	bill->container_count = manifest->container_count;
	return STATUS_OK;
}
