"""Talking to a running Odoo the way its web client does: one session, JSON over HTTP."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import time
import urllib.error
import urllib.request
from decimal import Decimal
from typing import Any

from .console import ToolError

TIMEOUT = 180  # seconds one call may take: action_run_queue works up to 50 s before it answers


def get_json(url: str, data: dict | None = None, timeout: float = 30) -> Any:
    """GET (or POST, when there is data) JSON; numbers with decimals come as Decimal."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.loads(answer.read(), parse_float=Decimal)


class Session:
    """A signed-in session of one user in one database."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.user_id: int | None = None

    def wait_until_up(self, alive, seconds: float = 120) -> None:
        """Wait until Odoo answers; ``alive`` says whether its process still runs."""
        end = time.monotonic() + seconds
        while True:
            try:
                with self._opener.open(f"{self.url}/web/login", timeout=60):
                    return
            except (OSError, http.client.HTTPException) as error:
                if not alive():
                    raise ToolError("Odoo ended before it answered.") from error
                if time.monotonic() > end:
                    raise ToolError(f"No answer from {self.url} within {seconds:.0f} seconds: {error}.") from error
            time.sleep(0.3)

    def sign_in(self, database: str, login: str, password: str) -> None:
        """Open the session; raises ToolError when Odoo refuses."""
        answer = self._post("/web/session/authenticate", {"db": database, "login": login, "password": password})
        self.user_id = answer.get("uid")
        if not self.user_id:
            raise ToolError(f"Odoo refused the login {login} in the database {database}.")

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a public method of a model, as a button or the web client does."""
        parameters = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", parameters)

    def search_read(self, model: str, domain: list, fields: list[str], **kwargs: Any) -> list[dict]:
        """The records that the domain finds, with these fields."""
        return self.call(model, "search_read", domain, fields, **kwargs)

    def _post(self, path: str, parameters: dict) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                document = json.loads(answer.read(), parse_float=Decimal)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ToolError(f"Odoo did not answer {path}: {error}.") from error
        if "error" in document:
            problem = document["error"].get("data") or {}
            raise ToolError(f"Odoo refused {path}:\n    {problem.get('message') or document['error'].get('message')}")
        return document.get("result")
