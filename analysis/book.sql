-- What the whole book prints.

-- The newest source that any row rests on: the date up to which the data go.
create view numbers_book as
with cut as (
  select max(date) as date from sources where date <> 'n.d.' and source_id in (select source_id from row_sources))
select 'data_cut_off' as key, null as value,
  case length(date)
    when 10 then printf('%d %s %s', cast(substr(date, 9) as integer), month_name, substr(date, 1, 4))
    when 7 then month_name || ' ' || substr(date, 1, 4)
    else date end as text
from (select date, case substr(date, 6, 2)
        when '01' then 'January' when '02' then 'February' when '03' then 'March' when '04' then 'April'
        when '05' then 'May' when '06' then 'June' when '07' then 'July' when '08' then 'August'
        when '09' then 'September' when '10' then 'October' when '11' then 'November' when '12' then 'December'
        else '' end as month_name from cut);
