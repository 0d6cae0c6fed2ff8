-- Chapter 50: what the years since the commentary did to its expectations.

-- since_choices: the parameters of this chapter, in one row.
create view since_choices as
select max(case when name = 'commentary_year' then cast(value as integer) end) as commentary_year,
  max(case when name = 'before_covid_year' then cast(value as integer) end) as last_quiet_year,
  max(case when name = 'recovered_share_pct' then value end) as recovered_pct,
    max(case when name = 'majority_share_pct' then value end) as majority_pct
from parameters;

-- since_measures: what can be counted then and now, one measure a row. Unit: as the label says.
-- then: the commentary's year (for budgets the proposal made in it); latest: the newest year with a figure.
create view since_measures as
with c as (select commentary_year from since_choices),
crossings as (select max(year) as year from inter_korean where indicator = 'people_crossing' and value is not null),
trades as (select max(year) as year from inter_korean where indicator = 'trade' and value is not null),
lines as (select max(fiscal_year) as year from budget_korea where item = 'defector_support_total'
  and stage = 'proposal' and budget_bn_won is not null),
funds as (select max(fiscal_year) as year from budget_korea where item = 'cooperation_fund' and stage = 'proposal'
  and budget_bn_won is not null),
polls as (select max(year) as year from opinion where pollster = 'IPUS/Gallup Korea'
  and topic = 'unification necessary' and answer = 'very or somewhat'),
grants as (
  select max(case when year <= c.commentary_year then year end) as then_year, max(year) as year
  from settlement_grants cross join c where country = 'South Korea' and grant_name = 'basic settlement grant'
    and stage = 'in force'),
customs as (select max(year) as year from trade_china where customs_trade_usd_m is not null),
arrivals as (select max(year) as year from arrivals_korea_yearly),
addresses as (select max(year) as year from attention_us where rights_words is not null)
select 1 as place, 'Arrivals in the South' as label,
  max(case when a.year = c.commentary_year then a.persons end) as then_value, x.year as latest_year,
  max(case when a.year = x.year then a.persons end) as latest_value, '%,.0f' as format
from c cross join arrivals x left join arrivals_korea_yearly a on a.year in (c.commentary_year, x.year)
union all
select 2, 'North–South crossings', max(case when i.year = c.commentary_year then i.value end), x.year,
  max(case when i.year = x.year then i.value end), '%,.0f'
from c cross join crossings x left join inter_korean i on i.indicator = 'people_crossing'
  and i.year in (c.commentary_year, x.year)
union all
select 3, 'North–South trade', max(case when i.year = c.commentary_year then i.value end), x.year,
  max(case when i.year = x.year then i.value end), '$%,.0fm'
from c cross join trades x left join inter_korean i on i.indicator = 'trade' and i.year in (c.commentary_year, x.year)
union all
select 4, 'Words on rights in US address', max(case when w.year = c.commentary_year then w.rights_words end), x.year,
  max(case when w.year = x.year then w.rights_words end), '%,.0f'
from c cross join addresses x left join attention_us w on w.year in (c.commentary_year, x.year)
union all
select 5, 'Calling unification necessary', max(case when o.year = c.commentary_year then o.share_pct end), x.year,
  max(case when o.year = x.year then o.share_pct end), '%.0f%%'
from c cross join polls x left join opinion o on o.pollster = 'IPUS/Gallup Korea'
  and o.topic = 'unification necessary' and o.answer = 'very or somewhat' and o.year in (c.commentary_year, x.year)
union all
select 6, 'Defector budget', max(case when b.fiscal_year = c.commentary_year + 1 then b.budget_bn_won end), x.year,
  max(case when b.fiscal_year = x.year then b.budget_bn_won end), '₩%,.0fbn'
from c cross join lines x left join budget_korea b on b.item = 'defector_support_total' and b.stage = 'proposal'
  and b.fiscal_year in (c.commentary_year + 1, x.year)
