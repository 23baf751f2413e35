"""JAX: a whole epoch in one compiled call, a scan over the batches with its buffers donated."""

from typing import Any

import numpy as np

from chainrule.benchmarks.cases import Net, Training
from chainrule.benchmarks.training.trainer import Arrays, Trainer, names
from chainrule.benchmarks.training.with_jax_optimizers import OPTIMIZERS

__all__ = ["logits", "trainer", "weights"]

Array = Any


def trainer(case: Training, arrays: Arrays, threads: int) -> Trainer:
    """Return a network in training."""
    del threads  # XLA takes them from the environment
    import jax

    X, y = jax.device_put(arrays["X"]), jax.device_put(arrays["y"])
    params = weights(arrays)
    init, update = OPTIMIZERS[case.optimizer]
    state = init(params)
    epoch = _epoch(case, update)
    random = np.random.default_rng(0)
    whole = len(X) // case.batch_size * case.batch_size

    def epochs(count: int) -> None:
        nonlocal params, state
        for _ in range(count):
            order = random.permutation(len(X)).astype(np.int32)
            batches, rest = order[:whole].reshape(-1, case.batch_size), order[whole:]
            params, state = epoch(params, state, X, y, batches, rest)
        jax.block_until_ready(params)

    return Trainer(epochs, lambda: {name: np.asarray(array).T for name, array in params.items()})


def _epoch(case: Training, update: Any) -> Any:
    import jax

    gradient = jax.grad(lambda params, X, y: _loss(case.net, params, X, y))

    def step(carry: Any, X: Array, y: Array) -> Any:
        params, state = carry
        return update(params, gradient(params, X, y), state, case.learning_rate)

    def epoch(params: Any, state: Any, X: Array, y: Array, batches: Array, rest: Array) -> Any:
        def body(carry: Any, rows: Array) -> Any:
            return step(carry, X[rows], y[rows]), None

        carry, _ = jax.lax.scan(body, (params, state), batches)
        return step(carry, X[rest], y[rest]) if len(rest) else carry

    return jax.jit(epoch, donate_argnums=(0, 1))


def weights(arrays: Arrays) -> Arrays:
    """Return the parameters as JAX likes them best: W of shape (M_{l-1}, M_l); copies, since they are donated."""
    import jax.numpy as jnp

    return {name: jnp.array(arrays[name].T) for name in names(arrays)}


def logits(net: Net, params: Any, X: Array) -> Array:
    """Return the net inputs of the last layer."""
    import jax
    import jax.numpy as jnp

    activate = {"relu": jax.nn.relu, "tanh": jnp.tanh}[net.activation]
    a = X
    for layer in range(1, net.n_layers + 1):
        z = a @ params[f"W{layer}"] + params[f"b{layer}"]
        a = activate(z)
    return z


def _loss(net: Net, params: Any, X: Array, y: Array) -> Array:
    import jax
    import jax.numpy as jnp

    z = logits(net, params, X)
    if net.output == "softmax":
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1))
    return jnp.mean(jax.nn.softplus(z) - y * z if net.output == "sigmoid" else (z - y) ** 2)
