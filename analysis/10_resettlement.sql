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
)
select
  max(total) filter (where year = latest_year) as total, latest_year,
  max(persons) filter (where year = latest_year) as latest_persons,
  max(total) filter (where year = commentary_year) as total_then,
  max(total) filter (where year = commentary_year - 1) as total_before,
  case when count(*) filter (where year > commentary_year) = latest_year - commentary_year
    then sum(persons) filter (where year > commentary_year) end as since_then,
  peak_year, peak_persons,
  case when count(*) filter (where year between 2006 and commentary_year) = commentary_year - 2005
    then sum(persons) filter (where year between 2006 and commentary_year) end as from_2006
from latest cross join resettlement_years left join peak on true left join resettlement_running on true;

-- Which share of the arrivals were women, in the commentary's year, in the latest, and in the sealed year with the
-- fewest women for each man? One row. Persons, and shares in percent; the lowest is null where a sealed year is
-- missing.
create view resettlement_women as
with latest as (
  select max(year) as latest_year from arrivals_korea_yearly
), sealed as (
  select count(female) = covid_to - covid_from + 1 as is_whole
  from arrivals_korea_yearly, resettlement_years where year between covid_from and covid_to
), lowest as (
  select year, female, persons
  from arrivals_korea_yearly, resettlement_years
  where year between covid_from and covid_to and female is not null and persons > 0
    and (select is_whole from sealed)
  order by 1.0 * female / persons, year limit 1
)
select
  max(100.0 * y.female / nullif(y.persons, 0)) filter (where y.year = commentary_year) as women_then,
  100.0 * lowest.female / lowest.persons as women_lowest, lowest.year as women_lowest_year,
  lowest.female as women_lowest_count, lowest.persons as lowest_persons,
  max(100.0 * y.female / nullif(y.persons, 0)) filter (where y.year = latest_year) as women_latest
from latest cross join resettlement_years left join lowest on true left join arrivals_korea_yearly y on true;

-- In the sealed year with the fewest women for each man: how sure is their share, when so few people came? One row.
-- Percent: the interval of Wilson, in which the share lies 95 times in 100 if such years came again and again.
create view resettlement_sealed as
with counted as (
  select women_then, women_lowest, women_lowest_year, 1.0 * women_lowest_count / lowest_persons as share,
    lowest_persons as persons, 1.96 * 1.96 / lowest_persons as width
  from resettlement_women
)
select women_then, women_lowest, women_lowest_year,
  100.0 * (share + width / 2 - 1.96 * pow(share * (1 - share) / persons + width / persons / 4, 0.5)) / (1 + width)
    as women_low,
  100.0 * (share + width / 2 + 1.96 * pow(share * (1 - share) / persons + width / persons / 4, 0.5)) / (1 + width)
    as women_high
from counted;

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
  case when count(persons) filter (where year between 2006 and commentary_year - 1) = commentary_year - 2006
    then sum(persons) filter (where year between 2006 and commentary_year - 1) end as us_before,
  max(persons) filter (where year = 2008) as us_2008,
  case when count(persons) filter (where year between 2009 and commentary_year) = commentary_year - 2008
    then max(persons) filter (where year between 2009 and commentary_year) end as us_best_after,
  case when count(persons) filter (where year between 2006 and us_latest_year) = us_latest_year - 2005
    then sum(persons) filter (where year between 2006 and us_latest_year) end as us_latest,
  us_latest_year,
  case when count(persons) filter (where year between after_peak and commentary_year) = commentary_year - after_peak + 1
    then sum(persons) filter (where year between after_peak and commentary_year) end as us_after_peak
from known_to cross join resettlement_years left join admissions_us on basis = 'fiscal_year';

-- How many did Congress find admitted by the end of 2007, and how many cases had been opened, and come to an arrival,
-- by March 2010? One row. Persons.
create view resettlement_us_asked as
select (select persons from admissions_us_checkpoints where date = '2007-12-31') as us_to_2007,
  (select persons from admissions_us_checkpoints where date = '2010-03-31') as cases_arrived,
  (select max(persons) from asylum_national where country = 'United States' and measure = 'asylum applications'
    and basis like 'GAO%') as cases_opened;

-- What did national authorities tell of asylum grants? One row. Persons.
create view resettlement_grants_told as
select
  max(persons) filter (where country = 'United Kingdom' and basis = 'Home Office table to Parliament'
    and period_from = '1979') as uk_parliament,
  max(persons) filter (where country = 'United Kingdom' and basis = 'Home Office press office') as uk_press_office,
  max(period_from) filter (where country = 'United Kingdom' and basis = 'Home Office press office') as uk_press_from,
  max(period_to) filter (where country = 'United Kingdom' and basis = 'Home Office press office') as uk_press_to,
  max(persons) filter (where country = 'United Kingdom' and basis like 'UNHCR, counted by%') as uk_researcher,
  max(period_to) filter (where country = 'United Kingdom' and basis like 'UNHCR, counted by%') as uk_researcher_to,
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
select sum(recognized) filter (where country_code = 'CAN') as canada_unhcr
from asylum_decisions_unhcr, resettlement_years where year <= commentary_year;

-- And in the years in which the United States admitted them too? One row. Decisions that protect a person; an appeal
-- may count the same person again.
create view resettlement_same_years as
select sum(coalesce(recognized, 0) + coalesce(other_protection, 0)) as all_same,
  sum(case when country_code in (select country_code from resettlement_europe)
    then coalesce(recognized, 0) + coalesce(other_protection, 0) end) as europe_same
