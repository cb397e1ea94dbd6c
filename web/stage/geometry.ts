/** Places of things on the stage. Pure geometry in pixels. */

export interface Point {
  x: number;
  y: number;
}

export interface Place extends Point {
  id: number;
  /** Radius of the ring. */
  r: number;
  /** The label stands above the ring instead of below. */
  above: boolean;
  /** Room from the middle to the edges of the stage, for the label. */
  left: number;
  right: number;
}

export interface Lane {
  start: Point;
  end: Point;
  /** Unit vector of the direction of flight. */
  along: Point;
}

const LARGEST = 42;
const SMALLEST = 4;
/** Room for labels, arcs and the line of hints. */
const TOP = 76;
const TOP_NARROW = 92;
/** The room at the top when the line of hints has a place of its own. */
const TOP_FLAT = 32;
const NARROW = 480;
const BOTTOM = 40;
const SIDE = 68;
/** Half the distance between the two directions of a link. */
const LANE = 6;

/** Servers in a ring that fills the stage, the first at the top. */
export function ring(
  ids: number[],
  width: number,
  height: number,
  scale: number,
  flat = false,
): Place[] {
  const top = flat ? TOP_FLAT : width < NARROW ? TOP_NARROW : TOP;
  const units = ids.map((_, at) => {
    const angle = (2 * Math.PI * at) / ids.length - Math.PI / 2;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  });
  if (ids.length === 1) units[0] = { x: 0, y: 0 };
  const box = bounds(units);
  let r = Math.min(LARGEST * scale, (flat ? 0.1 : 0.085) * scale * Math.min(width, height));
  let shape = fit(box, width, height, r, top);
  const around = Math.PI * (shape.rx + shape.ry);
  if (ids.length > 1) r = Math.max(SMALLEST, Math.min(r, (0.27 * around) / ids.length));
  shape = fit(box, width, height, r, top);
  return units.map((unit, at) => {
    const x = shape.x + unit.x * shape.rx;
    const y = shape.y + unit.y * shape.ry;
    return { id: ids[at] ?? 0, x, y, r, above: unit.y < -0.5, left: x, right: width - x };
  });
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function bounds(points: Point[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

/** Centre and half axes of the ellipse whose used part fills the stage. */
function fit(
  box: Box,
  width: number,
  height: number,
  r: number,
  top: number,
): Point & { rx: number; ry: number } {
  const side = Math.min(Math.max(SIDE, r + 20), width / 3);
  const roomX = Math.max(20, width - 2 * side);
  const roomY = Math.max(20, height - top - BOTTOM - 2 * r);
  let rx = roomX / Math.max(1, box.right - box.left);
  let ry = roomY / Math.max(1, box.bottom - box.top);
  rx = Math.min(rx, ry * 1.35);
  ry = Math.min(ry, rx * 1.35);
  return {
    x: width / 2 - ((box.left + box.right) / 2) * rx,
    y: top + r + roomY / 2 - ((box.top + box.bottom) / 2) * ry,
    rx,
    ry,
  };
}

/** The way of a message, to the right of the link's middle so that two ways never run together. */
export function lane(from: Place, to: Place): Lane {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const far = Math.hypot(dx, dy) || 1;
  const along = { x: dx / far, y: dy / far };
  const aside = Math.min(LANE, from.r / 3);
  const gap = Math.min(from.r + 9, far / 2);
  const side = { x: -along.y * aside, y: along.x * aside };
  return {
    start: { x: from.x + along.x * gap + side.x, y: from.y + along.y * gap + side.y },
    end: { x: to.x - along.x * gap + side.x, y: to.y - along.y * gap + side.y },
    along,
  };
}

export function between(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

/** Part of the way from `start` to `end` that is done at `now`, from 0 to 1. */
export function progress(start: number, end: number, now: number): number {
  return end <= start ? 1 : Math.min(1, Math.max(0, (now - start) / (end - start)));
}
