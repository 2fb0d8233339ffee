/* x */ CREATE TABLE "T" ("code" TEXT(2) DEFAULT ('a,b'), "libelle" TEXT);
INSERT INTO "T" VALUES ('A', 'x''y'), (2, NULL);
COMMIT;
