"""From test points to cases: the model or the rules word them, gates judge them, a loop closes what is uncovered."""
