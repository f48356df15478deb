"""No value of a secret stands in anything that mlripe writes: reports of every format, the cache, errors, logs.

The values are made here, so that no file holds one: each has the form that its issuer publishes.
"""

from __future__ import annotations

import json
import random
import string
import subprocess
from pathlib import Path

import pytest

from mlripe.assessment import Assessment
from mlripe.catalog import load
from mlripe.cli.app import run
from mlripe.readers.secrets import SecretSearch
from mlripe.reports import FORMATS
from tests.conftest import Assess

MIXED = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + "234567"
HEX = "0123456789abcdef"


def made(alphabet: str, length: int, seed: str) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


def planted(form: str) -> tuple[str, str]:
    """A line that holds a secret of the form, and the part of it that may stand nowhere."""
    m = made(MIXED, 100, form)
    if form in HEXADECIMAL:
        head, length = HEXADECIMAL[form]
        body = made(HEX, length, form)
        return f'KEY = "{head.replace("@", body)}"', body
    if form in IN_TEXT:
        text, body = IN_TEXT[form]
        return text.replace("@", body), body
    head, length = PREFIXED[form]
    return f'KEY = "{head}{m[:length]}"', m[:length]


PREFIXED = {
    "github-token": ("gh" + "p_", 36),
    "github-fine-grained-token": ("github_" + "pat_" + made(MIXED, 22, "x") + "_", 59),
    "gitlab-token": ("glp" + "at-", 20),
    "slack-token": ("xo" + "xb-", 40),
    "openai-former-key": ("s" + "k-", 48),
    "anthropic-key": ("sk-" + "ant-api03-", 95),
    "huggingface-token": ("h" + "f_", 34),
    "google-api-key": ("AI" + "za", 35),
    "google-oauth-secret": ("GOC" + "SPX-", 28),
    "groq-key": ("gs" + "k_", 52),
    "replicate-token": ("r" + "8_", 37),
    "pinecone-key": ("pcs" + "k_4f7Kq_", 63),
    "perplexity-key": ("ppl" + "x-", 48),
    "nvidia-key": ("nvap" + "i-", 64),
    "tavily-key": ("tvl" + "y-dev-", 32),
    "npm-token": ("np" + "m_", 36),
    "pypi-token": ("pyp" + "i-AgEIcHlwaS5vcmc", 90),
    "docker-token": ("dck" + "r_pat_", 27),
    "terraform-token": (made(MIXED, 14, "t") + ".atlas" + "v1.", 67),
    "vault-token": ("hv" + "s.", 95),
    "stripe-key": ("sk" + "_live_", 24),
}
HEXADECIMAL = {
    "openrouter-key": ("sk-" + "or-v1-@", 64),
    "databricks-token": ("da" + "pi@", 32),
    "digitalocean-token": ("do" + "p_v1_@", 64),
    "langsmith-key": ("ls" + "v2_pt_@_0a1b2c3d4e", 32),
    "grafana-token": ("gl" + "sa_" + made(MIXED, 32, "g") + "_@", 8),
}
IN_TEXT = {
    "aws-access-key": ('KEY = "AK' + 'IA@"', made(UPPER, 16, "aws")),
    "aws-secret-key": ('aws_secret_access_key = "@"', made(MIXED, 40, "aws secret")),
    "slack-webhook": ("curl https://hooks.slack." + "com/services/T0A1B2C3D/B0A1B2C3D/@", made(MIXED, 24, "hook")),
    "discord-webhook": ("curl https://discord." + "com/api/webhooks/123456789012345678/@", made(MIXED, 68, "discord")),
    "telegram-token": ('BOT = "8364517290:' + 'AA@"', made(MIXED, 33, "bot")),
    "openai-key": ('KEY = "sk-' + "proj-@T3Blbk" + 'FJ@"', made(MIXED, 20, "proj")),
    "azure-storage-key": ('CONNECTION = "AccountName=a;Account' + 'Key=@=="', made(MIXED, 86, "azure")),
    "azure-client-secret": ('SECRET = "@"', "aB38" + "Q~" + made(MIXED, 34, "client")),
    "sendgrid-key": ('KEY = "SG' + ".@." + made(MIXED, 43, "sg") + '"', made(MIXED, 22, "sendgrid")),
    "private-key": ("-----BEGIN RSA " + "PRIVATE KEY-----\n@\n", made(MIXED, 64, "rsa")),
    "json-web-token": ('JWT = "eyJ' + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIiwiYSI6MX0." + '@"', made(MIXED, 43, "jwt")),
    "connection-password": ('URL = "postgresql://scores:@@db.shop.internal/scores"', made(LOWER, 14, "db")),
    "address-password": ("pip install --index-url https://robot:@@pypi.shop.internal.org/simple shop", made(LOWER, 24, "index")),
    "kaggle-key": ('{"username": "ada", "key": "@"}', made(HEX, 32, "kaggle")),
    "environment-literal": ('os.environ["SEARCH_KEY"] = "@"', made(LOWER, 24, "env")),
    "key-literal": ('client = Client(api_key="@")', made(LOWER, 30, "key")),
    "password-setting": ("DB_PASSWORD=@", "Plover-" + made(LOWER, 10, "pw")),
    "secret-setting": ("SESSION_SECRET=@", made(LOWER, 32, "secret")),
    "terraform-default": ('variable "db_password" {\n  default = "@"\n}', "Dunlin-" + made(LOWER, 10, "tf")),
}  # fmt: skip
IN_TEXT["connection-password"] = (
    IN_TEXT["connection-password"][0].replace("@@", "{}@", 1),
    IN_TEXT["connection-password"][1],
)
IN_TEXT["address-password"] = (
    IN_TEXT["address-password"][0].replace("@@", "{}@", 1),
    IN_TEXT["address-password"][1],
)
IN_TEXT |= {
    "password-string": ('db_password = "@"', "Dunlin-" + made(LOWER, 12, "string")),
    "secret-string": ('session_secret = "@"', made(LOWER, 32, "hcl")),
}
FILE_OF = {
    "password-string": "a.tfvars",
    "secret-string": "b.tfvars",
    "password-setting": ".env",
    "secret-setting": "settings.env",
    "terraform-default": "main.tf",
}
FORMS = sorted(load().knowledge.secrets)


def line_of(form: str) -> tuple[str, str]:
    """The line and the value; of an address the value stands before its own `@`."""
    if form in ("connection-password", "address-password"):
        text, value = IN_TEXT[form]
        return text.replace("{}", value), value
    return planted(form)


def test_every_form_has_a_value_to_plant() -> None:
    assert {*PREFIXED, *HEXADECIMAL, *IN_TEXT} == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_each_is_found_and_masked(form: str) -> None:
    text, value = line_of(form)
    search = SecretSearch(load().knowledge.secrets)
    path = FILE_OF.get(form, "app.py")
    masked = search.masked(path, f"first\n{text}\nlast\n".encode())
    assert value.encode() not in masked
    assert masked.count(b"\n") == f"first\n{text}\nlast\n".count("\n")
    found = search.found[path]
    assert {secret.line for secret in found} <= {2, 3}
    own = SecretSearch({form: load().knowledge.secrets[form]})
    own.masked(path, f"first\n{text}\nlast\n".encode())
    assert [secret.form for secret in own.found[path]][:1] == [form]


def repository(folder: Path) -> dict[str, str]:
    """A repository that holds each secret where its line, or a text around it, is likely to be quoted."""
    lines = {form: line_of(form) for form in FORMS}
    text = "\n".join(line for line, _ in lines.values())
    values = {form: value for form, (_, value) in lines.items()}
    token = lines["github-token"][0].partition('"')[2].rstrip('"')
    key = lines["huggingface-token"][0].partition('"')[2].rstrip('"')
    files = {
        "settings.py": f"import os\nimport mlflow\n\n{text.replace(IN_TEXT['terraform-default'][0], '')}\n",
        ".env": "\n".join(line for form, (line, _) in lines.items() if form.endswith("setting")),
        "infra/main.tf": lines["terraform-default"][0],
        "notes.txt": text,
        "README.md": f"# Shop\n\nRun `mlflow server --token {token}`.\n",
        "train.py": f"import mlflow\n\nmlflow.set_tracking_uri('https://ada:{values['address-password']}@mlflow.shop.org')\n"
        f"mlflow.log_param('token', '{token}')\nmlflow.register_model('{key}', '{token}')\n",
        "Makefile": f"train:\n\tHF_TOKEN={key} python train.py --token {token}\n",
        "Dockerfile": f"FROM python:3.11\nENV HF_TOKEN={key}\nRUN git clone https://x:{token}@github.com/shop/models.git\n"
        "CMD python train.py\n",
        ".github/workflows/ci.yml": "on: push\njobs:\n  train:\n    runs-on: ubuntu-latest\n    steps:\n"
        f"      - uses: actions/checkout@v4\n      - run: docker login -u ada -p {token} ghcr.io && make train\n"
        f"      - run: python absent.py --key {key}\n        env: {{HF_TOKEN: {key}}}\n",
        "try.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": [f"import mlflow\nmlflow.log_param('a', '{key}')\n"]}], "nbformat": 4, "metadata": {}}),
        "broken.yaml": f"a: [\n  {token}: '\n",
    }  # fmt: skip
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "--all"], check=True)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, "commit", "--quiet", "-m", "all"], check=True)
    return values


