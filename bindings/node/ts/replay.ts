/** Replaying a ticket log under one or several policies: what would this policy have done? */

import { fileURLToPath } from "node:url";
import { DeskmatchError, careful } from "./errors.js";
import { type PolicySource, writePolicy } from "./policy.js";
import type { Writer } from "./tape.js";
import type { Agent, AttributeValue, Span } from "./types.js";
import { type WorkOptions, workElsewhere } from "./work.js";

/** A text, or where to find it: a path or a `file:` URL. */
export type TextSource = { text: string } | { path: string | URL };

/** What a replay assumes. Durations are texts such as `"20m"`. */
export interface ReplayOptions extends WorkOptions {
  /** The policies, by the names that the report gives them. A ready-made policy is `null` under its own name; `balanced` by default. */
  policies?: Readonly<Record<string, PolicySource | null>> | undefined;
  /** How columns are read: `servicenow` (the default), `zendesk`, `jira`, or a mapping as JSON. */
  mapping?: string | undefined;
  /** Changes of the mapping, as in `queue=Team`. */
  map?: readonly string[] | undefined;
  /** The agents, as CSV; by default they are derived from who resolved what. */
  agents?: TextSource | undefined;
  /** How long the work takes where the log does not say: `fixed:20m`, `exponential:20m`, `lognormal:20m,1.0`. */
  handle_time?: string | undefined;
  /** The seed of everything drawn; 0 by default. */
  seed?: number | bigint | undefined;
  /** How many units of work each derived agent holds at once; 1 by default. */
  capacity?: number | undefined;
  /** How many tickets of a category a derived agent must have resolved to have it as a skill; 1 by default. */
  resolved_min?: number | undefined;
  /** What a ticket's category is: a required skill (the default), a preferred one, or nothing. */
  skills?: "required" | "preferred" | "ignored" | undefined;
  /** Where tickets arrive: in the log's queues (the default), or where the policy's rules send them. */
  queues?: "log" | "policy" | undefined;
  /** How long an agent takes to accept an offer; 5 seconds by default. */
  reaction?: string | undefined;
  /** How many of a thousand offers are missed, at most 900; 0 by default. */
  missed_offers_permille?: number | undefined;
  /** How long an agent stays away after a missed offer; 5 minutes by default. */
  comeback?: string | undefined;
  /** How long after the assignment an agent first responds; 5 minutes by default. */
  response?: string | undefined;
  /** The wait that the report counts as short; 15 minutes by default. */
  within?: string | undefined;
  /** Plays only so many tickets, the first created first. */
  limit?: number | undefined;
  /** Ends at the first bad row. False by default. */
  strict?: boolean | undefined;
  /** Whether every assignment is given back. False by default. */
  assignments?: boolean | undefined;
}

/** A row of a report: one figure of every policy. */
export interface ReportRow {
  readonly key: string;
  readonly label: string;
  /** Whether it was read from the log, follows from the model, or was measured. */
  readonly basis: string;
  readonly unit: string | null;
  readonly values: readonly (number | string | null)[];
}

/** The figures of several policies side by side. */
export interface Report {
  readonly title: string;
  readonly policies: readonly string[];
  readonly rows: readonly ReportRow[];
  readonly notes: readonly string[];
}

/** An assignment of a replay. */
export interface ReplayedAssignment {
  /** The policy, by its place. */
  readonly policy: number;
  readonly ticket: string;
  readonly agent: string;
  readonly queue: string;
  readonly priority: string;
  /** When, in milliseconds since 1970 UTC. */
  readonly at: number;
  /** Which assignment of the ticket it is: 1 for the first. */
  readonly number: number;
  /** How long the ticket has waited, in milliseconds. */
  readonly waited: number;
  readonly by: string;
  /** Why, in one line. */
  readonly reason: string;
}

/** What came of a replay. */
export interface Replayed {
  readonly report: Report;
  /** The report as text of 100 columns. */
  readonly text: string;
  /** How many tickets the log has. */
  readonly tickets: number;
  /** The first bad rows, each with its line; they were left out. */
  readonly bad_rows: readonly string[];
  readonly bad_row_count: number;
  /** Every assignment, if they were asked for. */
  readonly assignments: readonly ReplayedAssignment[];
}

function source(value: unknown, name: string): Record<string, string> {
  const { text, path } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof text === "string") return { [`${name}_text`]: text };
  if (typeof path === "string") return { [`${name}_path`]: path };
  if (path instanceof URL && path.protocol === "file:") return { [`${name}_path`]: fileURLToPath(path) };
  throw new DeskmatchError("invalid_value", `the ${name} must be { text } or { path }`, { path: name });
}

