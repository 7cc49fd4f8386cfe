#!/usr/bin/env node
// A foreign opinion on plans: asks another evaluator, @cloud-copilot/iam-simulate,
// whether the documents of a plan allow what the plan requires.
//
//   npm install --prefix PACKAGES @cloud-copilot/iam-simulate
//   node testdata/tools/foreign_plan.mjs PACKAGES REPLIGRANT SPEC...
//
// The other evaluator has a licence of its own (AGPL-3.0-or-later): it is run,
// and nothing of it is kept here; PACKAGES is a folder outside this repository.
// REPLIGRANT is the program.
//
// Each requirement of each SPEC's plan becomes requests for a few concrete keys.
// Each has to be allowed by the planned documents, and denied when
//
//   - the action is taken out of any one of the documents that have to hold it,
//   - a value of the request's context is another one (KMS, access points),
//   - somebody else asks a policy of another account, or assumes the role,
//   - the key is one that no requirement of the same action is about,
//
// and what a planned Deny names has to be denied explicitly. What differs for a
// reason that is listed below is counted under it. Exit status: 0 if nothing
// else differs, 1 if something does, 2 if the command line is wrong.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [home, program, ...specs] = process.argv.slice(2);
if (!specs.length) {
  console.error("usage: foreign_plan.mjs PACKAGES REPLIGRANT SPEC...");
  process.exit(2);
}
const find = createRequire(path.join(path.resolve(home), "x.js"));
const { runSimulation } = await import(pathToFileURL(find.resolve("@cloud-copilot/iam-simulate")).href);

const list = (x) => [x ?? []].flat();
const account = (arn) => arn.split(":")[4];
const partition = (arn) => arn.split(":")[1];

// A part is where a policy is looked for: what a caller has, and what the
// resource has.
const part = (kind) => /bucket|key|access-point|trust/.test(kind) ? "resource" : "identity";

// The keys of a pattern: one letter, a deep one with letters that a policy might
// mean otherwise, and the pattern's beginning itself where that is a key.
function samples(pattern) {
  if (!pattern.endsWith("*") || pattern.endsWith("${*}")) return [literal(pattern)];
  const stem = literal(pattern.slice(0, -1));
  return ["k", "2026/11/a:b c+d=é.txt", ...(/:::[^/]+\/$|\/object\/$/.test(stem) ? [] : [""])].map((rest) => stem + rest);
}
const literal = (pattern) => pattern.replace(/\$\{([*?$])\}/g, "$1");

// The default policy of a key leaves it to its account; a plan adds to it.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
const keyDefault = (key) => ({ Effect: "Allow", Principal: { AWS: `arn:${partition(key)}:iam::${account(key)}:root` }, Action: "kms:*", Resource: "*" });

// A role has a trust policy always, if only one that trusts nobody here.
const noTrust = { Effect: "Allow", Principal: { Service: "polly.amazonaws.com" }, Action: "sts:TagSession" };

// What carries the policy of a resource.
function carrier(resource) {
  if (resource.includes(":accesspoint/")) return resource.split("/object/")[0];
  return resource.includes(":s3:::") ? resource.split("/")[0] : resource;
}

// requests yields the concrete requests of a requirement: as many as the longest
// list of samples, of its resource or of a value of its context.
function* requests(q) {
  const resources = samples(q.resource), values = Object.entries(q.context ?? {}).map(([k, v]) => [k, samples(v)]);
  const n = Math.max(resources.length, ...values.map(([, v]) => v.length));
  for (let i = 0; i < n; i++) {
    const context = Object.fromEntries(values.map(([k, v]) => [k, v[i % v.length]]));
    yield { action: q.action, resource: resources[i % resources.length], principal: q.principal, context: { ...around(q), ...context } };
  }
}

// around is what surrounds a request, whoever makes it. Writers come from an
// address that the SPECs here allow.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
function around(q) {
  if (q.action === "sts:AssumeRole") {
    return { "aws:SourceAccount": account(q.resource), ...(q.from && { "aws:SourceArn": `arn:${partition(q.resource)}:s3:::${q.from}` }) };
  }
  return { "aws:PrincipalArn": q.principal, "aws:PrincipalAccount": account(q.principal), ...(q.id.startsWith("writer/") && { "aws:SourceIp": "203.0.113.10" }) };
}