union all
select 7, 'Cooperation fund', max(case when b.fiscal_year = c.commentary_year + 1 then b.budget_bn_won end), x.year,
  max(case when b.fiscal_year = x.year then b.budget_bn_won end), '₩%,.0fbn'
from c cross join funds x left join budget_korea b on b.item = 'cooperation_fund' and b.stage = 'proposal'
  and b.fiscal_year in (c.commentary_year + 1, x.year)
union all
select 8, 'Customs trade with China', max(case when t.year = c.commentary_year then t.customs_trade_usd_m end),
  x.year, max(case when t.year = x.year then t.customs_trade_usd_m end), '$%,.0fm'
from c cross join customs x left join trade_china t on t.year in (c.commentary_year, x.year)
union all
select 9, 'Basic settlement grant', max(case when g.year = x.then_year then g.amount_high end) / 1000000.0, x.year,
  max(case when g.year = x.year then g.amount_high end) / 1000000.0, '₩%,.0fm'
from grants x left join settlement_grants g on g.country = 'South Korea' and g.grant_name = 'basic settlement grant'
  and g.stage = 'in force' and g.year in (x.then_year, x.year);

-- since_summits: meetings of the American and the North Korean leader since the commentary, in one row. Unit: meetings,
-- dates.
create view since_summits as
with c as (select commentary_year, last_quiet_year from since_choices),
met as (
  select count(case when p.date_from >= printf('%d', c.commentary_year) and substr(p.date_from, 1, 4) <= printf('%d',
    c.last_quiet_year) then 1 end) as summits,
    min(case when p.date_from >= printf('%d', c.commentary_year) then p.date_from end) as first_date,
      max(p.date_from) as last_date,
    count(case when substr(p.date_from, 1, 4) > printf('%d', c.last_quiet_year) then 1 end) as later,
      count(p.date_from) as known
  from c left join policy_us p on p.kind = 'summit')
select case when known > 0 then summits end as summits, first_date as first_summit, last_date as last_summit,
  case when known > 0 then later end as summits_later
from met;

-- since_listed_events: the later events on engagement in our list, and its newest event of any kind, in one row. Unit:
-- events, dates.
create view since_listed_events as
with c as (select last_quiet_year from since_choices),
door as (
  select count(e.date) as events, count(case when e.place = 'North Korea' then 1 end) as by_north
  from c left join events_since_2018 e on e.theme = 'engagement'
    and substr(e.date, 1, 4) > printf('%d', c.last_quiet_year))
select door.events as door_events, door.by_north as door_events_north,
  (select max(date) from events_since_2018) as last_event
from door;

-- since_talks: the ministry's running total of talks at its three dates, in one row. Unit: talks, dates, talks a month.
create view since_talks as
with totals as (
  select t.period_to, t.count, case when length(t.period_to) >= 7 then 12 * cast(substr(t.period_to, 1, 4) as integer)
    + cast(substr(t.period_to, 6, 2) as integer) end as month,  -- a bare year has no month
    row_number() over (order by t.period_to) as place
  from talks_korea_totals t where t.measure = 'official talks' and t.period_from = '1971'),
talks as (
  select max(case when place = 1 then count end) as then_count,
    max(case when place = 1 then period_to end) as then_date, max(case when place = 1 then month end) as then_month,
    max(case when place = 2 then count end) as mid_count, max(case when place = 2 then period_to end) as mid_date,
      max(case when place = 2 then month end) as mid_month,
    max(case when place = 3 then count end) as last_count, max(case when place = 3 then period_to end) as last_date,
      max(case when place = 3 then month end) as last_month
  from totals)
select then_count as talks_then, then_date as talks_then_date, mid_count as talks_mid, mid_date as talks_mid_date,
  last_count as talks_last, last_date as talks_last_date,
  1.0 * (mid_count - then_count) / nullif(mid_month - then_month, 0) as talks_rate_before,
  1.0 * (last_count - mid_count) / nullif(last_month - mid_month, 0) as talks_rate_after
from talks;

