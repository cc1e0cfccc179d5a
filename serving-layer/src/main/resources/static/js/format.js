// Numbers and times as people read them. Decimals arrive as text and stay exact: they are grouped,
// summed and shown without passing through a floating-point number.

const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 2});

/** A number of REST (text or number) with its digits grouped by commas. */
export function exact(value) {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map(exact).join(' · ');
  const parts = /^(-?)(\d+)(\.\d+)?$/.exec(String(value));
  if (!parts) return String(value);
  return parts[1] + parts[2].replace(/\B(?=(\d{3})+$)/g, ',') + (parts[3] ?? '');
}

/** A short number for an axis. */
export function short(value) {
  return compact.format(value);
}

/** The exact sum of texts or numbers; null if there are none, or if one is no plain decimal. */
export function sum(values) {
  let scale = 0;
  const parsed = [];
  for (const value of values) {
    if (value === null) continue;
    const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(String(value));
    if (!parts) return null;
    parsed.push(parts);
    scale = Math.max(scale, parts[2]?.length ?? 0);
  }
  if (parsed.length === 0) return null;
  let total = 0n;
  for (const [, whole, fraction = ''] of parsed) {
    total += BigInt(whole + fraction.padEnd(scale, '0'));
  }
  const digits = (total < 0n ? -total : total).toString().padStart(scale + 1, '0');
  const sign = total < 0n ? '-' : '';
  return scale === 0
    ? sign + digits
    : sign + digits.slice(0, -scale) + '.' + digits.slice(-scale);
}

/** A name of a view, measure or dimension in words. */
export function words(name) {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The start of a bucket, as exact as its grain needs. */
export function time(bucket, grain) {
  if (bucket === null) return 'Whole range';
  if (grain === 'P1M') return bucket.slice(0, 7);
  return /^P\d+D$/.test(grain) ? bucket.slice(0, 10) : bucket.slice(0, 16).replace('T', ' ');
}

/** A lag in words. */
export function lag(ms) {
  if (ms === null) return 'lag unknown';
  if (ms === 0) return 'up to date';
  if (ms < 1000) return `${ms} ms behind`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s behind`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min behind` : `${Math.round(ms / 3_600_000)} h behind`;
}
