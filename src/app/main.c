/* The program: finds the command and runs it. */
#include "app/command.h"
#include "app/wiring.h"
#include "base/log.h"
#include "base/secret.h"

#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option common[] = {
	{"--lang", "fr|en|pt|es", TR("langue des messages (défaut : celle du système, sinon le français)")},
	{"--help", NULL, TR("explique la commande")},
	{NULL, NULL, NULL},
};

static enum language language_of_system(void)
{
	const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	enum language language = LANGUAGE_FR;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && language_from(text_of(value), &language))
			return language;
	}
	return LANGUAGE_FR;
}

static const struct command *find_command(const char *name)
{
	for (const struct command *const *row = commands; *row; row++)
		if (strcmp((*row)->name, name) == 0)
			return *row;
	return NULL;
}

static void print_option(enum language language, const struct option *option)
{
	char head[64];

	snprintf(head, sizeof head, "%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
	printf("  %-28s %s\n", head, tr(language, option->help));
}

static int print_command_help(enum language language, const struct command *command)
{
	printf("vigie %s %s\n\n%s\n\n", command->name, command->arguments, tr(language, command->help));
	for (const struct option *option = command->options; option->name; option++)
		print_option(language, option);
	for (const struct option *option = common; option->name; option++)
		print_option(language, option);
	return EXIT_FINE;
}

static int print_help(enum language language)
{
	printf("vigie – %s\n\n",
		tr(language, TR("analyse anticipée des risques pour les administrations des douanes")));
	for (const struct command *const *row = commands; *row; row++)
		printf("  %-12s %s\n", (*row)->name, tr(language, (*row)->help));
	printf("\n%s\n", tr(language, TR("« vigie COMMANDE --help » explique une commande.")));
	return EXIT_FINE;
}

/* The manual page, in roff, from the same rows. */
static void print_roff(const char *text)
{
	for (; *text; text++) {
		if (*text == '-' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static int print_manual(enum language language)
{
	printf(".TH VIGIE 1\n.SH NAME\nvigie \\- ");
	print_roff(tr(language, TR("analyse anticipée des risques pour les administrations des douanes")));
	printf("\n.SH SYNOPSIS\n.B vigie\n.I COMMAND\n[...]\n.SH COMMANDS\n");
	for (const struct command *const *row = commands; *row; row++) {
		printf(".SS ");
		print_roff((*row)->name);
		printf(" ");
		print_roff((*row)->arguments);
		printf("\n");
		print_roff(tr(language, (*row)->help));
		printf("\n");
		for (const struct option *option = (*row)->options; option->name; option++) {
			printf(".TP\n.B ");
			print_roff(option->name);
			printf(" ");
			print_roff(option->value ? option->value : "");
			printf("\n");
			print_roff(tr(language, option->help));
			printf("\n");
		}
	}
	return EXIT_FINE;
}

static int usage(const struct invocation *invocation, const char *id, const char *value)
{
	complain(invocation, id, value, NULL);
	complain(invocation, TR("« vigie %1 --help » explique la commande."), invocation->command->name, NULL);
	return EXIT_USAGE;
}

/* Finds the option's row; the common ones are handled by the caller. */
static int find_option(const struct command *command, const char *name)
{
	for (int i = 0; command->options[i].name; i++)
		if (strcmp(command->options[i].name, name) == 0)
			return i;
	return -1;
}

static int run_command(struct invocation *invocation, int count, char **words)
{
	const struct command *command = invocation->command;
	bool only_plain = false;

	invocation->arguments = words;
	for (int i = 0; i < count; i++) {
		char *word = words[i];
		int row;

		if (only_plain || word[0] != '-' || strcmp(word, "-") == 0) {
			invocation->arguments[invocation->count++] = word;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			only_plain = true;
			continue;
		}
		if (strcmp(word, "--help") == 0)
			return print_command_help(invocation->language, command);
		row = find_option(command, word);
		if (row < 0 && strcmp(word, "--lang") != 0)
			return usage(invocation, TR("option inconnue : %1"), word);
		if (row >= 0 && !command->options[row].value) {
			invocation->values[row] = "";
			continue;
		}
		if (++i == count)
			return usage(invocation, TR("l'option %1 attend une valeur"), word);
		if (row >= 0)
			invocation->values[row] = words[i];
		else if (!language_from(text_of(words[i]), &invocation->language))
			return usage(invocation, TR("langue inconnue : %1 (fr, en, pt ou es)"), words[i]);
	}
	if (invocation->count < command->least)
		return usage(invocation, TR("il manque un argument : %1"), command->arguments);
	if (command->most >= 0 && invocation->count > command->most)
		return usage(invocation, TR("argument de trop : %1"), invocation->arguments[command->most]);
	return command->run(invocation);
}

int main(int count, char **words)
{
	struct invocation invocation = {.language = language_of_system()};

	/* Blocks of arenas are used again rather than given back to the system after each request. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	if (!secret_init()) {
		log_event(LOG_ERROR, "start", "problem", "no randomness", NULL);
		return EXIT_REFUSED;
	}
	wiring_start();
	if (count < 2 || strcmp(words[1], "--help") == 0 || strcmp(words[1], "help") == 0)
		return print_help(invocation.language);
	if (strcmp(words[1], "man") == 0)
		return print_manual(invocation.language);
	if (strcmp(words[1], "--version") == 0) {
		printf("vigie %s\n", VIGIE_VERSION);
		return EXIT_FINE;
	}
	invocation.command = find_command(words[1]);
	if (!invocation.command) {
		complain(&invocation, TR("commande inconnue : %1"), words[1], NULL);
		print_help(invocation.language);
		return EXIT_USAGE;
	}
	return run_command(&invocation, count - 2, words + 2);
}
