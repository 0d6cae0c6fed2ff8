// Sums within a row: a total that follows its parts, and what is offered where more than one cell could give way.
// Which rules add columns up comes with the data (`sum` of a rule).

/** What the parts of a row come to; undefined while one is empty that an equation needs. */
function sumOf({ parts, at_most: isAtMost }, valueAt) {
  const values = parts.map(valueAt);
  return values.some((value) => value === null) && !isAtMost
    ? undefined
    : Math.round(values.reduce((all, value) => all + (value ?? 0), 0) * 1e6) / 1e6;
}

/**
 * The row with its total set to what its parts come to, as {row, total, value}; undefined where the reader typed the
 * total, or where it was not the sum of its parts before.
 */
function withTotal(sum, row, before, names, typed) {
  const valueAt = (cells) => (name) => cells[names.indexOf(name)],
    value = sumOf(sum, valueAt(row));
  const followed =
    !sum.at_most &&
    value !== undefined &&
    !Object.hasOwn(typed, sum.total) &&
    sumOf(sum, valueAt(before)) === valueAt(before)(sum.total);
  if (!followed) return undefined;
  const total = names.indexOf(sum.total);
  return { row: row.map((cell, i) => (i === total ? value : cell)), total: sum.total, value };
}

/** What would make a row that breaks the sum fit: [{column, value}], the total first. */
function offersFor(sum, row, names, typed) {
  const valueAt = (name) => row[names.indexOf(name)],
    value = sumOf(sum, valueAt),
    offers = value === undefined ? [] : [{ column: sum.total, value }];
  if (!Object.hasOwn(typed, sum.total) || sum.at_most) return offers;
  for (const column of sum.parts.filter((name) => !Object.hasOwn(typed, name))) {
    const others = { ...sum, parts: sum.parts.filter((name) => name !== column) },
      rest = sumOf(others, valueAt);
    if (rest !== undefined && rest <= valueAt(sum.total))
      offers.push({ column, value: Math.round((valueAt(sum.total) - rest) * 1e6) / 1e6 });
  }
  return offers;
}
