"""Decorators of Python that only wrap what they decorate: it runs when it is called, not when its module is imported.

Others may register it (a task, a route, a command), so that what imports the module can start it.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["registers"]

_NAMES = frozenset(
    "property classmethod staticmethod abstractmethod override beartype.beartype enum.unique tensorflow.function "
    "torch.no_grad torch.enable_grad torch.inference_mode torch.compile torch.jit.script torch.jit.ignore "
    "torch.jit.export torch.jit.unused jax.jit jax.vmap jax.pmap jax.checkpoint jax.custom_vjp jax.custom_jvp "
    "numpy.vectorize numba.jit numba.njit numba.vectorize numba.guvectorize numba.cuda.jit "
    "streamlit.cache streamlit.cache_data streamlit.cache_resource streamlit.experimental_memo "
    "streamlit.experimental_singleton joblib.wrap_non_picklable_objects warnings.deprecated deprecated.deprecated "
    # a step of a pipeline runs where a pipeline calls it
    "kfp.dsl.component kfp.v2.dsl.component kfp.dsl.container_component kfp.components.create_component_from_func "
    "tfx.dsl.components.component tfx.v1.dsl.components.component zenml.step zenml.steps.step prefect.task "
    "mlflow.trace langsmith.traceable langfuse.observe langfuse.decorators.observe weave.op".split()
)
_MODULES = tuple(  # all decorators of these
    f"{name}."
    for name in "functools contextlib dataclasses abc typing typing_extensions attr attrs pydantic tenacity backoff "
    "retrying cachetools typeguard jaxtyping flax.struct chex".split()
)
_METHODS = (".setter", ".getter", ".deleter")  # of a property


def registers(decorators: Iterable[str]) -> bool:
    """Whether one of the decorators may register what it decorates, so that something else starts it."""
    return any(not (name in _NAMES or name.startswith(_MODULES) or name.endswith(_METHODS)) for name in decorators)
