// Intended uses, and uses that must not compile. Nothing here is run; `tsc --strict` is the test.

import {
  DeskmatchError, Engine, assign, assignAsync, linearSumAssignment, replay, simulate, solveAssignment, solveSizedAssignment, type Choose, type Event, type EventOf, type Policy, type Ticket,
} from "../../index.mjs";

const policy: Policy = {
  seed: 7n,
  queues: { chat: { offers: { timeout: "30s" }, strategy: { kind: "longest_idle" } } },
};
const engine = new Engine(policy);
new Engine('{ "seed": 7 }');
new Engine(new URL("file:///policy.json"));

const ticket: Ticket = { id: "T-1", skills: [{ skill: "german", level: 50 }], attributes: { plan: "gold", seats: 3 } };
engine.addAgent({ agent: { id: "ada", skills: { german: 80 } }, at: new Date() });
const { events, refusal } = engine.submit({ ticket, at: 1_767_258_000_000, request_id: "r-1" });

/** Every event narrows by its type. */
function told(event: Event): string {
  switch (event.type) {
    case "assigned":
      return `${event.ticket} ${event.agent} ${event.decision.strategy} ${event.decision.tally?.eligible ?? 0}`;
    case "offered":
      return `${event.agent} until ${event.until}`;
    case "relaxed":
      return `${event.step + 1}`;
    default:
      return event.type;
  }
}
events.map(told);
const assigned: EventOf<"assigned">[] = events.filter((event) => event.type === "assigned");
assigned[0]?.decision.by satisfies "strategy" | string | undefined;

if (refusal?.type === "not_eligible") refusal.denial.rule satisfies string;
for (const answer of engine.executeMany([{ type: "tick" }, { type: "resolve", ticket: "T-1" }])) {
  if (answer.ok) answer.events.map(told);
  else answer.error.code satisfies string;
}
engine.ticket("T-1")?.state satisfies "waiting" | string | undefined;
engine.nextDue() satisfies number | null;
try {
  engine.tick();
} catch (error) {
  if (error instanceof DeskmatchError && error.code === "time_went_back") error.faults.map((fault) => fault.path);
}

const choose: Choose = (ticket, candidates) => candidates.find((agent) => agent.id !== ticket.requester)?.id ?? 0;
new Engine(policy, { strategies: { choose, score: { score: (_, agent) => agent.units_free, revision: 2 } } });
assign([ticket], [{ id: "ada" }], { strategy: "optimal", policy: { readyMade: "balanced" } })[0]?.agent satisfies string | null | undefined;
assignAsync([ticket], [], { signal: new AbortController().signal, onProgress: (done, total) => done / total });
linearSumAssignment(new Int32Array(4), { rows: 2, columns: 2, maximize: true }).columnIndices satisfies Int32Array;
solveAssignment({ columns: 2, rows: [[[0, 5], [1, 7n]]], capacities: [1, 1], cover: "most_rows" }).columns[0] satisfies number | null | undefined;
solveSizedAssignment({ costs: [[[0, 5, 2]]], capacities: new Uint32Array(1), unmatched: 9n }).gap satisfies number | bigint;
solveSizedAssignment({ costs: new Float64Array(4), sizes: [1, 2], capacities: [2, 2], steps: 1_000 }).proved satisfies boolean;
replay({ path: "log.csv" }, { policies: { balanced: null, mine: policy }, seed: 7n });
simulate([{ id: "T-1", created: new Date(), handle_time: "20m", attributes: { plan: "gold" } }], {
  agents: [{ id: "ada", skills: { german: 80 }, capacity: { units: 2, channels: { chat: { max: 1 } } } }],
});

// @ts-expect-error a custom strategy cannot be named without a policy
assign([], [], { strategy: "custom" });
// @ts-expect-error bytes are no costs
linearSumAssignment(new Uint8Array(4), { rows: 2, columns: 2 });
// @ts-expect-error a matrix has a shape
linearSumAssignment(new Float64Array(4), { rows: 2 });
// @ts-expect-error columns have capacities
solveSizedAssignment({ costs: new Float64Array(4), sizes: [1, 2] });
// @ts-expect-error there is no such cover
solveAssignment({ columns: 1, rows: [], cover: "some" });
// @ts-expect-error a strategy that scores gives numbers
new Engine(policy, { strategies: { mine: { score: () => "much" } } });
// @ts-expect-error a log is a text or a path
replay("log.csv");
// @ts-expect-error a simulation reads no file
simulate([], { mapping: "jira" });
// @ts-expect-error a ticket has an id
engine.submit({ ticket: {} });
// @ts-expect-error there is no such field
engine.submit({ ticket: { id: "T-1", subject: "help" } });
// @ts-expect-error a level is a number
engine.submit({ ticket: { id: "T-1", skills: [{ skill: "german", level: "50" }] } });
// @ts-expect-error there is no such presence
engine.setPresence({ agent: "ada", presence: "asleep" });
// @ts-expect-error there is no such command
engine.execute({ type: "submitt", ticket });
// @ts-expect-error a moment is a number or a Date
engine.tick({ at: "now" });
// @ts-expect-error an accepted offer has an agent
engine.accept({ ticket: "T-1" });
// @ts-expect-error there is no such strategy
new Engine({ queues: { a: { strategy: { kind: "fastest" } } } });
// @ts-expect-error the offer timeout is needed
new Engine({ queues: { a: { offers: {} } } });
// @ts-expect-error no event has this type
events[0] satisfies EventOf<"assignedd">;
// @ts-expect-error a queued event has no agent
(events[0] as EventOf<"queued">).agent;
// @ts-expect-error there is no such code
(new Error() as DeskmatchError).code === "unknown_tickets";
