"""A second PostgreSQL that follows the first and serves reads (S4-033, S4-082).

It has no replication slot: a replica that is gone for long must not fill the primary's volume. Instead the primary keeps some WAL
(`wal_keep_size`), and a replica that has fallen further behind, or belongs to another primary, is copied anew at its next start.
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import credentials, passwords, pods, stores, suspension
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

USER: Final = "testgen_replica"
DATA: Final = "/var/lib/postgresql/data"
PASSWORD_DIRECTORY: Final = "/etc/postgresql-secrets"  # noqa: S105 - a folder
CONFIGURATION: Final = "/etc/testgen-postgres"

START: Final = r"""
set -eu
umask 077
printf '*:*:*:%s:%s\n' "$REPLICA_USER" "$(cat "$PASSWORD_FILE")" > /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGCONNECT_TIMEOUT=5
primary="host=$PRIMARY_HOST port=$PRIMARY_PORT user=$REPLICA_USER application_name=$HOSTNAME passfile=/tmp/pgpass"
control() { pg_controldata "$PGDATA" | sed -n "s/^$1: *//p"; }

follows() {
  [ -s "$PGDATA/PG_VERSION" ] || return 1
  seen=$(psql "$primary dbname=postgres replication=true" -XAtc IDENTIFY_SYSTEM) || return 0
  if [ "${seen%%|*}" != "$(control 'Database system identifier')" ]; then echo "this is a copy of another database"; return 1; fi
  point=$(control 'Minimum recovery ending location')
  [ "$point" != 0/0 ] || return 0
  there=$(psql "$primary dbname=$DATABASE" -XAtc \
    "SELECT count(*) FROM pg_ls_waldir() WHERE name = pg_walfile_name('$point')") || return 0
  if [ "$there" = 0 ]; then echo "the primary no longer has the WAL from $point on"; return 1; fi
}

if ! follows; then
  echo "copying the database from $PRIMARY_HOST"
  rm -rf "$PGDATA" "$PGDATA.new"
  pg_basebackup --pgdata="$PGDATA.new" --dbname="$primary" --wal-method=stream --checkpoint=fast --no-password
  touch "$PGDATA.new/standby.signal"
  sync
  mv "$PGDATA.new" "$PGDATA"
fi
touch "$PGDATA/standby.signal"
exec postgres -D "$PGDATA" "$@" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql \
  -c hot_standby=on -c hot_standby_feedback=on -c primary_conninfo="$primary"
"""
"""A copy becomes PGDATA by one rename, so a start that was killed begins anew. An unreachable primary is no reason to copy: the
replica goes on with what it has. By its feedback the primary keeps the rows that an export still reads on the replica."""

STREAMS: Final = (
    'test "$(psql -h /var/run/postgresql -U testgen -d testgen -XAtc "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = '
    "'streaming'\")\" = 1"
)


def replica(project: TestGenProject, facts: Facts, images: Images, settings: list[str], configuration: str) -> list[Manifest]:
    """The replica's volume, Service and server, and the Job that makes its user; nothing unless the project wants one.

    The first server waits for the Job, and remembers on itself for which database and password it was done.
    """
    if not project.spec.stores.postgres.read_replica:
        return []
    name, wanted = names.postgres_replica(project.name), project.spec.stores.postgres
    job = passwords.replica_job(project, facts, images)
    live = facts.workloads.get(name)
    wanted_user = passwords.replica_user(project, facts)
    made = facts.jobs.get(job.name) is Phase.SUCCEEDED or (live is not None and live.credentials == wanted_user)
    memory = wanted_user if made else live.credentials if live else ""
    seen = facts.secrets.get(name)
    found = [
        stores.volume(project, facts, "postgres-replica", name, wanted.storage, preset(project.spec.profile).postgres_storage),
        stores.service(project, "postgres-replica", name, names.PORT_POSTGRES, "postgres"),
    ]
    if not made and seen is not None and seen.exists and facts.ready(names.postgres(project.name)) and not project.spec.suspend:
        found.append(job)
    if made or live is not None:
        found.append(_server(project, facts, name, wanted.image or images.postgres, settings, configuration, memory))
    return found


def _server(
    project: TestGenProject, facts: Facts, name: str, image: str, settings: list[str], configuration: str, memory: str
) -> Manifest:
    answers: Json = {"exec": {"command": ["pg_isready", "--quiet", "--host=127.0.0.1", "--username=testgen", "--dbname=testgen"]}}
    streams: Json = {"exec": {"command": ["sh", "-c", STREAMS]}}
    server = pods.container(
        project,
        "postgres",
        image,
        command=["sh", "-c", START, "replica", *settings],
        amounts=pods.resources(preset(project.spec.profile).postgres, project.spec.stores.postgres.resources),
        env=[
            {"name": "PGDATA", "value": f"{DATA}/pgdata"},
            {"name": "PRIMARY_HOST", "value": names.host(names.postgres(project.name), project.namespace)},
            {"name": "PRIMARY_PORT", "value": str(names.PORT_POSTGRES)},
            {"name": "DATABASE", "value": "testgen"},
            {"name": "REPLICA_USER", "value": USER},
            {"name": "PASSWORD_FILE", "value": f"{PASSWORD_DIRECTORY}/password"},
        ],
        ports=[{"name": "postgres", "containerPort": names.PORT_POSTGRES, "protocol": "TCP"}],
        startupProbe=pods.probe(answers, period=2, timeout=5, failures=1800),  # a large copy takes its time
        # A minute's restart of the primary leaves it serving; one that streams no more sends its readers back to the primary,
        # and after ten minutes is started again, which copies it anew if that is what it needs.
        readinessProbe=pods.probe(streams, period=10, timeout=5, failures=6),
        livenessProbe=pods.probe(streams, period=30, timeout=5, failures=20),
        mounts=[("data", DATA), ("run", "/var/run/postgresql"), ("tmp", "/tmp"), ("shm", "/dev/shm")],  # noqa: S108
        read_only_mounts=[("password", PASSWORD_DIRECTORY), ("configuration", CONFIGURATION)],
    )
    return stores.stateful_set(
        project,
        "postgres-replica",
        name,
        version=version_of(image),
        replicas=suspension.store_replicas(project, facts),
        secrets=credentials.hash_of([name], facts),
        annotations={names.ANNOTATION_CREDENTIALS: memory} if memory else None,
        pod=pods.pod(
            project,
            pods.UID_POSTGRES,
            containers=[server],
            volumes=[
                pods.claim("data", stores.volume_name(name)),
                pods.secret_volume("password", name, "password", "password"),
                {"name": "configuration", "configMap": {"name": configuration, "defaultMode": 0o444}},
                *scratch(),
            ],
            terminationGracePeriodSeconds=60,
        ),
    )


def scratch() -> list[Json]:
    """What a PostgreSQL server writes beside its data. The default of 64 MB in /dev/shm is too little for parallel queries."""
    return [pods.scratch("run", "16Mi"), pods.scratch("tmp", "256Mi"), pods.scratch("shm", "128Mi", memory=True)]