def test_nothing_that_is_written_holds_a_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    folder, kept, out = tmp_path / "shop", tmp_path / "kept", tmp_path / "out"
    out.mkdir()
    values = repository(folder)
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(kept))
    written: dict[str, str] = {}
    for name in FORMATS:
        assert run(["audit", str(folder), "--rev", "HEAD", "--verbose", "--format", f"{name}={out / name}"]) == 0
    for command in (
        ["check", "--problems", "untidy", "--rev", "HEAD"],
        ["check", "--require", "lineage=enforced"],
        ["explain", "credentials"],
        ["explain", "experiment-tracking"],
        ["explain", "mlflow"],
        ["plan"],
        ["config"],
    ):
        name, *rest = command
        run([name, *rest[:1], str(folder), *rest[1:]] if name == "explain" else [name, str(folder), *rest])
    (folder / "mlripe.toml").write_text(f'kind = "{line_of("github-token")[1]}"\nmodels = [', encoding="utf-8")
    run(["audit", str(folder)])
    told = capfd.readouterr()
    written |= {"stdout": told.out, "stderr": told.err, "log": caplog.text}
    for path in sorted([*out.rglob("*"), *kept.rglob("*")]):
        if path.is_file():
            written[path.name] = path.read_text(encoding="utf-8", errors="replace")
    assert any(name.endswith(".json") and len(name) > 60 for name in written), "the cache has kept something"
    assert "credentials" in written["json"]
    leaks = {
        (name, form)
        for name, text in written.items()
        for form, value in values.items()
        if any(value[at : at + 8] in text for at in range(len(value) - 7))
    }
    assert leaks == set()


