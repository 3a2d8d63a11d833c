"""The document page (文件办理页): what it reads, and how it is composed."""
