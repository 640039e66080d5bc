CREATE TABLE `signatures` (
	`id` text PRIMARY KEY NOT NULL,
	`encounter_id` text NOT NULL,
	`document` text NOT NULL,
	`kind` text NOT NULL,
	`content_hash` text NOT NULL,
	`signer_id` text NOT NULL,
	`role` text NOT NULL,
	`at` text NOT NULL,
	`offset` text NOT NULL,
	`body` text NOT NULL,
	`resources` text NOT NULL,
	`awaits` text,
	FOREIGN KEY (`signer_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `signatures_document` ON `signatures` (`document`,`at`);--> statement-breakpoint
CREATE INDEX `signatures_encounter` ON `signatures` (`encounter_id`);
--> statement-breakpoint
CREATE TRIGGER `signatures_no_update` BEFORE UPDATE ON `signatures`
BEGIN
  SELECT RAISE(ABORT, 'a signature is never changed');
END;
--> statement-breakpoint
CREATE TRIGGER `signatures_no_delete` BEFORE DELETE ON `signatures`
BEGIN
  SELECT RAISE(ABORT, 'a signature is never deleted');
END;
