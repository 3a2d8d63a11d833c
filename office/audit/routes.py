"""Routes of the trail: for reading only. Nobody alters it, whatever role they have."""

from office.audit.exporting import export
from office.audit.queries import entries, entry
from office.kernel.endpoint import Endpoint

READ = "audit.read"
ENDPOINTS = [
    Endpoint("GET", "/audit-entries", READ, entries, "操作日志"),
    Endpoint("GET", "/audit-entries/{id}", READ, entry, "操作日志的一行"),
    Endpoint("GET", "/audit-export", READ, export, "导出操作日志"),
]
