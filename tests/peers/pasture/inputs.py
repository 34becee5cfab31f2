"""Prints the inputs of fediverse-pasture-inputs as JSON: [[group, object without what every object has], …].

The package is fetched with pip into the folder that is the first argument, unless it is there; nothing is installed.
"""

import json
import subprocess
import sys
import types
import zipfile
from pathlib import Path

PACKAGE = "fediverse-pasture-inputs==0.3.0"

folder = Path(sys.argv[1])
inside = folder / "inside"
if not inside.is_dir():
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "--dest", str(folder), PACKAGE], check=True, stdout=sys.stderr)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(inside)

# The inputs name one type of a package that runs them against servers, and need nothing of it.
for name in ["fediverse_pasture", "fediverse_pasture.runner", "fediverse_pasture.runner.entry"]:
    sys.modules[name] = types.ModuleType(name)
sys.modules["fediverse_pasture.runner.entry"].Entry = object
sys.path.insert(0, str(inside))

from fediverse_pasture_inputs import available  # noqa: E402

groups = sorted(available.items())
print(json.dumps([[group, example] for group, data in groups for example in data.examples]))
