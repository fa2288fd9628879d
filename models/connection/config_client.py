"""From an account to a client of the marketplace's API."""

import logging
import threading

from odoo import models

from ...services.breaker import CircuitBreaker
from ...services.client import CdiscountClient
from ...services.pacing import Pacing
from ...services.transport import Transport
from .api_calls import counter_of
from .token import StoredTokenProvider, credentials_of

_logger = logging.getLogger(__name__)

CALLS_PER_SECOND = 20.0
BURST = 40
"""Cdiscount publishes no limit for calls other than tokens (contract §1.5): fast enough for a page each 50 ms."""

_transports = {}
_transports_lock = threading.Lock()


def build_transport():
    """Return a new Transport. Tests replace this function to reach a marketplace without a socket."""
    return Transport(pacing=Pacing(rate=CALLS_PER_SECOND, burst=BURST), breaker=CircuitBreaker())


def transport_for(dbname, config):
    """Return this process's transport of the account: connections, pacing and circuit breaker are kept between jobs."""
    key = (dbname, config.id, config.base_url, config.token_url)
    with _transports_lock:
        if key not in _transports:
            _transports[key] = build_transport()
            _transports[key].on_call = counter_of(dbname).observer(config.id)
        return _transports[key]


def forget_transports():
    """Drop every kept transport (tests, changed addresses)."""
    with _transports_lock:
        _transports.clear()


class CdiscountConfigClient(models.Model):
    _inherit = "cdiscount.config"

    def _get_client(self):
        """Return a CdiscountClient that acts for this account with the token all workers share."""
        self.ensure_one()
        transport = transport_for(self.env.cr.dbname, self)
        provider = StoredTokenProvider(self.env.cr.dbname, self.id, credentials_of(self), transport)
        return CdiscountClient(
            base_url=self.base_url,
            seller_id=self.seller_id,
            sales_channel_id=self.sales_channel_id.code,
            token_provider=provider,
            transport=transport,
        )
