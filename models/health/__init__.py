from . import health
from . import health_facts
from . import self_test
from . import support_bundle
