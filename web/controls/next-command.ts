/** The text a person typed for the service, as one word of the command language: `x = 8` becomes `x=8`. */
export function compact(text: string): string {
  return text.trim().replace(/\s*(\+?=)\s*/, "$1");
}

/** `x=8` as it is shown in the field: `x = 8`. */
export function spaced(command: string): string {
  return command.replace(/^([^=+]*)(\+?=)/, "$1 $2 ");
}

/**
 * Returns the command to offer after `text` was started, so that Enter pressed again starts something new: the last
 * number of a value is counted up; reading and appending may well be repeated and stay as they are.
 */
export function next(text: string): string {
  const command = compact(text);
  if (!/^[^+=]+=/.test(command)) return text;
  const counted = command.replace(/\d+(?=\D*$)/, (digits) => (BigInt(digits) + 1n).toString());
  const hasNumber = /=.*\d/.test(command);
  const following = hasNumber ? counted : `${command}2`;
  return text.includes(" ") ? spaced(following) : following;
}
