/** One batch: tickets and agents in, assignments out. */

import { DeskmatchError, careful } from "./errors.js";
import { type PolicySource, writePolicy } from "./policy.js";
import type { Writer } from "./tape.js";
import { type Moment, millis } from "./time.js";
import type { Agent, Assignment, StrategyPolicy, Ticket } from "./types.js";
import { type WorkOptions, workElsewhere, workNow } from "./work.js";

/** How a batch is assigned. */
export interface AssignOptions {
  /** The policy: a document, or the name of a ready-made one; `balanced` by default. Queues that a ready-made policy lacks are added to it. */
  policy?: PolicySource | { readyMade: string } | undefined;
  /** Uses this strategy in every queue. `optimal` settles everything by one plan, the best there is. */
  strategy?: Exclude<StrategyPolicy["kind"], "custom"> | undefined;
  /** The moment of the batch; by default now, or the creation of the youngest ticket if that is later. */
  at?: Moment | undefined;
  /** Whether each assignment says why; costs a look at every agent for each ticket that got none. False by default. */
  reasons?: boolean | undefined;
}

function written(tickets: readonly Ticket[], agents: readonly Agent[], options: AssignOptions): (writer: Writer) => void {
  const refuse = (what: string): never => {
    throw new DeskmatchError("invalid_value", what, {});
  };
  if (!Array.isArray(tickets)) refuse("the tickets must be an array");
  if (!Array.isArray(agents)) refuse("the agents must be an array");
  if (typeof options !== "object" || options === null) refuse("the options must be an object");
  const { policy = { readyMade: "balanced" }, strategy = null, at, reasons = false } = options;
  if (typeof reasons !== "boolean") refuse("`reasons` must be true or false");
  if (strategy !== null && typeof strategy !== "string") refuse("`strategy` must be the name of a strategy");
  const readyMade = typeof policy === "object" && policy !== null && "readyMade" in policy ? policy.readyMade : null;
  const moment = millis(at);
  return (writer) => {
    writer.value({ at: moment, fixed: at !== undefined, strategy, reasons, ready_made: readyMade });
    if (readyMade === null) writePolicy(writer, policy as PolicySource);
    writer.value(tickets);
    writer.value(agents);
  };
}

/**
 * Assigns tickets to agents, all at once, without an engine. All tickets are settled together, in the order of their queues; offers,
 * length limits and pulling play no part.
 *
 * @returns an assignment for every ticket, in the order given.
 * @throws {@link DeskmatchError} `invalid_batch` with every fault of every ticket and agent: `tickets[3].size`.
 *
 * @example
 * ```ts
 * const [first] = assign([{ id: "T-1" }], [{ id: "ada" }], { strategy: "optimal", reasons: true });
 * console.log(first.agent, first.reason); // ada …
 * ```
 */
export function assign(tickets: readonly Ticket[], agents: readonly Agent[], options: AssignOptions = {}): Assignment[] {
  return workNow("assign", careful(() => written(tickets, agents, options)))[0] as Assignment[];
}

/** As {@link assign}, on another thread: for batches that take longer than an event loop may wait. */
export async function assignAsync(
  tickets: readonly Ticket[],
  agents: readonly Agent[],
  options: AssignOptions & WorkOptions = {},
): Promise<Assignment[]> {
  const answer = await workElsewhere("assign", careful(() => written(tickets, agents, options)), options);
  return answer[0] as Assignment[];
}
