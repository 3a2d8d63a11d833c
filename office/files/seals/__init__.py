"""核验电子签章: seals and signatures inside OFD (V1-V12) and PDF, judged in the rendering workers, never by digests alone.

`ofd.py` and `pdf.py` judge one opened file, `trust.py` a certificate, `folder.py` reads what this deployment trusts. Nothing is
imported here: the server loads only `shapes`, `folder` and `texts`.
"""
