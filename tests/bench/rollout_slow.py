"""Jobs that take as long as a model would: none of their requirements is done in less than a second.

Without a model a job is over in less time than an old pod stays after its switch, and no follower would ever be cut off. The time
passes in the database, so that it costs the node nothing; rules write the cases as they do for any other job.
"""

from __future__ import annotations

from typing import Final

from tests.cluster.kube import Cluster

SLOW: Final = "slow field"
"""What such requirements speak of."""
SLOW_REQUIREMENTS: Final = 75
"""Longer than a bake and what is left of the old pods after it: whoever follows across a switch is cut."""
SECONDS: Final = 1.0
TRIGGER: Final = f"""
CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM jobs j JOIN requirements r ON r.document_id = j.document_id AND r.id = NEW.requirement_id
    WHERE j.id = NEW.job_id AND position('{SLOW}' IN r.text) > 0
  ) THEN
    PERFORM pg_sleep({SECONDS:g});
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER take_time BEFORE INSERT ON job_checkpoints FOR EACH ROW EXECUTE FUNCTION take_time();
"""


def fields(n: int, count: int, noun: str = "field") -> str:
    """A document of so many requirements with a limit each, another one for each `n`."""
    return "# Fields\n\n" + "\n\n".join(
        f"F-{n}-{one}: The {noun} number {one} must have {one + 1} to {one + 50 + n % 97} characters."
        for one in range(1, count + 1)
    )


async def slow_jobs(cluster: Cluster, project: str) -> None:
    """From now on requirements marked SLOW take their time in this project's database. May be called again."""
    psql = ("psql", "-h", "/var/run/postgresql", "-U", "testgen", "-d", "testgen", "-Xqc", TRIGGER)
    await cluster.kubectl("exec", f"{project}-postgres-0", "--", *psql)
