from . import sync_log
from . import queue
from . import failure_cause
from . import cause_note
from . import cause_actions
from . import queue_claim
from . import queue_runner
from . import scheduler
