-- When engagement rises: South Korean budgets and acts at the UN, contact between the Koreas, American attention,
-- opinion.

-- engagement_budget_facts: what did the proposal for the year after the commentary do to four lines? One row. Unit:
-- billion won.
create view engagement_budget_facts as
with commentary as (select cast(value as integer) as year from parameters where name = 'commentary_year')
select
  max(case when item = 'cooperation_fund' and stage = 'enacted' and fiscal_year = year
    then budget_bn_won end) as fund_before,
  max(case when item = 'cooperation_fund' and stage = 'proposal' and fiscal_year = year + 1
    then budget_bn_won end) as fund_proposed,
  max(case when item = 'cooperation_fund' and stage = 'enacted' and fiscal_year = year + 1
    then budget_bn_won end) as fund_enacted,
  max(case when item = 'defector_settlement_cash' and stage = 'enacted' and fiscal_year = year
    then budget_bn_won end) as cash_before,
  max(case when item = 'defector_settlement_cash' and stage = 'proposal' and fiscal_year = year + 1
    then budget_bn_won end) as cash_proposed,
  max(case when item = 'nkhr_foundation' and stage = 'enacted' and fiscal_year = year
    then budget_bn_won end) as foundation_before,
  max(case when item = 'nkhr_foundation' and stage = 'proposal' and fiscal_year = year + 1
    then budget_bn_won end) as foundation_proposed,
  max(case when item = 'defector_support_total' and stage = 'enacted' and fiscal_year = year
    then budget_bn_won end) as line_before,
  max(case when item = 'defector_support_total' and stage = 'proposal' and fiscal_year = year + 1
    then budget_bn_won end) as line_proposed,
  sum(case when item = 'nkhr_foundation' and stage = 'enacted' then budget_bn_won end) as foundation_enacted_sum,
  count(case when item = 'nkhr_foundation' and stage = 'enacted' then budget_bn_won end) as foundation_enacted_years
from budget_korea, commentary
where item in ('cooperation_fund', 'defector_settlement_cash', 'nkhr_foundation', 'defector_support_total');

-- engagement_budget_changes: how did the proposal move each of the four lines? One row. Unit: percent.
create view engagement_budget_changes as
select
  100.0 * (fund_proposed / nullif(fund_before, 0) - 1) as fund_change,
  100.0 * (cash_proposed / nullif(cash_before, 0) - 1) as cash_change,
  100.0 * (foundation_proposed / nullif(foundation_before, 0) - 1) as foundation_change,
  100.0 * (line_proposed / nullif(line_before, 0) - 1) as line_change
from engagement_budget_facts;

-- engagement_support_steps: how did each proposed defector line differ from the one proposed a year before, and which
-- camp wrote it? Unit: billion won.
-- A proposal is written in the summer before its fiscal year, so its camp is that of the year before.
create view engagement_support_steps as
select later.fiscal_year, stance_korea.camp, later.budget_bn_won - earlier.budget_bn_won as step_bn_won,
  earlier.budget_bn_won as before_bn_won, later.budget_bn_won as after_bn_won
from budget_korea as later
join budget_korea as earlier on earlier.item = later.item and earlier.stage = later.stage
  and earlier.fiscal_year = later.fiscal_year - 1
join stance_korea on stance_korea.year = later.fiscal_year - 1
where later.item = 'defector_support_total' and later.stage = 'proposal'
  and later.budget_bn_won is not null and earlier.budget_bn_won is not null;

-- engagement_support_falls: how often did the proposed defector line fall, stay or rise, and under whom? One row. Unit:
-- steps, billion won.
-- Rule (steps of the budget): only proposals are compared with proposals; amounts are printed to a tenth, so that a
-- step of one tenth may be rounding and counts as staying.
create view engagement_support_falls as
with placed as (
  select fiscal_year, camp, step_bn_won, before_bn_won, after_bn_won,
    row_number() over (order by fiscal_year) as place, row_number() over (order by fiscal_year desc) as last_place
  from engagement_support_steps),
counted as (
  select count(*) as steps, count(*) filter (where step_bn_won < -0.15) as falls,
    count(*) filter (where step_bn_won > 0.15) as rises,
    count(*) filter (where camp = 'conservative' and step_bn_won < -0.15) as conservative_falls,
    count(*) filter (where camp = 'progressive' and step_bn_won < -0.15) as progressive_falls,
    min(fiscal_year) - 1 as first_year, max(fiscal_year) as last_year,
    max(before_bn_won) filter (where place = 1) as first_line,
    max(after_bn_won) filter (where last_place = 1) as last_line
  from placed)
select steps, falls, rises, steps - falls - rises as level_steps, conservative_falls, progressive_falls, first_year,
  last_year, first_line, last_line
from counted;

-- engagement_support_grants: what was one newcomer's basic grant, by the first and by the last sum on record for those
-- years? One row. Unit: million won, years.
create view engagement_support_grants as
with beside as (
  select grants.year, grants.amount_low / 1e6 as grant_m_won, row_number() over (order by grants.year) as place,
    row_number() over (order by grants.year desc) as last_place
  from engagement_support_falls as line join settlement_grants as grants
    on grants.year between line.first_year and line.last_year
  where grants.country = 'South Korea' and grants.grant_name = 'basic settlement grant' and grants.stage = 'in force')
select max(grant_m_won) filter (where place = 1) as first_grant, max(year) filter (where place = 1) as first_grant_year,
  max(grant_m_won) filter (where last_place = 1) as last_grant,
  max(year) filter (where last_place = 1) as last_grant_year
from beside;

-- engagement_support_plans: the proposed defector line beside the arrivals that the same proposal planned for. Unit:
-- billion won, persons.
create view engagement_support_plans as
select arrivals_planned.fiscal_year, arrivals_planned.persons, budget_korea.budget_bn_won
from arrivals_planned
join budget_korea using (fiscal_year, stage)
where budget_korea.item = 'defector_support_total' and stage = 'proposal' and budget_korea.budget_bn_won > 0
  and arrivals_planned.persons > 0;

-- engagement_support_beside_plans: how did the proposed defector line move from the first to the last plan, beside
-- the planned arrivals? One row. Unit: persons, percent.
create view engagement_support_beside_plans as
with plan_years as (select min(fiscal_year) as first_year, max(fiscal_year) as last_year from engagement_support_plans)
select plan_years.first_year, plan_years.last_year, earlier.persons as planned_then, later.persons as planned_now,
  100.0 * (1.0 * later.persons / earlier.persons - 1) as planned_change,
  100.0 * (later.budget_bn_won / earlier.budget_bn_won - 1) as line_change
from plan_years
left join engagement_support_plans as earlier on earlier.fiscal_year = plan_years.first_year
  and plan_years.first_year < plan_years.last_year
left join engagement_support_plans as later on later.fiscal_year = plan_years.last_year
  and plan_years.first_year < plan_years.last_year;

