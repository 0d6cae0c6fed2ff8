-- What the chapter on options prints beside its judgments: what acts are said to cost.

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
from named n left join option_costs c on c.act = n.act;
