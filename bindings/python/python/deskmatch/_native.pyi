# Written by stubs.py; do not edit.
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import numpy
import numpy.typing

from ._types import *
from .words import *

__version__: str

Timestamp: TypeAlias = int
Span: TypeAlias = int
FrameKind: TypeAlias = Literal["pandas", "polars", "pyarrow", "dict"]

class Agent:
    """An agent as a desk describes it: what it can do, for whom, how much at once, and when."""
    __match_args__ = ('id', 'skills', 'queues', 'capacity', 'channels', 'attributes', 'weight', 'presence', 'channel_presence', 'shifts', 'rate_limit')
    @property
    def id(self) -> str:
        """The agent's name, unique in the engine."""
        ...
    @property
    def skills(self) -> dict[str, int]:
        """Skills with their levels, 1 to 100."""
        ...
    @property
    def queues(self) -> tuple[AgentQueue, ...]:
        """The queues this agent serves. None at all means every queue, at rank 0 and without delay."""
        ...
    @property
    def capacity(self) -> Capacity:
        """How much the agent can hold at once; one unit by default."""
        ...
    @property
    def channels(self) -> tuple[str, ...]:
        """The channels the agent may work on. None at all means every channel."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool]:
        """What else the desk knows, for selectors and factors."""
        ...
    @property
    def weight(self) -> int:
        """The agent's share of the work beside the others', 1 to 10,000; 100 by default."""
        ...
    @property
    def presence(self) -> Presence:
        """Whether the agent is there; online by default."""
        ...
    @property
    def channel_presence(self) -> dict[str, Presence]:
        """What differs on single channels. A channel can only be less available than the agent."""
        ...
    @property
    def shifts(self) -> tuple[Interval, ...]:
        """When the agent works: sorted intervals that do not overlap. None at all means always."""
        ...
    @property
    def rate_limit(self) -> RateLimit | None:
        """The most assignments in a window; what the policy says by default."""
        ...
    def __new__(cls, id: str = ..., skills: Mapping[str, int] = ..., queues: Sequence[AgentQueue | Document] = ..., capacity: Capacity | Document = ..., channels: Sequence[str] = ..., attributes: Mapping[str, str | int | bool] = ..., weight: int = ..., presence: Presence = ..., channel_presence: Mapping[str, Presence] = ..., shifts: Sequence[Interval | Document] = ..., rate_limit: RateLimit | Document | None = ...) -> Agent: ...
    @staticmethod
    def from_dict(document: Document) -> Agent:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class AgentPatch:
    """A change to an agent. What is not given stays as it is. Presence has a command of its own."""
    __match_args__ = ('skills', 'queues', 'capacity', 'channels', 'attributes', 'weight', 'shifts', 'rate_limit')
    @property
    def skills(self) -> dict[str, int] | None:
        """New skills, in place of all the old ones."""
        ...
    @property
    def queues(self) -> tuple[AgentQueue, ...] | None:
        """New queues, in place of all the old ones."""
        ...
    @property
    def capacity(self) -> Capacity | None:
        """A new capacity. Work held above it stays."""
        ...
    @property
    def channels(self) -> tuple[str, ...] | None:
        """New channels, in place of all the old ones."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool | None]:
        """Attributes to set; a null takes one away."""
        ...
    @property
    def weight(self) -> int | None:
        """A new share."""
        ...
    @property
    def shifts(self) -> tuple[Interval, ...] | None:
        """New shifts, in place of all the old ones."""
        ...
    @property
    def rate_limit(self) -> RateLimit | None:
        """A new rate limit."""
        ...
    def __new__(cls, skills: Mapping[str, int] | None = ..., queues: Sequence[AgentQueue | Document] | None = ..., capacity: Capacity | Document | None = ..., channels: Sequence[str] | None = ..., attributes: Mapping[str, str | int | bool | None] = ..., weight: int | None = ..., shifts: Sequence[Interval | Document] | None = ..., rate_limit: RateLimit | Document | None = ...) -> AgentPatch: ...
    @staticmethod
    def from_dict(document: Document) -> AgentPatch:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class AgentPrice:
    """What one more ticket of room with an agent would have been worth to a plan, at most: its dual price."""
    __match_args__ = ('agent', 'covers', 'points')
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def covers(self) -> bool:
        """Whether one more ticket, or a more urgent one, would have been assigned."""
        ...
    @property
    def points(self) -> int:
        """What the score would have gained, in points. Where `covers` is set that comes first, and this may be below zero."""
        ...
    def __new__(cls, agent: str = ..., covers: bool = ..., points: int = ...) -> AgentPrice: ...
    @staticmethod
    def from_dict(document: Document) -> AgentPrice:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class AgentQueue:
    """A queue that an agent serves."""
    __match_args__ = ('queue', 'rank', 'delay')
    @property
    def queue(self) -> str:
        """The queue."""
        ...
    @property
    def rank(self) -> int:
        """Which queue the agent serves first: lower before higher, equal ones by the order of their tickets."""
        ...
    @property
    def delay(self) -> Span:
        """How old a ticket must be before this agent is shown it."""
        ...
    def __new__(cls, queue: str = ..., rank: int = ..., delay: int | str | timedelta = ...) -> AgentQueue: ...
    @staticmethod
    def from_dict(document: Document) -> AgentQueue:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class AgentStanding:
    """How one agent stands towards one ticket."""
    __match_args__ = ('agent', 'standing', 'by', 'on', 'denial', 'terms')
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def standing(self) -> str:
        """`chosen`, `outranked` or `denied`."""
        ...
    @property
    def by(self) -> str | None:
        """Who outranks it, if somebody does."""
        ...
    @property
    def on(self) -> str | None:
        """What puts the other one first: a factor, `preferred`, `tie`, `order`, `holder` or `custom`."""
        ...
    @property
    def denial(self) -> Denial | None:
        """Why it may not have the ticket, if it may not."""
        ...
    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of its score, in the order of the strategy; none for an agent that was denied."""
        ...
    def __new__(cls, agent: str = ..., standing: str = ..., by: str | None = ..., on: str | None = ..., denial: Denial | Document | None = ..., terms: Sequence[Term | Document] = ...) -> AgentStanding: ...
    @staticmethod
    def from_dict(document: Document) -> AgentStanding:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class AgentView:
    """An agent as it was when it was asked for."""
    __match_args__ = ('id', 'agent', 'presence', 'on_shift', 'skills', 'attributes', 'weight', 'units_used', 'units_free', 'held_of_channel', 'tickets', 'offers', 'idle_since', 'ledger', 'score')
    @property
    def id(self) -> str:
        """Its name."""
        ...
    @property
    def agent(self) -> Agent:
        """Its description, with its present presence."""
        ...
    @property
    def presence(self) -> Presence:
        """Whether it is there."""
        ...
    @property
    def on_shift(self) -> bool:
        """Whether it is on shift."""
        ...
    @property
    def skills(self) -> dict[str, int]:
        """Skills with their levels, 1 to 100."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool]:
        """What else the desk knows."""
        ...
    @property
    def weight(self) -> int:
        """Its share of the work beside the others'."""
        ...
    @property
    def units_used(self) -> int:
        """Units taken by its tickets and offers."""
        ...
    @property
    def units_free(self) -> int:
        """Units free."""
        ...
    @property
    def held_of_channel(self) -> dict[str, int]:
        """Tickets and offers that count against the maximum of a channel, where there are some."""
        ...
    @property
    def tickets(self) -> tuple[str, ...]:
        """The tickets it holds, the first submitted first."""
        ...
    @property
    def offers(self) -> tuple[str, ...]:
        """The tickets it holds an offer of, the first submitted first."""
        ...
    @property
    def idle_since(self) -> Timestamp:
        """When it last got or finished work, or came online; milliseconds since 1970."""
        ...
    @property
    def ledger(self) -> int:
        """Work received over its weight: units, in parts of 10^9 for a weight of one."""
        ...
    @property
    def score(self) -> int | None:
        """As a candidate for a ticket, its score by the factors of the queue, in points of a millionth; none where the queue has none."""
        ...
    def __new__(cls, id: str = ..., agent: Agent | Document = ..., presence: Presence = ..., on_shift: bool = ..., skills: Mapping[str, int] = ..., attributes: Mapping[str, str | int | bool] = ..., weight: int = ..., units_used: int = ..., units_free: int = ..., held_of_channel: Mapping[str, int] = ..., tickets: Sequence[str] = ..., offers: Sequence[str] = ..., idle_since: int | datetime = ..., ledger: int = ..., score: int | None = ...) -> AgentView: ...
    @staticmethod
    def from_dict(document: Document) -> AgentView:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def level(self, skill: str) -> int:
        """Its level in a skill; 0 if it has not got it."""
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Capacity:
    """How much work an agent can hold at once: units in all, and per channel a cost and a maximum count.

    Both limits hold together. A ticket costs its own size if it has one, else what its channel costs this agent, else
    what the policy's channel costs.
    """
    __match_args__ = ('units', 'channels')
    @property
    def units(self) -> int:
        """Units in all, 0 to 1,000,000,000."""
        ...
    @property
    def channels(self) -> dict[str, ChannelCapacity]:
        """What is special to a channel."""
        ...
    def __new__(cls, units: int = ..., channels: Mapping[str, ChannelCapacity | Document] = ...) -> Capacity: ...
    @staticmethod
    def from_dict(document: Document) -> Capacity:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Change:
    """A change to an agent, a ticket or the time that would help a waiting ticket."""
    __match_args__ = ('change', 'at', 'queue', 'wait', 'units', 'skill', 'level', 'best')
    @property
    def change(self) -> str:
        """What changes: `come_online`, `start_shift`, `serve_queue`, `wait_for_delay`, `work_on_channel`, `free_units`,
        `free_channel_slot`, `have_skill`, `meet_agent_condition`, `lift_exclusion`, `lift_decline`, `lift_reservation` or
        `wait_for_rate`.
        """
        ...
    @property
    def at(self) -> Timestamp | None:
        """When it comes by itself, if it does."""
        ...
    @property
    def queue(self) -> str | None:
        """The queue to be served."""
        ...
    @property
    def wait(self) -> Span | None:
        """How long to wait, in milliseconds."""
        ...
    @property
    def units(self) -> int | None:
        """The fewest units that help somebody."""
        ...
    @property
    def skill(self) -> str | None:
        """The skill."""
        ...
    @property
    def level(self) -> int | None:
        """The level that the ticket asks for."""
        ...
    @property
    def best(self) -> int | None:
        """The highest level among the agents that lack only this."""
        ...
    def __new__(cls, change: str = ..., at: int | datetime | None = ..., queue: str | None = ..., wait: int | str | timedelta | None = ..., units: int | None = ..., skill: str | None = ..., level: int | None = ..., best: int | None = ...) -> Change: ...
    @staticmethod
    def from_dict(document: Document) -> Change:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class ChannelCapacity:
    """What is special to one channel of an agent's capacity."""
    __match_args__ = ('max', 'units')
    @property
    def max(self) -> int | None:
        """The most tickets of this channel at once; no limit by default."""
        ...
    @property
    def units(self) -> int | None:
        """What a ticket of this channel costs, in units; what the policy says by default."""
        ...
    def __new__(cls, max: int | None = ..., units: int | None = ...) -> ChannelCapacity: ...
    @staticmethod
    def from_dict(document: Document) -> ChannelCapacity:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Decision:
    """Why an agent got a ticket: what chose it, under which policy, and among how many."""
    __match_args__ = ('by', 'strategy', 'revision', 'policy', 'score', 'tally', 'standings', 'reason')
    @property
    def by(self) -> DecidedBy:
        """What led to it."""
        ...
    @property
    def strategy(self) -> str:
        """The strategy of the queue."""
        ...
    @property
    def revision(self) -> int:
        """The revision of the strategy: it grows when the same input would be decided otherwise."""
        ...
    @property
    def policy(self) -> str:
        """The hash of the policy."""
        ...
    @property
    def score(self) -> int | None:
        """The agent's score in points of a millionth, if the strategy scores."""
        ...
    @property
    def tally(self) -> Tally | None:
        """How many agents were eligible and how many each rule turned away; not with the detail `off`."""
        ...
    @property
    def standings(self) -> tuple[AgentStanding, ...] | None:
        """The standing of every agent, with the detail `full`."""
        ...
    @property
    def reason(self) -> str | None:
        """Why somebody passed over the rules, if somebody did and said so."""
        ...
    def __new__(cls, by: DecidedBy = ..., strategy: str = ..., revision: int = ..., policy: str = ..., score: int | None = ..., tally: Tally | Document | None = ..., standings: Sequence[AgentStanding | Document] | None = ..., reason: str | None = ...) -> Decision: ...
    def _repr_html_(self) -> str:
        """The decision as a table, for notebooks."""
        ...
    @staticmethod
    def from_dict(document: Document) -> Decision:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Denial:
    """A rule that failed, with the value it found and the one it needed."""
    __match_args__ = ('rule', 'found', 'needed')
    @property
    def rule(self) -> Rule:
        """The rule."""
        ...
    @property
    def found(self) -> str:
        """What was found: `german at level 40`."""
        ...
    @property
    def needed(self) -> str:
        """What was needed: `german at level 50 or more`."""
        ...
    def __new__(cls, rule: Rule = ..., found: str = ..., needed: str = ...) -> Denial: ...
    @staticmethod
    def from_dict(document: Document) -> Denial:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Event:
    """One thing that happened. Each kind has a class of its own, to be told apart by `match`."""
    @property
    def at(self) -> int:
        """When, in milliseconds since 1970."""
        ...
    @staticmethod
    def from_dict(document: Document) -> Event:
        """An event from the document that `to_dict` gives.

        Raises `InvalidArgumentError` if it is none.
        """
        ...
    @staticmethod
    def from_json(text: str) -> Event:
        """An event from the line that `to_json` gives.

        Raises `InvalidArgumentError` if it is none.
        """
        ...
    @property
    def request(self) -> str | None:
        """The request id of the command that led to it, if it had one."""
        ...
    @property
    def seq(self) -> int:
        """Its number: 1 for the first of an engine, without gaps."""
        ...
    def to_dict(self) -> dict[str, Any]:
        """The event as the document it is in JSON: what a log should keep."""
        ...
    def to_json(self) -> str:
        """The event as one line of JSON: what a log should keep."""
        ...
    @property
    def type(self) -> str:
        """The kind in snake case, as in documents: `assigned`."""
        ...

