/* What is uploaded never runs: it is refused, or comes back as a file to keep, of a type that no browser runs, in a
 * sandbox. */
#include "../journeys/conversation.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TEXT() as an initializer. */
#define BYTES(literal) {("" literal), sizeof(literal) - 1}
#define RUNS "<script>document.title='qz'</script>"

static const struct {
	const char *name;
	struct text content;
	bool is_kept; /* in some form */
} files[] = {
	{"a.svg", BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\">" RUNS "</svg>"), true},
	{"b.svg", BYTES("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"), true},
	{"c.html", BYTES("<!doctype html><html><body>" RUNS "</body></html>"), false},
	{"d.xml", BYTES("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">" RUNS "</html>"), true},
	{"e.xml", BYTES("<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"/envois/1/documents/1\"?><a/>"), true},
	{"f.pdf", BYTES("%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n%%EOF\n"), true},
	{"g.js", BYTES("alert(1)\n"), true},
	{"h.csv", BYTES("=cmd|' /C calc'!A1,2\n" RUNS ",3\n"), true},
	{"i.png", BYTES("\x89PNG\r\n\x1a\n" RUNS), true},
	{"j.gif", BYTES("GIF89a/*\0*/=1;alert(1)//"), false},
	{"k.exe", BYTES("MZ\x90\0\3\0\0\0\4\0\0\0\377\377\0\0"), false},
	{"l.sh", BYTES("\x7f" "ELF\2\1\1\0"), false},
	{"\"><img src=x onerror=alert(1)>.pdf", BYTES("%PDF-1.4\n%%EOF\n"), true},
	{"../../../tmp/n.pdf", BYTES("%PDF-1.4\n% n\n%%EOF\n"), true},
};

/* A line of the answer's head that begins so, without its name; "" when there is none. */
static struct text header_of(const struct browser *browser, const char *name)
{
	struct text rest = buffer_text(&browser->answer);

	while (rest.data) {
		struct text line = text_trim(text_cut(&rest, '\n'));

		if (!line.size)
			break;
		if (text_equal_ignoring_case(text_slice(line, 0, strlen(name)), text_of(name)))
			return text_trim(text_slice(line, strlen(name) + 1, line.size));
	}
	return TEXT("");
}

static void check_shut_in(const struct browser *browser, const char *name)
{
	static const char *const harmless[] = {"application/xml", "text/plain", "text/csv", "application/pdf", "image/png",
		"application/json", "text/tab-separated-values"};
	struct text type = header_of(browser, "Content-Type"), policy = header_of(browser, "Content-Security-Policy");
	bool is_harmless = false;

	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		is_harmless = is_harmless || text_starts_with(type, text_of(harmless[i]));
	if (!is_harmless)
		test_failed(__FILE__, __LINE__, "%s comes as %.*s", name, TEXT_FORMAT(type));
	if (!text_starts_with(header_of(browser, "Content-Disposition"), TEXT("attachment")))
		test_failed(__FILE__, __LINE__, "%s is shown", name);
	if (text_find(policy, TEXT("sandbox")) == policy.size || text_find(policy, TEXT("default-src 'none'")) == policy.size ||
		text_find(policy, TEXT("'self'")) < policy.size || text_find(policy, TEXT("allow-")) < policy.size)
		test_failed(__FILE__, __LINE__, "%s under %.*s", name, TEXT_FORMAT(policy));
	CHECK_TEXT(header_of(browser, "X-Content-Type-Options"), "nosniff");
}

/* The number behind the text, 0 without. */
static long long number_behind(const struct browser *browser, const char *mark)
{
	size_t at = text_find(browser->body, text_of(mark));

	return at < browser->body.size ? atoll(browser->body.data + at + strlen(mark)) : 0;
}

static void bring(struct browser *browser, size_t i)
{
	char path[100], mark[] = "href=\"/envois/1/documents/";
	long long before, id;
	int status;

	browser_get(browser, "/envois/1");
	before = number_behind(browser, mark);
	status = browser_upload(browser, "/envois/1/documents", "document", files[i].name, files[i].content);
	if ((status == 303) != files[i].is_kept)
		test_failed(__FILE__, __LINE__, "%s: %d", files[i].name, status);
	browser_get(browser, "/envois/1");
	if (browser_sees(browser, "<img src=x onerror"))
		test_failed(__FILE__, __LINE__, "a file's name is a tag");
	if (!files[i].is_kept)
		return;
	for (id = 1; id <= before + (long long)i + 2; id++) {
		snprintf(path, sizeof path, "/envois/1/documents/%lld", id);
		if (browser_get(browser, path) == 200)
			check_shut_in(browser, files[i].name);
	}
}

static void visit_photos(struct browser *browser)
{
	static const struct text pictures[] = {BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\">" RUNS "</svg>"),
		BYTES("<!doctype html>" RUNS), BYTES("%PDF-1.4\n%%EOF\n")};
	char path[PATH_ROOM];

	browser_get(browser, "/controles");
	REQUIRE(browser_post(browser, "/controles", "envoi=1") == 303);
	snprintf(path, sizeof path, "%s", browser->location);
	browser_get(browser, path);
	{
		char fields[100];

		snprintf(fields, sizeof fields, "version=%lld&dossier=%lld&geste=commencer",
			number_behind(browser, "name=\"version\" value=\""), number_behind(browser, "name=\"dossier\" value=\""));
		CHECK_INTEGER(browser_post(browser, path, fields), 303);
	}
	snprintf(path + strlen(path), sizeof path - strlen(path), "/photos");
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		browser_get(browser, "/controles");
		CHECK_INTEGER(browser_upload(browser, path, "photo", "p.png", pictures[i]), 415);
	}
	browser_get(browser, "/controles");
	CHECK_INTEGER(browser_upload(browser, path, "photo", "p.png", TEXT("\x89PNG\r\n\x1a\n" RUNS)), 303);
	CHECK_INTEGER(browser_get(browser, "/controles/photos/1"), 200);
	check_shut_in(browser, "a photo");
}

static void uploads(const char *url)
{
	struct site site = {.url = url, .process = -1};
	struct browser browser;
	char path[PATH_ROOM * 2], password[64];
	struct run run;

	RUN(&run, "first-run", "--empty", "--db", url);
	CHECK(run.code == 0 && first_password(buffer_text(&run.out), "admin", password, sizeof password));
	run_release(&run);
	snprintf(path, sizeof path, "%s/tests/journeys/files/sad.xml", test_source_folder());
	RUN(&run, "import", path, "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	REQUIRE(site_start(&site, url));
	browser_init(&browser, &site);
	CHECK(browser_sign_in(&browser, "admin", password));
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		bring(&browser, i);
	visit_photos(&browser);
	browser_release(&browser);
	CHECK(site_stop(&site));
	site_kill(&site);
}

TEST(uploads_never_run) { test_each_url(uploads); }
