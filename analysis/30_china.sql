-- Chapter 30: what China does with the people it catches, and what that follows.
-- Unit of the episode views: one dated group of people whose fate a state decided.

-- Which groups stand on the list? Unit: groups.
-- Rule (groups and tallies): a tally over months is no group; it overlaps single ones and counts in no share of groups.
create view china_groups as
select event_id, setting, setting_group, was_let_go, outcome, date
from repatriation_episodes where setting <> 'field_arrest_aggregate';

-- Which episodes did China decide whose outcome is known, at an embassy or in the field, and between which days does
-- each lie? Unit: episodes; days. A week may be off by seven days; a month and a year are as long as they are.
-- Rule (groups in China): a case is one dated group whose fate China decided at an embassy or in the field, where it
-- is known; tallies over months are no single decision and are left out, and so are neighbors' decisions, people on
-- valid papers and dispatched workers.
-- Rule (coarse dates): a month or a year lies anywhere within itself, a week may be off by seven days; no such date
-- decides an order.
create view china_cases as
select event_id, setting_group = 'in the field' as is_in_field, setting = 'mass_return' as is_mass_return, was_let_go,
  cast(julianday(case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end) + 0.5
    as integer) - case date_precision when 'week' then 7 else 0 end as first_day,
  cast(case length(date) when 4 then julianday(date || '-12-31')
      when 7 then julianday(date || '-01', '+1 month', '-1 day') else julianday(date) end + 0.5
    as integer) + case date_precision when 'week' then 7 else 0 end as last_day
from repatriation_episodes
where setting_group in ('diplomatic premises', 'in the field') and setting <> 'field_arrest_aggregate'
  and was_let_go is not null;

-- Between which days does each event in relations lie, and what does it lead one to expect? Unit: events; days.
-- is_lenient: leniency (1) after strain with Pyongyang or warmth with Seoul, return (0) after the contrary.
-- Rule (relations with China): tested are the top leaders' meetings in China or in the Korea concerned, Beijing's
-- votes on weapons tests, and the start and end of the missile-defense dispute. Meetings, the end of the dispute and a
-- veto for the North are warm; votes against the North and the start of the dispute are strained. Quarrels over
-- returnees are not tested, since they follow from what is to be explained, nor are appeals and visits below the
-- leaders, of which one each is listed.
-- Rule (what relations predict): leniency after strain with Pyongyang or warmth with Seoul, return after warmth with
-- Pyongyang or strain with Seoul.
create view china_weather as
select dyad = 'China-North Korea' as is_north,
  case when dyad = 'China-North Korea' then direction < 0 else direction > 0 end as is_lenient,
  kind in ('leader_meeting', 'china_votes_sanctions', 'missile_defense', 'veto_for_dprk') as is_tested,
  cast(julianday(case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end) + 0.5
    as integer) as first_day,
  cast(case length(date) when 4 then julianday(date || '-12-31')
      when 7 then julianday(date || '-01', '+1 month', '-1 day') else julianday(date) end + 0.5
    as integer) as last_day
from relations_timeline;

-- Over which windows is the thesis tried? Unit: days. Those of the figure, and the parameter's own.
create view china_windows as
select value as days from json_each('[90,180,365,730,1095]')
union select cast(value as integer) from parameters where name = 'relations_window_days';

-- Which events may be the latest before each case? Unit: pairs of a case and an event, by list of events: those tested,
-- of both capitals or of one, and all that are listed.
-- Rule (latest event): an event may be the latest before a case if its dates allow it to lie before or on the day of
-- the case, and no other event lies surely after it and surely before the case.
create view china_candidates as
with lists (list) as (values ('tested'), ('pyongyang'), ('seoul'), ('listed')),
events as materialized (
  select l.list, w.is_lenient, w.first_day, w.last_day
  from lists as l join china_weather as w on case l.list when 'tested' then w.is_tested
    when 'pyongyang' then w.is_tested and w.is_north when 'seoul' then w.is_tested and not w.is_north else 1 end),
cases as materialized (
  select event_id, is_in_field, is_mass_return, was_let_go, first_day, last_day from china_cases),
sure as materialized (
  select e.list, c.event_id, max(e.first_day) as sure_day
  from cases as c join events as e on e.last_day < c.first_day group by e.list, c.event_id)
select e.list, c.event_id, c.is_in_field, c.is_mass_return, c.was_let_go, e.is_lenient,
  s.sure_day is not null as has_sure, c.first_day - e.last_day as least_days, c.last_day - e.first_day as most_days
from cases as c join events as e on e.first_day <= c.last_day
left join sure as s on s.list = e.list and s.event_id = c.event_id
where e.last_day >= ifnull(s.sure_day, 0);

-- What did the latest event within the window lead one to expect? Unit: cases with such an event, by list and window.
-- is_lenient is null where dates leave open which event was the latest, or whether it lay within the window.
-- Rule (open order): a case is expected to end as all events say that may be its latest, within
-- {relations_window_days} days in the published edition; it counts in no cell where they disagree, where none of them
-- surely lies before the case, or where the dates leave open whether they lie within the window. A case without an
-- event in the window is left out.
create view china_expected as
with near as (
  select w.days, c.list, c.event_id, c.is_in_field, c.is_mass_return, c.was_let_go, min(c.has_sure) as has_sure,
    min(c.is_lenient) as least, max(c.is_lenient) as most, min(c.most_days <= w.days) as is_surely_near
  from china_windows as w join china_candidates as c
  group by w.days, c.list, c.event_id
  having min(c.least_days) <= w.days)
select days, list, event_id, is_in_field, is_mass_return, was_let_go,
  case when has_sure and is_surely_near and least = most then least end as is_lenient
from near;

-- How many were let go where leniency was expected, and where return was, by coding and window? Unit: cases; gap:
-- percentage points. Cases whose order is open count in neither.
create view china_grid as
with codings (coding, list, with_embassies, with_mass_returns) as (
  values ('either', 'tested', 0, 1), ('pyongyang', 'pyongyang', 0, 1), ('seoul', 'seoul', 0, 1),
    ('listed', 'listed', 0, 1), ('without_mass_returns', 'tested', 0, 0), ('with_embassies', 'tested', 1, 1)),
counted as (
  select c.coding, e.days, sum(e.is_lenient * e.was_let_go) as lenient_go, sum(e.is_lenient) as lenient_known,
    sum((1 - e.is_lenient) * e.was_let_go) as return_go, sum(1 - e.is_lenient) as return_known
  from codings as c join china_expected as e on e.list = c.list and (e.is_in_field or c.with_embassies)
    and (not e.is_mass_return or c.with_mass_returns)
  where e.is_lenient is not null
  group by c.coding, e.days)