class Explanation:
    """Why a ticket went where it did, or why it waits."""
    __match_args__ = ('ticket', 'state', 'queue', 'at', 'strategy', 'policy', 'agents', 'tie_broken', 'would_help')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def state(self) -> str:
        """Its state."""
        ...
    @property
    def queue(self) -> str:
        """Its queue."""
        ...
    @property
    def at(self) -> Timestamp:
        """The moment the explanation is for."""
        ...
    @property
    def strategy(self) -> str:
        """The strategy that chooses."""
        ...
    @property
    def policy(self) -> str:
        """The hash of the policy."""
        ...
    @property
    def agents(self) -> tuple[AgentStanding, ...]:
        """Every agent, the chosen one first, then by rank, then the denied by name."""
        ...
    @property
    def tie_broken(self) -> bool:
        """Whether only the keyed hash of seed, ticket and agent put the first before the second."""
        ...
    @property
    def would_help(self) -> tuple[Remedy, ...]:
        """For a waiting ticket: the smallest changes that would make it assignable, the one that frees most agents first."""
        ...
    def __new__(cls, ticket: str = ..., state: str = ..., queue: str = ..., at: int | datetime = ..., strategy: str = ..., policy: str = ..., agents: Sequence[AgentStanding | Document] = ..., tie_broken: bool = ..., would_help: Sequence[Remedy | Document] = ...) -> Explanation: ...
    def _repr_html_(self) -> str:
        """The explanation as a table, for notebooks."""
        ...
    @staticmethod
    def from_dict(document: Document) -> Explanation:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Fault:
    """One fault of a document: where it is, and what is wrong with it."""
    __match_args__ = ('path', 'message')
    @property
    def path(self) -> str:
        """Where, as a JSON path: `queues.support.targets[0]`."""
        ...
    @property
    def message(self) -> str:
        """What is wrong, and what was expected."""
        ...
    def __new__(cls, path: str = ..., message: str = ...) -> Fault: ...
    @staticmethod
    def from_dict(document: Document) -> Fault:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Interval:
    """A half-open interval of time, `from` included and `to` not."""
    __match_args__ = ('from_', 'to')
    @property
    def from_(self) -> Timestamp:
        """The first moment inside."""
        ...
    @property
    def to(self) -> Timestamp:
        """The first moment after."""
        ...
    def __new__(cls, from_: int | datetime = ..., to: int | datetime = ...) -> Interval: ...
    @staticmethod
    def from_dict(document: Document) -> Interval:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Moment:
    """Something that is to come in a ticket's life if nothing else happens."""
    __match_args__ = ('at', 'occasion', 'step', 'effect', 'delay', 'agent', 'target', 'kind')
    @property
    def at(self) -> Timestamp | None:
        """When; none for a step that waits for a condition."""
        ...
    @property
    def occasion(self) -> str:
        """What: `queued`, `step`, `shown`, `offer_expires`, `decline_ends`, `preference_ends`, `target_warning` or
        `target_missed`.
        """
        ...
    @property
    def step(self) -> int | None:
        """The relaxation step: its place in the queue's list, from 0."""
        ...
    @property
    def effect(self) -> dict[str, Any] | None:
        """What the step does, as the policy says it."""
        ...
    @property
    def delay(self) -> Span | None:
        """The delay of the agents that are shown the ticket, in milliseconds."""
        ...
    @property
    def agent(self) -> str | None:
        """Whose offer, decline or preference ends."""
        ...
    @property
    def target(self) -> str | None:
        """The service target."""
        ...
    @property
    def kind(self) -> TargetKind | None:
        """What the target promises."""
        ...
    def __new__(cls, at: int | datetime | None = ..., occasion: str = ..., step: int | None = ..., effect: Mapping[str, Any] | None = ..., delay: int | str | timedelta | None = ..., agent: str | None = ..., target: str | None = ..., kind: TargetKind | None = ...) -> Moment: ...
    @staticmethod
    def from_dict(document: Document) -> Moment:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class PlanSummary:
    """A plan in figures."""
    __match_args__ = ('tickets', 'assigned', 'score', 'greedy_assigned', 'greedy_score', 'exact', 'bound', 'prices', 'skills')
    @property
    def tickets(self) -> int:
        """Tickets that waited."""
        ...
    @property
    def assigned(self) -> int:
        """Tickets that the plan assigns."""
        ...
    @property
    def score(self) -> int:
        """The sum of the scores of its pairs."""
        ...
    @property
    def greedy_assigned(self) -> int:
        """What choosing ticket by ticket would have assigned."""
        ...
    @property
    def greedy_score(self) -> int:
        """The sum of scores that choosing ticket by ticket would have reached."""
        ...
    @property
    def exact(self) -> bool:
        """Whether the plan is proved the best there is. Where tickets differ in size or channel it may be a good one instead."""
        ...
    @property
    def bound(self) -> int | None:
        """What no plan can score that assigns as many tickets of each priority, where the plan is not exact but no other is proved to
        assign more.
        """
        ...
    @property
    def prices(self) -> tuple[AgentPrice, ...]:
        """The agents that the plan filled and for which one more ticket of room would have helped: the scarcest first, at most 16."""
        ...
    @property
    def skills(self) -> tuple[SkillPrice, ...]:
        """The skills that the plan's tickets require and that only such agents have: the scarcest first, at most 16."""
        ...
    def __new__(cls, tickets: int = ..., assigned: int = ..., score: int = ..., greedy_assigned: int = ..., greedy_score: int = ..., exact: bool = ..., bound: int | None = ..., prices: Sequence[AgentPrice | Document] = ..., skills: Sequence[SkillPrice | Document] = ...) -> PlanSummary: ...
    @staticmethod
    def from_dict(document: Document) -> PlanSummary:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Policy:
    """A policy: valid, and never changed.

    Takes a document: a dictionary, or its JSON as a text. Every field has a default, so that `Policy({})` is a policy. Where a
    policy is an argument, the document or the path of a file will do as well.

    Raises `InvalidPolicyError` whose `faults` name the place of everything that is wrong.
    """
    def __new__(cls, document: Document | str | None = None, /) -> Policy: ...
    @property
    def description(self) -> str | None:
        """What it is for."""
        ...
    @staticmethod
    def from_json(text: str) -> Policy:
        """A policy from its JSON."""
        ...
    @property
    def hash(self) -> str:
        """The hash that decisions carry: 32 hexadecimal digits, equal for equal policies."""
        ...
    @staticmethod
    def json_schema() -> str:
        """The JSON Schema (draft 2020-12) of policy documents."""
        ...
    def lint(self, agents: Iterable[Agent | Document] | None = None) -> tuple[PolicyWarning, ...]:
        """What its author should look at, given the agents it is for."""
        ...
    @staticmethod
    def load(path: str | os.PathLike[str]) -> Policy:
        """A policy from a file of JSON.

        Raises `OSError` if the file cannot be read.
        """
        ...
    @property
    def name(self) -> str | None:
        """What people call it."""
        ...
    @property
    def queues(self) -> tuple[str, ...]:
        """The names of its queues."""
        ...
    @staticmethod
    def ready_made(name: str) -> Policy:
        """One of the policies that come with Deskmatch: see `Policy.READY_MADE`.

        Raises `InvalidArgumentError` for a name that is none of them.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The document."""
        ...
    def to_json(self) -> str:
        """The document as JSON: the same text for equal policies."""
        ...
    READY_MADE: tuple[str, ...]

