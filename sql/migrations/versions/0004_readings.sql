-- What verdicts follow from is noted in quality.reading. The first inspection after this one judges every case again: what the release
-- before had read is not known part by part.
ALTER TABLE quality.rule DROP COLUMN reading_digest;
