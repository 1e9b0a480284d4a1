"""One rule as a text tells it: its conditions in words, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NEED: Final = "须"
"""What a demand begins with that is no limit: 须持有会员卡."""


@dataclass(frozen=True, slots=True)
class Told:
    """One rule in words. `said`: its conditions, all of which must hold; `act`: what the verdict is about ("" where not named);
    `seen`: the verdict in words.

    `only`: where they do not hold the opposite is so, as long as the first `within` of them do ("病历封存后，仅管理员可以查阅").
    `rest`: it is so where no other rule says anything. `spares`: an exception.
    `beside`: that rest is only of other values ("a larger group"), and not of what else is asked for.
    `declares`: only which names there are.
    `demand`: a limit or a need that must be met; where it is not, it is refused. `listed`: its only condition is a list of names.
    """

    said: tuple[str, ...]
    accepts: bool
    act: str = ""
    seen: str = ""
    only: bool = False
    within: int = 0
    rest: bool = False
    beside: bool = False
    spares: bool = False
    demand: str = ""
    listed: bool = False
    declares: bool = False
