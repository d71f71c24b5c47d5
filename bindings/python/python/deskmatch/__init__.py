"""Which agent gets which ticket? An embeddable engine for support desks.

``Engine`` is the whole of it: commands at stated times give events, the same everywhere.
"""

from . import _native, errors
from ._native import *  # noqa: F403
from ._native import __version__
from .errors import *  # noqa: F403