-- engagement_execution: what share of the cooperation fund was spent in a year? Unit: percent.
-- The published rate of a whole year where there is one, else the amount spent by the enacted fund, else a rate for
-- part of a year, which is marked.
create view engagement_execution as
with known as (
  select contact.year,
    max(contact.value) filter (where contact.indicator = 'cooperation_fund_execution'
      and coalesce(contact.note, '') not like 'To the end of %') as published_pct,
    max(contact.value) filter (where contact.indicator = 'cooperation_fund_execution'
      and contact.note like 'To the end of %') as part_pct,
    max(100.0 * contact.value / fund.budget_bn_won) filter (where contact.indicator = 'cooperation_fund_spent')
      as computed_pct
  from inter_korean as contact
  left join budget_korea as fund on fund.fiscal_year = contact.year and fund.item = 'cooperation_fund'
    and fund.stage = 'enacted' and fund.budget_bn_won > 0
  where contact.indicator in ('cooperation_fund_execution', 'cooperation_fund_spent')
  group by contact.year)
select year, coalesce(published_pct, computed_pct, part_pct) as spent_pct,
  case when published_pct is not null then 'published' when computed_pct is not null then 'computed'
    else 'part of the year' end as basis
from known
where coalesce(published_pct, computed_pct, part_pct) is not null;

-- engagement_execution_facts: how well was the fund spent before and since the break year, and in how many years since
-- was less of it spent than the bound? One row. Unit: percent, years.
create view engagement_execution_facts as
with break as (
  select max(case when name = 'fund_break_year' then cast(value as integer) end) as break_year,
    max(case when name = 'signal_execution_pct' then value end) as signal_pct
  from parameters),
whole as (
  select break_year, signal_pct, year, spent_pct, year >= break_year as is_since,
    row_number() over (partition by year >= break_year order by spent_pct desc, year) as place,
    row_number() over (order by year desc) as recency
  from break left join engagement_execution on basis <> 'part of the year')
select max(break_year) as break_year,
  min(spent_pct) filter (where not is_since) as before_low, max(spent_pct) filter (where not is_since) as before_high,
  max(spent_pct) filter (where is_since) as since_high, count(year) filter (where is_since) as since_years,
  count(year) filter (where is_since and spent_pct < signal_pct) as below_years,
  max(year) filter (where is_since and place = 1) as since_high_year,
  max(year) filter (where recency = 1) as latest_year, max(spent_pct) filter (where recency = 1) as latest_pct
from whole;

-- engagement_stance_facts: how did Seoul act at the UN under each camp, in the year of the most summits and in the
-- other years with one? One row. Unit: years, points of 0 to 2.
-- The camp is the one in office on the day of the vote; it says who governed, not how much Seoul engaged.
create view engagement_stance_facts as
with met as (
  select inter_korean.year, inter_korean.value as summits, stance_korea.un_score, stance_korea.un_action,
    row_number() over (order by inter_korean.value desc, inter_korean.year desc) as place
  from inter_korean join stance_korea using (year)
  where inter_korean.indicator = 'summits' and inter_korean.value is not null),
listed as (
  select year, summits, un_score, place, group_concat(un_action || ' in ' || year, ', ') filter (
      where place between 2 and 5) over (order by year rows between unbounded preceding and unbounded following) as acts
  from met),
summit as (
  select max(year) filter (where place = 1) as summit_year, max(summits) filter (where place = 1) as summits,
    max(un_score) filter (where place = 1) as summit_score,
    coalesce(max(acts), 'none on record') as other_summits
  from listed)
select
  count(case when camp = 'conservative' then un_score end) as conservative_years,
  count(case when camp = 'conservative' and un_score = 2 then 1 end) as conservative_cosponsored,
  count(case when camp = 'progressive' then un_score end) as progressive_years,
  count(case when camp = 'progressive' and un_score = 2 then 1 end) as progressive_cosponsored,
  max(case when camp = 'progressive' and un_score = 2 then year end) as progressive_latest,
  count(case when rights_foundation is not null and rights_foundation <> 'no law' then 1 end) as foundation_years,
  count(case when rights_foundation is not null and rights_foundation <> 'no law'
    and rights_foundation not like 'not launched%' then 1 end) as foundation_launched_years,
  count(un_score) as years,
  max(summit.summit_year) as summit_year, max(summit.summits) as summits, max(summit.summit_score) as summit_score,
  max(summit.other_summits) as other_summits
from summit left join stance_korea on true;

-- engagement_quiet_spells: unbroken runs of years in which Seoul's name was not on the resolution, and the talks of the
-- years among them that are counted. Unit: years, talks a year.
create view engagement_quiet_spells as
with runs as (
  select year, year - row_number() over (order by year) as run from stance_korea where un_score < 2)
select min(runs.year) as first_year, max(runs.year) as last_year, count(*) as years,
  count(talks.value) as counted_years,
  avg(talks.value) as mean_talks
from runs left join inter_korean as talks on talks.year = runs.year and talks.indicator = 'official_talks'
group by runs.run;

-- engagement_talks_split: in how many years of many talks, and of few, was Seoul's name off the resolution? One row.
-- Unit: years.
-- Rule (years of engagement): a year counts as one of engagement from {many_talks} official talks between the Koreas
-- on; a year without a sourced count stands on neither side.
create view engagement_talks_split as
select
  count(case when talks.value >= bound.value and un_score < 2 then 1 end) as many_off,
    count(case when talks.value >= bound.value then un_score end) as many_years,
  count(case when talks.value < bound.value and un_score < 2 then 1 end) as few_off,
    count(case when talks.value < bound.value then un_score end) as few_years
from parameters as bound left join inter_korean as talks on talks.indicator = 'official_talks'
  left join stance_korea using (year)
where bound.name = 'many_talks';

-- engagement_uncounted_talks: talks held under Roh Moo-hyun beyond those of his years that are counted one by one: at
-- most so many fell to 2003 and 2006. One row. Unit: talks.
create view engagement_uncounted_talks as
select max(count) - (
  select sum(value) from inter_korean where indicator = 'official_talks' and year between 2003 and 2007) as talks
from talks_korea_totals where measure = 'official talks' and president = 'Roh Moo-hyun';

-- engagement_talks_facts: sourced talks a year in co-sponsoring years, and in each spell off the list. One row. Unit:
-- talks, years.
create view engagement_talks_facts as
with yearly as (
  select
    count(case when un_score = 2 then value end) as cosponsored_years,
      avg(case when un_score = 2 then value end) as cosponsored_mean,
    count(case when un_score < 2 then value end) as quiet_years,
    count(case when un_score is not null then value end) as known_years
  from stance_korea left join inter_korean on inter_korean.year = stance_korea.year
    and inter_korean.indicator = 'official_talks'),
