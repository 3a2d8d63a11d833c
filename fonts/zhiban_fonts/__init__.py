"""The fonts that Zhiban prints its forms with. Data only; licences beside them."""

from pathlib import Path

FOLDER = Path(__file__).parent / "files"
