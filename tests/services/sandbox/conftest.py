import pytest
from sandbox_client import NOW, Api

from sandbox import create_app
from sandbox.clock import parse_time


@pytest.fixture
def now():
    return parse_time(NOW)


@pytest.fixture
def api():
    """A shop with sixty orders whose clock stands still and whose sleeps are only written down."""
    slept = []
    api = Api(create_app(seed=1, orders=60, clock=NOW, sleep=slept.append))
    api.slept = slept
    return api


@pytest.fixture
def empty():
    """A shop without orders."""
    return Api(create_app(seed=1, orders=0, clock=NOW, sleep=lambda seconds: None))
