import pytest

from sandbox.faults import FAULTS
from sandbox.faults.listing import DEFECTS
from sandbox.jsonio import loads

ORDERS = "/orders?pageSize=20&sort=updatedAt"


@pytest.mark.parametrize(
    "name, status, content_type",
    [
        ("rate_limited", 429, "application/problem+json"),
        ("rate_limited_bare", 429, "application/problem+json"),
        ("server_error", 500, "application/problem+json"),
        ("bad_gateway_html", 502, "text/html"),
        ("unavailable_empty", 503, "text/plain"),
        ("gateway_timeout", 504, "text/html"),
        ("answer", 400, "application/problem+json"),
        ("unauthorized_once", 401, "application/problem+json"),
        ("forbidden", 403, "application/problem+json"),
        ("redirect", 302, "text/plain"),
    ],
)
def test_a_refusal_hits_one_call_and_the_next_is_good(api, name, status, content_type):
    api.fault(name)
    answer = api.get("/orders")
    assert answer.status_code == status and answer.content_type.startswith(content_type)
    assert api.get("/orders").status_code == 200
    assert api.counters()["faults"] == {name: 1}
    assert api.counters()["calls"]["GET /orders"] == {str(status): 1, "200": 1}


def test_retry_after_is_there_or_not(api):
    api.fault("rate_limited", params={"retry_after": 7})
    assert api.get("/orders").headers["Retry-After"] == "7"
    api.fault("rate_limited_bare")
    assert "Retry-After" not in api.get("/orders").headers
    api.fault("unavailable_empty")
    assert api.get("/orders").data == b""


@pytest.mark.parametrize(
    "body, part",
    [
        ("problem", b"traceId"),
        ("keycloak", b"error_description"),
        ("message", b'"message"'),
        ("neither", b'"reason"'),
        ("error_list", b'"errors":['),
        ("html", b"<html>"),
        ("empty", b""),
    ],
)
def test_every_kind_of_error_body_can_be_asked_for(api, body, part):
    api.fault("answer", params={"status": 422, "body": body, "detail": "no"})
    answer = api.get("/orders")
    assert answer.status_code == 422 and part in answer.data and (answer.data or body == "empty")


def test_a_redirect_leads_to_another_host(api):
    api.fault("redirect", params={"status": 307, "location": "https://evil.example/"})
    answer = api.get("/orders")
    assert (answer.status_code, answer.headers["Location"]) == (307, "https://evil.example/")


def test_a_token_revoked_in_mid_run_stays_refused(api):
    api.get("/orders")
    api.fault("token_revoked")
    assert [api.get("/orders").status_code for _ in range(2)] == [401, 401]
    api.token = None
    assert api.get("/orders").status_code == 200


def test_a_fault_that_refuses_has_no_effect(empty):
    order_id = empty.create(status="WaitingAcceptance")["orderId"]
    empty.fault("server_error")
    assert empty.post(f"/orders/{order_id}/approval-status", {"approval_status": "Accepted"}).status_code == 500
    assert empty.order(order_id)["status"] == "WaitingAcceptance"


@pytest.mark.parametrize("name", ["lost_answer", "lost_answer_500", "lost_answer_502"])
def test_a_lost_answer_comes_after_the_effect(empty, name):
    order_id = empty.create(status="WaitingAcceptance")["orderId"]
    empty.fault(name, method="POST")
    if name == "lost_answer":
        with pytest.raises(ConnectionResetError):
            empty.post(f"/orders/{order_id}/approval-status", {"approval_status": "Accepted"})
    else:
        answer = empty.post(f"/orders/{order_id}/approval-status", {"approval_status": "Accepted"})
        assert answer.status_code == int(name[-3:])
    assert empty.order(order_id)["status"] == "Accepted"


def test_a_reset_has_neither_answer_nor_effect(empty):
    order_id = empty.create(status="WaitingAcceptance")["orderId"]
    empty.fault("reset")
    with pytest.raises(ConnectionResetError):
        empty.post(f"/orders/{order_id}/approval-status", {"approval_status": "Accepted"})
    assert empty.order(order_id)["status"] == "WaitingAcceptance"
    assert empty.counters()["by_status"]["none"] == 1


