#!/usr/bin/env node
// A foreign opinion: decides random requests with repligrant and with another
// evaluator, @cloud-copilot/iam-simulate, and prints where the two differ.
//
//   npm install --prefix PACKAGES @cloud-copilot/iam-simulate
//   node testdata/tools/foreign.mjs PACKAGES REPLIGRANT [COUNT [SEED]]
//
// The other evaluator has a licence of its own (AGPL-3.0-or-later): it is run,
// and nothing of it is kept here; PACKAGES is a folder outside this repository.
// REPLIGRANT is the program. The same seed makes
// the same requests. Each difference is made as small as it gets, and named by
// the first of the causes below that fits what is left. docs/evaluation.md says
// who is right. Exit status: 0 if every difference has a known cause, 1 if one
// has none or a request was refused, 2 if the command line is wrong.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [home, program, count = "20000", seed = "1"] = process.argv.slice(2);
if (!program || !(Number(count) > 0) || !(Number(seed) >= 0)) {
  console.error("usage: foreign.mjs PACKAGES REPLIGRANT [COUNT [SEED]]");
  process.exit(2);
}

// The random choices.

let state = Number(seed) >>> 0;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const percent = (n) => random() * 100 < n;
const one = (list) => (list.length === 1 && percent(70) ? list[0] : list);
function some(n, list) {
  const out = [pick(list)];
  while (out.length < n && percent(35)) out.push(pick(list));
  return one([...new Set(out)]);
}

// The words that requests and policies are made of: few, so that most
// statements nearly match.

const here = "111122223333", there = "444455556666";
const callers = [
  `arn:aws:iam::${here}:role/R`, `arn:aws:iam::${here}:role/R`, `arn:aws:iam::${here}:role/R`, `arn:aws:iam::${here}:role/p/Q`,
  `arn:aws:sts::${here}:assumed-role/R/S`, `arn:aws:sts::${here}:assumed-role/R/S`,
  `arn:aws:iam::${here}:user/u`, `arn:aws:iam::${here}:user/u`, `arn:aws:iam::${here}:user/u`, `arn:aws:iam::${here}:root`,
  `arn:aws:sts::${here}:federated-user/f`, "s3.amazonaws.com", "anonymous",
  `arn:aws:iam::${here}:role/aws-service-role/replication.s3.amazonaws.com/L`,
];
const bucket = ["arn:aws:s3:::b"];
const object = ["arn:aws:s3:::b/k", "arn:aws:s3:::b/u/x", "arn:aws:s3:::b/x:y", "arn:aws:s3:::b/a/K", "arn:aws:s3:::b/n\nl"];
const key = ["arn:aws:kms:eu-west-1:ACCOUNT:key/k"];
const role = ["arn:aws:iam::ACCOUNT:role/T"];
const actions = {
  "s3:GetObject": object, "s3:PutObject": object, "s3:ReplicateObject": object, "s3:ReplicateDelete": object,
  "s3:GetObjectVersionForReplication": object, "s3:ListBucket": bucket, "s3:GetReplicationConfiguration": bucket,
  "s3:ListAllMyBuckets": ["*"], "kms:Decrypt": key, "kms:GenerateDataKey": key, "kms:PutKeyPolicy": key,
  "kms:CreateGrant": key, "sts:AssumeRole": role, "iam:PassRole": role,
};
const actionPatterns = {
  s3: ["*", "s3:*", "S3:getobject", "s3:Get*", "s3:?etObject", "s3:Replicate*", "s3:*Object", "s3:List*", "s3:GetObject", "s3:PutObject"],
  kms: ["*", "kms:*", "kms:Decrypt", "KMS:d*", "kms:GenerateDataKey*", "kms:Create*", "kms:Put*", "s3:*"],
  sts: ["*", "sts:AssumeRole", "sts:*", "STS:assume*", "sts:TagSession"],
  iam: ["*", "iam:PassRole", "iam:*", "IAM:pass*"],
};
const resourcePatterns = {
  s3: [
    "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b*", "arn:aws:s3:::b", "arn:aws:s3:::b/k", "arn:aws:s3:::*", "arn:aws:s3:::?/k",
    "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${AWS:UserName, 'u'}/*", "arn:aws:s3:::b/*/K", "arn:aws:s3:::b/A/*",
    "arn:aws:s3:::b/${aws:PrincipalTag/Team}", "arn:*:s3:::b/*", "arn:aws:s3:::b/x:*", "arn:aws:s3:::b/x*y", "arn:aws:s3:::b/${*}",
    "arn:aws:s3:::b/*", "arn:aws:s3:::b*", "*", "arn:aws:s3:*",
  ],
  kms: ["*", "arn:aws:kms:*:*:key/*", `arn:aws:kms:*:${here}:key/*`, `arn:aws:kms:eu-west-1:${here}:key/k`, "arn:aws:kms:eu-west-1:*:key/?"],
  sts: ["*", `arn:aws:iam::${here}:role/*`, `arn:aws:iam::${here}:role/T`, "arn:aws:iam::*:role/T"],
  iam: ["*", `arn:aws:iam::${here}:role/*`, `arn:aws:iam::${here}:role/T`, "arn:aws:iam::*:role/${aws:PrincipalTag/Team}"],
};
const principals = [
  "*", here, there, `arn:aws:iam::${here}:root`, `arn:aws:iam::${here}:role/R`, `arn:aws:iam::${here}:role/p/Q`,
  `arn:aws:iam::${there}:role/R`, `arn:aws:sts::${here}:assumed-role/R/S`, `arn:aws:sts::${here}:assumed-role/R/T`,
  `arn:aws:iam::${here}:user/u`, `arn:aws:iam::${here}:user/U`, `arn:aws:sts::${here}:federated-user/f`, "AROAEXAMPLEEXAMPLE01",
];

