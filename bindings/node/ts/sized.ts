/** Rows of several sizes: the generalised assignment problem, with a proven bound. */

import { DeskmatchError, careful } from "./errors.js";
import { type CostArray, type Whole, elementOf } from "./matching.js";
import type { Writer } from "./tape.js";
import { type WorkOptions, workElsewhere, workNow } from "./work.js";

/** A list of whole numbers from 0. */
export type Counts = readonly number[] | Uint8Array | Uint16Array | Uint32Array;

/** A problem of rows that take several units of a column's capacity. There are as many columns as `capacities`. */
export interface SizedProblem {
  /**
   * A matrix by rows, of whole numbers: `Infinity` forbids a pair (`-Infinity` when maximising), in arrays of whole numbers their smallest
   * value does. Or the arcs of each row: column and value, and the size where there are no `sizes`.
   */
  costs: CostArray | readonly (readonly (readonly [column: number, value: Whole, size?: number])[])[];
  /** How many units each row takes; or, for a matrix, one number a pair, by rows. */
  sizes?: Counts | undefined;
  /** How many units each column gives. */
  capacities: Counts;
  /** Whether the largest total is sought instead of the smallest. False by default. */
  maximize?: boolean | undefined;
  /** What any row adds when it is left out. Without this and the next, every row must be placed. */
  unmatched?: Whole | undefined;
  /** What each row adds when it is left out. */
  unmatched_by_row?: readonly Whole[] | undefined;
  /**
   * How much work may be done: 130 million steps by default, about a second. The answer depends on this number, but not on the machine.
   */
  steps?: number | undefined;
}

/** An assignment of rows that take up room, with a proven bound on what any assignment can reach. */
export interface SizedSolution {
  /** The column of each row, null for a row left out. */
  readonly columns: readonly (number | null)[];
  /** The total of the matched pairs and of the rows left out. */
  readonly objective: Whole;
  /** What no assignment can pass: when minimising none is cheaper, when maximising none is worth more. Proven. */
  readonly bound: Whole;
  /** By how much a best assignment could be better at most: the distance of objective and bound. */
  readonly gap: Whole;
  /** Whether it is proved that no assignment is better: the gap is 0. */
  readonly proved: boolean;
  /** How many steps of work were done. May pass what was allowed by the work of one round. */
  readonly steps: Whole;
}

/** Puts the question, with the bytes of a matrix behind it. */
function question(problem: SizedProblem): (writer: Writer) => void {
  return careful(() => {
    if (typeof problem !== "object" || problem === null) {
      throw new DeskmatchError("invalid_value", "a problem must be an object with `costs` and `capacities`", {});
    }
    const { costs, sizes, capacities, ...others } = problem;
    const plain = (counts: Counts | undefined) => (ArrayBuffer.isView(counts) ? Array.from(counts as Uint32Array) : counts);
    const given = { ...others, sizes: plain(sizes), capacities: plain(capacities) };
    if (Array.isArray(costs)) return (writer: Writer) => writer.value({ problem: given, rows: costs });
    const matrix = costs as CostArray;
    const element = elementOf(matrix);
    return (writer: Writer) => {
      writer.value({ problem: given, element });
      writer.raw(new Uint8Array(matrix.buffer, matrix.byteOffset, matrix.byteLength));
    };
  });
}

/**
 * Assigns rows that take several units of a column's capacity. The problem is NP-hard: the answer fits, its `bound` is proven, and where the
 * two meet it is `proved` best.
 *
 * @throws {@link DeskmatchError} `infeasible` if it is proved that not every row can be placed; `out_of_steps` if the steps are spent and
 * neither an assignment nor that was found; `length_mismatch`, `not_a_number`, `value_out_of_range`, `duplicate_arc`, `column_out_of_range`.
 *
 * @example
 * ```ts
 * const costs = Int32Array.of(90, 70, 80, 75, 60, 20, 50, 45);
 * const answer = solveSizedAssignment({ costs, sizes: [5, 4, 3, 2], capacities: [8, 6], maximize: true });
 * console.log(answer.columns, answer.objective, answer.proved); // [ 0, 1, 0, 1 ] 270 true
 * ```
 */
export function solveSizedAssignment(problem: SizedProblem): SizedSolution {
  return workNow("solve_sized", question(problem))[0] as SizedSolution;
}

/**
 * As {@link solveSizedAssignment}, on another thread. Aborting rejects at once, and ends the work within the round it is in: a few
 * milliseconds for most problems.
 */
export async function solveSizedAssignmentAsync(
  problem: SizedProblem,
  options: Pick<WorkOptions, "signal"> = {},
): Promise<SizedSolution> {
  return (await workElsewhere("solve_sized", question(problem), options))[0] as SizedSolution;
}
