#!/bin/bash
# Makes the pictures of the guides anew: runs the journey tests/browser/guides.mjs and puts what it leaves, in few colours,
# into docs/guides/pictures. At authoring time only; needs what script/browser needs, and pngquant.
set -eu
cd "$(dirname "$0")/.."
most=40960
shots=build/browser/guides
pictures=docs/guides/pictures
command -v pngquant >/dev/null || { echo "pngquant is not here: apt-get install pngquant" >&2; exit 1; }
script/browser guides || echo "the journey found faults: the pictures are taken all the same" >&2
mkdir -p "$pictures"
rm -f "$pictures"/*.png
for shot in "$shots"/*.png; do
	name=$(basename "$shot")
	for colours in 48 32 24 16 12; do
		pngquant --force --strip --nofs --speed 1 --output "$pictures/$name" "$colours" "$shot"
		[ "$(stat -c %s "$pictures/$name")" -gt $most ] || break
	done
	size=$(stat -c %s "$pictures/$name")
	[ "$size" -le $most ] || { echo "$name: $size bytes, more than $most" >&2; exit 1; }
	printf '%-40s %6d bytes, %d colours\n' "$name" "$size" "$colours"
done