-- since_flights: missile flights a year since the commentary and in as many years before, in one row. Unit: flights a
-- year.
create view since_flights as
with c as (select commentary_year from since_choices),
tested as (
  select max(w.year) as last_year, max(w.year) - max(c.commentary_year) as years from weapons_tests w cross join c
    where w.is_complete_year),
flights as (
  select avg(case when w.year > c.commentary_year then w.missile_flights end) as after_mean,
    avg(case when w.year between c.commentary_year - t.years + 1 and c.commentary_year
      then w.missile_flights end) as before_mean,
    count(case when w.year between c.commentary_year - t.years + 1 and t.last_year then 1 end) = 2
      * t.years as is_complete,
    printf('%d–%d', c.commentary_year + 1, t.last_year) as years
  from tested t cross join c left join weapons_tests w on w.is_complete_year group by c.commentary_year, t.years,
    t.last_year)
select case when is_complete then after_mean end as flights_after,
  case when is_complete then before_mean end as flights_before, years as flights_years
from flights;

-- since_people: arrivals and mass returns since the commentary, in one row. Unit: persons a year, percent, episodes,
-- persons.
create view since_people as
with c as (select commentary_year from since_choices),
then_year as (select a.persons from arrivals_korea_yearly a join c on a.year = c.commentary_year),
latest as (select mean, printf('%d–%d', first_year, last_year) as years from deterrence_period_arrivals
  where place = 4),
door as (select max(date) as date from border_measures where actor = 'North Korea' and kind = 'reopening'),
returned as (
  select count(case when e.date < d.date and e.date >= printf('%d-11', c.commentary_year) then 1 end) as before,
    count(case when e.date >= d.date then 1 end) as after,
    sum(case when e.date >= d.date and substr(e.date, 1, 4) = substr(d.date, 1, 4) then e.persons_low end) as low,
    sum(case when e.date >= d.date and substr(e.date, 1, 4) = substr(d.date, 1, 4) then e.persons_high end) as high
  from repatriation_episodes e cross join door d cross join c where e.setting = 'mass_return'
    and e.outcome = 'returned_to_dprk')
select t.persons as arrivals_then, l.mean as arrivals_latest, l.years as arrivals_years, 100.0 * l.mean
  / nullif(t.persons, 0) as arrivals_pct, d.date as reopened,
  case when d.date is not null then r.before end as mass_before, case when d.date is not null then r.after
    end as mass_after, r.low as back_low, r.high as back_high
from door d cross join returned r left join then_year t on true left join latest l on true;

-- since_seoul_at_un: when Seoul left the sponsors of the UN resolution, came back, and where it stands, in one row.
-- Unit: years, points of 0 to 2.
create view since_seoul_at_un as
with c as (select commentary_year from since_choices),
off as (
  select min(s.year) as left_year, count(*) as years from stance_korea s cross join c where s.year > c.commentary_year
    and s.un_score < 2),
back as (select min(s.year) as year from stance_korea s cross join off where s.year > off.left_year and s.un_score = 2),
latest as (select year, un_score, camp from stance_korea order by year desc limit 1)
select off.left_year, back.year as back_year, off.years as years_off, latest.year as latest_year,
  latest.un_score as latest_score, latest.camp as latest_camp
from off cross join back left join latest on true;

-- since_leaflet_law: the ban on leaflets from its passing to its end, and the newest state of the law, in one row.
-- Unit: dates, months, years, yes or no.
create view since_leaflet_law as
with ban as (
  select min(case when what = 'leaflet ban passed' then date end) as passed,
    min(case when what like 'Constitutional Court strikes down leaflet ban%' then date end) as struck
  from events_since_2018),
