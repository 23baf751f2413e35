"""The sentences of the steps, in one table: a second language is one more column."""

from collections.abc import Mapping

__all__ = ["SENTENCES", "say"]

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "forward": "{name} = {formula}: {numbers} = {value}",
        "forward without numbers": "{name} = {formula} = {value}",
        "seed": "the backward sweep starts at the end: ∂{name}/∂{name} = {upstream}",
        "gate": "{symbol} gate{pattern}: {flows}",
        "pattern": " ({pattern})",
        "flow": "upstream {upstream} × local {local} gives {downstream} to {name}",
        "matrix flow": "upstream {upstream} gives {downstream} to {name}",
        "matrix flow by formula": "upstream {upstream} gives {formula} = {downstream} to {name}",
        "no flow": "no gradient flows to {name}",
        "summed": "{flow}, summed over its copies",
        "sum": "{name} is used {times}: {parts} = {total} (gradient adder)",
        "twice": "twice",
        "times": "{count} times",
        "and": "; ",
        "equals": "{formula} = {number}",
        "drawn": "The computational graph of {title} with {given}. The value is {value}.",
    },
}


def say(sentence: str, language: str = "en", **words: str) -> str:
    """Return a sentence of the table with its words filled in.

    Example:
        >>> say("sum", name="w", times=say("twice"), parts="3 + 4", total="7")
        'w is used twice: 3 + 4 = 7 (gradient adder)'
    """
    return SENTENCES[language][sentence].format(**words)
