-- Chapter 50: what the years since the commentary did to its expectations.

-- since_choices: the parameters of this chapter, in one row.
create view since_choices as
select max(case when name = 'commentary_year' then cast(value as integer) end) as commentary_year,
  max(case when name = 'covid_first_year' then cast(value as integer) end) as sealed_year,
  max(case when name = 'recovered_share_pct' then value end) as recovered_pct,
  max(case when name = 'few_share_pct' then value end) as few_pct
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

-- since_summits: meetings of the American and the North Korean leader before the border was sealed and later, and the
-- last day that we could check, in one row. Unit: meetings, dates.
-- checked: the day to which state media's own list of the leader's appearances was read.
create view since_summits as
with met as (
  select count(case when substr(p.date_from, 1, 4) < printf('%d', c.sealed_year) then 1 end) as summits,
    min(p.date_from) as first_date, max(p.date_from) as last_date,
    count(case when substr(p.date_from, 1, 4) >= printf('%d', c.sealed_year) then 1 end) as later,
    count(p.date_from) as known
  from since_choices c left join policy_us p on p.kind = 'summit')
select case when known > 0 then summits end as summits, first_date as first_summit, last_date as last_summit,
  case when known > 0 then later end as summits_later,
  (select max(date) from events_since_2018 where what like 'state media list%') as checked
from met;

-- since_accord: formal acts against the military accord of September 2018, by who took them, in one row. Unit: acts,
-- dates.
-- Rule (the military accord): every suspension and renunciation that was announced counts, whoever announced it.
create view since_accord as
with acts as (
  select date, place from events_since_2018
  where what like 'military accord of 2018 suspended%' or what like 'military accord of 2018 renounced%')
select count(date) as acts, count(case when place = 'North Korea' then 1 end) as acts_north,
  count(case when place = 'South Korea' then 1 end) as acts_south,
  min(case when place = 'South Korea' then date end) as south_first,
  max(case when place = 'South Korea' then date end) as south_last,
  max(case when place = 'North Korea' then date end) as north_last,
  (select max(date) from events_since_2018
    where what like 'Seoul says that it will restore part of the military accord%') as restore_date
from acts;

-- since_listed: the newest event of any kind in our list. Unit: dates.
create view since_listed as
select max(date) as last_event from events_since_2018;

-- since_talks: the ministry's running total of talks at its first and newest month, and the pace up to each, in one
-- row. Unit: talks, dates, talks a year.
-- Rule (pace of talks): both paces come from one series, from the start of its first year to its first total and from
-- there to the newest; a total to the end of a bare year has no month, and so no pace.
create view since_talks as
with totals as (
  select t.period_from, t.period_to, t.count, 12 * cast(substr(t.period_to, 1, 4) as integer)
    + cast(substr(t.period_to, 6, 2) as integer) as month
  from talks_korea_totals t
  where t.measure = 'official talks' and t.period_from = '1971' and length(t.period_to) >= 7),
ends as (
  select min(period_to) as first_date, max(period_to) as last_date, min(cast(period_from as integer)) as first_year
  from totals),
pace as (
  select e.first_year, f.period_to as first_date, f.count as first_count, f.month as first_month,
    l.period_to as last_date, l.count as last_count, l.month as last_month,
    (select min(t.period_to) from totals t where t.count >= l.count) as reached
  from ends e join totals f on f.period_to = e.first_date join totals l on l.period_to = e.last_date)
select e.first_year as talks_from, p.first_count as talks_then, p.first_date as talks_then_date,
  p.last_count as talks_last, p.last_date as talks_last_date, p.reached as talks_reached,
  p.last_count - p.first_count as talks_more,
  12.0 * p.first_count / nullif(p.first_month - 12 * p.first_year, 0) as talks_rate_before,
  12.0 * (p.last_count - p.first_count) / nullif(p.last_month - p.first_month, 0) as talks_rate_after
from ends e left join pace p on true;

-- since_tests: missile tests by two counts, and nuclear tests, since the commentary and in as many years before, in
-- one row. Unit: flights a year, events a year, nuclear tests.
create view since_tests as
with c as (select commentary_year from since_choices),
tested as (
  select max(w.year) as last_year, max(w.year) - max(c.commentary_year) as years from weapons_tests w cross join c
    where w.is_complete_year),
