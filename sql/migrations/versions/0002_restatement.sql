-- ods.said_again is called ods.restatement.
ALTER TABLE ods.said_again RENAME TO restatement;
ALTER INDEX ods.said_again_pkey RENAME TO restatement_pkey;
