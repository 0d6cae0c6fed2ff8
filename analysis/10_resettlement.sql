-- Where they resettle: arrivals in South Korea, admissions and grants elsewhere, who comes, and what the denominators
-- do.

-- Over which years does this chapter count? One row. Years, and a number of years.
create view resettlement_years as
select commentary.value as commentary_year, after_peak.value as after_peak, covid_from.value as covid_from,
  covid_to.value as covid_to, stock_window.value as stock_window
from parameters commentary, parameters after_peak, parameters covid_from, parameters covid_to, parameters stock_window
where commentary.name = 'commentary_year' and after_peak.name = 'after_uk_peak_first_year'
  and covid_from.name = 'covid_first_year' and covid_to.name = 'covid_last_year'
  and stock_window.name = 'uk_stock_window_years';

-- Which states count as Europe? The Union of 28 and EFTA, as in Eurostat's own total. ISO 3166 codes.
create view resettlement_europe (country_code) as
values ('AUT'), ('BEL'), ('BGR'), ('CHE'), ('CYP'), ('CZE'), ('DEU'), ('DNK'), ('ESP'), ('EST'), ('FIN'), ('FRA'),
  ('GBR'),
  ('GRC'), ('HRV'), ('HUN'), ('IRL'), ('ISL'), ('ITA'), ('LIE'), ('LTU'), ('LUX'), ('LVA'), ('MLT'), ('NLD'), ('NOR'),
  ('POL'), ('PRT'), ('ROU'), ('SVK'), ('SVN'), ('SWE');

-- How many came in the blocks of years before the yearly series? One row. Persons; null unless each year lies in one
-- block, and once.
create view resettlement_blocks as
with twice as (
  select count(*) as pairs from arrivals_korea_early a join arrivals_korea_early b
    on a.period_from <= b.period_to and b.period_from <= a.period_to
      and (a.period_from, a.period_to) < (b.period_from, b.period_to)
)
select case when min(period_from) = 1953 and max(period_to) = 2001 and max(pairs) = 0
  and sum(period_to - period_from + 1) = 2001 - 1953 + 1 then sum(persons) end as persons
from arrivals_korea_early cross join twice;

-- How many had entered South Korea since 1953 by the end of each year? Persons; null where an earlier year is missing.
create view resettlement_running as
select y.year, y.persons,
  case when count(*) over so_far = y.year - 2001 then early.persons + sum(y.persons) over so_far end as total
from arrivals_korea_yearly y cross join resettlement_blocks early
window so_far as (order by y.year);

-- What do the arrivals in South Korea come to? One row. Persons, and shares in percent.
create view resettlement_korea as
with latest as (
  select max(year) as latest_year from arrivals_korea_yearly
), peak as (
  select year as peak_year, persons as peak_persons from arrivals_korea_yearly order by persons desc, year limit 1
), lowest as (
  select year as lowest_year from arrivals_korea_yearly, resettlement_years where year between covid_from and covid_to
    and female is not null and persons > 0
  order by 1.0 * female / persons, year limit 1
), counted as (
  select year, persons, total, female, 100.0 * female / nullif(persons, 0) as women
  from resettlement_running join arrivals_korea_yearly using (year, persons)
)
select
  max(total) filter (where year = latest_year) as total, latest_year,
  max(persons) filter (where year = latest_year) as latest_persons,
  max(total) filter (where year = commentary_year) as total_then,
  case when count(*) filter (where year > commentary_year) = latest_year - commentary_year
    then sum(persons) filter (where year > commentary_year) end as since_then,
  peak_year, peak_persons,
  max(women) filter (where year = commentary_year) as women_then,
  case when count(female) filter (where year between covid_from and covid_to) = covid_to - covid_from + 1
    then min(women) filter (where year between covid_from and covid_to) end as women_lowest,
  case when count(female) filter (where year between covid_from and covid_to) = covid_to - covid_from + 1
    then lowest_year end as women_lowest_year,
  max(women) filter (where year = latest_year) as women_latest,
  case when count(*) filter (where year between 2006 and commentary_year) = commentary_year - 2005
    then sum(persons) filter (where year between 2006 and commentary_year) end as from_2006
