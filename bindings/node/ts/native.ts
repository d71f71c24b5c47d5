/** The one road to the addon: buffers, numbers of operations, and what comes back. */

import binding = require("../binding.js");
import { DeskmatchError } from "./errors.js";
import { Reader, Writer, setKeys } from "./tape.js";
import type { ErrorCode, Fault } from "./types.js";

export { binding };

const agreement = binding.agreement();
setKeys(agreement.keys);

/** Every code that an error may have. */
export const errorCodes: readonly ErrorCode[] = agreement.codes as ErrorCode[];

/** The version of the engine. */
export const version: string = agreement.version;

/** @internal The names of the operations. */
export const operations: readonly string[] = agreement.operations;

const numbers = new Map(agreement.operations.map((name, index) => [name, index]));

/** The number of an operation. */
export function operation(name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new DeskmatchError("internal_error", `the addon has no operation ${name}`, {});
  return number;
}

/** Buffers of one call. Calls from callbacks have their own. */
interface Frame {
  readonly writer: Writer;
  output: Buffer;
}

const frames: Frame[] = [];
let depth = 0;
/** Reads answers; nothing of the caller's runs while it does. */
const reader = new Reader();

const DEPTH_MAX = 64;
const OUTPUT_KEPT_MAX = 1 << 22;

/** What a strategy threw while the engine asked it, to become the cause of the engine's error. */
export const thrown: { cause: unknown } = { cause: undefined };

/** The error that a failure is. */
export function makeError(facts: unknown): DeskmatchError {
  const { code, message, path, faults, detail } = facts as {
    code: ErrorCode;
    message: string;
    path?: string;
    faults: Fault[];
    detail?: unknown;
  };
  let cause: unknown;
  if (code === "strategy_failed" || code === "strategy_answer") {
    cause = thrown.cause;
    thrown.cause = undefined;
  }
  return new DeskmatchError(code, message, { path, faults, detail, cause });
}

/**
 * Calls an operation. `write` puts the input; `read` takes the value. With `keeps` it gets bytes that are its own; without, they are
 * those of the next call as well.
 */
export function call<T>(
  number: number,
  engine: number,
  at: number,
  write: ((writer: Writer) => void) | undefined,
  read: (reader: Reader, output: Buffer, end: number) => T,
  keeps = false,
): T {
  if (depth >= DEPTH_MAX) {
    throw new DeskmatchError("busy", `calls from callbacks nest more than ${DEPTH_MAX} deep`, {});
  }
  let frame = frames[depth];
  if (frame === undefined) {
    frame = { writer: new Writer(), output: Buffer.allocUnsafeSlow(16384) };
    frames.push(frame);
  }
  depth++;
  try {
    const writer = frame.writer;
    writer.reset();
    if (write !== undefined) writer.careful(() => write(writer));
    let length = binding.call(number, engine, at, writer.bytes, writer.place, frame.output);
    let output = frame.output;
    if (length < 0) {
      length = -length;
      output = Buffer.allocUnsafeSlow(length);
      if (length <= OUTPUT_KEPT_MAX && !keeps) frame.output = output;
      binding.take(output);
    } else if (keeps) {
      output = Buffer.allocUnsafeSlow(length);
      frame.output.copy(output, 0, 0, length);
    }
    writer.trim();
    reader.begin(output, 1, length);
    if (output[0] !== 0) {
      const error = makeError(reader.value());
      if (error.code === "internal_error") binding.lose(engine);
      throw error;
    }
    return read(reader, output, length);
  } finally {
    depth--;
  }
}

/** Reads the answer as a value. */
export function readValue(reader: Reader): unknown {
  return reader.value();
}

/** Reads the answer as bytes of its own. */
export function readBytes(_: Reader, output: Buffer, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(output, 1, end);
}


/** Reads a value or a failure out of bytes that were kept. */
export function readKept(bytes: Buffer, begin: number, end: number): unknown {
  reader.begin(bytes, begin + 1, end);
  const value = reader.value();
  if (bytes[begin] !== 0) throw makeError(value);
  return value;
}
