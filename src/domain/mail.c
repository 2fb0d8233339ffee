/* Messages by SMTP. */
#include "domain/mail.h"

#include "base/clock.h"
#include "base/file.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_LIMIT = 1 << 20, PASSWORD_LIMIT = 4096, CONNECT_SECONDS = 10, SEND_SECONDS = 30, LINE = 57, WORD = 42 };

const struct setting mail_settings[] = {
	{.code = "mail.server", .label = TR("Courrier : serveur SMTP"),
		.help = TR("Par exemple smtp://courrier.exemple:587 ou smtps://courrier.exemple:465. Vide : aucun courrier ne part."),
		.kind = SETTING_TEXT, .initial = ""},
	{.code = "mail.tls", .label = TR("Courrier : chiffrement"),
		.help = TR("required : exigé ; optional : si le serveur le propose ; none : jamais, pour un serveur de la même machine."),
		.kind = SETTING_CHOICE, .initial = "required", .choices = "required optional none"},
	{.code = "mail.user", .label = TR("Courrier : compte"), .help = TR("Vide : le serveur n'en demande pas."),
		.kind = SETTING_TEXT, .initial = ""},
	{.code = "mail.password_file", .label = TR("Courrier : fichier du mot de passe"),
		.help = TR("Chemin d'un fichier lisible par le service. Le mot de passe n'est ni dans la base ni dans le journal."),
		.kind = SETTING_TEXT, .initial = ""},
	{.code = "mail.from", .label = TR("Courrier : adresse de l'expéditeur"),
		.help = TR("Par exemple vigie@douanes.exemple"), .kind = SETTING_TEXT, .initial = ""},
	{.code = "mail.digest_hour", .label = TR("Courrier : heure du résumé quotidien"),
		.help = TR("Heure UTC, de 0 à 23."), .kind = SETTING_INTEGER, .initial = "6", .least = 0, .most = 23},
	{.code = "general.address", .label = TR("Adresse publique de l'application"),
		.help = TR("Par exemple https://vigie.douanes.exemple : pour les liens des courriers et des codes QR."),
		.kind = SETTING_TEXT, .initial = ""},
	{.code = NULL},
};

static enum status read_password(struct text path, struct arena *arena, struct text *ret_password)
{
	const char *name = arena_string(arena, path);
	struct text content;

	if (!path.size) {
		*ret_password = TEXT("");
		return STATUS_OK;
	}
	if (!name)
		return STATUS_NO_MEMORY;
	TRY(file_read(arena, name, PASSWORD_LIMIT, &content));
	*ret_password = text_cut(&content, '\n');
	return STATUS_OK;
}

enum status mail_server_read(struct reader *reader, struct arena *arena, struct mail_server *ret_server)
{
	struct mail_server server;
	struct text file;

	TRY(setting_text(reader, &mail_settings[MAIL_SERVER], arena, &server.url));
	TRY(setting_text(reader, &mail_settings[MAIL_TLS], arena, &server.tls));
	TRY(setting_text(reader, &mail_settings[MAIL_USER], arena, &server.user));
	TRY(setting_text(reader, &mail_settings[MAIL_FROM], arena, &server.from));
	TRY(setting_text(reader, &mail_settings[MAIL_PASSWORD_FILE], arena, &file));
	TRY(read_password(file, arena, &server.password));
	*ret_server = server;
	return STATUS_OK;
}

bool mail_address_is_good(struct text address)
{
	size_t at = 0, marks = 0;

	for (size_t i = 0; i < address.size; i++) {
		unsigned char c = (unsigned char)address.data[i];

		if (c <= 0x20 || c >= 0x7f || strchr("<>\"(),:;\\[]", c))
			return false;
		if (c == '@') {
			at = i;
			marks++;
		}
	}
	return marks == 1 && at > 0 && at + 1 < address.size && address.size <= MAIL_ADDRESS_LIMIT;
}

/* Base 64 in lines of 76 characters. */
static void print_body(struct buffer *buffer, struct text body)
{
	char line[2 * LINE];

	for (size_t at = 0; at < body.size; at += LINE) {
		struct text piece = text_slice(body, at, at + LINE < body.size ? at + LINE : body.size);

		sodium_bin2base64(line, sizeof line, (const unsigned char *)piece.data, piece.size,
			sodium_base64_VARIANT_ORIGINAL);
		buffer_string(buffer, line);
		buffer_string(buffer, "\r\n");
	}
}

