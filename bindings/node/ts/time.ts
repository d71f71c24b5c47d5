/** Moments at the border. */

import { DeskmatchError, careful } from "./errors.js";

/** A moment: milliseconds since 1970 UTC, or a Date. */
export type Moment = number | bigint | Date;

const LATEST = 2 ** 53;

/** The moment in milliseconds; now if none is given. Nothing is rounded. */
export function millis(at: unknown): number {
  if (at === undefined) return Date.now();
  const number = at instanceof Date ? at.getTime() : at;
  if (typeof number !== "bigint" && !Number.isInteger(number)) {
    const message = "a moment is whole milliseconds since 1970, or a valid Date";
    throw new DeskmatchError("invalid_value", `\`at\`: ${message}`, { path: "at", faults: [{ path: "at", message }] });
  }
  const whole = number as number | bigint;
  if (whole > LATEST || whole < -LATEST) {
    const message = `the moment ${whole} is outside the range that the engine accepts; give milliseconds since 1970`;
    throw new DeskmatchError("time_out_of_range", message, {});
  }
  return Number(whole);
}

/** The moment that options name; now if they name none. */
export function momentOf(options: { at?: Moment | undefined }): number {
  return careful(() => millis(options.at));
}
