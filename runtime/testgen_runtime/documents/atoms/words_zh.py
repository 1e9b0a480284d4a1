"""Chinese words that carry structure: modals, markers of conditions, verdicts, roles."""

from __future__ import annotations

import re

MODAL = re.compile(
    r"(?P<not>不得|不能|不可以|不允许|不应当|不应该|不应|不可(?!避免)|不准|禁止|严禁|无法|无权)|"
    r"(?P<must>应当|应该|应(?![用收付急答届变力聘])|必须|务必|需要|须(?!知)|需(?!求)|要求|[将会](?=[把被在对]))|"
    r"(?P<may>只能|才能|才可以|可以|能够|允许|有权|可(?=[\u4e00-\u9fff])(?![能见靠用视行选信读扩]))"
)
# A segment that states something of its own.
RULE = re.compile(
    MODAL.pattern.replace("?P<not>", "?:").replace("?P<must>", "?:").replace("?P<may>", "?:") + "|拒绝|提示|通过|返回|显示|支持"
)
# … and starts a rule of its own: a subject before the modal, or a limit on another thing.
OWN_RULE = re.compile(
    r"^[^，,]{2,40}?(?:不得|不能|不可|不允许|禁止|无法|应(?![用收付])|必须|须|可以|允许|拒绝|才能)|^(?:其他|其余|任何其他|超出)"
)
OPENS = re.compile(
    r"(?:只有当|仅当|只有在|仅在|只有|当且仅当|当|如果|假如|倘若|如(?!何|下)|若|一旦|除非|只要|对于|凡是|凡|在(?=[^，]{1,40}(?:时|情况下|之前|之后|期间|状态下|前|后)))\s*"
)
CLOSES = re.compile(r"(?:的时候|的情况下|情况下|时(?![间长限刻段区效])|之后|以后|(?<![最以之前])后|之前|期间|的话)\s*(?:才)?$")
JOINS = re.compile(r"(?:且|并且|而且|同时|或者|或|并|以及|又)")
THEN = re.compile(r"(?:则|那么|就|即|但是|但|而|并且|并|且|此时|那时)\s*")
INNER = re.compile(
    r"(?P<cond>[^，,。；]{2,80}?(?:的时候|情况下|时(?![间长限刻段区效])|(?<![最以之前\s])后(?![台端续缀]?的)))\s*"
    r"(?=(?:系统|平台|应|可以|可|必须|须|不得|不能|不可|不允许|才|则|将|会|允许|拒绝|需|自动|提示|禁止|无法|用户))"
)
STORY = re.compile(
    r"作为(?:一[名个位])?(?P<role>[^，,]{1,30})[，,]\s?我?(?:希望|想要?|可以|需要)(?:能够?|可以)?(?P<goal>.{2,200}?)(?=[，,]\s?(?:以便|从而|这样|以)|$)"
)
RELATIVE = re.compile(
    r"(?:凡是?|所有|任何|对于?)?(?P<clause>(?:尚未|未|已经?|没有|不)[^，,。；;的]{1,20})的(?P<noun>[\u4e00-\u9fff]{2,4}?)"
    r"(?=不得|不能|不可|不允许|可以|可|应|必须|才|须|禁止|无法|将|系统|允许)"
)
OTHERWISE = re.compile(r"(?:否则|反之|除此之外|其他情况下?|其余情况下?|不满足(?:上述|以上|该)?条件(?:的|时)?)\s*[，,]?\s*")
OTHERS = re.compile(
    r"(?:(?:任何|所有|一切)?其他|其余|(?:任何|所有)?超出|此外|除此以外|不在(?:该|此|上述)|任何其他|对其他|对于其他)"
)
REFUSE = re.compile(
    r"拒绝|不得|不能|不可(?!避免)|不允许|禁止|严禁|无法|失败|报错|错误|异常提示|不予|不通过|未通过|驳回|无权|不准|拦截|阻止|无效|不应|不支持|不接受"
)
ACCEPT = re.compile(r"允许|受理|可以|可(?=[\u4e00-\u9fff])|能够|能|通过|接受|成功|批准|准许|有权|支持|生效|享受|免|给予|减|赠")
OBSERVABLE = re.compile(
    r"显示|提示|返回|发送|生成|记录|创建|保存|更新|删除|跳转|通知|锁定|解锁|变为|转为|改为|设为|关闭|打开|展示|输出|扣除|退还|退款|弹出|"
    r"写入|标记|推送|告警|报警|警告|清空|恢复|取消|发布|下发|上报|同步|导出|导入|计算|校验|验证|响应|完成|停止|启动|隐藏|禁用|启用|释放|冻结"
)
SYSTEM = re.compile(r"^(?:本|该)?(?:系统|平台|应用|程序|服务|服务器|软件|后台|接口|页面|界面|客户端|APP|App|设备|模块|网站)$")
ROLE = re.compile(
    r"(?:[\u4e00-\u9fffA-Za-z]{0,8}?(?:管理员|人员|用户|访客|家属|游客|经理|主管|员工|客户|会员|操作员|审核员|负责人|店长|教师|老师|学生|医生|护士|"
    r"商家|卖家|买家|作者|编辑|财务|运营|客服|主任|总监|专员|代表|成员|创建者|所有者|开发者|维护者|审计员|审批人|申请人|提交人|工程师|骑手|司机|"
    r"班主任|管理者|[长员师者])(?:人员|主管|经理|专员|负责人|管理员|用户|总监|代表)?)"
)


def is_condition(segment: str) -> bool:
    """Whether a segment between commas is (the start of) a condition."""
    opened = OPENS.match(segment)
    if opened and opened[0].startswith(("只有", "仅")) and MODAL.search(segment):
        return CLOSES.search(segment) is not None
    return opened is not None or CLOSES.search(segment) is not None
