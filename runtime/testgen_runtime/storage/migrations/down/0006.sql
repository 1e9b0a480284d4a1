-- Gives up: knowledge entries (glossary, checks, past cases) = SELECT count(*) FROM knowledge
ALTER TABLE index_cursor DROP COLUMN rebuild;
DROP TABLE index_rebuild, knowledge;