// ask returns what the other evaluator says of a request in the accounts of docs.
async function ask(r, docs) {
  const target = carrier(r.resource), at = (p) => docs.filter((d) => part(d.kind) === p);
  const held = at("resource").filter((d) => d.target === target).flatMap((d) => d.statements);
  if (target.includes(":kms:")) held.unshift(keyDefault(target));
  if (target.includes(":iam:")) held.unshift(noTrust);
  const owner = account(target) || docs.find((d) => d.target === target)?.account || account(r.principal);
  const identity = at("identity").filter((d) => d.target === r.principal && d.statements.length).map((d, i) => ({ name: String(i), policy: { Version: "2012-10-17", Statement: d.statements } }));
  if (r.allowed) identity.push({ name: "all", policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } });
  const a = await runSimulation(structuredClone({
    request: { principal: r.principal, action: r.action, resource: { resource: r.resource, accountId: owner }, contextVariables: r.context },
    identityPolicies: identity, serviceControlPolicies: [], resourceControlPolicies: [],
    ...(held.length && { resourcePolicy: { Version: "2012-10-17", Statement: held } }),
  }), { simulationMode: "Strict" });
  return a.overallResult ?? "error: " + JSON.stringify(a.errors);
}

// without takes an action out of the documents that hold it for a requirement.
function without(docs, kinds, q) {
  const parts = kinds.map(part);
  return docs.map((d) => {
    if (!parts.includes(part(d.kind)) || ![q.principal, carrier(literal(q.resource))].includes(d.target)) return d;
    const statements = d.statements.flatMap((s) => {
      const left = list(s.Action).filter((a) => a !== q.action || s.Effect === "Deny");
      return left.length ? [{ ...s, Action: left }] : [];
    });
    return { ...d, statements };
  });
}

// Who asks: S3 itself, what may assume a role, and somebody else. What is asked
// about a writer's role is the trust policy: callers have the permission.
const caller = (q) => q.action === "sts:AssumeRole" && q.principal.startsWith("arn:")
  ? { principal: q.principal.replace(/:root$/, ":role/somebody"), allowed: true } : {};
const stranger = (q) => q.principal.startsWith("arn:")
  ? { principal: `arn:${partition(q.principal)}:iam::${q.action === "sts:AssumeRole" ? "999999999999" : account(q.principal)}:role/stranger`, allowed: true }
  : { principal: "transfer.amazonaws.com" };

// What the other evaluator does not read: keys that it drops from a request, and
// so denies what asks for them, and a * in a key's name, which it takes for a
// pattern. With another name, or another letter, it makes the same comparison.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
const dropped = { "kms:EncryptionContext:aws:s3:arn": "aws:PrincipalTag/EncryptionContext", "s3:DataAccessPointArn": "aws:PrincipalTag/AccessPoint" };
const gaps = (r) => [...Object.keys(dropped).filter((k) => r.context[k]), ...(r.resource.includes("*") ? ["*"] : [])];

function renamed(x, names, letter) {
  let text = JSON.stringify(x);
  for (const k of names) text = text.replaceAll(...(k === "*" ? letter : [`"${k}"`, `"${dropped[k]}"`]));
  return JSON.parse(text);
}

const counts = { specs: 0, requirements: 0, requests: 0, allowed: 0, removed: 0, context: 0, others: 0, elsewhere: 0, refused: 0 };
const exceptions = new Map(), unexplained = [];
const except = (why) => exceptions.set(why, (exceptions.get(why) ?? 0) + 1);

// expect asks, and counts the answer under name if it is the one wanted, or
// under the reason that there is for another one.
async function expect(name, want, r, docs, why) {
  let got = await ask(r, docs);
  const names = gaps(r);
  if (names.length) {
    const again = await ask(renamed(r, names, ["*", "~"]), renamed(docs, names, ["${*}", "~"]));
    if (got !== again) except(`${names.join(", ")} is not read by the other: asked by another name`);
    got = again;
  }
  const fits = want === "Denied" ? ["ImplicitlyDenied", "ExplicitlyDenied"].includes(got) : got === want;
  if (fits) counts[name]++;
  else if (why) except(why);
  else unexplained.push(`${name}: ${got}, want ${want}: ${JSON.stringify(r)}`);
  return fits;
}

// known is why a plan does not allow what it lists, which is advice then; the
// plan warns of both.
function known(q, warnings) {
  if (q.level !== "advised" || q.action !== "s3:ReplicateTags") return "";
  const of = (code, what) => warnings.some((w) => w.code === code && w.message.startsWith(what));
  if (of("tags-refused-for-another-rule", `rule ${q.rule} `)) return "advised, and refused for another rule of the same role: the plan warns";
  if (of("aws-docs-too-wide", "") && !q.holders.includes("destination-bucket-policy")) return "advised, and not in the bucket policy of AWS's page, which policy_style aws-docs follows";
}

