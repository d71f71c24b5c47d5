"""The exceptions: one base class, and one class for each kind of error.

Every exception has a stable ``code``; a ``path``, the id or the place that it is about, where there is one; and ``faults``, all that is
wrong with a document. Whatever raised has changed nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BY_CODE: "dict[str, type[DeskmatchError]]" = {}
"""The class for each code."""


class DeskmatchError(Exception):
    """What every error of this package is."""

    code: str = "error"
    """The stable code of the kind."""

    def __init__(self, message: str = "", path: "str | None" = None, faults: "tuple[Any, ...]" = ()) -> None:
        super().__init__(message, path, faults)
        self.message = message
        self.path = path
        self.faults = faults

    def __init_subclass__(cls, code: "str | None" = None) -> None:
        super().__init_subclass__()
        if code is not None:
            cls.code = code
            BY_CODE[code] = cls

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, path={self.path!r})"


class InvalidJsonError(DeskmatchError, ValueError, code="invalid_json"):
    """A text is not JSON, or a document is not of the form expected."""


class InvalidPolicyError(DeskmatchError, ValueError, code="invalid_policy"):
    """A policy has faults; ``faults`` has them all."""


class PolicyInUseError(DeskmatchError, ValueError, code="policy_in_use"):
    """A policy no longer knows something that tickets or agents use; ``faults`` has it all."""


class InvalidTicketError(DeskmatchError, ValueError, code="invalid_ticket"):
    """A ticket has faults; ``faults`` has them all."""


class InvalidAgentError(DeskmatchError, ValueError, code="invalid_agent"):
    """An agent has faults; ``faults`` has them all."""


class InvalidArgumentError(DeskmatchError, ValueError, code="invalid_argument"):
    """An argument is not acceptable; ``path`` is its name."""


class UnknownTicketError(DeskmatchError, LookupError, code="unknown_ticket"):
    """No ticket of this name is known."""


class UnknownAgentError(DeskmatchError, LookupError, code="unknown_agent"):
    """No agent of this name is known."""


class UnknownQueueError(DeskmatchError, LookupError, code="unknown_queue"):
    """The policy has no queue of this name."""


class UnknownChannelError(DeskmatchError, LookupError, code="unknown_channel"):
    """The policy has no channel of this name."""


class DuplicateTicketError(DeskmatchError, ValueError, code="duplicate_ticket"):
    """A ticket of this name is known already."""


class DuplicateAgentError(DeskmatchError, ValueError, code="duplicate_agent"):
    """An agent of this name is known already."""


class WrongStateError(DeskmatchError, code="wrong_state"):
    """The ticket is in a state in which this cannot be done."""


class NoOfferError(DeskmatchError, code="no_offer"):
    """The agent holds no open offer of this ticket, or no longer."""


class NotHolderError(DeskmatchError, code="not_holder"):
    """The agent does not hold this ticket."""


class TimeWentBackError(DeskmatchError, ValueError, code="time_went_back"):
    """The time given is before the last one."""


class TimeOutOfRangeError(DeskmatchError, ValueError, code="time_out_of_range"):
    """A time is outside the range that the engine accepts."""


class RequestReusedError(DeskmatchError, ValueError, code="request_reused"):
    """A request id came again with another command."""


class LimitReachedError(DeskmatchError, code="limit_reached"):
    """A limit of the policy is reached."""


class UnknownStrategyError(DeskmatchError, LookupError, code="unknown_strategy"):
    """The policy names a strategy that was not given."""


class StrategyFailedError(DeskmatchError, code="strategy_failed"):
    """A strategy of the host raised; what it raised is the ``__cause__``."""


class StrategyAnswerError(DeskmatchError, code="strategy_answer"):
    """A strategy answered what cannot be: an agent that is no candidate, or a ticket twice."""


class InvalidEventError(DeskmatchError, ValueError, code="invalid_event"):
    """An event does not follow from the state it is applied to."""


class InvalidSnapshotError(DeskmatchError, ValueError, code="invalid_snapshot"):
    """Bytes are not a snapshot, are damaged, or contradict themselves."""


class SnapshotVersionError(DeskmatchError, ValueError, code="snapshot_version"):
    """A snapshot was written by a version that this one cannot read."""


class MatchingError(DeskmatchError, ValueError, code="matching"):
    """An assignment problem that cannot be solved as it is."""


class ColumnOutOfRangeError(MatchingError, code="column_out_of_range"):
    """A pair points at a column that the problem does not have."""


class DuplicateArcError(MatchingError, code="duplicate_arc"):
    """A row has two values for the same column."""


class ValueOutOfRangeError(MatchingError, code="value_out_of_range"):
    """A value lies outside the allowed range."""


class NotANumberError(MatchingError, code="not_a_number"):
    """A value is not a number, or an infinity that does not forbid a pair."""


class LengthMismatchError(MatchingError, code="length_mismatch"):
    """A list has another length than the problem's shape asks for."""


