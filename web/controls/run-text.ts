/** The header of a run's text, up to the first timed command. A setting of several lines has a value of as many. */
export type Header = Record<string, string>;

/** Lines about the run that was, which no other run should carry on. */
const ABOUT = new Set(["engine", "name", "note", "show"]);

/** Reads the settings; the engine alone judges whether they make sense. */
export function readHeader(text: string): Header {
  const header: Header = {};
  for (const line of text.split("\n")) {
    if (line.startsWith("at ")) break;
    const [name, ...value] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (name === undefined || name === "" || ABOUT.has(name)) continue;
    const before = name === "broken" && header[name] !== undefined ? `${header[name]}\n` : "";
    header[name] = before + value.join(" ");
  }
  return header;
}

export function writeHeader(header: Header): string {
  return `${linesOf(header)
    .map(({ name, value }) => `${name} ${value}`)
    .join("\n")}\n`;
}

function linesOf(header: Header): { name: string; value: string }[] {
  return Object.entries(header).flatMap(([name, values]) =>
    values
      .trim()
      .split("\n")
      .map((value) => ({ name, value: value.trim() })),
  );
}

/** The setting that a complaint about a run's text points at, by its line, or by its name. */
export function settingOf(message: string, header: Header): string | null {
  const names = Object.keys(header);
  const line = /\bline (\d+)\b/.exec(message)?.[1];
  if (line !== undefined) return linesOf(header)[Number(line) - 1]?.name ?? null;
  return names.find((name) => message.includes(name)) ?? null;
}

/** Both ends of a span: `300ms..600ms`. One number stands for both. */
export function readSpan(text: string | undefined): [string, string] {
  const [from = "", to = from] = (text ?? "").split("..");
  return [from, to];
}

export function writeSpan(from: string, to: string): string {
  return from.trim() === to.trim() ? from.trim() : `${from.trim()}..${to.trim()}`;
}
