CREATE TABLE "documents_document" (
    "id" UUID NOT NULL PRIMARY KEY,
    "source_key" VARCHAR(200) UNIQUE,
    "origin" VARCHAR(12) NOT NULL,
    "version" INT NOT NULL,
    "title" VARCHAR(400) NOT NULL,
    "doc_no" VARCHAR(120) NOT NULL,
    "issuer" VARCHAR(200) NOT NULL,
    "doc_date" DATE,
    "doc_type" VARCHAR(20) NOT NULL,
    "urgency" VARCHAR(4) NOT NULL,
    "main_to" JSONB NOT NULL,
    "signer" VARCHAR(200) NOT NULL,
    "frozen" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "documents_document" IS 'A document''s identity (公文). What it says now is its current version''s; copies here serve lists.';
CREATE TABLE "documents_version" (
    "id" UUID NOT NULL PRIMARY KEY,
    "document_id" UUID NOT NULL,
    "version" INT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "rendition" VARCHAR(64) NOT NULL,
    "metadata" JSONB NOT NULL,
    "files" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_documents_v_documen_f7bc4b" UNIQUE ("document_id", "version")
);
CREATE INDEX "idx_documents_v_renditi_d9694b" ON "documents_version" ("rendition");
COMMENT ON TABLE "documents_version" IS 'One version as it came, kept for ever. `state`: current, or superseded by a higher one, whichever came first.';
CREATE TABLE "documents_handling" (
    "id" UUID NOT NULL PRIMARY KEY,
    "document_id" UUID NOT NULL,
    "version" INT NOT NULL,
    "addressed_to" UUID NOT NULL,
    "unit_id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "clerk_post" UUID NOT NULL,
    "presser" VARCHAR(60) NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "title" VARCHAR(400) NOT NULL,
    "doc_no" VARCHAR(120) NOT NULL,
    "issuer" VARCHAR(200) NOT NULL,
    "urgency" VARCHAR(4) NOT NULL,
    "doc_date" DATE,
    "sender" VARCHAR(200) NOT NULL,
    "direct" BOOL NOT NULL,
    "register_no" VARCHAR(60),
    "register_void" VARCHAR(200) NOT NULL,
    "register_year" INT,
    "register_n" INT,
    "due_at" TIMESTAMPTZ,
    "due_why" VARCHAR(200) NOT NULL,
    "asked" JSONB NOT NULL,
    "counted_from" TIMESTAMPTZ,
    "received_at" TIMESTAMPTZ NOT NULL,
    "signed_for_at" TIMESTAMPTZ,
    "registered_at" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "result" TEXT NOT NULL,
    "reply" TEXT NOT NULL,
    "reply_no" VARCHAR(120) NOT NULL,
    "reply_file" UUID,
    "replied_at" TIMESTAMPTZ,
    "withheld" BOOL NOT NULL,
    "frozen" BOOL NOT NULL,
    "doc_no_key" VARCHAR(120) NOT NULL,
    "doc_type" VARCHAR(20) NOT NULL,
    "main_to" JSONB NOT NULL,
    "signer" VARCHAR(200) NOT NULL,
    "duplicate_of" UUID,
    "channel" VARCHAR(12) NOT NULL,
    "copies" INT NOT NULL,
    "copy_no" VARCHAR(40) NOT NULL,
    "attachments" INT,
    "registrar" VARCHAR(80) NOT NULL,
    "remark" VARCHAR(400) NOT NULL,
    "check_passed" BOOL,
    "rev" INT NOT NULL,
    "remind_at" TIMESTAMPTZ,
    "reminded" JSONB NOT NULL,
    CONSTRAINT "uid_documents_h_documen_6d4ef0" UNIQUE ("document_id", "addressed_to")
);
CREATE INDEX "idx_documents_h_unit_id_3fed85" ON "documents_handling" ("unit_id", "received_at", "id");
CREATE INDEX "idx_documents_h_unit_id_a85823" ON "documents_handling" ("unit_id", "state", "received_at");
CREATE INDEX "idx_documents_h_unit_id_84a4c0" ON "documents_handling" ("unit_id", "register_year", "register_n");
CREATE INDEX "idx_documents_h_unit_id_20fc55" ON "documents_handling" ("unit_id", "doc_no_key");
CREATE INDEX "idx_documents_h_unit_id_89a0bf" ON "documents_handling" ("unit_id", "closed_at", "received_at");
CREATE INDEX "idx_documents_h_case_id_f1508f" ON "documents_handling" ("case_id");
CREATE INDEX "idx_documents_h_remind__b91142" ON "documents_handling" ("remind_at");
COMMENT ON TABLE "documents_handling" IS 'One unit''s handling (办理) of a document: its register number, flow, opinions and deadline, visible in that unit only.';
CREATE TABLE "documents_opinion" (
    "id" UUID NOT NULL PRIMARY KEY,
    "handling_id" UUID NOT NULL,
    "obligation" VARCHAR(40) NOT NULL,
    "act" VARCHAR(16) NOT NULL,
    "text" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "post_id" UUID,
    "post_title" VARCHAR(120) NOT NULL,
    "place" VARCHAR(200) NOT NULL,
    "rank_no" INT NOT NULL,
    "on_behalf_of" VARCHAR(80) NOT NULL,
    "manner" VARCHAR(12) NOT NULL,
    "entered_by" UUID,
    "entered_by_name" VARCHAR(80) NOT NULL,
    "entered_from" VARCHAR(8) NOT NULL,
    "scan_id" UUID,
    "decided_at" TIMESTAMPTZ,
    "confirmed_at" TIMESTAMPTZ,
    "signature_id" UUID,
    "version" INT NOT NULL,
    "action" JSONB NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "withdrawn_at" TIMESTAMPTZ
);
CREATE INDEX "idx_documents_o_handlin_3695d9" ON "documents_opinion" ("handling_id", "at");
CREATE INDEX "idx_documents_o_signatu_86f8fb" ON "documents_opinion" ("signature_id");
COMMENT ON TABLE "documents_opinion" IS 'An opinion (意见), verbatim. What it does is kept apart from it. Copied names stay as they were.';
CREATE TABLE "documents_participant" (
    "id" UUID NOT NULL PRIMARY KEY,
    "handling_id" UUID NOT NULL,
    "holder" UUID NOT NULL,
    CONSTRAINT "uid_documents_p_handlin_4443d6" UNIQUE ("handling_id", "holder")
);
CREATE INDEX "idx_documents_p_holder_f591b6" ON "documents_participant" ("holder", "handling_id");
COMMENT ON TABLE "documents_participant" IS 'Someone, or a post, that had a part in a handling, and so may read it.';
CREATE TABLE "documents_phrases" (
    "person_id" UUID NOT NULL PRIMARY KEY,
    "items" JSONB NOT NULL
);
COMMENT ON TABLE "documents_phrases" IS 'A person''s own quick phrases (常用语).';
CREATE TABLE "documents_sending" (
    "id" UUID NOT NULL PRIMARY KEY,
    "parent_id" UUID NOT NULL,
    "child_id" UUID NOT NULL,
    "sent_by" VARCHAR(40) NOT NULL,
    "sender" VARCHAR(200) NOT NULL,
    "role" VARCHAR(8) NOT NULL,
    "words" TEXT NOT NULL,
    "version" INT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "withdrawn_at" TIMESTAMPTZ,
    "ended" VARCHAR(20) NOT NULL,
    "before" JSONB
);
CREATE INDEX "idx_documents_s_parent__726e28" ON "documents_sending" ("parent_id", "at");
CREATE INDEX "idx_documents_s_child_i_f79ff9" ON "documents_sending" ("child_id", "at");
COMMENT ON TABLE "documents_sending" IS 'One sending down (下发) from a unit''s handling, `parent_id`, to another''s, `child_id`: as what, in whose words.';
CREATE TABLE "documents_step" (
    "id" UUID NOT NULL PRIMARY KEY,
    "handling_id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "step" VARCHAR(12) NOT NULL,
    "code" VARCHAR(60) NOT NULL,
    "words" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "person_id" UUID NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "post_title" VARCHAR(120) NOT NULL,
    "on_behalf_of" VARCHAR(80) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_documents_s_handlin_d87109" ON "documents_step" ("handling_id", "at");
COMMENT ON TABLE "documents_step" IS 'What a step of the clerk''s was (办理环节记录): 签收, 登记, 初审, 退文, 更正登记; append-only, names as they were.';
CREATE TABLE "documents_unit_rules" (
    "unit_id" UUID NOT NULL PRIMARY KEY,
    "clerk_hub" BOOL NOT NULL,
    "limits" JSONB NOT NULL,
    "reviewer" VARCHAR(60) NOT NULL
);
COMMENT ON TABLE "documents_unit_rules" IS 'How a unit handles its documents. `clerk_hub`: what a leader sends on waits for the clerk''s word (以文书为中心).';
CREATE TABLE "documents_press" (
    "id" UUID NOT NULL PRIMARY KEY,
    "handling_id" UUID NOT NULL,
    "step" VARCHAR(40) NOT NULL,
    "what" VARCHAR(40) NOT NULL,
    "whom" VARCHAR(60) NOT NULL,
    "whom_name" VARCHAR(200) NOT NULL,
    "by" UUID NOT NULL,
    "by_name" VARCHAR(80) NOT NULL,
    "ground" VARCHAR(12) NOT NULL,
    "way" VARCHAR(4) NOT NULL,
    "words" VARCHAR(200) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_documents_p_handlin_87f39e" ON "documents_press" ("handling_id", "at");
COMMENT ON TABLE "documents_press" IS 'One person or unit pressed once (催办记录), append-only; names and words as they were.';
CREATE TABLE "documents_final_seal" (
    "id" UUID NOT NULL PRIMARY KEY,
    "handling_id" UUID NOT NULL,
    "closed_at" TIMESTAMPTZ NOT NULL,
    "file_id" UUID NOT NULL,
    "sha256" VARCHAR(64) NOT NULL,
    "sm3" VARCHAR(64) NOT NULL,
    "size" BIGINT NOT NULL,
    "pages" INT NOT NULL,
    "signer" VARCHAR(200) NOT NULL,
    "test" BOOL NOT NULL,
    "certificate" BYTEA NOT NULL,
    "sm2_key" BYTEA,
    "sm2_signature" BYTEA,
    "sealed_at" TIMESTAMPTZ NOT NULL,
    "absent" VARCHAR(200) NOT NULL,
    CONSTRAINT "uid_documents_f_handlin_02facf" UNIQUE ("handling_id", "closed_at")
);
COMMENT ON TABLE "documents_final_seal" IS 'The sealed whole (归档版式文件) of a handling, once for each time it was closed.';
CREATE TABLE "exchange_addressee" (
    "id" UUID NOT NULL PRIMARY KEY,
    "handling_id" UUID NOT NULL,
    "recipient" VARCHAR(18) NOT NULL,
    CONSTRAINT "uid_exchange_ad_handlin_d6ade5" UNIQUE ("handling_id", "recipient")
);
COMMENT ON TABLE "exchange_addressee" IS 'A code that a push named, and the handling it came to: the heir''s where the unit has ended (撤并).';
CREATE TABLE "exchange_push" (
    "id" UUID NOT NULL PRIMARY KEY,
    "key" VARCHAR(64) NOT NULL UNIQUE,
    "client_id" UUID NOT NULL,
    "source" VARCHAR(60) NOT NULL,
    "source_id" VARCHAR(120) NOT NULL,
    "version" INT NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "document_id" UUID NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "receipt" JSONB NOT NULL,
    "at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_exchange_pu_documen_033a68" ON "exchange_push" ("document_id", "version");
COMMENT ON TABLE "exchange_push" IS 'One accepted push. The key (source, source id, version) is unique, so five times the same is once.';
CREATE TABLE "exchange_source" (
    "source" VARCHAR(60) NOT NULL PRIMARY KEY,
    "client_id" UUID NOT NULL,
    "since" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "exchange_source" IS 'A source system (来源系统) and the one client that pushes for it today; a client registered anew takes it over.';
CREATE TABLE "exchange_state" (
    "id" UUID NOT NULL PRIMARY KEY,
    "client_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "type" VARCHAR(40) NOT NULL,
    "document_id" UUID NOT NULL,
    "source_id" VARCHAR(120) NOT NULL,
    "version" INT NOT NULL,
    "handling_id" UUID,
    "recipient" VARCHAR(18) NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "detail" JSONB NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_exchange_st_client__1572c0" UNIQUE ("client_id", "seq")
);
CREATE INDEX "idx_exchange_st_handlin_ce8d57" ON "exchange_state" ("handling_id", "recipient", "seq");
COMMENT ON TABLE "exchange_state" IS 'One state told to a client: `seq` without gaps, read from any position. `recipient` is the code the sender named;';
CREATE TABLE "exchange_log" (
    "client_id" UUID NOT NULL PRIMARY KEY,
    "head" BIGINT NOT NULL
);
COMMENT ON TABLE "exchange_log" IS 'The head of a client''s log of states; its row lock makes the numbers contiguous in commit order.';
CREATE TABLE "exchange_webhook" (
    "id" UUID NOT NULL PRIMARY KEY,
    "client_id" UUID NOT NULL,
    "url" VARCHAR(500) NOT NULL,
    "types" JSONB NOT NULL,
    "secret" VARCHAR(80) NOT NULL,
    "old_secrets" JSONB NOT NULL,
    "enabled_at" TIMESTAMPTZ NOT NULL,
    "disabled_at" TIMESTAMPTZ,
    "last_status" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_exchange_we_client__6cf92d" ON "exchange_webhook" ("client_id");
COMMENT ON TABLE "exchange_webhook" IS 'Where a client wants states sent. `secret` signs each delivery (Standard Webhooks), as do `old_secrets`, {secret, until},';
