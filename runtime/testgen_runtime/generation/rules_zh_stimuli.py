"""What a tester does so that a demand shows which nobody sets off, by the verb and the subject of the demand, in Chinese.

"系统应记录每次审批的结果" → "查看系统记录的每次审批的结果", "支持分页" → "使用分页", "校验手机号格式" → "输入手机号". The result
tells what is seen; the action never asks whether it holds.
"""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.words_zh import ROLE
from testgen_runtime.generation.rules_zh_parts import THINGS
from testgen_runtime.generation.rules_zh_words import LEADING, USER_ACT, VERBS, accepted, is_person, is_system

_LABEL = re.compile(r"^[\u4e00-\u9fff]{1,4}\s*\d+\s*[：:](?!\d)\s*")
_PERSON_FIRST = re.compile(
    rf"^(?:一[个名位]|每[个名位]|所有|各|任何)?(?P<who>(?:[\u4e00-\u9fffA-Za-z]{{2,8}}的)?{ROLE.pattern})"
    rf"(?=应|需|须|可以|能|必须|通过|使用|利用|在|对|将|把|向|从|按|于|定期|{VERBS})"
)
_PURPOSE = re.compile("以便|从而|为了|准备|用于|以[供备利]|方便|确保|保证|经过|目的")
_BETWEEN = re.compile(
    rf"[，,；;]|然后|接着|随后|(?<=[\u4e00-\u9fffA-Za-z])并且?(?=(?:定期|再|向|将|对|通知)?(?:{VERBS}|部署|通知))"
)
_HALF = re.compile(
    r"^(?:(?:在|通过|利用|使用|根据|按照|于)(?!.*到)[^，]*(?:平台|系统|页面|界面|上|中|里|下|接口|客户端|工具)|(?:将|把)(?!.*[到为给至成入])[^，]+)$"
)
_PASSES = re.compile(r"^通过(?P<what>.+?)的?(?P<test>测试|审核|校验|验证|认证|评审|检测|考试)$")
_TO_A_PLACE = re.compile(r"^(?P<how>通过[^，]+?的方式)?(?P<verb>发布|上传|部署|推送|提交|下发|迁移|同步|安装)(?P<where>到.+)$")
_UPON = re.compile(r"^对(?P<what>.+?)进行(?P<verb>.+)$")
_PUTS = re.compile(rf"^(?:将|把)(?P<what>.+?)(?P<verb>(?:{VERBS}|部署|迁移|推送|同步|转换|变)(?:到|为|给|至|成|入).+)$")
_NOTIFIES = re.compile(r"^通知(?P<whom>[^，]{0,12}?(?:平台|系统|人员|用户|者|方|员|经理|主管))(?P<what>.*)$")
_BY_MEANS = re.compile(r"^(?:通过|利用|使用|在)[^，]*?(?:平台上?|系统中?|页面上?|接口|工具)[，,]?(?=[\u4e00-\u9fff])")

_HOW = (
    r"(?:加密|能够?|自动|定期|实时|及时|统一|同时|分别|全部|完整|正确|仅|只|均|都|详细|按[^，]{1,10}?|对[^，]{1,16}?进行|应|于)*"
)
_USED = re.compile(rf"^{_HOW}(?:支持|提供|具备|实现|允许|接受|受理|兼容)(?P<obj>.*)$")
_GOOD = re.compile(r"^(?:具有|具备|有)(?:良好|较高|较强|足够|充分)的?(?P<what>.+)$")
_READ = re.compile(
    rf"^{_HOW}(?P<verb>记录|保存|存储|留存|归档|备份|维护|保留|统计|汇总|更新|标记|写入|生成|创建|输出|计算|返回|分配)(?P<obj>.*)$"
)
_CHECKED = re.compile(rf"^{_HOW}(?:校验|验证|检查|检测|核验|识别|过滤|拦截|拒绝|限制(?!自动)|审核)(?P<obj>.*)$")
_SHOWN = re.compile(rf"^{_HOW}(?:脱敏)?(?P<verb>显示|展示|列出|呈现|弹出|提示|高亮)(?P<obj>.*)$")
_PLACE = re.compile(
    r"在(?P<place>[^，。；]{0,16}?(?:页面?|列表|首页|详情|界面|屏幕|面板|弹窗|窗口|菜单|工具栏))(?:[上中内里]|的[\u4e00-\u9fff]{1,4})?"
)
_SENT = re.compile(rf"^{_HOW}(?:向(?P<to>[^，]{{1,12}}?))?(?P<verb>发送|推送|通知|提醒|告知|上报|抄送)(?P<obj>.*)$")
_EVERY = re.compile(r"每隔?\s?(?P<time>\d+\s?(?:秒钟?|分钟|个?小时|天))(?!\d)")
_IS = re.compile(r"^(?P<what>[^，。；：:为是]{2,20}?)(?:分?为|是|等于|\s?[=＝])\s?(?=\S)")
_BY = re.compile(rf"^由(?P<who>{ROLE.pattern})(?P<act>.+)$")
_NEVER_WITH = re.compile(r"^(?P<one>[^，]{2,12}?)不(?:与|和|同)(?P<other>[^，]{2,12}?)同时(?P<verb>.+)$")
_CHARGED = re.compile(r"^(?P<what>[^，。按]{2,10}?)按.+(?:收取|计算|计费|计收|执行)$")
_OWNED_BY = re.compile(rf"(?P<what>[^，。；由]{{2,16}})(?=由{ROLE.pattern}[\u4e00-\u9fff]{{2}})")
_QUALITY = re.compile(r"的?(?:格式|长度|合法性|有效性|唯一性|完整性|正确性|一致性|权限|身份|是否.*)$")
_CUT = re.compile(r"[，,；;：]|:(?!\d)|以便|从而|用于|(?<=[\u4e00-\u9fff”])并(?![发行])")


