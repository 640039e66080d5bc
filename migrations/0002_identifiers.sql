CREATE TABLE `resource_identifiers` (
	`type` text NOT NULL,
	`id` text NOT NULL,
	`system` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`type`, `system`, `value`, `id`)
);
--> statement-breakpoint
CREATE INDEX `resource_identifiers_resource` ON `resource_identifiers` (`type`,`id`);