select coding, days, lenient_go, lenient_known, return_go, return_known,
  100.0 * lenient_go / nullif(lenient_known, 0) - 100.0 * return_go / nullif(return_known, 0) as gap_points
from counted;

-- How many cases stand on each side of the three comparisons, and how many were let go? Unit: cases; open: those whose
-- dates leave the side open.
-- thesis: in the field, leniency expected against return expected, at the window that the brief uses.
-- objections: in the field, after a public objection of a United Nations body within the window against all others.
-- inside: groups inside embassies, consulates and United Nations offices against those in Chinese hands.
-- Rule (public objections): a case follows a statement, inquiry or finding of a United Nations body if that lies
-- surely before it and surely within {objection_window_days} days; it stands on the other side if none can lie so, and
-- counts in no cell otherwise.
create view china_sides as
with objection as materialized (
  select
    cast(julianday(case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end) + 0.5
      as integer) as first_day,
    cast(case length(date) when 4 then julianday(date || '-12-31')
        when 7 then julianday(date || '-01', '+1 month', '-1 day') else julianday(date) end + 0.5
      as integer) as last_day
  from legal_instruments where type in ('UN statement', 'UN inquiry', 'treaty body') and date is not null),
objected as (
  select c.was_let_go,
    exists (select 1 from objection as o where o.last_day < c.first_day and o.first_day >= c.last_day - p.value)
      as is_sure,
    exists (select 1 from objection as o where o.first_day <= c.last_day and o.last_day >= c.first_day - p.value)
      as is_possible
  from china_cases as c join parameters as p on p.name = 'objection_window_days' where c.is_in_field)
select 'thesis' as comparison, sum(e.is_lenient * e.was_let_go) as go, sum(e.is_lenient) as known,
  sum((1 - e.is_lenient) * e.was_let_go) as other_go, sum(1 - e.is_lenient) as other_known,
  sum(e.is_lenient is null) as open
from parameters as p join china_expected as e on e.days = cast(p.value as integer)
where p.name = 'relations_window_days' and e.list = 'tested' and e.is_in_field
union all
select 'objections', sum(is_sure * was_let_go), sum(is_sure), sum((1 - is_possible) * was_let_go), sum(1 - is_possible),
  sum(is_possible and not is_sure)
from objected
union all
select 'inside', sum(case when setting_group = 'diplomatic premises' then was_let_go end),
  sum(setting_group = 'diplomatic premises' and was_let_go is not null),
  sum(case when setting_group = 'in the field' then was_let_go end),
  sum(setting_group = 'in the field' and was_let_go is not null), 0
from china_groups;

-- How often would blind draws, with as many let go in all, put as many or more of them on the first side, and how often
-- as many or fewer (contrary)? Unit: cases, and shares of all draws, one row a comparison: the hypergeometric tails.
create view china_compared as
with recursive weight as (
  select comparison, go, known, other_go, other_known, open, max(0, go + other_go - other_known) as x, 1.0 as w
  from china_sides
  union all
  select comparison, go, known, other_go, other_known, open, x + 1,
    w * (known - x) * (go + other_go - x) / ((x + 1) * (other_known - go - other_go + x + 1))
  from weight where x < min(known, go + other_go))
select comparison, go, known, other_go, other_known, open,
  case when known > 0 and other_known > 0 then sum(case when x >= go then w end) / sum(w) end as chance_share,
  case when known > 0 and other_known > 0 then sum(case when x <= go then w end) / sum(w) end as contrary_share
from weight group by comparison;

-- Between which shares does the truth lie, at 95 percent, for three of the counts? Unit: percent, one row a count; the
-- exact interval of Clopper and Pearson, outward to the next thousandth.
-- odds: how often just k of n are counted if the share is p; above, below: how often x or more, x or fewer are.
create view china_intervals as
with recursive counts (name, x, n) as materialized (
  select j.value ->> 0, j.value ->> 1, j.value ->> 2
  from china_settings cross join china_releases, json_each(json_array(json_array('inside', embassy_go, embassy_known),
    json_array('returned', field_back, field_known), json_array('south', releases_south, releases))) as j
  where j.value ->> 2 > 0),
thousandths (p) as (
  select 0.001
  union all
  select p + 0.001 from thousandths where p < 0.9985),
binomial (name, x, n, p, k, odds) as (
  select name, x, n, p, 0, exp(n * ln(1 - p)) from counts cross join thousandths
  union all
  select name, x, n, p, k + 1, odds * (n - k) / (k + 1) * p / (1 - p) from binomial where k < n),
tails as (
  select name, x, n, p, sum(case when k >= x then odds end) as above, sum(case when k <= x then odds end) as below
  from binomial group by name, p)
select name, case x when 0 then 0.0 else 100.0 * min(case when above >= 0.025 then p - 0.001 end) end as low,
  case x when n then 100.0 else 100.0 * max(case when below >= 0.025 then p + 0.001 end) end as high
from tails group by name;

-- Were more let go where the thesis expects leniency than where it expects return, at the window that the brief uses?
-- One row. Unit: cases in the field; gap: percentage points; chance_share, contrary_share: see china_compared.
create view china_thesis as
select go as lenient_go, known as lenient_known, other_go as return_go, other_known as return_known,
  open as thesis_open, 100.0 * go / nullif(known, 0) - 100.0 * other_go / nullif(other_known, 0) as thesis_gap,
  chance_share, contrary_share
from china_compared where comparison = 'thesis';

-- Under how many codings and windows does the gap show, of those with enough cases on both sides? One row.
-- Unit: pairs of a coding and a window; reversed: those with the contrary gap.
create view china_grid_counted as
select count(*) as grid_cells,
  sum(g.lenient_known >= least.value and g.return_known >= least.value) as grid_tested,
  sum(g.lenient_known >= least.value and g.return_known >= least.value and g.gap_points >= gap.value)
    as grid_with_gap,
  sum(g.lenient_known >= least.value and g.return_known >= least.value and g.gap_points <= -gap.value)
    as grid_reversed
from china_grid as g
join parameters as least on least.name = 'least_cases' join parameters as gap on gap.name = 'relations_gap_points';

-- Of how many cases is the outcome known, and how many were let go, by setting? One row. Unit: episodes.
-- door_: groups that had sought foreign premises and were turned away, taken out or lodged outside; caught_: cases in
-- the field that are not known because people were returned.
create view china_settings as
select
  sum(case when setting_group = 'diplomatic premises' then was_let_go end) as embassy_go,
  sum(setting_group = 'diplomatic premises' and was_let_go is not null) as embassy_known,
  sum(setting_group = 'diplomatic premises' and was_let_go is null) as embassy_unknown,
  sum(case when setting_group = 'in the field' then was_let_go end) as field_go,
  sum(case when setting_group = 'in the field' then 1 - was_let_go end) as field_back,
  sum(setting_group = 'in the field' and was_let_go is not null) as field_known,
  sum(setting_group = 'in the field' and was_let_go is null) as field_unknown,
  sum(setting = 'failed_entry' and was_let_go = 1) as door_go,
  sum(setting = 'failed_entry' and was_let_go is not null) as door_known,
  sum(setting_group = 'in the field' and setting <> 'mass_return' and was_let_go = 1)
    as caught_go,
  sum(setting_group = 'in the field' and setting <> 'mass_return'
    and was_let_go is not null) as caught_known