from latest cross join resettlement_years left join peak on true left join lowest on true left join counted on true;

-- How many had come before the yearly series begins? One row. Persons; null where a block of years is missing.
create view resettlement_before_2002 as
select max(persons) filter (where period_to = 1989) as before_1990,
  (select persons from resettlement_blocks) as before_2002
from arrivals_korea_early;

-- What did the counts stand at in the summer of the commentary, in the South and in the United States? One row.
-- Persons; null where the yearly counts, altered, say that fewer had come by the end of that year.
create view resettlement_summer_2018 as
with year_end as (select max(total) as total from resettlement_running where year = 2018),
counted as (
  select date, persons from arrivals_korea_checkpoints cross join year_end
  where total is null or persons <= total)
select max(persons) filter (where date = '2018-06-30') as june_2018,
  max(persons) filter (where date = '2018-08-31') as august_2018,
  (select max(persons) from admissions_us_checkpoints where date = '2018-08-31') as us_august_2018
from counted;

-- How many have entered to date, and how many of them live in the South now? One row. Persons.
create view resettlement_residents as
with latest as (
  select total from resettlement_running order by year desc limit 1
)
select max(value) filter (where as_of = newest) as residents, (select total from latest) as entries from (
  select value, as_of, max(as_of) over () as newest from profile_korea
    where indicator = 'residence in the South' and category = 'resident now');

-- How many did the United States admit? One row. Persons, fiscal years; null where a year between is missing.
create view resettlement_admissions as
with known_to as (
  select coalesce(min(year) filter (where persons is null) - 1, max(year)) as us_latest_year from admissions_us
    where basis = 'fiscal_year'
)
select
  case when count(persons) filter (where year between 2006 and commentary_year) = commentary_year - 2005
    then sum(persons) filter (where year between 2006 and commentary_year) end as us_then,
  case when count(persons) filter (where year between 2006 and us_latest_year) = us_latest_year - 2005
    then sum(persons) filter (where year between 2006 and us_latest_year) end as us_latest,
  us_latest_year,
  case when count(persons) filter (where year between after_peak and commentary_year) = commentary_year - after_peak + 1
    then sum(persons) filter (where year between after_peak and commentary_year) end as us_after_peak
from known_to cross join resettlement_years left join admissions_us on basis = 'fiscal_year';

-- What did national authorities tell of asylum grants? One row. Persons.
create view resettlement_grants_told as
select
  max(persons) filter (where country = 'United Kingdom' and basis = 'Home Office table to Parliament'
    and period_from = '1979') as uk_parliament,
  max(persons) filter (where country = 'United Kingdom' and basis = 'Home Office press office') as uk_press_office,
  case when count(persons) filter (where country = 'United Kingdom' and basis = 'Home Office table to Parliament'
    and period_from in ('2007', '2008')) = 2
    then sum(persons) filter (where country = 'United Kingdom' and basis = 'Home Office table to Parliament'
      and period_from in ('2007', '2008')) end as uk_two_years,
  min(persons) filter (where country = 'Canada' and basis like 'IRB, quoted%') as canada_low,
  max(persons) filter (where country = 'Canada' and basis = 'IRB / UNHCR' and period_from = '2012') as canada_peak,
  max(persons) filter (where country = 'Canada' and basis = 'IRB / UNHCR' and period_from = '2014') as canada_after
from asylum_national where measure = 'asylum grants';

-- How many do the other countries protect by the decisions in UNHCR statistics, which round small cells? One row.
-- Persons.
create view resettlement_protected_then as
select sum(coalesce(recognized, 0) + coalesce(other_protection, 0)) filter (where country_code <> 'USA') as all_then,
  sum(recognized) filter (where country_code = 'CAN') as canada_unhcr
from asylum_decisions_unhcr, resettlement_years where year <= commentary_year;

