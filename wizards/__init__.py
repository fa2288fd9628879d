from . import initial_import