# --- what only looks like one ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "max_tokens = 4096",
        "model.generate(max_new_tokens=256, pad_token_id=tokenizer.eos_token_id)",
        'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased-finetuned-sst2")',
        'pad_token = "<|endoftext|>"',
        'token="unk-token-for-all-words"',
        'API_KEY = "sk-your-key-goes-in-this-place-0000000"',
        'API_KEY = os.environ["API_KEY"]',
        'password = getpass.getpass("Password: ")',
        "postgresql://user:password@localhost:5432/db",
        "postgresql://$USER:$PASSWORD@db/x",
        "postgresql://{user}:{password}@{host}/x",
        "https://user:${TOKEN}@github.com/shop/models.git",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        'secret_name = "projects/shop/secrets/scores-db"',
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "- secretKey: AZURE_B2C_CLIENT_ID",
        'ACCESS_TOKEN_URL = "https://login.shop.org/oauth2/v2.0/token"',
    ],
)
@pytest.mark.parametrize("path", ["app.py", "settings.yaml", ".env"])
def test_what_looks_like_one_is_none(text: str, path: str) -> None:
    search = SecretSearch(load().knowledge.secrets)
    assert (search.masked(path, text.encode()), search.found) == (text.encode(), {})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("app.py", "sk-your-own-key-" + "0000000000000000000000T3BlbkFJ0000000000000000000000"),
        ("app.py", "gh" + "p_" + "x" * 36),
        ("app.py", "xo" + "xb-test-1a2b3c4d5e6f7g8h9i0j"),
        (
            "app.py",
            "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1" + "OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        ),
    ],
)
def test_a_placeholder_of_a_published_form_is_masked_and_not_told(path: str, text: str) -> None:
    search = SecretSearch(load().knowledge.secrets)
    assert search.masked(path, text.encode()) != text.encode()
    assert search.found == {}


@pytest.mark.parametrize("word", ["here", "test", "demo", "mock", "fake", "xxx", "todo", "Your"])
def test_a_token_that_holds_a_short_word_by_chance_is_one(word: str) -> None:
    search = SecretSearch(load().knowledge.secrets)
    value = made(MIXED, 20, "chance") + word + made(MIXED, 16 - len(word), "more")
    assert value.encode() not in search.masked("app.py", f"KEY = '{'gh' + 'p_'}{value}'".encode())
    assert [secret.line for secret in search.found["app.py"]] == [1]


def test_a_secret_behind_a_placeholder_is_told() -> None:
    search = SecretSearch(load().knowledge.secrets)
    token = line_of("github-token")[1]
    text = f"password: your-{'gh' + 'p_'}{token}\n"
    assert token.encode() not in search.masked("a.yaml", text.encode())
    assert [secret.form for secret in search.found["a.yaml"]] == ["github-token"]


