CREATE TABLE "outbox_delivery" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "handler" VARCHAR(120) NOT NULL,
    "key" VARCHAR(160) NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "not_before" TIMESTAMP NOT NULL,
    "leased_until" TIMESTAMP,
    "done_at" TIMESTAMP,
    "last_error" TEXT NOT NULL,
    CONSTRAINT "uid_outbox_deli_event_s_17020d" UNIQUE ("event_seq", "handler")
) /* One event for one handler. A worker outside a transaction holds it by `leased_until` of the database's clock. */;
CREATE INDEX "idx_outbox_deli_state_324e89" ON "outbox_delivery" ("state", "not_before");
CREATE INDEX "idx_outbox_deli_handler_40ab3e" ON "outbox_delivery" ("handler", "key", "state", "event_seq");
CREATE TABLE "outbox_job" (
    "name" VARCHAR(120) NOT NULL PRIMARY KEY,
    "next_at" TIMESTAMP NOT NULL,
    "started_at" TIMESTAMP,
    "last_error" TEXT NOT NULL
) /* The next slot of a scheduled job; a conditional update lets one process take it. */;
CREATE TABLE "outbox_event" (
    "seq" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "id" CHAR(36) NOT NULL UNIQUE,
    "name" VARCHAR(80) NOT NULL,
    "version" INT NOT NULL,
    "key" VARCHAR(160) NOT NULL,
    "payload" JSON NOT NULL,
    "actor" VARCHAR(60) NOT NULL,
    "request" VARCHAR(60) NOT NULL,
    "occurred_at" TIMESTAMP NOT NULL
) /* A fact, as it was recorded. `seq` orders within a key only: numbers are given in one order and commit in another. */;
CREATE TABLE "audit_batch" (
    "number" INT NOT NULL PRIMARY KEY,
    "size" BIGINT NOT NULL,
    "root" VARCHAR(64) NOT NULL,
    "previous" VARCHAR(64) NOT NULL,
    "sealed_at" TIMESTAMP NOT NULL,
    "server_key" VARCHAR(16) NOT NULL,
    "signature" BLOB NOT NULL
) /* A sealed batch: the tree's size and root after it, the digest of the head before, and the server's signature on the head. */;
CREATE TABLE "audit_check" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "begun_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP,
    "rows" BIGINT NOT NULL,
    "place" JSON NOT NULL,
    "findings" JSON NOT NULL
) /* A reading of the whole trail by the house itself (`checking.py`): how far it is, and what it found. */;
CREATE INDEX "idx_audit_check_ended_a_9d562d" ON "audit_check" ("ended_at");
CREATE TABLE "audit_daily" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "day" DATE NOT NULL,
    "actor" VARCHAR(60) NOT NULL,
    "action" VARCHAR(80) NOT NULL,
    "subject" VARCHAR(160) NOT NULL,
    "outcome" VARCHAR(12) NOT NULL,
    "device" VARCHAR(40) NOT NULL,
    CONSTRAINT "uid_audit_daily_day_ff287b" UNIQUE ("day", "actor", "action", "subject", "outcome", "device")
) /* That somebody did something to something today, so that it leaves one row a day; dropped when the day is over. */;
CREATE TABLE "audit_entry" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "at" TIMESTAMP NOT NULL,
    "action" VARCHAR(80) NOT NULL,
    "subject" VARCHAR(160) NOT NULL,
    "outcome" VARCHAR(12) NOT NULL,
    "actor" VARCHAR(60) NOT NULL,
    "actor_name" VARCHAR(80) NOT NULL,
    "post" VARCHAR(120) NOT NULL,
    "unit" VARCHAR(36) NOT NULL,
    "on_behalf_of" VARCHAR(120) NOT NULL,
    "session" VARCHAR(40) NOT NULL,
    "device" VARCHAR(40) NOT NULL,
    "address" VARCHAR(45) NOT NULL,
    "request" VARCHAR(60) NOT NULL,
    "facts" JSON NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "mac" VARCHAR(64) NOT NULL
) /* One act. Names are copied as they were; `unit` is the id of the unit of `post`. `digest` is the SHA-256 of the row's */;
CREATE INDEX "idx_audit_entry_subject_adfb3c" ON "audit_entry" ("subject", "at");
CREATE INDEX "idx_audit_entry_actor_n_b6d6d9" ON "audit_entry" ("actor_name", "at");
CREATE INDEX "idx_audit_entry_unit_835fe6" ON "audit_entry" ("unit", "at");
CREATE INDEX "idx_audit_entry_action_996fc3" ON "audit_entry" ("action", "at");
CREATE INDEX "idx_audit_entry_outcome_14e464" ON "audit_entry" ("outcome", "at");
CREATE INDEX "idx_audit_entry_at_c3f19e" ON "audit_entry" ("at");
CREATE TABLE "audit_leaf" (
    "position" BIGINT NOT NULL PRIMARY KEY,
    "entry" CHAR(36) NOT NULL UNIQUE,
    "digest" VARCHAR(64) NOT NULL
) /* The place of a sealed row in the tree, from 0, and the digest it was sealed with. */;
CREATE TABLE "audit_pending" (
    "entry" CHAR(36) NOT NULL PRIMARY KEY
) /* A row not sealed yet. A trigger of the database puts it here with the row itself; the sealing takes it out. */;
CREATE TABLE "audit_subtree" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "level" SMALLINT NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" VARCHAR(64) NOT NULL,
    CONSTRAINT "uid_audit_subtr_level_036546" UNIQUE ("level", "number")
) /* The hash of a whole subtree of 256^level leaves, the `number`th of its level: what a proof needs without reading all. */;
CREATE TABLE "identity_account" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "login" VARCHAR(64) NOT NULL UNIQUE,
    "person" CHAR(36) NOT NULL UNIQUE,
    "name" VARCHAR(80) NOT NULL,
    "password_hash" VARCHAR(200) NOT NULL,
    "password_set_at" TIMESTAMP NOT NULL,
    "must_change" INT NOT NULL,
    "one_time_until" TIMESTAMP,
    "disabled_at" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL
) /* 账号: one person's way in. `login` is normalised (`rules.normal_login`); one account a person, never shared. */;
CREATE TABLE "identity_address_failure" (
    "key" VARCHAR(64) NOT NULL PRIMARY KEY,
    "address" VARCHAR(45) NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* One login name that failed from one address and has not succeeded from there since. */;
CREATE INDEX "idx_identity_ad_address_a95ac7" ON "identity_address_failure" ("address", "at");
CREATE INDEX "idx_identity_ad_at_92fdab" ON "identity_address_failure" ("at");
CREATE TABLE "identity_device" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "public_key" VARCHAR(160) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL UNIQUE,
    "pin_hash" VARCHAR(200) NOT NULL,
    "pin_failures" INT NOT NULL,
    "one_tap_blocked" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "last_used_at" TIMESTAMP,
    "revoked_at" TIMESTAMP,
    "keys_seen_at" TIMESTAMP,
    "account_id" CHAR(36) NOT NULL REFERENCES "identity_account" ("id") ON DELETE RESTRICT
) /* 设备: a person's own phone or browser, known by the public half of a key that cannot leave it. */;
CREATE INDEX "idx_identity_de_account_aab742" ON "identity_device" ("account_id", "revoked_at");
CREATE TABLE "identity_failure_count" (
    "key" VARCHAR(80) NOT NULL PRIMARY KEY,
    "opened_at" TIMESTAMP NOT NULL,
    "failures" INT NOT NULL,
    "level" INT NOT NULL,
    "locked_until" TIMESTAMP
) /* Failures counted under one key (a login name, an address, a device, a session, an account for a day), and their lock. */;
CREATE INDEX "idx_identity_fa_opened__a28c5b" ON "identity_failure_count" ("opened_at");
CREATE TABLE "identity_client" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "unit" CHAR(36),
    "unit_uscc" VARCHAR(18) NOT NULL,
    "succeeds" CHAR(36) UNIQUE,
    "scopes" JSON NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "disabled_at" TIMESTAMP
) /* 接入方: another system that acts by key, within its scopes, for one unit or for none. */;
CREATE TABLE "identity_client_key" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "key_hash" VARCHAR(64) NOT NULL UNIQUE,
    "hint" VARCHAR(8) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "revoked_at" TIMESTAMP,
    "last_used_at" TIMESTAMP,
    "client_id" CHAR(36) NOT NULL REFERENCES "identity_client" ("id") ON DELETE RESTRICT
) /* A client's key, stored as its SHA-256; two are valid at once while one replaces the other. */;
CREATE INDEX "idx_identity_cl_client__8b565e" ON "identity_client_key" ("client_id", "revoked_at");
CREATE TABLE "identity_session" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "client" VARCHAR(8) NOT NULL,
    "method" VARCHAR(10) NOT NULL,
    "device" CHAR(36),
    "passkey" CHAR(36),
    "device_name" VARCHAR(80) NOT NULL,
    "address" VARCHAR(45) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "last_seen_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "reauthenticated_at" TIMESTAMP,
    "ended_at" TIMESTAMP,
    "ended_why" VARCHAR(20) NOT NULL,
    "keys_seen_at" TIMESTAMP,
    "account_id" CHAR(36) NOT NULL REFERENCES "identity_account" ("id") ON DELETE RESTRICT
) /* 会话: one sign-in on one browser or app. The token is stored only as its SHA-256, hex. */;
CREATE INDEX "idx_identity_se_account_c0fe7a" ON "identity_session" ("account_id", "ended_at");
CREATE INDEX "idx_identity_se_ended_a_bc1357" ON "identity_session" ("ended_at", "last_seen_at");
CREATE INDEX "idx_identity_se_ended_a_a2b508" ON "identity_session" ("ended_at", "expires_at");
CREATE TABLE "identity_old_password" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "account" CHAR(36) NOT NULL,
    "password_hash" VARCHAR(200) NOT NULL,
    "replaced_at" TIMESTAMP NOT NULL
) /* A password the account had before, hashed, so that it is not taken again. */;
CREATE INDEX "idx_identity_ol_account_349d37" ON "identity_old_password" ("account", "replaced_at");
CREATE TABLE "identity_passkey" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "name" VARCHAR(80) NOT NULL,
    "credential" VARCHAR(1400) NOT NULL UNIQUE,
    "public_key" BLOB NOT NULL,
    "sign_count" BIGINT NOT NULL,
    "transports" JSON NOT NULL,
    "blocked" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "last_used_at" TIMESTAMP,
    "revoked_at" TIMESTAMP,
    "made_on" CHAR(36),
    "account_id" CHAR(36) NOT NULL REFERENCES "identity_account" ("id") ON DELETE RESTRICT
) /* 通行密钥: a WebAuthn credential (W3C WebAuthn Level 3). `blocked` from a reset until the new password was given again. */;
CREATE INDEX "idx_identity_pa_account_c295fa" ON "identity_passkey" ("account_id", "revoked_at");
CREATE TABLE "identity_server_secret" (
    "name" VARCHAR(40) NOT NULL PRIMARY KEY,
    "value" BLOB NOT NULL
) /* A secret of this deployment that all its processes share, made when it is first wanted. */;
CREATE TABLE "identity_spent_challenge" (
    "value" VARCHAR(64) NOT NULL PRIMARY KEY,
    "expires_at" TIMESTAMP NOT NULL
) /* A login challenge that was signed well and used; kept until its two minutes are over. */;
CREATE INDEX "idx_identity_sp_expires_91f866" ON "identity_spent_challenge" ("expires_at");
CREATE TABLE "organization_absence" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "person" CHAR(36) NOT NULL,
    "kind" VARCHAR(4) NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP NOT NULL,
    "note" VARCHAR(100) NOT NULL,
    "created_at" TIMESTAMP NOT NULL
) /* A person is away (出差 or 请假) for a time. It changes no right; senders and clerks see it. */;
CREATE INDEX "idx_organizatio_person_70e6ba" ON "organization_absence" ("person", "valid_to");
CREATE TABLE "organization_appointment" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "person" CHAR(36) NOT NULL,
    "post" CHAR(36) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "is_primary" INT NOT NULL,
    "scope" VARCHAR(200) NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP,
    "basis" VARCHAR(120) NOT NULL,
    "told" VARCHAR(8) NOT NULL
) /* A person in a post for a time (任职); `kind` 主任, 兼任, 挂职, 主持工作, 借调 or 代理; `scope` the fields led (分管). */;
CREATE INDEX "idx_organizatio_person_565f4e" ON "organization_appointment" ("person", "valid_from");
CREATE INDEX "idx_organizatio_post_c3f7a6" ON "organization_appointment" ("post", "valid_from");
CREATE INDEX "idx_organizatio_told_b19631" ON "organization_appointment" ("told", "valid_to");
CREATE TABLE "organization_calendar_day" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "day" VARCHAR(10) NOT NULL,
    "region" VARCHAR(12) NOT NULL,
    "is_work" INT NOT NULL,
    "note" VARCHAR(60) NOT NULL,
    "entered_by" VARCHAR(60) NOT NULL,
    "entered_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_organizatio_day_cfc203" UNIQUE ("day", "region")
) /* An edit of the working-day calendar: on this date this region (empty: everywhere) works, or does not. */;
CREATE TABLE "organization_calendar_year" (
    "year" INT NOT NULL PRIMARY KEY,
    "notice" JSON NOT NULL,
    "entered_by" VARCHAR(60) NOT NULL,
    "entered_at" TIMESTAMP NOT NULL
) /* A year's holiday notice (放假安排) imported here; it takes the place of the one shipped for that year. */;
CREATE TABLE "organization_delegation" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "giver" CHAR(36) NOT NULL,
    "post" CHAR(36) NOT NULL,
    "receiver" CHAR(36) NOT NULL,
    "scope" JSON NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP NOT NULL,
    "revoked_at" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL,
    "told" VARCHAR(8) NOT NULL
) /* A leader's authorisation (授权) of another person for one post, scope and period; it dies with the appointment. */;
CREATE INDEX "idx_organizatio_receive_acd1ba" ON "organization_delegation" ("receiver", "valid_to");
CREATE INDEX "idx_organizatio_post_fe0c19" ON "organization_delegation" ("post", "valid_to");
CREATE INDEX "idx_organizatio_giver_72a6b0" ON "organization_delegation" ("giver", "valid_to");
CREATE INDEX "idx_organizatio_told_9a0233" ON "organization_delegation" ("told", "valid_to");
CREATE TABLE "organization_person" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "name" VARCHAR(40) NOT NULL,
    "pinyin" VARCHAR(20) NOT NULL
) /* A person (人员). No telephone and no identity number is kept here: nothing in the house needs one. */;
CREATE TABLE "organization_post" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "unit" CHAR(36) NOT NULL,
    "section" CHAR(36),
    "title" VARCHAR(80) NOT NULL,
    "team" VARCHAR(20) NOT NULL,
    "rank_no" INT NOT NULL,
    "is_leader" INT NOT NULL,
    "roles" JSON NOT NULL,
    "receiving" INT NOT NULL,
    "reach" CHAR(36),
    "sort_no" INT NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP
) /* A post (岗位). `team` is the leading group (党委班子, 政府班子…), `rank_no` the place in it. */;
CREATE INDEX "idx_organizatio_unit_850ece" ON "organization_post" ("unit", "sort_no");
CREATE INDEX "idx_organizatio_section_8a7208" ON "organization_post" ("section");
CREATE TABLE "organization_post_rank" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "post" CHAR(36) NOT NULL,
    "team" VARCHAR(20) NOT NULL,
    "rank_no" INT NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP
) /* Where a post stood from when to when (领导排序的生效时间): the post's own row says where it stands now. */;
CREATE INDEX "idx_organizatio_post_514a77" ON "organization_post_rank" ("post", "valid_from");
CREATE TABLE "organization_group" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "unit" CHAR(36) NOT NULL,
    "name" VARCHAR(60) NOT NULL,
    "owner" CHAR(36) NOT NULL,
    "members" JSON NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_organizatio_unit_7ac3c3" UNIQUE ("unit", "name")
) /* A saved list of recipients (常用发送范围). Sending resolves and copies it; a later edit changes no past sending. */;
CREATE TABLE "organization_region" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "code" VARCHAR(12) NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "level" VARCHAR(2) NOT NULL,
    "parent" CHAR(36),
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP,
    CONSTRAINT "uid_organizatio_code_061ea6" UNIQUE ("code", "valid_from")
) /* An administrative region (行政区划). Codes die and are born again, so a code has validity dates and is not the key. */;
CREATE TABLE "organization_section" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "unit" CHAR(36) NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "kind" VARCHAR(10) NOT NULL,
    "sort_no" INT NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP
) /* An internal section (内设机构); kind 办公室, 业务股室 or 站所中心. Only an 办公室 may issue outward (条例 art. 17). */;
CREATE INDEX "idx_organizatio_unit_047f5a" ON "organization_section" ("unit", "sort_no");
CREATE TABLE "organization_succession" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(10) NOT NULL,
    "predecessor" CHAR(36) NOT NULL,
    "successor" CHAR(36) NOT NULL,
    "is_custodian" INT NOT NULL,
    "old_name" VARCHAR(120) NOT NULL,
    "new_name" VARCHAR(120) NOT NULL,
    "effective_at" TIMESTAMP NOT NULL,
    "basis" VARCHAR(120) NOT NULL
) /* What became of a unit (机构沿革): one row per predecessor and successor; an abolished unit names who keeps its things. */;
CREATE INDEX "idx_organizatio_predece_1f7aa5" ON "organization_succession" ("predecessor", "effective_at");
CREATE TABLE "organization_unit" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "uscc" VARCHAR(18) UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "short_name" VARCHAR(60) NOT NULL,
    "aliases" JSON NOT NULL,
    "kind" VARCHAR(20) NOT NULL,
    "region" CHAR(36),
    "parent" CHAR(36),
    "sort_no" INT NOT NULL,
    "valid_from" TIMESTAMP NOT NULL,
    "valid_to" TIMESTAMP
) /* A unit (单位): an organ that receives and issues documents in its own name. */;
CREATE INDEX "idx_organizatio_parent_1951f8" ON "organization_unit" ("parent", "sort_no");
CREATE TABLE "numbering_number" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "series" CHAR(36) NOT NULL,
    "n" INT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "subject" VARCHAR(160) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "taken_by" VARCHAR(60) NOT NULL,
    "taken_by_name" VARCHAR(80) NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "voided_by" VARCHAR(60) NOT NULL,
    "voided_at" TIMESTAMP,
    CONSTRAINT "uid_numbering_n_series_fb9beb" UNIQUE ("series", "n")
) /* One number that was given, made void or reserved. Never deleted: the gap is explained by its row. */;
CREATE INDEX "idx_numbering_n_subject_769213" ON "numbering_number" ("subject");
CREATE TABLE "numbering_restored" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "year" INT NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* A restore from backup in a year: a series of that year or before that is missing here may have begun after the backup. */;
CREATE INDEX "idx_numbering_r_year_49c227" ON "numbering_restored" ("year");
CREATE TABLE "numbering_series" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "unit" CHAR(36) NOT NULL,
    "code" VARCHAR(20) NOT NULL,
    "year" INT NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "next" INT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "claim" VARCHAR(60) UNIQUE,
    "created_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_numbering_s_unit_ce3628" UNIQUE ("unit", "code", "year", "kind")
) /* One series: a unit's code (机关代字, or 收) in one year. `next` is the number to be given next. */;
CREATE TABLE "secrecy_case" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "subject" VARCHAR(160) NOT NULL,
    "refs" JSON NOT NULL,
    "ground" VARCHAR(20) NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "reported_by" VARCHAR(60) NOT NULL,
    "reported_by_name" VARCHAR(80) NOT NULL,
    "reported_at" TIMESTAMP NOT NULL,
    "frozen_by" VARCHAR(60) NOT NULL,
    "frozen_by_name" VARCHAR(80) NOT NULL,
    "frozen_at" TIMESTAMP,
    "covered" JSON NOT NULL,
    "ended_by" VARCHAR(60) NOT NULL,
    "ended_by_name" VARCHAR(80) NOT NULL,
    "ended_at" TIMESTAMP,
    "cleaned_at" TIMESTAMP
) /* Something turned out to be classified (应急处置): reported, frozen, then purged or lifted. By whom, when, on what ground. */;
CREATE INDEX "idx_secrecy_cas_state_c84441" ON "secrecy_case" ("state", "reported_at");
CREATE TABLE "secrecy_case_unit" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "case" CHAR(36) NOT NULL,
    "unit" VARCHAR(36) NOT NULL,
    CONSTRAINT "uid_secrecy_cas_case_2f0267" UNIQUE ("case", "unit")
) /* A unit that a case concerns: its officers see it. `unit` is "" where it concerns none. */;
CREATE INDEX "idx_secrecy_cas_unit_325a80" ON "secrecy_case_unit" ("unit");
CREATE TABLE "secrecy_declaration" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "at" TIMESTAMP NOT NULL,
    "person" VARCHAR(60) NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "declared_by" VARCHAR(80) NOT NULL,
    "address" VARCHAR(45) NOT NULL,
    "device" VARCHAR(40) NOT NULL,
    "words" VARCHAR(200) NOT NULL,
    "file" CHAR(36) NOT NULL,
    "pages" INT NOT NULL
) /* 不涉密声明: somebody has seen every page of a file that has no words to check, and says that none bears a mark. */;
CREATE INDEX "idx_secrecy_dec_file_5e173b" ON "secrecy_declaration" ("file");
CREATE INDEX "idx_secrecy_dec_at_92e5ee" ON "secrecy_declaration" ("at");
CREATE TABLE "secrecy_stop" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "at" TIMESTAMP NOT NULL,
    "person" VARCHAR(60) NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "address" VARCHAR(45) NOT NULL,
    "device" VARCHAR(40) NOT NULL,
    "unit" VARCHAR(36) NOT NULL,
    "rule" VARCHAR(120) NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(40) NOT NULL,
    "asked_at" TIMESTAMP,
    "decided_by" VARCHAR(60) NOT NULL,
    "decided_by_name" VARCHAR(80) NOT NULL,
    "decided_at" TIMESTAMP,
    "until" TIMESTAMP
) /* Something was stopped (拦截记录): when, who sent it, from which terminal, by which rules; `unit` is the id of the unit of */;
CREATE INDEX "idx_secrecy_sto_state_bb26cf" ON "secrecy_stop" ("state", "at");
CREATE INDEX "idx_secrecy_sto_person_965f9f" ON "secrecy_stop" ("person", "at");
CREATE TABLE "search_entry" (
    "no" BIGINT NOT NULL PRIMARY KEY,
    "ref" VARCHAR(160) NOT NULL UNIQUE,
    "at" TIMESTAMP NOT NULL,
    "words" TEXT NOT NULL,
    "said" JSON NOT NULL,
    "digest" VARCHAR(32) NOT NULL
) /* One thing that can be found. `no` is its place in time: the milliseconds of `at`, then twenty bits of its reference. */;
CREATE TABLE "search_text" (
    "digest" VARCHAR(64) NOT NULL PRIMARY KEY,
    "shown" TEXT NOT NULL,
    "words" TEXT NOT NULL
) /* The words of a file (文字层), once by the digest of its bytes: as shown, and folded. */;
CREATE TABLE "inbox_todo" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(80) NOT NULL,
    "source" VARCHAR(160) NOT NULL,
    "holder_kind" VARCHAR(6) NOT NULL,
    "holder" CHAR(36) NOT NULL,
    "post" CHAR(36),
    "box" VARCHAR(6) NOT NULL,
    "lane" VARCHAR(6) NOT NULL,
    "sort_key" BIGINT NOT NULL,
    "title" VARCHAR(300) NOT NULL,
    "summary" VARCHAR(300) NOT NULL,
    "put_aside" VARCHAR(300),
    "sender" VARCHAR(120) NOT NULL,
    "urgency" VARCHAR(4) NOT NULL,
    "due_at" TIMESTAMP,
    "due_why" VARCHAR(200) NOT NULL,
    "route" VARCHAR(200) NOT NULL,
    "state" VARCHAR(11) NOT NULL,
    "opened_at" TIMESTAMP NOT NULL,
    "first_seen_at" TIMESTAMP,
    "closed_at" TIMESTAMP,
    "closed_by" VARCHAR(60) NOT NULL,
    "closed_by_name" VARCHAR(80) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "rev" INT NOT NULL,
    "open_key" VARCHAR(300) UNIQUE
) /* A to-do (待办): what one person, or whoever holds one post, has to do about one thing. */;
CREATE INDEX "idx_inbox_todo_holder_a41ab9" ON "inbox_todo" ("holder", "lane", "sort_key", "id", "kind");
CREATE INDEX "idx_inbox_todo_source_0a93e5" ON "inbox_todo" ("source", "kind");
CREATE TABLE "files_blob" (
    "digest" VARCHAR(64) NOT NULL PRIMARY KEY,
    "size" BIGINT NOT NULL,
    "media_type" VARCHAR(80) NOT NULL,
    "pages" INT NOT NULL,
    "signatures" INT NOT NULL,
    "warnings" JSON NOT NULL,
    "stored_at" TIMESTAMP NOT NULL,
    "frozen" INT NOT NULL
) /* Accepted bytes, by SHA-256 (hex). `warnings` are page warnings to show, `signatures` how many seals it lists. */;
CREATE TABLE "files_file" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "digest" VARCHAR(64) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "uploaded_by" VARCHAR(60) NOT NULL,
    "uploaded_at" TIMESTAMP NOT NULL,
    "look_at" TIMESTAMP,
    "frozen" INT NOT NULL
) /* A file as someone uploaded it: a name for a blob. It is the uploader's alone until something refers to it. */;
CREATE INDEX "idx_files_file_digest_adcc8d" ON "files_file" ("digest");
CREATE INDEX "idx_files_file_uploade_46c2bf" ON "files_file" ("uploaded_by", "uploaded_at");
CREATE INDEX "idx_files_file_look_at_f97322" ON "files_file" ("look_at");
CREATE TABLE "files_reference" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "file_id" CHAR(36) NOT NULL,
    "owner" VARCHAR(160) NOT NULL,
    "until" TIMESTAMP,
    "hold" INT NOT NULL,
    CONSTRAINT "uid_files_refer_file_id_392e55" UNIQUE ("file_id", "owner")
) /* Something that needs a file: it lives while one names it. `owner` is a reference "kind:id"; who may see that may read. */;
CREATE INDEX "idx_files_refer_owner_54a90b" ON "files_reference" ("owner");
CREATE TABLE "files_upload" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "owner" VARCHAR(60) NOT NULL,
    "length" BIGINT NOT NULL,
    "promised" BIGINT NOT NULL,
    "stored" BIGINT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "code" VARCHAR(80) NOT NULL,
    "metadata" TEXT NOT NULL,
    "file_id" CHAR(36),
    "created_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP
) /* One upload of `owner`. `promised` of its `length` bytes are on the disk; they take `stored` bytes there, encrypted. */;
CREATE INDEX "idx_files_uploa_state_0a7113" ON "files_upload" ("state", "expires_at");
CREATE INDEX "idx_files_uploa_owner_249625" ON "files_upload" ("owner", "state");
CREATE INDEX "idx_files_uploa_ended_a_33c3f0" ON "files_upload" ("ended_at");
CREATE TABLE "signing_signature" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "subject" VARCHAR(160) NOT NULL,
    "step" VARCHAR(80) NOT NULL,
    "revision" INT NOT NULL,
    "open_key" VARCHAR(100) UNIQUE,
    "nonce" CHAR(36) NOT NULL UNIQUE,
    "person" CHAR(36) NOT NULL,
    "person_name" VARCHAR(80) NOT NULL,
    "post" CHAR(36),
    "on_behalf_of" CHAR(36),
    "state" VARCHAR(14) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "statement" TEXT NOT NULL,
    "signature" BLOB,
    "strokes" BLOB,
    "device" CHAR(36),
    "public_key" BLOB,
    "countersignature" BLOB NOT NULL,
    "server_key" VARCHAR(16) NOT NULL,
    "ticket_at" TIMESTAMP NOT NULL,
    "device_at" TIMESTAMP NOT NULL,
    "arrived_at" TIMESTAMP NOT NULL,
    "held_until" TIMESTAMP NOT NULL,
    "effective_at" TIMESTAMP,
    "taken_back_at" TIMESTAMP
) /* One statement with its proofs. Three times are kept: the ticket's, the device's (claimed), the arrival. */;
CREATE INDEX "idx_signing_sig_subject_671720" ON "signing_signature" ("subject", "arrived_at");
CREATE INDEX "idx_signing_sig_person_d0dc6e" ON "signing_signature" ("person", "arrived_at");
CREATE TABLE "flow_case" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "subject" VARCHAR(160) NOT NULL,
    "about" JSON NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "revision" INT NOT NULL,
    "tree" TEXT NOT NULL,
    "opened_at" TIMESTAMP NOT NULL,
    "closed_at" TIMESTAMP
) /* A running case. `tree` is the encoded case; `about` what its to-dos say. The row is the lock of every flow verb. */;
CREATE INDEX "idx_flow_case_subject_4024e0" ON "flow_case" ("subject");
CREATE INDEX "idx_flow_case_state_ce0bfc" ON "flow_case" ("state", "opened_at");
CREATE TABLE "flow_entry" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "case_id" CHAR(36) NOT NULL,
    "n" INT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "actor" VARCHAR(60) NOT NULL,
    "command" TEXT NOT NULL,
    CONSTRAINT "uid_flow_entry_case_id_5edd93" UNIQUE ("case_id", "n")
) /* One accepted command of a case, in order; append-only. */;
CREATE TABLE "http_kept_answer" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "fingerprint" VARCHAR(64) NOT NULL,
    "status" INT NOT NULL,
    "headers" JSON NOT NULL,
    "body" BLOB NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* The answer to an act, so that a retry gets the same. `id` is the SHA-256 of caller and key. */;
