/** What a page that begins with a new run does at the first sign of a person. */
import { firstMinute } from "./first-minute.svelte";
import type { Playground } from "../state/playground.svelte";
import { offer } from "./offer";

export async function greet(playground: Playground): Promise<void> {
  firstMinute(playground);
  await offer(playground);
}
