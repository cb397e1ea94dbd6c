/** True for a link to a run that is only looked at. */
export const isLookLink = (text: string): boolean =>
  /[?&]look(=[^&#]*)?(&[^#]*)?#r\d+\.\S*$/.test(text.trim());

/** Recognises a link to a run; that is enough to know whether the rest has to be fetched. */
export function isLink(text: string): boolean {
  return /(^|#)r\d+\.\S*$/.test(text.trim());
}
