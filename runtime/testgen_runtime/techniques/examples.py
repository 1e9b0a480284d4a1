"""Concrete values for what a text leaves open: a format that is not in the list, a role that is not named, a state beside.

The lists hold well-known members of each family; the first one that the requirement does not name is used, so that a case is
concrete and the choice is always the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from testgen_runtime.documents.model import Language

_FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("CSV", "XLSX", "PDF", "JSON", "XML", "DOCX", "DOC", "TXT", "HTML", "XLS", "ODT", "PPTX", "YAML", "MD"),
        ("XML", "JSON", "TXT", "HTML", "EXE"),
    ),
    (("JPG", "JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "SVG", "HEIC"), ("TXT", "EXE", "HTML", "XML")),
    (("MP3", "MP4", "AVI", "MOV", "MKV", "WAV", "FLAC", "OGG"), ("TXT", "EXE", "XML")),
    (("DWG", "DXF", "DGN", "DWF", "STEP", "STP", "IGES", "STL"), ("TXT", "JPG", "EXE")),
    (("GPX", "KML", "KMZ", "TCX", "GEOJSON", "SHP"), ("TXT", "JPG", "EXE")),
    (("EPUB", "MOBI", "AZW", "AZW3", "FB2"), ("TXT", "JPG", "EXE")),
    (("ZIP", "RAR", "7Z", "TAR", "GZ"), ("TXT", "EXE", "XML")),
    (("EUR", "USD", "GBP", "CHF", "CNY", "JPY", "HKD", "SEK", "CAD", "AUD"), ("JPY", "CHF", "GBP", "CNY", "USD", "EUR", "SEK")),
    (("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"), ("DELETE", "PUT", "PATCH", "POST", "GET")),
    (
        (
            "ENGLISH",
            "GERMAN",
            "FRENCH",
            "SPANISH",
            "ITALIAN",
            "CHINESE",
            "POLISH",
            "TURKISH",
            "ARABIC",
            "RUSSIAN",
            "JAPANESE",
            "KOREAN",
            "GREEK",
            "SWEDISH",
            "DANISH",
            "FINNISH",
            "CZECH",
            "HUNGARIAN",
            "ROMANIAN",
            "UKRAINIAN",
            "HINDI",
        ),
        ("Portuguese", "Dutch", "Italian", "French"),
    ),
    (
        ("VISA", "MASTERCARD", "PAYPAL", "CREDIT CARD", "DEBIT CARD", "BANK TRANSFER", "APPLE PAY", "INVOICE"),
        ("Cheque", "Cash", "Voucher"),
    ),
    (("XS", "S", "M", "L", "XL", "XXL"), ("XXS", "XXXL")),
    (("LOW", "MEDIUM", "NORMAL", "HIGH", "CRITICAL"), ("Urgent", "Critical", "Trivial")),
    (("RED", "GREEN", "BLUE", "YELLOW", "BLACK", "WHITE"), ("Purple", "Orange", "Grey")),
    (("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"), ("Sunday", "Saturday")),
    (("SMS", "E-MAIL", "EMAIL", "PUSH", "PHONE"), ("Fax", "Letter")),
    (("STANDARD", "EXPRESS", "PICKUP", "OVERNIGHT"), ("Courier", "Drone")),
    (
        (
            "CANADA",
            "MEXICO",
            "JAPAN",
            "GERMANY",
            "FRANCE",
            "AUSTRIA",
            "SWITZERLAND",
            "ITALY",
            "SPAIN",
            "POLAND",
            "CHINA",
            "INDIA",
            "BRAZIL",
            "AUSTRALIA",
            "NORWAY",
            "SWEDEN",
            "DENMARK",
            "BELGIUM",
            "NETHERLANDS",
            "PORTUGAL",
            "IRELAND",
            "UNITED STATES",
            "UNITED KINGDOM",
        ),
        ("Chile", "Norway", "Kenya"),
    ),
    (("支付宝", "微信", "微信支付", "银行卡", "信用卡", "银联"), ("现金", "支票")),
    (("现金", "刷卡", "扫码", "转账", "银行转账", "扫码支付"), ("支票", "礼品卡")),
    (("身份证", "护照", "港澳通行证", "军官证"), ("驾驶证", "学生证")),
    (("中文", "英文", "日文", "法文"), ("德文", "韩文")),
    (("交通", "住宿", "餐饮", "会议", "办公"), ("娱乐", "礼品")),
    (("红色", "绿色", "蓝色", "黄色"), ("紫色", "橙色")),
    (("黑白", "彩色"), ("单色", "灰度")),
    (("A3", "A4", "B4", "B5"), ("A5", "A2")),
    (("单面", "双面"), ("多面",)),
    (("横向", "纵向"), ("斜向",)),
    (("大", "中", "小", "大杯", "中杯", "小杯"), ("特大", "超大杯")),
    (("陆运", "空运", "海运", "公路", "快递"), ("铁路运输", "管道运输")),
    (("紧急", "普通", "一般", "较高"), ("特急", "加急")),
    (("微信支付", "云闪付", "银联支付", "信用卡", "借记卡"), ("现金", "支票")),
    (("小学", "初中", "高中", "本科", "硕士", "博士", "大专"), ("中专", "博士后")),
    (("男", "女"), ("未知",)),
    (("人民币", "美元", "欧元", "日元", "港币", "英镑"), ("韩元", "卢布")),
    (("A型", "B型", "AB型", "O型"), ("C型",)),
    (("周一", "周二", "周三", "周四", "周五"), ("周日", "周六")),
    (("浅色", "深色", "跟随系统"), ("彩色",)),
    (("日", "周", "月", "每日", "每周", "每月", "按日", "按周", "按月"), ("每年", "每季度")),
    (("短信", "邮件", "电话", "站内信"), ("传真", "信件")),
    (("高", "中", "低"), ("紧急", "特急")),
)
_OTHER_VALUE: dict[Language, tuple[str, ...]] = {"en": ("Unlisted", "Unknown"), "zh": ("未列出的值", "未知值")}
_OTHER_ROLE: dict[Language, tuple[str, ...]] = {
    "en": ("Guest", "Regular user", "Visitor", "Trainee"),
    "zh": ("访客", "普通用户", "实习生", "外部人员"),
}
_OTHER_STATE: dict[Language, tuple[str, ...]] = {
    "en": ("Closed", "Archived", "Cancelled", "Suspended"),
    "zh": ("已关闭", "已归档", "已取消", "已冻结"),
}


_LETTER = re.compile(r"([A-Z])(\s?[级类档等])")
_NUMBER = re.compile(r"(\d{1,6})(\D{0,6})")


def other_value(named: Sequence[str], language: Language) -> str:
    """A value that is none of `named`, of the same family where one is known."""
    known = {name.strip().upper().lstrip(".") for name in named}
    numbers = [match for name in named if (match := _NUMBER.fullmatch(name.strip()))]
    if numbers and len(numbers) == len(named):
        taken = {int(n[1]) for n in numbers}
        between = next(n for n in range(min(taken) + 1, max(taken) + 2) if n not in taken)
        return f"{between}{numbers[-1][2]}"
    letters = [match for name in named if (match := _LETTER.fullmatch(name.strip()))]
    if letters and len(letters) == len(named) and (last := max(letter[1] for letter in letters)) < "Z":
        return f"{chr(ord(last) + 1)}{letters[-1][2]}"
    for members, others in _FAMILIES:
        found = next((other for other in others if other.upper() not in known), None)
        if found and known & set(members):
            return f".{found.lower()}" if all(name.strip().startswith(".") for name in named) else found
    return _first(_OTHER_VALUE[language], named)


def other_role(named: Sequence[str], language: Language) -> str:
    """A role with few rights that is none of `named`."""
    return _first(_OTHER_ROLE[language], named)


def other_state(named: Sequence[str], language: Language) -> str:
    """A state at the end of most life cycles that is none of `named`."""
    return _first(_OTHER_STATE[language], named)


def _first(candidates: tuple[str, ...], named: Sequence[str]) -> str:
    known = [name.lower() for name in named]
    return next((c for c in candidates if not any(c.lower() in name or name in c.lower() for name in known)), candidates[-1])