def test_a_cut_body_is_shorter_than_promised_and_ends_in_a_reset(api):
    whole = api.get(ORDERS).data
    api.fault("cut_body", params={"share": 0.25})
    answer = api.get(ORDERS, buffered=False)
    assert int(answer.headers["Content-Length"]) == len(whole)
    received = b""
    with pytest.raises(ConnectionResetError):
        for part in answer.response:
            received += part
    assert received == whole[: len(whole) // 4]


@pytest.mark.parametrize("name", ["timeout", "late_answer"])
def test_a_slow_answer_sleeps_as_long_as_asked_and_is_whole(api, name):
    api.fault(name, params={"seconds": 31})
    assert api.get("/orders").status_code == 200
    assert api.slept == [31]


def test_a_dripping_body_comes_in_pieces_with_pauses(api):
    whole = api.get(ORDERS).data
    api.fault("slow_drip", params={"pieces": 4, "pause": 2})
    answer = api.get(ORDERS, buffered=False)
    parts = list(answer.response)
    assert b"".join(parts) == whole and len(parts) == 4 and api.slept == [2, 2, 2]


@pytest.mark.parametrize("content_length", [True, False])
def test_a_huge_answer_is_made_on_the_way(api, content_length):
    api.fault("huge", params={"megabytes": 200, "content_length": content_length})
    answer = api.get(ORDERS, buffered=False)
    assert ("Content-Length" in answer.headers) is content_length
    parts = iter(answer.response)
    assert next(parts).startswith(b'{"itemsPerPage":1')
    assert len(next(parts)) == 65536
    answer.close()


def test_the_clock_of_the_server_can_be_wrong(api, now):
    from datetime import datetime, timedelta, timezone

    api.fault("clock_skew", params={"skew": -5400})
    away = datetime.now(timezone.utc) - api.get("/orders").date
    assert timedelta(seconds=5398) < away < timedelta(seconds=5410)
    assert abs(datetime.now(timezone.utc) - api.get("/orders").date) < timedelta(seconds=5)
    api.control("/settings", {"date_follows_clock": True})
    assert api.get("/orders").date == now


def test_bodies_of_the_wrong_kind(api):
    api.fault("invalid_json")
    with pytest.raises(ValueError):
        loads(api.get("/orders").data.decode())
    api.fault("html_page")
    assert api.get("/orders").data.startswith(b"<!DOCTYPE html>")
    api.fault("empty_body")
    assert api.get("/orders").data == b""
    api.fault("null_body")
    assert api.get("/orders").get_json() is None
    api.fault("wrong_shape")
    assert api.get("/orders").get_json()[0]["itemsPerPage"] == 10
    api.fault("wrong_shape")
    assert len(api.get("/carriers").get_json()["result"]) == 66
    api.fault("data_wrapper")
    assert len(api.get("/orders").get_json()["data"]) == 10
    api.fault("data_wrapper")
    assert api.get("/sellers").get_json()["data"]["seller_id"] == 98979


def test_pages_shift_while_they_are_read_and_an_order_is_missed(api):
    api.fault("pages_shift", times=1)
    api.control("/clock", {"advance": 10})
    ids = [row["orderId"] for row in api.walk(size=20)]
    # One row of page 1 went to the end, so the first row of page 2 slid into page 1 unseen
    assert len(ids) == 60 and len(set(ids)) == 59


def test_new_orders_arrive_while_pages_are_read(api):
    api.fault("orders_arrive", times=2, params={"count": 3})
    rows = api.walk(size=20)
    assert len(rows) == 66 == api.get("/orders/count").get_json()


def test_rows_are_repeated_at_the_start_of_a_later_page_and_none_is_missed(api):
    api.fault("duplicated_rows", times=None, params={"count": 2})
    first = api.page("pageIndex=1&pageSize=20&sort=updatedAt")
    second = api.page("pageIndex=2&pageSize=20&sort=updatedAt")
    assert len(first) == 20 and len(second) == 22
    assert second[:2] == first[-2:]
    assert len({row["orderId"] for row in first + second}) == 40
    assert api.page("pageIndex=9&pageSize=20") == []


@pytest.mark.parametrize("defect", list(DEFECTS))
def test_one_order_of_a_page_is_bent_and_whole_at_the_next_reading(api, defect):
    good = api.page("pageSize=20&sort=updatedAt")
    api.fault("malformed_order", params={"defect": defect, "index": 3})
    bent = api.page("pageSize=20&sort=updatedAt")
    assert [place for place in range(20) if bent[place] != good[place]] == [3]
    assert api.page("pageSize=20&sort=updatedAt") == good


def test_stirring_faults_and_one_that_spoils_can_hit_the_same_call(api):
    api.fault("orders_arrive")
    api.fault("clock_skew")
    api.fault("server_error")
    assert api.get("/orders").status_code == 200
    assert api.counters()["faults"] == {"orders_arrive": 1, "clock_skew": 1}
    assert api.get("/orders").status_code == 500


def test_a_fault_keeps_to_its_route_its_method_and_its_turn(api):
    order_id = api.create()["orderId"]
    api.fault("server_error", path="/orders/{order_id}", times=2)
    api.fault("server_error", path="/sellers*", after=1)
    assert api.get("/orders").status_code == 200
    assert api.get(f"/orders/{order_id}").status_code == 500
    assert [api.get("/sellers").status_code, api.get("/sellers/addresses").status_code] == [200, 500]
    api.control("/faults", method="DELETE")
    api.fault("server_error", method="post")
    assert api.get("/orders").status_code == 200
    assert api.post(f"/orders/{order_id}/shipments", []).status_code == 500


def test_the_token_endpoint_is_spared_unless_it_is_named(api):
    api.fault("server_error", times=None)
    assert api.login().status_code == 200
    api.fault("rate_limited", path="/token")
    assert [api.login().status_code for _ in range(2)] == [429, 200]


def test_a_share_of_the_calls_is_hit_the_same_for_the_same_seed(api):
    def run(seed):
        api.control("/faults", method="DELETE")
        api.fault("server_error", rate=0.3, seed=seed)
        return [api.get("/orders/count").status_code for _ in range(100)]

    first, again, other = run(1), run(1), run(2)
    assert first == again != other
    assert 15 < first.count(500) < 45


def test_a_mix_draws_from_all_its_names(api):
    api.control("/faults", {"names": ["server_error", "bad_gateway_html", "rate_limited"], "rate": 0.5, "seed": 1})
    assert {api.get("/orders/count").status_code for _ in range(60)} == {200, 500, 502, 429}


def test_faults_are_listed_and_switched_off_one_by_one_or_all(api):
    first = api.fault("server_error", times=None)["id"]
    api.fault("forbidden", times=None)
    listed = api.control("/faults")
    assert [rule["names"] for rule in listed["faults"]] == [["server_error"], ["forbidden"]]
    assert set(listed["known"]) == set(FAULTS)
    assert api.control(f"/faults/{first}", method="DELETE") == {"removed": 1}
    assert api.get("/orders").status_code == 403
    api.control("/faults", method="DELETE")
    assert api.get("/orders").status_code == 200
    api.control(f"/faults/{first}", method="DELETE", status=404)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "nope"},
        {"names": ["server_error", "nope"]},
        {},
        [],
        "server_error",
        {"name": "server_error", "time": 1},
        {"name": "server_error", "times": -1},
        {"name": "server_error", "rate": 1.5},
        {"name": "server_error", "params": {"seconds": 1}},
        {"name": "timeout", "params": {"seconds": 100000}},
        {"name": "timeout", "params": {"seconds": "long"}},
        {"name": "huge", "params": {"megabytes": 10**9}},
        {"name": "answer", "params": {"body": "poem"}},
        {"name": "malformed_order", "params": {"defect": "nope"}},
    ],
)
def test_a_fault_that_does_not_exist_is_refused_and_nothing_is_switched_on(api, body):
    answer = api.client.post("/_sandbox/faults", json=body)
    if body == []:
        assert answer.get_json() == {"faults": []}
    else:
        assert answer.status_code == 400 and answer.get_json()["error"]
    assert api.control("/faults")["faults"] == []


def test_the_readme_describes_every_fault_and_every_defect():
    from pathlib import Path

    import sandbox

    text = (Path(sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")
    for name in (*FAULTS, *DEFECTS):
        assert f"`{name}`" in text, name
