"""Page pictures and text layers (版面预览), made in bounded worker processes that a hostile file may crash or hang without harm."""

from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.files.rendering.shapes import WIDTHS, Box, Inspection, Line, PageText, Rendition, Span, Warning_

__all__ = ["WIDTHS", "Box", "InMemory", "Inspection", "Line", "PageText", "Pool", "PoolSettings", "Rendition", "Span", "Warning_"]
