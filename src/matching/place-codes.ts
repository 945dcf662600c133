/**
 * Administrative codes (GB/T 2260 and the 12-digit codes of the statistics office): 2 province, 4 city, 6 district, 9 town,
 * 12 community; ours go on to 15 for a grid. A short code is often filled up with zeros to 6 or 12 digits.
 */
const steps = [15, 12, 9, 6, 4, 2]

/** Codes in one geocode value ("500154000000", or a list with commas), zeros taken off; what is not such a code is left out. */
export function readCodes(value: string): string[] {
  return value
    .split(/[\s,;，；、]+/)
    .filter((code) => /^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|\d{15})$/.test(code) && !/^0/.test(code))
    .map(trimCode)
}

/** Numberings of other countries whose digits may look like ours: 6 of SAME and FIPS, 9 of WARNCELLID, 2 and 4 of SGC. */
const foreignNames =
  /^(?:SAME|FIPS\d?|UGC|EMMA_?ID|NUTS\d?|WARNCELLID|CLC|SGC|AMOC-?AreaCode|KZSTD|Taiwan_Geocode_\d+)$|CAP-CP|CAP-AU|ISO ?3166|EC-MSC-SMC/i

/** What such a code names lies elsewhere. Twelve digits are ours under any name: senders copy "SAME" from the example of CAP. */
export const isForeign = ({ name, value }: { name: string; value: string }): boolean =>
  foreignNames.test(name.trim().slice(0, 200)) && !/(?<!\d)\d{12}(?!\d)/.test(value)

function trimCode(code: string): string {
  let kept = code
  for (const [i, step] of steps.entries()) {
    const shorter = steps[i + 1]
    if (shorter !== undefined && kept.length === step && /^0+$/.test(kept.slice(shorter))) kept = kept.slice(0, shorter)
  }
  return kept
}

/** The code says more than the town (district, city, province): only a text can tell which towns are meant. */
export const isDistrictWide = (code: string): boolean => code.length < 9

/** A place lies in a code, or the code is finer than the place. */
export const covers = (code: string, place: string): boolean => place.startsWith(code) || code.startsWith(place)
