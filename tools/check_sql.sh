#!/bin/sh
# Refuses SQL anywhere but in STATEMENT(…) and STATEMENT_OF(…): check_sql.sh [ROOT]. The two drivers of the store
# talk to their library in strings of their own and are left out.
set -eu
cd "${1:-$(dirname "$0")/..}"

files=$(find src bench -name '*.c' ! -path 'src/store/*' 2>/dev/null || true)
[ -n "$files" ] || { echo "no sources found"; exit 1; }
awk '
	FNR == 1 { statement = 0; comment = 0 }
	{
		text = $0
		if (comment) { if (!match(text, /\*\//)) next; text = substr(text, RSTART + 2); comment = 0 }
		gsub(/\/\*([^*]|\*[^\/])*\*\//, "", text)
		if (match(text, /\/\*/)) { text = substr(text, 1, RSTART - 1); comment = 1 }
		if (text ~ /STATEMENT(_OF|_BOTH)?\(/) statement = 1
		lower = tolower(text)
		if (!statement && lower ~ /"[^"]*(select .* from |insert into |update [a-z_]+ set |delete from |create (table|index|unique) |drop table |alter table )/) {
			printf "%s:%d: SQL outside STATEMENT(…): %s\n", FILENAME, FNR, $0
			bad = 1
		}
		if (statement && text ~ /\);[ \t]*$/) statement = 0
	}
	END { exit bad }' $files
