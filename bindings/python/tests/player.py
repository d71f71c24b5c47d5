"""Plays a case through the Python interface. `tests/README.md` of the repository says what a case is.

A second reading of that page, apart from the one in Rust: where the two differ, one of them or the binding is wrong.
"""

from __future__ import annotations

import json
import pickle
import re
from typing import Any

import deskmatch

Json = Any

UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def span_ms(text: str | int) -> int | None:
    """The milliseconds of a span such as `5m`; none if the text is no span."""
    if isinstance(text, int):
        return text
    match = re.fullmatch(r"([0-9]+)(ms|s|m|h|d)", text)
    return int(match[1]) * UNITS[match[2]] if match else None


def mismatch(expected: Json, found: Json, start: int, path: str = "") -> str | None:
    """The first place at which a value is not what was expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if wrong := mismatch(value, found.get(key), start, f"{path}.{key}" if path else key):
                return wrong
        return None
    if isinstance(expected, list) and isinstance(found, (list, tuple)) and len(expected) == len(found):
        for index, value in enumerate(expected):
            if wrong := mismatch(value, found[index], start, f"{path}[{index}]"):
                return wrong
        return None
    if isinstance(expected, str) and isinstance(found, int) and not isinstance(found, bool):
        span = span_ms(expected)
        same = span is not None and start + span == found
    else:
        same = type(expected) is type(found) and expected == found
    return None if same else f"{path or 'the whole'}: expected {expected!r}, found {found!r}"


class Player:
    """Plays one case and remembers what the host would keep: the log."""

    def __init__(self, case: Json) -> None:
        self.case = case
        self.start: int = case.get("start", 0)
        self.now = self.start
        self.policy = deskmatch.Policy(case.get("policy", {}))
        self.engine = deskmatch.Engine(self.policy)
        self.log: list[deskmatch.Event] = []
        self.differences: list[str] = []
        self.place = ""
        self.trace: list[str] = []

    def differ(self, what: str) -> None:
        self.differences.append(f"{self.place}: {what}")

    def expect(self, field: str, expected: Json, found: Json) -> None:
        if wrong := mismatch(expected, found, self.start):
            self.differ(f"{field}: {wrong}")

    def play(self) -> Player:
        agents = [deskmatch.Agent.from_dict(agent) for agent in self.case.get("agents", [])]
        for agent in agents:
            self.log += self.engine.add_agent(agent, at=self.now).events
        found = [warning.to_dict() for warning in self.policy.lint(agents)]
        for wanted in self.case.get("lint", []):
            if all(mismatch(wanted, warning, self.start) for warning in found):
                self.differ(f"lint: expected {wanted}, found {found}")
        for index, step in enumerate(self.case["steps"]):
            self.step(index, step)
        self.finish()
        return self

    def step(self, index: int, step: Json) -> None:
        if "at" in step:
            span = span_ms(step["at"])
            assert span is not None, step["at"]
            self.now = self.start + span
        command = step.get("do", {"type": "tick"})
        self.place = f"step {index + 1}, {command.get('type') if isinstance(command, dict) else command}"
        before = self.engine.digest()
        try:
            outcome = self.answer(command, before)
        except deskmatch.DeskmatchError as error:
            if error.code != step.get("error"):
                self.differ(f"error: expected {step.get('error')}, found {error!r}")
            if self.engine.digest() != before:
                self.differ("law: an error changes nothing")
        else:
            self.check_outcome(step, outcome)
        unchanged = self.engine.digest() == before
        if step.get("digest_unchanged", unchanged) != unchanged:
            self.differ(f"digest_unchanged: found {unchanged}")
        self.check_state(step)
        self.trace.append(self.engine.digest())

    def answer(self, command: Json, before: str) -> deskmatch.Outcome:
        """Decides, then executes; both come to the same."""
        decided: deskmatch.Outcome | str
        try:
            decided = self.engine.decide(command, at=self.now)
        except deskmatch.DeskmatchError as error:
            decided = error.code
        if self.engine.digest() != before:
            self.differ("law: deciding changes nothing")
        try:
            executed = self.engine.execute(command, at=self.now)
        except deskmatch.DeskmatchError as error:
            if decided != error.code:
                self.differ(f"law: what is decided is what is done: {decided!r}, {error!r}")
            raise
        if decided != executed:
            self.differ(f"law: what is decided is what is done: {decided!r}, {executed!r}")
        return executed

    def check_outcome(self, step: Json, outcome: deskmatch.Outcome) -> None:
        if "error" in step:
            self.differ(f"error: expected {step['error']}, found none")
        refusal = outcome.refusal.to_dict() if outcome.refusal else None
        self.expect("refusal", step.get("refusal"), refusal)
        if "repeated" in step:
            self.expect("repeated", step["repeated"], outcome.repeated)
        events = [event.to_dict() for event in outcome]
        for event, written in zip(outcome, events, strict=True):
            again = [
                deskmatch.Event.from_dict(json.loads(json.dumps(written))),
                deskmatch.Event.from_json(event.to_json()),
                pickle.loads(pickle.dumps(event)),
            ]
            if any(other != event or type(other) is not type(event) for other in again):
                self.differ(f"law: an event survives being written: {event!r}")
        if "events" in step:
            only = step.get("only")
            found = [event for event in events if only is None or event["type"] in only]
            self.expect("events", step["events"], found)
        if not outcome.repeated:
            self.log += outcome.events

    def check_state(self, step: Json) -> None:
        engine = self.engine
        for name, expected in step.get("holds", {}).items():
            agent = engine.agent(name)
            self.expect(f"holds.{name}", expected, agent and agent.tickets)
        for name, expected in step.get("waiting", {}).items():
            queue = engine.queue(name)
            self.expect(f"waiting.{name}", expected, queue and queue.tickets)
        for name, expected in step.get("states", {}).items():
            ticket = engine.ticket(name)
            self.expect(f"states.{name}", expected, ticket and ticket.state)
        for name, expected in step.get("offers", {}).items():
            ticket = engine.ticket(name)
            self.expect(f"offers.{name}", sorted(expected), ticket and sorted(agent for agent, _ in ticket.offers))
        for name, expected in step.get("tickets", {}).items():
            ticket = engine.ticket(name)
            self.expect(f"tickets.{name}", expected, ticket and ticket.to_dict())
        for name, expected in step.get("agents", {}).items():
            agent = engine.agent(name)
            self.expect(f"agents.{name}", expected, agent and agent.to_dict())
        if "next_due" in step:
            self.expect("next_due", step["next_due"], engine.next_due)
        for name, expected in step.get("timeline", {}).items():
            self.expect(f"timeline.{name}", expected, [moment.to_dict() for moment in engine.timeline(name)])
        if "view" in step:
            self.expect("view", step["view"], engine.view().to_dict())
        for name, expected in step.get("denied", {}).items():
            denials = {agent.agent: agent.denial and agent.denial.rule for agent in engine.explain(name).agents}
            self.expect(f"denied.{name}", expected, denials)
        if "explain" in step:
            self.check_explanation(step["explain"])

    def check_explanation(self, expected: Json) -> None:
        explanation = self.engine.explain(expected["ticket"])
        for part in expected.get("text_contains", []):
            if part not in str(explanation):
                self.differ(f"explain: expected {part!r} in\n{explanation}")
        if "data" in expected:
            self.expect("explain", expected["data"], explanation.to_dict())

    def finish(self) -> None:
        """The log replays to the same state, and a snapshot restores it."""
        self.place = "end"
        digest = self.engine.digest()
        fresh = deskmatch.Engine(self.policy)
        fresh.apply(self.log)
        if fresh.digest() != digest:
            self.differ("law: the log replays")
        restored = deskmatch.Engine.restore(self.engine.snapshot())
        if (restored.digest(), restored.next_due) != (digest, self.engine.next_due):
            self.differ("law: a snapshot restores")
