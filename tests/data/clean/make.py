"""Writes the nasty files of this folder that an editor cannot keep as they are: `python tests/data/clean/make.py`.

Everything is written for the purpose; nothing comes from elsewhere. The same bytes come out every time.
"""

import codecs
import gzip
import io
import json
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
REPORT = """松石镇农机站2022年工作总结
一、取得的成绩
全年检修农机412台，深松整地2.6万亩，农机事故比上年下降四成，站里被评为县级先进集体。
二、存在的问题
维修人员只有4名，平均年龄五十二岁，青黄不接；两台检测设备超期使用，故障频繁。
三、下一步打算
明年招聘青年技工3名，组织两期操作手培训，争取更新检测设备。
上一篇：幼儿园大班教学反思    下一篇：没有了
"""
TRADITIONAL = (
    "松石鎮農機站工作總結\n全年檢修農機四百一十二臺，農機事故明顯下降，獲得縣政府表揚。\n人手不足，設備老舊，有待改善。\n"
)


def text_files() -> dict[str, bytes]:
    lines = REPORT.split("\n")
    wrapped = "".join(piece + "\n" for line in lines for piece in [line[at : at + 30] for at in range(0, len(line), 30)])
    body = "全站职工坚持每天下村巡查逐户登记农机状况把问题记在本子上回来以后再由站长逐条核对安排专人限期办理绝不拖延到第二天"
    return {
        "utf8.txt": REPORT.encode(),
        "utf8-bom.txt": codecs.BOM_UTF8 + REPORT.encode(),
        "gb18030.txt": REPORT.encode("gb18030"),
        "big5.txt": TRADITIONAL.encode("big5"),
        "utf16le-bom.txt": codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"),
        "utf16be.txt": REPORT.encode("utf-16-be"),
        "utf32.txt": codecs.BOM_UTF32_LE + REPORT.encode("utf-32-le"),
        "two-encodings.txt": lines[0].encode() + b"\n" + lines[2].encode("gb18030") + b"\n" + "\n".join(lines[3:]).encode(),
        "one-bad-line.txt": "\n".join(lines[:3]).encode() + b"\n\xff\xfe\xff\x80\xff\n" + "\n".join(lines[3:]).encode(),
        "utf16-lone-surrogate.txt": codecs.BOM_UTF16_LE
        + "松石镇\n".encode("utf-16-le")
        + b"\x00\xd8\n\x00"
        + "修路。".encode("utf-16-le"),
        "utf16-odd-bytes.txt": codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le") + b"\x31",
        "nuls.txt": REPORT.replace("农机", "农\0机").encode(),
        "only-cr.txt": REPORT.replace("\n", "\r").encode(),
        "mixed-ends.txt": (lines[0] + "\r\n" + lines[1] + "\r" + lines[2] + "\n\r\n\r" + "\n".join(lines[3:])).encode(),
        "no-last-end.txt": REPORT.rstrip("\n").encode(),
        "wide-breaks.txt": ("　　" + "　　".join(line for line in lines if line)).encode(),
        "hard-wrapped.txt": (wrapped + "".join(body[at : at + 30] + "\n" for at in range(0, 57, 30)) * 4).encode(),
        "zero-width.txt": "".join(c + "\u200b" for c in REPORT).encode(),
        "spaced.txt": REPORT.replace("工作总结", "工 作 总 结").encode(),
        "pinyin.txt": "松石鎮農機站工作總結(jié)\n全年檢修農機412臺(tái)，農機事故下降(jiàng)四成。\n".encode(),
        "entities.txt": REPORT.replace("，", "&nbsp;，&ensp;").replace("二、", "<U+00A0>二、").encode(),
        "mojibake-utf8-as-gbk.txt": REPORT.encode().decode("gb18030", "replace").encode(),
        "mojibake-gbk-as-latin1.txt": REPORT.encode("gb18030").decode("latin-1").encode(),
        "controls.txt": REPORT.replace("。", "。\x07\x1b[0m").encode(),
        "form-feeds.txt": REPORT.replace("\n", "\n\x0c", 2).replace("；", "\u2028").encode(),
        "blank.txt": "\n　　\n\t\n\n".encode(),
        "empty.txt": b"",
        "only-noise.txt": "登录 | 注册 | 收藏本站\n版权所有 未经许可不得转载\n扫码关注公众号，免费下载Word版\n".encode(),
        "long-line.txt": ("松石镇全年修路三公里，人手仍然不足。" * 20_000 + "\n短行。\n").encode(),
        "pdf-called.txt": b"%PDF-1.7\n1 0 obj\n" + bytes(range(256)),
        "program-called.txt": b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 4,
        "gzip-called.txt": gzip.compress(REPORT.encode(), mtime=0),
        "名字 有空格 & 引号'.md": ("# " + REPORT).encode(),
    }


