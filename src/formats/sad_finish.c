/* After the last element of a declaration: what follows from the whole of it, and what does not agree. */
#include "formats/sad.h"

#include "base/secret.h"

#include <string.h>

void sad_problem(struct sad *sad, const char *place, const char *message, struct text one, struct text two)
{
	problem_add(&sad->problems, PROBLEM_WARNING, text_of(place), (struct message){message, {one, two, TEXT_NONE}});
}

static int64_t first_known(int64_t a, int64_t b)
{
	return a != NUMBER_NONE ? a : b;
}

static struct text first_given(struct text a, struct text b)
{
	return a.size ? a : b;
}

/* Sum over the items of one member, missing when no item has it. */
static int64_t sum_of(const struct sad *sad, size_t offset)
{
	int64_t sum = NUMBER_NONE;

	for (size_t i = 0; i < sad->item_count; i++) {
		const int64_t *value = (const int64_t *)(const void *)((const char *)&sad->items[i] + offset);

		if (*value != NUMBER_NONE)
			sum = sum == NUMBER_NONE ? *value : number_add(sum, *value);
	}
	return sum;
}

/* --- items --------------------------------------------------------------------------------------------------- */

/* The digits of the code and of its national part; anything else in them (a stock-keeping code) is left out. */
static enum status join_hs(struct sad *sad, const struct sad_line *line, struct item *item)
{
	char digits[24];
	size_t size = 0;

	for (size_t i = 0; i < line->commodity.size && size < 11; i++)
		if (line->commodity.data[i] >= '0' && line->commodity.data[i] <= '9')
			digits[size++] = line->commodity.data[i];
	if (size == 8 && value_is_digits(line->precision) && line->precision.size <= 3) {
		memcpy(digits + size, line->precision.data, line->precision.size);
		size += line->precision.size;
	}
	return value_keep(sad->arena, (struct text){digits, size}, &item->hs);
}

static enum status join_marks(struct sad *sad, const struct sad_line *line, struct item *item)
{
	if (!line->marks1.size || !line->marks2.size) {
		item->marks = first_given(line->marks1, line->marks2);
		return STATUS_OK;
	}
	item->marks = arena_format(sad->arena, "%.*s %.*s", TEXT_FORMAT(line->marks1), TEXT_FORMAT(line->marks2));
	return item->marks.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status add_attached(struct sad *sad, struct text attached, struct item *item)
{
	while (attached.data)
		TRY(value_add_word(sad->arena, text_cut(&attached, ' '), &item->documents));
	return STATUS_OK;
}

static void find_chassis(const struct sad_line *line, struct item *item)
{
	const struct text places[] = {line->free1, line->free2, line->marks2, line->marks1, item->description};

	for (size_t i = 0; i < sizeof places / sizeof *places && !item->chassis.data; i++)
		item->chassis = value_chassis(places[i]);
}

static enum status finish_item(struct sad *sad, const struct sad_line *line, struct item *item)
{
	TRY(join_hs(sad, line, item));
	TRY(join_marks(sad, line, item));
	TRY(add_attached(sad, line->attached, item));
	find_chassis(line, item);
	item->price = first_known(item->price, line->invoice_foreign);
	if (!item->currency.data)
		item->currency = sad->consignment.currency;
	/* Only lines with means of payment 1 are paid; the others are suspended or secured. */
	item->duties = line->has_tax_lines ? line->paid : line->taxes_amount;
	return STATUS_OK;
}

static enum status attach_containers(struct sad *sad)
{
	for (size_t i = 0; i < sad->container_count; i++) {
		int64_t number = sad->boxes[i].item;

		if (number == NUMBER_NONE)
			continue;
		number /= NUMBER_ONE;
		if (number >= 1 && (uint64_t)number <= sad->item_count)
			TRY(value_add_word(sad->arena, sad->containers[i].reference,
				&sad->items[number - 1].containers));
	}
	return STATUS_OK;
}

static void append_part(struct buffer *buffer, struct text part)
{
	if (!part.size)
		return;
	if (buffer->size)
		buffer_byte(buffer, ' ');
	buffer_append(buffer, part);
}

/* The earlier entry that an item is written off, for items that do not name their previous document. */
static enum status attach_previous(struct sad *sad, const struct sad_previous *previous)
{
	const struct text parts[] = {previous->office, previous->year, previous->serial, previous->number};
	int64_t number = previous->current_item / NUMBER_ONE;
	AUTO(buffer_release) struct buffer buffer = {.limit = 4096};

