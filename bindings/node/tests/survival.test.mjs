// Hosts survive: a tenth of `cargo xtask torture`.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { Engine } from "../index.mjs";
import { createAndDrop, malformed } from "./support/torture.mjs";
import { refused } from "./values.test.mjs";

const SEED = 20261122;

test("a hundred thousand malformed calls end in typed errors", async () => {
  const count = await malformed(100_000, SEED);
  assert.ok(count > 50_000, `${count} were refused`);
});

test("memory grows by less than 5 % while engines are created and dropped", async () => {
  const growth = await createAndDrop(100_000);
  assert.ok(growth < 0.05, `${(growth * 100).toFixed(1)} %`);
});

test("a panic behind any export is a typed error", () => {
  const script = fileURLToPath(new URL("./support/panics.mjs", import.meta.url));
  const run = spawnSync(process.execPath, [script], { env: { ...process.env, DESKMATCH_TEST_PANICS: "1" }, encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /every export survived/);
});

test("calls that nest without end through getters are refused before the stack is", () => {
  const engine = new Engine();
  const ticket = {
    get id() {
      return engine.submit({ ticket, at: 0 }).events[0].ticket.id;
    },
  };
  refused(() => engine.submit({ ticket, at: 0 }));
  assert.equal(engine.submit({ ticket: { id: "T-1" }, at: 0 }).events.length, 2);
});