# --- a private key is masked as a whole ------------------------------------------------------------------------------

BODY = [made(MIXED + "+/", 64, f"row {row}") for row in range(30)] + [made(MIXED, 10, "end") + "=="]
BEGIN, END = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("path", "begin", "between", "end", "after"),
    [
        ("id_rsa", f"{BEGIN}\n", "\n", f"\n{END}", "\nmore\n"),
        ("id_rsa", f"{BEGIN}\r\n", "\r\n", f"\r\n{END}", "\r\n"),
        ("id_rsa", f"{BEGIN}\n", "\n", "\n", "more = 1\n"),
        ("key.json", f'{{"private_key": "{BEGIN}\\n', "\\n", f'\\n{END}\\n"', ', "kind": "more"}'),
        ("app.py", f'K = ("{BEGIN}\\n"\n    "', '\\n"\n    "', f'\\n"\n    "{END}")\n', "more = 1\n"),
        ("app.py", f'K = """{BEGIN}\n', "\n", '\n"""\n', "more = 1\n"),
        ("a.yaml", f"key: |\n  {BEGIN}\n  ", "\n  ", f"\n  {END}\n", "more: 1\n"),
        ("a.env", f"KEY={BEGIN} ", " ", f" {END}\n", "more=1\n"),
        ("a.sh", f"# {BEGIN}\n# ", "\n# ", f"\n# {END}\n", "more\n"),
        ("id_rsa", f"{BEGIN}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C\n\n", "\n", f"\n{END}", "\nmore\n"),
        ("a.asc", "-----BEGIN PGP PRIVATE " + "KEY BLOCK-----\n\n", "\n", "\n=a1B2\n-----END PGP PRIVATE KEY BLOCK-----", "\nmore\n"),
    ],
)  # fmt: skip
def test_the_whole_body_of_a_private_key_is_masked(path: str, begin: str, between: str, end: str, after: str) -> None:
    search = SecretSearch(load().knowledge.secrets)
    text = begin + between.join(BODY) + end + after
    masked = search.masked(path, text.encode()).decode()
    assert [row for row in BODY if any(row[at : at + 6] in masked for at in range(len(row) - 5))] == []
    assert (len(masked), masked.count("\n"), masked.endswith(after)) == (len(text), text.count("\n"), True)
    assert [(each.form, each.line) for each in search.found[path]] == [
        ("private-key", text[: text.index("-----")].count("\n") + 1)
    ]
    if path.endswith(".py"):
        compile(masked, path, "exec")


# --- passwords that everybody knows, and those that only look so -----------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "value", "default"),
    [
        (".env", "POSTGRES_PASSWORD=airflow", "airflow", True),
        (".env", "POSTGRES_PASSWORD=mlflow123", "mlflow123", True),
        (".env", "MINIO_ROOT_PASSWORD=minioadmin", "minioadmin", True),
        (".env", "GRAFANA_PASSWORD=admin@123", "admin@123", True),
        ("app.py", "URL = 'postgresql://mlflow:mlflow@db/runs'", ":mlflow@", True),
        ("app.py", "URL = 'postgresql://prod:kafka2024@db/runs'", "kafka2024", False),
        (".env", "ADMIN_PASSWORD=AdminDev2024!", "AdminDev2024!", False),
        ("a.yaml", "password: postgres-Kestrel7", "postgres-Kestrel7", False),
        ("a.tfvars", 'db_password = "RedisProd77"', "RedisProd77", False),
        ("a.yaml", "password: mlflow_9417", "mlflow_9417", False),
    ],
)
def test_a_password_is_masked_and_told(path: str, text: str, value: str, default: bool) -> None:
    search = SecretSearch(load().knowledge.secrets)
    assert value.encode() not in search.masked(path, text.encode())
    assert [each.default for each in search.found[path]] == [default]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("app.py", "dangerous"),
        ("notes.txt", "untidy"),
        ("tests/test_app.py", "untidy"),
        (".env.example", "untidy"),
        (".github/workflows/ci.yml", "untidy"),
    ],
)
def test_a_token_weighs_by_where_it_stands(path: str, severity: str, assess: Assess) -> None:
    assessment: Assessment = assess({path: f"# {line_of('github-token')[0]}\n", "LICENSE": "MIT"})
    assert [(each.id, each.severity, each.evidence[0].line) for each in assessment.problems] == [
        ("credentials", severity, 1)
    ]
