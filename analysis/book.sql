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

-- luck: how often does luck alone give the gaps that the sentences name? One row a gap. Unit: share of blind draws.
create view luck as
select 'china_luck' as key, chance_share as share from china_thesis
union all
select 'engagement_' || comparison || '_luck', chance / 1000 from engagement_quiet_facts
union all
select 'engagement_talks_luck', talks_chance from engagement_rights_facts
union all
select 'engagement_tweets_luck', tweets_chance from engagement_rights_facts;

-- numbers_luck: these shares as one says them aloud.
create view numbers_luck as
with counted (key, share, times, within) as (
  select key, share,
    case when share < 0.0095 then cast(1000 * share + 0.5 as integer)
      when share < 0.095 then cast(100 * share + 0.5 as integer)
      when share < 0.35 then min(10, cast(1 / share + 0.5 as integer))
      else cast(10 * share + 0.5 as integer) end,
    case when share < 0.0095 then 'a thousand' when share < 0.095 then 'a hundred' else 'ten' end
  from luck),
spelled (key, share, times, within, word) as (
  select key, share, times, within,
    '["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]' ->> times
  from counted)
select key, null as value,
  case when share < 0.001 then 'less than once in a thousand times'
    when share < 0.095 and times = 1 then 'about once in ' || within || ' times'
    when share >= 0.095 and share < 0.35 then 'about one time in ' || word
    when share < 0.95 then 'about ' || word || ' times in ' || within
    when share is not null then 'nearly always' end as text
from spelled;