// The condition keys: the family of operators that fits, whether the key has
// several values, the values of requests, and more of policies.
const keys = {
  "aws:username": ["String", false, ["u", "U"], ["u*", "${aws:PrincipalTag/Team}"]],
  "aws:PrincipalTag/Team": ["String", false, ["k", "u", "x*"], ["${aws:username}", "${aws:SourceVpce, 'k'}", "?", "*", "${*}", "K"]],
  "aws:PrincipalArn": ["Arn", false, [], [`arn:aws:iam::${here}:role/*`, "arn:aws:iam::*:user/?", `arn:aws:iam::${here}:role/p/Q`, "arn:*:*:*:*:*", "*", `arn:aws:sts::${here}:assumed-role/R/*`, `arn:aws:iam::${here}:*/\${aws:username}`]],
  "aws:userid": ["String", false, [], ["AROAEXAMPLEEXAMPLE01:*", "AROAEXAMPLEEXAMPLE01:S"]],
  "aws:ResourceAccount": ["String", false, [here, there], []],
  "aws:PrincipalOrgID": ["String", false, ["o-a"], ["o-b", "o-*"]],
  "aws:PrincipalOrgPaths": ["String", true, ["o-a/r-1/ou-1/", "o-a/r-1/ou-2/"], ["o-a/*", "o-b/*", "o-a/r-1/ou-3/"]],
  "aws:SourceIp": ["Ip", false, ["192.0.2.1", "198.51.100.7", "2001:db8::1", "2001:0DB8:0:0::1"], ["192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0"]],
  "aws:SourceVpce": ["String", false, ["vpce-1"], ["vpce-2", "vpce-*"]],
  "aws:SecureTransport": ["Bool", false, ["true", "false"], []],
  "aws:MultiFactorAuthAge": ["Numeric", false, ["0", "3600", "86400"], ["3600.0", "60", "1e3"]],
  "aws:CurrentTime": ["Date", false, ["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00"], ["2026-01-01", "2025-12-31T23:59:59Z", "1767225600", "2026-06-01T00:00:00Z"]],
  "aws:EpochTime": ["Date", false, ["1767225600", "1767225601"], ["2026-01-01T00:00:00Z", "1767225600"]],
  "aws:TagKeys": ["String", true, ["a", "b", "c"], ["a*", "A"]],
  "s3:prefix": ["String", false, ["a/", "u/"], ["A/", "*", "${aws:username}/", "a?"]],
  "s3:TlsVersion": ["Numeric", false, ["1.2", "1.3"], ["1.20", "1"]],
  "s3:x-amz-server-side-encryption": ["String", false, ["aws:kms", "AES256"], ["AWS:KMS", "aws:kms*"]],
  "kms:EncryptionContext:aws:s3:arn": ["Arn", false, ["arn:aws:s3:::b", "arn:aws:s3:::b/k"], ["arn:aws:s3:::b/*", "arn:aws:s3:::b*"]],
  "kms:EncryptionContextKeys": ["String", true, ["aws:s3:arn", "team"], ["aws:*"]],
  "kms:ViaService": ["String", false, ["s3.eu-west-1.amazonaws.com"], ["s3.*.amazonaws.com"]],
  "kms:GrantIsForAWSResource": ["Bool", false, ["true", "false"], []],
  "sts:ExternalId": ["String", false, ["e"], ["E"]],
};
const extra = { // the keys of some actions only
  "aws:TagKeys": ["sts:AssumeRole"], "s3:prefix": ["s3:ListBucket"],
  "s3:x-amz-server-side-encryption": ["s3:PutObject", "s3:ReplicateObject"],
  "kms:EncryptionContext:aws:s3:arn": ["kms:Decrypt", "kms:GenerateDataKey"],
  "kms:EncryptionContextKeys": ["kms:Decrypt", "kms:GenerateDataKey"],
  "kms:GrantIsForAWSResource": ["kms:CreateGrant"], "sts:ExternalId": ["sts:AssumeRole"],
};
const operators = {
  String: ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
  Arn: ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike"],
  Numeric: ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map((o) => "Numeric" + o),
  Date: ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map((o) => "Date" + o),
  Bool: ["Bool"], Ip: ["IpAddress", "NotIpAddress"],
};

