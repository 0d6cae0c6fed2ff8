create view numbers_china (key, value, text) as select null, null, null where 0;
create view claims_china (id, value, bound, holds) as select null, null, null, null where 0;
