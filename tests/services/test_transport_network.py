"""The same promises over real sockets: the parts that only a network can break."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from services.errors import ConfigurationError, NetworkError, OutcomeUnknown, ProtocolError
from services.transport import Transport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(*scripts, tls=None):
    """A server that runs ``scripts[n]`` on connection n (the last one again and again); yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)
    stop = threading.Event()
    address = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}/v1/things"
    count = []

    def handle(connection, script):
        try:
            with connection:
                if tls:
                    connection = tls.wrap_socket(connection, server_side=True)
                script(connection, stop)
        except OSError:
            pass

    def accept():
        while not stop.is_set():
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            script = scripts[min(len(count), len(scripts) - 1)]
            count.append(script)
            threading.Thread(target=handle, args=(connection, script), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield address, count
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)  # wakes accept() up
        listener.close()
        thread.join(2)


def read_request(connection) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
    return data


def good(connection, stop):
    read_request(connection)
    connection.sendall(HEAD + b'Content-Length: 10\r\nConnection: close\r\n\r\n{"a": 1.5}')


def cut_in_body(connection, stop):
    read_request(connection)
    connection.sendall(HEAD + b'Content-Length: 1000\r\n\r\n{"a": ')


def cut_in_chunk(connection, stop):
    read_request(connection)
    connection.sendall(HEAD + b'Transfer-Encoding: chunked\r\n\r\n100\r\n{"a": ')


def cut_before_answer(connection, stop):
    read_request(connection)


def silent(connection, stop):
    read_request(connection)
    stop.wait(5)


def drip_body(connection, stop):
    read_request(connection)
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not stop.wait(0.02):
        connection.sendall(b"x")


def drip_head(connection, stop):
    read_request(connection)
    connection.sendall(HEAD + b"X-Slow: ")
    while not stop.wait(0.02):
        connection.sendall(b"x")


def flood(connection, stop):
    read_request(connection)
    connection.sendall(HEAD + b"Connection: close\r\n\r\n")
    for _ in range(3200):
        connection.sendall(b"x" * 65536)


def quick(**options) -> Transport:
    return Transport(**{"sleep": lambda seconds: None, "read_timeout": 0.3, "connect_timeout": 2, **options})


@pytest.mark.parametrize("broken", [cut_in_body, cut_in_chunk, cut_before_answer, silent])
def test_a_read_gets_its_answer_on_the_second_connection(broken):
    with serving(broken, good) as (url, count):
        assert quick().request("GET", url).body == b'{"a": 1.5}'
        assert len(count) == 2


@pytest.mark.parametrize(
    ("broken", "code"),
    [(cut_in_body, "connection_cut"), (cut_in_chunk, "connection_cut"), (cut_before_answer, "connection_cut")],
)
def test_a_connection_that_is_always_cut_says_so(broken, code):
    with serving(broken) as (url, count):
        with pytest.raises(NetworkError) as caught:
            quick().request("GET", url)
        assert caught.value.code == code
        assert len(count) == 4


@pytest.mark.parametrize("broken", [cut_in_body, cut_in_chunk, cut_before_answer, silent])
def test_an_unsafe_write_is_sent_once_over_a_bad_line(broken):
    with serving(broken, good) as (url, count):
        with pytest.raises(OutcomeUnknown):
            quick().request("POST", url, json={"a": 1})
        assert len(count) == 1


@pytest.mark.parametrize("slow", [drip_body, drip_head, silent])
def test_a_server_that_never_ends_is_left_at_the_deadline(slow):
    with serving(slow) as (url, _count):
        started = time.monotonic()
        with pytest.raises(NetworkError) as caught:
            quick(total_timeout=0.4, read_timeout=5).request("GET", url)
        assert caught.value.code == "timeout"
        assert time.monotonic() - started < 2


def test_two_hundred_megabytes_are_cut_off_early():
    with serving(flood) as (url, _count):
        with pytest.raises(ProtocolError) as caught:
            quick(max_bytes=1024 * 1024).request("GET", url)
        assert caught.value.code == "too_large"


def test_nobody_listening_is_host_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NetworkError) as caught:
        quick().request("POST", f"http://127.0.0.1:{port}/", json={})
    assert caught.value.code == "host_unreachable"


def test_a_name_that_does_not_exist_is_a_dns_failure(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NetworkError) as caught:
        quick().request("GET", "https://api.nowhere.example/")
    assert caught.value.code == "dns_failure"
    assert "api.nowhere.example" in str(caught.value)


def test_https_to_a_server_that_does_not_speak_it_is_refused():
    def plain(connection, stop):
        connection.recv(16)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(plain) as (url, _count):
        with pytest.raises(ConfigurationError) as caught:
            quick(retries=0).request("GET", url.replace("http://", "https://"), headers={"Authorization": "Bearer t"})
        assert caught.value.code == "tls_invalid"


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "1", "-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_certificate_nobody_vouches_for_gets_no_request(self_signed):
    requests_seen = []

    def watch(connection, stop):
        requests_seen.append(read_request(connection))

    with serving(watch, tls=self_signed) as (url, _count):
        with pytest.raises(ConfigurationError) as caught:
            quick().request("GET", url, headers={"Authorization": "Bearer secret-token"})
        assert caught.value.code == "tls_invalid"
        assert "certificate" in str(caught.value)
    assert b"secret-token" not in b"".join(requests_seen)


def test_a_proxy_of_the_environment_is_used_and_named_when_it_is_down(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NetworkError) as caught:
        quick().request("POST", "https://api.nowhere.example/", json={})
    assert caught.value.code == "host_unreachable"
    assert "proxy" in str(caught.value)


def test_threads_share_one_transport():
    with serving(good) as (url, _count):
        transport = quick()
        found = []

        def ask():
            found.extend(transport.request("GET", url).json()["a"] for _ in range(5))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len(found) == 30
