// Every golden case, played through the Node API. `tests/README.md` of the repository describes the files.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { DeskmatchError, Engine, fromJson, lintPolicy, toJson } from "../index.mjs";
import { repository } from "./support/paths.mjs";

const folder = join(repository, "tests", "cases");
const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span in milliseconds, undefined if the value is none. */
function span(value) {
  if (typeof value === "number") return value;
  const parts = /^(\d+)(ms|s|m|h|d)$/.exec(value);
  return parts === null ? undefined : Number(parts[1]) * UNITS[parts[2]];
}

/** The first place at which a value is not what was expected. */
function mismatch(expected, found, start, path = "") {
  const differs = () => `${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found, bigints)}`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) return differs();
    return expected.map((item, index) => mismatch(item, found[index], start, `${path}[${index}]`)).find(Boolean);
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof found !== "object" || found === null || Array.isArray(found)) return differs();
    return Object.entries(expected).map(([key, value]) => mismatch(value, found[key] ?? null, start, `${path}.${key}`)).find(Boolean);
  }
  if (typeof expected === "string" && (typeof found === "number" || typeof found === "bigint")) {
    const meant = span(expected);
    return meant !== undefined && BigInt(start) + BigInt(meant) === BigInt(found) ? undefined : differs();
  }
  return expected === found ? undefined : differs();
}

const bigints = (_, value) => (typeof value === "bigint" ? `${value}n` : value);

