/** Replaying a ticket log under one or several policies: what would this policy have done? */

import { fileURLToPath } from "node:url";
import { DeskmatchError, careful } from "./errors.js";
import { type PolicySource, writePolicy } from "./policy.js";
import type { Writer } from "./tape.js";
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
  const { signal, onProgress, policies = { balanced: null }, agents, ...model } = careful(() => ({ ...options }));
  if (typeof policies !== "object" || policies === null) {
    throw new DeskmatchError("invalid_value", "the policies must be an object of documents by name", {});
  }
  const write = (writer: Writer) => {
    const from = agents === undefined ? {} : source(agents, "agents");
    writer.value({ ...model, ...source(log, "log"), ...from, policies: Object.keys(policies) });
    for (const policy of Object.values(policies)) {
      if (policy === null) writer.value(null);
      else writePolicy(writer, policy);
    }
  };
  const [head, assignments] = await workElsewhere("replay", write, { signal, onProgress }, 2);
  return { ...(head as Omit<Replayed, "assignments">), assignments: assignments as ReplayedAssignment[] };
}

/** A ticket of the past: what it was, and how long the work took. */
export interface PastTicket {
  id: string;
  /** When it came: milliseconds since 1970 UTC, or a Date. */
  created: number | Date;
  /** When it was resolved. */
  resolved?: number | Date | undefined;
  /** How long the work took, in milliseconds; the model says it where it is not given. */
  handle_time?: number | undefined;
  queue?: string | undefined;
  priority?: string | undefined;
  channel?: string | undefined;
  requester?: string | undefined;
  /** Who resolved it; agents are derived from this where none are given. */
  agent?: string | undefined;
  /** What it asked for. */
  skills?: readonly string[] | undefined;
}

/** An agent of a simulation. */
export interface SimulatedAgent {
  id: string;
  /** Skills with their levels, 1 to 100. */
  skills?: Readonly<Record<string, number>> | undefined;
  queues?: readonly string[] | undefined;
  /** How many units of work it holds at once; 1 by default. */
  capacity?: number | undefined;
  /** Its part of a fair share; 1 by default. */
  weight?: number | undefined;
}

const FIELDS = ["id", "created", "resolved", "handle_time", "queue", "priority", "channel", "requester", "agent", "skills"] as const;

function list<T extends object>(value: unknown, name: string): readonly T[] {
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === "object" && entry !== null);
  if (!isList) throw new DeskmatchError("invalid_value", `the ${name} must be an array of objects`, { path: name });
  return value as T[];
}

function cell(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "no time" : value.toISOString();
  return value;
}

/** The tickets as JSON lines. Moments become ISO times; what is wrong with a field, the reader says with its line. */
function lines(tickets: readonly PastTicket[]): string {
  const line = (ticket: PastTicket) => {
    const moment = (at: unknown) => cell(typeof at === "number" ? new Date(at) : at);
    const plain = { ...ticket, created: moment(ticket.created), resolved: moment(ticket.resolved) };
    return JSON.stringify({ ...plain, skills: Array.isArray(ticket.skills) ? ticket.skills.join(";") : ticket.skills });
  };
  return tickets.map(line).join("\n");
}

/** The agents as CSV. */
function csv(agents: readonly SimulatedAgent[]): string {
  const quoted = (value: unknown) => `"${String(value ?? "").replaceAll('"', '""')}"`;
  const row = ({ id, skills = {}, queues = [], capacity, weight }: SimulatedAgent) => {
    const levels = Object.entries(skills).map(([skill, level]) => `${skill}:${level}`);
    return [id, levels.join(";"), queues.join(";"), capacity, weight].map(quoted).join(",");
  };
  return ["id,skills,queues,capacity,weight", ...agents.map(row)].join("\n");
}

/**
 * Simulates a desk on tickets of the past, given as objects: as {@link replay}, without a file. Bad tickets end it, whatever `strict` says.
 */
export async function simulate(
  tickets: readonly PastTicket[],
  options: Omit<ReplayOptions, "mapping" | "map" | "agents"> & { agents?: readonly SimulatedAgent[] | undefined } = {},
): Promise<Replayed> {
  if (typeof options !== "object" || options === null) {
    throw new DeskmatchError("invalid_value", "the options must be an object", {});
  }
  const { text, agents, mapping } = careful(() => {
    const past = list<PastTicket>(tickets, "tickets");
    const used = FIELDS.filter((field) => past.some((ticket) => ticket[field] !== undefined));
    const fields = Object.fromEntries(used.map((field) => [field, field]));
    const units = used.includes("handle_time") ? { handle_time: "ms" } : {};
    const mapping = JSON.stringify({ fields, times: ["iso"], units, repeated_ids: "refuse", skill_separator: ";" });
    const agents = options.agents === undefined ? undefined : { text: csv(list<SimulatedAgent>(options.agents, "agents")) };
    return { text: lines(past), agents, mapping };
  });
  return replay({ text }, careful(() => ({ ...options, agents, mapping, strict: true })));
}
