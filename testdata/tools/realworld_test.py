#!/usr/bin/env python3
"""The judgement of realworld.py, held against audits that were made up."""
import copy
import unittest

import realworld_judge

CONTEXT = {"source": {"bucket": "src", "kms": {"key": "KEY-S"}}, "destinations": [{"bucket": "dst", "kms": {"key": "KEY-D"}}]}
EXPECTED = {
    "functionalGaps": [{"id": "role|s3:GetObjectVersionTagging|src-objects"}],
    "configFindings": [{"id": "config|kms-objects-skipped|rule"}],
    "surplusMust": [
        "role-policy[2]|s3:ReplicateDelete|not-needed|dst/*", "role-policy[1]|s3:Get*|action-wildcard|src/*",
        "role-policy[3]|kms:Encrypt|not-needed-on-this-key|source key", "dest-bucket-policy:dst[0]|principal-any"],
    "mustNot": [],
}
ROLE = {"document": "role-policy", "target": "arn:aws:iam::111111111111:role/r"}


def surplus(statement, actions, resource, witness, **more):
    return dict({"check": "permission-surplus", "outcome": "surplus", "evidence": [{"statement": statement}], "args": {"action": actions},
                 "resource": resource, "witness": witness}, **dict(ROLE, **more))


AUDIT = {"rules": [{"verdict": "degraded"}], "findings": [
    dict({"check": "permission-missing", "outcome": "missing", "coverage": "none", "action": "s3:GetObjectVersionTagging",
          "resource": "arn:aws:s3:::src/*"}, **ROLE),
    {"check": "kms-opt-in-missing", "outcome": "mismatch"},
    surplus(2, "s3:ReplicateTags, s3:ReplicateDelete", "arn:aws:s3:::dst/*", "arn:aws:s3:::dst/a"),
    surplus(1, "s3:Get*", "arn:aws:s3:::src/*", "arn:aws:s3:::src/a"),
    surplus(3, "kms:Encrypt", "KEY-S", "KEY-S"),
    surplus(0, "s3:ReplicateObject", "arn:aws:s3:::dst/*", "arn:aws:s3:::dst/a", document="destination-bucket-policy", target="arn:aws:s3:::dst"),
]}
AUDIT["findings"][-1]["args"]["who"] = "*"


class TestJudge(unittest.TestCase):
    def left(self, audit, expected=EXPECTED, name="made up"):
        return realworld_judge.judge(name, audit, expected, CONTEXT)[0]

    def test_all_is_met(self):
        self.assertEqual(self.left(AUDIT), [])

    def test_each_finding_is_needed(self):
        for i, finding in enumerate(AUDIT["findings"]):
            less = dict(AUDIT, findings=AUDIT["findings"][:i] + AUDIT["findings"][i + 1:])
            self.assertEqual(len(self.left(less)), 1, finding)

    def test_surplus_of_another_statement_or_resource_is_none(self):
        for change in ({"evidence": [{"statement": 9}]}, {"resource": "arn:aws:s3:::other/*"}, {"document": "writer-policy"}, {"args": {"action": "s3:PutObject"}}):
            other = copy.deepcopy(AUDIT)
            other["findings"][2].update(change)
            self.assertEqual(self.left(other), ["not found: role-policy[2]|s3:ReplicateDelete|not-needed|dst/*"])

    def test_what_was_not_expected(self):
        for finding, text in (
                (dict(AUDIT["findings"][0], action="s3:GetObjectVersionAcl"), "not expected: role|s3:GetObjectVersionAcl|src-objects"),
                ({"check": "configuration-invalid", "key": "configuration-invalid/status", "outcome": "mismatch"},
                 "not expected: config|configuration-invalid/status")):
            self.assertEqual(self.left(dict(AUDIT, findings=AUDIT["findings"] + [finding])), [text])

    def test_what_must_not_be_said(self):
        name = "40-littlejo-v1-implicit-deletes"
        expected = dict(EXPECTED, mustNot=["ReplicateDelete is not surplus under V1."])
        said = copy.deepcopy(AUDIT)
        said["findings"][2]["action"] = "s3:ReplicateDelete"
        self.assertEqual(self.left(said, expected, name), ["said: ReplicateDelete is not surplus under V1."])
        self.assertEqual(self.left(AUDIT, expected, name), [])
        self.assertEqual(len(self.left(AUDIT, expected)), 1, "a text without a rule passes")

    def test_verdicts_must_not_be_said(self):
        name = "08-harsh7-getobjectversion"
        expected = dict(EXPECTED, mustNot=["Do not call replication broken."])
        argued = ["argued and not the case: config|account-without-override|rule"]
        self.assertEqual(self.left(AUDIT, expected, name), argued)
        self.assertEqual(self.left(dict(AUDIT, rules=[{"verdict": "fails"}]), expected, name), ["said: Do not call replication broken."] + argued)

    def test_an_argued_expectation_does_not_count_while_it_is_the_case(self):
        name = "05-adsanz-no-destination-side"
        priority = {"check": "configuration-invalid", "key": "configuration-invalid/without-priority", "outcome": "mismatch"}
        self.assertEqual(self.left(dict(AUDIT, findings=AUDIT["findings"] + [priority]), name=name), [])
        self.assertEqual(self.left(AUDIT, name=name), ["argued and not the case: config|configuration-invalid/without-priority"])


if __name__ == "__main__":
    unittest.main()