/** FNV-1a of 64 bits over the text as UTF-8. */
function fnv(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

class Player {
  constructor(document) {
    this.document = document;
    this.engine = new Engine(document.policy ?? {});
    this.start = document.start ?? 0;
    this.now = this.start;
    this.log = [];
    this.transcript = "";
  }

  expect(what, expected, found) {
    const fault = mismatch(expected, found ?? null, this.start);
    assert.ok(fault === undefined, `${this.place}, ${what}${fault}`);
  }

  execute(command) {
    try {
      const outcome = this.engine.execute(command, { at: this.now });
      if (!outcome.repeated) this.log.push(...outcome.events);
      for (const event of outcome.events) this.transcript += `${toJson(event)}\n`;
      return outcome;
    } catch (error) {
      assert.ok(error instanceof DeskmatchError, String(error));
      this.transcript += `${error.code}: ${error.message}\n`;
      return error;
    } finally {
      this.transcript += `${this.engine.digest()}\n`;
    }
  }

  play() {
    const { document } = this;
    this.place = "agents";
    for (const agent of document.agents ?? []) {
      assert.ok(!(this.execute({ type: "add_agent", agent }) instanceof Error));
    }
    if (document.lint !== undefined) {
      const warnings = lintPolicy(document.policy ?? {}, document.agents ?? []);
      for (const expected of document.lint) {
        assert.ok(warnings.some((warning) => mismatch(expected, warning, this.start) === undefined), JSON.stringify(expected));
      }
    }
    document.steps.forEach((step, index) => this.step(step, index));
    this.finish();
  }

  step(step, index) {
    // As bigints: one case goes beyond what numbers tell apart.
    if (step.at !== undefined) this.now = BigInt(this.start) + BigInt(span(step.at));
    const command = step.do ?? { type: "tick" };
    this.place = `step ${index + 1}, ${command.type}`;
    const before = this.engine.digest();
    const decided = this.decide(command);
    assert.equal(this.engine.digest(), before, `${this.place}: deciding changes nothing`);
    const answer = this.execute(command);
    assert.deepEqual(decided, this.comparable(answer), `${this.place}: what is decided is what is done`);
    const unchanged = this.engine.digest() === before;
    if (answer instanceof Error) {
      assert.equal(answer.code, step.error, `${this.place}: ${answer.message}`);
      assert.ok(unchanged, `${this.place}: an error changes nothing`);
    } else {
      this.outcome(step, answer);
    }
    if (step.digest_unchanged !== undefined) assert.equal(unchanged, step.digest_unchanged, this.place);
    this.state(step);
    this.workIsConserved();
  }

  decide(command) {
    try {
      return this.comparable(this.engine.decide(command, { at: this.now }));
    } catch (error) {
      return this.comparable(error);
    }
  }

  comparable(answer) {
    return answer instanceof Error ? { code: answer.code, message: answer.message, faults: answer.faults } : answer;
  }

  outcome(step, outcome) {
    assert.equal(step.error, undefined, `${this.place}: expected an error`);
    this.expect("refusal", step.refusal ?? null, outcome.refusal);
    if (step.repeated !== undefined) assert.equal(outcome.repeated, step.repeated);
    if (step.events === undefined) return;
    const named = outcome.events.filter((event) => step.only === undefined || step.only.includes(event.type));
    this.expect("events", step.events, named);
  }

  state(step) {
    const { engine } = this;
    const each = (field, check) => Object.entries(step[field] ?? {}).forEach(([key, value]) => check(key, value));
    each("holds", (agent, tickets) => this.expect(`holds ${agent}`, tickets, engine.agent(agent)?.tickets));
    each("waiting", (queue, tickets) => this.expect(`waiting ${queue}`, tickets, engine.queue(queue)?.tickets));
    each("states", (ticket, state) => this.expect(`states ${ticket}`, state, engine.ticket(ticket)?.state));
    each("offers", (ticket, agents) => {
      const found = engine.ticket(ticket)?.offers.map((offer) => offer.agent);
      this.expect(`offers ${ticket}`, [...agents].sort(), found?.sort());
    });
    each("denied", (ticket, agents) => {
      const rules = engine.explain(ticket).agents.map((agent) => [agent.agent, agent.denial?.rule ?? null]);
      this.expect(`denied ${ticket}`, agents, Object.fromEntries(rules));
    });
    each("tickets", (ticket, fields) => this.expect(`tickets ${ticket}`, fields, engine.ticket(ticket)));
    each("agents", (agent, fields) => this.expect(`agents ${agent}`, fields, engine.agent(agent)));
    each("timeline", (ticket, moments) => this.expect(`timeline ${ticket}`, moments, engine.timeline(ticket)));
    if (step.next_due !== undefined) this.expect("next_due", step.next_due, engine.nextDue());
    if (step.view !== undefined) this.expect("view", step.view, engine.view());
    if (step.explain !== undefined) {
      const { ticket, text_contains = [], data = {} } = step.explain;
      const explanation = engine.explain(ticket);
      for (const part of text_contains) assert.ok(explanation.text.includes(part), `${this.place}: ${explanation.text}`);
      this.expect(`explain ${ticket}`, data, explanation);
    }
  }

  workIsConserved() {
    const { queues = {} } = this.engine.policy();
    for (const ticket of this.engine.tickets()) {
      const queue = queues[ticket.queue];
      if (ticket.state !== "waiting" || queue?.dispatch === "pull" || queue?.batch_window !== undefined) continue;
      assert.deepEqual(this.engine.candidates(ticket.id), [], `${this.place}: ${ticket.id} waits although an agent may take it`);
    }
  }

  finish() {
    const digest = this.engine.digest();
    const fresh = new Engine(this.document.policy ?? {});
    this.log.forEach((event) => fresh.apply(fromJson(toJson(event))));
    assert.equal(fresh.digest(), digest, "the log replays");
    const restored = Engine.restore(this.engine.snapshot());
    assert.equal(restored.digest(), digest, "a snapshot restores");
    assert.equal(restored.nextDue(), this.engine.nextDue());
    const tickets = this.engine.tickets().map((ticket) => ticket.id);
    // By bytes, as Rust sorts.
    tickets.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const ticket of tickets) this.transcript += `${this.engine.explain(ticket).text}\n`;
  }
}

const transcripts = new Map(
  readFileSync(join(repository, "tests", "tests", "transcripts.txt"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => [line.split(" ")[0], line]),
);

test("there are cases, and a transcript of each", () => {
  assert.ok(names.length >= 100, `${names.length}`);
  assert.deepEqual([...transcripts.keys()], names);
});

for (const name of names) {
  test(name, () => {
    const player = new Player(fromJson(readFileSync(join(folder, name), "utf8")));
    player.play();
    assert.equal(`${name} ${fnv(player.transcript)} ${player.engine.digest()}`, transcripts.get(name));
  });
}
