/** Exact assignment problems: matrices, and sparse problems with capacities. */

import { DeskmatchError, careful } from "./errors.js";
import { binding, readKept } from "./native.js";
import type { Writer } from "./tape.js";
import { type WorkOptions, inputOf, workElsewhere, workNow } from "./work.js";

/**
 * Values by rows. `Infinity` forbids a pair (`-Infinity` when maximising), in arrays of whole numbers their smallest value does. Whole
 * numbers of 64 bits are exact up to `4 (k + 2) × largest ≤ 2^53`, `k` being the shorter side.
 */
export type CostArray = Float64Array | Float32Array | Int32Array | BigInt64Array;

/** The shape of a matrix and what is sought. */
export interface MatrixOptions {
  /** How many rows. */
  rows: number;
  /** How many columns. */
  columns: number;
  /** Whether the largest total is sought instead of the smallest. False by default. */
  maximize?: boolean | undefined;
}

/** A best assignment of a matrix, with the prices that prove it. */
export interface MatrixSolution {
  /** The matched rows, ascending: SciPy's `row_ind`. */
  readonly rowIndices: Int32Array;
  /** The column of each matched row: SciPy's `col_ind`. */
  readonly columnIndices: Int32Array;
  /** The column of each row; -1 for a row that has none. */
  readonly columns: Int32Array;
  /** The total of the matched pairs. */
  readonly objective: number | bigint;
  /** The price of each row, in gains: the value when maximising, minus the cost when minimising. */
  readonly rowPrices: Float64Array;
  /** The price of each column, in gains; of the longer side at least 0, and 0 where unmatched. */
  readonly columnPrices: Float64Array;
}

const ELEMENTS = [
  { type: Float64Array, element: "f64", solve: binding.solveF64 },
  { type: Float32Array, element: "f32", solve: binding.solveF32 },
  { type: Int32Array, element: "i32", solve: binding.solveI32 },
  { type: BigInt64Array, element: "i64", solve: binding.solveI64 },
] as const;

function refuse(what: string): never {
  throw new DeskmatchError("invalid_value", what, {});
}

function count(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 0xfffffff0) {
    refuse(`\`${name}\` must be a whole number from 0 to 4294967280`);
  }
  return value as number;
}

function kindOf(cost: CostArray): (typeof ELEMENTS)[number] {
  const kind = ELEMENTS.find(({ type }) => cost instanceof type);
  if (kind === undefined) refuse("the costs must be a Float64Array, Float32Array, Int32Array or BigInt64Array");
  if (cost.buffer instanceof SharedArrayBuffer) refuse("the costs must not lie in shared memory: they could change meanwhile");
  return kind!;
}

/** @internal The name of a typed array's elements. */
export function elementOf(cost: CostArray): string {
  return kindOf(cost).element;
}

function question(cost: CostArray, options: MatrixOptions) {
  const kind = kindOf(cost);
  if (typeof options !== "object" || options === null) refuse("the options must be an object with `rows` and `columns`");
  const { maximize = false } = options;
  if (typeof maximize !== "boolean") refuse("`maximize` must be true or false");
  const shape = { rows: count(options.rows, "rows"), columns: count(options.columns, "columns") };
  return { kind, asked: { ...shape, maximize, element: kind.element } };
}

interface Plain {
  columns: (number | null)[];
  objective: number | bigint;
  row_prices: number[];
  column_prices: number[];
}

function solution(plain: Plain): MatrixSolution {
  const { columns, objective } = plain;
  const rowIndices: number[] = [];
  columns.forEach((column, row) => column !== null && rowIndices.push(row));
  return {
    rowIndices: Int32Array.from(rowIndices),
    columnIndices: Int32Array.from(rowIndices, (row) => columns[row]!),
    columns: Int32Array.from(columns, (column) => column ?? -1),
    objective,
    rowPrices: Float64Array.from(plain.row_prices, Number),
    columnPrices: Float64Array.from(plain.column_prices, Number),
  };
}

/** Solves or verifies on the caller's own memory. */
function solveHere(cost: CostArray, options: MatrixOptions, verify?: object): unknown {
  const { kind, asked } = careful(() => question(cost, options));
  const bytes = inputOf((writer) => writer.value(verify === undefined ? asked : { ...asked, verify }));
  let output = Buffer.allocUnsafeSlow(1 << 16);
  const solve = kind.solve as (data: CostArray, question: Uint8Array, length: number, output: Uint8Array) => number;
  const length = solve(cost, bytes, bytes.length, output);
  if (length < 0) {
    output = Buffer.allocUnsafeSlow(-length);
    binding.take(output);
  }
  return readKept(output, 0, Math.abs(length));
}

