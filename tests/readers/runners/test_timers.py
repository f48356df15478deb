"""Crontabs and systemd's units: what a machine runs by the clock once something has installed them."""

from __future__ import annotations

import pytest

from mlripe.facts import Trigger
from mlripe.readers import read
from mlripe.readers.cron_times import never_comes
from mlripe.readers.shell.commands import commands
from mlripe.readers.shell.cron_lines import cron_lines


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("0 3 * * * python train.py", ("0 3 * * *", "python train.py")),
        ("@daily python train.py", ("@daily", "python train.py")),
        ("*/5 0-6 1,15 JAN-MAR MON  cd /srv && make fit", ("*/5 0-6 1,15 JAN-MAR MON", "cd /srv && make fit")),
        ("0 3 * * * root python train.py", ("0 3 * * *", "python train.py")),
        ("# 0 3 * * * python train.py", None),
        ("@reboot python serve.py", None),
        ("SHELL=/bin/bash", None),
        ("pip install one two three four five", None),
        ("1 2 3 4", None),
        ("", None),
    ],
)
def test_a_line_of_a_crontab(line: str, found: tuple[str, str] | None) -> None:
    assert [(when, command) for _, when, command in cron_lines(line)] == ([found] if found else [])


def test_each_line_of_a_crontab_is_a_timer_that_waits_to_be_installed() -> None:
    facts = read(
        "deploy/crontab", b"MAILTO=\n0 3 * * * cd /srv && python train.py >> log 2>&1\n\n30 4 * * 1 make score\n"
    )
    assert [(u.id, u.kind, u.triggers) for u in facts.units] == [
        ("cron/2", "timer", (Trigger("timer", 2, "0 3 * * *"),)),
        ("cron/4", "timer", (Trigger("timer", 4, "30 4 * * 1"),)),
    ]
    assert facts.units[0].commands[-1].argv == ("python", "train.py")


def test_a_folder_of_the_system_names_a_user_before_the_command() -> None:
    unit = read("etc/cron.d/fit", b"0 3 * * * mlops python train.py\n").units[0]
    assert unit.commands[0].argv == ("python", "train.py")


def test_a_timer_of_systemd_uses_its_service() -> None:
    timer = read("ops/fit.timer", b"[Unit]\nDescription=fit\n[Timer]\nOnCalendar=daily\n").units[0]
    assert (timer.kind, timer.triggers, timer.uses) == (
        "timer",
        (Trigger("timer", 4, "daily"),),
        ("./ops/fit.service",),
    )
    other = read("ops/fit.timer.j2", b"[Timer]\nOnUnitActiveSec=1d\nUnit=job.service\n").units[0]
    assert other.uses == ("./ops/job.service.j2",)


def test_a_service_of_systemd_runs_its_commands() -> None:
    text = b"[Service]\nType=oneshot\n; ExecStart=old\nExecStartPre=-/bin/mkdir -p out\nExecStart=/srv/.venv/bin/python \\\n  {{ home }}/fit.py\n"
    service = read("ops/fit.service", text).units[0]
    assert [command.argv for command in service.commands] == [
        ("/bin/mkdir", "-p", "out"),
        ("/srv/.venv/bin/python", "${home}/fit.py"),
    ]


@pytest.mark.parametrize("path", ["a.timer", "a.service", "crontab"])
@pytest.mark.parametrize(
    "content", [b"", b"[D-BUS Service]\nName=x\n", b"\xff\x00", b"[Timer\nOnCalendar", b"\\\n" * 99]
)
def test_what_is_neither_gives_nothing(path: str, content: bytes) -> None:
    assert read(path, content).units == ()


def test_a_here_document_with_lines_of_a_crontab_is_a_word_of_its_command() -> None:
    found = commands("cat <<EOF | crontab -\n0 3 * * * python fit.py\nEOF\ncat <<EOF > notes\nplain\nEOF\n")
    assert [command.argv for command in found] == [
        ("cat", "0 3 * * * python fit.py\n"), ("crontab", "-"), ("cat",)
    ]  # fmt: skip


def test_the_words_that_ssh_is_given_are_a_command() -> None:
    found = commands("ssh -i key me@host crontab -\nssh me@host\nssh me@host bash -s")
    assert [c.argv for c in found if c.argv[0] != "ssh"] == [("crontab", "-")]


@pytest.mark.parametrize(
    ("when", "never"),
    [
        ("0 3 31 2 *", True),
        ("0 3 30,31 2 *", True),
        ("0 3 31 4,6 *", True),
        ("0 3 29 2 *", False),
        ("0 3 31 2,3 *", False),
        ("0 3 31 2 1", False),
        ("0 3 * 2 *", False),
        ("rate(1 day)", False),
        ("", False),
    ],
)
def test_a_day_that_no_month_has(when: str, never: bool) -> None:
    assert never_comes(when) is never
