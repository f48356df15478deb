"""TOML within bounds: keys of very many parts are refused before they are parsed, and look-alikes of them are read."""

from __future__ import annotations

import time

import pytest

from mlripe.toml_text import NotToml, read_toml

MANY = "a." * 200


@pytest.mark.parametrize(
    "text",
    [
        f"{MANY}b = 1\n",
        f"[ {'a . ' * 200}b ]\n",
        f"[[{MANY}b]]\n",
        f"x = {{y = {{{'a. ' * 200}b = 1}}}}\n",
        "'a'. " * 200 + "b = 1\n",
        '"\\""."#".' * 60 + "b = 1\n",
        f'a = """"""\n{MANY}b = 1\n',
        f"a = '''x'''' # '''\n{MANY}b = 1\n",
        "".join(f"a{i}{'.b' * 30} = 1\n" for i in range(5000)),
        f"a = {'[' * 200}{']' * 200}\n",
        f"a = {'[' * 100_000}\n",
        f"a = {'{a = ' * 200}1{'}' * 200}\n",
    ],
)
def test_what_is_nested_too_deep_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(NotToml, match=r"nested more than 100 levels|parts in its dotted keys"):
        read_toml(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        f"a = '{MANY}'\n",
        f'a = "\\"{MANY}"\n',
        f'a = """\n{MANY}b = 1\n"""\n',
        f'a = """\\"""{MANY}"""\n',
        f"a = '''{MANY}b = 1'''\n",
        f"a = 1 # {MANY}b = 1\n",
        f"a = [{'1.5, ' * 150_000}]\n",
        "a = [" + '"1.2.3.4", ' * 40_000 + "]\n",
        f"{'.'.join('abcdefghij')} = 1\n",
    ],
)
def test_dots_that_are_no_keys_are_let_pass(text: str) -> None:
    assert read_toml(text)["a"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"a = 1{'0' * 5000}\n", "not to be read: a number or date of it is out of range"),
        ("a = \n", "not valid TOML"),
        ('"' * 100_000, "not valid TOML"),
        ("." * 100_000, "not valid TOML"),
        (f"a = {'-' * 100_000}{'.' * 200}\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(NotToml) as error:
        read_toml(text)
    assert str(error.value).startswith(says)