from china_groups;

-- From which year to which run the groups whose outcome is known, by setting? One row. Years.
create view china_setting_years as
select
  min(substr(date, 1, 4)) filter (where setting_group = 'diplomatic premises') as embassy_first,
  max(substr(date, 1, 4)) filter (where setting_group = 'diplomatic premises') as embassy_last,
  min(substr(date, 1, 4)) filter (where setting_group = 'in the field') as field_first,
  max(substr(date, 1, 4)) filter (where setting_group = 'in the field') as field_last
from china_groups where was_let_go is not null;

-- How many groups of both settings were let go, and how many of these ended in the South? One row. Unit: episodes.
create view china_releases as
select sum(setting_group in ('in the field', 'diplomatic premises') and was_let_go = 1) as releases,
  sum(setting_group in ('in the field', 'diplomatic premises') and outcome = 'to_rok') as releases_south
from china_groups;

-- How many people went back from the field, and how many were let go there? One row. Unit: persons.
create view china_field_people as
select
  sum(case when was_let_go = 0 then persons_low end) as back_low,
  sum(case when was_let_go = 0 then persons_high end) as back_high,
  sum(case when was_let_go = 1 then persons_low end) as go_low
from repatriation_episodes where setting_group = 'in the field';

-- How many episodes are there, of which years, and of how many is the outcome unknown? One row. Unit: episodes.
create view china_episodes_counted as
select count(*) as episodes_all, min(substr(date, 1, 4)) as first_year, max(substr(date, 1, 4)) as last_year,
  sum(was_let_go is null) as unknown_all
from repatriation_episodes;

-- Did people go back while the North kept its border shut, and how soon after it opened? One row. Unit: persons, days.
-- Returns dated to the day; without any, nothing is known of a wait.
create view china_door as
with door as (
  select min(case when kind = 'closure' then date end) as closed_on,
    min(case when kind = 'reopening' and date_precision = 'day' then date end) as opened_on,
    max(case when kind = 'refusal' then value_low end) as refused
  from border_measures where actor = 'North Korea'),
backs as (
  select date, persons_low, persons_high from repatriation_episodes
  where setting_group = 'in the field' and outcome = 'returned_to_dprk' and length(date) = 10),
counted as (
  select d.closed_on, d.opened_on, d.refused, count(b.date) as returns,
    sum(case when b.date < d.opened_on then b.persons_high end) as while_shut,
    sum(case when b.date between d.opened_on and date(d.opened_on, p.value || ' days') then b.persons_low end) as after,
    sum(case when b.date between d.opened_on and date(d.opened_on, p.value || ' days')
      then b.persons_high end) as after_high,
    min(case when b.date >= d.opened_on then b.date end) as first_return
  from door as d join parameters as p on p.name = 'door_window_days' left join backs as b on b.date >= d.closed_on)
select closed_on, opened_on, refused,
  case when opened_on is not null and returns > 0 then coalesce(while_shut, 0) end as back_while_shut,
  case when opened_on is not null and returns > 0 then coalesce(after, 0) end as back_after,
  case when opened_on is not null and returns > 0 then coalesce(after_high, 0) end as back_after_high,
  julianday(first_return) - julianday(opened_on) as days_to_first
from counted;

-- Does a register of testimony grow as people are returned? One row. Unit: returns on record, persons; open: groups.
-- Rule (a register beside returns): the first and the last count of NKDB's register are taken by the month to which
-- they run; beside their growth stand the people of groups returned from the field whose whole date lies after the
-- first month and before the last; a group whose date touches either month counts in no cell.
create view china_register as
with counts as materialized (
  select covers_to, value, cast(julianday(covers_to || '-01') + 0.5 as integer) as first_day,
    cast(julianday(covers_to || '-01', '+1 month', '-1 day') + 0.5 as integer) as last_day
  from testimony_counts
  where producer = 'NKDB' and measure = 'forced returns on record' and length(covers_to) = 7),
span as materialized (
  select a.covers_to as from_month, a.value as first_count, a.first_day as from_first, a.last_day as from_last,
    b.covers_to as to_month, b.value as last_count, b.first_day as to_first, b.last_day as to_last
  from counts as a join counts as b on b.covers_to > a.covers_to
  order by a.covers_to, b.covers_to desc limit 1),
returned as (
  select c.first_day, c.last_day, e.persons_low
  from china_cases as c join repatriation_episodes as e on e.event_id = c.event_id
  where c.is_in_field and c.was_let_go = 0)
select cast(substr(max(s.from_month), 1, 4) as integer) as register_from,
  cast(substr(max(s.to_month), 1, 4) as integer) as register_to, max(s.first_count) as register_first,
  max(s.last_count) as register_last, max(s.last_count - s.first_count) as register_growth,
  ifnull(sum(case when r.first_day > s.from_last and r.last_day < s.to_first then r.persons_low end), 0)
    as register_returned,
  ifnull(sum(r.first_day <= s.from_last and r.last_day >= s.from_first
    or r.first_day <= s.to_last and r.last_day >= s.to_first), 0) as register_open
from span as s left join returned as r on true;

-- What did a first return cost, by what was told? One row. Unit: months, persons heard. before, since: until 2013 and
-- from 2014, by South Korea's state institute; announced: by Human Rights Watch, from late 2004.
create view china_punishment as
select
  max(case when producer = 'KINU' and measure = 'longest punishment after a first return' and covers_to < '2014'
    then value end) as months_before,
  min(case when producer = 'KINU' and measure = 'shortest punishment after a first return' and covers_from >= '2014'
    then value end) as months_least,
  max(case when producer = 'KINU' and measure = 'longest punishment after a first return' and covers_from >= '2014'
    then value end) as months_most,
  max(case when producer = 'KINU' and measure = 'people heard' then value end) as months_heard,
  max(case when producer = 'Human Rights Watch' and measure = 'shortest punishment after a return' then value end)
    as announced_least,
  max(case when producer = 'Human Rights Watch' and measure = 'longest punishment after a return' then value end)
    as announced_most
from testimony_counts;

