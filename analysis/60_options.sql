create view numbers_options (key, value, text) as select null, null, null where 0;
create view claims_options (id, value, bound, holds) as select null, null, null, null where 0;
