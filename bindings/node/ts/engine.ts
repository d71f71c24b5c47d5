/** The engine as a live handle. */

import { Answers } from "./answers.js";
import { DeskmatchError, careful } from "./errors.js";
import { call, makeError, operation, readBytes, readValue } from "./native.js";
import { type PolicySource, writePolicy } from "./policy.js";
import { type Strategies, registerStrategies } from "./strategies.js";
import type { Reader, Writer } from "./tape.js";
import { type Moment, millis, momentOf } from "./time.js";
import type {
  AgentView,
  Command,
  Event,
  ExplanationWithText,
  Policy,
  PolicyPreview,
  QueueView,
  Refusal,
  Request,
  TicketView,
  View,
  Moment as TimelineMoment,
} from "./types.js";

/** What a command came to. */
export interface Outcome {
  /** What happened, in order. What the passing of time brought due comes first. */
  readonly events: Event[];
  /** Why nothing came of the command, if so. That is not an error. */
  readonly refusal: Refusal | null;
  /** Whether this is the answer to an earlier command with the same request id; nothing was done this time. */
  readonly repeated: boolean;
}

/** When something is done. */
export interface AtOption {
  /** The moment: milliseconds since 1970 UTC, or a Date; now if not given. Must not be before that of an earlier command. */
  at?: Moment | undefined;
}

/** The fields of a command, with when it is done and, optionally, a request id. */
export type CommandOptions<Type extends Command["type"]> = Omit<Extract<Command, { type: Type }>, "type"> &
  AtOption & {
    /** The same id again returns the first answer and does nothing; with another command it is an error. */
    request_id?: string | null | undefined;
  };

/** How an engine is made. */
export interface EngineOptions {
  /** Strategies of your own, by the name that the policy uses: `{ "kind": "custom", "name": … }`. */
  strategies?: Strategies | undefined;
}

const OPERATION = {
  execute: operation("execute"),
  executeMany: operation("execute_many"),
  decide: operation("decide"),
  apply: operation("apply"),
  create: operation("create"),
  restore: operation("restore"),
  close: operation("close"),
  fork: operation("fork"),
  snapshot: operation("snapshot"),
  nextDue: operation("next_due"),
  now: operation("now"),
  seq: operation("seq"),
  policy: operation("policy"),
  policyHash: operation("policy_hash"),
  ticket: operation("ticket"),
  agent: operation("agent"),
  queue: operation("queue"),
  tickets: operation("tickets"),
  agents: operation("agents"),
  queues: operation("queues"),
  view: operation("view"),
  candidates: operation("candidates"),
  suggest: operation("suggest"),
  explain: operation("explain"),
  explainEvent: operation("explain_event"),
  timeline: operation("timeline"),
  digest: operation("digest"),
  previewPolicy: operation("preview_policy"),
} as const;

/** No engine: for operations that need none. */
const NO_ENGINE = 0xffffffff;

/** What an engine holds: its number, and the strategies it may ask. */
class Held {
  constructor(
    readonly handle: number,
    readonly strategies: object,
  ) {}
}

/** Closes engines that nobody holds any more. */
const forgotten = new FinalizationRegistry<number>((handle) => {
  call(OPERATION.close, handle, 0, undefined, readValue);
});

/** Refuses what is no object where one is expected, before anything crosses. */
function checkObject(value: unknown, what: string): asserts value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DeskmatchError("invalid_value", `${what} must be an object`, {});
  }
}

function make(number: number, options: EngineOptions, write: (writer: Writer) => void): Held {
  checkObject(options, "the options of an engine");
  const strategies = careful(() => registerStrategies(options.strategies));
  const handle = call(
    number,
    NO_ENGINE,
    0,
    (writer) => {
      writer.value({ strategies: strategies.named });
      write(writer);
    },
    readValue,
  );
  return new Held(handle as number, strategies);
}