-- How many does Europe protect by the same decisions, and which place among its states has Britain? One row.
-- Persons, rank.
create view resettlement_europe_then as
with states as materialized (
  select country_code, sum(recognized) as recognized,
    sum(coalesce(recognized, 0) + coalesce(other_protection, 0)) as protected
  from asylum_decisions_unhcr, resettlement_years
  where year <= commentary_year and country_code in (select country_code from resettlement_europe)
  group by country_code
), british as (
  select max(recognized) as uk_unhcr from states where country_code = 'GBR'
)
select sum(protected) as europe_then, uk_unhcr, 1 + count(*) filter (where recognized > uk_unhcr) as uk_rank
from british left join states on true;

-- How many has Britain protected since its peak, in the same statistics? One row. Persons.
create view resettlement_uk_after_peak as
select sum(recognized) as uk_after_peak, sum(other_protection) as uk_after_peak_other
from asylum_decisions_unhcr, resettlement_years
where country_code = 'GBR' and year between after_peak and commentary_year;

-- What had each of them counted by the end of the commentary's year? One row. Persons.
create view resettlement_then as
select total_then, from_2006, us_then, uk_parliament, uk_press_office, canada_low, all_then
from resettlement_korea cross join resettlement_admissions cross join resettlement_grants_told
  cross join resettlement_protected_then;

-- Does the British refugee stock follow the grants of the last years? One row a year. Persons.
-- Grants are recognitions and other protection in UNHCR statistics; how many years are added is a parameter.
create view resettlement_uk_stock as
with stocks as (
  select year, refugees from refugee_stock_unhcr where country_code = 'GBR' and refugees > 0
), decided as materialized (
  select year, coalesce(recognized, 0) + coalesce(other_protection, 0) as granted from asylum_decisions_unhcr
    where country_code = 'GBR'
)
select s.year, s.refugees as stock, coalesce(sum(d.granted), 0) as grants
from stocks s cross join resettlement_years
left join decided d on d.year between s.year - stock_window + 1 and s.year
group by s.year;

-- How far is that stock from the grants, and what were both before and after its fall? One row. Percent, persons.
create view resettlement_uk_stock_fit as
select 100.0 * sum(abs(stock - grants)) / nullif(sum(stock), 0) as deviation_pct,
  max(stock) filter (where year = 2016) as stock_2016, max(grants) filter (where year = 2016) as grants_2016,
  max(stock) filter (where year = 2018) as stock_2018, max(grants) filter (where year = 2018) as grants_2018
from resettlement_uk_stock;

-- Where in the North did they live, and who was added between the two tables? One row a province. Persons and percent.
create view resettlement_provinces as
with now as (
  select category, value, base_persons from profile_korea where indicator = 'province of origin' and as_of = '2024-09'
    and category <> 'other or unknown'
), before as (
  select category, value, base_persons from profile_korea where indicator = 'province of origin' and as_of = '2018-08'
)
select n.category as province, n.value as persons, 100.0 * n.value / n.base_persons as share_pct,
  n.value - b.value as added,
  100.0 * (n.value - b.value) / nullif(n.base_persons - b.base_persons, 0) as added_share_pct
from now n left join before b using (category);

-- And in the two provinces on the border from which most come? One row. Percent.
create view resettlement_border_provinces as
select
  max(share_pct) filter (where province = 'North Hamgyong') as north_hamgyong,
  max(share_pct) filter (where province = 'Ryanggang') as ryanggang,
  max(added_share_pct) filter (where province = 'North Hamgyong') as north_hamgyong_added,
  max(added_share_pct) filter (where province = 'Ryanggang') as ryanggang_added
from resettlement_provinces;

-- How do outcomes look against one denominator and another? One row. Percent, and deaths per 100,000.
create view resettlement_outcomes as
select
  max(value) filter (where indicator = 'wage ratio to general population' and category = 'all'
    and as_of = '2023') as wage_pooled,
  max(male) filter (where indicator = 'wage ratio to general population' and category = 'same sex'
    and as_of = '2023') as wage_men,
  max(female) filter (where indicator = 'wage ratio to general population' and category = 'same sex'
    and as_of = '2023') as wage_women,
  max(value) filter (where indicator = 'suicide share of deaths' and category = 'defectors'
    and as_of = '2019') as suicide_share,
  max(value) filter (where indicator = 'suicide share of deaths' and category = 'general population'
    and as_of = '2019') as suicide_share_general,
  max(value) filter (where indicator = 'suicide rate' and category = 'defectors'
    and as_of = '2006/2020') as suicide_rate,
  max(value) filter (where indicator = 'suicide rate' and category = 'general population'
    and as_of = '2006/2020') as suicide_rate_general
