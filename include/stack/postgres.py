"""An embedded PostgreSQL cluster in a folder: created, started, recovered after a crash, stopped.

Where root starts it, the server's own account gets the data directory and nothing else: the server reaches it through
its working directory (`/proc/self/cwd`), so the folders above may stay 0700 and root's.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from stack.port import remembered_port
from stack.postgres_programs import ClusterError, server_account, server_programs, wheel_programs
from stack.process import processes_of, start_ticks

HERE = "/proc/self/cwd"
SUPERUSER = "postgres"
START_SECONDS = 300  # replaying 8 GB of log after a crash takes minutes
START_ATTEMPTS = 5
STOP_SECONDS = 60

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "reserved_connections": "20",  # for the pipeline, whoever else fills the server
    "timezone": "Asia/Shanghai",
    # A client that says nothing any more loses its connection and the locks that it holds.
    "authentication_timeout": "10s",
    "client_connection_check_interval": "10s",
    "idle_in_transaction_session_timeout": "10min",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60s",
    # Bulk loads on 2 cores: few checkpoints, no replication to feed.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # The first change of a page after a checkpoint logs all of it. The wheel has no lz4 or zstd to compress it, and its
    # pglz takes ten times as long as the change.
    "wal_compression": "off",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
    # A checkpoint begins when the log has grown to max_wal_size / (1 + this); after it, pages are logged in full again.
    "checkpoint_completion_target": "0.3",
    "synchronous_commit": "on",  # off loses acknowledged ledger entries in a crash
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "2",
    "jit": "off",
    "io_method": "sync",  # reading ahead in processes of its own takes from the processors what queries could use
    # A record's values must not reach the log: no DETAIL, no statement, no parameter.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "Asia/Shanghai",
}


class Cluster:
    """One PostgreSQL server with its data, password, port and log in one folder."""

    def __init__(self, home: Path, shared_buffers: str | None = None) -> None:
        """Args:
        home: the cluster's folder; made on first start.
        shared_buffers: size of PostgreSQL's page cache; default a quarter of the memory, as its manual advises.
        """
        self.home = home.resolve()
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        quarter = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 >> 20
        # Few connections work at a time; a sort or hash that does not fit into work_mem is written and read once more.
        memory = {"shared_buffers": shared_buffers or f"{quarter}MB", "work_mem": f"{max(256, quarter // 8)}MB"}
        self.settings = {**SETTINGS, **memory}

    def start(self) -> "Cluster":
        """Make sure that the server runs; after a crash this recovers it.

        Raises:
            ClusterError: it does not start; the message names the log.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.data.exists():
            self._create()
        deadline = time.monotonic() + START_SECONDS
        launched: list[subprocess.Popen[bytes]] = []
        while not self._answers():
            if time.monotonic() > deadline or len(launched) == START_ATTEMPTS:
                raise ClusterError(f"数据库没有启动，原因见 {self.log}")
            if self._pid() is None and (not launched or launched[-1].poll() is not None):
                self._kill_orphans()
                launched.append(self._launch())
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """Stop the server if it runs: clients are disconnected, data is flushed."""
        for number in (signal.SIGINT, signal.SIGQUIT):  # fast shutdown, then immediate (recovers on the next start)
            pid = self._pid()
            if pid is None:
                return
            os.kill(pid, number)
            deadline = time.monotonic() + STOP_SECONDS
            while self._pid() is not None and time.monotonic() < deadline:
                time.sleep(0.05)
        if self._pid() is not None:
            raise ClusterError(f"数据库没有停下（进程 {self._pid()}），日志见 {self.log}")

    def url(
        self, database: str, user: str = SUPERUSER, password: str | None = None, driver: str = "postgresql+psycopg2"
    ) -> str:
        """SQLAlchemy URL of a database.

        Args:
            password: default the superuser's; empty to leave it out.
            driver: "postgresql" makes it a libpq URL.
        """
        password = self.password if password is None else password
        return f"{driver}://{user}{':' if password else ''}{password}@127.0.0.1:{self.port}/{database}"

    def ensure_database(self, name: str) -> None:
        """Create a database unless it is there."""
        ensure_database(self.url("postgres", driver="postgresql"), name)

    @property
    def password(self) -> str:
        """The superuser's password, kept in a 0600 file."""
        return (self.home / "password").read_text()

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1; stays the same unless another program takes it while the server is down."""
        return int((self.home / "port").read_text())

    @property
    def psql(self) -> Path:
        """The command line client that fits the server."""
        return wheel_programs() / "psql"

    def _create(self) -> None:
        password = secrets.token_hex(16)
        _write_private(self.home / "password", password)
        # Created beside and renamed: a half-made cluster is never taken for a whole one.
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account = server_account()
        if account:
            os.chown(fresh, account["user"], account["group"])
        with os.fdopen(os.memfd_create("password"), "w") as handed_over:  # initdb runs as a user that can't read ours
            handed_over.write(password)
            handed_over.flush()
            result = subprocess.run(
                [server_programs() / "initdb", "-D", HERE, "-U", SUPERUSER, "--encoding=UTF8", "--locale=C",
                 "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256",
                 f"--pwfile=/proc/self/fd/{handed_over.fileno()}", "--no-instructions"],
                cwd=fresh, pass_fds=[handed_over.fileno()], env=_environment(), **account,
                check=False, capture_output=True, text=True,
            )  # fmt: skip
        if result.returncode:
            raise ClusterError(f"数据库初始化失败（{self.home}）：{result.stderr.strip()}")
        fresh.rename(self.data)

    def _launch(self) -> subprocess.Popen[bytes]:
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # stale: its process is gone
        self._configure()
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [server_programs() / "postgres", "-D", HERE], cwd=self.data, env=_environment(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **server_account(),
            )  # fmt: skip

    def _kill_orphans(self) -> None:
        # A backend in the middle of a query outlives its killed server and keeps the shared memory from a new one.
        orphans = [pid for pid in processes_of(self.data.stat().st_uid) if self._is_ours(pid)]
        if orphans:
            # With the server's own rights: root's mistake here could reach every process of the machine.
            command = ["/bin/sh", "-c", 'kill -KILL "$@"', "sh", *map(str, orphans)]
            subprocess.run(command, check=False, capture_output=True, **server_account())

    def _configure(self) -> None:
        remembered_port(self.home / "port")
        # A container's /dev/shm is often 64 MB: too small for parallel queries.
        roomy = shutil.disk_usage("/dev/shm").total >= 1 << 30 if Path("/dev/shm").exists() else False
        settings = {
            **self.settings,
            "port": str(self.port),
            "dynamic_shared_memory_type": "posix" if roomy else "mmap",
        }
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        (self.data / "postgresql.conf").write_text("".join(lines))

    def _pid(self) -> int | None:
        """Pid of the running server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None
        return pid if self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        """Whether a pid is a living PostgreSQL process that works in this data directory."""
        if start_ticks(pid) is None:
            return False
        try:
            process = Path(f"/proc/{pid}")
            return (process / "exe").readlink().name == "postgres" and (process / "cwd").samefile(self.data)
        except OSError:  # gone meanwhile, or another user's
            return False

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres", driver="postgresql"), connect_timeout=3).close()
        except (OSError, psycopg2.OperationalError):  # no port yet, or nobody there
            return False
        return True


