// Every type survives the way in and out, whatever it holds.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import fc from "fast-check";
import { Engine, checkPolicy, fromJson, toJson } from "../index.mjs";

const RUNS = { numRuns: 300, seed: 20261122 };

const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => Buffer.byteLength(text) <= 256);
const name = fc.constantFrom("german", "billing", "vip", "Jürgen", "李", "__proto__", "toString", "1", "x".repeat(60));
const integer = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const attribute = fc.oneof(fc.boolean(), integer, fc.string({ unit: "grapheme", maxLength: 80 }));
const attributes = fc.dictionary(name, attribute, { maxKeys: 5 });
const optional = (fields) => fc.record(fields, { requiredKeys: ["id"] });
const skill = fc.record(
  { skill: name, level: fc.integer({ min: 1, max: 100 }), class: fc.oneof(fc.constant("required"), fc.record({ preferred: fc.record({ weight: fc.integer({ min: 1, max: 1000 }) }) })) },
  { requiredKeys: ["skill"] },
);
const moment = fc.integer({ min: 0, max: 2 ** 40 });
const ticket = optional({
  id,
  skills: fc.uniqueArray(skill, { maxLength: 5, selector: (entry) => entry.skill }),
  attributes,
  requester: id,
  excluded: fc.uniqueArray(id, { maxLength: 3 }),
  preferred: fc.uniqueArray(fc.record({ agent: id, until: moment, exclusive: fc.boolean(), while_present: fc.boolean() }), { maxLength: 3, selector: (entry) => entry.agent }),
  size: fc.integer({ min: 0, max: 1_000_000_000 }),
  effort: fc.oneof(fc.constantFrom("90s", "5m", "8h", "2d", "1500ms"), fc.integer({ min: 0, max: 3_155_760_000_000 })),
  due: fc.oneof(moment, moment.map((at) => new Date(at))),
  not_before: moment,
});
const agent = optional({
  id,
  skills: fc.dictionary(name, fc.integer({ min: 1, max: 100 }), { maxKeys: 5 }),
  capacity: fc.record({ units: fc.integer({ min: 0, max: 1_000_000_000 }) }),
  attributes,
  weight: fc.integer({ min: 1, max: 10_000 }),
  presence: fc.constantFrom("online", "draining", "away", "offline"),
  rate_limit: fc.record({ max: fc.integer({ min: 1, max: 10_000 }), window: fc.constantFrom("1h", "5m") }),
});
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, fc.constant(null), fc.boolean(), integer, fc.integer().map((number) => number / 8), fc.string({ unit: "grapheme" }), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 5 }),
  object: fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 5, noNullPrototype: true }),
})).value;

/** A value as it is after a crossing: small bigints are numbers, dates milliseconds, minus zero is zero. */
function plain(value) {
  if (typeof value === "bigint") return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    const object = {};
    for (const [key, inner] of Object.entries(value)) Object.defineProperty(object, key, { value: plain(inner), enumerable: true, writable: true, configurable: true });
    return object;
  }
  return value;
}

/** Fields that were given come back as they were given; spans in another form of the same length are left to the engine. */
function same(given, found) {
  for (const [key, value] of Object.entries(plain(given))) {
    if (key !== "effort") assert.deepEqual(found[key], value, key);
  }
}

const filled = (skills = []) => skills.map((entry) => ({ level: 1, class: "required", ...entry }));

test("any value survives as JSON text", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = toJson(value);
      assert.deepEqual(fromJson(text), plain(value));
      assert.equal(toJson(fromJson(text)), text);
    }),
    RUNS,
  );
});

test("tickets come back in events and views as they were submitted", () => {
  fc.assert(
    fc.property(ticket, (given) => {
      const engine = new Engine();
      const { events } = engine.submit({ ticket: given, at: 0 });
      const expected = { ...given, ...(given.skills && { skills: filled(given.skills) }) };
      const drop = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => !(typeof value === "object" && value !== null && Object.keys(value).length === 0 && !(value instanceof Date))));
      same(drop(expected), events[0].ticket);
      same(expected, engine.ticket(given.id));
      const copy = new Engine();
      events.forEach((event) => copy.apply(event));
      assert.equal(copy.digest(), engine.digest());
    }),
    RUNS,
  );
});

test("agents come back as they were added, and survive a snapshot", () => {
  fc.assert(
    fc.property(agent, (given) => {
      const engine = new Engine();
      engine.addAgent({ agent: given, at: 0 });
      const view = Engine.restore(engine.snapshot()).agent(given.id);
      same(given, view);
    }),
    RUNS,
  );
});

