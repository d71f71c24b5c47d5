// The whole of the torture: `cargo xtask torture`, or `node --expose-gc tests/torture.mjs`.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createAndDrop, malformed } from "./support/torture.mjs";

const CALLS = 1_000_000;
const tell = (what) => (done, total) => console.log(`${what}: ${done} of ${total}, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`);

const begun = Date.now();
const refused = await malformed(CALLS, Date.now() >>> 0, (done, total) => done % 100_000 === 0 && tell("malformed calls")(done, total));
console.log(`${CALLS} malformed calls, ${refused} refused, in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
const growth = await createAndDrop(CALLS, tell("create and drop, part"));
console.log(`memory grew by ${(growth * 100).toFixed(2)} % over ${CALLS} engines`);
assert.ok(growth < 0.05);
const script = fileURLToPath(new URL("./support/panics.mjs", import.meta.url));
const run = spawnSync(process.execPath, [script], { env: { ...process.env, DESKMATCH_TEST_PANICS: "1" }, encoding: "utf8" });
assert.equal(run.status, 0, run.stderr);
console.log(run.stdout.trimEnd());
