/** Policies: as objects, JSON texts and files. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DeskmatchError, careful } from "./errors.js";
import { call, operation, readValue } from "./native.js";
import type { Writer } from "./tape.js";
import type { Agent, Policy, Warning } from "./types.js";

/** A policy: an object, the text of a JSON document, or the `file:` URL of one. */
export type PolicySource = Policy | string | URL;

const CHECK = operation("check_policy");
const LINT = operation("lint");
const READY_MADE = operation("ready_made");
const NO_ENGINE = 0xffffffff;

/** The path that a text or a `file:` URL names. Anything else stays away from Node's file system, which aborts on some. */
function pathOf(place: unknown): string {
  if (place instanceof URL && place.protocol === "file:") return careful(() => fileURLToPath(place));
  if (typeof place !== "string" || place.includes("\0")) {
    throw new DeskmatchError("invalid_value", "a file is named by a path or a `file:` URL", {});
  }
  return place;
}

/** Reads the text of a file; a failure names it. */
function readText(place: string | URL): string {
  const path = pathOf(place);
  try {
    return readFileSync(path, { encoding: "utf8" });
  } catch (cause) {
    throw new DeskmatchError("io", `the policy \`${path}\` cannot be read`, { path, cause });
  }
}

/** Writes a policy from wherever it comes. */
export function writePolicy(writer: Writer, policy: PolicySource): void {
  if (policy === undefined || policy === null) {
    throw new DeskmatchError("invalid_value", "a policy is an object, a JSON text or the URL of a file", {});
  }
  writer.value(policy instanceof URL ? readText(policy) : policy);
}

/**
 * Reads the policy in a file, by path or `file:` URL, and checks all of it.
 *
 * @throws {@link DeskmatchError} `io` if the file cannot be read; `invalid_json` or `invalid_policy`, with every fault.
 */
export function readPolicy(path: string | URL): Policy {
  return checkPolicy(readText(path));
}

/**
 * Checks a policy and gives it back as it is understood, with every default filled in.
 *
 * @throws {@link DeskmatchError} `invalid_policy` with every fault, each with its path.
 */
export function checkPolicy(policy: PolicySource): Policy {
  return call(CHECK, NO_ENGINE, 0, (writer) => writePolicy(writer, policy), readValue) as Policy;
}

/** What the author of a valid policy should look at, given the agents there are: skills nobody has, rules that never match, and so on. */
export function lintPolicy(policy: PolicySource, agents: readonly Agent[] = []): Warning[] {
  const write = (writer: Writer) => {
    writePolicy(writer, policy);
    writer.value(agents);
  };
  return call(LINT, NO_ENGINE, 0, write, readValue) as Warning[];
}

/** The names of the ready-made policies. */
export function readyMadePolicies(): string[] {
  return call(READY_MADE, NO_ENGINE, 0, (writer) => writer.value(null), readValue) as string[];
}

/**
 * A ready-made policy, to use or to begin with.
 *
 * @throws {@link DeskmatchError} `unknown_policy` if there is none of this name.
 */
export function readyMadePolicy(name: string): Policy {
  return call(READY_MADE, NO_ENGINE, 0, (writer) => writer.value(name), readValue) as Policy;
}
