"""A seller's client of one sandbox, without a socket."""

from werkzeug.test import Client

from sandbox.jsonio import loads

NOW = "2026-11-23T10:00:00Z"


class Api:
    """A seller's client of one sandbox: both bases, a token of its own, and the control calls."""

    def __init__(self, app, base="/v1"):
        self.app = app
        self.market = app.marketplace
        self.base = base
        self.client = Client(app)
        self.token = None
        self.seller_id = "98979"

    def login(self, profile="cdiscount", login="sandbox", password="sandbox-pass1", **more):
        if profile == "cdiscount":
            fields = {"grant_type": "password", "scope": "openid", "username": login, "password": password, **more}
            return self.client.post("/idp/oauth2/token", data=fields)
        fields = {"grant_type": "client_credentials", "client_id": login, "client_secret": password, **more}
        return self.client.post("/auth/realms/maas/protocol/openid-connect/token", data=fields)

    def call(self, method, path, json=None, headers=None, base=None, **kwargs):
        if self.token is None:
            self.token = self.login().get_json()["access_token"]
        sent = {"Authorization": f"Bearer {self.token}", "SellerId": self.seller_id, "Accept": "application/json"}
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        return self.client.open((base or self.base) + path, method=method, headers=sent, json=json, **kwargs)

    def get(self, path, **kwargs):
        return self.call("GET", path, **kwargs)

    def post(self, path, json=None, **kwargs):
        return self.call("POST", path, json=json, **kwargs)

    def order(self, order_id):
        return loads(self.get(f"/orders/{order_id}").data.decode())

    def page(self, query=""):
        return loads(self.get(f"/orders?{query}").data.decode())["items"]

    def walk(self, query="sort=updatedAt", size=100):
        """Every row of a list, page by page, as a client reads it."""
        rows, index = [], 0
        while True:
            index += 1
            part = self.page(f"{query}&pageIndex={index}&pageSize={size}")
            rows += part
            if len(part) < size:
                return rows

    def control(self, path, json=None, method=None, status=None):
        answer = self.client.open("/_sandbox" + path, method=method or ("GET" if json is None else "POST"), json=json)
        if status is None:
            assert answer.status_code < 300, answer.data
        else:
            assert answer.status_code == status, answer.data
        return loads(answer.data.decode())

    def create(self, **wish):
        return self.control("/orders", wish)["orders"][0]

    def fault(self, name, **more):
        return self.control("/faults", {"name": name, **more})["faults"][0]

    def counters(self):
        return self.control("/counters")
