"""Tasks and procedures of a warehouse, in files of SQL and in texts."""

from __future__ import annotations

import time

import pytest

from mlripe.readers.pipelines.sql_tasks import plain, read_sql, resumed, sql_tasks

TASK = "CREATE OR REPLACE TASK db.ml.Nightly\n  SCHEDULE = '60 MINUTE'\nAS\n  CALL db.ml.fit('a');\n"


def test_a_task_tells_its_schedule_and_what_it_calls() -> None:
    (task,) = sql_tasks(f"SELECT 1;\n{TASK}SELECT 2;\n")
    assert (task.name, task.line, task.schedule, task.calls, task.end) == ("nightly", 2, "60 MINUTE", ("fit",), 5)


def test_a_begun_block_is_read_to_its_end() -> None:
    (task,) = sql_tasks("create task a as begin\n call f(); call g();\nend;\nalter task a resume;\n")
    assert task.calls == ("f", "g")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ALTER TASK a RESUME", {"a"}),
        ('alter task if exists db."A" resume;', {"a"}),
        ("ALTER TASK a SUSPEND", set()),
        ("-- ALTER TASK a RESUME", set()),
        ("SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('db.s.a')", {"a"}),
    ],
)
def test_what_is_resumed(text: str, names: set[str]) -> None:
    assert resumed(text) == names


def test_the_units_of_a_file() -> None:
    facts = read_sql(
        "a.sql", f"{TASK}ALTER TASK nightly RESUME;\nCREATE TASK later AFTER nightly AS SELECT 1;\n".encode()
    )
    units = {unit.id: unit for unit in facts.units}
    assert units["task/nightly"].triggers[0].active
    assert units["task/nightly"].uses == ("procedure:fit",)
    assert units["task/later"].parent == "task/nightly"
    assert not units["task/later"].triggers


def test_the_python_of_a_procedure_is_read_where_it_stands() -> None:
    source = (
        "CREATE PROCEDURE fit()\nRETURNS STRING\nLANGUAGE PYTHON\nHANDLER = 'main'\nAS\n$$\ndef main(session):\n"
        "    return 'done'\n$$;\nCREATE PROCEDURE other() RETURNS STRING LANGUAGE SQL AS $$ BEGIN CALL fit(); END $$;\n"
    )
    units = {unit.id: unit for unit in read_sql("a.sql", source.encode()).units}
    (command,) = units["procedure/fit"].commands
    assert command.argv[:2] == ("python", "-c")
    assert command.line == 6
    assert "def main(session):" in command.argv[2]
    assert units["procedure/other"].uses == ("procedure:fit",)


@pytest.mark.parametrize("text", ["SELECT 1;", "CREATE TABLE task (a INT);", "-- create task", ""])
def test_a_file_without_tasks_has_no_units(text: str) -> None:
    assert not [unit for unit in read_sql("a.sql", text.encode()).units if unit.kind != "script"]


def test_names_are_compared_without_case_quotes_and_schema() -> None:
    assert plain(' DB.ML."Fit" ') == "fit"


@pytest.mark.parametrize(
    "text",
    [
        "create task " * 20_000,
        "/*" * 100_000,
        "create procedure a(" * 10_000,
        "create task a as begin " * 10_000,
        "alter task a " * 20_000,
        "create task a schedule = '" + "x" * 200_000,
        'create task "' + "a" * 200_000,
    ],
)
def test_what_is_made_to_be_slow_is_read_in_time(text: str) -> None:
    begin = time.perf_counter()
    read_sql("a.sql", text.encode())
    assert time.perf_counter() - begin < 5
