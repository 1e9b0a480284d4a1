"""Every Cypher statement, as a constant. Nothing is ever put into one: tenants' text travels as parameters.

(:Document)-[:CONTAINS]->(:Section)-[:CONTAINS]->(:Section|Requirement), (:Requirement)-[:SHARES_STATE]->(:State),
-[:SAME_ACTOR]->(:Actor), -[:MENTIONS]->(:Term), -[:REFERS_TO]->(:Requirement). Every node carries `project`, and every MATCH asks
for it. What requirements share is a node of its own, so that n requirements cost n edges and not n².
"""

from __future__ import annotations

from typing import Final, LiteralString

SCHEMA: Final[tuple[LiteralString, ...]] = (
    "CREATE CONSTRAINT testgen_requirement IF NOT EXISTS FOR (n:Requirement) REQUIRE (n.project, n.id) IS UNIQUE",
    "CREATE CONSTRAINT testgen_document IF NOT EXISTS FOR (n:Document) REQUIRE (n.project, n.id) IS UNIQUE",
    "CREATE CONSTRAINT testgen_section IF NOT EXISTS FOR (n:Section) REQUIRE (n.project, n.id) IS UNIQUE",
    "CREATE CONSTRAINT testgen_state IF NOT EXISTS FOR (n:State) REQUIRE (n.project, n.name) IS UNIQUE",
    "CREATE CONSTRAINT testgen_actor IF NOT EXISTS FOR (n:Actor) REQUIRE (n.project, n.name) IS UNIQUE",
    "CREATE CONSTRAINT testgen_term IF NOT EXISTS FOR (n:Term) REQUIRE (n.project, n.name) IS UNIQUE",
    "CREATE CONSTRAINT testgen_index IF NOT EXISTS FOR (n:TestGenIndex) REQUIRE n.project IS UNIQUE",
    "CREATE INDEX testgen_requirement_ref IF NOT EXISTS FOR (n:Requirement) ON (n.project, n.ref)",
)

INSTANCE: Final[LiteralString] = "MATCH (i:TestGenIndex {project: $project, shape: $shape}) RETURN i.instance AS instance"

# What serves is `instance`; a filling in progress leaves it alone until it is done.
SERVE: Final[LiteralString] = "MERGE (i:TestGenIndex {project: $project}) SET i.instance = $instance, i.shape = $shape"

PUT_DOCUMENTS: Final[LiteralString] = """
UNWIND $rows AS row
MERGE (d:Document {project: $project, id: row.document_id})
SET d.title = row.title, d.generation = coalesce($generation, d.generation)
"""

PUT_REQUIREMENTS: Final[LiteralString] = """
UNWIND $rows AS row
MERGE (r:Requirement {project: $project, id: row.id})
SET r.ref = row.ref, r.document_id = row.document_id, r.ordinal = row.ordinal, r.title = row.title, r.text = row.text,
    r.generation = coalesce($generation, r.generation)
"""

CLEAR_EDGES: Final[LiteralString] = """
MATCH (r:Requirement {project: $project}) WHERE r.id IN $ids
OPTIONAL MATCH (r)-[named:SHARES_STATE|SAME_ACTOR|MENTIONS|REFERS_TO]->({project: $project})
DELETE named
WITH DISTINCT r
OPTIONAL MATCH ({project: $project})-[held:CONTAINS]->(r)
DELETE held
"""

# `path` holds the ids of the sections from the outermost in; `titles` their headings.
PUT_SECTIONS: Final[LiteralString] = """
UNWIND $rows AS row
MERGE (d:Document {project: $project, id: row.document_id})
FOREACH (n IN range(0, size(row.path) - 1) |
    MERGE (s:Section {project: $project, id: row.path[n]})
    SET s.title = row.titles[n], s.generation = coalesce($generation, s.generation)
)
"""

LINK_SECTIONS: Final[LiteralString] = """
UNWIND $rows AS row
UNWIND range(0, size(row.path) - 1) AS n
MATCH (s:Section {project: $project, id: row.path[n]})
OPTIONAL MATCH (outer:Section {project: $project, id: row.path[n - 1]}) WHERE n > 0
MATCH (d:Document {project: $project, id: row.document_id})
WITH s, CASE WHEN n > 0 THEN outer ELSE d END AS parent
MERGE (parent)-[:CONTAINS]->(s)
"""

LINK_REQUIREMENTS: Final[LiteralString] = """
UNWIND $rows AS row
MATCH (r:Requirement {project: $project, id: row.id})
MATCH (d:Document {project: $project, id: row.document_id})
OPTIONAL MATCH (s:Section {project: $project, id: row.path[-1]})
WITH r, coalesce(s, d) AS parent
MERGE (parent)-[:CONTAINS]->(r)
"""

LINK_STATES: Final[LiteralString] = """
UNWIND $rows AS row UNWIND row.states AS name
MATCH (r:Requirement {project: $project, id: row.id})
MERGE (s:State {project: $project, name: name})
MERGE (r)-[:SHARES_STATE]->(s)
"""

LINK_ACTORS: Final[LiteralString] = """
UNWIND $rows AS row UNWIND row.actors AS name
MATCH (r:Requirement {project: $project, id: row.id})
MERGE (a:Actor {project: $project, name: name})
MERGE (r)-[:SAME_ACTOR]->(a)
"""