-- Of the people whose disappearance one group heard of, how many vanished for a relative, and how many after a return?
-- One row. Unit: persons, percent; low, high: the 95 percent interval of Wilson, as if each had vanished alone.
create view china_vanished as
with told as (
  select max(case when measure = 'people heard' then value end) as heard,
    max(case when measure = 'people who disappeared' then value end) as vanished,
    max(case when measure = 'disappeared after a return' then value end) as after_return,
    max(case when measure = 'disappeared for a relative' then value end) as for_relative
  from testimony_counts where producer = 'Transitional Justice Working Group'),
shared as (
  select heard, vanished, after_return, for_relative, 1.0 * for_relative / nullif(vanished, 0) as share,
    1.96 * 1.96 / nullif(vanished, 0) as z
  from told)
select heard, vanished, after_return, for_relative,
  100 * (share + z / 2 - sqrt(z * (share * (1 - share) + z / 4))) / (1 + z) as vanished_low,
  100 * (share + z / 2 + sqrt(z * (share * (1 - share) + z / 4))) / (1 + z) as vanished_high
from shared;

-- How far apart do two producers stand on the number of people in China at about the same time? One row. Unit: persons.
-- far_low is the least the higher one allows, far_high the most the lower one does; times is their ratio.
create view china_fog as
with estimates as materialized (
  select producer, year_from, year_to, coalesce(value_low, value_mid) as least, coalesce(value_high, value_mid) as most
  from repatriation_estimates where category = 'population_in_china' and year_from is not null and year_to is not null),
pairs as (
  select a.least / b.most as times, a.producer as high_producer, a.least as high_floor, b.producer as low_producer,
    b.most as low_ceiling, max(a.year_from, b.year_from) as year_from, min(a.year_to, b.year_to) as year_to
  from estimates as a join estimates as b on a.year_from <= b.year_to and b.year_from <= a.year_to
    and a.producer <> b.producer
  where b.most > 0 and a.least is not null)
select times, high_producer, high_floor, low_producer, low_ceiling, year_from, year_to
from (select 1) left join pairs on true
order by times desc, high_floor desc, low_ceiling desc limit 1;

-- Were cases treated more mildly after a body of the United Nations objected? One row. Unit: cases in the field;
-- chance_share: see china_compared.
create view china_objections as
select go as after_go, known as after_known, other_go, other_known, open as objections_open, chance_share
from china_compared where comparison = 'objections';

-- How did Beijing and Seoul answer each year's resolution in the General Assembly? Unit: one row a year and capital.
-- answer: what they did; null where no source names a position.
create view china_answers as
with positions (year, capital, position, is_sponsor) as (
  select year, 'Beijing', china, 0 from votes_general_assembly where body = 'UNGA plenary'
  union all
  select year, 'Seoul', south_korea, is_cosponsored_by_south_korea from votes_general_assembly
  where body = 'UNGA plenary')
select year, capital, case when position in ('yes', 'joined') and is_sponsor = 1 then 'co-sponsor'
  when position in ('no', 'yes', 'joined', 'abstain') then position when position = 'absent' then 'abstain'
  when position in ('outside consensus', 'dissociated group', 'opposed in committee') then 'outside' end as answer
from positions;

-- How often did each capital change its answer from year to year (no and staying out both count as against), and how
-- often did Beijing vote no? One row. Unit: changes, votes, years.
-- seoul_vote_changes: of the vote alone, joining a consensus being a yes; seoul_sponsor_changes: of sponsoring alone.
create view china_votes as
with coarse as (
  select year, capital, case when answer in ('no', 'outside') then 'against' else answer end as answer,
    case when answer in ('no', 'outside') then 'against' when answer in ('yes', 'joined', 'co-sponsor') then 'for'
      else answer end as vote, answer = 'co-sponsor' as is_sponsor
  from china_answers),
followed as (
  select capital, answer, vote, is_sponsor, lag(answer) over by_year as before, lag(vote) over by_year as vote_before,
    lag(is_sponsor) over by_year as sponsor_before
  from coarse where answer is not null
  window by_year as (partition by capital order by year)),
changes as (
  select sum(case when capital = 'Seoul' then answer <> before end) as seoul_changes,
    sum(case when capital = 'Seoul' then vote <> vote_before end) as seoul_vote_changes,
    sum(case when capital = 'Seoul' then is_sponsor <> sponsor_before end) as seoul_sponsor_changes,
    count(case when capital = 'Seoul' then answer end) as seoul_years,
    case when count(case when capital = 'Beijing' then answer end) > 0
      then coalesce(sum(case when capital = 'Beijing' then answer <> before end), 0) end as beijing_changes,
    count(case when capital = 'Beijing' then answer end) as beijing_years
  from followed),
assembly as (
  select sum(mode = 'recorded vote' and china = 'no') as assembly_no,
    sum(mode = 'recorded vote' and china is not null) as assembly_recorded,
    sum(mode = 'without a vote') as assembly_unvoted
  from votes_general_assembly where body = 'UNGA plenary'),
council as (
  select sum(china = 'no') as council_no, count(china) as council_recorded
  from votes_security_council where item_type = 'human_rights' and format = 'procedural vote')
select seoul_changes, seoul_vote_changes, seoul_sponsor_changes, seoul_years, beijing_changes, beijing_years,
  assembly_no, assembly_recorded, assembly_unvoted, council_no, council_recorded
from changes join assembly join council;

-- Does the group that left in April 2016 fit the thesis: was it let go, at a time of strain? One row. Unit: persons;
-- 1 yes, 0 no. ningbo_strained: was the latest tested event with Pyongyang within the window a cold one?
create view china_ningbo as
with ningbo as materialized (
  select
    cast(julianday(case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end) + 0.5
      as integer) as day,
    persons_low as persons, was_let_go
  from repatriation_episodes where event_id = 'E42'),
latest as materialized (
  select r.is_lenient from ningbo as n join parameters as p on p.name = 'relations_window_days'
  join china_weather as r on r.is_tested and r.is_north and r.last_day < n.day
    and r.first_day >= n.day - p.value
  order by r.first_day desc, r.is_lenient limit 1)
select max(n.persons) as ningbo_persons, max(n.was_let_go) as ningbo_let_go,
  max(l.is_lenient) as ningbo_strained
from ningbo as n left join latest as l on true;

-- How many were returned before the famine and at its height, and where were people then? One row. Unit: persons.
create view china_famine as
select
  max(case when category = 'annual_returns' and year_to = 1996 then value_mid end) as famine_before,
  max(case when category = 'annual_returns' and year_to = 1998 then value_mid end) as famine_peak,
  max(case when category = 'population_in_china' and year_to = 1998 then value_low end) as famine_in_china_low,
  max(case when category = 'population_in_china' and year_to = 1998 then value_high end) as famine_in_china_high,
  (select sum(persons) from arrivals_korea_early where period_to <= 1998) as famine_in_south
