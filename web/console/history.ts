const LONGEST = 200;

/** The lines given to the console, oldest first, and a place in them that the arrow keys move. */
export class History {
  private lines: string[] = [];
  private at = 0;
  private draft = "";

  add(line: string): void {
    if (this.lines.at(-1) !== line) this.lines.push(line);
    if (this.lines.length > LONGEST) this.lines.shift();
    this.at = this.lines.length;
    this.draft = "";
  }

  /** The line before, or null at the oldest. What is being typed is kept and comes back with `newer`. */
  older(typed: string): string | null {
    if (this.at === 0) return null;
    if (this.at === this.lines.length) this.draft = typed;
    this.at -= 1;
    return this.lines[this.at] ?? null;
  }

  newer(): string | null {
    if (this.at >= this.lines.length) return null;
    this.at += 1;
    return this.lines[this.at] ?? this.draft;
  }
}
