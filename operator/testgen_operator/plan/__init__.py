"""Pure planning: a project and the facts about its children in, the objects that should exist out."""
