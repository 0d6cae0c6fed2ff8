create view numbers_engagement (key, value, text) as select null, null, null where 0;
create view claims_engagement (id, value, bound, holds) as select null, null, null, null where 0;
