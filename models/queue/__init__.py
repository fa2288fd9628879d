from . import sync_log
from . import queue
from . import queue_claim
from . import queue_runner
from . import scheduler
