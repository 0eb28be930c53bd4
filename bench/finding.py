"""Extraction from text: megabytes a second of plain prose, of a dense report, and of texts made to be slow.

Processor time of one core, over UTF-8 bytes; stripping cards and secrets is part of it. No peer that runs from PyPI
does the same (none knows Vietnamese accounts), so the promise is a limit, not a ratio.
"""

from __future__ import annotations

import time

from _claims import Claims
from lienlac.identifiers.finding import read

PROSE = """Theo kết quả điều tra ban đầu, nhóm đối tượng đã lập nhiều trang mạng xã hội để tiếp cận nạn nhân, tự xưng là
chuyên gia phân tích của một công ty chứng khoán lớn và hứa hẹn lợi nhuận cao trong thời gian ngắn. Khi nạn nhân
muốn rút tiền, chúng yêu cầu nộp thêm thuế và phí xác minh. The victims were contacted through social networks and
persuaded to install an application that showed invented profits; withdrawals were refused until further fees had been
paid. Ngày 12/11/2026, cơ quan điều tra đã tiếp nhận đơn của 14 người bị hại ở các tỉnh, thành phố
khác nhau. Liên hệ: 0912345678.
"""
DENSE = """Chị Bình (CCCD 001185012345, SĐT 0912 345 678) chuyển 100 triệu vào STK 0071000123456 Vietcombank chủ TK
NGUYEN VAN A, 1,5 tỷ vào số tài khoản 19034567890123 tại Techcombank, $5,000 vào ví
TJRabPrwbZy45sbavfcjinPJC18kjpRTv8, trang
hxxps://san-vang[.]com/dang-ky?ref=8812, thư support@san-vang.com, máy chủ 103.21.244.15,
Telegram @GoldFx_Support.
"""
SLOW = {
    "digits": "1" * 200_000,
    "digits and points": "1." * 100_000,
    "digits and spaces": "12 " * 70_000,
    "letters": "a" * 200_000,
    "words and points": "ab." * 70_000,
    "at signs": "@a" * 100_000,
    "colons": "ab:" * 70_000,
    "brackets": "a[.]" * 50_000,
    "capitals": "AB12 " * 40_000,
    "base58": "T" + "z" * 33 + " " + "1" * 40_000,
}
LIMIT_MB_S = 5.0


def rate(text: str, rounds: int) -> float:
    """Megabytes a second of processor time, the best of several rounds."""
    best = 0.0
    for _ in range(rounds):
        begun = time.process_time()
        read(text)
        best = max(best, len(text.encode()) / 1e6 / (time.process_time() - begun))
    return best


def main() -> None:
    claims = Claims(__doc__)
    size, rounds = (400_000, 3) if claims.quick else (4_000_000, 5)
    read(DENSE)  # loads the lists that the first text brings
    claims.at_least("plain prose", rate(PROSE * (size // len(PROSE)), rounds), "MB/s", LIMIT_MB_S)
    claims.say("dense report, thirty finds in a kilobyte", rate(DENSE * (200_000 // len(DENSE)), rounds), "MB/s")
    for name, text in SLOW.items():
        claims.say(f"made to be slow: {name}", rate(text, 1), "MB/s")
    claims.close()


if __name__ == "__main__":
    main()
