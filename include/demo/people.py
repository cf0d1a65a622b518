"""Synthetic persons and bodies: names and identifiers with valid check digits (nobody real)."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from demo import columns

CREDIT_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
IDENTITY_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
IDENTITY_REGIONS = (
    b"610102 610103 610104 610111 610112 610113 610116 610118 610402 610404 610423 610481 610302 610502 610602 "
    b"610702 610802 610902 611002 410105 510104 620102 142601 340403"
).split()
BIRTHDAYS, SERIALS = 23_376, 998
STRIDE = 7919  # has no divisor in common with either, so that no number comes twice
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾"
    "彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬峰兰凤洁梅琳云"
    "莲环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡"
    "婵雁蓓仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融艺咏卿聪澜纯毓悦昭冰爽羽希宁欣飘"
)
TRADES = (
    *("秦岭", "渭河", "长安", "昊天", "恒信", "瑞丰", "鼎盛", "华锦", "天泽", "宏图", "安泰", "金辉"),
    *("德馨", "远航", "博雅", "中兴", "永安", "启明", "同创", "西北", "大秦", "灞桥"),
)
BUSINESSES = ("商贸", "科技", "建筑工程", "餐饮管理", "物流", "电子商务", "农业发展", "文化传媒", "医疗器械")


def with_credit_check(bodies: np.ndarray) -> np.ndarray:
    """Unified social credit codes from their first 17 characters (dtype S17 → S18).

    Source: GB 32100-2015, check = (31 − Σ weight × value mod 31) mod 31.
    """
    alphabet = np.frombuffer(CREDIT_ALPHABET, np.uint8)
    value_of = np.zeros(256, np.int64)
    value_of[alphabet] = np.arange(len(alphabet))
    body = _matrix(bodies, 17)
    check = alphabet[(31 - value_of[body] @ CREDIT_WEIGHTS % 31) % 31]
    return _bytes(np.column_stack([body, check]))


def with_identity_check(bodies: np.ndarray) -> np.ndarray:
    """ID numbers from their first 17 digits (dtype S17 → S18).

    Source: GB 11643-1999.
    """
    body = _matrix(bodies, 17)
    check = np.frombuffer(b"10X98765432", np.uint8)[(body.astype(np.int64) - ord("0")) @ IDENTITY_WEIGHTS % 11]
    return _bytes(np.column_stack([body, check]))


def identity_numbers(rng: np.random.Generator, count: int, first: int = 0) -> np.ndarray:
    """ID numbers of invented persons born 1940–2003 (dtype S18).

    Args:
        rng: the random generator.
        count: how many.
        first: which of all persons the first of these is; no two have one number.
    """
    nth = (first + np.arange(count)) * STRIDE % (BIRTHDAYS * SERIALS)
    region = np.array(IDENTITY_REGIONS)[rng.integers(0, len(IDENTITY_REGIONS), count)]
    born = np.datetime64("1940-01-01") + nth % BIRTHDAYS
    day = columns.moments(born).to_numpy(zero_copy_only=False).astype("S10")
    day = np.char.replace(day, b"-", b"")
    return with_identity_check(np.char.add(np.char.add(region, day), columns.digits(1 + nth // BIRTHDAYS, 3)))


def credit_codes(rng: np.random.Generator, heads: np.ndarray) -> np.ndarray:
    """Unified social credit codes of invented bodies (dtype S18).

    Args:
        rng: the random generator.
        heads: authority and category, two characters each (dtype S2): 91 enterprise, 12 institution, …
    """
    region = np.char.add(b"6101", columns.digits(rng.integers(0, 60, len(heads)), 2))
    body = _matrix(columns.digits(rng.integers(0, 10**8, len(heads)), 8), 8)
    remainder = 11 - (body.astype(np.int64) - ord("0")) @ ORGANISATION_WEIGHTS % 11
    inner = np.frombuffer(b"0123456789X0", np.uint8)[remainder]  # GB 11714: 10 is written X, 11 is written 0
    organisation = _bytes(np.column_stack([body, inner]))
    return with_credit_check(np.char.add(np.char.add(heads, region), organisation))


def person_names(rng: np.random.Generator, count: int) -> pa.Array:
    """Invented names of two or three characters."""
    second = list(GIVEN) + [""] * 80
    return columns.joined(
        columns.pick(list(SURNAMES), _skewed(rng, len(SURNAMES), count)),
        columns.pick(list(GIVEN), rng.integers(0, len(GIVEN), count)),
        columns.pick(second, rng.integers(0, len(second), count)),
    )


def body_names(rng: np.random.Generator, kinds: np.ndarray, endings: Sequence[str]) -> pa.Array:
    """Invented names of enterprises and other bodies.

    Args:
        rng: the random generator.
        kinds: position of each body's ending.
        endings: for example 有限公司, 服务中心.
    """
    count = len(kinds)
    return columns.joined(
        columns.pick(["陕西", "西安", "咸阳", "西咸新区"], rng.integers(0, 4, count)),
        columns.pick(TRADES, rng.integers(0, len(TRADES), count)),
        columns.pick(TRADES, rng.integers(0, len(TRADES), count)),
        columns.pick(BUSINESSES, rng.integers(0, len(BUSINESSES), count)),
        columns.pick(endings, kinds),
    )


def mobiles(rng: np.random.Generator, count: int) -> pa.Array:
    """Mobile numbers: 1[3-9] and nine digits, never the same digit eight times at the end."""
    numbers = rng.integers(13_000_000_000, 20_000_000_000, count)
    return columns.text(columns.digits(numbers - (numbers % 10**8 % 11_111_111 == 0), 11))


def guids(rng: np.random.Generator, count: int) -> pa.Array:
    """Row keys of 32 hexadecimal digits."""
    return columns.text(np.frombuffer(rng.bytes(16 * count).hex().encode(), "S32"))


def _skewed(rng: np.random.Generator, size: int, count: int) -> np.ndarray:
    return (size * rng.random(count) ** 1.8).astype(np.int64)


def _matrix(values: np.ndarray, width: int) -> np.ndarray:
    return np.ascontiguousarray(values.astype(f"S{width}")).view(np.uint8).reshape(len(values), width)


def _bytes(matrix: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(matrix.astype(np.uint8)).view(f"S{matrix.shape[1]}")[:, 0]
