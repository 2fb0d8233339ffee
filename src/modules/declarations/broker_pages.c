/* What a customs broker (commissionnaire) sees: the declarations made under the codes bound to the account, and nothing of
 * why one was chosen. And the page that binds codes to accounts. */
#include "modules/declarations/consignment_parts.h"
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"

#include "domain/journal.h"
#include "domain/user.h"
#include "web/query.h"

enum { PAGE_ROWS = 25, HOME_ROWS = 6, CODE_LIMIT = 20, CODE_WIDTH = 40 };

STATEMENT(CODES_OF, "select code from declarant_accounts where user_id = $1 order by code limit 20");
STATEMENT(BOUND_DATA, "select d.user_id, d.code, u.login, u.name, d.bound_at from declarant_accounts d "
	"join users u on u.id = d.user_id where (d.user_id, d.code) > ($1, $2) order by d.user_id, d.code limit $3");
STATEMENT(BOUND, "select d.user_id, d.code, u.login, u.name, d.bound_at from declarant_accounts d "
	"join users u on u.id = d.user_id order by u.login, d.code limit 1000");
STATEMENT(BIND, "insert into declarant_accounts (user_id, code, bound_by, bound_at) values ($1, $2, $3, $4) "
	"on conflict (user_id, code) do nothing");
STATEMENT(UNBIND, "delete from declarant_accounts where user_id = $1 and code = $2");
STATEMENT(OWN_WAITING,
	"select count(*) from consignments c where c.state = 'to_control' and c.stage = 1 and c.declarant_code in "
	"(select d.code from declarant_accounts d where d.user_id = $1)");

struct codes {
	struct text rows[CODE_LIMIT];
	size_t count;
};

static enum status read_codes(struct request *rq, struct reader *db, struct codes *ret_codes)
{
	AUTO(rows_release) struct rows *rows = NULL;

	ret_codes->count = 0;
	TRY(store_query(db, &CODES_OF, PARAMS(V_INT(rq->actor.user_id)), &rows));
	while (ret_codes->count < CODE_LIMIT && rows_next(rows)) {
		ret_codes->rows[ret_codes->count] = rows_copy(rows, 0, rq->arena);
		if (!ret_codes->rows[ret_codes->count++].data)
			return STATUS_NO_MEMORY;
	}
	return rows_status(rows);
}

static bool is_own(const struct codes *codes, const struct stored_consignment *row)
{
	for (size_t i = 0; i < codes->count && row->stage == STAGE_DECLARATION; i++)
		if (row->declarant_code.size && text_equal(codes->rows[i], row->declarant_code))
			return true;
	return false;
}

/* The list's own query, over all units, by the codes' words: what the index has not reached yet is left out, because its
 * rows are not known by code. */
static enum status own_query(struct request *rq, struct reader *db, const struct codes *codes, struct text sought,
	struct list_query *query)
{
	struct search own;
	struct search_term *term;

	*query = list_blank("/mes-declarations");
	query->stage = STAGE_DECLARATION;
	query->is_whole = true;
	query->root = TEXT("");
	query->has_search = true;
	query->units = NULL;
	TRY(search_prepare(db, sought, NULL, 0, rq->arena, &query->search));
	query->search.pattern = TEXT_NONE;
	if (query->search.count == SEARCH_TERMS)
		query->search.count--;
	term = &query->search.terms[query->search.count];
	*term = (struct search_term){.word = TEXT("d:")};
	for (size_t i = 0; i < codes->count; i++) {
		struct text word = search_code(rq->arena, "d:", codes->rows[i]);

		TRY(search_prepare(db, TEXT_NONE, &word, 1, rq->arena, &own));
		for (size_t j = 0; own.count && j < own.terms[0].count && term->count < SEARCH_CANDIDATES; j++)
			term->ids[term->count++] = own.terms[0].ids[j];
	}
	query->search.driver = query->search.count++;
	query->search.is_hopeless = query->search.is_hopeless || !term->count;
	return STATUS_OK;
}

static void print_own_row(struct html *p, const struct stored_consignment *row)
{
	table_row_begin(p);
	table_cell_begin(p);
	if (row->lane >= 0 && row->lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)row->lane), lane_label((enum lane)row->lane));
	table_cell_end(p);
	table_cell_begin(p);
	html(p, "<a href=\"/mes-declarations/%lld\">%.*s</a>", (long long)row->id, TEXT_FORMAT(row->reference));
	table_cell_end(p);
	table_cell_date(p, row->day);
	table_cell(p, row->office);
	table_cell(p, row->consignee_name);
	table_cell(p, row->description);
	table_cell(p, text_of(tr(p->language, state_label(row->state))));
	table_row_end(p);
}

