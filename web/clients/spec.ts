/** The settings of clients, as the command `clients` writes and reads them. */

export interface Spec {
  count: number;
  keys: number;
  /** Milliseconds. */
  pause: number;
  pauseMost: number;
  timeout: number;
  get: number;
  put: number;
  append: number;
  cas: number;
}

const USUAL: Spec = {
  count: 3,
  keys: 3,
  pause: 50,
  pauseMost: 200,
  timeout: 500,
  get: 3,
  put: 3,
  append: 2,
  cas: 2,
};

export function specText(spec: Spec): string {
  const { count, keys, pause, pauseMost, timeout, get, put, append, cas } = spec;
  if (count === 0) return "clients 0";
  const between = `${pause}ms..${Math.max(pause, pauseMost)}ms`;
  const mix = `get=${get} put=${put} append=${append} cas=${cas}`;
  return `clients ${count} keys=${keys} pause=${between} timeout=${timeout}ms ${mix}`;
}

const millis = (text: string): number => {
  const [, number = "0", unit = "ms"] = /^([\d.]+)([a-zµ]+)$/.exec(text) ?? [];
  return Math.round(Number(number) * ({ s: 1000, ms: 1, us: 0.001 }[unit] ?? 1));
};

/** Reads the settings of the clients as the engine writes them; those that it leaves out are as usual. */
export function readSpec(text: string): Spec {
  const spec = { ...USUAL };
  const [count = "0", ...settings] = text.split(" ");
  spec.count = Number(count) || USUAL.count;
  for (const setting of settings) {
    const [name = "", value = ""] = setting.split("=");
    if (name === "pause") {
      const [from = "", to = from] = value.split("..");
      spec.pause = millis(from);
      spec.pauseMost = millis(to);
    } else if (name === "timeout") spec.timeout = millis(value);
    else if (name === "keys" || name === "get" || name === "put") spec[name] = Number(value);
    else if (name === "append" || name === "cas") spec[name] = Number(value);
    else if (name === "idle") spec.get = spec.put = spec.append = spec.cas = 0;
  }
  return spec;
}
