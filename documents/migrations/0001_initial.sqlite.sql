CREATE TABLE "documents_document" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "source_key" VARCHAR(200) UNIQUE,
    "origin" VARCHAR(12) NOT NULL,
    "version" INT NOT NULL,
    "title" VARCHAR(400) NOT NULL,
    "doc_no" VARCHAR(120) NOT NULL,
    "issuer" VARCHAR(200) NOT NULL,
    "doc_date" DATE,
    "doc_type" VARCHAR(20) NOT NULL,
    "urgency" VARCHAR(4) NOT NULL,
    "main_to" JSON NOT NULL,
    "signer" VARCHAR(200) NOT NULL,
    "frozen" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL
) /* A document's identity (公文). What it says now is its current version's; copies here serve lists. */;
CREATE TABLE "documents_version" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "document_id" CHAR(36) NOT NULL,
    "version" INT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "rendition" VARCHAR(64) NOT NULL,
    "metadata" JSON NOT NULL,
    "files" JSON NOT NULL,
    "received_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_documents_v_documen_f7bc4b" UNIQUE ("document_id", "version")
) /* One version as it came, kept for ever. `state`: current, or superseded by a higher one, whichever came first. */;
CREATE INDEX "idx_documents_v_renditi_d9694b" ON "documents_version" ("rendition");
CREATE TABLE "documents_handling" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "document_id" CHAR(36) NOT NULL,
    "version" INT NOT NULL,
    "addressed_to" CHAR(36) NOT NULL,
    "unit_id" CHAR(36) NOT NULL,
    "case_id" CHAR(36) NOT NULL,
    "clerk_post" CHAR(36) NOT NULL,
    "presser" VARCHAR(60) NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "title" VARCHAR(400) NOT NULL,
    "doc_no" VARCHAR(120) NOT NULL,
    "issuer" VARCHAR(200) NOT NULL,
    "urgency" VARCHAR(4) NOT NULL,
    "doc_date" DATE,
    "sender" VARCHAR(200) NOT NULL,
    "direct" INT NOT NULL,
    "register_no" VARCHAR(60),
    "register_void" VARCHAR(200) NOT NULL,
    "register_year" INT,
    "register_n" INT,
    "due_at" TIMESTAMP,
    "due_why" VARCHAR(200) NOT NULL,
    "asked" JSON NOT NULL,
    "counted_from" TIMESTAMP,
    "received_at" TIMESTAMP NOT NULL,
    "signed_for_at" TIMESTAMP,
    "registered_at" TIMESTAMP,
    "closed_at" TIMESTAMP,
    "result" TEXT NOT NULL,
    "reply" TEXT NOT NULL,
    "reply_no" VARCHAR(120) NOT NULL,
    "reply_file" CHAR(36),
    "replied_at" TIMESTAMP,
    "withheld" INT NOT NULL,
    "frozen" INT NOT NULL,
    "doc_no_key" VARCHAR(120) NOT NULL,
    "doc_type" VARCHAR(20) NOT NULL,
    "main_to" JSON NOT NULL,
    "signer" VARCHAR(200) NOT NULL,
    "duplicate_of" CHAR(36),
    "channel" VARCHAR(12) NOT NULL,
    "copies" INT NOT NULL,
    "copy_no" VARCHAR(40) NOT NULL,
    "attachments" INT,
    "registrar" VARCHAR(80) NOT NULL,
    "remark" VARCHAR(400) NOT NULL,
    "check_passed" INT,
    "rev" INT NOT NULL,
    "remind_at" TIMESTAMP,
    "reminded" JSON NOT NULL,
    CONSTRAINT "uid_documents_h_documen_6d4ef0" UNIQUE ("document_id", "addressed_to")
) /* One unit's handling (办理) of a document: its register number, flow, opinions and deadline, visible in that unit only. */;
CREATE INDEX "idx_documents_h_unit_id_3fed85" ON "documents_handling" ("unit_id", "received_at", "id");
CREATE INDEX "idx_documents_h_unit_id_a85823" ON "documents_handling" ("unit_id", "state", "received_at");
CREATE INDEX "idx_documents_h_unit_id_84a4c0" ON "documents_handling" ("unit_id", "register_year", "register_n");
CREATE INDEX "idx_documents_h_unit_id_20fc55" ON "documents_handling" ("unit_id", "doc_no_key");
CREATE INDEX "idx_documents_h_unit_id_89a0bf" ON "documents_handling" ("unit_id", "closed_at", "received_at");
CREATE INDEX "idx_documents_h_case_id_f1508f" ON "documents_handling" ("case_id");
CREATE INDEX "idx_documents_h_remind__b91142" ON "documents_handling" ("remind_at");
CREATE TABLE "documents_opinion" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "handling_id" CHAR(36) NOT NULL,
    "obligation" VARCHAR(40) NOT NULL,
    "act" VARCHAR(16) NOT NULL,
    "text" TEXT NOT NULL,
    "person_id" CHAR(36) NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "post_id" CHAR(36),
    "post_title" VARCHAR(120) NOT NULL,
    "place" VARCHAR(200) NOT NULL,
    "rank_no" INT NOT NULL,
    "on_behalf_of" VARCHAR(80) NOT NULL,
    "manner" VARCHAR(12) NOT NULL,
    "entered_by" CHAR(36),
    "entered_by_name" VARCHAR(80) NOT NULL,
    "entered_from" VARCHAR(8) NOT NULL,
    "scan_id" CHAR(36),
    "decided_at" TIMESTAMP,
    "confirmed_at" TIMESTAMP,
    "signature_id" CHAR(36),
    "version" INT NOT NULL,
    "action" JSON NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "withdrawn_at" TIMESTAMP
) /* An opinion (意见), verbatim. What it does is kept apart from it. Copied names stay as they were. */;
CREATE INDEX "idx_documents_o_handlin_3695d9" ON "documents_opinion" ("handling_id", "at");
CREATE INDEX "idx_documents_o_signatu_86f8fb" ON "documents_opinion" ("signature_id");
CREATE TABLE "documents_participant" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "handling_id" CHAR(36) NOT NULL,
    "holder" CHAR(36) NOT NULL,
    CONSTRAINT "uid_documents_p_handlin_4443d6" UNIQUE ("handling_id", "holder")
) /* Someone, or a post, that had a part in a handling, and so may read it. */;
CREATE INDEX "idx_documents_p_holder_f591b6" ON "documents_participant" ("holder", "handling_id");
CREATE TABLE "documents_phrases" (
    "person_id" CHAR(36) NOT NULL PRIMARY KEY,
    "items" JSON NOT NULL
) /* A person's own quick phrases (常用语). */;
CREATE TABLE "documents_sending" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "parent_id" CHAR(36) NOT NULL,
    "child_id" CHAR(36) NOT NULL,
    "sent_by" VARCHAR(40) NOT NULL,
    "sender" VARCHAR(200) NOT NULL,
    "role" VARCHAR(8) NOT NULL,
    "words" TEXT NOT NULL,
    "version" INT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "withdrawn_at" TIMESTAMP,
    "ended" VARCHAR(20) NOT NULL,
    "before" JSON
) /* One sending down (下发) from a unit's handling, `parent_id`, to another's, `child_id`: as what, in whose words. */;
CREATE INDEX "idx_documents_s_parent__726e28" ON "documents_sending" ("parent_id", "at");
CREATE INDEX "idx_documents_s_child_i_f79ff9" ON "documents_sending" ("child_id", "at");
CREATE TABLE "documents_step" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "handling_id" CHAR(36) NOT NULL,
    "case_id" CHAR(36) NOT NULL,
    "step" VARCHAR(12) NOT NULL,
    "code" VARCHAR(60) NOT NULL,
    "words" TEXT NOT NULL,
    "facts" JSON NOT NULL,
    "person_id" CHAR(36) NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "post_title" VARCHAR(120) NOT NULL,
    "on_behalf_of" VARCHAR(80) NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* What a step of the clerk's was (办理环节记录): 签收, 登记, 初审, 退文, 更正登记; append-only, names as they were. */;
