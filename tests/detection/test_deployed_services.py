"""A service is automated where automation deploys it by a platform that knows its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

SERVE = (
    "from fastapi import FastAPI\nfrom openai import OpenAI\napp = FastAPI()\nclient = OpenAI()\n@app.post('/ask')\n"
    "def ask(text):\n    return client.chat.completions.create(model='gpt-4o', messages=[])\n"
)
IMAGE = 'FROM python:3.11\nCOPY . .\nCMD ["uvicorn", "main:app"]\n'
AZURE = "services:\n  api: {{project: src/api, host: {}, language: python}}\n"


def ci(command: str) -> dict[str, str]:
    return {".github/workflows/a.yml": f"on: push\njobs:\n  a:\n    steps: [{{run: '{command}'}}]\n"}


DEPLOYED = {
    "a container of azd": {
        "azure.yaml": AZURE.format("containerapp"), "src/api/Dockerfile": IMAGE, "src/api/main.py": SERVE,
        **ci("azd up --no-prompt"),
    },
    "an application of azd": {
        "azure.yaml": AZURE.format("appservice"), "src/api/app.py": SERVE, **ci("azd deploy api")
    },
}  # fmt: skip
DEPLOYED["a container that a script runs on a machine"] = {
    "api/Dockerfile": IMAGE, "api/main.py": SERVE, "web/Dockerfile": "FROM nginx\n", **ci("bash deploy.sh"),
    "deploy.sh": 'on() {\n  ssh me@host "$1"\n}\non "docker build -t api -f $FILE . && docker run -d -p 80:80 api"\n',
}  # fmt: skip
DEPLOYED["a service of Cloud Run that a program deploys"] = {
    "Dockerfile": IMAGE, "main.py": SERVE, **ci("python ship.py"),
    "ship.py": "import subprocess\nsubprocess.run(['docker', 'build', '-t', 'acme/api', '.'])\n"
    "subprocess.run(['gcloud', 'run', 'deploy', 'api', '--image', 'acme/api'])\n",
}  # fmt: skip
NOT = {
    "azd takes it down": {
        "azure.yaml": AZURE.format("appservice"), "src/api/app.py": SERVE, **ci("azd down --force")
    },
    "azd deploys another service": {
        "azure.yaml": AZURE.format("appservice") + "  web: {project: src/web, host: staticwebapp}\n",
        "src/api/app.py": SERVE, "src/web/index.html": "", **ci("azd deploy web"),
    },
}  # fmt: skip


@pytest.mark.parametrize("files", DEPLOYED.values(), ids=DEPLOYED)
def test_a_service_that_automation_deploys(files: dict[str, str], assess: Assess) -> None:
    assert assess(files).capabilities["online-serving"].strength.name == "automated"


@pytest.mark.parametrize("files", NOT.values(), ids=NOT)
def test_a_service_that_it_does_not_deploy(files: dict[str, str], assess: Assess) -> None:
    assert assess(files).capabilities["online-serving"].strength.name == "present"
