/** The things on the page that can be selected, hovered and acted on. */
export type Target =
  | { kind: "server"; id: number }
  | { kind: "message"; id: number }
  | { kind: "entry"; server: number; index: number }
  | { kind: "link"; from: number; to: number };

export function sameTarget(a: Target | null, b: Target | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === "server" && b.kind === "server") return a.id === b.id;
  if (a.kind === "message" && b.kind === "message") return a.id === b.id;
  if (a.kind === "entry" && b.kind === "entry") {
    return a.server === b.server && a.index === b.index;
  }
  return a.kind === "link" && b.kind === "link" && a.from === b.from && a.to === b.to;
}