counted as (
  select w.year, w.missile_flights, w.missile_events, w.nuclear_tests, w.year > c.commentary_year as is_after
  from tested t cross join c
    join weapons_tests w on w.is_complete_year and w.year between c.commentary_year - t.years + 1 and t.last_year),
sums as (
  select avg(case when is_after then missile_flights end) as flights_after,
    avg(case when not is_after then missile_flights end) as flights_before,
    avg(case when is_after then missile_events end) as events_after,
    avg(case when not is_after then missile_events end) as events_before,
    sum(case when is_after then nuclear_tests end) as nuclear_after,
    sum(case when not is_after then nuclear_tests end) as nuclear_before, count(year) as years
  from counted)
select case when s.years = 2 * t.years then s.flights_after end as flights_after,
  case when s.years = 2 * t.years then s.flights_before end as flights_before,
  case when s.years = 2 * t.years then s.events_after end as events_after,
  case when s.years = 2 * t.years then s.events_before end as events_before,
  case when s.years = 2 * t.years then s.nuclear_after end as nuclear_after,
  case when s.years = 2 * t.years then s.nuclear_before end as nuclear_before,
  printf('%d–%d', c.commentary_year + 1, t.last_year) as tests_years,
  printf('%d–%d', c.commentary_year - t.years + 1, c.commentary_year) as tests_years_before
from tested t cross join c cross join sums s;

-- since_people: arrivals since the commentary, in one row. Unit: persons a year, percent.
create view since_people as
with c as (select commentary_year from since_choices),
then_year as (select a.persons from arrivals_korea_yearly a join c on a.year = c.commentary_year),
latest as (
  select mean, case when first_year = last_year then printf('%d', first_year)
    else printf('%d–%d', first_year, last_year) end as years
  from deterrence_period_arrivals where place = 4)
select t.persons as arrivals_then, l.mean as arrivals_latest, l.years as arrivals_years,
  100.0 * l.mean / nullif(t.persons, 0) as arrivals_pct
from (select 1) left join then_year t on true left join latest l on true;

-- since_returns: returns of groups from China that are reported from the commentary to Pyongyang's reopening and after
-- it, in one row. Unit: dates, groups, persons.
-- open: groups whose side of the reopening their date does not tell.
-- Rule (group returns): a report counts before or after the reopening only where its whole date, a day or a month,
-- falls on that side; what is reported for a year is a total, not a group, and stands apart.
create view since_returns as
with c as (select commentary_year from since_choices),
door as (select max(date) as date from border_measures where actor = 'North Korea' and kind = 'reopening'),
reported as (
  select e.persons_low, e.persons_high, e.date_precision <> 'year' as is_group,
    case when e.date < substr(d.date, 1, length(e.date)) then 'before'
      when e.date > substr(d.date, 1, length(e.date)) or length(e.date) >= length(d.date) then 'after'
      else 'open' end as side
  from repatriation_episodes e cross join door d cross join c
  where e.setting = 'mass_return' and e.outcome = 'returned_to_dprk'
    and e.date >= printf('%d-11', c.commentary_year)),
sides as (
  select count(case when is_group and side = 'before' then 1 end) as before,
    coalesce(sum(case when is_group and side = 'before' then persons_high end), 0) as before_high,
    count(case when is_group and side = 'after' then 1 end) as after,
    coalesce(sum(case when is_group and side = 'after' then persons_low end), 0) as after_low,
    coalesce(sum(case when is_group and side = 'after' then persons_high end), 0) as after_high,
    sum(case when not is_group and side = 'after' then persons_low end) as totals,
    count(case when is_group and side = 'open' then 1 end) as open
  from reported),
known as (select count(*) as reports from repatriation_episodes where setting = 'mass_return')
select d.date as reopened, case when d.date is not null and k.reports > 0 then s.before end as groups_before,
  case when d.date is not null and k.reports > 0 then s.before_high end as groups_before_high,
  case when d.date is not null and k.reports > 0 then s.after end as groups_after,
  case when d.date is not null and k.reports > 0 then s.after_low end as groups_low,
  case when d.date is not null and k.reports > 0 then s.after_high end as groups_high, s.totals as year_totals,
  s.open as groups_open
from door d cross join sides s cross join known k;

