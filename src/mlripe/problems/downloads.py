"""Models that are unpickled from the network: whoever answers there runs what they like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect, Sighting
from mlripe.facts import Call
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined

__all__ = ["downloads"]

_UNPICKLES: Final = frozenset(
    ("pickle.load", "pickle.loads", "cloudpickle.load", "cloudpickle.loads", "dill.load", "dill.loads", "joblib.load",
     "torch.load", "pandas.read_pickle")
)  # fmt: skip
_FETCHES: Final = frozenset(
    ("requests.get", "requests.Session.get", "urllib.request.urlopen", "urllib.request.urlretrieve", "wget.download",
     "gdown.download", "httpx.get", "torch.hub.download_url_to_file", "torch.hub.load_state_dict_from_url")
)  # fmt: skip
_HUB: Final = frozenset(("huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download"))
_CHECKS: Final = ("hashlib.", "hmac.", "cosign", "sigstore", "gnupg")


def downloads(examined: Examined) -> Iterator[Defect]:
    """A call that unpickles, in a function that fetches something before it and checks no hash or revision of it."""
    store = examined.store
    for path, facts in list(store.loaded()):
        if not path.endswith(".py") or store.role(path) is not None:
            continue
        by_scope: dict[str, list[Call]] = defaultdict(list)
        for call in facts.calls:
            by_scope[call.scope].append(call)
        for calls in by_scope.values():
            fetched = [call for call in calls if _fetches(call)]
            checked = any(
                call.name.startswith(_CHECKS) or "sha256" in call.name or "verify" in call.name for call in calls
            )
            if not fetched or checked:
                continue
            for call in calls:
                if call.name in _UNPICKLES and call.line >= fetched[0].line and not _only_weights(call):
                    beside = (Sighting(path, fetched[0].line, f"{fetched[0].name} brings it"),)
                    yield Defect(path, call.line, call.name, path, beside, finds=DefectKind.UNPICKLED_DOWNLOAD)


def _fetches(call: Call) -> bool:
    if call.name in _HUB:
        return "revision" not in call.keywords
    return call.name in _FETCHES and "hash_prefix" not in call.keywords and call.keywords.get("check_hash") is not True


def _only_weights(call: Call) -> bool:
    return call.name == "torch.load" and call.keywords.get("weights_only") is True
