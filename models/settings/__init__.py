from . import account_links
from . import order_privacy
from . import retention
from . import settings