/** Plays under every policy. `write` puts what is played; `model` is how it puts the options, with more if need be. */
async function play(
  work: "replay" | "simulate",
  options: Omit<ReplayOptions, "agents">,
  write: (writer: Writer, model: (more: object) => void) => void,
): Promise<Replayed> {
  const { signal, onProgress, policies = { balanced: null }, ...model } = options;
  if (typeof policies !== "object" || policies === null) {
    throw new DeskmatchError("invalid_value", "the policies must be an object of documents by name", {});
  }
  const input = (writer: Writer) =>
    write(writer, (more) => {
      writer.value({ ...model, ...more, policies: Object.keys(policies) });
      for (const policy of Object.values(policies)) {
        if (policy === null) writer.value(null);
        else writePolicy(writer, policy);
      }
    });
  const [head, assignments] = await workElsewhere(work, input, { signal, onProgress }, 2);
  return { ...(head as Omit<Replayed, "assignments">), assignments: assignments as ReplayedAssignment[] };
}

/**
 * Replays a log as a helpdesk exports it (CSV, plain or gzip, or JSON lines) through the real engine, on another thread.
 *
 * The same log, policies and seed give the same answer everywhere. What of it is data and what is model, the report says row by row.
 *
 * @throws {@link DeskmatchError} `io` if a file cannot be read; `aborted`; otherwise as the simulation says: `invalid_model` and so on.
 */
export async function replay(log: TextSource, options: ReplayOptions = {}): Promise<Replayed> {
  if (typeof options !== "object" || options === null) {
    throw new DeskmatchError("invalid_value", "the options must be an object", {});
  }
  const { agents, ...others } = careful(() => ({ ...options }));
  return play("replay", others, (writer, model) => {
    const from = agents === undefined ? {} : source(agents, "agents");
    model({ ...source(log, "log"), ...from });
  });
}

/** A ticket of the past: what it was, and how long the work took. */
export interface PastTicket {
  /** 1 to 256 bytes, unique among the tickets. */
  id: string;
  /** When it came: milliseconds since 1970 UTC, or a Date. */
  created: number | Date;
  /** When it was resolved. */
  resolved?: number | Date | null | undefined;
  /** How long the work took: milliseconds, or a text such as `"20m"`; the model says it where it is not given. */
  handle_time?: Span | null | undefined;
  /** The queue it ended in. */
  queue?: string | null | undefined;
  /** The priority, by the words of the desk or of the policy. */
  priority?: string | null | undefined;
  /** How it came in. */
  channel?: string | null | undefined;
  /** Who asked. */
  requester?: string | null | undefined;
  /** Who resolved it; agents are derived from this where none are given. */
  agent?: string | null | undefined;
  /** What it asked for: categories, languages, products. */
  skills?: readonly string[] | undefined;
  /** What else the desk knew of it, for policies that look at attributes. */
  attributes?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** What a simulation assumes: as {@link ReplayOptions}, but for what is about reading a file. */
export interface SimulateOptions extends Omit<ReplayOptions, "mapping" | "map" | "agents" | "strict"> {
  /**
   * The agents, without what a simulation does not model, such as shifts; by default they are derived from who resolved what.
   */
  agents?: readonly Agent[] | undefined;
}

/**
 * Simulates a desk on tickets of the past, given as objects: as {@link replay}, without a file. No ticket is left out.
 *
 * @throws {@link DeskmatchError} whose `path` names the value at fault: `tickets[3].resolved`, `agents[1].shifts`.
 *
 * @example
 * ```ts
 * const past = [0, 1].map((n) => ({ id: `T-${n}`, created: n * 300_000, handle_time: "20m" }));
 * const { assignments } = await simulate(past, { agents: [{ id: "ada" }], assignments: true });
 * console.log(assignments.map(({ waited }) => waited)); // [ 0, 900000 ]
 * ```
 */
export async function simulate(tickets: readonly PastTicket[], options: SimulateOptions = {}): Promise<Replayed> {
  if (typeof options !== "object" || options === null) {
    throw new DeskmatchError("invalid_value", "the options must be an object", {});
  }
  const { agents = null, ...others } = careful(() => ({ ...options }));
  return play("simulate", others, (writer, model) => {
    model({});
    writer.value(tickets);
    writer.value(agents);
  });
}
