"""TypeScript and JavaScript: which file a name means, which functions a program and a framework start."""

from __future__ import annotations

import json

import pytest

from mlripe.catalog import load
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Place, Wiring
from mlripe.wiring.roots import add_structured_roots
from mlripe.wiring.script_modules import ScriptModules

ASK = "export async function ask() {\n  return 1;\n}\nexport function unused() {}\n"
GOAL = Place("src/lib/ask.ts", "ask")


def wired(files: dict[str, str]) -> Wiring:
    store = FactStore(MemorySnapshot({"src/lib/ask.ts": ASK, **files}), load().roles, lambda *_: True)
    store.load()
    wiring = Wiring(store)
    add_structured_roots(store, wiring)
    return wiring


def workflow(command: str) -> dict[str, str]:
    return {".github/workflows/ci.yml": f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"}


@pytest.mark.parametrize(
    ("name", "importer", "files"),
    [
        ("./lib/ask", "src/a.ts", {}),
        ("./lib/ask.js", "src/a.ts", {}),
        ("../lib/ask", "src/app/a.ts", {}),
        ("./lib", "src/a.ts", {"src/lib/index.ts": ""}),
        ("@/lib/ask", "src/app/a.ts", {}),
        ("@/lib/ask", "src/app/a.ts", {"tsconfig.json": '{\n  // the root\n  "compilerOptions": {"paths": {"@/*": ["./src/*"]}},\n}'}),
        ("@lib/ask", "src/app/a.ts", {"tsconfig.json": '{"compilerOptions": {"baseUrl": "src", "paths": {"@lib/*": ["lib/*"]}}}'}),
        ("lib/ask", "src/app/a.ts", {"tsconfig.json": '{"compilerOptions": {"baseUrl": "./src"}}'}),
        ("~app/ask", "src/app/a.ts", {"src/tsconfig.json": '{"extends": "../tsconfig.base.json"}', "tsconfig.base.json": '{"compilerOptions": {"paths": {"~app/*": ["src/lib/*"]}}}'}),
        ("@acme/core", "apps/web/a.ts", {"src/package.json": '{"name": "@acme/core", "main": "./dist/lib/ask.js"}', "src/src/x.ts": ""}),
        ("@acme/core", "apps/web/a.ts", {"src/package.json": '{"name": "@acme/core", "exports": {".": {"types": "./lib/ask.d.ts", "import": "./lib/ask.mjs"}}}'}),
        ("@acme/core/ask", "apps/web/a.ts", {"src/package.json": '{"name": "@acme/core", "exports": {"./*": "./lib/*.ts"}}'}),
        ("@acme/core/lib/ask", "apps/web/a.ts", {"src/package.json": '{"name": "@acme/core"}'}),
        ("#lib/ask", "src/app/a.ts", {"package.json": '{"imports": {"#lib/*": "./src/lib/*.ts"}}'}),
    ],
)  # fmt: skip
def test_the_file_that_a_name_means(name: str, importer: str, files: dict[str, str]) -> None:
    store = FactStore(MemorySnapshot({"src/lib/ask.ts": ASK, importer: "", **files}), (), lambda *_: True)
    found = ScriptModules(store).file(name, importer)
    assert found == ("src/lib/index.ts" if name == "./lib" else "src/lib/ask.ts")


@pytest.mark.parametrize("name", ["ai", "./missing", "@acme/other", "../../../etc/passwd", "@/nothing", "#x"])
def test_a_name_that_is_not_of_here(name: str) -> None:
    files = {
        "src/lib/ask.ts": ASK,
        "src/a.ts": "",
        "tsconfig.json": '{"extends": "./tsconfig.json", "compilerOptions": {"paths": []}}',
    }
    assert ScriptModules(FactStore(MemorySnapshot(files), (), lambda *_: True)).file(name, "src/a.ts") is None


CALLS = "import { ask } from './lib/ask';\nask();\n"


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("npx tsx src/a.ts", {"src/a.ts": CALLS}),
        ("npx tsx watch src/a.ts", {"src/a.ts": CALLS}),
        ("node --import tsx src/a.ts", {"src/a.ts": CALLS}),
        ("node dist/a.js", {"src/a.ts": CALLS}),
        ("bun src/a.ts", {"src/a.ts": CALLS}),
        ("deno run -A src/a.ts", {"src/a.ts": CALLS}),
        ("node src/a.js", {"src/a.js": "const { ask } = require('./lib/ask');\nask();\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import { ask } from './lib/ask';\nasync function main() { await ask(); }\nmain();\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import { ask } from './lib/ask';\nif (import.meta.main) { ask(); }\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import * as lib from './lib';\nlib.ask();\n", "src/lib/index.ts": "export * from './ask';\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import { tell } from './lib';\ntell();\n", "src/lib/index.ts": "export { ask as tell } from './ask';\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import tell from './b';\ntell();\n", "src/b.ts": "import { ask } from './lib/ask';\nexport default async () => ask();\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "const { ask } = await import('./lib/ask');\nawait ask();\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import { Service } from './b';\nnew Service().run();\n", "src/b.ts": "import { ask } from './lib/ask';\nexport class Service {\n  run() { return ask(); }\n}\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import { service } from './b';\nservice.run();\n", "src/b.ts": "import { ask } from './lib/ask';\nclass Service {\n  run() { return ask(); }\n}\nexport const service = new Service();\n"}),
        ("npx next start", {"package.json": "{}", "src/app/api/chat/route.ts": "import { ask } from '@/lib/ask';\nexport async function POST() {\n  return ask();\n}\n"}),
        ("npx nest start", {"package.json": "{}", "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nNestFactory.create(AppModule);\n", "src/app.module.ts": "import { Module } from '@nestjs/common';\nimport { Chat } from './chat';\n@Module({ controllers: [Chat] })\nexport class AppModule {}\n", "src/chat.ts": "import { ask } from './lib/ask';\nexport class Chat {\n  go() { return ask(); }\n}\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import { spawn } from 'node:child_process';\nspawn('npx', ['tsx', 'src/b.ts']);\n", "src/b.ts": CALLS}),
    ],
)  # fmt: skip
def test_a_program_starts_the_functions_that_it_calls(command: str, files: dict[str, str]) -> None:
    wiring = wired({**workflow(command), **files})
    assert wiring.kinds(GOAL) == {"push"}
    assert not wiring.kinds(Place("src/lib/ask.ts", "unused"))


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("npx tsx src/a.ts", {"src/a.ts": "import { ask } from './lib/ask';\nexport const other = () => ask();\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import type { ask } from './lib/ask';\n"}),
        ("npx tsx src/a.ts", {"src/a.ts": "import './b';\n", "src/b.ts": "import { ask } from './lib/ask';\nif (require.main === module) { ask(); }\n"}),
        ("npx next build", {"package.json": "{}", "src/app/api/chat/route.ts": "import { ask } from '@/lib/ask';\nexport async function POST() {\n  return ask();\n}\n"}),
        ("npx next start", {"package.json": "{}", "src/app/page.tsx": "export default function Page() {\n  return null;\n}\n", "src/left.ts": CALLS}),
        ("npx eslint src/a.ts", {"src/a.ts": CALLS}),
        ("npx tsx src/gone.ts", {"src/a.ts": CALLS}),
    ],
)  # fmt: skip
def test_what_no_program_calls_is_not_started(command: str, files: dict[str, str]) -> None:
    assert not wired({**workflow(command), **files}).kinds(GOAL)