/* A header in words of RFC 2047, none of which cuts a character; so nothing in it can end the line. */
static void print_subject(struct buffer *buffer, struct text subject)
{
	char word[2 * WORD];
	size_t at = 0;

	buffer_string(buffer, "Subject:");
	do {
		size_t end = at + WORD < subject.size ? at + WORD : subject.size;

		while (end < subject.size && end > at && ((unsigned char)subject.data[end] & 0xc0) == 0x80)
			end--;
		sodium_bin2base64(word, sizeof word, (const unsigned char *)subject.data + at, end - at,
			sodium_base64_VARIANT_ORIGINAL);
		buffer_format(buffer, "%s=?UTF-8?B?%s?=", at ? "\r\n " : " ", word);
		at = end > at ? end : subject.size;
	} while (at < subject.size);
	buffer_string(buffer, "\r\n");
}

/* "Tue, 24 Nov 2026 10:20:30 +0000" */
static void print_date(struct buffer *buffer, int64_t now)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
		"Dec"};
	int64_t date = date_of(now), seconds = now / MICROSECONDS - date * 86400;
	int year, month, day;

	date_split(date, &year, &month, &day);
	buffer_format(buffer, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[date_weekday(date)], day,
		months[month - 1], year, (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

enum status mail_print(struct buffer *buffer, const struct mail_server *server, const struct mail *mail, int64_t now)
{
	struct text domain = server->from;

	if (!mail_address_is_good(server->from) || !mail_address_is_good(mail->to))
		return STATUS_INVALID;
	text_cut(&domain, '@');
	print_date(buffer, now);
	buffer_format(buffer, "From: Vigie <%.*s>\r\nTo: <%.*s>\r\n", TEXT_FORMAT(server->from), TEXT_FORMAT(mail->to));
	print_subject(buffer, mail->subject);
	buffer_format(buffer, "Message-ID: <vigie-%lld@%.*s>\r\n", (long long)mail->id, TEXT_FORMAT(domain));
	buffer_string(buffer, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			      "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
	print_body(buffer, mail->body);
	return buffer_status(buffer);
}

static void start_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t give_bytes(char *bytes, size_t size, size_t count, void *context)
{
	struct text *rest = context;
	size_t taken = size * count < rest->size ? size * count : rest->size;

	memcpy(bytes, rest->data, taken);
	*rest = text_slice(*rest, taken, rest->size);
	return taken;
}

/* What a handle needs beside the message; NUL-ended copies live in the arena. */
static bool set_up(CURL *handle, const struct mail_server *server, const struct mail *mail, struct arena *arena,
	struct curl_slist **ret_recipients)
{
	struct text from = arena_format(arena, "<%.*s>", TEXT_FORMAT(server->from));
	struct text to = arena_format(arena, "<%.*s>", TEXT_FORMAT(mail->to));
	const char *url = arena_string(arena, server->url);
	const char *user = arena_string(arena, server->user), *password = arena_string(arena, server->password);
	long tls = text_is(server->tls, "none") ? CURLUSESSL_NONE
		: text_is(server->tls, "optional")  ? CURLUSESSL_TRY
						    : CURLUSESSL_ALL;

	if (!from.data || !to.data || !url || !user || !password)
		return false;
	*ret_recipients = curl_slist_append(NULL, to.data);
	if (!*ret_recipients)
		return false;
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
	curl_easy_setopt(handle, CURLOPT_USE_SSL, tls);
	curl_easy_setopt(handle, CURLOPT_PROXY, "");
	curl_easy_setopt(handle, CURLOPT_MAIL_FROM, from.data);
	curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, *ret_recipients);
	curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
	if (server->user.size) {
		curl_easy_setopt(handle, CURLOPT_USERNAME, user);
		curl_easy_setopt(handle, CURLOPT_PASSWORD, password);
	}
	return true;
}

enum status mail_send(const struct mail_server *server, const struct mail *mail, char *ret_problem)
{
	static pthread_once_t started = PTHREAD_ONCE_INIT;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	AUTO(buffer_release) struct buffer message = {0};
	struct curl_slist *recipients = NULL;
	enum status status = STATUS_NO_MEMORY;
	CURL *handle;
	struct text rest;

	pthread_once(&started, start_curl);
	buffer_init(&message, MESSAGE_LIMIT);
	ret_problem[0] = '\0';
	TRY(mail_print(&message, server, mail, clock_now()));
	handle = curl_easy_init();
	rest = buffer_text(&message);
	if (arena && handle && set_up(handle, server, mail, arena, &recipients)) {
		CURLcode code;
		long reply = 0;

		curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_bytes);
		curl_easy_setopt(handle, CURLOPT_READDATA, &rest);
		code = curl_easy_perform(handle);
		curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply);
		status = code == CURLE_OK ? STATUS_OK
			: reply >= 500 && reply < 600 && code != CURLE_LOGIN_DENIED ? STATUS_INVALID
										    : STATUS_UNAVAILABLE;
		if (code != CURLE_OK)
			snprintf(ret_problem, MAIL_PROBLEM_SIZE, "%ld %s", reply, curl_easy_strerror(code));
	}
	curl_slist_free_all(recipients);
	curl_easy_cleanup(handle);
	return status;
}
