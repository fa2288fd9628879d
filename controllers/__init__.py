from . import health
from . import mapping_sheet
from . import picture
