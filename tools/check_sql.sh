#!/bin/sh
# Refuses SQL anywhere but in STATEMENT(…) and STATEMENT_OF(…): check_sql.sh [ROOT]. Tests, and the two drivers of
# the store, which talk to their library in strings of their own, are left out.
set -eu
cd "${1:-$(dirname "$0")/..}"

files=$(find src -name '*.c' ! -name '*_test.c' ! -path 'src/store/*')
[ -n "$files" ] || { echo "no sources found"; exit 1; }
awk '
	FNR == 1 { statement = 0; comment = 0 }
	{
		text = $0
		if (comment) { if (!match(text, /\*\//)) next; text = substr(text, RSTART + 2); comment = 0 }
		gsub(/\/\*([^*]|\*[^\/])*\*\//, "", text)
		if (match(text, /\/\*/)) { text = substr(text, 1, RSTART - 1); comment = 1 }
		if (text ~ /STATEMENT(_OF|_BOTH)?\(/) statement = 1
		if (text ~ /^#define / || continued) { continued = text ~ /\\$/; next } # a part that statements share
		lower = tolower(text)
		if (!statement && lower ~ /"[^"]*(select .* from |insert into |update [a-z_]+ set |delete from |create (table|index|unique) |drop table |alter table )/) {
			printf "%s:%d: SQL outside STATEMENT(…): %s\n", FILENAME, FNR, $0
			bad = 1
		}
		if (statement && text ~ /\);[ \t]*$/) statement = 0
	}
	END { exit bad }' $files
