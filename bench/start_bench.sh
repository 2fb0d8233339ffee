#!/usr/bin/env bash
# How long `vigie serve` takes from exec to its first answer on a database full of declarations.
# Run: bench/start_bench.sh [DECLARATIONS] [RUNS] (1000000 and 7 unless told; VIGIE names the program).
# The database is made once, in a temporary folder, and kept in VIGIE_START_DATABASE when that is set.
set -euo pipefail

vigie=${VIGIE:-build/release/vigie}
declarations=${1:-1000000}
runs=${2:-7}
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
database=${VIGIE_START_DATABASE:-$folder/start.db}
port=$((20000 + RANDOM % 20000))

microseconds() {
	local now=${EPOCHREALTIME/[.,]/}
	printf '%s' "$now"
}

# The first line of the answer to a GET, or nothing while nobody listens.
answer() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
		printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" "$port" >&3
		read -r line <&3
		printf '%s' "$line"
	) 2>/dev/null || true
}

start_once() {
	local from line=
	from=$(microseconds)
	"$vigie" serve --db "sqlite:$database" --listen "127.0.0.1:$port" --documents "$folder/documents" \
		>"$folder/log" 2>&1 &
	server=$!
	until [[ $line == *" 200 "* ]]; do
		kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; return 1; }
		line=$(answer "$1")
	done
	taken=$(($(microseconds) - from))
	kill -TERM "$server"
	wait "$server" || true
	server=
}

version_once() {
	local from
	from=$(microseconds)
	"$vigie" --version >/dev/null
	taken=$(($(microseconds) - from))
}

# The median of several runs of a command that sets `taken`, in milliseconds.
median_of() {
	local all=()
	for ((i = 0; i < runs; i++)); do
		"$@"
		all+=("$taken")
	done
	mapfile -t all < <(printf '%s\n' "${all[@]}" | sort -n)
	printf -v median '%d.%01d ms (min %d, max %d)' $((all[runs / 2] / 1000)) $((all[runs / 2] % 1000 / 100)) \
		$((all[0] / 1000)) $((all[runs - 1] / 1000))
}

if [ ! -e "$database" ]; then
	echo "making $declarations declarations (once)" >&2
	"$vigie" demo --declarations "$declarations" --db "sqlite:$database" >/dev/null
fi
echo "start of vigie serve on $declarations declarations ($(du -m "$database" | cut -f1) MB), median of $runs"
median_of version_once
echo "  baseline, vigie --version: $median"
median_of start_once /healthz
echo "  exec to the first 200 of /healthz: $median; bar: 300 ms"
median_of start_once /connexion
echo "  exec to the first 200 of /connexion: $median; bar: 300 ms"