def ensure_database(server_url: str, name: str) -> None:
    """Create a database unless it is there.

    Args:
        server_url: libpq URL of another database on the server.
        name: the database.
    """
    connection = psycopg2.connect(server_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def give_database(server_url: str, name: str, owner: str, password: str) -> None:
    """Create a database unless it is there, and give it with all that is in it to a role that has no other rights.

    Args:
        server_url: libpq URL of a superuser, without a database.
        name: the database.
        owner: the role; made unless it is there, with this password.
    """
    ensure_database(f"{server_url}/postgres", name)
    connection = psycopg2.connect(f"{server_url}/{name}")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (owner,))
            verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
            role = sql.Identifier(owner)
            verifier = sql.Literal(encrypt_password(password, owner, connection, "scram-sha-256"))
            cursor.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(verb, role, verifier)
            )
            cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), role))
            cursor.execute(Path(__file__).with_name("owned_objects.sql").read_text(encoding="utf-8"), {"owner": owner})
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)
    finally:
        connection.close()


def close_databases(server_url: str, names: Iterable[str]) -> None:
    """Take from PUBLIC the right to connect to databases and to make temporary tables; only roles that were granted it keep it.

    Args:
        server_url: libpq URL of a database on the server.
        names: the databases.
    """
    connection = psycopg2.connect(server_url)
    try:
        with connection, connection.cursor() as cursor:
            for name in names:
                cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    finally:
        connection.close()


def _environment() -> dict[str, str]:
    # The operator's PG* variables and locale are not the server's; TZ is, for initdb.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "Asia/Shanghai"}


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