CREATE INDEX "idx_http_kept_a_at_c38756" ON "http_kept_answer" ("at");
CREATE TABLE "realtime_entry" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "person" CHAR(36) NOT NULL,
    "seq" BIGINT NOT NULL,
    "item" BIGINT NOT NULL,
    CONSTRAINT "uid_realtime_en_person_74aad4" UNIQUE ("person", "seq")
) /* One line of a person's log: slim, for there is one per recipient. */;
CREATE INDEX "idx_realtime_en_item_0978e4" ON "realtime_entry" ("item");
CREATE TABLE "realtime_item" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "source" VARCHAR(160) NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "rev" BIGINT,
    "payload" TEXT NOT NULL,
    "at" TIMESTAMP NOT NULL
) /* What is told, stored once however many persons are told. `payload` is JSON text, sent as it is. */;
CREATE INDEX "idx_realtime_it_source_732b95" ON "realtime_item" ("source");
CREATE INDEX "idx_realtime_it_at_330957" ON "realtime_item" ("at");
CREATE TABLE "realtime_stream" (
    "person" CHAR(36) NOT NULL PRIMARY KEY,
    "epoch" CHAR(36) NOT NULL,
    "head" BIGINT NOT NULL,
    "floor" BIGINT NOT NULL
) /* One person's log: entries `floor + 1 … head` exist without a gap. A new `epoch` makes all known positions void. */;
CREATE TRIGGER "audit_entry_no_update" BEFORE UPDATE ON "audit_entry" BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER "audit_entry_no_delete" BEFORE DELETE ON "audit_entry" BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER "flow_entry_no_update" BEFORE UPDATE ON "flow_entry" BEGIN SELECT RAISE(ABORT, 'flow_entry is append-only'); END;
CREATE TRIGGER "flow_entry_no_delete" BEFORE DELETE ON "flow_entry" BEGIN SELECT RAISE(ABORT, 'flow_entry is append-only'); END;
CREATE TRIGGER "audit_leaf_no_update" BEFORE UPDATE ON "audit_leaf" BEGIN SELECT RAISE(ABORT, 'audit_leaf is append-only'); END;
CREATE TRIGGER "audit_leaf_no_delete" BEFORE DELETE ON "audit_leaf" BEGIN SELECT RAISE(ABORT, 'audit_leaf is append-only'); END;
CREATE TRIGGER "audit_subtree_no_update" BEFORE UPDATE ON "audit_subtree" BEGIN SELECT RAISE(ABORT, 'audit_subtree is append-only'); END;
CREATE TRIGGER "audit_subtree_no_delete" BEFORE DELETE ON "audit_subtree" BEGIN SELECT RAISE(ABORT, 'audit_subtree is append-only'); END;
CREATE TRIGGER "audit_batch_no_update" BEFORE UPDATE ON "audit_batch" BEGIN SELECT RAISE(ABORT, 'audit_batch is append-only'); END;
CREATE TRIGGER "audit_batch_no_delete" BEFORE DELETE ON "audit_batch" BEGIN SELECT RAISE(ABORT, 'audit_batch is append-only'); END;
CREATE TRIGGER "audit_entry_pending" AFTER INSERT ON "audit_entry" BEGIN INSERT INTO "audit_pending" ("entry") VALUES (NEW."id"); END;
CREATE TABLE "search_reader" ("scope" CHAR(32) NOT NULL, "no" BIGINT NOT NULL, PRIMARY KEY ("scope", "no")) WITHOUT ROWID;
CREATE INDEX "search_reader_no" ON "search_reader" ("no");
CREATE TABLE "search_file" ("digest" CHAR(64) NOT NULL, "no" BIGINT NOT NULL, PRIMARY KEY ("digest", "no")) WITHOUT ROWID;
CREATE INDEX "search_file_no" ON "search_file" ("no");
CREATE VIRTUAL TABLE "search_index" USING fts5(keys, tokenize = 'ascii', detail = none, columnsize = 0);
