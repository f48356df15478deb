"""setup.cfg and setup.py, neither of which is executed."""

from __future__ import annotations

import pytest

from mlripe.facts import Dependency, FileFacts
from mlripe.readers import Unreadable
from mlripe.readers.dependencies.setup_py import read_setup_py
from mlripe.readers.dependencies.setuptools import read_setup_cfg


def setup_py(text: str) -> FileFacts:
    return read_setup_py("setup.py", text.encode())


def names(facts: FileFacts) -> list[tuple[str, int, str]]:
    return [(each.name, each.line, each.group) for each in facts.dependencies]


def test_setup_cfg() -> None:
    facts = read_setup_cfg(
        "setup.cfg",
        b"""\
[metadata]
name = own_package
[options]
packages = find:
install_requires =
    numpy>=1.20,<2
    # a comment
    tomli; python_version < "3.11"
setup_requires = setuptools_scm; wheel
[options.extras_require]
serve =
    fastapi==0.110.0
all = own-package[serve]
[flake8]
install_requires = not-this
""",
    )
    assert facts.dependencies == (
        Dependency("python", "numpy", 6, "bounded", ">=1.20,<2"),
        Dependency("python", "tomli", 8),
        Dependency("python", "setuptools-scm", 9, group="build"),
        Dependency("python", "wheel", 9, group="build"),
        Dependency("python", "fastapi", 12, "exact", "0.110.0", "serve"),
    )


def test_setup_cfg_takes_a_list_from_files() -> None:
    facts = read_setup_cfg("sub/setup.cfg", b"[options]\ninstall_requires = file: requirements.txt, more.txt\n")
    assert facts.dependencies == ()
    assert facts.units[0].uses == ("./sub/requirements.txt", "./sub/more.txt")


def test_setup_py_with_literals_in_the_call() -> None:
    facts = setup_py("""\
from setuptools import setup
setup(
    name="own",
    install_requires=[
        "numpy==1.26.4",
        "pandas",
    ],
    extras_require={"dev": ["pytest>=8"], "all": ["own[dev]"]},
    setup_requires=["wheel"],
)
""")
    assert facts.dependencies == (
        Dependency("python", "numpy", 5, "exact", "1.26.4"),
        Dependency("python", "pandas", 6),
        Dependency("python", "pytest", 8, "loose", ">=8", "dev"),
        Dependency("python", "wheel", 9, group="build"),
    )


def test_setup_py_with_names_sums_and_stars() -> None:
    facts = setup_py("""\
import setuptools
BASE = ["numpy"]
EXTRA: list[str] = ["scipy"]
TEXT = \"\"\"
click
rich
\"\"\"
extras = {"a": BASE + EXTRA}
extras["b"] = ["torch"]
config = dict(install_requires=BASE + ["pandas", *EXTRA], extras_require=extras)
setuptools.setup(**config, tests_require=TEXT)
""")
    assert names(facts) == [
        ("numpy", 2, ""),
        ("pandas", 10, ""),
        ("scipy", 3, ""),
        ("numpy", 2, "a"),
        ("scipy", 3, "a"),
        ("torch", 9, "b"),
        ("click", 5, "test"),
        ("rich", 6, "test"),
    ]


def test_requirements_picked_by_name_out_of_a_table_that_is_computed_from_a_list() -> None:
    text = """\
listed = ["numpy>=1.20", "huggingface-hub<1.0"]
table = {name_of(row): row for row in listed}
setup(install_requires=[table["huggingface_hub"], table["absent"]])
"""
    assert names(setup_py(text)) == [("huggingface-hub", 1, "")]


@pytest.mark.parametrize(
    "text",
    [
        "setup(install_requires=open('requirements.txt').read().splitlines())",
        "setup(install_requires=[line for line in lines])",
        "names = names\nsetup(install_requires=names)",
        "setup(install_requires=[f'numpy=={v}'], extras_require=extras)",
        "install(install_requires=['numpy'])",
        "# setup(install_requires=['numpy'])",
        "",
    ],
)
def test_what_is_computed_or_read_from_a_file_gives_nothing(text: str) -> None:
    assert setup_py(text) == FileFacts()


def test_nothing_is_executed() -> None:
    facts = setup_py("import sys\nsys.exit(3)\nsetup(install_requires=['numpy'])\n")
    assert names(facts) == [("numpy", 3, "")]


@pytest.mark.parametrize("text", ["print 'old'", "setup(", "a\0b", "(" * 100_000])
def test_what_is_no_python_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        setup_py(text)


def test_lists_of_lists_of_lists_do_not_multiply() -> None:
    layers = "".join(f"a{n} = [{', '.join([f'*a{n + 1}'] * 50)}]\n" for n in range(30))
    assert setup_py(f"{layers}setup(install_requires=a0)") == FileFacts()
