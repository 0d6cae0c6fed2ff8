// How a spreadsheet writes numbers and dates: brief/tables/dialects.py for the page, method by method, with its own patterns
// (they come with the data). What is altered there is altered here: tests/site/test_two_doors.py reads the same files by both.

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

class Dialect {
  /** `records` are rows of texts in the order of the columns; `said` gathers every form that differs from the published one. */
  constructor(columns, records, delimiter, cells) {
    Object.assign(this, { columns, cells, patterns: cells.patterns, said: new Map() });
    const texts = (isWanted) =>
      columns.flatMap((column, i) =>
        isWanted(column) ? records.map((record) => record[i]).filter(Boolean) : [],
      );
    this.decimalOf(
      columns
        .filter((c) => c.kind !== "TEXT")
        .map((column) => texts((c) => c === column).map(tidyNumber)),
      delimiter,
    );
    this.hasZeros = texts((c) => c.kind !== "TEXT").some((text) =>
      whole(this.patterns.ZEROS, tidyNumber(text)),
    );
    const dates = texts((c) => c.dates).map(strip);
    this.yearPlaces = this.yearPlacesOf(dates);
    this.order = this.orderOf(dates);
    this.monthsAsDays = new Set(
      columns
        .filter(
          (c) => c.dates === "M" && this.areFirstDays(texts((other) => other === c).map(strip)),
        )
        .map((c) => c.name),
    );
  }

  note(words) {
    this.said.set(words, (this.said.get(words) ?? 0) + 1);
  }

  /** Whether every full date of a column is the first day of a month: so do programs write months. */
  areFirstDays(texts) {
    const days = texts
      .map((text) => text.slice(0, 10))
      .filter((text) => whole(this.patterns.ISO_DAY, text));
    return days.length > 0 && days.every((day) => day.endsWith("-01"));
  }

  // Numbers

  /** Set `decimal`: "point", "comma", "both" (the table contradicts itself) or "unknown" (no cell settles it); and `stranger`, the rarer of both. */
  decimalOf(numbers, delimiter) {
    const texts = numbers
      .flat()
      .filter((text) => text.length <= this.cells.most_number && !/^[0-9]+$/.test(text));
    const marks = texts.map((text) => this.markOf(text)),
      count = (mark) => marks.filter((one) => one === mark).length;
    const points = count("point"),
      commas = count("comma");
    this.stranger = points && commas ? (commas <= points ? "comma" : "point") : "";
    if (this.stranger) this.decimal = "both";
    else if (points || commas) this.decimal = points ? "point" : "comma";
    else {
      const isKnown = delimiter === "," && !texts.some((text) => text.includes(","));
      this.decimal = isKnown && !numbers.some(hasThousandsBeside) ? "point" : "unknown";
    }
    // With commas between cells a point is a decimal point; thousands beside speak against it.
    this.isDoubtful =
      this.decimal === "unknown" && delimiter === "," && numbers.some(hasThousandsBeside);
  }

  /** The decimal mark that a number shows by itself, or "". */
  markOf(text) {
    const { patterns } = this,
      same = whole(patterns.TWO_SAME, text),
      one = whole(patterns.ONE_MARK, text);
    if (whole(patterns["BOTH.point"], text)) return "point";
    if (whole(patterns["BOTH.comma"], text)) return "comma";
    if (same) return same[1] ? "point" : "comma";
    if (
      !one ||
      (one[3].length === 3 && one[1].length >= 1 && one[1].length <= 3 && one[1] !== "0" && !one[4])
    )
      return "";
    return one[2] === "," ? "comma" : "point"; // 12,5 or 0,125 cannot be grouped in thousands
  }

