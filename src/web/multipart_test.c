#include "web/multipart.h"

#include "base/buffer.h"
#include "base/test.h"

struct heard {
	struct buffer text;
};

static enum status part(void *context, const struct multipart_part *got)
{
	struct heard *heard = context;

	buffer_format(&heard->text, "[%.*s", TEXT_FORMAT(got->name));
	if (got->file_name.data)
		buffer_format(&heard->text, "|%.*s|%.*s", TEXT_FORMAT(got->file_name), TEXT_FORMAT(got->media_type));
	buffer_byte(&heard->text, '>');
	return STATUS_OK;
}

static enum status bytes(void *context, struct text got)
{
	buffer_append(&((struct heard *)context)->text, got);
	return STATUS_OK;
}

static enum status part_end(void *context)
{
	buffer_byte(&((struct heard *)context)->text, ']');
	return STATUS_OK;
}

/* Feeds `size` bytes at a time. */
static enum status read_all(struct text body, const char *type, size_t size, struct heard *heard)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct multipart_events events = {part, bytes, part_end, heard};
	struct multipart *multipart;

	buffer_clear(&heard->text);
	TRY(multipart_new(arena, text_of(type), 5, &events, &multipart));
	for (size_t i = 0; i < body.size; i += size)
		TRY(multipart_feed(multipart, text_slice(body, i, i + size)));
	return multipart_end(multipart);
}

TEST(multipart_is_read_however_it_is_cut)
{
	const struct text body = TEXT("préambule\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\r\n--X\r\r\n2\r\n"
		"--XX\r\ncontent-type: text/xml\r\nCONTENT-DISPOSITION: form-data; filename=\"é \\\"x.xml\"; name=b\r\n\r\n\r\n--XX--\r\nrest");
	struct heard heard;

	buffer_init(&heard.text, 4096);
	for (size_t size = 1; size <= body.size; size++) {
		REQUIRE(read_all(body, "multipart/form-data; boundary=\"XX\"", size, &heard) == STATUS_OK);
		CHECK_TEXT(buffer_text(&heard.text), "[a>1\r\n\r\n--X\r\r\n2][b|é \"x.xml|text/xml>]");
	}
	buffer_release(&heard.text);
}

TEST(bad_multipart_is_refused)
{
	const struct {
		struct text body;
		const char *type;
		enum status status;
	} cases[] = {
		{TEXT(""), "multipart/form-data", STATUS_MALFORMED},
		{TEXT(""), "multipart/form-data; boundary=", STATUS_MALFORMED},
		{TEXT(""), "multipart/form-data; boundary=\"XX", STATUS_MALFORMED},
		{TEXT("--XX\r\n"), "multipart/form-data; boundary=XX", STATUS_MALFORMED},
		{TEXT("--XX\r\n\r\n\r\n--XX--"), "multipart/form-data; boundary=XX", STATUS_MALFORMED},
		{TEXT("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--"),
			"multipart/form-data; boundary=XX", STATUS_MALFORMED},
		{TEXT("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nx"), "multipart/form-data; boundary=XX",
			STATUS_MALFORMED},
		{TEXT("--XXy"), "multipart/form-data; boundary=XX", STATUS_MALFORMED},
	};
	struct heard heard;

	buffer_init(&heard.text, 4096);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_INTEGER(read_all(cases[i].body, cases[i].type, 7, &heard), cases[i].status);
	buffer_release(&heard.text);
}

TEST(file_names_are_cleaned)
{
	static const struct {
		const char *given, *wanted;
	} cases[] = {
		{"C:\\dossier\\manifeste.xml", "manifeste.xml"},
		{"../../etc/passwd", "passwd"},
		{"..", "fichier"},
		{"", "fichier"},
		{"a/", "fichier"},
		{"a\r\nb.xml", "ab.xml"},
		{"\xff", "fichier"},
	};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_TEXT(file_name_clean(arena, text_of(cases[i].given)), cases[i].wanted);
}
