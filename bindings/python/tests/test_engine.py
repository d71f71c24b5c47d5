"""The engine as Python sees it: arguments, times, errors, strategies, threads."""

from __future__ import annotations

import copy
import dataclasses
import enum
import gc
import json
import logging
import pathlib
import pickle
import threading
import weakref
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import deskmatch
import pytest

NINE = 1_767_258_000_000


def desk(policy: Any = None, **options: Any) -> deskmatch.Engine:
    engine = deskmatch.Engine(policy, **options)
    engine.add_agent("ada", skills={"german": 80}, capacity={"units": 3}, at=NINE)
    engine.add_agent("bob", capacity={"units": 3}, at=NINE)
    return engine


def test_events_are_told_apart_by_match() -> None:
    found = []
    for event in desk().submit("T-1", skills=[{"skill": "german", "level": 50}], at=NINE):
        match event:
            case deskmatch.Submitted(ticket):
                found.append(ticket.id)
            case deskmatch.Queued(queue=queue):
                found.append(queue)
            case deskmatch.Assigned(ticket, agent, decision):
                found += [ticket, agent, decision.by]
    assert found == ["T-1", "default", "T-1", "ada", "strategy"]


class Level(enum.Enum):
    GERMAN = "german"


@dataclasses.dataclass
class Helpdesk:
    id: str
    skills: list[dict[str, Any]]
    due: datetime | None = None
    effort: timedelta | None = None
    requester: str | None = None


def test_tickets_come_in_many_forms_and_are_the_same() -> None:
    due = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    skills = [{"skill": "german", "level": 50, "class": "required"}]
    document = {"id": "T-1", "skills": skills, "due": int(due.timestamp() * 1_000), "effort": "5m"}
    forms: list[Any] = [
        document,
        deskmatch.Ticket("T-1", skills=[deskmatch.SkillRequirement("german", 50)], due=due, effort=timedelta(minutes=5)),
        deskmatch.Ticket.from_dict(document),
        Helpdesk("T-1", [{"skill": Level.GERMAN, "level": 50}], due, timedelta(minutes=5)),
    ]
    outcomes = [desk().submit(form, at=NINE) for form in forms]
    outcomes.append(desk().submit("T-1", skills=skills, due=due, effort=300_000, at=NINE))
    outcomes.append(desk().execute({"type": "submit", "ticket": document}, at=NINE))
    outcomes.append(desk().execute(json.dumps({"type": "submit", "ticket": document}), at=NINE))
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_moments_are_milliseconds_or_know_their_zone() -> None:
    moment = datetime(2026, 1, 1, 9, 0, 0, 999, tzinfo=timezone.utc)
    assert desk().tick(at=moment) == desk().tick(at=NINE)
    engine = desk()
    engine.tick(at=moment + timedelta(seconds=1))
    assert engine.now == NINE + 1_000
    naive = datetime(2026, 1, 1, 9)
    for wrong in (naive, "noon", 1.5, True, float("nan"), 2**80, object()):
        with pytest.raises(deskmatch.InvalidArgumentError) as caught:
            engine.tick(at=wrong)  # type: ignore[arg-type]
        assert caught.value.path == "at"
    with pytest.raises(deskmatch.TimeWentBackError):
        engine.tick(at=NINE)
    engine.tick()
    assert engine.now and engine.now > NINE


def test_time_by_default_never_goes_back() -> None:
    engine = deskmatch.Engine()
    far = 4_102_444_800_000
    engine.tick(at=far)
    engine.add_agent("ada")
    assert engine.now == far


def test_policies_come_as_documents_texts_and_files(tmp_path: pathlib.Path) -> None:
    document = {"queues": {"support": {"strategy": {"kind": "longest_idle"}}}}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(document))
    forms: list[Any] = [document, json.dumps(document), path, deskmatch.Policy(document), deskmatch.Policy.load(str(path))]
    assert len({deskmatch.Engine(form).policy_hash for form in forms}) == 1
    with pytest.raises(deskmatch.InvalidPolicyError) as caught:
        deskmatch.Engine({"seed": "x", "queues": {"support": {"wrap_up": -1}}})
    assert [fault.path for fault in caught.value.faults] == ["queues.support.wrap_up", "seed"]
    with pytest.raises(deskmatch.InvalidArgumentError):
        deskmatch.Engine("policy.json")


