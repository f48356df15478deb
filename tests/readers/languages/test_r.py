"""R: what is attached and sourced, calls with what they are given, functions and what they mention."""

from __future__ import annotations

import pytest

from mlripe.facts import UNKNOWN, FileFacts
from mlripe.readers import read


def facts(text: str, path: str = "R/a.R") -> FileFacts:
    found = read(path, text.encode())
    assert found.read_faults == ()
    return found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fit(x)", "fit"),
        ("caret::train(x)", "caret.train"),
        ("mypkg:::inner(x)", "mypkg.inner"),
        ("learner$train(task)", ".train"),
        ("rows |> dplyr::filter(a > 1)", "dplyr.filter"),
        ("read.csv('a.csv')", "read.csv"),
        ("`my function`(1)", "my function"),
        ("x <- if (a) f(1) else g(2)", "g"),
    ],
)
def test_the_name_of_a_call(text: str, name: str) -> None:
    assert facts(text).calls[-1].name == name


def test_what_a_call_is_given() -> None:
    call = facts('train(factor(y) ~ ., data = rows, method = "rf", times = 10L, save = TRUE, "x", 0.5)').calls[-1]
    assert (call.name, call.args) == ("train", (UNKNOWN, "x", 0.5))
    assert call.keywords == {"data": UNKNOWN, "method": "rf", "times": 10, "save": UNKNOWN}


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("f()", ""),
        ("g <- function(x) {\n  f()\n}", "g"),
        ("g = function(x, y = list(1)) {\n  lapply(x, function(i) { f() })\n}", "g"),
        ("g <- function(x) f(x)\n", "g"),
        ("g <- function(x)\n{\n  f(x)\n}", "g"),
        ("h <- function() 1\nf()", ""),
        ("h <- function() {\n}\nf()", ""),
        ("lapply(x, function(i) f(i))", ""),
        ("local({ f() })", ""),
    ],
)
def test_the_scope_of_a_call(text: str, scope: str) -> None:
    assert scope in [call.scope for call in facts(text).calls if call.name == "f"]


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("library(caret)", ["caret"]),
        ("suppressMessages(library('caret'))", ["caret"]),
        ("if (!require(caret)) stop()", ["caret"]),
        ("source('R/fit.R')", ["R/fit.R"]),
        ("source(here::here('R', 'fit.R'))", ["here", "R/fit.R"]),
        ("source(file.path('R', 'fit.R'), local = TRUE)", ["R/fit.R"]),
        ("purrr::walk(list.files('R', full.names = TRUE), source)", ["purrr", "R/"]),
        ("for (f in list.files('R')) source(f)", ["R/"]),
        ("files <- list.files('data')", []),
        ("devtools::load_all()", ["devtools", "R/"]),
        ("rmarkdown::render('report.Rmd')", ["rmarkdown", "report.Rmd"]),
        ("# library(caret)\n'source(\"x.R\")'", []),
    ],
)
def test_what_is_attached_and_sourced(text: str, modules: list[str]) -> None:
    assert [imported.module for imported in facts(text).imports] == modules


def test_a_function_is_mentioned_where_it_is_used_and_not_where_it_is_set() -> None:
    body = facts("fit <- function(x) x\nlapply(rows, score)\n").definitions[-1]
    assert "score" in body.mentions
    assert "fit" not in body.mentions


def test_the_code_of_a_document_is_read_at_its_lines() -> None:
    text = "---\ntitle: Report\n---\nSome text: fit(x).\n\n```{r setup, include=FALSE}\nlibrary(caret)\n```\n\n```python\nfit(y)\n```\n"
    found = facts(text, "report.Rmd")
    assert [(call.name, call.line) for call in found.calls] == [("library", 7)]
