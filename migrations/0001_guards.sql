-- A guard is an INSERT of `ok` that must be 1; anything else aborts the transaction it stands in.
CREATE VIEW `guard` (`ok`) AS SELECT 1;
--> statement-breakpoint
CREATE TRIGGER `guard_insert` INSTEAD OF INSERT ON `guard` WHEN NEW.`ok` IS NOT 1
BEGIN
  SELECT RAISE(ABORT, 'cochart:stale');
END;
--> statement-breakpoint
-- The audit trail and the document log only ever grow.
CREATE TRIGGER `audit_no_update` BEFORE UPDATE ON `audit`
BEGIN
  SELECT RAISE(ABORT, 'audit rows are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_no_delete` BEFORE DELETE ON `audit`
BEGIN
  SELECT RAISE(ABORT, 'audit rows are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `document_log_no_update` BEFORE UPDATE ON `document_log`
BEGIN
  SELECT RAISE(ABORT, 'log entries are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER `resource_versions_no_update` BEFORE UPDATE ON `resource_versions`
BEGIN
  SELECT RAISE(ABORT, 'a stored version is never changed');
END;
--> statement-breakpoint
CREATE TRIGGER `resource_versions_no_delete` BEFORE DELETE ON `resource_versions`
BEGIN
  SELECT RAISE(ABORT, 'a stored version is never deleted');
END;
