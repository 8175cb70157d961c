from importlib import import_module
from pathlib import Path

import pytest
from pytest_django import Settings

# Apps complete the page interface as they are loaded; types that tests declare are to have all of it.
import_module("cms.schema")


@pytest.fixture(autouse=True)
def _media_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
