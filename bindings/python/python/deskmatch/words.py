"""The words of the engine, as types. Written by stubs.py; do not edit."""

from typing import Literal

CancelReason = Literal["command", "step", "queue_full"]
DecidedBy = Literal["strategy", "preferred", "order", "plan", "accept", "pull", "claim", "hand", "force", "transfer"]
Presence = Literal["online", "draining", "away", "offline"]
PresenceReason = Literal["command", "missed_offer"]
RequeueReason = Literal["command", "declined", "agent_offline", "agent_removed", "unanswered", "transferred"]
RevokeReason = Literal["taken", "agent_left", "not_eligible", "ticket_moved"]
Rule = Literal["presence", "shift", "queue", "channel", "capacity", "skill", "attribute", "excluded", "declined", "reserved", "rate"]
TargetKind = Literal["first_assignment", "first_response", "resolution"]
TicketState = Literal["scheduled", "waiting", "offered", "assigned", "paused", "wrapping_up", "closed", "cancelled"]
