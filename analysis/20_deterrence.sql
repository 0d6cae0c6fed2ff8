create view numbers_deterrence (key, value, text) as select null, null, null where 0;
create view claims_deterrence (id, value, bound, holds) as select null, null, null, null where 0;
