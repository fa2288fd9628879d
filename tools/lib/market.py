"""The sandbox marketplace as a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import paths
from .console import ToolError, tail
from .rpc import get_json

LOGIN, PASSWORD, SELLER = "sandbox", "sandbox-pass1", "98979"


@dataclass
class Market:
    """A running sandbox."""

    url: str
    process: subprocess.Popen

    def stop(self) -> None:
        """End the sandbox; its orders live in memory and go with it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, path: str, data: Any = None, timeout: float = 60) -> Any:
        """A control call below ``/_sandbox``: POST when there is data, else GET."""
        return get_json(f"{self.url}/_sandbox{path}", data, timeout)

    def hush(self) -> None:
        """Switch every fault off."""
        request = urllib.request.Request(f"{self.url}/_sandbox/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()

    def read_offers(self, channel: str = "CDISFR") -> int:
        """Read every page of offers as a client does, and keep nothing; return how many offers there were."""
        login = {
            "grant_type": "password",
            "client_id": "sdk",
            "username": LOGIN,
            "password": PASSWORD,
            "scope": "openid",
        }
        with urllib.request.urlopen(f"{self.url}/idp/oauth2/token", urllib.parse.urlencode(login).encode()) as answer:
            headers = {"Authorization": f"Bearer {json.load(answer)['access_token']}", "SellerId": SELLER}
        cursor, count = "", 0
        while True:
            query = {"salesChannelId": channel, "limit": 1000, **({"cursor": cursor} if cursor else {})}
            address = f"{self.url}/v1/offers?{urllib.parse.urlencode(query)}"
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
                count += len(json.load(answer)["items"])
                following = re.search(r"[?&]cursor=([^&>]+)", answer.headers.get("Link") or "")
            if not following:
                return count
            cursor = urllib.parse.unquote(following[1])

    def catalogue(self) -> list[dict[str, Any]]:
        """The shop's products: sku, gtin, title, price with VAT, vat_rate, weight (kg)."""
        return get_json(f"{self.url}/_sandbox/catalogue")["items"]

    def expected(self, seller: str = SELLER) -> dict[str, Any]:
        """What a right connector of a shop must end with, with one row for each order."""
        return self.ask(f"/expected?orders=full&seller={seller}", timeout=120)


def start(python: Path, orders: int, seed: int, folder: Path, offers: int | None = None, **popen: Any) -> Market:
    """Start the sandbox on a free port and wait until it answers; ``offers``: how many the shop has (None: sixty)."""
    ready = folder / "sandbox.address"
    ready.unlink(missing_ok=True)
    log = folder / "sandbox.log"
    command = [python, "-m", "sandbox", "--port", "0", "--orders", orders, "--seed", seed, "--ready-file", ready]
    if offers is not None:
        command += ["--offers", offers]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tool, which then stops the sandbox in its turn
            **popen,
        )
    end = time.monotonic() + 60
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            process.wait()
            raise ToolError(f"The sandbox marketplace does not start:\n{tail(log.read_text(encoding='utf-8'))}")
        time.sleep(0.05)
    return Market(ready.read_text(encoding="utf-8").strip(), process)
