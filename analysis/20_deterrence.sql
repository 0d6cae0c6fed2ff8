-- Chapter 20: what Pyongyang did to stop people leaving, and what the arrivals can say about it.

-- calendar_months: the name of a month by its two digits, for dates in prose.
create view calendar_months (month, name) as
values ('01', 'January'), ('02', 'February'), ('03', 'March'), ('04', 'April'), ('05', 'May'), ('06', 'June'),
  ('07', 'July'), ('08', 'August'), ('09', 'September'), ('10', 'October'), ('11', 'November'), ('12', 'December');

-- count_words: counts that prose spells out; larger ones stand in digits.
create view count_words (number, word) as
values (0, 'none'), (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'), (5, 'five'), (6, 'six'), (7, 'seven'),
  (8, 'eight'), (9, 'nine');

-- deterrence_periods: the four periods that the chapter compares, one a row. Unit: years.
-- The year after the last sealed one is in no period: returns began again in the course of it.
create view deterrence_periods as
with spans (place, name, first_parameter, last_parameter) as (
  values (1, 'Before Kim Jong-un', 'border_baseline_first_year', 'border_baseline_last_year'),
    (2, 'Under Kim Jong-un, before the closure', 'kim_jong_un_first_year', 'before_covid_year'),
    (3, 'Border sealed', 'covid_first_year', 'covid_last_year'))
select s.place, s.name, cast(f.value as integer) as first_year, cast(l.value as integer) as last_year
from spans s join parameters f on f.name = s.first_parameter join parameters l on l.name = s.last_parameter
union all
select 4, 'After the reopening', cast(value as integer) + 2, (select max(year) from arrivals_korea_yearly)
from parameters where name = 'covid_last_year';

-- deterrence_period_arrivals: how many arrived in South Korea in a year of each period. Unit: persons a year.
-- mean is null when a year of the period is missing.
create view deterrence_period_arrivals as
select p.place, p.name, p.first_year, p.last_year,
  case when count(a.year) = p.last_year - p.first_year + 1 then avg(a.persons) end as mean, min(a.persons) as lowest,
    max(a.persons) as highest
from deterrence_periods p left join arrivals_korea_yearly a on a.year between p.first_year and p.last_year
group by p.place, p.name, p.first_year, p.last_year;

-- deterrence_measures: dated measures at the border, without the counts of the satellite sample, which are states,
-- not steps.
-- in_kim_years: whether it falls between December before Kim Jong-un's first full year and the last year before the
-- closure.
create view deterrence_measures as
select m.date, m.actor, m.kind, m.fact, m.confidence,
  m.date >= printf('%d-12', f.value - 1) and substr(m.date, 1, 4) <= printf('%d', l.value) as in_kim_years
from border_measures m
join parameters f on f.name = 'kim_jong_un_first_year' join parameters l on l.name = 'before_covid_year'
where m.fact not like '%satellite sample%' and m.fact not like 'guard posts in the sample%';

-- deterrence_spans: the years of a period as text; a single year stands alone. Unit: none.
create view deterrence_spans as
select place, case when first_year = last_year then printf('%d', first_year)
  else printf('%d–%d', first_year, last_year) end as years
from deterrence_periods;

-- deterrence_means: how many arrived in a mean year of each period, in one row. Unit: persons a year.
create view deterrence_means as
select max(case when place = 1 then years end) as baseline_years,
  max(case when place = 1 then mean end) as baseline_mean,
  max(case when place = 2 then years end) as kim_years,
  max(case when place = 2 then mean end) as kim_mean,
  max(case when place = 3 then mean end) as sealed_mean,
  max(case when place = 4 then mean end) as after_mean
from deterrence_period_arrivals join deterrence_spans using (place);

-- deterrence_drops: in which years arrivals fell, and how far, in one row. Unit: persons, percent.
-- Each maximum is over all years before it that the table has, without a hole; a hole makes it unknown.
-- In step, steepest and peak the year is that of the row which holds the maximum, as SQLite guarantees for a lone
-- max(); of equal ones the earliest, since the years come in order.
create view deterrence_drops as
with spans as (
  select max(case when place = 2 then first_year end) as kim_first,
    max(case when place = 2 then last_year end) as kim_last,
    max(case when place = 3 then first_year end) as sealed_first
  from deterrence_periods),
yearly as materialized (
  select s.*, a.year, a.persons, b.persons as persons_before
  from spans s left join arrivals_korea_yearly a on true left join arrivals_korea_yearly b on b.year = a.year - 1
  order by a.year),
drops as (
  select max(kim_first) as kim_first, max(kim_last) as kim_last, max(sealed_first) as sealed_first,
    max(case when year = kim_first - 1 then persons end) as persons_before_kim,
    max(case when year = kim_last then persons end) as persons_kim_last,
    count(case when year between kim_first - 1 and kim_last then persons end) = max(kim_last) - max(kim_first) + 2
      as has_kim_years,
    count(case when year < sealed_first then persons end) = max(sealed_first) - min(year) as has_earlier_years,
    count(persons) = max(year) - min(year) + 1 as has_all_years,
    max(case when year = sealed_first and persons_before > 0 then 100.0 * (persons_before - persons) / persons_before
      end) as closure,
    max(case when year = sealed_first then persons_before - persons end) as closure_persons
  from yearly),
step as (
  select year, max(persons_before - persons) as persons from yearly where year between kim_first and kim_last),
steepest as (
  select year, max(100.0 * (persons_before - persons) / persons_before) as drop_pct, persons_before - persons as persons
  from yearly where year < sealed_first and persons_before > 0),
peak as (select year, max(persons) as persons from yearly)
select d.kim_first, d.kim_last, d.sealed_first as closure_year, d.persons_before_kim - d.persons_kim_last as whole_fall,
  case when d.has_kim_years then p.year end as step_year, case when d.has_kim_years then p.persons end as step_persons,
  case when d.has_all_years then k.year end as peak_year,
  d.closure as drop_closure, d.closure_persons as drop_closure_persons,
  case when d.has_earlier_years then t.drop_pct end as drop_before,
  case when d.has_earlier_years then t.year end as drop_before_year,
  case when d.has_earlier_years then t.persons end as drop_before_persons
from drops d cross join step p cross join steepest t cross join peak k;

-- deterrence_actors: who took the measures of the Kim years, in one row. Unit: measures on our list.
-- measures_china_firm: China's own or joint ones that two sources report.
create view deterrence_actors as
select count(case when actor = 'North Korea' then 1 end) as measures_north,
  count(case when actor = 'China' then 1 end) as measures_china,
  count(case when actor = 'both' then 1 end) as measures_both,
  count(case when actor in ('China', 'both') and confidence = 'two_sources' then 1 end) as measures_china_firm
from deterrence_measures where in_kim_years;

-- deterrence_orders: Pyongyang's orders to shoot, those that two sources report and all on the list, in one row.
-- Unit: orders.
create view deterrence_orders as
select count(case when confidence = 'two_sources' then 1 end) as orders, count(*) as orders_told,
  min(case when confidence = 'two_sources' then date end) as first_order, min(date) as first_told,
  max(date) as last_told
from deterrence_measures where actor = 'North Korea' and kind = 'order';

-- deterrence_fence: how long a stretch was fenced, first and last, and how many guard posts stood there, in one row.
-- works_km: along how much of the border others saw new or expanded works, at least. Unit: km, posts.
create view deterrence_fence as
with ends as (
  select min(date) as before_year, max(date) as after_year from border_measures
    where fact like 'fenced length%satellite sample%' and unit = 'km'),
fence as (
  select e.before_year, e.after_year, max(case when m.date = e.before_year then m.value_high end) as before_km,
    max(case when m.date = e.after_year and e.after_year > e.before_year then m.value_high end) as after_km
  from ends e left join border_measures m on m.fact like 'fenced length%satellite sample%' and m.unit = 'km'
    group by e.before_year, e.after_year),
posts as (select max(value_high) as posts from border_measures where kind = 'guard' and unit = 'posts'),
works as (select max(value_low) as km from border_measures where fact like '%second satellite sample%' and unit = 'km')
select f.before_km as fence_before, f.after_km as fence_after, f.before_year as fence_before_year,
  f.after_year as fence_after_year, g.posts as guard_posts, w.km as works_km
from posts g cross join works w left join fence f on true;

-- deterrence_crossings: who came straight across the military line, and what became of the soldiers, in one row.
-- soldiers_earlier: those of the years before the commentary's. Unit: persons.
create view deterrence_crossings as
select sum(case when is_soldier then persons end) as soldiers,
  sum(case when is_soldier and was_shot then persons else 0 end) as soldiers_hit,
  sum(case when is_soldier and not was_shot then persons else 0 end) as soldiers_unhurt,
  sum(case when is_soldier and was_shot is null then persons else 0 end) as soldiers_unknown,
  sum(case when is_soldier and date < c.year then persons else 0 end) as soldiers_earlier,
  sum(case when is_soldier and was_shot and date < c.year then persons else 0 end) as soldiers_earlier_hit,
  sum(persons) as crossers, cast(min(substr(date, 1, 4)) as integer) as first_crossing
from crossings_military_line
  cross join (select printf('%d', value) as year from parameters where name = 'commentary_year') c;

-- deterrence_trip_prices: what the whole trip was said to cost before the closure and since, one currency a row.
-- Unit: of the currency.
-- Rule (brokers' prices): before is the last year before the closure of {covid_first_year}, after the newest year
-- since; the rise is the lowest that the ranges allow, in the currency in which it is lower.
create view deterrence_trip_prices as
with trips as (
  select b.currency, cast(substr(b.period, 1, 4) as integer) as year, coalesce(b.price_low, b.price_high) as low,
    b.price_high as high, cast(substr(b.period, 1, 4) as integer) <= p.value as is_before
  from broker_prices b join parameters p on p.name = 'before_covid_year' where b.leg = 'whole trip'),
ends as (
  select currency, max(case when is_before then year end) as before_year,
    max(case when not is_before then year end) as after_year
  from trips group by currency)
select e.currency, e.before_year, e.after_year,
  min(case when t.year = e.before_year then t.low end) as before_low,
  max(case when t.year = e.before_year then t.high end) as before_high,
  min(case when t.year = e.after_year then t.low end) as after_low,
  max(case when t.year = e.after_year then t.high end) as after_high
from ends e join trips t using (currency) group by e.currency, e.before_year, e.after_year;

-- deterrence_price_rise: how many times the earlier price the later one is, by each report at its least, in one row.
-- The least rise sets the lowest later price against the highest earlier one. Unit: times; US dollars; million won.
create view deterrence_price_rise as
select min(1.0 * d.after_low / nullif(d.before_high, 0), 1.0 * w.after_low / nullif(w.before_high, 0)) as least_rise,
  d.before_high as price_before, d.before_year as price_before_year, d.after_low as price_after,
  d.after_year as price_after_year, w.before_low / 1e6 as won_before_low, w.before_high / 1e6 as won_before_high,
  w.after_low / 1e6 as won_after_low, w.after_high / 1e6 as won_after_high
from (select 1) left join deterrence_trip_prices d on d.currency = 'USD'
  left join deterrence_trip_prices w on w.currency = 'KRW';

-- deterrence_direct_arrivals: who reached the South straight from the North, beside all arrivals of the years that
-- these counts cover, each year once, in one row. Unit: persons.
-- Rule (direct arrivals): only counts are added, each year once; a rate or a share is no count.
create view deterrence_direct_arrivals as
with direct as (
  select coalesce(persons, persons_high) as persons, period_from, period_to,
    cast(period_from as integer) as first_year, cast(period_to as integer) as last_year
  from routes where place like 'direct%' and unit = 'persons'),
counted as (
  select sum(d.persons) as persons, min(d.period_from) as first_year, max(d.period_to) as last_year,
    count(d.persons) = count(*) and min(
      (select count(*) from arrivals_korea_yearly a where a.year between d.first_year and d.last_year)
        = d.last_year - d.first_year + 1) as is_complete
  from direct d),
arrived as (
  select sum(a.persons) as persons from arrivals_korea_yearly a
  where exists (select 1 from direct d where a.year between d.first_year and d.last_year))
select case when c.is_complete then c.persons end as direct_high,
  case when c.is_complete then a.persons end as direct_arrivals,
  c.first_year as direct_first, c.last_year as direct_last
from counted c cross join arrived a;

-- deterrence_campaign: the press campaign's years, and how many events the commentary counts in it, in one row.
-- Unit: years, events.
create view deterrence_campaign as
select max(case when name = 'press_campaign_first_year' then cast(value as integer) end) as first_year,
  max(case when name = 'press_campaign_last_year' then cast(value as integer) end) as last_year,
  max(case when name = 'commentary_press_events' then value end) as events_stated
from parameters;

-- deterrence_captives: press events of the campaign with people said to have been caught, in one row. Unit: events.
create view deterrence_captives as
select coalesce(sum(d.events), 0) as captive_events
from deterrence d join deterrence_campaign c on d.kind = 'captive'
  and substr(d.date_from, 1, 4) >= printf('%d', c.first_year) and substr(d.date_to, 1, 4) <= printf('%d', c.last_year);

-- deterrence_press: press events of the campaign, dated ones and those that a list adds, in one row. Unit: events.
create view deterrence_press as
with counted as (
  select sum(case when d.date_from = d.date_to then d.events else 0 end) as dated_ever,
    sum(case when substr(d.date_from, 1, 4) >= printf('%d', c.first_year) and substr(d.date_to, 1, 4) <= printf('%d',
      c.last_year) and d.date_from = d.date_to
      then d.events else 0 end) as dated,
    max(case when substr(d.date_from, 1, 4) >= printf('%d', c.first_year) and substr(d.date_to, 1, 4) <= printf('%d',
      c.last_year) and d.date_from < d.date_to
      then d.events end) as listed_within,
    max(case when d.date_from < d.date_to then d.events end) as listed,
    max(case when d.date_from < d.date_to then d.date_to end) as list_end,
    count(*) as known
  from deterrence d cross join deterrence_campaign c where d.kind = 'press_event')
select dated as press_dated, max(dated, coalesce(listed_within, 0)) as press_low,
  case when known > 0 then max(dated, coalesce(listed_within, 0), dated + coalesce(listed, dated_ever) - dated_ever)
    end as press_high,
  listed as press_listed, list_end as press_list_end
from counted;

-- deterrence_returned: who is known to have gone back, during the campaign and later, in one row. Unit: persons.
create view deterrence_returned as
with returned as (
  select sum(r.persons) as persons, min(r.year) as first_year, max(r.year) as last_year, sum(a.persons) as arrivals,
    count(a.year) = count(*) as is_complete, count(r.persons) = max(r.year) - min(r.year) + 1 as has_all_years,
    case when count(case when r.year between c.first_year and c.last_year then r.persons end)
        = max(c.last_year) - max(c.first_year) + 1
      then avg(case when r.year between c.first_year and c.last_year then r.persons end) end as campaign_mean,
    case when count(case when r.year > c.last_year then r.persons end) = max(r.year) - max(c.last_year)
      then avg(case when r.year > c.last_year then r.persons end) end as later_mean
  from returns_known_yearly r cross join deterrence_campaign c left join arrivals_korea_yearly a using (year)),
to_date as (select persons from returns_known_checkpoints where measure = 'to date' order by as_of desc limit 1),
came_again as (
  select persons from returns_known_checkpoints where measure = 'later came back South' order by as_of desc limit 1)
select case when has_all_years then persons end as returns, first_year as returns_first, last_year as returns_last,
  case when is_complete and has_all_years then arrivals end as returns_arrivals, campaign_mean as returns_campaign_mean,
  later_mean as returns_later_mean, (select persons from to_date) as returns_to_date,
  (select persons from came_again) as returns_came_again
from returned;

-- deterrence_returns_chance: how often chance alone would put so many known returns into the campaign's years, if
-- every year from its first on were alike, in one row. Unit: share.
-- Given all returns, those of the campaign's years are then binomial; this is its upper tail. It takes each return as
-- one by itself, though families went together, and is unknown for a hole or for numbers too large to add up.
create view deterrence_returns_chance as
with recursive counted as materialized (
  select sum(r.persons) as persons, sum(case when r.year <= c.last_year then r.persons else 0 end) as in_campaign,
    1.0 * (c.last_year - c.first_year + 1) / (max(r.year) - c.first_year + 1) as part,
    count(r.persons) = max(r.year) - c.first_year + 1 and c.last_year < max(r.year) as is_complete
  from deterrence_campaign c join returns_known_yearly r on r.year >= c.first_year
  group by c.first_year, c.last_year),
tail (hits, weight, persons, in_campaign, part) as (
  select 0, pow(1 - part, persons), persons, in_campaign, part from counted
  where is_complete and persons between 1 and 2000 and part > 0 and part < 1
  union all
  select hits + 1, weight * (persons - hits) / (hits + 1) * part / (1 - part), persons, in_campaign, part
  from tail where hits < persons)
select sum(case when hits >= in_campaign then weight end) as returns_chance from tail;

-- deterrence_wishes: how many in surveys thought of going back, and how many never did, in one row.
-- The ends of a share are those of Wilson's interval, which holds the true one in 95 of 100 samples.
-- wish: the widest words, thought of it or would; often: the narrowest, often or a lot. Unit: percent, surveys,
-- persons.
create view deterrence_wishes as
with answers as (
  select case indicator when 'thought of returning to the North' then 'wish'
      when 'thought of returning often or a lot' then 'often'
      when 'never thought of returning to the North' then 'never' end as answer,
    value, base_persons, value / 100.0 as share, 1.96 * 1.96 as z2
  from profile_korea where unit = 'pct'),
ends as (
  select answer, value, base_persons,
    (share + z2 / (2 * base_persons)) / (1 + z2 / base_persons) as middle,
    sqrt(z2 * (share * (1 - share) + z2 / (4 * base_persons)) / base_persons) / (1 + z2 / base_persons) as half
  from answers where answer is not null)
select min(case when answer = 'wish' then value end) as wish_low, max(case when answer = 'wish' then value end)
    as wish_high,
  count(case when answer = 'wish' then value end) as wish_surveys,
  max(case when answer = 'wish' then 100 * (middle + half) end) as wish_end,
  max(case when answer = 'often' then value end) as often_pct,
  max(case when answer = 'often' then base_persons end) as often_asked,
  min(case when answer = 'often' then 100 * (middle - half) end) as often_start,
  max(case when answer = 'often' then 100 * half end) as often_margin,
  min(case when answer = 'never' then value end) as never_low,
  max(case when answer = 'never' then value end) as never_high
from ends;

-- numbers_deterrence: every number that the chapter prints. Each block reads its step once and lays it out as rows.
-- laid_out is materialized, or SQLite would write what follows it once for every step.
create view numbers_deterrence as
with laid_out (line) as materialized (
  select j.value from deterrence_means cross join json_each(json_array(
    json_array('deter_baseline_mean', baseline_mean, '%,.0f'),
    json_array('deter_kim_mean', kim_mean, '%,.0f'),
    json_array('deter_kim_fall', 100.0 * (baseline_mean - kim_mean) / baseline_mean, '%.0f percent'),
    json_array('deter_sealed_mean', sealed_mean, '%,.0f'),
    json_array('deter_after_mean', after_mean, '%,.0f'),
    json_array('deter_baseline_years', baseline_years, 'text'),
    json_array('deter_kim_years', kim_years, 'text'))) j
  union all
  select j.value from deterrence_drops cross join json_each(json_array(
    json_array('deter_step_fall', step_persons, '%,.0f'),
    json_array('deter_step_year', step_year, '%.0f'),
    json_array('deter_whole_fall', whole_fall, '%,.0f'),
    json_array('deter_peak_year', peak_year, '%.0f'),
    json_array('deter_drop_closure', drop_closure, '%.0f percent'),
    json_array('deter_drop_before', drop_before, '%.0f percent'),
    json_array('deter_drop_before_year', drop_before_year, '%.0f'),
    json_array('deter_drop_closure_persons', drop_closure_persons, '%,.0f'),
    json_array('deter_drop_before_persons', drop_before_persons, '%,.0f'),
    json_array('deter_year_before_kim', kim_first - 1, '%.0f'),
    json_array('deter_kim_last', kim_last, '%.0f'),
    json_array('deter_closure_year', closure_year, '%.0f'),
    json_array('deter_kim_era', printf('December %d to %d', kim_first - 1, kim_last), 'text'))) j
  union all
  select j.value from deterrence_periods p cross join json_each(json_array(
    json_array('deter_year_between', p.first_year - 1, '%.0f'))) j
  where p.place = 4
  union all
  select j.value from deterrence_actors cross join json_each(json_array(
    json_array('deter_measures_north', measures_north, 'word'),
    json_array('deter_measures_china', measures_china, 'word'),
    json_array('deter_measures_both', measures_both, 'word'),
    json_array('deter_measures_china_firm', measures_china_firm, 'word'))) j
  union all
  select j.value from deterrence_orders cross join json_each(json_array(
    json_array('deter_orders', orders, 'word'),
    json_array('deter_orders_told', orders_told, 'word'),
    json_array('deter_first_order', first_order, 'date'),
    json_array('deter_first_told', first_told, 'date'),
    json_array('deter_last_told', last_told, 'date'))) j
  union all
  select j.value from deterrence_fence cross join json_each(json_array(
    json_array('deter_fence_before', fence_before, '%,.0f'),
    json_array('deter_fence_after', fence_after, '%,.0f'),
    json_array('deter_fence_before_year', cast(fence_before_year as integer), '%.0f'),
    json_array('deter_fence_after_year', cast(fence_after_year as integer), '%.0f'),
    json_array('deter_guard_posts', guard_posts, '%,.0f'),
    json_array('deter_works_km', works_km, '%,.0f'))) j
  union all
  select j.value from deterrence_crossings cross join json_each(json_array(
    json_array('deter_soldiers', soldiers, 'word'),
    json_array('deter_soldiers_hit', soldiers_hit, 'word'),
    json_array('deter_soldiers_unhurt', soldiers_unhurt, 'word'),
    json_array('deter_soldiers_unknown', soldiers_unknown, 'word'),
    json_array('deter_soldiers_earlier', soldiers_earlier, 'word'),
    json_array('deter_soldiers_earlier_hit', soldiers_earlier_hit, 'word'),
    json_array('deter_crossers', crossers, 'word'),
    json_array('deter_first_crossing', first_crossing, '%.0f'))) j
  union all
  select j.value from deterrence_price_rise cross join json_each(json_array(
    json_array('deter_price_before', price_before, '$%,.0f'),
    json_array('deter_price_before_year', price_before_year, '%.0f'),
    json_array('deter_price_after', price_after, '$%,.0f'),
    json_array('deter_price_after_year', price_after_year, '%.0f'),
    json_array('deter_won_before', case when won_before_low < won_before_high
      then printf('%,.0f to %,.0f million won', won_before_low, won_before_high)
      else printf('%,.0f million won', won_before_high) end, 'text'),
    json_array('deter_won_after', case when won_after_low < won_after_high
      then printf('%,.0f to %,.0f million won', won_after_low, won_after_high)
      else printf('%,.0f million won', won_after_high) end, 'text'),
    json_array('deter_price_rise', least_rise, '%.1f times'))) j
  union all
  select j.value from parameters p cross join json_each(json_array(
    json_array('deter_price_bound', p.value, '%g times'))) j
  where p.name = 'steep_price_ratio'
  union all
  select j.value from deterrence_direct_arrivals cross join json_each(json_array(
    json_array('deter_direct_high', direct_high, 'word'),
    json_array('deter_direct_arrivals', direct_arrivals, '%,.0f'),
    json_array('deter_direct_share', 100.0 * direct_high / nullif(direct_arrivals, 0), '%.0f percent'),
    json_array('deter_direct_years', case when direct_first = direct_last then direct_first
      else direct_first || '–' || direct_last end, 'text'))) j
  union all
  select j.value from deterrence_press cross join json_each(json_array(
    json_array('deter_press_dated', press_dated, 'word'),
    json_array('deter_press_low', press_low, 'word'),
    json_array('deter_press_high', press_high, 'word'),
    json_array('deter_press_listed', press_listed, 'word'),
    json_array('deter_press_list_end', press_list_end, 'date'))) j
  union all
  select j.value from deterrence_press cross join deterrence_captives cross join json_each(json_array(
    json_array('deter_press_with_captives', press_dated + captive_events, 'word'))) j
  union all
  select j.value from deterrence_returned cross join json_each(json_array(
    json_array('deter_returns', returns, '%.0f'),
    json_array('deter_returns_to_date', returns_to_date, '%.0f'),
    json_array('deter_returns_came_again', returns_came_again, 'word'),
    json_array('deter_returns_per_thousand', 1000.0 * returns / nullif(returns_arrivals, 0), '%.0f'),
    json_array('deter_returns_campaign_mean', returns_campaign_mean,
      case when returns_campaign_mean = cast(returns_campaign_mean as integer) then '%.0f' else '%.1f' end),
    json_array('deter_returns_later_mean', returns_later_mean, '%.1f'),
    json_array('deter_returns_years', case when returns_first = returns_last then printf('%d', returns_first)
      when returns_first is not null then printf('%d–%d', returns_first, returns_last) end, 'text'))) j
  union all
  select j.value from deterrence_returns_chance cross join json_each(json_array(
    json_array('deter_returns_chance', case when returns_chance < 0.001 then 'less than once in a thousand times'
      when returns_chance is not null then printf('%.1f times in a hundred', 100 * returns_chance) end, 'text'))) j
  union all
  select j.value from deterrence_wishes cross join json_each(json_array(
    json_array('deter_wish_low', wish_low, '%.0f'),
    json_array('deter_wish_high', wish_high, '%.0f percent'),
    json_array('deter_wish_surveys', wish_surveys, 'word'),
    json_array('deter_wish_often', often_pct, '%.0f percent'),
    json_array('deter_wish_often_asked', often_asked, '%,.0f'),
    json_array('deter_wish_margin', often_margin, '%.0f points'),
    json_array('deter_wish_never_low', never_low, '%.0f'),
    json_array('deter_wish_never_high', never_high, '%.0f percent'))) j
  union all
  select j.value from deterrence_campaign cross join json_each(json_array(
    json_array('deter_press_commentary', events_stated, 'word'),
    json_array('deter_campaign_years', case when first_year = last_year then printf('%d', first_year)
      else printf('%d–%d', first_year, last_year) end, 'text'))) j),
found as (select line ->> '$[0]' as key, line ->> '$[1]' as value, line ->> '$[2]' as format from laid_out)
select f.key, case when f.format not in ('text', 'date') then f.value end as value,
  case when f.value is null then null
    when f.format = 'text' then f.value
    when f.format = 'date' and length(f.value) = 10 then printf('%d %s %s', cast(substr(f.value, 9) as integer),
      m.name, substr(f.value, 1, 4))
    when f.format = 'date' and length(f.value) = 7 then m.name || ' ' || substr(f.value, 1, 4)
    when f.format = 'date' then f.value
    when f.format = 'word' then coalesce(w.word, printf('%,d', f.value))
    else printf(f.format, f.value) end as text
from found f left join calendar_months m on f.format = 'date' and m.month = substr(f.value, 6, 2) left
  join count_words w on f.format = 'word' and w.number = f.value;

-- fig_deterrence_arrivals: arrivals in South Korea a year. Unit: persons.
create view fig_deterrence_arrivals as
select year, persons from arrivals_korea_yearly order by year;

-- fig_deterrence_arrivals_means: the mean year of each period, as a line over its years; its label stands above the
-- period's highest bar. Unit: persons a year; change in percent from the period before.
create view fig_deterrence_arrivals_means as
with compared as (
  select place, name, first_year, last_year, mean, highest, lag(mean) over (order by place) as before
  from deterrence_period_arrivals)
select name, first_year, last_year, (first_year + last_year) / 2 as middle_year, mean, highest,
  case place when 1 then 'average ' else '' end || printf('%,.0f', mean) as label,
  case when before > 0 then replace(printf('%+.0f%%', 100.0 * (mean - before) / before), '-', '−') else '' end as change
from compared where mean is not null order by place;

-- fig_deterrence_arrivals_marks: Pyongyang's orders, closures and reopenings that two sources report, one label a
-- year. Unit: none.
-- height: where the label stands, above all bars and each higher than the one before, so that none stands across a
-- later one's pole; foot: where its pole ends, above the year's bar and the means. Unit: persons.
create view fig_deterrence_arrivals_marks as
with steps as (
  select cast(substr(date, 1, 4) as integer) as year, date, fact,
    case kind when 'order' then 'order to shoot' when 'closure' then 'border sealed' when 'reopening' then 'reopened'
      end as label
  from deterrence_measures where actor = 'North Korea' and kind in ('order', 'closure', 'reopening')
    and confidence = 'two_sources'),
named as (
  select distinct year, group_concat(label, char(10)) over of_year as label,
    group_concat(fact, '; ') over of_year as facts from steps
  window of_year as (partition by year order by date, fact rows between unbounded preceding and unbounded following)),
top as (select max(persons) as persons from arrivals_korea_yearly)
select n.year, n.label, top.persons * (1.12 + 0.14 * row_number() over (order by n.year)) as height,
  coalesce(a.persons, 0) + 0.22 * top.persons as foot, n.facts
from named n cross join top left join arrivals_korea_yearly a using (year) order by n.year;

-- fig_deterrence_measures: dated measures at the border by what they were and who took them, one a mark. Unit: none.
create view fig_deterrence_measures as
select date || substr('-07-01', 1 + length(date) - 4, 10 - length(date)) as day, date, case actor when 'both'
  then 'Both'
  else actor end as actor,
  case kind when 'fence' then 'Fence' when 'guard' then 'Guards' when 'surveillance' then 'Guards' when 'search'
    then 'Guards'
    when 'order' then 'Orders' when 'penalty' then 'Orders' when 'reopening' then 'Reopening, returns'
    when 'returns' then 'Reopening, returns' else 'Closure' end as kind,
  fact, replace(confidence, '_', ' ') as confidence
from deterrence_measures
order by case kind when 'fence' then 1 when 'guard' then 2 when 'surveillance' then 2 when 'search' then 2
  when 'penalty' then 3 when 'order' then 3 when 'closure' then 4
  when 'refusal' then 4 when 'route' then 4 else 5 end, date;

-- fig_deterrence_returns: people known to have gone back North in a year. Unit: persons.
create view fig_deterrence_returns as
select year, persons, printf('%d', persons) as label from returns_known_yearly order by year;

-- fig_deterrence_returns_events: dated press events with people who went back, a year. Unit: events.
create view fig_deterrence_returns_events as
select cast(substr(d.date_to, 1, 4) as integer) as year, sum(d.events) as events, max(r.persons) as height,
  printf('%,d', sum(d.events)) as label
from deterrence d left join returns_known_yearly r on r.year = cast(substr(d.date_to, 1, 4) as integer)
where d.kind = 'press_event' and d.date_from = d.date_to
group by cast(substr(d.date_to, 1, 4) as integer) order by 1;

-- fig_deterrence_crossings: known crossings of the military line, one a mark, those of one year above each other.
-- Unit: persons; height: the mark's place in its year, from the foot.
create view fig_deterrence_crossings as
select cast(substr(date, 1, 4) as integer) as year,
  row_number() over (partition by substr(date, 1, 4) order by date) as height, date,
  case when is_soldier then 'soldier' else 'civilian' end as who,
  case when was_shot then 'hit by shots' when was_shot = 0 then 'not hit' else 'no source says' end as ending, persons,
  coalesce(note, '') as note
from crossings_military_line
order by date;

-- fig_deterrence_prices: prices said to have been asked, in dollars, one a report, kind by kind. Unit: US dollars.
-- row: its place from the top; the heading of its kind stands above.
create view fig_deterrence_prices as
with reports as (
  select case leg when 'whole trip' then 1 when 'to China' then 2 when 'broker fee' then 3 else 4 end as place,
    case leg when 'whole trip' then 'The whole trip' when 'to China' then 'As far as China'
      when 'broker fee' then 'A broker''s fee' else 'A bribe at the crossing' end as kind,
    period, coalesce(price_low, price_high) as low, price_high as high
  from broker_prices where currency = 'USD')
select row_number() over (order by place, period, low) + dense_rank() over (order by place) as row, kind,
  cast(substr(period, 1, 4) as integer) as year, low, high,
  case when low < high then printf('$%,d–%,d', low, high) else printf('$%,d', high) end as text
from reports order by 1;

-- fig_deterrence_prices_kinds: the heading of each kind of price. Unit: none.
create view fig_deterrence_prices_kinds as
select min(row) - 1 as row, kind from fig_deterrence_prices group by kind order by 1;

-- tbl_deterrence_periods: arrivals in the four periods, as text. Unit: persons a year.
create view tbl_deterrence_periods as
select name as period, years, case when mean is not null
  then printf('%,.0f', mean) end as mean,
  printf('%,d', lowest) as lowest, printf('%,d', highest) as highest
from deterrence_period_arrivals join deterrence_spans using (place) order by place;
