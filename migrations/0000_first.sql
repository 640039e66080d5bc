CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`action` text NOT NULL,
	`outcome` text NOT NULL,
	`user_id` text,
	`role` text,
	`site_id` text,
	`device_id` text,
	`patient_id` text,
	`encounter_id` text,
	`entity` text,
	`detail` text,
	`prev_hash` blob NOT NULL,
	`hash` blob NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_patient` ON `audit` (`patient_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_user` ON `audit` (`user_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit` (`action`,`seq`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`device_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`confirmed_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`site_id` text NOT NULL,
	`patient_id` text,
	`password_hash` text NOT NULL,
	`disabled_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_unique` ON `users` (`username`);--> statement-breakpoint
CREATE TABLE `care_team` (
	`encounter_id` text NOT NULL,
	`user_id` text NOT NULL,
	`since` text NOT NULL,
	`until` text,
	PRIMARY KEY(`encounter_id`, `user_id`, `since`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `care_team_user` ON `care_team` (`user_id`);--> statement-breakpoint
CREATE TABLE `idempotent_answers` (
	`user_id` text NOT NULL,
	`key` text NOT NULL,
	`request` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`user_id`, `key`)
);
--> statement-breakpoint
CREATE TABLE `document_leases` (
	`document` text NOT NULL,
	`epoch` integer NOT NULL,
	`client_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`device_id` text NOT NULL,
	`since` text NOT NULL,
	PRIMARY KEY(`document`, `epoch`, `client_id`)
);
--> statement-breakpoint
CREATE TABLE `document_log` (
	`document` text NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`device_id` text NOT NULL,
	`lease` integer,
	`at` text NOT NULL,
	`bytes` blob NOT NULL,
	`hash` blob NOT NULL,
	`prev_hash` blob NOT NULL,
	PRIMARY KEY(`document`, `epoch`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `document_snapshots` (
	`document` text NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`log_hash` blob NOT NULL,
	`bytes` blob NOT NULL,
	`hash` blob NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`document`, `epoch`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `quarantine` (
	`id` text NOT NULL,
	`part` integer NOT NULL,
	`document` text NOT NULL,
	`epoch` integer NOT NULL,
	`user_id` text NOT NULL,
	`device_id` text NOT NULL,
	`reason` text NOT NULL,
	`at` text NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`id`, `part`)
);
--> statement-breakpoint
CREATE INDEX `quarantine_document` ON `quarantine` (`document`);--> statement-breakpoint
CREATE INDEX `quarantine_user` ON `quarantine` (`user_id`);--> statement-breakpoint
CREATE TABLE `notes` (
	`id` text PRIMARY KEY NOT NULL,
	`encounter_id` text NOT NULL,
	`kind` text NOT NULL,
	`template_id` text,
	`title` text NOT NULL,
	`status` text NOT NULL,
	`author_id` text NOT NULL,
	`created_at` text NOT NULL,
	FOREIGN KEY (`author_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notes_encounter` ON `notes` (`encounter_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`event` text NOT NULL,
	`payload` text NOT NULL,
	`delivered_at` text
);
--> statement-breakpoint
CREATE INDEX `outbox_pending` ON `outbox` (`delivered_at`,`id`);--> statement-breakpoint
CREATE TABLE `encounters` (
	`id` text PRIMARY KEY NOT NULL,
	`patient_id` text NOT NULL,
	`site_id` text NOT NULL,
	`ward_id` text,
	`bed` text,
	`status` text NOT NULL,
	`class` text NOT NULL,
	`reason` text,
	`start_at` text,
	`end_at` text,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `encounters_site_status` ON `encounters` (`site_id`,`status`,`start_at`);--> statement-breakpoint
CREATE INDEX `encounters_patient` ON `encounters` (`patient_id`,`start_at`);--> statement-breakpoint
CREATE INDEX `encounters_ward` ON `encounters` (`ward_id`,`status`);--> statement-breakpoint
CREATE TABLE `patients` (
	`id` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`family` text NOT NULL,
	`given` text NOT NULL,
	`prefix` text,
	`preferred_name` text,
	`birth_date` text,
	`sex` text NOT NULL,
	`mrn` text,
	`national_number` text,
	`deceased_at` text,
	`search_text` text NOT NULL,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `patients_site_name` ON `patients` (`site_id`,`family`,`given`);--> statement-breakpoint
CREATE INDEX `patients_mrn` ON `patients` (`mrn`);--> statement-breakpoint
CREATE TABLE `resource_versions` (
	`type` text NOT NULL,
	`id` text NOT NULL,
	`version_id` integer NOT NULL,
	`recorded_at` text NOT NULL,
	`recorded_by` text NOT NULL,
	`content_hash` text NOT NULL,
	`json` text NOT NULL,
	PRIMARY KEY(`type`, `id`, `version_id`)
);
--> statement-breakpoint
CREATE TABLE `resources` (
	`type` text NOT NULL,
	`id` text NOT NULL,
	`version_id` integer NOT NULL,
	`site_id` text NOT NULL,
	`source` text NOT NULL,
	`patient_id` text,
	`encounter_id` text,
	`code` text,
	`occurred_at` text,
	`last_updated` text NOT NULL,
	PRIMARY KEY(`type`, `id`),
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `resources_patient` ON `resources` (`patient_id`,`type`,`occurred_at`);--> statement-breakpoint
CREATE TABLE `sites` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`label` text NOT NULL,
	`time_zone` text NOT NULL,
	`rank` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `wards` (
	`id` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`name` text NOT NULL,
	`specialty` text,
	`bays` text NOT NULL,
	`rank` integer NOT NULL,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `wards_site` ON `wards` (`site_id`);