"""The benchmark: chainrule and its peers on this machine, asked in turn, the same weights and data for all.

===================== ================================================================================================
``cases.py``          what is measured, ``competitors.py`` who: tables
``data.py``           the arrays of a case, made from a seed, read by all from one file
``training/``         one file per competitor; likewise ``inference/`` and ``gradients/``
``subject.py``        a competitor at a case: what is timed, and what it computed
``worker.py``         the process of one competitor at one case; ``process.py`` is the side that asks
``first_epoch.py``    the process whose start is timed
``measure.py``        the rounds: one measurement of each, again and again
``agreement.py``      whether all computed the same
``machine.py``        processor, memory, versions
``report.py``         all that was found, as text, JSON and Markdown; ``table.py`` and ``plot.py`` draw it
===================== ================================================================================================
"""

__all__: list[str] = []