latest as (select year, leaflet_law from stance_korea order by year desc limit 1)
select ban.passed as ban_passed, ban.struck as ban_struck,
  case when length(ban.struck) >= 7 and length(ban.passed) >= 7
    then 12 * (cast(substr(ban.struck, 1, 4) as integer) - cast(substr(ban.passed, 1, 4) as integer))
      + cast(substr(ban.struck, 6, 2) as integer) - cast(substr(ban.passed, 6, 2) as integer) end as ban_months,
  latest.year as leaflets_year,
  case when latest.leaflet_law is not null then latest.leaflet_law like '%ban%'
    and latest.leaflet_law not like 'no ban%' and latest.leaflet_law not like '%struck down%' end as leaflets_closed
from ban left join latest on true;

-- since_washington: the American rights act, the envoy's post and the words of later addresses, in one row. Unit: text,
-- dates, words, addresses.
create view since_washington as
with c as (select commentary_year from since_choices),
law as (select status from policy_us where kind = 'law' order by date_from desc, status = 'in force' desc limit 1),
in_force as (select max(date_to) as ended from policy_us where kind = 'law' and status = 'in force'),
envoy as (  -- of two entries of one date the one that fills the post, as in the figure
  select status, date_from from policy_us
  where kind = 'special_envoy' order by date_from desc, status = 'filled' desc limit 1),
speeches as (select sum(a.rights_words) as words, count(a.rights_words) as addresses from attention_us a cross join c
  where a.year > c.commentary_year)
select law.status as law_status, in_force.ended as law_ended, envoy.status as envoy_status,
  envoy.date_from as envoy_since, speeches.words as rights_words_later, speeches.addresses as addresses_later
from in_force cross join speeches left join law on true left join envoy on true;

-- since_balance: how many measures stand below, at or above their level of the commentary's year, in one row. Unit:
-- measures.
create view since_balance as
select count(*) as measures, count(case when then_value is not null and latest_value is not null then 1 end) as known,
  count(case when latest_value < then_value then 1 end) as below,
  count(case when latest_value > then_value then 1 end) as above
from since_measures;

-- numbers_since_2018: every number that the chapter prints.
create view numbers_since_2018 as
with laid_out (line) as (
  select j.value from since_summits cross join json_each(json_array(
    json_array('since_summits', summits, 'word'), json_array('since_first_summit', first_summit, 'month'),
    json_array('since_last_summit', last_summit, 'date'), json_array('since_summits_later', summits_later, 'word'))) j
  union all
  select j.value from since_listed_events cross join json_each(json_array(
    json_array('since_last_event', last_event, 'month'), json_array('since_door_events', door_events, 'word'),
    json_array('since_door_north', door_events_north, 'word'))) j
  union all
  select j.value from since_talks cross join json_each(json_array(
    json_array('since_talks_then', talks_then, '%,.0f'), json_array('since_talks_then_date', talks_then_date, 'month'),
    json_array('since_talks_mid', talks_mid, '%,.0f'), json_array('since_talks_mid_date', talks_mid_date, 'month'),
    json_array('since_talks_last', talks_last, '%,.0f'),
    json_array('since_talks_last_date', talks_last_date, 'month'))) j
  union all
  select j.value from since_flights cross join json_each(json_array(
    json_array('since_flights_after', flights_after, '%.0f'),
    json_array('since_flights_before', flights_before, '%.0f'),
    json_array('since_flights_years', flights_years, 'text'))) j
  union all
  select j.value from since_people cross join json_each(json_array(
    json_array('since_arrivals_then', arrivals_then, '%,.0f'), json_array('since_arrivals_latest', arrivals_latest,
      '%,.0f'),
    json_array('since_arrivals_years', arrivals_years, 'text'), json_array('since_arrivals_share', arrivals_pct,
      '%.0f percent'),
    json_array('since_reopened', reopened, 'month'), json_array('since_mass_before', mass_before, 'word'),
      json_array('since_mass_after', mass_after, 'word'),
    json_array('since_back_low', back_low, '%,.0f'), json_array('since_back_high', back_high, '%,.0f'))) j
  union all
  select j.value from since_seoul_at_un cross join json_each(json_array(
    json_array('since_seoul_left', left_year, '%.0f'), json_array('since_seoul_back', back_year, '%.0f'),
    json_array('since_seoul_years_off', years_off, 'word'), json_array('since_seoul_latest', latest_year, '%.0f'),
    json_array('since_seoul_camp', latest_camp, 'text'))) j
  union all
  select j.value from since_leaflet_law cross join json_each(json_array(
    json_array('since_ban_passed', ban_passed, 'month'), json_array('since_ban_struck', ban_struck, 'month'),
    json_array('since_leaflets_year', leaflets_year, '%.0f'))) j
  union all
  select j.value from since_washington cross join json_each(json_array(
    json_array('since_law_ended', law_ended, 'month'), json_array('since_envoy_since', envoy_since, 'month'),
    json_array('since_rights_words', rights_words_later, 'word'),
    json_array('since_addresses', addresses_later, 'word'))) j
  union all
  select j.value from since_balance cross join json_each(json_array(
    json_array('since_measures', measures, 'word'), json_array('since_measures_below', below, 'word'),
      json_array('since_measures_above', above, 'word'))) j
  union all
  select j.value from since_choices cross
    join json_each(json_array(json_array('since_commentary_year', commentary_year, '%.0f'),
    json_array('since_later_from', last_quiet_year + 1, '%.0f'))) j),
