"""Chinese words that carry structure: modals, markers of conditions, verdicts, roles."""

from __future__ import annotations

import re

# 响应, 会议, 供应, 应用 are words and no modals.
SHOULD = "(?<![响对相反适供效感顺呼回])应(?!收[款账]|用(?!户)|付|急|答|届|变|力|聘)"
MODAL = re.compile(
    r"(?P<not>不得|不能|不可以|不允许|不应当|不应该|不应|不可(?!避免)|不准|禁止|严禁|无法|无权|不予)|"
    rf"(?P<must>应当|应该|{SHOULD}|必须|务必|(?<![不无])需要|(?<!无)须(?!知)|(?<![无不必急所按])需(?![求要])|"
    r"(?<=[统台务])要求|[将会](?=[把被在对]))|"
    r"(?P<may>只能|才能|才可以|方可|仅能|可以|能够|允许|有权|(?<![许认])可(?=[\u4e00-\u9fff])(?![能见靠用视行选信读扩]))"
)
# A segment that states something of its own.
RULE = re.compile(
    MODAL.pattern.replace("?P<not>", "?:").replace("?P<must>", "?:").replace("?P<may>", "?:") + "|拒绝|提示|通过|返回|显示|支持|仅限|只限|限[购领借]|判定|免|收取"
)
# … and starts a rule of its own: a subject before the modal, or a limit on another thing.
OWN_RULE = re.compile(
    rf"^(?!并|且|同时|以便|从而|因此)[^，,]{{2,40}}?(?:不得|不能|不可|不允许|禁止|无法|无权|不予|{SHOULD}|必须|须|可以|允许|拒绝|"
    r"才能|方可|只能|仅能|仅支持|只支持|仅限|[\u4e00-\u9fff]则(?!是))|"
    r"^(?:但是?|而|并?且|也|同时)?(?:不得|不能|不可以|不允许|禁止)"
)
# … even under the condition of the sentence: what is told of the other values or of another range.
TURNS = re.compile(r"^(?:其他|其余|任何其他|超出)|^[^，,]{2,30}[\u4e00-\u9fff]则(?!是)")
STATES_LIMIT = re.compile(
    r"(?:不超过|不[少低高多小大]于|至[少多]|最[多少高低大小长短]|[为是])[\u4e00-\u9fff]{0,4}\s?[\d一二两三四五六七八九十百千]"
)
OPENS = re.compile(
    r"(?:只有当|仅当|只有在|仅在|只有|当且仅当|当|如果|假如|倘若|如(?!何|下)|若|一旦|除非|只要|对于|凡是|凡|在(?=[^，]{1,40}(?:时|情况下|之前|之后|期间|状态下|前|后)))\s*"
)
CLOSES = re.compile(r"(?:的时候|的情况下|情况下|时(?![间长限刻段区效])|之后|以后|(?<![最以之前])后|之前|期间|的话|(?<=[^\s目类])的)\s*(?:才)?$")
JOINS = re.compile(r"(?:且|并且|而且|同时|或者|或|并|以及|又)")
THEN = re.compile(r"(?:则|那么|就|即|但是|但|而|并且|并|且|此时|那时)\s*")
INNER = re.compile(
    r"(?P<cond>[^，,。；]{2,80}?(?:的时候|情况下|时(?![间长限刻段区效])|(?<![最以之前\s])后(?![台端续缀]?的)))\s*"
    r"(?=(?:系统|平台|应|可以|可|必须|须|不得|不能|不可|不允许|才|则|将|会|允许|拒绝|需|自动|提示|禁止|无法|用户))"
)
INNER_THEN = re.compile(r"(?P<cond>[^，,。；]{3,60}?)(?=则(?!是)[\u4e00-\u9fff]{2})")
# "订单金额满 99 元免运费": a comparison that comes before the verb selects.
COMPARED = re.compile(
    r"(?P<cond>[^，,。；的]{0,20}?(?:(?:不?超过|不足|不满|未满|满|不?少于|不?低于|不?高于|不?多于|小于|大于|达到|至少)\s?"
    r"\d[\d.,]*\s?[^\d\s，,。；的]{1,4}?|\d[\d.,]*\s?[^\d\s，,。；的]{1,4}?(?:及?以[上下内]|之内))(?:的)?)\s?"
    r"(?=须|应|必须|由|需|方?可|免|收取|享|自动|赠)"
)
# What speaks of a limit that is not kept, without a number of its own.
VIOLATED = re.compile(
    r"^(?:当|如果|若|如|一旦|对于?)?[^，,。；]{0,12}?(?:不(?:符合|满足|在)[^，,。；]{0,10}(?:要求|范围|限制|规定|条件|长度)|超出[^，,。；]{0,8}"
    r"(?:范围|限制|要求|规定|上限|长度)?|超时|过期|逾期|超期|超限|超额|超长)[^，,。；]{0,3}(?:后|时|的)"
)
STORY = re.compile(
    r"作为(?:一[名个位])?(?P<role>[^，,]{1,30})[，,]\s?我?(?:希望|想要?|可以|需要)(?:能够?|可以)?(?P<goal>.{2,200}?)(?=[，,]\s?(?:以便|从而|这样|以)|$)"
)
RELATIVE = re.compile(
    r"(?:凡是?|所有|任何|对于?)?(?P<clause>(?:尚未|未|已经?|没有|不|被)[^，,。；;的]{1,20}|(?:过期|失效|停用|禁用|冻结|注销|"
    r"逾期|超期|无效|离职|下架|作废|欠费)|[^，,。；;的应须可必不]{2,10}[为是]\s?[^，,。；;的应须必不]{1,20}|缺少[^，,。；;的]{1,20})"
    r"的(?P<noun>[\u4e00-\u9fff]{2,4}?)"
    r"(?=不得|不能|不可|不允许|不予|不应|可以|可|应|必须|才|须|禁止|无法|无权|将|系统|允许|方可|均)"
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
# What is left of a clause beside its limit does something of its own: 完成审批, 重试.
DOES = re.compile(
    r"完成|重试|审批|处理|响应|发送|退回|退款|归还|支付|保存|保留|返回|停止|通知|提交|回复|上传|登录|使用|领取|选择|填写|预约|购买|"
    r"限购|兑换|下载|导出|绑定|添加|创建|发布|申请|修改|删除|重置|切换|启动|关闭|恢复|同步|备份|送达|发货|签收|缴纳|付款|审核|确认|交付|回滚"
)
SYSTEM = re.compile(r"^(?:本|该)?(?:系统|平台|应用|程序|服务|服务器|软件|后台|接口|页面|界面|客户端|APP|App|设备|模块|网站)$")
ROLE = re.compile(
    r"(?:[\u4e00-\u9fffA-Za-z]{0,8}?(?:管理员|人员|用户|访客|家属|游客|经理|主管|员工|客户|会员|操作员|审核员|负责人|店长|教师|老师|学生|医生|护士|"
    r"商家|卖家|买家|作者|编辑|财务|运营|客服|主任|总监|专员|代表|成员|创建者|所有者|开发者|维护者|审计员|审批人|申请人|提交人|工程师|骑手|司机|"
    r"班主任|管理者|(?<![时全最])长|[员师者])(?:人员|主管|经理|专员|负责人|管理员|用户|总监|代表)?)"
)


def is_condition(segment: str) -> bool:
    """Whether a segment between commas is (the start of) a condition."""
    opened = OPENS.match(segment)
    if opened and opened[0].startswith(("只有", "仅")) and MODAL.search(segment):
        return CLOSES.search(segment) is not None
    return opened is not None or CLOSES.search(segment) is not None
