"""Our own reader of OFD (GB/T 33190-2016, 版式文件): the package, its documents, what a page draws, its text, its seals.

Imported in rendering workers only: lxml and skia stay out of the server. Loading it fails with ImportError where the system
libraries of the renderer are missing; `rendering/ofd.py` turns that into a refusal.
"""
