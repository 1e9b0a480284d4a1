"""What is known and findable: chunks of documents, the outbox that tells of their changes, the indexes that follow it."""
