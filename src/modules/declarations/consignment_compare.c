/* The bill of the manifest beside the declaration: what was announced before arrival against what is declared now. */
#include "modules/declarations/consignment_parts.h"

#include "base/utf8.h"
#include "engine/fact.h"
#include "modules/declarations/search.h"

#include <string.h>

enum { OTHERS = 5, TEXT_ROOM = 4000 };

/* Masses that differ by less are the same: scales differ. Thousandths. */
#define MASS_TOLERANCE INT64_C(5000)
/* Names and descriptions that share fewer of their words than this are different. */
#define NAME_LEAST INT64_C(500000)
#define WORDS_LEAST INT64_C(200000)

STATEMENT(DECLARATIONS_OF_BILL,
	"select c.id from search_words w join search_postings p on p.word_id = w.id join consignments c "
	"on c.id = p.consignment_id where w.word = $1 and c.stage = 1 order by c.id desc limit $2");

struct side {
	struct stored_consignment row;
	struct consignment content;
};
struct comparison {
	struct html *p;
	struct arena *arena;
	const struct consignment *bill, *declaration;
	int differences;
};

/* ---- One row: what each says, and a remark when they do not agree. */

static void compare_row(struct comparison *c, const char *label, struct text bill, struct text declared, struct text remark)
{
	struct html *p = c->p;
	bool differs = remark.size > 0;

	if (!bill.size && !declared.size)
		return;
	c->differences += differs;
	html(p, "<tr class=\"%s\"><th scope=\"row\">%s</th><td data-label=\"%s\">%.*s</td>", differs ? "differs" : "same",
		tr(p->language, label), tr(p->language, TR("Manifeste")), TEXT_FORMAT(bill));
	html(p, "<td data-label=\"%s\">%.*s</td><td data-label=\"%s\">", tr(p->language, TR("Déclaration")),
		TEXT_FORMAT(declared), tr(p->language, TR("Écart")));
	if (differs)
		html(p, "<strong>%.*s</strong>", TEXT_FORMAT(remark));
	else
		html_tr(p, bill.size && declared.size ? TR("identique ou proche") : TR("non précisé d'un côté"));
	html(p, "</td></tr>");
}

static struct text words(const struct comparison *c, const char *id)
{
	return text_of(tr(c->p->language, id));
}

/* A number as the page writes numbers, in the arena. */
static struct text said(const struct comparison *c, int64_t number, int decimals, const char *unit)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct html printer = html_to(&out, c->p->language);

	if (number == NUMBER_NONE)
		return TEXT_NONE;
	buffer_init(&out, 200);
	html_number(&printer, number, decimals);
	buffer_string(&out, unit);
	return arena_text(c->arena, buffer_text(&out));
}

static void compare_names(struct comparison *c, const char *label, const struct party *bill, const struct party *declared,
	int64_t least)
{
	int64_t alike = text_similarity(c->arena, bill->name, declared->name);
	bool same_code = bill->code.size && text_equal_ignoring_case(text_trim(bill->code), text_trim(declared->code));
	struct text remark = !same_code && alike != NUMBER_NONE && alike < least ? words(c, TR("noms différents")) : TEXT_NONE;

	compare_row(c, label, bill->name.size ? bill->name : bill->code, declared->name.size ? declared->name : declared->code,
		remark);
}

static void compare_mass(struct comparison *c)
{
	int64_t bill = c->bill->gross_mass, declared = c->declaration->gross_mass;
	int64_t gap = number_add(declared, bill == NUMBER_NONE ? NUMBER_NONE : -bill);
	int64_t share = number_divide(gap, bill);
	struct text remark = TEXT_NONE;

	if (gap != NUMBER_NONE && (share == NUMBER_NONE ? gap != 0 : share > MASS_TOLERANCE || share < -MASS_TOLERANCE)) {
		remark = arena_format(c->arena, "%s%.*s", gap > 0 ? "+" : "", TEXT_FORMAT(said(c, gap, 1, " kg")));
		if (share != NUMBER_NONE)
			remark = arena_format(c->arena, "%.*s (%s%.*s)", TEXT_FORMAT(remark), gap > 0 ? "+" : "",
				TEXT_FORMAT(said(c, number_multiply(share, number_of(100)), 1, " %")));
	}
	compare_row(c, TR("Masse brute"), said(c, bill, 1, " kg"), said(c, declared, 1, " kg"), remark);
}

static int64_t packages_of(const struct consignment *consignment)
{
	int64_t sum = 0;

	if (consignment->packages != NUMBER_NONE)
		return consignment->packages;
	for (size_t i = 0; i < consignment->item_count; i++)
		sum = number_add(sum, consignment->items[i].packages);
	return consignment->item_count ? sum : NUMBER_NONE;
}