-- since_seoul_at_un: when Seoul left the sponsors of the UN resolution, came back, and where it stands, in one row.
-- Unit: years, points of 0 to 2.
-- Rule (leaving the sponsors): Seoul left in the first year off the list after one on it.
create view since_seoul_at_un as
with off as (
  select min(s.year) as left_year from stance_korea s
  where s.un_score < 2 and exists (select 1 from stance_korea b where b.year < s.year and b.un_score = 2)),
back as (select min(s.year) as year from stance_korea s cross join off where s.year > off.left_year and s.un_score = 2),
away as (
  select count(s.year) as years from off left join stance_korea s on s.year >= off.left_year and s.un_score < 2),
latest as (select year, un_score, camp from stance_korea order by year desc limit 1)
select off.left_year, back.year as back_year, away.years as years_off, latest.year as latest_year,
  latest.un_score as latest_score, latest.camp as latest_camp
from off cross join back cross join away left join latest on true;

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

-- since_washington: the American rights act, the envoy's post, the days to which both were found in print, and the
-- words of later addresses, in one row. Unit: text, dates, words, addresses.
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
  envoy.date_from as envoy_since,
  (select max(date) from events_since_2018 where what like 'bill to renew the Human Rights Act%') as bill_date,
  (select max(date) from events_since_2018 where what like 'envoy post still empty%') as envoy_seen,
  speeches.words as rights_words_later, speeches.addresses as addresses_later
from in_force cross join speeches left join law on true left join envoy on true;

-- since_in_russia: what is counted of North Koreans in Russia and in Ukrainian hands, one count a row; age 1 is the
-- newest of its measure. Unit: persons or burial places, as the measure says.
create view since_in_russia as
select measure, period_from, period_to, low, high,
  row_number() over (partition by measure order by period_to desc, counted_by) as age
from north_koreans_in_russia;

-- since_workers: are as many North Korean workers sent to Russia as worked there before, in one row. Unit: persons,
-- dates.
-- workers_before: the lowest count of 2017, so that it decides for the fewest; workers_left: Russia's last report;
-- workers_sent: the newest count.
-- Rule (who is in Russia): those sent are set beside those counted there before, since the ones there at any time can
-- be no more than the ones sent and the few who had stayed; plans count for nothing.
create view since_workers as
select min(case when measure = 'workers in Russia' and period_to between '2017' and '2017-99' then low end)
    as workers_before,
  max(case when measure = 'workers in Russia' and age = 1 then low end) as workers_left,
  max(case when measure = 'workers in Russia' and age = 1 then period_to end) as workers_left_date,
  max(case when measure = 'workers sent so far' and age = 1 then low end) as workers_sent,
  max(case when measure = 'workers sent so far' and age = 1 then period_to end) as workers_sent_date,
  max(case when measure = 'workers sent' then low end) as workers_sent_year,
  max(case when measure = 'workers expected' then high end) as workers_expected
from since_in_russia;

-- since_protection: how many North Koreans asked Russia for refugee status and for temporary asylum and how many got
-- it, with what UNHCR's data say of the same years, in one row. Unit: persons, percent of those who asked, years.
create view since_protection as
with counted as (
  select max(case when measure = 'asked for refugee status' then low end) as status_asked,
    max(case when measure = 'got refugee status' then low end) as status_given,
    max(case when measure = 'got refugee status' then period_from end) as status_from,
    max(case when measure = 'got refugee status' then period_to end) as status_to,
    max(case when measure = 'asked for temporary asylum' then low end) as permits_asked,
    max(case when measure = 'got temporary asylum' then low end) as permits_given
  from since_in_russia where age = 1),
unhcr as (
  select sum(d.recognized) as recognized, sum(d.recognized) + sum(d.other_protection) as protected
  from counted c join asylum_decisions_unhcr d on d.country_code = 'RUS'
    and d.year between cast(c.status_from as integer) and cast(c.status_to as integer))
select c.status_asked, c.status_given, c.status_from, c.status_to,
  100.0 * c.status_given / nullif(c.status_asked, 0) as status_pct, c.permits_asked, c.permits_given,
  u.recognized as unhcr_recognized, u.protected as unhcr_protected
from counted c cross join unhcr u;

