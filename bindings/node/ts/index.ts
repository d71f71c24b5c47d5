/**
 * Decides which agent gets which ticket: by skill, workload, priority, promise and fairness.
 *
 * @packageDocumentation
 */

export { DeskmatchError } from "./errors.js";
export { Engine } from "./engine.js";
export type { Answer, AtOption, CommandOptions, EngineOptions, Outcome } from "./engine.js";
export { checkPolicy, lintPolicy, readPolicy, readyMadePolicies, readyMadePolicy } from "./policy.js";
export type { PolicySource } from "./policy.js";
export type { Batch, BatchTicket, Choose, Score, Strategies, Strategy } from "./strategies.js";
export { assign, assignAsync } from "./assign.js";
export type { AssignOptions } from "./assign.js";
export {
  linearSumAssignment,
  linearSumAssignmentAsync,
  solveAssignment,
  solveAssignmentAsync,
  verifyAssignment,
  verifyLinearSumAssignment,
} from "./matching.js";
export type { CostArray, MatrixOptions, MatrixSolution, Price, SparseProblem, SparseSolution, Whole } from "./matching.js";
export { solveSizedAssignment, solveSizedAssignmentAsync } from "./sized.js";
export type { Counts, SizedProblem, SizedSolution } from "./sized.js";
export { replay, simulate } from "./replay.js";
export type {
  PastTicket,
  Replayed,
  ReplayedAssignment,
  ReplayOptions,
  Report,
  ReportRow,
  SimulateOptions,
  TextSource,
} from "./replay.js";
export type { WorkOptions } from "./work.js";
export { fromJson, toJson } from "./json.js";
export { errorCodes, version } from "./native.js";
export type * from "./types.js";
