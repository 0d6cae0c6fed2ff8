-- What the whole book prints and asserts: the chapters' numbers and claims, gathered.
-- value: the number itself; text: as printed, by printf; holds: 1, 0, or null where these data cannot tell.

-- The newest source that any row rests on: the date up to which the data go.
create view numbers_book (key, value, text) as
with cut as (
  select max(date) as date from sources where date <> 'n.d.' and source_id in (select source_id from row_sources))
select 'data_cut_off', null,
  case length(date)
    when 10 then printf('%d %s %s', cast(substr(date, 9) as integer), month_name, substr(date, 1, 4))
    when 7 then month_name || ' ' || substr(date, 1, 4)
    else date end
from (select date, case substr(date, 6, 2)
        when '01' then 'January' when '02' then 'February' when '03' then 'March' when '04' then 'April'
        when '05' then 'May' when '06' then 'June' when '07' then 'July' when '08' then 'August'
        when '09' then 'September' when '10' then 'October' when '11' then 'November' when '12' then 'December'
        else '' end as month_name from cut);

create view numbers (key, value, text) as
select key, value, text from numbers_book
union all select key, value, text from numbers_resettlement
union all select key, value, text from numbers_deterrence
union all select key, value, text from numbers_china
union all select key, value, text from numbers_engagement
union all select key, value, text from numbers_since_2018
union all select key, value, text from numbers_options;

create view claims (id, value, bound, holds) as
select id, value, bound, holds from claims_resettlement
union all select id, value, bound, holds from claims_deterrence
union all select id, value, bound, holds from claims_china
union all select id, value, bound, holds from claims_engagement
union all select id, value, bound, holds from claims_since_2018
union all select id, value, bound, holds from claims_options;