-- since_soldiers: how near the places at the memorial come to Seoul's count of soldiers killed in Russia's war, in one
-- row. Unit: persons, burial places, percent of those killed, dates.
-- killed: the newest count; killed_before: the one before it.
create view since_soldiers as
with counted as (
  select max(case when measure = 'soldiers killed' and age = 1 then low end) as killed,
    max(case when measure = 'soldiers killed' and age = 1 then period_to end) as killed_date,
    max(case when measure = 'soldiers killed' and age = 2 then low end) as killed_before,
    max(case when measure = 'soldiers killed' and age = 2 then period_to end) as killed_before_date,
    max(case when measure = 'burial places at the memorial' and age = 1 then low end) as places,
    max(case when measure = 'burial places at the memorial' and age = 1 then period_to end) as places_date
  from since_in_russia)
select killed, killed_date, killed_before, killed_before_date, places, places_date,
  100.0 * places / nullif(killed, 0) as places_pct
from counted;

-- since_prisoners: do prisoners of war from the North still wait in Ukraine, how many ask for the South, and when an
-- exchange took place, each by its newest report, in one row. Unit: persons, dates.
create view since_prisoners as
select max(case when measure = 'prisoners held' then low end) as prisoners,
  max(case when measure = 'prisoners held' then period_to end) as prisoners_date,
  max(case when measure = 'prisoners who ask for the South' then low end) as prisoners_ask,
  max(case when measure = 'prisoners who were exchanged' then period_to end) as exchange_date,
  (select max(date) from events_since_2018 where what like 'Seoul has told Kyiv that it will take prisoners%')
    as seoul_date
from since_in_russia where age = 1;

-- since_broadcasts: what was done in Washington and in Seoul to broadcasts to the North since the commentary, in one
-- row. Unit: acts, dates, hours a day.
-- Rule (broadcasts): an order that cuts stations and loudspeakers switched off count as cuts; what is partly back is
-- told beside them.
create view since_broadcasts as
with hours as (  -- '… fall from 415 to 89 a day': the first number and the second
  select date, nullif(cast(substr(what, instr(what, ' from ') + 6) as integer), 0) as hours_before,
    nullif(cast(substr(substr(what, instr(what, ' from ')), instr(substr(what, instr(what, ' from ')), ' to ') + 4)
      as integer), 0) as hours_after
  from events_since_2018 where what like 'broadcast hours to the North fall from % to % a day'
  order by date desc limit 1)
select count(case when what like 'order cuts VOA and RFA%' then 1 end) as cuts_washington,
  count(case when what like 'loudspeakers off%' then 1 end) as cuts_seoul,
  max(case when what like 'order cuts VOA and RFA%' then date end) as washington_date,
  max(case when what like 'loudspeakers off%' then date end) as seoul_date,
  max(case when what like 'broadcast hours to the North fall%' then date end) as hours_date,
  max(case when what like 'RFA says that its Korean service starts again%' then date end) as back_date,
  (select hours_before from hours) as hours_before, (select hours_after from hours) as hours_after,
  count(case when what like 'order cuts VOA and RFA%' or what like 'loudspeakers off%' then 1 end) as known
from events_since_2018;

-- since_authorized: what American law last authorized a year for all programs, in one row.
-- Unit: million dollars a year.
create view since_authorized as
select (select value from policy_us where kind = 'authorization' and what like 'all programs%'
    order by date_from desc limit 1) as programs;

