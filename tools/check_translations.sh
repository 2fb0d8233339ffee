#!/bin/sh
# Refuses a text without its translation into every language of po/, a doubtful ("fuzzy") one, and one whose
# %1 or printf places differ from the French: check_translations.sh [ROOT].
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

status=0
# What xgettext warns of is no text: an empty one, a broken escape.
"$here/collect_texts.sh" . "$work/vigie.pot" 2>"$work/warnings"
if [ -s "$work/warnings" ]; then
	cat "$work/warnings"
	status=1
fi
for po in po/*.po; do
	msgfmt --check-header -o /dev/null "$po" 2>"$work/format" ||
		{ sed "s#^#$po: #" "$work/format"; status=1; }
	# The template against the file: what is new in the template comes out untranslated.
	msgmerge --quiet --no-fuzzy-matching --no-location --no-wrap -o "$work/merged.po" "$po" "$work/vigie.pot"
	for kind in --untranslated --only-fuzzy; do
		rm -f "$work/bad.po"
		msgattrib $kind --no-obsolete --no-wrap -o "$work/bad.po" "$work/merged.po"
		if [ -s "$work/bad.po" ] && grep -v '^msgid ""$' "$work/bad.po" | grep -q '^msgid '; then
			grep -v '^msgid ""$' "$work/bad.po" | grep '^msgid ' | sed "s#^msgid#$po ${kind#--}:#" | head -20
			status=1
		fi
	done
	# Places for values: the same set on both sides.
	msgcat --no-wrap "$work/merged.po" | awk -v file="$po" '
		function flush(   a, b) {
			if (id != "" && text != "") {
				a = places(id); b = places(text)
				if (a != b) { printf "%s: the places \"%s\" and \"%s\" differ: %s\n", file, a, b, id; bad = 1 }
			}
			id = text = ""; where = ""
		}
		function places(s,   n, found, list, i, j, t) {
			n = 0
			gsub(/%%/, "", s)
			while (match(s, /%(\.\*s|[0-9.]*l*[sdcfuz]u?|t?[1-9])/)) {
				found[++n] = substr(s, RSTART, RLENGTH)
				s = substr(s, RSTART + RLENGTH)
			}
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && found[j - 1] > found[j]; j--) { t = found[j]; found[j] = found[j - 1]; found[j - 1] = t }
			list = ""
			for (i = 1; i <= n; i++) list = list " " found[i]
			return list
		}
		/^msgid / { flush(); where = "id"; id = substr($0, 8); sub(/"$/, "", id); next }
		/^msgstr / { where = "text"; text = substr($0, 9); sub(/"$/, "", text); next }
		/^"/ { s = substr($0, 2); sub(/"$/, "", s); if (where == "id") id = id s; else text = text s; next }
		/^#~/ { next }
		END { flush(); exit bad }' || status=1
done
exit $status