from asylum_decisions_unhcr, resettlement_years
where country_code <> 'USA' and year between 2006 and commentary_year;

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
select sum(protected) as europe_then, uk_unhcr,
  case when uk_unhcr is not null then 1 + count(*) filter (where recognized > uk_unhcr) end as uk_rank
from british left join states on true;

-- How many has Britain protected since its peak, in the same statistics? One row. Persons.
create view resettlement_uk_after_peak as
select sum(recognized) as uk_after_peak, sum(other_protection) as uk_after_peak_other
from asylum_decisions_unhcr, resettlement_years
where country_code = 'GBR' and year between after_peak and commentary_year;

-- What had each of them counted by the end of the commentary's year? One row. Persons.
-- Rule (the commentary's totals): a total for the South or the United States is right where it lies between the counts
-- at the ends of {commentary_year} and of the year before, the British one where it is one of the Home Office's two.
create view resettlement_then as
select total_then, total_before, from_2006, us_then, us_before, uk_parliament, uk_press_office, canada_low, all_same,
  europe_same
from resettlement_korea cross join resettlement_admissions cross join resettlement_grants_told
  cross join resettlement_same_years;

-- Over how many years might grants be added? One row a number of years, to the largest that the parameter may take.
create view resettlement_windows as
with recursive windows (years) as (
  select 2 union all select years + 1 from windows where years < 25
)
select years from windows;

-- Does the British refugee stock follow the grants of the last years? One row a year and number of years. Persons.
-- Grants are recognitions and other protection in UNHCR statistics.
create view resettlement_uk_windows as
with stocks as (
  select year, refugees from refugee_stock_unhcr where country_code = 'GBR' and refugees > 0
), decided as materialized (
  select year, coalesce(recognized, 0) + coalesce(other_protection, 0) as granted from asylum_decisions_unhcr
    where country_code = 'GBR'
)
select w.years, s.year, s.refugees as stock, coalesce(sum(d.granted), 0) as grants
from resettlement_windows w cross join stocks s
left join decided d on d.year between s.year - w.years + 1 and s.year
group by w.years, s.year;

-- And the grants of as many years as the parameter says? One row a year. Persons.
create view resettlement_uk_stock as
select year, stock, grants from resettlement_uk_windows, resettlement_years where years = stock_window;

-- How far is that stock from the grants, what would another number of years give at best, and what were stock and
-- grants before and after the fall? One row. Percent, years, persons.
create view resettlement_uk_stock_fit as
with fits as materialized (
  select years, 100.0 * sum(abs(stock - grants)) / nullif(sum(stock), 0) as deviation_pct
  from resettlement_uk_windows group by years
), others as (
  select years, deviation_pct from fits, resettlement_years where years <> stock_window
  order by deviation_pct, years limit 1
)
select (select deviation_pct from fits, resettlement_years where years = stock_window) as deviation_pct,
  (select years from others) as other_years, (select deviation_pct from others) as other_pct,
  max(stock) filter (where year = 2016) as stock_2016, max(stock) filter (where year = 2018) as stock_2018,
  max(grants) filter (where year = 2016) as grants_2016, max(grants) filter (where year = 2018) as grants_2018
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

-- Of the pupils who were not born in the South, how many were born in a third country, and how many of all who were
-- counted? One row a school year. Percent, persons.
create view resettlement_pupils as
select year, born_north, born_third_country, born_south,
  100.0 * born_third_country / nullif(born_north + born_third_country, 0) as share_pct,
  100.0 * born_third_country / nullif(pupils, 0) as printed_pct
from third_country_children;

-- And in the first and the latest year, in the last before those born in the South were counted, and at the most? One
-- row. Years, percent, persons.
create view resettlement_children as
with ends as (
  select min(year) as first_year, max(year) as latest_year, max(year) filter (where born_south is null) as before_year,
    max(born_third_country) as most
  from resettlement_pupils
)
select first_year, latest_year, before_year, most,
  max(share_pct) filter (where year = first_year) as share_first,
  max(share_pct) filter (where year = latest_year) as share_latest,
  max(share_pct) filter (where year = before_year) as share_before,
  max(printed_pct) filter (where year = latest_year) as printed_latest,
  max(printed_pct) filter (where year = before_year) as printed_before,
  max(born_third_country) filter (where year = latest_year) as latest,
  max(born_north) filter (where year = latest_year) as north_latest,
  min(year) filter (where born_third_country = most) as most_year
from ends left join resettlement_pupils on true;

-- What shares did surveys find to have been trafficked, and how sure are they? One row a survey. Percent: Wilson's
-- interval.
-- Rule (people who answered a survey): where a survey prints a percentage alone, the fewest people count who give it
-- when rounded to a tenth, and all who were asked where no number does.
create view resettlement_surveys as
with recursive sizes (n) as (
  select 1 union all select n + 1 from sizes where n < 1000
), answered as (
  select survey_id, asked, case unit when 'pct' then trafficked / 100 else 1.0 * trafficked / asked end as share,
    case unit when 'persons' then asked else coalesce((
      select min(n) from sizes where n <= asked
        and abs(100.0 * cast(n * trafficked / 100 + 0.5 as integer) / n - trafficked) < 0.05), asked) end as persons
  from trafficking_shares
), wide as (
  select survey_id, asked, share, persons, 1.96 * 1.96 / persons as width from answered
)
select survey_id, asked, persons, 100 * share as share_pct,
  100.0 * (share + width / 2 - 1.96 * pow(share * (1 - share) / persons + width / persons / 4, 0.5)) / (1 + width)
    as low_pct,
  100.0 * (share + width / 2 + 1.96 * pow(share * (1 - share) / persons + width / persons / 4, 0.5)) / (1 + width)
    as high_pct
from wide;

-- How far apart are the lowest and the highest of them? One row. Percent, surveys; null where one alone is left.
create view resettlement_trafficking as
select count(share_pct) as surveys, case when count(share_pct) > 1 then min(share_pct) end as lowest,
  case when count(share_pct) > 1 then max(share_pct) end as highest,
  case when count(share_pct) > 1 then min(high_pct) end as lowest_to,
  case when count(share_pct) > 1 then max(low_pct) end as highest_from
from resettlement_surveys;

-- And in the two provinces on the border from which most come? One row. Percent; added are persons, unmatched those by
-- whom the growth of the whole profile differs from the arrivals between its dates.
-- Rule (the latest by home): people are added to the profile when they are profiled, not when they arrive. So one
-- province leads the other for sure only by more people than do not match the arrivals.
create view resettlement_border_provinces as
select
  max(share_pct) filter (where province = 'North Hamgyong') as north_hamgyong,
  max(share_pct) filter (where province = 'Ryanggang') as ryanggang,
  max(added) filter (where province = 'North Hamgyong') as north_hamgyong_added,
  max(added) filter (where province = 'Ryanggang') as ryanggang_added,
  (select abs(max(base_persons) filter (where as_of = '2024-09') - max(base_persons) filter (where as_of = '2018-08')
      - (select max(persons) filter (where date = '2024-09-30') - max(persons) filter (where date = '2018-08-31')
        from arrivals_korea_checkpoints))
    from profile_korea where indicator = 'province of origin') as unmatched
from resettlement_provinces;

-- How do wages look against one denominator and another, and what did the ministry say of suicide? One row. Percent,
-- and deaths per 100,000 and year.
create view resettlement_outcomes as
select
  max(value) filter (where indicator = 'wage ratio to general population' and category = 'all'
    and as_of = '2023') as wage_pooled,
  max(value) filter (where indicator = 'wage ratio to general population' and category = 'all (NKDB panel)'
    and as_of = '2023') as wage_panel,
  max(base_persons) filter (where indicator = 'wage ratio to general population' and category = 'all (NKDB panel)'
    and as_of = '2023') as wage_panel_persons,
  max(male) filter (where indicator = 'wage ratio to general population' and category = 'same sex'
    and as_of = '2023') as wage_men,
  max(female) filter (where indicator = 'wage ratio to general population' and category = 'same sex'
    and as_of = '2023') as wage_women,
  max(value) filter (where indicator = 'suicide share of deaths' and category = 'defectors'
    and as_of = '2019') as suicide_share,
  max(value) filter (where indicator = 'suicide share of deaths' and category = 'general population'
    and as_of = '2019') as suicide_share_general,
  max(value) filter (where indicator = 'suicide rate' and category = 'defectors'
    and as_of = '2006/2020') as suicide_rate_ministry,
  max(value) filter (where indicator = 'suicide rate' and category = 'general population'
    and as_of = '2006/2020') as suicide_rate_general
from profile_korea
where indicator in ('wage ratio to general population', 'suicide share of deaths', 'suicide rate');

-- How many women and men had ever entered by the end of each year? Persons; null where a year or a sex is missing.
create view resettlement_entered_by_sex as
with early as (
  select case when count(male) = count(*) and max(blocks.persons) > 0 then sum(male) end as male,
    case when count(female) = count(*) and max(blocks.persons) > 0 then sum(female) end as female
  from arrivals_korea_early cross join resettlement_blocks blocks
)
select y.year,
  case when count(y.male) over so_far = y.year - 2001 then early.male + sum(y.male) over so_far end as male,
  case when count(y.female) over so_far = y.year - 2001 then early.female + sum(y.female) over so_far end as female
from arrivals_korea_yearly y cross join early
window so_far as (order by y.year);

-- How many took their lives in the years with a count, and how many would have, at the general rates of each sex?
-- One row a year. Persons. Whoever ever entered is counted as if still there, which makes the rate too low.
create view resettlement_suicides as
select e.year, counted.value as suicides, e.male + e.female as entered,
  (e.male * general.male + e.female * general.female) / 100000.0 as expected
from resettlement_entered_by_sex e
left join profile_korea counted on counted.indicator = 'suicides' and counted.category = 'defectors'
  and counted.as_of = cast(e.year as text)
left join profile_korea general on general.indicator = 'suicide rate' and general.category = 'general population'
  and general.as_of = cast(e.year as text)
where e.year between 2017 and 2022;

-- What rates do they come to, and how sure is the one of so few? One row. Per 100,000 and year; null unless each year
-- is known. low and high: the interval of Byar, in which the rate lies 95 times in 100.
create view resettlement_suicide_rate as
with summed as (
  select
    case when count(suicides) = 6 and count(entered) = 6 and count(expected) = 6 then sum(suicides) end as suicides,
    100000.0 / nullif(sum(entered), 0) as per_person, sum(expected) as expected
  from resettlement_suicides
)
select suicides, suicides * per_person as rate,
  case when suicides is not null then expected * per_person end as rate_general,
  case when suicides > 0
    then per_person * suicides * pow(1 - 1 / (9.0 * suicides) - 1.96 / (3 * pow(suicides, 0.5)), 3) end as low,
  per_person * (suicides + 1) * pow(1 - 1 / (9.0 * (suicides + 1)) + 1.96 / (3 * pow(suicides + 1, 0.5)), 3) as high
from summed;

-- How many of the elite came before and since 2012, and of how many arrivals? One row. Persons; null where a year is
-- missing. People whom the intelligence service protects apart, families included, as it decides. The earlier arrivals
-- leave out those up to 1998, though the count begins in July 1997: that makes the earlier share too high, if anything.
create view resettlement_elite as
with told as (
  select max(value) filter (where as_of = '1997-07/2011-12') as elite_before,
    max(value) filter (where as_of = '2012-01/2024-06') as elite_since
  from profile_korea where indicator = 'under separate protection of the intelligence service'
), block as (
  select max(persons) as persons from arrivals_korea_early where period_from = 1999 and period_to = 2001
), years as (
  select
    case when count(*) filter (where year <= 2011) = 10 then sum(persons) filter (where year <= 2011) end as before,
    case when count(*) filter (where year >= 2012) = 12 then sum(persons) filter (where year >= 2012) end as since
  from arrivals_korea_yearly where year between 2002 and 2023
), half as (
  select case when count(persons) = 2 then sum(persons) end as persons
  from arrivals_korea_quarterly where year = 2024 and quarter <= 2
)
select elite_before, elite_since, block.persons + years.before as arrived_before,
  years.since + half.persons as arrived_since,
  (select max(value) from profile_korea where indicator like 'elite (%' and as_of = '2023') as elite_2023,
  (select max(base_persons) from profile_korea where indicator like 'elite (%' and as_of = '2023') as arrived_2023,
  (select max(value) from profile_korea where indicator like 'workers, housewives%' and as_of = '2023') as workers_2023
from told cross join block cross join years cross join half;

-- How many live on livelihood benefit, and how much of the fall came by 2015? One row. Percent, and persons.
create view resettlement_benefit as
with told as (
  select
    max(value) filter (where category = 'defectors' and as_of = '2008') as first_share,
    max(value) filter (where category = 'defectors' and as_of = '2015') as middle_share,
    max(value) filter (where category = 'defectors' and as_of = '2017') as share_2017,
    max(value) filter (where category = 'defectors' and as_of = '2023') as last_share,
    max(value) filter (where category = 'general population' and as_of = '2017') as nation_2017
  from profile_korea where indicator = 'livelihood benefit receipt rate'
)
select first_share, middle_share, share_2017, last_share, nation_2017,
  100.0 * (first_share - middle_share) / nullif(first_share - last_share, 0) as early_part,
  first_share > last_share as has_fallen, recipients.value as recipients, recipients.base_persons as residents,
  100.0 * recipients.value / nullif(recipients.base_persons, 0) as recipients_share
from told left join profile_korea recipients on recipients.indicator = 'basic livelihood recipients'
  and recipients.as_of = '2025';

-- What did the foundation's surveys find on slights and on being satisfied, and how many newcomers did a study follow?
-- One row. Percent, and number asked.
create view resettlement_slights as
select
  max(value) filter (where indicator like 'discrimination%' and as_of = '2017') as slights_2017,
  max(base_persons) filter (where indicator like 'discrimination%' and as_of = '2017') as asked_2017,
  max(value) filter (where indicator like 'discrimination%' and as_of = '2022') as slights_2022,
  max(value) filter (where indicator like 'discrimination%' and as_of = '2025') as slights_2025,
  max(base_persons) filter (where indicator like 'discrimination%' and as_of = '2025') as asked_2025,
  max(value) filter (where indicator like 'satisfied%' and as_of = '2018') as satisfied_2018,
  max(value) filter (where indicator like 'satisfied%' and as_of = '2025') as satisfied_2025,
  max(value) filter (where indicator = 'asked again for four years') as followed
from profile_korea where category = 'Hana survey' or indicator = 'asked again for four years';

-- Between which shares do these lie, allowing for chance? One row a share. Percent: the interval of Wilson.
-- Families who come together and samples that are not drawn at random make the true one wider.
create view resettlement_chance as
with counted (name, share, persons) as (
  select 'elite before', 1.0 * elite_before / nullif(arrived_before, 0), arrived_before from resettlement_elite
  union all
  select 'elite since', 1.0 * elite_since / nullif(arrived_since, 0), arrived_since from resettlement_elite
  union all
  select 'slights 2017', slights_2017 / 100.0, asked_2017 from resettlement_slights
  union all
  select 'slights 2025', slights_2025 / 100.0, asked_2025 from resettlement_slights
), wide as (
  select name, share, persons, 1.96 * 1.96 / nullif(persons, 0) as width from counted
)
select name, 100.0 * share as share,
  100.0 * (share + width / 2 - 1.96 * pow(share * (1 - share) / persons + width / persons / 4, 0.5)) / (1 + width)
    as low,
  100.0 * (share + width / 2 + 1.96 * pow(share * (1 - share) / persons + width / persons / 4, 0.5)) / (1 + width)
    as high
from wide;

-- The same in one row, the elite per thousand arrivals.
create view resettlement_chances as
select
  10 * max(share) filter (where name = 'elite before') as before_rate,
  10 * max(high) filter (where name = 'elite before') as before_high,
  10 * max(share) filter (where name = 'elite since') as since_rate,
  10 * max(low) filter (where name = 'elite since') as since_low,
  max(low) filter (where name = 'slights 2017') as low_2017,
  max(high) filter (where name = 'slights 2017') as high_2017,
  max(low) filter (where name = 'slights 2025') as low_2025, max(high) filter (where name = 'slights 2025') as high_2025
from resettlement_chance;

-- What is a newcomer given in each country, cash beside cash and housing beside housing? One row. Dollars and won.
-- Both sums of cash stand in one report, in dollars. The American stipend runs for eight months, as its name says.
create view resettlement_support as
with stipend as materialized (
  select year, 8 * amount_low as dollars_low, 8 * amount_high as dollars_high from settlement_grants
    where country = 'United States' and grant_name = 'monthly stipend, eight months' order by year desc limit 1
), housing as (
  select amount_high as won from settlement_grants where country = 'South Korea' and grant_name = 'housing grant'
    and stage = 'in force' and year <= (select year from stipend) order by year desc limit 1
), placement as (
  select amount_high as dollars from settlement_grants where country = 'United States'
    and grant_name = 'reception and placement grant' and year <= (select year from stipend) order by year desc limit 1
)
select stipend.year as us_year, stipend.dollars_low as us_dollars_low, stipend.dollars_high as us_dollars,
  (select amount_high from settlement_grants where country = 'South Korea' and currency = 'USD'
    and year = stipend.year) as korea_dollars,
  (select won from housing) as housing_won, (select dollars from placement) as placement_dollars
from (select 1) left join stipend on true;

-- What became of the ministry's line for defectors, as the government proposed it, and of a newcomer's basic grant?
-- One row. Billion won, won, and the arrivals of the two years in persons.
create view resettlement_line as
with line as (
  select fiscal_year as year, budget_bn_won as bn from budget_korea
    where item = 'defector_support_total' and stage = 'proposal'
), grants as (
  select year, amount_high as won from settlement_grants where country = 'South Korea'
    and grant_name = 'basic settlement grant' and stage = 'in force'
)
select
  (select bn from line where year = 2017) as line_2017_bn, (select bn from line where year = 2024) as line_2024_bn,
  (select won from grants where year <= 2017 order by year desc limit 1) as grant_2017,
  (select won from grants where year <= 2024 order by year desc limit 1) as grant_2024,
  (select persons from arrivals_korea_yearly where year = 2017) as arrivals_2017,
  (select persons from arrivals_korea_yearly where year = 2024) as arrivals_2024;

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
  12 * (select persons from routes where place = 'Mongolia' and measure = 'academic estimate'
    and period_from = '2006' and unit = 'persons_a_month') as mongolia_estimate,
  (select persons from arrivals_korea_yearly where year = 2006) as arrivals_2006,
  (select value_low from repatriation_estimates where category = 'route_share' and year_from = 2012
    and unit = 'pct') as laos_thailand_2012
from waiting;

-- And of those who came in 2000 and 2001? One row. Persons, and percent of the South's arrivals. An official's number
-- is of a year that may be either: entries_low and entries_high set it beside both. first_years: those who went on to
-- the South, where such a count is known.
create view resettlement_routes_early as
with arrived as (
  select year, persons from arrivals_korea_1999_2001 where year in (2000, 2001) and persons > 0
), ends as (
  select min(persons) as least, max(persons) as most from arrived having count(*) = 2
), told as (
  select r.measure, r.persons, r.persons_low, a.persons as arrived
  from routes r left join arrived a on a.year = cast(r.period_from as integer)
  where r.place = 'Mongolia' and r.period_from in ('2000', '2001')
)
select max(persons) filter (where measure like 'illegal entries%') as entries,
  max(persons_low) filter (where measure like '%caught entering') as caught,
  max(100.0 * persons / most) filter (where measure like 'illegal entries%') as entries_low,
  max(100.0 * persons / least) filter (where measure like 'illegal entries%') as entries_high,
  max(100.0 * persons_low / arrived) filter (where measure like '%caught entering') as caught_share,
  max(100.0 * persons / arrived) filter (where measure = 'went on to the ROK') as first_years
from (select 1) left join told on true left join ends on true;

-- Which is the highest of Mongolia's shares? One row. Percent; null where none is known. counted: the highest of those
-- of all who went on or waited, null where one of them is not known.
-- Rule (Mongolia as the main way): the commentary says that at first most left through Mongolia. One count above half
-- bears it out. None above half refutes it only where all who went on are counted for 2000 or 2001 too; those caught,
-- or known to an official, are the least that can have come.
create view resettlement_mongolia as
select max(j.value) as highest, max(first_years, mongolia_2003, mongolia_waiting) as counted
from resettlement_routes cross join resettlement_routes_early, json_each(json_array(
  mongolia_2003, mongolia_waiting, entries_low, caught_share, first_years)) j;

-- How far did the ministry's later tables move its yearly arrivals, and how far apart are two neighboring years of that
-- time at the least? One row. Percent of the value used, and persons.
create view resettlement_revisions as
with moved as (
  select d.disagreement_id, u.value as used, abs(d.value - u.value) as by_persons
  from disagreements d join disagreements u on u.disagreement_id = d.disagreement_id and u.is_used = 1
  where d.disagreement_id glob 'arrivals_revised_*' and d.is_used = 0
), steps as (
  select abs(persons - lag(persons) over (order by year)) as step from arrivals_korea_yearly
    where year between 2002 and 2011
)
select count(distinct disagreement_id) as years, max(100.0 * by_persons / used) as largest_pct,
  max(by_persons) as largest_persons,
  (select case when count(step) = 9 then min(step) end from steps) as smallest_step from moved;

-- Which numbers may the words use? value as measured, text as printed: persons, percent, and the rest with a form each.
-- laid_out is materialized, or SQLite would write what follows it once for every step.
create view numbers_resettlement as
with recursive years (year) as (
  select 2002 union all select year + 1 from years where year < 2030
), stated (key, name, form) as (
  values ('commentary_korea', 'commentary_korea_persons', '%,d'), ('commentary_us', 'commentary_us_persons', '%,d'),
    ('commentary_uk', 'commentary_uk_persons', '%,d'), ('commentary_uk_us', 'commentary_uk_us_ratio', '%.1f'),
    ('uk_stock_window', 'uk_stock_window_years', '%,d'),
    ('arrivals_commentary_year', 'commentary_year', '%d'),
    ('uk_after_peak_first_year', 'after_uk_peak_first_year', '%d')
), laid_out (forms) as materialized (
  select json_object(
    '%,d', json_object(
      'arrivals_total', total, 'arrivals_latest', latest_persons, 'arrivals_total_commentary', total_then,
      'arrivals_total_year_before', total_before, 'arrivals_from_2006', from_2006,
      'arrivals_since_commentary', since_then, 'arrivals_peak', peak_persons),
    '%d', json_object(
      'arrivals_latest_year', latest_year, 'arrivals_peak_year', peak_year)) from resettlement_korea
  union all
  select json_object(
    '%,d', json_object('arrivals_women_lowest', women_lowest_count, 'arrivals_lowest', lowest_persons),
    '%.0f%%', json_object(
      'arrivals_women_share_commentary', women_then, 'arrivals_women_share_lowest', women_lowest,
      'arrivals_women_share_latest', women_latest),
    '%d', json_object('arrivals_women_lowest_year', women_lowest_year)) from resettlement_women
  union all
  select json_object('%.0f%%', json_object(
    'arrivals_women_share_low', women_low, 'arrivals_women_share_high', women_high))
  from resettlement_sealed
  union all
  select json_object('%,d', json_object(
    'us_to_2007', us_to_2007, 'us_cases_arrived', cases_arrived, 'us_cases_opened', cases_opened))
  from resettlement_us_asked
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
    '%,d', json_object('arrivals_largest_revision', largest_persons, 'arrivals_smallest_step', smallest_step),
    '%.1f%%', json_object('arrivals_largest_revision_share', largest_pct)) from resettlement_revisions
  union all
  select json_object(
    '%,d', json_object(
      'us_total', us_latest, 'us_total_commentary', us_then, 'us_total_year_before', us_before,
      'us_after_peak', us_after_peak, 'us_fiscal_2008', us_2008, 'us_best_after_2008', us_best_after),
    '%d', json_object('us_total_year', us_latest_year)) from resettlement_admissions
  union all
  select json_object(
    '%,d', json_object(
      'uk_parliament', uk_parliament, 'uk_press_office', uk_press_office, 'uk_researcher', uk_researcher,
      'uk_two_years', uk_two_years,
      'canada_low', canada_low, 'canada_2012', canada_peak, 'canada_2014', canada_after),
    '%d', json_object(
      'uk_press_from', cast(uk_press_from as integer), 'uk_press_to', cast(uk_press_to as integer),
      'uk_researcher_to', cast(uk_researcher_to as integer)),
    '%.0f%%', json_object('uk_two_years_share', 100.0 * uk_two_years / nullif(uk_parliament, 0)))
  from resettlement_grants_told
  union all
  select json_object('%,d', json_object('canada_high', canada_unhcr)) from resettlement_protected_then
  union all
  select json_object('%,d', json_object('uk_after_peak', uk_after_peak, 'uk_after_peak_other', uk_after_peak_other))
  from resettlement_uk_after_peak
  union all
  select json_object(
    '%,d', json_object(
      'europe_total_commentary', europe_then, 'europe_same_years', europe_same, 'uk_unhcr', uk_unhcr,
      'uk_rank', uk_rank),
    '%.1f%%', json_object(
      'us_share_of_korea', 100.0 * us_then / nullif(from_2006, 0),
      'europe_share_of_korea', 100.0 * europe_same / nullif(from_2006, 0),
      'korea_share_of_all', 100.0 * from_2006 / nullif(from_2006 + us_then + all_same, 0)),
    '%.0f', json_object(
      'us_per_thousand', 1000.0 * us_then / nullif(from_2006, 0),
      'europe_per_thousand', 1000.0 * europe_same / nullif(from_2006, 0)),
    '%.1f', json_object(
      'uk_us_ratio', 1.0 * uk_parliament / nullif(us_then, 0),
      'uk_press_us_ratio', 1.0 * uk_press_office / nullif(us_then, 0)))
  from resettlement_then, resettlement_europe_then
  union all
  select json_object(
    '%,d', json_object(
      'uk_stock_2016', stock_2016, 'uk_grants_2016', grants_2016, 'uk_stock_2018', stock_2018,
      'uk_grants_2018', grants_2018),
    '%d', json_object('uk_stock_other_window', other_years),
    '%.1f%%', json_object('uk_stock_deviation', deviation_pct, 'uk_stock_other_deviation', other_pct))
  from resettlement_uk_stock_fit
  union all
  select json_object(
    '%.0f%%', json_object(
      'origin_north_hamgyong_share', north_hamgyong, 'origin_ryanggang_share', ryanggang,
      'origin_two_provinces_share', north_hamgyong + ryanggang),
    '%,d', json_object(
      'origin_north_hamgyong_added', north_hamgyong_added, 'origin_ryanggang_added', ryanggang_added,
      'origin_unmatched', unmatched))
  from resettlement_border_provinces
  union all
  select json_object(
    '%.1f%%', json_object(
      'wage_pooled', wage_pooled, 'wage_men', wage_men, 'wage_women', wage_women, 'wage_panel', wage_panel,
      'suicide_share', suicide_share, 'suicide_share_general', suicide_share_general),
    '%,d', json_object('wage_panel_persons', wage_panel_persons),
    '%.1f', json_object('suicide_rate_ministry', suicide_rate_ministry, 'suicide_rate_general', suicide_rate_general))
  from resettlement_outcomes
  union all
  select json_object(
    '%,d', json_object('suicides', suicides),
    '%.1f', json_object(
      'suicide_rate', rate, 'suicide_rate_same_sexes', rate_general, 'suicide_rate_low', low,
      'suicide_rate_high', high))
  from resettlement_suicide_rate
  union all
  select json_object(
    '%d', json_object(
      'elite_before', elite_before, 'elite_since', elite_since, 'elite_2023', elite_2023,
      'elite_arrivals_2023', arrived_2023),
    '%,d', json_object('elite_arrivals_before', arrived_before, 'elite_arrivals_since', arrived_since),
    '%.0f%%', json_object('elite_workers_2023', workers_2023)) from resettlement_elite
  union all
  select json_object(
    '%.1f', json_object('elite_rate_before', before_rate, 'elite_rate_since', since_rate),
    '%.0f%%', json_object(
      'slights_2017_low', low_2017, 'slights_2017_high', high_2017, 'slights_2025_low', low_2025,
      'slights_2025_high', high_2025))
  from resettlement_chances
  union all
  select json_object(
    '%.0f%%', json_object(
      'benefit_first', first_share, 'benefit_middle', middle_share, 'benefit_last', last_share,
      'benefit_recipients_share', recipients_share),
    '%.1f%%', json_object('benefit_2017', share_2017, 'benefit_nation_2017', nation_2017),
    '%,d', json_object('benefit_recipients', recipients, 'benefit_residents', residents)) from resettlement_benefit
  union all
  select json_object(
    '%.0f%%', json_object(
      'slights_2017', slights_2017, 'slights_2022', slights_2022, 'slights_2025', slights_2025,
      'satisfied_2018', satisfied_2018, 'satisfied_2025', satisfied_2025),
    '%,d', json_object(
      'slights_asked_2017', asked_2017, 'slights_asked_2025', asked_2025, 'slights_followed', followed))
  from resettlement_slights
  union all
  select json_object(
    '%d', json_object('grant_us_year', us_year),
    '%.1f', json_object(
      'grant_cash_ratio_low', 1.0 * korea_dollars / nullif(us_dollars, 0),
      'grant_cash_ratio_high', 1.0 * korea_dollars / nullif(us_dollars_low, 0)),
    '$%,d', json_object(
      'grant_korea_dollars', korea_dollars, 'grant_us_dollars_low', us_dollars_low, 'grant_us_dollars', us_dollars,
      'placement_us_dollars', placement_dollars),
    '%g million won', json_object('housing_korea', housing_won / 1000000.0)) from resettlement_support
  union all
  select json_object(
    '%,d', json_object('line_arrivals_2017', arrivals_2017, 'line_arrivals_2024', arrivals_2024),
    '%g', json_object(
      'grant_2017', grant_2017 / 1000000.0, 'grant_2024', grant_2024 / 1000000.0,
      'support_line_2017', line_2017_bn, 'support_line_2024', line_2024_bn)) from resettlement_line
  union all
  select json_object(
    '%,d', json_object(
      'route_mongolia_2003', mongolia_2003_persons, 'route_mongolia_estimate', mongolia_estimate,
      'route_arrivals_2006', arrivals_2006),
    '%.0f%%', json_object(
      'route_mongolia_2003_share', mongolia_2003, 'route_mongolia_waiting_share', mongolia_waiting,
      'route_thailand_waiting_share', thailand_waiting, 'route_thailand_2007_share', thailand_2007,
      'route_laos_thailand_2012_share', laos_thailand_2012)) from resettlement_routes
  union all
  select json_object(
    '%,d', json_object('route_mongolia_entries', entries, 'route_mongolia_caught', caught),
    '%.0f%%', json_object(
      'route_mongolia_early_low', coalesce(min(entries_low, caught_share), entries_low, caught_share),
      'route_mongolia_early_high', coalesce(max(entries_high, caught_share), entries_high, caught_share),
      'route_mongolia_first_years', first_years)) from resettlement_routes_early
  union all
  select json_object('%.0f%%', json_object('route_mongolia_highest', highest)) from resettlement_mongolia
  union all
  select json_object(
    '%d', json_object(
      'children_first_year', first_year, 'children_latest_year', latest_year, 'children_before_year', before_year,
      'children_most_year', most_year),
    '%,d', json_object('children_latest', latest, 'children_north_latest', north_latest, 'children_most', most),
    '%.0f%%', json_object(
      'children_share_first', share_first, 'children_share_latest', share_latest, 'children_share_before', share_before,
      'children_printed_latest', printed_latest, 'children_printed_before', printed_before)) from resettlement_children
  union all
  select json_object(
    '%d', json_object('trafficking_surveys', surveys),
    '%.0f%%', json_object(
      'trafficking_lowest', lowest, 'trafficking_highest', highest, 'trafficking_lowest_to', lowest_to,
      'trafficking_highest_from', highest_from)) from resettlement_trafficking
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

-- Which years are named above their columns? The highest, the commentary's and the latest. Persons.
create view fig_resettlement_arrivals_named as
select year, persons, printf('%,d', persons) as label
from arrivals_korea_yearly, resettlement_years, resettlement_korea
where persons is not null and year in (peak_year, commentary_year, latest_year);

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
from arrivals_korea_yearly y, resettlement_years, resettlement_korea, resettlement_women
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
  case when added_share_pct is not null then printf('%.0f%%', added_share_pct) else 'not known' end
    as share_of_growth_since_2018
from tiles left join resettlement_provinces using (province)
order by down, across;

-- Where were the pupils born? One row a year and place. Persons; share is of those not born in the South.
create view fig_resettlement_pupils as
with parts as (
  select year, 'a third country' as born, born_third_country as persons, 1 as place, share_pct from resettlement_pupils
  union all
  select year, 'the North', born_north, 2, share_pct from resettlement_pupils
  union all
  select year, 'the South', born_south, 3, null from resettlement_pupils where born_south is not null
)
select year, born, persons, place,
  case when place = 1 and share_pct is not null then printf('%.0f%%', share_pct)
    when place = 2 and share_pct is not null then printf('%.0f%%', 100 - share_pct)
    else 'not in the shares' end as share
from parts order by year, place;

-- How many are counted at each place on the way? The newest whole year of each count; no count where no row has one.
-- x and y: where the name stands on the sheet; on_way: 1 where a count stands beside a way and bears no name.
-- Unit: persons, as words.
create view fig_resettlement_routes_places as
with newest as (
  select place, measure, cast(period_from as integer) as year, persons,
    row_number() over (partition by place, measure order by period_from desc) as age
  from routes where persons is not null and length(period_from) = 4 and period_from = period_to and unit = 'persons'
    and measure in ('illegal entries recorded by Thai police', 'arrivals, Thai immigration bureau',
      'went on to the ROK', 'airlift of 27-28 July')),
counted (place, words) as (
  select place, case place when 'Vietnam' then printf('%,d flown', persons) || char(10) || printf('out in %d', year)
    when 'Mongolia' then printf('about %,d went on, %d', persons, year)
    else group_concat(printf('%,d in %d', persons, year), char(10)) over (
      partition by place order by year rows between unbounded preceding and unbounded following) end
  from newest where age = 1
  union all
  select 'China', printf('%,d in consulates,', persons) || char(10) || 'November 2006' from routes
  where place = 'ROK consulates in China' and period_from = '2006-11' and persons is not null
  union all
  select 'waiting in Thailand', printf('%,d waited to go on,', persons) || char(10) || 'November 2006' from routes
  where place = 'Thailand' and measure = 'waiting for entry to the ROK' and period_from = '2006-11' and persons > 0
  union all
  select 'Russia', printf('%,d permits, %s–%s', low, period_from, period_to) from north_koreans_in_russia
  where measure = 'got temporary asylum' and low is not null
  union all
  select 'military line', printf('%,d over the', line_persons) || char(10) || 'line since' || char(10)
    || line_first_year from china_line where line_persons is not null
  union all
  select 'South Korea', printf('%,d', total) || char(10) || printf('arrivals to %d', latest_year)
  from resettlement_korea where total is not null),
places (place, x, y) as (
  values ('North Korea', 74, 67), ('China', 33, 65), ('Russia', 79, 93), ('Mongolia', 24, 92), ('Myanmar', 11, 40),
    ('Laos', 33, 40), ('Vietnam', 54, 40), ('Thailand', 26, 15), ('South Korea', 80, 33), ('military line', 76, 55),
    ('waiting in Thailand', 52, 10))
select p.place, p.x, p.y, p.place in ('military line', 'waiting in Thailand') as on_way,
  coalesce((select max(c.words) from counted c where c.place = p.place),
    case when p.place in ('North Korea', 'waiting in Thailand') then '' else 'no count' end) as counted
from places p;

-- Which ways lead out? A diagram, not to scale: x and y are places on a sheet of 100 by 100, no coordinates. Beside
-- each way the count at its end, or on it; persons, as words. The way on to the South is drawn where people waited for
-- it.
create view fig_resettlement_routes as
with legs (place, reached, way, x, y, x_end, y_end) as (
  values ('North Korea', 'China', 'out', 61, 65, 50, 65), ('North Korea', 'Russia', 'out', 75, 72, 78, 83),
    ('North Korea', 'South Korea', 'out', 74, 60, 74, 37), ('China', 'Mongolia', 'out', 30, 70, 26, 81),
    ('China', 'Myanmar', 'out', 25, 53, 14, 44), ('China', 'Laos', 'out', 33, 52, 33, 44),
    ('China', 'Vietnam', 'out', 41, 53, 51, 44), ('Myanmar', 'Thailand', 'out', 14, 31, 22, 19),
    ('Laos', 'Thailand', 'out', 32, 31, 29, 19), ('Thailand', 'South Korea', 'on', 40, 10, 75, 20))
select l.place, l.reached, l.way, p.counted, l.x, l.y, l.x_end, l.y_end
from legs l join fig_resettlement_routes_places p on p.place = case l.place || ' to ' || l.reached
  when 'North Korea to South Korea' then 'military line' when 'Thailand to South Korea' then 'waiting in Thailand'
  else l.reached end
where l.way = 'out' or p.counted <> '';

-- And which school years between the first and the last have no count by place of birth? They keep their place.
create view fig_resettlement_pupils_missing as
with recursive ends as (
  select min(year) as first_year, max(year) as last_year from resettlement_pupils
), years (year) as (
  select first_year from ends where first_year is not null
  union all
  select year + 1 from years, ends where year < last_year
)
select year, 0 as persons, '–' as label from years where year not in (select year from resettlement_pupils)
order by year;

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
