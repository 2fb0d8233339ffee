/* The starter policy compiles, and each of its profiles is met by one consignment and not by another. */
#include "base/embedded.h"
#include "base/test.h"
#include "engine/fact.h"
#include "engine/test_policy.h"

#include <stdio.h>
#include <string.h>

/* A consignment written as "fact=value;…". Names are those of plain facts; "bill." before one sets it in the
 * bill of the manifest; "container=REFERENCE,FULLNESS,MASS,SEALS" and "bill.container=…" add one;
 * "look.KEY.count=N" and the like are what the histories answer, with KEY as in the facts. */
struct scene {
	struct consignment consignment, bill;
	struct item item, bill_item;
	struct container container, bill_container;
	struct history_figures figures[HISTORY_KEYS];
	struct history history;
	bool has_bill;
};

static void look(void *context, enum history_key key, struct text value, int days, int64_t before,
	struct history_figures *ret_figures)
{
	(void)value;
	(void)days;
	(void)before;
	*ret_figures = ((struct scene *)context)->figures[key];
}

static void set_container(struct consignment *consignment, struct container *container, struct text value)
{
	container_init(container);
	container->reference = text_cut(&value, ',');
	container->fullness = text_cut(&value, ',');
	if (number_read(text_cut(&value, ','), &container->goods_mass) != STATUS_OK)
		container->goods_mass = NUMBER_NONE;
	container->seals = value;
	consignment->containers = container;
	consignment->container_count = 1;
}

static bool set_look(struct scene *scene, struct text name, int64_t number)
{
	for (size_t i = 0; i < fact_count(); i++) {
		const struct fact *fact = fact_at(i);
		struct text code = text_of(fact->code);

		if (fact->kind != FACT_HISTORY || !text_equal(text_slice(code, 8, code.size), name))
			continue;
		if (fact->measure == MEASURE_COUNT)
			scene->figures[fact->key].count = number / NUMBER_ONE;
		else if (fact->measure == MEASURE_JUDGED)
			scene->figures[fact->key].judged = number / NUMBER_ONE;
		else if (fact->measure == MEASURE_ADVERSE)
			scene->figures[fact->key].adverse = number / NUMBER_ONE;
		else if (fact->measure == MEASURE_REFERENCE)
			scene->figures[fact->key].price_per_kg = number;
		return true;
	}
	return false;
}

static bool set_fact(struct scene *scene, struct text name, struct text value)
{
	bool of_bill = text_starts_with(name, TEXT("bill."));
	struct consignment *consignment = of_bill ? &scene->bill : &scene->consignment;
	const struct fact *fact;
	int64_t number = 0;
	char *base;

	scene->has_bill |= of_bill;
	name = of_bill ? text_slice(name, 5, name.size) : name;
	if (text_is(name, "container")) {
		set_container(consignment, of_bill ? &scene->bill_container : &scene->container, value);
		return true;
	}
	if (text_starts_with(name, TEXT("look.")))
		return number_read(value, &number) == STATUS_OK &&
			set_look(scene, text_slice(name, 5, name.size), number);
	fact = fact_find(name);
	if (!fact || fact->kind != FACT_PLAIN)
		return false;
	base = fact->level == LEVEL_ITEM ? (char *)consignment->items : (char *)consignment;
	if (fact_is_text(fact->type)) {
		memcpy(base + fact->offset, &value, sizeof value);
		return true;
	}
	if (number_read(value, &number) != STATUS_OK)
		return false;
	memcpy(base + fact->offset, &number, sizeof number);
	return true;
}

static void make_scene(struct scene *scene, const char *text)
{
	struct text rest = text_of(text);

	*scene = (struct scene){.history = {scene, look}};
	consignment_init(&scene->consignment, STAGE_DECLARATION);
	consignment_init(&scene->bill, STAGE_MANIFEST);
	item_init(&scene->item, 1);
	item_init(&scene->bill_item, 1);
	scene->consignment.items = &scene->item;
	scene->bill.items = &scene->bill_item;
	scene->consignment.item_count = scene->bill.item_count = 1;
	for (int i = 0; i < HISTORY_KEYS; i++)
		scene->figures[i] = (struct history_figures){.price_per_kg = NUMBER_NONE};
	while (rest.data) {
		struct text value = text_cut(&rest, ';'), name = text_cut(&value, '=');

		if (name.size && !set_fact(scene, name, value))
			test_failed(__FILE__, __LINE__, "%s: what is %.*s?", text, TEXT_FORMAT(name));
	}
}

