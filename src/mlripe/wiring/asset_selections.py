"""Assets of Dagster that a schedule or a sensor selects: by the job that it starts, by group, by name, or all of them.

    retrain = define_asset_job("retrain", selection=AssetSelection.groups("training"))
    ScheduleDefinition(job=retrain, cron_schedule="0 3 * * *")

The job stands in one file, the schedule in another, the assets in more of them; only the selection joins them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from mlripe.facts import Call
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring.modules import Modules
from mlripe.wiring.places import Place

__all__ = ["AssetSelections"]

_ROOT: Final = "dagster."
_STARTING: Final = frozenset(
    "ScheduleDefinition SensorDefinition build_schedule_from_partitioned_job schedule sensor asset_sensor "
    "multi_asset_sensor run_status_sensor freshness_policy_sensor RunRequest".split()
)
_JOBS: Final = ("job", "jobs", "target", "asset_selection", "")
_JOB: Final = ("define_asset_job", "define_unpartitioned_asset_job")
_DECORATORS: Final = frozenset("asset multi_asset graph_asset graph_multi_asset".split())
_LOADING: Final = frozenset("load_assets_from_modules load_assets_from_package_module".split())
_ALL: Final = "*"
_GROUP: Final = "group:"
_MARKS: Final = lazy_regex(r"^[+*]+|[+*]+$")
_PROJECTS: Final = ("pyproject.toml", "setup.py", "setup.cfg", "dagster_cloud.yaml", "workspace.yaml")
_MOST: Final = 200  # assets of one selection


class AssetSelections:
    """Answers for one repository."""

    def __init__(self, store: FactStore, modules: Modules) -> None:
        self.store = store
        self.modules = modules
        self._projects: dict[str, str] = {}

    def started(self, path: str, call: Call) -> list[Place]:
        """The assets and jobs that a schedule or a sensor starts."""
        if not call.name.startswith(_ROOT) or call.name.rpartition(".")[2] not in _STARTING:
            return []
        holding = self.store.holding(path)
        found = self._selected(path, holding.lines_of(call))
        for key, names in holding.names_given(call).items():
            for name in names if key in _JOBS else ():
                found += self._of_job(path, name)
        job, target = call.keywords.get("job_name"), call.keywords.get("target")
        found += self._jobs.get(job, []) if isinstance(job, str) else []
        found += self._named([target]) if isinstance(target, str) else []
        project = self._project(path)  # a code location knows its own assets alone
        return [place for place in dict.fromkeys(found) if self._project(place.path) == project][:_MOST]

    def _project(self, path: str) -> str:
        """The nearest folder above a file that holds a project of Python; "" where there is none."""
        folder = posixpath.dirname(path)
        if folder not in self._projects:
            above = folder
            while above and not any(f"{above}/{name}" in self.store.entries for name in _PROJECTS):
                above = posixpath.dirname(above)
            self._projects[folder] = above
        return self._projects[folder]

    def selected(self, selection: str) -> list[Place]:
        """The assets that a selection of the command line means: names and groups between commas, `*`."""
        return self._named(text.strip() for text in selection.split(",") if text.strip())

    def job(self, name: str) -> list[Place]:
        """What the job of that name runs."""
        return self._jobs.get(name, [])

    def _of_job(self, path: str, name: str) -> list[Place]:
        """What the job selects that a name stands for."""
        split = (path, name) if "." not in name else self.modules.split(name, path)
        return self._selected(split[0], self.store.holding(split[0]).lines(split[1])) if split else []

    def _selected(self, path: str, lines: range) -> list[Place]:
        """The assets that the calls in these lines of a file select."""
        found: list[Place] = []
        for call in self.store.of(path).calls if lines else ():
            last = call.name.rpartition(".")[2]
            if call.line not in lines or not call.name.startswith(_ROOT):
                continue
            if "AssetSelection." in call.name:
                texts = [each for value in call.args for each in _texts(value)]
                found += self._named(
                    [_ALL] if last == "all" else [_GROUP + t for t in texts] if last == "groups" else texts
                )
            elif last in _JOB:
                found += self._of_definition(path, call)
        return found

    def _of_definition(self, path: str, call: Call) -> list[Place]:
        given = call.keywords.get("selection", call.args[1] if len(call.args) > 1 else _ALL)
        found = self._named(_texts(given))
        for name in self.store.holding(path).names_given(call).get("selection", ()):
            split = self.modules.split(name, path) or (path, name)
            found += [Place(*split)] if Place(*split) in self._all else []
        return found

    def _named(self, selection: Iterable[str]) -> list[Place]:
        found: list[Place] = []
        for text in selection:
            name = _MARKS.sub("", text)
            if not name:
                found += self._all
            elif name.startswith(_GROUP):
                found += self._groups.get(name.removeprefix(_GROUP).strip("\"'"), [])
            else:
                found += self._assets.get(name.rpartition("/")[2], [])
        return found

    # --- what there is -----------------------------------------------------------------------------------------------

    @cached_property
    def _decorated(self) -> list[tuple[Place, Call]]:
        return [
            (Place(path, call.scope), call)
            for path, call in self._calls
            if call.decorator and call.name.rpartition(".")[2] in _DECORATORS
        ]

    @cached_property
    def _calls(self) -> list[tuple[str, Call]]:
        return [
            (path, call)
            for path, facts in list(self.store.loaded())
            if self.store.role(path) is None and path.endswith(".py")
            for call in facts.calls
            if call.name.startswith(_ROOT)
        ]

    @cached_property
    def _all(self) -> list[Place]:
        return [place for place, _ in self._decorated]

    @cached_property
    def _assets(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for place, call in self._decorated:
            name = call.keywords.get("name")
            found.setdefault(name if isinstance(name, str) else place.unit, []).append(place)
        return found

    @cached_property
    def _groups(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for place, call in self._decorated:
            if isinstance(group := call.keywords.get("group_name"), str):
                found.setdefault(group, []).append(place)
        for path, call in self._calls:
            group = call.keywords.get("group_name")
            if call.name.rpartition(".")[2] in _LOADING and isinstance(group, str):
                files = set(self._loaded(path, call))
                inside = tuple(f"{posixpath.dirname(file)}/" for file in files if file.endswith("/__init__.py"))
                members = (p for p in self._all if p.path in files or (inside and p.path.startswith(inside)))
                found.setdefault(group, []).extend(members)
        return found

    def _loaded(self, path: str, call: Call) -> Iterator[str]:
        """The files of the modules that a call is given."""
        for names in self.store.holding(path).names_given(call).values():
            for name in names:
                if split := self.modules.split(name, path):
                    yield split[0]

    @cached_property
    def _jobs(self) -> dict[str, list[Place]]:
        """By the name of a job, what it selects."""
        found: dict[str, list[Place]] = {}
        for path, call in self._calls:
            named = call.keywords.get("name", call.args[0] if call.args else None)
            if call.name.rpartition(".")[2] in _JOB and isinstance(named, str):
                found[named] = self._selected(path, self.store.holding(path).lines_of(call))
            elif call.decorator and call.name.rpartition(".")[2] == "job":
                found[named if isinstance(named, str) else call.scope] = [Place(path, call.scope)]
        return found


def _texts(value: object) -> list[str]:
    """The texts that a value is or holds."""
    return [part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str)]