from repatriation_estimates where category in ('annual_returns', 'population_in_china') and year_to in (1996, 1998);

-- How did one producer's own estimate of the people in China change from 1998 to 2009? One row. Unit: persons.
create view china_same_producer as
select
  max(case when year_to = 1998 then value_mid end) as same_first,
  max(case when year_to = 2009 then value_low end) as same_last_low,
  max(case when year_to = 2009 then value_high end) as same_last_high
from repatriation_estimates where category = 'population_in_china' and producer = 'Robinson (Johns Hopkins)';

-- How many crossed the military line, beside all arrivals since the first of these years? One row. Unit: persons.
create view china_line as
with crossed as materialized (
  select sum(persons) as persons, cast(min(substr(date, 1, 4)) as integer) as first_year from crossings_military_line)
select max(c.persons) as line_persons, max(c.first_year) as line_first_year, sum(a.persons) as line_arrivals
from crossed as c left join arrivals_korea_yearly as a on a.year >= c.first_year;

-- How far apart do the two records of trade stand before and after crude oil left one of them? One row. Unit: million
-- USD. oil_gap_before: the widest gap of any year before 2014; _before of a record: 2013.
create view china_oil as
select max(case when year = 2013 then customs_trade_usd_m end) as oil_customs_before,
  max(case when year = 2014 then customs_trade_usd_m end) as oil_customs,
  max(case when year = 2013 then kotra_trade_usd_m end) as oil_kotra_before,
  max(case when year = 2014 then kotra_trade_usd_m end) as oil_kotra,
  max(case when year < 2014 then abs(kotra_trade_usd_m - customs_trade_usd_m) end) as oil_gap_before,
  max(case when year = 2014 then kotra_trade_usd_m - customs_trade_usd_m end) as oil_gap
from trade_china;

-- What share of the North's trade is China's, with and without trade with the South, in the first year that has both?
-- One row. Unit: percent.
create view china_trade_share as
select min(year) as share_year, kotra_china_share_pct as share_alone,
  china_share_with_inter_korean_pct as share_with_south
from trade_china where kotra_china_share_pct is not null and china_share_with_inter_korean_pct is not null;

-- What share of the North's trade is China's in the latest year? One row. Unit: percent, without trade with the South.
create view china_trade_share_latest as
select max(year) as share_latest_year, kotra_china_share_pct as share_latest
from trade_china where kotra_china_share_pct is not null;

-- How many groups were let go of those whose fate is known, by who held them? Unit: groups. is_whole: the two sides
-- that the chapter compares; the settings that make up the second stand below it, then those outside of both.
create view china_settings_counted as
with placed (place, is_whole, setting, was_let_go) as (
  select 1, 1, 'Inside an embassy or UN office', was_let_go from china_groups
  where setting_group = 'diplomatic premises'
  union all
  select 2, 1, 'In Chinese hands', was_let_go from china_groups where setting_group = 'in the field'
  union all
  select case setting when 'field_arrest' then 3 when 'failed_entry' then 4 when 'mass_return' then 5
      when 'third_country_handover' then 6 when 'legal_travel' then 8
      else case setting_group when 'third country' then 7 else 9 end end, 0,
    case setting when 'field_arrest' then 'Arrested in China' when 'failed_entry' then 'Sought a mission or school'
      when 'mass_return' then 'Sent back many at once' when 'third_country_handover' then 'Handed over by a neighbor'
      when 'legal_travel' then 'Outside: valid papers'
      else case setting_group when 'third country' then 'Outside: a neighbor decides'
        else 'Outside: workers' end end, was_let_go
  from china_groups where setting_group <> 'diplomatic premises')
select place, is_whole, setting, coalesce(sum(was_let_go), 0) as go, count(was_let_go) as known,
  count(*) - count(was_let_go) as unknown
from placed group by place, is_whole, setting;

-- Figure: which part was let go, and which returned? Unit: percent of the known fates; start to finish is a bar's place
-- on the axis. Only the two whole bars are broad enough for labels, and of them no part below a fifth.
create view fig_china_settings as
with parts as (
  select place, is_whole, setting, 'let go' as outcome, go as groups, 0.0 as start, 100.0 * go / known as finish
  from china_settings_counted where go > 0
  union all
  select place, is_whole, setting, 'returned', known - go, 100.0 * go / known, 100.0
  from china_settings_counted where known > go)
select place, is_whole, setting, outcome, groups, start, finish, (start + finish) / 2 as middle,
  case when is_whole and finish - start >= 20 then printf('%,d %s', groups, outcome) else '' end as label
from parts order by place, start;

-- Figure: the words above each bar. Unit: groups.
create view fig_china_settings_rows as
select place, is_whole, 0 as start,
  setting || case when known = 0 then printf(': %,d, fate unknown', unknown)
    else printf(': %,d of %,d let go', go, known)
      || case when unknown > 0 then printf(', %,d unknown', unknown) else '' end end as label
from china_settings_counted order by place;

-- Figure: how long after the latest event between Beijing and a Korea was each group's fate decided, what did that
-- event lead one to expect, and what came? One row a group with such an event in the window. Unit: days, from the least
-- to the most that the dates allow; row: its place from the top, the heading of its side stands above.
create view fig_china_calendar as
with spans as (
  select e.event_id, case when not e.is_in_field then 3 when e.is_lenient then 1 else 2 end as side, e.was_let_go,
    r.date, r.place, max(0, min(c.least_days)) as least_days, max(c.most_days) as most_days
  from parameters as p join china_expected as e on e.days = cast(p.value as integer)
  join repatriation_episodes as r on r.event_id = e.event_id
  join china_candidates as c on c.list = e.list and c.event_id = e.event_id
  where p.name = 'relations_window_days' and e.list = 'tested' and e.is_lenient is not null
  group by e.event_id, e.is_in_field, e.is_lenient, e.was_let_go, r.date, r.place)
select row_number() over (order by side, least_days + most_days, event_id)
    + dense_rank() over (order by side) as row,
  case side when 1 then 'Caught, leniency predicted' when 2 then 'Caught, return predicted'
    else 'Inside an embassy' end as side, date, place,
  cast(least_days as integer) as least_days, cast(most_days as integer) as most_days,
  (least_days + most_days) / 2.0 as days, case when was_let_go then 'let go' else 'returned' end as outcome
from spans order by 1;

-- Figure: the heading of each side. Unit: groups.
create view fig_china_calendar_sides as
select min(row) - 1 as row, printf('%s: %,d of %,d let go', side, sum(outcome = 'let go'), count(*)) as label
from fig_china_calendar group by side order by 1;

