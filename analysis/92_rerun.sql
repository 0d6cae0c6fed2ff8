-- What the chapter on re-running shows: every parameter with its range.

-- Which choices may be altered, between what limits? Cells as ready text.
create view tbl_rerun_parameters as
select name, printf('%g', value) as value, printf('%g to %g', min, max) as range, unit, meaning
from parameters;
