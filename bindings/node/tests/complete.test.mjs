// Fails when the engine has something that the package lacks: a method, a command, an event, a strategy or a kind of error.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import * as esm from "../index.mjs";
import { repository, root } from "./support/paths.mjs";

const core = join(repository, "crates", "core", "src");
const { DeskmatchError, Engine, errorCodes } = esm;
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** What is called otherwise here, and why. */
const OTHERWISE = {
  new: "the constructor",
  builder: "the constructor, whose options have the strategies",
  execute_into: "it saves an allocation of Rust's; here it is `execute`",
};

/** The public methods of `impl Engine` in all files of the engine. */
function methods() {
  const found = new Set();
  const folder = join(core, "engine");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".rs"))) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const block of text.matchAll(/^impl Engine \{\n(.*?)^\}/gms)) {
      for (const method of block[1].matchAll(/^    pub (?:const )?fn (\w+)/gm)) found.add(method[1]);
    }
  }
  return [...found].sort();
}

/** The words of an enum that is tagged by snake case. */
function variants(file, name) {
  const text = readFileSync(join(core, file), "utf8");
  const body = new RegExp(`pub enum ${name} \\{\\n(.*?)^\\}`, "ms").exec(text)[1];
  return [...body.matchAll(/^    (\w+)(?: \{|,|\()/gm)].map(([, word]) => word.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase());
}

const types = readFileSync(join(root, "ts", "types.ts"), "utf8");
const typed = (name, key) => {
  const body = new RegExp(`export type ${name} =(.*?)^(?:/\\*\\*|export)`, "ms").exec(types)[1];
  return [...body.matchAll(new RegExp(`${key}: "(\\w+)"`, "g"))].map((match) => match[1]).sort();
};

test("every public method of the engine is one here", () => {
  const all = methods();
  assert.ok(all.length >= 25, all.join());
  const here = (name) => typeof Engine.prototype[camel(name)] === "function" || typeof Engine[camel(name)] === "function";
  assert.deepEqual(all.filter((name) => !(name in OTHERWISE) && !here(name)), []);
});

test("every command is a method", () => {
  const commands = variants("command.rs", "Command");
  assert.equal(commands.length, 24);
  assert.deepEqual(commands.filter((name) => typeof Engine.prototype[camel(name)] !== "function"), []);
  assert.deepEqual(typed("Command", "type"), [...commands].sort());
});

test("every event has a type", () => {
  const events = variants("event.rs", "EventBody");
  assert.equal(events.length, 35);
  assert.deepEqual(typed("Event", "type"), [...events].sort());
});

test("every strategy has a type", () => {
  const kinds = variants("policy/strategy.rs", "StrategyPolicy");
  assert.ok(kinds.length >= 9);
  assert.deepEqual(typed("StrategyPolicy", "kind"), [...kinds].sort());
});

test("every kind of error has its code", () => {
  const kinds = (file) => [...readFileSync(join(repository, "crates", file), "utf8").matchAll(/^    \w+ = "(\w+)",/gm)].map((match) => match[1]);
  const words = kinds("core/src/error.rs");
  assert.ok(words.length >= 25);
  assert.deepEqual(words.filter((code) => !errorCodes.includes(code)), []);
  const union = /export type ErrorCode = (.*?);/s.exec(types)[1].match(/\w+/g).sort();
  assert.deepEqual(union, [...errorCodes].sort());
});

test("import and require give the same package", () => {
  const cjs = createRequire(import.meta.url)("../dist/index.js");
  assert.deepEqual(Object.keys(cjs).filter((name) => name !== "__esModule").sort(), Object.keys(esm).sort());
  assert.equal(cjs.Engine, Engine);
  assert.equal(cjs.DeskmatchError, DeskmatchError);
});

test("the version is that of the workspace and of the package", () => {
  const workspace = /^version = "(.*)"/m.exec(readFileSync(join(repository, "Cargo.toml"), "utf8"))[1];
  assert.equal(esm.version, workspace);
  assert.equal(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version, workspace);
});
