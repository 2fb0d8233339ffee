#!/usr/bin/env python3
"""A site with the faults that tools/attack.sh looks for, to prove that it would find them. attack_control.py PORT"""
import html
import http.server
import sqlite3
import sys
import urllib.parse

database = sqlite3.connect(":memory:", check_same_thread=False)
database.executescript("create table people (id integer, name text); "
                       "insert into people values (1, 'Awa Diop, inspectrice au bureau du port'), (2, 'Koffi Mensah')")


class Faulty(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        number, said = asked.get("id", ["1"])[0], asked.get("nom", [""])[0]
        try:
            rows = database.execute("select name from people where id = " + number).fetchall()
        except (sqlite3.Error, sqlite3.Warning):
            rows = []
        names = ", ".join(html.escape(str(row[0])) for row in rows)
        body = ("<!doctype html><html><body><p>%s</p><p>%s</p><form><input name=nom value=x><input name=id value=1>"
                "</form><a href='/?id=1&amp;nom=x'>1</a></body></html>" % (said, names)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self):
        try:
            super().handle()
        except BrokenPipeError:
            pass  # the tool has seen enough

    def log_message(self, *arguments):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Faulty).serve_forever()
