"""Rules for passwords: what is taken, and one-time passwords (GB/T 22239-2019 8.1.4.1 a)."""

import secrets
import string
import unicodedata

from office.kernel.refusal import Invalid

SHORTEST, LONGEST = 10, 128
CLASSES = 3
REMEMBERED = 5
ONE_TIME_DAYS = 7
#: Without letters and digits that look alike on paper: 0 O 1 l I.
_READABLE = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")
_MARKS = "-+=@#%"

#: Passwords (casefolded, marks and digits at the end dropped) that are tried first in this field.
_COMMON_TEXT = """
    password passw0rd p@ssw0rd p@ssword admin administrator qwerty qwertyuiop qwer asdf asdfghjkl zxcvbn zxcvbnm 1qaz2wsx
    1qaz@wsx qazwsx abc abcd abcdef abcdefg abc123 a woaini iloveyou welcome letmein changeme default root system sysadmin test
    user guest login zhengfu zhenfu xiangzheng zhiban bangong oa gongwen dangzheng beijing zhongguo china huawei zte lenovo
    aa qq qaz wsx admin@ admin! zhiban@ qwe asd asd123 qwe123 1q2w3e4r 1q2w3e q1w2e3r4 q1w2e3 !qaz2wsx !qaz@wsx zaq12wsx
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def normal_password(text: str) -> str:
    """The form that is hashed: NFC, so that two keyboards give one password (RFC 8265, 4.2)."""
    return unicodedata.normalize("NFC", text)


def classes(password: str) -> int:
    """How many of the four classes occur: small letters, capitals, digits, anything else."""
    tests = (str.islower, str.isupper, str.isdigit)
    found = {next((n for n, test in enumerate(tests) if c.isascii() and test(c)), 3) for c in password}
    return len(found)


def is_common(password: str) -> bool:
    """Whether it is a well-known password, or one with only digits and marks put behind or one repeated character."""
    folded = password.casefold()
    stem = folded.rstrip(string.digits + string.punctuation)
    return folded in _COMMON or stem in _COMMON or stem == "" or len(set(folded)) < 4


def check_password(password: str, login: str) -> str:
    """The normal form of a password that is taken for this login name.

    Refuses: Invalid identity.password_length, .password_classes, .password_has_login, .password_common.
    """
    password = normal_password(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("identity.password_length", least=SHORTEST, most=LONGEST)
    if classes(password) < CLASSES:
        raise Invalid("identity.password_classes", least=CLASSES)
    if login in password.casefold():
        raise Invalid("identity.password_has_login")
    if is_common(password):
        raise Invalid("identity.password_common")
    return password


def one_time_password(login: str) -> str:
    """A random password that the rules take, readable from paper: 12 characters, about 68 bits."""
    while True:
        body = "".join(secrets.choice(_READABLE) for _ in range(11))
        at = 1 + secrets.randbelow(10)
        password = body[:at] + secrets.choice(_MARKS) + body[at:]
        if classes(password) == 4 and login not in password.casefold() and not is_common(password):
            return password
