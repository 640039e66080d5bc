ALTER TABLE `quarantine` ADD `settled_at` text;--> statement-breakpoint
ALTER TABLE `quarantine` ADD `settled_by` text;