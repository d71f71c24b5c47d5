/** The one class of errors. */

import type { ErrorCode, Fault } from "./types.js";

/** @internal */
export interface ErrorFacts {
  path?: string | undefined;
  faults?: readonly Fault[] | undefined;
  detail?: unknown;
  cause?: unknown;
}

/**
 * Why something was refused. Whatever was refused changed nothing.
 *
 * Every error that the package throws or rejects with is one of these; {@link DeskmatchError.code} says which kind, and never changes
 * for the same fault.
 *
 * @example
 * ```ts
 * try {
 *   engine.resolve({ ticket: "T-9" });
 * } catch (error) {
 *   if (error instanceof DeskmatchError && error.code === "unknown_ticket") console.log(error.path); // T-9
 * }
 * ```
 */
export class DeskmatchError extends Error {
  override readonly name = "DeskmatchError";
  /** The kind of fault, in snake case. */
  readonly code: ErrorCode;
  /** The id that the error is about; of a document without an id, such as a policy, the path of its first fault. */
  readonly path: string | undefined;
  /** Every fault of the document, each with its path; empty for errors that are not about a document. */
  readonly faults: readonly Fault[];
  /** Further facts of some kinds: of `infeasible` the rows, columns and capacity that prove it. */
  readonly detail: unknown;

  /** @internal */
  constructor(code: ErrorCode, message: string, facts: ErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.path = facts.path;
    this.faults = facts.faults ?? [];
    this.detail = facts.detail;
  }
}

/** Reads what a caller hands in: what its getters and proxies throw comes back as one of our errors, with the cause. @internal */
export function careful<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof DeskmatchError) throw cause;
    throw new DeskmatchError("invalid_value", "reading an argument threw; the cause says what", { cause });
  }
}
