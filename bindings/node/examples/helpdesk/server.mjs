// A helpdesk with Express that embeds the engine, keeps a table of its own, and survives a restart.
//
//   node examples/helpdesk/server.mjs data        # then: curl -X POST localhost:3000/tickets -H 'content-type: application/json' \
//                                                 #         -d '{ "id": "T-1", "skills": [{ "skill": "german" }] }'
//
// Three files in a folder: `events.jsonl` is the log and the truth; `snapshot.bin` spares replaying all of it; `table.json` is the
// desk's own view of who has what, as it would stand in a database.

import express from "express";
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeskmatchError, Engine, fromJson, toJson } from "../../index.mjs";

const POLICY = {
  queues: { support: { offers: { timeout: "60s" }, wrap_up: "30s" } },
};
const EVENTS_PER_SNAPSHOT = 100;

/** What the desk itself keeps: who has which ticket, made of the events alone. */
class Table {
  rows = new Map();

  note(event) {
    switch (event.type) {
      case "submitted":
        return this.rows.set(event.ticket.id, { ticket: event.ticket.id, state: "open", agent: null, since: event.at });
      case "offered":
        return this.change(event, { state: "offered" });
      case "assigned":
        return this.change(event, { state: "assigned", agent: event.agent, why: event.decision.by });
      case "offer_expired":
      case "offer_declined":
      case "requeued":
        return this.change(event, { state: "open", agent: null });
      case "closed":
      case "cancelled":
        return this.change(event, { state: event.type });
      default:
    }
  }

  change(event, fields) {
    Object.assign(this.rows.get(event.ticket), fields, { since: event.at });
  }
}

/** The engine with its log, snapshot and table in a folder. */
export class Desk {
  constructor(folder, now = Date.now) {
    mkdirSync(folder, { recursive: true });
    this.now = now;
    this.paths = Object.fromEntries(["events.jsonl", "snapshot.bin", "table.json"].map((name) => [name, join(folder, name)]));
    const { "snapshot.bin": snapshot, "events.jsonl": log, "table.json": table } = this.paths;
    this.engine = existsSync(snapshot) ? Engine.restore(readFileSync(snapshot)) : new Engine(POLICY);
    this.table = new Table();
    if (existsSync(table)) this.table.rows = new Map(JSON.parse(readFileSync(table, "utf8")));
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : [];
    // The table and the snapshot were written together; what came after them is in the log.
    for (const event of lines.map(fromJson).filter((event) => event.seq > this.engine.seq())) {
      this.engine.apply(event);
      this.table.note(event);
    }
    this.wake();
  }

  /** Decides, writes down what is to happen, and only then lets it happen. */
  execute(command) {
    const at = Math.max(this.now(), this.engine.now() ?? 0);
    const outcome = this.engine.decide(command, { at });
    appendFileSync(this.paths["events.jsonl"], outcome.events.map((event) => `${toJson(event)}\n`).join(""));
    for (const event of outcome.events) {
      if (!outcome.repeated) this.engine.apply(event);
      this.table.note(event);
      if (event.seq % EVENTS_PER_SNAPSHOT === 0) this.due = true;
    }
    if (this.due) this.save();
    this.wake();
    return outcome;
  }

  /** Writes snapshot and table, each as a whole or not at all. */
  save() {
    const write = (name, content) => {
      writeFileSync(`${this.paths[name]}.new`, content);
      renameSync(`${this.paths[name]}.new`, this.paths[name]);
    };
    write("table.json", JSON.stringify([...this.table.rows]));
    write("snapshot.bin", this.engine.snapshot());
    this.due = false;
  }

  /** Sleeps until the engine has something to do: an offer that runs out, a wrap-up that ends. */
  wake() {
    clearTimeout(this.timer);
    const due = this.engine.nextDue();
    if (due !== null) this.timer = setTimeout(() => this.execute({ type: "tick" }), Math.min(Math.max(due - this.now(), 0), 2 ** 31 - 1)).unref();
  }
}

/** The desk's pages. */
export function application(desk) {
  const app = express().use(express.json());
  const answer = (response, { events, refusal }) => response.status(refusal === null ? 200 : 409).json({ events: events.map((event) => event.type), refusal });
  const execute = (make) => (request, response) => answer(response, desk.execute(make(request)));
  app.post("/agents", execute(({ body }) => ({ type: "add_agent", agent: body })));
  app.post("/tickets", execute(({ body }) => ({ type: "submit", ticket: body })));
  app.post("/tickets/:ticket/:what", execute(({ params, body }) => ({ ...body, type: params.what, ticket: params.ticket })));
  app.put("/agents/:agent/presence", execute(({ params, body }) => ({ ...body, type: "set_presence", agent: params.agent })));
  app.get("/tickets", (_, response) => response.json([...desk.table.rows.values()]));
  app.get("/tickets/:ticket/why", (request, response) => response.type("text").send(desk.engine.explain(request.params.ticket).text));
  app.use((error, _request, response, _next) => {
    if (!(error instanceof DeskmatchError)) return response.status(400).json({ message: error.message });
    const status = error.code.startsWith("unknown_") ? 404 : 422;
    return response.status(status).json({ code: error.code, message: error.message, faults: error.faults });
  });
  return app;
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder = "data", port = "3000"] = process.argv;
  application(new Desk(folder)).listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/tickets`));
}
