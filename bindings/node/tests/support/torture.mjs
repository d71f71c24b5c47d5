// Calls that no host should make. Whatever they are, they end in a typed error or in an answer, never in the end of the process.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as deskmatch from "../../index.mjs";

const { DeskmatchError, Engine } = deskmatch;
const binding = createRequire(import.meta.url)("../../binding.js");

/** Numbers drawn from a seed: the same everywhere. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const cycle = {};
cycle.self = cycle;
let deep = 1;
for (let level = 0; level < 10_000; level++) deep = level % 2 === 0 ? [deep] : { ticket: deep };
const huge = "x".repeat(10_000_000);
const closed = new Engine();
closed.close();

/** Everything that an argument should not be. */
const JUNK = [
  undefined, null, true, false, 0, -0, -1, 1.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 64, 1e308, 5e-324, -(2 ** 53),
  0n, -1n, 2n ** 63n, 2n ** 64n, 2n ** 200n, "", " ", "\0", "\ud800", "😀", "__proto__", "NaN", "{", "[]", "5m", "x".repeat(300), "x".repeat(5_000),
  [], [[]], [null], new Array(5), {}, { id: 7 }, { id: "" }, { __proto__: null }, { type: "submit" }, { type: "tick", at: {} },
  cycle, deep, () => 1, Symbol("x"), new Date(NaN), new Date(0), new Map([[1, 2]]), new Set([1]), /x/g, new Error("x"), Promise.resolve(1),
  new Uint8Array(3), new Float64Array(4), new BigInt64Array(2), new Int32Array(9), new SharedArrayBuffer(8), new DataView(new ArrayBuffer(8)),
  new Proxy({}, { get() { throw new Error("get"); } }), new Proxy({}, { ownKeys() { throw new Error("keys"); } }),
  new Proxy([], {}), Object.freeze({ a: 1 }), class {}, closed, Engine.prototype, globalThis.process, new WeakRef({}), Buffer.from("DESKSNAP"),
  { get ticket() { throw new Error("getter"); } }, { toString() { throw new Error("text"); } }, Object.create({ id: "T" }),
];

const COMMANDS = [
  "set_policy", "add_agent", "update_agent", "remove_agent", "set_presence", "submit", "update_ticket", "cancel", "accept", "decline", "pull",
  "claim", "assign", "transfer_to_queue", "transfer_to_agent", "respond", "pause", "resume", "resolve", "finish_wrap_up", "reopen", "requeue",
  "plan", "tick",
];
const FIELDS = ["ticket", "agent", "patch", "queue", "policy", "presence", "channel", "reason", "force", "limit", "at", "request_id", "x"];
const INNER = ["id", "size", "skills", "attributes", "queue", "due", "capacity", "weight", "shifts", "preferred", "level", "units", "seed", "queues"];

/** A value that is wrong somewhere, or by chance right. */
function junk(draw, depth = 0) {
  if (depth < 3 && draw(4) === 0) {
    const object = {};
    for (let count = draw(4); count >= 0; count--) object[INNER[draw(INNER.length)]] = junk(draw, depth + 1);
    return object;
  }
  if (draw(20_000) === 0) return huge;
  return JUNK[draw(JUNK.length)];
}

const METHODS = Object.getOwnPropertyNames(Engine.prototype).filter((name) => name !== "constructor" && name !== "close");
const FUNCTIONS = Object.keys(deskmatch).filter((name) => typeof deskmatch[name] === "function" && !/Error|Engine|Async|^replay|^simulate/.test(name));
const ASYNC = Object.keys(deskmatch).filter((name) => /Async|^replay|^simulate/.test(name));

/** One call that should not be; gives back whether it was refused. */
function call(draw, engine) {
  const argument = () => junk(draw);
  switch (draw(8)) {
    case 0:
      return new Engine(argument(), draw(2) === 0 ? undefined : argument()).close();
    case 1:
      return deskmatch[FUNCTIONS[draw(FUNCTIONS.length)]](argument(), argument(), argument());
    case 2:
      return Engine.restore(argument(), argument());
    case 3: {
      const command = { type: COMMANDS[draw(COMMANDS.length)] };
      for (let count = draw(4); count > 0; count--) command[FIELDS[draw(FIELDS.length)]] = argument();
      return draw(2) === 0 ? engine.execute(command) : engine.executeMany([command, argument()]);
    }
    case 4: {
      const method = Engine.prototype[METHODS[draw(METHODS.length)]];
      if (draw(4) !== 0) return method.call(closed, argument());
      // JavaScript itself says that this is no engine.
      return assert.throws(() => method.call({}, argument()), Error);
    }
    default: {
      const made = engine[METHODS[draw(METHODS.length)]](argument(), argument());
      if (made instanceof Engine) made.close();
      return made;
    }
  }
}