def unlabelled(text: str) -> str:
    """A line without the label that numbers it ("场景1：")."""
    return _LABEL.sub("", text.strip(" ，。；"))


def deeds(text: str, subject: str = "") -> tuple[tuple[str, str], ...]:
    """(action, result) for each thing that somebody does in `text`, in its order; () where nobody is told to do anything."""
    text = unlabelled(text)
    found = _PERSON_FIRST.match(text)
    who = subject if is_person(subject) else found["who"] if found else ""
    if not who and not (subject and (_PASSES.match(_BETWEEN.split(text)[0]) or _TO_A_PLACE.match(text))):
        return ()
    rest = LEADING.sub("", text[found.end() :] if found and not is_person(subject) else text).strip()
    thing = "" if who else subject
    lead = f"以“{who}”身份" if who else ""
    return tuple((lead + _act(done, thing), _seen(done, thing)) for done in _pieces(rest))


def _pieces(text: str) -> list[str]:
    acts, held = [], ""
    for piece in _BETWEEN.split(text):
        piece = re.sub("^(?:并且?|再|且|之后|同时|也)", "", piece.strip(" ，。；"))
        if len(piece) < 2 or _PURPOSE.match(piece):
            continue
        if _HALF.match(piece):
            held += piece
            continue
        acts.append(held + piece)
        held = ""
    return [*acts, held] if held and not acts else acts


def _act(done: str, thing: str) -> str:
    done = re.sub(r"^(.{0,24}?[\u4e00-\u9fff]{2})了(?=[一\u4e00-\u9fff])", r"\1", done)
    if thing and (passes := _PASSES.match(done)):
        return f"对{thing}进行{passes['what'].removesuffix('的')}{passes['test']}"
    if thing and (placed := _TO_A_PLACE.match(done)):
        return f"{placed['how'] or ''}将{thing}{placed['verb']}{placed['where']}"
    return done


def _seen(done: str, thing: str) -> str:
    done = re.sub(r"^(.{0,24}?[\u4e00-\u9fff]{2})了(?=[一\u4e00-\u9fff])", r"\1", done)
    if thing and (_PASSES.match(done) or _TO_A_PLACE.match(done)):
        placed = _TO_A_PLACE.match(done)
        return f"{thing}已{placed['verb']}{placed['where']}" if placed else f"{thing}{done}"
    bare = re.sub("^(?:定期|及时|手动|再次)", "", _BY_MEANS.sub("", done)) or done
    if upon := _UPON.match(bare):
        return f"{upon['what']}的{upon['verb']}成功"
    if puts := _PUTS.match(bare):
        return f"{puts['what']}已{puts['verb']}"
    if told := _NOTIFIES.match(bare):
        return f"{told['whom']}收到{told['what'] + '的' if told['what'] else ''}通知"
    return accepted(bare) if USER_ACT.match(bare) else f"{bare}成功"


