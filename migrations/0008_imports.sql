CREATE TABLE `import_files` (
	`import_id` text NOT NULL,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`content_hash` text NOT NULL,
	`outcome` text NOT NULL,
	`lines` integer NOT NULL,
	`created` integer NOT NULL,
	`updated` integer NOT NULL,
	`unchanged` integer NOT NULL,
	`left_out` integer NOT NULL,
	`problems` text NOT NULL,
	`unresolved_count` integer NOT NULL,
	`unresolved` text NOT NULL,
	PRIMARY KEY(`import_id`, `number`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`source` text NOT NULL,
	`asked` text NOT NULL,
	`user_id` text,
	`started_at` text NOT NULL,
	`finished_at` text,
	`files` integer NOT NULL,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `imports_site` ON `imports` (`site_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `imports_asked` ON `imports` (`asked`);