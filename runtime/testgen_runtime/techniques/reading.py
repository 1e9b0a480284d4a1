"""How the atoms of one requirement belong together: its factors, and the rules that they make."""

from __future__ import annotations

from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques import lifted, role_states, scope
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.contexts import contextual, in_context_of, of_one_role, unlimited_role, without_contexts
from testgen_runtime.techniques.emptiness import with_lower_end
from testgen_runtime.techniques.factors import Rule
from testgen_runtime.techniques.limits import ranges
from testgen_runtime.techniques.observed import is_observed
from testgen_runtime.techniques.role_factors import by_act
from testgen_runtime.techniques.ruling import combined, words
from testgen_runtime.techniques.told_conditions import conditions_of, excepted, sparing
from testgen_runtime.techniques.told_factors import constraints_of
from testgen_runtime.techniques.view import View
from testgen_runtime.techniques.vocabulary import Vocabulary


def rules(view: View, vocabulary: Vocabulary, width: Width = 3) -> tuple[Rule, ...]:
    """The rules of a requirement; none where it has nothing to vary. `width`: two or three values at each boundary."""
    found = with_lower_end(view, ranges([(a, v) for a, v in view.of(Limit) if not is_observed(view, a, v)]))
    if moved := tuple(words(view, rule, None) for rule in lifted.rules(view, found, width)):
        return moved
    if scoped := tuple(words(view, rule, places) for rule, places in scope.rules(view, found, width)):
        return scoped
    if matrix := tuple(words(view, rule, frozenset({place})) for rule, place in role_states.rules(view)):
        return matrix
    two_sides, found = found, scope.joined(view, found)
    apart = (contextual(found) or of_one_role(view, found)) if len(found) == len(two_sides) else []
    constraints = constraints_of(view, vocabulary, [r for r in found if r not in apart], width)
    constraints, conditions = conditions_of(view, constraints, [atom for r in apart for atom in r.atoms], found)
    in_context, used = in_context_of(view, apart, constraints, conditions, width)
    conditions = sparing(view, conditions)
    constraints = excepted(without_contexts(constraints, in_context), conditions)
    constraints = scope.restricted(view, constraints, conditions, found)
    in_context = (*in_context, *unlimited_role(view, apart, width))
    together = combined(view, constraints, [p for p in conditions if p.factor not in used])
    return (*together, *in_context, *by_act(view, vocabulary))
