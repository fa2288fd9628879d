"""The access token of an account: shared by all workers, renewed by one of them, early."""

import hashlib
import logging
import time
from datetime import datetime, timedelta, timezone

import psycopg2.errors

from odoo import fields, models
from odoo.modules.registry import Registry

from ...compat import constraints
from ...services.auth import Credentials, Token, fetch_token
from ...services.errors import ServerError

_logger = logging.getLogger(__name__)

RENEWAL_LEASE = 60
"""Seconds one worker has for the token call before another may try."""
WAIT_STEP = 0.2
LONGEST_WAIT = 30


class CdiscountToken(models.Model):
    """No group has any right on it: only code that runs as superuser reads it."""

    _name = "cdiscount.token"
    _description = "Cdiscount Access Token"

    vars().update(constraints(("config_uniq", "unique(config_id)", "An account has one token.")))

    config_id = fields.Many2one("cdiscount.config", required=True, ondelete="cascade", index=True)
    access_token = fields.Char(copy=False)
    issued_for = fields.Char(help="Fingerprint of the credentials: a token of other credentials is no token.")
    expires_at = fields.Datetime()
    renewing_until = fields.Datetime()


class StoredTokenProvider:
    """Gives the client the account's token from the database and has it renewed by exactly one worker.

    The right to renew is a short lease in the token's row, taken and given back in transactions of their own: no lock
    is held during the HTTP call, and a worker that dies while renewing blocks the others for a minute at most. While
    one worker renews early, the others go on with the old token, which is still good for two minutes.
    """

    def __init__(self, dbname, config_id, credentials, transport, now=None, sleep=time.sleep):
        self._dbname = dbname
        self._config_id = config_id
        self._credentials = credentials
        self._transport = transport
        self._issued_for = fingerprint_of(credentials)
        self._now = now or (lambda: datetime.now(timezone.utc))
        self._sleep = sleep

    def get(self):
        """Return a Token that is good for at least a few seconds; fetches one when there is none."""
        token = self._read()
        if token and not token.is_stale(self._now()):
            return token
        return self._renew(token)

    def renew(self, refused):
        """Return a Token other than ``refused`` (the text of one the API answered 401 to)."""
        token = self._read()
        if token and token.access_token != refused and not token.is_expired(self._now()):
            return token
        return self._renew(token, refused)

    def renew_now(self):
        """Return a Token fetched with the credentials as they are now, whatever is stored. For the connection test."""
        token = self._read()
        return self.renew(token.access_token) if token else self._renew(None)

    # ------------------------------------------------------------------ inside
    def _renew(self, current, refused=None):
        waited = 0.0
        while not self._take_lease():
            # Another worker is renewing. The old token serves meanwhile, unless it is the one that was refused.
            usable = current and current.access_token != refused and not current.is_expired(self._now())
            if usable:
                return current
            if waited >= LONGEST_WAIT:
                raise ServerError(code="server_error", params={"detail": "no token within 30 seconds"})
            self._sleep(WAIT_STEP)
            waited += WAIT_STEP
            fresh = self._read()
            if fresh and fresh.access_token != refused and not fresh.is_stale(self._now()):
                return fresh
            current = fresh
        try:
            fresh = self._read()
            if fresh and fresh.access_token != refused and not fresh.is_stale(self._now()):
                self._give_back()
                return fresh
            token = fetch_token(self._transport, self._credentials, self._now)
        except BaseException:
            self._give_back()
            raise
        self._store(token)
        return token

    def _cursor(self):
        return Registry(self._dbname).cursor()

    def _read(self):
        with self._cursor() as cr:
            cr.execute(
                "SELECT access_token, expires_at FROM cdiscount_token WHERE config_id = %s AND issued_for = %s",
                (self._config_id, self._issued_for),
            )
            row = cr.fetchone()
        if not row or not row[0] or not row[1]:
            return None
        return Token(access_token=row[0], expires_at=row[1].replace(tzinfo=timezone.utc))

    def _take_lease(self):
        now = self._now().replace(tzinfo=None)
        try:
            with self._cursor() as cr:
                cr.execute(
                    """
                    INSERT INTO cdiscount_token (config_id, renewing_until) VALUES (%(config)s, %(until)s)
                        ON CONFLICT (config_id) DO UPDATE SET renewing_until = %(until)s
                     WHERE cdiscount_token.renewing_until IS NULL OR cdiscount_token.renewing_until < %(now)s
                    """,
                    {"config": self._config_id, "until": now + timedelta(seconds=RENEWAL_LEASE), "now": now},
                    log_exceptions=False,
                )
                return cr.rowcount == 1
        except (psycopg2.errors.SerializationFailure, psycopg2.errors.UniqueViolation):
            return False

    def _give_back(self):
        with self._cursor() as cr:
            cr.execute("UPDATE cdiscount_token SET renewing_until = NULL WHERE config_id = %s", (self._config_id,))

    def _store(self, token):
        with self._cursor() as cr:
            cr.execute(
                """
                UPDATE cdiscount_token SET access_token = %s, expires_at = %s, issued_for = %s, renewing_until = NULL
                 WHERE config_id = %s
                """,
                (
                    token.access_token,
                    token.expires_at.astimezone(timezone.utc).replace(tzinfo=None),
                    self._issued_for,
                    self._config_id,
                ),
            )


def fingerprint_of(credentials):
    """Return a digest that changes when any part of the credentials does."""
    parts = (credentials.profile, credentials.token_url, credentials.login, credentials.password)
    return hashlib.sha256("\x00".join(part or "" for part in parts).encode()).hexdigest()


def credentials_of(config):
    """Build the token request's Credentials from an account."""
    return Credentials(
        profile=config.profile, token_url=config.token_url, login=config.api_login, password=config._get_secret()
    )
