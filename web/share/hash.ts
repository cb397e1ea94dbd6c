/** What a link to a run looks like; enough to know whether the rest has to be fetched. */
export function isLink(text: string): boolean {
  return /(^|#)r\d+\.\S*$/.test(text.trim());
}
