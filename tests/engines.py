"""The Graphviz programs of this machine: the one that is installed with the product, and `dot` where there is one."""

import shutil
import sys
from pathlib import Path

PURE = str(Path(sys.executable).with_name("graphviz-pure"))
ENGINES = [program for program in (PURE, shutil.which("dot")) if program]
