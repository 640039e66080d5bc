CREATE TABLE `chart_looks` (
	`user_id` text NOT NULL,
	`patient_id` text NOT NULL,
	`seen_until` text NOT NULL,
	PRIMARY KEY(`user_id`, `patient_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `chart_looks_patient` ON `chart_looks` (`patient_id`);--> statement-breakpoint
CREATE TABLE `patient_words` (
	`site_id` text NOT NULL,
	`word` text NOT NULL,
	`patient_id` text NOT NULL,
	PRIMARY KEY(`site_id`, `word`, `patient_id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- In step with `patients` whoever writes it. `search_text` holds words with a space before each.
CREATE TRIGGER `patient_words_inserted` AFTER INSERT ON `patients`
BEGIN
  INSERT OR IGNORE INTO `patient_words` (`site_id`, `word`, `patient_id`)
  SELECT NEW.`site_id`, `value`, NEW.`id`
  FROM json_each('[' || replace(json_quote(trim(NEW.`search_text`) || ' ' || replace(coalesce(NEW.`birth_date`, ''), '-', '')), ' ', '","') || ']')
  WHERE `value` <> '';
END;
--> statement-breakpoint
CREATE TRIGGER `patient_words_updated` AFTER UPDATE OF `site_id`, `search_text`, `birth_date` ON `patients`
WHEN OLD.`site_id` IS NOT NEW.`site_id` OR OLD.`search_text` IS NOT NEW.`search_text` OR OLD.`birth_date` IS NOT NEW.`birth_date`
BEGIN
  DELETE FROM `patient_words`
  WHERE `site_id` = OLD.`site_id` AND `patient_id` = OLD.`id` AND `word` IN (
    SELECT `value`
    FROM json_each('[' || replace(json_quote(trim(OLD.`search_text`) || ' ' || replace(coalesce(OLD.`birth_date`, ''), '-', '')), ' ', '","') || ']')
  );
  INSERT OR IGNORE INTO `patient_words` (`site_id`, `word`, `patient_id`)
  SELECT NEW.`site_id`, `value`, NEW.`id`
  FROM json_each('[' || replace(json_quote(trim(NEW.`search_text`) || ' ' || replace(coalesce(NEW.`birth_date`, ''), '-', '')), ' ', '","') || ']')
  WHERE `value` <> '';
END;
--> statement-breakpoint
CREATE TRIGGER `patient_words_deleted` AFTER DELETE ON `patients`
BEGIN
  DELETE FROM `patient_words`
  WHERE `site_id` = OLD.`site_id` AND `patient_id` = OLD.`id` AND `word` IN (
    SELECT `value`
    FROM json_each('[' || replace(json_quote(trim(OLD.`search_text`) || ' ' || replace(coalesce(OLD.`birth_date`, ''), '-', '')), ' ', '","') || ']')
  );
END;
--> statement-breakpoint
INSERT OR IGNORE INTO `patient_words` (`site_id`, `word`, `patient_id`)
SELECT `patients`.`site_id`, `each`.`value`, `patients`.`id`
FROM `patients`, json_each('[' || replace(json_quote(trim(`patients`.`search_text`) || ' ' || replace(coalesce(`patients`.`birth_date`, ''), '-', '')), ' ', '","') || ']') AS `each`
WHERE `each`.`value` <> '';