from profile_korea
where indicator in ('wage ratio to general population', 'suicide share of deaths', 'suicide rate');

-- What is a newcomer given, and what does the ministry's line for all of them hold? One row. Won, dollars, billion won.
-- The American stipend runs for eight months, as its name says; grants to one person living alone.
create view resettlement_support as
with stipend as materialized (
  select year, 8 * amount_high as dollars from settlement_grants where country = 'United States'
    and grant_name = 'monthly stipend, eight months' order by year desc limit 1
), paid_then as (
  select grant_name, amount_high as won, row_number() over (partition by grant_name order by year desc) as newest
  from settlement_grants where country = 'South Korea' and stage = 'in force' and year <= (select year from stipend)
), korea as (
  select case when count(*) = 2 then sum(won) end as won from paid_then where newest = 1
)
select
  (select year from stipend) as us_year, (select dollars from stipend) as us_dollars, korea.won as korea_won,
    korea.won / parameters.value as korea_dollars,
  (select amount_high from settlement_grants where grant_name = 'basic settlement grant' and stage = 'in force'
    and year = 2013) as grant_2013,
  (select amount_high from settlement_grants where grant_name = 'basic settlement grant' and stage = 'in force'
    and year = 2024) as grant_2024,
  (select budget_bn_won from budget_korea where item = 'defector_support_total' and fiscal_year = 2013) as line_2013_bn,
  (select budget_bn_won from budget_korea where item = 'defector_support_total' and fiscal_year = 2024
    and stage = 'proposal') as line_2024_bn
from korea, parameters where parameters.name = 'won_per_dollar';

-- What part of those on the way, or arriving, did Mongolia account for? One row. Percent.
create view resettlement_routes as
with waiting as (
  select case when count(*) = 3 and count(persons) = 3 then sum(persons) end as persons,
    max(persons) filter (where place = 'Mongolia') as mongolia,
      max(persons) filter (where place = 'Thailand') as thailand
  from routes where measure = 'waiting for entry to the ROK' and period_from = '2006-11'
), onward as (
  select persons from routes where place = 'Mongolia' and measure = 'went on to the ROK' and period_from = '2003'
), thai as (
  select persons from routes where place = 'Thailand' and measure = 'illegal entries recorded by Thai police'
    and period_from = '2007'
)
select
  100.0 * (select persons from onward) / (select persons from arrivals_korea_yearly where year = 2003) as mongolia_2003,
  100.0 * mongolia / persons as mongolia_waiting, 100.0 * thailand / persons as thailand_waiting,
  100.0 * (select persons from thai) / (select persons from arrivals_korea_yearly where year = 2007) as thailand_2007,
  (select persons from onward) as mongolia_2003_persons,
  (select value_low from repatriation_estimates where category = 'route_share' and year_from = 2012
    and unit = 'pct') as laos_thailand_2012
from waiting;

-- How far did the ministry's later tables move its yearly arrivals? One row. Percent of the value used.
create view resettlement_revisions as
with moved as (
  select d.disagreement_id, u.value as used, abs(d.value - u.value) as by_persons
  from disagreements d join disagreements u on u.disagreement_id = d.disagreement_id and u.is_used = 1
  where d.disagreement_id glob 'arrivals_revised_*' and d.is_used = 0
)
select count(distinct disagreement_id) as years, max(100.0 * by_persons / used) as largest_pct,
  max(by_persons) as largest_persons from moved;

