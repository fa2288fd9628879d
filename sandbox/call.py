"""One API call on its way through the sandbox."""

from dataclasses import dataclass, field

from .jsonio import loads
from .problems import Problem


@dataclass
class Call:
    """What handlers and faults get. ``path`` is relative to the base (``/orders/123``), ``route`` its template."""

    market: object
    request: object
    method: str
    path: str
    route: str
    args: dict = field(default_factory=dict)
    account: object = None
    shop: object = None
    page: object = None  # of a listing: the page that was served
    served: list = field(default_factory=list)  # of a listing: the entries that were served
    hints: dict = field(default_factory=dict)  # from faults to handlers
    effect_done: bool = False

    @property
    def query(self):
        return self.request.args

    @property
    def language(self) -> str:
        return (self.request.headers.get("Accept-Language") or "fr").strip()[:2].lower()

    def body(self):
        """The JSON body. Raises the 400 the API gives for a body that is none."""
        try:
            return loads(self.request.get_data().decode("utf-8"))
        except ValueError:
            raise Problem(
                400, detail="The body is not valid JSON.", errors={"$": ["The JSON value could not be converted."]}
            ) from None
