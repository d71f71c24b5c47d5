// Every example of the guide and of the READMEs runs, and prints what its comments say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { repository, root } from "./support/paths.mjs";

const pages = [join(repository, "README.md"), join(root, "README.md"), join(repository, "docs", "guide", "node.md")];
const here = new URL("../index.mjs", import.meta.url).href;

/** Runs a program as a module; gives back the lines it prints. */
async function run(program) {
  const lines = [];
  globalThis.printed = (...words) => lines.push(words.map(String).join(" "));
  const text = program.replace('"deskmatch"', JSON.stringify(here)).replaceAll("console.log", "globalThis.printed");
  await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return lines;
}

for (const page of pages) {
  const programs = [...readFileSync(page, "utf8").matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]);
  test(`${page.slice(repository.length + 1)} has examples`, () => assert.ok(programs.length > 0));
  programs.forEach((program, index) => {
    test(`${page.slice(repository.length + 1)}, example ${index + 1}`, async () => {
      const printed = (await run(program)).join(", ").replace(/\s+/g, " ");
      for (const [, promised] of program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)) {
        for (const part of promised.split("; ")) assert.ok(printed.includes(part), `${part}\nis not in\n${printed}`);
      }
    });
  });
}