/** Whether an error is one that a call may end in. */
function isExpected(error) {
  return error instanceof DeskmatchError && error.code !== "internal_error";
}

/** Makes so many malformed calls. A tenth as many promises are made malformed, too. */
export async function malformed(count, seed, tell = () => {}) {
  const draw = random(seed);
  let refused = 0;
  let engine = new Engine();
  for (let index = 0; index < count; index++) {
    if (index % 5_000 === 0) {
      engine.close();
      engine = new Engine({ queues: { default: { offers: { timeout: "30s" } } } });
      engine.addAgent({ agent: { id: "ada" }, at: 0 });
      tell(index, count);
    }
    try {
      call(draw, engine);
    } catch (error) {
      refused += 1;
      assert.ok(isExpected(error), `call ${index} of seed ${seed}: ${error?.stack ?? error}`);
    }
    if (index % 1_000 === 0) {
      const name = ASYNC[draw(ASYNC.length)];
      await deskmatch[name](junk(draw), junk(draw), junk(draw)).catch((error) => assert.ok(isExpected(error), `${name}: ${error?.stack}`));
    }
  }
  // The engine still works.
  engine.submit({ ticket: { id: "at the end" } });
  assert.equal(engine.ticket("at the end").id, "at the end");
  return refused;
}

/** Resident memory in bytes, after everything that nobody holds is gone. */
async function resident() {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().rss;
}

/** Creates and drops so many engines, some closed, some forgotten; gives back by what share memory has grown since warm. */
export async function createAndDrop(count, tell = () => {}) {
  const round = async (times) => {
    for (let index = 0; index < times; index++) {
      const engine = new Engine({}, index % 7 === 0 ? { strategies: { mine: () => 0 } } : {});
      engine.submit({ ticket: { id: `T-${index}` }, at: 0 });
      if (index % 3 === 0) engine.fork();
      if (index % 2 === 0) engine.close();
      // What nobody holds is let go between turns of the event loop.
      if (index % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (index % 2_000 === 0) globalThis.gc();
    }
  };
  await round(Math.ceil(count / 5));
  const before = await resident();
  for (let part = 0; part < 5; part++) {
    await round(Math.ceil(count / 5));
    tell(part + 1, 5);
  }
  return (await resident()) / before - 1;
}

/** Makes every export panic once, off and on the thread of JavaScript; each must end in an error of the code `internal_error`. */
export async function panics() {
  const { operations, works, entries } = binding.agreement();
  const told = [];
  const input = Buffer.alloc(8);
  const output = Buffer.alloc(1 << 16);
  const check = (name, answer) => {
    assert.equal(answer[0], 1, `${name} did not panic`);
    assert.match(answer.toString("latin1"), /internal_error/);
    told.push(name);
  };
  operations.forEach((name, number) => {
    assert.ok(binding.armPanic(name), "DESKMATCH_TEST_PANICS must be set");
    const length = binding.call(number, 0xffffffff, 0, input, 0, output);
    check(name, output.subarray(0, length));
  });
  for (const [number, name] of works.entries()) {
    binding.armPanic(name);
    check(name, binding.work(number, input));
    binding.armPanic(name);
    check(`${name}, on another thread`, await binding.workAsync(number, input, 77));
  }
  const arrays = { solve_f64: Float64Array, solve_f32: Float32Array, solve_i32: Int32Array, solve_i64: BigInt64Array };
  for (const name of entries) {
    binding.armPanic(name);
    const solve = binding[name.replace(/_(\w)/, (_, letter) => letter.toUpperCase())];
    check(name, output.subarray(0, solve(new arrays[name](1), input, 0, output)));
  }
  return told;
}
