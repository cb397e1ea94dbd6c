/** The room that the page has, and the kind of pointer. */
import { MediaQuery } from "svelte/reactivity";
import { LOW, NARROW, WIDE } from "../styles/rooms";

const FLAT = `(min-width: 600px) and ${LOW}`;
const flat = new MediaQuery(FLAT);
const narrow = new MediaQuery(NARROW);
const two = new MediaQuery(`${FLAT}, ${WIDE} and (max-width: 900px)`);
const coarse = new MediaQuery("(pointer: coarse)");

export const room = {
  /** Not all panels at once: the others are behind tabs. */
  get tabbed(): boolean {
    return narrow.current || two.current;
  },
  /** The cluster stands beside the tabs. */
  get two(): boolean {
    return two.current;
  },
  /** A phone on its side, or a low frame: nothing may take height from the cluster. */
  get flat(): boolean {
    return flat.current;
  },
  /** There is no mouse, and probably no keyboard. */
  get touch(): boolean {
    return coarse.current;
  },
};