function known(action) {
  const service = action.split(":")[0];
  return Object.keys(keys).filter((k) => (k.startsWith("aws:") || k.startsWith(service + ":")) && (!extra[k] || extra[k].includes(action)));
}

function clause(action) {
  const name = pick(known(action)), [family, many, held, written] = keys[name];
  const spelled = percent(10) ? name.toUpperCase() : name;
  if (percent(10)) return ["Null", spelled, pick(["true", "false"])];
  let operator = pick(operators[family]);
  if (many ? percent(95) : percent(3)) operator = pick(["ForAllValues:", "ForAnyValue:"]) + operator;
  if (percent(25)) operator += "IfExists";
  const values = some(2, held.concat(written));
  return [operator, spelled, family === "Bool" && percent(20) ? values === "true" : values];
}

function condition(action) {
  const out = {};
  for (let n = 0; n < 3 && percent(40); n++) {
    const [operator, name, values] = clause(action);
    out[operator] = { ...out[operator], [name]: values };
  }
  return Object.keys(out).length ? out : undefined;
}

function principal() {
  if (percent(15)) return "*";
  if (percent(8)) return { Service: pick(["s3.amazonaws.com", "ec2.amazonaws.com"]) };
  const out = { AWS: some(2, principals) };
  if (percent(8)) out.Service = "s3.amazonaws.com";
  return out;
}

function statement(layer, request) {
  const { action } = request, service = action.split(":")[0];
  const s = { Effect: layer === "rcps" || percent(20) ? "Deny" : "Allow" };
  if (layer === "resource") {
    if (s.Effect === "Deny" && percent(8)) s.NotPrincipal = { AWS: [here, ...[some(3, principals.slice(1))].flat()] };
    else s.Principal = principal();
  } else if (layer === "rcps" || layer === "vpce") s.Principal = "*";
  const wide = layer !== "identity" && layer !== "resource" && layer !== "rcps" && percent(60);
  const names = wide ? "*" : some(2, [action, ...actionPatterns[service]]);
  s[!wide && layer !== "rcps" && percent(8) ? "NotAction" : "Action"] = layer === "rcps" && [names].flat().includes("*") ? service + ":*" : names;
  if (layer !== "resource" || service !== "sts") s[!wide && percent(8) ? "NotResource" : "Resource"] = wide ? "*" : some(2, resourcePatterns[service]);
  const c = wide && s.Effect === "Allow" ? undefined : condition(action);
  if (c) s.Condition = c;
  return s;
}

