"""国密: SM2 (GB/T 32918) and SM3 (GB/T 32905), each behind one small port, with a self-test.

`sm2.py` signs and verifies by the machine's libcrypto; `digests.py` has SM3 by `cryptography`; `selftest.py` tries both against
the standards' examples, and SM4 (GB/T 32907) too, with which nothing here enciphers yet. Nothing is imported here: a rendering
worker loads only what it needs.
"""
