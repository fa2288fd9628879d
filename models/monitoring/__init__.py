from . import queue_watch
from . import config_watch
from . import ir_http
