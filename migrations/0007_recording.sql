ALTER TABLE `resource_versions` ADD `site_id` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `source` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `occurred_at` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `received_at` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `zone` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `enterer_id` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `on_behalf_of` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `attester_id` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `activity` text;--> statement-breakpoint
ALTER TABLE `resource_versions` ADD `deleted` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `resources` ADD `deleted` integer DEFAULT false NOT NULL;