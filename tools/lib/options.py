"""Reading the command lines: what is ours stands first, the rest goes on untouched."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .console import ToolError

SERIES = (17, 18, 19)
DEFAULT_SERIES = 19


@dataclass(frozen=True)
class Target:
    """Which Odoo: its series, and the source tree given for it (None: Debian's package, Odoo 19 only)."""

    series: int = DEFAULT_SERIES
    source: Path | None = None


@dataclass(frozen=True)
class ServerOptions:
    """What the tools need to know of an Odoo command line."""

    subcommand: str | None
    databases: tuple[str, ...] = ()
    installs: bool = False
    wants_port: bool = True
    rest: tuple[str, ...] = field(default=())


def split_target(argv: Sequence[str], environ: Mapping[str, str] | None = None) -> tuple[Target, list[str]]:
    """Take ``--series N`` and ``--odoo PATH`` off the front of the arguments; the rest is returned as it is.

    Without ``--odoo`` the environment variable ``ODOO_17``, ``ODOO_18`` or ``ODOO_19`` of the series counts. Raises
    ToolError for an unknown series or a path that holds no Odoo.
    """
    rest = list(argv)
    values: dict[str, str] = {}
    while rest:
        name, has_value, value = rest[0].partition("=")
        if name not in ("--series", "--odoo"):
            break
        rest.pop(0)
        if not has_value:
            if not rest:
                raise ToolError(f"{name} wants a value: --series 17|18|19, --odoo PATH.")
            value = rest.pop(0)
        values[name] = value
    return make_target(values.get("--series"), values.get("--odoo"), environ), rest


def make_target(series: str | None, source: str | None, environ: Mapping[str, str] | None = None) -> Target:
    """The target of two texts of the command line (or None), completed from the environment."""
    number = str(series or DEFAULT_SERIES).removesuffix(".0")
    if not number.isdigit() or int(number) not in SERIES:
        raise ToolError(f"--series {series}: this addon runs on 17, 18 and 19.")
    environ = os.environ if environ is None else environ
    given = source or environ.get(f"ODOO_{number}") or None
    if given is None:
        if int(number) != DEFAULT_SERIES:
            raise ToolError(
                f"Odoo {number} comes from a source tree: --series {number} --odoo PATH (or set ODOO_{number}=PATH).\n"
                "  PATH is the folder that holds odoo-bin."
            )
        return Target(int(number))
    path = Path(given).expanduser().resolve()
    if not (path / "odoo" / "release.py").is_file():
        raise ToolError(f"{path} holds no Odoo (there is no odoo/release.py). Name the folder that holds odoo-bin.")
    return Target(int(number), path)


def read_server_options(argv: Sequence[str]) -> ServerOptions:
    """Find the sub-command, the databases and the port in an Odoo command line without changing it."""
    words = list(argv)
    subcommand = words[0] if words and not words[0].startswith("-") else None
    databases: list[str] = []
    installs = False
    wants_port = True
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else ""
        name, has_value, value = word.partition("=")
        if name in ("-d", "--database"):
            databases += (value if has_value else following).split(",")
        elif word.startswith("-d") and not word.startswith("--"):
            databases += word[2:].split(",")
        elif name in ("-i", "--init") or (word.startswith("-i") and not word.startswith("--")):
            installs = True
        elif name in ("-p", "--http-port", "--xmlrpc-port", "--no-http", "--no-xmlrpc") or _short(word, "p"):
            wants_port = False
    return ServerOptions(subcommand, tuple(filter(None, databases)), installs, wants_port, tuple(words))


def _short(word: str, letter: str) -> bool:
    """Whether the word is the short option with its value attached, as in ``-p8070``."""
    return word.startswith(f"-{letter}") and word[2:].isdigit()
