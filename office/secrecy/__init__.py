"""The stop for classified marks (涉密拦截): what bears a mark never leaves intake.

Source: 保守国家秘密法 (2024) art. 31(3); GB/T 9704-2012, 7.2; GB/T 33480-2016, 4.4.
"""
