-- What the summary and the landing page show: the whole argument in one figure, and the routes out.

-- How many reached the South each year? Persons.
create view fig_summary_arrivals as
select year, persons from arrivals_korea_yearly order by year;

-- Which camp governed in Seoul on the day of the vote at the UN? Unbroken runs of years.
-- room: the years up to the run's end that no other run takes, for its label.
create view fig_summary_governments as
with numbered as (
  select year, camp, year - row_number() over (partition by camp order by year) as run from stance_korea
  where camp is not null),
runs as (select camp, min(year) as first_year, max(year) as last_year from numbered group by camp, run)
select camp, first_year, last_year,
  last_year - coalesce(lag(last_year) over (order by first_year), (select min(year) - 1 from arrivals_korea_yearly),
    first_year - 1) as room
from runs order by first_year;

-- In which years did Seoul sponsor the resolution on rights in the North? Unbroken runs of years.
create view fig_summary_sponsors as
with numbered as (
  select year, year - row_number() over (order by year) as run from stance_korea where un_score = 2)
select 'co-sponsor' as act, min(year) as first_year, max(year) as last_year, max(year) - min(year) + 1 as room
from numbered group by run order by first_year;

-- In which years was the border sealed? One run of years; room: the years that its label has.
create view fig_summary_closure as
select 'shut' as state, first_year, last_year, last_year - first_year + 1 as room
from deterrence_periods where place = 3;

-- From which year on did Kim Jong-un rule? One label, at the height of the highest column. Unit: persons.
create view fig_summary_kim as
select cast(value as integer) as year, 'Kim Jong-un' as label,
  (select max(persons) from arrivals_korea_yearly) as height
from parameters where name = 'kim_jong_un_first_year';

-- How often did the two leaders of Korea meet in the year of the commentary? One label, above the columns to its left.
-- Unit: summits; height in persons.
create view fig_summary_summits as
select s.year, s.value as summits,
  (select persons from arrivals_korea_yearly a where a.year = s.year) as persons,
  case s.value when 1 then '1 summit' else printf('%d summits', s.value) end as label,
  1.15 * (select max(persons) from arrivals_korea_yearly where year between s.year - 5 and s.year) as height
from inter_korean s join parameters p on p.name = 'commentary_year' and s.year = cast(p.value as integer)
where s.indicator = 'summits' and s.value > 0;

-- In which years since Pyongyang reopened its border are returns of whole groups from China reported? Groups and, at
-- the least, persons; a report counts by the rule of group returns. height: where the mark stands, in persons.
create view fig_summary_returns as
with door as (select max(date) as date from border_measures where actor = 'North Korea' and kind = 'reopening'),
reported as (
  select cast(substr(e.date, 1, 4) as integer) as year, e.persons_low
  from repatriation_episodes e cross join door d
  where e.setting = 'mass_return' and e.outcome = 'returned_to_dprk' and e.date_precision <> 'year'
    and (e.date > substr(d.date, 1, length(e.date))
      or e.date = substr(d.date, 1, length(e.date)) and length(e.date) >= length(d.date)))
select year, count(*) as groups, sum(persons_low) as persons,
  0.25 * (select max(persons) from arrivals_korea_yearly) as height
from reported group by year order by year;

-- What do the marks of the returns mean? One label, where there are marks. height in persons.
create view fig_summary_returns_label as
select 'mass returns' || char(10) || 'from China' as label, 1.3 * max(height) as height
from fig_summary_returns having count(*) > 0;

-- Which columns bear their number: the highest and the latest. Unit: persons.
create view fig_summary_named as
with latest as (select max(year) as year from arrivals_korea_yearly where persons is not null),
highest as (select year from arrivals_korea_yearly order by persons desc, year limit 1)
select year, persons, printf('%,d', persons) as label from arrivals_korea_yearly
where persons is not null and (year = (select year from latest) or year = (select year from highest))
order by year;
