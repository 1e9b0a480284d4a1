"""Finding what the store knows: tokens, sparse and dense vectors, their fusion, the graph, and the search over all of them."""
