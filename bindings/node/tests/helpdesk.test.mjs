// The example helpdesk: what it answers, and that it survives being ended at any moment.

import assert from "node:assert/strict";
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { Desk, application } from "../examples/helpdesk/server.mjs";

/** A server on a folder of its own; `ask` sends a request. */
async function serve(folder, clock) {
  const desk = new Desk(folder, () => clock.now);
  const server = application(desk).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: response.headers.get("content-type").includes("json") ? JSON.parse(text) : text };
  };
  return { desk, ask, stop: () => new Promise((resolve) => server.close(resolve)) };
}

test("the example fits on 150 lines", () => {
  const text = readFileSync(new URL("../examples/helpdesk/server.mjs", import.meta.url), "utf8");
  assert.ok(text.split("\n").length <= 150);
});

test("the helpdesk offers, assigns, explains, and says what is wrong", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "helpdesk-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const clock = { now: 1_767_258_000_000 };
  const { ask, stop } = await serve(folder, clock);
  assert.equal((await ask("POST", "/agents", { id: "ada", skills: { german: 80 } })).status, 200);
  const submitted = await ask("POST", "/tickets", { id: "T-1", skills: [{ skill: "german" }] });
  assert.deepEqual(submitted.body.events, ["submitted", "queued", "offered"]);
  assert.deepEqual((await ask("POST", "/tickets/T-1/accept", { agent: "ada" })).body.events, ["offer_accepted", "assigned"]);
  assert.match((await ask("GET", "/tickets/T-1/why")).body, /ada: chosen/);
  assert.equal((await ask("POST", "/tickets/T-1/claim", { agent: "ada" })).status, 409);
  assert.equal((await ask("GET", "/tickets/T-9/why")).status, 404);
  const wrong = await ask("POST", "/tickets", { id: "T-2", size: 1.5 });
  assert.deepEqual([wrong.status, wrong.body.faults[0].path], [422, "ticket.size"]);
  assert.equal((await ask("POST", "/tickets/T-1/explode")).status, 422);
  await stop();
});

test("it survives a restart by snapshot and log, and loses and doubles nothing", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "helpdesk-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const clock = { now: 1_767_258_000_000 };
  let { desk, ask, stop } = await serve(folder, clock);
  await ask("POST", "/agents", { id: "ada", capacity: { units: 30 } });
  for (let index = 0; index < 60; index++) {
    clock.now += 1_000;
    await ask("POST", "/tickets", { id: `T-${index}` });
    if (index % 2 === 0) await ask("POST", `/tickets/T-${index}/accept`, { agent: "ada" });
    if (index % 13 === 12) {
      // Ended without a word, and begun again from what lies in the folder.
      const [digest, rows] = [desk.engine.digest(), [...desk.table.rows]];
      await stop();
      ({ desk, ask, stop } = await serve(folder, clock));
      assert.equal(desk.engine.digest(), digest);
      assert.deepEqual([...desk.table.rows], rows);
    }
  }
  for (const [id, row] of desk.table.rows) {
    const ticket = desk.engine.ticket(id);
    assert.equal(ticket.agent, row.agent, id);
  }
  const log = readFileSync(join(folder, "events.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line).seq);
  assert.deepEqual(log, log.map((_, index) => index + 1));
  // A clock that went back while the desk was away.
  await stop();
  clock.now -= 3_600_000;
  ({ desk, ask, stop } = await serve(folder, clock));
  assert.equal((await ask("POST", "/tickets", { id: "late" })).status, 200);
  await stop();
  writeFileSync(join(folder, "snapshot.bin"), "damaged");
  assert.throws(() => new Desk(folder, () => clock.now), { code: "invalid_snapshot" });
});
