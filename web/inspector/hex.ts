const LINE = /^\s*(\w+):?\s+((?:[0-9a-f]{2}\s+)*[0-9a-f]{2})(?:\s+(.*))?$/i;
const HALF = 8;

/** A hex dump of 16 bytes a line, folded to 8 bytes a line so that it fits a narrow column. */
export function fold(dump: string): string {
  return dump
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap(foldLine)
    .join("\n");
}

function foldLine(line: string): string[] {
  const found = LINE.exec(line);
  if (found === null) return [line];
  const [, offset = "", pairs = "", text = ""] = found;
  const bytes = pairs.split(/\s+/);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += HALF) {
    const place = (parseInt(offset, 16) + at).toString(16).padStart(4, "0");
    const part = bytes
      .slice(at, at + HALF)
      .join(" ")
      .padEnd(HALF * 3 - 1);
    lines.push(`${place}  ${part}  ${text.slice(at, at + HALF)}`.trimEnd());
  }
  return lines;
}