/* Prints at most `most` of them; *ret_last is the last row looked at when there are others. */
static enum status print_own(struct request *rq, struct reader *db, struct html *p, const struct list_query *query,
	const struct codes *codes, size_t most)
{
	static const struct table_column columns[] = {{TR("Circuit"), "lane"}, {TR("Référence"), "text"}, {TR("Date"), "date"},
		{TR("Bureau"), "text"}, {TR("Destinataire"), "text"}, {TR("Marchandise"), "text"}, {TR("État"), "text"},
		{NULL, NULL}};
	struct stored_consignment *rows;
	size_t count, shown = 0;
	bool has_more;

	TRY(list_rows(rq, db, query, most, &rows, &count, &has_more));
	for (size_t i = 0; i < count; i++) {
		if (!is_own(codes, &rows[i]))
			continue;
		if (!shown++)
			table_begin(p, TR("Vos déclarations"), columns);
		print_own_row(p, &rows[i]);
	}
	if (shown)
		table_end(p);
	else
		notice(p, "info", TR("Aucune déclaration faite sous vos codes ne correspond."));
	if (most == PAGE_ROWS)
		page_links(p, query->before_id == INT64_MAX ? NULL : list_address(rq, query, NULL, LIST_INPUTS, NULL),
			has_more ? list_address_after(rq, query, &rows[count - 1]) : NULL);
	return STATUS_OK;
}

enum status own_list_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Vos déclarations"))));
	struct text sought = rq_input(rq, "recherche");
	struct list_query query;
	struct codes codes;
	struct form form;
	enum status status;

	TRY(read_codes(rq, db, &codes));
	TRY(own_query(rq, db, &codes, sought, &query));
	query.values[LIST_SEARCH] = sought.size ? sought : TEXT_NONE;
	if (!rq_integer(rq, "avant", &query.before_id))
		query.before_id = INT64_MAX;
	if (!codes.count)
		notice(&page, "warning", TR("Aucun code de déclarant n'est lié à votre compte : demandez-le à l'administration."));
	form = form_begin_get(&page, "/mes-declarations");
	form_field(&form, &(struct field){.name = "recherche", .label = TR("Chercher"), .type = "search",
		.help = TR("référence, nom, conteneur, marchandise"), .value = sought});
	form_end(&form, TR("Chercher"));
	status = print_own(rq, db, &page, &query, &codes, PAGE_ROWS);
	page_end(&page);
	return status;
}

/* What is expected of the broker, by lane and state. */
static const char *expected_of(const struct stored_consignment *row)
{
	if (text_is(row->state, "controlled"))
		return TR("Le contrôle est fait. Le bureau vous dit la suite.");
	if (text_is(row->state, "to_control"))
		return row->lane == LANE_RED
			? TR("Les marchandises seront visitées. Convenez d'un moment avec le bureau et présentez-les avec la liste de colisage.")
			: TR("Les documents seront lus. Tenez prêts la facture, le titre de transport et le certificat d'origine.");
	if (row->lane == LANE_BLUE)
		return TR("La mainlevée peut être donnée. Gardez vos pièces : un contrôle dans vos livres peut suivre.");
	return TR("Aucun contrôle n'est demandé pour le moment.");
}

enum status own_page(struct request *rq, struct reader *db)
{
	struct stored_consignment row;
	struct consignment consignment;
	struct codes codes;
	struct text currency;
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(read_codes(rq, db, &codes));
	TRY(consignment_find(db, id, rq->arena, &row));
	if (!is_own(&codes, &row))
		return STATUS_NOT_FOUND;
	TRY(consignment_content(db, row.id, row.version, rq->arena, &consignment));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Déclaration")),
		TEXT_FORMAT(row.reference)));
	section_begin(&page, TR("Où elle en est"));
	html(&page, "<p class=\"lead\">");
	if (row.lane >= 0 && row.lane < LANE_COUNT)
		lane_badge(&page, lane_code((enum lane)row.lane), lane_label((enum lane)row.lane));
	html(&page, " %s</p><p>%s</p>", tr(rq->language, state_label(row.state)), tr(rq->language, expected_of(&row)));
	section_end(&page);
	print_consignment(&page, &row, &consignment, currency);
	print_items(&page, &consignment, currency);
	print_containers(&page, &consignment);
	page_end(&page);
	return STATUS_OK;
}

enum status count_own_waiting(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &OWN_WAITING, PARAMS(V_INT(rq->actor.user_id)), ret_count);
}

