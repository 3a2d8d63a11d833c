"""国密: SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 (GB/T 32907), each behind one small port with a self-test.

`sm2.py` signs and verifies by the machine's libcrypto; `digests.py` has SM3 by `cryptography`; `selftest.py` tries all three
against the standards' examples. Nothing is imported here: a rendering worker loads only what it needs.
"""