-- numbers_since_2018: every number that the chapter prints.
create view numbers_since_2018 as
with laid_out (line) as (
  select j.value from since_summits cross join json_each(json_array(
    json_array('since_summits', summits, 'word'), json_array('since_first_summit', first_summit, 'month'),
    json_array('since_last_summit', last_summit, 'date'), json_array('since_summits_later', summits_later, 'word'),
    json_array('since_summits_all', summits + summits_later, 'word'),
    json_array('since_leaders_checked', checked, 'date'))) j
  union all
  select j.value from since_accord cross join json_each(json_array(
    json_array('since_accord_north', acts_north, 'word'), json_array('since_accord_south', acts_south, 'word'),
    json_array('since_accord_south_first', south_first, 'date'),
    json_array('since_accord_north_last', north_last, 'date'),
    json_array('since_accord_south_last', south_last, 'date'),
    json_array('since_accord_restore', restore_date, 'month'))) j
  union all
  select j.value from since_listed cross join json_each(json_array(
    json_array('since_last_event', last_event, 'month'))) j
  union all
  select j.value from since_talks cross join json_each(json_array(
    json_array('since_talks_from', talks_from, '%.0f'), json_array('since_talks_then', talks_then, '%,.0f'),
    json_array('since_talks_then_date', talks_then_date, 'month'), json_array('since_talks_last', talks_last, '%,.0f'),
    json_array('since_talks_last_date', talks_last_date, 'month'),
    json_array('since_talks_reached', talks_reached, 'month'), json_array('since_talks_more', talks_more, '%,.0f'),
    json_array('since_talks_rate_before', talks_rate_before, '%.0f'),
    json_array('since_talks_rate_after', talks_rate_after, '%.0f'))) j
  union all
  select j.value from since_tests cross join json_each(json_array(
    json_array('since_flights_after', flights_after, '%.0f'),
    json_array('since_flights_before', flights_before, '%.0f'),
    json_array('since_events_after', events_after, '%.0f'),
    json_array('since_events_before', events_before, '%.0f'),
    json_array('since_nuclear_after', nuclear_after, 'word'),
    json_array('since_nuclear_before', nuclear_before, 'word'),
    json_array('since_flights_years', tests_years, 'text'),
    json_array('since_flights_years_before', tests_years_before, 'text'))) j
  union all
  select j.value from since_people cross join json_each(json_array(
    json_array('since_arrivals_then', arrivals_then, '%,.0f'),
    json_array('since_arrivals_latest', arrivals_latest, '%,.0f'),
    json_array('since_arrivals_years', arrivals_years, 'text'),
    json_array('since_arrivals_share', arrivals_pct, '%.0f percent'))) j
  union all
  select j.value from since_returns cross join json_each(json_array(
    json_array('since_reopened', reopened, 'month'), json_array('since_groups_before', groups_before, 'word'),
    json_array('since_groups_before_high', groups_before_high, '%,.0f'),
    json_array('since_groups_after', groups_after, 'word'), json_array('since_groups_low', groups_low, '%,.0f'),
    json_array('since_groups_high', groups_high, '%,.0f'), json_array('since_groups_totals', year_totals, '%,.0f'),
    json_array('since_groups_open', groups_open, 'word'))) j
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
    json_array('since_bill_date', bill_date, 'month'), json_array('since_envoy_seen', envoy_seen, 'month'),
    json_array('since_rights_words', rights_words_later, 'word'),
    json_array('since_addresses', addresses_later, 'word'))) j
  union all
  select j.value from since_workers cross join json_each(json_array(
    json_array('russia_workers_before', workers_before, '%,d'), json_array('russia_workers_left', workers_left, '%,d'),
    json_array('russia_workers_left_date', workers_left_date, 'month'),
    json_array('russia_workers_sent', workers_sent, '%,d'),
    json_array('russia_workers_sent_date', workers_sent_date, 'month'),
    json_array('russia_workers_sent_year', workers_sent_year, '%,d'),
    json_array('russia_workers_expected', workers_expected, '%,d'))) j
  union all
  select j.value from since_protection cross join json_each(json_array(
    json_array('russia_status_asked', status_asked, '%,d'), json_array('russia_status_given', status_given, 'word'),
    json_array('russia_status_share', status_pct, '%.1f percent'),
    json_array('russia_status_from', status_from, 'text'), json_array('russia_status_to', status_to, 'text'),
    json_array('russia_permits_asked', permits_asked, '%,d'), json_array('russia_permits_given', permits_given, '%,d'),
    json_array('russia_unhcr_recognized', unhcr_recognized, '%,d'),
    json_array('russia_unhcr_protected', unhcr_protected, '%,d'))) j
  union all
  select j.value from since_soldiers cross join json_each(json_array(
    json_array('russia_killed', killed, '%,d'), json_array('russia_killed_date', killed_date, 'month'),
    json_array('russia_killed_before', killed_before, '%,d'),
    json_array('russia_killed_before_date', killed_before_date, 'month'),
    json_array('russia_places', places, '%,d'), json_array('russia_places_date', places_date, 'month'),
    json_array('russia_places_share', places_pct, '%.0f percent'))) j
  union all
  select j.value from since_prisoners cross join json_each(json_array(
    json_array('russia_prisoners', prisoners, 'word'), json_array('russia_prisoners_date', prisoners_date, 'month'),
    json_array('russia_prisoners_ask', prisoners_ask, 'word'),
    json_array('russia_exchange_date', exchange_date, 'month'),
    json_array('russia_seoul_date', seoul_date, 'month'))) j
  union all
  select j.value from since_authorized cross join json_each(json_array(
    json_array('since_authorized', programs, '$%.0f million'))) j
  union all
  select j.value from since_broadcasts cross join json_each(json_array(
    json_array('since_broadcasts_washington', washington_date, 'month'),
    json_array('since_broadcasts_seoul', seoul_date, 'month'),
    json_array('since_broadcasts_hours', hours_date, 'month'),
    json_array('since_hours_before', hours_before, '%,d'), json_array('since_hours_after', hours_after, '%,d'),
    json_array('since_broadcasts_back', back_date, 'month'))) j
  union all
  select j.value from since_choices cross
    join json_each(json_array(json_array('since_commentary_year', commentary_year, '%.0f'))) j),
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

