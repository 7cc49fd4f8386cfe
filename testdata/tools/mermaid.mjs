#!/usr/bin/env node
// Whether Mermaid can read the diagrams of Markdown files, as GitHub would.
//
//   npm install --prefix PACKAGES mermaid jsdom
//   node testdata/tools/mermaid.mjs PACKAGES FILE...
//
// PACKAGES is a folder outside this repository. Each diagram has to be a
// flowchart within Mermaid's own limits, all its nodes and edges have to be those
// that its lines are, and no label may hold an element other than a line break.
// Exit status: 0 if all can be read, 1 if one cannot, or if there is none, 2 if
// the command line is wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packages, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: mermaid.mjs PACKAGES FILE...");
  process.exit(2);
}
const require = createRequire(path.resolve(packages, "package.json"));
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("<body></body>");
globalThis.window = window;
globalThis.document = window.document;

// mermaid has no entry for require.
const entry = path.join(path.resolve(packages), "node_modules/mermaid/dist/mermaid.core.mjs");
const mermaid = (await import(pathToFileURL(entry))).default;
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
const limits = mermaid.mermaidAPI.getConfig();

// decoded puts HTML's codes for characters in place of what stands for Mermaid's
// while it reads, as it does before it draws.
const decoded = (s) => s.replace(/\ufb02\u00b0\u00b0/g, "&#").replace(/\ufb02\u00b0/g, "&").replace(/\u00b6\u00df/g, ";");

// faults says what is wrong with a diagram.
async function faults(text) {
  if (text.length > limits.maxTextSize) return [`it has ${text.length} characters, of ${limits.maxTextSize}`];
  const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const vertices = [...db.getVertices().values()], edges = db.getEdges(), groups = db.getSubGraphs();
  const list = [];
  const same = (what, got, pattern) => {
    const want = text.match(pattern)?.length ?? 0;
    if (got !== want) list.push(`Mermaid reads ${got} ${what}, of ${want}`);
  };
  if (!type.startsWith("flowchart")) list.push(`it is a ${type}`);
  same("nodes", vertices.length, /^    n\d+[[({]/gm);
  same("edges", edges.length, /^  n\d+ /gm);
  same("groups", groups.length, /^  subgraph /gm);
  for (const label of [...vertices.map((v) => v.text), ...edges.map((e) => e.text), ...groups.map((g) => g.title)]) {
    const box = window.document.createElement("div");
    box.innerHTML = decoded(label ?? "");
    const strange = [...box.querySelectorAll("*")].filter((e) => e.tagName !== "BR");
    if (strange.length > 0) list.push(`the label ${label} holds <${strange[0].tagName}>`);
  }
  return list;
}

let read = 0, bad = 0;
for (const file of files) {
  for (const [, text] of readFileSync(file, "utf8").matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)) {
    let list;
    try {
      list = await faults(text);
    } catch (e) {
      list = [e.message];
    }
    for (const fault of list) console.error(`${file}: ${fault}`);
    bad += list.length > 0 ? 1 : 0;
    read++;
  }
}
console.log(`mermaid ${require("mermaid/package.json").version}: ${read} diagrams, ${bad} of them cannot be read`);
process.exit(read === 0 || bad > 0 ? 1 : 0);
