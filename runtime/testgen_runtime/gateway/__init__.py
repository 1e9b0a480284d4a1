"""The way to a model: route -> reserve budget -> call -> settle. One path for every call."""