spells as (
  select mean_talks, printf('%.1f a year from %d to %d', mean_talks, first_year, last_year) || case
      when counted_years < years then printf(' (%d of %d years)', counted_years, years) else '' end as words,
    row_number() over (order by first_year) as place
  from engagement_quiet_spells where counted_years > 0),
listed as (
  select mean_talks, group_concat(words, ' and ') filter (where place <= 4) over (
      order by place rows between unbounded preceding and unbounded following) as spell_list
  from spells)
select yearly.cosponsored_years, yearly.cosponsored_mean, yearly.quiet_years, yearly.known_years,
  min(mean_talks) as spell_mean, max(spell_list) as spell_list
from yearly left join listed on true;

-- engagement_quiet_years: what one institute lists for a year and the year after, beside talks and Seoul's act at the
-- UN. Unit: events a year, talks (where they are not counted, how many there were at least), act of 0 to 2.
-- Balloons with trash are left out; they are listed for one year alone, and answer leaflets.
create view engagement_quiet_years as
select this_year.year, talks.value as talks, stance_korea.un_score, this_year.missile_events,
  this_year.other_events - this_year.balloon_events as other_events, next_year.missile_events as later_events,
  max(this_year.year) filter (where talks.value >= 1) over () as last_talks_year
from provocations as this_year
left join provocations as next_year on next_year.year = this_year.year + 1 and next_year.is_complete_year = 1
left join (
  select year, coalesce(max(value) filter (where indicator = 'official_talks'), max(value)) as value
  from inter_korean where indicator in ('official_talks', 'official_talks_at_least') group by year)
  as talks on talks.year = this_year.year
left join stance_korea on stance_korea.year = this_year.year
where this_year.is_complete_year = 1;

-- engagement_quiet_cases: the years of five comparisons, each with its side and its events. Unit: events a year.
-- Rule (years with talks): a year has talks from one official talk between the Koreas on, whether they are counted or a
-- source says only that there were some; a year of which no source speaks stands on neither side.
create view engagement_quiet_cases as
with tests (test) as (values ('missiles'), ('early'), ('others'), ('later'), ('silence'))
select test, year, case test when 'silence' then un_score < 2 else talks >= 1 end as is_first,
  case test when 'others' then other_events when 'later' then later_events when 'early' then
    case when year <= last_talks_year then missile_events end else missile_events end as events, last_talks_year
from engagement_quiet_years cross join tests;

-- engagement_quiet_splits: in how many years of each side were there more events than in the middle year of both, and
-- how often does chance part them so far? One row a comparison. Unit: years, events, share of blind draws.
-- Rule (a quieter side): the years of both sides are ranked together; a side is quieter when fewer of its years, as a
-- share, lie above the middle one. The chance is Fisher's exact test on these counts, in both directions.
create view engagement_quiet_splits as
with recursive ranked as (
  select test, is_first, events, last_talks_year, row_number() over (partition by test order by events) as place,
    count(*) over (partition by test) as years
  from engagement_quiet_cases where is_first is not null and events is not null),
placed as (
  select test, is_first, events, last_talks_year,
    avg(events) filter (where place between years / 2.0 and years / 2.0 + 1) over (partition by test) as middle
  from ranked),
weight (test, last_talks_year, middle, n, m, found, k, x, w) as (
  select test, max(last_talks_year), max(middle), sum(is_first), sum(not is_first), sum(is_first and events > middle),
    sum(events > middle), max(0, sum(events > middle) - sum(not is_first)),
    case when sum(is_first) > 0 and sum(not is_first) > 0 then 1.0 end
  from placed group by test
  union all
  select test, last_talks_year, middle, n, m, found, k, x + 1, w * (n - x) * (k - x) / ((x + 1) * (m - k + x + 1))
  from weight where w is not null and x < min(n, k)),
weighed as (
  select test, last_talks_year, middle, n, m, found, k, w,
    max(w) filter (where x = found) over (partition by test) as w_found
  from weight)
select test, max(last_talks_year) as last_talks_year, max(middle) as middle, max(n) as first_years,
  max(m) as other_years, max(found) as first_above, max(k - found) as other_above,
  sum(w) filter (where w <= w_found * 1.000001) / sum(w) as chance_share
from weighed group by test;

-- engagement_quiet_facts: in how many years of each side did the list have more events than in the middle year of
-- both? Five rows, one a comparison, with empty ones where a side has no years. Unit: years, events, blind draws in a
-- thousand.
-- Years with and without talks are compared by missiles of the year (missiles), by those to the last year with talks
-- alone (early), by other events (others) and by missiles of the year after (later); silence compares years with
-- Seoul's name off the UN resolution (with) and on it (without) by missiles of the year.
create view engagement_quiet_facts as
select listed.value as comparison, first_years as with_count, other_years as without_count, first_above as with_above,
  other_above as without_above, middle, 1000 * chance_share as chance,
  max(last_talks_year) over () as last_talks_year
from json_each(json_array('missiles', 'early', 'others', 'later', 'silence')) as listed
left join engagement_quiet_splits on test = listed.value;

-- engagement_quiet_asked: what do the claims ask of four of these comparisons? One row, so that they are computed once.
-- Unit: shares of years, blind draws in a thousand.
create view engagement_quiet_asked as
select 1000 * max(chance_share) filter (where test = 'missiles') as missiles_chance,
  max(1.0 * first_above / first_years) filter (where test = 'missiles') as missiles_with_share,
  max(1.0 * other_above / other_years) filter (where test = 'missiles') as missiles_without_share,
  1000 * max(chance_share) filter (where test = 'others') as others_chance,
  1000 * max(chance_share) filter (where test = 'later') as later_chance,
  1000 * max(chance_share) filter (where test = 'silence') as silence_chance,
  max(1.0 * first_above / first_years) filter (where test = 'silence') as silence_off_share,
  max(1.0 * other_above / other_years) filter (where test = 'silence') as silence_on_share
from engagement_quiet_splits;

-- engagement_money_facts: words on rights in the yearly address, what Congress set aside for rights in the North and
-- what the endowment gave, in the commentary's year and the two after it. One row. Unit: words, million dollars.
create view engagement_money_facts as
with commentary as (select cast(value as integer) as year from parameters where name = 'commentary_year'),
words as (
  select max(rights_words) filter (where attention_us.year = commentary.year) as words_then,
    max(rights_words) filter (where attention_us.year = commentary.year + 1)
      + max(rights_words) filter (where attention_us.year = commentary.year + 2) as words_later
  from commentary left join attention_us on attention_us.year between commentary.year and commentary.year + 2),
money as (
  select max(value) filter (where date_from = cast(year as text)) as money_then,
    max(value) filter (where date_from = cast(year + 1 as text)) as money_next,
    max(value) filter (where date_from = cast(year + 2 as text)) as money_after
  from commentary left join policy_us on kind = 'appropriation' and what = 'NK rights in State-Foreign Operations act'),
