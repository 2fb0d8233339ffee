/* Checks that a consignment agrees with itself. Tolerances: one part in a hundred and two units, because real
 * declarations round. */
#include "engine/check.h"

#include <string.h>

static struct text number_text(const struct facts *facts, int64_t number, const char *unit)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 128);
	number_print_local(&buffer, number, number % NUMBER_ONE ? 2 : 0, ',', "\u202f");
	buffer_string(&buffer, unit);
	return buffer_status(&buffer) == STATUS_OK ? arena_text(facts->arena, buffer_text(&buffer)) : TEXT_NONE;
}

/* The items for which a test is true; their numbers in the finding. */
static bool items_that(const struct facts *facts, bool (*is)(const struct item *item), struct finding *finding)
{
	const struct consignment *c = facts->consignment;
	int64_t *numbers = NULL;
	size_t count = 0;

	for (size_t i = 0; i < c->item_count; i++) {
		if (!is(&c->items[i]))
			continue;
		if (!numbers)
			numbers = ARENA_ARRAY(facts->arena, c->item_count, int64_t);
		if (numbers)
			numbers[count] = c->items[i].number;
		count++;
	}
	finding->items = numbers;
	finding->item_count = numbers ? count : 0;
	if (count)
		finding->values[0] = number_text(facts, number_of((int64_t)count), "");
	return count > 0;
}

/* The sum of a number over the items; NONE when any lacks it. */
static int64_t item_sum(const struct consignment *consignment, size_t offset)
{
	int64_t sum = 0, number;

	if (!consignment->item_count)
		return NUMBER_NONE;
	for (size_t i = 0; i < consignment->item_count && sum != NUMBER_NONE; i++) {
		memcpy(&number, (const char *)&consignment->items[i] + offset, sizeof number);
		sum = number_add(sum, number);
	}
	return sum;
}

static bool differs(int64_t a, int64_t b)
{
	int64_t difference, larger;

	if (a == NUMBER_NONE || b == NUMBER_NONE || a < 0 || b < 0)
		return false;
	difference = a > b ? a - b : b - a;
	larger = a > b ? a : b;
	return difference > 2 * NUMBER_ONE && difference > larger / 100;
}

static bool check_items(const struct facts *facts, struct finding *finding)
{
	int64_t present = number_of((int64_t)facts->consignment->item_count);

	if (facts->consignment->declared_items == NUMBER_NONE || facts->consignment->declared_items == present)
		return false;
	finding->values[0] = number_text(facts, facts->consignment->declared_items, "");
	finding->values[1] = number_text(facts, present, "");
	return true;
}

static bool sum_differs(const struct facts *facts, int64_t header, size_t offset, const char *unit,
	struct finding *finding)
{
	int64_t sum = item_sum(facts->consignment, offset);

	if (!differs(header, sum))
		return false;
	finding->values[0] = number_text(facts, header, unit);
	finding->values[1] = number_text(facts, sum, unit);
	return true;
}

static bool check_gross_mass(const struct facts *facts, struct finding *finding)
{
	return sum_differs(facts, facts->consignment->gross_mass, offsetof(struct item, gross_mass), "\u00a0kg", finding);
}

static bool check_packages(const struct facts *facts, struct finding *finding)
{
	return sum_differs(facts, facts->consignment->packages, offsetof(struct item, packages), "", finding);
}

static bool check_value(const struct facts *facts, struct finding *finding)
{
	return sum_differs(facts, facts->consignment->customs_value, offsetof(struct item, customs_value), "", finding);
}

static bool is_net_above_gross(const struct item *item)
{
	return item->net_mass != NUMBER_NONE && item->gross_mass != NUMBER_NONE && item->net_mass > item->gross_mass;
}

static bool check_net(const struct facts *facts, struct finding *finding)
{
	return items_that(facts, is_net_above_gross, finding);
}

static bool is_without_mass(const struct item *item)
{
	return item->gross_mass == 0 || (item->gross_mass == NUMBER_NONE && item->net_mass == 0);
}

static bool check_mass(const struct facts *facts, struct finding *finding)
{
	return items_that(facts, is_without_mass, finding);
}

static bool is_without_value(const struct item *item)
{
	return item->customs_value == 0 || (item->customs_value == NUMBER_NONE && item->price == 0);
}

static bool check_no_value(const struct facts *facts, struct finding *finding)
{
	return facts->consignment->stage == STAGE_DECLARATION && items_that(facts, is_without_value, finding);
}

static bool is_hs_wrong(const struct item *item)
{
	struct text hs = text_trim(item->hs);
	int chapter = 0;

	if (!hs.size)
		return false;
	for (size_t i = 0; i < hs.size; i++)
		if (hs.data[i] < '0' || hs.data[i] > '9')
			return true;
	if (hs.size < 4)
		return true;
	chapter = (hs.data[0] - '0') * 10 + (hs.data[1] - '0');
	return chapter == 0 || chapter == 77; /* 77 is kept empty by the HS */
}

static bool check_hs(const struct facts *facts, struct finding *finding)
{
	return items_that(facts, is_hs_wrong, finding);
}

