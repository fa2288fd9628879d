"""When a fault strikes: the next N calls, a seeded share of them, on the routes it was asked for."""

import random
from decimal import Decimal
from fnmatch import fnmatchcase

from .table import FAULTS

RULE_KEYS = frozenset({"name", "names", "times", "rate", "seed", "method", "path", "after", "params"})
TOKEN_ROUTE = "/token"


class Rule:
    """One switched-on fault.

    ``path`` is a pattern over the path or the route template; without it, all but the token endpoint.
    """

    def __init__(self, number, names, times, rate, seed, method, path, after, params):
        self.number = number
        self.names = names
        self.times = times
        self.rate = rate
        self.seed = seed
        self.method = method
        self.path = path
        self.after = after
        self.params = params
        self.seen = 0
        self.fired = 0
        self._rng = random.Random(f"fault/{seed}")

    def matches(self, method, path, route) -> bool:
        if self.method and self.method != method:
            return False
        if self.path is None:
            return route != TOKEN_ROUTE
        return route == self.path or fnmatchcase(path, self.path)

    def strike(self):
        """Name of the fault that hits this matching call, or ``None``."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.fired >= self.times):
            return None
        if self.rate is not None and self._rng.random() >= self.rate:
            return None
        self.fired += 1
        return self.names[0] if len(self.names) == 1 else self._rng.choice(self.names)

    @property
    def rng(self):
        return self._rng

    def document(self) -> dict:
        return {
            "id": self.number,
            "names": list(self.names),
            "times": self.times,
            "rate": self.rate,
            "seed": self.seed,
            "method": self.method,
            "path": self.path,
            "after": self.after,
            "params": self.params,
            "seen": self.seen,
            "fired": self.fired,
        }


class Strike:
    """A fault that hits one call, with its parameters."""

    def __init__(self, name, fault, params, rng):
        self.name = name
        self.fault = fault
        self.params = params
        self.rng = rng

    def before(self, call):
        return self.fault.before(call, self.params, self.rng) if self.fault.before else None

    def after(self, call, response):
        return self.fault.after(call, self.params, self.rng, response) if self.fault.after else response


def _number(body, key, high, whole):
    """The figure under ``key``, from 0 to ``high``; ``None`` when there is none. Raises ``ValueError``."""
    value = body.get(key)
    if value is None:
        return None
    kinds = int if whole else (int, float, Decimal)
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value <= high:
        raise ValueError(f"{key} is a {'whole ' if whole else ''}number from 0 to {high}, not {value!r}.")
    return value if whole else float(value)


class FaultEngine:
    """Rules in the order they were added. The marketplace's lock is held around every call."""

    def __init__(self, counters):
        self._counters = counters
        self._rules = []
        self._count = 0

    def add(self, body) -> dict:
        """Switch a fault on.

        ``body`` as in the README; raises ``ValueError`` for unknown names, keys and parameters.
        """
        if not isinstance(body, dict):
            raise ValueError("A fault is an object with a name.")
        unknown = set(body) - RULE_KEYS
        if unknown:
            raise ValueError(f"Unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(RULE_KEYS))}.")
        names = body.get("names") or ([body["name"]] if body.get("name") else [])
        if not isinstance(names, list) or not names:
            raise ValueError("Name the fault with name, or several with names.")
        for name in names:
            if not isinstance(name, str) or name not in FAULTS:
                raise ValueError(f"There is no fault {name!r}; known are {', '.join(FAULTS)}.")
        params = body.get("params") or {}
        if not isinstance(params, dict):
            raise ValueError("params is an object.")
        for key in params:
            if not any(key in FAULTS[name].params for name in names):
                raise ValueError(f"{names[0]} has no parameter {key!r}.")
        for name in names:
            FAULTS[name].check({**FAULTS[name].params, **{k: v for k, v in params.items() if k in FAULTS[name].params}})
        rate = _number(body, "rate", 1, whole=False)
        times = _number(body, "times", 10**9, whole=True)
        if times is None and rate is None and "times" not in body:
            times = 1
        self._count += 1
        rule = Rule(
            self._count,
            tuple(names),
            times,
            rate,
            body.get("seed", 1),
            (body.get("method") or FAULTS[names[0]].method or "").upper() or None,
            body.get("path") or FAULTS[names[0]].path,
            _number(body, "after", 10**9, whole=True) or 0,
            params,
        )
        self._rules.append(rule)
        return rule.document()

    def clear(self, number=None) -> int:
        before = len(self._rules)
        self._rules = [rule for rule in self._rules if number is not None and rule.number != number]
        return before - len(self._rules)

    def documents(self) -> list:
        return [rule.document() for rule in self._rules]

    def pick(self, method, path, route) -> list:
        """Strikes of this call: at most one that spoils the answer, and any number that only stir the marketplace."""
        strikes = []
        spoiled = False
        for rule in self._rules:
            if not rule.matches(method, path, route):
                continue
            if spoiled and not all(FAULTS[name].stirs for name in rule.names):
                continue
            name = rule.strike()
            if name is None:
                continue
            fault = FAULTS[name]
            spoiled = spoiled or not fault.stirs
            own = {key: value for key, value in rule.params.items() if key in fault.params}
            strikes.append(Strike(name, fault, {**fault.params, **own}, rule.rng))
            self._counters.faults[name] += 1
        return strikes
