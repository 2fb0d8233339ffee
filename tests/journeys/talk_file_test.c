/* Readable conversations: tests/journeys/NAME.talk, a line a step.
 *
 *   # words for the reader
 *   account LOGIN ROLE UNIT     makes an account by the command; its first password is then $LOGIN
 *   as NAME                     from here on this browser speaks (a new one when the name is new)
 *   sign in LOGIN               … as this person
 *   run WORDS                   a command of the program with --db; `<` then looks at what it printed
 *   > GET PATH                  > POST PATH name=value name="a longer value"     > UPLOAD PATH field=@file
 *   > FOLLOW                    goes where the last answer sends
 *   < 200                       the status (or the exit code of a command)
 *   < has "TEXT"                < not "TEXT"      < to "PATH" (where a redirect goes)
 *   $files is the folder of files; $admin the first account's password.
 *   ~ REGEX as NAME             what the first group matched is $NAME from here on
 */
#include "conversation.h"

#include "base/test.h"

#include <ctype.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BROWSERS = 6, VALUES = 40, LINE_ROOM = 4000 };

struct value {
	char name[40], value[200];
};
struct talk_run {
	const struct site *site;
	const char *file;
	int line, status;
	char people[BROWSERS][40];
	struct browser browsers[BROWSERS];
	int people_count, current;
	struct value values[VALUES];
	int value_count;
	struct run command;
	bool looks_at_command, failed;
};

static void __attribute__((format(printf, 2, 3))) complain(struct talk_run *t, const char *format, ...)
{
	char why[3000];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	test_failed(t->file, t->line, "%s [%.10s]", why, t->site->url);
	t->failed = true;
}

static struct browser *speaker(struct talk_run *t)
{
	return &t->browsers[t->current];
}

static void set_value(struct talk_run *t, const char *name, struct text value)
{
	struct value *row = NULL;

	for (int i = 0; i < t->value_count; i++)
		if (strcmp(t->values[i].name, name) == 0)
			row = &t->values[i];
	if (!row && t->value_count < VALUES)
		row = &t->values[t->value_count++];
	if (!row)
		return;
	snprintf(row->name, sizeof row->name, "%s", name);
	snprintf(row->value, sizeof row->value, "%.*s", TEXT_FORMAT(value));
}

/* The line with each $name replaced. */
static void fill_in(struct talk_run *t, const char *from, char *to, size_t size)
{
	size_t used = 0;

	while (*from && used + 1 < size) {
		const char *value = NULL;
		size_t length = 1;

		if (*from == '$' && isalpha((unsigned char)from[1])) {
			while (isalnum((unsigned char)from[length]) || from[length] == '_')
				length++;
			for (int i = 0; i < t->value_count && !value; i++)
				if (strlen(t->values[i].name) == length - 1 &&
				    memcmp(t->values[i].name, from + 1, length - 1) == 0)
					value = t->values[i].value;
		}
		if (value)
			used += (size_t)snprintf(to + used, size - used, "%s", value);
		else
			to[used++] = *from;
		from += value ? length : 1;
	}
	to[used < size ? used : size - 1] = '\0';
}

/* Cuts the next word; quotes hold blanks together: name="a value" gives name=a value; \n is a
 * line feed. */