-- By how many points are more let go where leniency is expected, under each coding and window with enough cases on both
-- sides? Unit: percentage points; days: 0 in the line that names a coding; row: the line's place from the top.
create view china_grid_lines as
with named (coding, sort, label) as (
  values ('either', 1, 'Either capital'), ('pyongyang', 2, 'Pyongyang alone'), ('seoul', 3, 'Seoul alone'),
    ('listed', 4, 'All listed events'), ('without_mass_returns', 5, 'Without mass returns'),
    ('with_embassies', 6, 'With embassies')),
judged as (
  select n.sort, n.label, cast(g.days as integer) as days, g.gap_points, gap.value as gap_bound,
    printf('%d of %d against %d of %d', g.lenient_go, g.lenient_known, g.return_go, g.return_known) as counts
  from china_grid as g join named as n using (coding)
  join parameters as least on least.name = 'least_cases' join parameters as gap on gap.name = 'relations_gap_points'
  where min(g.lenient_known, g.return_known) >= least.value),
headed as (
  select sort, label, 0 as days, null as gap_points, null as gap_bound,
    case when exists (select 1 from judged as j where j.sort = n.sort) then label
      else label || ': too few cases at every window' end as counts
  from named as n
  union all
  select sort, label, days, gap_points, gap_bound, counts from judged)
select row_number() over (order by sort, days) as row, label as coding, days, gap_points, gap_bound, counts from headed;

-- Figure: does the share let go follow relations, whatever the coding? Unit: percentage points; counts: let go of known
-- where leniency is expected against where return is; expected_from, reverse_from: from which gap on it is called one.
create view fig_china_sensitivity as
select row, coding, days, gap_points, counts, printf('%,d days', days) as window,
  replace(printf('%+.0f', gap_points), '-', '−') as label,
  case when gap_points >= gap_bound then 'the expected gap' when gap_points <= -gap_bound then 'the reverse'
    else 'no gap' end as reading, gap_bound as expected_from, -gap_bound as reverse_from
from china_grid_lines where days > 0 order by row;

-- Figure: the heading of each coding. Unit: none.
create view fig_china_sensitivity_codings as
select row, counts as label from china_grid_lines where days = 0 order by row;

-- Figure: how many people from the North were in China, by producer? Unit: persons; a missing end repeats the given
-- one. pair: the two estimates for the same years that stand furthest apart.
create view fig_china_estimates as
select row_number() over (order by year_from, year_to, coalesce(value_low, value_mid, value_high), record_id) as sort,
  replace(replace(replace(producer, ' (to National Assembly)', ''), '; UNHCR working figure', ', UNHCR'),
    'High Commissioner ', '') || char(10) || case when year_from = year_to then printf('%d', year_from)
    else printf('%d–%d', year_from, year_to) end || ': '
    || case when value_low is not null and value_high is not null then printf('%,d', value_low) || '–'
      || printf('%,d', value_high)
         when value_low is not null then 'at least ' || printf('%,d', value_low)
         when value_mid is not null then printf('%,d', value_mid)
         else 'up to ' || printf('%,d', value_high) end as label,
  coalesce(value_low, value_mid, value_high) as low, coalesce(value_high, value_mid, value_low) as high,
  case when value_low is not null and value_high is not null then 'range' when value_low is null and value_mid is null
    then 'ceiling'
    when value_high is null and value_mid is null then 'floor' else 'point' end as kind,
  case when value_low is null and value_mid is null then value_high end as ceiling,
  case when value_low is null or value_high is null then value_mid end as middle,
  case when year_from <= fog.to_year and year_to >= fog.from_year
      and (producer = high_producer and coalesce(value_low, value_mid) = high_floor
        or producer = low_producer and coalesce(value_high, value_mid) = low_ceiling)
    then 'furthest apart for the same years' else 'other estimates' end as pair
from repatriation_estimates cross join (
  select year_from as from_year, year_to as to_year, high_producer, high_floor, low_producer, low_ceiling
  from china_fog) as fog
where category = 'population_in_china' and year_from is not null and year_to is not null
  and coalesce(value_low, value_mid, value_high) > 0
order by 1;

-- Figure: how much trade with China, by agency? Unit: billion USD both ways; a hole stays a hole and breaks the line.
-- part: the customs line is cut where crude oil leaves the record.
create view fig_china_trade as
select year, 'Chinese customs' as agency, case when year < 2014 then 'customs with crude oil'
  else 'customs without crude oil' end as part, customs_trade_usd_m / 1000.0 as trade_bn_usd from trade_china
union all
select year, 'KOTRA', 'KOTRA', kotra_trade_usd_m / 1000.0 from trade_china
order by 2, 1;

-- Figure: where does each agency's name stand? Unit: billion USD; side: on which side of its point.
create view fig_china_trade_labels as
select year, 'KOTRA' as agency, kotra_trade_usd_m / 1000.0 as trade_bn_usd, 'KOTRA' as label, 'right' as side
  from trade_china where year = 2016
  and kotra_trade_usd_m is not null
union all
select year, 'Chinese customs', customs_trade_usd_m / 1000.0, 'customs', 'left' from trade_china where year = 2008
  and customs_trade_usd_m is not null;

-- Figure: where does the series break? Unit: year with its fraction.
create view fig_china_trade_break as
select 2013.5 as year, 'crude oil leaves|the customs record' as label;

-- Figure: how did Seoul answer the resolution of the General Assembly, year by year? Unit: one answer a year.
create view fig_china_votes as
select year, case answer when 'no' then 'voted no' when 'outside' then 'stayed out of the consensus'
    when 'abstain' then 'abstained' when 'yes' then 'voted yes' when 'joined' then 'joined consensus'
    when 'co-sponsor' then 'sponsored' else 'not recorded' end as answer
from china_answers where capital = 'Seoul' order by year;

-- Figure: and Beijing, in one sentence? Unit: votes.
create view fig_china_votes_beijing as
select printf('Beijing voted no' || char(10) || 'in %,d of %,d recorded votes', assembly_no, assembly_recorded) as label
from china_votes where assembly_recorded > 0;

-- Table: every episode whose outcome is known. Cells as ready text; nobody is named.
create view tbl_china_episodes as
select date, place,
  case setting when 'diplomatic_premises' then 'embassy or consulate' when 'field_arrest' then 'arrest'
    when 'field_arrest_aggregate' then 'tally over months'
    when 'mass_return' then 'mass return' when 'failed_entry' then 'sought a mission or school'
    when 'third_country_handover' then 'handed over by a neighbor'
    when 'third_country_airlift' then 'airlift from a neighbor' when 'third_country_arrest'
      then 'arrest in a neighbor' when 'legal_travel' then 'valid papers' else 'dispatched workers' end as setting,
  case when persons_low is null and persons_high is null then null when persons_low = persons_high
    then printf('%,d', persons_low)
    when persons_low is null then 'up to ' || printf('%,d', persons_high) when persons_high is null
      then printf('%,d', persons_low) || ' or more'
    else printf('%,d', persons_low) || '–' || printf('%,d', persons_high) end as persons,
  case outcome when 'to_rok' then 'to South Korea' when 'to_us' then 'to the United States' when 'third_country'
    then 'to a third country' when 'released' then 'released' else 'returned' end as outcome