-- Which numbers may the words use? value as measured, text as printed: persons, percent, and the rest with a form each.
-- laid_out is materialized, or SQLite would write what follows it once for every step.
create view numbers_resettlement as
with recursive years (year) as (
  select 2002 union all select year + 1 from years where year < 2030
), stated (key, name, form) as (
  values ('commentary_korea', 'commentary_korea_persons', '%,d'), ('commentary_us', 'commentary_us_persons', '%,d'),
    ('commentary_uk', 'commentary_uk_persons', '%,d'), ('commentary_uk_us', 'commentary_uk_us_ratio', '%.1f'),
    ('uk_stock_window', 'uk_stock_window_years', '%,d'), ('us_expectation_share', 'us_expectation_share_pct', '%.1f%%'),
    ('arrivals_commentary_year', 'commentary_year', '%d'),
    ('uk_after_peak_first_year', 'after_uk_peak_first_year', '%d')
), laid_out (forms) as materialized (
  select json_object(
    '%,d', json_object(
      'arrivals_total', total, 'arrivals_latest', latest_persons, 'arrivals_total_commentary', total_then,
      'arrivals_since_commentary', since_then, 'arrivals_peak', peak_persons),
    '%.0f%%', json_object(
      'arrivals_women_share_commentary', women_then, 'arrivals_women_share_lowest', women_lowest,
      'arrivals_women_share_latest', women_latest),
    '%d', json_object(
      'arrivals_latest_year', latest_year, 'arrivals_peak_year', peak_year,
      'arrivals_women_lowest_year', women_lowest_year)) from resettlement_korea
  union all
  select json_object('%,d', json_object(
    'arrivals_residents', residents, 'arrivals_not_residents', entries - residents)) from resettlement_residents
  union all
  select json_object('%,d', json_object('arrivals_before_1990', before_1990, 'arrivals_before_2002', before_2002))
  from resettlement_before_2002
  union all
  select json_object('%,d', json_object(
    'arrivals_june_2018', june_2018, 'arrivals_august_2018', august_2018, 'us_august_2018', us_august_2018))
  from resettlement_summer_2018
  union all
  select json_object(
    '%,d', json_object('arrivals_largest_revision', largest_persons),
    '%.1f%%', json_object('arrivals_largest_revision_share', largest_pct)) from resettlement_revisions
  union all
  select json_object(
    '%,d', json_object('us_total', us_latest, 'us_total_commentary', us_then, 'us_after_peak', us_after_peak),
    '%d', json_object('us_total_year', us_latest_year)) from resettlement_admissions
  union all
  select json_object(
    '%,d', json_object(
      'uk_parliament', uk_parliament, 'uk_press_office', uk_press_office, 'uk_two_years', uk_two_years,
      'canada_low', canada_low, 'canada_2012', canada_peak, 'canada_2014', canada_after),
    '%.0f%%', json_object('uk_two_years_share', 100.0 * uk_two_years / nullif(uk_parliament, 0)))
  from resettlement_grants_told
  union all
  select json_object('%,d', json_object('canada_high', canada_unhcr)) from resettlement_protected_then
  union all
  select json_object('%,d', json_object('uk_after_peak', uk_after_peak, 'uk_after_peak_other', uk_after_peak_other))
  from resettlement_uk_after_peak
  union all
  select json_object(
    '%,d', json_object('europe_total_commentary', europe_then, 'uk_unhcr', uk_unhcr),
    '%.1f%%', json_object(
      'us_share_of_korea', 100.0 * us_then / nullif(total_then, 0),
      'europe_share_of_korea', 100.0 * europe_then / nullif(total_then, 0),
      'korea_share_of_all', 100.0 * total_then / nullif(total_then + us_then + all_then, 0),
      'us_share_since_2006', 100.0 * us_then / nullif(from_2006, 0)),
    '%.1f', json_object(
      'uk_us_ratio', 1.0 * uk_parliament / nullif(us_then, 0),
      'uk_press_us_ratio', 1.0 * uk_press_office / nullif(us_then, 0)))
  from resettlement_then, resettlement_europe_then
  union all
  select json_object(
    '%,d', json_object(
      'uk_stock_2016', stock_2016, 'uk_grants_2016', grants_2016, 'uk_stock_2018', stock_2018,
      'uk_grants_2018', grants_2018),
    '%.1f%%', json_object('uk_stock_deviation', deviation_pct)) from resettlement_uk_stock_fit
  union all
  select json_object('%.0f%%', json_object(
    'origin_north_hamgyong_share', north_hamgyong, 'origin_ryanggang_share', ryanggang,
    'origin_two_provinces_share', north_hamgyong + ryanggang,
    'origin_north_hamgyong_added_share', north_hamgyong_added, 'origin_ryanggang_added_share', ryanggang_added))
  from resettlement_border_provinces
  union all
  select json_object(
    '%.1f%%', json_object(
      'wage_pooled', wage_pooled, 'wage_men', wage_men, 'wage_women', wage_women,
      'suicide_share', suicide_share, 'suicide_share_general', suicide_share_general),
    '%.1f', json_object('suicide_rate', suicide_rate, 'suicide_rate_general', suicide_rate_general))
  from resettlement_outcomes
  union all
  select json_object(
    '%.0f%%', json_object('support_line_cut', 100.0 * (line_2013_bn - line_2024_bn) / nullif(line_2013_bn, 0)),
    '%d', json_object('grant_us_year', us_year),
    '%.0f', json_object('grant_korea_us_ratio', korea_dollars / nullif(us_dollars, 0)),
    '$%,d', json_object('grant_us_dollars', us_dollars),
    '%g million won', json_object('grant_korea', korea_won / 1000000.0),
    '%g', json_object(
      'grant_2013', grant_2013 / 1000000.0, 'grant_2024', grant_2024 / 1000000.0,
      'support_line_2013', line_2013_bn, 'support_line_2024', line_2024_bn)) from resettlement_support
  union all
  select json_object(
    '%,d', json_object('route_mongolia_2003', mongolia_2003_persons),
    '%.0f%%', json_object(
      'route_mongolia_2003_share', mongolia_2003, 'route_mongolia_waiting_share', mongolia_waiting,
      'route_thailand_waiting_share', thailand_waiting, 'route_thailand_2007_share', thailand_2007,
      'route_laos_thailand_2012_share', laos_thailand_2012)) from resettlement_routes
), named (key, value, form) as (
  select number.key, number.value, form.key from laid_out, json_each(forms) form, json_each(form.value) number
  union all
  select key, value, form from stated join parameters using (name)
  union all
  select number.key || year, number.value, case when number.key = 'arrivals_women_share_' then '%.0f%%' else '%,d' end
  from years left join arrivals_korea_yearly a using (year), json_each(json_object(
    'arrivals_', a.persons, 'arrivals_women_', a.female, 'arrivals_men_', a.male,
    'arrivals_women_share_', 100.0 * a.female / nullif(a.persons, 0))) number
)
select key, value, case when value is not null then printf(form, value) end as text from named;

