-- The search indexes are made anew from documents by the next way up; embeddings are computed once more.
-- Gives up: computed embeddings = SELECT count(*) FROM embedding
DROP TABLE index_cursor, outbox, embedding, chunk;
