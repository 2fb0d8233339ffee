-- What else was rehearsed than a policy: the model, and the rows of lanes, a line each (selection_key()).
alter table rehearsals add column model_id $INT;
alter table rehearsals add column selection_keys text;
create index rehearsals_by_model on rehearsals (model_id, id);
