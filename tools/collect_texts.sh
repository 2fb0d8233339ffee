#!/bin/sh
# Writes the template of all texts for people that the sources hold: collect_texts.sh ROOT OUT. They are the
# arguments of TR(…) and tr(…), those of the components that take a message id, and the texts of status.def.
set -eu
root=$1
out=$2
cd "$root"
mkdir -p "$(dirname "$out")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Titles and instructions of the starter policy, as if they stood in a source.
for policy in policy/*.policy; do
	[ ! -e "$policy" ] || sed -n 's/["\\]/\\&/g; s/^profile [^:]*: *\(.*\)$/TR("\1")/p; s/^instruction: *\(.*\)$/TR("\1")/p' "$policy"
done >"$work/policy.c"
{
	find src -name '*.[ch]' ! -name '*_test.c' ! -path src/base/catalogue.h
	[ ! -e src/base/status.def ] || echo src/base/status.def
	echo "$work/policy.c"
} | LC_ALL=C sort | xgettext --files-from=- --language=C --from-code=UTF-8 --no-location --sort-output --no-wrap \
	--package-name=vigie -o "$out" --keyword \
	--keyword=TR --keyword=tr:2 --keyword=html_tr:2 --keyword=STATUS:3 \
	--keyword=section_begin:2 --keyword=facts_row_begin:2 --keyword=facts_row:2 --keyword=table_begin:2 \
	--keyword=lane_badge:3 --keyword=badge:3 --keyword=notice:3 --keyword=form_end:2 --keyword=button_form:3 \
	--keyword=rq_flash:2
