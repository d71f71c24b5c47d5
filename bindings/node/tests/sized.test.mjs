// Rows of several sizes: answers judged by trying everything, and what becomes of work that is given up.

import assert from "node:assert/strict";
import test from "node:test";
import { DeskmatchError, solveSizedAssignment, solveSizedAssignmentAsync } from "../index.mjs";
import { random } from "./support/torture.mjs";
import { refused } from "./values.test.mjs";

/** The best total of a problem by trying everything, or null where nothing fits. */
function best({ costs, sizes, capacities, maximize, unmatched }) {
  const columns = capacities.length;
  const better = (a, b) => (a === null ? b : b === null ? a : maximize ? Math.max(a, b) : Math.min(a, b));
  const from = (row, room) => {
    if (row === sizes.length) return 0;
    const rest = (left) => from(row + 1, left);
    let found = unmatched === undefined ? null : rest(room) === null ? null : rest(room) + unmatched;
    for (let column = 0; column < columns; column++) {
      const cost = costs[row * columns + column];
      if (!Number.isFinite(cost) || sizes[row] > room[column]) continue;
      const after = rest(room.with(column, room[column] - sizes[row]));
      if (after !== null) found = better(found, after + cost);
    }
    return found;
  };
  return from(0, [...capacities]);
}

function* problems() {
  const draw = random(7);
  for (let number = 0; number < 300; number++) {
    const [rows, columns, maximize] = [draw(6), draw(3) + 1, draw(2) === 0];
    const cost = () => (draw(6) === 0 ? (maximize ? -Infinity : Infinity) : draw(40) - 20);
    yield {
      costs: Float64Array.from({ length: rows * columns }, cost),
      sizes: Array.from({ length: rows }, () => draw(6)),
      capacities: Array.from({ length: columns }, () => draw(12)),
      maximize,
      unmatched: draw(2) === 0 ? undefined : draw(40) - 20,
    };
  }
}

/** The same problem as lists of arcs. */
function sparse(problem) {
  const columns = problem.capacities.length;
  const row = (_, index) => {
    const arcs = [...problem.costs.subarray(index * columns, (index + 1) * columns)].map((cost, column) => [column, cost]);
    return arcs.filter(([, cost]) => Number.isFinite(cost));
  };
  return { ...problem, costs: problem.sizes.map(row) };
}

test("answers are those of trying everything, from a matrix and from arcs", () => {
  let infeasible = 0;
  for (const problem of problems()) {
    const wanted = best(problem);
    if (wanted === null) {
      infeasible++;
      refused(() => solveSizedAssignment(problem), "infeasible");
      continue;
    }
    const answer = solveSizedAssignment(problem);
    assert.deepEqual([answer.objective, answer.bound, answer.gap, answer.proved], [wanted, wanted, 0, true], JSON.stringify(problem));
    assert.deepEqual(solveSizedAssignment(sparse(problem)), answer);
    const used = problem.capacities.map(() => 0);
    answer.columns.forEach((column, at) => column !== null && (used[column] += problem.sizes[at]));
    used.forEach((units, column) => assert.ok(units <= problem.capacities[column]));
  }
  assert.ok(infeasible > 20 && infeasible < 200, String(infeasible));
});

/** Rows that fill their columns and cost more where they are smaller: more than a few million steps can prove. */
function hard() {
  const [rows, columns] = [60, 10];
  const of = (value) => Array.from({ length: rows * columns }, (_, place) => value(Math.floor(place / columns), place % columns));
  const sizes = of((row, column) => 1 + ((row * row * 37 + column * column * 101 + row * column * 13) % 100));
  const noise = of((row, column) => (row * 17 + column * 29 + row * column * 7) % 21);
  const costs = Int32Array.from(sizes, (size, place) => 111 - size + noise[place]);
  return { costs, sizes, capacities: new Uint32Array(columns).fill(238) };
}

test("an answer that is not proved says how far it may be from the best, and is the same each time", async () => {
  const problem = { ...hard(), steps: 3_000_000 };
  const answer = solveSizedAssignment(problem);
  assert.equal(answer.proved, false);
  assert.ok(answer.gap > 0 && answer.objective - answer.bound === answer.gap && answer.gap < answer.bound / 50, JSON.stringify(answer));
  assert.deepEqual(await solveSizedAssignmentAsync(problem), answer);
  assert.deepEqual(solveSizedAssignment({ ...problem, costs: BigInt64Array.from(problem.costs, BigInt) }), answer);
});

test("work that is given up ends, and leaves its thread to others", async () => {
  const endless = { ...hard(), steps: Number.MAX_SAFE_INTEGER };
  const reason = new Error("enough");
  const running = Array.from({ length: 12 }, () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    return solveSizedAssignmentAsync(endless, { signal: controller.signal });
  });
  for (const work of running) await assert.rejects(work, (error) => error instanceof DeskmatchError && error.code === "aborted" && error.cause === reason);
  // There are fewer threads than that: one that went on would keep this waiting for ever.
  assert.equal((await solveSizedAssignmentAsync({ costs: [[[0, 7, 2]]], capacities: [2] })).objective, 7);
});

test("what does not fit together is refused", async () => {
  const problem = { costs: Int32Array.of(1, 2, 3, 4), sizes: [1, 2], capacities: [3, 3] };
  assert.equal(solveSizedAssignment(problem).objective, 4);
  refused(() => solveSizedAssignment({ ...problem, sizes: [1, 2, 3] }), "length_mismatch");
  refused(() => solveSizedAssignment({ ...problem, capacities: [3, 3, 3] }), "length_mismatch");
  refused(() => solveSizedAssignment({ ...problem, capacities: [1, 1] }), "infeasible");
  refused(() => solveSizedAssignment({ ...problem, costs: Float64Array.of(1.5, 2, 3, 4) }), "value_out_of_range");
  refused(() => solveSizedAssignment({ ...problem, costs: Float64Array.of(NaN, 2, 3, 4) }), "not_a_number");
  refused(() => solveSizedAssignment({ ...problem, unmatched_by_row: [1] }), "length_mismatch");
  refused(() => solveSizedAssignment({ costs: [[[0, 1]]], capacities: [1] }), "invalid_value");
  refused(() => solveSizedAssignment({ costs: [[[0, 1, 1]]], sizes: [1], capacities: [1] }), "invalid_value");
  refused(() => solveSizedAssignment({ costs: [[[1, 1, 1]]], capacities: [1] }), "column_out_of_range");
  refused(() => solveSizedAssignment({ costs: [[[0, 1, 1], [0, 1, 1]]], capacities: [1] }), "duplicate_arc");
  for (const wrong of [null, undefined, 7, {}, { ...problem, rows: [] }, { ...problem, element: "f64" }, { ...problem, steps: -1 }, { ...problem, costs: {} }]) {
    refused(() => solveSizedAssignment(wrong), "invalid_value");
  }
  await assert.rejects(solveSizedAssignmentAsync({ ...problem, capacities: [-1, 2] }), DeskmatchError);
});
