// Writes `ts/types.ts` from the JSON Schemas that the engine's own types have, with their documentation.
//
// `node scripts/generate-types.mjs` writes it; with `--check` it fails if the file is not what would be written.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const binding = createRequire(import.meta.url)("../binding.js");

/** Integers of 64 bits that are always small enough for a number. */
const SMALL = new Set(["seq", "age", "units_used", "units_free", "agents", "submitted", "scheduled", "waiting", "offered", "assigned",
  "paused", "wrapping_up", "closed", "cancelled"]);

/** Reads the schemas, which are all ASCII or UTF-8 texts, objects, lists and numbers. */
function schemas() {
  const { operations, keys } = binding.agreement();
  let bytes = Buffer.alloc(1 << 20);
  const length = binding.call(operations.indexOf("schemas"), 0xffffffff, 0, Buffer.alloc(0), 0, bytes);
  if (length < 0) {
    bytes = Buffer.alloc(-length);
    binding.take(bytes);
  }
  let place = 1;
  const varint = () => {
    let number = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[place++];
      number += (byte & 0x7f) * factor;
      if (byte < 0x80) return number;
    }
  };
  const text = () => {
    const size = varint();
    place += size;
    return bytes.toString("utf8", place - size, place);
  };
  const value = () => {
    const tag = bytes[place++];
    if (tag <= 2) return [null, false, true][tag];
    if (tag === 3) return varint();
    if (tag === 4) return -varint();
    if (tag <= 7) return (place += 8, NaN);
    if (tag <= 9) return text();
    if (tag === 10) {
      const list = [];
      while (bytes[place] !== 12) list.push(value());
      place++;
      return list;
    }
    const object = {};
    for (let number = varint(); number !== 0; number = varint()) {
      const key = number === 1 ? text() : keys[number - 2];
      object[key] = value();
    }
    return object;
  };
  return value();
}

const { given, answered } = schemas();
/** What is handed in wins: its fields with defaults may be left out, and one name stands for both. */
const all = { ...answered, ...given };
all.Command = { description: "What a host asks of the engine.", oneOf: all.Request.oneOf };

function comment(description, indent) {
  if (description === undefined) return "";
  // Links and code of Rust's documentation read as plain code.
  const plain = description.replace(/\[`([^`\]]+)`\](\([^)]*\))?/g, "`$1`").split(/\n```/)[0].trim().replaceAll("*/", "* /");
  const lines = plain.split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

const name = (reference) => reference.split("/").at(-1);
const quoted = (key) => (/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key));

function object(schema, indent) {
  const inner = `${indent}  `;
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([key, field]) => {
    const type = typeof field === "object" ? expression(field, inner, key) : "unknown";
    const optional = required.has(key) ? "" : "?";
    return `${comment(field.description, inner)}${inner}${quoted(key)}${optional}: ${type}${optional ? " | undefined" : ""};\n`;
  });
  return fields.length === 0 ? "{}" : `{\n${fields.join("")}${indent}}`;
}

function union(list, indent, key) {
  return [...new Set(list.map((entry) => expression(entry, indent, key)))].join(" | ");
}

function plain(schema, indent, key) {
  if (schema.$ref !== undefined) return name(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  const types = [schema.type].flat();
  const of = {
    string: () => "string",
    boolean: () => "boolean",
    null: () => "null",
    number: () => "number",
    integer: () => (/64/.test(schema.format ?? "") && !SMALL.has(key) ? "number | bigint" : "number"),
    array: () => {
      if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map((item) => expression(item, indent)).join(", ")}]`;
      const item = expression(schema.items ?? {}, indent);
      return /[|&]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
    },
    object: () => {
      if (schema.properties !== undefined) return object(schema, indent);
      if (typeof schema.additionalProperties === "object") {
        return `Record<string, ${expression(schema.additionalProperties, indent)}>`;
      }
      return "{}";
    },
  };
  return types.map((type) => of[type]?.() ?? "unknown").join(" | ");
}

function expression(schema, indent = "", key = "") {
  const parts = [];
  for (const word of ["oneOf", "anyOf"]) {
    if (schema[word] !== undefined) parts.push(union(schema[word], indent, key));
  }
  if (schema.allOf !== undefined) parts.push(...schema.allOf.map((entry) => expression(entry, indent, key)));
  const { oneOf, anyOf, allOf, description, ...rest } = schema;
  const says = ["$ref", "const", "enum", "properties", "items", "prefixItems"].some((word) => rest[word] !== undefined);
  if (says || parts.length === 0) parts.unshift(plain(rest, indent, key));
  return parts.map((part) => (parts.length > 1 && part.includes(" | ") ? `(${part})` : part)).join(" & ");
}

function definition(key, schema) {
  const { description, ...rest } = schema;
  const head = comment(description, "");
  if (rest.properties !== undefined && rest.oneOf === undefined && rest.allOf === undefined && rest.anyOf === undefined) {
    return `${head}export interface ${key} ${object(rest, "")}\n`;
  }
  const special = { Timestamp: "number", AttributeValue: "string | number | bigint | boolean" };
  return `${head}export type ${key} = ${special[key] ?? expression(rest)};\n`;
}

function text() {
  const names = Object.keys(all).sort();
  const codes = binding.agreement().codes.map((code) => JSON.stringify(code)).join(" | ");
  const parts = [
    "// Generated by scripts/generate-types.mjs from the engine's own types. Do not edit.\n",
    `/** Every kind of error. The engine's, the solvers', the simulation's and the border's own, by name. */\nexport type ErrorCode = ${codes};\n`,
    '/** The event of a type: `EventOf<"assigned">`. */\nexport type EventOf<Type extends Event["type"]> = Extract<Event, { type: Type }>;\n',
    ...names.map((key) => definition(key, all[key])),
  ];
  return parts.join("\n");
}

const place = join(root, "ts", "types.ts");
const written = text();
if (process.argv.includes("--check")) {
  if (readFileSync(place, "utf8") !== written) {
    console.error("ts/types.ts is not what the engine's types say: run `npm run generate`");
    process.exit(1);
  }
} else {
  writeFileSync(place, written);
}
