"""Roles in a Chinese rule: who may do something and who may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.documents.atoms.clauses import Subordinate, Unit
from testgen_runtime.documents.atoms.roles_named import Mention
from testgen_runtime.documents.vocabulary import words

_ROLE = words_zh.ROLE.pattern
_ROLES = rf"(?P<who>{_ROLE}(?:\s?(?:、|或者|以及|或|和|及|与)\s?{_ROLE}){{0,9}})"
_QUOTED_ROLES = r"(?P<who>(?:[“\"「][^”\"」\n]{1,16}[”\"」]\s?(?:、|或者|以及|或|和|及|与)?\s?){1,9}|[\u4e00-\u9fff]{2,10}?)"
_MODAL = (
    r"(?P<modal>只能|仅能|只可|仅可|才可以|才能够?|才可|方可|方能|即可|可以|能够|有权限?|允许|可(?![能见用])|能|不得|不能|不可以|不可|不允许|不应|不准|禁止|严禁|无权限?|"
    r"没有权限?|无法|不予)"
)
_OFTEN = r"(?:(?:每[次天日月年周笔]|单[次笔个张]|一次|最多|至多|同时|均|都|也|一律){1,3}\s?)?"
_ONLY = re.compile(
    rf"^(?:系统(?!管理|用户|运维|操作|运营|工程))?(?:但是?|而|其中)?(?P<only>只有|仅有|仅限|仅|只允许|仅允许|只限)?\s?(?:具有|拥有|角色为)?\s?[“\"「]?(?:[\u4e00-\u9fff]{{2,4}}的(?=[\u4e00-\u9fff]{{2,6}}[和、及与]))?{_ROLES}[”\"」]?\s?(?:角色)?"
    rf"(?:的用户)?\s?{_OFTEN}{_MODAL}\s?(?P<what>[^，,。；;]{{1,60}})"
)
_WITH_ROLE = re.compile(
    rf"^(?P<only>只有|仅有|仅限|仅)?\s?(?:用户)?(?:角色|身份|岗位|职位)(?:为|是)\s?{_QUOTED_ROLES}\s?的\s?(?:用户|人员|账号|账户|员工|成员)\s?{_OFTEN}{_MODAL}"
    r"\s?(?P<what>[^，,。；;]{1,60})"
)
_PERMITTED_FIRST = re.compile(
    rf"^(?:系统(?!管理|用户|运维|操作|运营|工程)|平台|接口)?(?:应当?|必须|须)?(?P<modal>(?P<only>只允许|仅允许|只授权|仅授权|只准)|不允许|不准|允许|禁止|严禁|拒绝|授权)\s?{_ROLES}\s?"
    r"(?P<what>(?!的|为|是|在|密码|账[号户]|状态|角色|数量|之间|同时|年龄|等级|余额)[^，,。；;]{2,40})"
)
ROLES_FIRST = re.compile(
    rf"{_ROLES}(?=\s?(?!的|为|是|在|密码|账[号户]|状态|角色|数量|之间|同时|年龄|等级|余额)[\u4e00-\u9fff]{{2}})"
)
_SPARED = re.compile(
    rf"^除了?\s?[“\"「]?{_ROLES}[”\"」]?\s?(?:以外|之外|外)?[，,]?\s?(?P<others>[\u4e00-\u9fff、]{{1,24}}?)(?:均|都|一律)?{_MODAL}\s?(?P<what>[^，,。；;]{{1,60}})"
)
# "市场部和销售部的员工可以 …": the staff of several units.
_UNIT = r"[\u4e00-\u9fff]{1,6}?(?:部门?|处|科室?|组|中心|局|院|所|车间|分公司)"
_STAFF = re.compile(
    rf"^(?P<only>只有|仅有|仅限|仅)?(?P<who>{_UNIT}(?:(?:、|和|或者?|及|与|以及){_UNIT}){{0,9}})的?(?P<staff>员工|人员|成员|同事|职员)(?:才|均|都)?"
    rf"{_MODAL}\s?(?P<what>[^，,。；;]{{1,60}})"
)
# "主播和房管可以 …": what stands beside a known role in a list is one too.
_IN_A_LIST = re.compile(
    rf"^(?:[\u4e00-\u9fff]{{2,6}}?(?=仅))?(?P<only>只有|仅有|仅限|仅)?(?P<who>(?:(?!仅)[\u4e00-\u9fff]){{2,6}}(?:(?:、|和|或|及|与)[\u4e00-\u9fff]{{2,6}}){{1,5}}?)(?:均|都|才)?{_MODAL}\s?(?P<what>[^，,。；;]{{1,60}})"
)
_OWNS = re.compile(
    rf"^(?P<only>只有|仅有|仅限|仅)?\s?{_ROLES}\s?(?:对[^，,。；;]{{1,12}}?)?(?:均|都|才)?(?P<modal>不具有|不具备|不拥有|没有|无|具有|具备|拥有|享有|有)\s?(?P<what>[^，,。；;的]{{1,20}}?)的?(?:权限|权利|资格)$"
)
# "采购经理下达订单的金额不受限制": no limit binds this role.
_UNBOUND = re.compile(rf"^(?:但是?|而|其中)?{_ROLES}(?P<what>[^，,。；;\d]{{0,16}}?)不(?:受[^，,。；;]{{0,8}}限制?|限制?)$")
# "学生最多借 5 本书", "专员的审批额度不超过 1 万元": a limit of their own.
_HAS_A_LIMIT = re.compile(
    rf"^(?:但是?|而|其中)?{_ROLES}(?:的)?[^，,。；;\d]{{0,14}}?(?:最[多少高低大小长短]|至[多少]|不(?:得|能|可)?(?:超过|少于|多于|高于|低于|大于|小于)|上限|下限|限|为|是|可)"
)
_WHEN = re.compile(
    rf"^(?:当|如果|若)?\s?{_ROLES}\s?(?:尝试|试图|请求|申请)?(?P<what>[^，,。；;]{{1,40}}?)(?:时|的请求|的|[，,]\s?或者?|$)"
)
_OTHERS_NAMED = re.compile(
    rf"^(?:但|而|对|对于)?(?:(?:其他|其余|其它)[\u4e00-\u9fff]{{0,4}}[（(](?:如|例如|比如|包括|含)?{_ROLES}等?[）)]|(?:其他|其余|其它)[\u4e00-\u9fff]{{0,6}}?(?:如|例如|比如){_ROLES.replace('?P<who>', '?P<such>')}|{_ROLES.replace('?P<who>', '?P<before>')}等(?:其他|其余|其它)(?:人员|角色|用户|岗位)?)"
)
"""Who else there is: "其他人员（如巡检员、实习生）", "巡检员、实习生等其他人员"."""
_GRANTED_TO = re.compile(
    rf"^(?P<what>[^，,。；;]{{2,20}}?)的?(?:权限|权利|资格)(?P<only>仅|只)?(?:授予|赋予|授权给|开放给|分配给|给予|属于|归){_ROLES}$|"
    rf"^(?P<act>[^，,。；;]{{2,20}}?)(?P<alone>仅|只)?属于?于?{_ROLES.replace('?P<who>', '?P<whose>')}的?(?:权限|职权|职责)$"
)
"""Who is given a right: "调阅档案的权限仅授予档案管理员"."""
_REQUEST_OF = re.compile(
    rf"^{_ROLES}(?:尝试|试图|请求|申请)?(?P<what>[^，,。；;的]{{2,30}})的?(?:请求|申请|操作|行为|尝试)(?:应当?|将|须|一律|均|会|要|必须|都)*(?:被|予以?|给予|由系统)?(?:拒绝|驳回|禁止|拦截|阻止)"
)
"""What somebody asks for is refused: "学生修改成绩的请求应予拒绝"."""
_DONE_BY = re.compile(
    rf"^(?P<object>[^，,。；;由]{{2,20}}?)(?:应当?|必须|须|统一|可以?)?由{_ROLES}(?:负责|进行|执行)?(?P<what>[^，,。；;\d]{{2,12}})$"
)
_BY = re.compile(rf"(?:只|仅)(?:能|可|允许)?(?:由|对|限|向)\s?{_ROLES}\s?(?:开放|可见|可用)?(?P<what>[^，,。；;]{{0,40}})")
_ROLE_IS = re.compile(r"(?:角色|身份)(?:为|是)\s?(?P<who>[^，,。；;时的]{2,40}?)(?=的|时|，|才|可|$)")
_ANY_USER = words("用户 系统 客户 人员 使用者 操作人 本人")
_APPROVES = re.compile("批准|同意|审批|授权|确认|签字|审核|核准|许可")
_OF_A_NUMBER = re.compile(
    r"[^，,。；;\d]{1,14}?(?:不得|不能|不可|不应)?(?:超过|超出|低于|高于|大于|小于|少于|多于|未满|不满|不足|年满|短于|长于)\s?\d"
)
"""A main clause that tells of a bound which of those who come are turned away."""
_ITS_ACT = re.compile(
    r"(?:不得|不能|不可以?|不允许|禁止|无法|拒绝|可以|允许)(?:用户|其|该用户)?(?P<act>(?!并|该|此|其|请求|操作|访问|登录|执行)[\u4e00-\u9fff]{2})"
)


def roles_in_chinese(unit: Unit) -> list[Mention]:
    """The roles that one rule permits or denies."""
    if (story := words_zh.STORY.match(unit.main.text)) and not unit.conditions and (roles := roles_of(story["role"])):
        at = unit.main.start
        return [Mention(roles, True, story["goal"].strip(), False, at + story.start("role"), at + story.end("role"))]
    if (others := _OTHERS_NAMED.match(unit.part.text)) and unit.verdict == "refuse":
        place = next(name for name in ("who", "such", "before") if others[name])
        if roles := roles_of(others[place]):
            return [Mention(roles, False, "", False, unit.part.start + others.start(place), unit.part.start + others.end(place))]
    named = _in_conditions(unit)
    return named or _staff(unit) or _in_main_clause(unit)


def is_unbound(unit: Unit) -> bool:
    """Whether a rule says nothing but that no limit binds a role; the role tells it."""
    return unit.language == "zh" and not unit.conditions and _UNBOUND.match(unit.main.text) is not None


def _staff(unit: Unit) -> list[Mention]:
    """ "市场部和销售部的员工可以 …", "除实习生外，市场部和销售部的员工均可 …"."""
    spared = _SPARED.match(unit.part.text)
    at = spared.start("others") if spared else 0
    found = _STAFF.match(unit.part.text[at:])
    if found is None or (unit.conditions and not spared):
        return []
    roles = tuple(f"{one}{found['staff']}" for one in lists.split(found["who"]))
    start, permitted = unit.part.start + at, _permits(found["modal"])
    staff = Mention(roles, permitted, found["what"].strip(), bool(found["only"]), start, start + found.end("staff"))
    if spared is None:
        return [staff]
    others = roles_of(spared["who"], alone=True)
    return [Mention(others, not permitted, found["what"].strip(), False, unit.part.start, start - 1), staff]


def _in_conditions(unit: Unit) -> list[Mention]:
    """ "访客导出账单时，系统应拒绝", "角色为管理员时可以 …"."""
    out: list[Mention] = []
    for condition in unit.conditions:
        text, start = condition.part.text, condition.part.start
        if match := _WHEN.match(text):
            roles = roles_of(match["who"])
            is_state = re.match(r"[已未没不是为有]|被(?!拒|驳)", match["what"]) is not None  # "财务人员已授权": what they did
            is_state = (
                is_state
                or re.match(
                    r"的|状态|年龄|等级|余额|无|资格|身份|[卡证价]|密码|名称|编号|信息|权益|积分|账|合同|押金|档案|姓名",
                    match["what"],
                )
                is not None
            )
            # "除非主管批准，不得取消": what somebody else does first
            is_state = is_state or not condition.holds or (_APPROVES.search(text) is not None and _acts_itself(unit, text))
            # "骑手接单时，电量低于 20% 的应禁止接单": the number decides
            is_state = is_state or (unit.verdict == "refuse" and _counts(unit, condition))
            if roles and not is_state and unit.verdict in ("refuse", "accept"):
                permitted = (unit.verdict == "accept") == condition.holds
                out.append(
                    Mention(
                        roles, permitted, match["what"].strip(), condition.only, start + match.start("who"), condition.part.end
                    )
                )
        if match := _ROLE_IS.search(text):
            out.append(
                Mention(
                    lists.split(match["who"]),
                    unit.verdict != "refuse",
                    _main_action(unit),
                    condition.only,
                    start + match.start(),
                    start + match.end(),
                )
            )
        elif condition.only and not out and (match := re.match(rf"{_ROLES}(?![已未没不尚])", text)):
            out.append(Mention(roles_of(match["who"]), True, text[match.end() :].strip(), True, start, start + match.end()))
    return out


def _counts(unit: Unit, condition: Subordinate) -> bool:
    """Whether something else of the rule than `condition` compares a number."""
    others = (unit.main, *(c.part for c in unit.conditions if c is not condition))
    return any(_OF_A_NUMBER.match(part.text) for part in others)


def _in_main_clause(unit: Unit) -> list[Mention]:
    body, at = unit.main.text, unit.main.start
    whole = not unit.conditions or unit.conditions[0].only
    for pattern in (_SPARED, _WITH_ROLE, _ONLY, _PERMITTED_FIRST, _OWNS, _IN_A_LIST):
        match = pattern.match(body)
        if match is None and pattern is _ONLY and whole:
            match, at = pattern.match(unit.part.text), unit.part.start
        if match is None:
            continue
        groups = match.groupdict()
        roles = lists.split(match["who"]) if pattern is _WITH_ROLE else roles_of(match["who"], alone=pattern is _SPARED)
        if pattern is _IN_A_LIST and not any(words_zh.ROLE.fullmatch(role) for role in roles):
            continue
        only = bool(groups.get("only")) or pattern is _SPARED
        permitted = _permits(match["modal"]) != (pattern is _SPARED)
        if roles and (only or not (len(roles) == 1 and roles[0] in _ANY_USER)):
            if unit.conditions and not only:
                permitted = True  # under a condition the role is who acts; whether it may depends on the condition
            return [Mention(roles, permitted, match["what"].strip(), only, at + match.start("who"), at + match.end())]
    if (match := _UNBOUND.match(body)) and not unit.conditions and (roles := roles_of(match["who"])):
        return [Mention(roles, True, "", False, at + match.start("who"), at + match.end("who"))]
    if unit.used and (match := _HAS_A_LIMIT.match(body)) and (roles := roles_of(match["who"])):
        return [Mention(roles, True, "", False, at + match.start("who"), at + match.end("who"))]
    if unit.verdict == "refuse" and (match := _REQUEST_OF.match(body)) and (roles := roles_of(match["who"])):
        return [Mention(roles, False, match["what"].strip(), False, at + match.start("who"), at + match.end("what"))]
    if (match := _GRANTED_TO.match(body)) and not unit.conditions and (roles := roles_of(match["who"] or match["whose"])):
        only, place = bool(match["only"] or match["alone"]), "who" if match["who"] else "whose"
        act = match["what"] or match["act"]
        return [Mention(roles, unit.verdict != "refuse", act, only, at + match.start(place), at + match.end(place))]
    other = unit.conditions or unit.used or unit.verdict == "refuse" or _BY.search(body)
    done_by = None if other else _DONE_BY.match(body)
    if (match := done_by) and (roles := roles_of(match["who"])) and not words_zh.SYSTEM.match(roles[0]):
        what = match["what"].strip()
        act = f"{what}{match['object']}" if len(what) <= 4 and len(match["object"]) <= 12 else what
        return [Mention(roles, True, act, False, at + match.start("who"), at + match.end("what"))]
    if match := _BY.search(body):
        before, what = body[: match.start()].strip(), (match["what"] or "").strip()
        told = f"{what}{before}" if 0 < len(what) <= 4 and 0 < len(before) <= 12 else what or before
        return [Mention(roles_of(match["who"]), True, told, True, at + match.start(), at + match.end())]
    return []


def _permits(modal: str) -> bool:
    return not modal.startswith(("不", "无", "没", "禁", "严", "拒"))


def _acts_itself(unit: Unit, condition: str) -> bool:
    """Whether the main clause permits or refuses an act that the condition does not name: "除非主管批准，不得取消"."""
    found = _ITS_ACT.search(unit.main.text)
    return found is not None and found["act"] not in condition


def _main_action(unit: Unit) -> str:
    modal = words_zh.MODAL.search(unit.main.text)
    return unit.main.text[modal.end() :].strip() if modal else unit.main.text


_ACTS_ON = re.compile(
    "(?:保存|修改|删除|添加|新增|移除|邀请|查询|更新|导入|导出|选择|切换|禁用|启用|停用)(?:成员|用户|员工|客户|会员|人员|学生|老师|教师|患者)"
)
"""Something that is done to people, and nobody's role."""