def test_a_package_of_a_workspace_is_followed_into() -> None:
    files = {
        "package.json": json.dumps({"name": "root", "workspaces": ["apps/*", "packages/*"]}),
        "apps/api/package.json": json.dumps({"name": "@acme/api", "scripts": {"start": "tsx src/main.ts"}}),
        "apps/api/src/main.ts": "import { tell } from '@acme/model';\ntell();\n",
        "packages/model/package.json": json.dumps({"name": "@acme/model", "main": "dist/index.js"}),
        "packages/model/src/index.ts": "export { tell } from './tell';\n",
        "packages/model/src/tell.ts": "export const tell = () => 1;\n",
    }
    wiring = wired({**files, **workflow("pnpm --filter @acme/api start")})
    assert wiring.kinds(Place("packages/model/src/tell.ts", "tell")) == {"push"}


# --- R ---------------------------------------------------------------------------------------------------------------

FIT = "fit_model <- function(rows) {\n  prepare(rows)\n}\n"


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("Rscript run.R", {"run.R": "source('R/fit.R')\nfit_model(1)\n"}),
        ("Rscript jobs/run.R", {"jobs/run.R": "source('../R/fit.R')\nfit_model(1)\n"}),
        ("Rscript run.R", {"run.R": "invisible(lapply(list.files('R', full.names = TRUE), source))\nsapply(x, fit_model)\n"}),
        ("\"Rscript -e 'source(\\\"R/fit.R\\\"); fit_model(1)'\"", {}),
        ("\"Rscript -e 'rmarkdown::render(\\\"report.Rmd\\\")'\"", {"report.Rmd": "```{r}\nsource('R/fit.R')\nfit_model(1)\n```\n"}),
        ("quarto render report.qmd", {"report.qmd": "```{r}\nsource('R/fit.R')\nfit_model(1)\n```\n"}),
        ("\"Rscript -e 'targets::tar_make()'\"", {"_targets.R": "library(targets)\ntar_source()\nlist(tar_target(model, fit_model(1)))\n"}),
    ],
)  # fmt: skip
def test_a_program_of_r_starts_the_functions_that_it_calls(command: str, files: dict[str, str]) -> None:
    wiring = wired({"R/fit.R": FIT, "R/prepare.R": "prepare <- function(rows) rows\n", **workflow(command), **files})
    assert "push" in wiring.kinds(Place("R/fit.R", "fit_model"))
    assert "push" in wiring.kinds(Place("R/prepare.R", "prepare"))


