import pytest


@pytest.mark.parametrize("profile", ["cdiscount", "octopia"])
@pytest.mark.parametrize("base", ["/v1", "/seller/v2"])
def test_a_token_of_either_profile_opens_both_bases(api, profile, base):
    answer = api.login(profile)
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["expires_in"] == 7200 and body["token_type"] == "Bearer"
    api.token = body["access_token"]
    assert api.get("/sellers", base=base).get_json()["seller_id"] == 98979


@pytest.mark.parametrize(
    "profile, login, password, status, error",
    [
        ("cdiscount", "nobody", "sandbox-pass1", 401, "invalid_grant"),
        ("cdiscount", "sandbox", "wrong-password", 401, "invalid_grant"),
        ("octopia", "nobody", "sandbox-pass1", 401, "invalid_client"),
        ("octopia", "sandbox", "wrong-secret", 401, "unauthorized_client"),
    ],
)
def test_wrong_credentials_are_refused_in_keycloaks_words(api, profile, login, password, status, error):
    answer = api.login(profile, login, password)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert api.counters()["tokens"]["refusals"] == {error: 1}


def test_keycloak_does_not_say_which_half_of_a_password_login_is_wrong_unless_asked_to(api):
    same = {
        api.login(login="nobody").get_json()["error_description"],
        api.login(password="x").get_json()["error_description"],
    }
    assert same == {"Invalid user credentials"}
    api.control("/settings", {"login_errors": "distinct"})
    assert api.login(login="nobody").get_json()["error_description"] == "User not found"


@pytest.mark.parametrize(
    "fields, error",
    [
        ({"scope": "profile"}, "invalid_scope"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ],
)
def test_an_incomplete_token_request_says_what_is_wrong(api, fields, error):
    answer = api.login(**fields)
    assert (answer.status_code, answer.get_json()["error"]) == (400, error)


def test_a_token_request_as_json_is_not_understood(api):
    assert api.client.post("/idp/oauth2/token", json={"grant_type": "password"}).status_code == 415


@pytest.mark.parametrize("wording, key", [("problem", "title"), ("plain", "message")])
def test_the_token_endpoint_can_refuse_without_keycloaks_body(api, wording, key):
    api.control("/settings", {"token_errors": wording})
    answer = api.login(password="x")
    assert answer.status_code == 401 and key in answer.get_json()


def test_a_disabled_account_gets_no_token_and_its_token_stops_working(api):
    assert api.get("/sellers").status_code == 200
    api.control("/accounts/sandbox", {"enabled": False})
    assert api.get("/sellers").status_code == 401
    assert api.login().get_json()["error_description"] == "Account disabled"


def test_a_token_expires_by_the_sandboxs_clock(api):
    assert api.get("/sellers").status_code == 200
    api.control("/clock", {"advance": 7199})
    assert api.get("/sellers").status_code == 200
    api.control("/clock", {"advance": 1})
    answer = api.get("/sellers")
    assert answer.status_code == 401 and "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_revoked_token_is_refused_and_a_new_one_is_not(api):
    api.get("/sellers")
    assert api.control("/tokens/revoke", {}) == {"revoked": 1}
    assert api.get("/sellers").status_code == 401
    api.token = None
    assert api.get("/sellers").status_code == 200


def test_the_five_hundred_and_first_token_of_an_hour_is_refused(api):
    statuses = [api.login().status_code for _ in range(501)]
    assert statuses == [200] * 500 + [429]
    api.control("/clock", {"advance": 3600})
    assert api.login().status_code == 200


def test_calls_without_a_good_token_are_unauthorized(api):
    assert api.get("/sellers", headers={"Authorization": None}).status_code == 401
    assert api.get("/sellers", headers={"Authorization": "Bearer made-up"}).status_code == 401


def test_a_call_without_seller_id_is_a_problem_that_names_the_header(api):
    answer = api.get("/sellers", headers={"SellerId": None})
    assert answer.status_code == 400
    assert answer.content_type.startswith("application/problem+json")
    assert "SellerId" in answer.get_json()["errors"] and answer.get_json()["traceId"]


def test_nobody_acts_for_a_seller_who_did_not_delegate(api):
    assert api.get("/sellers", headers={"SellerId": "11111"}).status_code == 403
    api.control("/shops", {"seller_id": "11111", "login": "other", "password": "other-pass1", "orders": 3})
    assert api.get("/sellers", headers={"SellerId": "11111"}).status_code == 403
    api.control("/settings", {"delegated": False})
    assert api.get("/sellers").status_code == 403


def test_one_account_may_act_for_several_sellers_and_sees_each_ones_orders(api):
    api.control("/shops", {"seller_id": "11111", "login": "sandbox", "orders": 3})
    other = {"SellerId": "11111"}
    assert api.get("/orders/count").get_json() == 60
    assert api.get("/orders/count", headers=other).get_json() == 3
    theirs = api.get("/orders", headers=other).get_json()["items"][0]["orderId"]
    assert api.get(f"/orders/{theirs}").status_code == 404
