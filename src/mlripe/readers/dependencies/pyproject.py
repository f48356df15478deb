"""pyproject.toml: the standard tables (PEP 518, 621, 735), and those of Poetry, PDM, uv, Hatch and pixi."""

from __future__ import annotations

from mlripe.facts import Dependency, FileFacts
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.pixi import gather_pixi
from mlripe.readers.dependencies.requirements import gather_line
from mlripe.readers.dependencies.specifiers import normalise
from mlripe.readers.dependencies.tables import gather_table
from mlripe.readers.formats.cursor import Node

__all__ = ["read_pyproject"]


def read_pyproject(path: str, content: bytes) -> FileFacts:
    """Dependencies of a pyproject.toml; extras and dependency groups by their name, build requirements as `build`.

    Files that a build backend takes its dependencies from become the `uses` of one unit.
    """
    from mlripe.readers.formats.documents import load_toml

    gathered = Gathered(path)
    reading = _Pyproject(gathered)
    for document in load_toml(content):
        root = Node.root(document)
        gathered.own = normalise(root.at("project.name").text or root.at("tool.poetry.name").text)
        reading.standard(root)
        reading.poetry(root.at("tool.poetry"))
        reading.others(root["tool"])
        gather_pixi(gathered, root.at("tool.pixi"))
    return gathered.facts()


class _Pyproject:
    """The tables of one pyproject.toml, each added to `gathered`."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered

    def standard(self, root: Node) -> None:
        project = root["project"]
        self.array(project["dependencies"])
        self.arrays(project["optional-dependencies"])
        self.arrays(root["dependency-groups"])  # a group that another includes is listed once, under its own name
        self.array(root.at("build-system.requires"), "build")

    def poetry(self, poetry: Node) -> None:
        already = {(each.name, each.group) for each in self.gathered.dependencies}
        poetic = Gathered(self.gathered.path)
        gather_table(poetic, poetry["dependencies"])
        gather_table(poetic, poetry["dev-dependencies"], "dev")
        for name, group in poetry["group"].entries():
            gather_table(poetic, group["dependencies"], name)
        extras = {normalise(item.text): extra for extra, items in poetry["extras"].entries() for item in items.items()}
        for each in poetic.dependencies:
            # Beside [project], Poetry's table only adds where a dependency comes from.
            if (each.name, each.group) not in already:
                group_name = each.group or extras.get(each.name, "")
                self.gathered.add(Dependency(each.ecosystem, each.name, each.line, each.pin, each.version, group_name))

    def others(self, tool: Node) -> None:
        self.arrays(tool.at("pdm.dev-dependencies"))
        self.array(tool.at("uv.dev-dependencies"), "dev")
        for name, environment in tool.at("hatch.envs").entries():
            self.array(environment["dependencies"], name)
            self.array(environment["extra-dependencies"], name)
        self.files(tool.at("hatch.metadata.hooks.requirements_txt.files"))
        dynamic = tool.at("setuptools.dynamic")
        self.files(dynamic.at("dependencies.file"))
        for _, extra in dynamic["optional-dependencies"].entries():
            self.files(extra["file"])

    def arrays(self, table: Node) -> None:
        """A table of named arrays: each is a group."""
        for name, array in table.entries():
            self.array(array, name)

    def array(self, array: Node, group: str = "") -> None:
        """An array of requirements."""
        for item in array.items():
            if isinstance(item.value, str) and not self.gathered.full:
                gather_line(self.gathered, item.text, item.line, group)

    def files(self, names: Node) -> None:
        """The names of requirements files: one, or an array of them."""
        for name in [names] if isinstance(names.value, str) else names.items():
            self.gathered.include(name.text, name.line)
