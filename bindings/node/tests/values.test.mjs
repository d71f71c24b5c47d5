// What crosses the border, and what is refused there.

import assert from "node:assert/strict";
import test from "node:test";
import vm from "node:vm";
import { DeskmatchError, Engine, fromJson, toJson } from "../index.mjs";

/** The error that a call ends with; fails if there is none, or one of another class. */
export function refused(call, code, path) {
  let found;
  assert.throws(call, (error) => {
    found = error;
    return error instanceof DeskmatchError;
  });
  if (code !== undefined) assert.equal(found.code, code, found.message);
  if (path !== undefined) assert.equal(found.path, path);
  return found;
}

/** A desk with one agent; asserts at the end that nothing has changed it. */
function untouched(work) {
  const engine = new Engine();
  engine.addAgent({ agent: { id: "ada" }, at: 0 });
  const digest = engine.digest();
  work(engine);
  assert.equal(engine.digest(), digest);
}

test("numbers are checked, never coerced", () => {
  untouched((engine) => {
    const submit = (size) => () => engine.submit({ ticket: { id: "T-1", size }, at: 0 });
    for (const size of [NaN, Infinity, -Infinity]) refused(submit(size), "invalid_value", "ticket.size");
    for (const size of [2 ** 53 + 2, -(2 ** 53) - 2, 1e300]) refused(submit(size), "invalid_value", "ticket.size");
    for (const size of [1.5, -1, 2 ** 32, 2 ** 53, -5e-324, "3", true, [], {}, 2n ** 63n]) {
      refused(submit(size), "invalid_json", "ticket.size");
    }
    refused(submit(2n ** 64n), "invalid_value", "ticket.size");
  });
});

test("a moment is whole milliseconds or a valid Date", () => {
  untouched((engine) => {
    for (const at of [NaN, 1.5, "0", null, {}, new Date(NaN), true, Infinity]) refused(() => engine.tick({ at }), "invalid_value", "at");
    for (const at of [2 ** 54, -(2 ** 54), 2n ** 70n]) refused(() => engine.tick({ at }), "time_out_of_range");
    refused(() => engine.tick({ at: -1 }), "time_went_back");
  });
  const engine = new Engine();
  engine.tick({ at: new Date("2026-01-01T09:00:00Z") });
  assert.equal(engine.now(), Date.UTC(2026, 0, 1, 9));
  engine.addAgent({ agent: { id: "ada" } });
  assert.ok(Math.abs(Date.now() - engine.now()) < 60_000, "the default is now");
});

test("texts are UTF-8 or refused", () => {
  untouched((engine) => {
    refused(() => engine.submit({ ticket: { id: "T-\ud800" }, at: 0 }), "invalid_value", "ticket.id");
    refused(() => engine.submit({ ticket: { id: "T", attributes: { "\udc00": 1 } }, at: 0 }), "invalid_value");
    refused(() => engine.submit({ ticket: { id: "" }, at: 0 }), "invalid_ticket");
    refused(() => engine.submit({ ticket: { id: "x".repeat(257) }, at: 0 }), "invalid_ticket");
    refused(() => engine.submit({ ticket: { id: "x".repeat(10_000_000) }, at: 0 }), "invalid_ticket");
  });
  const engine = new Engine();
  for (const id of ["Jürgen", "李雷", "😀", "a\0b", "x".repeat(256), "é".repeat(128), "__proto__", "constructor"]) {
    engine.submit({ ticket: { id, attributes: { [id]: id } }, at: 0 });
    assert.equal(engine.ticket(id).id, id);
    assert.deepEqual(Object.entries(engine.ticket(id).attributes), [[id, id]]);
  }
  assert.equal({}.polluted, undefined);
});

test("what contains itself, nests too deep or is no plain value is refused", () => {
  untouched((engine) => {
    const cycle = { id: "T-1" };
    cycle.attributes = cycle;
    refused(() => engine.submit({ ticket: cycle, at: 0 }), "invalid_value");
    let deep = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    refused(() => engine.submit({ ticket: deep, at: 0 }), "invalid_value");
    refused(() => toJson(deep), "invalid_value");
    const odd = [() => 1, Symbol("x"), new Map(), new Set(), /x/, Promise.resolve(), new Uint8Array(2), new WeakMap(), new Date(NaN)];
    for (const value of odd) refused(() => engine.submit({ ticket: { id: "T-1", attributes: { x: value } }, at: 0 }), "invalid_value");
    refused(() => engine.submit({ ticket: { id: "T-1", excluded: [undefined] }, at: 0 }), "invalid_value", "ticket.excluded[0]");
    refused(() => engine.submit({ ticket: { id: "T-1", excluded: new Array(3) }, at: 0 }), "invalid_value", "ticket.excluded[0]");
    // A list does not pass for an object with its fields in order.
    refused(() => engine.submit({ ticket: ["T-1"], at: 0 }), "invalid_json");
    refused(() => engine.execute(["submit"], { at: 0 }), "invalid_value");
  });
});