-- Figures

-- How many arrived each year, by sex? Persons. Women stand at the foot of each column.
create view fig_resettlement_arrivals as
select year, 'women' as sex, female as persons,
  case when female is not null and persons > 0 then printf('%.0f%%', 100.0 * female / persons) end as share,
  1 as place from arrivals_korea_yearly
union all
select year, 'men', male, case when male is not null and persons > 0 then printf('%.0f%%', 100.0 * male / persons) end,
  2 from arrivals_korea_yearly
order by 1, 5;

-- What stands before the yearly series? One label, placed above the highest column.
create view fig_resettlement_arrivals_before as
select 2002 as year, 1.12 * (select max(persons) from arrivals_korea_yearly) as persons,
  printf('1953 to 2001: %,d people', persons) as label
from resettlement_blocks where persons is not null;

-- What share of the arrivals of each year were women? Percent; persons tells how many the share rests on.
create view fig_resettlement_women as
select year, 100.0 * female / nullif(persons, 0) as share_pct, persons,
  case when female is not null and persons > 0 then printf('%.0f%%', 100.0 * female / persons) end as share
  from arrivals_korea_yearly;

-- And in the spans that were published as one block? Percent. The first block, to 1989, lies before the axis.
create view fig_resettlement_women_blocks as
select period_from as year, period_to + 1 as year_to, 100.0 * female / nullif(persons, 0) as share_pct, persons,
  case when female is not null and persons > 0 then printf('%.0f%%', 100.0 * female / persons) end as share,
  printf('%d–%02d', period_from, period_to % 100) as label
