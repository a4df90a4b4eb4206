"""The two servers of a data folder, shared by everything that uses it: started by the first, stopped by the last."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from config.local.errors import CannotStart
from config.local.folder import DataFolder
from config.local.locks import FileLock
from config.local.postgres import PostgreSQL
from config.local.roles import APP, OWNER, make_roles
from config.local.valkey import Valkey


@dataclass(frozen=True)
class Addresses:
    """Where the servers are. `owner` is None where an outside server is used and nobody gave its owner's address."""

    app: str
    owner: str | None
    queue: str


class Servers:
    """PostgreSQL and Valkey: those that the environment names, else our own in the data folder.

    Users hold a shared lock while they use the servers. Whoever lets go last stops them; one that was killed has let
    go by dying, so its servers are adopted by the next user and stopped after it.
    """

    def __init__(
        self,
        folder: DataFolder,
        *,
        environment: Mapping[str, str] = os.environ,
        postgresql_settings: Mapping[str, str] | None = None,
        valkey_settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        names = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")
        self._given = {name: environment[name] for name in names if environment.get(name)}
        self.postgresql = None if "DATABASE_URL" in self._given else PostgreSQL(folder, postgresql_settings)
        self.valkey = None if "REDIS_URL" in self._given else Valkey(folder, valkey_settings)
        self._starting = FileLock(folder.lock("starting"))
        self._users = FileLock(folder.lock("users"))

    @property
    def embedded(self) -> bool:
        """Whether the rows lie in this data folder."""
        return self.postgresql is not None

    def start(self) -> Addresses:
        """Start what is not up, with its roles and its database. Calling it again heals a server that died.

        Raises CannotStart with one sentence.
        """
        if "OWNER_DATABASE_URL" in self._given and "DATABASE_URL" not in self._given:
            raise CannotStart("OWNER_DATABASE_URL is set and DATABASE_URL is not: set both, or neither.")
        self.folder.make()
        with self._starting:
            self._users.take(shared=True)
            if self.postgresql is not None:
                self.postgresql.start()
                make_roles(self.postgresql)
            if self.valkey is not None:
                self.valkey.start()
        return self.addresses()

    def addresses(self) -> Addresses:
        return Addresses(
            app=self.postgresql.address(APP) if self.postgresql else self._given["DATABASE_URL"],
            owner=self.postgresql.address(OWNER) if self.postgresql else self._given.get("OWNER_DATABASE_URL"),
            queue=self.valkey.address if self.valkey else self._given["REDIS_URL"],
        )

    def running(self) -> bool:
        """Whether our own servers are up; those of others are not looked at."""
        return all(server.running() for server in (self.postgresql, self.valkey) if server is not None)

    def stop(self) -> None:
        """Let go of the servers, and stop them when nobody else uses them."""
        with self._starting:
            if self._users.take(wait=False):
                for server in (self.valkey, self.postgresql):
                    if server is not None:
                        server.stop()
            self._users.release()

    def __enter__(self) -> Addresses:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()