/**
 * The engine: it knows tickets, agents and a policy, and turns commands into events.
 *
 * It is deterministic: the same commands at the same times give the same events everywhere. After every command, no ticket waits
 * that some agent may take. A command that is refused changes nothing. Engines share nothing.
 *
 * @example
 * ```ts
 * const engine = new Engine();
 * engine.addAgent({ agent: { id: "ada", skills: { german: 80 }, capacity: { units: 3 } } });
 * const { events } = engine.submit({ ticket: { id: "T-1", skills: [{ skill: "german", level: 50 }] } });
 * for (const event of events) {
 *   if (event.type === "assigned") console.log(event.ticket, event.agent); // T-1 ada
 * }
 * ```
 */
export class Engine {
  readonly #held: Held;

  /**
   * An engine with a policy and nothing else; with the default policy if none is given.
   *
   * @throws {@link DeskmatchError} `invalid_policy` with every fault; `unknown_strategy` if the policy names one that is not given.
   */
  constructor(policy: PolicySource = {}, options: EngineOptions = {}) {
    const made: unknown = policy;
    this.#held = made instanceof Held ? made : make(OPERATION.create, options, (writer) => writePolicy(writer, policy));
    forgotten.register(this, this.#held.handle, this);
  }

  /**
   * The engine that wrote a snapshot. The policy is that of the snapshot.
   *
   * @throws {@link DeskmatchError} `invalid_snapshot` if the bytes are damaged, `snapshot_version` if a later version wrote them,
   * `unknown_strategy` if its policy needs a strategy that is not given.
   */
  static restore(snapshot: Uint8Array, options: EngineOptions = {}): Engine {
    if (!(snapshot instanceof Uint8Array)) {
      throw new DeskmatchError("invalid_value", "a snapshot is a Uint8Array", {});
    }
    return new Engine(make(OPERATION.restore, options, (writer) => writer.raw(snapshot)) as unknown as PolicySource);
  }

  /**
   * Lets the memory of the engine go at once, instead of some time after nobody holds it any more. Every later call is an error of
   * the code `closed`. Closing twice does nothing.
   */
  close(): void {
    forgotten.unregister(this);
    call(OPERATION.close, this.#handle(), 0, undefined, readValue);
    closed.add(this);
  }

  #handle(): number {
    return closed.has(this) ? NO_ENGINE : this.#held.handle;
  }

  #ask<T>(number: number): T {
    return call(number, this.#handle(), 0, undefined, readValue) as T;
  }

  #askAbout<T>(number: number, subject: unknown, at = 0): T {
    return call(number, this.#handle(), at, (writer) => writer.value(subject), readValue) as T;
  }

  #command(type: Command["type"], options: (AtOption & object) | undefined): Outcome {
    const fields = options ?? {};
    checkObject(fields, "the options of a command");
    const at = momentOf(fields as AtOption);
    const write = (writer: Writer) => writer.object(fields, type, "at", "type");
    return call(OPERATION.execute, this.#handle(), at, write, readValue) as Outcome;
  }

  /**
   * Does what time has brought due, then the command, then assigns whatever can be assigned.
   *
   * @throws {@link DeskmatchError} of the kind that fits. An error changes nothing: the digest stays the same.
   */
  execute(command: Request, options: AtOption = {}): Outcome {
    checkObject(command, "a command");
    checkObject(options, "the options");
    const write = (writer: Writer) => writer.object(command, undefined);
    return call(OPERATION.execute, this.#handle(), momentOf(options), write, readValue) as Outcome;
  }

  /**
   * Executes many commands in one crossing, in order. Each has an answer of its own: a command that is refused with an error changes
   * nothing and does not keep the others from being done.
   *
   * `at` is one moment for all, or a list with one for each. What is not a value at all refuses the whole batch, and nothing is done.
   *
   * @returns an answer a command, in order; its events are read when they are first looked at.
   */
  executeMany(commands: readonly Request[], options: { at?: Moment | readonly Moment[] | undefined } = {}): Answer[] {
    if (!careful(() => Array.isArray(commands))) throw new DeskmatchError("invalid_value", "the commands must be an array", {});
    checkObject(options, "the options");
    const { at, moments } = careful(() => {
      const { at } = options;
      return Array.isArray(at) ? { at: 0, moments: [...(at as Moment[])] } : { at: millis(at), moments: undefined };
    });
    if (moments !== undefined && moments.length !== commands.length) {
      throw new DeskmatchError("length_mismatch", "there must be as many moments as commands", {});
    }
    const write = (writer: Writer) => {
      for (let index = 0; index < commands.length; index++) {
        writer.value(moments === undefined ? null : millis(moments[index]));
        writer.item(commands[index], index);
      }
    };
    return call(OPERATION.executeMany, this.#handle(), at, write, readAnswers, true);
  }

  /** What a command would lead to, without doing it: store its events, then {@link apply} them. */
  decide(command: Request, options: AtOption = {}): Outcome {
    checkObject(command, "a command");
    checkObject(options, "the options");
    return this.#askAbout(OPERATION.decide, command, momentOf(options));
  }

  /**
   * Applies one event of a log. Never asks a strategy, so a log replays anywhere, whatever wrote it.
   *
   * @throws {@link DeskmatchError} `invalid_event` if it does not follow from the state; nothing has changed then.
   */
  apply(event: Event): void {
    this.#askAbout(OPERATION.apply, event);
  }

  /** Replaces the policy. Refused, with every fault, if it is not valid or no longer knows something in use. */
  setPolicy(options: CommandOptions<"set_policy">): Outcome {
    return this.#command("set_policy", options);
  }

  /** Adds an agent. */
  addAgent(options: CommandOptions<"add_agent">): Outcome {
    return this.#command("add_agent", options);
  }

  /** Changes an agent. */
  updateAgent(options: CommandOptions<"update_agent">): Outcome {
    return this.#command("update_agent", options);
  }

  /** Removes an agent. What it holds waits again; what it wraps up is closed. */
  removeAgent(options: CommandOptions<"remove_agent">): Outcome {
    return this.#command("remove_agent", options);
  }

  /** Says whether an agent is there, altogether or on one channel. */
  setPresence(options: CommandOptions<"set_presence">): Outcome {
    return this.#command("set_presence", options);
  }

  /** Submits a ticket. */
  submit(options: CommandOptions<"submit">): Outcome {
    return this.#command("submit", options);
  }

  /** Changes an open ticket. Its strict class is decided anew; its queue is not. */
  updateTicket(options: CommandOptions<"update_ticket">): Outcome {
    return this.#command("update_ticket", options);
  }

  /** Cancels an open ticket. */
  cancel(options: CommandOptions<"cancel">): Outcome {
    return this.#command("cancel", options);
  }

  /** Accepts an offer. */
  accept(options: CommandOptions<"accept">): Outcome {
    return this.#command("accept", options);
  }

  /** Declines an offer, or hands back a ticket that was assigned. */
  decline(options: CommandOptions<"decline">): Outcome {
    return this.#command("decline", options);
  }

  /** An agent asks for its next ticket, of a queue or of any: the first by order that it may have. */
  pull(options: CommandOptions<"pull">): Outcome {
    return this.#command("pull", options);
  }

  /** An agent takes this ticket, if it may. */
  claim(options: CommandOptions<"claim">): Outcome {
    return this.#command("claim", options);
  }

  /** Somebody gives this ticket to this agent; with `force`, whatever the rules say. */
  assign(options: CommandOptions<"assign">): Outcome {
    return this.#command("assign", options);
  }

  /** Moves a ticket to a queue, where it waits. */
  transferToQueue(options: CommandOptions<"transfer_to_queue">): Outcome {
    return this.#command("transfer_to_queue", options);
  }

  /** Moves a ticket from the agent that holds it to another, if that one may have it. */
  transferToAgent(options: CommandOptions<"transfer_to_agent">): Outcome {
    return this.#command("transfer_to_agent", options);
  }

  /** Notes that the agent has responded to the requester for the first time. */
  respond(options: CommandOptions<"respond">): Outcome {
    return this.#command("respond", options);
  }

  /** The ticket waits on its requester. */
  pause(options: CommandOptions<"pause">): Outcome {
    return this.#command("pause", options);
  }

  /** The requester has answered. */
  resume(options: CommandOptions<"resume">): Outcome {
    return this.#command("resume", options);
  }

  /** The ticket is done; wrap-up begins if the queue has one. */
  resolve(options: CommandOptions<"resolve">): Outcome {
    return this.#command("resolve", options);
  }

  /** The agent has finished wrapping up. */
  finishWrapUp(options: CommandOptions<"finish_wrap_up">): Outcome {
    return this.#command("finish_wrap_up", options);
  }

  /** Opens a closed ticket again. It waits anew: its age, steps and targets count from now. */
  reopen(options: CommandOptions<"reopen">): Outcome {
    return this.#command("reopen", options);
  }

  /** Takes a ticket from its agent; it waits again, with its old age. */
  requeue(options: CommandOptions<"requeue">): Outcome {
    return this.#command("requeue", options);
  }

  /** Settles what waits by one optimal plan now, whatever the batch windows. */
  plan(options?: CommandOptions<"plan">): Outcome {
    return this.#command("plan", options);
  }

  /** Does what time has brought due. Every other command does so first. */
  tick(options?: CommandOptions<"tick">): Outcome {
    return this.#command("tick", options);
  }

  /** The moment at which a `tick` would do something, in milliseconds; null if there is none. Never in the past of the last command. */
  nextDue(): number | null {
    return this.#ask(OPERATION.nextDue);
  }

  /** The last moment seen, in milliseconds; null before the first command. */
  now(): number | null {
    return this.#ask(OPERATION.now);
  }

  /** The number of the last event; 0 before the first. */
  seq(): number {
    return this.#ask(OPERATION.seq);
  }

  /** The policy in force. */
  policy(): Policy {
    return this.#ask(OPERATION.policy);
  }

  /** The hash of the policy in force, which decisions carry. */
  policyHash(): string {
    return this.#ask(OPERATION.policyHash);
  }

  /** A ticket as it is now, null if it is not known, or no longer. */
  ticket(id: string): TicketView | null {
    return this.#askAbout(OPERATION.ticket, id);
  }

  /** An agent as it is now, null if it is not known. */
  agent(id: string): AgentView | null {
    return this.#askAbout(OPERATION.agent, id);
  }

  /** A queue as it is now, null if the policy has none of this name. */
  queue(id: string): QueueView | null {
    return this.#askAbout(OPERATION.queue, id);
  }

  /** Every ticket known, in no order that means anything. */
  tickets(): TicketView[] {
    return this.#ask(OPERATION.tickets);
  }

  /** Every agent, in no order that means anything. */
  agents(): AgentView[] {
    return this.#ask(OPERATION.agents);
  }

  /** Every queue of the policy, by name. */
  queues(): QueueView[] {
    return this.#ask(OPERATION.queues);
  }

  /** The engine in figures: agents, and tickets in each state. */
  view(): View {
    return this.#ask(OPERATION.view);
  }

  /** The agents that could have a waiting ticket now, sorted by id, for a host that chooses itself and then claims. */
  candidates(ticket: string): AgentView[] {
    return this.#askAbout(OPERATION.candidates, ticket);
  }

  /**
   * The agent that the strategy of a waiting ticket's queue would choose for it now; `null` if nobody may have it. For desks that show a
   * suggestion and let a person decide, on queues whose tickets agents pull.
   */
  suggest(ticket: string): AgentView | null {
    return this.#askAbout(OPERATION.suggest, ticket);
  }

  /** Why a ticket went where it did, or why it waits, as things are now. Its `text` is for people. */
  explain(ticket: string): ExplanationWithText {
    return this.#askAbout(OPERATION.explain, ticket);
  }

  /**
   * Why an assignment or an offer of the past was made, from the log after this engine's state: this engine is the one before the
   * log, a new one or one restored from a snapshot.
   */
  explainEvent(log: readonly Event[], seq: number): ExplanationWithText {
    const write = (writer: Writer) => {
      writer.value(seq);
      writer.value(log);
    };
    return call(OPERATION.explainEvent, this.#handle(), 0, write, readValue) as ExplanationWithText;
  }

  /** What is to come for a ticket if nothing else happens, in order. */
  timeline(ticket: string): TimelineMoment[] {
    return this.#askAbout(OPERATION.timeline, ticket);
  }

  /** A digest of everything the engine knows. Equal states have equal digests, on every platform and in every language. */
  digest(): string {
    return this.#ask(OPERATION.digest);
  }

  /** An independent copy, to try things on. */
  fork(): Engine {
    const handle = call(OPERATION.fork, this.#handle(), 0, undefined, readValue) as number;
    return new Engine(new Held(handle, this.#held.strategies) as unknown as PolicySource);
  }

  /** The whole state as bytes. */
  snapshot(): Uint8Array {
    return call(OPERATION.snapshot, this.#handle(), 0, undefined, readBytes);
  }

  /** What a policy would change for the tickets that wait now. It is tried on a copy. */
  previewPolicy(policy: PolicySource, options: AtOption = {}): PolicyPreview {
    checkObject(options, "the options");
    const write = (writer: Writer) => writePolicy(writer, policy);
    return call(OPERATION.previewPolicy, this.#handle(), momentOf(options), write, readValue) as PolicyPreview;
  }
}

/** Engines that were closed: their numbers may be another engine's by now. */
const closed = new WeakSet<Engine>();

/** What one command of a batch came to: an outcome, or the error that refused it. */
export type Answer =
  | (Outcome & { readonly ok: true; readonly error: null })
  | { readonly ok: false; readonly error: DeskmatchError };

/** An answer of a batch that is read when it is looked at. */
class LateAnswer {
  #answers: Answers | undefined;
  #begin: number;
  #read: Outcome | DeskmatchError | undefined;
  readonly ok: boolean;

  constructor(answers: Answers, begin: number) {
    this.#answers = answers;
    this.#begin = begin;
    this.ok = !answers.isFailure(begin);
  }

  #value(): Outcome | DeskmatchError {
    if (this.#answers !== undefined) {
      const value = this.#answers.read(this.#begin);
      this.#read = this.ok ? (value as Outcome) : makeError(value);
      this.#answers = undefined;
    }
    return this.#read!;
  }

  get error(): DeskmatchError | null {
    return this.ok ? null : (this.#value() as DeskmatchError);
  }

  get events(): Event[] | undefined {
    return this.ok ? (this.#value() as Outcome).events : undefined;
  }

  get refusal(): Refusal | null | undefined {
    return this.ok ? (this.#value() as Outcome).refusal : undefined;
  }

  get repeated(): boolean | undefined {
    return this.ok ? (this.#value() as Outcome).repeated : undefined;
  }
}

/** Cuts the answers of a batch apart, without reading them. */
function readAnswers(_: Reader, output: Buffer, end: number): Answer[] {
  const answers = new Answers(output, end);
  return answers.begins.map((begin) => new LateAnswer(answers, begin) as Answer);
}

// `using engine = new Engine()` closes it, where the language has that.
const dispose = (Symbol as { dispose?: symbol }).dispose;
if (dispose !== undefined) {
  Object.defineProperty(Engine.prototype, dispose, { value: Engine.prototype.close, configurable: true, writable: true });
}
