"""Network: parameters with fit, predict and save; a thin face over layers, training and export."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from chainrule.errors import InputError, ShapeError
from chainrule.layers.dense import Architecture, Layers, run_layers
from chainrule.layers.initializers import initial_parameters
from chainrule.network.answers import Answers
from chainrule.network.files import KIND, described, history_of, read_architecture, read_model, save_network
from chainrule.network.parameters import ByLayer, Parameters, by_columns
from chainrule.network.progress import progress_bar
from chainrule.network.settings import (
    callback_list,
    real_dtype,
    require_positive,
    seed_number,
    width_numbers,
)
from chainrule.pipeline import grad
from chainrule.training.engines import engine_for
from chainrule.training.history import History
from chainrule.training.loop import Callback, Trainer
from chainrule.training.objective import Objective, objective_for
from chainrule.training.optimizers.by_name import resolve
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.optimizers.scheduled import scheduled
from chainrule.training.samples import Samples, as_inputs, as_targets, kept_aside
from chainrule.training.schedules import Schedule

__all__ = ["Network"]

Array = Any
Loss = str | Callable[[Array, Array], Array] | None
Validation = tuple[ArrayLike, ArrayLike] | float | None


class Network:
    r"""A feedforward network in the lecture's notation.

    Layers are numbered from 1 to L; layer 0 is the input.

    .. math:: z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \qquad a^{(l)} = f_l(z^{(l)}), \qquad a^{(0)} = x

    Batches are rows: X is (N, M_0), and Z = A W^T + b. One sample may be given as (M_0,).

    Args:
        widths: M_0, ..., M_L: the number of inputs and then of units of each layer.
        activation: activation function of the hidden layers: relu, tanh, sigmoid, silu, gelu, elu, selu, softplus ...
        output: that of the last layer: identity for quantities, sigmoid for yes or no, softmax for one of many classes.
        seed: of the initial weights; the same seed gives the same bits.
        dtype: float32 or float64, of the parameters and of all computation.

    Raises:
        InputError: a width below 1, an unknown name, or a softmax over a single unit.

    Source: notation of Qiu Xipeng, "Neural Networks and Deep Learning", chapter 4; initial weights as in
    ``chainrule.layers.initializers``.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> net = cr.Network(widths=[4, 5, 3, 1], output="sigmoid")
        >>> net.W[1].shape, net.W[3].shape, net.n_layers, net.n_parameters
        ((5, 4), (1, 3), 3, 47)
        >>> net.forward(np.ones(4)).a[1].shape
        (5,)
        >>> xor = cr.Network(widths=[2, 8, 1], activation="tanh", output="sigmoid")
        >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
        >>> history = xor.fit(X, y, epochs=200, optimizer=cr.optimizers.Adam(learning_rate=0.1))
        >>> history["accuracy"][-1], xor.classify(X)
        (1.0, array([0, 1, 1, 0]))
    """

    def __init__(
        self,
        widths: Sequence[int],
        activation: str = "relu",
        output: str = "identity",
        seed: int = 0,
        dtype: DTypeLike = "float32",
    ) -> None:
        self.architecture = Architecture(width_numbers(widths), activation, output)
        self.seed = seed_number(seed)
        self.dtype = real_dtype(dtype)
        self.history = History()
        self._params = by_columns(initial_parameters(self.architecture, self.seed, self.dtype))
        self._answers = Answers(self.architecture, self.dtype)

    # --- what it is ----------------------------------------------------------------------------------------

    @property
    def params(self) -> Parameters:
        """All W and b, by name and by layer."""
        return self._params

    @property
    def W(self) -> ByLayer:
        """Weights: W[l] is (M_l, M_{l-1}); may be assigned."""
        return self._params.W

    @property
    def b(self) -> ByLayer:
        """Biases: b[l] is (M_l,); may be assigned."""
        return self._params.b

    @property
    def widths(self) -> tuple[int, ...]:
        """M_0, ..., M_L."""
        return self.architecture.widths

    @property
    def n_layers(self) -> int:
        """L, the number of layers with weights."""
        return self.architecture.n_layers

    @property
    def n_parameters(self) -> int:
        """Number of entries of all W and b."""
        return self.architecture.n_parameters

    def __repr__(self) -> str:
        a = self.architecture
        named = f"activation={a.activation!r}, output={a.output!r}, seed={self.seed}, dtype={self.dtype.name!r}"
        return f"Network(widths={list(a.widths)}, {named})"

    def __str__(self) -> str:
        rows = [f"input    {self.widths[0]}"]
        layers = zip(self.architecture.shapes, self.architecture.activations, strict=True)
        for layer, ((units, inputs), name) in enumerate(layers, start=1):
            rows.append(f"layer {layer}  {units:<6} {name:<12} W[{layer}] {units}x{inputs}, b[{layer}] {units}")
        return "\n".join([*rows, f"{self.n_parameters:,} parameters, {self.dtype.name}"])

    # --- what it says --------------------------------------------------------------------------------------

    def forward(self, X: ArrayLike) -> Layers:
        """Return every net input ``.z[l]`` and activation ``.a[l]`` for samples (N, M_0) or one sample (M_0,).

        Raises:
            ShapeError: samples of another width.
            InputError: entries that are not finite numbers.
        """
        inputs = as_inputs(X, self.architecture, self.dtype)
        return self._answers.layers(inputs, self._params.arrays())

    def predict(self, X: ArrayLike) -> Array:
        """Return the activations of the last layer a^(L): (N, M_L), or (M_L,) for one sample."""
        return self._answers.of("activations", X, self._params.arrays())

    def classify(self, X: ArrayLike) -> Array:
        """Return class numbers (N,): of the greatest output, or for a single sigmoid output 0 or 1.

        Several sigmoid outputs are as many questions, and are answered by 0 or 1 each: (N, M_L).

        Raises:
            InputError: the network says quantities (output identity, for instance), not classes.
        """
        if self.architecture.output not in ("sigmoid", "softmax"):
            raise InputError(
                f"a network with output={self.architecture.output!r} says quantities, and only predict gives them; to "
                "classify take output='softmax' or 'sigmoid'"
            )
        if self.architecture.output == "softmax":
            return self._answers.of("greatest", X, self._params.arrays())
        answers = self._answers.of("positive", X, self._params.arrays())
        return answers[..., 0] if self.widths[-1] == 1 else answers

    def loss(self, X: ArrayLike, y: ArrayLike, loss: Loss = None) -> float:
        """Return the mean loss E over the samples.

        Args:
            X: samples (N, M_0).
            y: class numbers (N,) for softmax, else one number for each output.
            loss: None for the usual one of the output (binary_cross_entropy of a sigmoid, categorical_cross_entropy of
                a softmax, else squared_error); a name; or a NumPy function of your own. It takes the logits z^(L) of a
                sigmoid or softmax, else the prediction a^(L), and y, and returns one number for each sample.

        Raises:
            InputError, ShapeError: samples, targets or a loss that do not fit the network.
        """
        objective = objective_for(self.architecture, loss)
        samples = self._samples(X, y, objective)
        last = self._answers.of(objective.takes, samples.X, self._params.arrays())
        with np.errstate(all="ignore"):  # overflow is an infinity in the result, where it can be seen
            return float(np.mean(objective.of_last(last, samples.y)))

    def gradients(self, X: ArrayLike, y: ArrayLike, loss: Loss = None) -> Parameters:
        """Return the gradient of the mean loss, ``.W[l]`` and ``.b[l]``; arguments as in :meth:`loss`."""
        objective = objective_for(self.architecture, loss)
        return Parameters(grad(self._mean_loss(objective, self._samples(X, y, objective)))(dict(self._params)))

    # --- training ------------------------------------------------------------------------------------------

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        epochs: int = 20,
        batch_size: int = 32,
        optimizer: str | Optimizer = "adam",
        validation: Validation = None,
        callbacks: Iterable[Callback] = (),
        loss: Loss = None,
        seed: int = 0,
        threads: int | None = None,
        progress: bool = True,
        schedule: str | Schedule | None = None,
        stabilize: bool = True,
    ) -> History:
        """Train by minibatch gradient descent, going on from the present parameters.

        A step (loss, gradient, update) is one graph in machine code; the same data, settings and seeds give the same
        bits. The optimizer starts anew; epochs are numbered on, each with an order of the samples of its own.

        Args:
            X: samples (N, M_0).
            y: class numbers (N,) for softmax, else one number for each output.
            epochs: how often every sample is used.
            batch_size: samples per step; the last batch of an epoch may be smaller.
            optimizer: gradient_descent, momentum, adam, adamw, lion ..., or an object of ``cr.optimizers``.
            validation: a pair (X, y) that is only looked at, or the share of the samples to keep aside for that.
            callbacks: functions that get the History after each epoch, when the network has the parameters of that
                epoch; training stops when one returns True.
            loss: as in :meth:`loss`.
            seed: of the order of the samples, and of those kept aside.
            threads: at most so many, by default ``CHAINRULE_NUM_THREADS`` or one for each core; no bit depends on it.
            progress: draw a progress bar, if the output is a terminal.
            schedule: of the learning rate: linear, cosine, one_cycle ..., or any function as in ``cr.schedules``.
            stabilize: compute the formulas of a loss of your own in their stable forms; False: as they are written.

        Returns:
            What happened in each epoch; all epochs so far stand in ``net.history``.

        Raises:
            InputError, ShapeError: data or settings that do not fit.
            DivergenceError: the loss left the finite numbers; the network goes back to the start of the last epoch that
                began with a finite loss. After any other interruption it keeps what it has learnt.
        """
        require_positive(epochs=epochs, batch_size=batch_size, threads=1 if threads is None else threads)
        functions, seed, past = callback_list(callbacks), seed_number(seed), self.history
        objective = objective_for(self.architecture, loss, stabilize=stabilize)
        samples, checked = self._split(X, y, validation, objective, seed)
        algorithm = scheduled(resolve(optimizer), schedule, epochs * -(-len(samples) // batch_size))
        engine = engine_for(self.architecture, objective, algorithm, dict(self._params), samples, batch_size, threads)
        trainer = Trainer(engine, algorithm, seed, len(past))

        def show(history: History) -> None:
            """Let callbacks see the network as it is now."""
            self._params = Parameters(trainer.params)  # the same dictionary: callbacks may change it
            self.history = self.history.plus(*history.epochs[len(self.history) - len(past) :], past=len(past))

        try:
            with progress_bar(epochs, shown=progress) as bar:
                trainer.run(samples, epochs, batch_size, checked, [show, bar], functions)
        finally:
            self._params, self.history = by_columns(trainer.params), past.followed_by(trainer.history)
        return trainer.history

    # --- files ---------------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to one file, whole or not at all; ``cr.load`` reads it.

        Raises:
            ModelFileError: the file cannot be written.
        """
        save_network(path, self.architecture, self.seed, self.history, dict(self._params))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Network":
        """Read a network that :meth:`save` wrote; loading never runs code.

        Raises:
            ModelFileError: the file is missing, damaged, or of another kind.
        """
        return cls._restore(path, *read_model(path, KIND))

    # --- helpers -------------------------------------------------------------------------------------------

    @classmethod
    def _restore(
        cls, path: str | os.PathLike[str], arrays: Mapping[str, Array], header: Mapping[str, Any]
    ) -> "Network":
        """The network that the arrays and the header of a file describe; a ModelFileError if they do not."""
        architecture = read_architecture(path, header, arrays)
        with described(path, KIND):
            a = architecture
            net = cls(a.widths, a.activation, a.output, header["seed"], arrays["W1"].dtype)
            net._params = by_columns({name: arrays[name] for name in net.params})
            net.history = history_of(header)
        return net

    def _samples(self, X: ArrayLike, y: ArrayLike, objective: Objective) -> Samples:
        inputs = as_inputs(X, self.architecture, self.dtype)
        if inputs.ndim != 2 or not len(inputs):
            raise ShapeError(f"X is {list(inputs.shape)}; give at least one sample, as rows [N, {self.widths[0]}]")
        return Samples(inputs, as_targets(y, len(inputs), self.architecture, objective, self.dtype))

    def _split(
        self, X: ArrayLike, y: ArrayLike, validation: Validation, objective: Objective, seed: int
    ) -> tuple[Samples, Samples | None]:
        """The samples to train on, and those to look at."""
        samples = self._samples(X, y, objective)
        if validation is None:
            return samples, None
        if isinstance(validation, Real) and not isinstance(validation, bool):
            return kept_aside(samples, float(validation), seed)
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise InputError("validation takes a pair (X, y) of samples to look at, or a share between 0 and 1")
        try:
            return samples, self._samples(*validation, objective)
        except (InputError, ShapeError) as error:
            raise type(error)(f"validation: {error}") from error

    def _mean_loss(self, objective: Objective, samples: Samples) -> Callable[[Mapping[str, Array]], Array]:
        return lambda params: np.mean(objective.per_sample(run_layers(self.architecture, params, samples.X), samples.y))
