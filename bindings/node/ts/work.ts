/** Work that needs no engine: here and now, or on another thread with progress and a signal. */

import { DeskmatchError, careful } from "./errors.js";
import { binding, readKept } from "./native.js";
import { Reader, Writer } from "./tape.js";

/** How long work is watched and when it is given up. */
export interface WorkOptions {
  /** Gives the work up: its promise rejects with an error of the code `aborted`, whose cause is the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told how much of how much is done, some twenty times a second, and once at the end. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

const PROGRESS_MS = 50;
const numbers = new Map(binding.agreement().works.map((name, index) => [name, index]));
let controls = 0;

function numberOf(name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new DeskmatchError("internal_error", `the addon has no work ${name}`, {});
  return number;
}

/** The input of a piece of work, in bytes of its own. */
export function inputOf(write: (writer: Writer) => void): Buffer {
  const writer = new Writer();
  writer.careful(() => write(writer));
  return writer.bytes.subarray(0, writer.place);
}

/** Reads values that follow one another. */
export function readAll(bytes: Buffer, count: number): unknown[] {
  if (bytes[0] !== 0) readKept(bytes, 0, bytes.length);
  const reader = new Reader();
  reader.begin(bytes, 1, bytes.length);
  return Array.from({ length: count }, () => reader.value());
}

/** Does a piece of work here and now. */
export function workNow(name: string, write: (writer: Writer) => void, values = 1): unknown[] {
  return readAll(binding.work(numberOf(name), inputOf(write)), values);
}

function aborted(signal: AbortSignal): DeskmatchError {
  const message = "the work was given up because its signal was aborted";
  return new DeskmatchError("aborted", message, { cause: signal.reason });
}

/** Refuses what cannot watch work. */
function check(options: unknown): asserts options is WorkOptions {
  const refuse = (what: string): never => {
    throw new DeskmatchError("invalid_value", what, {});
  };
  if (typeof options !== "object" || options === null) refuse("the options must be an object");
  const { signal, onProgress } = options as Record<string, unknown>;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse("`signal` must be an AbortSignal");
  if (onProgress !== undefined && typeof onProgress !== "function") refuse("`onProgress` must be a function");
}

/** Does a piece of work on another thread. */
export async function workElsewhere(
  name: string,
  write: (writer: Writer) => void,
  options: WorkOptions,
  values = 1,
): Promise<unknown[]> {
  const { signal, onProgress } = careful(() => {
    check(options);
    return { signal: options.signal, onProgress: options.onProgress };
  });
  if (signal?.aborted === true) throw aborted(signal);
  const control = controls;
  controls = (controls + 1) % 0xffffffff;
  const input = inputOf(write);
  return new Promise<unknown[]>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      binding.abort(control);
      end();
      reject(aborted(signal!));
    };
    const end = () => {
      clearInterval(timer);
      signal?.removeEventListener("abort", stop);
    };
    const tell = () => {
      const [done = 0, total = 0] = binding.progress(control);
      try {
        onProgress!(done, total);
      } catch (error) {
        binding.abort(control);
        end();
        reject(error as Error);
      }
    };
    signal?.addEventListener("abort", stop, { once: true });
    const work = binding.workAsync(numberOf(name), input, control);
    if (onProgress !== undefined) timer = setInterval(tell, PROGRESS_MS);
    work
      .then((bytes: Buffer) => {
        end();
        const answer = readAll(bytes, values);
        if (onProgress !== undefined) tell();
        resolve(answer);
      })
      .catch((error: unknown) => {
        end();
        reject(error as Error);
      })
      .finally(() => binding.forget(control));
  });
}
