"""Files: intake, blobs by digest, content sniffing, page renditions, text layers (文件)."""