  /** The number as the published tables write it; throws Refused where it has two meanings. */
  number(text, kind) {
    const { cells, patterns } = this;
    let plain = tidyNumber(text);
    if (/^[0-9]+$/.test(plain)) return plain;
    if (whole(patterns.MANGLED, plain))
      throw new Refused("", cells[kind], {
        help: "A spreadsheet has turned a number into a date: set the column's format to Number.",
      });
    if (plain.endsWith("%")) throw new Refused("", cells[kind]);
    if (whole(patterns.GROUPED, plain)) {
      this.note("spaces or apostrophes between thousands");
      plain = plain.replace(/[ '\u2019]/g, "");
    }
    if (kind === "INTEGER" && whole(patterns.ONE_OR_THOUSAND, plain) && !this.hasZeros) {
      const mark = this.decimal === "both" ? this.stranger : this.decimal;
      if (mark === (plain.includes(",") ? "comma" : "point"))
        // else it groups thousands
        throw new Refused("", cells.one_way, {
          help: `${plain} may be ${plain.slice(0, -4)} or ${plain.slice(0, -4)},000: write the whole number without a mark.`,
        });
    }
    if (kind === "INTEGER" && this.isDoubtful && /^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$/.test(plain))
      throw new Refused("", cells.one_way, {
        help: `${plain} may be ${plain.replace(".", "")} or no whole number: other cells of its column have thousands without a mark. Write it so.`,
      });
    if (plain.includes(",") || (plain.includes(".") && this.decimal !== "point"))
      plain = this.unmark(plain, kind);
    if (kind === "INTEGER" && /^[+-]?[0-9]+\.0+$/.test(plain)) {
      this.note("whole numbers written with .0");
      plain = plain.split(".")[0];
    }
    return plain;
  }

  /** Take out what groups thousands, make the decimal mark a point. */
  unmark(text, kind) {
    const { cells } = this;
    let { decimal } = this;
    if (decimal === "both") {
      if (this.markOf(text) === this.stranger)
        throw new Refused(
          "",
          "one decimal mark in the whole table, a point (or a comma) everywhere",
          { help: "Other cells of this table use the other mark." },
        );
      decimal = this.stranger === "comma" ? "point" : "comma";
    }
    if (decimal === "unknown") {
      if (kind === "REAL") {
        const help = `${text} may be a thousand and more or a little above one, and no other cell of the table says which: write it without separators for thousands, with a decimal point.`;
        throw new Refused("", cells.one_way, { help });
      }
      decimal = text.includes(".") ? "comma" : "point"; // a whole number: the mark can only group thousands
    }
    const [mark, group] = decimal === "comma" ? [",", "."] : [".", ","];
    if (text.includes(group)) {
      const grouped =
        group === "," ? /^[+-]?[0-9]{1,3}(?:,[0-9]{3})+$/ : /^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+$/;
      const parts = text.split(mark);
      if (!grouped.test(parts[0]) || parts.length > 2) throw new Refused("", cells[kind]);
      this.note(group === "," ? "commas between thousands" : "points between thousands");
      text = text.replaceAll(group, "");
    }
    if (mark === "," && text.includes(",")) {
      this.note("decimal commas");
      text = text.replaceAll(",", ".");
    }
    return text;
  }

  // Dates

  /** "first" or "last": where the year stands in 13.05.28, by the mark between; "both" when the table contradicts itself. A mark by which nothing tells is left out. Dates of the standard (2018-11-06) tell nothing of others. */
  yearPlacesOf(texts) {
    const found = new Map(),
      inFull = new Map();
    const add = (places, mark, place) =>
      places.set(mark, (places.get(mark) ?? new Set()).add(place));
    for (const text of texts) {
      const match = whole(this.patterns.SLASHED, text.split(" ")[0]);
      if (!match || whole(this.patterns.ISO_DAY, match[0])) continue;
      const [first, second, last] = [match[1], match[3], match[4]].map(Number);
      if (match[1].length > 2 || match[4].length > 2) {
        add(inFull, match[2], match[1].length > 2 ? "first" : "last");
        continue;
      }
      if (match[1].length === 1 || last === 0 || last > 31 || second > 12)
        add(found, match[2], "last");
      if (match[4].length === 1 || first === 0 || first > 31) add(found, match[2], "first");
    }
    return new Map(
      [...inFull, ...found].map(([mark, places]) => [
        mark,
        places.size === 2 ? "both" : [...places][0],
      ]),
    );
  }

  /** "day" or "month": which stands first in 6/11/2018; "both" when the table contradicts itself, "" when nothing tells. */
  orderOf(texts) {
    const found = new Set();
    for (const text of texts) {
      const match = whole(this.patterns.SLASHED, text.split(" ")[0]);
      const ends = match && this.yearPlaces.get(match[2]) === "last" ? [2, 4] : [4];
      if (!match || !ends.includes(match[4].length) || match[1].length > 2) continue;
      if (match[2] === "." || Number(match[1]) > 12) found.add("day");
      else if (Number(match[3]) > 12) found.add("month");
    }
    return found.size === 2 ? "both" : ([...found][0] ?? "");
  }

  /** The date as the published tables write it: 2018, 2018-11, 2018-11-06. Throws Refused where it has two meanings. */
  date(text, precisions) {
    const { patterns } = this;
    const allowed = `a date as ${[...precisions].map((p) => this.cells.dates[p]).join(" or ")}`;
    if (whole(patterns.ISO, text)) {
      if (whole(patterns.ISO_DAY, text) && !isDay(...text.split("-").map(Number)))
        throw new Refused("", allowed, { help: this.cells.no_such_day });
      return text;
    }
    const timed = whole(patterns.ISO_TIME, text);
    if (timed) {
      this.note("dates with a time of day");
      return this.day(timed[1], precisions, allowed);
    }
    const compact = whole(patterns.COMPACT, text);
    if (compact) {
      this.note("dates without marks between (20181106)");
      return this.make(
        Number(compact[1]),
        Number(compact[2]),
        Number(compact[3]),
        precisions,
        allowed,
      );
    }
    const slashed = whole(patterns.SLASHED, text.replace(/ 0?0:00(:00)?$/, ""));
    if (slashed) return this.slashed(slashed, precisions, allowed);
    const named = whole(patterns.NAMED, text);
    if (named) {
      this.note("dates written with the month's name");
      return this.make(yearOf(named[3]), monthOf(named[2]), Number(named[1]), precisions, allowed);
    }
    const american = whole(patterns.AMERICAN, text);
    if (american) {
      this.note("dates written with the month's name");
      return this.make(
        Number(american[3]),
        monthOf(american[1]),
        Number(american[2]),
        precisions,
        allowed,
      );
    }
    const korean = whole(patterns.KOREAN, text) ?? whole(patterns.KOREAN_DOTS, text);
    if (korean) {
      this.note("dates as Koreans write them");
      return this.parts(korean, precisions, allowed);
    }
    const month = precisions.includes("M") && whole(patterns.NAMED_MONTH, text);
    if (month) {
      this.note("months written by name");
      return `${yearOf(month[2])}-${String(monthOf(month[1])).padStart(2, "0")}`;
    }
    const serial = whole(patterns.SERIAL, text) && Math.trunc(Number(text));
    if (serial >= 15000 && serial < 75000) {
      this.note("dates as a spreadsheet's day numbers");
      return this.day(
        new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10),
        precisions,
        allowed,
      );
    }
    throw new Refused("", allowed);
  }

  /** A date of a year, or of year and month, or of all three. */
  parts([, year, month, day], precisions, allowed) {
    if (day) return this.make(Number(year), Number(month), Number(day), precisions, allowed);
    if (
      !precisions.includes(month ? "M" : "Y") ||
      (month && (Number(month) < 1 || Number(month) > 12))
    )
      throw new Refused("", allowed);
    return month ? `${year}-${String(Number(month)).padStart(2, "0")}` : year;
  }

  slashed([, first, mark, second, last], precisions, allowed) {
    if (first.length === 4 && last.length <= 2) {
      this.note("dates such as 2018/11/06");
      return this.make(Number(first), Number(second), Number(last), precisions, allowed);
    }
    if (first.length > 2 || ![1, 2, 4].includes(last.length)) throw new Refused("", allowed);
    if (last.length < 4) {
      const place = this.yearPlaces.get(mark);
      if (place !== "first" && place !== "last")
        throw new Refused("", allowed, {
          help: "Its year may stand first or last, and the table does not say which: write the year with four digits.",
        });
      if (place === "first") {
        this.note("dates with a year of two digits first");
        return this.make(yearOf(first), Number(second), Number(last), precisions, allowed);
      }
      if (last.length === 1) throw new Refused("", allowed);
    }
    let { order } = this;
    if (order === "both")
      throw new Refused("", allowed, {
        help: "Some dates of this table have the day first, others the month.",
      });
    if (!order) {
      if (Number(first) !== Number(second))
        throw new Refused("", allowed, {
          help: "It may have the day or the month first, and no other date of the table says which.",
        });
      order = "day";
    }
    const [day, month] = order === "day" ? [first, second] : [second, first];
    this.note(`dates with the ${order} first`);
    return this.make(yearOf(last), Number(month), Number(day), precisions, allowed);
  }

  make(year, month, day, precisions, allowed) {
    if (!isDay(year, month, day)) throw new Refused("", allowed, { help: this.cells.no_such_day });
    const [y, m, d] = [
      `${year}`.padStart(4, "0"),
      `${month}`.padStart(2, "0"),
      `${day}`.padStart(2, "0"),
    ];
    return this.day(`${y}-${m}-${d}`, precisions, allowed);
  }

  /** A full date, where the column allows one. The first of a month may have been a month: that is not guessed. */
  day(iso, precisions, allowed) {
    if (!precisions.includes("D")) {
      if (iso.endsWith("-01")) return iso.slice(0, 7);
      throw new Refused("", allowed);
    }
    if (iso.endsWith("-01") && precisions.includes("M")) {
      throw new Refused("", allowed, {
        help: `A spreadsheet turns the month ${iso.slice(0, 7)} into ${iso}, so that the two look the same: write the date as text.`,
      });
    }
    return iso;
  }
}

/** Whether a column has numbers such as 5.060 beside whole ones of four digits and more: five thousand, perhaps. */
const hasThousandsBeside = (texts) =>
  texts.some((text) => text.includes(".")) && texts.some((text) => /^0*[1-9][0-9]{3,}$/.test(text));

/** A number's text with plain spaces and a plain minus. */
const tidyNumber = (text) =>
  strip(text.replace(/[\u00a0\u202f\u2009]/g, " ")).replaceAll("\u2212", "-");

/** Whether the calendar has this day. */
function isDay(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const monthOf = (name) => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** A year; two digits as spreadsheets read them, 00–29 being 2000–2029. */
const yearOf = (text) =>
  text.length === 4 ? Number(text) : Number(text) + (Number(text) < 30 ? 2000 : 1900);
