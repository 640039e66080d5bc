CREATE TABLE `search_composites` (
	`p` integer NOT NULL,
	`code` text NOT NULL,
	`low` real NOT NULL,
	`high` real NOT NULL,
	`id` text NOT NULL,
	`system` text NOT NULL,
	`value` text NOT NULL,
	`value_system` text NOT NULL,
	`unit` text NOT NULL,
	PRIMARY KEY(`p`, `code`, `low`, `high`, `id`, `system`, `value`, `value_system`, `unit`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `search_composites_resource` ON `search_composites` (`id`,`p`);--> statement-breakpoint
CREATE TABLE `search_dates` (
	`p` integer NOT NULL,
	`start` integer NOT NULL,
	`end` integer NOT NULL,
	`id` text NOT NULL,
	PRIMARY KEY(`p`, `start`, `end`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `search_dates_resource` ON `search_dates` (`id`,`p`);--> statement-breakpoint
CREATE TABLE `search_index_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`type` text,
	`resource_id` text
);
--> statement-breakpoint
CREATE TABLE `search_quantities` (
	`p` integer NOT NULL,
	`low` real NOT NULL,
	`high` real NOT NULL,
	`id` text NOT NULL,
	`system` text NOT NULL,
	`code` text NOT NULL,
	`unit` text NOT NULL,
	PRIMARY KEY(`p`, `low`, `high`, `id`, `system`, `code`, `unit`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `search_quantities_resource` ON `search_quantities` (`id`,`p`);--> statement-breakpoint
CREATE TABLE `search_references` (
	`p` integer NOT NULL,
	`target_id` text NOT NULL,
	`id` text NOT NULL,
	`target_type` text NOT NULL,
	PRIMARY KEY(`p`, `target_id`, `id`, `target_type`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `search_references_resource` ON `search_references` (`id`,`p`);--> statement-breakpoint
CREATE TABLE `search_strings` (
	`p` integer NOT NULL,
	`value` text NOT NULL,
	`id` text NOT NULL,
	`exact` text NOT NULL,
	PRIMARY KEY(`p`, `value`, `id`, `exact`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `search_strings_resource` ON `search_strings` (`id`,`p`);--> statement-breakpoint
CREATE TABLE `search_tokens` (
	`p` integer NOT NULL,
	`code` text NOT NULL,
	`id` text NOT NULL,
	`system` text NOT NULL,
	PRIMARY KEY(`p`, `code`, `id`, `system`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `search_tokens_resource` ON `search_tokens` (`id`,`p`);--> statement-breakpoint
CREATE INDEX `resources_updated` ON `resources` (`type`,`last_updated`,`id`);