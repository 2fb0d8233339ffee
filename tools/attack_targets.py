#!/usr/bin/env python3
"""Targets for tools/attack.sh, from what `vigie openapi` prints on standard input.

attack_targets.py reads SITE TOKEN   one address a line for each operation that reads, path parameters marked for sqlmap
attack_targets.py writes SITE TOKEN  one line for each action: address, a tab, its JSON body
"""
import json
import sys
import urllib.error
import urllib.request

# Streams do not end; the others would end the session or the account that the attack itself uses.
LEFT_OUT = ("/flux", "/deconnexion", "/compte/", "/acces", "/mot-de-passe", "/retirer", "/jetons/fin", "/code",
            "/stockage/sauvegarde")
# What the application takes, so that the other inputs of a request are looked at too; "1" for the rest.
VALUES = {
    "du": "2026-01-01", "au": "2026-12-31", "date": "2026-06-01", "jour": "2026-06-01", "jusqu_au": "2027-12-31",
    "depuis": "2026-01-01", "commence_le": "2026-06-01 08:00", "fini_le": "2026-06-01 09:00", "taux": "655,957",
    "monnaie": "EUR", "sh": "870323", "origine": "FR", "langue": "fr", "language": "fr", "role": "inspector",
    "login": "chef", "kind": "office", "circuit": "red", "etape": "declaration", "quand": "avant", "genre": "office",
    "valeur": "10", "motif": "essai", "raison": "autre", "resultat": "conform", "suite": "none", "verdict": "dismissed",
    "geste": "garder", "texte": "profil ESSAI", "adresse": "/envois?circuit=red", "mode": "each", "canal": "email",
    "evenements": "*", "code": "ESSAI", "identifiant": "essai", "circuits": "red=blue", "nom": "essai", "name": "Essai",
    "debit": "600", "jours": "30", "elle": "1", "format": "csv",
}
# Where the same name means something else.
PLACES = {"/roles/{code}": {"code": "analyst"}, "/reglages/{code}": {"code": "session.idle_minutes"},
          "/rappels": {"adresse": "http://192.0.2.1/"}, "/preferences": {"adresse": "a@example.org"},
          "/taches": {"nom": "journal.seal"}, "/modeles/travaux": {"genre": "measure"},
          "/criblage": {"etat": "open"}, "/profils": {"etat": "active"}}


def value(path, name):
    for place, values in PLACES.items():
        if place in path and name in values:
            return values[name]
    return VALUES.get(name, "1")


def first_of(site, token, path):
    """What the first row of the collection before the path's parameter is known by; "1" when it is empty."""
    request = urllib.request.Request(site + path.split("/{")[0], headers={"Authorization": "Bearer " + token})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            rows = json.load(answer).get("items", [])
    except (urllib.error.HTTPError, ValueError):
        rows = []
    return str(rows[0].get("id", "1")) if rows else "1"


def parameter_value(site, token, operation, name):
    return first_of(site, token, operation) if name == "id" else value(operation, name)


def resolve(description, part):
    while "$ref" in part:
        found = description
        for step in part["$ref"].lstrip("#/").split("/"):
            found = found[step]
        part = found
    return part


def reads(description, site, token):
    for operation, operations in description["paths"].items():
        path = operation
        if "get" not in operations or path.endswith(LEFT_OUT[0]):
            continue
        query = []
        for parameter in operations["get"].get("parameters", []):
            parameter = resolve(description, parameter)
            name = parameter["name"]
            if parameter["in"] == "path":
                path = path.replace("{%s}" % name, parameter_value(site, token, operation, name) + "*")
            elif parameter["in"] == "query":
                query.append("%s=%s" % (name, value(operation, name)))
        # With a mark in the path only the path is tried: the inputs get an address of their own.
        if "*" in path:
            print(site + path)
        if query:
            print(site + path.replace("*", "") + "?" + "&".join(query))


def writes(description, site, token):
    for operation, operations in description["paths"].items():
        path = operation
        content = operations.get("post", {}).get("requestBody", {}).get("content", {})
        if "application/json" not in content or any(left in path for left in LEFT_OUT):
            continue
        schema = resolve(description, content["application/json"]["schema"])
        body = {name: value(operation, name) for name in schema.get("properties", {})}
        for parameter in operations["post"].get("parameters", []):
            parameter = resolve(description, parameter)
            name = parameter["name"]
            if parameter["in"] == "path":
                path = path.replace("{%s}" % name, parameter_value(site, token, operation, name))
        if body:
            print("%s%s\t%s" % (site, path, json.dumps(body)))


def main():
    description = json.load(sys.stdin)
    {"reads": reads, "writes": writes}[sys.argv[1]](description, sys.argv[2], sys.argv[3])


main()
