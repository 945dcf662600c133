/**
 * Full-width digits, letters and punctuation (\uff01 to \uff5e) become the plain ones, character by character: a place in the result is
 * the same place in what was read, and no rule needs to know both.
 */
export const plainWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[\u3000\u00a0\t]/g, ' ')
