"""Files that commands write."""

import os

import pytest

from chainrule.cli.output import require_writable, write_text
from chainrule.errors import InputError


def test_a_file_is_written_as_utf_8_and_replaced(tmp_path):
    for text in ("∂", "x"):
        write_text(tmp_path / "file", text)
        assert (tmp_path / "file").read_bytes() == text.encode()


def test_a_file_that_cannot_be_written_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be written: No such file"):
        write_text(tmp_path / "nowhere" / "file", "")


def test_a_link_to_what_is_read_is_what_is_read(tmp_path):
    (tmp_path / "data").touch()
    (tmp_path / "link").symlink_to("data")
    require_writable(tmp_path / "link", inputs=["iris"])
    with pytest.raises(InputError, match="is what is read"):
        require_writable(tmp_path / "link", inputs=[tmp_path / "data"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_an_input_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="permission denied"):
        require_writable(tmp_path / "file")