from arrivals_korea_early where period_to >= 1990;

-- Which years of the share are named in the picture? The commentary's, the lowest of the sealed years, the latest.
-- label_at keeps the text off the line: above the dot, or below it in the lowest year.
create view fig_resettlement_women_named as
select y.year, 100.0 * y.female / nullif(y.persons, 0) + case when y.year = women_lowest_year then -9 else 8
  end as label_at,
  case when y.female is not null and y.persons > 0 then printf('%.0f%%', 100.0 * y.female / y.persons) end as label
from arrivals_korea_yearly y, resettlement_years, resettlement_korea
where y.year in (commentary_year, women_lowest_year, latest_year);

-- How many does each country count, to the latest date it told? Persons; protection is asylum and other protection in
-- UNHCR statistics.
create view resettlement_protected as
select case
    when country_code in ('GBR', 'CAN', 'DEU', 'RUS') then country
    when country_code in (select country_code from resettlement_europe) then 'Other European states'
    when country_code <> 'USA' then 'All other countries' end as country,
  sum(coalesce(recognized, 0) + coalesce(other_protection, 0)) as persons, sum(recognized) as recognized,
    sum(other_protection) as other_protection,
  sum(case when year between after_peak and commentary_year then coalesce(recognized, 0)
    + coalesce(other_protection, 0) end) as after_peak
from asylum_decisions_unhcr, resettlement_years
where country_code <> 'USA'
group by 1;

-- How far apart are the South and the others? Persons, on one scale; label as printed at the bar's end.
create view fig_resettlement_scale as
select 'South Korea' as place, total as persons,
  case when total is not null then printf('%,d entries', total) end as label, 'entries since 1953' as what
  from resettlement_korea
union all
select 'Europe', sum(persons), case when sum(persons) is not null then printf(
    '%,d protected, %,d of them in Britain', sum(persons), max(persons) filter (where country = 'United Kingdom')) end,
  'asylum or other protection granted since 2000'
from resettlement_protected where country in ('United Kingdom', 'Germany', 'Other European states')
union all
select country, persons, printf('%,d protected', persons), 'asylum or other protection granted since 2000'
  from resettlement_protected where country in ('Canada', 'Russia')
union all
select 'United States', us_latest,
  case when us_latest is not null then printf('%,d admitted', us_latest) end, 'refugees admitted since fiscal year 2006'
  from resettlement_admissions
order by 2 desc;

-- Does the British stock move with the grants of the last years? Persons.
create view fig_resettlement_uk_stock as
select year, stock, grants from resettlement_uk_stock order by year;

-- Where did they live before? One tile a province, the top row along the Chinese border. Percent of those profiled.
create view fig_resettlement_provinces as
with tiles (province, across, down) as (
  values ('North Pyongan', 1, 1), ('Jagang', 2, 1), ('Ryanggang', 3, 1), ('North Hamgyong', 4, 1),
    ('South Pyongan', 2, 2), ('South Hamgyong', 3, 2), ('Nampo', 1, 3), ('Pyongyang', 2, 3), ('Kangwon', 3, 3),
    ('South Hwanghae', 1, 4), ('North Hwanghae', 2, 4))
select across, down, province, replace(replace(province, 'North ', 'N '), 'South ', 'S ') as name, share_pct,
  case when share_pct is null then '?' when share_pct < 1 then '<1%' else printf('%.0f%%', share_pct) end as label,
    persons,
  case when added_share_pct is not null then printf('%.0f%%', added_share_pct) else 'not known' end as added
from tiles left join resettlement_provinces using (province)
order by down, across;

-- Tables

