// Runs the tests on this Node, and on those of `DESKMATCH_NODES` (paths, apart by colons) if there are any.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = readdirSync(join(root, "tests")).filter((name) => name.endsWith(".test.mjs"));
const nodes = [process.execPath, ...(process.env.DESKMATCH_NODES ?? "").split(delimiter).filter(Boolean)];
for (const node of nodes) {
  const words = ["--expose-gc", "--test", "--test-reporter", "spec", ...files.map((name) => join("tests", name))];
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  console.log(`tests on Node ${stdout?.trim() ?? node}`);
  const run = spawnSync(node, words, { cwd: root, stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