endowment as (
  select max(usd_m) filter (where fiscal_from = year) as grants_then,
    max(usd_m) filter (where fiscal_from = year + 1) as grants_next
  from commentary left join grants_us on giver = 'NED' and counted_by = 'NED data of January 2020'
    and fiscal_from = fiscal_to)
select words_then, words_later, money_then, money_next, money_after, grants_then, grants_next
from words cross join money cross join endowment;

-- engagement_silence_facts: crossings before, in the first and the last of the years in which Seoul had left the
-- co-sponsors, and after. One row. Unit: crossings a year.
create view engagement_silence_facts as
with first_cosponsored as (select min(year) as year from stance_korea where un_score = 2),
quiet as (
  select min(stance_korea.year) as first_year, max(stance_korea.year) as last_year from stance_korea, first_cosponsored
  where stance_korea.un_score < 2 and stance_korea.year > first_cosponsored.year),
spell as (
  select quiet.first_year, quiet.last_year, max(case when stance_korea.un_score = 2 then crossing.year end)
    as latest_year
  from quiet left join inter_korean as crossing on crossing.indicator = 'people_crossing' and crossing.value is not null
    and crossing.year > quiet.last_year
  left join stance_korea on stance_korea.year = crossing.year
  group by quiet.first_year, quiet.last_year)
select spell.first_year, spell.last_year, spell.latest_year, before.value as before_persons,
  first_quiet.value as first_quiet_persons, last_quiet.value as quiet_persons, latest.value as latest_persons
from spell
left join inter_korean as before on before.indicator = 'people_crossing' and before.year = spell.first_year - 1
left join inter_korean as first_quiet on first_quiet.indicator = 'people_crossing'
  and first_quiet.year = spell.first_year
left join inter_korean as last_quiet on last_quiet.indicator = 'people_crossing' and last_quiet.year = spell.last_year
left join inter_korean as latest on latest.indicator = 'people_crossing' and latest.year = spell.latest_year;

-- engagement_zone_facts: crossings in the year before Seoul closed the Kaesong zone, and in the year after. One row.
-- Unit: crossings a year.
create view engagement_zone_facts as
select max(value) filter (where year = 2015) as before_persons, max(value) filter (where year = 2017) as after_persons
from inter_korean where indicator = 'people_crossing';

-- engagement_tweets_facts: tweets naming North Korea, and rights or defectors, before and after February of the
-- commentary's year. One row. Unit: tweets.
create view engagement_tweets_facts as
with span as (
  select cast(value as integer) || '-02' as first_month, cast(value as integer) || '-10' as last_month
  from parameters where name = 'commentary_year')
select
  sum(case when month < first_month then korea_tweets end) as before_korea,
  sum(case when month < first_month then rights_tweets end) as before_rights,
  sum(case when month between first_month and last_month then korea_tweets end) as after_korea,
  sum(case when month between first_month and last_month then rights_tweets end) as after_rights,
  sum(case when month > last_month then korea_tweets end) as later_korea,
  sum(case when month > last_month then rights_tweets end) as later_rights
from tweets_us_monthly, span;

-- engagement_tweets_shares: what share of those tweets names rights or defectors? One row. Unit: percent.
create view engagement_tweets_shares as
select 100.0 * before_rights / nullif(before_korea, 0) as before_share,
  100.0 * after_rights / nullif(after_korea, 0) as after_share
from engagement_tweets_facts;

-- engagement_other_voices: who in Washington spoke of rights or defectors in those months other than by tweet, as our
-- list has it? One row. Unit: text.
create view engagement_other_voices as
with span as (
  select cast(value as integer) || '-02' as first_day, cast(value as integer) || '-11' as end_day
  from parameters where name = 'commentary_year'),
voices as (
  select case when what like 'Trump met%' then 'the president with defectors'
      when what like 'Singapore:%' then 'the president, asked in Singapore,'
      when what like 'Vice President%' then 'the vice president' else 'the State Department' end
      || printf(' on %s %d', calendar_months.name, cast(substr(date_from, 9) as integer)) as words,
    row_number() over (order by date_from, what) as place
  from span cross join policy_us join calendar_months on calendar_months.month = substr(date_from, 6, 2)
  where length(date_from) = 10 and kind = 'attention'
    and (what like 'Trump met%' or what like 'Singapore:%' or what like 'Vice President%'
      or what like 'State Department statement%')
    and date_from >= first_day and date_from < end_day),
listed as (
  select group_concat(words, ', ') over (
    order by place rows between unbounded preceding and unbounded following) as voices
  from voices where place <= 6 limit 1)
select coalesce((select voices from listed), 'nobody') as voices;

-- engagement_rights_facts: does Seoul's name leave the resolution in years of many talks, and do rights leave the
-- president's tweets from February of the commentary's year? One row. Unit: years, tweets, share of blind draws.
-- The chances are hypergeometric tails: how many of all blind draws, with as many years off the list, or tweets on
-- rights, in all, give so many of them among the years of many talks, or the tweets before?
create view engagement_rights_facts as
with recursive tests (test, found, n, m, k) as (
  select 'talks', many_off, many_years, few_years, many_off + few_off from engagement_talks_split
  union all
  select 'tweets', before_rights, before_korea, after_korea, before_rights + after_rights from engagement_tweets_facts),
weight (test, found, n, m, k, x, w) as (
  select test, found, n, m, k, max(0, k - m), case when n > 0 and m > 0 and k <= 1000 then 1.0 end from tests
  union all
  select test, found, n, m, k, x + 1, w * (n - x) * (k - x) / ((x + 1) * (m - k + x + 1)) from weight
  where w is not null and x < min(n, k)),
drawn as (
  select test, max(found) as found, max(n) as n, max(m) as m, max(k) as k,
    sum(case when x >= found then w end) / sum(w) as chance_share
  from weight group by test)
select max(found) filter (where test = 'talks') as many_off, max(n) filter (where test = 'talks') as many_years,
  max(k - found) filter (where test = 'talks') as few_off, max(m) filter (where test = 'talks') as few_years,
  max(1.0 * found / nullif(n, 0)) filter (where test = 'talks') as many_share,
  max(1.0 * (k - found) / nullif(m, 0)) filter (where test = 'talks') as few_share,
  max(chance_share) filter (where test = 'talks') as talks_chance,
  max(1.0 * found / nullif(n, 0)) filter (where test = 'tweets') as before_share,
  max(1.0 * (k - found) / nullif(m, 0)) filter (where test = 'tweets') as after_share,
  max(chance_share) filter (where test = 'tweets') as tweets_chance
from drawn;

