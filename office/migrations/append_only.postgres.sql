CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER "audit_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "flow_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "flow_entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "audit_leaf_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_leaf" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "audit_subtree_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_subtree" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "audit_batch_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_batch" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION await_sealing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "audit_pending" ("entry") SELECT "id" FROM "fresh"; RETURN NULL; END $$;
CREATE TRIGGER "audit_entry_pending" AFTER INSERT ON "audit_entry" REFERENCING NEW TABLE AS "fresh" FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
