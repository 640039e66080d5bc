CREATE TABLE `bed_states` (
	`ward_id` text NOT NULL,
	`bed` text NOT NULL,
	`state` text NOT NULL,
	`since` text NOT NULL,
	`recorded_by` text NOT NULL,
	PRIMARY KEY(`ward_id`, `bed`),
	FOREIGN KEY (`ward_id`) REFERENCES `wards`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `site_sequences` (
	`site_id` text NOT NULL,
	`kind` text NOT NULL,
	`next` integer NOT NULL,
	PRIMARY KEY(`site_id`, `kind`),
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `encounters` ADD `planned_ward_id` text;--> statement-breakpoint
ALTER TABLE `encounters` ADD `planned_bed` text;--> statement-breakpoint
ALTER TABLE `encounters` ADD `planned_end_at` text;--> statement-breakpoint
CREATE INDEX `encounters_planned_ward` ON `encounters` (`planned_ward_id`,`status`);--> statement-breakpoint
ALTER TABLE `patients` ADD `replaced_by` text;--> statement-breakpoint
ALTER TABLE `patients` ADD `unidentified` integer DEFAULT false NOT NULL;--> statement-breakpoint
-- Two people never lie in one bed: whoever comes second is told that it has changed.
CREATE TRIGGER `one_patient_per_bed_inserted` AFTER INSERT ON `encounters`
WHEN NEW.`bed` IS NOT NULL AND NEW.`ward_id` IS NOT NULL AND NEW.`status` IN ('arrived', 'triaged', 'in-progress', 'onleave')
BEGIN
  SELECT RAISE(ABORT, 'cochart:stale') WHERE EXISTS (
    SELECT 1 FROM `encounters`
    WHERE `ward_id` = NEW.`ward_id` AND `bed` = NEW.`bed` AND `id` <> NEW.`id`
      AND `status` IN ('arrived', 'triaged', 'in-progress', 'onleave')
  );
END;
--> statement-breakpoint
CREATE TRIGGER `one_patient_per_bed_updated` AFTER UPDATE OF `ward_id`, `bed`, `status` ON `encounters`
WHEN NEW.`bed` IS NOT NULL AND NEW.`ward_id` IS NOT NULL AND NEW.`status` IN ('arrived', 'triaged', 'in-progress', 'onleave')
  AND (OLD.`bed` IS NOT NEW.`bed` OR OLD.`ward_id` IS NOT NEW.`ward_id` OR OLD.`status` IS NOT NEW.`status`)
BEGIN
  SELECT RAISE(ABORT, 'cochart:stale') WHERE EXISTS (
    SELECT 1 FROM `encounters`
    WHERE `ward_id` = NEW.`ward_id` AND `bed` = NEW.`bed` AND `id` <> NEW.`id`
      AND `status` IN ('arrived', 'triaged', 'in-progress', 'onleave')
  );
END;