enum status print_own_latest(struct request *rq, struct reader *db, struct html *p)
{
	struct list_query query;
	struct codes codes;

	TRY(read_codes(rq, db, &codes));
	TRY(own_query(rq, db, &codes, TEXT_NONE, &query));
	section_begin(p, TR("Vos dernières déclarations"));
	TRY(print_own(rq, db, p, &query, &codes, HOME_ROWS));
	html(p, "<p><a href=\"/mes-declarations\">%s</a></p>", tr(p->language, TR("Toutes vos déclarations")));
	section_end(p);
	return STATUS_OK;
}

/* ---- Codes and accounts */

static enum status print_bound(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Compte"), "text"}, {TR("Nom"), "text"},
		{TR("Code de déclarant"), "text"}, {TR("Lié le"), "date"}, {TR("Retirer"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &BOUND, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		if (!count++)
			table_begin(p, TR("Codes liés à des comptes"), columns);
		table_row_begin(p);
		table_cell(p, rows_text(rows, 2));
		table_cell(p, rows_text(rows, 3));
		table_cell(p, rows_text(rows, 1));
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 4));
		table_cell_end(p);
		table_cell_begin(p);
		button_form(p, arena_format(rq->arena, "/declarants/%lld/retirer", (long long)rows_integer(rows, 0)).data,
			TR("Retirer"), "code", rows_copy(rows, 1, rq->arena));
		table_cell_end(p);
		table_row_end(p);
	}
	if (count)
		table_end(p);
	else
		notice(p, "info", TR("Aucun code n'est lié à un compte."));
	return rows_status(rows);
}

static enum status print_declarants(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Déclarants"))));
	struct form form;

	section_begin(&page, TR("Lier un code à un compte"));
	form = form_begin(&page, "/declarants", problems, count);
	form_field(&form, &(struct field){.name = "login", .label = TR("Identifiant du compte"), .value = rq_input(rq, "login"),
		.required = true, .limit = 64});
	form_field(&form, &(struct field){.name = "code", .label = TR("Code de déclarant"),
		.help = TR("Celui de la case 14, tel que les déclarations le donnent."), .value = rq_input(rq, "code"),
		.required = true, .limit = CODE_WIDTH});
	form_end(&form, TR("Lier"));
	section_end(&page);
	TRY(print_bound(rq, db, &page));
	page_end(&page);
	return STATUS_OK;
}

enum status declarant_page(struct request *rq, struct reader *db)
{
	return print_declarants(rq, db, NULL, 0);
}

static enum status note(const struct actor *actor, struct writer *db, int64_t user_id, const char *action, struct text code)
{
	AUTO(buffer_release) struct buffer details = {0};
	struct json_writer json;

	buffer_init(&details, 1000);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "code");
	put_text(&json, code);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(db, &(struct journal_entry){.actor = actor, .entity = "user", .entity_id = user_id,
		.action = action, .details = buffer_text(&details)}, NULL);
}

enum status declarant_bind(struct writer *writer, const struct actor *actor, int64_t user_id, struct text code)
{
	TRY(store_execute(writer, &BIND, PARAMS(V_INT(user_id), value_text(code), V_INT(actor->user_id), V_INT(clock_now())),
		NULL));
	return note(actor, writer, user_id, "declarant.bound", code);
}

enum status declarant_bind_action(struct request *rq, struct writer *db)
{
	struct text code = rq_input(rq, "code"), login;
	struct form_problem problems[2];
	struct user user = {.id = 0};
	size_t count = 0;
	enum status status = login_clean(rq_input(rq, "login"), rq->arena, &login);

	if (status == STATUS_OK)
		status = user_find_login(writer_reader(db), login, rq->arena, &user);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND && status != STATUS_INVALID)
		return status;
	if (status != STATUS_OK)
		problems[count++] = (struct form_problem){"login", {.id = TR("Aucun compte n'a cet identifiant.")}};
	if (!code.size || code.size > CODE_WIDTH)
		problems[count++] = (struct form_problem){"code", {.id = TR("Donnez le code, de 40 caractères au plus.")}};
	if (count) {
		TRY(print_declarants(rq, writer_reader(db), problems, count));
		return STATUS_INVALID;
	}
	TRY(declarant_bind(db, &rq->actor, user.id, code));
	rq_flash(rq, TR("Le code est lié au compte."));
	return rq_redirect(rq, "/declarants");
}

