"""The folder of a killed process goes when the next one makes its own, that of a running one stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from contract_tests.stages.processes import end_session
from contract_tests.tests.patience import wait_until
from emulator import Settings, create_app
from emulator.stage.private_folder import PREFIX, private_folder, remove_left_folders
from emulator.stage.stages import Stages

pytest.importorskip("fcntl")
SERVE = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--world", "empty"]


def folders(parent: Path) -> list[Path]:
    return sorted(parent.glob(f"{PREFIX}*"))


def is_removed(parent: Path) -> bool:
    remove_left_folders(parent)
    return not folders(parent)


def test_folder_of_a_killed_server_is_removed_at_the_next_start(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    server = subprocess.Popen(
        SERVE, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    assert server.stdout is not None
    with server.stdout:
        assert server.stdout.readline().startswith("Listening")
        (folder,) = folders(tmp_path)
        remove_left_folders(tmp_path)
        assert folder.is_dir()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)
        end_session(server, 1)
    assert folders(tmp_path) == [folder]
    # The worker gives the lock back once the system has ended it, too.
    wait_until(lambda: is_removed(tmp_path))


def test_folder_goes_with_its_block(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with private_folder() as folder:
        assert folders(tmp_path) == [folder]
        with private_folder():
            assert len(folders(tmp_path)) == 2
    assert folders(tmp_path) == []


def test_stages_of_a_program_have_such_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stages: Stages = create_app(Settings(world="empty")).extensions["stages"]
    assert folders(tmp_path) == [stages.folder()]
    stages.close_all()
    assert folders(tmp_path) == []


def test_folder_without_a_lock_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}mine").mkdir()
    remove_left_folders(tmp_path)
    assert len(folders(tmp_path)) == 1
