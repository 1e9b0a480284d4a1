"""The backup of a database that the operator runs, taken before a release migrates it (S3-130): pg_dump into a volume of its own.

A backup counts when it has been read again as a whole. It is written beside its name and renamed, so one that was cut off never
looks like one; what a killed run left is removed by a later one. The newest KEPT stay. The password goes from the Secret's file
into a pgpass file in the pod's memory: it is in no argument, no variable and no log.

To restore: `pg_restore --clean --if-exists --no-owner --dbname=testgen <file>` (docs/RELEASE-CHECKS.md).
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import pods
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

KEPT: Final = 3
DEADLINE_SECONDS: Final = 3600
RETRIES: Final = 2
BACKUPS: Final = "/backups"
PASSWORD_DIRECTORY: Final = "/etc/postgresql-secrets"  # noqa: S105 - a folder
AMOUNTS: Final[Json] = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}}

SCRIPT: Final = r"""
set -eu
umask 077
whole="$BACKUPS/$RELEASE.dump"
part="$BACKUPS/.$RELEASE.$HOSTNAME.partial"
trap 'rm -f "$part"' EXIT
trap 'exit 143' TERM INT
find "$BACKUPS" -maxdepth 1 -name '.*.partial' -mmin "+$STALE_MINUTES" -delete
printf '%s:%s:%s:%s:%s\n' "$PGHOST" "$PGPORT" "$PGDATABASE" "$PGUSER" \
  "$(sed 's/[\\:]/\\&/g' "$PASSWORD_FILE")" > "$SCRATCH/pgpass"
export PGPASSFILE="$SCRATCH/pgpass"
taken=$(date -u +%Y-%m-%dT%H:%M:%SZ)
pg_dump --format=custom --no-password --lock-wait-timeout=60s --file="$part"
# The list alone would not notice a file that is cut off: everything is read once more.
tables=$(pg_restore --list "$part" | grep -c ' TABLE DATA ') || { echo "the backup holds no table" >&2; exit 1; }
pg_restore --file=/dev/null "$part"
sync "$part"
size=$(wc -c < "$part" | tr -d ' ')
sum=$(sha256sum < "$part" | cut -d ' ' -f 1)
mv "$part" "$whole"
printf '%s  %s\n' "$sum" "$RELEASE.dump" > "$whole.sha256"
sync "$BACKUPS"
ls -1t "$BACKUPS" | grep '\.dump$' | tail -n "+$((KEPT + 1))" | while read -r old; do
  rm -f "$BACKUPS/$old" "$BACKUPS/$old.sha256"
done
printf '{"location":"%s/%s","sizeBytes":%s,"sha256":"%s","takenAt":"%s","tables":%s}\n' \
  "$VOLUME" "$RELEASE.dump" "$size" "$sum" "$taken" "$tables" > "$RESULT"
cat "$RESULT"
"""
"""POSIX sh with what a PostgreSQL image has. `ls -1t`: the names are those of releases, without a space."""


def volume(project: TestGenProject, facts: Facts) -> Manifest:
    """As large as the preset has the database: a compressed dump is smaller than its database, and there are KEPT of them. It
    stays as large as it was made, and lives as long as the database's own volume."""
    name, storage = names.upgrade_backups(project.name), project.spec.stores.postgres.storage
    live = facts.volumes.get(name)
    size = live.size if live is not None and live.size else storage.size or preset(project.spec.profile).postgres_storage
    spec: Json = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    wanted_class = storage.storage_class_name if live is None else live.storage_class
    if wanted_class:
        spec["storageClassName"] = wanted_class
    return manifest(
        project,
        "v1",
        "PersistentVolumeClaim",
        name,
        names.labels(project.name, "backup"),
        owned=project.spec.stores.deletion_policy == "Delete",
        spec=spec,
    )


def job_spec(project: TestGenProject, images: Images, release: str) -> Json:
    """The Job's spec for one release."""
    wanted, host = project.spec.stores.postgres, names.postgres(project.name)
    variables = {
        "BACKUPS": BACKUPS,
        "VOLUME": names.upgrade_backups(project.name),
        "RELEASE": release,
        "KEPT": str(KEPT),
        "STALE_MINUTES": str(2 * DEADLINE_SECONDS // 60),
        "SCRATCH": "/tmp",  # noqa: S108
        "RESULT": "/dev/termination-log",
        "PASSWORD_FILE": f"{PASSWORD_DIRECTORY}/password",
        "PGHOST": names.host(host, project.namespace),
        "PGPORT": str(names.PORT_POSTGRES),
        "PGUSER": "testgen",
        "PGDATABASE": "testgen",
        "PGCONNECT_TIMEOUT": "10",
        "HOME": "/tmp",  # noqa: S108
    }
    dump = pods.container(
        project,
        "backup",
        wanted.image or images.postgres,
        command=["sh", "-c", SCRIPT],
        amounts=AMOUNTS,
        env=[{"name": name, "value": value} for name, value in variables.items()],
        mounts=[("backups", BACKUPS), ("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[("password", PASSWORD_DIRECTORY)],
    )
    return {
        "backoffLimit": RETRIES,
        "activeDeadlineSeconds": DEADLINE_SECONDS,
        "template": {
            "metadata": {"labels": names.labels(project.name, "backup")},
            "spec": pods.pod(
                project,
                pods.UID_POSTGRES,
                containers=[dump],
                volumes=[
                    pods.claim("backups", names.upgrade_backups(project.name)),
                    pods.secret_volume("password", host, "password", "password"),
                    pods.scratch("tmp", "64Mi", memory=True),
                ],
                restartPolicy="Never",
                terminationGracePeriodSeconds=30,
            ),
        },
    }
