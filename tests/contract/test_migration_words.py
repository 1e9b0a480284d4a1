"""What a migration that gives up leaves is what the operator reads: the words in the status, the times of the Job."""

from __future__ import annotations

from testgen_operator.plan import migration
from testgen_operator.status.diagnosis import EXIT_VERSION_TOO_OLD, shorten
from testgen_runtime.errors import MigrationFailed, VersionTooOld
from testgen_runtime.operations.last_words import record
from testgen_runtime.storage.migration_session import Limits, failed
from testgen_runtime.storage.schema import Standing


def test_a_version_that_is_too_old_is_told_with_the_way_out() -> None:
    try:
        Standing("0014", "0014").fits("0012")
    except VersionTooOld as error:
        told = shorten(record(error))

    assert told == (
        "VersionTooOld: this version knows the schema up to 0012, the database serves versions from 0014 on — "
        "run a version that knows schema 0014, or restore the backup taken before the upgrade"
    )


def test_a_version_that_is_too_old_is_known_by_its_exit_code() -> None:
    assert VersionTooOld.exit_code == EXIT_VERSION_TOO_OLD != MigrationFailed.exit_code


def test_a_failed_step_is_told_with_what_stays_and_how_to_go_on() -> None:
    told = shorten(record(failed("0013", 'column "nowhere" does not exist', "run testgen migrate again")))

    assert told.startswith("MigrationFailed: step 0013 failed: column")
    assert "the schema is as it was before it — run testgen migrate again" in told


def test_a_statement_gives_up_before_its_job_does() -> None:
    limits = Limits()

    assert limits.statement < migration.DEADLINE_SECONDS
    assert limits.within < migration.DEADLINE_SECONDS
