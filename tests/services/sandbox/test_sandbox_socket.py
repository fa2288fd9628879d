import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

import sandbox
from sandbox import create_app, make_sandbox_server, running

ROOT = Path(sandbox.__file__).parent.parent


class Wire:
    def __init__(self, base):
        self.base = base
        fields = {"grant_type": "password", "scope": "openid", "username": "sandbox", "password": "sandbox-pass1"}
        with urllib.request.urlopen(f"{base}/idp/oauth2/token", urlencode(fields).encode(), timeout=10) as answer:
            self.token = json.load(answer)["access_token"]

    def open(self, path, timeout=10):
        headers = {"Authorization": f"Bearer {self.token}", "SellerId": "98979"}
        return urllib.request.urlopen(urllib.request.Request(self.base + path, headers=headers), timeout=timeout)

    def fault(self, name, **params):
        body = json.dumps({"name": name, "params": params}).encode()
        urllib.request.urlopen(
            urllib.request.Request(f"{self.base}/_sandbox/faults", body, {"Content-Type": "application/json"}),
            timeout=10,
        ).close()


@pytest.fixture(scope="module")
def wire():
    with running(create_app(seed=1, orders=60)) as base:
        yield Wire(base)


def test_a_page_over_a_socket_is_the_page_without_one(wire):
    with wire.open("/v1/orders?pageSize=100") as answer:
        assert json.load(answer)["itemsPerPage"] == 60
        assert answer.headers["Date"] and answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_connection_is_really_cut_in_the_middle_of_a_body(wire):
    wire.fault("cut_body")
    with wire.open("/v1/orders?pageSize=100") as answer, pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert len(caught.value.partial) > 1000


@pytest.mark.parametrize("name", ["lost_answer", "reset"])
def test_a_connection_is_really_closed_without_a_byte(wire, name):
    wire.fault(name)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError, urllib.error.URLError)):
        wire.open("/v1/orders")
    wire.open("/v1/orders").close()


def test_a_client_times_out_on_a_slow_answer(wire):
    wire.fault("timeout", seconds=0.6)
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        wire.open("/v1/orders", timeout=0.2)


def test_a_huge_answer_streams_and_may_be_left_early(wire):
    wire.fault("huge", megabytes=200)
    with wire.open("/v1/orders") as answer:
        assert len(answer.read(1_000_000)) == 1_000_000
    wire.open("/v1/orders").close()


def test_a_redirect_is_answered_as_one(wire):
    wire.fault("redirect", location="http://127.0.0.1:1/")
    with pytest.raises(urllib.error.URLError):
        wire.open("/v1/orders")


def test_concurrent_calls_see_every_order_and_are_all_counted(wire):
    before = wire_counters(wire)["calls"].get("GET /orders/count", {}).get("200", 0)
    answers = []

    def read():
        for _ in range(10):
            with wire.open("/v1/orders/count") as answer:
                answers.append(answer.read())

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [b"60"] * 40
    assert wire_counters(wire)["calls"]["GET /orders/count"]["200"] == before + 40


def test_orders_change_while_others_read_them_and_every_page_is_whole():
    app = create_app(seed=1, orders=200)
    stop = threading.Event()

    def stir():
        shop = app.marketplace.shop
        while not stop.is_set():
            with app.marketplace.lock:
                shop.touch(next(iter(shop.orders.rows())))
            time.sleep(0.001)

    with running(app) as base:
        wire = Wire(base)
        thread = threading.Thread(target=stir, daemon=True)
        thread.start()
        try:
            for _ in range(10):
                with wire.open("/v1/orders?pageSize=100&sort=updatedAt") as answer:
                    page = json.load(answer)
                assert page["itemsPerPage"] == 100 == len({order["orderId"] for order in page["items"]})
        finally:
            stop.set()
            thread.join(5)


def wire_counters(wire):
    with urllib.request.urlopen(f"{wire.base}/_sandbox/counters", timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "example.org", "::"])
def test_it_refuses_to_serve_off_the_loopback(host):
    with pytest.raises(ValueError, match="loopback"):
        make_sandbox_server(create_app(orders=0), host)


def start(tmp_path, *arguments):
    ready = tmp_path / "ready"
    command = [sys.executable, "-m", "sandbox", "--orders", "20", "--ready-file", str(ready), *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 20
    while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return process, ready


def test_the_command_serves_writes_the_ready_file_and_ends_cleanly(tmp_path):
    process, ready = start(tmp_path, "--now", "2026-11-23T10:00:00Z", "--freeze", "--seed", "4")
    try:
        address = ready.read_text(encoding="utf-8").strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}/_sandbox/state", timeout=10) as answer:
            state = json.load(answer)
        assert (state["now"], state["seed"], state["clock_frozen"]) == ("2026-11-23T10:00:00Z", 4, True)
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0 and err == ""
    assert out == f"sandbox listening on {address}\n"
    assert not ready.exists()


def test_a_slow_answer_does_not_hold_up_the_end(tmp_path):
    process, ready = start(tmp_path)
    try:
        wire = Wire(ready.read_text(encoding="utf-8").strip())
        wire.fault("timeout", seconds=60)
        with pytest.raises((TimeoutError, urllib.error.URLError)):
            wire.open("/v1/orders", timeout=0.2)
    finally:
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        process.communicate(timeout=10)
    assert process.returncode == 0 and time.monotonic() - began < 5


@pytest.mark.parametrize("arguments", [["--host", "0.0.0.0"], ["--orders", "-1"]])
def test_the_command_refuses_what_it_must_not_do(tmp_path, arguments):
    process, _ = start(tmp_path, *arguments)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 2 and "sandbox" in err
