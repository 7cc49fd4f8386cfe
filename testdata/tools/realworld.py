#!/usr/bin/env python3
"""Audit a folder of real set-ups and count how many give what is expected of them.

Usage: realworld.py REPLIGRANT CASES SNAPSHOT_TOOL

REPLIGRANT is the program; CASES holds one folder a case, each with context.json
and expected.json; SNAPSHOT_TOOL prints a case as a snapshot. A case agrees if
the audit finds exactly the functional gaps expected of it: required permissions
that are met for no key. Cases with Batch Replication are shown, and do not count
against the run: a snapshot says nothing of jobs.
Exit status: 0 if every other case agrees, 1 if one does not, 2 if there is none.
"""
import json
import os
import subprocess
import sys
import tempfile

HOLDERS = {
    "role-policy": "role",
    "destination-bucket-policy": "dest-bucket-policy",
    "source-bucket-policy": "source-bucket-policy",
    "role-trust-policy": "trust",
    "source-kms-key-policy": "src-key-policy",
    "destination-kms-key-policy": "dest-key-policy",
}


def target(finding, context):
    if finding["action"] == "sts:AssumeRole":
        return "role"
    if finding["action"].startswith("kms:"):
        return "src-key" if "/source/" in finding["requirement"] else "replica-key:" + finding["to"]
    bucket, _, key = finding["resource"].split(":::")[1].partition("/")
    if bucket == context["source"]["bucket"]:
        return "src-objects" if key else "src-bucket"
    return "dst-objects:" + bucket


def restricted(finding, context):
    """Block Public Access is one finding for all that it stops at one bucket."""
    bucket = finding["target"].split(":::")[1]
    for requirement in finding["requirements"]:
        action = requirement[requirement.rindex("/s3:") + 1:].split("/")[0]
        yield "public-access-block|%s|%s" % (action, "src-objects" if bucket == context["source"]["bucket"] else "dst-objects:" + bucket)


def gaps(audit, context):
    found = set()
    for f in audit["findings"]:
        if f["check"] == "public-policy-restricted" and f.get("coverage") == "none":
            found.update(restricted(f, context))
        if f["check"] in ("permission-missing", "permission-blocked", "trust-missing") and f["outcome"] in ("missing", "blocked") and f.get("coverage") == "none":
            found.add("|".join([HOLDERS.get(f["document"], f["document"]), f["action"], target(f, context)]))
    return found


def audit_case(program, tool, directory):
    snapshot = subprocess.run([sys.executable, tool, directory], check=True, capture_output=True).stdout
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(snapshot)
        file.flush()
        run = subprocess.run([program, "audit", "--snapshot", file.name, "--format", "json"], capture_output=True)
    if run.returncode not in (0, 1, 3):
        raise SystemExit("%s: exit %d\n%s" % (directory, run.returncode, run.stderr.decode()))
    return run.returncode, json.loads(run.stdout)


def main(program, cases, tool):
    counted = agreed = other = 0
    for name in sorted(os.listdir(cases)):
        directory = os.path.join(cases, name)
        if not os.path.exists(os.path.join(directory, "expected.json")):
            continue
        context = json.load(open(os.path.join(directory, "context.json")))
        expected = {g["id"].replace("(SSE-KMS only)", "") for g in json.load(open(os.path.join(directory, "expected.json")))["functionalGaps"]}
        expected = {g for g in expected if not g.startswith("config|")}
        beyond = bool(context.get("batch"))
        status, audit = audit_case(program, tool, directory)
        found = gaps(audit, context)
        same = found == expected
        verdicts = ",".join(sorted(r["verdict"] for r in audit["rules"]))
        print("%-6s %-45s exit %d %s%s" % ("ok" if same else "DIFFER", name, status, verdicts, "  (batch)" if beyond else ""))
        for g in sorted(expected - found):
            print("         not found: " + g)
        for g in sorted(found - expected):
            print("         not expected: " + g)
        if beyond:
            other += same
        else:
            counted += 1
            agreed += same
    print("%d of %d cases without Batch Replication agree exactly; of the others %d do" % (agreed, counted, other))
    if counted == 0:
        return 2
    return 0 if agreed == counted else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
