CREATE TABLE `rescues` (
	`id` text PRIMARY KEY NOT NULL,
	`document` text NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`user_id` text NOT NULL,
	`device_id` text NOT NULL,
	`place` text,
	`text` text NOT NULL,
	`at` text NOT NULL,
	`settled_at` text,
	`settled_by` text
);
--> statement-breakpoint
CREATE INDEX `rescues_user` ON `rescues` (`user_id`,`settled_at`);--> statement-breakpoint
CREATE INDEX `rescues_document` ON `rescues` (`document`);