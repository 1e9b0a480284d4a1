"""Tables of English words that grammar alone does not tell."""

from __future__ import annotations

from typing import Final

from testgen_runtime.documents.vocabulary import words

NO_VERB: Final = words(
    "the a an its his her their all any each every it them this that these those no not which with to at as in into on from "
    "by of for if when where whereas unless until while after before under over between is are was were has have had be been "
    "does do did must shall may can more less fewer older younger longer shorter larger smaller higher lower heavier lighter "
    "greater later earlier better"
)
"""Words that follow "and" without being its verb."""
STARTERS: Final = words(
    "For In On At To With During From By Some Both The A An Any Each Every All This That These Those It Its No Only Users "
    "User Customers Customer Orders Order Files File Passwords Password Requests Request Free Payments Payment If When "
    "Access Other Only Upon After Before Invalid Nobody"
)
"""Words that have a capital only because a sentence starts with them."""
PARTICIPLES: Final = dict(
    pair.split(":")
    for pair in words(
        "paid:pay sent:send shown:show made:make begun:begin written:write read:read set:set put:put chosen:choose "
        "given:give taken:take held:hold kept:keep left:leave lent:lend sold:sell bought:buy built:build done:do "
        "drawn:draw driven:drive found:find known:know lost:lose met:meet told:tell withdrawn:withdraw run:run "
        "split:split reset:reset cut:cut overridden:override borrowed:borrow undone:undo rebuilt:rebuild resent:resend "
        "spent:spend cancelled:cancel labelled:label modelled:model signalled:signal referred:refer transferred:transfer "
        "occurred:occur deferred:defer preferred:prefer submitted:submit permitted:permit admitted:admit omitted:omit "
        "committed:commit booked:book controlled:control enrolled:enroll planned:plan scanned:scan stopped:stop "
        "shipped:ship dropped:drop logged:log tagged:tag swapped:swap granted:grant printed:print accepted:accept "
        "edited:edit created:create deleted:delete updated:update closed:close released:release changed:change "
        "approved:approve removed:remove saved:save used:use stored:store shared:share merged:merge archived:archive "
        "renamed:rename moved:move revoked:revoke charged:charge exchanged:exchange activated:activate refused:refuse "
        "issued:issue reserved:reserve invited:invite published:publish placed:place replaced:replace renewed:renew "
        "reviewed:review viewed:view opened:open returned:return entered:enter"
    )
)
"""Participle → verb, where the ending does not tell ("shipped" → "ship", "paid" → "pay")."""
