/** `npm run sim`: see USAGE. Mutations are applied before the sources are loaded, so these are loaded late. */
import { parseArgs } from "node:util";
import { mutate } from "./mutate.ts";

const USAGE = `Usage: npm run sim -- [options]

  --seed N         one history, exactly as this seed has it; without, fresh seeds one after the other
  --histories C    with --seed: so many, of this seed and those after it; default 1
  --hours H        simulated hours of each history; default 6
  --agents N       how many agents; default: as the seed has it, 3 to 60
  --faults F       so many times as many faults as usual; default 1
  --minutes M      without --seed: for how long, in real minutes; default 1
  --shrink S       looks for a shorter history for so many seconds; default 60
  --mutation NAME  breaks a rule of the service on purpose: see mutations.ts
  --mutations      every mutation one after the other; fails unless each is caught
  --write          with --mutations: writes docs/SIMULATION.md
  --help           this text
`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    histories: { type: "string", default: "1" },
    hours: { type: "string", default: "6" },
    agents: { type: "string" },
    faults: { type: "string", default: "1" },
    minutes: { type: "string", default: "1" },
    shrink: { type: "string", default: "60" },
    mutation: { type: "string" },
    mutations: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(USAGE);
} else if (values.mutations) {
  const { proveAll } = await import("./prove.ts");
  await proveAll({ write: values.write });
} else {
  if (values.mutation !== undefined) mutate(values.mutation);
  const { run } = await import("./run.ts");
  await run({
    seed: values.seed === undefined ? undefined : Number(values.seed),
    histories: Number(values.histories),
    hours: Number(values.hours),
    agents: values.agents === undefined ? undefined : Number(values.agents),
    faults: Number(values.faults),
    minutes: Number(values.minutes),
    shrinkSeconds: Number(values.shrink),
    mutation: values.mutation,
  });
}