static void compare_packages(struct comparison *c)
{
	int64_t bill = packages_of(c->bill), declared = packages_of(c->declaration);
	int64_t gap = number_add(declared, bill == NUMBER_NONE ? NUMBER_NONE : -bill);
	struct text remark = gap == NUMBER_NONE || !gap ? TEXT_NONE
		: arena_format(c->arena, "%s%.*s", gap > 0 ? "+" : "", TEXT_FORMAT(said(c, gap, 0, "")));

	compare_row(c, TR("Nombre de colis"), said(c, bill, 0, ""), said(c, declared, 0, ""), remark);
}

/* What `part` of each item gives, each once, joined. */
static struct text join_items(struct arena *arena, const struct consignment *consignment,
	struct text (*part)(const struct item *item))
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, TEXT_ROOM);
	for (size_t i = 0; i < consignment->item_count && out.size < TEXT_ROOM / 2; i++) {
		struct text text = part(&consignment->items[i]);

		if (!text.size || text_find(buffer_text(&out), text) < out.size)
			continue;
		if (out.size)
			buffer_string(&out, ", ");
		buffer_append(&out, utf8_cut(text, 120));
	}
	return out.size && out.status == STATUS_OK ? arena_text(arena, buffer_text(&out)) : TEXT_NONE;
}

static struct text description_of(const struct item *item)
{
	return item->description.size ? item->description : item->tariff_description;
}

static struct text origin_of(const struct item *item)
{
	return item->origin;
}

static void compare_descriptions(struct comparison *c)
{
	struct text bill = join_items(c->arena, c->bill, description_of);
	struct text declared = join_items(c->arena, c->declaration, description_of);
	int64_t alike = text_similarity(c->arena, bill, declared);

	compare_row(c, TR("Marchandise"), bill, declared,
		alike != NUMBER_NONE && alike < WORDS_LEAST ? words(c, TR("peu de mots en commun")) : TEXT_NONE);
}

/* A bill says no origin, but where the goods were loaded: a port outside the countries declared is worth a look. */
static void compare_origins(struct comparison *c)
{
	struct text origins = join_items(c->arena, c->declaration, origin_of);
	struct text bill = join_items(c->arena, c->bill, origin_of), remark = TEXT_NONE;
	struct text loaded = text_slice(text_trim(c->bill->place_of_loading), 0, 2);
	bool is_known = false;

	if (bill.size) {
		if (origins.size && !text_equal(bill, origins))
			remark = words(c, TR("origines différentes"));
	} else if (loaded.size == 2) {
		bill = arena_format(c->arena, "%s %.*s", tr(c->p->language, TR("chargé à")), TEXT_FORMAT(c->bill->place_of_loading));
		is_known = text_find(origins, loaded) < origins.size ||
			text_equal_ignoring_case(loaded, c->declaration->country_of_export);
		if (origins.size && !is_known)
			remark = words(c, TR("chargé hors des pays déclarés"));
	}
	compare_row(c, TR("Origine"), bill, origins, remark);
}

static struct text join_containers(struct arena *arena, const struct consignment *all, const struct consignment *without,
	size_t *ret_count)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, TEXT_ROOM * 4);
	*ret_count = 0;
	for (size_t i = 0; i < all->container_count; i++) {
		struct text reference = text_trim(all->containers[i].reference);
		bool is_there = false;

		for (size_t j = 0; without && j < without->container_count; j++)
			is_there = is_there || text_equal_ignoring_case(text_trim(without->containers[j].reference), reference);
		if (is_there || !reference.size)
			continue;
		if (++*ret_count <= 12)
			buffer_format(&out, "%s%.*s", out.size ? ", " : "", TEXT_FORMAT(reference));
	}
	if (*ret_count > 12)
		buffer_format(&out, ", … (%zu)", *ret_count);
	return out.size ? arena_text(arena, buffer_text(&out)) : TEXT_NONE;
}

static void compare_containers(struct comparison *c)
{
	size_t count, missing_count, added_count;
	struct text bill = join_containers(c->arena, c->bill, NULL, &count);
	struct text declared = join_containers(c->arena, c->declaration, NULL, &count), remark = TEXT_NONE;
	struct text missing = join_containers(c->arena, c->bill, c->declaration, &missing_count);
	struct text added = join_containers(c->arena, c->declaration, c->bill, &added_count);

	if (bill.size && declared.size && missing_count)
		remark = arena_format(c->arena, "%s %.*s", tr(c->p->language, TR("non déclarés :")), TEXT_FORMAT(missing));
	if (bill.size && declared.size && added_count)
		remark = arena_format(c->arena, "%.*s%s%s %.*s", TEXT_FORMAT(remark), remark.size ? " ; " : "",
			tr(c->p->language, TR("absents du manifeste :")), TEXT_FORMAT(added));
	compare_row(c, TR("Conteneurs"), bill, declared, remark);
}