static bool check_containers(const struct facts *facts, struct finding *finding)
{
	const struct consignment *c = facts->consignment;

	for (size_t i = 0; i < c->container_count; i++) {
		struct text reference = text_trim(c->containers[i].reference);

		if (!reference.size || container_reference_is_right(reference))
			continue;
		finding->values[0] = reference;
		return true;
	}
	return false;
}

/* CIF holds the invoice: below it the value was cut. Item prices are compared in national currency. */
static bool check_cif(const struct facts *facts, struct finding *finding)
{
	const struct consignment *c = facts->consignment;
	int64_t invoice = number_multiply(c->invoice_total, c->exchange_rate);

	if (c->stage != STAGE_DECLARATION || c->customs_value <= 0 || invoice == NUMBER_NONE ||
		c->customs_value >= invoice || !differs(c->customs_value, invoice))
		return false;
	finding->values[0] = number_text(facts, c->customs_value, "");
	finding->values[1] = number_text(facts, invoice, "");
	return true;
}

static bool check_dates(const struct facts *facts, struct finding *finding)
{
	AUTO(buffer_release) struct buffer from;
	AUTO(buffer_release) struct buffer until;
	const struct consignment *c = facts->consignment;

	buffer_init(&from, 64);
	buffer_init(&until, 64);
	if (c->departs_on == DATE_NONE || c->arrives_on == DATE_NONE || c->arrives_on >= c->departs_on)
		return false;
	date_print(&from, c->departs_on);
	date_print(&until, c->arrives_on);
	finding->values[0] = arena_text(facts->arena, buffer_text(&from));
	finding->values[1] = arena_text(facts->arena, buffer_text(&until));
	return true;
}

/* What is shown of the listed name: list, reference, name, how alike. */
static struct text listed_text(struct arena *arena, const struct name_hits *names)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	for (size_t i = 0; i < names->count && i < 3; i++) {
		const struct name_hit *hit = &names->rows[i];

		if (!text_equal(hit->party, names->rows[0].party))
			continue;
		buffer_format(&out, "%s%.*s %.*s, « %.*s », %d\u00a0%%", i ? " ; " : "", TEXT_FORMAT(hit->list),
			TEXT_FORMAT(hit->reference), TEXT_FORMAT(hit->listed), (int)(hit->score / 10000));
	}
	return buffer_status(&out) == STATUS_OK ? arena_text(arena, buffer_text(&out)) : TEXT_NONE;
}

static bool check_names(const struct facts *facts, struct finding *finding)
{
	const struct name_hits *names = facts->names;

	if (!names || !names->count)
		return false;
	finding->values[0] = text_of(party_role_label(names->rows[0].role));
	finding->values[1] = names->rows[0].party;
	finding->values[2] = listed_text(facts->arena, names);
	return true;
}

static bool has_no_item(const struct facts *facts, struct finding *finding)
{
	(void)finding;
	return !facts->consignment->item_count;
}

static const struct check checks[] = {
	{"C-LISTE", TR("%t1 « %2 » ressemble à un nom d'une liste (%3)"),
		TR("Ne remettez rien avant que la page « Criblage » dise si c'est bien cette personne ou ce navire."), LANE_RED,
		check_names},
	{"C-ARTICLES", TR("%1 articles annoncés, %2 présents"), TR("Faites compléter la déclaration."), LANE_YELLOW,
		check_items},
	{"C-VIDE", TR("Aucun article"), TR("Faites compléter l'envoi."), LANE_YELLOW, has_no_item},
	{"C-MASSE", TR("Masse brute de l'en-tête %1, somme des articles %2"), TR("Comparez avec le titre de transport."),
		LANE_BLUE, check_gross_mass},
	{"C-COLIS", TR("%1 colis à l'en-tête, %2 en additionnant les articles"),
		TR("Comparez avec la liste de colisage."), LANE_BLUE, check_packages},
	{"C-VALEUR", TR("Valeur en douane de l'en-tête %1, somme des articles %2"), TR("Refaites le calcul de la valeur."),
		LANE_YELLOW, check_value},
	{"C-NET", TR("Masse nette supérieure à la masse brute ; articles : %1"), TR("Faites rectifier les masses."),
		LANE_BLUE, check_net},
	{"C-SANS-MASSE", TR("Masse nulle ; articles : %1"), TR("Faites rectifier les masses."), LANE_BLUE, check_mass},
	{"C-SANS-VALEUR", TR("Valeur nulle ; articles : %1"), TR("Demandez la facture."), LANE_YELLOW, check_no_value},
	{"C-SH", TR("Position tarifaire impossible ; articles : %1"), TR("Faites rectifier la position tarifaire."),
		LANE_YELLOW, check_hs},
	{"C-CONTENEUR", TR("Le conteneur %1 n'a pas le bon chiffre de contrôle"),
		TR("Relevez le numéro sur le conteneur."), LANE_BLUE, check_containers},
	{"C-CAF", TR("Valeur CAF %1 inférieure à la facture %2"), TR("Refaites le calcul de la valeur."), LANE_YELLOW,
		check_cif},
	{"C-DATES", TR("Départ le %1, arrivée le %2"), TR("Vérifiez les dates du voyage."), LANE_BLUE, check_dates},
};

size_t check_count(void)
{
	return sizeof checks / sizeof *checks;
}

const struct check *check_at(size_t i)
{
	return &checks[i];
}