function doc(layer, request) {
  const out = { Version: "2012-10-17", Statement: [] };
  if (layer !== "rcps" && percent(12)) out.Version = "2008-10-17";
  if (layer !== "rcps" && percent(5)) delete out.Version;
  do out.Statement.push(statement(layer, request)); while (percent(45) && out.Statement.length < 4);
  return out;
}

const levels = (layer, request) => Array.from({ length: pick([1, 2]) }, () => Array.from({ length: pick([1, 1, 2]) }, () => doc(layer, request)));

function context(action, caller) {
  const out = {}, account = /::(\d{12}):/.exec(caller)?.[1];
  if (account) {
    out["aws:PrincipalArn"] = caller.replace(/:sts::(\d+):assumed-role\/(.*)\/.*/, ":iam::$1:role/$2");
    out["aws:PrincipalAccount"] = account;
    if (caller.includes(":assumed-role/")) out["aws:userid"] = "AROAEXAMPLEEXAMPLE01:S";
  }
  for (const name of known(action)) {
    const [, many, held] = keys[name];
    if (!held.length || percent(45)) continue;
    if (name === "aws:username" && !caller.includes(":user/") && percent(80)) continue;
    out[name] = many ? [some(2, held)].flat() : pick(held);
  }
  return out;
}

function request(id) {
  const action = pick(Object.keys(actions)), owner = percent(65) ? here : there, caller = pick(callers);
  const resource = pick(actions[action]).replace("ACCOUNT", owner);
  const r = { action, resource, resource_account: owner, principal: caller, context: context(action, caller) };
  const policies = {}, person = caller.startsWith("arn:");
  const layer = (name, n, make) => { if (percent(n)) policies[name] = make(name, r); };
  if (person && !caller.endsWith(":root")) {
    if (percent(85)) policies.identity = Array.from({ length: pick([1, 2]) }, () => doc("identity", r));
    layer("boundary", 18, doc);
    if (/:role\/|assumed-role|federated/.test(caller)) layer("session", 15, doc);
  }
  if (action.startsWith("sts:") || !action.startsWith("iam:") && resource !== "*" && percent(70)) policies.resource = doc("resource", r);
  if (person) layer("scps", 20, levels);
  if (resource !== "*" && !action.startsWith("iam:")) layer("rcps", 15, levels);
  if (percent(10)) policies.vpce = [doc("vpce", r)];
  return { id: String(id), request: r, policies, settings: { s3BucketAbacEnabled: true, restrictPublicBuckets: percent(15) } };
}

// The two evaluators.

const child = spawn(program, ["simulate"], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = [];
readline.createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()(JSON.parse(line)));
child.on("error", (err) => { console.error(err.message); process.exit(2); });
function ours(c) {
  return new Promise((resolve) => {
    waiting.push((a) => resolve(a.error ? "error: " + a.error : a.decision));
    child.stdin.write(JSON.stringify(c) + "\n");
  });
}

const find = createRequire(path.join(path.resolve(home), "x.js"));
const { runSimulation } = await import(pathToFileURL(find.resolve("@cloud-copilot/iam-simulate")).href);
const words = { Allowed: "allowed", ImplicitlyDenied: "implicit_deny", ExplicitlyDenied: "explicit_deny" };
async function theirs(c) {
  const named = (list = []) => list.map((policy, i) => ({ name: String(i), policy }));
  const levelled = (list = []) => list.map((l, i) => ({ orgIdentifier: String(i), policies: l.map((policy, j) => ({ name: `${i}/${j}`, policy })) }));
  const { request: r, policies: p, settings } = structuredClone(c);
  try {
    const a = await runSimulation({
      request: {
        principal: r.principal === "anonymous" ? { type: "Anonymous" } : r.principal, action: r.action,
        resource: { resource: r.resource, accountId: r.resource_account }, contextVariables: r.context,
      },
      identityPolicies: named(p.identity), serviceControlPolicies: levelled(p.scps), resourceControlPolicies: levelled(p.rcps),
      ...(p.resource && { resourcePolicy: p.resource }), ...(p.boundary && { permissionBoundaryPolicies: named([p.boundary]) }),
      ...(p.session && { sessionPolicy: p.session }), ...(p.vpce && { vpcEndpointPolicies: named(p.vpce) }),
      additionalSettings: { s3: { bucketAbacEnabled: settings?.s3BucketAbacEnabled, blockPublicAccess: settings?.restrictPublicBuckets } },
    }, { simulationMode: "Strict" });
    return words[a.overallResult] ?? "error: " + JSON.stringify(a.errors ?? a.overallResult);
  } catch (err) {
    return "error: " + err.message;
  }
}