CREATE INDEX "idx_documents_s_handlin_d87109" ON "documents_step" ("handling_id", "at");
CREATE TABLE "documents_unit_rules" (
    "unit_id" CHAR(36) NOT NULL PRIMARY KEY,
    "clerk_hub" INT NOT NULL,
    "limits" JSON NOT NULL,
    "reviewer" VARCHAR(60) NOT NULL
) /* How a unit handles its documents. `clerk_hub`: what a leader sends on waits for the clerk's word (以文书为中心). */;
CREATE TABLE "documents_press" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "handling_id" CHAR(36) NOT NULL,
    "step" VARCHAR(40) NOT NULL,
    "what" VARCHAR(40) NOT NULL,
    "whom" VARCHAR(60) NOT NULL,
    "whom_name" VARCHAR(200) NOT NULL,
    "by" CHAR(36) NOT NULL,
    "by_name" VARCHAR(80) NOT NULL,
    "ground" VARCHAR(12) NOT NULL,
    "way" VARCHAR(4) NOT NULL,
    "words" VARCHAR(200) NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* One person or unit pressed once (催办记录), append-only; names and words as they were. */;
CREATE INDEX "idx_documents_p_handlin_87f39e" ON "documents_press" ("handling_id", "at");
CREATE TABLE "documents_final_seal" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "handling_id" CHAR(36) NOT NULL,
    "closed_at" TIMESTAMP NOT NULL,
    "file_id" CHAR(36) NOT NULL,
    "sha256" VARCHAR(64) NOT NULL,
    "sm3" VARCHAR(64) NOT NULL,
    "size" BIGINT NOT NULL,
    "pages" INT NOT NULL,
    "signer" VARCHAR(200) NOT NULL,
    "test" INT NOT NULL,
    "certificate" BLOB NOT NULL,
    "sm2_key" BLOB,
    "sm2_signature" BLOB,
    "sealed_at" TIMESTAMP NOT NULL,
    "absent" VARCHAR(200) NOT NULL,
    CONSTRAINT "uid_documents_f_handlin_02facf" UNIQUE ("handling_id", "closed_at")
) /* The sealed whole (归档版式文件) of a handling, once for each time it was closed. */;
CREATE TABLE "exchange_addressee" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "handling_id" CHAR(36) NOT NULL,
    "recipient" VARCHAR(18) NOT NULL,
    CONSTRAINT "uid_exchange_ad_handlin_d6ade5" UNIQUE ("handling_id", "recipient")
) /* A code that a push named, and the handling it came to: the heir's where the unit has ended (撤并). */;
CREATE TABLE "exchange_push" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "key" VARCHAR(64) NOT NULL UNIQUE,
    "client_id" CHAR(36) NOT NULL,
    "source" VARCHAR(60) NOT NULL,
    "source_id" VARCHAR(120) NOT NULL,
    "version" INT NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "document_id" CHAR(36) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "receipt" JSON NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* One accepted push. The key (source, source id, version) is unique, so five times the same is once. */;
