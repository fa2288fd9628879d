from . import cancellation_reason
from . import refund
from . import refund_push
from . import gesture
from . import discussion
from . import return_order
from . import return_line