def stimulus(subject: str, phrase: str) -> str:
    """The instruction for "`subject` 应 `phrase`", for a demand that the system or a thing fulfils; never ""."""
    subject, phrase = subject.strip(" ，。；"), LEADING.sub("", unlabelled(phrase))
    owner = subject if subject and not is_system(subject) else ""
    first = _CUT.split(phrase)[0].strip()
    if tried := re.search("的(?P<what>操作|请求|访问)$", subject):
        return f"{'发送' if tried['what'] == '请求' else '进行' if tried['what'] == '访问' else '执行'}{subject}"
    if re.search("(?:接口|API)$", subject):
        return f"调用{subject}"
    if called := re.match(r"(?P<api>[^，。；]{2,16}?接口)(?=支持|返回|校验|提供|应|须)", phrase):
        return f"调用{called['api']}"
    if every := _EVERY.search(phrase):
        return f"等待 {every['time']}"
    if good := _GOOD.match(phrase):
        return f"评估{subject or '系统'}的{_CUT.split(good['what'])[0]}"
    if not owner and (told := _OWNED_BY.match(first)):
        owner, first = told["what"], first[told.end("what") :]
    if by := _BY.match(first):
        return f"以“{by['who']}”身份{by['act']}{owner}"
    if place := _PLACE.search(f"{subject}{phrase}"):
        named = len(place["place"]) > 2 or not owner
        return f"打开{place['place']}" if named else f"打开显示{_named(owner)}的{place['place']}"
    if never := _NEVER_WITH.match(f"{owner}{first}"):
        return f"同时{never['verb']}{never['one']}与{never['other']}"
    if charged := _CHARGED.match(f"{owner}{first}"):
        return f"查看{charged['what']}"
    for rule in (_used, _checked, _shown, _sent, _read):
        if done := rule(owner, first):
            return done
    if not owner and (told := _IS.match(first)):
        return f"查看{told['what']}"
    if re.search("流程$", owner):
        return f"完成一次{owner}"
    if re.search("(?:页面|界面)$", owner):
        return f"打开{owner}"
    if owner and (re.match(r"(?:为|是|与|符合|满足|包含|包括|经)", first) or THINGS.search(owner)):
        return f"查看{owner}"
    if not owner and USER_ACT.match(first):
        return first
    if owner and re.match(r"(?:及时|尽快)?(?:处理|响应)", first):
        return f"提交一次{owner}"
    if not re.search(rf"{VERBS}|自动|{_VERBLESS}", first):
        return f"查看{owner}{first}" if not owner else f"查看{owner}"
    return f"使{owner or ('' if _says_who(first) else '系统')}{first}"


_VERBLESS = "处理|执行|进行|完成|通过|采用|使用|收取|加收|计(?=入|收|算|费)|派|进入|转|变|登记|发起|登录|解除|退还|扣|收费|批准"


def _says_who(phrase: str) -> bool:
    """Whether a demand without a modal has its subject in it: "限制自动解除"."""
    return not re.match(rf"(?:自动|{_VERBLESS}|于|按|以)", phrase)


def _named(thing: str) -> str:
    return re.sub("^(?:该|其|此)", "", thing)


def _used(owner: str, phrase: str) -> str:
    found = _USED.match(phrase)
    if found is None:
        return ""
    obj = _named(found["obj"].strip())
    if USER_ACT.match(obj) or re.match("[按以用].{2,}[\u4e00-\u9fff]{4}$", obj):
        return f"{obj}{owner if len(obj) == 2 else ''}"
    if re.search("(?:页面|界面|入口)$", obj):
        return f"打开{obj}"
    return f"使用{owner + '的' if owner and obj else owner}{obj}" if obj or owner else ""


def _checked(owner: str, phrase: str) -> str:
    found = _CHECKED.match(phrase)
    if found is None:
        return ""
    obj = _QUALITY.sub("", _named(found["obj"].strip())) or owner
    if not obj:
        return ""
    return f"{'提交' if THINGS.search(obj) else '发送' if re.search('请求|报文|消息', obj) else '输入'}{obj}"


def _shown(owner: str, phrase: str) -> str:
    found = _SHOWN.match(phrase)
    if found is None:
        return ""
    obj = _named(found["obj"].strip()) or owner
    if not obj or found["verb"] in ("提示", "弹出"):
        return f"查看系统{found['verb']}的{obj}" if obj else ""
    return f"打开显示{obj}的页面"


def _sent(owner: str, phrase: str) -> str:
    found = _SENT.match(phrase)
    if found is None:
        return ""
    obj, to = _named(found["obj"].strip()), found["to"] or ""
    if obj.startswith("给") and is_person(obj[1:]):
        return f"以“{obj[1:]}”身份查收{owner or '通知'}"
    if is_person(to):
        return f"以“{to}”身份查收{obj or '通知'}"
    if found["verb"] == "通知" and is_person(obj):
        return f"以“{obj}”身份查收通知"
    return f"查收{owner or '系统'}{'向' + to if to else ''}{found['verb']}的{obj or '消息'}"


def _read(owner: str, phrase: str) -> str:
    found = _READ.match(phrase)
    if found is None:
        return ""
    obj = _named(found["obj"].strip())
    if not obj:
        stored = "数据库中存储的" if found["verb"] in ("存储", "保存") else ""
        return f"查看{stored}{owner}" if owner else ""
    if found["verb"] == "保留" and obj.endswith("小数"):
        return f"查看{owner or '保存后的数值'}"
    whole = phrase[: found.end("verb")]
    return (
        f"查看{owner or '系统'}{whole}的{obj}" if not re.match("[为到至给]", obj) else f"查看{owner or '系统'}{whole}{obj}的结果"
    )
