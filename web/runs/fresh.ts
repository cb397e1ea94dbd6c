/** Greets a person at the first sign of one, on a page that begins with a new run. */
import { firstMinute } from "./first-minute.svelte";
import type { Playground } from "../state/playground.svelte";
import { offer } from "./offer";

export async function greet(playground: Playground): Promise<void> {
  firstMinute(playground);
  await offer(playground);
}
