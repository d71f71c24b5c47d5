"""Which agent gets which ticket? An embeddable engine for support desks.

`Engine` is the whole of it: commands at stated times give events, the same everywhere. `assign` does one batch without an engine,
`replay` and `simulate` try policies on a desk's own history, `linear_sum_assignment` and `AssignmentProblem` solve matrices and sparse problems.
"""

from . import _native as _native
from . import errors as errors
from ._assign import assign as assign
from ._native import *  # noqa: F403
from ._native import __version__ as __version__
from ._replay import replay as replay
from ._replay import simulate as simulate
from .errors import *  # noqa: F403
