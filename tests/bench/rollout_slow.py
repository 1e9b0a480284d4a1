"""Jobs that take as long as a model would: none of their requirements is done in less than a second.

Without a model a job is over in less time than an old pod stays after its switch, and no follower would ever be cut off. The time
passes in the database, so that it costs the node nothing; rules write the cases as they do for any other job.
"""

from __future__ import annotations

from typing import Final

from tests.cluster.kube import Cluster

SLOW: Final = "SLOW"
"""What the ids of such requirements begin with."""
SLOW_REQUIREMENTS: Final = 75
"""Longer than a bake and what is left of the old pods after it: whoever follows across a switch is cut."""
_SECONDS: Final = 1.0
_TRIGGER: Final = f"""
CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_sleep({_SECONDS:g}); RETURN NEW; END';
CREATE OR REPLACE TRIGGER take_time BEFORE INSERT ON job_checkpoints
  FOR EACH ROW WHEN (NEW.requirement_id LIKE '{SLOW}-%') EXECUTE FUNCTION take_time();
"""


async def slow_jobs(cluster: Cluster, project: str) -> None:
    """From now on requirements marked SLOW take their time in this project's database. May be called again."""
    psql = ("psql", "-h", "/var/run/postgresql", "-U", "testgen", "-d", "testgen", "-Xqc", _TRIGGER)
    await cluster.kubectl("exec", f"{project}-postgres-0", "--", *psql)
