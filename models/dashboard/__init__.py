from . import indexes
from . import preferences
from . import dashboard
from . import sales
from . import profit
from . import work
from . import open_records
from . import onboarding
