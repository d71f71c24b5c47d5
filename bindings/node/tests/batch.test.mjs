// `executeMany`, `assign`, the solvers, replay and simulation.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import {
  DeskmatchError, Engine, assign, assignAsync, linearSumAssignment, linearSumAssignmentAsync, readPolicy, readyMadePolicies, readyMadePolicy,
  replay, simulate, solveAssignment, solveAssignmentAsync, verifyAssignment, verifyLinearSumAssignment,
} from "../index.mjs";
import { repository } from "./support/paths.mjs";
import { random } from "./support/torture.mjs";
import { refused } from "./values.test.mjs";

const rejects = async (promise, code) => {
  const error = await promise.then(() => assert.fail("it was accepted"), (error) => error);
  assert.ok(error instanceof DeskmatchError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
};

/** What an engine answers to each of some commands: an outcome or an error. */
function oneByOne(engine, commands, moments) {
  return commands.map((command, index) => {
    try {
      return engine.execute(command, { at: moments[index] });
    } catch (error) {
      return error;
    }
  });
}

test("many commands in one crossing come to what they come to one by one", () => {
  const [one, many] = [new Engine(), new Engine()];
  const commands = [
    { type: "add_agent", agent: { id: "ada", capacity: { units: 2 } } },
    ...["T-1", "T-2", "T-3"].map((id) => ({ type: "submit", ticket: { id }, request_id: id })),
    { type: "resolve", ticket: "T-9" },
    { type: "submit", ticket: { id: "T-4", size: -1 } },
    { type: "claim", ticket: "T-3", agent: "ada" },
    { type: "resolve", ticket: "T-1" },
    { type: "submit", ticket: { id: "T-1" }, request_id: "T-1" },
  ];
  const moments = commands.map((_, index) => index * 1_000);
  const singly = oneByOne(one, commands, moments);
  const answers = many.executeMany(commands, { at: moments });
  answers.forEach((answer, index) => {
    const { events, refusal, repeated, code, message, faults, path } = singly[index];
    assert.equal(answer.ok, code === undefined);
    if (answer.ok) assert.deepEqual({ ...answer, events: answer.events, refusal: answer.refusal, repeated: answer.repeated }, { ok: true, events, refusal, repeated });
    else assert.deepEqual([answer.error.code, answer.error.message, answer.error.faults, answer.error.path], [code, message, faults, path]);
  });
  assert.deepEqual(answers.map((answer) => answer.error?.code ?? "ok"), ["ok", "ok", "ok", "ok", "unknown_ticket", "invalid_json", "ok", "ok", "ok"]);
  assert.equal(answers.at(-1).repeated, true);
  assert.equal(many.digest(), one.digest());
  const digest = many.digest();
  refused(() => many.executeMany([commands[0], { type: "submit", ticket: NaN }]), "invalid_value", "[1].ticket");
  refused(() => many.executeMany(commands, { at: [1] }), "length_mismatch");
  assert.equal(many.digest(), digest);
  assert.deepEqual(many.executeMany([]), []);
});

/** Commands whose answers have few forms, all kinds of values, and keys and texts of the caller's that are awkward. */
function alike(rounds) {
  const own = ["__proto__", "constructor", "7", "type", "product", "Jürgen", "a\0b"];
  const numbers = [0, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, -(2 ** 53), 2n ** 62n, -(2n ** 62n)];
  const attributes = (round) => Object.fromEntries([[own[round % own.length], numbers[round % numbers.length]], ["vip", round % 2 === 0], ["seat", `seat ${round}`]]);
  return Array.from({ length: rounds }, (_, round) => [
    { type: "submit", ticket: { id: `T-${round}`, attributes: Object.defineProperty(attributes(round), "late", { value: "é".repeat(round % 80), enumerable: true }) } },
    { type: "submit", ticket: { id: `a longer id for number ${round}` }, request_id: `request ${round >> 1}` },
    { type: "resolve", ticket: `T-${round}` },
    { type: "claim", ticket: "T-0", agent: "x".repeat(round) },
    { type: "tick" },
  ]).flat();
}

test("answers that are alike are read by a function of their own, and are the same", () => {
  const commands = [{ type: "add_agent", agent: { id: "ada", capacity: { units: 40 } } }, ...alike(150)];
  const moments = commands.map((_, index) => Date.UTC(2026, 0, 1) + index);
  const [one, many] = [new Engine(), new Engine()];
  const singly = oneByOne(one, commands, moments);
  const answers = many.executeMany(commands, { at: moments });
  const text = (value) => JSON.stringify(value, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  // From the last to the first: no answer needs that another was read.
  for (let index = commands.length - 1; index >= 0; index--) {
    const { ok, error, events, refusal, repeated } = answers[index];
    assert.equal(ok, !(singly[index] instanceof DeskmatchError));
    if (ok) {
      assert.deepStrictEqual({ events, refusal, repeated }, singly[index]);
      assert.equal(text({ events, refusal, repeated }), text(singly[index]), "the keys are in the same order");
    } else {
      assert.deepStrictEqual([error.code, error.message, error.path, error.faults], [singly[index].code, singly[index].message, singly[index].path, singly[index].faults]);
    }
  }
  assert.equal({}.vip, undefined);
  assert.equal(many.digest(), one.digest());
  // What was read is the caller's own, and the same each time it is asked for.
  answers[1].events[0].ticket.id = "changed";
  assert.equal(answers[1].events[0].ticket.id, "changed");
});

test("where no code may be made from texts, answers are read without", () => {
  const script = `
    import { Engine } from ${JSON.stringify(new URL("../index.mjs", import.meta.url))};
    const engine = new Engine();
    engine.addAgent({ agent: { id: "ada" }, at: 0 });
    const commands = Array.from({ length: 200 }, (_, index) => ({ type: "submit", ticket: { id: "T-" + index, attributes: { index } } }));
    const told = engine.executeMany(commands, { at: 1 }).map(({ events }) => events[0].ticket.attributes.index);
    console.log(told.every((told, index) => told === index), engine.seq());`;
  const run = spawnSync(process.execPath, ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script], { encoding: "utf8" });
  assert.equal(run.stdout, "true 402\n", run.stderr);
});

test("a batch is assigned without an engine, with reasons", async () => {
  const tickets = [{ id: "T-1", skills: [{ skill: "german" }] }, { id: "T-2" }, { id: "T-3", queue: "sales" }];
  const agents = [{ id: "ada", skills: { german: 80 } }, { id: "bob" }];
  const greedy = assign(tickets, agents, { at: 0, strategy: "longest_idle" });
  assert.deepEqual(greedy.map(({ ticket, state }) => [ticket, state]), [["T-1", "assigned"], ["T-2", "assigned"], ["T-3", "waiting"]]);
  assert.equal("reason" in greedy[0], false);
  const best = assign(tickets, agents, { at: 0, strategy: "optimal", reasons: true });
  assert.deepEqual(best.slice(0, 1).map(({ agent, by }) => [agent, by]), [["ada", "plan"]]);
  assert.match(best[2].reason ?? best[1].reason, /no agent may have it|plan/);
  assert.deepEqual(await assignAsync(tickets, agents, { at: 0, strategy: "optimal", reasons: true }), best);
  for (const strategy of ["round_robin", "least_loaded", "fair_share", "weighted", "lexicographic", "random_weighted"]) {
    assert.equal(assign(tickets, agents, { at: 0, strategy }).filter(({ agent }) => agent !== null).length, 2, strategy);
  }
  const error = refused(() => assign([{ id: "T-1", size: -1 }, {}], [{ id: "ada", weight: "x" }]), "invalid_batch");
  assert.deepEqual(error.faults.map((fault) => fault.path), ["tickets[0].size", "tickets[1].id", "agents[0].weight"]);
  refused(() => assign([{ id: "T" }, { id: "T" }], []), "invalid_batch", "tickets[1]");
  refused(() => assign([], [], { strategy: "fastest" }), "unknown_strategy");
  refused(() => assign([], [], { policy: { readyMade: "none" } }), "unknown_policy");
  await rejects(assignAsync(tickets, agents, { signal: AbortSignal.abort() }), "aborted");
});

/** The smallest total over all ways to match the shorter side, by trying them. */
function bruteForce(cost, rows, columns) {
  if (rows > columns) {
    const turned = Array.from({ length: rows * columns }, (_, at) => cost[(at % rows) * columns + Math.floor(at / rows)]);
    return bruteForce(turned, columns, rows);
  }
  const free = new Set(Array.from({ length: columns }, (_, column) => column));
  const best = (row) => {
    if (row === rows) return 0;
    let least = Infinity;
    for (const column of [...free]) {
      free.delete(column);
      least = Math.min(least, Number(cost[row * columns + column]) + best(row + 1));
      free.add(column);
    }
    return least;
  };
  return best(0);
}

test("matrices are solved as trying everything does, whatever their numbers, and proved", async () => {
  const draw = random(7);
  const kinds = [Float64Array, Float32Array, Int32Array, BigInt64Array];
  for (let round = 0; round < 200; round++) {
    const [rows, columns] = [draw(6), draw(6)];
    const Kind = kinds[round % 4];
    const cost = Kind.from({ length: rows * columns }, () => (Kind === BigInt64Array ? BigInt(draw(50) - 20) : draw(50) - 20));
    const shape = { rows, columns, maximize: round % 3 === 0 };
    const solution = linearSumAssignment(cost, shape);
    const sign = shape.maximize ? -1 : 1;
    const expected = bruteForce(Array.from(cost, (value) => Number(value) * sign), rows, columns) * sign;
    assert.equal(Number(solution.objective), expected + 0);
    assert.equal(solution.rowIndices.length, Math.min(rows, columns));
    assert.equal(verifyLinearSumAssignment(cost, shape, solution), null);
    if (round % 40 === 0) assert.deepEqual(await linearSumAssignmentAsync(cost, shape), solution);
  }
});

test("a wrong answer is not proved, and bad matrices are refused", async () => {
  const cost = Float64Array.of(1, 9, 9, 1);
  const shape = { rows: 2, columns: 2 };
  const solution = linearSumAssignment(cost, shape);
  assert.equal(typeof verifyLinearSumAssignment(cost, shape, { ...solution, columns: Int32Array.of(1, 0), objective: 18 }), "string");
  refused(() => linearSumAssignment(Float64Array.of(1, NaN, 1, 1), shape), "not_a_number");
  refused(() => linearSumAssignment(Float64Array.of(Infinity, Infinity, 1, 1), shape), "infeasible");
  refused(() => linearSumAssignment(cost, { rows: 3, columns: 2 }), "length_mismatch");
  for (const rows of [-1, 1.5, NaN, 2 ** 40, "2", null]) refused(() => linearSumAssignment(cost, { rows, columns: 2 }), "invalid_value");
  for (const wrong of [[1, 2, 3, 4], new Uint8Array(4), new DataView(new ArrayBuffer(8)), null]) {
    refused(() => linearSumAssignment(wrong, shape), "invalid_value");
    await rejects(linearSumAssignmentAsync(wrong, shape), "invalid_value");
  }
  await rejects(linearSumAssignmentAsync(cost, { ...shape, signal: AbortSignal.abort() }), "aborted");
});

test("sparse problems with capacities are solved and proved", async () => {
  const problem = { columns: 2, rows: [[[0, 90], [1, 70]], [[0, 80], [1, 75]], [[0, 60]]], capacities: [2, 1], maximize: true };
  const solution = solveAssignment(problem);
  assert.deepEqual([solution.columns, solution.objective, solution.method], [[0, 1, 0], 225, "shortest_paths"]);
  assert.equal(verifyAssignment(problem, solution), null);
  assert.equal(typeof verifyAssignment(problem, { ...solution, columns: [1, 0, 0], objective: 210 }), "string");
  assert.deepEqual(await solveAssignmentAsync(problem), solution);
  const tight = { columns: 1, rows: [[[0, 1]], [[0, 2]]] };
  assert.deepEqual(refused(() => solveAssignment(tight), "infeasible").detail, { rows: [0, 1], columns: [0], capacity: 1 });
  assert.deepEqual(solveAssignment({ ...tight, cover: "most_rows", ranks: [5, 1] }).columns, [null, 0]);
  assert.deepEqual(solveAssignment({ ...tight, cover: "optional", unmatched: 9, maximize: true }).columns, [null, null]);
  assert.deepEqual(solveAssignment({ columns: 1, rows: [[[0, 2n ** 60n]]] }).objective, 2n ** 60n);
  refused(() => solveAssignment({ columns: 1, rows: [[[0, 1], [0, 2]]] }), "duplicate_arc");
  refused(() => solveAssignment({ columns: 1, rows: [[[7, 1]]] }), "column_out_of_range");
  refused(() => solveAssignment({ columns: 1, rows: [[[0, 1.5]]] }), "invalid_value");
  refused(() => solveAssignment({ columns: 1, rows: [], colour: 1 }), "invalid_value");
});

test("a log is replayed off the event loop, with progress, the same each time", async () => {
  const log = { path: pathToFileURL(join(repository, "examples", "incidents", "incidents.csv.gz")) };
  const told = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const options = { policies: { balanced: null, mine: { queues: { a: {} } } }, handle_time: "lognormal:2h,1.0", assignments: true };
  const first = await replay(log, { ...options, onProgress: (done, total) => told.push([done, total]) });
  clearInterval(timer);
  assert.ok(turns > 2, "the event loop went on");
  assert.deepEqual(told.at(-1), [3000, 3000]);
  assert.deepEqual(first.report.policies, ["log (data)", "balanced", "mine"]);
  assert.equal(first.tickets, 1500);
  assert.match(first.text, /Wait for the first agent/);
  assert.equal(first.assignments.filter(({ policy }) => policy === 0).length, 1500);
  assert.deepEqual(await replay(log, options), first);
});

test("a replay is given up soon after its signal", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = replay({ path: join(repository, "examples", "incidents", "incidents.csv.gz") }, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 2);
  const error = await rejects(running, "aborted");
  assert.equal(error.cause, reason);
  await rejects(replay({ path: "/there/is/none.csv" }), "io");
  await rejects(replay({ text: "" }), "unknown_format");
  await rejects(replay({ text: "x" }, { skills: "maybe" }), "invalid_value");
});

