"""Word, Excel and PowerPoint files (Office Open XML, ISO/IEC 29500) as far as they concern us: bounds, facts, and what is
taken out of them before another program reads them. Used inside rendering workers only."""