/* Whether the profile is among the reasons at any gate. */
static bool is_met(const struct policy *policy, const char *code, const char *text)
{
	bool met = false;

	for (int gate = GATE_MANIFEST; gate <= GATE_AFTER_RELEASE; gate++) {
		AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
		struct scene scene;
		struct decision decision = {0};
		struct decision_inputs inputs = {.gate = (enum gate)gate, .policy = policy, .today = 20000};

		make_scene(&scene, text);
		inputs.history = &scene.history;
		inputs.counterpart = scene.has_bill ? &scene.bill : NULL;
		CHECK(decision_make(&inputs, &scene.consignment, arena, &decision) == STATUS_OK);
		for (size_t i = 0; i < decision.reason_count; i++)
			met |= text_is(decision.reasons[i].code, code);
	}
	return met;
}

static const struct { const char *code, *hit, *miss; } rows[] = {
	{"ARM-01", "item.hs=93020000", "item.hs=95030000;item.description=pistolet à eau"},
	{"ARM-02", "item.hs=73269000;item.description=Pièces de FUSILS", "item.hs=95030000;item.description=fusil jouet"},
	{"EXP-01", "item.hs=31023000", "item.hs=31021000;item.description=urée"},
	{"STU-01", "item.hs=30049000;item.description=Tramadol 225 mg", "item.hs=30049000;item.description=Paracétamol"},
	{"PRE-01", "item.hs=29339900;item.hs=293941", "item.hs=293999"},
	{"PRE-02", "item.hs=29141100", "item.hs=29141100;item.licence=L1"},
	{"CHI-01", "item.hs=29307000", "item.hs=29309000"},
	{"NUC-01", "item.hs=28441000", "item.hs=28431000"},
	{"DRO-01", "item.hs=88062100", "item.hs=88061000"},
	{"CIT-01", "item.hs=96019000;item.description=bracelets en IVOIRE", "item.hs=96019000;item.description=bracelets en corne"},
	{"OZO-01", "item.hs=29037100", "item.hs=29031100"},
	{"DEC-01", "item.hs=85491100", "item.hs=85071000;item.description=batteries neuves"},
	{"DEC-02", "item.hs=84713000;item.description=ordinateurs usagés", "item.hs=84713000;item.description=ordinateurs neufs"},
	{"PES-01", "item.hs=38085200", "item.hs=38089100"},
	{"MER-01", "item.hs=28054000", "item.hs=28053000"},
	{"MED-01", "item.hs=30042000", "item.hs=30042000;item.licence=AMM-1"},
	{"TAB-01", "item.hs=24022000", "item.hs=23022000"},
	{"MET-01", "item.hs=71081200", "item.hs=71171900"},
	{"DEV-01", "item.hs=48211000;item.description=Billets de banque neufs", "item.hs=48211000;item.description=étiquettes"},
	{"CUL-01", "item.hs=97051000", "item.hs=97011000"},
	{"CTF-01", "item.hs=64039900;item.description=chaussures replica", "item.hs=64039900;item.description=chaussures"},
	{"VEH-01", "item.hs=87032319;item.description=véhicule d'occasion", "item.hs=87032319;item.description=véhicule neuf"},
	{"PNE-01", "item.hs=40122010", "item.hs=40111000"},
	{"VAL-01", "item.hs=870323;item.origin=JP;item.net_mass=1000;item.customs_value=200000;look.hs6_origin.reference=1000;look.hs6_origin.count=50",
		"item.hs=870323;item.origin=JP;item.net_mass=1000;item.customs_value=400000;look.hs6_origin.reference=1000;look.hs6_origin.count=50"},
	{"VAL-02", "item.hs=870323;item.origin=JP;item.net_mass=1000;item.customs_value=100000;look.hs6.reference=1000;look.hs6.count=50;look.hs6_origin.count=2",
		"item.hs=870323;item.origin=JP;item.net_mass=1000;item.customs_value=100000;look.hs6.reference=1000;look.hs6.count=50;look.hs6_origin.count=20"},
	{"VAL-03", "delivery_terms=FOB;freight=0", "delivery_terms=CIF;freight=0"},
	{"MAS-01", "item.gross_mass=70000;item.packages=2", "item.gross_mass=70000;item.packages=2000"},
	{"MAS-02", "container=CSQU3054383,1/1,9,S1;gross_mass=40000", "container=CSQU3054383,1/1,9,S1;gross_mass=20000"},
	{"CON-01", "container=CSQU3054383,0/0,5000,S1", "container=CSQU3054383,1/1,5000,S1"},
	{"CON-02", "container=CSQU3054383,1/1,5000;office=A;reference=0", "container=CSQU3054383,1/1,5000,S1"},
	{"DES-01", "consignee.name=ETS EXEMPLE", "consignee.name=ETS EXEMPLE;consignee.address=BP 10"},
	{"DES-02", "consignee.name=TO THE ORDER OF BANK", "consignee.name=ETS EXEMPLE"},
	{"OPE-01", "consignee.code=A;look.operator.count=0", "consignee.code=A;look.operator.count=3"},
	{"OPE-02", "consignee.code=A;look.operator.judged=10;look.operator.adverse=3",
		"consignee.code=A;look.operator.judged=10;look.operator.adverse=2"},
	{"OPE-03", "declarant.code=A;item.hs=8703;look.declarant_hs4.judged=10;look.declarant_hs4.adverse=4",
		"declarant.code=A;item.hs=8703;look.declarant_hs4.judged=4;look.declarant_hs4.adverse=4"},
	{"DSG-01", "item.description=Marchandises diverses", "item.description=Riz brisé 25 % en sacs"},
	{"ORI-01", "item.preference=CEDEAO;item.origin=CI;country_of_export=FR", "item.preference=CEDEAO;item.origin=CI;country_of_export=CI"},
	{"ORI-02", "item.preference=CEDEAO", "item.preference=CEDEAO;item.origin=CI"},
	{"TRA-01", "flow=T;guarantee=G1", "flow=T;guarantee=G1;transit_destination_office=BF01"},
	{"MAN-01", "gross_mass=800;bill.gross_mass=1000", "gross_mass=950;bill.gross_mass=1000;packages=5;bill.packages=5"},
	{"MAN-02", "consignee.name=ETS UN;bill.consignee.name=GLOBAL TRADING SARL", "consignee.name=ETS UN;bill.consignee.name=UN ETS"},
	{"MAN-03", "container=CSQU3054383,1/1,9,S;bill.container=MSKU0000000,1/1,9,S", "container=CSQU3054383,1/1,9,S;bill.container=CSQU3054383,1/1,9,S"},
	{"MAN-04", "item.description=pièces de rechange;bill.item.description=riz en sacs", "item.description=riz brisé;bill.item.description=sacs de riz"},
	{"FRI-01", "item.hs=63090000;reference=3", "item.hs=63080000"},
};

