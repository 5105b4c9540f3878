"""What coordinators fill in to bring elders from a file."""

from collections.abc import Sequence

from volunteer.core.file_forms import FileForm
from volunteer.core.sheets import Column, Table, TooLarge
from volunteer.elders.errors import TooManyElders
from volunteer.elders.importing.reading import check_length


class ElderFileForm(FileForm):
    """A list of elders; it may be shorter than other lists."""

    def read(self, offered: Sequence[Column]) -> Table:
        try:
            table = super().read(offered)
        except TooLarge as error:
            raise TooManyElders from error
        check_length(table.rows)
        return table