class PolicyPreview:
    """What a policy would change."""
    __match_args__ = ('policy', 'changes')
    @property
    def policy(self) -> str:
        """The hash of the policy."""
        ...
    @property
    def changes(self) -> tuple[TicketChange, ...]:
        """The waiting tickets that it changes, by name."""
        ...
    def __new__(cls, policy: str = ..., changes: Sequence[TicketChange | Document] = ...) -> PolicyPreview: ...
    @staticmethod
    def from_dict(document: Document) -> PolicyPreview:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class PolicyWarning:
    """Something in a valid policy that its author should look at."""
    __match_args__ = ('code', 'severity', 'path', 'message')
    @property
    def code(self) -> str:
        """What sort of thing, as a stable code."""
        ...
    @property
    def severity(self) -> str:
        """`info` or `warning`."""
        ...
    @property
    def path(self) -> str:
        """Where, as a JSON path."""
        ...
    @property
    def message(self) -> str:
        """What it is, and what to do."""
        ...
    def __new__(cls, code: str = ..., severity: str = ..., path: str = ..., message: str = ...) -> PolicyWarning: ...
    @staticmethod
    def from_dict(document: Document) -> PolicyWarning:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class PreferredAgent:
    """An agent to try first with a ticket."""
    __match_args__ = ('agent', 'until', 'exclusive', 'while_present')
    @property
    def agent(self) -> str:
        """The agent. It need not be known yet."""
        ...
    @property
    def until(self) -> Timestamp | None:
        """Until when; for as long as the ticket is open if not given."""
        ...
    @property
    def exclusive(self) -> bool:
        """Whether nobody but the exclusive agents may have the ticket until then. False by default."""
        ...
    @property
    def while_present(self) -> bool:
        """Whether the entry counts only while the agent is online and on shift. False by default."""
        ...
    def __new__(cls, agent: str = ..., until: int | datetime | None = ..., exclusive: bool = ..., while_present: bool = ...) -> PreferredAgent: ...
    @staticmethod
    def from_dict(document: Document) -> PreferredAgent:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class QueueView:
    """A queue as it was when it was asked for."""
    __match_args__ = ('id', 'waiting', 'agents', 'settles_at', 'tickets')
    @property
    def id(self) -> str:
        """Its name."""
        ...
    @property
    def waiting(self) -> int:
        """How many of its tickets wait without an offer."""
        ...
    @property
    def agents(self) -> int:
        """How many agents serve it."""
        ...
    @property
    def settles_at(self) -> Timestamp | None:
        """When its batch window settles, if one is open."""
        ...
    @property
    def tickets(self) -> tuple[str, ...]:
        """Its tickets that wait without an offer, in the order in which they go."""
        ...
    def __new__(cls, id: str = ..., waiting: int = ..., agents: int = ..., settles_at: int | datetime | None = ..., tickets: Sequence[str] = ...) -> QueueView: ...
    @staticmethod
    def from_dict(document: Document) -> QueueView:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class RateLimit:
    """At most so many assignments in a sliding window.

    An open offer counts as an assignment for as long as it stands, so that what an agent accepts never exceeds the limit.
    """
    __match_args__ = ('max', 'window')
    @property
    def max(self) -> int:
        """The most assignments in the window, 1 to 10,000."""
        ...
    @property
    def window(self) -> Span:
        """The length of the window. An assignment counts until exactly this long after it."""
        ...
    def __new__(cls, max: int = ..., window: int | str | timedelta = ...) -> RateLimit: ...
    @staticmethod
    def from_dict(document: Document) -> RateLimit:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Refusal:
    """Why nothing came of a command that was understood. That is an answer, not an error."""
    __match_args__ = ('type_', 'ticket', 'agent', 'denial', 'by')
    @property
    def type_(self) -> str:
        """`not_eligible`, `already_held` or `nothing_to_pull`."""
        ...
    @property
    def ticket(self) -> str | None:
        """The ticket, if one was named."""
        ...
    @property
    def agent(self) -> str | None:
        """The agent that was refused, where the rules refuse it."""
        ...
    @property
    def denial(self) -> Denial | None:
        """The first rule that says so."""
        ...
    @property
    def by(self) -> str | None:
        """Who holds the ticket already."""
        ...
    def __new__(cls, type_: str = ..., ticket: str | None = ..., agent: str | None = ..., denial: Denial | Document | None = ..., by: str | None = ...) -> Refusal: ...
    @staticmethod
    def from_dict(document: Document) -> Refusal:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Remedy:
    """The changes that together would make a waiting ticket assignable."""
    __match_args__ = ('changes', 'agents')
    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes: one where one is enough, else as few as will do."""
        ...
    @property
    def agents(self) -> int:
        """How many agents could have the ticket after these changes."""
        ...
    def __new__(cls, changes: Sequence[Change | Document] = ..., agents: int = ...) -> Remedy: ...
    @staticmethod
    def from_dict(document: Document) -> Remedy:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Route:
    """What routing rules set on a ticket."""
    __match_args__ = ('rules', 'queue', 'priority', 'class_', 'skills', 'attributes', 'targets')
    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that took effect, in order."""
        ...
    @property
    def queue(self) -> str | None:
        """The queue, if they chose one."""
        ...
    @property
    def priority(self) -> str | None:
        """The priority, if they set one."""
        ...
    @property
    def class_(self) -> str | None:
        """The strict class, if they set one."""
        ...
    @property
    def skills(self) -> tuple[SkillRequirement, ...]:
        """The skills they added or replaced."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool]:
        """The attributes they set."""
        ...
    @property
    def targets(self) -> tuple[str, ...] | None:
        """The targets, if they set them."""
        ...
    def __new__(cls, rules: Sequence[str] = ..., queue: str | None = ..., priority: str | None = ..., class_: str | None = ..., skills: Sequence[SkillRequirement | Document] = ..., attributes: Mapping[str, str | int | bool] = ..., targets: Sequence[str] | None = ...) -> Route: ...
    @staticmethod
    def from_dict(document: Document) -> Route:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class SkillPrice:
    """What one more ticket of room for a skill would have been worth to a plan, at most: the price of the least scarce of the
    agents that have it.
    """
    __match_args__ = ('skill', 'covers', 'points')
    @property
    def skill(self) -> str:
        """The skill."""
        ...
    @property
    def covers(self) -> bool:
        """Whether one more ticket, or a more urgent one, would have been assigned."""
        ...
    @property
    def points(self) -> int:
        """What the score would have gained, in points. Where `covers` is set that comes first, and this may be below zero."""
        ...
    def __new__(cls, skill: str = ..., covers: bool = ..., points: int = ...) -> SkillPrice: ...
    @staticmethod
    def from_dict(document: Document) -> SkillPrice:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class SkillRequirement:
    """One skill that a ticket asks for, at a minimum level."""
    __match_args__ = ('skill', 'level', 'class_')
    @property
    def skill(self) -> str:
        """The skill."""
        ...
    @property
    def level(self) -> int:
        """The lowest level that will do, 1 to 100; 1 by default."""
        ...
    @property
    def class_(self) -> str | dict[str, dict[str, int]]:
        """Whether the ticket cannot do without; required by default."""
        ...
    def __new__(cls, skill: str = ..., level: int = ..., class_: str | dict[str, dict[str, int]] = ...) -> SkillRequirement: ...
    @staticmethod
    def from_dict(document: Document) -> SkillRequirement:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Tally:
    """How many agents were eligible, and how many each rule turned away: each agent by the first rule that failed."""
    __match_args__ = ('eligible', 'presence', 'shift', 'queue', 'channel', 'capacity', 'skill', 'attribute', 'excluded', 'declined', 'reserved', 'rate')
    @property
    def eligible(self) -> int:
        """Agents that could have had the ticket."""
        ...
    @property
    def presence(self) -> int:
        """Agents that are not online, or not on this channel."""
        ...
    @property
    def shift(self) -> int:
        """Agents that are not on shift."""
        ...
    @property
    def queue(self) -> int:
        """Agents that do not serve the queue, or not yet."""
        ...
    @property
    def channel(self) -> int:
        """Agents that may not work on the channel."""
        ...
    @property
    def capacity(self) -> int:
        """Agents without room."""
        ...
    @property
    def skill(self) -> int:
        """Agents that lack a required skill, or its level."""
        ...
    @property
    def attribute(self) -> int:
        """Agents that do not meet the queue's condition."""
        ...
    @property
    def excluded(self) -> int:
        """Agents that the ticket excludes."""
        ...
    @property
    def declined(self) -> int:
        """Agents that have declined the ticket."""
        ...
    @property
    def reserved(self) -> int:
        """Agents for whom the ticket is not reserved."""
        ...
    @property
    def rate(self) -> int:
        """Agents that have had all they may have in the window."""
        ...
    def __new__(cls, eligible: int = ..., presence: int = ..., shift: int = ..., queue: int = ..., channel: int = ..., capacity: int = ..., skill: int = ..., attribute: int = ..., excluded: int = ..., declined: int = ..., reserved: int = ..., rate: int = ...) -> Tally: ...
    @staticmethod
    def from_dict(document: Document) -> Tally:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Term:
    """One term of a score."""
    __match_args__ = ('factor', 'value', 'weight', 'points')
    @property
    def factor(self) -> str:
        """The factor."""
        ...
    @property
    def value(self) -> int:
        """The agent's value: of a weighted sum in millionths; else a load in millionths of capacity or in units, a number of turns, the
        attribute, or how long ago in milliseconds, 9007199254740991 if it never was.
        """
        ...
    @property
    def weight(self) -> int:
        """What it counts."""
        ...
    @property
    def points(self) -> int:
        """The points it adds."""
        ...
    def __new__(cls, factor: str = ..., value: int = ..., weight: int = ..., points: int = ...) -> Term: ...
    @staticmethod
    def from_dict(document: Document) -> Term:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class Ticket:
    """A ticket as a desk submits it: what it is, what it asks of an agent, and when.

    Only the id is needed; the policy and its routing rules fill in the rest.
    """
    __match_args__ = ('id', 'queue', 'channel', 'priority', 'skills', 'attributes', 'requester', 'preferred', 'excluded', 'size', 'effort', 'not_before', 'due', 'created')
    @property
    def id(self) -> str:
        """The ticket's name, unique among the tickets the engine still knows."""
        ...
    @property
    def queue(self) -> str | None:
        """The queue; chosen by routing rules, else the policy's default, if not given."""
        ...
    @property
    def channel(self) -> str | None:
        """The channel; the policy's default if not given."""
        ...
    @property
    def priority(self) -> str | None:
        """The priority; the policy's default if not given."""
        ...
    @property
    def skills(self) -> tuple[SkillRequirement, ...]:
        """The skills asked for; at most 255, none twice."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool]:
        """What else the desk knows, for rules and explanations."""
        ...
    @property
    def requester(self) -> str | None:
        """Who asked for help."""
        ...
    @property
    def preferred(self) -> tuple[PreferredAgent, ...]:
        """Agents to try first, in this order."""
        ...
    @property
    def excluded(self) -> tuple[str, ...]:
        """Agents that may not have the ticket."""
        ...
    @property
    def size(self) -> int | None:
        """What the ticket costs its agent, in units; what its channel costs if not given."""
        ...
    @property
    def effort(self) -> Span | None:
        """How much work the ticket is expected to be."""
        ...
    @property
    def not_before(self) -> Timestamp | None:
        """The ticket is scheduled until this moment."""
        ...
    @property
    def due(self) -> Timestamp | None:
        """When the ticket is due, for the order `deadline` and the factor `slack`."""
        ...
    @property
    def created(self) -> Timestamp | None:
        """When the ticket came into being; its age counts from here (from `not_before` if that is later). The moment of
        submission if not given. May not lie in the future.
        """
        ...
    def __new__(cls, id: str = ..., queue: str | None = ..., channel: str | None = ..., priority: str | None = ..., skills: Sequence[SkillRequirement | Document] = ..., attributes: Mapping[str, str | int | bool] = ..., requester: str | None = ..., preferred: Sequence[PreferredAgent | Document] = ..., excluded: Sequence[str] = ..., size: int | None = ..., effort: int | str | timedelta | None = ..., not_before: int | datetime | None = ..., due: int | datetime | None = ..., created: int | datetime | None = ...) -> Ticket: ...
    @staticmethod
    def from_dict(document: Document) -> Ticket:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class TicketChange:
    """What a policy would change for one waiting ticket."""
    __match_args__ = ('ticket', 'place', 'capable', 'agent')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def place(self) -> tuple[int | None, int | None]:
        """Its place in its queue, from 1: before and after. `None` where it does not wait."""
        ...
    @property
    def capable(self) -> tuple[int, int]:
        """The agents that could ever take it: before and after."""
        ...
    @property
    def agent(self) -> str | None:
        """The agent that would get it, or an offer of it, at once."""
        ...
    def __new__(cls, ticket: str = ..., place: tuple[int | None, int | None] = ..., capable: tuple[int, int] = ..., agent: str | None = ...) -> TicketChange: ...
    @staticmethod
    def from_dict(document: Document) -> TicketChange:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class TicketPatch:
    """A change to a ticket. What is not given stays as it is."""
    __match_args__ = ('priority', 'skills', 'attributes', 'preferred', 'excluded', 'size', 'effort', 'due')
    @property
    def priority(self) -> str | None:
        """A new priority."""
        ...
    @property
    def skills(self) -> tuple[SkillRequirement, ...] | None:
        """New skills, in place of all the old ones."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool | None]:
        """Attributes to set; a null takes one away."""
        ...
    @property
    def preferred(self) -> tuple[PreferredAgent, ...] | None:
        """New preferred agents, in place of all the old ones."""
        ...
    @property
    def excluded(self) -> tuple[str, ...] | None:
        """New excluded agents, in place of all the old ones."""
        ...
    @property
    def size(self) -> int | None:
        """A new size, in units. Refused while an agent holds the ticket."""
        ...
    @property
    def effort(self) -> Span | None:
        """A new expected effort."""
        ...
    @property
    def due(self) -> Timestamp | None:
        """A new due moment."""
        ...
    def __new__(cls, priority: str | None = ..., skills: Sequence[SkillRequirement | Document] | None = ..., attributes: Mapping[str, str | int | bool | None] = ..., preferred: Sequence[PreferredAgent | Document] | None = ..., excluded: Sequence[str] | None = ..., size: int | None = ..., effort: int | str | timedelta | None = ..., due: int | datetime | None = ...) -> TicketPatch: ...
    @staticmethod
    def from_dict(document: Document) -> TicketPatch:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class TicketView:
    """A ticket as it was when it was asked for."""
    __match_args__ = ('id', 'state', 'since', 'queue', 'channel', 'priority', 'class_', 'agent', 'offers', 'skills', 'required_skills', 'attributes', 'requester', 'preferred', 'excluded', 'size', 'effort', 'created', 'age', 'not_before', 'due', 'responded', 'steps_taken')
    @property
    def id(self) -> str:
        """Its name."""
        ...
    @property
    def state(self) -> TicketState:
        """Where it is in its life."""
        ...
    @property
    def since(self) -> Timestamp:
        """Since when it is in this state, in milliseconds since 1970."""
        ...
    @property
    def queue(self) -> str:
        """Its queue."""
        ...
    @property
    def channel(self) -> str:
        """Its channel."""
        ...
    @property
    def priority(self) -> str:
        """Its priority, after escalations."""
        ...
    @property
    def class_(self) -> str | None:
        """The strict class it is in, if its queue has classes."""
        ...
    @property
    def agent(self) -> str | None:
        """The agent that holds it."""
        ...
    @property
    def offers(self) -> tuple[tuple[str, Timestamp], ...]:
        """The agents that hold a live offer of it, and until when."""
        ...
    @property
    def skills(self) -> tuple[SkillRequirement, ...]:
        """The skills it was submitted with or routed to, before relaxation."""
        ...
    @property
    def required_skills(self) -> tuple[SkillRequirement, ...]:
        """The skills it requires at this moment, after relaxation."""
        ...
    @property
    def attributes(self) -> dict[str, str | int | bool]:
        """Its attributes."""
        ...
    @property
    def requester(self) -> str | None:
        """Who asked for help."""
        ...
    @property
    def preferred(self) -> tuple[PreferredAgent, ...]:
        """Agents tried first, those added by affinity included."""
        ...
    @property
    def excluded(self) -> tuple[str, ...]:
        """Agents that may not have it."""
        ...
    @property
    def size(self) -> int | None:
        """Its size in units, if it has one of its own."""
        ...
    @property
    def effort(self) -> int | None:
        """Its expected effort, in milliseconds."""
        ...
    @property
    def created(self) -> Timestamp:
        """When it came into being, in milliseconds since 1970."""
        ...
    @property
    def age(self) -> int:
        """How long it has been waiting to be dealt with, in milliseconds since its age began."""
        ...
    @property
    def not_before(self) -> Timestamp | None:
        """Until when it is scheduled."""
        ...
    @property
    def due(self) -> Timestamp | None:
        """When it is due."""
        ...
    @property
    def responded(self) -> bool:
        """Whether its agent has responded."""
        ...
    @property
    def steps_taken(self) -> tuple[int, ...]:
        """The relaxation steps taken in its queue, by their places."""
        ...
    def __new__(cls, id: str = ..., state: TicketState = ..., since: int | datetime = ..., queue: str = ..., channel: str = ..., priority: str = ..., class_: str | None = ..., agent: str | None = ..., offers: Sequence[tuple[str, Timestamp]] = ..., skills: Sequence[SkillRequirement | Document] = ..., required_skills: Sequence[SkillRequirement | Document] = ..., attributes: Mapping[str, str | int | bool] = ..., requester: str | None = ..., preferred: Sequence[PreferredAgent | Document] = ..., excluded: Sequence[str] = ..., size: int | None = ..., effort: int | None = ..., created: int | datetime = ..., age: int = ..., not_before: int | datetime | None = ..., due: int | datetime | None = ..., responded: bool = ..., steps_taken: Sequence[int] = ...) -> TicketView: ...
    @staticmethod
    def from_dict(document: Document) -> TicketView:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class View:
    """An engine in figures. What was submitted is in exactly one of the states."""
    __match_args__ = ('agents', 'submitted', 'scheduled', 'waiting', 'offered', 'assigned', 'paused', 'wrapping_up', 'closed', 'cancelled')
    @property
    def agents(self) -> int:
        """Agents known."""
        ...
    @property
    def submitted(self) -> int:
        """Tickets ever submitted."""
        ...
    @property
    def scheduled(self) -> int:
        """Tickets held back."""
        ...
    @property
    def waiting(self) -> int:
        """Tickets without an offer."""
        ...
    @property
    def offered(self) -> int:
        """Tickets with a live offer."""
        ...
    @property
    def assigned(self) -> int:
        """Tickets being worked on."""
        ...
    @property
    def paused(self) -> int:
        """Tickets that wait on their requester."""
        ...
    @property
    def wrapping_up(self) -> int:
        """Tickets being wrapped up."""
        ...
    @property
    def closed(self) -> int:
        """Tickets done, those no longer known included."""
        ...
    @property
    def cancelled(self) -> int:
        """Tickets given up, those no longer known included."""
        ...
    def __new__(cls, agents: int = ..., submitted: int = ..., scheduled: int = ..., waiting: int = ..., offered: int = ..., assigned: int = ..., paused: int = ..., wrapping_up: int = ..., closed: int = ..., cancelled: int = ...) -> View: ...
    @staticmethod
    def from_dict(document: Document) -> View:
        """A value from the document that `to_dict` gives.

        Raises `InvalidArgumentError` or `InvalidJsonError` that names the place of what is wrong.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The value as the document it is in JSON, with moments and spans as the engine writes them."""
        ...

