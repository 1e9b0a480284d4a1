"""Traditional Chinese characters as simplified ones, one for one: the tables of words are written in simplified Chinese.

Only the reading of a text is folded (`documents.view`): offsets stay, and every quote is cut from the document as it stands.
The table holds the characters of the word tables and of what requirements usually speak of; others stay as they are.
"""

from __future__ import annotations

import re
from typing import Final

_PAIRS: Final = """
須须 應应 當当 該该 過过 統统 時时 間间 長长 碼码 內内 額额 單单 筆笔 訂订 員员 會会 戶户 務务 設设 備备 狀状 態态 變变 為为
產产 顯显 錯错 誤误 訊讯 號号 數数 據据 檔档 儲储 刪删 輸输 稱称 驗验 證证 確确 認认 審审 門门 級级 權权 許许 絕绝 錄录 導导
傳传 載载 啟启 動动 關关 閉闭 開开 鎖锁 鐘钟 類类 種种 個个 項项 條条 範范 圍围 與与 從从 於于 滿满 達达 無无 沒没 還还 後后
則则 對对 執执 處处 發发 費费 價价 優优 減减 購购 買买 賣卖 貨货 庫库 運运 遞递 話话 機机 電电 網网 頁页 鏈链 連连 線线 離离
斷断 復复 歸归 總总 計计 幣币 萬万 億亿 兩两 雙双 餘余 貳贰 陸陆 聯联 繫系 係系 體体 語语 簡简 圖图 標标 題题 選选 擇择 擊击
點点 鍵键 盤盘 觸触 響响 請请 經经 歷历 歲岁 齡龄 學学 師师 醫医 護护 藥药 賬账 帳帐 資资 財财 報报 銷销 稅税 貸贷 債债 險险
賠赔 償偿 現现 實实 際际 質质 屬属 僅仅 隻只 纔才 裡里 裏里 邊边 區区 國国 營营 業业 辦办 課课 試试 書书 閱阅 讀读 寫写 簽签
約约 預预 續续 終终 結结 繳缴 納纳 給给 組组 織织 練练 細细 節节 補补 裝装 製制 複复 雜杂 難难 樣样 樹树 檢检 測测 溫温 濕湿
氣气 壓压 燈灯 熱热 災灾 煙烟 燒烧 爐炉 車车 輛辆 軟软 轉转 輪轮 較较 輯辑 邏逻 適适 遲迟 遠远 違违 週周 進进 遊游 郵邮 鄰邻
釋释 鈕钮 銀银 鋪铺 鍾钟 鎮镇 閾阈 陣阵 陰阴 陽阳 隊队 階阶 隨随 隱隐 雲云 靜静 頭头 順顺 頻频 願愿 顧顾 風风 飛飞 飯饭 館馆
馬马 駕驾 駁驳 騎骑 驅驱 魚鱼 鳥鸟 麵面 黃黄 齊齐 龍龙 龜龟 來来 們们 側侧 偵侦 傷伤 儘尽 兒儿 冊册 凍冻 別别 劃划 劑剂 勞劳
勝胜 匯汇 協协 參参 問问 嚴严 園园 團团 場场 塊块 壞坏 夾夹 獎奖 婦妇 孫孙 寬宽 寶宝 將将 專专 尋寻 層层 屆届 帶带 幫帮 廠厂
廣广 張张 強强 彈弹 徑径 徹彻 憑凭 戲戏 戰战 掃扫 掛挂 揀拣 換换 損损 搶抢 撥拨 擋挡 擔担 擴扩 攔拦 攝摄 敗败 敘叙 棄弃 極极
構构 槍枪 樓楼 樂乐 橋桥 櫃柜 欄栏 殘残 殺杀 決决 沖冲 況况 淨净 準准 滾滚 漲涨 潔洁 濾滤 灣湾 獨独 獲获 環环 畫画 異异 療疗
監监 盡尽 眾众 禮礼 禦御 積积 竊窃 競竞 籤签 糾纠 紅红 紙纸 純纯 紛纷 紋纹 絡络 綁绑 維维 綠绿 緊紧 緩缓 編编 縮缩 繼继 罰罚
聞闻 聲声 職职 聽听 脫脱 腳脚 臨临 舉举 舊旧 華华 藍蓝 蘋苹 虛虚 術术 衛卫 衝冲 規规 視视 覽览 覺觉 觀观 訓训 託托 記记 訪访
診诊 註注 評评 詞词 詢询 詳详 誌志 說说 調调 論论 諮咨 講讲 謝谢 識识 譯译 議议 負负 貝贝 責责 貢贡 貴贵 貼贴 賓宾 賞赏 賴赖
趨趋 跡迹 蹤踪 躍跃 農农 鄉乡 針针 鋼钢 閒闲 閘闸 陳陈 雖虽 靈灵 韓韩 頂顶 領领 頗颇 驟骤 佔占 迴回 誰谁 幾几 夠够 嗎吗 麼么
這这 並并 併并 擁拥 臺台 啓启 噸吨 釐厘 吋寸 惡恶 愛爱 憶忆 懷怀 慮虑 徵征 彙汇
"""
_FOLDED: Final = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}


_QUOTED: Final = re.compile("([「『“][^「」『』“”\\n]{1,80}[」』”])")


def folded(text: str) -> str:
    """The text with the traditional characters of the table as simplified ones: as long as it was.

    What stands in quotation marks is shown to somebody word for word and stays.
    """
    if text.isascii():
        return text
    return "".join(part if i % 2 else part.translate(_FOLDED) for i, part in enumerate(_QUOTED.split(text)))