def roles_of(who: str, *, alone: bool = False) -> tuple[str, ...]:
    """The roles of a list; () where it names everybody, or people of whom something else is told."""
    roles = tuple(r for r in lists.split(who) if r)
    if any(re.search(r"[未已没不的]", r) or _ACTS_ON.match(r) for r in roles):
        return ()  # "未绑定手机号的用户" is a condition on anybody, "保存成员列表" an act
    return () if len(roles) == 1 and roles[0] in _ANY_USER and not alone else roles


_TWO_ACTS = re.compile(
    r"^(?P<first>[\u4e00-\u9fff]{2})(?:和|与|及|或|、|并|以及|或者)(?P<second>[\u4e00-\u9fff]{2})(?P<object>[\u4e00-\u9fffA-Za-z]{2,16})$"
)
_ALSO_NOT = re.compile(
    r"^(?:但是?|而|也|却|且)\s?(?P<modal>不得|不能|不可以?|不允许|禁止|无权|可以|有权)\s?(?P<what>[^，,。；;\d]{2,24})$"
)

_ANOTHER_WHO = re.compile(
    rf"^(?:但|而)?(?P<who>(?!其他|其它|其余)[\u4e00-\u9fff]{{2,6}}?)\s?{_OFTEN}{_MODAL}\s?(?P<what>[^，,。；;]{{2,60}})"
)


