/** Several mistakes at once, each made by all servers or by some. */
import { titleOf } from "./choices";

export interface Part {
  name: string;
  title: string;
  /** The servers that alone make it; none: all do. */
  only: number[];
}

export class Mix {
  open = $state(false);
  parts: Part[] = $state.raw([]);
  /** The property that must be violated, by its name; empty: any. */
  property = $state("");

  add(name: string): void {
    this.open = true;
    if (this.has(name)) return;
    this.parts = [...this.parts, { name, title: titleOf(name), only: [] }];
  }

  has(name: string): boolean {
    return this.parts.some((part) => part.name === name);
  }

  remove(name: string): void {
    this.parts = this.parts.filter((part) => part.name !== name);
  }

  /** A server makes the mistake, or no longer. */
  toggle(name: string, server: number): void {
    this.parts = this.parts.map((part) => {
      if (part.name !== name) return part;
      const others = part.only.filter((other) => other !== server);
      const only = others.length < part.only.length ? others : [...others, server];
      return { ...part, only: only.sort((a, b) => a - b) };
    });
  }

  /** The values of the setting `broken`, a line each. */
  get broken(): string {
    const all = this.parts.filter(({ only }) => only.length === 0).map(({ name }) => name);
    const some = this.parts.filter(({ only }) => only.length > 0);
    const lines = some.map(({ name, only }) => `${name} on ${only.join(" ")}`);
    return [...(all.length > 0 ? [all.join(" ")] : []), ...lines].join("\n");
  }
}
