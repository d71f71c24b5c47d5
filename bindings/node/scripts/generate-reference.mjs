// Writes `docs/reference/node.md` from the typings that TypeScript has made of the package, with their documentation.
//
// `node scripts/generate-reference.mjs` writes it; with `--check` it fails if the page is not what would be written. Run `npm run build:ts`
// first.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "../../docs/reference/node.md");
const typings = (module) => readFileSync(join(root, "dist", `${module}.d.ts`), "utf8");

/** The chapters, each with the modules it is made of; a module that exports something and is in none is a fault of this file. */
const CHAPTERS = [
  ["The engine", ["engine"]],
  ["Policies", ["policy"]],
  ["Strategies of your own", ["strategies"]],
  ["One batch", ["assign"]],
  ["Replays and simulations", ["replay"]],
  ["Matrices and sparse problems", ["matching", "sized"]],
  ["Errors", ["errors"]],
  ["The rest", ["json", "work", "native"]],
  ["Types of the engine", ["types"]],
];

/** What the package exports, by module; null where it is everything. */
function exported() {
  const found = new Map();
  const index = typings("index");
  for (const [, names, module] of index.matchAll(/export (?:type )?\{([^}]*)\} from "\.\/(\w+)\.js";/g)) {
    const known = found.get(module) ?? new Set();
    for (const name of names.split(",").map((name) => name.trim()).filter(Boolean)) known.add(name);
    found.set(module, known);
  }
  for (const [, module] of index.matchAll(/export type \* from "\.\/(\w+)\.js";/g)) found.set(module, null);
  return found;
}

/** The declarations of a module with their comments, in order. */
function declarations(text) {
  const lines = text.split("\n");
  const found = [];
  let comment = [];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at].startsWith("/**")) {
      const begin = at;
      while (!lines[at].includes("*/")) at++;
      comment = lines.slice(begin, at + 1);
      continue;
    }
    const [, name] = /^export (?:declare )?(?:function|class|interface|type|const) (\w+)/.exec(lines[at]) ?? [];
    if (name !== undefined) {
      const begin = at;
      // A declaration that goes on ends with the first line that is not indented.
      const isOpen = (line) => line.startsWith(" ") || line === "" || !/[;}]$/.test(line);
      if (!/;$/.test(lines[at])) for (at++; isOpen(lines[at]); at++);
      const code = lines.slice(begin, at + 1).filter((line) => !/^\s*(#private;|private )/.test(line));
      found.push({ name, comment, code: code.map((line) => line.replace(/^export (declare )?/, "")).join("\n") });
    }
    if (lines[at].trim() !== "") comment = [];
  }
  return found;
}

/** A comment as Markdown. */
function prose(comment) {
  const text = comment
    .join("\n")
    .replace(/^\/\*\*\s?|\s*\*\/$/g, "")
    .replace(/^ \* ?/gm, "")
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/^@returns /gm, "Returns ")
    .replace(/^@throws /gm, "Throws ")
    .replace(/^@example\n/gm, "");
  return text.trim();
}

function written() {
  const names = exported();
  const shown = new Set(CHAPTERS.flatMap(([, modules]) => modules));
  const missing = [...names.keys()].filter((module) => !shown.has(module));
  if (missing.length > 0) throw new Error(`generate-reference.mjs does not know the modules ${missing.join(", ")}`);
  const parts = [
    "# Node reference\n",
    "<!-- Written by bindings/node/scripts/generate-reference.mjs; do not edit. -->\n",
    "The [guide](../guide/node.md) says how to begin; this page has every function, class and type of the package `deskmatch`.\n",
  ];
  for (const [title, modules] of CHAPTERS) {
    parts.push(`## ${title}\n`);
    for (const module of modules) {
      const wanted = names.get(module);
      const kept = declarations(typings(module)).filter(({ name }) => wanted === null || wanted?.has(name));
      const lost = [...(wanted ?? [])].filter((name) => !kept.some((declaration) => declaration.name === name));
      if (lost.length > 0) throw new Error(`${module}.d.ts does not declare ${lost.join(", ")}`);
      for (const { name, comment, code } of kept) {
        parts.push(`### \`${name}\`\n`);
        if (comment.length > 0) parts.push(`${prose(comment)}\n`);
        parts.push(`\`\`\`ts\n${code.replaceAll(/\{@link (\w+)\}/g, "`$1`")}\n\`\`\`\n`);
      }
    }
  }
  return `${parts.join("\n").trimEnd()}\n`;
}

const text = written();
if (!process.argv.includes("--check")) {
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, text);
} else if (!existsSync(page) || readFileSync(page, "utf8") !== text) {
  console.error("docs/reference/node.md is not as the typings are; run `npm run reference`");
  process.exit(1);
}