found as materialized (select line ->> '$[0]' as key, line ->> '$[1]' as value, line ->> '$[2]' as format from laid_out)
select f.key, case when f.format not in ('text', 'date', 'month') then f.value end as value,
  case when f.value is null then null
    when f.format = 'text' then f.value
    when f.format = 'date' and length(f.value) = 10 then printf('%d %s %s', cast(substr(f.value, 9) as integer),
      m.name, substr(f.value, 1, 4))
    when f.format in ('date', 'month') and length(f.value) > 4 then m.name || ' ' || substr(f.value, 1, 4)
    when f.format in ('date', 'month') then f.value
    when f.format = 'word' then coalesce(w.word, printf('%,d', f.value))
    else printf(f.format, f.value) end as text
from found f left join calendar_months m on f.format in ('date', 'month') and m.month = substr(f.value, 6, 2) left
  join count_words w on f.format = 'word' and w.number = f.value;

-- fig_since_timeline: dated events since the commentary by theme and by who acted, one a mark. Unit: events.
create view fig_since_timeline as
select date || substr('-07-01', 1 + length(date) - 4, 10 - length(date)) as day, date, upper(substr(theme, 1, 1))
  || substr(theme, 2) as theme,
  case when place in ('South Korea', 'United States', 'North Korea', 'China') then place else 'Several' end as who, what
from events_since_2018
order by case theme when 'engagement' then 1 when 'rights' then 2 when 'information' then 3 else 4 end, date;

-- fig_since_measures: each measure's newest figure as a share of its level in the commentary's year, with both
-- written out. Unit: percent.
-- The level of the commentary's year is 100; measures stand in ascending order of what is left.
create view fig_since_measures as
select label, printf('%s: ', label) || printf(format, then_value) || ' → ' || printf(format, latest_value)
  || printf(' (%d)', latest_year) as words, 100 as base, 100.0 * latest_value / then_value as share
from since_measures where then_value > 0 and latest_value is not null
order by 100.0 * latest_value / then_value, place;

-- since_years: the years from the commentary's to the newest with a stance of Seoul on record.
create view since_years as
with recursive span (year, last_year) as (
  select c.commentary_year, (select max(year) from stance_korea) from since_choices c
  union all select year + 1, last_year from span where year < last_year)
select year from span;