from repatriation_episodes
where outcome <> 'unknown'
order by date, event_id;

-- Table: whom structured testimony heard, and what it counts. Cells as ready text; covers: the years told of;
-- base: out of whom.
create view tbl_china_testimony as
select case producer when 'NKDB' then 'Database Center for North Korean Human Rights'
    when 'KINU' then 'Korea Institute for National Unification' when 'OHCHR' then 'UN human rights office'
    else producer end as who,
  case when published is null then null else substr(published, 1, 4) end as published, measure as counted,
  case when covers_from is null then 'to ' || substr(covers_to, 1, 4)
    when covers_to is null then 'from ' || substr(covers_from, 1, 4)
    when substr(covers_from, 1, 4) = substr(covers_to, 1, 4) then substr(covers_to, 1, 4)
    else substr(covers_from, 1, 4) || '–' || substr(covers_to, 1, 4) end as covers,
  printf('%,d', value) || ' ' || unit as value,
  case when base_value is not null then printf('%,d', base_value) || ' ' || base end as base
from testimony_counts
order by record_id;

-- Table: the General Assembly's resolution, year by year. Cells as ready text.
create view tbl_china_votes as
select printf('%d', year) as year, mode as adopted, case when yes is not null and no is not null and abstain is not null
  then printf('%d–%d–%d', yes, no, abstain) end as counts, china as beijing, south_korea as seoul,
  case is_cosponsored_by_south_korea when 1 then 'yes' when 0 then 'no' end as sponsor
from votes_general_assembly where body = 'UNGA plenary'
order by year;

-- Table: who counted otherwise, and what the brief uses. Cells as ready text.
create view tbl_china_disagreements as
select measure as what, period, who, case when value = cast(value as integer) then printf('%,d', value)
  else printf('%,.1f', value) end || ' ' || replace(unit, 'usd_m', 'million dollars') as value,
  case is_used when 1 then 'yes' else 'no' end as used
from disagreements
where subject in ('repatriation_episodes', 'repatriation_estimates') or disagreement_id like 'unga%'
order by period, disagreement_id, disagreements.value;

-- Which choices does this chapter print? One row, one column a parameter.
create view china_choices as
select max(case when name = 'relations_window_days' then value end) as window_days,
  max(case when name = 'relations_gap_points' then value end) as gap_points,
  max(case when name = 'majority_share_pct' then value end) as majority_share_pct,
  max(case when name = 'small_share_pct' then value end) as small_share_pct,
  max(case when name = 'least_cases' then value end) as least_cases,
  max(case when name = 'door_window_days' then value end) as door_days,
  max(case when name = 'objection_window_days' then value end) as objection_days
from parameters;

