"""Texts that are made to take long: the search for secrets passes over each a few times, whatever it holds."""

from __future__ import annotations

from time import process_time

import pytest

from mlripe.catalog import load
from mlripe.readers.secrets import MOST_OF_FILE, SecretSearch

MOST = 6.0  # seconds; an ordinary run takes some tenths of one


@pytest.mark.parametrize(
    "text",
    [
        "a_" * 1_000_000,
        "password=" * 250_000,
        "key: " + "A" * 2_000_000,
        "api_key = '" + "admin" * 400_000 + "'",
        "postgresql://" * 150_000,
        "postgresql://a:" + "b" * 2_000_000 + "@c",
        "eyJ" * 700_000,
        'variable "password" {' * 90_000,
        "-----BEGIN PRIVATE KEY-----\n" * 70_000,
        "DB_PASSWORD=Kestrel92\n" * 90_000,
        "\0" * 2_000_000,
    ],
    ids=lambda text: repr(text[:20]),
)
@pytest.mark.parametrize("path", ["a.py", "a.env", "a.tf"])
def test_it_takes_no_longer_than_the_text_is_long(path: str, text: str) -> None:
    search = SecretSearch(load().knowledge.secrets)
    begun = process_time()
    masked = search.masked(path, text.encode())
    assert process_time() - begun < MOST
    assert len(masked) == len(text)
    assert len(search.found.get(path, ())) <= MOST_OF_FILE
