import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Changes to the texts of Go's own library, for modules that the host runs. Each part is a list of replacements that must all
 * fit, each once: what a version of Go does not allow is left out, and `without` says what is missing then.
 */

/** A goroutine begins late if the host says so: its function is one that waits first, and then calls the real one. */
const late = (closurePointer) => `
//go:wasmimport raft late
func raft_late() int64

// raftLate has the layout of a func value: a function's address, and what it closes over.
type raftLate struct {
	code uintptr
	fn   *funcval
	ns   int64
}

func raftLateCode() uintptr {
	begin := raftBegin
	return **(**uintptr)(unsafe.Pointer(&begin))
}

// raftLater gives what a new goroutine runs in place of fn.
func raftLater(fn *funcval) *funcval {
	gp := getg()
	if fn == nil || !mainStarted || gp != gp.m.curg {
		return fn
	}
	ns := raft_late()
	randomizeScheduler = ns >= 0
	if ns <= 0 {
		return fn
	}
	// The runtime waits for its own goroutines.
	if name := funcname(findfunc(fn.fn)); len(name) > 8 && name[:8] == "runtime." {
		return fn
	}
	later := new(raftLate)
	later.code = raftLateCode()
	later.fn = fn
	later.ns = ns
	return (*funcval)(unsafe.Pointer(later))
}

// raftBegin must not grow its stack: that would lose what it closes over.
//
//go:nosplit
func raftBegin() {
	raftWait((*raftLate)(unsafe.Pointer(${closurePointer})))
}

func raftWait(later *raftLate) {
	fn := later.fn
	timeSleep(later.ns)
	(*(*func())(unsafe.Pointer(&fn)))()
}

// raftStart gives the address of the function that a goroutine is known by.
func raftStart(fn *funcval) uintptr {
	if fn.fn == raftLateCode() {
		return (*raftLate)(unsafe.Pointer(fn)).fn.fn
	}
	return fn.fn
}

// raftGoroutine gives the number of the goroutine that asks.
//
//go:linkname raftGoroutine
var raftGoroutine = func() uint64 { return uint64(getg().goid) }
`;

/** Before a lock is given back, the observer may look: what was done under it is whole. */
const unlock = `
//go:linkname raftUnlock
var raftUnlock func(*Mutex)
`;

const closurePointers = ["sys.GetClosurePtr()", "getclosureptr()"];

/** As this version's own proc.go asks for it: new ones have it in `sys`. */
function closurePointer(goroot) {
  const intrinsics = path.join(goroot, "src/internal/runtime/sys/intrinsics.go");
  const inSys =
    existsSync(intrinsics) && readFileSync(intrinsics, "utf8").includes("func GetClosurePtr(");
  return closurePointers[inSys ? 0 : 1];
}

const parts = [
  {
    file: "runtime/proc.go",
    without: "goroutines begin at once and in order",
    changes: [
      ["func newproc(fn *funcval) {\n", "func newproc(fn *funcval) {\n\tfn = raftLater(fn)\n"],
      ["newg.startpc = fn.fn\n", "newg.startpc = raftStart(fn)\n"],
      ["const randomizeScheduler = raceenabled\n", "var randomizeScheduler bool\n"],
    ],
    more: (goroot) => late(closurePointer(goroot)),
  },
  {
    file: "sync/mutex.go",
    without: "a server's steps are not seen one by one",
    changes: [
      ["import (\n", 'import (\n\t_ "unsafe"\n'],
      [
        "func (m *Mutex) Unlock() {\n",
        "func (m *Mutex) Unlock() {\n\tif raftUnlock != nil {\n\t\traftUnlock(m)\n\t}\n",
      ],
    ],
    more: () => unlock,
  },
  {
    file: "os/signal/signal_unix.go",
    without: "a program that asks for signals runs slowly",
    // Signals never come; the receiver of them would wait in a loop.
    changes: [["\twatchSignalLoop = loop\n", "\t_ = loop\n"]],
    more: () => "",
  },
];

function patched(text, { changes, more }, goroot) {
  let result = text;
  for (const [from, to] of changes) {
    if (result.split(from).length !== 2) return undefined;
    result = result.replace(from, () => to);
  }
  return result + more(goroot);
}

/**
 * Writes the changed files of this Go into a folder. Gives what replaces what, as an overlay of the go command has it, and what
 * could not be changed, as sentences.
 */
export function patchGo({ goroot, version }, folder) {
  const replace = {};
  const left = [];
  for (const part of parts) {
    const file = path.join(goroot, "src", part.file);
    const text = existsSync(file) ? patched(readFileSync(file, "utf8"), part, goroot) : undefined;
    if (text === undefined) {
      left.push(`${version} has another ${part.file}: ${part.without}.`);
      continue;
    }
    const to = path.join(folder, part.file.replaceAll("/", "-"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(to, text);
    replace[file] = to;
  }
  return { replace, left };
}
