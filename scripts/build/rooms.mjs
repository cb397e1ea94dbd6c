import { LOW, NARROW, WIDE } from "../../web/styles/rooms.js";

const ROOMS = { "--narrow": NARROW, "--wide": WIDE, "--low": LOW };

/** A style sheet with the conditions of the rooms that it names. An unknown name is an error, since a browser ignores it. */
export function withRooms(css, file) {
  return css.replace(/@media[^{]*/g, (query) =>
    query.replace(/\((--[\w-]+)\)/g, (_, name) => {
      const condition = ROOMS[name];
      if (condition === undefined) {
        const known = Object.keys(ROOMS).join(", ");
        throw new Error(`${file}: there is no room ${name}; web/styles/rooms.js has ${known}`);
      }
      return condition;
    }),
  );
}