enum status declarant_unbind_action(struct request *rq, struct writer *db)
{
	struct text code = rq_input(rq, "code");
	int64_t id, changes = 0;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_execute(db, &UNBIND, PARAMS(V_INT(id), value_text(code)), &changes));
	if (!changes)
		return STATUS_NOT_FOUND;
	TRY(note(&rq->actor, db, id, "declarant.unbound", code));
	rq_flash(rq, TR("Le code n'est plus lié au compte."));
	return rq_redirect(rq, "/declarants");
}

/* ---- the same for programs; nothing of why one was chosen here either */

static const struct api_field own_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = false},
	{"day", TR("Date"), API_DATE, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"consignee_name", TR("Destinataire"), API_TEXT, .may_be_null = true},
	{"description", TR("Marchandise"), API_TEXT, .may_be_null = true},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = true},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"expected", TR("Où elle en est"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape own_shape = {"OwnDeclaration", own_fields};
static const struct api_field bound_fields[] = {
	{"user_id", TR("Compte"), API_INTEGER, .may_be_null = false},
	{"code", TR("Code de déclarant"), API_TEXT, .may_be_null = false},
	{"login", TR("Identifiant"), API_TEXT, .may_be_null = false},
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"bound_at", TR("Lié le"), API_TIME, .may_be_null = false},
	{0},
};
const struct api_shape declarant_shape = {"DeclarantCode", bound_fields};

static void put_own_text(struct json_writer *json, const char *name, struct text text)
{
	put_key(json, name);
	put_text(json, text);
}

static void put_own(struct request *rq, struct json_writer *json, const struct stored_consignment *row)
{
	bool has_lane = row->lane >= 0 && row->lane < LANE_COUNT;

	put_object(json);
	put_key(json, "id");
	put_int(json, row->id);
	put_own_text(json, "reference", row->reference);
	put_key(json, "day");
	put_date(json, row->day);
	put_own_text(json, "office", row->office);
	put_own_text(json, "consignee_name", row->consignee_name);
	put_own_text(json, "description", row->description);
	put_own_text(json, "lane", has_lane ? text_of(lane_code((enum lane)row->lane)) : TEXT_NONE);
	put_own_text(json, "state", row->state);
	put_own_text(json, "expected", text_of(tr(rq->language, expected_of(row))));
	put_object_end(json);
}

enum status own_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text sought = rq_input(rq, "recherche");
	struct stored_consignment *rows;
	struct list_query query;
	struct codes codes;
	size_t count;
	bool has_more;

	TRY(read_codes(rq, db, &codes));
	TRY(own_query(rq, db, &codes, sought, &query));
	query.values[LIST_SEARCH] = sought.size ? sought : TEXT_NONE;
	if (!rq_integer(rq, "avant", &query.before_id))
		query.before_id = INT64_MAX;
	TRY(list_rows(rq, db, &query, rq_page_rows(rq, PAGE_ROWS), &rows, &count, &has_more));
	for (size_t i = 0; i < count; i++)
		if (is_own(&codes, &rows[i]))
			put_own(rq, json, &rows[i]);
	if (has_more && count)
		rq_next_page(rq, list_address_after(rq, &query, &rows[count - 1]));
	return STATUS_OK;
}

enum status own_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct stored_consignment row;
	struct codes codes;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(read_codes(rq, db, &codes));
	TRY(consignment_find(db, id, rq->arena, &row));
	if (!is_own(&codes, &row))
		return STATUS_NOT_FOUND;
	put_own(rq, json, &row);
	return STATUS_OK;
}

/* A binding is named by account and code: "12,D77" is where the list goes on. */
enum status declarant_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text code = rq_input(rq, "apres"), account = text_cut(&code, ',');
	size_t page = rq_page_rows(rq, PAGE_ROWS_MOST / 5), count = 0;
	AUTO(rows_release) struct rows *rows = NULL;
	struct text last = TEXT_NONE;
	int64_t user_id = 0;

	for (size_t i = 0; i < account.size && i < 18 && account.data[i] >= '0' && account.data[i] <= '9'; i++)
		user_id = user_id * 10 + account.data[i] - '0';
	TRY(store_query(db, &BOUND_DATA,
		PARAMS(V_INT(user_id), value_text(code.data ? code : TEXT("")), V_INT((int64_t)page + 1)), &rows));
	while (rows_next(rows) && ++count <= page) {
		struct text shown = rows_text(rows, 1);

		last = arena_format(rq->arena, "%lld,%.*s", (long long)rows_integer(rows, 0), TEXT_FORMAT(shown));
		api_row(json, &declarant_shape, rows);
	}
	if (count > page)
		rq_next_page_of(rq, "/declarants", NULL, "apres", last);
	return rows_status(rows);
}
