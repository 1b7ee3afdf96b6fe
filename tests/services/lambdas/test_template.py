"""The template says what Amazon is to make of the functions; a linter of Amazon's own finds nothing wrong with it."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import yaml

TEMPLATE = Path(__file__).parents[3] / "services" / "lambdas" / "template.yaml"


class Loader(yaml.SafeLoader):
    """Reads `!Ref` and its like as what they hold."""


Loader.add_multi_constructor("!", lambda loader, tag, node: getattr(node, "value", None))


def test_the_linter_finds_nothing():
    command = [Path(sys.executable).parent / "cfn-lint", TEMPLATE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_handlers_that_it_names_are_there():
    resources = yaml.load(TEMPLATE.read_text(), Loader)["Resources"]
    functions = [found["Properties"] for found in resources.values() if found["Type"] == "AWS::Serverless::Function"]
    handlers = [function["ImageConfig"]["Command"][0] for function in functions]
    assert len(handlers) == 2
    for handler in handlers:
        module, _dot, name = handler.rpartition(".")
        assert callable(getattr(import_module(module), name))
