// Strategies written in JavaScript.

import assert from "node:assert/strict";
import test from "node:test";
import { Engine } from "../index.mjs";
import { refused } from "./values.test.mjs";

const POLICY = { queues: { default: { strategy: { kind: "custom", name: "mine" } } } };

function desk(mine, policy = POLICY) {
  const engine = new Engine(policy, { strategies: { mine } });
  for (const id of ["ada", "bob", "cleo"]) engine.addAgent({ agent: { id, skills: { german: id.length * 20 } }, at: 0 });
  return engine;
}

const holder = (outcome) => outcome.events.find((event) => event.type === "assigned")?.agent;

test("a function chooses by index, by id or by the candidate itself", () => {
  for (const choose of [() => 1, () => "bob", (_, candidates) => candidates[1]]) {
    assert.equal(holder(desk(choose).submit({ ticket: { id: "T-1" }, at: 0 })), "bob");
  }
});

test("a function scores pairs, and sees plain values", () => {
  const seen = [];
  const score = (ticket, candidate) => {
    seen.push([ticket.id, candidate.id, candidate.skills.german]);
    return -candidate.skills.german;
  };
  assert.equal(holder(desk({ score, revision: 3 }).submit({ ticket: { id: "T-1" }, at: 0 })), "ada");
  assert.deepEqual(seen, [["T-1", "ada", 60], ["T-1", "bob", 60], ["T-1", "cleo", 80]]);
});

test("candidates have the score that weighted would compare, where the policy gives factors", () => {
  const factors = [{ factor: "skill_level", weight: 2 }, { factor: "headroom", weight: 1 }];
  const ticket = { id: "T-1", skills: [{ skill: "german" }] };
  const strategy = (more) => ({ queues: { default: { strategy: { ...more } } } });
  let seen = {};
  const best = (_, candidates) => {
    seen = Object.fromEntries(candidates.map(({ id, score }) => [id, score]));
    return candidates.toSorted((a, b) => b.score - a.score)[0];
  };
  const engine = desk(best, strategy({ kind: "custom", name: "mine", factors }));
  assert.equal(holder(engine.submit({ ticket, at: 0 })), "cleo");
  assert.deepEqual(seen, { ada: 2_200_000, bob: 2_200_000, cleo: 2_600_000 });
  const weighted = desk(best, strategy({ kind: "weighted", factors })).submit({ ticket, at: 0 });
  assert.equal(weighted.events.at(-1).decision.score, seen.cleo);
  // Scores serve those who score pairs too, and claim by hand.
  const worst = { score: (_, candidate) => -candidate.score };
  assert.equal(holder(desk(worst, strategy({ kind: "custom", name: "mine", factors })).submit({ ticket, at: 0 })), "ada");
  const pulled = desk(best, { queues: { default: { strategy: { kind: "weighted", factors }, dispatch: "pull" } } });
  pulled.submit({ ticket, at: 0 });
  assert.deepEqual(pulled.candidates("T-1").map(({ score }) => score), [2_200_000, 2_200_000, 2_600_000]);
  desk((_, candidates) => (seen = candidates[0]) && 0).submit({ ticket, at: 0 });
  assert.equal("score" in seen, false);
});

test("the decision carries strategy and revision, and the log replays without it", () => {
  const engine = desk({ choose: () => 2, revision: 7 });
  const log = [];
  const fresh = new Engine();
  log.push(...engine.submit({ ticket: { id: "T-1" }, at: 0 }).events);
  const { decision } = log.find((event) => event.type === "assigned");
  assert.deepEqual([decision.strategy, decision.revision], ["mine", 7]);
  // The policy of the copy names the strategy too, but nothing asks it.
  const copy = Engine.restore(desk(() => 0).snapshot(), { strategies: { mine: () => assert.fail("asked") } });
  log.forEach((event) => copy.apply(event));
  assert.equal(copy.digest(), engine.digest());
  assert.equal(fresh.seq(), 0);
});

test("what it throws is the cause, and nothing has changed", () => {
  const mine = new TypeError("mine");
  const engine = desk(() => { throw mine; });
  const digest = engine.digest();
  const error = refused(() => engine.submit({ ticket: { id: "T-1" }, at: 0 }), "strategy_failed");
  assert.equal(error.cause, mine);
  assert.match(error.cause.stack, /strategies\.test/);
  assert.equal(engine.digest(), digest);
});

test("nonsense is refused, and nothing has changed", () => {
  for (const answer of [3, -1, 0.5, NaN, "nobody", null, undefined, {}, [], 1n, Symbol("x"), Promise.resolve(0)]) {
    const engine = desk(() => answer);
    const digest = engine.digest();
    refused(() => engine.submit({ ticket: { id: "T-1" }, at: 0 }), "strategy_failed");
    assert.equal(engine.digest(), digest);
  }
  refused(() => desk({ score: () => NaN }).submit({ ticket: { id: "T-1" }, at: 0 }), "strategy_failed");
  for (const wrong of [7, null, {}, { choose: 1 }, { choose() {}, revision: -1 }, { choose() {}, plan: 1 }]) {
    refused(() => desk(wrong), "invalid_value", "strategies.mine");
  }
  refused(() => new Engine(POLICY), "unknown_strategy");
});

test("a strategy that calls the engine that asks it gets an error, another engine serves it", () => {
  const other = new Engine();
  let busy;
  const engine = desk(() => {
    other.submit({ ticket: { id: "inner" }, at: 0 });
    busy = refused(() => engine.tick({ at: 0 }), "busy");
    refused(() => engine.digest(), "busy");
    return 0;
  });
  assert.equal(holder(engine.submit({ ticket: { id: "T-1" }, at: 0 })), "ada");
  assert.equal(busy.code, "busy");
  assert.equal(other.view().waiting, 1);
});

test("a strategy that closes its engine ends in the answer all the same", () => {
  const engine = desk(() => {
    engine.close();
    return 0;
  });
  assert.equal(holder(engine.submit({ ticket: { id: "T-1" }, at: 0 })), "ada");
  refused(() => engine.digest(), "closed");
});

test("plans pair tickets and candidates; without one, the choice is asked ticket by ticket", () => {
  const policy = { queues: { default: { strategy: { kind: "custom", name: "mine" }, batch_window: "10s" } } };
  const tickets = ["T-1", "T-2"];
  const run = (mine) => {
    const engine = desk(mine, policy);
    tickets.forEach((id) => engine.submit({ ticket: { id }, at: 0 }));
    const { events } = engine.plan({ queue: "default", at: 1 });
    return events.filter((event) => event.type === "assigned").map((event) => [event.ticket, event.agent]);
  };
  const plan = (batch) => {
    assert.deepEqual(batch.room, { ada: 1, bob: 1, cleo: 1 });
    return [[0, "cleo"], [1, 0]];
  };
  assert.deepEqual(run({ choose: () => 0, plan }).sort(), [["T-1", "cleo"], ["T-2", "ada"]]);
  assert.deepEqual(run(() => 0).sort(), [["T-1", "ada"], ["T-2", "bob"]]);
  assert.throws(() => run({ choose: () => 0, plan: () => [[9, 0]] }), { code: "strategy_failed" });
});

test("forks ask the same strategies", () => {
  const fork = desk(() => 2).fork();
  assert.equal(holder(fork.submit({ ticket: { id: "T-1" }, at: 0 })), "cleo");
});
