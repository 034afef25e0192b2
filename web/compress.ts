import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const packed = /\.(html|js|css|svg)$/;
/** Below this a compressed file saves no packet. */
const WORTH_BYTES = 1_024;

/** Leaves FILE.gz and FILE.br beside each file that is worth it, so that the server never compresses. */
export function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => packed.test(name))) {
        const file = join(dir, name);
        const bytes = readFileSync(file);
        if (bytes.length < WORTH_BYTES) continue;
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(bytes));
      }
    },
  };
}
