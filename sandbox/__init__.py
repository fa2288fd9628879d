"""A local marketplace that plays Cdiscount's (Octopia's) seller API; see README.md of this folder."""

from .app import SandboxApp, create_app
from .clock import Clock
from .marketplace import Marketplace, Opening
from .server import base_url, make_sandbox_server, running

__all__ = ["Clock", "Marketplace", "Opening", "SandboxApp", "base_url", "create_app", "make_sandbox_server", "running"]
