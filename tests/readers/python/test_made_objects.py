"""Which objects stay in the scope that makes them, and what is used of them there."""

import pytest

from mlripe.readers.python.made_objects import made_objects

STAYS = {
    "held by a name": "t = Trainer(1)\n    t.rows()\n    print(t.size)",
    "used at once": "print(Trainer(1).rows(), Trainer(2).size)",
    "of a module": "t = trainer.Trainer()\n    t.rows(t.size)",
}
LEAVES = {
    "returned": "t = Trainer(1)\n    t.rows()\n    return t",
    "given to a function": "t = Trainer(1)\n    t.rows()\n    run(t)",
    "set again": "t = Trainer(1)\n    t = other(t.rows)\n    t.rows()",
    "made by itself elsewhere": "t = Trainer(1)\n    t.rows()\n    return Trainer",
    "used by what it gave": "Trainer(1).rows().fit()",
    "used by what its name gave": "t = Trainer(1)\n    t.rows().fit()",
    "kept in a list": "found = [Trainer(1)]\n    found[0].rows()",
}


@pytest.mark.parametrize("body", STAYS.values(), ids=STAYS)
def test_what_is_used_of_an_object_that_stays(body: str) -> None:
    used = made_objects(f"def run():\n    {body}\n".encode()).used["run"]["Trainer"]
    assert used == {"rows", "size"}


@pytest.mark.parametrize("body", LEAVES.values(), ids=LEAVES)
def test_an_object_that_leaves_may_do_anything(body: str) -> None:
    assert "Trainer" not in made_objects(f"def run():\n    {body}\n".encode()).used["run"]


def test_a_name_of_the_module_may_be_used_by_a_function() -> None:
    source = b"t = Trainer()\nt.rows()\n\n\ndef other():\n    t.size()\n    use(%s)\n"
    assert made_objects(source % b"1").used[""]["Trainer"] == {"rows", "size"}
    assert "Trainer" not in made_objects(source % b"t").used[""]


@pytest.mark.parametrize(
    ("head", "method", "open_"),
    [
        ("class A:", "return self.rows", False),
        ("class A:", "return self", True),
        ("class A:", "register(self)", True),
        ("class A(Base):", "return 1", True),
        ("@bentoml.service\nclass A:", "return 1", True),
    ],
)
def test_a_class_whose_objects_give_themselves_away(head: str, method: str, open_: bool) -> None:
    assert ("A" in made_objects(f"{head}\n    def f(self):\n        {method}\n".encode()).open) is open_


def test_what_cannot_be_parsed_says_nothing() -> None:
    found = made_objects(b"def run(:\n")
    assert (found.used, found.open) == ({}, frozenset())
