"""Page pictures and text layers (版面预览), made in bounded worker processes that a hostile file may crash without harm.

The door is `pool.Pool`; its answers are in `shapes`. Nothing is imported here: a worker loads this package and must stay small.
"""