async function requirement(q, docs, plan) {
  counts.requirements++;
  await elsewhere(q, docs, plan.requirements);
  for (const r of requests(q)) {
    counts.requests++;
    const who = { ...r, ...caller(q) };
    if (who.principal !== r.principal && r.context["aws:PrincipalArn"]) who.context["aws:PrincipalArn"] = who.principal;
    if (!await expect("allowed", "Allowed", who, docs, known(q, plan.warnings ?? []))) continue;
    for (const kind of q.holders) await removed(q, kind, who, docs);
    await otherContext(q, who, docs);
    if (q.holders.some((k) => part(k) === "resource") && account(q.resource) !== account(q.principal)) {
      const other = { ...r, ...stranger(q) };
      if (other.context["aws:PrincipalArn"]) other.context = { ...other.context, "aws:PrincipalArn": other.principal };
      await expect("others", "Denied", other, docs);
    }
  }
}

// removed asks without the action. In one account the policy of an access point
// and the caller's own each suffice: then the action has to go from both.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
async function removed(q, kind, r, docs) {
  const either = q.holders.includes("writer-access-point-policy") && account(q.resource) === account(q.principal);
  if (either) {
    except("an access point in the writer's account: either policy suffices, so the action was taken out of both");
    return expect("removed", "Denied", r, without(docs, q.holders, q));
  }
  return expect("removed", "Denied", r, without(docs, [kind], q));
}

async function otherContext(q, r, docs) {
  if (q.resource.includes(":accesspoint/")) return; // its policy is reached through it alone
  for (const key of Object.keys(q.context ?? {})) {
    const value = { "kms:ViaService": "ec2.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::another/k" }[key] ?? "arn:aws:s3:us-east-1:111122223333:accesspoint/another";
    await expect("context", "Denied", { ...r, context: { ...r.context, [key]: value } }, docs);
  }
}

// elsewhere asks for a key of the same bucket that no requirement is about.
async function elsewhere(q, docs, all) {
  const slash = q.resource.includes(":accesspoint/") ? q.resource.indexOf("/object/") + 7 : q.resource.indexOf("/");
  if (!/:s3:/.test(q.resource) || slash < 0) return;
  const resource = q.resource.slice(0, slash + 1) + "elsewhere/k";
  const within = (p) => literal(p) === resource || p.endsWith("*") && resource.startsWith(literal(p.slice(0, -1)));
  if (all.some((o) => o.action === q.action && o.principal === q.principal && within(o.resource))) return;
  await expect("elsewhere", "Denied", { ...requests(q).next().value, resource }, docs);
}

// refusals asks for what the planned denials name: also by somebody who may do
// everything.
async function refusals(docs) {
  for (const d of docs) {
    for (const s of d.statements.filter((s) => s.Effect === "Deny")) {
      const principal = list(s.Condition?.ArnEquals?.["aws:PrincipalArn"] ?? s.Principal.AWS)[0];
      const resources = s.NotResource ? [`${d.target}/elsewhere/k`] : list(s.Resource).flatMap(samples);
      for (const action of list(s.Action)) {
        for (const resource of resources) {
          await expect("refused", "ExplicitlyDenied", { action, resource, principal, allowed: true, context: { "aws:PrincipalArn": principal } }, docs);
        }
      }
    }
  }
}

for (const file of specs) {
  const plan = JSON.parse(execFileSync(program, ["plan", file, "--format", "json", "--quiet"], { maxBuffer: 1 << 28 }));
  const docs = plan.documents.filter((d) => d.document.Statement).map((d) => ({ ...d, statements: d.document.Statement }));
  const before = unexplained.length;
  counts.specs++;
  for (const q of plan.requirements) await requirement(q, docs, plan);
  await refusals(docs);
  for (let i = before; i < unexplained.length; i++) unexplained[i] = `${file}: ${unexplained[i]}`;
}

const rows = [
  ["SPECs", counts.specs], ["requirements", counts.requirements], ["requests", counts.requests],
  ["allowed by the planned documents", counts.allowed],
  ["denied without the action in one document", counts.removed],
  ["denied with another context", counts.context],
  ["denied to somebody else", counts.others],
  ["denied for a key that is in no requirement", counts.elsewhere],
  ["denied by a planned Deny", counts.refused],
  ...[...exceptions].map(([why, n]) => [`excepted: ${why}`, n]),
  ["unexplained", unexplained.length],
];
for (const [name, n] of rows) console.log(`${String(n).padStart(7)}  ${name}`);
for (const line of unexplained.slice(0, 50)) console.log(`\n${line}`);
process.exitCode = unexplained.length || !counts.allowed || !counts.removed ? 1 : 0;
