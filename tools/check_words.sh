#!/bin/sh
# Refuses words that the house does not use: check_words.sh [ROOT].
set -eu
cd "${1:-$(dirname "$0")/..}"
status=0

# without_comments FILE…: the code alone, strings emptied, as file:line:text.
without_comments() {
	awk '
		FNR == 1 { comment = 0 }
		{
			text = $0
			if (comment) { if (!match(text, /\*\//)) next; text = substr(text, RSTART + 2); comment = 0 }
			gsub(/\\./, "", text)
			gsub(/"[^"]*"/, "\"\"", text)
			gsub(/\/\*([^*]|\*[^\/])*\*\//, "", text)
			if (match(text, /\/\*/)) { text = substr(text, 1, RSTART - 1); comment = 1 }
			sub(/\/\/.*/, "", text)
			print FILENAME ":" FNR ":" text
		}' "$@"
}

# refuse WHY PATTERN FILE…
refuse() {
	why=$1 pattern=$2
	shift 2
	[ $# -gt 0 ] || return 0
	found=$(without_comments "$@" | grep -E "$pattern" || true)
	[ -n "$found" ] || return 0
	printf '%s\n' "$found" | awk -v why="$why" '{ print $0 "    (" why ")" }'
	status=1
}

sources=$(find src -name '*.[ch]')
[ -n "$sources" ] || { echo "no sources found"; exit 1; }
# Words of C.
refuse "memory only through base/memory.h or an arena" '[^a-z_A-Z.>](malloc|calloc|realloc|free|strdup|strndup|asprintf)\(' \
	$(printf '%s\n' $sources | grep -v '^src/base/memory\.c$')
refuse "no goto, no longjmp" '[^a-z_A-Z](goto [a-z_]+;|longjmp\(|setjmp\()' $sources
refuse "only main may end the process" '[^a-z_A-Z](exit|_exit|_Exit|abort|quick_exit)\(' \
	$(printf '%s\n' $sources | grep -Ev '^src/app/main\.c$|_test\.c$')
refuse "a bounded function" '[^a-z_A-Z](strcpy|strcat|sprintf|vsprintf|gets|strtok)\(' \
	$(printf '%s\n' $sources | grep -v '_test\.c$')
refuse "no typedef of a struct" 'typedef (struct|union|enum)' $sources

# A variable that is released on leaving must be given a value before the function can leave.
awk '
	FNR == 1 || /^}/ { split("", waiting) }
	/AUTO\([a-z_]+\)[^=]*;/ { name = $0; sub(/;.*/, "", name); sub(/.*[ *]/, "", name); waiting[name] = FNR; next }
	{
		for (name in waiting) {
			if ($0 ~ "[^a-z_]" name "[^a-z_]") delete waiting[name]
			else if ($0 ~ /[^a-z_](return|TRY\()/ || $0 ~ /^\t*(return|TRY|REQUIRE)/) {
				printf "%s:%d: %s is released on leaving but has no value yet\n", FILENAME, FNR, name
				bad = 1
				delete waiting[name]
			}
		}
	}
	END { exit bad }' $(find src tests -name '*.c' 2>/dev/null || true) || status=1

# Paths and hosts of one machine, in anything that is kept.
kept=$(git ls-files 2>/dev/null || find . -type f -not -path './build/*' -not -path './.git/*')
found=$(printf '%s\n' "$kept" | grep -vE '^(\./)?(tools/check_(words|checkers)\.sh|LICENSE)$' | tr '\n' '\0' |
	xargs -0 grep -nHIE '(^|[^a-z.])/(work|home|root)/|https?://[^ ]*(registry|mirror|deb\.debian|pypi|npmjs)' 2>/dev/null || true)
if [ -n "$found" ]; then
	printf '%s\n' "$found" | sed 's/$/    (a path or host of one machine)/'
	status=1
fi
exit $status