-- fig_since_timeline_named: the events that changed most, in order of their dates. Unit: events; row: from the top.
create view fig_since_timeline_named as
with chosen (start, label) as (
  values ('Hanoi summit ends', 'Hanoi summit fails'),
    ('Seoul leaves the co-sponsors', 'Seoul leaves the UN sponsors'),
    ('border sealed', 'The border is sealed'),
    ('inter-Korean liaison office', 'Liaison office blown up'),
    ('Seoul returns to co-sponsorship', 'Seoul sponsors again'),
    ('several hundred North Koreans sent', 'Several hundred sent back'),
    ('military accord of 2018 suspended in part', 'Accord suspended in part'),
    ('military accord of 2018 renounced', 'Accord renounced'),
    ('party plenum: South', 'Unification dropped'),
    ('military accord of 2018 suspended in full', 'Accord suspended in full'),
    ('order cuts VOA', 'Radio to the North cut'),
    ('loudspeakers off', 'Loudspeakers off'))
select row_number() over (order by t.day, t.what) as row, t.date,
  case when length(t.date) >= 7
    then substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * substr(t.date, 6, 2) - 2, 3) || ' ' else '' end
    || substr(t.date, 1, 4) as month, t.who, t.theme, c.label, t.what
from fig_since_timeline as t join chosen as c on t.what like c.start || '%'
order by 1;

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
-- answer where no row says. effect: for those who flee; whether contact helps them nobody can say.
create view fig_since_signals as
with answers as (
  select y.year, 1 as place, 'Seoul co-sponsors' as signal, s.un_score = 2 as answer from since_years y left
    join stance_korea s using (year)
  union all
  select y.year, 2, 'Leaflets allowed', case when s.leaflet_law is not null then s.leaflet_law like 'no %'
    or s.leaflet_law like '%struck down%' end
  from since_years y left join stance_korea s using (year)
  union all
  select y.year, 3, 'US envoy in office', max(p.status = 'filled')
  from since_years y left join policy_us p on p.kind = 'special_envoy'
    and substr(p.date_from, 1, 7) <= printf('%d-12', y.year)
    and coalesce(substr(p.date_to, 1, 7), '9999') > printf('%d-12', y.year)
  group by y.year
  union all
  select y.year, 4, 'US rights authorization', max(p.status = 'in force')
  from since_years y left join policy_us p on p.kind = 'law' and p.date_from <= printf('%d-12-31', y.year)
    and coalesce(p.date_to, '9999') >= printf('%d-12-31', y.year)
  group by y.year
  union all
  select y.year, 5, 'Rights in US address', a.rights_words > 0 from since_years y left join attention_us a using (year)
  union all
  select y.year, 6, 'Mass return reported', count(e.date) > 0
  from since_years y left join repatriation_episodes e on e.setting = 'mass_return'
    and substr(e.date, 1, 4) = printf('%d', y.year) group by y.year
  union all
  select y.year, 7, 'Leaders meet', count(p.date_from) > 0 from since_years y left join policy_us p
    on p.kind = 'summit' and substr(p.date_from, 1, 4) = printf('%d', y.year) group by y.year
  union all
  select y.year, 8, 'North–South crossings', i.value > 0 from since_years y left join inter_korean i
    on i.year = y.year and i.indicator = 'people_crossing')
