"""Puts the web clients into the wheel.

ZHIBAN_SKIP_WEB=1 leaves them out; an editable install never builds them (`make web` does).
"""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClientHook(BuildHookInterface[Any]):
    """Builds web/ into office/_web before the files of a wheel or an sdist are collected."""

    def dependencies(self) -> list[str]:
        """Node as a Python package for the isolated build, where the machine has none that is new enough."""
        if self._skipped():
            return []
        from tools.setup import node

        return [] if node.system() else [node.WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless skipped or editable; a build without a page is an error: no wheel goes out without its client."""
        if version == "editable" or self._skipped():
            return
        from tools.setup import web

        web.build(Path(self.root), install_node=False)

    def _skipped(self) -> bool:
        # The build front end does not put the checkout on the path.
        if self.root not in sys.path:
            sys.path.insert(0, self.root)
        return os.environ.get("ZHIBAN_SKIP_WEB") == "1" or not (Path(self.root) / "web" / "package.json").exists()
