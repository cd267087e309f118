BEGIN TRANSACTION;
CREATE TABLE actor (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_actor PRIMARY KEY (id), 
	CONSTRAINT uq_actor_name UNIQUE (name)
);
INSERT INTO "actor" VALUES(1,'Ann','2026-11-27 09:10:23.507145');
INSERT INTO "actor" VALUES(2,'Bob','2026-11-27 09:10:23.517191');
INSERT INTO "actor" VALUES(3,'machine','2026-11-27 09:10:23.518450');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE alias (
	item_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT pk_alias PRIMARY KEY (item_id, name), 
	CONSTRAINT fk_alias_item_id FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "alias" VALUES(1,'copy.jpg');
CREATE TABLE assignment (
	id INTEGER NOT NULL, 
	actor_id INTEGER NOT NULL, 
	category_id INTEGER, 
	video_id INTEGER, 
	by_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_assignment PRIMARY KEY (id), 
	CONSTRAINT fk_assignment_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_assignment_category_id FOREIGN KEY(category_id) REFERENCES category (id), 
	CONSTRAINT fk_assignment_video_id FOREIGN KEY(video_id) REFERENCES item (id), 
	CONSTRAINT fk_assignment_by_id FOREIGN KEY(by_id) REFERENCES actor (id)
);
INSERT INTO "assignment" VALUES(1,1,1,NULL,1,'2026-10-01 10:00:00.000000');
CREATE TABLE batch (
	id VARCHAR(36) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	actor_id INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	detail JSON NOT NULL, 
	reverts VARCHAR(36), 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT fk_batch_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_batch_reverts FOREIGN KEY(reverts) REFERENCES batch (id)
);
INSERT INTO "batch" VALUES('4727ac35-2046-4103-a8c2-8c1d0a436524','propose','zero_shot',3,'','{}',NULL,'2026-11-27 09:10:23.629917');
INSERT INTO "batch" VALUES('0010a90d-d12b-46db-8f2f-37f001432ab9','label','human',1,'by hand','{}',NULL,'2026-11-27 09:10:23.655402');
INSERT INTO "batch" VALUES('258d2a04-d427-41bb-a330-4dc5b52fd567','label','human',1,'','{}',NULL,'2026-11-27 09:10:23.664389');
INSERT INTO "batch" VALUES('4ef60aa2-ea03-4d2a-a538-45c901ea498c','label','human',2,'','{}',NULL,'2026-11-27 09:10:23.678985');
INSERT INTO "batch" VALUES('5e53bb33-759f-48b8-a0d4-337620fa24ee','undo','human',2,'undo of 4ef60aa2-ea03-4d2a-a538-45c901ea498c','{"reverts": "4ef60aa2-ea03-4d2a-a538-45c901ea498c"}','4ef60aa2-ea03-4d2a-a538-45c901ea498c','2026-11-27 09:10:23.703991');
INSERT INTO "batch" VALUES('116ed003-0989-4bcc-a690-97e090af60a3','propose','head',3,'','{}',NULL,'2026-11-27 09:10:23.729099');
CREATE TABLE category (
	id INTEGER NOT NULL, 
	facet_id INTEGER NOT NULL, 
	parent_id INTEGER, 
	name VARCHAR(200) NOT NULL, 
	description TEXT NOT NULL, 
	color VARCHAR(9) NOT NULL, 
	icon VARCHAR(60) NOT NULL, 
	"key" INTEGER, 
	position INTEGER NOT NULL, 
	merged_into INTEGER, 
	retired_at DATETIME, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_category PRIMARY KEY (id), 
	CONSTRAINT fk_category_facet_id FOREIGN KEY(facet_id) REFERENCES facet (id), 
	CONSTRAINT fk_category_parent_id FOREIGN KEY(parent_id) REFERENCES category (id), 
	CONSTRAINT fk_category_merged_into FOREIGN KEY(merged_into) REFERENCES category (id)
);
INSERT INTO "category" VALUES(1,1,NULL,'nature','','#00875F','landscape',NULL,1,NULL,NULL,'2026-11-27 09:10:23.547982');
INSERT INTO "category" VALUES(2,1,NULL,'document','','#D98300','description',7,2,NULL,NULL,'2026-11-27 09:10:23.554991');
INSERT INTO "category" VALUES(3,1,1,'tree','','#00875F','landscape',NULL,3,NULL,NULL,'2026-11-27 09:10:23.556517');
INSERT INTO "category" VALUES(4,2,NULL,'calm','','#0072B2','photo_camera',NULL,4,NULL,NULL,'2026-11-27 09:10:23.567129');
CREATE TABLE encoder (
	id INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	spec TEXT NOT NULL, 
	dim INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_encoder PRIMARY KEY (id), 
	CONSTRAINT uq_encoder_fingerprint UNIQUE (fingerprint)
);
INSERT INTO "encoder" VALUES(1,'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','built-in','built-in',4,'2026-11-27 09:10:23.538318');
CREATE TABLE facet (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	"exclusive" BOOLEAN NOT NULL, subject VARCHAR(10) DEFAULT 'image' NOT NULL, 
	CONSTRAINT pk_facet PRIMARY KEY (id), 
	CONSTRAINT uq_facet_name UNIQUE (name)
);
INSERT INTO "facet" VALUES(1,'scene',1,'image');
INSERT INTO "facet" VALUES(2,'mood',0,'image');
CREATE TABLE feature_set (
	id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	modality VARCHAR(10) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	file VARCHAR(200), 
	rows INTEGER NOT NULL, 
	dim INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_feature_set PRIMARY KEY (id), 
	CONSTRAINT uq_feature_set_item_id_modality_fingerprint UNIQUE (item_id, modality, fingerprint), 
	CONSTRAINT fk_feature_set_item_id FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "feature_set" VALUES(1,5,'frames','f1','built-in','complete','features/1.npy',8,256,'2026-11-27 10:00:00.000000');
CREATE TABLE head (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	encoder_id INTEGER NOT NULL, 
	facet_id INTEGER NOT NULL, 
	file VARCHAR(200) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	card JSON NOT NULL, 
	labels INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	actor_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	promoted_at DATETIME, 
	retired_at DATETIME, 
	CONSTRAINT pk_head PRIMARY KEY (id), 
	CONSTRAINT uq_head_number UNIQUE (number), 
	CONSTRAINT fk_head_encoder_id FOREIGN KEY(encoder_id) REFERENCES encoder (id), 
	CONSTRAINT fk_head_facet_id FOREIGN KEY(facet_id) REFERENCES facet (id), 
	CONSTRAINT fk_head_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "head" VALUES(1,1,1,1,'head-1.npz','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"accuracy": 0.9}',3,'better',1,'2026-11-27 09:10:23.602539','2026-11-27 09:10:23.607166',NULL);
CREATE TABLE item (
	id INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	sha256 VARCHAR(64), 
	path TEXT NOT NULL, 
	name TEXT NOT NULL, 
	width INTEGER, 
	height INTEGER, 
	bytes BIGINT, 
	mtime_ns BIGINT, 
	replaced_at DATETIME, 
	parent_id INTEGER, 
	time_s FLOAT, 
	end_s FLOAT, 
	phash VARCHAR(16), 
	group_key VARCHAR(64) NOT NULL, 
	audit BOOLEAN NOT NULL, 
	meta JSON NOT NULL, 
	source_id INTEGER, 
	added_at DATETIME NOT NULL, 
	CONSTRAINT pk_item PRIMARY KEY (id), 
	CONSTRAINT uq_item_kind_sha256 UNIQUE (kind, sha256), 
	CONSTRAINT uq_item_kind_parent_id_time_s_end_s UNIQUE (kind, parent_id, time_s, end_s), 
	CONSTRAINT fk_item_parent_id FOREIGN KEY(parent_id) REFERENCES item (id), 
	CONSTRAINT fk_item_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
INSERT INTO "item" VALUES(1,'image','0000000000000000000000000000000000000000000000000000000000000000','/pictures/0.jpg','0.jpg',64,48,1000,NULL,NULL,NULL,NULL,NULL,NULL,'00000000000000000000000000000000',0,'{}',1,'2026-11-27 09:10:23.520224');
INSERT INTO "item" VALUES(2,'image','0000000000000000000000000000000000000000000000000000000000000001','/pictures/1.jpg','1.jpg',64,48,1001,NULL,NULL,NULL,NULL,NULL,NULL,'00000000000000000000000000000000',0,'{}',1,'2026-11-27 09:10:23.520235');
INSERT INTO "item" VALUES(3,'image','0000000000000000000000000000000000000000000000000000000000000002','/pictures/2.jpg','2.jpg',64,48,1002,NULL,NULL,NULL,NULL,NULL,NULL,'00000000000000000000000000000000',0,'{}',1,'2026-11-27 09:10:23.520242');
INSERT INTO "item" VALUES(4,'image','0000000000000000000000000000000000000000000000000000000000000003','/pictures/3.jpg','3.jpg',64,48,1003,NULL,NULL,NULL,NULL,NULL,NULL,'00000000000000000000000000000000',0,'{}',1,'2026-11-27 09:10:23.520249');
INSERT INTO "item" VALUES(5,'video','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','/pictures/film.mp4','film.mp4',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'ffffffffffffffffffffffffffffffff',0,'{}',NULL,'2026-11-27 09:10:23.522394');
INSERT INTO "item" VALUES(6,'frame',NULL,'/pictures/film.mp4','film.mp4#1.5',NULL,NULL,NULL,NULL,NULL,5,1.5,NULL,NULL,'film',0,'{}',NULL,'2026-11-27 09:10:23.523416');
CREATE TABLE job (
	id INTEGER NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	arguments JSON NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	done INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	message TEXT NOT NULL, 
	result JSON, 
	cancel BOOLEAN NOT NULL, 
	pid INTEGER, 
	host VARCHAR(255), 
	born FLOAT, 
	beat_at DATETIME, 
	actor_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	CONSTRAINT pk_job PRIMARY KEY (id), 
	CONSTRAINT fk_job_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "job" VALUES(1,'embed','{"folder": "/pictures"}','done',0,0,'','{"added": 5}',0,NULL,NULL,NULL,NULL,1,'2026-11-27 09:10:23.744270',NULL,NULL);
CREATE TABLE label_event (
	id INTEGER NOT NULL, 
	uuid VARCHAR(36) NOT NULL, 
	batch_id VARCHAR(36) NOT NULL, 
	item_id INTEGER NOT NULL, 
	facet_id INTEGER NOT NULL, 
	category_id INTEGER NOT NULL, 
	value VARCHAR(10) NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	confidence FLOAT, 
	prompt_version INTEGER, 
	head_id INTEGER, 
	reason TEXT, 
	version INTEGER NOT NULL, 
	displaced JSON NOT NULL, 
	restores INTEGER, 
	reverts INTEGER, 
	CONSTRAINT pk_label_event PRIMARY KEY (id), 
	CONSTRAINT uq_label_event_uuid UNIQUE (uuid), 
	CONSTRAINT fk_label_event_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_label_event_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_label_event_facet_id FOREIGN KEY(facet_id) REFERENCES facet (id), 
	CONSTRAINT fk_label_event_category_id FOREIGN KEY(category_id) REFERENCES category (id), 
	CONSTRAINT fk_label_event_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "label_event" VALUES(1,'01a21c45-268f-7000-9675-ef785dfe0450','4727ac35-2046-4103-a8c2-8c1d0a436524',1,1,1,'yes','zero_shot',3,'2026-11-27 09:10:23.631816',0.5,1,NULL,NULL,1,'[]',NULL,NULL);
INSERT INTO "label_event" VALUES(2,'01a21c45-268f-7001-8e68-a065a0ac8442','4727ac35-2046-4103-a8c2-8c1d0a436524',2,1,1,'yes','zero_shot',3,'2026-11-27 09:10:23.631816',0.5,1,NULL,NULL,1,'[]',NULL,NULL);
INSERT INTO "label_event" VALUES(3,'01a21c45-268f-7002-a734-248691c5119d','4727ac35-2046-4103-a8c2-8c1d0a436524',3,1,1,'yes','zero_shot',3,'2026-11-27 09:10:23.631816',0.5,1,NULL,NULL,1,'[]',NULL,NULL);
INSERT INTO "label_event" VALUES(4,'01a21c45-268f-7003-908e-0f243fba0488','4727ac35-2046-4103-a8c2-8c1d0a436524',4,1,1,'yes','zero_shot',3,'2026-11-27 09:10:23.631816',0.5,1,NULL,NULL,1,'[]',NULL,NULL);
INSERT INTO "label_event" VALUES(5,'01a21c45-268f-7004-b9c4-3eb8208b7a6b','4727ac35-2046-4103-a8c2-8c1d0a436524',6,1,1,'yes','zero_shot',3,'2026-11-27 09:10:23.631816',0.5,1,NULL,NULL,1,'[]',NULL,NULL);
INSERT INTO "label_event" VALUES(6,'01a21c45-26a7-7000-8d1b-196349369f7b','0010a90d-d12b-46db-8f2f-37f001432ab9',1,1,2,'yes','human',1,'2026-11-27 09:10:23.655789',NULL,NULL,NULL,NULL,2,'[1]',NULL,NULL);
INSERT INTO "label_event" VALUES(7,'01a21c45-26a7-7001-a65b-cb658631f510','0010a90d-d12b-46db-8f2f-37f001432ab9',2,1,3,'yes','human',1,'2026-11-27 09:10:23.655789',NULL,NULL,NULL,NULL,2,'[2]',NULL,NULL);
INSERT INTO "label_event" VALUES(8,'01a21c45-26a7-7002-aa79-0efc45f2fc72','0010a90d-d12b-46db-8f2f-37f001432ab9',3,1,1,'unsure','human',1,'2026-11-27 09:10:23.655789',NULL,NULL,NULL,'blurred',2,'[3]',NULL,NULL);
INSERT INTO "label_event" VALUES(9,'01a21c45-26b9-7000-b88f-d20a7cc4e91f','258d2a04-d427-41bb-a330-4dc5b52fd567',1,2,4,'yes','human',1,'2026-11-27 09:10:23.673028',NULL,NULL,NULL,NULL,1,'[]',NULL,NULL);
INSERT INTO "label_event" VALUES(10,'01a21c45-26b9-7001-8fcc-6e1776c6d25e','258d2a04-d427-41bb-a330-4dc5b52fd567',4,1,1,'no','human',1,'2026-11-27 09:10:23.673028',NULL,NULL,NULL,NULL,2,'[4]',NULL,NULL);
INSERT INTO "label_event" VALUES(11,'01a21c45-26bf-7000-ad1b-e69a74bb3d10','4ef60aa2-ea03-4d2a-a538-45c901ea498c',2,1,2,'yes','human',2,'2026-11-27 09:10:23.679386',NULL,NULL,NULL,NULL,3,'[7]',NULL,NULL);
INSERT INTO "label_event" VALUES(12,'01a21c45-26d8-7000-bd6b-8edccce61ded','5e53bb33-759f-48b8-a0d4-337620fa24ee',2,1,3,'yes','human',2,'2026-11-27 09:10:23.704352',NULL,NULL,NULL,NULL,4,'[11]',7,11);
INSERT INTO "label_event" VALUES(13,'01a21c45-26f1-7000-bc38-b63d5938c5e2','116ed003-0989-4bcc-a690-97e090af60a3',6,1,3,'yes','head',3,'2026-11-27 09:10:23.729637',0.8,NULL,1,NULL,2,'[5]',NULL,NULL);
CREATE TABLE label_state (
	item_id INTEGER NOT NULL, 
	category_id INTEGER NOT NULL, 
	facet_id INTEGER NOT NULL, 
	"exclusive" BOOLEAN NOT NULL, 
	value VARCHAR(10) NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	confidence FLOAT, 
	prompt_version INTEGER, 
	head_id INTEGER, 
	reason TEXT, 
	event_id INTEGER NOT NULL, 
	CONSTRAINT pk_label_state PRIMARY KEY (item_id, category_id), 
	CONSTRAINT fk_label_state_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_label_state_category_id FOREIGN KEY(category_id) REFERENCES category (id), 
	CONSTRAINT fk_label_state_facet_id FOREIGN KEY(facet_id) REFERENCES facet (id), 
	CONSTRAINT fk_label_state_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_label_state_event_id FOREIGN KEY(event_id) REFERENCES label_event (id)
);
INSERT INTO "label_state" VALUES(1,2,1,1,'yes','human',1,'2026-11-27 09:10:23.655789',NULL,NULL,NULL,NULL,6);
INSERT INTO "label_state" VALUES(3,1,1,1,'unsure','human',1,'2026-11-27 09:10:23.655789',NULL,NULL,NULL,'blurred',8);
INSERT INTO "label_state" VALUES(1,4,2,0,'yes','human',1,'2026-11-27 09:10:23.673028',NULL,NULL,NULL,NULL,9);
INSERT INTO "label_state" VALUES(4,1,1,1,'no','human',1,'2026-11-27 09:10:23.673028',NULL,NULL,NULL,NULL,10);
INSERT INTO "label_state" VALUES(2,3,1,1,'yes','human',1,'2026-11-27 09:10:23.655789',NULL,NULL,NULL,NULL,7);
INSERT INTO "label_state" VALUES(6,3,1,1,'yes','head',3,'2026-11-27 09:10:23.729637',0.8,NULL,1,NULL,13);
CREATE TABLE label_version (
	item_id INTEGER NOT NULL, 
	facet_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_label_version PRIMARY KEY (item_id, facet_id), 
	CONSTRAINT fk_label_version_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_label_version_facet_id FOREIGN KEY(facet_id) REFERENCES facet (id)
);
INSERT INTO "label_version" VALUES(1,1,2);
INSERT INTO "label_version" VALUES(2,1,4);
INSERT INTO "label_version" VALUES(3,1,2);
INSERT INTO "label_version" VALUES(4,1,2);
INSERT INTO "label_version" VALUES(6,1,2);
INSERT INTO "label_version" VALUES(1,2,1);
CREATE TABLE lease (
	item_id INTEGER NOT NULL, 
	actor_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (item_id), 
	CONSTRAINT fk_lease_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_lease_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "lease" VALUES(3,2,0,'2026-11-27 09:25:23.803983');
CREATE TABLE operation (
	id VARCHAR(36) NOT NULL, 
	answer JSON NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_operation PRIMARY KEY (id)
);
CREATE TABLE practice_answer (
	actor_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	category_id INTEGER NOT NULL, 
	said INTEGER, 
	is_right BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_practice_answer PRIMARY KEY (actor_id, item_id), 
	CONSTRAINT fk_practice_answer_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id), 
	CONSTRAINT fk_practice_answer_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_practice_answer_category_id FOREIGN KEY(category_id) REFERENCES category (id), 
	CONSTRAINT fk_practice_answer_said FOREIGN KEY(said) REFERENCES category (id)
);
INSERT INTO "practice_answer" VALUES(2,1,2,1,0,'2026-11-27 09:10:23.802767');
CREATE TABLE project (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	encoder_id INTEGER, 
	settings JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_project PRIMARY KEY (id)
);
INSERT INTO "project" VALUES(1,'kept',1,'{}','2026-11-27 09:10:23.496133');
CREATE TABLE prompt_draft (
	id INTEGER NOT NULL, 
	base_number INTEGER NOT NULL, 
	content JSON NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_prompt_draft PRIMARY KEY (id), 
	CONSTRAINT fk_prompt_draft_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "prompt_draft" VALUES(1,2,'{"categories": {"1": [{"text": "a meadow", "on": true}], "2": [{"text": "a page of text", "on": true}]}, "templates": ["a photo of {name}", "a picture of {name}"], "background": ["noise", "blur"], "options": {"centred": false, "temperature": 1.0, "prior": {}, "reject": null, "back_off": 0.2}, "tab": "", "seq": 0}',1,'2026-11-27 09:10:23.576183');
CREATE TABLE prompt_version (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	content JSON NOT NULL, 
	note TEXT NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_prompt_version PRIMARY KEY (id), 
	CONSTRAINT uq_prompt_version_number UNIQUE (number), 
	CONSTRAINT fk_prompt_version_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "prompt_version" VALUES(1,1,'{"categories": {"1": [{"text": "a meadow", "on": true}], "2": [{"text": "a page of text", "on": true}]}, "templates": ["a photo of {name}"], "background": ["noise"], "options": {"centred": false, "temperature": 1.0, "prior": {}, "reject": null, "back_off": 0.2}}','first',1,'2026-11-27 09:10:23.572889');
INSERT INTO "prompt_version" VALUES(2,2,'{"categories": {"1": [{"text": "a meadow", "on": true}], "2": [{"text": "a page of text", "on": true}]}, "templates": ["a photo of {name}", "a picture of {name}"], "background": ["noise"], "options": {"centred": false, "temperature": 1.0, "prior": {}, "reject": null, "back_off": 0.2}}','second',2,'2026-11-27 09:10:23.575071');
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	source_id INTEGER, 
	path TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	way_out TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_quarantine PRIMARY KEY (id), 
	CONSTRAINT fk_quarantine_source_id FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT uq_quarantine_path UNIQUE (path)
);
INSERT INTO "quarantine" VALUES(1,1,'/pictures/broken.jpg','broken','Save it anew.','2026-11-27 09:10:23.530710');
CREATE TABLE reference (
	item_id INTEGER NOT NULL, 
	category_id INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_reference PRIMARY KEY (item_id, category_id, kind), 
	CONSTRAINT fk_reference_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_reference_category_id FOREIGN KEY(category_id) REFERENCES category (id), 
	CONSTRAINT fk_reference_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "reference" VALUES(1,2,'example',1,'2026-11-27 09:10:23.792191');
CREATE TABLE round (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	head_id INTEGER, 
	prompt_version INTEGER, 
	batch_id VARCHAR(36), 
	metrics JSON NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_round PRIMARY KEY (id), 
	CONSTRAINT uq_round_number UNIQUE (number), 
	CONSTRAINT fk_round_head_id FOREIGN KEY(head_id) REFERENCES head (id), 
	CONSTRAINT fk_round_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
);
INSERT INTO "round" VALUES(1,0,'zero_shot',NULL,1,'4727ac35-2046-4103-a8c2-8c1d0a436524','{"agreement": 0.5}','2026-11-27 09:10:23.646622');
CREATE TABLE run (
	id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	encoder_id INTEGER NOT NULL, 
	head_id INTEGER, 
	file VARCHAR(200) NOT NULL, 
	options JSON NOT NULL, 
	summary JSON NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_run PRIMARY KEY (id), 
	CONSTRAINT fk_run_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_run_encoder_id FOREIGN KEY(encoder_id) REFERENCES encoder (id), 
	CONSTRAINT fk_run_head_id FOREIGN KEY(head_id) REFERENCES head (id), 
	CONSTRAINT fk_run_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "run" VALUES(1,5,1,1,'run-1.npz','{"fps": 2}','{"segments": 1}',1,'2026-11-27 09:10:23.731710');
CREATE TABLE saved_view (
	id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	"query" JSON NOT NULL, 
	actor_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_saved_view PRIMARY KEY (id), 
	CONSTRAINT uq_saved_view_name UNIQUE (name), 
	CONSTRAINT fk_saved_view_actor_id FOREIGN KEY(actor_id) REFERENCES actor (id)
);
INSERT INTO "saved_view" VALUES(1,'unsure ones','{"value": "unsure"}',2,'2026-11-27 09:10:23.819570');
CREATE TABLE shard (
	id INTEGER NOT NULL, 
	encoder_id INTEGER NOT NULL, 
	file VARCHAR(200) NOT NULL, 
	rows INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_shard PRIMARY KEY (id), 
	CONSTRAINT fk_shard_encoder_id FOREIGN KEY(encoder_id) REFERENCES encoder (id), 
	CONSTRAINT uq_shard_file UNIQUE (file)
);
INSERT INTO "shard" VALUES(1,1,'f1d5e9fc7d484c5188b66c9ef13b7f4a.npy',4,'2026-11-27 09:10:23.599497');
CREATE TABLE source (
	id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	path TEXT NOT NULL, 
	found INTEGER NOT NULL, 
	added INTEGER NOT NULL, 
	duplicates INTEGER NOT NULL, 
	quarantined INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_source PRIMARY KEY (id)
);
INSERT INTO "source" VALUES(1,'folder','/pictures',6,5,0,1,'2026-11-27 09:10:23.518864');
CREATE TABLE vector_row (
	item_id INTEGER NOT NULL, 
	encoder_id INTEGER NOT NULL, 
	shard_id INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	CONSTRAINT pk_vector_row PRIMARY KEY (item_id, encoder_id), 
	CONSTRAINT fk_vector_row_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_vector_row_encoder_id FOREIGN KEY(encoder_id) REFERENCES encoder (id), 
	CONSTRAINT fk_vector_row_shard_id FOREIGN KEY(shard_id) REFERENCES shard (id)
);
INSERT INTO "vector_row" VALUES(1,1,1,0);
INSERT INTO "vector_row" VALUES(2,1,1,1);
INSERT INTO "vector_row" VALUES(3,1,1,2);
INSERT INTO "vector_row" VALUES(4,1,1,3);
CREATE INDEX ix_category_parent_id ON category (parent_id);
CREATE INDEX ix_item_path ON item (path);
CREATE INDEX ix_item_parent_id ON item (parent_id);
CREATE INDEX ix_item_name ON item (name);
CREATE INDEX ix_item_group_key ON item (group_key);
CREATE INDEX ix_shard_encoder_id ON shard (encoder_id);
CREATE INDEX ix_batch_reverts ON batch (reverts);
CREATE INDEX ix_batch_at ON batch (at);
CREATE INDEX ix_job_state ON job (state);
CREATE INDEX ix_vector_row_shard_id ON vector_row (shard_id);
CREATE INDEX ix_label_event_batch_id ON label_event (batch_id);
CREATE INDEX ix_label_event_item_id ON label_event (item_id);
CREATE INDEX ix_lease_actor_id ON lease (actor_id);
CREATE INDEX ix_run_item_id ON run (item_id);
CREATE UNIQUE INDEX uq_label_state_one_yes ON label_state (item_id, facet_id) WHERE exclusive = 1 AND value = 'yes';
CREATE INDEX ix_label_state_category_id ON label_state (category_id);
CREATE TRIGGER label_event_no_update BEFORE UPDATE ON label_event BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END;
CREATE TRIGGER label_event_no_delete BEFORE DELETE ON label_event BEGIN SELECT RAISE(ABORT, 'label events are append-only'); END;
CREATE TRIGGER label_event_rank BEFORE INSERT ON label_event WHEN NEW.source IN ('zero_shot', 'head', 'import', 'neighbour') AND NEW.reverts IS NULL AND EXISTS (
    SELECT 1 FROM label_state s
    WHERE s.item_id = NEW.item_id AND s.facet_id = NEW.facet_id
      AND (s.category_id = NEW.category_id OR (s.exclusive AND s.value IN ('yes', 'unsure')))
      AND CASE s.source WHEN 'human' THEN 4 WHEN 'neighbour' THEN 3 WHEN 'import' THEN 2 WHEN 'head' THEN 1 WHEN 'zero_shot' THEN 1 ELSE 9 END > CASE NEW.source WHEN 'human' THEN 4 WHEN 'neighbour' THEN 3 WHEN 'import' THEN 2 WHEN 'head' THEN 1 WHEN 'zero_shot' THEN 1 ELSE 9 END
) BEGIN SELECT RAISE(ABORT, 'a weaker source may not overwrite a stronger one'); END;
CREATE INDEX ix_assignment_actor_id ON assignment (actor_id);
COMMIT;
