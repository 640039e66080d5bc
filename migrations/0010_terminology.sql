CREATE TABLE `concept_map_elements` (
	`release_id` integer NOT NULL,
	`position` integer NOT NULL,
	`source_system` text NOT NULL,
	`source_code` text NOT NULL,
	`target_system` text,
	`target_code` text,
	`target_display` text,
	`equivalence` text NOT NULL,
	PRIMARY KEY(`release_id`, `position`)
);
--> statement-breakpoint
CREATE INDEX `concept_map_elements_source` ON `concept_map_elements` (`source_system`,`source_code`);--> statement-breakpoint
CREATE TABLE `concept_relations` (
	`release_id` integer NOT NULL,
	`from_code` text NOT NULL,
	`relation` text NOT NULL,
	`to_code` text NOT NULL,
	PRIMARY KEY(`release_id`, `from_code`, `relation`, `to_code`)
);
--> statement-breakpoint
CREATE INDEX `concept_relations_to` ON `concept_relations` (`release_id`,`to_code`,`relation`);--> statement-breakpoint
CREATE TABLE `concepts` (
	`id` integer PRIMARY KEY NOT NULL,
	`release_id` integer NOT NULL,
	`code` text NOT NULL,
	`code_key` text NOT NULL,
	`display` text NOT NULL,
	`kind` text,
	`active` integer NOT NULL,
	`also` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `concepts_code` ON `concepts` (`release_id`,`code`);--> statement-breakpoint
CREATE INDEX `concepts_code_key` ON `concepts` (`release_id`,`code_key`);--> statement-breakpoint
CREATE TABLE `terminology_releases` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`url` text NOT NULL,
	`version` text,
	`title` text NOT NULL,
	`category` text,
	`format` text NOT NULL,
	`source` text NOT NULL,
	`digest` text NOT NULL,
	`notice` text,
	`incomplete` text,
	`entries` integer NOT NULL,
	`status` text NOT NULL,
	`loaded_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `terminology_releases_url` ON `terminology_releases` (`url`,`status`);--> statement-breakpoint
CREATE TABLE `value_set_members` (
	`release_id` integer NOT NULL,
	`position` integer NOT NULL,
	`excluded` integer NOT NULL,
	`system` text,
	`code` text,
	`display` text,
	`value_set` text,
	PRIMARY KEY(`release_id`, `position`)
);
--> statement-breakpoint
CREATE INDEX `value_set_members_code` ON `value_set_members` (`release_id`,`system`,`code`);