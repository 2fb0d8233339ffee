#!/bin/sh
# Refuses functions above 80 lines or 6 arguments (outputs, ret_…, and a callback's context not counted) and files above 700 lines:
# check_sizes.sh [ROOT].
set -eu
cd "${1:-$(dirname "$0")/..}"

files=$(find src tests bench -name '*.[ch]' 2>/dev/null || true)
[ -n "$files" ] || { echo "no sources found"; exit 1; }
status=0

wc -l $files | awk '$2 != "total" && $1 > 700 { printf "%s: %d lines, 700 at most\n", $2, $1; bad = 1 } END { exit bad }' ||
	status=1

# A definition starts in the first column and its body is between { and } in the first column.
awk '
	FNR == 1 { head = ""; inside = 0; hidden = 0 }
	hidden { if (/\*\//) hidden = 0; next }
	/^\/\*/ && !/\*\// { hidden = 1; next }
	inside {
		length_++
		if (/^}/) {
			inside = 0
			if (length_ > 80) { printf "%s:%d: %d lines in a function, 80 at most\n", FILENAME, start, length_; bad = 1 }
		}
		next
	}
	/^{/ && head ~ /\(/ {
		inside = 1; length_ = 1; start = FNR
		count_arguments(head)
		head = ""
		next
	}
	/^[#}]/ || /;[ \t]*(\/\*.*)?$/ || /^$/ {
		if (/;/ && (head $0) ~ /\(/ && head $0 !~ /[={]/) { start = FNR; count_arguments(head " " $0) }
		head = ""; next
	}
	{ head = head " " $0 }
	function count_arguments(text,   i, c, depth, commas, first) {
		sub(/__attribute__.*/, "", text)
		if (text ~ /#|typedef|TEST\(|STATEMENT|xmlChar \*\*|struct MHD_Connection \*/) return # callbacks of libraries
		gsub(/\/\*[^*]*\*\//, "", text)
		first = index(text, "(")
		depth = 0; commas = 0
		for (i = first; i <= length(text); i++) {
			c = substr(text, i, 1)
			if (c == "(") depth++
			else if (c == ")") { depth--; if (!depth) break }
			else if (c == "," && depth == 1) commas++
		}
		commas -= gsub(/[ *(]ret_[a-z_]+|void \*context/, "", text)
		if (commas + 1 > 6) { printf "%s:%d: %d arguments, 6 at most\n", FILENAME, start, commas + 1; bad = 1 }
	}
	END { exit bad }' $files || status=1
exit $status
