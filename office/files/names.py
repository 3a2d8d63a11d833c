"""Names of files: labels that people see, never a path and never what tells the type."""


def clean_name(name: str) -> str:
    """A file name as people see it: its last component, no control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:200].strip(" .") or "未命名"
