/** JSON that keeps whole numbers beyond 2^53. */

import { call, operation, readValue } from "./native.js";

const TO_JSON = operation("to_json");
const FROM_JSON = operation("from_json");
const NO_ENGINE = 0xffffffff;

/**
 * An event, or any other value, as JSON on one line: fit for a log that any language can read.
 *
 * As `JSON.stringify`, but that bigints, such as a seed above 2^53, are written as plain numbers, and nothing is dropped or changed in
 * silence.
 */
export function toJson(value: unknown): string {
  return call(TO_JSON, NO_ENGINE, 0, (writer) => writer.value(value), readValue) as string;
}

/**
 * Reads what {@link toJson} wrote: as `JSON.parse`, but that whole numbers beyond 2^53 become bigints. Numbers with a
 * fraction, which no event has, may differ in their last bit.
 */
export function fromJson(text: string): unknown {
  return call(FROM_JSON, NO_ENGINE, 0, (writer) => writer.value(text), readValue);
}
