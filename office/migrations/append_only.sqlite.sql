CREATE TRIGGER "audit_entry_no_update" BEFORE UPDATE ON "audit_entry" BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER "audit_entry_no_delete" BEFORE DELETE ON "audit_entry" BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER "flow_entry_no_update" BEFORE UPDATE ON "flow_entry" BEGIN SELECT RAISE(ABORT, 'flow_entry is append-only'); END;
CREATE TRIGGER "flow_entry_no_delete" BEFORE DELETE ON "flow_entry" BEGIN SELECT RAISE(ABORT, 'flow_entry is append-only'); END;
