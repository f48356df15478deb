"""Nextflow: processes as stages, with the commands of their scripts."""

from __future__ import annotations

from mlripe.facts import Unit
from mlripe.readers import read

TEXT = '''include { SCORE } from './modules/score'

process FIT {
    input:
    path rows

    script:
    def size = params.size
    """
    python fit.py --rows ${rows}
    """

    stub:
    """
    touch model
    """
}

process CHECK {
    """
    python check.py
    """
}

// process OLD { """ python old.py """ }
workflow { FIT(rows) }
'''


def units(text: str) -> list[Unit]:
    return list(read("main.nf", text.encode()).units)


def test_processes_are_stages_and_what_is_included_is_used() -> None:
    found = units(TEXT)
    assert [(u.id, u.kind, u.line) for u in found[:2]] == [("process/FIT", "stage", 3), ("process/CHECK", "stage", 19)]
    assert [c.argv for c in found[0].commands] == [("python", "fit.py", "--rows", "${rows}")]
    assert found[0].commands[0].line == 10
    assert [c.argv for c in found[1].commands] == [("python", "check.py")]
    assert found[2].uses == ("./modules/score.nf",)


def test_a_text_that_is_cut_off_is_read_to_its_end() -> None:
    assert [c.argv for c in units('process A {\n"""\npython a.py\n')[0].commands] == [("python", "a.py")]
    assert units("workflow { }") == []


def test_a_script_is_of_the_interpreter_that_its_first_line_names() -> None:
    text = (
        'process A {\n  script:\n  """\n  #!/usr/bin/env python3\n  import matrix\n  matrix.build()\n  """\n}\n'
        "process B {\n  shell:\n  '''\n  python3 !{projectDir}/jobs/fit.py \\\\\n    --out x\n  '''\n}\n"
        'process C {\n  script:\n  """\n  #!/usr/bin/env Rscript\n  library(fit)\n  """\n}\n'
    )
    units = {unit.id: unit for unit in read("main.nf", text.encode()).units}
    inline = units["process/A"].commands[0]
    assert inline.argv == ("python", "-c", "#!/usr/bin/env python3\nimport matrix\nmatrix.build()")
    assert [command.argv for command in units["process/B"].commands] == [("python3", "./jobs/fit.py", "--out", "x")]
    assert units["process/C"].commands == ()