// A difference, made small.

// smaller yields the case with one thing less. What is left has a reading still:
// of a statement only conditions go, and values of which there are several.
function* smaller(c) {
  for (const at of places(c, [])) {
    const copy = structuredClone(c);
    const last = at.at(-1), parent = at.slice(0, -1).reduce((o, k) => o[k], copy);
    if (Array.isArray(parent)) parent.splice(last, 1); else delete parent[last];
    yield copy;
  }
}

function* places(c, at) {
  const o = at.reduce((x, k) => x[k], c);
  if (o === null || typeof o !== "object") return;
  for (const k of Array.isArray(o) ? o.keys() : Object.keys(o)) {
    if (mayGo(o, k, at)) yield [...at, k];
    yield* places(c, [...at, k]);
  }
}

function mayGo(o, k, at) {
  if (at[0] !== "policies") return at[0] === "settings" || at.join(".") === "request.context";
  if (k === "Version" || k === "Statement") return false;
  if (!at.includes("Statement") || k === "Condition" || at.includes("Condition") && !Array.isArray(o)) return true;
  return (Array.isArray(o) || at.at(-1) === "Principal") && Object.keys(o).length > 1;
}

async function shrink(c, us, them) {
  for (let again = true; again;) {
    again = false;
    for (const next of smaller(c)) {
      if (await ours(next) === us && await theirs(next) === them) {
        c = next;
        again = true;
        break;
      }
    }
  }
  return c;
}

// The causes, the first of which names a difference. What cannot be taken from a
// case, as its resource, comes last.

const flat = (x) => [x ?? []].flat(3);
const documents = (c) => flat(Object.values(c.policies)).map((d) => ({ variables: d.Version === "2012-10-17", text: JSON.stringify(d), statements: flat(d.Statement) }));
const statements = (c) => documents(c).flatMap((d) => d.statements);
const clauses = (c) => statements(c).flatMap((s) => Object.entries(s.Condition ?? {}).flatMap(([operator, tests]) =>
  Object.entries(tests).map(([name, values]) => ({ operator, key: name.toLowerCase(), values: flat(values).map(String), held: held(c, name) }))));
const held = (c, key) => Object.entries(c.request.context ?? {}).find(([k]) => k.toLowerCase() === key.toLowerCase())?.[1];
const named = (c) => statements(c).flatMap((s) => flat(s.Principal?.AWS ?? s.Principal)).map(String);
const by = (what) => (c) => c.request.principal.includes(what);
const someClause = (fits) => (c) => clauses(c).some(fits);
const someStatement = (fits) => (c) => statements(c).some(fits);

