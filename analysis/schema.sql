-- What valid data are. One STRICT table per file in data/, same name, same columns, same order.
-- An empty cell in a file is NULL here and means a hole, never zero.
-- The text runs unchanged in apsw and in sql.js; load the sources first, with foreign keys on:
-- every row then names its sources, and a row that names an unknown one is refused.
-- Constraint names are written to be read in a refusal. Every table but the first three also has source_id,
-- confidence and
-- note, the rule that two sources are named, and the trigger that fills row_sources: brief/tables/schema.py writes
-- these.

pragma foreign_keys = on;

-- sources: one public document or data set that rows rest on.
create table sources (
  source_id text not null primary key
    constraint source_id_is_lower_case check (source_id not glob '*[^a-z0-9_]*' and length(source_id) between 1 and 40),
  kind text not null constraint kind_is_known
    check (kind in ('official', 'agency or paper', 'NGO or academic', 'copy')),
  publisher text not null constraint publisher_not_too_long check (length(publisher) between 1 and 160),
  title text not null constraint title_not_too_long check (length(title) between 1 and 250),
  url text constraint url_is_a_web_address check (url glob 'http://*' or url glob 'https://*')
    constraint url_not_too_long check (length(url) <= 500),
  read_at text constraint read_at_is_a_web_address check (read_at glob 'http://*' or read_at glob 'https://*')
    constraint read_at_not_too_long check (length(read_at) <= 500),
  date text not null constraint date_is_iso_or_unknown check (
    date = 'n.d.'
    or date glob '[12][0-9][0-9][0-9]'
    or (length(date) = 7 and date(date || '-01') is date || '-01')
    or (length(date) = 10 and date(date) is date)),
  what_it_says text not null
    constraint what_it_says_not_too_long check (length(what_it_says) between 1 and 300)
) strict;

-- row_sources: which row rests on which source. Filled by triggers, never by hand.
-- row_key is the primary key of the row, its parts joined by a bar; where a free text has a bar or a backslash in it,
-- a backslash stands before that one, so that no two rows share a key. database.row_key and the page write the same.
create table row_sources (
  table_name text not null,
  row_key text not null,
  source_id text not null references sources (source_id),
  primary key (table_name, row_key, source_id)
) strict;

-- parameters: the choices a reader may change (years, windows, thresholds).
create table parameters (
  name text not null primary key
    constraint name_is_lower_case check (name not glob '*[^a-z0-9_]*' and length(name) between 1 and 60),
  value real not null constraint value_in_range check (value between -1000000000 and 1000000000),
  kind text not null constraint kind_is_known check (kind in ('integer', 'number')),
  min real not null constraint min_in_range check (min between -1000000000 and 1000000000),
  max real not null constraint max_in_range check (max between -1000000000 and 1000000000),
  unit text not null constraint unit_not_too_long check (length(unit) between 1 and 30),
  meaning text not null constraint meaning_not_too_long check (length(meaning) between 1 and 300),
  constraint value_within_min_and_max check (value between min and max),
  constraint value_is_whole_where_it_must_be check (kind = 'number' or value = cast(value as integer))
) strict;

-- arrivals_korea_yearly: People from the North who entered South Korea in a calendar year, one a row. Unit: persons.
create table arrivals_korea_yearly (
  year integer not null constraint year_in_range check (year between 2002 and 2100),
  male integer
    constraint male_not_negative check (male >= 0)
    constraint male_not_too_large check (male <= 100000000),
  female integer
    constraint female_not_negative check (female >= 0)
    constraint female_not_too_large check (female <= 100000000),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  constraint women_and_men_add_up check (male is null or female is null or persons is null or male + female = persons),
  constraint women_and_men_not_above_total check (persons is null or coalesce(male, 0)
    + coalesce(female, 0) <= persons),
  primary key (year)
) strict;

-- arrivals_korea_early: People from the North who entered South Korea in a span of years, one a row. Unit: persons.
create table arrivals_korea_early (
  period_from integer not null constraint period_from_in_range check (period_from between 1945 and 2100),
  period_to integer not null constraint period_to_in_range check (period_to between 1945 and 2100),
  male integer not null
    constraint male_not_negative check (male >= 0)
    constraint male_not_too_large check (male <= 100000000),
  female integer not null
    constraint female_not_negative check (female >= 0)
    constraint female_not_too_large check (female <= 100000000),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  constraint women_and_men_add_up check (male is null or female is null or persons is null or male + female = persons),
  constraint period_from_not_above_period_to check (period_from <= period_to),
  primary key (period_from, period_to)
) strict;

-- arrivals_korea_1999_2001: Arrivals of one calendar year inside the block 1999-2001 of arrivals_korea_early, one a
-- row. Unit: persons.
create table arrivals_korea_1999_2001 (
  year integer not null constraint year_in_range check (year between 1999 and 2001),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (year)
) strict;

-- arrivals_korea_quarterly: Arrivals in one quarter of a year, one a row. Unit: persons.
create table arrivals_korea_quarterly (
  year integer not null constraint year_in_range check (year between 1945 and 2100),
  quarter integer not null constraint quarter_in_range check (quarter between 1 and 4),
  male integer
    constraint male_not_negative check (male >= 0)
    constraint male_not_too_large check (male <= 100000000),
  female integer
    constraint female_not_negative check (female >= 0)
    constraint female_not_too_large check (female <= 100000000),
  persons integer
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  constraint women_and_men_add_up check (male is null or female is null or persons is null or male + female = persons),
  constraint women_and_men_not_above_total check (persons is null or coalesce(male, 0)
    + coalesce(female, 0) <= persons),
  primary key (year, quarter)
) strict;

