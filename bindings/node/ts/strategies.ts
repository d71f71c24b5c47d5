/** Strategies written in JavaScript. */

import { DeskmatchError } from "./errors.js";
import { binding, thrown } from "./native.js";
import { Reader } from "./tape.js";
import type { AgentView, TicketView } from "./types.js";

/** A ticket of a batch with the agents that may have it, sorted by id. */
export interface BatchTicket {
  readonly ticket: TicketView;
  readonly candidates: readonly AgentView[];
}

/** Tickets to be planned together. */
export interface Batch {
  /** The tickets, in the order in which they go. */
  readonly tickets: readonly BatchTicket[];
  /** How many of them each agent has room for. */
  readonly room: Readonly<Record<string, number>>;
}

/** Chooses one of the candidates: gives back its index, its id, or the candidate itself. */
export type Choose = (ticket: TicketView, candidates: readonly AgentView[]) => number | string | AgentView;

/** Scores a pair of a ticket and a candidate; the highest score gets the ticket. */
export type Score = (ticket: TicketView, candidate: AgentView) => number;

/**
 * A strategy of your own: a function that chooses, or an object.
 *
 * It is asked only for tickets with at least one eligible agent, and sees eligible agents alone, sorted by id. Where the policy gives
 * the strategy `factors`, each has the `score` that `weighted` would compare. It must give the same
 * answer to the same question. What it throws refuses the whole command, changes nothing, and is the `cause` of an error of the code
 * `strategy_failed`. It must not call the engine that asks it. Replaying a log asks no strategy.
 */
export type Strategy =
  | Choose
  | {
      /** Grows when the same question would be answered otherwise; 1 by default. Decisions carry it. */
      readonly revision?: number | undefined;
      /** Chooses one of the candidates. */
      readonly choose: Choose;
      /** Pairs of a ticket's index and a candidate's index or id for a batch; by default, what `choose` picks ticket by ticket. */
      readonly plan?: ((batch: Batch) => Iterable<readonly [number, number | string]>) | undefined;
    }
  | {
      readonly revision?: number | undefined;
      /**
       * Scores candidates instead of choosing: the highest gets the ticket, of equal ones the one idle longest, then the first by id.
       */
      readonly score: Score;
    };

/** Strategies by the name that the policy uses. */
export type Strategies = Readonly<Record<string, Strategy>>;

interface Asked {
  choose(ticket: TicketView, candidates: readonly AgentView[]): unknown;
  plan: ((batch: Batch) => Iterable<readonly [number, number | string]>) | undefined;
}

const asked = new Map<number, Asked>();
let next = 0;

/** Lets strategies go that no engine can ask any more. */
const forgotten = new FinalizationRegistry<readonly number[]>((numbers) => {
  for (const number of numbers) asked.delete(number);
});

/** What an engine and its forks hold of their strategies. */
export interface Registered {
  readonly named: readonly { name: string; number: number; revision: number; plans: boolean }[];
}

function refuse(name: string, what: string): never {
  const path = `strategies.${name}`;
  throw new DeskmatchError("invalid_value", `\`${path}\`: ${what}`, { path, faults: [{ path, message: what }] });
}

function byScore(score: Score): Choose {
  return (ticket, candidates) => {
    let best = -1;
    let highest = -Infinity;
    candidates.forEach((candidate, index) => {
      const points = score(ticket, candidate);
      if (typeof points !== "number" || Number.isNaN(points)) {
        throw new TypeError(`the score of \`${candidate.id}\` is ${String(points)}; it must be a number`);
      }
      const known = candidates[best];
      if (known === undefined || points > highest || (points === highest && candidate.idle_since < known.idle_since)) {
        best = index;
        highest = points;
      }
    });
    return best;
  };
}

/** Gives strategies numbers by which the engine asks for them. */
export function registerStrategies(strategies: unknown): Registered {
  if (strategies === undefined) return { named: [] };
  if (typeof strategies !== "object" || strategies === null) {
    throw new DeskmatchError("invalid_value", "the strategies must be an object of functions by name", {});
  }
  const named = Object.entries(strategies).map(([name, strategy]: [string, unknown]) => {
    const object = typeof strategy === "function" ? { choose: strategy } : strategy;
    if (typeof object !== "object" || object === null) refuse(name, "a strategy is a function or an object");
    const { choose, score, plan, revision = 1 } = object as Record<string, unknown>;
    if (typeof choose !== "function" && typeof score !== "function") refuse(name, "a strategy needs `choose` or `score`");
    if (plan !== undefined && typeof plan !== "function") refuse(name, "`plan` must be a function");
    if (typeof revision !== "number" || !Number.isInteger(revision) || revision < 0 || revision > 0xffffffff) {
      refuse(name, "`revision` must be a whole number from 0 to 4294967295");
    }
    const number = next++;
    asked.set(number, {
      choose: typeof choose === "function" ? (choose.bind(object) as Choose) : byScore((score as Score).bind(object)),
      plan: plan === undefined ? undefined : (plan.bind(object) as Asked["plan"]),
    });
    return { name, number, revision, plans: plan !== undefined };
  });
  const registered = { named };
  if (named.length > 0) {
    forgotten.register(
      registered,
      named.map(({ number }) => number),
    );
  }
  return registered;
}

/** The index of what was chosen; throws if it is no candidate. */
function indexOf(chosen: unknown, candidates: readonly AgentView[]): number {
  const id = typeof chosen === "object" && chosen !== null ? (chosen as { id?: unknown }).id : chosen;
  const index = typeof id === "string" ? candidates.findIndex((candidate) => candidate.id === id) : id;
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= candidates.length) {
    throw new RangeError(`the strategy chose ${JSON.stringify(id) ?? String(id)}, which is none of the ${candidates.length} candidates`);
  }
  return index;
}

const questions = new Reader();

function answer(number: number, plan: boolean, question: Uint8Array): number[] {
  const strategy = asked.get(number);
  if (strategy === undefined) throw new Error("the strategy is not known on this thread");
  questions.begin(question as Buffer, 0, question.length);
  if (!plan) {
    const [ticket, candidates] = questions.value() as [TicketView, AgentView[]];
    return [indexOf(strategy.choose(ticket, candidates), candidates)];
  }
  const [tickets, room] = questions.value() as [[TicketView, AgentView[]][], Record<string, number>];
  const batch = { tickets: tickets.map(([ticket, candidates]) => ({ ticket, candidates })), room };
  const pairs: number[] = [];
  for (const [ticket, chosen] of strategy.plan!(batch)) {
    const entry = batch.tickets[ticket];
    if (entry === undefined) throw new RangeError(`the plan names ticket ${ticket} of ${tickets.length}`);
    pairs.push(ticket, indexOf(chosen, entry.candidates));
  }
  return pairs;
}

// What a strategy throws must not cross as an exception: it is kept here and becomes the cause of the engine's error.
binding.setHost((number, what, question) => {
  try {
    return answer(number, what === 1, question);
  } catch (error) {
    thrown.cause = error;
    return [-1];
  }
});