def test_a_function_of_r_that_nothing_calls_is_not_started() -> None:
    wiring = wired({"R/fit.R": FIT, **workflow("Rscript run.R"), "run.R": "source('R/fit.R')\nother <- fit_rows\n"})
    assert not wiring.kinds(Place("R/fit.R", "fit_model"))


def test_files_of_r_that_source_each_other_come_to_an_end() -> None:
    wiring = wired({**workflow("Rscript a.R"), "a.R": "source('b.R')\n", "b.R": "source('a.R')\n"})
    assert wiring.kinds(Place("b.R")) == {"push"}


# --- infrastructure code in TypeScript -------------------------------------------------------------------------------

STACK = "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\nimport * as path from 'path';\nexport class Api extends cdk.Stack {{\n  constructor(scope, id) {{\n    super(scope, id);\n    {}\n  }}\n}}\n"


@pytest.mark.parametrize(
    ("construct", "files", "goal"),
    [
        ("new lambda.Function(this, 'F', { code: lambda.Code.fromAsset('functions/ask'), handler: 'main.handler' });", {"functions/ask/main.py": "def handler(e, c):\n    pass\n"}, ("functions/ask/main.py", "handler")),
        ("new lambda.Function(this, 'F', { code: lambda.Code.fromAsset(path.join(__dirname, '../functions/ask')), handler: 'index.handler' });", {"functions/ask/index.js": "exports.handler = async () => {};\n"}, ("functions/ask/index.js", "handler")),
        ("new NodejsFunction(this, 'F', { entry: 'functions/ask.ts' });", {"functions/ask.ts": "export const handler = async () => 1;\n"}, ("functions/ask.ts", "handler")),
        ("new lambda.DockerImageFunction(this, 'F', { code: lambda.DockerImageCode.fromImageAsset('functions/ask') });", {"functions/ask/Dockerfile": "FROM x\nCOPY . .\nCMD [\"main.handler\"]\n", "functions/ask/main.py": "def handler(e, c):\n    pass\n"}, ("functions/ask/main.py", "handler")),
        ("new Service(this, { images: [{ name: 'ask', folder: 'functions/ask' }] });", {"functions/ask/Dockerfile": "FROM x\nCMD [\"python\", \"main.py\"]\n", "functions/ask/main.py": "print(1)\n"}, ("functions/ask/main.py", "__main__")),
    ],
)  # fmt: skip
def test_what_a_stack_deploys(construct: str, files: dict[str, str], goal: tuple[str, str]) -> None:
    stack = {
        "cdk.json": '{"app": "npx ts-node bin/app.ts"}',
        "bin/app.ts": "import { Api } from '../lib/api';\nnew Api(app, 'api');\n",
        "lib/api.ts": STACK.format(construct),
    }
    assert wired({**stack, **files, **workflow("npx cdk deploy --all")}).kinds(Place(*goal)) == {"push"}
    assert not wired({**stack, **files, **workflow("npx cdk synth")}).kinds(Place(*goal))


