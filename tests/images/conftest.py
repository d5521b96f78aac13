"""The programs of images/, loaded without what is installed in their images: what they talk to is a stand-in."""

import importlib.util
import sys
from pathlib import Path

import pytest

IMAGES = Path(__file__).parents[2] / "images"


@pytest.fixture
def load_image(monkeypatch):
    """`load_image("vote-1/vote.py", redis=…)`: the program as a module, with these modules in the place of packages."""

    def load(path, **packages):
        for name, package in packages.items():
            monkeypatch.setitem(sys.modules, name.replace("__", "."), package)
        spec = importlib.util.spec_from_file_location(Path(path).stem, IMAGES / path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
