/* vigie completion: what a shell needs to complete commands and options, from the same rows. */
#include "app/commands.h"

#include <stdio.h>
#include <string.h>

static void print_bash(void)
{
	printf("# bash: vigie completion bash > /usr/share/bash-completion/completions/vigie\n"
	       "_vigie() {\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} options=\n"
	       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W \"");
	for (const struct command *const *row = commands; *row; row++)
		printf("%s ", (*row)->name);
	printf("man\" -- \"$word\"))\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n");
	for (const struct command *const *row = commands; *row; row++) {
		printf("\t%s) options=\"--help --lang", (*row)->name);
		for (const struct option *option = (*row)->options; option->name; option++)
			printf(" %s", option->name);
		printf("\" ;;\n");
	}
	printf("\tesac\n"
	       "\tcase $word in\n"
	       "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
	       "\t*) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
	       "\tesac\n"
	       "}\n"
	       "complete -o filenames -F _vigie vigie\n");
}

/* In single quotes for zsh and fish: an apostrophe ends, escapes and begins them anew. */
static void print_quoted(const char *text, const char *also)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf("'\\''");
		else if (strchr(also, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void print_zsh(enum language language)
{
	printf("#compdef vigie\n# zsh: vigie completion zsh > /usr/share/zsh/vendor-completions/_vigie\n"
	       "_vigie() {\n\tlocal -a commands\n\tcommands=(\n");
	for (const struct command *const *row = commands; *row; row++) {
		printf("\t\t'%s:", (*row)->name);
		print_quoted(tr(language, (*row)->help), ":");
		printf("'\n");
	}
	printf("\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tcase $words[2] in\n");
	for (const struct command *const *row = commands; *row; row++) {
		printf("\t%s) _arguments", (*row)->name);
		for (const struct option *option = (*row)->options; option->name; option++) {
			printf(" '%s[", option->name);
			print_quoted(tr(language, option->help), "[]:");
			printf(option->value ? "]:%s:_files'" : "]'", option->value);
		}
		printf(" '*:file:_files' ;;\n");
	}
	printf("\tesac\n}\n_vigie \"$@\"\n");
}

static void print_fish(enum language language)
{
	printf("# fish: vigie completion fish > /usr/share/fish/vendor_completions.d/vigie.fish\n");
	for (const struct command *const *row = commands; *row; row++) {
		printf("complete -c vigie -n __fish_use_subcommand -a %s -d '", (*row)->name);
		print_quoted(tr(language, (*row)->help), "");
		printf("'\n");
		for (const struct option *option = (*row)->options; option->name; option++) {
			printf("complete -c vigie -n '__fish_seen_subcommand_from %s' -l %s%s -d '", (*row)->name,
				option->name + 2, option->value ? " -r" : "");
			print_quoted(tr(language, option->help), "");
			printf("'\n");
		}
	}
}

static int run_completion(const struct invocation *invocation)
{
	const char *shell = invocation->arguments[0];

	if (strcmp(shell, "bash") == 0)
		print_bash();
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(invocation->language);
	else if (strcmp(shell, "fish") == 0)
		print_fish(invocation->language);
	else
		return complain(invocation, TR("interpréteur inconnu : %1 (bash, zsh ou fish)"), shell, NULL);
	return EXIT_FINE;
}

static const struct option options[] = {{NULL, NULL, NULL}};
const struct command completion_command = {"completion", "bash|zsh|fish",
	TR("écrit ce qu'il faut à un interpréteur pour compléter les commandes"), options, 1, 1, run_completion};