	if (number < 1 || (uint64_t)number > sad->item_count || sad->items[number - 1].previous_document.data)
		return STATUS_OK;
	for (size_t i = 0; i < 4; i++)
		append_part(&buffer, parts[i]);
	if (previous->item.size && buffer.size) {
		buffer_string(&buffer, " art. ");
		buffer_append(&buffer, previous->item);
	}
	TRY(buffer_status(&buffer));
	return value_keep(sad->arena, buffer_text(&buffer), &sad->items[number - 1].previous_document);
}

/* --- rates and dates ------------------------------------------------------------------------------------------- */

static enum rate_form rates_of(const struct sad *sad)
{
	if (sad->run->options.profile.rate_form != RATE_DECIDE)
		return sad->run->options.profile.rate_form;
	if (sad->fractions != sad->percentages)
		return sad->fractions > sad->percentages ? RATE_FRACTION : RATE_PERCENTAGE;
	if (sad->greatest_rate == 0)
		return RATE_FRACTION; /* nothing but exemptions: both forms agree */
	return sad->greatest_rate > NUMBER_ONE ? RATE_PERCENTAGE : RATE_DECIDE;
}

/* Rates are a fraction in some countries and a percentage in others; the amounts of the file tell. */
static void settle_rates(struct sad *sad)
{
	enum rate_form form = rates_of(sad);

	for (size_t i = 0; i < sad->item_count; i++) {
		int64_t *rate = &sad->items[i].duty_rate;

		if (*rate == NUMBER_NONE || *rate == 0 || form == RATE_FRACTION)
			continue;
		*rate = form == RATE_PERCENTAGE ? number_divide(*rate, number_of(100)) : NUMBER_NONE;
	}
	if (form == RATE_DECIDE)
		sad_problem(sad, "Item/Taxation/Taxation_line/Duty_tax_rate",
			TR("Rien ne dit si les taux sont des fractions ou des pourcentages : ils sont laissés de côté."),
			TEXT_NONE, TEXT_NONE);
}

bool sad_date_is_iso(struct text text)
{
	return value_is_digits(text_slice(text, 0, 4)) && text.size > 4 && text.data[4] == '-';
}

/* The date if it can be believed: the country's form, an ISO date, a date that can be read one way only, or
 * one whose order other dates of the file show. */
static bool settle_date(const struct sad *sad, struct text text, int64_t *ret_date)
{
	const struct reader_profile *profile = &sad->run->options.profile;
	int64_t day_first, month_first;
	bool as_day, as_month;

	if (sad_date_is_iso(text))
		return date_parse(text, DATE_ISO, ret_date) == STATUS_OK;
	if (profile->has_date_form)
		return date_parse(text, profile->date_form, ret_date) == STATUS_OK;
	as_day = date_parse(text, DATE_DAY_FIRST, &day_first) == STATUS_OK;
	as_month = date_parse(text, DATE_MONTH_FIRST, &month_first) == STATUS_OK;
	if (as_day && as_month && day_first != month_first) {
		as_day = sad->day_first > 0 && sad->month_first == 0;
		as_month = sad->month_first > 0 && sad->day_first == 0;
	}
	if (!as_day && !as_month)
		return false;
	*ret_date = as_day ? day_first : month_first;
	return true;
}

static void settle_dates(struct sad *sad)
{
	struct text text = first_given(sad->header.registered_on, sad->header.declared_on);

	if (!text.size || settle_date(sad, text, &sad->consignment.registered_on))
		return;
	sad_problem(sad, sad->header.registered_on.size ? "Identification/Registration/Date" : "Property/Date_of_declaration",
		TR("La date « %1 » peut se lire de deux façons, ou pas du tout : elle est laissée de côté. Réglez la forme "
		   "des dates du pays."),
		text, TEXT_NONE);
}

/* The year of a date whose day and month may be in doubt. */
static int year_of(const struct sad *sad)
{
	int64_t date = sad->consignment.registered_on;
	int year, month, day;

	if (date == DATE_NONE && date_parse(sad->header.registered_on, DATE_DAY_FIRST, &date) != STATUS_OK &&
		date_parse(sad->header.registered_on, DATE_MONTH_FIRST, &date) != STATUS_OK)
		return 0;
	date_split(date, &year, &month, &day);
	return year;
}

/* --- the reference ----------------------------------------------------------------------------------------------- */

/* Office, year, serial letter and number of the registration, as officers quote a declaration. */
static void registration_reference(const struct sad *sad, struct buffer *buffer)
{
	int year = year_of(sad);

	append_part(buffer, sad->consignment.office);
	if (year) {
		buffer_string(buffer, buffer->size ? " " : "");
		buffer_format(buffer, "%d", year);
	}
	append_part(buffer, sad->header.registration_serial);
	append_part(buffer, sad->header.registration_number);
}

/* In this order: the customs' registration; the declarant's own key (code, year, number), by which SYDONIA
 * finds a declaration before it is registered; else the start of the content's digest, so that the same file
 * always gets the same reference and another one does not. */
static enum status settle_reference(struct sad *sad)
{
	AUTO(buffer_release) struct buffer buffer;
	unsigned char digest[DIGEST_SIZE];

