// How much the border adds: one `submit` with its decision, and a batch of 10,000 commands, at 1,000 agents.
//
// The engine's own time is that of the same commands inside Rust; `node bench/bench_submit.mjs` prints both and the difference.

import { createRequire } from "node:module";
import { Engine } from "../index.mjs";
import { fastest } from "./timing.mjs";

const { call, operation, readValue } = createRequire(import.meta.url)("../dist/native.js");
const AGENTS = 1_000;
const COMMANDS = 10_000;

const agents = Array.from({ length: AGENTS }, (_, index) => ({
  type: "add_agent",
  agent: { id: `agent-${index}`, skills: { german: 1 + (index % 100) }, capacity: { units: 100 } },
}));
const submit = (index) => ({ type: "submit", ticket: { id: `T-${index}`, skills: [{ skill: "german", level: 50 }] } });
const commands = Array.from({ length: COMMANDS }, (_, index) => submit(index));
const print = (what, nanoseconds) => console.log(`${what.padEnd(52)} ${(nanoseconds / 1_000).toFixed(2).padStart(8)} us`);

function desk() {
  const engine = new Engine();
  engine.executeMany(agents, { at: 0 });
  return engine;
}

/** The same commands inside Rust, on an engine made by hand. */
function inside() {
  const create = (writer) => {
    writer.value({ strategies: [] });
    writer.value({});
  };
  const handle = call(operation("create"), 0xffffffff, 0, create, readValue);
  const time = (list) => call(operation("engine_time"), handle, 0, (writer) => list.forEach((command) => writer.value(command)), readValue);
  time(agents);
  return { time, close: () => call(operation("close"), handle, 0, undefined, readValue) };
}

let sum = 0;
const own = fastest(7, inside, ({ time }) => time(commands)) / COMMANDS;
print("the engine itself: a submit with its decision", own);
const compare = (what, run) => {
  const time = fastest(7, desk, (engine) => void run(engine)) / COMMANDS;
  print(what, time);
  print("  beyond the engine's own time", time - own);
};
compare("execute, events as objects", (engine) => {
  for (const command of commands) sum += engine.execute(command, { at: 1 }).events.length;
});
compare("submit, events as objects", (engine) => {
  for (const { ticket } of commands) sum += engine.submit({ ticket, at: 1 }).events.length;
});
compare("executeMany, events not looked at", (engine) => {
  sum += engine.executeMany(commands, { at: 1 }).length;
});
compare("executeMany, events as objects", (engine) => {
  for (const answer of engine.executeMany(commands, { at: 1 })) sum += answer.events.length;
});
