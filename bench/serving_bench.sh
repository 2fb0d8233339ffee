#!/usr/bin/env bash
# How many pages a second the server gives, with sign-in and rights, on databases full of declarations; how long they take
# at a constant rate; its memory; ten thousand event streams; four hundred slow clients; recording; the search's index.
#   bench/serving_bench.sh DATABASE-URL…     e.g. sqlite:/tmp/million.db postgresql://vigie@127.0.0.1/million
#   VIGIE_SECONDS: of each measurement (8); VIGIE_BUILD: the build folder (build/release); VIGIE_STREAMS (10000);
#   VIGIE_BENCH_POSTGRES: an empty database for the recording of inspections.
# Baselines of the same run: the same server answering a constant page (/healthz); for the list, its own SQL made into JSON
# without HTTP (listing_bench); for recording, bare durable inserts. As the client and whatever else runs take their share of
# the cores, the server's own CPU time a request is printed too: two cores divided by it is what two cores give.
# wrk (MIT) is installed by apt when it is missing. The databases get one account each.
set -euo pipefail
[ $# -gt 0 ] || { sed -n 2,5p "$0"; exit 2; }
cd "$(dirname "$0")/.."
seconds=${VIGIE_SECONDS:-8}
build=${VIGIE_BUILD:-build/release}
streams=${VIGIE_STREAMS:-10000}
vigie=$build/vigie
for tool in wrk curl; do
	command -v $tool >/dev/null || apt-get install -y -q $tool >/dev/null || { echo "$tool is missing" >&2; exit 1; }
done
for bench in load_bench listing_bench inspecting_bench lists_bench; do
	[ -x "$build/$bench" ] || ninja -C "$build" "$bench" >/dev/null
done
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$folder"' EXIT

start() { # URL
	"$vigie" serve --db "$1" --listen 127.0.0.1:0 --documents "$folder/documents" >"$folder/out" 2>"$folder/log" &
	server=$!
	base=
	for _ in $(seq 600); do
		base=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/out" | head -1 || true)
		[ -z "$base" ] || break
		sleep 0.1
	done
	[ -n "$base" ] || { cat "$folder/log" >&2; exit 1; }
	port=${base##*:}
}
stop() { # a job may have minutes to go; nothing is lost that was committed
	kill -9 "$server"
	wait "$server" 2>/dev/null || true
	server=
}
ask() { # PATH [FIELD…]: with the jar, the form's token of the last page
	local path=$1
	shift
	local fields=()
	for field in "$@"; do fields+=(--data-urlencode "$field"); done
	[ $# -eq 0 ] || fields+=(--data-urlencode "_csrf=$(grep -o 'name="_csrf" value="[0-9a-f]*"' "$folder/page" | head -1 | grep -o '[0-9a-f]\{64,\}')")
	curl -s -b "$folder/jar" -c "$folder/jar" -o "$folder/page" "${fields[@]}" "$base$path"
}
sign_in() { # URL
	local login=mesure.$RANDOM$RANDOM first
	rm -f "$folder/jar"
	first=$("$vigie" user add "$login" --role administrator --db "$1" | grep -o '[a-z0-9]\{5\}\(-[a-z0-9]\{5\}\)\{3\}')
	token=$("$vigie" token "$login-programme" --role administrator --rate 100000 --db "$1")
	start "$1"
	ask /connexion
	ask /connexion "login=$login" "password=$first"
	ask /compte
	ask /compte/mot-de-passe "current=$first" "chosen=une phrase bien longue 42" "again=une phrase bien longue 42"
	cookie=$(awk '$6 == "vigie" { print $7 }' "$folder/jar")
	[ -n "$cookie" ] || { echo "no session" >&2; exit 1; }
	# The consignments of the first page of the list: so that they exist and may be seen.
	curl -s -H "Authorization: Bearer $token" "$base/api/v1/envois" | grep -o '"id":[0-9]*' | cut -d: -f2 >"$folder/ids"
	sed 's#^#/envois/#' "$folder/ids" >"$folder/page.paths"
	echo /declarations >"$folder/list.paths"
	echo /api/v1/envois >"$folder/api.paths"
	printf 'wrk.headers["Cookie"] = "vigie=%s"\n' "$cookie" >"$folder/list.lua"
	printf 'local ids = {%s}\nwrk.headers["Cookie"] = "vigie=%s"\nrequest = function() return wrk.format("GET", "/envois/" .. ids[math.random(#ids)]) end\n' \
		"$(paste -sd, "$folder/ids")" "$cookie" >"$folder/page.lua"
	printf 'wrk.headers["Authorization"] = "Bearer %s"\n' "$token" >"$folder/api.lua"
	: >"$folder/constant.lua"
}
cpu() { awk '{ print $14 + $15 }' "/proc/$server/stat"; } # hundredths of a second
memory() { awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }
rate() { # NAME PATH: sets figure, cost (milliseconds of CPU a request)
	local before count
	before=$(cpu)
	wrk -t2 -c32 -d"${seconds}s" -s "$folder/$1.lua" "$base$2" >"$folder/wrk"
	if grep -q 'Non-2xx' "$folder/wrk"; then
		echo "$1: refused answers" >&2
		cat "$folder/wrk" >&2
		exit 1
	fi
	figure=$(awk '/Requests\/sec/ { printf "%.0f", $2 }' "$folder/wrk")
	count=$(awk '/requests in/ { print $1 }' "$folder/wrk")
	cost=$(awk "BEGIN { printf \"%.3f\", ($(cpu) - $before) * 10 / $count }")
}
calm() { # NAME RATE: p50, p99 and worst in milliseconds at a constant rate, and how many got no answer
	local header="Cookie: vigie=$cookie"
	[ "$1" != api ] || header="Authorization: Bearer $token"
	"$build/load_bench" rate "$port" "$2" "$seconds" "$header" "$folder/$1.paths" >"$folder/calm"
	read -r got half most worst lost bytes <"$folder/calm"
}
met() { awk "BEGIN { print ($1) ? \"met\" : \"not met\" }"; }

for url in "$@"; do
	kind=${url%%:*}
	echo "== $kind: $("$vigie" --version 2>/dev/null | head -1), load of the machine before: $(cut -d' ' -f1 /proc/loadavg), cores: $(nproc)"
	sign_in "$url"
	echo "declarations behind in the search: $(curl -s "$base/metrics" | awk '/^vigie_search_lag/ { print $2 }')"
	rate constant /healthz
	constant=$figure
	echo "constant page (/healthz, the baseline): $constant/s, $cost ms of CPU each"
	for row in "list of declarations|/declarations|list" "consignment page|/envois/1|page" "list as JSON|/api/v1/envois|api"; do
		IFS='|' read -r title path name <<<"$row"
		rate "$name" "$path"
		calm "$name" 1000
		echo "$title: $figure/s (bar 2000: $(met "$figure >= 2000")), $(awk "BEGIN { printf \"%.2f\", $figure / $constant }") of the constant page; $cost ms of CPU each: $(awk "BEGIN { printf \"%.0f\", 2000 / $cost }")/s on two cores of its own; at 1000/s asked, $got/s given: p50 $half ms, p99 $most ms (bar 50: $(met "$most < 50 && $lost == 0")), worst $worst ms, $lost without answer, $bytes bytes each"
		[ "$name" != api ] || list=$figure
	done
	raw=$("$build/listing_bench" "$url" "$seconds")
	echo "$raw; the list as JSON through the server is $(awk "BEGIN { printf \"%.2f\", $list / $(grep -o '[0-9]*/s' <<<"$raw" | tr -d /s) }") of it"
	resident=$(memory)
	echo "memory of the server: $resident MB (bar 150: $(met "$resident < 150"))"

	"$build/load_bench" streams "$port" "$streams" $((seconds + 22)) "Cookie: vigie=$cookie" /envois/flux >"$folder/streams" &
	client=$!
	for _ in $(seq 600); do
		grep -q opened "$folder/streams" 2>/dev/null && break
		sleep 0.2
	done
	open=$(awk '/opened/ { print $2 }' "$folder/streams")
	held=$(memory)
	rate list /declarations
	wait $client
	echo "event streams: $open of $streams open in one process (bar: $(met "$open == $streams")), heartbeat heard by $(awk '/later/ { print $4 }' "$folder/streams"), $held MB, $(awk "BEGIN { printf \"%.1f\", ($held - $resident) * 1024 / ($open + 1) }") kB each, threads $(awk '/Threads/ { print $2 }' "/proc/$server/status"); the list meanwhile: $figure/s"

	"$build/load_bench" slow "$port" 400 2500 $((seconds + 4)) "Cookie: vigie=$cookie" /declarations >"$folder/slow" &
	client=$!
	sleep 2
	calm list 200
	wait $client
	echo "$(cat "$folder/slow"), at 2.5 kB a second each; the list at 200/s meanwhile: p99 $most ms (bar 50: $(met "$most < 50 && $lost == 0"))"
	stop
done

echo "== recording inspections, each with its journal row, durable"
"$build/inspecting_bench" "$folder"
echo "== the search's index"
"$vigie" demo --declarations 20000 --db "sqlite:$folder/words.db" >/dev/null 2>&1
"$build/lists_bench" "sqlite:$folder/words.db" | head -2
