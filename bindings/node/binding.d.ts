/** What the addon exports. Not for users of the package. */

/** What both sides must agree on. */
export interface Agreement {
  /** The names of the operations, in the order of their numbers. */
  operations: string[];
  /** The names of the pieces of work, in the order of their numbers. */
  works: string[];
  /** The names of the other entries that the guard knows. */
  entries: string[];
  /** The keys that have numbers, in their order. */
  keys: string[];
  /** Every code that an error may have. */
  codes: string[];
  /** The version of the engine. */
  version: string;
}

/** Tells the names behind the numbers. */
export declare function agreement(): Agreement;
/** For tests: makes the next call of an entry panic; says whether the environment allows it. */
export declare function armPanic(name: string): boolean;
/** Does one of the operations; gives back the length of the answer, below zero if it waits to be taken. */
export declare function call(
  operation: number, engine: number, at: number, input: Uint8Array, length: number, output: Uint8Array,
): number;
/** Takes the answer that waits. */
export declare function take(output: Uint8Array): number;
/** Marks an engine as lost: a panic went through it. */
export declare function lose(engine: number): void;
/** Takes the function that answers for all strategies written in JavaScript. */
export declare function setHost(host: (strategy: number, what: number, question: Uint8Array) => number[]): void;
/** Does a piece of work here and now. */
export declare function work(number: number, input: Uint8Array): Buffer;
/** Does a piece of work on another thread. */
export declare function workAsync(number: number, input: Uint8Array, control: number): Promise<Buffer>;
/** Says that work is no longer wanted. */
export declare function abort(control: number): void;
/** How much of how much is done. */
export declare function progress(control: number): number[];
/** Forgets a control whose work has ended. */
export declare function forget(control: number): void;
/** Solve a matrix, or verify an answer, on the array itself. */
export declare function solveF64(data: Float64Array, question: Uint8Array, length: number, output: Uint8Array): number;
export declare function solveF32(data: Float32Array, question: Uint8Array, length: number, output: Uint8Array): number;
export declare function solveI32(data: Int32Array, question: Uint8Array, length: number, output: Uint8Array): number;
export declare function solveI64(data: BigInt64Array, question: Uint8Array, length: number, output: Uint8Array): number;
