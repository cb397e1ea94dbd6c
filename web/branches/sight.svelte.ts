/** One branch as the stage draws it: a frame at a moment, at which can be looked and nothing be done. */
import type { Frame, MessageView, PropertyView, ServerView } from "../engine/engine";
import { notices } from "../state/notices.svelte";
import { type MenuRequest, Looking } from "../state/looking.svelte";
import type { Playground } from "../state/playground.svelte";

/** The parts of the playground that the stage, and all that stands on it, may use. */
type Staged = Looking &
  Pick<Playground, "frame" | "slower" | "accused" | "serverView" | "messageView" | "command">;

export class Sight extends Looking implements Staged {
  frame: Frame;
  slower = $state(20);
  accused: PropertyView[] = [];

  constructor(frame: Frame) {
    super();
    this.frame = $state.raw(frame);
  }

  serverView(id: number): ServerView | undefined {
    return this.frame.servers.find((server) => server.id === id);
  }

  messageView(id: number): MessageView | undefined {
    return this.frame.messages.find((message) => message.id === id);
  }

  /** Nothing is done here: that would be in the one or in the other branch. */
  command(): boolean {
    notices.info("Nothing can be done in a comparison: “Go there” leads to one of the branches.");
    return false;
  }

  override openMenu(request: MenuRequest): void {
    this.select(request.target);
  }
}