-- engagement_address_facts: the commentary's address beside all others. One row. Unit: words, addresses.
create view engagement_address_facts as
with commentary as (select cast(value as integer) as year from parameters where name = 'commentary_year')
select
  max(case when attention_us.year = commentary.year then total_words end) as total_words,
  max(case when attention_us.year = commentary.year then korea_passage_words end) as passage_words,
  max(case when attention_us.year = commentary.year then korea_sentence_words end) as sentence_words,
  max(case when attention_us.year = commentary.year then rights_words end) as rights_words,
  sum(rights_words) as rights_words_all,
  sum(case when attention_us.year > commentary.year then rights_words end) as rights_words_since,
  count(case when attention_us.year > commentary.year then 1 end) as addresses_since,
  count(case when attention_us.year > commentary.year and korea_passage_words = 0 then 1 end) as silent_since,
  count(*) as addresses, min(attention_us.year) as first_year
from attention_us, commentary;

-- engagement_address_shares: North Korea's part of that address, the part of it on rights, and what that is of the
-- words on rights in all addresses. One row. Unit: percent.
create view engagement_address_shares as
select 100.0 * passage_words / nullif(total_words, 0) as speech_share,
  100.0 * rights_words / nullif(passage_words, 0) as rights_share,
  100.0 * rights_words / nullif(rights_words_all, 0) as spike_share
from engagement_address_facts;