CREATE INDEX "idx_exchange_pu_documen_033a68" ON "exchange_push" ("document_id", "version");
CREATE TABLE "exchange_source" (
    "source" VARCHAR(60) NOT NULL PRIMARY KEY,
    "client_id" CHAR(36) NOT NULL,
    "since" TIMESTAMP NOT NULL
) /* A source system (来源系统) and the one client that pushes for it today; a client registered anew takes it over. */;
CREATE TABLE "exchange_state" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "client_id" CHAR(36) NOT NULL,
    "seq" BIGINT NOT NULL,
    "type" VARCHAR(40) NOT NULL,
    "document_id" CHAR(36) NOT NULL,
    "source_id" VARCHAR(120) NOT NULL,
    "version" INT NOT NULL,
    "handling_id" CHAR(36),
    "recipient" VARCHAR(18) NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "detail" JSON NOT NULL,
    "at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_exchange_st_client__1572c0" UNIQUE ("client_id", "seq")
) /* One state told to a client: `seq` without gaps, read from any position. `recipient` is the code the sender named; */;
CREATE INDEX "idx_exchange_st_handlin_ce8d57" ON "exchange_state" ("handling_id", "recipient", "seq");
CREATE TABLE "exchange_log" (
    "client_id" CHAR(36) NOT NULL PRIMARY KEY,
    "head" BIGINT NOT NULL
) /* The head of a client's log of states; its row lock makes the numbers contiguous in commit order. */;
CREATE TABLE "exchange_webhook" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "client_id" CHAR(36) NOT NULL,
    "url" VARCHAR(500) NOT NULL,
    "types" JSON NOT NULL,
    "secret" VARCHAR(80) NOT NULL,
    "old_secrets" JSON NOT NULL,
    "enabled_at" TIMESTAMP NOT NULL,
    "disabled_at" TIMESTAMP,
    "last_status" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMP NOT NULL
) /* Where a client wants states sent. `secret` signs each delivery (Standard Webhooks), as do `old_secrets`, {secret, until}, */;
CREATE INDEX "idx_exchange_we_client__6cf92d" ON "exchange_webhook" ("client_id");
