"""tools/licence: makes key pairs and licence keys with the library that Odoo brings."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from . import paths, venv
from .console import ToolError


def run(given: Namespace, argv: Sequence[str]) -> int:
    """Do what was asked; in Odoo's environment when the machine's Python lacks the library."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        python = venv.environment("odoo", "odoo.txt", "test.txt")
        if Path(sys.executable) == Path(python):
            raise
        return subprocess.run([str(python), str(paths.ROOT / "tools" / "licence"), *argv], check=False).returncode
    return {"pair": _pair, "key": _key, "show": _show}[given.way](given)


def _pair(given: Namespace) -> int:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from services.rules import licence

    if paths.ROOT in given.private.resolve().parents:
        raise ToolError(f"{given.private} lies in the repository. A private key does not belong there.")
    pair = Ed25519PrivateKey.generate()
    pem = pair.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        handle = os.open(given.private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ToolError(f"{given.private} exists already. A private key is never overwritten.") from None
    except OSError as error:
        raise ToolError(f"{given.private} could not be written: {error.strerror}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    print(licence.public_text(pair))
    return 0


def _key(given: Namespace) -> int:
    from services.rules import licence

    wish = licence.Licence(
        number=given.number or secrets.token_hex(4).upper(),
        licensee=given.licensee,
        domains=tuple(given.domain),
        issued=date.today(),
        expires=given.expires,
    )
    try:
        print(licence.sign(wish, _private(given.private)))
    except ValueError as error:
        raise ToolError(str(error)) from None
    return 0


def _show(given: Namespace) -> int:
    from services.rules import licence

    try:
        found = licence.read_key(given.key, given.public or _published())
    except licence.LicenceError as error:
        raise ToolError(
            "This is not a licence key, or not a whole one."
            if error.code == "format"
            else "The key is not signed by the publisher."
        ) from None
    print(f"number    {found.number}\nlicensee  {found.licensee}\ndomains   {', '.join(found.domains)}")
    print(f"issued    {found.issued}\nexpires   {found.expires or 'never'}")
    return 0


def _private(path: Path) -> Any:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ToolError(f"{path} could not be read: {error.strerror}.") from None
    except (ValueError, TypeError):
        raise ToolError(f"{path} holds no private key without a password.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ToolError(f"{path} holds a key of another kind; make one with tools/licence pair.")
    return key


def _published() -> tuple[str, ...]:
    """The public keys in the addon, read without loading Odoo."""
    space: dict[str, Any] = {}
    exec((paths.ROOT / "models" / "licence" / "publisher.py").read_text(encoding="utf-8"), space)
    return space["PUBLIC_KEYS"]