LINK_TERMS: Final[LiteralString] = """
UNWIND $rows AS row UNWIND row.terms AS name
MATCH (r:Requirement {project: $project, id: row.id})
MERGE (t:Term {project: $project, name: name})
MERGE (r)-[:MENTIONS]->(t)
"""

# The requirement referred to may come later: a node without text stands in for it and is never found.
LINK_REFERENCES: Final[LiteralString] = """
UNWIND $rows AS row UNWIND row.refers AS id
MATCH (r:Requirement {project: $project, id: row.id})
MERGE (other:Requirement {project: $project, id: id})
MERGE (r)-[:REFERS_TO]->(other)
"""

PUT: Final[tuple[LiteralString, ...]] = (
    PUT_REQUIREMENTS,
    PUT_SECTIONS,
    LINK_SECTIONS,
    LINK_REQUIREMENTS,
    LINK_STATES,
    LINK_ACTORS,
    LINK_TERMS,
    LINK_REFERENCES,
)

# Something may still refer to it: then a node without text stays.
REMOVE_REFERRED: Final[LiteralString] = """
MATCH (r:Requirement {project: $project})<-[:REFERS_TO]-(:Requirement {project: $project}) WHERE r.id IN $ids
REMOVE r.text, r.ref, r.ordinal, r.title
"""
REMOVE_REQUIREMENTS: Final[LiteralString] = """
MATCH (r:Requirement {project: $project}) WHERE r.id IN $ids AND NOT EXISTS { (r)<-[:REFERS_TO]-() }
DETACH DELETE r
"""
REMOVE_DOCUMENTS: Final[LiteralString] = """
MATCH (d:Document {project: $project}) WHERE d.id IN $documents
OPTIONAL MATCH (d)-[:CONTAINS*1..12]->(s:Section {project: $project})
DETACH DELETE d, s
"""
REMOVE_ORPHANS: Final[LiteralString] = """
MATCH (n:State|Actor|Term {project: $project}) WHERE NOT EXISTS { (n)<--() }
WITH n LIMIT $limit DETACH DELETE n
"""

SWEEP: Final[LiteralString] = """
MATCH (n:Document|Section|Requirement {project: $project})
WHERE coalesce(n.generation, '') <> $generation AND NOT EXISTS { (n)<-[:REFERS_TO]-({generation: $generation}) }
WITH n LIMIT $limit DETACH DELETE n
RETURN count(*) AS removed
"""

BY_REFERENCE: Final[LiteralString] = """
MATCH (r:Requirement {project: $project}) WHERE r.ref IN $refs AND r.text IS NOT NULL
RETURN r.id AS id ORDER BY id LIMIT $limit
"""

# A name that more than $hub requirements share tells nothing about any two of them.
NEIGHBOURS: Final[LiteralString] = """
MATCH (seed:Requirement {project: $project}) WHERE seed.id IN $seeds
CALL (seed) {
    MATCH (seed)-[:REFERS_TO]-(n:Requirement {project: $project})
    WHERE n.text IS NOT NULL
    RETURN n, 'REFERS_TO' AS relation, 1.0 AS score, '' AS via ORDER BY n.id LIMIT $fan_out
  UNION
    MATCH (seed)-[:SHARES_STATE]->(h:State {project: $project})
    WITH seed, h, COUNT { (h)<-[:SHARES_STATE]-() } AS degree WHERE degree <= $hub
    MATCH (h)<-[:SHARES_STATE]-(n:Requirement {project: $project}) WHERE n <> seed AND n.text IS NOT NULL
    RETURN n, 'SHARES_STATE' AS relation, 0.8 / degree AS score, h.name AS via ORDER BY score DESC, n.id LIMIT $fan_out
  UNION
    MATCH (seed)-[:MENTIONS]->(h:Term {project: $project})
    WITH seed, h, COUNT { (h)<-[:MENTIONS]-() } AS degree WHERE degree <= $hub
    MATCH (h)<-[:MENTIONS]-(n:Requirement {project: $project}) WHERE n <> seed AND n.text IS NOT NULL
    RETURN n, 'MENTIONS' AS relation, 0.6 / degree AS score, h.name AS via ORDER BY score DESC, n.id LIMIT $fan_out
  UNION
    MATCH (seed)-[:SAME_ACTOR]->(h:Actor {project: $project})
    WITH seed, h, COUNT { (h)<-[:SAME_ACTOR]-() } AS degree WHERE degree <= $hub
    MATCH (h)<-[:SAME_ACTOR]-(n:Requirement {project: $project}) WHERE n <> seed AND n.text IS NOT NULL
    RETURN n, 'SAME_ACTOR' AS relation, 0.4 / degree AS score, h.name AS via ORDER BY score DESC, n.id LIMIT $fan_out
}
WITH n, relation, score, via WHERE NOT n.id IN $seeds AND ($documents IS NULL OR n.document_id IN $documents)
ORDER BY score DESC, n.id
WITH n, collect({relation: relation, via: via})[0] AS first, sum(score) AS score
RETURN n.id AS id, n.document_id AS document_id, n.title AS title, n.text AS text,
       first.relation AS relation, first.via AS via, score
ORDER BY score DESC, id LIMIT $limit
"""
