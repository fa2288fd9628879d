"""Faults on demand: a table of what can go wrong and an engine that decides when (contract §12)."""

from .engine import FaultEngine
from .table import FAULTS, Fault

__all__ = ["FAULTS", "Fault", "FaultEngine"]