test("events survive as JSON and are applied the same", () => {
  fc.assert(
    fc.property(fc.array(agent, { maxLength: 4 }), fc.array(ticket, { maxLength: 6 }), (agents, tickets) => {
      const engine = new Engine({ queues: { default: { offers: { timeout: "30s" } } } });
      const copy = engine.fork();
      const commands = [...agents.map((one) => ({ type: "add_agent", agent: one })), ...tickets.map((one) => ({ type: "submit", ticket: one }))];
      const answers = [...engine.executeMany(commands, { at: 0 }), ...engine.executeMany([{ type: "tick" }], { at: 60_000 })];
      for (const event of answers.filter((answer) => answer.ok).flatMap((answer) => answer.events)) {
        const back = fromJson(toJson(event));
        assert.deepEqual(back, event);
        copy.apply(back);
      }
      assert.equal(copy.digest(), engine.digest());
    }),
    RUNS,
  );
});

test("policies come back the same when they are checked again", () => {
  const span = fc.constantFrom("5s", "90s", "5m", "8h");
  const queue = fc.record(
    {
      strategy: fc.constantFrom({ kind: "longest_idle" }, { kind: "round_robin", weighted: true }, { kind: "least_loaded" }, { kind: "fair_share" }, { kind: "optimal", factors: [{ factor: "headroom", weight: 1 }] }),
      offers: fc.record({ timeout: span }),
      wrap_up: span,
      order: fc.constantFrom("virtual_arrival", "fifo", "lifo", "deadline", "priority"),
    },
    { requiredKeys: [] },
  );
  const policy = fc.record(
    { seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), queues: fc.dictionary(fc.constantFrom("default", "a", "Ü"), queue), detail: fc.constantFrom("off", "summary", "full") },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(policy, (given) => {
      fc.pre(given.queues === undefined || "default" in given.queues || Object.keys(given.queues).length < 2);
      const checked = checkPolicy(given);
      assert.deepEqual(checkPolicy(checked), checked);
      assert.equal(new Engine(checked).policyHash(), new Engine(toJson(given)).policyHash());
    }),
    RUNS,
  );
});

/** Draws that are the same in every run. */
function draws(seed) {
  let state = seed;
  return (below) => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8) % below;
}

test("objects with keys in any mix are read the same, however often they have come", () => {
  const draw = draws(7);
  const known = ["seq", "at", "type", "ticket", "agent", "queue", "decision", "score", "level", "skill", "policy", "tally", "by"];
  const own = ["mine", "__proto__", "constructor", "0", "Jürgen"];
  const made = (depth) => {
    const object = {};
    for (const key of [...known, ...own].filter(() => draw(3) === 0)) {
      const value = depth > 0 && draw(4) === 0 ? made(depth - 1) : draw(1_000);
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    }
    return object;
  };
  for (let number = 0; number < 400; number++) {
    const value = made(2);
    const text = toJson(value);
    // Beyond the number of times after which a mix of keys gets a function of its own.
    for (let again = 0; again < 40; again++) {
      const read = fromJson(text);
      assert.deepEqual(read, JSON.parse(text));
      assert.equal(Object.getPrototypeOf(read), Object.prototype);
    }
  }
});

test("texts that differ in one character are told apart", () => {
  const draw = draws(11);
  for (let number = 0; number < 2_000; number++) {
    const length = draw(60);
    const text = Array.from({ length }, () => String.fromCharCode(32 + draw(95)));
    const other = [...text];
    if (length > 0) other[draw(length)] = "~";
    const pair = [text.join(""), other.join(""), `${text.join("")}\0`];
    for (let again = 0; again < 3; again++) assert.deepEqual(fromJson(toJson(pair)), pair);
  }
});

test("without code made from texts everything is read the same", () => {
  const program = `
    const { Engine } = require(${JSON.stringify(new URL("../dist/index.js", import.meta.url).pathname)});
    const engine = new Engine();
    engine.addAgent({ agent: { id: "ada", capacity: { units: 1000 } }, at: 0 });
    for (let n = 0; n < 100; n++) {
      const { events } = engine.submit({ ticket: { id: "T-" + n }, at: n });
      if (events.map((event) => event.type).join() !== "submitted,queued,assigned") process.exit(3);
      if (events[2].ticket !== "T-" + n || events[2].at !== n) process.exit(4);
    }`;
  const run = spawnSync(process.execPath, ["--disallow-code-generation-from-strings", "-e", program], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
});
