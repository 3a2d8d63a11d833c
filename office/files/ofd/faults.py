"""What goes wrong inside a package, before it is known which page it concerns."""


class Broken(Exception):
    """A part that cannot be read: damaged, missing, or not what it says it is."""


class TooMuch(Exception):
    """A part beyond the bounds in `limits`: a bomb, an endless nesting, a page nobody draws."""


class Locked(Exception):
    """The package is encrypted (GM/T 0099)."""
