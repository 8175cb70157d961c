import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demo import Demo


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    """A demo that is open. Its bookings stay, so every test takes times of its own."""
    # Not pytest's folder: that one is closed to the account that root's database server runs as.
    with tempfile.TemporaryDirectory(prefix="clinic-journey-") as name:
        demo = Demo(Path(name).resolve())
        try:
            demo.start()
            yield demo
        finally:
            demo.stop()
