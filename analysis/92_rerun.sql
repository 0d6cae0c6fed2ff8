-- What the chapter on re-running shows: every parameter with its range.

-- Which choices may be altered, between what limits? Cells as ready text.
create view tbl_rerun_parameters (name, value, range, unit, meaning) as
select name, printf('%g', value), printf('%g to %g', min, max), unit, meaning
from parameters;
