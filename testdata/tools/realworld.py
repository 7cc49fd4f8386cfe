#!/usr/bin/env python3
"""Audit a folder of real set-ups and count those that give what is expected of them.

Usage: realworld.py REPLIGRANT CASES SNAPSHOT_TOOL

REPLIGRANT is the program; CASES holds one folder a case, each with context.json
and expected.json; SNAPSHOT_TOOL prints a case as a snapshot. A case agrees if the
audit finds exactly the functional gaps expected of it (required permissions that
are met for no key), what is expected of the configuration and nothing else that
fails an audit, every surplus that must be found, and nothing that must not be
said. realworld_judge.py says how, and where an expectation is argued to be wrong.
Exit status: the number of cases that do not agree, at most 100; 101 if there is none.
"""
import json
import os
import subprocess
import sys
import tempfile

import realworld_judge


def audit_case(program, tool, directory):
    snapshot = subprocess.run([sys.executable, tool, directory], check=True, capture_output=True).stdout
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(snapshot)
        file.flush()
        run = subprocess.run([program, "audit", "--snapshot", file.name, "--format", "json"], capture_output=True)
    if run.returncode not in (0, 1, 3):
        raise SystemExit("%s: exit %d\n%s" % (directory, run.returncode, run.stderr.decode()))
    return run.returncode, json.loads(run.stdout)


def read(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        return json.load(file)


def main(program, cases, tool):
    count = unmet = argued = 0
    for name in sorted(os.listdir(cases)):
        directory = os.path.join(cases, name)
        if not os.path.exists(os.path.join(directory, "expected.json")):
            continue
        status, audit = audit_case(program, tool, directory)
        left, wrong = realworld_judge.judge(name, audit, read(directory, "expected.json"), read(directory, "context.json"))
        verdicts = ",".join(sorted(r["verdict"] for r in audit["rules"]))
        print("%-6s %-45s exit %d %s%s" % ("DIFFER" if left else "ok", name, status, verdicts, ", %d argued" % wrong if wrong else ""))
        for text in left:
            print("         " + text)
        count, unmet, argued = count + 1, unmet + bool(left), argued + wrong
    print("%d of %d cases agree; %d expectations are argued to be wrong" % (count - unmet, count, argued))
    return min(unmet, 100) if count else 101


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