-- What the chapter prints: key -> [value, format]. Shares in percent, gaps in percentage points.
-- Each step is read once and unpivoted by json_each, because a select a number would expand its views anew.
create view numbers_china as
with printed as (
  select j.key, j.value from china_episodes_counted, json_each(json_object(
    'china_episodes', json_array(episodes_all, '%,d'),
    'china_episodes_first_year', json_array(cast(first_year as integer), '%d'),
    'china_episodes_last_year', json_array(cast(last_year as integer), '%d'),
    'china_fate_unknown', json_array(unknown_all, '%,d'))) as j
  union all
  select j.key, j.value from china_settings, json_each(json_object(
    'china_embassy_go', json_array(embassy_go, '%,d'),
    'china_embassy_known', json_array(embassy_known, '%,d'),
    'china_door_go', json_array(door_go, '%,d'),
    'china_door_known', json_array(door_known, '%,d'),
    'china_embassy_worst', json_array(100.0 * embassy_go / nullif(embassy_known + embassy_unknown, 0), '%.0f%%'),
    'china_field_go', json_array(field_go, '%,d'),
    'china_field_back', json_array(field_back, '%,d'),
    'china_field_known', json_array(field_known, '%,d'),
    'china_field_unknown', json_array(field_unknown, '%,d'),
    'china_field_back_share', json_array(100.0 * field_back / nullif(field_known, 0), '%.0f%%'),
    'china_field_back_least', json_array(100.0 * field_back / nullif(field_known + field_unknown, 0), '%.0f%%'),
    'china_field_best', json_array(100.0 * (field_go + field_unknown) / nullif(field_known + field_unknown, 0),
      '%.0f%%'),
    'china_caught_go', json_array(caught_go, '%,d'),
    'china_caught_known', json_array(caught_known, '%,d'))) as j
  union all
  select j.key, j.value from china_setting_years, json_each(json_object(
    'china_embassy_first', json_array(cast(embassy_first as integer), '%d'),
    'china_embassy_last', json_array(cast(embassy_last as integer), '%d'),
    'china_field_first', json_array(cast(field_first as integer), '%d'),
    'china_field_last', json_array(cast(field_last as integer), '%d'))) as j
  union all
  select j.key, j.value from china_releases, json_each(json_object(
    'china_releases', json_array(releases, '%,d'),
    'china_releases_south', json_array(releases_south, '%,d'))) as j
  union all
  select j.key, j.value from (
    select max(case name when 'inside' then low end) as inside_low,
      max(case name when 'returned' then low end) as returned_low,
      max(case name when 'returned' then high end) as returned_high,
      max(case name when 'south' then low end) as south_low,
      max(case name when 'south' then high end) as south_high from china_intervals), json_each(json_object(
    'china_interval_pct', json_array(95, '%d'),
    'china_embassy_low', json_array(inside_low, '%.0f%%'),
    'china_field_back_low', json_array(returned_low, '%.0f%%'),
    'china_field_back_high', json_array(returned_high, '%.0f%%'),
    'china_south_low', json_array(south_low, '%.0f%%'),
    'china_south_high', json_array(south_high, '%.0f%%'))) as j
  union all
  select j.key, j.value from china_field_people, json_each(json_object(
    'china_back_low', json_array(back_low, '%,d'),
    'china_back_high', json_array(back_high, '%,d'),
    'china_go_persons', json_array(go_low, '%,d'))) as j
  union all
  select j.key, j.value from china_choices, json_each(json_object(
    'china_window_days', json_array(window_days, '%,d'),
    'china_gap_bound', json_array(gap_points, '%g'),
    'china_majority', json_array(majority_share_pct, '%g'),
    'china_small_share', json_array(small_share_pct, '%g'),
    'china_least_cases', json_array(least_cases, '%d'),
    'china_door_days', json_array(door_days, '%d'),
    'china_objection_days', json_array(objection_days, '%d'))) as j
  union all
  select case c.comparison when 'thesis' then j.value ->> 0 when 'objections' then j.value ->> 1 end, j.value -> 2
  from china_compared as c, json_each(json_array(
    json_array('china_lenient_go', 'china_after_go', json_array(c.go, '%d')),
    json_array('china_lenient_known', 'china_after_known', json_array(c.known, '%d')),
    json_array('china_return_go', 'china_other_go', json_array(c.other_go, '%d')),
    json_array('china_return_known', 'china_other_known', json_array(c.other_known, '%d')),
    json_array('china_thesis_open', 'china_objections_open', json_array(c.open, '%d')),
    json_array('china_chance', 'china_objections_chance', json_array(100.0 * c.chance_share, '%.0f')))) as j
  where c.comparison <> 'inside'
  union all
  select j.key, j.value from china_grid_counted, json_each(json_object(
    'china_grid_cells', json_array(grid_cells, '%d'),
    'china_grid_tested', json_array(grid_tested, '%d'),
    'china_grid_with_gap', json_array(grid_with_gap, '%d'),
    'china_grid_reversed', json_array(grid_reversed, '%d'))) as j
  union all
  select j.key, j.value from china_ningbo, json_each(json_object(
    'china_ningbo_persons', json_array(ningbo_persons, '%d'),
    'china_ningbo_met', json_array(ningbo_let_go + ningbo_strained, '%d'))) as j
  union all
  select j.key, j.value from china_door, json_each(json_object(
    'china_refused', json_array(refused, '%,d'),
    'china_back_while_shut', json_array(back_while_shut, '%,d'),
    'china_back_after', json_array(back_after, '%,d'),
    'china_back_after_high', json_array(back_after_high, '%,d'),
    'china_days_to_first', json_array(days_to_first, '%d'))) as j
  union all
  select j.key, j.value from china_register, json_each(json_object(
    'china_register_from', json_array(register_from, '%d'),
    'china_register_to', json_array(register_to, '%d'),
    'china_register_growth', json_array(register_growth, '%,d'),
    'china_register_returned', json_array(register_returned, '%,d'),
    'china_register_open', json_array(register_open, '%d'))) as j
  union all
  select j.key, j.value from china_punishment, json_each(json_object(
    'china_months_before', json_array(months_before, '%d'),
    'china_months_least', json_array(months_least, '%d'),
    'china_months_most', json_array(months_most, '%d'),
    'china_months_heard', json_array(months_heard, '%,d'),
    'china_announced_least', json_array(announced_least, '%d'),
    'china_announced_most', json_array(announced_most, '%d'))) as j
  union all
  select j.key, j.value from china_vanished, json_each(json_object(
    'china_vanished_heard', json_array(heard, '%,d'),
    'china_vanished', json_array(vanished, '%,d'),
    'china_vanished_returned', json_array(after_return, '%,d'),
    'china_vanished_relative', json_array(for_relative, '%,d'),
    'china_vanished_low', json_array(vanished_low, '%.0f%%'),
    'china_vanished_high', json_array(vanished_high, '%.0f%%'))) as j
  union all
  select j.key, j.value from china_fog, json_each(json_object(
    'china_fog_times', json_array(times, '%.0f'),
    'china_fog_high', json_array(high_floor, '%,d'),
    'china_fog_low', json_array(low_ceiling, '%,d'),
    'china_fog_from', json_array(year_from, '%d'),
    'china_fog_to', json_array(year_to, '%d'))) as j
  union all
  select j.key, j.value from china_same_producer, json_each(json_object(
    'china_same_first', json_array(same_first, '%,d'),
    'china_same_last_low', json_array(same_last_low, '%,d'),
    'china_same_last_high', json_array(same_last_high, '%,d'))) as j
  union all
  select j.key, j.value from china_famine, json_each(json_object(
    'china_famine_before', json_array(famine_before, '%,d'),
    'china_famine_peak', json_array(famine_peak, '%,d'),
    'china_famine_in_china_low', json_array(famine_in_china_low, '%,d'),
    'china_famine_in_china_high', json_array(famine_in_china_high, '%,d'),
    'china_famine_in_south', json_array(famine_in_south, '%,d'))) as j
  union all
  select j.key, j.value from china_line, json_each(json_object(
    'china_line_persons', json_array(line_persons, '%,d'),
    'china_line_share', json_array(100.0 * line_persons / nullif(line_arrivals, 0), '%.2f%%'),
    'china_line_first_year', json_array(line_first_year, '%d'),
    'china_line_arrivals', json_array(line_arrivals, '%,d'))) as j
  union all
  select j.key, j.value from china_oil, json_each(json_object(
    'china_oil_gap_before', json_array(oil_gap_before, '%,.0f'),
    'china_oil_gap', json_array(oil_gap, '%,.0f'),
    'china_oil_customs_change', json_array(100.0 * oil_customs / nullif(oil_customs_before, 0) - 100, '%+.1f%%'),
    'china_oil_kotra_change', json_array(100.0 * oil_kotra / nullif(oil_kotra_before, 0) - 100, '%+.1f%%'))) as j
  union all
  select j.key, j.value from china_trade_share, json_each(json_object(
    'china_share_alone', json_array(share_alone, '%.0f%%'),
    'china_share_with_south', json_array(share_with_south, '%.1f%%'),
    'china_share_year', json_array(share_year, '%d'))) as j
  union all
  select j.key, j.value from china_trade_share_latest, json_each(json_object(
    'china_share_latest', json_array(share_latest, '%.0f%%'),
    'china_share_latest_year', json_array(share_latest_year, '%d'))) as j
  union all
  select 'china_objections', json_array(count(date), '%d') from legal_instruments
  where type in ('UN statement', 'UN inquiry', 'treaty body')
  union all
  select j.key, j.value from china_votes, json_each(json_object(
    'china_seoul_changes', json_array(seoul_changes, '%d'),
    'china_seoul_vote_changes', json_array(seoul_vote_changes, '%d'),
    'china_seoul_sponsor_changes', json_array(seoul_sponsor_changes, '%d'),
    'china_beijing_years', json_array(beijing_years, '%d'),
    'china_assembly_unvoted', json_array(assembly_unvoted, '%d'),
    'china_beijing_changes', json_array(beijing_changes, '%d'),
    'china_assembly_no', json_array(assembly_no, '%d'),
    'china_assembly_recorded', json_array(assembly_recorded, '%d'),
    'china_council_no', json_array(council_no, '%d'),
    'china_council_recorded', json_array(council_recorded, '%d'))) as j),
parted as materialized (
  select key, value ->> 0 as value, value ->> 1 as format from printed)
select key, value, case when value is not null then printf(format, value) end as text from parted;