def test_errors_are_of_their_kind_and_of_pythons() -> None:
    engine = desk()
    with pytest.raises(LookupError) as caught:
        engine.resolve("T-9", at=NINE)
    assert isinstance(caught.value, deskmatch.UnknownTicketError)
    assert (caught.value.code, caught.value.path) == ("unknown_ticket", "T-9")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), again.path) == (type(caught.value), str(caught.value), "T-9")


def test_a_snapshot_a_fork_and_a_pickle_are_the_engine() -> None:
    engine = desk()
    engine.submit("T-1", at=NINE)
    others = [
        deskmatch.Engine.restore(engine.snapshot()),
        engine.fork(),
        copy.copy(engine),
        copy.deepcopy(engine),
        pickle.loads(pickle.dumps(engine)),
    ]
    assert {other.digest() for other in others} == {engine.digest()}
    others[1].resolve("T-1", at=NINE)
    assert others[1].digest() != engine.digest()


def test_many_commands_in_one_crossing() -> None:
    engine, one_by_one = desk(), desk()
    commands = [{"type": "submit", "ticket": {"id": f"T-{n}"}} for n in range(10)]
    timed: list[Any] = [(NINE + n, command) for n, command in enumerate(commands)]
    outcomes = engine.execute_many(timed)
    assert outcomes == [one_by_one.execute(command, at=at) for at, command in timed]
    assert engine.digest() == one_by_one.digest()
    bad: list[Any] = [{"type": "resolve", "ticket": "T-0"}, {"type": "resolve", "ticket": "no"}, {"type": "resolve", "ticket": "T-1"}]
    with pytest.raises(deskmatch.UnknownTicketError) as caught:
        engine.fork().execute_many(bad, at=NINE + 10)
    assert (caught.value.index, len(caught.value.outcomes)) == (1, 1)  # type: ignore[attr-defined]
    found = engine.execute_many(bad, at=NINE + 10, on_error="return")
    assert [type(each).__name__ for each in found] == ["Outcome", "UnknownTicketError", "Outcome"]


CUSTOM = {"queues": {"default": {"strategy": {"kind": "custom", "name": "ours"}}}}


