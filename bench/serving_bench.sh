#!/usr/bin/env bash
# How many pages a second the server gives, with sign-in and rights, on a database full of declarations.
# Run: bench/serving_bench.sh DATABASE-URL [SECONDS] (VIGIE names the program; needs wrk and curl).
# Baselines in the same run: the same server answering a constant page (/healthz), and, for the list, the list's own SQL
# made into JSON in one process without HTTP (listing_bench). The database must hold declarations; it gets one account.
set -euo pipefail
url=${1:?a database with declarations, for example sqlite:/tmp/million.db}
seconds=${2:-8}
vigie=${VIGIE:-build/release/vigie}
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
base=
start() {
	"$vigie" serve --db "$url" --listen 127.0.0.1:0 --documents "$folder/documents" >"$folder/out" 2>"$folder/log" &
	server=$!
	for _ in $(seq 100); do
		base=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/out" | head -1 || true)
		[ -n "$base" ] && return
		sleep 0.1
	done
	cat "$folder/log" >&2
	exit 1
}
ask() { # PATH [FIELD…]: with the jar, the form's token of the last page
	local path=$1
	shift
	local fields=()
	for field in "$@"; do fields+=(--data-urlencode "$field"); done
	[ $# -eq 0 ] || fields+=(--data-urlencode "_csrf=$(grep -o 'name="_csrf" value="[0-9a-f]*"' "$folder/page" | head -1 | grep -o '[0-9a-f]\{64,\}')")
	curl -s -b "$folder/jar" -c "$folder/jar" -o "$folder/page" "${fields[@]}" "$base$path"
}
login=mesure.$RANDOM$RANDOM
first=$("$vigie" user add "$login" --role administrator --db "$url" | grep -o '[a-z0-9]\{5\}\(-[a-z0-9]\{5\}\)\{3\}')
token=$("$vigie" token "$login-programme" --role administrator --rate 100000 --db "$url")
start
ask /connexion
ask /connexion "login=$login" "password=$first"
ask /compte
ask /compte/mot-de-passe "current=$first" "chosen=une phrase bien longue 42" "again=une phrase bien longue 42"
cookie=$(awk '$6 == "vigie" { print $7 }' "$folder/jar")
[ -n "$cookie" ] || { echo "no session" >&2; exit 1; }
ask /declarations
cat >"$folder/list.lua" <<LUA
wrk.headers["Cookie"] = "vigie=$cookie"
LUA
# The consignments of the first pages, in turn: from the list itself, so that they exist and may be seen.
ids=$(curl -s -H "Authorization: Bearer $token" "$base/api/v1/envois" | grep -o '"id":[0-9]*' | cut -d: -f2 | tr '\n' ',')
cat >"$folder/page.lua" <<LUA
local ids = {${ids%,}}
wrk.headers["Cookie"] = "vigie=$cookie"
request = function() return wrk.format("GET", "/envois/" .. ids[math.random(#ids)]) end
LUA
cat >"$folder/api.lua" <<LUA
wrk.headers["Authorization"] = "Bearer $token"
LUA
rate() { # NAME PATH SCRIPT
	wrk -t2 -c32 -d"${seconds}s" --latency ${3:+-s "$folder/$3"} "$base$2" >"$folder/wrk"
	if grep -q 'Non-2xx' "$folder/wrk"; then
		echo "$1: refused answers" >&2
		cat "$folder/wrk" >&2
		exit 1
	fi
	awk '/Requests\/sec/ { print $2 }' "$folder/wrk"
}
# p99 at about half the load: 64 connections that each wait between two requests.
calm() { # PATH SCRIPT RATE
	local wait=$((64 * 1000 * 2 / ${3%.*}))
	{ [ -z "$2" ] || cat "$folder/$2"; printf 'delay = function() return %d end\n' "$((wait > 0 ? wait : 1))"; } >"$folder/calm.lua"
	wrk -t2 -c64 -d"${seconds}s" --latency -s "$folder/calm.lua" "$base$1" >"$folder/wrk"
	echo "$(awk '/99%/ { print $2 }' "$folder/wrk") at $(awk '/Requests\/sec/ { print $2 }' "$folder/wrk")/s"
}
constant=$(rate constant /healthz)
echo "constant page (/healthz, the baseline): $constant/s"
for row in "list of declarations|/declarations|list.lua" "consignment page|/envois/1|page.lua" "list as JSON|/api/v1/envois|api.lua"; do
	IFS='|' read -r name path script <<<"$row"
	figure=$(rate "$name" "$path" "$script")
	echo "$name: $figure/s, $(awk "BEGIN { printf \"%.2f\", $figure / $constant }") of the constant page (bar 2000/s); p99 $(calm "$path" "$script" "$figure") (bar 50 ms)"
done
if [ -x build/release/listing_bench ]; then
	build/release/listing_bench "$url" "$seconds"
fi
echo "memory of the server: $(awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$server/status") (bar 150 MB)"
# Event streams: many at once, in one process, as far as this machine lets one client open.
if [ -x "$(command -v python3)" ]; then
	python3 - "$base" "$cookie" "$server" <<'PY'
import resource, socket, sys, time
base, cookie, server = sys.argv[1:]
host, port = base[7:].split(":")
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
wanted, streams = 10000, []
request = f"GET /envois/flux HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: vigie={cookie}\r\n\r\n".encode()
begin = time.time()
for number in range(wanted):
    try:
        s = socket.create_connection((f"127.0.0.{1 + number // 20000}", int(port)), timeout=20)
        s.sendall(request)
        streams.append(s)
    except OSError:
        break
alive = 0
for s in streams:
    try:
        alive += b" 200 " in s.recv(1024)
    except OSError:
        pass
memory = next(int(l.split()[1]) // 1024 for l in open(f"/proc/{server}/status") if l.startswith("VmRSS"))
print(f"event streams: {alive} of {wanted} open in one process after {time.time() - begin:.1f} s, {memory} MB (bar 10000)")
PY
fi
