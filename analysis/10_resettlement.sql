create view numbers_resettlement (key, value, text) as select null, null, null where 0;
create view claims_resettlement (id, value, bound, holds) as select null, null, null, null where 0;
