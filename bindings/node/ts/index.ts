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
export { fromJson, toJson } from "./json.js";
export { errorCodes, version } from "./native.js";
export type * from "./types.js";