test("getters and proxies that throw come back as errors with the cause", () => {
  untouched((engine) => {
    const mine = new Error("mine");
    const getter = Object.defineProperty({ id: "T-1" }, "size", { enumerable: true, get: () => { throw mine; } });
    assert.equal(refused(() => engine.submit({ ticket: getter, at: 0 }), "invalid_value", "ticket.size").cause, mine);
    const proxy = new Proxy({}, { ownKeys: () => { throw mine; } });
    assert.equal(refused(() => engine.submit({ ticket: proxy, at: 0 }), "invalid_value", "ticket").cause, mine);
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    refused(() => engine.submit({ ticket: revoked, at: 0 }), "invalid_value");
  });
});

test("a getter that uses engines while a value is read does no harm", () => {
  const [outer, inner] = [new Engine(), new Engine()];
  const ticket = {
    get id() {
      inner.submit({ ticket: { id: "inner", attributes: { long: "x".repeat(5000) } }, at: 0 });
      outer.tick({ at: 0 });
      return "outer";
    },
    attributes: { plan: "gold" },
  };
  outer.submit({ ticket, at: 0 });
  assert.equal(outer.ticket("outer").attributes.plan, "gold");
  assert.equal(inner.ticket("inner").attributes.long.length, 5000);
});

test("objects of other realms are taken, undefined fields are left out", () => {
  const engine = new Engine();
  engine.submit({ ticket: vm.runInNewContext('({ id: "T-1", excluded: ["ada"], attributes: { a: 1 } })'), at: 0 });
  engine.submit({ ticket: { id: "T-2", size: undefined }, at: 0, request_id: undefined });
  engine.submit({ ticket: Object.assign(Object.create(null), { id: "T-3", due: new Date(5) }), at: 0 });
  assert.deepEqual(engine.ticket("T-1").excluded, ["ada"]);
  assert.equal(engine.ticket("T-3").due, 5);
});

test("whole numbers of 64 bits keep every digit", () => {
  const engine = new Engine({ seed: 18446744073709551615n });
  assert.equal(engine.policy().seed, 18446744073709551615n);
  engine.submit({ ticket: { id: "T-1", attributes: { low: -(2n ** 63n), high: 2n ** 63n - 1n, safe: 5n } }, at: 0 });
  assert.deepEqual(engine.ticket("T-1").attributes, { high: 2n ** 63n - 1n, low: -(2n ** 63n), safe: 5 });
  const text = toJson(engine.policy());
  assert.match(text, /"seed":18446744073709551615/);
  assert.deepEqual(fromJson(text), engine.policy());
  refused(() => fromJson("{"), "invalid_json");
});

test("a policy comes as an object, a text or a file, and tells all its faults", () => {
  const error = refused(() => new Engine({ seed: "x", queues: { support: { wrap_up: -1 } } }), "invalid_policy");
  assert.deepEqual(error.faults.map((fault) => fault.path), ["queues.support.wrap_up", "seed"]);
  assert.deepEqual(refused(() => new Engine('{ "seed": "x" }'), "invalid_policy").faults.length, 1);
  refused(() => new Engine("{"), "invalid_json");
  refused(() => new Engine(null), "invalid_value");
  refused(() => new Engine(7), "invalid_policy");
  refused(() => new Engine(new URL("file:///there/is/none.json")), "io");
});

test("a closed engine says so, whoever has its number now", () => {
  const engine = new Engine();
  engine.close();
  engine.close();
  const other = new Engine();
  for (const method of ["tick", "digest", "snapshot", "fork", "view", "tickets"]) refused(() => engine[method](), "closed");
  assert.equal(other.view().agents, 0);
});

test("snapshots that are none are refused", () => {
  const bytes = new Engine().snapshot();
  for (const length of [0, 1, 18, bytes.length - 1]) refused(() => Engine.restore(bytes.subarray(0, length)), "invalid_snapshot");
  for (const wrong of [undefined, null, "DESKSNAP", {}, [], 7]) refused(() => Engine.restore(wrong), "invalid_value");
});
