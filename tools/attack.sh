#!/bin/bash
# Runs sqlmap and wapiti over the running application, signed in as one who may do everything, and fails when they
# find something or when the program answers with a failure of its own.
#   tools/attack.sh [--minutes N] [--port N]
# Needs build/release/vigie, sqlmap, wapiti, curl, python3. Only 127.0.0.1 is talked to; the database is made for the
# occasion and goes away. Each tool has a share of the minutes (default 20). First both must find the faults of a site
# that has some, or their silence would say nothing.
set -u
cd "$(dirname "$0")/.." || exit 1

minutes=20
port=8301
while [ $# -gt 0 ]; do
	case $1 in
	--minutes) minutes=$2 ;;
	--port) port=$2 ;;
	*)
		echo "usage: tools/attack.sh [--minutes N] [--port N]" >&2
		exit 1
		;;
	esac
	shift 2
done
for tool in sqlmap wapiti curl python3; do
	command -v $tool >/dev/null || {
		echo "$tool is not here"
		exit 1
	}
done

site=http://127.0.0.1:$port
folder=$(mktemp -d /tmp/vigie-attack.XXXXXX)
database=sqlite:$folder/vigie.db
server=
findings=0
trap 'for process in $server; do kill "$process" 2>/dev/null; done; wait 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP
# The tools keep what they know of a site below the home folder; no proxy of this machine is theirs to use.
export HOME=$folder NO_PROXY='*' no_proxy='*'
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy

finding() {
	findings=$((findings + 1))
	echo "FAILED: $*"
}

wait_for() {
	for attempt in $(seq 100); do
		curl -s -o "$folder/page" "$1" && return 0
		sleep 0.1
	done
	echo "Nothing answers at $1"
	exit 1
}

# inject NAME SECONDS ARGUMENTS…: one run of sqlmap; true when it was not vulnerable.
inject() {
	local name=$1 seconds=$2
	shift 2
	timeout "$seconds" sqlmap --batch --disable-coloring --flush-session --technique=BEUT --time-sec=3 --retries=1 \
		--timeout=20 --ignore-code=401 --output-dir="$folder/sqlmap-$name" --results-file="$folder/$name.csv" \
		--user-agent=sqlmap "$@" >"$folder/$name.log" 2>&1 </dev/null
	! grep -qE 'is vulnerable|sqlmap identified the following injection|^Parameter: ' "$folder/$name.log"
}

# Debian 12's wapiti makes of every address to leave out a pattern that its own Python refuses.
wapiti_run='
import fnmatch, re, sys
import wapitiCore.net.crawler as crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.main.wapiti import wapiti_main
sys.exit(wapiti_main())'

# scan NAME SECONDS URL ARGUMENTS…: one run of wapiti; prints what it found, one a line. Its modules that need a server
# on the Internet (ssrf, xxe) stay out; tests of our own look at these.
scan() {
	local name=$1 seconds=$2 url=$3
	shift 3
	timeout $((seconds + 120)) /usr/bin/python3 -c "$wapiti_run" -u "$url" -m sql,xss,permanentxss,exec,file,crlf,redirect,blindsql,csrf \
		--scope folder -d 4 --max-links-per-page 60 --max-files-per-dir 30 --max-parameters 25 -S normal -t 10 \
		--max-scan-time $((seconds / 4)) --max-attack-time $((seconds / 12)) --flush-session --no-bugreport -v 1 \
		--store-session "$folder/wapiti-$name" -f json -o "$folder/$name.json" "$@" >"$folder/$name.log" 2>&1 </dev/null
	python3 - "$folder/$name.json" <<'PYTHON'
import json
import sys

try:
    report = json.load(open(sys.argv[1]))
except (OSError, ValueError) as error:
    log = open(sys.argv[1].replace(".json", ".log"), errors="replace").readlines()
    sys.exit(print("no report: %s\n%s" % (error, "".join(log[-5:]))))
for group in ("vulnerabilities", "anomalies"):
    for kind, found in report.get(group, {}).items():
        for one in found:
            print("%s: %s %s (%s): %s" % (kind, one["method"], one["path"], one["parameter"], one["info"]))
PYTHON
}

prove() {
	local faults=http://127.0.0.1:$((port + 1)) found
	python3 tools/attack_control.py $((port + 1)) &
	server="$server $!"
	wait_for $faults/
	inject proof 120 -u "$faults/?id=1" && finding "sqlmap does not find what is there"
	found=$(scan wapiti-proof 120 $faults/)
	grep -q 'Cross Site Scripting' <<<"$found" || finding "wapiti does not find what is there: $found"
	kill "$!" 2>/dev/null
}

csrf_of() { # PATH
	curl -s -b "$folder/jar" -c "$folder/jar" "$site$1" | grep -o 'name="_csrf" value="[0-9a-f]*"' | head -1 |
		sed 's/.*value="//; s/"//'
}