-- fig_since_signals: what stood in each year since the commentary, one signal and year a tile. Unit: yes or no; no
-- answer where no row says.
create view fig_since_signals as
with answers as (
  select y.year, 1 as place, 'Seoul co-sponsors' as signal, s.un_score = 2 as answer from since_years y left
    join stance_korea s using (year)
  union all
  select y.year, 2, 'No leaflet law', case when s.leaflet_law is not null then s.leaflet_law like 'no %'
    or s.leaflet_law like '%struck down%' end
  from since_years y left join stance_korea s using (year)
  union all
  select y.year, 3, 'US envoy in office', max(p.status = 'filled')
  from since_years y left join policy_us p on p.kind = 'special_envoy'
    and substr(p.date_from, 1, 7) <= printf('%d-12', y.year)
    and coalesce(substr(p.date_to, 1, 7), '9999') > printf('%d-12', y.year)
  group by y.year
  union all
  select y.year, 4, 'US rights act in force', max(p.status = 'in force')
  from since_years y left join policy_us p on p.kind = 'law' and p.date_from <= printf('%d-12-31', y.year)
    and coalesce(p.date_to, '9999') >= printf('%d-12-31', y.year)
  group by y.year
  union all
  select y.year, 5, 'Rights in US address', a.rights_words > 0 from since_years y left join attention_us a using (year)
  union all
  select y.year, 6, 'Leaders meet', count(p.date_from) > 0 from since_years y left join policy_us p
    on p.kind = 'summit' and substr(p.date_from, 1, 4) = printf('%d', y.year) group by y.year
  union all
  select y.year, 7, 'North–South crossings', i.value > 0 from since_years y left join inter_korean i
    on i.year = y.year and i.indicator = 'people_crossing'
  union all
  select y.year, 8, 'Mass return reported', count(e.date) > 0
  from since_years y left join repatriation_episodes e on e.setting = 'mass_return'
    and substr(e.date, 1, 4) = printf('%d', y.year) group by y.year)
select year, signal, case answer when 1 then 'yes' when 0 then 'no' else 'no figure' end as answer, case answer when 1
  then 'yes' when 0 then 'no' else '–' end as mark, place
from answers order by place, year;

-- tbl_since_timeline: the same events as text, in order of date.
create view tbl_since_timeline as
select case length(e.date) when 10 then printf('%d %s %s', cast(substr(e.date, 9) as integer), m.name,
  substr(e.date, 1, 4)) when 7 then m.name || ' ' || substr(e.date, 1, 4) else e.date end as date,
  replace(e.place, '-', ', ') as place, upper(substr(e.what, 1, 1)) || substr(e.what, 2) as what, e.theme
from events_since_2018 e left join calendar_months m on m.month = substr(e.date, 6, 2)
order by e.date;

-- since_deciders: whether the claims hold that decide the scorecard, those of other chapters among them. Unit: none.
create view since_deciders as
select id, holds from claims_50_since_2018
union all select id, holds from claims_20_deterrence where id = 'deter.known_returns_rare'
union all select id, holds from claims_30_china where id = 'china.tracks_relations'
union all select id, holds from claims_40_engagement
  where id in ('engagement.support_falls_under_both', 'engagement.contact_ended_either_way', 'us.one_spike');

-- tbl_since_scorecard: each expectation of the commentary, what came since and how it fared, by the claim that
-- decides it.
-- Each line: place, claim, expectation; what to say and the verdict when the claim holds; the same when it does not.
-- A claim that cannot be computed leaves its expectation open.
create view tbl_since_scorecard as
with n as (
  select max(case when key = 'since_summits' then text end) as summits,
    max(case when key = 'since_last_summit' then text end) as last_summit,
    max(case when key = 'since_seoul_left' then text end) as seoul_left,
      max(case when key = 'since_seoul_back' then text end) as seoul_back,
    max(case when key = 'since_addresses' then text end) as addresses,
      max(case when key = 'since_rights_words' then text end) as rights_words,
    max(case when key = 'since_mass_after' then text end) as mass,
      max(case when key = 'since_reopened' then text end) as reopened,
    max(case when key = 'since_arrivals_share' then text end) as arrivals,
      max(case when key = 'since_arrivals_years' then text end) as arrivals_years,
    max(case when key = 'since_ban_passed' then text end) as passed,
      max(case when key = 'since_ban_struck' then text end) as struck,
    max(case when key = 'since_leaflets_year' then text end) as closed,
      max(case when key = 'since_commentary_year' then text end) as year,
    max(case when key = 'since_flights_after' then text end) as flights,
      max(case when key = 'since_flights_before' then text end) as flights_before
  from numbers_since_2018),