def test_a_strategy_in_python_chooses_and_its_log_replays_without_it() -> None:
    seen = []

    def last(ticket: deskmatch.TicketView, candidates: Sequence[deskmatch.AgentView]) -> deskmatch.AgentView:
        seen.append((ticket.id, [candidate.id for candidate in candidates]))
        return candidates[-1]

    engine = deskmatch.Engine(CUSTOM, strategies={"ours": last})
    log = [*engine.add_agent("ada", at=0), *engine.add_agent("bob", at=0), *engine.submit("T-1", at=0)]
    assert seen == [("T-1", ["ada", "bob"])]
    assert engine.agent("bob").tickets == ("T-1",)  # type: ignore[union-attr]
    fresh = deskmatch.Engine(CUSTOM, strategies={"ours": lambda ticket, candidates: 1 // 0})
    fresh.apply(log)
    assert fresh.digest() == engine.digest()
    with pytest.raises(deskmatch.UnknownStrategyError):
        deskmatch.Engine(CUSTOM)


@pytest.mark.parametrize("answer", ["ada", 0, "view"])
def test_a_strategy_may_answer_with_a_candidate_its_id_or_its_place(answer: Any) -> None:
    engine = deskmatch.Engine(CUSTOM, strategies={"ours": lambda _, found: found[0] if answer == "view" else answer})
    engine.add_agent("ada", at=0)
    engine.submit("T-1", at=0)
    assert engine.ticket("T-1").agent == "ada"  # type: ignore[union-attr]


def test_what_a_strategy_raises_is_the_cause_and_changes_nothing() -> None:
    def fails(ticket: object, candidates: object) -> Any:
        raise KeyError("no such rota")

    engine = deskmatch.Engine(CUSTOM, strategies={"ours": fails})
    engine.add_agent("ada", at=0)
    before = engine.digest()
    with pytest.raises(deskmatch.StrategyFailedError) as caught:
        engine.submit("T-1", at=0)
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.__cause__.__traceback__ is not None
    assert engine.digest() == before


@pytest.mark.parametrize("answer", [None, 7, -1, 2**70, "nobody", 1.5, [], object()])
def test_an_impossible_answer_is_refused_and_changes_nothing(answer: Any) -> None:
    engine = deskmatch.Engine(CUSTOM, strategies={"ours": lambda ticket, candidates: answer})
    engine.add_agent("ada", at=0)
    before = engine.digest()
    with pytest.raises((deskmatch.StrategyAnswerError, deskmatch.StrategyFailedError)):
        engine.submit("T-1", at=0)
    assert engine.digest() == before


SCORED: dict[str, Any] = {
    "queues": {
        "default": {
            "strategy": {
                "kind": "custom",
                "name": "ours",
                "factors": [
                    {"factor": "skill_level", "weight": 2},
                    {"factor": "attribute", "attribute": "grade", "weight": 1},
                ],
            }
        }
    }
}


def chosen(events: Iterable[deskmatch.Event]) -> str:
    *_, last = events
    assert isinstance(last, deskmatch.Assigned)
    return last.agent


def graded(strategy: Any, policy: Any = SCORED) -> deskmatch.Engine:
    engine = deskmatch.Engine(policy, strategies={"ours": strategy})
    engine.add_agent("ada", skills={"german": 80}, attributes={"grade": 10}, at=0)
    engine.add_agent("bob", skills={"german": 60}, attributes={"grade": 90}, at=0)
    return engine


def test_candidates_have_the_score_that_weighted_would_compare() -> None:
    seen: dict[str, int | None] = {}

    def best(ticket: deskmatch.TicketView, candidates: Sequence[deskmatch.AgentView]) -> deskmatch.AgentView:
        seen.update({candidate.id: candidate.score for candidate in candidates})
        return max(candidates, key=lambda candidate: candidate.score or 0)

    engine = graded(best)
    engine.submit("T-1", skills=[{"skill": "german"}], at=0)
    assert seen == {"ada": 1_700_000, "bob": 2_100_000}
    weighted = copy.deepcopy(SCORED)
    weighted["queues"]["default"]["strategy"] = {**SCORED["queues"]["default"]["strategy"], "kind": "weighted"}
    del weighted["queues"]["default"]["strategy"]["name"]
    assigned = graded(best, weighted).submit("T-1", skills=[{"skill": "german"}], at=0).events[-1]
    assert isinstance(assigned, deskmatch.Assigned)
    assert (assigned.agent, assigned.decision.score) == ("bob", seen["bob"])
    # Without factors there is nothing to score by, and an agent by itself has no score.
    graded(best, CUSTOM).submit("T-1", at=0)
    assert seen == {"ada": None, "bob": None}
    assert [agent.score for agent in engine.agents()] == [None, None]


class ByGrade:
    revision = 4

    def score(self, ticket: deskmatch.TicketView, candidate: deskmatch.AgentView) -> float:
        assert ticket.id.startswith("T-")
        return int(candidate.attributes["grade"]) / 3


def test_a_strategy_may_score_pairs_and_its_log_replays_without_it() -> None:
    engine = graded(ByGrade())
    log = [*engine.submit("T-1", at=0)]
    assert isinstance(log[-1], deskmatch.Assigned)
    decision = log[-1].decision
    assert (chosen(log), decision.strategy, decision.revision) == ("bob", "ours", 4)
    fresh = graded(lambda ticket, candidates: 1 // 0)
    fresh.apply(log)
    assert fresh.digest() == engine.digest()
    # Of equal scores the agent idle longest goes first, then the first by id.
    even = type("Even", (), {"score": lambda self, ticket, candidate: 1})()
    engine = graded(even)
    engine.set_presence("ada", "offline", at=1)
    engine.set_presence("ada", "online", at=2)
    assert [chosen(engine.submit(f"T-{n}", at=3)) for n in range(2)] == ["bob", "ada"]
    assert chosen(graded(even).submit("T-1", at=0)) == "ada"


@pytest.mark.parametrize("points", [None, "7", float("nan"), True, [], 1j, KeyError("no grade")])
def test_a_score_that_is_no_number_is_refused_and_changes_nothing(points: Any) -> None:
    def score(ticket: object, candidate: object) -> Any:
        if isinstance(points, Exception):
            raise points
        return points

    engine = graded(type("Wrong", (), {"score": staticmethod(score)})())
    before = engine.digest()
    with pytest.raises(deskmatch.StrategyFailedError) as caught:
        engine.submit("T-1", at=0)
    expected = KeyError if isinstance(points, Exception) else deskmatch.InvalidArgumentError
    assert isinstance(caught.value.__cause__, expected)
    assert engine.digest() == before


def test_a_cycle_through_a_strategy_is_collected() -> None:
    class Holder:
        """A strategy that holds its engine, and may hold a fork of it too."""

        engine: Any = None

        def choose(self, ticket: object, candidates: Sequence[deskmatch.AgentView]) -> deskmatch.AgentView:
            return candidates[0]

    def cycle(forks: bool) -> list[weakref.ref[Any]]:
        holder = Holder()
        engine = deskmatch.Engine(CUSTOM, strategies={"ours": holder})
        holder.engine = [engine, engine.fork()] if forks else engine
        return [weakref.ref(holder), weakref.ref(engine)]

    for forks in (False, True):
        dead = cycle(forks)
        gc.collect()
        assert [ref() for ref in dead] == [None, None]
    # What is still reachable stays, however often the collector looks, and forks outlive the engine they are of.
    engine = deskmatch.Engine(CUSTOM, strategies={"ours": Holder()})
    fork = engine.fork()
    del engine
    for _ in range(3):
        gc.collect()
    fork.add_agent("ada", at=0)
    assert chosen(fork.submit("T-1", at=0)) == "ada"


def test_a_strategy_that_calls_its_engine_is_refused() -> None:
    engine: deskmatch.Engine

    def asks(ticket: object, candidates: Sequence[deskmatch.AgentView]) -> deskmatch.AgentView:
        engine.digest()
        return candidates[0]

    engine = deskmatch.Engine(CUSTOM, strategies={"ours": asks})
    engine.add_agent("ada", at=0)
    with pytest.raises(deskmatch.StrategyFailedError) as caught:
        engine.submit("T-1", at=0)
    assert isinstance(caught.value.__cause__, deskmatch.ReentrantCallError)
    engine.tick(at=1)


def test_threads_share_an_engine_without_waiting_for_each_other_for_ever() -> None:
    def slow(ticket: object, candidates: Sequence[deskmatch.AgentView]) -> deskmatch.AgentView:
        threading.Event().wait(0.001)
        return candidates[0]

    engine = deskmatch.Engine(CUSTOM, strategies={"ours": slow})
    engine.add_agent("ada", capacity={"units": 1_000}, at=0)

    def submit(thread: int) -> None:
        for number in range(20):
            engine.submit(f"T-{thread}-{number}", at=0)
            assert engine.view().agents == 1

    threads = [threading.Thread(target=submit, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert engine.view().assigned == 160


def test_a_refusal_is_an_answer() -> None:
    engine = desk()
    engine.submit("T-1", skills=[{"skill": "klingon"}], at=NINE)
    outcome = engine.claim("T-1", "ada", at=NINE)
    assert not outcome
    assert outcome.refusal and outcome.refusal.denial and outcome.refusal.denial.rule == "skill"


def test_explanations_are_data_text_and_tables() -> None:
    engine = desk()
    engine.submit("<T&1>", skills=[{"skill": "german", "level": 90}], at=NINE)
    explanation = engine.explain("<T&1>")
    assert explanation.would_help[0].changes[0].change == "have_skill"
    html = explanation._repr_html_()
    assert "&lt;T&amp;1&gt;" in html and "<T&1>" not in html
    assigned = desk().submit("T-2", at=NINE)[2]
    assert isinstance(assigned, deskmatch.Assigned)
    assert "least_loaded" in assigned.decision._repr_html_()


def test_events_are_logged_only_when_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    engine = desk()
    assert not caplog.records
    deskmatch.log_events(logging.getLogger("deskmatch"))
    try:
        outcome = engine.submit("T-1", at=NINE)
    finally:
        deskmatch.log_events(None)
    engine.submit("T-2", at=NINE)
    assert [record.getMessage() for record in caplog.records] == [event.to_json() for event in outcome]