class AgentAdded(Event):
    """An agent is known."""
    __match_args__ = ('agent',)
    @property
    def agent(self) -> Agent:
        """The agent."""
        ...
    def __new__(cls, agent: Agent | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> AgentAdded: ...

class AgentRemoved(Event):
    """An agent is no longer known. What it held was taken from it by events before this one."""
    __match_args__ = ('agent',)
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    def __new__(cls, agent: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> AgentRemoved: ...

class AgentUpdated(Event):
    """An agent has changed."""
    __match_args__ = ('agent', 'patch')
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def patch(self) -> AgentPatch:
        """What changed."""
        ...
    def __new__(cls, agent: str = ..., patch: AgentPatch | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> AgentUpdated: ...

class Answered(Event):
    """A command with a request id was answered."""
    __match_args__ = ('command', 'refusal')
    @property
    def command(self) -> str:
        """A hash of the command, so that another one under the same id is noticed."""
        ...
    @property
    def refusal(self) -> Refusal | None:
        """The refusal, if that was the answer."""
        ...
    def __new__(cls, command: str = ..., refusal: Refusal | Document | None = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Answered: ...

class Assigned(Event):
    """An agent holds the ticket."""
    __match_args__ = ('ticket', 'agent', 'decision')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def decision(self) -> Decision:
        """Why this agent."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., decision: Decision | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Assigned: ...

class Cancelled(Event):
    """A ticket was cancelled."""
    __match_args__ = ('ticket', 'reason')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def reason(self) -> CancelReason:
        """Why."""
        ...
    def __new__(cls, ticket: str = ..., reason: CancelReason = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Cancelled: ...

class Closed(Event):
    """A ticket is closed."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    def __new__(cls, ticket: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Closed: ...

class Escalated(Event):
    """A step has raised a ticket's priority."""
    __match_args__ = ('ticket', 'from_', 'to')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def from_(self) -> str:
        """The priority before."""
        ...
    @property
    def to(self) -> str:
        """The priority now."""
        ...
    def __new__(cls, ticket: str = ..., from_: str = ..., to: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Escalated: ...

class Forgotten(Event):
    """A closed or cancelled ticket is no longer known."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    def __new__(cls, ticket: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Forgotten: ...

class OfferAccepted(Event):
    """An agent has accepted an offer; the assignment follows."""
    __match_args__ = ('ticket', 'agent')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> OfferAccepted: ...

class OfferDeclined(Event):
    """An agent has declined an offer."""
    __match_args__ = ('ticket', 'agent', 'excluded')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def excluded(self) -> str | dict[str, int]:
        """Whether it may be asked again."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., excluded: str | dict[str, int] = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> OfferDeclined: ...

class OfferExpired(Event):
    """An agent has let an offer run out."""
    __match_args__ = ('ticket', 'agent', 'excluded')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def excluded(self) -> str | dict[str, int]:
        """Whether it may be asked again."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., excluded: str | dict[str, int] = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> OfferExpired: ...

class OfferRevoked(Event):
    """An offer was taken back."""
    __match_args__ = ('ticket', 'agent', 'reason')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def reason(self) -> RevokeReason:
        """Why."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., reason: RevokeReason = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> OfferRevoked: ...

class Offered(Event):
    """A ticket is offered to an agent."""
    __match_args__ = ('ticket', 'agent', 'until', 'decision')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def until(self) -> Timestamp:
        """Until when the offer stands."""
        ...
    @property
    def decision(self) -> Decision:
        """Why this agent."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., until: int | datetime = ..., decision: Decision | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Offered: ...

class Overflowed(Event):
    """A ticket has moved to another queue because it waited too long or too many did."""
    __match_args__ = ('ticket', 'from_', 'to')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def from_(self) -> str:
        """The queue before."""
        ...
    @property
    def to(self) -> str:
        """The queue now."""
        ...
    def __new__(cls, ticket: str = ..., from_: str = ..., to: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Overflowed: ...

class Paused(Event):
    """A ticket waits on its requester."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    def __new__(cls, ticket: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Paused: ...

class Planned(Event):
    """A batch was settled by a plan; its assignments follow."""
    __match_args__ = ('queue', 'summary')
    @property
    def queue(self) -> str | None:
        """The queue; every queue if not given."""
        ...
    @property
    def summary(self) -> PlanSummary:
        """The plan in figures."""
        ...
    def __new__(cls, queue: str | None = ..., summary: PlanSummary | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Planned: ...

class PolicyChanged(Event):
    """A policy is in force from now on."""
    __match_args__ = ('hash', 'policy')
    @property
    def hash(self) -> str:
        """Its hash, which decisions carry."""
        ...
    @property
    def policy(self) -> Policy:
        """The policy."""
        ...
    def __new__(cls, hash: str = ..., policy: Policy | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> PolicyChanged: ...

class PresenceChanged(Event):
    """An agent's presence has changed."""
    __match_args__ = ('agent', 'presence', 'channel', 'reason')
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    @property
    def presence(self) -> Presence:
        """What it is now."""
        ...
    @property
    def channel(self) -> str | None:
        """The channel; altogether if not given."""
        ...
    @property
    def reason(self) -> PresenceReason:
        """Why."""
        ...
    def __new__(cls, agent: str = ..., presence: Presence = ..., channel: str | None = ..., reason: PresenceReason = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> PresenceChanged: ...

class Queued(Event):
    """A ticket waits in a queue."""
    __match_args__ = ('ticket', 'queue')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def queue(self) -> str:
        """The queue."""
        ...
    def __new__(cls, ticket: str = ..., queue: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Queued: ...

class Relaxed(Event):
    """A relaxation step was taken."""
    __match_args__ = ('ticket', 'step')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def step(self) -> int:
        """The step: its place in the queue's list, from 0."""
        ...
    def __new__(cls, ticket: str = ..., step: int = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Relaxed: ...

class Reopened(Event):
    """A closed ticket is open again."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    def __new__(cls, ticket: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Reopened: ...

class Requeued(Event):
    """A ticket was taken from its agent and waits again."""
    __match_args__ = ('ticket', 'agent', 'reason', 'note', 'excluded')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent that held it."""
        ...
    @property
    def reason(self) -> RequeueReason:
        """Why."""
        ...
    @property
    def note(self) -> str | None:
        """What whoever asked for it said."""
        ...
    @property
    def excluded(self) -> str | dict[str, int]:
        """Whether the agent may have it again."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., reason: RequeueReason = ..., note: str | None = ..., excluded: str | dict[str, int] = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Requeued: ...

class Resolved(Event):
    """A ticket is done."""
    __match_args__ = ('ticket', 'agent', 'wrap_up_until')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent that did it."""
        ...
    @property
    def wrap_up_until(self) -> Timestamp | None:
        """Until when the agent wraps up at most, if it does."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., wrap_up_until: int | datetime | None = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Resolved: ...

class Responded(Event):
    """The agent has responded to the requester for the first time."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    def __new__(cls, ticket: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Responded: ...

class Resumed(Event):
    """A ticket no longer waits on its requester."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    def __new__(cls, ticket: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Resumed: ...

class Routed(Event):
    """Routing rules have completed a ticket."""
    __match_args__ = ('ticket', 'route')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def route(self) -> Route:
        """What they set."""
        ...
    def __new__(cls, ticket: str = ..., route: Route | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Routed: ...

class Scheduled(Event):
    """A ticket is held back until a moment."""
    __match_args__ = ('ticket', 'until')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def until(self) -> Timestamp:
        """The moment."""
        ...
    def __new__(cls, ticket: str = ..., until: int | datetime = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Scheduled: ...

class Submitted(Event):
    """A ticket has come in."""
    __match_args__ = ('ticket',)
    @property
    def ticket(self) -> Ticket:
        """The ticket, with the moment of its creation."""
        ...
    def __new__(cls, ticket: Ticket | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Submitted: ...

class TargetMissed(Event):
    """A service target was missed."""
    __match_args__ = ('ticket', 'target', 'kind', 'due')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def target(self) -> str:
        """The target."""
        ...
    @property
    def kind(self) -> TargetKind:
        """What it promised."""
        ...
    @property
    def due(self) -> Timestamp:
        """When it was due."""
        ...
    def __new__(cls, ticket: str = ..., target: str = ..., kind: TargetKind = ..., due: int | datetime = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> TargetMissed: ...

class TargetWarned(Event):
    """A service target will be missed soon."""
    __match_args__ = ('ticket', 'target', 'kind', 'due')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def target(self) -> str:
        """The target."""
        ...
    @property
    def kind(self) -> TargetKind:
        """What it promises."""
        ...
    @property
    def due(self) -> Timestamp:
        """When it will be missed."""
        ...
    def __new__(cls, ticket: str = ..., target: str = ..., kind: TargetKind = ..., due: int | datetime = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> TargetWarned: ...

class TicketUpdated(Event):
    """A ticket has changed."""
    __match_args__ = ('ticket', 'patch')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def patch(self) -> TicketPatch:
        """What changed."""
        ...
    def __new__(cls, ticket: str = ..., patch: TicketPatch | Document = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> TicketUpdated: ...

class Transferred(Event):
    """Somebody has moved a ticket to another queue, where it waits."""
    __match_args__ = ('ticket', 'from_', 'to')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def from_(self) -> str:
        """The queue before."""
        ...
    @property
    def to(self) -> str:
        """The queue now."""
        ...
    def __new__(cls, ticket: str = ..., from_: str = ..., to: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> Transferred: ...

class WindowOpened(Event):
    """A batch window of a queue has opened: a ticket waits there that an agent may take."""
    __match_args__ = ('queue', 'until')
    @property
    def queue(self) -> str:
        """The queue."""
        ...
    @property
    def until(self) -> Timestamp:
        """When it settles."""
        ...
    def __new__(cls, queue: str = ..., until: int | datetime = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> WindowOpened: ...

class WrappedUp(Event):
    """The agent has finished wrapping up."""
    __match_args__ = ('ticket', 'agent')
    @property
    def ticket(self) -> str:
        """The ticket."""
        ...
    @property
    def agent(self) -> str:
        """The agent."""
        ...
    def __new__(cls, ticket: str = ..., agent: str = ..., seq: int = ..., at: int | datetime = ..., request: str | None = None) -> WrappedUp: ...

class Assignment:
    """An assignment and the prices that prove it."""
    @property
    def column_prices(self) -> tuple[int, ...]:
        """The price of each column: what one more of its room would be worth at most."""
        ...
    @property
    def columns(self) -> tuple[int | None, ...]:
        """The column of each row; none for a row left out."""
        ...
    @property
    def matched(self) -> int:
        """How many rows have a column."""
        ...
    @property
    def method(self) -> str:
        """The algorithm that found it: `auction`, `network_simplex` or `shortest_paths`. All are exact; which one is used follows
        from the problem alone.
        """
        ...
    @property
    def objective(self) -> int:
        """The sum of the values of the pairs; with `optional` also of the rows left out."""
        ...
    @property
    def row_prices(self) -> tuple[int, ...]:
        """The price of each row, in gains."""
        ...

class AssignmentProblem:
    """An assignment problem: rows, columns that each take a number of rows, and whole values of the pairs that are allowed.

    `rows` has, for each row, a dictionary from column to value, or a list of such pairs. Columns are numbers from 0; there are
    `columns` of them. `capacities` says how many rows each takes; one by default.

    Raises a `MatchingError` that names the row or column that is wrong.

        >>> import deskmatch
        >>> problem = deskmatch.AssignmentProblem([{0: 9, 1: 8}, {0: 7}, {1: 2}], columns=2, capacities=[1, 2])
        >>> answer = problem.solve(maximize=True)
        >>> answer.columns, answer.objective
        ((1, 0, 1), 17)
    """
    @property
    def columns(self) -> int:
        """The number of columns."""
        ...
    @property
    def rows(self) -> int:
        """The number of rows."""
        ...
    def solve(self, *, maximize: bool = False, cover: Literal["all", "most", "optional"] = 'all', ranks: Sequence[int] | None = None, unmatched: int | Sequence[int] | None = None) -> Assignment:
        """The best assignment. `cover` says which rows must be matched: `all`, by default; `most`, as many as possible, those of the
        lowest `ranks` first (all alike by default), then by value; `optional`, those that pay more than `unmatched`, which is 0 by
        default and may be a list.

        Raises `InfeasibleError` if not every row can be matched and `cover` is `all`.
        """
        ...
    def verify(self, answer: Assignment) -> None:
        """Proves an answer best by its prices, without trusting the solver. O(pairs allowed).

        Raises `InvalidSolutionError` that names the first thing that is wrong.
        """
        ...
    def __new__(cls, rows: Iterable[Mapping[int, int] | Iterable[tuple[int, int]]], *, columns: int, capacities: Sequence[int] | None = None) -> AssignmentProblem: ...

class DenseAssignment:
    """A best assignment of a dense matrix with the prices that prove it.

    Prices are stated in gains: a pair's value when maximising, minus its cost when minimising. A row's and a column's price add up to
    at least the gain of their pair, and to just that where they are matched.
    """
    @property
    def column_prices(self) -> "numpy.typing.NDArray[Any]":
        """The price of each column, in gains, as an array: what one more of it would be worth at most."""
        ...
    @property
    def columns(self) -> tuple[int | None, ...]:
        """The column of each row; none for a row that has none."""
        ...
    @property
    def copied(self) -> bool:
        """Whether the matrix had to be copied to be read."""
        ...
    @property
    def method(self) -> str:
        """The algorithm that found it."""
        ...
    @property
    def objective(self) -> float:
        """The sum of the values of the pairs, and of the rows left out."""
        ...
    @property
    def row_prices(self) -> "numpy.typing.NDArray[Any]":
        """The price of each row, in gains, as an array."""
        ...

class Engine:
    """The engine: it knows tickets, agents and a policy, and turns commands into events.

    It does no input or output and draws no random number: the same commands at the same times give the same events everywhere.
    After every command, no ticket waits that some agent may take. A command that raises changes nothing.

    Every command takes `at`, its moment: whole milliseconds since 1970, or a `datetime` with a time zone. By default it is what the
    clock says, or the engine's last moment if that is later. Time may stand still but not go back. A `request_id` makes a command
    that is sent twice happen once.

    One engine is one partition; engines share nothing. Threads may share an engine: its commands go one after the other.

        >>> import deskmatch
        >>> engine = deskmatch.Engine()
        >>> engine.add_agent("ada", skills={"german": 80}, at=0).events[0].type
        'agent_added'
        >>> [event.type for event in engine.submit("T-1", at=0)]
        ['submitted', 'queued', 'assigned']
    """
    def __new__(cls, policy: PolicyLike | None = None, *, strategies: Mapping[str, StrategyLike] | None = None) -> Engine: ...
    def accept(self, ticket: str, agent: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Accepts an offer.

        Raises `NoOfferError`, `UnknownTicketError`, `UnknownAgentError`.
        """
        ...
    def add_agent(self, agent: str | Agent | Document, /, *, at: At | None = None, request_id: str | None = None, **fields: Any) -> Outcome:
        """Adds an agent: an `Agent`, its document, or an id with its fields.

        Raises `DuplicateAgentError`, and `InvalidAgentError` with every fault.
        """
        ...
    def agent(self, id: str) -> AgentView | None:
        """An agent as it is now, if it is known."""
        ...
    def agents(self) -> tuple[AgentView, ...]:
        """Every agent, in no order that means anything. O(agents)."""
        ...
    def apply(self, events: Event | Document | Iterable[Event | Document]) -> None:
        """Applies events of a log: one, or a list of them. Never asks a strategy, so a log replays anywhere.

        Raises `InvalidEventError` at the first that does not follow from the state; those before it were applied.
        """
        ...
    def assign(self, ticket: str, agent: str, force: bool = False, reason: str | None = None, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Somebody gives this ticket to this agent, by the rules unless `force` is true. The reason is kept in the event.

        Raises `UnknownTicketError`, `UnknownAgentError`, `WrongStateError`.
        """
        ...
    def cancel(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Cancels an open ticket.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    def candidates(self, ticket: str) -> tuple[AgentView, ...]:
        """The agents that could have a waiting ticket now, sorted by id, for a host that chooses itself and then claims. Each has its
        `score` where the queue has factors.

        Raises `UnknownTicketError`.
        """
        ...
    def claim(self, ticket: str, agent: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """An agent takes this ticket, if it may; else the outcome has a refusal.

        Raises `UnknownTicketError`, `UnknownAgentError`, `WrongStateError`.
        """
        ...
    def decide(self, command: Document | str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """What a command would lead to, without doing it: store its events, then `apply` them."""
        ...
    def decline(self, ticket: str, agent: str, ask_again_at: At | None = None, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Declines an offer, or hands back a ticket that was assigned. `ask_again_at` is the moment from which the agent may be asked again;
        as the policy says by default.

        Raises `NoOfferError`, `UnknownTicketError`, `UnknownAgentError`.
        """
        ...
    def digest(self) -> str:
        """A digest of everything the engine knows: 32 hexadecimal digits, equal for equal states in every language. O(state)."""
        ...
    def execute(self, command: Document | str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Does a command given as a document: a dictionary whose `type` is the command, or its JSON.

        Raises `InvalidJsonError` if it is no command, and else what the command's own method raises.
        """
        ...
    def execute_many(self, commands: Iterable[Document | str | tuple[At, Document | str]], *, at: At | None = None, on_error: Literal["raise", "return"] = 'raise') -> list[Any]:
        """Does many commands in one crossing, one after the other: each a document as for `execute`, or a pair of its moment and the
        document. A command without a moment has `at`.

        Returns their outcomes in order. With `on_error="raise"` the first that fails raises; its exception's `index` is the command's
        place, and the outcomes before it are in `outcomes`: those commands were done. With `on_error="return"` the exception stands in
        the place of the outcome, and the rest is done.
        """
        ...
    def explain(self, ticket: str) -> Explanation:
        """Why a ticket went where it did, or why it waits, as things are now. O(agents).

        Raises `UnknownTicketError`.
        """
        ...
    def explain_event(self, log: Iterable[Event | Document], seq: int) -> Explanation:
        """Why an assignment or an offer of the past was made, from the log after this engine's state.

        This engine is the one before the log: a new one, or one restored from a snapshot. `log` is a list of events or of their
        documents; `seq` is the number of the event.

        Raises `InvalidEventError` if the log does not follow, or the event is not in it.
        """
        ...
    def finish_wrap_up(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """The agent has finished wrapping up.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    def fork(self) -> Engine:
        """An independent copy, to try things on. It shares the strategies of the host. O(state)."""
        ...
    @property
    def next_due(self) -> int | None:
        """The moment at which a `tick` would do something, in milliseconds since 1970, if there is one."""
        ...
    @property
    def now(self) -> int | None:
        """The last moment seen, in milliseconds since 1970; none before the first command."""
        ...
    def pause(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """The ticket waits on its requester.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    def plan(self, queue: str | None = None, limit: int | None = None, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Settles what waits by one optimal plan now, in a queue or in all, whatever the batch windows. `limit` is the most tickets to
        assign; the first by order are planned.

        Raises `UnknownQueueError`.
        """
        ...
    @property
    def policy(self) -> Policy:
        """The policy in force."""
        ...
    @property
    def policy_hash(self) -> str:
        """The hash of the policy in force: 32 hexadecimal digits."""
        ...
    def preview_policy(self, policy: PolicyLike, *, at: At | None = None) -> PolicyPreview:
        """What a policy would change for the tickets that wait now. O(state): the policy is tried on a fork.

        Raises what `set_policy` raises.
        """
        ...
    def pull(self, agent: str, queue: str | None = None, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """An agent asks for its next ticket, of a queue or of any: the first by order that it may have.

        Raises `UnknownAgentError`, `UnknownQueueError`.
        """
        ...
    def queue(self, id: str) -> QueueView | None:
        """A queue as it is now, if the policy has it."""
        ...
    def queues(self) -> tuple[QueueView, ...]:
        """Every queue of the policy, by name."""
        ...
    def remove_agent(self, agent: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Removes an agent. What it holds waits again; what it wraps up is closed.

        Raises `UnknownAgentError`.
        """
        ...
    def reopen(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Opens a closed ticket again. It waits anew: its age, steps and targets count from now.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    def requeue(self, ticket: str, reason: str | None = None, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Takes a ticket from its agent; it waits again, with its old age. The reason is kept in the event.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    def resolve(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """The ticket is done; wrap-up begins if the queue has one.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    def respond(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Notes that the agent has responded to the requester for the first time.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    @staticmethod
    def restore(snapshot: bytes, *, strategies: Mapping[str, StrategyLike] | None = None) -> Engine:
        """An engine from what `snapshot` gave.

        Raises `InvalidSnapshotError` or `SnapshotVersionError`; `UnknownStrategyError` if its policy names one that is not given.
        """
        ...
    def resume(self, ticket: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """The requester has answered.

        Raises `UnknownTicketError`, `WrongStateError`.
        """
        ...
    @property
    def seq(self) -> int:
        """The number of the last event; 0 before the first."""
        ...
    def set_policy(self, policy: PolicyLike, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Replaces the policy.

        Raises `InvalidPolicyError` with every fault, and `PolicyInUseError` if it no longer knows something in use.
        """
        ...
    def set_presence(self, agent: str, presence: Presence, channel: str | None = None, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Says whether an agent is there, altogether or on one channel: `online`, `draining`, `away` or `offline`. Altogether also takes
        back what was said of single channels.

        Raises `UnknownAgentError`, `UnknownChannelError`.
        """
        ...
    def snapshot(self) -> bytes:
        """The whole state as bytes, for `restore`. O(state)."""
        ...
    def submit(self, ticket: str | Ticket | Document, /, *, at: At | None = None, request_id: str | None = None, **fields: Any) -> Outcome:
        """Submits a ticket: a `Ticket`, its document, or an id with its fields.

        Raises `DuplicateTicketError`, and `InvalidTicketError` with every fault.
        """
        ...
    def suggest(self, ticket: str) -> AgentView | None:
        """The agent that the strategy of a waiting ticket's queue would choose for it now; `None` if nobody may have it.

        For desks that show a suggestion and let a person decide, on queues whose tickets agents pull.

        Raises `UnknownTicketError`, and what a strategy of the host raises.
        """
        ...
    def tick(self, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Does what time has brought due. Every other command does so first; `next_due` says when it is time."""
        ...
    def ticket(self, id: str) -> TicketView | None:
        """A ticket as it is now, if it is known."""
        ...
    def tickets(self, *, states: Iterable[TicketState] | None = None) -> tuple[TicketView, ...]:
        """Every ticket known, in no order that means anything; those in one of `states` if given. O(tickets)."""
        ...
    def timeline(self, ticket: str) -> tuple[Moment, ...]:
        """What is to come for a ticket if nothing else happens, in order.

        Raises `UnknownTicketError`.
        """
        ...
    def transfer_to_agent(self, ticket: str, agent: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Moves a ticket from the agent that holds it to another, if that one may have it; else the outcome has a refusal.

        Raises `UnknownTicketError`, `UnknownAgentError`, `WrongStateError`.
        """
        ...
    def transfer_to_queue(self, ticket: str, queue: str, *, at: At | None = None, request_id: str | None = None) -> Outcome:
        """Moves a ticket to a queue, where it waits.

        Raises `UnknownTicketError`, `UnknownQueueError`, `WrongStateError`.
        """
        ...
    def update_agent(self, agent: str, patch: AgentPatch | Document | None = None, *, at: At | None = None, request_id: str | None = None, **fields: Any) -> Outcome:
        """Changes an agent: an `AgentPatch`, its document, or its fields. What is not given stays as it is.

        Raises `UnknownAgentError`, and `InvalidAgentError` with every fault.
        """
        ...
    def update_ticket(self, ticket: str, patch: TicketPatch | Document | None = None, *, at: At | None = None, request_id: str | None = None, **fields: Any) -> Outcome:
        """Changes an open ticket: a `TicketPatch`, its document, or its fields. What is not given stays as it is.

        Raises `UnknownTicketError`, `WrongStateError`, and `InvalidTicketError` with every fault.
        """
        ...
    def view(self) -> View:
        """The engine in figures. O(1)."""
        ...
    def __copy__(self) -> Engine: ...
    def __deepcopy__(self, memo: Any) -> Engine: ...

class Outcome:
    """What a command came to: its events, or why nothing came of it. Iterating over it is iterating over its events."""
    @property
    def events(self) -> tuple[Event, ...]:
        """What happened, in order. What the passing of time brought due comes first."""
        ...
    @property
    def refusal(self) -> Refusal | None:
        """Why nothing came of the command, if so. That is not an error."""
        ...
    @property
    def repeated(self) -> bool:
        """Whether this is the answer to an earlier command with the same request id; nothing was done this time."""
        ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Event]: ...
    def __getitem__(self, index: int) -> Event: ...
    __match_args__ = ("events", "refusal", "repeated")

class ReplayReport:
    """What came of a replay: the figures of every policy, side by side, the first column being what the log itself did."""
    def _repr_html_(self) -> str:
        """The report as a text that keeps its columns, for notebooks."""
        ...
    def assignments_frame(self, kind: FrameKind | None = None) -> Any:
        """Every assignment of every policy, in order: `policy`, `ticket`, `agent`, `queue`, `priority`, `at` and `waited` in milliseconds,
        `number` (1 for the ticket's first assignment), `by`, and `reason` in words.

        `kind` is `pandas`, `polars`, `pyarrow`, or `dict` for lists by column; by default the kind of the tickets that `simulate` was
        given, else the first of these that is installed.

        Raises `InvalidArgumentError` if assignments were not kept: ask for them with `assignments=True`.
        """
        ...
    @property
    def policies(self) -> list[str]:
        """The headings of the columns: `log (data)`, then the policies."""
        ...
    def summary_frame(self, kind: FrameKind | None = None) -> Any:
        """The figures with a row for each policy, the log itself first: `policy`, then a column for each row of the report, by its key, in
        the units that `to_dict` names. What a policy has no figure for is missing.

        `kind` is as for `assignments_frame`.
        """
        ...
    def to_dict(self) -> dict[str, Any]:
        """The report as a document: title, columns, rows by section, notes."""
        ...

class SizedAssignment:
    """An assignment of rows that take up room, with a proven bound on what any assignment can reach."""
    @property
    def bound(self) -> int:
        """What no assignment can pass: when minimising none is cheaper, when maximising none is worth more. Proven."""
        ...
    @property
    def columns(self) -> tuple[int | None, ...]:
        """The column of each row; none for a row left out."""
        ...
    @property
    def gap(self) -> int:
        """By how much a best assignment could be better than this one at most: the distance of objective and bound."""
        ...
    @property
    def objective(self) -> int:
        """The sum of the values of the pairs, and of the rows left out."""
        ...
    @property
    def proved(self) -> bool:
        """Whether it is proved that no assignment is better: the gap is 0."""
        ...
    @property
    def steps(self) -> int:
        """How many steps of work were done. May pass what was allowed by the work of one round."""
        ...

def assign_dense(cost_matrix: Any, maximize: bool = False, *, unmatched: Any = None) -> DenseAssignment:
    """Solves a dense assignment problem, with prices, and proves the answer by them.

    As `linear_sum_assignment`, but rows may be left out where `unmatched` says what each row adds then (an array of the matrix's type,
    or one number for all): the shorter side need not be matched completely.

    Raises a `MatchingError`; `InvalidSolutionError` if the proof fails, which is a fault of ours.

        >>> import numpy, deskmatch
        >>> answer = deskmatch.assign_dense(numpy.array([[1, 9], [9, 9]]), unmatched=3)
        >>> answer.columns, answer.objective
        ((0, None), 4)
    """
    ...

def assign_sized(costs: Any, sizes: Any, capacities: Iterable[int] | Any, maximize: bool = False, *, unmatched: int | Sequence[int] | None = None, steps: int | None = None) -> SizedAssignment:
    """Assigns rows that take several units of a column's capacity: the generalised assignment problem, with a proven bound.

    Each row goes to one column and takes `sizes` units there; no column gives more than its entry of `capacities`. The problem is
    NP-hard, so an answer has a `bound` beside its `objective`: where they meet it is `proved` best, else `gap` says what could be gained
    at most.

    `costs` are whole numbers. A matrix is an array of two dimensions (in an array of floats infinity forbids a pair, minus infinity when
    maximising; in one of integers its smallest value does), or lists of numbers. A sparse problem is a list with a dictionary from column
    to value for each row, or a sparse matrix of SciPy's. `sizes` has one entry a row; or, for a matrix, one a pair, in the same shape; or
    it is left out where the dictionaries have pairs of value and size.

    `unmatched` says what a row adds when it is left out, one number for all or one a row; without it every row must be placed. `steps`
    is how much work may be done: 130 million by default, about a second, and the answer depends on it but not on the machine. Other threads run
    meanwhile and must not change the array; Ctrl-C ends the work.

    Raises `InfeasibleError` if it is proved that not every row can be placed, `OutOfStepsError` if the steps are spent and neither an
    assignment nor that was found, and another `MatchingError` for lists that do not fit each other.

        >>> import deskmatch
        >>> answer = deskmatch.assign_sized([[90, 70], [80, 75], [60, 20], [50, 45]], [5, 4, 3, 2], [8, 6], maximize=True)
        >>> answer.columns, answer.objective, answer.bound, answer.proved
        ((0, 1, 0, 1), 270, 270, True)
    """
    ...

def linear_sum_assignment(cost_matrix: Any, maximize: bool = False) -> tuple["numpy.typing.NDArray[numpy.int64]", "numpy.typing.NDArray[numpy.int64]"]:
    """Solves the linear sum assignment problem, in the place of `scipy.optimize.linear_sum_assignment`.

    Every row of `cost_matrix` gets a column of its own, or where there are more rows than columns every column a row, so that the
    sum is the smallest there is, or the largest with `maximize`. Infinity (minus infinity when maximising) forbids a pair.

    Arrays of float64, float32, int64 and int32 that lie in one piece are read where they are, without a copy; anything else is copied
    into float64 first. Other threads run meanwhile, and must not change the array.

    Returns the rows, ascending, and the column of each, as two arrays of int64.

    Raises `ValueError` if the matrix has not two dimensions, holds what is not a number, or allows no assignment; `TypeError` if its
    type does not fit into float64.

        >>> import numpy, deskmatch
        >>> cost = numpy.array([[4, 1, 3], [2, 0, 5], [3, 2, 2]])
        >>> rows, columns = deskmatch.linear_sum_assignment(cost)
        >>> columns.tolist(), int(cost[rows, columns].sum())
        ([1, 0, 2], 5)
    """
    ...

def log_events(logger: logging.Logger | None, level: int = 20) -> None:
    """Logs what happens in every engine from now on: one record an event, at `level`, with the event as JSON. None ends it.

    It is off by default. A logger that raises makes the command raise, which has happened all the same.
    """
    ...

def _listing() -> Any: ...

def _assign(tickets: Any, agents: Any, policy: Any, strategy: Any, at: Any, reasons: bool) -> dict[str, list[Any]]: ...

def _replay(log: Any, policies: dict[str, Any], settings: dict[str, Any], progress: Any) -> ReplayReport: ...

def _simulate(tickets: Any, agents: Any, policies: dict[str, Any], settings: dict[str, Any], progress: Any) -> ReplayReport: ...

def _panic_next() -> None: ...

def _take_panic() -> bool: ...

def _play_case(text: str) -> str: ...

def _time_commands(engine: Engine, commands: list[Any]) -> int: ...

def _time_matrix(cost: Any) -> int: ...

def _solver_ns() -> int: ...
