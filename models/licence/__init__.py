from . import licence
from . import settings
