"""Tables of data: read from a file or a bundled name, split into features and target, held out, standardized.

::

    read_table ──> Table ──> split_target ──> Samples (X, y, task) ──> held_out_split ──> Standardizer ──> a network
"""

from chainrule.data.reading import read_table
from chainrule.data.splits import held_out_split
from chainrule.data.standardize import Standardizer
from chainrule.data.tables import Samples, Table
from chainrule.data.tasks import Task

__all__ = ["Samples", "Standardizer", "Table", "Task", "held_out_split", "read_table"]