static enum status starter(struct arena *arena, struct policy **policy, struct problem_list *problems)
{
	struct profile *profiles = NULL;
	size_t count = 0;

	TRY(profiles_read(arena, embedded_find("policy/starter.policy"), &profiles, &count, problems));
	return policy_compile(profiles, count, NULL, 0, policy, problems);
}

TEST(starter_policy_compiles_and_each_profile_is_tried)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(test_policy_release) struct policy *policy = NULL;
	struct problem_list problems = {.arena = arena};

	if (starter(arena, &policy, &problems) != STATUS_OK) {
		for (size_t i = 0; i < problems.count; i++)
			test_failed(__FILE__, __LINE__, "%.*s: %s", TEXT_FORMAT(problems.rows[i].place),
				problems.rows[i].message.id);
		return;
	}
	CHECK(policy_count(policy) >= 30);
	for (size_t i = 0; i < policy_count(policy); i++) {
		const struct profile *profile = policy_profile(policy, i);
		size_t tried = 0;

		CHECK(profile->instruction.size > 10 && profile->legal_basis.size > 10 && profile->owner.size > 0);
		for (size_t j = 0; j < sizeof rows / sizeof *rows; j++)
			tried += text_is(profile->code, rows[j].code);
		if (tried != 1)
			test_failed(__FILE__, __LINE__, "%.*s is tried %zu times", TEXT_FORMAT(profile->code), tried);
	}
	for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
		if (!is_met(policy, rows[j].code, rows[j].hit))
			test_failed(__FILE__, __LINE__, "%s is not met by %s", rows[j].code, rows[j].hit);
		if (is_met(policy, rows[j].code, rows[j].miss))
			test_failed(__FILE__, __LINE__, "%s is met by %s", rows[j].code, rows[j].miss);
	}
}

TEST(dictionary_rows_are_whole)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct consignment c = test_declaration(arena);
	struct facts facts = {.consignment = &c, .today = 20000, .arena = arena};

	CHECK(fact_count() >= 90);
	for (size_t i = 0; i < fact_count(); i++) {
		const struct fact *fact = fact_at(i);
		struct fact_value value;

		CHECK(fact_find(text_of(fact->code)) == fact);
		CHECK(fact->label[0] && fact->help[0]);
		CHECK((fact->level == LEVEL_ITEM) == (strncmp(fact->code, "item.", 5) == 0) || fact->kind >= FACT_HISTORY);
		CHECK(fact->kind != FACT_HISTORY || (fact->level == LEVEL_ITEM) == fact_key_is_of_item(fact->key));
		fact_read(&facts, fact, 0, NULL, &value);
		fact_read(&facts, fact, 0, &c.items[0], &value);
		CHECK(fact_is_text(fact->type) ? value.number == NUMBER_NONE : value.text.data == NULL);
	}
}