-- arrivals_korea_checkpoints: All arrivals since 1953 as published at a date, one a row. Unit: persons.
create table arrivals_korea_checkpoints (
  date text not null
    constraint date_is_an_iso_date check ((length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  male integer
    constraint male_not_negative check (male >= 0)
    constraint male_not_too_large check (male <= 100000000),
  female integer
    constraint female_not_negative check (female >= 0)
    constraint female_not_too_large check (female <= 100000000),
  persons integer
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  year_to_date_persons integer
    constraint year_to_date_persons_not_negative check (year_to_date_persons >= 0)
    constraint year_to_date_persons_not_too_large check (year_to_date_persons <= 100000000),
  is_provisional integer not null constraint is_provisional_is_yes_or_no check (is_provisional in (0, 1)),
  constraint women_and_men_add_up check (male is null or female is null or persons is null or male + female = persons),
  constraint women_and_men_not_above_total check (persons is null or coalesce(male, 0)
    + coalesce(female, 0) <= persons),
  primary key (date)
) strict;

-- admissions_us: Admissions in one fiscal or calendar year, one a row. Unit: persons.
create table admissions_us (
  basis text not null constraint basis_is_known check (basis in ('fiscal_year', 'calendar_year')),
  year integer not null constraint year_in_range check (year between 2004 and 2100),
  persons integer
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  persons_low integer
    constraint persons_low_not_negative check (persons_low >= 0)
    constraint persons_low_not_too_large check (persons_low <= 100000000),
  persons_high integer
    constraint persons_high_not_negative check (persons_high >= 0)
    constraint persons_high_not_too_large check (persons_high <= 100000000),
  constraint persons_low_not_above_persons_high check (persons_low <= persons_high),
  constraint number_or_range_not_both check (persons is null or (persons_low is null and persons_high is null)),
  primary key (basis, year)
) strict;

-- admissions_us_checkpoints: All persons admitted since 2006 as reported for a date, one a row. Unit: persons.
create table admissions_us_checkpoints (
  date text not null
    constraint date_is_an_iso_date check ((length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (date)
) strict;

-- admissions_us_by_state: All arrivals 2006 to 18 November 2015 whose first destination was a state, one a row. Unit:
-- states, persons.
create table admissions_us_by_state (
  state text not null constraint state_not_too_long check (length(state) between 1 and 60),
  states integer not null constraint states_in_range check (states between 1 and 60),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (state)
) strict;

-- asylum_national: One published count or rate for a country and a period, one a row. Unit: persons, percent.
create table asylum_national (
  country text not null constraint country_not_too_long check (length(country) between 1 and 60),
  period_from text not null
    constraint period_from_is_an_iso_date check (period_from glob '[12][0-9][0-9][0-9]'
      or (length(period_from) = 7 and date(period_from || '-01') is period_from || '-01'))
    constraint period_from_between_1900_and_2100 check (period_from between '1900' and '2101'),
  period_to text not null
    constraint period_to_is_an_iso_date check (period_to glob '[12][0-9][0-9][0-9]'
      or (length(period_to) = 7 and date(period_to || '-01') is period_to || '-01'))
    constraint period_to_between_1900_and_2100 check (period_to between '1900' and '2101'),
  measure text not null
    constraint measure_is_known check (measure in ('asylum applications', 'asylum applicants', 'asylum grants',
      'asylum refusals', 'humanitarian protection', 'withdrawn', 'refusal rate', 'acceptance rate',
      'checks for South Korean citizenship', 'stock estimate', 'naturalization applications',
      'naturalization approvals')),
  basis text not null constraint basis_not_too_long check (length(basis) between 1 and 120),
  persons integer
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  persons_low integer
    constraint persons_low_not_negative check (persons_low >= 0)
    constraint persons_low_not_too_large check (persons_low <= 100000000),
  persons_high integer
    constraint persons_high_not_negative check (persons_high >= 0)
    constraint persons_high_not_too_large check (persons_high <= 100000000),
  share_pct real constraint share_pct_in_range check (share_pct between 0 and 100),
  constraint period_not_reversed check (substr(period_from, 1, 4) <= substr(period_to, 1, 4)),
  constraint counts_persons_or_share check (share_pct is null or persons is null),
  constraint persons_low_not_above_persons_high check (persons_low <= persons_high),
  primary key (country, period_from, period_to, measure, basis)
) strict;

-- defectors_abroad: A stock reported to the National Assembly for a date and a whereabouts group, one a row. Unit:
-- persons.
create table defectors_abroad (
  as_of text not null
    constraint as_of_is_an_iso_date check (as_of glob '[12][0-9][0-9][0-9]'
      or (length(as_of) = 7 and date(as_of || '-01') is as_of || '-01'))
    constraint as_of_between_1900_and_2100 check (as_of between '1900' and '2101'),
  whereabouts text not null constraint whereabouts_not_too_long check (length(whereabouts) between 1 and 60),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (as_of, whereabouts)
) strict;

-- refugee_stock_unhcr: Stock at the end of a year in one country of asylum, one a row. Unit: persons.
create table refugee_stock_unhcr (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  country text not null constraint country_not_too_long check (length(country) between 1 and 60),
  country_code text not null
    constraint country_code_has_three_letters check (country_code glob '[A-Z][A-Z][A-Z]'),
  refugees integer not null
    constraint refugees_not_negative check (refugees >= 0)
    constraint refugees_not_too_large check (refugees <= 100000000),
  asylum_seekers integer not null
    constraint asylum_seekers_not_negative check (asylum_seekers >= 0)
    constraint asylum_seekers_not_too_large check (asylum_seekers <= 100000000),
  primary key (year, country_code)
) strict;

-- asylum_decisions_unhcr: Decisions and applications in one year and country, all procedure levels added, one a row.
-- Unit: applications, decisions.
create table asylum_decisions_unhcr (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  country text not null constraint country_not_too_long check (length(country) between 1 and 60),
  country_code text not null
    constraint country_code_has_three_letters check (country_code glob '[A-Z][A-Z][A-Z]'),
  applications integer
    constraint applications_not_negative check (applications >= 0)
    constraint applications_not_too_large check (applications <= 100000000),
  recognized integer
    constraint recognized_not_negative check (recognized >= 0)
    constraint recognized_not_too_large check (recognized <= 100000000),
  other_protection integer
    constraint other_protection_not_negative check (other_protection >= 0)
    constraint other_protection_not_too_large check (other_protection <= 100000000),
  rejected integer
    constraint rejected_not_negative check (rejected >= 0)
    constraint rejected_not_too_large check (rejected <= 100000000),
  closed integer
    constraint closed_not_negative check (closed >= 0)
    constraint closed_not_too_large check (closed <= 100000000),
  decisions integer
    constraint decisions_not_negative check (decisions >= 0)
    constraint decisions_not_too_large check (decisions <= 100000000),
  constraint decisions_add_up check (recognized + other_protection + rejected + closed = decisions),
  primary key (year, country_code)
) strict;

-- third_country_children: Pupils of North Korean background in one school year, one a row. Unit: persons.
create table third_country_children (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  as_of text not null
    constraint as_of_is_a_date check (as_of glob '[12][0-9][0-9][0-9]'
      or (length(as_of) = 7 and date(as_of || '-01') is as_of || '-01')),
  pupils integer not null
    constraint pupils_not_negative check (pupils >= 0)
    constraint pupils_not_too_large check (pupils <= 1000000),
  born_north integer
    constraint born_north_not_negative check (born_north >= 0)
    constraint born_north_not_too_large check (born_north <= 1000000),
  born_third_country integer
    constraint born_third_country_not_negative check (born_third_country >= 0)
    constraint born_third_country_not_too_large check (born_third_country <= 1000000),
  born_south integer
    constraint born_south_not_negative check (born_south >= 0)
    constraint born_south_not_too_large check (born_south <= 1000000),
  counted_by text not null constraint counted_by_not_too_long check (length(counted_by) between 1 and 100),
  constraint places_of_birth_add_up check (born_north + born_third_country + coalesce(born_south, 0) = pupils),
  primary key (year)
) strict;

-- trafficking_shares: One survey that gives a share of people trafficked, one a row. Unit: see unit, persons.
create table trafficking_shares (
  survey_id text not null
    constraint survey_id_is_plain check (length(survey_id) between 1 and 40 and survey_id not glob '*[^a-z0-9_]*'),
  producer text not null constraint producer_not_too_long check (length(producer) between 1 and 100),
  fieldwork text constraint fieldwork_is_a_year check (fieldwork glob '[12][0-9][0-9][0-9]'),
  place text not null constraint place_is_known check (place in ('China', 'South Korea')),
  asked integer not null constraint asked_in_range check (asked between 1 and 100000),
  women_asked integer
    constraint women_asked_not_negative check (women_asked >= 0)
    constraint women_asked_not_too_large check (women_asked <= 100000),
  how_found text not null constraint how_found_not_too_long check (length(how_found) between 1 and 60),
  trafficked real
    constraint trafficked_not_negative check (trafficked >= 0)
    constraint trafficked_not_too_large check (trafficked <= 100000),
  unit text not null constraint unit_is_known check (unit in ('persons', 'pct')),
  constraint women_among_those_asked check (women_asked is null or women_asked <= asked),
  constraint no_more_than_all check (trafficked <= case unit when 'pct' then 100 else asked end),
  primary key (survey_id)
) strict;

-- profile_korea: One published value of an indicator for a category and a date, one a row. Unit: as value, see unit,
-- persons.
create table profile_korea (
  indicator text not null constraint indicator_not_too_long check (length(indicator) between 1 and 80),
  category text not null constraint category_not_too_long check (length(category) between 1 and 80),
  as_of text not null
    constraint as_of_is_a_date_or_span check (as_of glob '[12][0-9][0-9][0-9]*' and length(as_of) in (4, 7, 9, 15))
    constraint as_of_between_1900_and_2100 check (as_of between '1900' and '2101'),
  male real
    constraint male_not_negative check (male >= 0)
    constraint male_not_too_large check (male <= 100000000),
  female real
    constraint female_not_negative check (female >= 0)
    constraint female_not_too_large check (female <= 100000000),
  value real
    constraint value_not_negative check (value >= 0)
    constraint value_not_too_large check (value <= 1000000000),
  unit text not null
    constraint unit_is_known check (unit in ('persons', 'pct', 'thousand_won', 'per_100000')),
  base_persons integer
    constraint base_persons_not_negative check (base_persons >= 0)
    constraint base_persons_not_too_large check (base_persons <= 100000000),
  constraint women_and_men_add_up check (unit <> 'persons' or male is null or female is null or value is null or male
    + female = value),
  constraint women_and_men_not_above_total check (unit <> 'persons' or value is null or coalesce(male, 0)
    + coalesce(female, 0) <= value),
  constraint share_not_above_hundred check (unit <> 'pct' or coalesce(value, 0) <= 100),
  primary key (indicator, category, as_of)
) strict;

-- settlement_grants: Amount of a grant from a year on, one a row. Unit: see currency.
create table settlement_grants (
  country text not null constraint country_not_too_long check (length(country) between 1 and 40),
  grant_name text not null constraint grant_name_not_too_long check (length(grant_name) between 1 and 60),
  year integer not null constraint year_in_range check (year between 2000 and 2100),
  stage text not null constraint stage_is_known check (stage in ('in force', 'proposal')),
  amount_low integer not null
    constraint amount_low_not_negative check (amount_low >= 0)
    constraint amount_low_not_too_large check (amount_low <= 1000000000000),
  amount_high integer not null
    constraint amount_high_not_negative check (amount_high >= 0)
    constraint amount_high_not_too_large check (amount_high <= 1000000000000),
  currency text not null constraint currency_is_known check (currency in ('KRW', 'USD')),
  constraint amount_low_not_above_amount_high check (amount_low <= amount_high),
  primary key (country, grant_name, year)
) strict;

-- option_costs: What one act is said to cost, by whoever pays or asks for it, one a row. Unit: see currency and per.
create table option_costs (
  act text not null constraint act_not_too_long check (length(act) between 1 and 80),
  year integer not null constraint year_in_range check (year between 2000 and 2100),
  amount integer not null
    constraint amount_not_negative check (amount >= 0)
    constraint amount_not_too_large check (amount <= 1000000000000),
  currency text not null constraint currency_is_known check (currency in ('EUR', 'KRW', 'USD')),
  per text not null constraint per_is_known check (per in ('child', 'person', 'two years', 'year')),
  primary key (act)
) strict;

-- returns_known_yearly: Returns known to the Unification Ministry in a year, one a row. Unit: persons.
create table returns_known_yearly (
  year integer not null constraint year_in_range check (year between 2000 and 2100),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (year)
) strict;

-- returns_known_checkpoints: Published total, one a row. Unit: persons.
create table returns_known_checkpoints (
  as_of text not null
    constraint as_of_is_an_iso_date check (as_of glob '[12][0-9][0-9][0-9]'
      or (length(as_of) = 7 and date(as_of || '-01') is as_of || '-01'))
    constraint as_of_between_1900_and_2100 check (as_of between '1900' and '2101'),
  measure text not null
    constraint measure_is_known check (measure in ('to date', 'since 2012', 'later came back South')),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (as_of, measure)
) strict;

-- routes: Published count or estimate for a place and period, one a row. Unit: persons.
create table routes (
  place text not null constraint place_not_too_long check (length(place) between 1 and 60),
  period_from text not null
    constraint period_from_is_an_iso_date check (period_from glob '[12][0-9][0-9][0-9]'
      or (length(period_from) = 7 and date(period_from || '-01') is period_from || '-01'))
    constraint period_from_between_1900_and_2100 check (period_from between '1900' and '2101'),
  period_to text not null
    constraint period_to_is_an_iso_date check (period_to glob '[12][0-9][0-9][0-9]'
      or (length(period_to) = 7 and date(period_to || '-01') is period_to || '-01'))
    constraint period_to_between_1900_and_2100 check (period_to between '1900' and '2101'),
  measure text not null constraint measure_not_too_long check (length(measure) between 1 and 80),
  persons integer
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  persons_low integer
    constraint persons_low_not_negative check (persons_low >= 0)
    constraint persons_low_not_too_large check (persons_low <= 100000000),
  persons_high integer
    constraint persons_high_not_negative check (persons_high >= 0)
    constraint persons_high_not_too_large check (persons_high <= 100000000),
  unit text not null
    constraint unit_is_known check (unit in ('persons', 'persons_a_month', 'persons_a_year')),
  constraint period_not_reversed check (substr(period_from, 1, 4) <= substr(period_to, 1, 4)),
  constraint persons_low_not_above_persons_high check (persons_low <= persons_high),
  primary key (place, period_from, measure)
) strict;

-- broker_prices: Reported price or price range, one a row. Unit: see currency.
create table broker_prices (
  leg text not null
    constraint leg_is_known check (leg in ('to China', 'whole trip', 'broker fee', 'crossing bribe')),
  period text not null
    constraint period_is_an_iso_date check (period glob '[12][0-9][0-9][0-9]'
      or (length(period) = 7 and date(period || '-01') is period || '-01'))
    constraint period_between_1900_and_2100 check (period between '1900' and '2101'),
  detail text constraint detail_not_too_long check (length(detail) <= 60),
  price_low integer
    constraint price_low_not_negative check (price_low >= 0)
    constraint price_low_is_not_zero check (price_low <> 0)
    constraint price_low_not_too_large check (price_low <= 1000000000000),
  price_high integer not null
    constraint price_high_not_negative check (price_high >= 0)
    constraint price_high_is_not_zero check (price_high <> 0)
    constraint price_high_not_too_large check (price_high <= 1000000000000),
  currency text not null constraint currency_is_known check (currency in ('USD', 'KRW')),
  constraint price_low_not_above_price_high check (price_low <= price_high),
  primary key (leg, period, price_high)
) strict;

-- repatriation_episodes: One dated episode: a group caught or sheltered, and what became of it, one a row. Unit:
-- persons.
create table repatriation_episodes (
  event_id text not null constraint event_id_has_its_form check (event_id glob 'E[0-9][0-9]'),
  date text not null
    constraint date_is_an_iso_date check (date glob '[12][0-9][0-9][0-9]'
      or (length(date) = 7 and date(date || '-01') is date || '-01') or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  date_precision text not null
    constraint date_precision_is_known check (date_precision in ('day', 'week', 'month', 'year', 'period_end')),
  place text not null constraint place_not_too_long check (length(place) between 1 and 80),
  acting_state text not null
    constraint acting_state_not_too_long check (length(acting_state) between 1 and 40),
  setting text not null
    constraint setting_is_known check (setting in ('diplomatic_premises', 'failed_entry', 'field_arrest',
      'field_arrest_aggregate', 'mass_return', 'third_country_handover', 'third_country_airlift',
      'third_country_arrest', 'legal_travel', 'dispatched_workers')),
  setting_group text not null
    constraint setting_group_is_known check (setting_group in ('diplomatic premises', 'in the field', 'legal travel',
      'dispatched workers', 'third country')),
  persons_low integer
    constraint persons_low_not_negative check (persons_low >= 0)
    constraint persons_low_not_too_large check (persons_low <= 100000000),
  persons_high integer
    constraint persons_high_not_negative check (persons_high >= 0)
    constraint persons_high_not_too_large check (persons_high <= 100000000),
  outcome text not null
    constraint outcome_is_known check (outcome in ('to_rok', 'to_us', 'third_country', 'released', 'returned_to_dprk',
      'unknown')),
  was_let_go integer constraint was_let_go_is_yes_or_no check (was_let_go in (0, 1)),
  outcome_detail text constraint outcome_detail_not_too_long check (length(outcome_detail) between 1 and 300),
  relations_with_north_reported text
    constraint relations_with_north_reported_not_too_long
      check (length(relations_with_north_reported) between 1 and 200),
  relations_with_south_reported text
    constraint relations_with_south_reported_not_too_long
      check (length(relations_with_south_reported) between 1 and 200),
  outcome_confidence text
    constraint outcome_confidence_is_known check (outcome_confidence in ('two_sources', 'one_source', 'derived')),
  constraint persons_low_not_above_persons_high check (persons_low <= persons_high),
  constraint date_as_precise_as_said check (length(date) = case date_precision when 'year' then 4 when 'month' then 7
    when 'period_end' then 7 else 10 end),
  constraint let_go_follows_from_outcome check (was_let_go is case outcome when 'returned_to_dprk' then 0
    when 'unknown' then null else 1 end),
  primary key (event_id)
) strict;

-- repatriation_estimates: One published count, estimate or range, one a row. Unit: see unit.
create table repatriation_estimates (
  record_id text not null constraint record_id_has_its_form check (record_id glob 'R[0-9][0-9]'),
  category text not null
    constraint category_is_known check (category in ('annual_returns', 'annual_arrests', 'cumulative_returns',
      'stock_detained', 'db_cases', 'db_context', 'watch_detained', 'watch_returns', 'claim_returns', 'returnee_sex',
      'population_in_china', 'crossed_cumulative', 'children_of_dprk_mothers', 'sex_ratio', 'punishment',
      'testimonies', 'escapees_in_rok_missions', 'transit_arrests_thailand', 'route_share')),
  year_from integer constraint year_from_in_range check (year_from between 1945 and 2100),
  year_to integer constraint year_to_in_range check (year_to between 1945 and 2100),
  value_low real
    constraint value_low_not_negative check (value_low >= 0)
    constraint value_low_not_too_large check (value_low <= 1000000000),
  value_mid real
    constraint value_mid_not_negative check (value_mid >= 0)
    constraint value_mid_not_too_large check (value_mid <= 1000000000),
  value_high real
    constraint value_high_not_negative check (value_high >= 0)
    constraint value_high_not_too_large check (value_high <= 1000000000),
  unit text not null
    constraint unit_is_known check (unit in ('persons', 'persons_a_year', 'cases', 'children', 'pct', 'years',
      'testimonies')),
  producer text not null constraint producer_not_too_long check (length(producer) between 1 and 80),
  constraint value_low_not_above_value_high check (value_low <= value_high),
  constraint value_low_not_above_value_mid check (value_low <= value_mid),
  constraint value_mid_not_above_value_high check (value_mid <= value_high),
  constraint year_from_not_above_year_to check (year_from <= year_to),
  primary key (record_id)
) strict;

-- testimony_counts: One count of people heard, or of what they told, one a row. Unit: see unit.
create table testimony_counts (
  record_id text not null constraint record_id_has_its_form check (record_id glob 'T[0-9][0-9]'),
  producer text not null constraint producer_not_too_long check (length(producer) between 1 and 80),
  published text
    constraint published_is_an_iso_date check (published glob '[12][0-9][0-9][0-9]'
      or (length(published) = 7 and date(published || '-01') is published || '-01'))
    constraint published_between_1900_and_2100 check (published between '1900' and '2101'),
  covers_from text
    constraint covers_from_is_an_iso_date check (covers_from glob '[12][0-9][0-9][0-9]'
      or (length(covers_from) = 7 and date(covers_from || '-01') is covers_from || '-01'))
    constraint covers_from_between_1900_and_2100 check (covers_from between '1900' and '2101'),
  covers_to text
    constraint covers_to_is_an_iso_date check (covers_to glob '[12][0-9][0-9][0-9]'
      or (length(covers_to) = 7 and date(covers_to || '-01') is covers_to || '-01'))
    constraint covers_to_between_1900_and_2100 check (covers_to between '1900' and '2101'),
  measure text not null constraint measure_not_too_long check (length(measure) between 1 and 60),
  value integer not null
    constraint value_not_negative check (value >= 0)
    constraint value_not_too_large check (value <= 100000000),
  unit text not null constraint unit_is_known check (unit in ('cases', 'persons', 'months')),
  base text constraint base_not_too_long check (length(base) <= 60),
  base_value integer
    constraint base_value_not_negative check (base_value >= 0)
    constraint base_value_not_too_large check (base_value <= 100000000),
  constraint covers_not_reversed check (substr(covers_from, 1, 4) <= substr(covers_to, 1, 4)),
  primary key (record_id)
) strict;

-- relations_timeline: One dated event and its direction, one a row. Unit: +1 warmer, -1 colder.
create table relations_timeline (
  date text not null
    constraint date_is_an_iso_date check (date glob '[12][0-9][0-9][0-9]'
      or (length(date) = 7 and date(date || '-01') is date || '-01') or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  date_precision text not null
    constraint date_precision_is_known check (date_precision in ('day', 'month', 'year')),
  dyad text not null constraint dyad_is_known check (dyad in ('China-North Korea', 'China-South Korea')),
  kind text not null
    constraint kind_is_known check (kind in ('leader_meeting', 'china_votes_sanctions', 'missile_defense',
      'veto_for_dprk', 'friction', 'senior_visit')),
  direction integer not null constraint direction_in_range check (direction between -1 and 1),
  fact text not null constraint fact_not_too_long check (length(fact) between 1 and 120),
  constraint direction_is_not_zero check (direction <> 0),
  constraint date_as_precise_as_said check (length(date) = case date_precision when 'year' then 4 when 'month' then 7
    else 10 end),
  primary key (date, dyad, kind)
) strict;

-- legal_instruments: One instrument or statement, one a row. Unit: text.
create table legal_instruments (
  instrument text not null constraint instrument_not_too_long check (length(instrument) between 1 and 100),
  date text
    constraint date_is_an_iso_date check (date glob '[12][0-9][0-9][0-9]'
      or (length(date) = 7 and date(date || '-01') is date || '-01') or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  date_precision text constraint date_precision_is_known check (date_precision in ('day', 'month', 'year')),
  type text not null
    constraint type_is_known check (type in ('bilateral', 'treaty', 'agreement', 'UN statement', 'policy',
      'domestic law', 'treaty body', 'UN inquiry', 'statement', 'peer review')),
  actor text not null constraint actor_not_too_long check (length(actor) between 1 and 40),
  fact text not null constraint fact_not_too_long check (length(fact) between 1 and 250),
  constraint date_as_precise_as_said check (length(date) = case date_precision when 'year' then 4 when 'month' then 7
    else 10 end),
  primary key (instrument)
) strict;

-- border_measures: One reported measure, one a row. Unit: see unit.
create table border_measures (
  date text not null
    constraint date_is_an_iso_date check (date glob '[12][0-9][0-9][0-9]'
      or (length(date) = 7 and date(date || '-01') is date || '-01') or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  date_precision text not null
    constraint date_precision_is_known check (date_precision in ('day', 'month', 'year')),
  actor text not null constraint actor_is_known check (actor in ('China', 'North Korea', 'both')),
  kind text not null
    constraint kind_is_known check (kind in ('fence', 'guard', 'penalty', 'route', 'order', 'surveillance', 'search',
      'closure', 'refusal', 'reopening', 'returns')),
  fact text not null constraint fact_not_too_long check (length(fact) between 1 and 150),
  value_low real
    constraint value_low_not_negative check (value_low >= 0)
    constraint value_low_not_too_large check (value_low <= 1000000000),
  value_high real
    constraint value_high_not_negative check (value_high >= 0)
    constraint value_high_not_too_large check (value_high <= 1000000000),
  unit text constraint unit_not_too_long check (length(unit) between 1 and 20),
  constraint value_low_not_above_value_high check (value_low <= value_high),
  constraint date_as_precise_as_said check (length(date) = case date_precision when 'year' then 4 when 'month' then 7
    else 10 end),
  primary key (date, actor, kind, fact)
) strict;

-- trade_china: Merchandise trade of a year by two agencies, one a row. Unit: million USD, percent.
create table trade_china (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  customs_exports_usd_m real
    constraint customs_exports_usd_m_not_negative check (customs_exports_usd_m >= 0)
    constraint customs_exports_usd_m_not_too_large check (customs_exports_usd_m <= 100000000),
  customs_imports_usd_m real
    constraint customs_imports_usd_m_not_negative check (customs_imports_usd_m >= 0)
    constraint customs_imports_usd_m_not_too_large check (customs_imports_usd_m <= 100000000),
  customs_trade_usd_m real
    constraint customs_trade_usd_m_not_negative check (customs_trade_usd_m >= 0)
    constraint customs_trade_usd_m_not_too_large check (customs_trade_usd_m <= 100000000),
  kotra_exports_usd_m real
    constraint kotra_exports_usd_m_not_negative check (kotra_exports_usd_m >= 0)
    constraint kotra_exports_usd_m_not_too_large check (kotra_exports_usd_m <= 100000000),
  kotra_imports_usd_m real
    constraint kotra_imports_usd_m_not_negative check (kotra_imports_usd_m >= 0)
    constraint kotra_imports_usd_m_not_too_large check (kotra_imports_usd_m <= 100000000),
  kotra_trade_usd_m real
    constraint kotra_trade_usd_m_not_negative check (kotra_trade_usd_m >= 0)
    constraint kotra_trade_usd_m_not_too_large check (kotra_trade_usd_m <= 100000000),
  kotra_trade_all_usd_m real
    constraint kotra_trade_all_usd_m_not_negative check (kotra_trade_all_usd_m >= 0)
    constraint kotra_trade_all_usd_m_not_too_large check (kotra_trade_all_usd_m <= 100000000),
  kotra_china_share_pct real
    constraint kotra_china_share_pct_in_range check (kotra_china_share_pct between 0 and 100),
  china_share_with_inter_korean_pct real
    constraint china_share_with_inter_korean_pct_in_range check (china_share_with_inter_korean_pct between 0 and 100),
  primary key (year)
) strict;

-- agreement_un: Share of identical votes of a pair of states in a year, one a row. Unit: roll calls, percent.
create table agreement_un (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  dyad text not null
    constraint dyad_is_known check (dyad in ('China-North Korea', 'China-South Korea', 'China-United States',
      'North Korea-South Korea')),
  roll_calls integer not null constraint roll_calls_in_range check (roll_calls between 10 and 100000),
  agree_share_pct real not null constraint agree_share_pct_in_range check (agree_share_pct between 0 and 100),
  opposed_share_pct real not null
    constraint opposed_share_pct_in_range check (opposed_share_pct between 0 and 100),
  constraint shares_not_above_hundred check (agree_share_pct + opposed_share_pct <= 100.01),
  primary key (year, dyad)
) strict;

-- votes_general_assembly: One vote or adoption in a body and year, one a row. Unit: session, votes, states.
create table votes_general_assembly (
  body text not null
    constraint body_is_known check (body in ('UNGA plenary', 'UNGA Third Committee', 'UN Commission on Human Rights',
      'UN Human Rights Council', 'ECOSOC')),
  session integer not null constraint session_in_range check (session between 1 and 2100),
  year integer not null constraint year_in_range check (year between 2003 and 2100),
  date text not null
    constraint date_is_an_iso_date check ((length(date) = 7 and date(date || '-01') is date || '-01')
      or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  resolution text constraint resolution_not_too_long check (length(resolution) between 1 and 30),
  mode text constraint mode_is_known check (mode in ('recorded vote', 'without a vote')),
  yes integer constraint yes_in_range check (yes between 0 and 193),
  no integer constraint no_in_range check (no between 0 and 193),
  abstain integer constraint abstain_in_range check (abstain between 0 and 193),
  china text
    constraint china_is_known check (china in ('yes', 'no', 'abstain', 'absent', 'joined', 'outside consensus',
      'dissociated group', 'opposed in committee', 'not_member')),
  russia text
    constraint russia_is_known check (russia in ('yes', 'no', 'abstain', 'absent', 'joined', 'outside consensus',
      'dissociated group', 'opposed in committee', 'not_member')),
  south_korea text
    constraint south_korea_is_known check (south_korea in ('yes', 'no', 'abstain', 'absent', 'joined',
      'outside consensus', 'dissociated group', 'opposed in committee', 'not_member')),
  united_states text
    constraint united_states_is_known check (united_states in ('yes', 'no', 'abstain', 'absent', 'joined',
      'outside consensus', 'dissociated group', 'opposed in committee', 'not_member')),
  is_cosponsored_by_south_korea integer
    constraint is_cosponsored_by_south_korea_is_yes_or_no check (is_cosponsored_by_south_korea in (0, 1)),
  is_cosponsored_by_united_states integer
    constraint is_cosponsored_by_united_states_is_yes_or_no check (is_cosponsored_by_united_states in (0, 1)),
  sponsors integer
    constraint sponsors_not_negative check (sponsors >= 0)
    constraint sponsors_not_too_large check (sponsors <= 193),
  constraint votes_not_above_membership check (coalesce(yes, 0) + coalesce(no, 0) + coalesce(abstain, 0) <= 193),
  constraint no_counts_without_a_vote check (mode <> 'without a vote'
    or (yes is null and no is null and abstain is null)),
  primary key (body, year)
) strict;

-- votes_general_assembly_by_country: Vote of one state on one plenary resolution, one a row. Unit: text.
create table votes_general_assembly_by_country (
  resolution text not null
    constraint resolution_has_its_form check (resolution glob 'A/RES/[0-9]*/[0-9]*')
    constraint resolution_not_too_long check (length(resolution) <= 30),
  year integer not null constraint year_in_range check (year between 2003 and 2100),
  country text not null constraint country_not_too_long check (length(country) between 1 and 60),
  country_code text not null constraint country_code_has_two_letters check (country_code glob '[A-Z][A-Z]'),
  vote text not null constraint vote_is_known check (vote in ('yes', 'no', 'abstain')),
  primary key (resolution, country_code)
) strict;

-- votes_security_council: One vote, request or meeting, one a row. Unit: votes.
create table votes_security_council (
  date text not null
    constraint date_is_an_iso_date check ((length(date) = 7 and date(date || '-01') is date || '-01')
      or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  item_type text not null
    constraint item_type_is_known check (item_type in ('human_rights', 'weapons_sanctions')),
  format text not null constraint format_not_too_long check (length(format) between 1 and 60),
  symbol text constraint symbol_not_too_long check (length(symbol) between 1 and 30),
  yes integer constraint yes_in_range check (yes between 0 and 15),
  no integer constraint no_in_range check (no between 0 and 15),
  abstain integer constraint abstain_in_range check (abstain between 0 and 15),
  china text
    constraint china_is_known check (china in ('yes', 'no', 'abstain', 'no (veto)', 'not_member', 'opposed',
      'sponsor', 'declined', 'joint statement', 'requester', 'organizer', 'co-sponsor', 'spoke against',
      'blocked UN webcast')),
  russia text
    constraint russia_is_known check (russia in ('yes', 'no', 'abstain', 'no (veto)', 'not_member', 'opposed',
      'sponsor', 'declined', 'joint statement', 'requester', 'organizer', 'co-sponsor', 'spoke against',
      'blocked UN webcast')),
  united_states text
    constraint united_states_is_known check (united_states in ('yes', 'no', 'abstain', 'no (veto)', 'not_member',
      'opposed', 'sponsor', 'declined', 'joint statement', 'requester', 'organizer', 'co-sponsor', 'spoke against',
      'blocked UN webcast')),
  south_korea text
    constraint south_korea_is_known check (south_korea in ('yes', 'no', 'abstain', 'no (veto)', 'not_member',
      'opposed', 'sponsor', 'declined', 'joint statement', 'requester', 'organizer', 'co-sponsor', 'spoke against',
      'blocked UN webcast')),
  states_against text constraint states_against_not_too_long check (length(states_against) between 1 and 120),
  states_abstaining text
    constraint states_abstaining_not_too_long check (length(states_abstaining) between 1 and 120),
  outcome text not null
    constraint outcome_is_known check (outcome in ('held', 'not_held', 'closed', 'vetoed', 'adopted')),
  constraint votes_not_above_fifteen check (coalesce(yes, 0) + coalesce(no, 0) + coalesce(abstain, 0) <= 15),
  primary key (date, item_type)
) strict;

-- budget_korea: One budget item of a fiscal year at one stage, one a row. Unit: billion won.
create table budget_korea (
  fiscal_year integer not null constraint fiscal_year_in_range check (fiscal_year between 2005 and 2100),
  stage text not null
    constraint stage_is_known check (stage in ('request', 'proposal', 'committee', 'enacted', 'budget')),
  item text not null
    constraint item_is_known check (item in ('cooperation_fund', 'cooperation_fund_projects',
      'defector_settlement_cash', 'defector_social_adaptation', 'defector_support_total', 'general_account',
      'humanitarian_issues_general', 'kinu_rights_white_paper', 'ministry_total', 'nhrck_nk_rights',
      'nkhr_center_building', 'nkhr_foundation', 'nkhr_items_total', 'nkhr_policy', 'nkhr_record_center',
      'peace_coexistence_center', 'talks')),
  budget_bn_won real
    constraint budget_bn_won_not_negative check (budget_bn_won >= 0)
    constraint budget_bn_won_not_too_large check (budget_bn_won <= 10000000),
  change_bn_won real constraint change_bn_won_in_range check (change_bn_won between -2000 and 2000),
  constraint amount_or_change_not_both check (budget_bn_won is null or change_bn_won is null),
  constraint change_only_in_committee check (change_bn_won is null or stage = 'committee'),
  primary key (fiscal_year, stage, item)
) strict;

-- arrivals_planned: Planning number of a fiscal year, one a row. Unit: persons.
create table arrivals_planned (
  fiscal_year integer not null constraint fiscal_year_in_range check (fiscal_year between 2015 and 2100),
  stage text not null constraint stage_is_known check (stage in ('proposal', 'enacted')),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  primary key (fiscal_year, stage)
) strict;

-- inter_korean: One indicator in one year, one a row. Unit: see unit.
create table inter_korean (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  indicator text not null
    constraint indicator_is_known check (indicator in ('official_talks', 'official_talks_at_least', 'summits',
      'agreements', 'trade', 'kaesong_output', 'people_crossing', 'family_reunion_rounds', 'family_reunion_people',
      'cooperation_fund_execution', 'cooperation_fund_spent')),
  value real
    constraint value_not_negative check (value >= 0)
    constraint value_not_too_large check (value <= 1000000000),
  unit text not null constraint unit_is_known check (unit in ('count', 'usd_m', 'persons', 'pct', 'bn_won')),
  constraint share_not_above_hundred check (unit <> 'pct' or value <= 100),
  constraint unit_fits_indicator check (unit = case indicator when 'trade' then 'usd_m' when 'kaesong_output'
    then 'usd_m' when 'people_crossing' then 'persons' when 'family_reunion_people' then 'persons'
    when 'cooperation_fund_execution' then 'pct' when 'cooperation_fund_spent' then 'bn_won' else 'count' end),
  primary key (year, indicator)
) strict;

-- talks_korea_totals: Published total of a span, one a row. Unit: count.
create table talks_korea_totals (
  measure text not null constraint measure_is_known check (measure in ('official talks', 'agreements')),
  period_from text not null
    constraint period_from_is_an_iso_date check (period_from glob '[12][0-9][0-9][0-9]'
      or (length(period_from) = 7 and date(period_from || '-01') is period_from || '-01'))
    constraint period_from_between_1900_and_2100 check (period_from between '1900' and '2101'),
  period_to text not null
    constraint period_to_is_an_iso_date check (period_to glob '[12][0-9][0-9][0-9]'
      or (length(period_to) = 7 and date(period_to || '-01') is period_to || '-01'))
    constraint period_to_between_1900_and_2100 check (period_to between '1900' and '2101'),
  president text constraint president_not_too_long check (length(president) between 1 and 40),
  count integer not null
    constraint count_not_negative check (count >= 0)
    constraint count_not_too_large check (count <= 100000),
  constraint period_not_reversed check (substr(period_from, 1, 4) <= substr(period_to, 1, 4)),
  primary key (measure, period_from, period_to)
) strict;

-- stance_korea: One year, one a row. Unit: 0 to 2.
create table stance_korea (
  year integer not null constraint year_in_range check (year between 2000 and 2100),
  president text not null constraint president_not_too_long check (length(president) between 1 and 80),
  camp text not null constraint camp_is_known check (camp in ('progressive', 'conservative')),
  un_forum text not null
    constraint un_forum_is_known check (un_forum in ('CHR', 'CHR and UNGA', 'UNGA', 'none')),
  un_action text
    constraint un_action_is_known check (un_action in ('absent', 'abstain', 'yes', 'co-sponsor',
      'joined consensus, not co-sponsor')),
  un_score integer constraint un_score_in_range check (un_score between 0 and 2),
  ambassador_post text
    constraint ambassador_post_not_too_long check (length(ambassador_post) between 1 and 80),
  rights_foundation text
    constraint rights_foundation_not_too_long check (length(rights_foundation) between 1 and 80),
  leaflet_law text constraint leaflet_law_not_too_long check (length(leaflet_law) between 1 and 120),
  loudspeakers text constraint loudspeakers_not_too_long check (length(loudspeakers) between 1 and 80),
  rights_report text constraint rights_report_not_too_long check (length(rights_report) between 1 and 60),
  constraint score_fits_action check (un_score is case un_action when 'co-sponsor' then 2 when 'yes' then 1
    when 'joined consensus, not co-sponsor' then 1 when 'absent' then 0 when 'abstain' then 0 else null end),
  primary key (year)
) strict;

-- attention_us: Words of one address, one a row. Unit: words, mentions.
create table attention_us (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  president text not null constraint president_not_too_long check (length(president) between 1 and 30),
  kind text not null constraint kind_is_known check (kind in ('State of the Union', 'joint session')),
  total_words integer
    constraint total_words_not_negative check (total_words >= 0)
    constraint total_words_not_too_large check (total_words <= 1000000),
  korea_mentions integer not null
    constraint korea_mentions_not_negative check (korea_mentions >= 0)
    constraint korea_mentions_not_too_large check (korea_mentions <= 1000000),
  korea_sentence_words integer not null
    constraint korea_sentence_words_not_negative check (korea_sentence_words >= 0)
    constraint korea_sentence_words_not_too_large check (korea_sentence_words <= 1000000),
  korea_passage_words integer not null
    constraint korea_passage_words_not_negative check (korea_passage_words >= 0)
    constraint korea_passage_words_not_too_large check (korea_passage_words <= 1000000),
  rights_words integer not null
    constraint rights_words_not_negative check (rights_words >= 0)
    constraint rights_words_not_too_large check (rights_words <= 1000000),
  defector_words integer not null
    constraint defector_words_not_negative check (defector_words >= 0)
    constraint defector_words_not_too_large check (defector_words <= 1000000),
  constraint parts_not_above_whole check (rights_words <= korea_passage_words
    and defector_words <= korea_passage_words and korea_sentence_words <= korea_passage_words
    and korea_passage_words <= coalesce(total_words, korea_passage_words)),
  primary key (year)
) strict;

-- policy_us: One dated fact or span, one a row. Unit: see unit.
create table policy_us (
  kind text not null
    constraint kind_is_known check (kind in ('special_envoy', 'summit', 'law', 'authorization', 'appropriation',
      'attention')),
  date_from text not null
    constraint date_from_is_an_iso_date check (date_from glob '[12][0-9][0-9][0-9]'
      or (length(date_from) = 7 and date(date_from || '-01') is date_from || '-01')
      or (length(date_from) = 10 and date(date_from) is date_from))
    constraint date_from_between_1900_and_2100 check (date_from between '1900' and '2101'),
  date_to text
    constraint date_to_is_an_iso_date check (date_to glob '[12][0-9][0-9][0-9]'
      or (length(date_to) = 7 and date(date_to || '-01') is date_to || '-01')
      or (length(date_to) = 10 and date(date_to) is date_to))
    constraint date_to_between_1900_and_2100 check (date_to between '1900' and '2101'),
  is_fiscal_year integer not null constraint is_fiscal_year_is_yes_or_no check (is_fiscal_year in (0, 1)),
  what text not null constraint what_not_too_long check (length(what) between 1 and 150),
  status text constraint status_is_known check (status in ('filled', 'vacant', 'in force', 'lapsed')),
  value real
    constraint value_not_negative check (value >= 0)
    constraint value_not_too_large check (value <= 1000000000),
  unit text constraint unit_is_known check (unit in ('usd_m_a_year', 'usd_m', 'persons', 'pages')),
  constraint period_not_reversed check (substr(date_from, 1, 4) <= substr(date_to, 1, 4)),
  constraint unit_with_value check ((value is null) = (unit is null)),
  primary key (kind, date_from, what)
) strict;

-- grants_us: American grants for rights in the North by giver, years and counter, one a row. Unit: million dollars.
create table grants_us (
  giver text not null constraint giver_is_known check (giver in ('NED', 'State Department DRL')),
  fiscal_from integer not null constraint fiscal_from_in_range check (fiscal_from between 1984 and 2100),
  fiscal_to integer not null constraint fiscal_to_in_range check (fiscal_to between 1984 and 2100),
  usd_m real not null
    constraint usd_m_not_negative check (usd_m >= 0)
    constraint usd_m_not_too_large check (usd_m <= 1000),
  grants integer
    constraint grants_not_negative check (grants >= 0)
    constraint grants_not_too_large check (grants <= 1000),
  counted_by text not null constraint counted_by_not_too_long check (length(counted_by) between 1 and 60),
  constraint period_not_reversed check (fiscal_from <= fiscal_to),
  primary key (giver, fiscal_from, fiscal_to, counted_by)
) strict;

-- tweets_us_monthly: One month, one a row. Unit: tweets.
create table tweets_us_monthly (
  month text not null
    constraint month_is_an_iso_date check ((length(month) = 7 and date(month || '-01') is month || '-01'))
    constraint month_between_1900_and_2100 check (month between '1900' and '2101'),
  tweets integer not null
    constraint tweets_not_negative check (tweets >= 0)
    constraint tweets_not_too_large check (tweets <= 1000000),
  korea_tweets integer not null
    constraint korea_tweets_not_negative check (korea_tweets >= 0)
    constraint korea_tweets_not_too_large check (korea_tweets <= 1000000),
  rights_tweets integer not null
    constraint rights_tweets_not_negative check (rights_tweets >= 0)
    constraint rights_tweets_not_too_large check (rights_tweets <= 1000000),
  constraint parts_not_above_whole check (rights_tweets <= korea_tweets and korea_tweets <= tweets),
  primary key (month)
) strict;

-- deterrence: One law or press event (or a published number of them), one a row. Unit: events.
create table deterrence (
  kind text not null constraint kind_is_known check (kind in ('press_event', 'captive', 'law')),
  what text not null constraint what_not_too_long check (length(what) between 1 and 120),
  date_from text not null
    constraint date_from_is_an_iso_date check (date_from glob '[12][0-9][0-9][0-9]'
      or (length(date_from) = 7 and date(date_from || '-01') is date_from || '-01')
      or (length(date_from) = 10 and date(date_from) is date_from))
    constraint date_from_between_1900_and_2100 check (date_from between '1900' and '2101'),
  date_to text not null
    constraint date_to_is_an_iso_date check (date_to glob '[12][0-9][0-9][0-9]'
      or (length(date_to) = 7 and date(date_to || '-01') is date_to || '-01')
      or (length(date_to) = 10 and date(date_to) is date_to))
    constraint date_to_between_1900_and_2100 check (date_to between '1900' and '2101'),
  events integer
    constraint events_not_negative check (events >= 0)
    constraint events_not_too_large check (events <= 1000),
  primary key (what, date_to)
) strict;

-- crossings_military_line: One known crossing, one a row. Unit: persons.
create table crossings_military_line (
  date text not null
    constraint date_is_an_iso_date check ((length(date) = 7 and date(date || '-01') is date || '-01')
      or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  persons integer not null
    constraint persons_not_negative check (persons >= 0)
    constraint persons_not_too_large check (persons <= 100000000),
  is_soldier integer not null constraint is_soldier_is_yes_or_no check (is_soldier in (0, 1)),
  was_shot integer constraint was_shot_is_yes_or_no check (was_shot in (0, 1)),
  primary key (date)
) strict;

-- opinion: Share giving one answer in one poll, one a row. Unit: percent, persons.
create table opinion (
  pollster text not null constraint pollster_not_too_long check (length(pollster) between 1 and 40),
  year integer not null constraint year_in_range check (year between 2000 and 2100),
  topic text not null constraint topic_not_too_long check (length(topic) between 1 and 60),
  answer text not null constraint answer_not_too_long check (length(answer) between 1 and 60),
  share_pct real not null constraint share_pct_in_range check (share_pct between 0 and 100),
  respondents integer
    constraint respondents_not_negative check (respondents >= 0)
    constraint respondents_not_too_large check (respondents <= 100000000),
  primary key (pollster, year, topic, answer)
) strict;

-- events_since_2018: One dated event, one a row. Unit: text.
create table events_since_2018 (
  date text not null
    constraint date_is_an_iso_date check (date glob '[12][0-9][0-9][0-9]'
      or (length(date) = 7 and date(date || '-01') is date || '-01') or (length(date) = 10 and date(date) is date))
    constraint date_between_1900_and_2100 check (date between '1900' and '2101'),
  place text not null
    constraint place_is_known check (place in ('South Korea', 'United States', 'North Korea', 'China', 'United Nations',
      'United States-North Korea', 'South Korea-United States', 'United States-North Korea-South Korea')),
  what text not null constraint what_not_too_long check (length(what) between 1 and 160),
  theme text not null
    constraint theme_is_known check (theme in ('rights', 'engagement', 'border', 'information')),
  primary key (date, what)
) strict;

-- north_koreans_in_russia: One count, estimate or plan by one counter, one a row. Unit: see unit.
create table north_koreans_in_russia (
  period_from text not null
    constraint period_from_is_an_iso_date check (period_from glob '[12][0-9][0-9][0-9]'
      or (length(period_from) = 7 and date(period_from || '-01') is period_from || '-01')
      or (length(period_from) = 10 and date(period_from) is period_from))
    constraint period_from_between_1900_and_2100 check (period_from between '1900' and '2101'),
  period_to text not null
    constraint period_to_is_an_iso_date check (period_to glob '[12][0-9][0-9][0-9]'
      or (length(period_to) = 7 and date(period_to || '-01') is period_to || '-01')
      or (length(period_to) = 10 and date(period_to) is period_to))
    constraint period_to_between_1900_and_2100 check (period_to between '1900' and '2101'),
  measure text not null
    constraint measure_is_known check (measure in ('asked for refugee status', 'asked for temporary asylum',
      'burial places at the memorial', 'got refugee status', 'got temporary asylum', 'prisoners held',
      'prisoners who ask for the South', 'prisoners who were exchanged', 'soldiers killed', 'workers expected',
      'workers in Russia', 'workers sent', 'workers sent so far')),
  low integer
    constraint low_not_negative check (low >= 0)
    constraint low_not_too_large check (low <= 100000000),
  high integer
    constraint high_not_negative check (high >= 0)
    constraint high_not_too_large check (high <= 100000000),
  unit text not null constraint unit_is_known check (unit in ('persons', 'places')),
  counted_by text not null constraint counted_by_not_too_long check (length(counted_by) between 1 and 80),
  constraint period_not_reversed check (substr(period_from, 1, 4) <= substr(period_to, 1, 4)),
  constraint low_not_above_high check (low <= high),
  constraint low_or_high_given check (coalesce(low, high) is not null),
  primary key (period_from, period_to, measure, counted_by)
) strict;

-- weapons_tests: Tests of one year by two counts, one a row. Unit: flights, events, tests.
create table weapons_tests (
  year integer not null constraint year_in_range check (year between 1984 and 2100),
  missile_flights integer not null
    constraint missile_flights_not_negative check (missile_flights >= 0)
    constraint missile_flights_not_too_large check (missile_flights <= 1000),
  missile_events integer not null
    constraint missile_events_not_negative check (missile_events >= 0)
    constraint missile_events_not_too_large check (missile_events <= 1000),
  nuclear_tests integer not null
    constraint nuclear_tests_not_negative check (nuclear_tests >= 0)
    constraint nuclear_tests_not_too_large check (nuclear_tests <= 1000),
  is_complete_year integer not null
    constraint is_complete_year_is_yes_or_no check (is_complete_year in (0, 1)),
  primary key (year)
) strict;

-- provocations: Provocations of one year by kind, as one institute lists them, one a row. Unit: events.
create table provocations (
  year integer not null constraint year_in_range check (year between 1984 and 2100),
  missile_events integer not null
    constraint missile_events_not_negative check (missile_events >= 0)
    constraint missile_events_not_too_large check (missile_events <= 1000),
  nuclear_tests integer not null
    constraint nuclear_tests_not_negative check (nuclear_tests >= 0)
    constraint nuclear_tests_not_too_large check (nuclear_tests <= 1000),
  other_events integer not null
    constraint other_events_not_negative check (other_events >= 0)
    constraint other_events_not_too_large check (other_events <= 1000),
  balloon_events integer not null
    constraint balloon_events_not_negative check (balloon_events >= 0)
    constraint balloon_events_not_too_large check (balloon_events <= 1000),
  is_complete_year integer not null
    constraint is_complete_year_is_yes_or_no check (is_complete_year in (0, 1)),
  constraint balloons_are_other_events check (balloon_events <= other_events),
  primary key (year)
) strict;

-- disagreements: One of the competing values of a disagreement, one a row. Unit: see unit.
create table disagreements (
  disagreement_id text not null
    constraint disagreement_id_not_too_long check (length(disagreement_id) between 1 and 40),
  subject text not null constraint subject_not_too_long check (length(subject) between 1 and 60),
  period text not null constraint period_not_too_long check (length(period) between 1 and 30),
  measure text not null constraint measure_not_too_long check (length(measure) between 1 and 80),
  value real not null constraint value_in_range check (value between -1000 and 1000000000),
  unit text not null constraint unit_not_too_long check (length(unit) between 1 and 30),
  who text not null constraint who_not_too_long check (length(who) between 1 and 80),
  published text
    constraint published_is_an_iso_date check (published glob '[12][0-9][0-9][0-9]'
      or (length(published) = 7 and date(published || '-01') is published || '-01')
      or (length(published) = 10 and date(published) is published))
    constraint published_between_1900_and_2100 check (published between '1900' and '2101'),
  is_used integer not null constraint is_used_is_yes_or_no check (is_used in (0, 1)),
  reason text not null constraint reason_not_too_long check (length(reason) between 1 and 300),
  primary key (disagreement_id, who)
) strict;

-- readings: where in its source a figure stands, for each source of each row that is new or changed since edition
-- 2026.1. One reading a row.
create table readings (
  table_name text not null constraint table_name_not_too_long check (length(table_name) between 1 and 40),
  row_key text not null constraint row_key_not_too_long check (length(row_key) between 1 and 300),
  reading integer not null constraint reading_counts_from_one check (reading between 1 and 20),
  how_read text not null constraint how_read_is_known check (how_read in ('whole', 'excerpt', 'second-hand')),
  read_on text not null
    constraint read_on_is_an_iso_date check (length(read_on) = 10 and date(read_on) is read_on)
    constraint read_on_between_1900_and_2100 check (read_on between '1900' and '2101'),
  place text not null constraint place_not_too_long check (length(place) between 1 and 200),
  says text not null constraint says_not_too_long check (length(says) between 1 and 300),
  primary key (table_name, row_key, reading)
) strict;

-- corrections: One error: the cell, the value printed, the value used, one a row. Unit: text.
create table corrections (
  correction_id text not null
    constraint correction_id_not_too_long check (length(correction_id) between 1 and 40),
  table_name text not null constraint table_name_not_too_long check (length(table_name) between 1 and 40),
  row_key text not null constraint row_key_not_too_long check (length(row_key) between 1 and 120),
  column_name text not null constraint column_name_not_too_long check (length(column_name) between 1 and 40),
  value_in_source text not null
    constraint value_in_source_not_too_long check (length(value_in_source) between 1 and 60),
  value_used text not null constraint value_used_not_too_long check (length(value_used) between 1 and 60),
  reason text not null constraint reason_not_too_long check (length(reason) between 1 and 300),
  status text not null constraint status_is_known check (status in ('open', 'fixed at source')),
  checked text not null
    constraint checked_is_an_iso_date check ((length(checked) = 10 and date(checked) is checked))
    constraint checked_between_1900_and_2100 check (checked between '1900' and '2101'),
  primary key (correction_id)
) strict;
