from . import test_access
from . import test_browser
from . import test_causes
from . import test_companies
from . import test_connection
from . import test_orders_straight_road
from . import test_queue
from . import test_views
