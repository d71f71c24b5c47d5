// Worker threads load the package side by side, each with engines of its own.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { Worker } from "node:worker_threads";

const WORK = `
  const { parentPort } = require("node:worker_threads");
  const { Engine, linearSumAssignment } = require(${JSON.stringify(new URL("../dist/index.js", import.meta.url).pathname)});
  const policy = { queues: { default: { strategy: { kind: "custom", name: "mine" } } } };
  const engine = new Engine(policy, { strategies: { mine: () => 0 } });
  for (let index = 0; index < 50; index++) engine.addAgent({ agent: { id: "agent-" + index, capacity: { units: 100 } }, at: 0 });
  for (let index = 0; index < 2000; index++) engine.submit({ ticket: { id: "T-" + index }, at: index });
  const { objective } = linearSumAssignment(Float64Array.of(4, 1, 3, 2, 0, 5, 3, 2, 2), { rows: 3, columns: 3 });
  parentPort.postMessage({ digest: engine.digest(), objective });
`;

test("four workers and the main thread come to the same", async () => {
  const run = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(WORK, { eval: true });
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all([run(), run(), run(), run()]);
    assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.equal(answers[0].objective, 5);
  }
});

test("a worker that is ended at work takes nothing with it", async () => {
  for (let round = 0; round < 5; round++) {
    const worker = new Worker(`${WORK} setInterval(() => engine.submit({ ticket: { id: "x" + Math.random() } }), 0);`, { eval: true });
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
  }
});

test("the C library that Node's file names is the one that Node's report names", { skip: process.platform !== "linux" }, () => {
  const { platformName, targets } = createRequire(import.meta.url)("../platforms.js");
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
  assert.equal(targets[platformName()].libc, libc);
  const { execPath } = process;
  try {
    // A file that names none, and one that cannot be read.
    for (const other of ["/dev/null", "/there/is/none"]) {
      process.execPath = other;
      assert.equal(targets[platformName()].libc, libc);
    }
  } finally {
    process.execPath = execPath;
  }
});