def operations(action: str) -> tuple[str, ...]:
    """The single acts of an action: "查看和编辑处方" → 查看处方, 编辑处方."""
    both = _TWO_ACTS.match(action)
    return (both["first"] + both["object"], both["second"] + both["object"]) if both else (action,)


def carried_on(unit: Unit, before: Sequence[Mention]) -> list[Mention]:
    """ "…，但不得下单": what the roles of the clause before may or may not do as well."""
    if not before or unit.conditions:
        return []
    other = _ANOTHER_WHO.match(unit.part.text)
    if other and before[-1].permitted and before[-1].action[:2] == other["what"][:2] and not words_zh.SYSTEM.match(other["who"]):
        # "记者可以编辑“草稿”…；主编可以编辑“待审”…": who may do the same is a role too
        start = unit.part.start + other.start("who")
        permitted = _permits(other["modal"])
        return [Mention((other["who"],), permitted, other["what"].strip(), False, start, unit.part.start + other.end("who"))]
    found = _ALSO_NOT.match(unit.part.text)
    if found is None:
        return []
    roles = before[-1].roles
    return [Mention(roles, _permits(found["modal"]), found["what"].strip(), False, unit.part.start, unit.part.end)]


def by_operation(found: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions of a requirement by what is done, where it denies a role one act and permits it another."""
    singles = [replace(m, action=act) for m in found for act in operations(m.action)]
    groups: list[list[Mention]] = []
    for mention in singles:
        same = next((g for g in groups if _same_act(g[0].action, mention.action)), None)
        if same is None:
            groups.append([mention])
        else:
            same.append(mention)
    denied = {role for m in found if not m.permitted for role in m.roles}
    both = denied & {role for m in found if m.permitted for role in m.roles}
    return groups if len(groups) > 1 and both else [list(found)]


def _same_act(a: str, b: str) -> bool:
    return not a or not b or a in b or b in a
