"""TypeScript and JavaScript: names resolved through imports and constructors, scopes, what is exported under which name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mlripe.facts import UNKNOWN, FileFacts
from mlripe.readers import read


def facts(text: str, path: str = "src/a.ts") -> FileFacts:
    found = read(path, text.encode())
    assert found.read_faults == ()
    return found


def calls(text: str, path: str = "src/a.ts") -> list[tuple[str, str]]:
    return [(call.scope, call.name) for call in facts(text, path).calls]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import { streamText } from 'ai';\nstreamText();", "ai.streamText"),
        ("import { streamText as go } from 'ai';\ngo();", "ai.streamText"),
        ("import * as ai from 'ai';\nai.streamText();", "ai.streamText"),
        ("import OpenAI from 'openai';\nnew OpenAI();", "openai"),
        ("import OpenAI from 'openai';\nconst client = new OpenAI();\nclient.chat.completions.create({});", "openai.chat.completions.create"),
        ("const OpenAI = require('openai');\nnew OpenAI().responses.create({});", "openai.responses.create"),
        ("const { Queue } = require('bullmq');\nnew Queue('a');", "bullmq.Queue"),
        ("const { streamText } = await import('ai');\nstreamText({});", "ai.streamText"),
        ("import legacy = require('openai');\nlegacy.ask();", "openai.ask"),
        ("import type OpenAI from 'openai';\nasync function ask(c: OpenAI) {\n  return (await c.chat!.completions?.create({}))!;\n}", "openai.chat.completions.create"),
        ("export class A {\n  private c = new B();\n  run() { this.c.go(); }\n}\nclass B {}", ".go"),
        ("import { C } from 'c';\nexport class A {\n  constructor(private readonly c: C) {}\n  run() { this.c.go(); }\n}", "c.C.go"),
        ("import { C } from 'c';\nclass A {\n  constructor() { this.c = new C(); }\n  run() { this.c.go(); }\n}", "c.C.go"),
        ("import { a } from 'a';\nfunction f(a: unknown) {\n  a.go();\n}", ".go"),
        ("process.exit(1);", "process.exit"),
        ("fetch('x');", "fetch"),
        ("import { a } from './lib/a.js';\na.b();", "./lib/a.js.a.b"),
        ("function f(x) {\n  x.chat.completions.create();\n}", ".chat.completions.create"),
    ],
)  # fmt: skip
def test_the_name_of_a_call(text: str, name: str) -> None:
    assert calls(text)[-1][1] == name


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("f();", ""),
        ("const g = () => f();", "g"),
        ("export const POST = async (r: Request) => { await f(); };", "POST"),
        ("export async function POST() { [1].map((x) => f(x)); }", "POST"),
        ("export default function () { f(); }", "default"),
        ("export default async () => f();", "default"),
        ("export default async function handler() { f(); }", "handler"),
        ("class A { b() { f(); } }", "A.b"),
        ("const A = class { b() { f(); } };", "A.b"),
        ("export const POST = wrap(async () => f());", ""),
        ("module.exports.ask = () => f();", "ask"),
        ("module.exports = { ask() { return f(); } };", "ask"),
        ("if (require.main === module) { f(); }", "__main__"),
        ("if (import.meta.url === pathToFileURL(process.argv[1]).href) { f(); }", "__main__"),
        ("const page = <Chat onSend={() => f()} />;", ""),
    ],
)
def test_the_scope_of_a_call(text: str, scope: str) -> None:
    assert (scope, "f") in calls(text, "src/a.tsx")


def test_what_a_call_is_given() -> None:
    text = "const M = 'gpt-4o';\nask(`${M}/x`, path.join(__dirname, '..', 'lambda'), { model: M, n: 1_000, tools: ['a'], deep: { a: true }, ...rest, later });"
    call = facts(text).calls[-2]
    assert call.name == "ask"
    assert call.args == ("gpt-4o/x", "../lambda", UNKNOWN)
    assert call.keywords == {"model": "gpt-4o", "n": 1000, "tools": ("a",), "deep": {"a": True}, "later": UNKNOWN}


def test_decorators_are_calls_of_what_they_decorate() -> None:
    text = "import { Controller, Post } from '@nestjs/common';\n@Controller('chat')\nexport class Chat {\n  @Post('x')\n  ask() {}\n}\n"
    found = [(call.name, call.scope, call.args) for call in facts(text).calls if call.decorator]
    assert found == [("@nestjs/common.Controller", "Chat", ("chat",)), ("@nestjs/common.Post", "Chat.ask", ("x",))]


@pytest.mark.parametrize(
    ("text", "exported"),
    [
        ("function ask() {}\nexport default ask;", {"default": {"ask"}}),
        ("function ask() {}\nexport { ask as GET };", {"GET": {"ask"}}),
        ("function ask() {}\nmodule.exports = { ask, tell: ask };", {"tell": {"ask"}}),
        ("import OpenAI from 'openai';\nexport const client = new OpenAI();", {"client": {"openai"}}),
        ("import { a } from './a';\nexport default { a };", {"default": set()}),
    ],
)
def test_what_others_get_under_another_name(text: str, exported: dict[str, set[str]]) -> None:
    found = {d.name: set(d.mentions) for d in facts(text).definitions}
    assert {name: found[name] for name in exported} == exported


def test_what_is_imported_and_handed_on() -> None:
    text = "import a, { b as c, type T } from './x';\nimport type { U } from './types';\nimport './setup';\nexport { d as e } from './y';\nexport * from './z';\nconst later = () => import('./lazy');\n"
    found = [(i.module, i.names, dict(i.renamed), i.scope) for i in facts(text).imports]
    assert found == [
        ("./x", ("default", "b"), {"a": "default", "c": "b"}, ""),
        ("./setup", (), {}, ""),
        ("./y", ("d",), {"e": "d"}, ""),
        ("./z", ("*",), {}, ""),
        ("./lazy", ("default",), {}, "later"),
    ]


def test_a_class_mentions_what_it_is_given_when_it_is_made() -> None:
    text = "import { Chat } from './chat';\nexport class Api {\n  constructor(private chat: Chat) {}\n}\n"
    (found,) = [d for d in facts(text).definitions if d.kind == "class"]
    assert "./chat.Chat" in found.mentions


def test_a_comparison_that_stops() -> None:
    text = "if (result.score < 0.8) {\n  console.error('too low');\n  process.exit(1);\n}\nif (ok) { deploy(); }\n"
    first, second = facts(text).branches
    assert (first.stops, first.compares, first.names) == (True, True, {"result", "score"})
    assert (second.stops, second.calls) == (False, {"deploy"})


def test_types_are_no_code() -> None:
    found = facts(
        "interface A { b(): C }\ntype D = typeof import('./d');\ndeclare function e(): void;\nlet f: Array<G>;\n"
    )
    assert (found.calls, found.imports) == ((), ())


def test_a_file_that_is_wrong_is_read_as_far_as_it_goes() -> None:
    assert ("", "ask") in calls("ask();\nconst = ;\nfunction {\n")


@pytest.mark.parametrize("path", ["a.d.ts", "dist/a.min.js"])
def test_declarations_and_what_is_minified_are_not_read(path: str) -> None:
    assert read(path, b"f();") == FileFacts()


def test_the_parser_is_not_imported_for_other_files() -> None:
    code = "import sys\nfrom mlripe.readers import read\nread('a.py', b'f()')\nread('package.json', b'{}')\nassert not [m for m in sys.modules if m.startswith('tree_sitter')]\n"
    subprocess.run([sys.executable, "-c", code], check=True)
