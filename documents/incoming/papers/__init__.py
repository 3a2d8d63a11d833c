"""The printed papers of a handling: 文件处理单, and the sealed whole of one that is closed."""