static void compare_texts(struct comparison *c, const char *label, struct text bill, struct text declared)
{
	bool differs = bill.size && declared.size && !text_equal_ignoring_case(text_trim(bill), text_trim(declared));

	compare_row(c, label, bill, declared, differs ? words(c, TR("différent")) : TEXT_NONE);
}

static void print_pair(struct request *rq, struct html *p, const struct stored_consignment *other,
	const struct consignment *bill, const struct consignment *declaration)
{
	struct comparison c = {.p = p, .arena = rq->arena, .bill = bill, .declaration = declaration};

	html(p, "<p>%s <a href=\"/envois/%lld\">%.*s</a></p>",
		tr(p->language, other->stage == STAGE_MANIFEST ? TR("Connaissement :") : TR("Déclaration :")),
		(long long)other->id, TEXT_FORMAT(other->reference));
	html(p, "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table class=\"compare\"><thead><tr><th scope=\"col\">%s</th>",
		tr(p->language, TR("Manifeste et déclaration")), tr(p->language, TR("Ce qui est comparé")));
	html(p, "<th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>",
		tr(p->language, TR("Manifeste")), tr(p->language, TR("Déclaration")), tr(p->language, TR("Écart")));
	compare_mass(&c);
	compare_packages(&c);
	compare_names(&c, TR("Destinataire"), &bill->consignee, &declaration->consignee, NAME_LEAST);
	compare_names(&c, TR("Expéditeur"), &bill->exporter, &declaration->exporter, NAME_LEAST);
	compare_descriptions(&c);
	compare_origins(&c);
	compare_containers(&c);
	compare_texts(&c, TR("Lieu de chargement"), bill->place_of_loading, declaration->place_of_loading);
	compare_texts(&c, TR("Navire ou moyen de transport"), bill->vessel, declaration->vessel);
	html(p, "</tbody></table></div>");
	if (!c.differences)
		notice(p, "ok", TR("Manifeste et déclaration concordent."));
}

/* ---- The other side */

static enum status take_other(struct request *rq, struct reader *db, int64_t id, struct side *sides, size_t *count)
{
	struct side *side = &sides[*count];
	enum status status = consignment_find(db, id, rq->arena, &side->row);

	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, side->row.unit_path))
		return STATUS_OK;
	for (size_t i = 0; i < *count; i++)
		if (sides[i].row.id == id)
			return STATUS_OK;
	TRY(consignment_content(db, id, side->row.version, rq->arena, &side->content));
	++*count;
	return STATUS_OK;
}

static enum status find_bills(struct request *rq, struct reader *db, const struct consignment *declaration,
	struct side *sides, size_t *count)
{
	for (size_t i = 0; i < declaration->item_count && *count < OTHERS; i++) {
		struct text reference = text_trim(declaration->items[i].transport_document);
		int64_t id, version;
		enum status status;

		if (!reference.size || (i && text_equal(reference, text_trim(declaration->items[i - 1].transport_document))))
			continue;
		status = consignment_find_bill(db, reference, &id, &version);
		if (status == STATUS_OK)
			status = take_other(rq, db, id, sides, count);
		if (status != STATUS_NOT_FOUND)
			TRY(status);
	}
	return STATUS_OK;
}

static enum status find_declarations(struct request *rq, struct reader *db, const struct stored_consignment *row,
	struct side *sides, size_t *count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t ids[OTHERS];
	size_t found = 0;

	TRY(store_query(db, &DECLARATIONS_OF_BILL,
		PARAMS(value_text(search_code(rq->arena, "t:", row->reference)), V_INT(OTHERS)), &rows));
	while (found < OTHERS && rows_next(rows))
		ids[found++] = rows_integer(rows, 0);
	TRY(rows_status(rows));
	for (size_t i = 0; i < found; i++)
		TRY(take_other(rq, db, ids[i], sides, count));
	return STATUS_OK;
}

enum status print_comparison(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment)
{
	struct side *sides = ARENA_ARRAY(rq->arena, OTHERS + 1, struct side);
	bool is_bill = row->stage == STAGE_MANIFEST;
	size_t count = 0;

	if (!sides)
		return STATUS_NO_MEMORY;
	TRY(is_bill ? find_declarations(rq, db, row, sides, &count) : find_bills(rq, db, consignment, sides, &count));
	if (!count)
		return STATUS_OK;
	section_begin_at(p, "comparaison", TR("Manifeste et déclaration"));
	for (size_t i = 0; i < count; i++)
		print_pair(rq, p, &sides[i].row, is_bill ? consignment : &sides[i].content,
			is_bill ? &sides[i].content : consignment);
	section_end(p);
	return STATUS_OK;
}
