"""The entries that `mlripe explain` tells."""

from __future__ import annotations

from mlripe.catalog import load
from mlripe.maturity.glossary import entry


def test_every_detector_is_told_by_what_it_looks_for() -> None:
    catalog = load()
    for detector in catalog.detectors:
        shows = entry(catalog, detector.id).lists.get("Shows", ())
        assert len(shows) == len(detector.shows)
        for told, show in zip(shows, detector.shows, strict=True):
            assert told.startswith(f"{', '.join(show.named)}: ")
            assert not any(part.startswith(("swallowed", "whole", "deploys")) for part in told.split("; "))


def test_what_an_entry_looks_for_is_written_as_its_file_writes_it() -> None:
    shows = entry(load(), "ssh-deploys").lists["Shows"]
    assert any(told.startswith("deploy: action appleboy/ssh-action, ") and "; with script" in told for told in shows)
    (asked, *_) = entry(load(), "great-expectations").lists["Shows"]
    assert asked.startswith("data-validation: call ")