static bool next_word(char **rest, char **ret_word)
{
	char *from = *rest, *to;
	bool quoted = false;

	while (*from == ' ' || *from == '\t')
		from++;
	if (!*from)
		return false;
	*ret_word = to = from;
	for (; *from && (quoted || (*from != ' ' && *from != '\t')); from++) {
		if (*from == '\\' && from[1] == '"')
			*to++ = *++from;
		else if (*from == '\\' && from[1] == 'n') {
			*to++ = '\n';
			from++;
		} else if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return true;
}

static void switch_to(struct talk_run *t, const char *name)
{
	for (t->current = 0; t->current < t->people_count; t->current++)
		if (strcmp(t->people[t->current], name) == 0)
			return;
	if (t->current == BROWSERS) {
		t->current = 0;
		complain(t, "too many people");
		return;
	}
	snprintf(t->people[t->people_count++], 40, "%s", name);
	browser_init(speaker(t), t->site);
}

static void upload(struct talk_run *t, const char *path, char *word)
{
	AUTO(buffer_release) struct buffer content;
	char full[PATH_ROOM * 2], *at = strstr(word, "=@");

	buffer_init(&content, ANSWER_LIMIT);
	if (!at) {
		complain(t, "an upload is field=@file");
		return;
	}
	*at = '\0';
	snprintf(full, sizeof full, "%s/tests/journeys/files/%s", test_source_folder(), at + 2);
	if (!file_take(full, &content))
		complain(t, "no file %s", full);
	t->status = browser_upload(speaker(t), path, word, at + 2, buffer_text(&content));
}

static void post(struct talk_run *t, const char *path, char *rest)
{
	AUTO(buffer_release) struct buffer fields;
	char *word;

	buffer_init(&fields, 1 << 20);
	while (next_word(&rest, &word)) {
		char *equal = strchr(word, '=');

		if (!equal) {
			complain(t, "a field is name=value: %s", word);
			return;
		}
		buffer_format(&fields, "%s%.*s=", fields.size ? "&" : "", (int)(equal - word), word);
		url_encode(&fields, text_of(equal + 1));
	}
	t->status = browser_post(speaker(t), path, fields.data ? fields.data : "");
}

static void say(struct talk_run *t, char *rest)
{
	char path[PATH_ROOM], *method = NULL, *word = NULL;

	t->looks_at_command = false;
	if (!next_word(&rest, &method))
		return;
	if (strcmp(method, "FOLLOW") == 0) {
		snprintf(path, sizeof path, "%s", speaker(t)->location);
		t->status = browser_get(speaker(t), path);
	} else if (!next_word(&rest, &word)) {
		complain(t, "where to?");
	} else if (strcmp(method, "GET") == 0) {
		t->status = browser_get(speaker(t), word);
	} else if (strcmp(method, "POST") == 0) {
		post(t, word, rest);
	} else if (strcmp(method, "UPLOAD") == 0) {
		char *field = NULL;

		if (next_word(&rest, &field))
			upload(t, word, field);
	} else {
		complain(t, "unknown method %s", method);
	}
}

static struct text looked_at(struct talk_run *t)
{
	return t->looks_at_command ? buffer_text(&t->command.out) : speaker(t)->body;
}

static void check(struct talk_run *t, char *rest)
{
	char *word = NULL, *what = NULL;
	struct text seen = looked_at(t);
	bool has;

	if (!next_word(&rest, &word))
		return;
	if (isdigit((unsigned char)*word)) {
		if (t->status != atoi(word))
			complain(t, "status %d, wanted %s: %.900s %.900s", t->status, word, seen.data ? seen.data : "",
				t->looks_at_command && t->command.err.data ? t->command.err.data : "");
		return;
	}
	if (!next_word(&rest, &what))
		what = word + strlen(word);
	has = !*what || text_find(seen, text_of(what)) < seen.size;
	if (strcmp(word, "to") == 0) {
		if (strcmp(speaker(t)->location, what) != 0)
			complain(t, "sends to \"%s\", wanted \"%s\"", speaker(t)->location, what);
	} else if (strcmp(word, "has") != 0 && strcmp(word, "not") != 0) {
		complain(t, "unknown check %s", word);
	} else if (has != (*word == 'h')) {
		complain(t, has ? "there is \"%s\": %.*s" : "there is no \"%s\" in %.*s", what,
			TEXT_FORMAT(text_slice(seen, text_find(seen, TEXT("<main")), seen.size)));
	}
}

static void capture(struct talk_run *t, const char *rest)
{
	const char *as = strstr(rest, " as ");
	char pattern[LINE_ROOM];
	struct text seen = looked_at(t);
	regmatch_t match[2];
	regex_t regex;

	if (!as) {
		complain(t, "~ REGEX as NAME");
		return;
	}
	snprintf(pattern, sizeof pattern, "%.*s", (int)(as - rest), rest);
	if (regcomp(&regex, pattern, REG_EXTENDED) != 0) {
		complain(t, "bad pattern %s", pattern);
		return;
	}
	if (!seen.data || regexec(&regex, seen.data, 2, match, 0) != 0 || match[1].rm_so < 0)
		complain(t, "nothing is like %s", pattern);
	else
		set_value(t, as + 4, text_slice(seen, (size_t)match[1].rm_so, (size_t)match[1].rm_eo));
	regfree(&regex);
}

static void run_words(struct talk_run *t, char *rest)
{
	const char *words[WORD_LIMIT + 3] = {NULL};
	size_t count = 0;
	char *word;

	while (count < WORD_LIMIT && next_word(&rest, &word))
		words[count++] = word;
	words[count++] = "--db";
	words[count++] = t->site->url;
	run_release(&t->command);
	run_program(&t->command, TEXT_NONE, words);
	t->status = t->command.code;
	t->looks_at_command = true;
}

static void account(struct talk_run *t, char *rest)
{
	char *login = NULL, *role = NULL, *unit = NULL, password[64];

	if (!next_word(&rest, &login) || !next_word(&rest, &role) || !next_word(&rest, &unit)) {
		complain(t, "account LOGIN ROLE UNIT");
		return;
	}
	if (account_add(t->site->url, login, role, unit, password))
		set_value(t, login, text_of(password));
	else
		t->failed = true;
}

static void sign_in(struct talk_run *t, const char *login)
{
	char name[LINE_ROOM + 1], password[200];

	snprintf(name, sizeof name, "$%s", login);
	fill_in(t, name, password, sizeof password);
	t->looks_at_command = false;
	if (!browser_sign_in(speaker(t), login, password))
		complain(t, "%s cannot sign in", login);
	else if (strcmp(login, "admin") != 0)
		set_value(t, login, text_of(chosen_password));
}

static void step(struct talk_run *t, char *line)
{
	char filled[LINE_ROOM];

	if (*line == '~') {
		capture(t, line + 2);
		return;
	}
	fill_in(t, line, filled, sizeof filled);
	if (*filled == '>')
		say(t, filled + 1);
	else if (*filled == '<')
		check(t, filled + 1);
	else if (strncmp(filled, "as ", 3) == 0)
		switch_to(t, filled + 3);
	else if (strncmp(filled, "sign in ", 8) == 0)
		sign_in(t, filled + 8);
	else if (strncmp(filled, "run ", 4) == 0)
		run_words(t, filled + 4);
	else if (strncmp(filled, "account ", 8) == 0)
		account(t, filled + 8);
	else if (*filled && *filled != '#')
		complain(t, "what is this: %s", filled);
}

static bool first_account(struct talk_run *t)
{
	char password[64];
	bool done;

	RUN(&t->command, "first-run", "--empty", "--db", t->site->url);
	done = t->command.code == 0 && first_password(buffer_text(&t->command.out), "admin", password, sizeof password);
	if (done)
		set_value(t, "admin", text_of(password));
	else
		complain(t, "no first account: %s", t->command.err.data ? t->command.err.data : "");
	return done;
}

static void play(struct talk_run *t, struct text text)
{
	char files[PATH_ROOM];

	snprintf(files, sizeof files, "%s/tests/journeys/files", test_source_folder());
	set_value(t, "files", text_of(files));
	switch_to(t, "nobody");
	while (text.data && !t->failed) {
		struct text row = text_trim(text_cut(&text, '\n'));
		char line[LINE_ROOM];

		t->line++;
		snprintf(line, sizeof line, "%.*s", TEXT_FORMAT(row));
		step(t, line);
	}
	for (int i = 0; i < t->people_count; i++)
		browser_release(&t->browsers[i]);
}

void conversation_run(const char *url, const char *file)
{
	AUTO(buffer_release) struct buffer text;
	struct site site = {.url = url, .process = -1};
	struct talk_run t = {.site = &site, .file = file};
	char path[PATH_ROOM * 2];

	buffer_init(&text, 1 << 20);
	snprintf(path, sizeof path, "%s/tests/journeys/%s", test_source_folder(), file);
	if (!file_take(path, &text)) {
		test_failed(__FILE__, __LINE__, "no file %s", path);
		return;
	}
	if (first_account(&t) && site_start(&site, url)) {
		play(&t, buffer_text(&text));
		site_stop(&site);
	} else {
		site_kill(&site);
	}
	run_release(&t.command);
}
