import type { JournalLine, MessageDetail } from "../engine/engine";
import { ALL_KINDS } from "../record/kinds";
import type { Playground } from "../state/playground.svelte";
import { seconds } from "../state/words";

/** Number of the newest journal lines that are searched for what became of a message. */
const LOOK_BACK = 400;

/** Keeps what was last known of the selected message, and learns from the journal how it ended. */
export class MessageWatch {
  detail: MessageDetail | null = $state.raw(null);
  fate: string | null = $state.raw(null);
  #id: number | null = null;

  constructor(playground: Playground, selected: () => number | null) {
    $effect(() => {
      const id = selected();
      if (id !== this.#id) {
        this.#id = id;
        this.detail = null;
        this.fate = null;
      }
      if (id === null) return;
      const found = playground.message(id);
      if (found) this.detail = found;
      const gone = found ? found.view.state === "lost" : this.detail !== null;
      if (gone) this.fate ??= ending(playground, id) ?? (found ? "Lost." : "Delivered.");
      else this.fate = null;
    });
  }
}

/** The journal's last word on a message. */
function ending(playground: Playground, id: number): string | null {
  const query = { server: null, kinds: [...ALL_KINDS], first: null, count: LOOK_BACK };
  const line = playground.journal(query).lines.findLast((found) => found.message === id);
  return line ? `${seconds(line.at)}: ${sentence(line)}` : null;
}

function sentence(line: JournalLine): string {
  return line.server === null ? line.text : `S${line.server} ${line.text}`;
}
