/* Hostile text: in every field of what is imported and in every input of every page. Nothing may come back as markup,
 * no control character may reach a page, and nothing may end in an internal error. */
#include "../journeys/conversation.h"
#include "walk.h"

#include "app/wiring.h"
#include "base/file.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As it stands in XML and in CSV; the second adds what XML cannot hold. */
#define IN_XML "&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;"
#define IN_CSV "\"<script>alert(1)</script>\"\"'&\x01\x1b[31m\x7f\""

static const char sad_head[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ASYCUDA id=\"9\"><Property><Sad_flow>I</Sad_flow>"
	"<Nbers><Total_number_of_items>1</Total_number_of_items></Nbers></Property>"
	"<Identification><Office_segment><Customs_clearance_office_code>" IN_XML "</Customs_clearance_office_code>"
	"<Customs_Clearance_office_name>" IN_XML "</Customs_Clearance_office_name></Office_segment>"
	"<Type><Type_of_declaration>" IN_XML "</Type_of_declaration></Type><Manifest_reference_number>" IN_XML
	"</Manifest_reference_number><Registration><Serial_number>" IN_XML "</Serial_number><Number>" IN_XML
	"</Number><Date>2026-11-02</Date></Registration></Identification>"
	"<Traders><Exporter><Exporter_code>" IN_XML "</Exporter_code><Exporter_name>" IN_XML "</Exporter_name></Exporter>"
	"<Consignee><Consignee_code>" IN_XML "</Consignee_code><Consignee_name>" IN_XML "\n " IN_XML "</Consignee_name>"
	"</Consignee><Financial><Financial_code>" IN_XML "</Financial_code><Financial_name>" IN_XML
	"</Financial_name></Financial></Traders><Declarant><Declarant_code>" IN_XML "</Declarant_code><Declarant_name>" IN_XML
	"</Declarant_name></Declarant><General_information><Country><Country_first_destination>" IN_XML
	"</Country_first_destination><Export><Export_country_code>" IN_XML "</Export_country_code><Export_country_name>" IN_XML
	"</Export_country_name></Export></Country></General_information>"
	"<Transport><Means_of_transport><Departure_arrival_information><Identity>" IN_XML "</Identity><Nationality>" IN_XML
	"</Nationality></Departure_arrival_information></Means_of_transport><Delivery_terms><Code>" IN_XML "</Code><Place>" IN_XML
	"</Place></Delivery_terms><Location_of_goods>" IN_XML "</Location_of_goods></Transport>"
	"<Container><Item_Number>1</Item_Number><Container_identity>" IN_XML "</Container_identity><Container_type>" IN_XML
	"</Container_type><Goods_description>" IN_XML "</Goods_description></Container>";
static const char sad_item[] =
	"<Item><Attached_documents><Attached_document_code>" IN_XML "</Attached_document_code><Attached_document_name>" IN_XML
	"</Attached_document_name><Attached_document_reference>" IN_XML "</Attached_document_reference></Attached_documents>"
	"<Packages><Number_of_packages>3</Number_of_packages><Marks1_of_packages>" IN_XML "</Marks1_of_packages>"
	"<Marks2_of_packages>" IN_XML "</Marks2_of_packages><Kind_of_packages_code>" IN_XML "</Kind_of_packages_code>"
	"<Kind_of_packages_name>" IN_XML "</Kind_of_packages_name></Packages>"
	"<Tarification><HScode><Commodity_code>9302" IN_XML "</Commodity_code></HScode><Preference_code>" IN_XML
	"</Preference_code><Extended_customs_procedure>" IN_XML "</Extended_customs_procedure><Item_price>" IN_XML
	"</Item_price></Tarification><Goods_description><Country_of_origin_code>" IN_XML "</Country_of_origin_code>"
	"<Description_of_goods>" IN_XML "</Description_of_goods><Commercial_Description>" IN_XML "</Commercial_Description>"
	"</Goods_description><Previous_doc><Summary_declaration>" IN_XML "</Summary_declaration></Previous_doc>"
	"<Free_text_1>" IN_XML "</Free_text_1></Item></ASYCUDA>\n";

static const char manifest[] =
	"<?xml version=\"1.0\"?>\n<Awmds><General_segment><General_segment_id><Customs_office_code>" IN_XML
	"</Customs_office_code><Voyage_number>" IN_XML "</Voyage_number><Date_of_departure>" IN_XML "</Date_of_departure>"
	"</General_segment_id><Transport_information><Carrier><Carrier_code>" IN_XML "</Carrier_code><Carrier_name>" IN_XML
	"</Carrier_name></Carrier><Identity_of_transporter>" IN_XML "</Identity_of_transporter></Transport_information>"
	"</General_segment><Bol_segment><Bol_id><Bol_reference>" IN_XML "</Bol_reference></Bol_id><Load_unload_place>"
	"<Place_of_loading_code>" IN_XML "</Place_of_loading_code></Load_unload_place><Traders_segment><Exporter><Exporter_name>"
	IN_XML "</Exporter_name></Exporter><Consignee><Consignee_name>" IN_XML "</Consignee_name></Consignee></Traders_segment>"
	"<ctn_segment><Ctn_reference>" IN_XML "</Ctn_reference><Type_of_container>" IN_XML "</Type_of_container><Marks1>" IN_XML
	"</Marks1></ctn_segment><Goods_segment><Number_of_packages>" IN_XML "</Number_of_packages><Package_type_code>" IN_XML
	"</Package_type_code><Shipping_marks>" IN_XML "</Shipping_marks><Goods_description>" IN_XML
	"</Goods_description></Goods_segment></Bol_segment></Awmds>\n";

static const char table[] =
	"Bureau;Numero declaration;Date;Code importateur;Nom importateur;Code SH;Designation;Pays d'origine;Valeur;Devise\n"
	"XX001;" IN_CSV ";03/11/2026;" IN_CSV ";" IN_CSV ";94036010;" IN_CSV ";" IN_CSV ";900,00;" IN_CSV "\n"
	IN_CSV ";7002;" IN_CSV ";" IN_CSV ";" IN_CSV ";" IN_CSV ";" IN_CSV ";" IN_CSV ";" IN_CSV ";" IN_CSV "\n";

static const char *const hostile[] = {"<script>alert(1)</script>\"'&", "\xff\xfe\x80", "%00", "-1", "0",
	"99999999999999999999", "' or 1=1 --", "%", "_\\", "../../etc/passwd", "2026-13-45", "1e999", "\r\nX-Evil: 1",
	"\xe2\x80\xae\xf0\x9f\x92\xa9", "{\"a\":", "//evil.example/", "\x01\x1b[2J"};

struct walk {
	struct browser *browser;
	struct buffer *fields;
	const char *value;
	int asked;
};

/* The body holds none of the marks of unescaped text, and no control character but white space. */
static void check_page(const struct browser *browser, const char *where)
{
	static const char *const marks[] = {"<script>alert", "<b onclick", "&gt;\"'", "\"'&amp;\"'"};
	struct text body = browser->body;

	bool is_html = text_find(buffer_text(&browser->answer), TEXT("Content-Type: text/csv")) == browser->answer.size;

	/* A file for a spreadsheet holds texts as they are: only pages escape them. */
	for (size_t i = 0; is_html && i < sizeof marks / sizeof *marks; i++)
		if (browser_sees(browser, marks[i]))
			test_failed(__FILE__, __LINE__, "%s: %s comes back as it was", where, marks[i]);
	for (size_t i = 0; i < body.size; i++) {
		unsigned char byte = (unsigned char)body.data[i];

		if ((byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') || byte == 0x7f) {
			test_failed(__FILE__, __LINE__, "%s: a control character %02x near %.*s", where, byte,
				TEXT_FORMAT(text_slice(body, i > 60 ? i - 60 : 0, i + 20)));
			return;
		}
	}
}

static void look(struct browser *browser, const char *path)
{
	int status = browser_get(browser, path);

	if (status == 0 || status >= 500)
		test_failed(__FILE__, __LINE__, "GET %s: %d", path, status);
	if (text_find(buffer_text(&browser->answer), TEXT("\nX-Evil")) < browser->answer.size)
		test_failed(__FILE__, __LINE__, "GET %s: a header was smuggled in", path);
	check_page(browser, path);
}

static void try_input(void *context, const struct route *route, const char *name)
{
	struct walk *walk = context;
	char path[PATH_ROOM * 4], *star = strchr(name, '*');

	if (star)
		return;
	walk_path(route, name, text_of(walk->value), path, sizeof path);
	look(walk->browser, path);
	walk->asked++;
}

static void try_pages(struct browser *browser)
{
	struct walk walk = {.browser = browser};

	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		for (const struct module *const *module = modules; *module; module++)
			for (const struct route *row = (*module)->routes; row && row->path; row++)
				if (row->method == METHOD_GET && !row->stream) {
					walk.value = hostile[i];
					walk_inputs(row, try_input, &walk);
				}
	CHECK(walk.asked > 100);
}

static void add_input(void *context, const struct route *route, const char *name)
{
	struct walk *walk = context;
	struct buffer *fields = walk->fields;

	(void)route;
	buffer_format(fields, "%s%s=", fields->size ? "&" : "", name);
	url_encode(fields, text_of(walk->value));
}

/* Every action with the hostile value in all inputs; those that would shut the door are left out. */
static void try_actions(struct browser *browser)
{
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		for (const struct module *const *module = modules; *module; module++)
			for (const struct route *row = (*module)->routes; row && row->path; row++) {
				AUTO(buffer_release) struct buffer fields = {0};
				struct walk walk = {.fields = &fields, .value = hostile[i]};
				char path[PATH_ROOM * 4];
				int status;

				if (row->method == METHOD_GET || strcmp(row->path, "/deconnexion") == 0 ||
				    strncmp(row->path, "/connexion", 10) == 0)
					continue;
				buffer_init(&fields, 65536);
				walk_inputs(row, add_input, &walk);
				walk_path(row, NULL, TEXT_NONE, path, sizeof path);
				status = browser_post(browser, path, fields.data ? fields.data : "");
				if (status == 0 || status >= 500)
					test_failed(__FILE__, __LINE__, "POST %s %s: %d", path, hostile[i], status);
				check_page(browser, path);
			}
}

static void try_stored(struct browser *browser)
{
	char path[PATH_ROOM];
	int found = 0;

	for (int id = 1; id <= 8; id++) {
		snprintf(path, sizeof path, "/envois/%d", id);
		look(browser, path);
		found += browser_sees(browser, "&lt;script&gt;alert(1)");
		snprintf(path, sizeof path, "/imports/%d", id);
		look(browser, path);
	}
	CHECK(found >= 4);
	look(browser, "/");
	look(browser, "/envois");
	CHECK(browser_sees(browser, "&lt;script&gt;alert(1)"));
	look(browser, "/imports");
	CHECK(browser_sees(browser, "&lt;b onclick"));
	look(browser, "/journal");
}

static void import_all(struct browser *browser)
{
	static const struct {
		const char *name, *content, *more;
	} files[] = {{"<b onclick=alert(2)>'&.xml", sad_head, sad_item}, {"<b onclick=alert(2)>.xml", manifest, ""},
		{"<b onclick=alert(2)>.txt", "rien", ""}};

	browser_get(browser, "/imports");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		AUTO(buffer_release) struct buffer content;
		int status;

		buffer_init(&content, 1 << 20);
		buffer_format(&content, "%s%s", files[i].content, files[i].more);
		status = browser_upload(browser, "/imports", "fichiers", files[i].name, buffer_text(&content));
		if (status != 303)
			test_failed(__FILE__, __LINE__, "upload of %s: %d", files[i].name, status);
		browser_get(browser, browser->location);
	}
}

static void hostile_site(const char *url)
{
	struct site site = {.url = url, .process = -1};
	struct browser browser;
	char folder[PATH_ROOM] = "", path[PATH_ROOM + 20];

	/* Control characters come by the command: the upload takes no file that is not text. */
	REQUIRE(scratch_make(folder, sizeof folder));
	snprintf(path, sizeof path, "%s/table.csv", folder);
	REQUIRE(file_write(path, ((struct text){table, sizeof table - 1})) == STATUS_OK);
	if (walk_prepare(url, path) && site_start(&site, url)) {
		browser_init(&browser, &site);
		if (browser_sign_in(&browser, "admin", walk_password())) {
			import_all(&browser);
			try_stored(&browser);
			try_pages(&browser);
			try_actions(&browser);
			try_stored(&browser);
		}
		browser_release(&browser);
		site_stop(&site);
	}
	site_kill(&site);
	scratch_remove(folder);
}

TEST(hostile_text_stays_text) { test_each_url(hostile_site); }
