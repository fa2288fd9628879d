from . import health
from . import mapping_sheet
from . import picture
from . import promotion_package
from . import support_bundle
