/** `npm run build`: makes dist/ from src/. Does nothing when it is fresh. */
import { ensureBuilt } from "./lib/build.mjs";

process.exitCode = ensureBuilt();
