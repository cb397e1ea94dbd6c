/** The digests of some runs in every mode; the same text runs in Node and in a browser. */
export function digestsOf(host, bytes) {
  const { load, modes, run, testArguments } = host;
  const program = load(bytes);
  const digests = {};
  for (const mode of modes.values()) {
    for (const test of ["TestOrder", "TestChance", "TestMixture", "TestLosesUpdates"]) {
      for (const seed of [1, 2, 4_294_967_295]) {
        const { digest, ns, ending } = run(program, { args: testArguments(test), seed, mode });
        digests[`${mode.name} ${test} ${seed}`] = `${digest} ${ns} ${JSON.stringify(ending)}`;
      }
    }
  }
  return digests;
}