money as (select printf(format, then_value) as before, printf(format, latest_value) as latest from since_measures
  where label = 'Defector budget'),
known as (select sum(persons) as listed, max(year) as last_year, (select persons from returns_known_checkpoints
  where measure = 'to date' order by as_of desc limit 1) as to_date from returns_known_yearly),
lines as (
  select j.value as line from n cross join money cross join known cross join json_each(json_array(
    json_array(1, 'since.no_summit', 'Rapprochement goes on', 'Leaders met ' || summits || ' times, last on '
      || last_summit || '; Pyongyang has since given up unification', 'overtaken',
      'Leaders have met again', 'borne out'),
    json_array(2, 'engagement.support_falls_under_both', 'Engagement costs defectors support',
      'The proposed line went from ' || before || ' to ' || latest || ', under both camps',
      'partly, and not by engagement alone',
      'The proposed line did not fall under both camps', 'open'),
    json_array(3, 'since.seoul_back_at_un', 'Seoul goes quiet on rights', 'Off the list of sponsors from '
      || seoul_left || ', back on it in ' || seoul_back, 'borne out, then undone',
      'Off the list of sponsors', 'borne out'),
    json_array(4, 'us.one_spike', 'Washington goes quiet on rights', 'Words on rights in the ' || addresses
      || ' later addresses: ' || rights_words, 'borne out',
      'Rights came back into the addresses', 'not borne out'),
    json_array(5, 'since.mass_returns_reported', 'China returns those it catches', 'Mass returns reported since '
      || reopened || ': ' || mass, 'borne out',
      'Reports of mass returns are no more frequent than before', 'not borne out'),
    json_array(6, 'china.tracks_relations', 'Chinese leniency follows its relations',
      'Cases lean that way and are too few for proof', 'a hint', 'Cases do not lean that way', 'not borne out'),
    json_array(7, 'since.arrivals_not_recovered', 'A tighter border brings arrivals down', 'Arrivals of '
      || arrivals_years || ' stand at ' || arrivals || ' of ' || year, 'borne out',
      'Arrivals have come back', 'not borne out'),
    json_array(8, 'deter.known_returns_rare', 'Few go back North', 'Known to have gone back: ' || listed || ' by '
      || last_year || ', ' || to_date || ' in the newest total', 'borne out',
      'Known returns are no longer few', 'not borne out'),
    json_array(9, 'since.leaflets_closed_again', 'Leaflets stay in dispute', 'Banned in ' || passed || ', allowed in '
      || struck || ', closed in again by ' || closed, 'borne out',
      'Banned in ' || passed || ', allowed in ' || struck, 'eased'),
    json_array(10, 'engagement.contact_ended_either_way', 'Silence on rights dooms engagement',
      'Contact ended while Seoul was quiet and did not come back when it spoke', 'cannot be told',
      'Contact did not end, or came back', 'cannot be told'),
    json_array(11, 'since.tests_went_on', 'Security needs pressure on rights', 'Missile flights a year: '
      || flights_before || ' before, ' || flights || ' since, in quiet years and loud ones',
      'cannot be told; no sign so far',
      'Missile flights became rarer', 'cannot be told'),
    json_array(12, 'engagement.contact_ended_either_way', 'Contact and information lower hostility',
      'Crossings and trade between the Koreas ended', 'not tried',
      'Contact did not end, or came back', 'open'))) j)
select line ->> '$[2]' as expected, case d.holds when 1 then line ->> '$[3]' when 0 then line ->> '$[5]'
  else 'These data do not say' end as since,
  case d.holds when 1 then line ->> '$[4]' when 0 then line ->> '$[6]' else 'open' end as verdict
from lines left join since_deciders d on d.id = line ->> '$[1]'
order by line ->> '$[0]';