def record_files() -> dict[str, bytes]:
    good = json.dumps(
        {"id": "一", "text": REPORT, "score": 1.50, "big": 12345678901234567890, "nested": {"text": "别动"}}, ensure_ascii=False
    )
    text = json.dumps(REPORT)
    return {
        "good.jsonl": (good + "\n").encode() * 2,
        "bad-records.jsonl": "\n".join(
            [good, '{"text": "cut off', "[1, 2]", "null", "{}", '{"text": 5}', '{"text": null}', "", good]
        ).encode(),
        "one-gb-line.jsonl": good.encode() + b"\n" + good.encode("gb18030") + b"\n" + good.encode() + b"\n",
        "all-gb.jsonl": (good + "\n").encode("gb18030") * 3,
        "bom-crlf.jsonl": codecs.BOM_UTF8 + (good + "\r\n").encode() * 2,
        "surrogates.jsonl": b'{"text": "\\ud83d\\ude00 \\ud800 ' + "修路三公里。".encode() + b'\\n", "k": "\\udfff"}\n',
        "twice-text.jsonl": f'{{"text": "first", "text": {text}}}\n'.encode(),
        "deep.jsonl": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b', "text": "x"}\n' + good.encode() + b"\n",
        "huge-number.jsonl": f'{{"n": 1e999, "m": {"9" * 5000}, "text": {text}}}\n{good}\n'.encode(),
        "other-field.jsonl": b'{"content": "x"}\n{"content": "y"}\n',
        "quotes.csv": ('id,text\r\n1,"' + REPORT.replace("，", '""，').replace("\n", "\r\n") + '"\r\n2,短\r\n').encode(),
        "gb.csv": ('编号,text\n1,"' + REPORT + '"\n').encode("gb18030"),
        "open-quote.csv": ('text,id\n"' + REPORT + '",1\n"没有收尾的引号,2\n' + "再来一行,3\n" * 5).encode(),
        "few-fields.csv": f'id,text\n1\n2,"{REPORT}"\n3,甲,乙\n'.encode(),
        "no-column.csv": b"id,body\n1,x\n",
        "semicolons.csv": f'id;text\n1;"{REPORT}"\n'.encode(),
        "nul.tsv": "id\ttext\n1\t修路\0三公里。\n".encode(),
    }


def page_files() -> dict[str, bytes]:
    body = "".join(f"<p>{line}</p>" for line in REPORT.split("\n"))
    head = '<!DOCTYPE html><html><head><meta charset="%s"><title>站点</title></head>'
    page = f"{head}<body><nav>首页 &gt; 文库</nav>{body}</body></html>"
    return {
        "gbk-declared.html": (page % "gb2312").encode("gb18030"),
        "wrong-declared.html": (page % "big5").encode("gb18030"),
        "utf16.html": codecs.BOM_UTF16_LE + (page % "utf-16").encode("utf-16-le"),
        "no-markup.html": REPORT.encode(),
        "unclosed.html": page.replace("</p>", "").replace("</body></html>", "").encode(),
        "scripts.html": (page % "utf-8")
        .replace("<nav>", "<script>var a='修路三公里';</script><style>p{}</style><nav>")
        .encode(),
        "deep.html": b"<html><body>" + b"<div>" * 5000 + body.encode() + b"</div>" * 5000,
        "empty.html": b"",
    }


def packed_files() -> dict[str, bytes]:
    packed = gzip.compress(REPORT.encode() * 40, mtime=0)
    return {
        "whole.txt.gz": gzip.compress(REPORT.encode(), mtime=0),
        "members.txt.gz": gzip.compress(REPORT.encode(), mtime=0) + gzip.compress(REPORT.encode(), mtime=0),
        "cut.txt.gz": packed[: len(packed) // 2],
        "rubbish-behind.txt.gz": gzip.compress(REPORT.encode(), mtime=0) + b"rubbish",
        "no-gzip.txt.gz": b"this is no gzip",
        "bomb.txt.gz": gzip.compress(b" " * 40_000_000, mtime=0),
        "good.zip": _zip(
            {"一/甲.txt": REPORT.encode(), "乙.jsonl": json.dumps({"text": REPORT}).encode() + b"\n", "图.png": b"\x89PNG"}
        ),
        "escape.zip": _zip({"../../逃.txt": b"x", "/etc/逃.txt": b"x", "C:\\逃.txt": b"x", "好.txt": REPORT.encode()}),
        "nested.zip": _zip({"内.zip": _zip({"a.txt": b"x"}), "甲.txt": REPORT.encode()}),
        "bomb.zip": _zip({"空.txt": b" " * 40_000_000, "甲.txt": REPORT.encode()}),
        "cut.zip": _zip({"甲.txt": REPORT.encode()})[:200],
        "rubbish.docx": b"PK\x03\x04rubbish",
        "bomb.docx": _zip({"word/document.xml": b" " * 40_000_000}),
        "no-parquet.parquet": b"PAR1 and nothing",
        "cut.warc": b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 5000\r\n\r\n" + REPORT.encode()[:200],
        "no.warc": b"hello",
    }


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


if __name__ == "__main__":
    for files in (text_files(), record_files(), page_files(), packed_files()):
        for name, data in files.items():
            (HERE / "files" / name).parent.mkdir(exist_ok=True)
            (HERE / "files" / name).write_bytes(data)