const causes = [
  ["service-linked roles and organizations", (c) => by("/aws-service-role/")(c) && (c.policies.scps || c.policies.rcps)],
  ["KMS encryption context", someClause((cl) => cl.key.startsWith("kms:encryptioncontext:"))],
  ["seconds since 1970", someClause((cl) => cl.operator.includes("Date") && (cl.key === "aws:epochtime" || cl.values.some((v) => /^\d+$/.test(v))))],
  ["ForAnyValue with IfExists, key absent", someClause((cl) => /^ForAny.*IfExists$/.test(cl.operator) && cl.held === undefined)],
  ["variables without 2012-10-17", (c) => documents(c).some((d) => !d.variables && d.text.includes("${"))],
  ["a variable without a value in NotResource", someStatement((s) => flat(s.NotResource).some((r) => r.includes("${")))],
  ["a variable without a value, negated", someClause((cl) => cl.operator.includes("Not") && cl.values.some((v) => v.includes("${")))],
  ["arn:aws:s3:* in Resource", someStatement((s) => flat([s.Resource, s.NotResource]).includes("arn:aws:s3:*"))],
  ["ArnLike with * alone", someClause((cl) => cl.operator.includes("Arn") && cl.values.includes("*"))],
  ["0.0.0.0/0", someClause((cl) => cl.operator.includes("IpAddress") && cl.values.includes("0.0.0.0/0"))],
  ["IPv6", someClause((cl) => cl.operator.includes("IpAddress") && (cl.held + cl.values).includes(":"))],
  ["several-valued keys without a set operator", someClause((cl) => Array.isArray(cl.held) && !cl.operator.startsWith("For"))],
  ["NotPrincipal", someStatement((s) => s.NotPrincipal)],
  ["RestrictPublicBuckets", (c) => c.settings.restrictPublicBuckets],
  ["unique IDs of principals", (c) => named(c).some((p) => p.startsWith("AROA"))],
  ["federated sessions and the user behind them", (c) => by("federated-user")(c) && named(c).some((p) => p.includes(":user/"))],
  ["callers whom KMS or STS refuses", (c) => by("anonymous")(c) && /^(kms|sts):/.test(c.request.action) || c.request.action === "sts:AssumeRole" && /:root$|federated-user/.test(c.request.principal)],
  ["keys of other accounts", (c) => c.request.action === "kms:PutKeyPolicy" && !by(c.request.resource_account)(c)],
  ["Principal *, and a silent session policy", (c) => c.policies.session && named(c).includes("*")],
  ["a session in Principal, and a silent session policy", (c) => c.policies.session && named(c).some((p) => p.includes(":sts:"))],
  ["a federated session without a session policy", (c) => by("federated-user")(c) && !c.policies.session],
  ["a line feed in a key", (c) => c.request.resource.includes("\n")],
  ["the root user", by(":root")],
];
const cause = (c, us, them) => causes.find(([, fits]) => fits(c))?.[0] ?? `no known cause: ${us} against ${them}`;

// The run.

const counts = { agree: 0, "repligrant allows, the other denies": 0, "repligrant denies, the other allows": 0, "another kind of denial": 0, "repligrant: unknown": 0, "repligrant: error": 0, "the other: error": 0 };
const groups = new Map();
let unexplained = 0;

function kind(us, them) {
  if (us.startsWith("error")) return "repligrant: error";
  if (them.startsWith("error")) return "the other: error";
  if (us === "unknown" || us === "denied" && them !== "allowed") return "repligrant: unknown";
  if (us === them) return "agree";
  if (us === "allowed") return "repligrant allows, the other denies";
  return them === "allowed" ? "repligrant denies, the other allows" : "another kind of denial";
}

function group(name, c, us, them) {
  const g = groups.get(name) ?? { n: 0, us, them };
  g.n++;
  if (!g.example || JSON.stringify(c).length < JSON.stringify(g.example).length) Object.assign(g, { example: c, us, them });
  groups.set(name, g);
}

const decided = {};
for (let id = 1; id <= Number(count); id++) {
  const c = request(id);
  const [us, them] = await Promise.all([ours(c), theirs(c)]);
  const k = kind(us, them);
  counts[k]++;
  decided[us.split(":")[0]] = (decided[us.split(":")[0]] ?? 0) + 1;
  if (k === "agree") continue;
  if (k.endsWith("error")) {
    group(`${k}: ${(us.startsWith("error") ? us : them).replace(/\d+/g, "N").slice(0, 120)}`, c, us, them);
    continue;
  }
  const small = await shrink(c, us, them);
  const name = cause(small, us, them);
  if (name.startsWith("no known cause")) unexplained++;
  group(name, small, us, them);
}
child.stdin.end();

console.log(`${count} requests from seed ${seed}; repligrant says`, JSON.stringify(decided));
for (const [name, n] of Object.entries(counts)) console.log(`${String(n).padStart(7)}  ${name}`);
for (const [name, g] of [...groups].sort((a, b) => b[1].n - a[1].n)) {
  console.log(`\n${g.n} x ${name}\n  repligrant ${g.us}, the other ${g.them}:\n  ${JSON.stringify(g.example)}`);
}
process.exitCode = unexplained || counts["repligrant: error"] || counts["the other: error"] ? 1 : 0;
