// The pause image's program; only the standard library.
module testgen.dev/cluster/tools/pause

go 1.24.0
