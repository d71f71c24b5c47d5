"""Every type survives being written and read: as a document, a pickle, a copy, and its own representation."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import deskmatch
from hypothesis import example, given, settings
from hypothesis import strategies as st

names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
moments = st.integers(-(2**53), 2**53 - 36_525 * 86_400_000)
spans = st.integers(0, 36_525 * 86_400_000)
values = st.one_of(names, st.booleans(), st.integers(-(2**63), 2**63 - 1))
attributes = st.dictionaries(names, values, max_size=3)
u32 = st.integers(0, 2**32 - 1)


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


classes = st.one_of(st.just("required"), st.integers(0, 65_535).map(lambda weight: {"preferred": {"weight": weight}}))
skills = st.builds(
    deskmatch.SkillRequirement, names, level=st.integers(0, 255), class_=classes
)
preferred = st.builds(
    deskmatch.PreferredAgent, names, until=st.none() | moments, exclusive=st.booleans(), while_present=st.booleans()
)
intervals = st.builds(deskmatch.Interval, moments, moments)
limits = st.builds(deskmatch.RateLimit, u32, spans)
capacities = st.builds(
    deskmatch.Capacity,
    u32,
    st.dictionaries(names, st.builds(deskmatch.ChannelCapacity, max=st.none() | u32, units=st.none() | u32), max_size=2),
)
queues = st.builds(deskmatch.AgentQueue, names, rank=st.integers(0, 65_535), delay=spans)
tickets = st.builds(
    lambda id, fields: deskmatch.Ticket(id, **fields),
    names,
    maybe(
        queue=names, channel=names, priority=names, skills=st.lists(skills, max_size=3), attributes=attributes, requester=names,
        preferred=st.lists(preferred, max_size=2), excluded=st.lists(names, max_size=2), size=u32, effort=spans, not_before=moments,
        due=moments, created=moments,
    ),
)  # fmt: skip
agents = st.builds(
    lambda id, fields: deskmatch.Agent(id, **fields),
    names,
    maybe(
        skills=st.dictionaries(names, st.integers(0, 255), max_size=3), queues=st.lists(queues, max_size=2), capacity=capacities,
        channels=st.lists(names, max_size=2), attributes=attributes, weight=u32,
        presence=st.sampled_from(["online", "draining", "away", "offline"]),
        channel_presence=st.dictionaries(names, st.sampled_from(["away", "offline"]), max_size=2),
        shifts=st.lists(intervals, max_size=2), rate_limit=limits,
    ),
)  # fmt: skip
patches = st.builds(
    lambda fields: deskmatch.TicketPatch(**fields),
    maybe(priority=names, skills=st.lists(skills, max_size=2), attributes=st.dictionaries(names, st.none() | values, max_size=2),
          preferred=st.lists(preferred, max_size=2), excluded=st.lists(names, max_size=2), size=u32, effort=spans, due=moments),
)  # fmt: skip
agent_patches = st.builds(
    lambda fields: deskmatch.AgentPatch(**fields),
    maybe(skills=st.dictionaries(names, st.integers(0, 255), max_size=2), queues=st.lists(queues, max_size=2), capacity=capacities,
          channels=st.lists(names, max_size=2), attributes=st.dictionaries(names, st.none() | values, max_size=2), weight=u32,
          shifts=st.lists(intervals, max_size=2), rate_limit=limits),
)  # fmt: skip


def survives(value: Any) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.copy(value) == value and copy.deepcopy(value) == value
    again = type(value).from_dict(json.loads(json.dumps(value.to_dict())))
    assert again == value and hash(again) == hash(value) and type(again) is type(value)
    assert eval(repr(value), dict(vars(deskmatch))) == value
    by_fields = {name: getattr(value, name) for name in value.__match_args__}
    if isinstance(value, deskmatch.Event):
        by_fields.update(seq=value.seq, at=value.at, request=value.request)
    assert type(value)(**by_fields) == value


@settings(deadline=None, max_examples=150)
@given(st.one_of(tickets, agents, patches, agent_patches, skills, preferred, intervals, limits, capacities, queues))
def test_documents_survive(value: Any) -> None:
    survives(value)


@settings(deadline=None, max_examples=60)
@given(st.lists(tickets, min_size=1, max_size=4), st.integers(0, 2**40))
@example([deskmatch.Ticket("0"), deskmatch.Ticket("1")], 0)
def test_what_an_engine_tells_survives(given_tickets: list[deskmatch.Ticket], at: int) -> None:
    engine = deskmatch.Engine({"detail": "full", "queues": {"default": {"strategy": {"kind": "longest_idle"}}}})
    engine.add_agent("ada", skills={"german": 50}, at=at)
    told: list[Any] = []
    for ticket in given_tickets:
        try:
            outcome = engine.submit(ticket, at=at)
        except deskmatch.DeskmatchError:
            continue
        assert pickle.loads(pickle.dumps(outcome)) == outcome
        told += [*outcome, engine.explain(ticket.id), engine.ticket(ticket.id), *engine.timeline(ticket.id)]
        told += [event.decision for event in outcome if isinstance(event, deskmatch.Assigned)]
    # One more name than there are tickets, so that one of them is free.
    taken = {ticket.id for ticket in given_tickets}
    other = next(name for name in map(str, range(len(taken) + 1)) if name not in taken)
    told += [*engine.agents(), *engine.queues(), engine.view(), *engine.submit(other, skills=[{"skill": "x"}], at=at)]
    refused = engine.claim(other, "ada", at=at).refusal
    told += [refused, *engine.explain(other).agents, *engine.explain(other).would_help, engine.policy.lint() and engine.policy.lint()[0]]
    for value in told:
        if value:
            survives(value)
