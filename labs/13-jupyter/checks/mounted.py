"""
The pod mounts the claim; where it does not, JupyterLab itself says what its files are on. It goes before the look
into the claim: one that nobody has used yet gets its volume only where its first pod is.
"""

from __future__ import annotations

from typing import Callable

from kernels import Jupyter
from labctl import Program
from server import find_server
from volumes import CLAIM, ask_where, elsewhere, volumes_of


def main(check: Program, open_server: Callable[..., Jupyter] = Jupyter) -> None:
    jupyter, _ = find_server(check, open_server)
    if all(volume["claim"] != CLAIM for volume in volumes_of(check)):
        elsewhere(check, *ask_where(check, jupyter))


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
