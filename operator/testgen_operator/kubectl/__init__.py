"""`kubectl testgen`: what people do with projects from a terminal. Looks at everything, changes only what it is told to."""