# The first administrator, with a password of its own, and a program with the same rights.
sign_in() {
	local password chosen=vingt-cailloux-ronds-43
	password=$(awk '$1 == "admin" { print $2; exit }' "$folder/first-run")
	curl -s -o "$folder/page" -b "$folder/jar" -c "$folder/jar" --data-urlencode "_csrf=$(csrf_of /connexion)" \
		--data-urlencode login=admin --data-urlencode "password=$password" $site/connexion
	curl -s -o "$folder/page" -b "$folder/jar" -c "$folder/jar" --data-urlencode "_csrf=$(csrf_of /compte)" \
		--data-urlencode "current=$password" --data-urlencode "chosen=$chosen" --data-urlencode "again=$chosen" \
		$site/compte/mot-de-passe
	cookie=$(awk '$6 == "vigie" || $6 == "__Host-vigie" { print $6 "=" $7 }' "$folder/jar")
	[ -n "$cookie" ] && curl -s -b "$cookie" "$site/reglages" | grep -q 'session.idle_minutes' || {
		echo "The sign-in did not succeed."
		exit 1
	}
	build/release/vigie token attaque --role administrator --rate 100000 --db "$database" >"$folder/token"
	token=$(cat "$folder/token")
}

start() {
	build/release/vigie first-run --db "$database" >"$folder/first-run" || exit 1
	printf 'reference;type;nom\nL1;personne;Oumarou Baldetti\nL2;entreprise;Sahel Import\n' >"$folder/noms.csv"
	build/release/vigie screen --list ESSAI --file "$folder/noms.csv" --db "$database" >"$folder/screen.log" 2>&1
	build/release/vigie serve --db "$database" --listen 127.0.0.1:$port --documents "$folder/documents" --log-json \
		>"$folder/server.log" 2>&1 &
	server=$!
	wait_for $site/connexion
	sign_in
	build/release/vigie openapi >"$folder/openapi.json"
	for kind in reads writes; do
		python3 tools/attack_targets.py $kind $site "$token" <"$folder/openapi.json" >"$folder/$kind"
		[ "$(wc -l <"$folder/$kind")" -ge 30 ] || finding "only $(wc -l <"$folder/$kind") targets for $kind"
	done
}

# Every operation that reads, as a program; then the pages behind them, as a person.
inject_reads() { # SECONDS
	inject api-reads "$1" -m "$folder/reads" -H "Authorization: Bearer $token" ||
		finding "sqlmap, operations that read:" "$(grep -E 'is vulnerable|^Parameter|Payload' "$folder/api-reads.log")"
	sed 's,/api/v1,,' "$folder/reads" >"$folder/pages"
	inject pages "$1" -m "$folder/pages" --cookie="$cookie" --param-exclude='^vigie' ||
		finding "sqlmap, pages:" "$(grep -E 'is vulnerable|^Parameter|Payload' "$folder/pages.log")"
}

# Every action, each with its share; then signing in, which is open to all.
inject_writes() { # SECONDS
	local address body count=0 end=$((SECONDS + $1))
	while IFS=$'\t' read -r address body && [ $SECONDS -lt $end ]; do
		count=$((count + 1))
		inject "write-$count" 90 -u "$address" --method=POST --data="$body" -H "Authorization: Bearer $token" \
			-H 'Content-Type: application/json' ||
			finding "sqlmap, $address:" "$(grep -E 'is vulnerable|^Parameter|Payload' "$folder/write-$count.log")"
	done < <(shuf "$folder/writes")
	inject sign-in 90 -u $site/connexion --data='login=admin&password=x&vers=/envois' --csrf-token=_csrf \
		--csrf-url=$site/connexion --ignore-code=429 ||
		finding "sqlmap, sign-in:" "$(grep -E 'is vulnerable|^Parameter|Payload' "$folder/sign-in.log")"
	echo "sqlmap: $count of $(wc -l <"$folder/writes") actions"
}

scan_pages() { # SECONDS
	local found path left_out=()
	# What would end the session or take the account's rights away, and streams.
	for path in deconnexion 'compte/*' 'stockage/*' 'utilisateurs/*' '*flux*'; do
		left_out+=(-x "$site/$path")
	done
	found=$(scan wapiti "$1" $site/ -H "Cookie: $cookie" "${left_out[@]}" -s $site/envois -s $site/profils \
		-s $site/controles -s $site/reglages -s $site/journal -s $site/programmes -s $site/criblage \
		-s $site/listes-de-profils)
	[ -z "$found" ] || finding "wapiti:
$found"
	grep -E 'found|scanned|Launching' "$folder/wapiti.log" | tail -20
}

prove
start
seconds=$((minutes * 60))
before=$(wc -l <"$folder/server.log")
inject_reads $((seconds / 3)) # at most, for each of two; operations that read take two minutes
inject_writes $((seconds / 4))
scan_pages $((seconds / 3))
echo "sqlmap: $(grep -ch 'testing URL' "$folder/api-reads.log") operations that read of $(wc -l <"$folder/reads"), $(grep -ch 'testing URL' "$folder/pages.log") pages"
echo "$(($(wc -l <"$folder/server.log") - before)) lines of the server's log, $(grep -c '"status":"2' "$folder/server.log") answers in the two hundreds"
curl -s -o "$folder/page" -b "$cookie" $site/ && kill -0 ${server%% *} 2>/dev/null || finding "the server does not answer any more"
if grep -E '"status":"5|"level":"error"' "$folder/server.log" >"$folder/failures"; then
	finding "failures of the program's own: $(wc -l <"$folder/failures")
$(sort -u "$folder/failures" | head -20)"
fi
echo "$findings findings"
[ $findings -eq 0 ]
