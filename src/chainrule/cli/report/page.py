"""The page as a whole: five sections in the order of the lesson. It needs no network and no scripts."""

from html import escape

from chainrule.cli.report.confusion import confusion_table, digit_figure, gallery
from chainrule.cli.report.curves import curves, linear_axis, log_axis
from chainrule.cli.report.heat import heat
from chainrule.cli.report.sample import backward, forward, probabilities, sizes
from chainrule.cli.report.story import Story, with_article
from chainrule.cli.report.style import STYLE

__all__ = ["page"]

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>chainrule: a network learns to read digits</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_SIDE = 8  # pixels of a digit's image


def page(story: Story) -> str:
    """Return the page."""
    sections = [_head, _circuit, _learning, _errors, _forward, _backward, _foot]
    return _PAGE.format(style=STYLE, body="\n".join(section(story) for section in sections))


def _head(story: Story) -> str:
    evaluation = story.evaluation
    facts = {
        "of the held-out digits read right": f"{evaluation.accuracy:.1%}",
        "digits to learn from": f"{story.n_trained:,}",
        "digits held out": f"{evaluation.n:,}",
        "epochs": str(len(story.history)),
        "seconds": f"{sum(story.history['seconds']):.1f}",
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{figure}</dd></div>" for name, figure in facts.items())
    return f"""<header>
<h1>A network learns to read handwritten digits</h1>
<p>One idea carries everything on this page: the gradient of a whole is the product of the local gradients along the
way, from the end back to the start. First on a circuit of two gates, then on a network of {escape(story.network)}.</p>
<dl class="facts">{listed}</dl>
</header>"""


def _circuit(story: Story) -> str:
    return f"""<section>
<h2>1. Two gates</h2>
<p>The lecture's first circuit, <code>{escape(story.formula)}</code>. Forward, each gate computes its value, written
above the line. Backward, each gate takes the gradient that arrives, multiplies it by its own local gradient, and passes
it on, written below the line.</p>
<div class="circuit" tabindex="0" role="region" aria-label="computational graph">{story.circuit}</div>
</section>"""


def _learning(story: Story) -> str:
    history = story.history
    losses = {"train": history["loss"], "held-out": history["validation_loss"]}
    shares = {"train": history["accuracy"], "held-out": history["validation_accuracy"]}
    least = min(map(min, shares.values()))
    low = next(start for start in (0.9, 0.8, 0.5, 0.0) if start <= least)
    legend = "".join(
        f'<span><svg viewBox="0 0 32 12" aria-hidden="true"><path class="line {css}" d="M0 6H32"/></svg>{name}</span>'
        for css, name in {"train": "digits it learns from", "held-out": "digits held out"}.items()
    )
    loss_axis = log_axis([number for line in losses.values() for number in line])
    share_axis = linear_axis(low, 1.0, (1 - low) / 5, lambda share: f"{share:.0%}")
    return f"""<section>
<h2>2. It learns</h2>
<p>In each step of training, the gradient of the loss by every weight says which way to turn it. The digits held out are
only looked at: they tell whether the network has understood digits, or has learned its own by heart.</p>
<p class="legend">{legend}</p>
<div class="charts">
<figure>{curves("mean loss over the epochs", losses, loss_axis)}
<figcaption>Mean loss (cross-entropy), logarithmic</figcaption></figure>
<figure>{curves("share read right over the epochs", shares, share_axis)}
<figcaption>Share read right</figcaption></figure>
</div>
</section>"""


def _errors(story: Story) -> str:
    evaluation = story.evaluation
    wrong = evaluation.n - evaluation.n_right
    shown = "" if len(story.misread) == wrong else f" Here are {len(story.misread)} of them."
    misread = f"<h3>The misread ones</h3>{gallery(story.misread)}" if story.misread else ""
    return f"""<section>
<h2>3. Where it errs</h2>
<p>Of {evaluation.n} digits held out, {wrong} were misread.{shown} Each row of the table is a digit as it is, each
column what it was read as; what is off the diagonal is wrong.</p>
{confusion_table(evaluation)}
{misread}
</section>"""


def _forward(story: Story) -> str:
    digit, passes = story.digit, story.passes
    return f"""<section>
<h2>4. One digit, forward</h2>
<p>This digit cost the network most: {_verdict(story)}. Its 64 pixels, standardized, are the input; each layer computes
z<sup>(l)</sup> = W<sup>(l)</sup> a<sup>(l−1)</sup> + b<sup>(l)</sup>, and from it the activations
a<sup>(l)</sup>, shown as shades, one square for each unit.</p>
<div class="pair">{digit_figure(digit)}</div>
{forward(passes)}
<h3>The last layer: how probable each digit is</h3>
{probabilities(passes, story.evaluation.classes, digit)}
</section>"""


def _backward(story: Story) -> str:
    digit, passes = story.digit, story.passes
    by_pixels = heat(passes.input_gradient.reshape(_SIDE, _SIDE), "gradient of the loss by each pixel")
    rows = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for name, *cells in sizes(passes)
    )
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("gradient by", "shape", "root mean square", "greatest size")
    )
    return f"""<section>
<h2>5. The same digit, backward</h2>
<p>The loss of this digit is {passes.loss:.2f}. From there the gradient goes back, layer by layer. By the weights of a
layer it is the product of what arrives, δ<sup>(l)</sup> = ∂E/∂z<sup>(l)</sup>, and of what the layer was given,
a<sup>(l−1)</sup>: a unit with δ = 0 leaves its row empty, an activation of 0 its column.</p>
<p class="scale"><span>negative</span><i></i><span>positive</span></p>
<div class="products">{backward(passes)}</div>
<h3>At the end: the gradient by the pixels</h3>
<p>More ink on a red pixel would raise the loss, more ink on a blue one would lower it.</p>
<div class="pair">
<figure>{heat(digit.image, "the digit", most=1.0, css="ink")}<figcaption>the digit</figcaption></figure>
<figure>{by_pixels}<figcaption>∂E/∂x</figcaption></figure>
</div>
<h3>How large the gradients are</h3>
<table class="sizes"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
</section>"""


def _verdict(story: Story) -> str:
    digit = story.digit
    if digit.truth == digit.taken_for:
        return f"{with_article(digit.truth)}, read right, but with a probability of only {digit.probability:.0%}"
    taken = f"{with_article(digit.truth)}, taken for {with_article(digit.taken_for)}"
    return f"{taken} with a probability of {digit.probability:.0%}"


def _foot(story: Story) -> str:
    del story
    return """<footer>
<p>Written by <code>chainrule demo</code>. The digits are from the UCI data set “Optical Recognition of Handwritten
Digits” (E. Alpaydin, C. Kaynak), as scikit-learn carries it. Every gradient here was computed by chainrule from the
network’s own NumPy code.</p>
</footer>"""
