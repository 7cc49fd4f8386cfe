"""What is expected of real set-ups, held against an audit: the judgement of realworld.py."""
import fnmatch
import re

HOLDERS = {
    "role-policy": "role",
    "destination-bucket-policy": "dest-bucket-policy",
    "source-bucket-policy": "source-bucket-policy",
    "role-trust-policy": "trust",
    "source-kms-key-policy": "src-key-policy",
    "destination-kms-key-policy": "dest-key-policy",
}

# The key of a finding, or its check, that stands for an expectation about the configuration.
CONFIGURATION = {
    "delete-marker-replication-missing": "configuration-invalid/filter-without-delete-markers",
    "sse-kms-selected-without-replica-key": "configuration-invalid/kms-without-key",
    "malformed-role-arn": "configuration-invalid/malformed-role",
    "override-in-same-account": "owner-override-same-account",
    "cross-account-without-owner-override": "replicas-owned-by-source",
    "replica-key-is-an-alias-cross-account": "kms-key-alias",
    "kms-objects-skipped": "kms-opt-in-missing",
}

PRIORITY = ("config|configuration-invalid/without-priority", "a rule with a Filter needs a Priority: "
            "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html")

# What is expected and wrong, with the page that says so; docs/evaluation.md argues it.
ARGUED = {
    "01-tf-provider-docs-same-account": [PRIORITY],
    "02-terraform-aws-modules-example": [("config|override-in-same-account|rule", "where bucket owner enforced is set there are no ACLs to lose: "
                                          "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html")],
    "05-adsanz-no-destination-side": [PRIORITY],
    "08-harsh7-getobjectversion": [("config|account-without-override|rule", "S3 takes an Account without an owner override: "
                                    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Destination.html")],
    "09-lazzibear-two-way-forward": [PRIORITY],
    "10-lazzibear-two-way-reverse": [PRIORITY],
    "16-cid-cur-aggregation": [PRIORITY],
    "18-entechlog-surplus-only": [PRIORITY],
    "31-batcave-kms-default-not-selected": [PRIORITY],
    "32-nozaq-remote-state": [PRIORITY],
}


def missing(*actions):
    return {"outcome": ("missing", "blocked"), "action": actions}


NOTHING_STOPS = {"outcome": ("missing", "blocked"), "check": ("permission-missing", "permission-blocked", "public-policy-restricted")}

# What must not be said, in the order in which a case lists it: findings that must
# not be there, or a verdict that not every rule may have.
MUST_NOT = {
    "01-tf-provider-docs-same-account": [{"document": ("destination-bucket-policy",)}],
    "02-terraform-aws-modules-example": ["fails"],
    "03-cloudposse-cross-account-kms": [
        {"document": ("destination-bucket-policy",), "outcome": ("blocked", "unknown")},
        missing("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging")],
    "04-leapbeyond-kms-context": [{"document": ("destination-kms-key-policy",), "outcome": ("missing", "blocked", "mismatch")}],
    "06-asicsdigital-prefix-scoped": [
        missing("s3:ReplicateObject", "s3:ReplicateDelete", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl")],
    "07-kumargaurav522-correct": [missing("s3:List*"), missing("s3:ReplicateTags")],
    "08-harsh7-getobjectversion": ["fails"],
    "09-lazzibear-two-way-forward": [missing("s3:ReplicateDelete")],
    "12-cloudandthings-cross-account-example": [missing("s3:ObjectOwnerOverrideToBucketOwner")],
    "13-landing-zone-accelerator": [missing("kms:GenerateDataKey"), {"severity": ("critical",)}],
    "14-aws-cdk-examples-kms": [{"document": ("source-bucket-policy",), "outcome": ("missing", "blocked", "mismatch")}],
    "15-aft-bucket-key-context": [missing("s3:ReplicateObject")],
    "16-cid-cur-aggregation": [{"outcome": ("blocked",)}, {"check": ("principal-malformed",)}],
    "17-maxyermayank-tagging-wrong-side": [{"outcome": ("blocked",)}],
    "18-entechlog-surplus-only": [NOTHING_STOPS],
    "19-tailsdotcom-batch": [missing("s3:InitiateReplication", "s3:PutObject", "s3:GetObject", "s3:PutInventoryConfiguration", "sts:AssumeRole")],
    "21-moj-ppud-second-destination": [missing("s3:ReplicateDelete")],
    "27-aws-support-tools-batch": [missing("s3:PutObject")],
    "28-aws-health-tools-batch-kms": [missing("s3:ReplicateDelete")],
    "31-batcave-kms-default-not-selected": [missing("kms:*")],
    "32-nozaq-remote-state": [missing("s3:ReplicateDelete")],
    "40-littlejo-v1-implicit-deletes": [{"outcome": ("surplus",), "action": ("s3:ReplicateDelete",)}],
    "45-secure-environment-accelerator": [NOTHING_STOPS],
    "46-invicton-two-inline-policies": [NOTHING_STOPS],
}


def judge(name, audit, expected, context):
    """The expectations that an audit does not meet, and how many of them are argued."""
    unmet = functional(audit, expected, context) + configuration(audit, expected)
    unmet += [("not found: " + s, s) for s in expected["surplusMust"] if not grants_too_much(audit, s, context)]
    unmet += said(audit, expected, MUST_NOT.get(name, []))
    argued = [a for a, _ in ARGUED.get(name, [])]
    left = [text for text, what in unmet if what not in argued]
    left += ["argued and not the case: " + a for a in argued if a not in [what for _, what in unmet]]
    return left, len(argued)


def functional(audit, expected, context):
    want = {g["id"].replace("(SSE-KMS only)", "") for g in expected["functionalGaps"]}
    found = gaps(audit, context)
    return [("not found: " + g, g) for g in sorted(want - found)] + [("not expected: " + g, g) for g in sorted(found - want)]


def gaps(audit, context):
    found = set()
    for f in audit["findings"]:
        if f["check"] == "public-policy-restricted" and f.get("coverage") == "none":
            found.update(restricted(f, context))
        if f["check"] in ("permission-missing", "permission-blocked", "trust-missing") and f["outcome"] in ("missing", "blocked") and f.get("coverage") == "none":
            found.add("|".join([HOLDERS.get(f["document"], f["document"]), f["action"], target(f, context)]))
    return found


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


def configuration(audit, expected):
    """Findings about the configuration: each expected one, and no other that fails an audit."""
    unmet, stands = [], set()
    for c in expected["configFindings"]:
        key = CONFIGURATION.get(c["id"].split("|")[1], "")
        stands.add(key)
        if not any(key in (f.get("key"), f["check"]) for f in audit["findings"]):
            unmet.append(("not found: " + c["id"], c["id"]))
    for f in audit["findings"]:
        about = f.get("key") or f["check"]
        if f["outcome"] == "mismatch" and about not in stands and f["check"] not in stands:
            unmet.append(("not expected: config|" + about, "config|" + about))
    return unmet


SURPLUS = re.compile(r"(role-policy|dest-bucket-policy):?([^\[]*)\[(\d+)\]\|(.*)")


def grants_too_much(audit, expected, context):
    """Whether a finding of surplus about the statement says what is expected: of principals
    that it grants to others, else that the action is too much on the resource."""
    holder, bucket, statement, rest = SURPLUS.fullmatch(expected).groups()
    action, *kind = rest.split("|")
    for f in audit["findings"]:
        if f["outcome"] != "surplus" or HOLDERS.get(f["document"], "") != {"role-policy": "role"}.get(holder, holder):
            continue
        if not f["target"].endswith(":" + bucket) and bucket or int(statement) not in [e.get("statement") for e in f["evidence"]]:
            continue
        if action.startswith("principal-"):
            if "who" in f["args"]:
                return True
        elif any(same(action, x) for x in f["args"]["action"].split(", ")) and on(f, kind, context):
            return True
    return False


def same(a, b):
    """Whether two actions, be it with wildcards, are the same, or one means the other."""
    a, b = a.lower(), b.lower()
    return fnmatch.fnmatchcase(a, b) or fnmatch.fnmatchcase(b, a)


def on(finding, kind, context):
    """Whether a finding is about the resource that an expectation names."""
    resources = finding["resource"].split(", ")
    if kind[0] == "not-needed-on-this-key":
        sides = [context["source"]] if kind[1] == "source key" else context["destinations"]
        return finding.get("witness") in [s["kms"]["key"] for s in sides]
    if kind[0] == "not-needed":
        return any(fnmatch.fnmatchcase("arn:aws:s3:::" + kind[1], r) for r in resources)
    if kind[0] == "wildcard-key":
        return kind[1] in resources
    if kind[0] == "resource-star":
        return "*" in resources
    return kind[0] in ("action-wildcard", "kms-action-not-needed", "no-kms-condition")


def said(audit, expected, rules):
    if len(rules) != len(expected["mustNot"]):
        return [("no rule says what must not be said: " + "; ".join(expected["mustNot"]), "")]
    unmet = []
    for rule, text in zip(rules, expected["mustNot"]):
        if says(audit, rule):
            unmet.append(("said: " + text, "must not|" + text))
    return unmet


def says(audit, rule):
    if isinstance(rule, str):
        return all(r["verdict"] == rule for r in audit["rules"])
    return any(all(matches(f.get(k, ""), v) for k, v in rule.items()) for f in audit["findings"])


def matches(value, patterns):
    return any(fnmatch.fnmatchcase(value, p) for p in patterns)
