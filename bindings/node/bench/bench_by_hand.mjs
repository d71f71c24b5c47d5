// Beside what one would write instead: arrays of agents, filtered and sorted for each ticket. 10,000 agents, 1,000 tickets.

import { Engine } from "../index.mjs";
import { fastest } from "./timing.mjs";

const AGENTS = 10_000;
const TICKETS = 1_000;
const agents = Array.from({ length: AGENTS }, (_, index) => ({ id: `agent-${index}`, skills: { [`skill-${index % 50}`]: 1 + (index % 100) }, capacity: { units: 5 } }));
const tickets = Array.from({ length: TICKETS }, (_, index) => ({ id: `T-${index}`, skills: [{ skill: `skill-${index % 50}`, level: 30 }] }));

/** The least loaded of those who have the skill and room; of equal ones, the one idle longest. */
function byHand() {
  const desk = agents.map((agent) => ({ ...agent, load: 0, idle: 0 }));
  const assigned = [];
  tickets.forEach((ticket, now) => {
    const candidates = desk
      .filter((agent) => agent.load < agent.capacity.units)
      .filter((agent) => ticket.skills.every(({ skill, level }) => (agent.skills[skill] ?? 0) >= level));
    candidates.sort((a, b) => a.load / a.capacity.units - b.load / b.capacity.units || a.idle - b.idle);
    const [chosen] = candidates;
    if (chosen === undefined) return;
    chosen.load += 1;
    chosen.idle = now;
    assigned.push([ticket.id, chosen.id]);
  });
  return assigned.length;
}

function desk() {
  const engine = new Engine();
  engine.executeMany(agents.map((agent) => ({ type: "add_agent", agent })), { at: 0 });
  return engine;
}

let sum = 0;
const hand = fastest(3, () => undefined, () => void (sum += byHand())) / TICKETS;
const engine = fastest(3, desk, (engine) => {
  tickets.forEach((ticket, index) => (sum += engine.submit({ ticket, at: index + 1 }).events.length));
}) / TICKETS;
console.log(`arrays by hand   ${(hand / 1e3).toFixed(2)} us a ticket`);
console.log(`Engine.submit    ${(engine / 1e3).toFixed(2)} us a ticket, ${(hand / engine).toFixed(0)} times as fast`);
