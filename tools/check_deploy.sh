#!/bin/bash
# Looks at the files of deploy/ with the tools that will read them, as far as they are installed: check_deploy.sh [ROOT].
# The unit is verified and must stay as closed as it is; nginx and Caddy must accept their files. Says what it passed over.
set -eu
cd "${1:-$(dirname "$0")/..}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
complain() {
	echo "deploy: $1"
	failed=1
}
passed_over() {
	echo "passed over: no $1"
}

# systemd: the unit with a program that exists; the exposure in tenths, of which 0 is the best.
if command -v systemd-analyze >/dev/null; then
	sed 's#/usr/local/bin/vigie#/bin/true#' deploy/vigie.service >"$folder/vigie.service"
	said=$(systemd-analyze verify --man=no "$folder/vigie.service" 2>&1 | grep -F "$folder" || true)
	[ -z "$said" ] || complain "$said"
	if systemd-analyze security --help 2>/dev/null | grep -q -e --offline; then
		systemd-analyze security --offline=true --threshold=15 --no-pager "$folder/vigie.service" >"$folder/security" 2>&1 ||
			complain "$(tail -1 "$folder/security") (at most 1.5 is wanted)"
	else
		passed_over "systemd-analyze security --offline"
	fi
else
	passed_over systemd-analyze
fi

# nginx: the file inside a whole configuration, with a certificate of its own.
if command -v nginx >/dev/null && command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=vigie.example.org -keyout "$folder/key.pem" \
		-out "$folder/fullchain.pem" 2>/dev/null
	sed "s#/etc/ssl/vigie/#$folder/#" deploy/nginx.conf >"$folder/site.conf"
	printf 'events {}\npid %s/pid;\nerror_log stderr;\nhttp { access_log off; include %s/site.conf; }\n' "$folder" "$folder" \
		>"$folder/nginx.conf"
	nginx -t -q -c "$folder/nginx.conf" 2>"$folder/nginx" || complain "$(cat "$folder/nginx")"
else
	passed_over "nginx or openssl"
fi

if command -v caddy >/dev/null; then
	HOME=$folder caddy validate --adapter caddyfile --config deploy/Caddyfile >"$folder/caddy" 2>&1 ||
		complain "$(grep -i error "$folder/caddy" || cat "$folder/caddy")"
else
	passed_over caddy
fi

# Live pages: both hand events on at once.
grep -q '^[[:space:]]*proxy_buffering off;' deploy/nginx.conf || complain "nginx.conf buffers events"
grep -q '^[[:space:]]*flush_interval -1' deploy/Caddyfile || complain "the Caddyfile buffers events"
[ "$failed" -eq 0 ]