test("the simulation of every language has the same answers", async () => {
  const file = JSON.parse(readFileSync(join(repository, "tests", "tests", "simulation.json"), "utf8"));
  const { assignments, report } = await simulate(file.tickets, { agents: file.agents, policies: file.policies, assignments: true, ...file.model });
  assert.deepEqual(assignments, file.answers.assignments);
  assert.deepEqual(report.rows, file.answers.rows);
  const dated = file.tickets.map((ticket) => ({ ...ticket, created: new Date(ticket.created), handle_time: ticket.handle_time ?? null }));
  const again = await simulate(dated, { agents: file.agents, policies: file.policies, assignments: true, ...file.model });
  assert.deepEqual(again.assignments, assignments);
});

test("what cannot be simulated is named", async () => {
  const [first, second] = [{ id: "T-1", created: 0 }, { id: "T-2", created: 5 }];
  const faults = [
    ["x", undefined, "invalid_value", undefined],
    [[], undefined, "invalid_value", "tickets"],
    [[first, { id: "T-2" }], undefined, "invalid_value", "tickets[1]"],
    [[first, { ...second, colour: 1 }], undefined, "invalid_value", "tickets[1].colour"],
    [[first, { ...second, handle_time: "soon" }], undefined, "invalid_value", "tickets[1].handle_time"],
    [[first, { ...second, resolved: 4 }], undefined, "time_order", "tickets[1].resolved"],
    [[first, first], undefined, "repeated_id", "tickets[1].id"],
    [[first], [], "invalid_roster", undefined],
    [[first], [{ id: "ada" }, { id: "bob", shifts: [{ from: 0, to: 1 }] }], "invalid_roster", "agents[1].shifts"],
    [[first], [{ id: "ada", weight: "much" }], "invalid_value", "agents[0].weight"],
  ];
  for (const [tickets, agents, code, path] of faults) {
    const error = await rejects(simulate(tickets, { agents }), code);
    assert.equal(error.path, path, error.message);
  }
  const error = await rejects(simulate([{ ...first, size: 1 }, { id: 7, created: 0 }]), "invalid_value");
  assert.deepEqual(error.faults.map((fault) => fault.path), ["tickets[0].size", "tickets[1].id"]);
  assert.deepEqual((await simulate([first])).report.policies, ["log (data)", "balanced"]);
});

test("ready-made policies and policies in files", () => {
  assert.ok(readyMadePolicies().includes("balanced"));
  for (const name of readyMadePolicies()) assert.ok(new Engine(readyMadePolicy(name)).policyHash());
  const file = join(repository, "crates", "core", "src", "policy", "ready_made", "balanced.json");
  assert.deepEqual(readPolicy(file), readyMadePolicy("balanced"));
  assert.equal(new Engine(pathToFileURL(file)).policyHash(), new Engine(readyMadePolicy("balanced")).policyHash());
  refused(() => readyMadePolicy("none"), "unknown_policy");
});