class TooLargeError(MatchingError, code="too_large"):
    """The problem has more rows or columns than the solver can number."""


class InfeasibleError(MatchingError, code="infeasible"):
    """Every row must be matched, and that is impossible."""


class OutOfStepsError(MatchingError, code="out_of_steps"):
    """The steps allowed ended before any assignment that fits was found."""


class InvalidSolutionError(MatchingError, code="invalid_solution"):
    """An assignment does not prove what it says."""


class ReplayError(DeskmatchError, ValueError, code="replay"):
    """A log, its agents or its model cannot be replayed as they are."""


class UnknownFormatError(ReplayError, code="unknown_format"):
    """The form of a log cannot be told."""


class InvalidMappingError(ReplayError, code="invalid_mapping"):
    """A mapping of columns is not acceptable."""


class MissingColumnError(ReplayError, code="missing_column"):
    """A log lacks a column that the mapping names."""


class RowLengthError(ReplayError, code="row_length"):
    """A row has another number of cells than the head."""


class MissingIdError(ReplayError, code="missing_id"):
    """A row of a log has no id."""


class RepeatedIdError(ReplayError, code="repeated_id"):
    """Two rows of a log have one id."""


class MissingCreatedError(ReplayError, code="missing_created"):
    """A row of a log does not say when its ticket came in."""


class InvalidTimeError(ReplayError, code="invalid_time"):
    """A text is not a moment."""


class InvalidNumberError(ReplayError, code="invalid_number"):
    """A text is not a number."""


class TimeOrderError(ReplayError, code="time_order"):
    """A ticket of a log ended before it began."""


class InvalidValueError(ReplayError, code="invalid_value"):
    """A value of a log is not acceptable."""


class InvalidUtf8Error(ReplayError, code="invalid_utf8"):
    """A log is not UTF-8."""


class InvalidRosterError(ReplayError, code="invalid_roster"):
    """A list of agents has a fault."""


class InvalidModelError(ReplayError, code="invalid_model"):
    """A model of handle times or of agents cannot be."""


class InvalidReportError(ReplayError, code="invalid_report"):
    """A report cannot be put together."""


class InvalidCaseError(ReplayError, code="invalid_case"):
    """A case has a fault."""


class ReplayedEngineError(ReplayError, code="engine"):
    """The engine refused a policy, an agent or a ticket of a replay."""


class ReplayLimitError(ReplayError, code="limit"):
    """A limit of a replay is reached."""


class ReplayIoError(ReplayError, code="io"):
    """A log could not be read, or an observer failed."""


class ReentrantCallError(DeskmatchError, RuntimeError, code="reentrant_call"):
    """A strategy or a callback called the engine that was calling it."""


class InternalError(DeskmatchError, RuntimeError, code="internal"):
    """A fault of Deskmatch itself. Please report it."""