# --- Java, Scala, Kotlin, Go -----------------------------------------------------------------------------------------

SCALA = {
    "src/main/scala/a/b/Train.scala": "package a.b\nimport a.c.Model\nobject Train { def main(x: Array[String]) = Model.fit() }\n",
    "src/main/scala/a/c/Model.scala": "package a.c\nobject Model { def fit() = () }\n",
    "src/main/scala/a/c/Other.scala": "package a.c\nobject Other\n",
}
GO = {
    "cmd/serve/main.go": 'package main\nimport "example.org/shop/internal/rank"\nfunc main() { rank.Run() }\n',
    "internal/rank/rank.go": "package rank\nfunc Run() {}\n",
    "internal/mail/mail.go": "package mail\n",
}


@pytest.mark.parametrize(
    ("command", "files", "goal", "other"),
    [
        ("spark-submit --master yarn --class a.b.Train target/x.jar", SCALA, "src/main/scala/a/c/Model.scala", "src/main/scala/a/c/Other.scala"),
        ("sbt 'runMain a.b.Train --fast'", SCALA, "src/main/scala/a/c/Model.scala", "src/main/scala/a/c/Other.scala"),
        ("mvn exec:java -Dexec.mainClass=a.b.Train", SCALA, "src/main/scala/a/c/Model.scala", "src/main/scala/a/c/Other.scala"),
        ("go run ./cmd/serve", GO, "internal/rank/rank.go", "internal/mail/mail.go"),
        ("go run cmd/serve/main.go", GO, "internal/rank/rank.go", "internal/mail/mail.go"),
    ],
)  # fmt: skip
def test_a_compiled_program_uses_the_files_that_it_names(
    command: str, files: dict[str, str], goal: str, other: str
) -> None:
    wiring = wired({**files, **workflow(command)})
    assert wiring.kinds(Place(goal)) == {"push"}
    assert not wiring.kinds(Place(other))


@pytest.mark.parametrize(
    "command", ["sbt compile", "mvn package", "go build ./...", "spark-submit --class a.b.Gone x.jar"]
)
def test_what_is_only_compiled_is_not_started(command: str) -> None:
    wiring = wired({**SCALA, **GO, **workflow(command)})
    assert not wiring.kinds(Place("src/main/scala/a/c/Model.scala"))
    assert not wiring.kinds(Place("internal/rank/rank.go"))


def test_a_class_is_not_made_by_a_method_that_asks_for_a_field_of_it() -> None:
    stack = "import { Stack } from 'aws-cdk-lib';\nexport class Api extends Stack {\n  nightly() { return this.rule.name; }\n  other() {}\n}\n"
    wiring = wired({"lib/api.ts": stack})
    assert [place for place, _, _ in wiring.following(Place("lib/api.ts", "Api.nightly"))] == [Place("lib/api.ts")]
