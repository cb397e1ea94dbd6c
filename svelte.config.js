import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import { withRooms } from "./scripts/build/rooms.mjs";

const rooms = {
  name: "rooms",
  style: ({ content, filename }) => ({ code: withRooms(content, filename) }),
};

export default {
  preprocess: [vitePreprocess(), rooms],
  compilerOptions: { runes: true },
};
