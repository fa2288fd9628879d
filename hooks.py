"""Installation hook: what data files cannot say in one way on all series."""

from .compat.groups import link_groups


def post_init_hook(env):
    """Put the addon's groups where each series shows them (category or privilege)."""
    link_groups(env)