	buffer_init(&buffer, 8192);
	if (sad->header.registration_number.size) {
		registration_reference(sad, &buffer);
	} else if (sad->header.reference_number.size) {
		append_part(&buffer, sad->consignment.declarant.code);
		append_part(&buffer, sad->header.reference_year);
		append_part(&buffer, sad->header.reference_number);
	} else {
		TRY(consignment_digest(&sad->consignment, digest));
		buffer_byte(&buffer, '#');
		hex_print(&buffer, digest, 8);
	}
	TRY(buffer_status(&buffer));
	return value_keep(sad->arena, buffer_text(&buffer), &sad->consignment.reference);
}

/* --- the head --------------------------------------------------------------------------------------------------------- */

static enum status join_transaction(struct sad *sad)
{
	struct consignment *consignment = &sad->consignment;

	if (!sad->header.transaction1.size || !sad->header.transaction2.size) {
		consignment->transaction_nature = first_given(sad->header.transaction1, sad->header.transaction2);
		return STATUS_OK;
	}
	consignment->transaction_nature = arena_format(sad->arena, "%.*s%.*s", TEXT_FORMAT(sad->header.transaction1),
		TEXT_FORMAT(sad->header.transaction2));
	return consignment->transaction_nature.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status settle_guarantee(struct sad *sad)
{
	int64_t amount = sad->header.guarantee_amount;
	struct text text;

	if (sad->consignment.guarantee.data || amount == NUMBER_NONE || amount == 0)
		return STATUS_OK;
	text = value_number(sad->arena, amount);
	if (!text.size)
		return STATUS_NO_MEMORY;
	sad->consignment.guarantee = text;
	return STATUS_OK;
}

static void settle_head(struct sad *sad)
{
	struct consignment *consignment = &sad->consignment;
	const struct sad_header *header = &sad->header;
	int64_t duties;

	consignment->vessel = first_given(consignment->vessel, header->border_vessel);
	consignment->vessel_nationality = first_given(consignment->vessel_nationality, header->border_nationality);
	consignment->place_of_loading = first_given(consignment->place_of_loading, header->loading_name);
	consignment->delivery_terms = first_given(consignment->delivery_terms, header->item_terms);
	consignment->declarant.name = first_given(consignment->declarant.name, header->representative);
	consignment->declarant_reference = header->reference_number;
	consignment->invoice_total = first_known(consignment->invoice_total,
		first_known(header->invoice_sum, header->other_invoice_sum));
	consignment->freight = header->internal_freight == NUMBER_NONE ? header->external_freight
			       : header->external_freight == NUMBER_NONE
				       ? header->internal_freight
				       : number_add(header->external_freight, header->internal_freight);
	consignment->packages = first_known(consignment->packages, sum_of(sad, offsetof(struct item, packages)));
	consignment->gross_mass = first_known(header->gross_weight,
		first_known(sum_of(sad, offsetof(struct item, gross_mass)), header->total_weight));
	consignment->net_mass = sum_of(sad, offsetof(struct item, net_mass));
	consignment->customs_value =
		first_known(consignment->customs_value, sum_of(sad, offsetof(struct item, customs_value)));
	duties = sum_of(sad, offsetof(struct item, duties));
	if (duties != NUMBER_NONE && header->global_taxes != NUMBER_NONE)
		duties = number_add(duties, header->global_taxes);
	consignment->duties = first_known(consignment->duties, duties);
}

enum status sad_finish(struct sad *sad)
{
	for (size_t i = 0; i < sad->item_count; i++)
		TRY(finish_item(sad, &sad->lines[i], &sad->items[i]));
	TRY(attach_containers(sad));
	for (size_t i = 0; i < sad->previous_count; i++)
		TRY(attach_previous(sad, &sad->all_previous[i]));
	settle_rates(sad);
	settle_dates(sad);
	settle_head(sad);
	TRY(join_transaction(sad));
	TRY(settle_guarantee(sad));
	sad->consignment.items = sad->items;
	sad->consignment.item_count = sad->item_count;
	sad->consignment.containers = sad->containers;
	sad->consignment.container_count = sad->container_count;
	return settle_reference(sad);
}

/* --- what does not agree ------------------------------------------------------------------------------------------------ */

/* Both are known and further apart than rounding explains. */
static bool differs(int64_t a, int64_t b, int64_t tolerance)
{
	int64_t difference;

	if (a == NUMBER_NONE || b == NUMBER_NONE)
		return false;
	if (__builtin_sub_overflow(a, b, &difference) || difference == INT64_MIN)
		return true;
	return (difference < 0 ? -difference : difference) > tolerance;
}

static void check_total(struct sad *sad, const char *place, const char *message, int64_t head, int64_t items,
	int64_t tolerance)
{
	if (differs(head, items, tolerance))
		sad_problem(sad, place, message, value_number(sad->arena, head), value_number(sad->arena, items));
}

/* The item's CIF from its parts; missing when no part is given. */
static int64_t cif_of_parts(const struct sad_line *line)
{
	const int64_t parts[] = {line->invoice, line->external_freight, line->internal_freight, line->insurance,
		line->other_cost};
	int64_t sum = NUMBER_NONE;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i] != NUMBER_NONE)
			sum = sum == NUMBER_NONE ? parts[i] : number_add(sum, parts[i]);
	if (sum != NUMBER_NONE && line->deduction != NUMBER_NONE)
		sum = number_add(sum, -line->deduction);
	return sum;
}

