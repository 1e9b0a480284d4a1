"""Review of cases: who decided what and why, revisions with what changed, staleness, comments, text search, filters.

Older processes go on writing while this is new: every column that they do not know has a default or is filled by the server.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

HAN = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+"


def upgrade() -> None:
    for statement in (WORDS, SEARCH, QUERY, CASES, REVISIONS, COMMENTS, JOB_CASES, JOB_CASES_TRIGGER, INDEXES):
        op.execute(statement)


# What a text can be found by: its words in lower case (the first 100 characters of each), and every two Chinese characters in a
# row. The server has no dictionary for Chinese and may have no pg_trgm. The body is bound when the function is made, so it does
# not depend on a search_path (pg_restore sets none).
WORDS = rf"""
CREATE FUNCTION search_words(given text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  WITH shown AS (SELECT lower(normalize(given, NFKC)) AS line),
  found AS (
    SELECT left(word, 100) AS word
    FROM shown, regexp_split_to_table(regexp_replace(shown.line, '{HAN}', ' ', 'g'), '\W+') AS word
    UNION
    SELECT substr(run[1], place, 2)
    FROM shown, regexp_matches(shown.line, '{HAN}', 'g') AS run, generate_series(1, length(run[1])) AS place)
  SELECT coalesce(array_agg(word), '{{}}') FROM found WHERE word <> ''
)
"""  # noqa: S608 - constant ranges

SEARCH = """
CREATE FUNCTION case_search(body jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT array_to_tsvector(search_words(string_agg(line #>> '{}', ' ')))
  FROM (
    SELECT jsonb_path_query(body, '$.title') AS line
    UNION ALL SELECT jsonb_path_query(body, '$.requirement_ids[*]')
    UNION ALL SELECT jsonb_path_query(body, '$.preconditions[*]')
    UNION ALL SELECT jsonb_path_query(body, '$.steps[*].*')
    UNION ALL SELECT jsonb_path_query(body, '$.test_data.*')) lines
)
"""

# All words have to be there; those of three characters and more may be the beginning of a longer one. The last character of a
# Chinese run is in the pair before it; one that stands alone is the beginning of a pair. NULL where nothing can be looked for.
QUERY = rf"""
CREATE FUNCTION search_query(given text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  WITH shown AS (SELECT lower(normalize(given, NFKC)) AS line),
  found AS (
    SELECT quote_literal(left(word, 100)) || CASE WHEN length(word) > 2 THEN ':*' ELSE '' END AS term
    FROM shown, regexp_split_to_table(regexp_replace(shown.line, '{HAN}', ' ', 'g'), '\W+') AS word WHERE word <> ''
    UNION
    SELECT quote_literal(substr(run[1], place, 2)) || CASE WHEN length(run[1]) = 1 THEN ':*' ELSE '' END
    FROM shown, regexp_matches(shown.line, '{HAN}', 'g') AS run,
      generate_series(1, greatest(length(run[1]) - 1, 1)) AS place)
  SELECT string_agg(term, ' & ')::tsquery FROM found
)
"""  # noqa: S608 - constant ranges

# `edited_by`: the person whose words these are, NULL for words that nobody has touched since they were generated.
CASES = """
ALTER TABLE cases
    ADD COLUMN edited_by      text,
    ADD COLUMN edited_at      timestamptz,
    ADD COLUMN decided_by     text,
    ADD COLUMN decided_at     timestamptz,
    ADD COLUMN reason         text,
    ADD COLUMN stale          text CHECK (stale IN ('requirement-changed', 'requirement-removed', 'point-gone')),
    ADD COLUMN stale_since    timestamptz,
    ADD COLUMN priority       text GENERATED ALWAYS AS (body ->> 'priority') STORED,
    ADD COLUMN author         text GENERATED ALWAYS AS (coalesce(body ->> 'model', written_by)) STORED,
    ADD COLUMN prompt_version text GENERATED ALWAYS AS (body ->> 'prompt_version') STORED,
    ADD COLUMN search         tsvector GENERATED ALWAYS AS (case_search(body)) STORED,
    ADD CONSTRAINT cases_status_known CHECK (status IN ('draft', 'confirmed', 'rejected')),
    ADD CONSTRAINT cases_rejected_for_a_reason CHECK (status <> 'rejected' OR reason IS NOT NULL) NOT VALID
"""

REVISIONS = """
ALTER TABLE case_revisions
    ADD COLUMN action  text NOT NULL DEFAULT 'generated',
    ADD COLUMN status  text NOT NULL DEFAULT 'draft',
    ADD COLUMN changed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN reason  text,
    ADD COLUMN stale   text
"""

COMMENTS = """
CREATE TABLE case_comments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    text NOT NULL REFERENCES cases ON DELETE CASCADE,
    revision   integer NOT NULL,
    author     text NOT NULL,
    text       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX case_comments_of_case ON case_comments (case_id, id)
"""

# The cases of a job in their order without a look at all of them. The server fills the column, for older processes as well.
JOB_CASES = """
ALTER TABLE job_cases ADD COLUMN case_seq bigint;
UPDATE job_cases j SET case_seq = c.seq FROM cases c WHERE c.id = j.case_id;
CREATE INDEX job_cases_in_order ON job_cases (job_id, case_seq);
CREATE FUNCTION number_job_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT seq INTO NEW.case_seq FROM cases WHERE id = NEW.case_id;
  RETURN NEW;
END $$
"""

JOB_CASES_TRIGGER = """
CREATE TRIGGER job_cases_numbered BEFORE INSERT ON job_cases FOR EACH ROW EXECUTE FUNCTION number_job_case()
"""

INDEXES = """
CREATE INDEX cases_of_document ON cases (document_id, seq);
CREATE INDEX cases_of_requirement ON cases (requirement_id, seq);
CREATE INDEX cases_by_status ON cases (status, seq);
CREATE INDEX cases_by_technique ON cases (technique, seq);
CREATE INDEX cases_by_priority ON cases (priority, seq);
CREATE INDEX cases_by_writer ON cases (written_by, seq);
CREATE INDEX cases_stale ON cases (seq) WHERE stale IS NOT NULL;
CREATE INDEX cases_search ON cases USING gin (search)
"""
