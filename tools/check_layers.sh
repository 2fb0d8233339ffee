#!/bin/sh
# Refuses an include that points the wrong way between the layers: check_layers.sh [ROOT].
set -eu
cd "${1:-$(dirname "$0")/..}"

# Each module may use another only through <other>/<other>.h, and only when its table says that it requires it.
requires=$(for module in src/modules/*/; do
	[ -d "$module" ] || continue
	module=${module%/}
	cat "$module"/*.c 2>/dev/null | sed -n 's/.*\.requires = "\([^"]*\)".*/'"${module##*/}"' \1/p'
done)

find src -name '*.[ch]' -exec grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' {} + |
	REQUIRES="$requires" awk -F: '
	BEGIN {
		may["base"] = "base"
		may["store"] = "base store"
		may["engine"] = "base engine"
		may["formats"] = "base formats"
		may["domain"] = "base store domain"
		may["web"] = "base store domain web"
		may["demo"] = "base engine demo"
		may["modules"] = "base store engine formats domain web demo modules"
		may["app"] = "base store engine formats domain web demo modules app"
		count = split(ENVIRON["REQUIRES"], lines, "\n")
		for (i = 1; i <= count; i++) {
			words = split(lines[i], word, " ")
			for (j = 2; j <= words; j++)
				required[word[1], word[j]] = 1
		}
	}
	function refuse(why) {
		printf "%s:%s: \"%s\" may not be included here: %s\n", file, line, header, why
		bad++
	}
	{
		file = $1; line = $2
		header = $0
		sub(/^[^"]*"/, "", header); sub(/".*$/, "", header)
		split(file, part, "/")
		layer = part[2]
		seen++
		if (header !~ /\//) {
			refuse("name it from src: folder/file.h")
			next
		}
		split(header, to, "/")
		# Tests may use the harness and what their layer may use.
		if (!(layer in may)) {
			refuse("no layer is called " layer)
			next
		}
		if (index(" " may[layer] " ", " " to[1] " ") == 0 &&
		    !(layer == "formats" && header == "engine/consignment.h")) {
			refuse(layer " may use " may[layer])
			next
		}
		if (to[1] != "modules" || layer == "app")
			next
		if (to[2] == part[3])
			next
		if (header != "modules/" to[2] "/" to[2] ".h")
			refuse("another module only through its own header")
		else if (!((part[3], to[2]) in required))
			refuse("the module " part[3] " does not require " to[2])
	}
	END {
		if (!seen) { print "no include found: is this the right folder?"; bad++ }
		exit bad > 0
	}'
