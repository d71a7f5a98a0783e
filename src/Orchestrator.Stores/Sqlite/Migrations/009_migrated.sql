-- Finds the definitions that journals name beside the one of the run's row, so that none of them is forgotten.
CREATE INDEX event_migrated ON event (number) WHERE type = 'RunMigrated';