/**
 * Matches every row or every column, whichever are fewer, at the smallest total cost: SciPy's `linear_sum_assignment`. A
 * `Float64Array` is read where it is, without a copy; other numbers are copied to doubles first, which changes nothing in the answer.
 *
 * @throws {@link DeskmatchError} `infeasible` if no complete matching exists; `not_a_number`; `length_mismatch`; `value_out_of_range`.
 *
 * @example
 * ```ts
 * const hours = Float64Array.of(4, 1, 3, 2, 0, 5, 3, 2, 2);
 * const { columnIndices, objective } = linearSumAssignment(hours, { rows: 3, columns: 3 });
 * console.log([...columnIndices], objective); // [ 1, 0, 2 ] 5
 * ```
 */
export function linearSumAssignment(cost: CostArray, options: MatrixOptions): MatrixSolution {
  return solution(solveHere(cost, options) as Plain);
}

/**
 * As {@link linearSumAssignment}, on another thread, on a copy of the costs. Aborting rejects at once; the thread goes on until its
 * problem is solved, and then forgets it.
 */
export async function linearSumAssignmentAsync(
  cost: CostArray,
  options: MatrixOptions & Pick<WorkOptions, "signal">,
): Promise<MatrixSolution> {
  const { asked } = careful(() => question(cost, options));
  const write = (writer: Writer) => {
    writer.value(asked);
    writer.raw(new Uint8Array(cost.buffer, cost.byteOffset, cost.byteLength));
  };
  const answer = await workElsewhere("solve_dense", write, careful(() => ({ signal: options.signal })));
  return solution(answer[0] as Plain);
}

/**
 * Proves an answer best by its prices, without trusting the solver.
 *
 * @returns null if it is proved, else a text that says what is wrong with it.
 */
export function verifyLinearSumAssignment(cost: CostArray, options: MatrixOptions, given: MatrixSolution): string | null {
  const verify = careful(() => ({
    columns: [...given.columns],
    objective: Number(given.objective),
    row_prices: [...given.rowPrices],
    column_prices: [...given.columnPrices],
  }));
  return solveHere(cost, options, verify) as string | null;
}

/** A whole number: a bigint beyond 2^53. */
export type Whole = number | bigint;

/** A problem of rows, columns with capacities, and arcs with values between them. Pairs without an arc are forbidden. */
export interface SparseProblem {
  /** How many columns. */
  columns: number;
  /** The arcs of each row, as pairs of column and value. */
  rows: readonly (readonly (readonly [column: number, value: Whole])[])[];
  /** How many rows each column takes; one by default. */
  capacities?: readonly number[] | undefined;
  /** Whether the largest total is sought instead of the smallest. False by default. */
  maximize?: boolean | undefined;
  /** Which rows must be matched: all of them (the default), those that pay, or as many as possible by rank. */
  cover?: "all_rows" | "optional" | "most_rows" | undefined;
  /** Of the cover `optional`: the value of leaving any row out; 0 by default. */
  unmatched?: Whole | undefined;
  /** Of the cover `optional`: the value of leaving out each row. */
  unmatched_by_row?: readonly Whole[] | undefined;
  /** Of the cover `most_rows`: the rank of each row, the lowest first; all alike by default. */
  ranks?: readonly number[] | undefined;
}

/** A price on two levels: rows covered first, value second. The first is 0 but for the cover `most_rows`. */
export interface Price {
  readonly priority: Whole;
  readonly value: Whole;
}

/** A best assignment of a sparse problem, with the dual prices that prove it. */
export interface SparseSolution {
  /** The column of each row, null for a row left out. */
  readonly columns: readonly (number | null)[];
  /** The total of the matched arcs. */
  readonly objective: Whole;
  /** The algorithm that found it. All are exact; which one is used follows from the problem alone. */
  readonly method: "auction" | "network_simplex" | "shortest_paths";
  /** What each row contributes. */
  readonly row_prices: readonly Price[];
  /** What one more unit of each column's capacity is worth at most. */
  readonly column_prices: readonly Price[];
}

/**
 * Solves a sparse problem with capacities, exactly.
 *
 * @throws {@link DeskmatchError} `infeasible`, whose `detail` names rows that share too few columns; `duplicate_arc`, `column_out_of_range`.
 */
export function solveAssignment(problem: SparseProblem): SparseSolution {
  return workNow("solve_sparse", (writer) => writer.value(problem))[0] as SparseSolution;
}

/** As {@link solveAssignment}, on another thread. Aborting rejects at once; the thread goes on until its problem is solved. */
export async function solveAssignmentAsync(
  problem: SparseProblem,
  options: Pick<WorkOptions, "signal"> = {},
): Promise<SparseSolution> {
  const answer = await workElsewhere("solve_sparse", (writer) => writer.value(problem), options);
  return answer[0] as SparseSolution;
}

/** Proves an answer best by its prices: null if it is proved, else a text that says what is wrong with it. */
export function verifyAssignment(problem: SparseProblem, solution: SparseSolution): string | null {
  return workNow("verify_sparse", (writer) => writer.value([problem, solution]))[0] as string | null;
}
