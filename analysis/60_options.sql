-- What the chapter on options prints beside its judgments: what acts are said to cost.

-- options_grants: the basic settlement grant in force, and a later one that was proposed, if any, one a row. Unit: won.
create view options_grants as
with grants as (
  select stage, year, amount_high as amount from settlement_grants
  where country = 'South Korea' and grant_name = 'basic settlement grant'),
in_force as (select year, amount from grants where stage = 'in force' order by year desc limit 1),
proposed as (
  select g.year, g.amount from grants g join in_force f on g.year > f.year
  where g.stage = 'proposal' order by g.year desc limit 1)
select 'cost_grant' as key, f.year, f.amount from (select 1) left join in_force f on true
union all
select 'cost_grant_proposed', p.year, p.amount from (select 1) left join proposed p on true;

-- numbers_options: the cost of each act that the table of options names, as printed.
-- Won and dollars in millions, dollars and euros a person whole.
create view numbers_options as
with named (key, act, part, form) as (
  values ('cost_child', 'extra grant for a child from a third country', 1000000.0, '%g million won'),
    ('cost_resettled', 'Union money for a person resettled', 1.0, '%,d euros'),
    ('cost_archive', 'archive of evidence and six experts', 1000000.0, '$%g million'),
    ('cost_way_out', 'a person''s way from China to Southeast Asia', 1.0, '$%,d'),
    ('cost_broadcasts', 'Korean services of VOA and RFA', 1000000.0, '$%g million')
)
select n.key, c.amount / n.part as value, printf(n.form, c.amount / n.part) as text
from named n left join option_costs c on c.act = n.act
union all
select n.key || '_year', c.year, printf('%d', c.year)
from named n left join option_costs c on c.act = n.act
union all
select key, amount / 1000000.0, printf('%g million won', amount / 1000000.0) from options_grants
union all
select key || '_year', year, printf('%d', year) from options_grants;