/* Names the first item of each kind of trouble and how many there are, not a hundred lines. */
static void check_items(struct sad *sad)
{
	size_t cif = 0, first_cif = 0, mass = 0, first_mass = 0;

	for (size_t i = 0; i < sad->item_count; i++) {
		const struct item *item = &sad->items[i];

		if (differs(cif_of_parts(&sad->lines[i]), item->customs_value, NUMBER_ONE) && cif++ == 0)
			first_cif = i + 1;
		if (item->net_mass != NUMBER_NONE && item->gross_mass != NUMBER_NONE &&
			item->net_mass > item->gross_mass && mass++ == 0)
			first_mass = i + 1;
	}
	if (cif)
		sad_problem(sad, "Item/Valuation_item/Total_CIF_itm",
			TR("La valeur CAF de %1 article(s) n'est pas la somme de leurs montants (le premier : article %2)."),
			value_count(sad->arena, cif), value_count(sad->arena, first_cif));
	if (mass)
		sad_problem(sad, "Item/Valuation_item/Weight_itm",
			TR("La masse nette de %1 article(s) dépasse la masse brute (le premier : article %2)."),
			value_count(sad->arena, mass), value_count(sad->arena, first_mass));
}

void sad_check(struct sad *sad)
{
	const struct consignment *consignment = &sad->consignment;
	int64_t rounding = number_of((int64_t)sad->item_count + 1);
	int64_t paid = sum_of(sad, offsetof(struct item, duties));

	check_total(sad, "Property/Nbers/Total_number_of_items",
		TR("La déclaration annonce %1 article(s) et en contient %2."), consignment->declared_items,
		number_of((int64_t)sad->item_count), 0);
	check_total(sad, "Property/Nbers/Total_number_of_packages",
		TR("L'en-tête annonce %1 colis, les articles en font %2."), consignment->packages,
		sum_of(sad, offsetof(struct item, packages)), 0);
	check_total(sad, "Valuation/Weight/Gross_weight",
		TR("L'en-tête annonce une masse brute de %1 kg, les articles font %2 kg."), sad->header.gross_weight,
		sum_of(sad, offsetof(struct item, gross_mass)), rounding / 100);
	check_total(sad, "Valuation/Total_CIF", TR("L'en-tête annonce une valeur CAF de %1, les articles font %2."),
		consignment->customs_value, sum_of(sad, offsetof(struct item, customs_value)), rounding);
	check_total(sad, "Valuation/Gs_Invoice", TR("L'en-tête annonce une facture de %1, les articles font %2."),
		consignment->invoice_total, sum_of(sad, offsetof(struct item, price)), rounding / 100);
	if (paid != NUMBER_NONE && sad->header.global_taxes != NUMBER_NONE)
		paid = number_add(paid, sad->header.global_taxes);
	check_total(sad, "Financial/Amounts/Totals_taxes",
		TR("L'en-tête annonce %1 de droits et taxes, les articles en font %2."), consignment->duties, paid,
		rounding);
	check_items(sad);
}
