#!/bin/sh
# Proves that each checker refuses what it is there to refuse and lets good code pass. Last line: N passed, N failed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
passed=0 failed=0

# A small good project to spoil.
fresh() {
	rm -rf "$sample/p"
	mkdir -p "$sample/p/src/base" "$sample/p/src/web" "$sample/p/src/store" "$sample/p/src/modules/one" \
		"$sample/p/src/modules/two" "$sample/p/po"
	cd "$sample/p" || exit 1
	printf '#include "base/text.h"\nint base_thing(int a);\n' >src/base/text.h
	printf '#include "base/text.h"\n' >src/web/page.c
	printf '#include "modules/one/one.h"\nstatic const struct module m = {\n\t.requires = "one",\n};\n' >src/modules/two/module.c
	printf '#include "base/text.h"\n' >src/modules/one/module.c
	printf 'STATEMENT(ALL,\n\t"select a from b"\n\t" where c = $1");\nint one(void)\n{\n\treturn 1;\n}\n' >src/web/list.c
	printf 'const char *x = TR("Bonjour %%1");\n' >src/web/words.c
	for language in en es pt; do
		printf 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Bonjour %%1"\nmsgstr "x %%1"\n' \
			>po/$language.po
	done
}

# expect WANTED-STATUS CHECKER WHAT
expect() {
	output=$("$here/$2" "$sample/p" 2>&1)
	status=$?
	if [ "$status" -eq "$1" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $2: $3: status $status, wanted $1: $output"
	fi
}

fresh
for checker in check_layers.sh check_sizes.sh check_sql.sh check_words.sh check_translations.sh; do
	expect 0 $checker "a good project"
done

# spoil CHECKER WHAT FILE TEXT
spoil() {
	fresh
	printf "$4" >>"$3"
	expect 1 "$1" "$2"
}
spoil check_layers.sh "base uses web" src/base/text.h '#include "web/page.h"\n'
spoil check_layers.sh "web uses a module" src/web/page.c '#include "modules/one/one.h"\n'
spoil check_layers.sh "a module not required" src/modules/one/module.c '#include "modules/two/two.h"\n'
spoil check_layers.sh "a module's inner header" src/modules/two/module.c '#include "modules/one/inner.h"\n'
spoil check_layers.sh "a header without its folder" src/web/page.c '#include "page.h"\n'
spoil check_sizes.sh "a long file" src/web/page.c "$(yes '/* x */' | head -720)"
spoil check_sizes.sh "a long function" src/web/page.c "int f(void)\n{\n$(yes '	g();' | head -81)\n}\n"
spoil check_sizes.sh "many arguments" src/web/page.c 'int f(int a, int b, int c,\n\tint d, int e, int f, int g)\n{\n\treturn 1;\n}\n'
spoil check_sizes.sh "many arguments in a header" src/web/page.h 'int f(int a, int b, int c, int d, int e, int f, int g);\n'
spoil check_sql.sh "a loose select" src/web/page.c 'const char *s = "select a from b";\n'
spoil check_sql.sh "SQL by printf" src/web/list.c '\tsnprintf(s, n, "insert into %%s", t);\n'
spoil check_words.sh "malloc" src/web/page.c 'void *p = malloc(3);\n'
spoil check_words.sh "goto" src/web/page.c '\tgoto end;\n'
spoil check_words.sh "exit" src/web/page.c '\texit(1);\n'
spoil check_words.sh "sprintf" src/web/page.c '\tsprintf(s, "");\n'
spoil check_words.sh "released without a value" src/web/page.c \
	'int f(int a)\n{\n\tAUTO(buffer_release) struct buffer b;\n\n\tif (a)\n\t\treturn 1;\n\tbuffer_init(&b, 1);\n}\n'
spoil check_words.sh "a path of one machine" src/web/page.c 'const char *p = "/home/me/x";\n'
spoil check_translations.sh "a missing translation" src/web/words.c 'const char *y = TR("Bonsoir");\n'
spoil check_translations.sh "an empty text" src/web/words.c 'const char *y = TR("");\n'
fresh
printf 'const char *y = TR("Bonsoir");\n' >>src/web/words.c
for language in en es pt; do printf '\nmsgid "Bonsoir"\nmsgstr ""\n' >>po/$language.po; done
expect 1 check_translations.sh "an empty translation"
fresh
sed -i 's/^msgstr "x %1"/msgstr "x"/' po/en.po
expect 1 check_translations.sh "a lost %1"
fresh
sed -i 's/^msgid "Bon/#, fuzzy\nmsgid "Bon/' po/pt.po
expect 1 check_translations.sh "a fuzzy translation"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