-- engagement_policy_facts: the reception of defectors, the reauthorization after the summit, and the envoy's post.
-- One row. Unit: persons, days, months.
-- The address was given on 30 January 2018.
-- Rule (the envoy's post): it is followed month by month, from the month in which the commentary's author left it to
-- the end of {last_full_year}; a month counts once, and not as empty if somebody held the post in it.
create view engagement_policy_facts as
with recursive span as (
  select status, what like '%King%' as is_author,
    12 * substr(date_from, 1, 4) + coalesce(nullif(substr(date_from, 6, 2), ''), 1) as month_from,
    12 * substr(date_to, 1, 4) + coalesce(nullif(substr(date_to, 6, 2), ''), 1) as month_to
  from policy_us where kind = 'special_envoy'),
months (month, end_month) as (
  select max(span.month_to), 12 * (max(parameters.value) + 1) + 1
  from parameters left join span on span.status = 'filled' and span.is_author
  where parameters.name = 'last_full_year'
  union all select month + 1, end_month from months where month + 1 < end_month),
held as (
  select months.month, max(span.status = 'vacant') as is_vacant, max(span.status = 'filled') as is_filled
  from months left join span on months.month >= span.month_from
    and months.month < coalesce(span.month_to, months.end_month)
  where months.month < months.end_month
  group by months.month),
envoy as (
  select case when count(*) > 0 then count(*) filter (where is_vacant and not is_filled) end as vacant_months,
    nullif(count(*), 0) as envoy_months from held),
dated as (
  select min(fact.date_from) filter (where fact.kind = 'summit') as summit,
    min(fact.date_from) filter (where fact.kind = 'law' and fact.status = 'in force' and length(fact.date_from) = 10)
      as renewal
  from parameters left join policy_us as fact
    on substr(fact.date_from, 1, 4) = cast(cast(parameters.value as integer) as text)
  where parameters.name = 'commentary_year'),
reception as (
  select value as persons,
    case when length(date_from) = 10 then julianday(date_from) - julianday('2018-01-30') end as days_after
  from policy_us
  where kind = 'attention' and what like '%Oval Office%' order by date_from, what limit 1)
select reception.persons as reception_persons, reception.days_after as reception_days,
  case when length(dated.summit) = 10 then julianday(dated.renewal) - julianday(dated.summit) end as renewal_days,
  envoy.vacant_months, envoy.envoy_months
from envoy cross join dated left join reception on true;

-- engagement_unification: shares of South Koreans who call unification necessary or not, in the yearly survey of one
-- university. Unit: percent.
-- run numbers unbroken stretches of years, so that a line is not drawn across years without a figure.
create view engagement_unification as
select year, case answer when 'very or somewhat' then 'necessary' else 'not necessary' end as answer, share_pct,
  respondents,
  year - row_number() over (partition by answer order by year) as run
from opinion
where pollster = 'IPUS/Gallup Korea' and topic = 'unification necessary'
  and answer in ('very or somewhat', 'not necessary');

-- engagement_opinion_facts: support for unification in the commentary's year and now, and two polls on raising
-- rights. One row. Unit: percent.
create view engagement_opinion_facts as
with commentary as (select cast(value as integer) as year from parameters where name = 'commentary_year'),
necessary as materialized (
  select year, share_pct, respondents from opinion where pollster = 'IPUS/Gallup Korea'
    and topic = 'unification necessary' and answer = 'very or somewhat')
select
  (select share_pct from necessary where year = (select year from commentary)) as then_pct,
  (select share_pct from necessary order by year desc limit 1) as latest_pct,
  (select year from necessary order by year desc limit 1) as latest_year,
  (select respondents from necessary order by year desc limit 1) as latest_respondents,
  (select share_pct from opinion where topic = 'NK human rights'
    and answer = 'raising it would hurt inter-Korean relations' order by year desc, pollster limit 1)
    as would_hurt_pct,
  (select share_pct from opinion where topic = 'NK human rights' and answer = 'for promoting it'
    order by year desc, pollster limit 1) as promote_pct;  -- of one year's polls, the first by name

-- engagement_printed_choices: the parameters that this chapter prints. One row. Unit: see parameters.
create view engagement_printed_choices as
select
  max(case when name = 'steep_cut_pct' then value end) as steep_cut_pct,
  max(case when name = 'signal_execution_pct' then value end) as signal_pct,
  max(case when name = 'many_talks' then value end) as many_talks,
  max(case when name = 'speech_share_pct' then value end) as speech_pct,
  max(case when name = 'majority_share_pct' then value end) as majority_pct,
  max(case when name = 'last_full_year' then value end) as last_full_year,
  max(case when name = 'commentary_year' then value end) as commentary_year
from parameters;

-- numbers_engagement: every number that the chapter prints, under the form in which it is printed.
create view numbers_engagement as
with named (key, value, form) as materialized (
  select number.key, number.value, form.key from engagement_budget_facts, json_each(json_object(
    'amount', json_object('engagement_fund_before', fund_before, 'engagement_fund_proposed', fund_proposed,
      'engagement_fund_enacted', fund_enacted, 'engagement_line_before', line_before,
      'engagement_line_proposed', line_proposed, 'engagement_cash_before', cash_before,
      'engagement_cash_proposed', cash_proposed, 'engagement_foundation_before', foundation_before,
      'engagement_foundation_proposed', foundation_proposed,
      'engagement_foundation_enacted_sum', foundation_enacted_sum),
    '%d', json_object('engagement_foundation_enacted_years', foundation_enacted_years))) as form,
    json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_budget_changes, json_each(json_object(
    '%+.1f', json_object('engagement_fund_change', fund_change, 'engagement_line_change', line_change),
    '%+.0f', json_object('engagement_cash_change', cash_change,
      'engagement_foundation_change', foundation_change))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_support_falls, json_each(json_object(
    'amount', json_object('engagement_support_first', first_line, 'engagement_support_last', last_line),
    '%d', json_object('engagement_support_steps', steps, 'engagement_support_falls', falls,
      'engagement_support_level_steps', level_steps, 'engagement_support_rises', rises,
      'engagement_support_conservative_falls', conservative_falls,
      'engagement_support_progressive_falls', progressive_falls, 'engagement_support_first_year', first_year,
      'engagement_support_last_year', last_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_support_grants, json_each(json_object(
    '%d', json_object('engagement_grant_first_year', first_grant_year,
      'engagement_grant_last_year', last_grant_year),
    '%.0f', json_object('engagement_grant_first', first_grant,
      'engagement_grant_last', last_grant))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_support_beside_plans, json_each(json_object(
    '%+.0f', json_object('engagement_plans_change', planned_change, 'engagement_plans_line_change', line_change),
    '%,d', json_object('engagement_plans_then', planned_then, 'engagement_plans_now', planned_now),
    '%d', json_object('engagement_plans_first_year', first_year,
      'engagement_plans_last_year', last_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_execution_facts, json_each(json_object(
    '%.1f', json_object('engagement_spent_latest', latest_pct),
    '%.0f', json_object('engagement_spent_before_low', before_low, 'engagement_spent_before_high', before_high,
      'engagement_spent_since_high', since_high),
    '%d', json_object('engagement_spent_break_year', break_year, 'engagement_spent_since_high_year', since_high_year,
      'engagement_spent_since_years', since_years, 'engagement_spent_below_years', below_years,
      'engagement_spent_latest_year', latest_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_stance_facts, json_each(json_object(
    'words', json_object('engagement_other_summits', other_summits),
    '%.0f', json_object('engagement_summits', summits),
    '%d', json_object('engagement_conservative_years', conservative_years,
      'engagement_conservative_cosponsored', conservative_cosponsored,
      'engagement_progressive_years', progressive_years, 'engagement_progressive_cosponsored', progressive_cosponsored,
      'engagement_progressive_latest', progressive_latest, 'engagement_foundation_years', foundation_years,
      'engagement_foundation_launched_years', foundation_launched_years, 'engagement_stance_years', years,
      'engagement_summit_year', summit_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_talks_facts, json_each(json_object(
    'words', json_object('engagement_quiet_spells', spell_list),
    '%.1f', json_object('engagement_talks_cosponsored_mean', cosponsored_mean),
    '%d', json_object('engagement_talks_known_years', known_years))) as form, json_each(form.value) as number
  union all
  select 'engagement_uncounted_talks', talks, '%,.0f' from engagement_uncounted_talks
  union all
  select number.key, number.value, form.key from engagement_rights_facts, json_each(json_object(
    '%d', json_object('engagement_many_off', many_off, 'engagement_many_years', many_years, 'engagement_few_off',
      few_off, 'engagement_few_years', few_years),
    '%.0f', json_object('engagement_talks_chance', 100.0 * talks_chance,
      'engagement_tweets_chance', 100.0 * tweets_chance))) as form, json_each(form.value) as number
  union all
  select 'engagement_' || comparison || number.key, number.value, form.key
  from engagement_quiet_facts, json_each(json_object(
    '%d', json_object('_with', with_count, '_without', without_count, '_with_above', with_above,
      '_without_above', without_above, '_last_talks_year', last_talks_year),
    '%g', json_object('_middle', middle),
    '%,.0f', json_object('_chance', chance))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_money_facts, json_each(json_object(
    '%,d', json_object('engagement_words_then', words_then, 'engagement_words_later', words_later),
    '%g', json_object('engagement_money_then', money_then, 'engagement_money_next', money_next,
      'engagement_money_after', money_after),
    '%.1f', json_object('engagement_grants_then', grants_then,
      'engagement_grants_next', grants_next))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_silence_facts, json_each(json_object(
    '%,d', json_object('engagement_crossings_before', before_persons,
      'engagement_crossings_first_quiet', first_quiet_persons, 'engagement_crossings_quiet', quiet_persons,
      'engagement_crossings_latest', latest_persons),
    '%d', json_object('engagement_before_year', first_year - 1, 'engagement_quiet_first_year', first_year,
      'engagement_quiet_year', last_year,
      'engagement_crossing_year', latest_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, '%,d' from engagement_zone_facts, json_each(json_object(
    'engagement_crossings_zone', before_persons, 'engagement_crossings_after_zone', after_persons)) as number
  union all
  select number.key, number.value, form.key from engagement_tweets_facts, json_each(json_object(
    '%,d', json_object('engagement_tweets_before', before_korea, 'engagement_tweets_before_rights', before_rights,
      'engagement_tweets_after', after_korea, 'engagement_tweets_after_rights', after_rights,
      'engagement_tweets_later', later_korea,
      'engagement_tweets_later_rights', later_rights))) as form, json_each(form.value) as number
  union all
  select 'engagement_other_voices', voices, 'words' from engagement_other_voices
  union all
  select number.key, number.value, form.key from engagement_tweets_shares, json_each(json_object(
    '%.0f', json_object('engagement_tweets_before_share', before_share,
      'engagement_tweets_after_share', after_share))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_address_facts, json_each(json_object(
    '%,d', json_object('engagement_address_words', total_words, 'engagement_address_passage', passage_words,
      'engagement_address_named', sentence_words, 'engagement_address_rights', rights_words,
      'engagement_address_rights_all', rights_words_all, 'engagement_address_rights_since', rights_words_since),
    '%d', json_object('engagement_addresses', addresses, 'engagement_addresses_since', addresses_since,
      'engagement_addresses_silent', silent_since,
      'engagement_addresses_first_year', first_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_address_shares, json_each(json_object(
    '%.1f', json_object('engagement_address_share', speech_share),
    '%.0f', json_object('engagement_address_rights_share', rights_share,
      'engagement_address_spike_share', spike_share))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_policy_facts, json_each(json_object(
    '%.0f', json_object('engagement_reception_persons', reception_persons, 'engagement_reception_days', reception_days,
      'engagement_renewal_days', renewal_days),
    '%d', json_object('engagement_envoy_vacant_months', vacant_months,
      'engagement_envoy_months', envoy_months))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_opinion_facts, json_each(json_object(
    '%.1f', json_object('engagement_unification_then', then_pct, 'engagement_unification_latest', latest_pct,
      'engagement_would_hurt', would_hurt_pct, 'engagement_promote', promote_pct),
    '%,d', json_object('engagement_unification_respondents', latest_respondents),
    '%d', json_object('engagement_unification_year', latest_year))) as form, json_each(form.value) as number
  union all
  select number.key, number.value, form.key from engagement_printed_choices, json_each(json_object(
    '%g', json_object('engagement_steep_cut', steep_cut_pct, 'engagement_signal_bound', signal_pct,
      'engagement_many_talks', many_talks, 'engagement_speech_bound', speech_pct,
      'engagement_majority_bound', majority_pct),
    '%d', json_object('engagement_envoy_last_year', last_full_year, 'engagement_commentary_year', commentary_year,
      'engagement_proposal_year', commentary_year + 1))) as form, json_each(form.value) as number)
select key, case when form <> 'words' then value end as value,
  case when value is null then null
    when form = 'words' then value
    when form = 'amount' then printf('%,d.%d', cast(10 * value + 0.5 as integer) / 10,
      cast(10 * value + 0.5 as integer) % 10)
    else replace(printf(form, value), '-', '−') end as text
from named;

-- engagement_budget_lines: the cooperation fund and the defector line by fiscal year and stage, with empty rows where
-- no figure was found. Unit: billion won.
create view engagement_budget_lines as
with recursive years (fiscal_year, last_year) as (
  select min(fiscal_year), max(fiscal_year) from budget_korea
    where item in ('cooperation_fund', 'defector_support_total')
  having count(*) > 0 -- no years at all, rather than a row of no year
  union all select fiscal_year + 1, last_year from years where fiscal_year < last_year),
stages (stage, stage_label, sort) as (values ('enacted', 'enacted', 1), ('proposal', 'proposed', 2),
  ('budget', 'stage not stated', 3)),
items (item, item_label) as (values ('cooperation_fund', 'cooperation fund'),
  ('defector_support_total', 'defector support'))
select item, item_label, fiscal_year, stage_label as stage, sort, budget_bn_won
from years cross join stages cross join items left join budget_korea using (fiscal_year, stage, item);

-- fig_engagement_budget_fund: the rows of the cooperation fund. Unit: billion won.
create view fig_engagement_budget_fund as
select fiscal_year, stage, sort, budget_bn_won from engagement_budget_lines
where item = 'cooperation_fund' order by sort, fiscal_year;

-- fig_engagement_budget_support: the rows of the defector line. Unit: billion won.
create view fig_engagement_budget_support as
select fiscal_year, stage, sort, budget_bn_won from engagement_budget_lines
where item = 'defector_support_total' order by sort, fiscal_year;

-- fig_engagement_budget_named: the first and the last proposal for the defector line, written out. Unit: billion won.
create view fig_engagement_budget_named as
with proposals as (
  select fiscal_year, budget_bn_won, row_number() over (order by fiscal_year) as from_first,
    row_number() over (order by fiscal_year desc) as from_last
  from engagement_budget_lines
  where item = 'defector_support_total' and stage = 'proposed' and budget_bn_won is not null)
select fiscal_year, budget_bn_won, printf('%,.1f', budget_bn_won) as label
from proposals where from_first = 1 or from_last = 1 order by fiscal_year;

-- fig_engagement_budget_conservative: fiscal years whose budget a conservative government drafted, as bands to shade.
-- Unit: years.
create view fig_engagement_budget_conservative as
select year + 0.5 as year_from, year + 1.5 as year_to, president from stance_korea
where camp = 'conservative'
  and year + 1 between (select min(fiscal_year) from engagement_budget_lines)
    and (select max(fiscal_year) from engagement_budget_lines)
order by year;

-- fig_engagement_stance: Seoul's acts on rights as tiles, one a year and row; a year in which there was no such thing,
-- or of which nothing is known, has no tile. Unit: our reading of the rows of stance_korea.
create view fig_engagement_stance as
with acts (year, place, act, answer, detail) as (
  select year, 1, 'UN sponsor', case un_score when 2 then 'yes' when 1 then 'in part' when 0 then 'no' end, un_action
  from stance_korea
  union all
  select year, 2, 'ambassador', case when ambassador_post = 'filled' then 'yes' when ambassador_post like 'filled %'
    then 'in part' when ambassador_post = 'vacant' then 'no' end, ambassador_post
  from stance_korea
  union all
  select year, 3, 'foundation', case when rights_foundation like 'not launched%' then 'no'
    when rights_foundation <> 'no law' then 'yes' end, rights_foundation
  from stance_korea)
select year, act, answer, detail, case answer when 'in part' then '/' else '' end as mark
from acts where answer is not null order by place, year;

-- fig_engagement_stance_governments: who governed on the day of the vote, one row an unbroken time. Unit: years.
-- label: the president's family name, where the strip is long enough for it on a phone.
create view fig_engagement_stance_governments as
with named as (
  select year, camp, substr(president, case when president like '% / %' then instr(president, ' / ') + 3 else 1 end)
    as president
  from stance_korea),
short as (
  select year, camp, case when president like '% (%' then substr(president, 1, instr(president, ' (') - 1)
    else president end as president
  from named),
runs as (
  select year, camp, president, year - row_number() over (partition by president, camp order by year) as run
  from short)
select min(year) as first_year, max(year) as last_year, 'government' as act, camp, president,
  (min(year) + max(year)) / 2 as middle_year,
  case when 1.35 * count(*) >= instr(president || ' ', ' ') - 1
    then substr(president, 1, instr(president || ' ', ' ') - 1) else '' end as label
from runs group by president, camp, run order by 1;

-- fig_engagement_quiet: missile entries by year, by whether there were talks. Unit: events a year.
create view fig_engagement_quiet as
select year, missile_events, other_events,
  case when talks >= 1 then 'talks' when talks is null then 'talks not known' else 'no talks' end as contact
from engagement_quiet_years
order by year;

-- fig_engagement_crossings: crossings between the Koreas by year and by what Seoul did at the UN. Unit: crossings a
-- year.
create view fig_engagement_crossings as
select inter_korean.year, inter_korean.value as persons,
  case stance_korea.un_score when 2 then 'co-sponsored' when 1 then 'did not' when 0 then 'did not'
    else 'no vote known' end as stance,
  coalesce(inter_korean.note, '') as note
from inter_korean left join stance_korea using (year)
where inter_korean.indicator = 'people_crossing'
order by inter_korean.year;

-- fig_engagement_crossings_late: the same from the year on in which Seoul closed the Kaesong zone, on a scale of their
-- own. Unit: crossings a year.
create view fig_engagement_crossings_late as
select year, persons, printf('%,d', persons) as label, stance, note from fig_engagement_crossings where year >= 2016
order by year;

-- fig_engagement_crossings_closing: when Seoul closed the Kaesong zone, beside the columns. Unit: years.
create view fig_engagement_crossings_closing as
select 2016 as year, 'Kaesong zone' || char(10) || 'closed, Feb 2016' as label;

-- fig_engagement_address: words on North Korea in the yearly address, split by subject. Unit: words.
create view fig_engagement_address as
select year, president, part, words, sort from (
  select year, president, 'on human rights' as part, rights_words as words, 1 as sort from attention_us
  union all select year, president, 'on other matters', korea_passage_words - rights_words, 2 from attention_us)
order by year, sort;

-- fig_engagement_address_label: the address with the longest passage, as a label. Unit: words.
create view fig_engagement_address_label as
select year, korea_passage_words as words, printf('%d: %,d words, %,d on rights', year, korea_passage_words,
  rights_words) as label
from attention_us order by korea_passage_words desc, year limit 1;

-- fig_engagement_tweets: tweets that name North Korea by month, split by subject. Unit: tweets.
create view fig_engagement_tweets as
select month, part, tweets, sort from (
  select month, 'naming rights or defectors' as part, rights_tweets as tweets, 1 as sort from tweets_us_monthly
  union all select month, 'on other matters', korea_tweets - rights_tweets, 2 from tweets_us_monthly)
order by month, sort;

-- fig_engagement_tweets_window: the months from February of the commentary's year to the month before it, as a bar.
-- Unit: months.
create view fig_engagement_tweets_window as
select min(month) as month_from, max(month) as month_to
from tweets_us_monthly, parameters
where parameters.name = 'commentary_year' and month between printf('%d-02', value) and printf('%d-10', value)
having count(*) > 0;

-- fig_engagement_unification: the two answers by survey year; run breaks the line at years without a figure. Unit:
-- percent.
create view fig_engagement_unification as
select year, answer, share_pct, answer || ' ' || run as run, respondents from engagement_unification order by answer,
  year;

-- fig_engagement_unification_label: each answer at its first year and at its last. Unit: percent. name: the answer, at
-- its first year; side: where the text stands.
create view fig_engagement_unification_label as
with placed as (
  select year, answer, share_pct, row_number() over (partition by answer order by year) as from_first,
    row_number() over (partition by answer order by year desc) as from_last
  from engagement_unification)
select year, answer, share_pct,
  case from_last when 1 then printf('%.0f%%', share_pct) else answer || printf(' %.0f%%', share_pct) end as label,
  case from_last when 1 then 'last' else 'first' end as side
from placed where from_first = 1 or from_last = 1 order by answer, year;

-- tbl_engagement_budget: four lines by fiscal year, each stage in its own column. Unit: billion won.
create view tbl_engagement_budget as
select cast(fiscal_year as text) as fiscal_year,
  max(case when item = 'cooperation_fund' and stage = 'proposal'
    then printf('%,d.%d', cast(10 * budget_bn_won + 0.5 as integer) / 10,
    cast(10 * budget_bn_won + 0.5 as integer) % 10) end) as fund_proposed,
  max(case when item = 'cooperation_fund' and stage = 'enacted'
    then printf('%,d.%d', cast(10 * budget_bn_won + 0.5 as integer) / 10,
    cast(10 * budget_bn_won + 0.5 as integer) % 10) end) as fund_enacted,
  max(case when item = 'defector_support_total' and stage = 'proposal'
    then printf('%.1f', budget_bn_won) end) as support_proposed,
  max(case when item = 'defector_support_total' and stage = 'enacted'
    then printf('%.1f', budget_bn_won) end) as support_enacted,
  max(case when item = 'defector_settlement_cash' and stage = 'proposal'
    then printf('%.1f', budget_bn_won) end) as cash_proposed,
  max(case when item = 'defector_settlement_cash' and stage = 'enacted'
    then printf('%.1f', budget_bn_won) end) as cash_enacted,
  max(case when item = 'nkhr_foundation' and stage = 'proposal'
    then printf('%.1f', budget_bn_won) end) as foundation_proposed,
  max(case when item = 'nkhr_foundation' and stage = 'enacted'
    then printf('%.1f', budget_bn_won) end) as foundation_enacted
from budget_korea
where item in ('cooperation_fund', 'defector_support_total', 'defector_settlement_cash', 'nkhr_foundation')
  and stage in ('proposal', 'enacted')
  and budget_bn_won is not null
group by budget_korea.fiscal_year order by budget_korea.fiscal_year;

-- tbl_engagement_rights_lines: every budget line for rights or a center, by fiscal year and stage. Unit: billion won.
create view tbl_engagement_rights_lines as
with item_name (item, label, sort) as (values
  ('nkhr_foundation', 'rights foundation', 1), ('nkhr_policy', 'rights policy', 2),
    ('nkhr_record_center', 'rights record center', 3),
  ('nkhr_center_building', 'rights center, building', 4), ('nkhr_items_total', 'all rights items', 5),
    ('peace_coexistence_center', 'peace center', 6))
select cast(fiscal_year as text) as fiscal_year, label as line,
  max(case when stage in ('request', 'proposal') then printf('%.2f', budget_bn_won) || case stage when 'request'
    then ' (asked)' else '' end end) as proposed,
  max(case when stage = 'committee' then case when budget_bn_won is not null then printf('%.2f', budget_bn_won)
    else replace(printf('%+.2f', change_bn_won), '-', '−') || ' (change)' end end) as committee,
  max(case when stage = 'enacted' then printf('%.2f', budget_bn_won) end) as enacted
from budget_korea join item_name using (item)
where coalesce(budget_bn_won, change_bn_won) is not null
group by budget_korea.fiscal_year, item_name.item order by item_name.sort, budget_korea.fiscal_year;

-- tbl_engagement_policy: the American policy timeline. Unit: text.
create view tbl_engagement_policy as
select
  case when date_to is null then 'since ' || date_from when date_to = date_from then date_from else date_from
    || ' to ' || date_to end as dates,
  case kind when 'special_envoy' then 'Special envoy' when 'summit' then 'Summit' when 'law' then 'Human Rights Act'
    when 'authorization' then 'Money authorized'
    when 'appropriation' then 'Money appropriated' else 'Attention' end as subject,
  what || case unit when 'usd_m_a_year' then printf(': $%g million a year', value) when 'usd_m'
    then printf(': $%g million', value) else '' end as what,
  coalesce(status, '') as status
from policy_us order by date_from, kind, what;

-- tbl_engagement_disagreements: where counts of this chapter's subjects differ, and which one is used. Unit: see unit.
create view tbl_engagement_disagreements as
select period, measure, printf('%g', value) || case unit when 'bn_won' then ' bn won' when 'pct' then ' percent'
  when 'persons' then ' persons' else '' end as value,
  who, case is_used when 1 then 'used' else 'not used' end as used, reason
from disagreements
where disagreement_id in ('coop_fund_2018', 'coop_fund_2019', 'coop_fund_2022', 'planned_2022', 'planned_2024',
  'fund_execution_2006', 'fund_execution_2007', 'fund_execution_2009', 'fund_execution_2012', 'fund_spent_2016',
  'fund_spent_2017', 'talks_2018', 'talks_total_2021', 'missile_events_2017',
  'missile_events_2019', 'ned_2016', 'ned_2017', 'ned_2018',
  'cosponsor_return', 'cosponsor_gap', 'crossing_2009', 'speech_2018', 'opinion_satisfied_2018')
order by disagreement_id, is_used desc, who;