select year, signal, case answer when 1 then 'yes' when 0 then 'no' else 'no figure' end as answer,
  case when answer is null then 'no figure' when place >= 7 or place = 6 and not answer then 'neither'
    when answer = (place <> 6) then 'good' else 'bad' end as effect,
  case answer when 1 then 'yes' when 0 then 'no' else '–' end as mark, place
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
    max(case when key = 'since_groups_after' then text end) as mass,
      max(case when key = 'since_reopened' then text end) as reopened,
    max(case when key = 'since_arrivals_share' then text end) as arrivals,
      max(case when key = 'since_arrivals_years' then text end) as arrivals_years,
    max(case when key = 'since_summits_all' then text end) as meetings,
      max(case when key = 'since_commentary_year' then text end) as year,
    max(case when key = 'since_hours_before' then text end) as hours_before,
      max(case when key = 'since_hours_after' then text end) as hours,
    max(case when key = 'since_flights_years_before' then text end) as years_before,
      max(case when key = 'since_flights_years' then text end) as years,
    max(case when key = 'since_flights_after' then text end) as flights,
      max(case when key = 'since_flights_before' then text end) as flights_before,
    max(case when key = 'since_nuclear_after' then text end) as nuclear,
      max(case when key = 'since_nuclear_before' then text end) as nuclear_before
  from numbers_since_2018),
money as (select printf(format, then_value) as before, printf(format, latest_value) as latest from since_measures
  where label = 'Defector budget'),
known as (select sum(persons) as listed, max(year) as last_year, (select persons from returns_known_checkpoints
  where measure = 'to date' order by as_of desc limit 1) as to_date from returns_known_yearly),
lines as (
  select j.value as line from n cross join money cross join known cross join json_each(json_array(
    json_array(1, 'since.no_summit', 'Engagement moves forward', 'Leaders met ' || summits || ' times, last on '
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
      || ' later addresses: ' || rights_words, 'borne out in the address',
      'Rights came back into the addresses', 'not borne out'),
    json_array(5, 'since.mass_returns_reported', 'China returns those it catches', 'Group returns reported since '
      || reopened || ': ' || mass, 'borne out',
      'No group return is reported since ' || reopened, 'not borne out'),
    json_array(6, 'china.tracks_relations', 'Chinese leniency follows its relations',
      'Known cases lean that way', 'a hint', 'Known cases do not lean that way', 'not borne out'),
    json_array(7, 'since.arrivals_not_recovered', 'A tighter border brings arrivals down', 'Arrivals of '
      || arrivals_years || ' stand at ' || arrivals || ' of ' || year, 'in number, cause not shown',
      'Arrivals have come back', 'not borne out'),
    json_array(8, 'deter.known_returns_rare', 'Few wish to go back North', 'Known to have gone back: ' || listed
      || ' by ' || last_year || ', ' || to_date || ' in the newest total', 'in returns, wishes open',
      'Known returns are no longer few', 'not in returns, wishes open'),
    json_array(9, 'engagement.contact_ended_either_way', 'Silence on rights dooms reunification and security',
      'Crossings ended while Seoul was quiet and did not come back when it spoke', 'cannot be told',
      'Contact did not end, or came back', 'cannot be told'),
    json_array(10, 'since.tests_went_on', 'Security needs pressure on rights', 'Missile flights a year: '
      || flights_before || ' in ' || years_before || ', ' || flights || ' in ' || years
      || ', in quiet years and loud ones; nuclear tests: ' || nuclear_before || ', then ' || nuclear, 'cannot be told',
      'Missile tests became rarer', 'cannot be told'),
    json_array(11, 'since.broadcasts_cut', 'Information and contact with Americans lower hostility',
      'Leaders met ' || meetings || ' times by ' || last_summit || coalesce('; broadcasts went from ' || hours_before
      || ' to ' || hours || ' hours a day', '') || '; we have no measure of hostility', 'cannot be told',
      'Leaders met ' || meetings || ' times by ' || last_summit || '; not both capitals cut broadcasts',
      'cannot be told'))) j)
select line ->> '$[2]' as expected, case d.holds when 1 then line ->> '$[3]' when 0 then line ->> '$[5]'
  else 'These data do not say' end as since,
  case d.holds when 1 then line ->> '$[4]' when 0 then line ->> '$[6]' else 'open' end as verdict
from lines left join since_deciders d on d.id = line ->> '$[1]'
order by line ->> '$[0]';
