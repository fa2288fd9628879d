"""Accounts and the tokens they were given: life time, revocation, quota per hour."""

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

QUOTA_WINDOW = timedelta(hours=1)


@dataclass
class Account:
    """One set of credentials; it may act for every seller named in ``sellers``."""

    login: str
    password: str
    sellers: set = field(default_factory=set)
    enabled: bool = True


@dataclass
class IssuedToken:
    value: str
    login: str
    profile: str
    expires_at: object
    revoked: bool = False


class TokenStore:
    """Tokens by value. Not locked by itself: the marketplace's lock is held around every call."""

    def __init__(self, seed, clock):
        self._seed = seed
        self._clock = clock
        self._tokens = {}
        self._issued = {}
        self._count = 0

    def quota_left(self, login, quota) -> bool:
        times = self._issued.setdefault(login, deque())
        border = self._clock.now() - QUOTA_WINDOW
        while times and times[0] <= border:
            times.popleft()
        return len(times) < quota

    def issue(self, login, profile, lifetime) -> IssuedToken:
        now = self._clock.now()
        self._count += 1
        digest = hashlib.sha256(f"{self._seed}:{self._count}:{login}".encode()).hexdigest()
        token = IssuedToken(f"sbx.{digest}", login, profile, now + timedelta(seconds=lifetime))
        self._tokens[token.value] = token
        self._issued.setdefault(login, deque()).append(now)
        return token

    def valid(self, value):
        """The live token of that value, or ``None`` when it is unknown, expired or revoked."""
        token = self._tokens.get(value)
        if token is None or token.revoked or token.expires_at <= self._clock.now():
            return None
        return token

    def revoke(self, value=None, login=None) -> int:
        """Revoke one token, all of an account, or (without argument) all. Returns how many were live."""
        hit = 0
        for token in self._tokens.values():
            if (value is None or token.value == value) and (login is None or token.login == login):
                hit += not token.revoked
                token.revoked = True
        return hit

    def live(self) -> int:
        now = self._clock.now()
        return sum(not t.revoked and t.expires_at > now for t in self._tokens.values())
