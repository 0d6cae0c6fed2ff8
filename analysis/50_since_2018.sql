create view numbers_since_2018 (key, value, text) as select null, null, null where 0;
create view claims_since_2018 (id, value, bound, holds) as select null, null, null, null where 0;
