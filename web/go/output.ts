/** The text that a program writes, kept within bounds: its beginning and its end. */
export class Output {
  #head = "";
  #tail: string[] = [];
  #tailLength = 0;
  #omitted = 0;
  readonly #half: number;

  constructor(most: number) {
    this.#half = Math.floor(most / 2);
  }

  add(text: string): void {
    if (this.#tailLength === 0 && this.#head.length + text.length <= this.#half) {
      this.#head += text;
      return;
    }
    this.#tail.push(text);
    this.#tailLength += text.length;
    if (this.#tailLength > 2 * this.#half) this.#shorten();
  }

  #shorten(): void {
    const tail = this.#tail.join("");
    const kept = tail.slice(-this.#half);
    this.#omitted += tail.length - kept.length;
    this.#tail = [kept];
    this.#tailLength = kept.length;
  }

  get text(): string {
    if (this.#tailLength > this.#half) this.#shorten();
    const gap =
      this.#omitted > 0 ? `\n[... ${this.#omitted} characters are left out here ...]\n` : "";
    return this.#head + gap + this.#tail.join("");
  }
}