-- How many came in each year? Cells as ready text; the years before 2002 as they were published, in blocks.
create view tbl_resettlement_arrivals as
with periods as (
  select period_from as first_year, printf('%d–%d', period_from, period_to) as period, female, male, persons
    from arrivals_korea_early
  union all
  select year, printf('%d', year), female, male, persons from arrivals_korea_yearly
  union all
  select 9999, 'All', case when count(female) = count(*) then sum(female) end, case when count(male) = count(*)
    then sum(male) end, sum(persons) from (
    select female, male, persons from arrivals_korea_early union all select female, male, persons
      from arrivals_korea_yearly)
)
select period, case when female is not null then printf('%,d', female) end as women, case when male is not null
  then printf('%,d', male) end as men,
  case when persons is not null then printf('%,d', persons) end as persons,
  case when female is not null and persons > 0 then printf('%.0f%%', 100.0 * female / persons) end as women_share
from periods order by first_year;

-- What do the countries count, and how many refugees do UNHCR statistics show there? Cells as ready text.
create view tbl_resettlement_elsewhere as
with stocks as (
  select case
      when country_code in ('GBR', 'CAN', 'DEU', 'RUS', 'USA') then country
      when country_code in (select country_code from resettlement_europe) then 'Other European states'
      else 'All other countries' end as country,
    sum(refugees) filter (where year = 2018) as in_2018,
    sum(refugees) filter (where year = (select max(year) from refugee_stock_unhcr)) as latest
  from refugee_stock_unhcr group by 1
), counted as (
  select 1 as place_in_table, 'South Korea' as country, 'entries' as what, total as persons,
    (select sum(a.persons) from arrivals_korea_yearly a
      where a.year between after_peak and commentary_year) as after_peak
  from resettlement_korea, resettlement_years
  union all
  select 2, 'United States', 'admissions', us_latest, us_after_peak from resettlement_admissions
  union all
  select case country when 'United Kingdom' then 3 when 'Canada' then 4 when 'Germany' then 5 when 'Russia' then 6
    when 'Other European states' then 7 else 8 end,
    country, 'protection', persons, after_peak from resettlement_protected
)
select c.country as place, c.what, case when c.persons is not null then printf('%,d', c.persons) end as persons,
  case when c.after_peak is not null then printf('%,d', c.after_peak) end as after_peak,
  case when s.in_2018 is not null then printf('%,d', s.in_2018) end as stock_2018, case when s.latest is not null
    then printf('%,d', s.latest) end as stock_latest
from counted c left join stocks s using (country)
order by c.place_in_table;

-- Who published which number, and which do we use? One row a disagreement, cells as ready text.
-- The yearly tables of 2012 and 2020 differ in ten years; a claim tells by how much, so they are not listed.
create view tbl_resettlement_disagreements as
with sides as (
  select disagreement_id, period, measure, published, is_used, reason,
    printf(case when unit = 'persons' then '%,d' else '%g' end, value) || ' (' || who || ')' as side
  from disagreements
  where subject in ('arrivals_korea_yearly', 'arrivals_korea_quarterly', 'arrivals_korea_checkpoints',
    'admissions_us', 'admissions_us_checkpoints',
    'asylum_national', 'refugee_stock_unhcr', 'defectors_abroad')
    and disagreement_id not glob 'arrivals_revised_*'
), places as (
  select disagreement_id, measure, period, is_used, reason,
    group_concat(side, '; ') over (
      partition by disagreement_id order by is_used desc, published desc, side rows between unbounded preceding
        and unbounded following
    ) as all_sides,
    case when disagreement_id glob 'us_*' then 'United States' when disagreement_id glob 'uk_*' then 'United Kingdom'
      when disagreement_id glob 'canada_*' then 'Canada' when disagreement_id glob 'europe_*' then 'Europe'
      when disagreement_id glob 'unhcr_*' then 'The world' else 'South Korea' end as place
  from sides
)
select place, upper(substr(measure, 1, 1)) || substr(measure, 2) || ', ' || replace(period, '/', ' to ') as subject,
  min(all_sides) as published,
  case sum(is_used)
    when 0 then 'Neither. ' || min(reason)
    when 1 then 'The first. ' || max(reason) filter (where is_used = 1)
    else 'All are kept, each for what it counts' end as used
from places group by disagreement_id
order by case place when 'South Korea' then 1 when 'United States' then 2 when 'United Kingdom' then 3 when 'Canada'
  then 4 when 'Europe' then 5 else 6 end,
  min(period), min(measure);
