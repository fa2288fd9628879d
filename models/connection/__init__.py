from . import sales_channel
from . import config
from . import config_credentials
from . import config_client
from . import config_test
from . import config_actions
from . import connection_check
from . import token
